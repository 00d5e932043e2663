"""What holds for all tests: no test that needs real sound is skipped in CI."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") and item.get_closest_marker("audio"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs real audio and was skipped: {report.longrepr}"
    return report


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session opens no socket, to anywhere."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a session tried to reach the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
