"""`voicecoach new exercise`: what it writes works, teaches, and overwrites nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli_runner import Run, mistake
from voicecoach import config
from voicecoach.config import layers, scaffold

pytestmark = pytest.mark.slow


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The author's folder, still empty."""
    monkeypatch.setattr(layers, "users", lambda: tmp_path / "mine")
    monkeypatch.setattr("voicecoach.cli.new.users", lambda: tmp_path / "mine")
    return tmp_path / "mine"


def told(out: str) -> list[str]:
    """The mistakes that check reports."""
    found = (json.loads(line) for line in out.splitlines())
    return [each["message"] for each in found if each["severity"] != "note"]


@pytest.mark.audio
@pytest.mark.parametrize("words", [(), ("--from", "leg-press"), ("--from", "lat-pulldown")])
@pytest.mark.parametrize("voice", ["pyttsx3", "auto"])
def test_it_passes_check_as_it_is(run: Run, mine: Path, words: tuple[str, ...], voice: str) -> None:
    code, out, err = run("new", "exercise", "glute bridge", *words)
    assert code == 0, err
    file = mine / "exercises" / "glute-bridge.toml"
    assert out == f"{file}\n"
    assert "voicecoach preview glute-bridge --plot glute-bridge.svg" in err
    code, out, err = run("check", "--json", "--voice", voice, file)
    assert (code, told(out), err) == (0, [], "")


@pytest.mark.audio
def test_it_can_be_heard_at_once(run: Run, mine: Path) -> None:
    assert run("new", "exercise", "glute bridge")[0] == 0
    code, out, _ = run("preview", "glute-bridge", "--voice", "pyttsx3", "--reps", "3")
    assert code == 0
    assert "Glute bridge. Three reps" in out
    assert "0 dropped." in out


@pytest.mark.parametrize("source", [None, *layers.names([layers.shipped()], "exercises")])
def test_every_exercise_can_be_begun_with(mine: Path, source: str | None) -> None:
    written = scaffold.exercise("good morning", mine, source)
    loaded = config.load("en", None, offer=True, strict=True)
    made = next(each for each in loaded.offered if each.id == "good-morning")
    assert made.name == "Good morning"
    assert not made.called
    assert loaded.phrases.parse("good morning") is not None
    assert not [w for w in loaded.warnings if "good-morning" in w]
    if source is not None:
        like = next(each for each in loaded.offered if each.id == source)
        assert made.cues == like.cues
        assert made.lines == like.lines
    assert written.read_text(encoding="utf-8").startswith(
        "#:schema ../schemas/exercise.json\n# Good morning: what the coach says"
    )


def test_the_template_tells_of_every_key_that_it_uses_and_keeps_the_lines_short(mine: Path) -> None:
    text = scaffold.exercise("good morning", mine).read_text(encoding="utf-8")
    assert "new-exercise" not in text
    assert "New exercise" not in text
    comments = "\n".join(line.partition("#")[2] for line in text.splitlines())
    for key in ("tempo", "safety", "form", "encouragement", "every", "from", "once", "{done}"):
        assert key in comments or f"{key} =" in text, key
    assert max(map(len, text.splitlines())) <= 100


def test_nothing_is_overwritten(run: Run, mine: Path) -> None:
    assert run("new", "exercise", "Good Morning")[0] == 0
    file = mine / "exercises" / "good-morning.toml"
    file.write_text(file.read_text().replace("Hold.", "Mine."))
    line = mistake(*run("new", "exercise", "good  morning"))
    assert line == '"good  morning" is already the name of exercises/good-morning.toml'
    file.write_text(file.read_text().replace('name = "Good Morning"', 'name = "Dawn"'))
    line = mistake(*run("new", "exercise", "good-morning"))
    assert line == f"{file} is there already and stays as it is; choose another name"
    assert "Mine." in file.read_text()


BAD = {
    "": 'has no word that can be said; a name is like "split squat"',
    "  ": "has no word that can be said",
    "12": "has no word that can be said",
    "–": 'not "–"',
    "../../etc/passwd": 'not "."',
    "a/b": 'not "/"',
    "row.toml": 'not "."',
    'say "this"': 'not """',
    "{reps}": 'not "{"',
    "tab\x07": "letters, digits, spaces and hyphens",
    "x" * 41: "this name has 41 characters",
    "con": "can't be a file's name on every system",
    "stop": '"stop" is a command (stop)',
    "one more set": '"one more set" is a command (more_sets)',
    "Leg Press": "is already the name of exercises/leg-press.toml",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_name_is_one_clear_line_and_writes_nothing(run: Run, mine: Path, name: str) -> None:
    assert BAD[name] in mistake(*run("new", "exercise", name))
    assert not mine.exists()


def test_an_unknown_source_is_one_clear_line(run: Run, mine: Path) -> None:
    line = mistake(*run("new", "exercise", "good morning", "--from", "leg-pres"))
    assert line.startswith('no exercise "leg-pres", did you mean "leg-press"? there are: ')


def test_names_of_other_languages_and_with_apostrophes_are_names(mine: Path) -> None:
    assert scaffold.file_name("Farmer's walk") == "farmers-walk"
    assert scaffold.file_name("런지") == "런지"
    assert scaffold.file_name("Kniebeuge  mit Stange") == "kniebeuge-mit-stange"


def test_a_folder_that_cannot_be_written_is_one_line(run: Run, mine: Path) -> None:
    mine.write_text("no folder")
    assert "cannot be written" in mistake(*run("new", "exercise", "good morning"))
