"""The version, the changelog and the workflow that publishes agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"


def test_the_changelog_dates_the_version_and_names_its_tag() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heading = re.search(rf"^## \[{re.escape(VERSION)}\] - (.+)$", text, re.MULTILINE)
    assert heading is not None
    assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", heading[1])
    assert f"tag `v{VERSION}`" in text


def test_the_workflow_publishes_without_a_secret() -> None:
    text = WORKFLOW.read_text("utf-8")
    assert "id-token: write" in text
    assert "secrets." not in text
    assert "password" not in re.sub(r"#.*", "", text)
    assert "twine check --strict" in text
    assert "python -m build" in text
