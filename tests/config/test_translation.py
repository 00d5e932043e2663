"""An exercise in another language: which text is said, and what must be translated."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.config import Config, ConfigError, layers, load
from voicecoach.core.plan import LINES, Phase
from voicecoach.lint.spoken import lines_of

MESSAGES = "languages/xx/messages.toml"
TRANSLATION = "languages/xx/exercises/leg-press.toml"
SCRIPT = "exercises/leg-press.toml"

WHOLE = """\
name = "Presse"
called = ["Schlitten"]
secured_by = "Riegel"
[openers.lower]
say = "Runter, einatmen."
short = "Runter, ein."
[openers.lift]
say = "Hoch."
[cue]
knees = ["Knie weich.", "Knie rund."]
head = { say = "Kopf ans Polster.", short = "Kopf." }
[setup]
pad = "Polster."
[variations]
wide = "Weiter."
[lines]
gate = "Riegel zu?"
gate_first = "Erst die Riegel."
ended = "Riegel zu."
ended_empty = "Riegel zu."
stopped = "Riegel zu."
hurt = "Riegel zu."
lock_again = "Riegel."
"""


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder, with a language in which only one line is translated."""
    folder = tmp_path / "own"
    monkeypatch.setattr(layers, "users", lambda: folder)
    commands = (layers.shipped() / "languages/en/commands.toml").read_text(encoding="utf-8")
    put(folder, "languages/xx/commands.toml", commands)
    put(folder, MESSAGES, '[lines]\nhalf_way = "Halb."\n')
    return folder


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def faults() -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load("xx")
    return str(caught.value).split("\n")


def said(config: Config, line: str) -> tuple[str, ...]:
    wording = config.exercise.lines[line]
    return (*wording.full, *wording.short)


def test_what_the_messages_leave_out_is_said_in_english_and_told() -> None:
    config, english = load("xx"), load("en")
    assert said(config, "half_way") == ("Halb.",)
    assert {line for line in LINES if said(config, line) != said(english, line)} == {"half_way"}
    assert config.exercise.language.units == english.exercise.language.units
    assert config.enrol == english.enrol
    missing = {fault.key: str(fault) for fault in config.untranslated if fault.file == MESSAGES}
    assert {f"lines.{line}" for line in LINES} - missing.keys() == {"lines.half_way"}
    assert missing["lines.last_rep"] == (
        f'{MESSAGES}:1 lines.last_rep: not translated: it stays "Last rep."'
    )
    assert {"enrol.hello", "units.kilos", "tempo.lower"} <= missing.keys()


def test_a_line_takes_no_short_form_from_the_english(own: Path) -> None:
    put(own, MESSAGES, '[lines]\ndeaf = { say = "Ich höre nichts." }\nhearing = "Wieder."\n')
    assert said(load("xx"), "deaf") == ("Ich höre nichts.",)


def test_an_exercise_without_a_translation_stays_as_it_is() -> None:
    config, english = load("xx"), load("en")
    assert config.exercise.cues == english.exercise.cues
    assert config.exercise.name == english.exercise.name
    (told,) = (str(fault) for fault in config.untranslated if fault.file == TRANSLATION)
    assert told == f'{TRANSLATION}: there is no such file: the texts of the exercise stay in "en"'


def test_texts_take_the_place_of_the_english_and_nothing_else_changes(own: Path) -> None:
    put(own, TRANSLATION, WHOLE)
    exercise, english = load("xx").exercise, load("en").exercise
    assert (exercise.name, exercise.called) == ("Presse", ("Schlitten",))
    lower = exercise.openers[Phase.LOWER]
    assert (lower.wording.full, lower.wording.short) == (("Runter, einatmen.",), ("Runter, ein.",))
    assert lower.ticks == english.openers[Phase.LOWER].ticks
    assert exercise.openers[Phase.LIFT].wording.short == ()
    assert exercise.openers[Phase.BOTTOM] == english.openers[Phase.BOTTOM]
    cues = {cue.id: cue for cue in exercise.cues}
    assert cues["knees"].wording.full == ("Knie weich.", "Knie rund.")
    assert cues["head"].wording.short == ("Kopf.",)
    assert [(c.id, c.kind, c.phase, c.every, c.start, c.priority) for c in exercise.cues] == [
        (c.id, c.kind, c.phase, c.every, c.start, c.priority) for c in english.cues
    ]
    assert exercise.setup[0].wording.full == ("Polster.",)
    assert exercise.setup[1] == english.setup[1]
    assert exercise.variations["wide"].full == ("Weiter.",)
    assert exercise.variations["low"] == english.variations["low"]
    assert exercise.lines["gate"].full == ("Riegel zu?",)
    assert exercise.lines["release"] == english.lines["release"]
    assert (exercise.tempo, exercise.reps) == (english.tempo, english.reps)


def test_what_a_translation_leaves_out_is_told_at_its_place(own: Path) -> None:
    put(own, TRANSLATION, WHOLE)
    told = [str(f) for f in load("xx").untranslated if f.file == TRANSLATION]
    assert f'{TRANSLATION}:4 openers.bottom: not translated: it stays "Hold."' in told
    line = 1 + WHOLE.split("[cue]")[0].count("\n")
    assert (
        f'{TRANSLATION}:{line} cue.tense: not translated: it stays "Keep the legs tense."' in told
    )
    assert not [each for each in told if "cue.knees:" in each or "lines.gate" in each]


def test_the_sides_are_translated_or_told(own: Path) -> None:
    """Those of the exercise, and those of a variation that is otherwise translated."""
    script = (layers.shipped() / SCRIPT).read_text(encoding="utf-8")
    put(own, SCRIPT, script.replace("reps = 12", 'reps = 12\nsides = ["Left leg", "Right leg"]', 1))
    bare = WHOLE.replace('wide = "Weiter."', 'wide = "Weiter."\nsingle = "Ein Bein."')
    put(own, TRANSLATION, bare)
    config = load("xx")
    assert config.exercise.sides == ("Left leg", "Right leg")
    told = [str(f) for f in config.untranslated if f.file == TRANSLATION and "sides" in f.key]
    assert [each.partition(" ")[2] for each in told] == [
        'sides: not translated: it stays "Left leg, Right leg"',
        'variations.single.sides: not translated: it stays "Left leg, Right leg"',
    ]
    sides = 'sides = ["Links", "Rechts"]\n'
    single = 'wide = "Weiter."\n[variations.single]\nsay = "Ein Bein."\n' + sides
    put(own, TRANSLATION, sides + WHOLE.replace('wide = "Weiter."\n', single))
    config = load("xx")
    assert config.exercise.sides == config.exercise.variation_sides["single"] == ("Links", "Rechts")
    assert not [f for f in config.untranslated if f.file == TRANSLATION and "sides" in f.key]
    put(own, TRANSLATION, 'sides = ["Links", "Mitte", "Rechts"]\n' + WHOLE)
    assert faults() == [
        f'{TRANSLATION}:1 sides: {SCRIPT} has the sides "Left leg", "Right leg"; here are 3'
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("knees =", "kness =", f'cue.kness: {SCRIPT} has no "kness" here, did you mean "knees"?'),
        (
            "wide =",
            "pigtoed =",
            f'variations.pigtoed: {SCRIPT} has no "pigtoed" here; it has middle,',
        ),
        (
            "[openers.lift]",
            "[openers.top]",
            f'openers.top: {SCRIPT} has no "top" here; it has lower',
        ),
        ("pad =", "pads =", f'setup.pads: {SCRIPT} has no "pads" here, did you mean "pad"?'),
        ("[cue]", "every = 2\n[cue]", "openers.lift.every: unknown key; known here: say, short"),
        ("[openers.lower]", "reps = 12\n[openers.lower]", "reps: unknown key"),
        ('"Weiter."', '"Weiter, {reps}."', "variations.wide: unknown variable {reps}"),
        ('"Kopf."', '"Kopf ganz weit ans Polster."', "cue.head.short: "),
        (
            'gate = "Riegel zu?"',
            'gaet = "Riegel zu?"',
            'lines.gaet: unknown key, did you mean "gate"',
        ),
    ],
)
def test_a_name_that_the_exercise_lacks_is_a_fault(
    own: Path, old: str, new: str, expected: str
) -> None:
    assert WHOLE.count(old) == 1
    put(own, TRANSLATION, WHOLE.replace(old, new))
    (told,) = faults()
    assert told.startswith(f"{TRANSLATION}:")
    assert expected in told


def test_a_translated_line_names_what_holds_the_weight(own: Path) -> None:
    put(own, TRANSLATION, WHOLE.replace('gate = "Riegel zu?"', 'gate = "Alles gut?"'))
    (told,) = faults()
    assert 'lines.gate: "Alles gut?" does not say "Riegel"' in told


def test_and_so_does_a_general_line_that_it_takes_over(own: Path) -> None:
    put(own, MESSAGES, '[lines]\nhurt = "Genug."\n')
    put(own, TRANSLATION, WHOLE.replace('hurt = "Riegel zu."\n', ""))
    (told,) = faults()
    assert told.startswith(f"{TRANSLATION}:3 secured_by: the general line hurt does not say")


def test_what_holds_the_weight_is_translated_with_the_lines(own: Path) -> None:
    """Otherwise nothing could tell whether the lines name it."""
    put(own, TRANSLATION, 'name = "Presse"\n[lines]\ngate = "Fertig?"\n')
    (told,) = faults()
    assert told.startswith(f"{TRANSLATION}:3 lines.gate: this line names what holds the weight;")


def test_half_a_translation_opens_and_ends_a_set_as_the_script_does(own: Path) -> None:
    """Even if the language's general lines would use other words."""
    put(own, MESSAGES, '[lines]\nhurt = "Genug."\n')
    put(own, TRANSLATION, 'name = "Presse"\n')
    config, english = load("xx"), load("en")
    assert said(config, "hurt") == said(english, "hurt")


def test_an_exercise_may_be_written_in_another_language_than_english(own: Path) -> None:
    script = (layers.shipped() / SCRIPT).read_text(encoding="utf-8")
    script = script.replace('name = "Leg press"', 'name = "Presse"\nlanguage = "xx"')
    script = script.replace("Soft knees", "Knie weich")
    put(own, "exercises/presse.toml", script)
    config = load("xx", "presse")
    assert [fault for fault in config.untranslated if "presse" in fault.file] == []
    english = load("en", "presse")
    (told,) = map(str, english.untranslated)
    assert told.startswith("languages/en/exercises/presse.toml: there is no such file")
    assert english.exercise.name == "Presse"


def test_the_language_of_an_exercise_is_one_there_is(own: Path) -> None:
    script = (layers.shipped() / SCRIPT).read_text(encoding="utf-8")
    put(own, SCRIPT, 'language = "xy"\n' + script)
    (told,) = faults()
    assert told.startswith(f'{SCRIPT}:1 language: no language "xy"')
    assert told.endswith(", xx")
    put(own, SCRIPT, 'language = "German"\n' + script)
    (told,) = faults()
    assert told.startswith(f'{SCRIPT}:1 language: expected the code of a language, like "de"')


def test_a_wording_of_ones_own_without_a_script_of_ones_own(own: Path) -> None:
    """Texts may also be overridden in the exercise's own language."""
    put(own, "languages/en/exercises/leg-press.toml", '[cue]\nknees = "Knees!"\n')
    config = load("en")
    assert {cue.id: cue.wording.full for cue in config.exercise.cues}["knees"] == ("Knees!",)
    assert config.untranslated == ()
    put(own, "languages/en/exercises/leg-press.toml", '[lines]\ngate = "Well?"\n')
    with pytest.raises(ConfigError, match='"Well\\?" does not say "catches"'):
        load("en")


def test_each_text_is_found_where_it_is_written(own: Path) -> None:
    put(own, TRANSLATION, WHOLE)
    places_of = {line.text: line.place for line in lines_of(load("xx"))}
    for text, file, key in [
        ("Knie weich.", TRANSLATION, "cue.knees"),
        ("Kopf.", TRANSLATION, "cue.head.short"),
        ("Runter, ein.", TRANSLATION, "openers.lower.short"),
        ("Polster.", TRANSLATION, "setup.pad"),
        ("Whole foot.", SCRIPT, "cue.short"),
        ("Halb.", MESSAGES, "lines.half_way"),
        ("Last rep.", "languages/en/messages.toml", "lines.last_rep"),
    ]:
        assert (places_of[text].file, places_of[text].key) == (file, key)


def test_a_workout_begins_with_a_word_on_what_is_missing() -> None:
    (warning,) = (w for w in load("xx").warnings if "not translated" in w)
    assert warning.endswith("`voicecoach check --language xx` lists them")
    assert not [w for w in load("en").warnings if "not translated" in w]


def test_one_text_is_one_text(own: Path) -> None:
    script = (layers.shipped() / SCRIPT).read_text(encoding="utf-8")
    other = script.replace('name = "Leg press"', 'name = "Presse"\nlanguage = "xx"', 1)
    put(own, "exercises/press.toml", other)
    (warning,) = (w for w in load("en", "press").warnings if "translated" in w)
    assert warning == (
        '1 text is not translated into "en"; `voicecoach check --language en` lists it'
    )


def units(*lines: str) -> str:
    return "[lines]\n" + lines[0] + "\n[numbers]\n" + lines[1] + "\n[units]\n" + lines[2] + "\n"


def test_a_language_has_its_own_forms_and_units(own: Path) -> None:
    reps = 'reps = { one = "한 번", other = "{n} 번", numbers = "native-attributive" }'
    half = 'half_way = "{left:more}"'
    texts = units(half, 'counted = "native"', f'{reps}\nmore = "{{n}} 남았어요"')
    commands = (layers.shipped() / "languages/ko/commands.toml").read_text(encoding="utf-8")
    put(own, "languages/ko/commands.toml", commands)
    put(own, "languages/ko/messages.toml", texts)
    put(own, "languages/ko/exercises/leg-press.toml", "")
    language = load("ko").exercise.language
    assert [language.quantity("reps", n) for n in (1, 2, 12)] == ["한 번", "두 번", "열두 번"]
    assert [language.counted(n) for n in (1, 2, 12)] == ["하나", "둘", "열둘"]
    assert f"{language.number(12):more}" == "십이 남았어요"


@pytest.mark.parametrize(
    ("lines", "key", "told"),
    [
        (
            ('half_way = "{left:rep}"', "", ""),
            "lines.half_way",
            'no unit "rep" under [units], did you mean "reps"?',
        ),
        (
            ('rest_half = "{left:reps}"', "", ""),
            "lines.rest_half",
            "{left} stands alone in its braces: no format, no conversion",
        ),
        (
            ("", 'counted = "natve"', ""),
            "numbers.counted",
            '"en" has no numbers of the form "natve"; it has numbering, cardinal',
        ),
        (("", 'count = "x"', ""), "numbers.count", 'unknown key, did you mean "counted"?'),
        (
            ("", "", 'kilos = { other = "{n} kilos", numbers = "x" }'),
            "units.kilos.numbers",
            '"en" has no numbers of the form "x"',
        ),
        (
            ("", "", 'jiffies = "{n} jiffies"'),
            "units.jiffies",
            "nothing uses this unit; a line would, as {left:jiffies}",
        ),
        (
            ("", "", 'minute = "{n} min"'),
            "units.minute",
            'nothing uses this unit, did you mean "minutes"?',
        ),
        (
            ("", "", 'kilos = { one = "a kilo" }'),
            "units.kilos.other",
            'this key is missing; add for example other = "{n} kilos"',
        ),
        (("", "", 'kilos = { other = "kilos" }'), "units.kilos.other", "no place for its number"),
    ],
)
def test_a_fault_in_forms_and_units(
    own: Path, lines: tuple[str, str, str], key: str, told: str
) -> None:
    commands = (layers.shipped() / "languages/en/commands.toml").read_text(encoding="utf-8")
    put(own, "languages/de/commands.toml", commands)
    put(own, "languages/de/messages.toml", units(*lines))
    with pytest.raises(ConfigError) as caught:
        load("de")
    (fault,) = caught.value.faults
    assert fault.key == key
    assert told.replace('"en"', '"de"').split(" it has ")[0] in fault.message
