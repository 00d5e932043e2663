"""What the documents promise about the files."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from voicecoach import config

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


def test_every_statement_of_the_shipped_exercises_is_on_the_page_of_sources() -> None:
    page = (ROOT / "docs/coaching-sources.md").read_text("utf-8")
    table = [line for line in page.partition("## The statements")[2].splitlines() if line]
    rows = [line.split(" | ") for line in table[2:]]
    for exercise in config.load("en", offer=True).offered:
        told = " ".join(row[1] for row in rows if row[0] == f"| {exercise.name}")
        wordings = [cue.wording for cue in exercise.cues]
        wordings += [item.wording for item in exercise.setup]
        wordings += [said for name, said in exercise.variations.items() if name != "both"]
        for wording in (*wordings, exercise.lines["explain"]):
            assert [text for text in wording.full if text not in told] == []
    assert all(source and re.match(r"(kept|changed|new)\b", what) for _, _, source, what in rows)
