"""What the documents promise about the files."""

from __future__ import annotations

import re
import runpy
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
    # The reference is made whenever the guide is built.
    kinds = runpy.run_path(str(ROOT / "docs/reference_pages.py"))["PAGES"]
    made = {(ROOT / f"docs/reference/{kind}.md").resolve() for kind in (*kinds, "index")}
    targets = [(page.parent / link).resolve() for link in links]
    assert [each for each in targets if each not in made and not each.exists()] == []
