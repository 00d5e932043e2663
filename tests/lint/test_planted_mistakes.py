"""Kinds of mistake, each planted in a copy of a shipped file: found, on its line, explained.

The ids of the table are the kinds. The findings are those that `voicecoach check` prints. The exact
wording of file faults is tested in `config/test_faults.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from voicecoach import config
from voicecoach.config import layers
from voicecoach.lint.files import check
from voicecoach.lint.findings import Kind, LintFinding
from voicecoach.lint.pronouncing import UnpronounceableError
from voicecoach.speaking.phonemes import phonemes
from voicecoach.speaking.silent import SilentClips

pytestmark = pytest.mark.slow

LEG = "exercises/leg-press.toml"
COMMANDS = "languages/en/commands.toml"
MESSAGES = "languages/en/messages.toml"
SETTINGS = "voicecoach.toml"
WORKOUT = "workouts/leg-press.toml"


@dataclass(frozen=True)
class Plant:
    """A mistake: `old`, which occurs once in the file, becomes `new`."""

    file: str
    old: str
    new: str
    at: str
    """Text of the line that is named."""
    says: str
    """Part of the finding."""
    code: Kind = Kind.FAULT


KNEES = 'say = ["Soft knees.", "Knees bent."]'
LAST_CUE = 'say = ["Good rhythm.", "Strong.", "Well controlled."]'
TENSE = 'say = "Keep the legs tense."\nshort = "Legs tense."'
LECTURE = (
    "Remember what we said about the way in which the sled comes back when nobody holds it, "
    "and how far the catches let it come before they take the load."
)
NEVER_ENDS = "Press evenly with the whole of both of your feet until the very end of the way."


def cue(text: str, phase: str = "any", more: str = "every = 3", short: str = "") -> str:
    """Another cue after the last one."""
    return (
        f'{LAST_CUE}\n[[cue]]\nid = "planted"\nclass = "form"\nphase = "{phase}"\n{more}\n'
        f"say = {text}\n" + (f"short = {short}\n" if short else "")
    )


PLANTED: Mapping[str, Plant] = {
    # --- the file itself ---
    "a text without its second quote": Plant(
        LEG, 'say = "Hold."', 'say = "Hold.', 'say = "Hold.', "not closed"
    ),
    "a text without quotes": Plant(
        LEG, 'name = "Leg press"', "name = Leg press", "name =", 'a text goes in "quotes"'
    ),
    "a key twice": Plant(LEG, "reps = 12 ", "reps = 12\nreps = 12 ", "reps = 12 ", "a second time"),
    "a list that is not closed": Plant(
        COMMANDS, 'next = ["next [point]"]', 'next = ["next [point]"', "next =", "is never closed"
    ),
    # --- keys ---
    "a key that does not exist": Plant(
        LEG, "every = 2", "evry = 2", "evry", 'did you mean "every"?'
    ),
    "a key in the wrong table": Plant(
        LEG, "tempo_step = 1 ", "loudness = 1 ", "loudness", "unknown key"
    ),
    "a header left out": Plant(
        LEG, "[lines]\ngate =", "gate =", "gate =", "this key belongs under [lines]"
    ),
    "a key of a reminder before all reminders": Plant(
        LEG, "reps = 12 ", "every = 3\nreps = 12 ", "every = 3", "belongs under [[cue]]"
    ),
    "a key left out": Plant(
        LEG, 'first = "lower" ', "", "#:schema", 'add for example first = "lower"'
    ),
    "an opener left out": Plant(
        LEG, "[openers.lift]", "[openers.top]", "[openers.lower]", "openers.lift"
    ),
    # --- kinds of values ---
    "a text for a number": Plant(LEG, "reps = 12 ", 'reps = "many" ', "reps =", "whole number"),
    "a number for a text": Plant(
        LEG, 'tempo = "3-1-2-1"', "tempo = 3121", "tempo =", 'like "3-1-2-1"'
    ),
    "yes for true": Plant(
        LEG, "count = true", 'count = "yes"', "count =", "expected true or false"
    ),
    "half a rep": Plant(
        LEG, "reps = 12 ", "reps = 12.5 ", "reps =", "a whole number from 1 to 100"
    ),
    "no reps": Plant(LEG, "reps = 12 ", "reps = 0 ", "reps =", "from 1 to 100"),
    "a rest of an hour": Plant(LEG, "rest = 90", "rest = 3600", "rest =", "from 0 to 1800"),
    "a phase that does not exist": Plant(
        LEG, 'first = "lower"', 'first = "lowr"', "first =", 'did you mean "lower"?'
    ),
    "a class that does not exist": Plant(
        LEG, 'class = "encouragement"', 'class = "praise"', "praise", "unknown class"
    ),
    # --- the tempo ---
    "a tempo of three numbers": Plant(
        LEG, 'tempo = "3-1-2-1"', 'tempo = "3-1-2"', "tempo =", "expected seconds of lowering"
    ),
    "a tempo without lowering": Plant(
        LEG, 'tempo = "3-1-2-1"', 'tempo = "0-1-2-1"', "tempo =", "at least 1 s each"
    ),
    "a rep of more than ten seconds": Plant(
        LEG, 'tempo = "3-1-2-1"', 'tempo = "5-2-4-1"', "tempo =", "takes 12.00 s", Kind.TEMPO
    ),
    # --- texts ---
    "a variable that does not exist": Plant(
        MESSAGES, '"{done} done, {left} to go."', '"{don} done."', "how_many =", "{don}"
    ),
    "a variable that this line has not": Plant(
        MESSAGES, 'half_way = "Half way."', 'half_way = "{rest} half."', "half_way =", "{rest}"
    ),
    "a brace alone": Plant(
        MESSAGES, '"Last rep."', '"Last {rep."', "last_rep =", "has a lone brace"
    ),
    "a variable with a format": Plant(
        MESSAGES, '"{tempo}."', '"{tempo:>9}."', "tempo_set =", "no format, no conversion"
    ),
    "an empty text": Plant(LEG, 'say = "Hold."', 'say = ""', 'say = ""', "this text is empty"),
    "an empty list": Plant(LEG, KNEES, "say = []", "say = []", "this list is empty"),
    "a short text longer than the full": Plant(
        LEG,
        'short = "Head back."',
        'short = "Head back on the pad, please."',
        "please",
        "is longer than",
    ),
    "a line that does not exist": Plant(
        MESSAGES, "last_rep =", "lastrep =", "lastrep =", 'did you mean "last_rep"?'
    ),
    "a quantity without its number": Plant(
        MESSAGES,
        'effort = "effort {n}"',
        'effort = "effort"',
        "effort =",
        "no place for its number",
    ),
    # --- safety ---
    "a safety cue too seldom": Plant(
        LEG, "every = 3\nfrom = 2", "every = 9\nfrom = 2", "every = 9", "at least every 6 reps"
    ),
    "a safety cue that begins too late": Plant(
        LEG, "every = 3\nfrom = 2", "every = 3\nfrom = 5", "from = 5", "begins in its first round"
    ),
    "a safety cue that ends": Plant(
        LEG, "every = 3\nfrom = 2", "every = 3\nfrom = 2\nlast = 6", "last = 6", "to the end"
    ),
    "a safety cue only once": Plant(
        LEG,
        "every = 3\nfrom = 2",
        "every = 3\nfrom = 2\nonce = true",
        "once = true",
        "again and again",
    ),
    "a safety cue made one of form": Plant(
        LEG, 'id = "head"\nclass = "safety"', 'id = "head"\nclass = "form"', "[[cue]]", '"head"'
    ),
    "a gate without the catches": Plant(
        LEG, 'gate = "Catches set? Back', 'gate = "Back', "gate =", 'does not say "catches"'
    ),
    "an end without the catches": Plant(
        LEG,
        'Lock the safety catches. Say locked."\nstopped',
        'Say locked."\nstopped',
        "ended =",
        'does not say "catches"',
    ),
    "catches that the general lines don't name": Plant(
        LEG, 'secured_by = "catches"', 'secured_by = "pins"', "gate =", 'does not say "pins"'
    ),
    "general lines that name the catches where a bar is": Plant(
        LEG,
        'secured_by = "catches"',
        'secured_by = "bar"',
        "secured_by =",
        "gate_first, paused, unconfirmed do not say",
    ),
    "an answer that fits another exercise": Plant(
        LEG,
        'ended = "{done}. Lock the safety catches. Say locked."',
        'ended = "{done}. Lock the safety catches. Say racked."',
        "ended =",
        'asks for "racked"',
        Kind.ANSWER,
    ),
    "a line of safety silenced": Plant(
        MESSAGES,
        'still_deaf = { say = "I still can\'t hear you.", short = "Still can\'t hear." }',
        'still_deaf = ""',
        "still_deaf",
        "empty",
    ),
    # --- cues among each other ---
    "an id twice": Plant(LEG, 'id = "seat"', 'id = "deep"', 'id = "deep"', "is already the id"),
    "a point of the set-up twice": Plant(
        LEG, 'id = "pad"', 'id = "catches"', 'id = "catches"', "is already the id"
    ),
    "a side twice": Plant(
        LEG,
        'sides = ["Left leg", "Right leg"]',
        'sides = ["Left leg", "Left leg"]',
        "sides =",
        '"Left leg" is there twice',
    ),
    "an end before the beginning": Plant(
        LEG, "every = 12\nfrom = 8", "every = 12\nfrom = 8\nlast = 4", "last = 4", 'before "from"'
    ),
    "reps of the progression in the wrong order": Plant(
        LEG, "reps = [8, 12]", "reps = [12, 8]", "reps = [12, 8]", "two numbers of reps"
    ),
    "a step without its unit": Plant(
        LEG, 'add = ["5 kg", "10 lb"]', 'add = ["5"]', "add =", "expected a weight"
    ),
    # --- commands ---
    "a bracket that is not closed": Plant(
        COMMANDS, '"slower", "slow down"', '"slower", "(slow down"', "slower =", "slow down"
    ),
    "a list that does not exist": Plant(COMMANDS, "{more} more", "{mor} more", "more =", "{mor}"),
    "a command that must be there": Plant(
        COMMANDS,
        'stop = ["stop [(now|it)]", "stop stop [stop]", "stop the set"]',
        "stop = []",
        "stop =",
        "this list is empty",
    ),
    "a meaning that does not exist": Plant(
        COMMANDS, 'undo = ["undo', 'undoo = ["undo', "undoo", 'did you mean "undo"?'
    ),
    "a phrase with two meanings": Plant(
        COMMANDS, '"slower", "slow down"', '"slower", "faster"', "faster =", '"faster"'
    ),
    "two commands that sound alike": Plant(
        COMMANDS,
        '["louder", "turn it up"]',
        '["louder", "speak up"]',
        "louder =",
        'sounds like "speed up"',
        Kind.ALIKE,
    ),
    "a decoy that silences a command": Plant(
        COMMANDS, '"because", "applause"', '"because", "paws"', '"paws"', '"paws"', Kind.SILENCED
    ),
    "a word that the recogniser does not know": Plant(
        COMMANDS,
        '["louder", "turn it up"]',
        '["louder", "crank it up"]',
        "louder =",
        'no word "crank"',
        Kind.UNKNOWN,
    ),
    "a gate that asks for no word": Plant(
        LEG,
        'Back and head on the pad? Say ready."',
        'Back and head on the pad?"',
        "gate =",
        "names none that is understood",
        Kind.ANSWER,
    ),
    "a command that is called otherwise in what asks for it": Plant(
        COMMANDS,
        'start = ["(start|begin) [the] set"]',
        'start = ["kick off"]',
        "start =",
        'no line of the coach that waits for "kick off" says so: "Release the catches.',
        Kind.ANSWER,
    ),
    "a variation that nobody can ask for": Plant(
        LEG, 'narrow = "Feet', 'tiptoe = "Feet', "", "no command says", Kind.NOTE
    ),
    # --- what takes too long to say, and what is not for saying ---
    "a stop of six words": Plant(
        COMMANDS,
        'stop = ["stop [(now|it)]", "stop stop [stop]", "stop the set"]',
        'stop = ["stop [now]", "please stop the set right now"]',
        "stop =",
        '"please stop the set right now" (stop) has 6 words',
        Kind.LENGTHY,
    ),
    "a stop of a single long word": Plant(
        COMMANDS,
        'stop = ["stop [(now|it)]", "stop stop [stop]", "stop the set"]',
        'stop = ["immediately discontinue"]',
        "stop =",
        "a word or two would do",
        Kind.LENGTHY,
    ),
    "a pause of five words": Plant(
        COMMANDS,
        '"pause [[the] (set|rest)]"',
        '"pause [[the] (set|rest)]", "give me just a moment"',
        "pause =",
        'has 5 words: a lifter who holds a weight has no breath for it; "pause" does the same',
        Kind.LENGTHY,
    ),
    "a command that is taken for talk": Plant(
        COMMANDS,
        '"am I getting stronger"',
        '"could you tell me whether I am any stronger than before"',
        "stronger =",
        "has 11 words",
        Kind.LENGTHY,
    ),
    "an emoji in a reminder": Plant(
        LEG,
        '"Strong."',
        '"Strong \U0001f4aa\U0001f3fb."',
        "Strong",
        "flexed biceps)",
        Kind.SIGN,
    ),
    "a heart in a line": Plant(
        MESSAGES,
        'good_set = "Good set. Rest {rest}."',
        'good_set = "Good set \u2764\ufe0f Rest {rest}."',
        "good_set",
        'write "Good set Rest {rest}."',
        Kind.SIGN,
    ),
    "an arrow between numbers": Plant(
        MESSAGES,
        'half_way = "Half way."',
        'half_way = "Half way \u2192 go on."',
        "half_way =",
        "arrow",
        Kind.SIGN,
    ),
    # --- what is too long for somebody who holds a weight ---
    "a gate that is a lecture": Plant(
        LEG,
        'gate = "Catches set? Back',
        f'gate = "Catches set? {LECTURE} Back',
        "gate =",
        "more than 8.00 s",
        Kind.LONG,
    ),
    "a stop that is answered with a lecture": Plant(
        LEG,
        "Press the sled up if you can,",
        f"{LECTURE} Press up",
        "stopped =",
        "more than 10.00 s",
        Kind.LONG,
    ),
    "an alarm that comes too late": Plant(
        MESSAGES,
        'short = "I can\'t hear you." }',
        'short = "Something is wrong now and I can\'t hear you." }',
        "deaf =",
        "an alarm has 1.90 s",
        Kind.LONG,
    ),
    # --- what the microphone hears of the coach ---
    "a text that holds a command": Plant(
        LEG, '"Hold."', '"Pause."', 'say = "Pause."', 'holds the command "pause"', Kind.SPOKEN
    ),
    "a text that holds stop": Plant(
        LEG, '"Keep the legs tense."', '"Never stop now."', "Never stop", '"stop', Kind.SPOKEN
    ),
    "a text that sounds like a command": Plant(
        LEG, '"Hold."', '"Paws."', "Paws", 'sounds like the command "pause"', Kind.ECHO
    ),
    # --- what the voice takes too long for ---
    "an opener longer than its phase": Plant(
        LEG,
        'say = "Hold."',
        'say = "Hold it there for a moment."',
        "for a moment",
        "takes 1.58 s, and bottom lasts 1.00 s at 3-1-2-1",
        Kind.LONG,
    ),
    "a reminder longer than its phase": Plant(
        LEG,
        LAST_CUE,
        cue('"Deep, hips flat on the seat."', "bottom"),
        "Deep, hips flat",
        "takes 1.64 s, and bottom lasts 1.00 s",
        Kind.LONG,
    ),
    "a reminder for a phase that takes no time": Plant(
        LEG, 'tempo = "3-1-2-1"', 'tempo = "3-0-2-1"', "phase = ", "bottom takes no time", Kind.LONG
    ),
    "a full wording that is never said": Plant(
        LEG,
        LAST_CUE,
        cue(f'"{NEVER_ENDS}"', short='"Press evenly."'),
        "Press evenly with",
        "is never said in full",
        Kind.LONG,
    ),
    "a cue that finds no room": Plant(
        LEG, LAST_CUE, cue(f'"{NEVER_ENDS}"'), NEVER_ENDS, "never finds room", Kind.ROOM
    ),
    "a cue whose place is taken each time": Plant(
        LEG,
        LAST_CUE,
        cue('"Toes a little up on the plate."', more="every = 12\nfrom = 3\npriority = 99"),
        "Toes a little up",
        "what else is said in its reps takes the room",
        Kind.ROOM,
    ),
    "a coach that never falls silent": Plant(
        LEG, 'tempo = "3-1-2-1"', 'tempo = "2-0-1-0"', "tempo =", "the coach speaks", Kind.BUSY
    ),
    "an alternative whose turn never comes": Plant(
        LEG,
        f"every = 6\nfrom = 4\n{LAST_CUE}",
        f"every = 12\nfrom = 4\n{LAST_CUE}",
        LAST_CUE,
        '"Well controlled." is never said',
        Kind.NEVER,
    ),
    "a cue that begins after the set": Plant(
        LEG, "every = 12\nfrom = 8", "every = 12\nfrom = 40", "from = 40", "rep 40", Kind.NEVER
    ),
    "more short texts than full ones": Plant(
        LEG,
        TENSE,
        f'{TENSE[:-13]}["Tense.", "Legs."]',
        '["Tense.", "Legs."]',
        '"Legs."',
        Kind.NEVER,
    ),
    "a short text that the set never comes to": Plant(
        LEG,
        'short = "Up, out."\nshort_after = 1',
        'short = "Up, out."\nshort_after = 40',
        "short_after = 40",
        "after rep 40",
        Kind.NEVER,
    ),
    "a short text that saves nothing": Plant(
        LEG,
        'short = "Toes out."',
        'short = "Toes slightly outwards"',
        'outwards"',
        "takes",
        Kind.SPARE,
    ),
    "a text that the voice can't say": Plant(
        LEG, '"Strong."', '"♥♥♥."', "♥♥♥", "can't say", Kind.MUTE
    ),
    # --- settings and workouts ---
    "a voice that does not exist": Plant(
        SETTINGS, '\nengine = "auto"\nrate', '\nengine = "siri"\nrate', '"siri"', "unknown voice"
    ),
    "a pace beyond what can be followed": Plant(
        SETTINGS, "rate = 190", "rate = 900", "rate =", "from 100 to 300"
    ),
    "a bar that refuses all": Plant(
        SETTINGS, "\nbar = 0.5", "\nbar = 5", "bar =", "from 0 to 0.95"
    ),
    "an exercise that does not exist": Plant(
        SETTINGS, '"leg-press"', '"leg-pres"', "exercise =", 'did you mean "leg-press"?'
    ),
    "a sled without plates": Plant(
        SETTINGS, '# sled = "47 kg"', 'sled = "47 kg"', "[weights]", "go together"
    ),
    "a workout of an exercise that does not exist": Plant(
        WORKOUT, 'exercise = "leg-press"', 'exercise = "leg-pess"', "exercise =", "did you mean"
    ),
    "a kind of set that does not exist": Plant(
        WORKOUT, 'kind = "warm-up"', 'kind = "warmup"', "kind =", "unknown kind of set"
    ),
    "hundreds of sets": Plant(WORKOUT, "times = 3", "times = 300", "times =", "from 1 to 20"),
}


SOUNDS = frozenset(
    {
        *(Kind.ANSWER, Kind.ALIKE, Kind.SILENCED, Kind.UNKNOWN, Kind.SPOKEN, Kind.ECHO),
        *(Kind.LENGTHY, Kind.SIGN),
    }
)


def _nothing_said(texts: object, language: str) -> list[str]:
    raise UnpronounceableError("not looked at")


def _vocabulary(loaded: config.Config) -> Mapping[str, tuple[str, ...]]:
    """A recogniser that lacks one word."""
    return {p: ("crank",) for p in loaded.phrases.phrases if "crank" in p.split()}


_CLIPS = SilentClips()


def _extent(text: str) -> tuple[int, int] | None:
    """A voice that knows letters only."""
    if not re.search(r"\w", text):
        return None
    clip = _CLIPS.get(text)
    return len(clip.pcm), clip.beat


def found(folder: Path | None, names: set[str], code: Kind | None = None) -> list[LintFinding]:
    """All findings, or only what is needed for a mistake of the kind `code`: the search for what
    sounds alike takes most of the time, and a faulty file needs no language."""
    sounds = code is None or code in SOUNDS
    languages = [] if code is Kind.FAULT else ["en"]
    return check(
        folder,
        phonemes if sounds else _nothing_said,
        _vocabulary,
        languages,
        lambda loaded: _extent,
        names,
    )


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(layers, "users", lambda: tmp_path / "nobody")


def test_there_are_forty_kinds_and_more() -> None:
    assert len(PLANTED) >= 40
    assert len({(p.file, p.old, p.new) for p in PLANTED.values()}) == len(PLANTED)


def test_the_shipped_files_have_none_of_them() -> None:
    assert [f for f in found(None, set()) if f.kind not in (Kind.NOTE, Kind.MISSING)] == []


@pytest.mark.parametrize("kind", PLANTED)
def test_it_is_found_on_its_line_and_explained(kind: str, tmp_path: Path) -> None:
    plant = PLANTED[kind]
    before = (layers.shipped() / plant.file).read_text(encoding="utf-8")
    assert before.count(plant.old) == 1, f"{plant.old!r} stands {before.count(plant.old)} times"
    target = tmp_path / "mine" / plant.file
    target.parent.mkdir(parents=True)
    after = before.replace(plant.old, plant.new)
    target.write_text(after, encoding="utf-8")
    told = found(tmp_path / "mine", {plant.file}, plant.code)
    lines = [*after.splitlines(), ""]
    mine = [
        each
        for each in told
        if each.kind is plant.code
        and plant.says in str(each)
        and (not plant.at or plant.at in lines[each.line - 1])
    ]
    assert mine, "\n".join(map(str, told)) or "nothing was found"
    for each in mine:
        if plant.code not in (Kind.FAULT, Kind.NOTE):
            assert each.file == plant.file
            assert each.why
            assert each.remedy
    # One mistake is not reported as many: other findings are on the same line.
    others = [e for e in told if e.kind is Kind.FAULT and e not in mine]
    assert len(others) <= 6, others
