"""What holds for all tests: no test that needs real sound is skipped in CI."""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    report = yield
    if report.skipped and os.environ.get("CI") and item.get_closest_marker("audio"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs real audio and was skipped: {report.longrepr}"
    return report
