"""Planted confusions are found, with their place and a remedy; the shipped files have none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from voicecoach.config import layers, load
from voicecoach.core.events import Intent
from voicecoach.lint import Kind, LintFinding, lint
from voicecoach.lint.files import check
from voicecoach.speaking.phonemes import NoPronunciationsError, phonemes

pytestmark = pytest.mark.slow

MINE = "languages/en/commands.toml"


def shipped(file: str) -> str:
    return (layers.shipped() / file).read_text(encoding="utf-8")


def with_phrases(text: str, **phrases: list[str]) -> str:
    """A command file with other phrases for some intents."""
    for intent, said in phrases.items():
        line = f"{intent} = {json.dumps(said, ensure_ascii=False)}"
        assert re.search(rf"(?m)^{intent} = \[", text), intent
        text = re.sub(rf"(?m)^{intent} = \[.*$", line, text)
    return text


PLAIN = {
    "en": """
ready = ["I'm prepared"]
start = ["commence exercise"]
done = ["finished training"]
stop = ["halt"]
pause = ["intermission"]
resume = ["continue onward"]
locked = ["secured"]
slower = ["A"]
talk = ["B"]
""",
    "ko": """
ready = ["준비 완료"]
start = ["운동 시작"]
done = ["마무리"]
stop = ["스톱"]
pause = ["일시 정지"]
resume = ["계속해"]
locked = ["세이프티"]
slower = ["A"]
talk = ["B"]
""",
}
"""Command files in which nothing sounds alike."""

_NOTHING_ELSE = "".join(
    f"{intent.value} = []\n"
    for intent in Intent
    if not re.search(rf"(?m)^{intent.value} = ", PLAIN["en"])
)
"""What they leave out differs from the shipped files."""


def planted(write: Write, a: str, b: str, language: str = "en") -> list[LintFinding]:
    """The findings if "a" is the phrase for slower and "b" for talk, in lines 9 and 10."""
    text = with_phrases(PLAIN[language], slower=[a], talk=[b])
    text += f"decoys = []\nonly_when_asked = []\n{_NOTHING_ELSE}"
    return alike(write(f"languages/{language}/commands.toml", text), language)


Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file of the user's and return the folder; no other files of the user are seen."""
    monkeypatch.setattr(layers, "users", lambda: tmp_path / "nobody")

    def call(file: str, text: str) -> Path:
        target = tmp_path / "mine" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return tmp_path / "mine"

    return call


KNOWN: dict[tuple[str, str], str] = {}


def pronounce(texts: Sequence[str], language: str) -> list[str]:
    """As espeak-ng does, cached."""
    new = [text for text in texts if (text, language) not in KNOWN]
    KNOWN.update(zip(((text, language) for text in new), phonemes(new, language), strict=True))
    return [KNOWN[text, language] for text in texts]


def findings(folder: Path, language: str = "en") -> list[LintFinding]:
    return lint(load(language, "leg-press", folder, offer=True), pronounce)


def alike(folder: Path, language: str = "en") -> list[LintFinding]:
    return [finding for finding in findings(folder, language) if finding.kind is Kind.ALIKE]


# --- two commands ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("pause", "paws"),
        ("pause", "cause"),
        ("pause", "boss"),
        ("done", "dawn"),
        ("done", "gun"),
        ("done", "dumb"),
        ("stop", "stopped"),
        ("help", "held"),
        ("help", "kelp"),
        ("faster", "master"),
        ("faster", "pastor"),
        ("quiet", "quite"),
        ("repeat", "receipt"),
        ("speed up", "speak up"),
        ("slow down", "low down"),
        ("set up", "shut up"),
        ("pain", "bane"),
        ("pain", "paint"),
        ("dizzy", "busy"),
        ("next", "text"),
        ("start set", "star set"),
        ("hold on", "told on"),
    ],
)
def test_words_that_sound_alike_are_found_in_two_commands(a: str, b: str, write: Write) -> None:
    (found,) = planted(write, a, b)
    assert found.kind is Kind.ALIKE
    assert (found.file, found.line, found.key, found.other) == (MINE, 10, "talk", f"{MINE}:9")
    assert found.message.startswith(f'"{b}" sounds ')
    assert f'like "{a}" (slower at' in found.message


def line_of(folder: Path, intent: str) -> int:
    text = (folder / MINE).read_text(encoding="utf-8")
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(f"{intent} ="))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("멈춰", "멈처"),
        ("그만", "구만"),
        ("아파", "아빠"),
        ("천천히", "찬찬히"),
        ("말해", "발해"),
        ("조용히", "조영히"),
    ],
)
def test_they_are_found_in_korean(a: str, b: str, write: Write) -> None:
    (found,) = planted(write, a, b, "ko")
    assert found.kind is Kind.ALIKE
    assert found.message.startswith(f'"{b}" sounds like "{a}"')


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("slower", "faster"),
        ("done", "pause"),
        ("talk more", "four more"),
        ("not so loud", "not so fast"),
        ("feet high", "feet wide"),
        ("lock", "talk"),
        ("hold on", "carry on"),
    ],
)
def test_words_that_are_told_apart_are_let_be(a: str, b: str, write: Write) -> None:
    assert planted(write, a, b) == []


def test_words_of_states_that_never_meet_may_sound_alike(write: Write) -> None:
    """Nobody has to lock the catches in the middle of a set."""
    text = with_phrases(PLAIN["en"], pause=["pores"], locked=["paws"])
    assert alike(write(MINE, text)) == []


def test_a_pair_is_told_once_with_why_it_matters_and_a_better_word(write: Write) -> None:
    folder = write(MINE, with_phrases(shipped(MINE), repeat=["repeat that", "say again"]))
    (found,) = findings(folder)
    here, there = line_of(folder, "repeat"), line_of(folder, "same")
    assert str(found) == (
        f'{MINE}:{here} repeat: "say again" sounds like "same again" (same at {MINE}:{there}): '
        "one will be taken for the other in the states ready, gate and rest; "
        'take "say again" out: "repeat that" means the same and sounds like no other'
    )


def test_a_word_is_suggested_from_the_file_where_the_command_has_no_other(write: Write) -> None:
    words = '[other_words]\ntalk = ["mumble mumble", "finish training"]\n'
    text = with_phrases(PLAIN["en"], slower=["quiet"], talk=["quite"]) + words
    (found,) = alike(write(MINE, text))
    assert found.remedy == 'say "mumble mumble" instead, which sounds like no other'


def test_a_stop_that_may_be_missed_is_called_so(write: Write) -> None:
    text = with_phrases(PLAIN["en"], stop=["stop"], slower=["stopped"])
    (found,) = alike(write(MINE, text))
    assert found.key == "slower"
    assert found.why.startswith('"stop" may be missed, or happen unasked, in the states')


def test_what_the_file_allows_is_not_told(write: Write) -> None:
    text = with_phrases(shipped(MINE), louder=["louder", "speak up"])
    allowed = text.replace("[sounds_alike_ok]\n", '[sounds_alike_ok]\n"speak up" = ["speed up"]\n')
    assert findings(write(MINE, text)) != []
    assert findings(write(MINE, allowed)) == []


def test_the_order_of_the_file_is_of_no_matter(write: Write) -> None:
    text = with_phrases(
        shipped(MINE), louder=["speak up", "louder"], quiet=["quiet", "quite"], talk=["held"]
    )
    text = re.sub(r"(?ms)^decoys = \[.*?^\]", 'decoys = ["zebra"]', text)
    top, rest = text.split("\n[lists]\n")
    lines = [line for line in top.splitlines() if re.match(r"\w+ = ", line)]

    def told(order: list[str]) -> set[str]:
        folder = write(MINE, "\n".join(order) + "\n[lists]\n" + rest)
        return {re.sub(r":\d+", "", str(f)) for f in findings(folder)}

    assert told(lines) == told(lines[::-1]) == told(sorted(lines))
    assert len(told(lines)) >= 2


def test_a_decoy_that_no_ear_can_tell_from_a_command(write: Write) -> None:
    text = shipped(MINE).replace('"boss",\n', '"boss", "paws",\n')
    (found,) = findings(write(MINE, text))
    assert (found.kind, found.key) == (Kind.SILENCED, "decoys")
    assert 'the decoy "paws" sounds just like "pause"' in found.message


# --- the coach's own words -------------------------------------------------------------------


def cue(say: str) -> str:
    return shipped("exercises/leg-press.toml").replace('say = "Hold."', f"say = {json.dumps(say)}")


@pytest.mark.parametrize(
    ("say", "command", "why"),
    [
        ("Slow down here.", "slow down", "can't be told from yours"),
        ("Well done, hold.", "done", "can't be told from yours"),
        ("Hold, not faster.", "faster", "can't be told from yours"),
        ("Do not stop.", "stop", "the coach would end the set itself"),
        ("Any pain? Hold.", "pain", "the coach would end the set itself"),
    ],
)
def test_a_cue_that_holds_a_command_of_the_set(
    say: str, command: str, why: str, write: Write
) -> None:
    folder = write("exercises/mine.toml", cue(say).replace('"Leg press"', '"Mine"'))
    (found,) = findings(folder)
    assert (found.file, found.key, found.kind) == (
        "exercises/mine.toml",
        "openers.bottom.say",
        Kind.SPOKEN,
    )
    text = (folder / found.file).read_text(encoding="utf-8").splitlines()
    assert json.dumps(say) in text[found.line - 1]
    assert f'holds the command "{command}"' in found.message
    assert why in found.why


@pytest.mark.parametrize(
    ("say", "like", "command"),
    [
        ("Paws, then press.", "paws", "pause"),
        ("Gunn.", "gunn", "done"),
        ("Busy!", "busy", "dizzy"),
        ("Paste her, vaster.", "vaster", "faster"),
    ],
)
def test_a_cue_that_sounds_like_a_command_of_the_set(
    say: str, like: str, command: str, write: Write
) -> None:
    folder = write("exercises/mine.toml", cue(say).replace('"Leg press"', '"Mine"'))
    (found,) = findings(folder)
    assert found.kind is Kind.ECHO
    assert f'"{like}" in "{say}" sounds like the command "{command}"' in found.message
    assert f'add "{like}" to the decoys' in found.remedy


def test_a_decoy_guards_a_word_that_sounds_like_a_command(write: Write) -> None:
    write("exercises/mine.toml", cue("Busy.").replace('"Leg press"', '"Mine"'))
    folder = write(MINE, shipped(MINE).replace('"boss",\n', '"boss", "busy",\n'))
    assert findings(folder) == []


def test_a_line_may_name_the_command_that_it_asks_for(write: Write) -> None:
    text = shipped("languages/en/messages.toml")
    text = text.replace('"Release the catches. Say start set."', '"Say start set, or say stop."')
    text = text.replace('"Rest is over."', '"Rest is over: be ready."')
    folder = write("languages/en/messages.toml", text)
    keys = {(f.key, f.kind) for f in findings(folder)}
    # The exercise words the release itself; "ready" is live when the rest is over.
    assert keys == {("lines.rest_over", Kind.SPOKEN)}


def test_a_line_is_told_of_only_where_its_command_is_understood(write: Write) -> None:
    """ "Point" ends no checklist, and "next" means nothing during the set."""
    folder = write("exercises/mine.toml", cue("Next.").replace('"Leg press"', '"Mine"'))
    assert findings(folder) == []


def test_the_name_of_an_exercise_is_told_of_in_its_own_file(write: Write) -> None:
    script = shipped("exercises/leg-press.toml")
    script = script.replace('name = "Leg press"', 'name = "Rowing"\ncalled = "quite it"')
    folder = write("exercises/row.toml", script)
    text = with_phrases(shipped(MINE), quiet=["quiet it"])
    (found,) = alike(write(MINE, text))
    assert '"quite it" (exercise (exercise row) at exercises/row.toml:' in found.message
    lines = (folder / "exercises" / "row.toml").read_text(encoding="utf-8").splitlines()
    assert lines[int(found.other.split(":")[1]) - 1].startswith("called")


# --- unknown words ---------------------------------------------------------------------------


def test_a_word_that_the_recogniser_lacks(write: Write) -> None:
    folder = write(MINE, with_phrases(shipped(MINE), pause=["pause", "basta", "basta set"]))
    loaded = load("en", "leg-press", folder, offer=True)
    missing = {"basta": ("basta",), "basta set": ("basta",)}
    (found,) = (f for f in lint(loaded, pronounce, missing) if f.kind is Kind.UNKNOWN)
    assert found.key == "pause"
    assert found.message == 'the recogniser\'s model has no word "basta"'
    assert '"pause" is heard and means the same' in found.why


# --- the shipped files -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_shipped_files_are_clean(language: str, tmp_path: Path) -> None:
    found = check(tmp_path, pronounce, lambda _: {}, [language])
    assert [str(f) for f in found if f.kind is not Kind.NOTE] == []


def test_a_language_that_cannot_be_pronounced_is_said() -> None:
    with pytest.raises(NoPronunciationsError, match='it does not speak "zz"'):
        phonemes(["one"], "zz")
