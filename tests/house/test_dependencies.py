"""Pinned wheels: a machine for which one doesn't exist must still install the rest."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize(
    ("platform", "machine", "version", "there"),
    [
        ("linux", "x86_64", "#45-Ubuntu SMP PREEMPT_DYNAMIC Fri Aug 30 12:02:04 UTC 2024", True),
        ("linux", "aarch64", "#1 SMP PREEMPT Debian 1:6.6.31-1+rpt1 (2024-05-29)", True),
        ("linux", "armv7l", "#1 SMP Raspbian 1:6.6.31-1+rpt1 (2024-05-29)", False),
        ("win32", "AMD64", "10.0.22631", True),
        ("win32", "ARM64", "10.0.22631", False),
        ("darwin", "arm64", "Darwin Kernel Version 23.6.0: Mon Jul 29 21:14:30 PDT 2024", False),
        ("darwin", "arm64", "Darwin Kernel Version 24.0.0: Tue Sep 24 23:39:07 PDT 2024", True),
        ("darwin", "arm64", "Darwin Kernel Version 25.1.0: Mon Oct 20 19:34:05 PDT 2025", True),
        ("darwin", "x86_64", "Darwin Kernel Version 24.0.0: Tue Sep 24 23:39:07 PDT 2024", False),
    ],
)
def test_moonshine_is_asked_for_where_its_wheel_exists(
    platform: str, machine: str, version: str, there: bool
) -> None:
    (moonshine,) = (
        wanted
        for wanted in map(Requirement, PROJECT["dependencies"])
        if wanted.name == "moonshine-voice"
    )
    assert moonshine.marker is not None
    where = {
        "sys_platform": platform,
        "platform_machine": machine,
        "platform_version": version,
    }
    assert moonshine.marker.evaluate(where) is there


def test_no_marker_orders_what_may_be_no_version() -> None:
    """`platform_release >= '24'` made many a pip fail on Linux, whose release is no version."""
    for text in PROJECT["dependencies"]:
        marker = str(Requirement(text).marker or "")
        assert not re.search(r"platform_(release|version) [<>~]", marker), text


def test_the_table_of_platforms_names_every_dependency() -> None:
    page = (Path(__file__).parents[2] / "docs" / "platforms.md").read_text("utf-8")
    names = {Requirement(text).name.lower() for text in PROJECT["dependencies"]}
    assert [name for name in sorted(names) if name not in page] == [], "python docs/platforms.py"
