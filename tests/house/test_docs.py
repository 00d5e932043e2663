"""What the documents promise of the files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "voicecoach"


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_the_files_that_are_named_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`([\w/.*-]+\.(?:py|md|toml)|[\w/]+/)`", text)
    assert len(named) > 10
    missing = [each for each in named if not any(_found(each))]
    assert missing == []


def _found(name: str) -> list[Path]:
    name = re.sub(r"NAME|<\w+>", "*", name).rstrip("/")
    return [path for root in (ROOT, PACKAGE, ROOT / "config") for path in root.glob(name)]


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=lambda page: page.name
)
def test_no_link_between_documents_is_broken(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!\w+:)([^)#\s]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
