"""Pinned wheels: a machine for which one doesn't exist must still install the rest."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize(
    ("platform", "machine", "release", "there"),
    [
        ("linux", "x86_64", "6.1.0-18-amd64", True),
        ("linux", "aarch64", "6.6.31+rpt-rpi-v8", True),
        ("linux", "armv7l", "6.6.31+rpt-rpi-v7", False),
        ("win32", "AMD64", "10", True),
        ("win32", "ARM64", "11", False),
        ("darwin", "arm64", "23.6.0", False),
        ("darwin", "arm64", "24.0.0", True),
        ("darwin", "arm64", "25.1.0", True),
        ("darwin", "x86_64", "24.0.0", False),
    ],
)
def test_moonshine_is_asked_for_where_its_wheel_exists(
    platform: str, machine: str, release: str, there: bool
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
        "platform_release": release,
    }
    assert moonshine.marker.evaluate(where) is there
