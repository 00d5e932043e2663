"""The script author's guide: what it shows is true, and it builds into self-contained pages."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.support.guide_runner import (
    DOCS,
    MEASURED,
    PAGES,
    as_reader,
    commands,
    follow,
    laid,
    pictures,
    steps,
)
from voicecoach.cli import command
from voicecoach.config import schema

pytestmark = pytest.mark.slow

_INLINE = re.compile(r"`voicecoach ([^`]+)`")
_ASKED_FOR = re.compile(r'<(?:script|img|link|source|iframe)\b[^>]*?(?:src|href)="(.*?)"')


@pytest.mark.audio
@pytest.mark.parametrize("page", PAGES)
def test_a_page_comes_true_in_an_empty_folder(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_reader(tmp_path, monkeypatch.setenv)
    monkeypatch.chdir(tmp_path)
    for step in steps(DOCS / page):
        follow(step)
    made = {file.name for file in tmp_path.glob("*.svg")}
    assert set(pictures(DOCS / page)) <= made | MEASURED


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_in_passing_can_be_typed(page: str) -> None:
    """Commands inside a sentence are not run, but such commands and options exist."""
    named = _INLINE.findall((DOCS / page).read_text(encoding="utf-8"))
    assert named
    for line in named:
        name, *words = line.split()
        known = command.get_command(click.Context(command), name)
        assert known is not None, line
        known.make_context(name, words)


def test_a_story_is_told_by_its_blocks_alone() -> None:
    """Each page has a block of every kind: else an example would not be run, or no mistake
    shown."""
    for page in PAGES:
        told = steps(DOCS / page)
        assert {step.kind for step in told} == {"console", "toml"}
        assert any(step.wrong for step in told)
        fences = re.findall(r"^```\S", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert len(fences) == len(told)
        assert all([*commands(step)] for step in told if step.kind == "console")


def test_what_is_wrong_on_a_page_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    as_reader(tmp_path, monkeypatch.setenv)
    page = tmp_path / "page.md"
    for block in (
        "```console\n$ voicecoach new exercise lunge --config coach\nanother.toml\n...\n```\n",
        "```console\n$ voicecoach preview nothing\n...\n```\n",
        "```console wrong\n$ voicecoach schema workout\n...\n```\n",
        "```toml wrong\n# coach/voicecoach.toml\n[talk]\nlevel = 'full'\n```\n",
        "```toml\n# coach/workouts/mine.toml\nnmae = 3\n```\n",
        "```toml\nname = 'nowhere'\n```\n",
        "```python\nprint()\n```\n",
    ):
        page.write_text(block)
        (step,) = steps(page)
        with pytest.raises(AssertionError, match="line 1"):
            follow(step)


def test_a_part_takes_the_place_of_the_same() -> None:
    whole = (
        'name = "A"\ntempo = "3-1-2-1" # slow\n\n# About cues.\n[[cue]]\nid = "a"\nsay = "A"\n'
        'every = 2\n\n# About lines.\n[lines]\nended = """x\n y"""\ngate = "G"\n'
    )
    part = (
        'tempo = "2-0-2-1"\n[[cue]]\nid = "b"\nsay = "B"\n[[cue]]\nid = "a"\nsay = "AA"\n'
        '[lines]\nended = "E"\nmore = "M"\n'
    )
    assert laid(part, whole) == (
        'name = "A"\ntempo = "2-0-2-1"\n\n# About cues.\n[[cue]]\nid = "a"\nsay = "AA"\n'
        '\n# About lines.\n[lines]\nended = "E"\ngate = "G"\nmore = "M"\n'
        '\n[[cue]]\nid = "b"\nsay = "B"\n'
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide as a browser shows it, built as strictly as the README says."""
    pytest.importorskip("furo", reason="the guide is built with .[docs]")
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "-d", folder / "kept", DOCS, folder],
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    assert not built.stderr
    return folder


def html(site: Path) -> Iterator[tuple[Path, str]]:
    for page in sorted(site.rglob("*.html")):
        yield page, page.read_text(encoding="utf-8")


def test_the_site_has_every_page_and_asks_for_nothing_elsewhere(site: Path) -> None:
    assert {"index.html", "tutorial.html", "recipes.html"} <= {each.name for each, _ in html(site)}
    for page, text in html(site):
        asked = re.findall(
            r"<(?:script|img|link|source|iframe)\b[^>]*?(?:src|href)=\"(.*?)\"", text
        )
        assert not [each for each in asked if "//" in each], page
    for style in site.rglob("*.css"):
        assert not re.findall(r"url\(\s*['\"]?(?:https?:)?//", style.read_text("utf-8")), style


@pytest.mark.parametrize("kind", schema.KINDS)
def test_the_reference_has_every_key(site: Path, kind: str) -> None:
    text = (site / "reference" / f"{kind}.html").read_text(encoding="utf-8")
    made = schema.schema(kind)
    tables = [made, *made.get("$defs", {}).values()]
    shown = set(re.findall(r"[a-z_]+", re.sub(r"<.*?>", " ", text)))
    for table in tables:
        lacking = set(table.get("properties", ())) - shown
        assert not lacking, lacking
