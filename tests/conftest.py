"""What holds for all tests: none that needs real sound or a browser is skipped in CI."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from .commandline import Run, command_line
from .fileserver import Server, serving


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    for marker, what in (("audio", "real audio"), ("browser", "a browser")):
        if report.skipped and os.environ.get("CI") and item.get_closest_marker(marker):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} needs {what} and was skipped: {report.longrepr}"
    return report


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session opens no socket, to anywhere."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a session tried to reach the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command line in a fresh folder: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str | Path) -> tuple[int, str, str]:
        code = command_line(*words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Somebody without any file, in an empty folder; where their data will be kept."""
    monkeypatch.chdir(tmp_path)
    for kind in ("CONFIG_HOME", "CACHE_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR"):
        monkeypatch.setenv(f"XDG_{kind}", str(tmp_path / f"XDG_{kind}"))
    return tmp_path / "XDG_DATA_HOME" / "voicecoach"


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of the file that the test's module calls `CONTENT`."""
    with serving(request.module.CONTENT) as server:
        yield server
