"""Pinned wheels: a machine for which one doesn't exist must still install the rest. And each
dependency has a purpose, a licence, and a reason for its range."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


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
    page = (ROOT / "docs" / "platforms.md").read_text("utf-8")
    names = {Requirement(text).name.lower() for text in PROJECT["dependencies"]}
    assert [name for name in sorted(names) if name not in page] == [], "python docs/platforms.py"


def _page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dependencies", ROOT / "docs" / "dependencies.py")
    assert spec is not None
    assert spec.loader is not None
    page = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = page  # a dataclass looks for its module there
    spec.loader.exec_module(page)
    return page


PAGE = _page()
ROWS = {
    row.split("|")[1].split()[0]: [cell.strip() for cell in row.split("|")[1:-1]]
    for row in PAGE.PAGE.read_text("utf-8").partition(PAGE.MARK)[2].splitlines()
    if row.startswith("| ") and not row.startswith("| package")
}
"""Package -> its row in dependencies.md."""


def test_every_dependency_has_a_row_with_its_range_and_a_reason() -> None:
    asked = PAGE.asked_for()
    assert set(ROWS) == set(asked), "python docs/dependencies.py"
    assert set(PAGE.NOTES) == set(asked)
    for name, (wanted, _) in asked.items():
        _, purpose, why, licence, _ = ROWS[name]
        assert why.startswith(f"`{wanted.specifier}`: "), f"{name}: python docs/dependencies.py"
        assert len(why.partition(": ")[2]) > 8, name
        assert purpose, name
        assert licence, f"{name}: the metadata names no licence; find it out and write it in NOTES"


FAMILIES = ("MIT", "BSD", "Apache", "MPL", "Mozilla", "LGPL", "GPL", "GNU", "PSF", "Affero")


def test_no_licence_has_become_another() -> None:
    """Of what is installed here. How it is spelt may change."""
    there = {name: PAGE.licence(name) for name in PAGE.asked_for()}
    assert sum(bool(each) for each in there.values()) > 30
    wrong = [
        name
        for name, each in there.items()
        for family in FAMILIES
        if family in each and family not in ROWS[name][3]
    ]
    assert wrong == [], "read the licence, then: python docs/dependencies.py"


def test_what_the_dependencies_bring_has_a_licence() -> None:
    brought = PAGE.brought()
    assert len(brought) > 15
    unknown = [each for each in brought if not (PAGE.licence(each) or PAGE.SILENT.get(each))]
    assert unknown == [], "find their licences out, and write them in SILENT"


def test_a_package_that_has_stood_still_says_who_keeps_it() -> None:
    asked = re.search(r"^Asked on (\S+)\.$", PAGE.PAGE.read_text("utf-8"), re.MULTILINE)
    assert asked is not None
    then = date.fromisoformat(asked[1])
    old = {
        name
        for name, row in ROWS.items()
        if (then - date.fromisoformat(row[4].rpartition(", ")[2])).days > PAGE.OLD
    }
    assert {"vosk", "wordfreq"} <= old
    assert [name for name in sorted(old) if not PAGE.NOTES[name].kept] == []
