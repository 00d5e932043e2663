"""What holds for all tests: no test that needs real sound is skipped in CI."""

from __future__ import annotations

import os
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
