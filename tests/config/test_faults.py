"""Every mistake is reported with its file, line and key, what is wrong and what would be right."""

# The expected messages stand here as they are printed, each on a line of its own.
# ruff: noqa: E501

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from voicecoach.config import Config, ConfigError, layers, load
from voicecoach.config.document import Document

SCRIPT = """\
name = "Row"
first = "lift"
tempo = "3-1-2-1"
reps = 10
secured_by = "catches"
[openers.lower]
class = "breath"
say = "Back, breathe in."
[openers.lift]
class = "breath"
say = "Pull, breathe out."
short = "Pull."
[[cue]]
id = "neck"
class = "safety"
phase = "any"
every = 3
from = 2
say = ["Neck long.", "Chin in."]
[[cue]]
id = "elbows"
class = "form"
phase = "top"
every = 4
say = "Elbows back."
[[setup]]
id = "seat"
say = "Sit tall."
[lines]
gate = "Catches set? Say ready."
announce = "{name}: {reps}."
"""

COMMANDS = """\
ready = "ready"
start = ["start [the] set"]
done = ["done"]
stop = ["stop"]
pause = ["pause"]
resume = ["resume"]
locked = ["locked"]
more = ["{more} more"]
variation = ["grip {variation}"]
decoys = ["dawn", "bye"]
[lists]
more = { from = 1, to = 5 }
variation = { wide = "wide" }
"""

SETTINGS = """\
[coach]
exercise = "row"
language = "en"
[voice]
rate = 175
[listening]
hold_off = 0.5
"""

FILES = {
    "exercises/row.toml": SCRIPT,
    "languages/en/commands.toml": COMMANDS,
    "voicecoach.toml": SETTINGS,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A valid configuration folder with a small script, commands and settings."""
    monkeypatch.setattr(layers, "users", lambda: tmp_path / "nobody")
    made = tmp_path / "config"
    for name, text in FILES.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text, encoding="utf-8")
    return made


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def faults(folder: Path, language: str | None = None, exercise: str | None = None) -> list[str]:
    """The faults that loading reports, as lines in order."""
    with pytest.raises(ConfigError) as caught:
        load(language, exercise, folder)
    return str(caught.value).split("\n")


def test_a_language_that_nobody_has_a_file_for_needs_it_whole(folder: Path) -> None:
    file = folder / "languages" / "fr" / "commands.toml"
    file.parent.mkdir()
    text = COMMANDS.replace('locked = ["locked"]\n', "").replace(
        "more = { from = 1, to = 5 }\n", ""
    )
    file.write_text(text, encoding="utf-8")
    assert faults(folder, "fr") == [
        'languages/fr/commands.toml:1 locked: no phrase means "locked"; a set can\'t do without',
        "languages/fr/commands.toml:7 more: there is no list for {more}; add it under [lists]",
    ]


def test_the_small_files_of_these_tests_are_right(folder: Path) -> None:
    config = load(folder=folder)
    assert isinstance(config, Config)
    assert config.exercise.name == "Row"


ROW = "exercises/row.toml"
EN = "languages/en/commands.toml"
VC = "voicecoach.toml"

PLANTED = [
    # the TOML itself
    (
        ROW,
        'name = "Row"',
        "name = Row",
        f'{ROW}:1: a text goes in "quotes"; write: name = "Row"',
    ),
    (
        ROW,
        "reps = 10",
        "reps = 10\nreps = 11",
        f'{ROW}:5: "reps" is here a second time, the first is in line 4; take one of them out',
    ),
    (
        EN,
        '["stop"]',
        '["stop"',
        f'{EN}:4: the list that "[" opens here is never closed; end it with "]"',
    ),
    (
        ROW,
        "[[setup]]",
        "[setup]",
        f"{ROW}:26 setup: there may be several of these: head each with [[setup]]",
    ),
    (
        ROW,
        "[lines]",
        "[[lines]]",
        f"{ROW}:29 lines: there is one of these only: head it with [lines]",
    ),
    (
        ROW,
        'gate = "Catches set? Say ready."',
        'gate = "Catches set? Say ready."\nrest = 60',
        f"{ROW}:31 lines.rest: this key belongs to the whole file: write it above the first [table]",
    ),
    (
        ROW,
        "reps = 10",
        'reps = "10"',
        f'{ROW}:4 reps: expected a whole number from 1 to 100; this is the text "10"; a number has no quotes around it',
    ),
    (
        ROW,
        "reps = 10",
        'reps = 10\nsides = ["Left leg"]',
        f'{ROW}:5 sides: a set with sides has two or more, like ["Left leg", "Right leg"]; write [] if both work at once; here is one',
    ),
    (
        ROW,
        "reps = 10",
        'reps = 10\nsides = ["Left leg", "left leg"]',
        f'{ROW}:5 sides: each side needs a name of its own; "left leg" is there twice',
    ),
    (
        ROW,
        "Elbows back.",
        "Elbows back, {left:rep}.",
        f'{ROW}:20 cue: no unit "rep" under [units], did you mean "reps"?',
    ),
    # keys
    (ROW, "every = 3", "evry = 3", f'{ROW}:17 cue.evry: unknown key, did you mean "every"?'),
    (
        ROW,
        "reps = 10",
        "reps = 10\ncolour = 1",
        f"{ROW}:5 colour: unknown key; known here: name, called, language, first, explosive, tempo, reps, hold, breath, rest, countdown, half_way_from, lock_every, tempo_step, secured_by, tempo_words, openers, cue, setup, progression, weights, sides, variations, lines",
    ),
    (ROW, "reps = 10\n", "", f"{ROW}:1 reps: this key is missing; add for example reps = 12"),
    (
        ROW,
        'id = "elbows"\n',
        "",
        f'{ROW}:20 cue.id: this key is missing; add for example id = "knees"',
    ),
    (
        ROW,
        '[openers.lower]\nclass = "breath"\nsay = "Back, breathe in."\n',
        "",
        f"{ROW}:6 openers.lower: this key is missing; add for example [openers.lower]",
    ),
    (
        ROW,
        "announce =",
        "anounce =",
        f'{ROW}:31 lines.anounce: unknown key, did you mean "announce"?',
    ),
    (VC, "hold_off", "holdoff", f'{VC}:7 listening.holdoff: unknown key, did you mean "hold_off"?'),
    (EN, "resume =", "resum =", f'{EN}:6 resum: unknown key, did you mean "resume"?'),
    # types
    (
        ROW,
        '"3-1-2-1"',
        "3",
        f'{ROW}:3 tempo: expected a text, like "3-1-2-1"; this is the number 3',
    ),
    (
        ROW,
        'name = "Row"',
        "name = true",
        f'{ROW}:1 name: expected a text, like "Leg press"; this is true',
    ),
    (
        ROW,
        "reps = 10",
        'reps = "ten"',
        f'{ROW}:4 reps: expected a whole number from 1 to 100; this is the text "ten"',
    ),
    (
        ROW,
        "reps = 10",
        "reps = 10.5",
        f"{ROW}:4 reps: expected a whole number from 1 to 100; this is the number 10.5",
    ),
    (
        ROW,
        "reps = 10",
        "reps = true",
        f"{ROW}:4 reps: expected a whole number from 1 to 100; this is true",
    ),
    (
        ROW,
        'say = "Sit tall."',
        "say = 1979-05-27",
        f'{ROW}:28 setup.say: expected a text, like "Hold."; this is a date or time',
    ),
    (
        ROW,
        'short = "Pull."',
        'short = "Pull."\ncount = "yes"',
        f'{ROW}:13 openers.lift.count: expected true or false, like true; this is the text "yes"',
    ),
    (
        ROW,
        "reps = 10",
        "reps = 10\nvariations = 4",
        f"{ROW}:5 variations: expected a table; this is the number 4",
    ),
    (
        VC,
        "[voice]\nrate = 175",
        "voice = 3",
        f"{VC}:4 coach.voice: this key belongs under [voice]",
    ),
    (
        VC,
        "hold_off = 0.5",
        "hold_off = [1]",
        f"{VC}:7 listening.hold_off: expected a number of seconds from 0 to 5; this is [1]",
    ),
    # ranges and choices
    (
        ROW,
        "reps = 10",
        "reps = 0",
        f"{ROW}:4 reps: expected a whole number from 1 to 100; this is the number 0",
    ),
    (
        ROW,
        "reps = 10",
        "reps = 10\nrest = nan",
        f"{ROW}:5 rest: expected a number of seconds from 0 to 1800; this is the number nan",
    ),
    (
        VC,
        "rate = 175",
        "rate = 20",
        f"{VC}:5 voice.rate: expected a whole number from 100 to 300; this is the number 20",
    ),
    (
        VC,
        "hold_off = 0.5",
        'hold_off = 0.5\n[buttons.next]\nrep = "doen"',
        f'{VC}:9 buttons.next.rep: no command "doen", did you mean "done"? write one, or "" for nothing',
    ),
    (
        VC,
        "hold_off = 0.5",
        'hold_off = 0.5\n[buttons.play_pause]\nrep = "stop"',
        f'{VC}:9 buttons.play_pause.rep: "stop" is a word, not a button, which may be out of reach or lost: say it',
    ),
    (
        VC,
        "hold_off = 0.5",
        'hold_off = 0.5\n[buttons.next]\nreps = "done"',
        f'{VC}:9 buttons.next.reps: unknown key, did you mean "rep"?',
    ),
    (
        VC,
        "rate = 175",
        'rate = 175\nengine = "hibary"',
        f'{VC}:6 voice.engine: unknown voice engine "hibary", did you mean "hibari"? there are "auto", "pyttsx3", "hibari"',
    ),
    (
        ROW,
        'phase = "top"',
        'phase = "tap"',
        f'{ROW}:23 cue.phase: unknown phase "tap", did you mean "top"? there are "lower", "bottom", "lift", "top", "any"',
    ),
    (
        ROW,
        'phase = "top"',
        'phase = "midle"',
        f'{ROW}:23 cue.phase: unknown phase "midle"; there are "lower", "bottom", "lift", "top", "any"',
    ),
    (
        ROW,
        'class = "form"',
        'class = "count"',
        f'{ROW}:22 cue.class: unknown class "count"; there are "safety", "form", "encouragement"',
    ),
    (
        ROW,
        'first = "lift"',
        'first = "up"',
        f'{ROW}:2 first: unknown phase "up"; there are "lower", "lift"',
    ),
    (
        ROW,
        '"3-1-2-1"',
        '"3-1-x"',
        f'{ROW}:3 tempo: "3-1-x" is not a tempo; expected seconds of lowering, bottom, lifting and top, like 3-1-2-0, 3120 or 30X0',
    ),
    (
        ROW,
        '"3-1-2-1"',
        '"0-1-2-1"',
        f'{ROW}:3 tempo: "0-1-2-1" is not a tempo: lowering and lifting take at least 1 s each, and an X 0.5 s',
    ),
    # texts
    (
        ROW,
        '"Chin in."',
        '""',
        f"{ROW}:19 cue.say: this text is empty; write what is to be said, or take the line out",
    ),
    (
        ROW,
        '["Neck long.", "Chin in."]',
        "[]",
        f"{ROW}:19 cue.say: this list is empty; write at least one text",
    ),
    (
        ROW,
        '["Neck long.", "Chin in."]',
        '[\n"Neck long.",\n"  "]',
        f"{ROW}:21 cue.say: this text is empty; write what is to be said, or take the line out",
    ),
    (
        ROW,
        "{reps}.",
        "{repz}.",
        f'{ROW}:31 lines.announce: unknown variable {{repz}}, did you mean "reps"? this text may use {{name}}, {{reps}}, {{set}}, {{tempo}}, {{weight}}',
    ),
    (
        ROW,
        "{reps}.",
        "{reps:>3}.",
        f"{ROW}:31 lines.announce: {{reps}} stands alone in its braces: no format, no conversion",
    ),
    (
        ROW,
        "{reps}.",
        "{reps.",
        f'{ROW}:31 lines.announce: "{{name}}: {{reps." has a lone brace; variables are written like {{reps}}',
    ),
    (
        ROW,
        '"Elbows back."',
        '"Elbows back, {reps}."',
        f'{ROW}:25 cue.say: unknown variable {{reps}}, did you mean "rep"? this text may use {{left}}, {{name}}, {{next}}, {{rep}}, {{set}}, {{sets}}, {{tempo}}, {{weight}}',
    ),
    (
        ROW,
        '"Pull."',
        '"Pull, and now breathe out."',
        f'{ROW}:12 openers.lift.short: "Pull, and now breathe out." is longer than "Pull, breathe out."',
    ),
    (
        ROW,
        'gate = "Catches set? Say ready."',
        'gate = ""',
        f"{ROW}:30 lines.gate: this text is empty; write what is to be said, or take the line out",
    ),
    # what keeps a lifter safe
    (
        ROW,
        'gate = "Catches set? Say ready."',
        'gate = "Say ready."',
        f'{ROW}:30 lines.gate: "Say ready." does not say "catches" (see secured_by); it may be short, but names what holds the weight',
    ),
    (
        ROW,
        "every = 3",
        "every = 7",
        f"{ROW}:17 cue.every: a safety cue comes at least every 6 reps; this is 7",
    ),
    (
        ROW,
        "from = 2",
        "from = 4",
        f'{ROW}:18 cue.from: a safety cue begins in its first round, by rep 3 ("every"); this is 4',
    ),
    (
        ROW,
        "from = 2",
        "from = 2\nlast = 8",
        f'{ROW}:19 cue.last: a safety cue goes on to the end of the set; take "last" out',
    ),
    (
        ROW,
        "from = 2",
        "from = 2\nonce = true",
        f'{ROW}:19 cue.once: a safety cue comes again and again; take "once" out',
    ),
    (
        ROW,
        'class = "safety"',
        'class = "form"',
        f'{ROW}:13 cue: no cue is of class "safety"; write at least one reminder that comes round for the whole set',
    ),
    # what belongs together
    (ROW, 'id = "elbows"', 'id = "neck"', f'{ROW}:21 cue.id: "neck" is already the id at {ROW}:14'),
    (
        ROW,
        "every = 4",
        "every = 4\nfrom = 5\nlast = 3",
        f'{ROW}:26 cue.last: "last" comes before "from", so this would never be said: 3',
    ),
    (
        VC,
        '"row"',
        '"rwo"',
        f'{VC}:2 coach.exercise: no exercise "rwo", did you mean "row"? there are: bench-press, lat-pulldown, leg-curl, leg-extension, leg-press, plank, romanian-deadlift, row, seated-row, squat',
    ),
    (VC, '"en"', '"xx"', f'{VC}:3 coach.language: no language "xx"; there are: de, en, es, ko'),
    # commands
    (
        EN,
        "start [the] set",
        "start [the set",
        f'{EN}:2 start: "start [the set" is not a sentence template: "[" is never closed',
    ),
    (
        EN,
        "start [the] set",
        "start the) set",
        f'{EN}:2 start: "start the) set" is not a sentence template: ")" closes nothing',
    ),
    (
        EN,
        "start [the] set",
        "<go> set",
        f'{EN}:2 start: "<go> set" is not a sentence template: <rules> are not used here, only {{lists}}',
    ),
    (
        EN,
        "start [the] set",
        "👍",
        f'{EN}:2 start: "👍" has no word that can be said',
    ),
    (
        EN,
        "start [the] set",
        "[start]",
        f'{EN}:2 start: "[start]" may stand for no word at all; keep at least one word outside the brackets',
    ),
    (
        EN,
        "start [the] set",
        "",
        f"{EN}:2 start: this text is empty; write what is to be said, or take the line out",
    ),
    (
        EN,
        '["start [the] set"]',
        '[\n"go",\n"stop"]',
        f'{EN}:6 stop: "stop" is ambiguous: start at {EN}:4, stop here',
    ),
    (
        EN,
        "start [the] set",
        "start [my] {reps}",
        f"{EN}:2 start: start has no slot {{reps}}; it understands none",
    ),
    (
        EN,
        "{more} more",
        "{mor} more",
        f'{EN}:8 more: more has no slot {{mor}}, did you mean "more"? it understands {{more}}',
    ),
    (
        EN,
        "to = 5",
        "to = 0",
        f'{EN}:12 lists.more.to: "to" is below "from", so the list would be empty: 0',
    ),
    (
        EN,
        "to = 5",
        "too = 5",
        f'{EN}:12 lists.more.to: this key is missing; add for example to = 30\n{EN}:12 lists.more.too: unknown key, did you mean "to"?',
    ),
    (
        EN,
        "{more} more",
        "{more} [a|b|c|d|e|f|g|h|i] [a|b|c|d|e|f|g|h|i] [a|b|c|d|e|f|g|h|i] [a|b|c|d|e|f|g|h|i]",
        f'{EN}:8 more: "{{more}} [a|b|c|d|e|f|g|h|i] [a|b|c|d|e|f|g|h|i] [a|b|c|d|e|f|g|h|i] [a|b|c|d|e|f|g|h|i]" makes 100000 phrases, more than 80000; narrow its lists or take out some options',
    ),
    (EN, '"dawn"', '"done"', f'{EN}:10 decoys: the decoy "done" is a command at {EN}:3'),
    (
        EN,
        'locked = ["locked"]\n',
        "locked = []\n",
        f"{EN}:7 locked: this list is empty; write at least one text",
    ),
    (
        EN,
        'wide = "wide"',
        "wide = 3",
        f"{EN}:13 lists.variation.wide: expected a text; this is the number 3",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), PLANTED)
def test_a_planted_fault_is_reported_just_so(
    folder: Path, name: str, old: str, new: str, expected: str
) -> None:
    change(folder, name, old, new)
    assert sorted(faults(folder)) == sorted(expected.split("\n"))


def test_planted_faults_are_of_many_kinds() -> None:
    assert len({re.sub(r"^\S+ ?[^:]*: ", "", expected) for *_, expected in PLANTED}) >= 25


# --- whole files, and several faults ---------------------------------------------------------


def test_all_faults_of_all_files_come_at_once_in_order(folder: Path) -> None:
    change(folder, ROW, "reps = 10", "reps = 0")
    change(folder, ROW, "every = 3", "evry = 3")
    change(folder, ROW, 'id = "elbows"', 'id = "neck"')
    change(folder, EN, "start [the] set", "start [the set")
    change(folder, EN, "{more} more", "{mor} more")
    change(folder, VC, "rate = 175", "rate = 20")
    messages = folder / "languages" / "en" / "messages.toml"
    text = (layers.shipped() / "languages" / "en" / "messages.toml").read_text(encoding="utf-8")
    messages.write_text(text.replace("half_way = ", "halfway = "), encoding="utf-8")
    found = faults(folder, exercise="row")
    assert [line.split(": ")[0] for line in found] == [
        f"{ROW}:4 reps",
        f"{ROW}:17 cue.evry",
        f"{ROW}:21 cue.id",
        f"{EN}:2 start",
        f"{EN}:8 more",
        f"languages/en/messages.toml:{line_of(messages, 'halfway =')} lines.halfway",
        f"{VC}:5 voice.rate",
    ]


def line_of(file: Path, start: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if line.startswith(start))


def test_a_file_that_is_not_utf8_names_the_line(folder: Path) -> None:
    (folder / ROW).write_bytes(SCRIPT.replace("Sit tall", "Séance").encode("latin-1"))
    assert faults(folder) == [
        f"{ROW}:28: this is not UTF-8 text; save the file with the encoding UTF-8"
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(folder=folder).exercise.name == "Row"
    (folder / ROW).write_bytes(
        SCRIPT.replace("reps = 10", "reps = 0").replace("\n", "\r\n").encode()
    )
    assert faults(folder)[0].startswith(f"{ROW}:4 reps: ")


def test_an_empty_file_names_all_that_is_missing(folder: Path) -> None:
    (folder / ROW).write_text("", encoding="utf-8")
    assert faults(folder) == [
        f'{ROW}:1 first: this key is missing; add for example first = "lower"',
        f'{ROW}:1 name: this key is missing; add for example name = "Leg press"',
        f"{ROW}:1 openers: this key is missing; add for example [openers.lower]",
        f"{ROW}:1 reps: this key is missing; add for example reps = 12",
        f'{ROW}:1 secured_by: this key is missing; add for example secured_by = "catches"',
        f'{ROW}:1 tempo: this key is missing; add for example tempo = "3-1-2-1"',
    ]


def test_an_exercise_or_language_that_was_asked_for_and_is_not_there(folder: Path) -> None:
    assert faults(folder, exercise="leg-pres", language="e") == [
        'no exercise "leg-pres", did you mean "leg-press"? there are: bench-press, lat-pulldown, leg-curl, leg-extension, leg-press, plank, romanian-deadlift, row, seated-row, squat',
        'no language "e", did you mean "es"? there are: de, en, es, ko',
    ]
    assert faults(folder, exercise="../row") == [
        'no exercise "../row", did you mean "row"? there are: bench-press, lat-pulldown, leg-curl, leg-extension, leg-press, plank, romanian-deadlift, row, seated-row, squat'
    ]


def test_a_folder_that_is_not_there(folder: Path) -> None:
    assert faults(folder / "nowhere") == [f"there is no folder {folder / 'nowhere'}"]


def test_a_fault_of_the_merged_settings_is_blamed_on_the_file_that_holds_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / VC).write_text("[talk]\n\nlevel = 3\n", encoding="utf-8")
    monkeypatch.setattr(layers, "users", lambda: own)
    with pytest.raises(ConfigError) as caught:
        load(folder=folder)
    (fault,) = caught.value.faults
    assert (fault.folder, fault.file, fault.line, fault.key) == (own, VC, 3, "talk.level")


# --- safety can't be dropped by accident -----------------------------------------------------


def test_a_script_in_place_of_a_shipped_one_keeps_its_safety_cues(folder: Path) -> None:
    (folder / ROW).rename(folder / "exercises" / "leg-press.toml")
    kept = 'is missing; word it and time it as you like, but a script in place of the shipped one keeps it (class = "safety")'
    assert faults(folder, exercise="leg-press") == [
        f'exercises/leg-press.toml:13 cue: the safety cue "head" {kept}',
        f'exercises/leg-press.toml:13 cue: the safety cue "knees" {kept}',
    ]


def test_what_holds_the_weight_is_named_by_the_general_lines_too(folder: Path) -> None:
    change(folder, ROW, '"catches"', '"pins"')
    change(folder, ROW, "Catches set?", "Pins set?")
    found = faults(folder)
    assert found == [
        f'{ROW}:5 secured_by: the general lines ended, ended_empty, stopped, hurt, lock_again, gate_first, release, paused, unconfirmed do not say "pins"; word them here, under [lines]'
    ]


@pytest.mark.parametrize("line", ["gate", "ended", "stopped", "lock_again", "hurt", "deaf"])
def test_no_line_of_safety_can_be_silenced(folder: Path, line: str) -> None:
    change(folder, ROW, 'gate = "Catches set? Say ready."', f'{line} = ""')
    (found,) = faults(folder)
    assert found.startswith(f"{ROW}:30 lines.{line}: this text is empty")


def test_a_line_of_no_safety_can_be_silenced(folder: Path) -> None:
    change(folder, ROW, '"{name}: {reps}."', '""')
    assert load(folder=folder).exercise.lines["announce"].full == ("",)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["a pipe", "a folder"])
def test_what_is_no_file_is_not_read(make: Callable[[Path], None], tmp_path: Path) -> None:
    """A pipe that nobody writes to would block for ever."""
    make(tmp_path / "voicecoach.toml")
    with pytest.raises(ConfigError, match=r"voicecoach\.toml: not a file"):
        Document.read(tmp_path, "voicecoach.toml")


def test_an_example_is_shown_as_the_file_has_it(tmp_path: Path) -> None:
    (tmp_path / "languages/en").mkdir(parents=True)
    commands = tmp_path / "languages/en/commands.toml"
    commands.write_text('pronounce = "x"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r'like \{ rdl = "romanian deadlift" \}'):
        load("en", folder=tmp_path)
