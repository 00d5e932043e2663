"""The shipped command files: what is understood, and what must not be."""

from __future__ import annotations

import re
import shutil
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voicecoach.config import ConfigError, layers, load
from voicecoach.config.document import Document
from voicecoach.config.grammar import MOST_PHRASES, NEEDED, Commands, read
from voicecoach.config.numerals import spellings
from voicecoach.core.commands import PhraseTable, normal
from voicecoach.core.events import SLOTS, Command, Intent


def table(language: str) -> Commands:
    return read(
        Document.read(layers.shipped(), f"languages/{language}/commands.toml"),
        language,
        {"Leg press": "leg-press", "Leg curl": "leg-curl"},
    )


@pytest.fixture(scope="module")
def english() -> PhraseTable:
    return table("en").phrases


def made(folder: Path, text: str, language: str = "en") -> PhraseTable:
    needed = "".join(f'{intent.value} = "do {intent.value}"\n' for intent in NEEDED)
    (folder / "made.toml").write_text(needed + text, encoding="utf-8")
    return read(Document.read(folder, "made.toml"), language).phrases


UNDERSTOOD = [
    ("start set", "start"),
    ("Start the set.", "start"),
    ("begin set", "start"),
    ("ready", "ready"),
    ("I’m ready!", "ready"),
    ("locked", "locked"),
    ("catches are locked", "locked"),
    ("Racked.", "locked"),
    ("weight down", "locked"),
    ("knees down", "locked"),
    ("done", "done"),
    ("stop", "stop"),
    ("STOP NOW", "stop"),
    ("pause", "pause"),
    ("resume", "resume"),
    ("slower", "slower"),
    ("slow down", "slower"),
    ("faster", "faster"),
    ("how many", "how_many"),
    ("how many left", "how_many"),
    ("one more", "more (more 1)"),
    ("one more rep", "more (more 1)"),
    ("three more", "more (more 3)"),
    ("3 more reps", "more (more 3)"),
    ("repeat", "repeat"),
    ("say that again", "repeat"),
    ("set up", "set_up"),
    ("set-up", "set_up"),
    ("next", "next"),
    ("help", "help"),
    ("quiet", "quiet"),
    ("talk more", "talk"),
    ("leg press", "exercise (exercise leg-press)"),
    ("louder", "louder"),
    ("not so loud", "softer"),
    ("pain", "pain"),
    ("it hurts", "pain"),
    ("dizzy", "pain"),
    ("I'm dizzy", "pain"),
    ("ten reps", "reps (reps 10)"),
    ("log 12 reps", "log (reps 12)"),
    ("eighty kilos", "weight (kilos 80)"),
    ("weight 80 kilograms", "weight (kilos 80)"),
    ("one hundred seventy five pounds", "weight (pounds 175)"),
    ("one hundred and seventy-five pounds", "weight (pounds 175)"),
    ("a hundred kilos", "weight (kilos 100)"),
    ("a hundred and one kilos", "weight (kilos 101)"),
    ("400 kilos", "weight (kilos 400)"),
    ("tempo three one two", "tempo (bottom 1, lift 2, lower 3)"),
    ("tempo three one two zero", "tempo (bottom 1, lift 2, lower 3, top 0)"),
    ("tempo 3-1-2-1", "tempo (bottom 1, lift 2, lower 3, top 1)"),
    ("what does this work?", "explain"),
    ("stop it", "stop"),
    ("stop stop stop", "stop"),
    ("help help", "help"),
    ("feet high", "variation (variation high)"),
    ("feet wider", "variation (variation wide)"),
    ("stop the set", "stop"),
    ("not ready", "not_yet"),
    ("I'm not ready", "not_yet"),
    ("not locked", "not_yet"),
    ("lighter", "lighter"),
    ("take off five kilos", "lighter (step_kilos 5)"),
    ("add 2.5 kilos", "heavier (step_kilos 2.5)"),
    ("one rep", "reps (reps 1)"),
    ("ten repetitions", "reps (reps 10)"),
    ("I did nine reps", "log (reps 9)"),
    ("only nine", "log (reps 9)"),
    ("log eighty kilos nine reps", "log (at_kilos 80, reps_at 9)"),
    ("nine at one thirty five", "log (lifted 135, reps_at 9)"),
    ("make that eighty one and a half", "correct (half_number 81.5)"),
    ("make that ten reps", "correct (reps 10)"),
    ("three times ten", "plan (sets 3, sets_of 10)"),
    ("three sets of ten reps", "plan (sets 3, sets_of 10)"),
    ("five by three", "plan (sets 5, sets_of 3)"),
    ("rest for ninety seconds", "rest_for (seconds 90)"),
    ("another minute", "add_rest (more_minutes 1)"),
    ("eight out of ten", "rpe (rpe 8)"),
    ("two in the tank", "rpe (reserve 2)"),
    ("I went to failure", "failure"),
    ("two plates per side", "plates (a_side 2)"),
    ("wide grip", "variation (variation wide)"),
    ("next set", "skip_rest"),
    ("which weight", "upcoming"),
]


@pytest.mark.parametrize(("text", "meaning"), UNDERSTOOD)
def test_understood(english: PhraseTable, text: str, meaning: str) -> None:
    assert str(english.parse(text)) == meaning


REFUSED = [
    "start said",
    "one more time",
    "start",
    "set",
    "the set",
    "start set now please",
    "stopped",
    "don't stop",
    "not done",
    "more",
    "reps",
    "kilos",
    "zero more",
    "not",
    "thirty by zero",
    "thirty times zero",
    "six more reps",
    "one hundred and kilos",
    "hundred kilos",
    "four hundred and one kilos",
    "eighty two pounds",
    "tempo three one",
    "tempo 3 one 2",
    "tempo 312",
    "tempo nine one two",
    "feet",
    "feet deep",
    "how many are there",
    "resumed",
    "slow",
    "",
    "...",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_near_miss_is_refused(english: PhraseTable, text: str) -> None:
    assert english.parse(text) is None


def test_english_words_every_intent_and_every_slot(english: PhraseTable) -> None:
    said: dict[Intent, set[str]] = {intent: set() for intent in Intent}
    for command in english.phrases.values():
        said[command.intent] |= {name for name, _ in command.slots} | {""}
    for intent in Intent:
        # The half after the unit ("ochenta y dos kilos y medio") is Spanish.
        # Plates have an intent of their own; as a weight they are for sentences of the lifter's.
        elsewhere = {
            Intent.WEIGHT: {"kilos_and_a_half", "plates"},
            Intent.LOG: {"kilos_and_a_half"},
        }
        assert said[intent] == {"", *SLOTS.get(intent, ())} - elsewhere.get(intent, set())


def test_the_words_of_an_intent_are_few(english: PhraseTable) -> None:
    for intent in set(Intent) - set(SLOTS):
        phrases = [text for text, command in english.phrases.items() if command.intent is intent]
        # A bar, a weight stack and a plank have one word each, in addition to those for catches.
        assert 1 <= len(phrases) <= (8 if intent is Intent.LOCKED else 6), intent


def test_every_phrase_is_in_its_normal_form_and_parses_to_itself(english: PhraseTable) -> None:
    for phrase, command in english.phrases.items():
        assert normal(phrase) == phrase
        assert english.parse(phrase) == command
        assert list(command.slots) == sorted(command.slots)


@given(st.text("abÉß1٣²_ .'’-,!") | st.text())
@example("82.5")
@example("1 2.5kg")
def test_a_normal_form_is_its_own_and_what_is_not_said_changes_nothing(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert normal(f"{text} !") == normal(text)


def test_decoys_that_the_lifter_adds_are_told_from_the_shipped_ones(tmp_path: Path) -> None:
    shipped = load(language="en", folder=tmp_path).phrases
    assert not shipped.grammar({Intent.STOP}).own_decoys
    file = tmp_path / "languages" / "en" / "commands.toml"
    file.parent.mkdir(parents=True)
    file.write_text('decoys = ["stopped", "Chalk!"]\npause = ["neck"]\n')
    mine = load(language="en", folder=tmp_path).phrases.grammar({Intent.STOP, Intent.PAUSE})
    assert mine.own_decoys == ("chalk",)
    # An extra word removes none of the others, except one that is now a command.
    assert set(mine.decoys) - {"chalk"} == set(shipped.grammar({Intent.STOP}).decoys) - {"neck"}


def test_decoys_are_no_commands_and_cover_the_short_ones(english: PhraseTable) -> None:
    # Except "one": a bare number is a command only while a number is asked for.
    both = set(english.decoys) & set(english.phrases)
    assert {english.phrases[text].intent for text in both} == {Intent.NUMBER}
    assert {"that's", "bye", "down", "tree", "stopped"} <= set(english.decoys)
    assert len(set(english.decoys)) == len(english.decoys)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"go on" = "goon"', "made.toml:9 pronounce.go on: expected one word"),
        ('go = "goh"\nGo = "gow"', 'made.toml:10 pronounce.Go: the same word as "go"'),
    ],
)
def test_what_can_have_no_sound_of_its_own_is_refused(line: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)):
        made(tmp_path, f"[pronounce]\n{line}\n")


def test_a_sound_for_a_word_of_no_phrase_is_told(tmp_path: Path) -> None:
    needed = "".join(f'{intent.value} = "do {intent.value}"\n' for intent in NEEDED)
    text = needed + '[pronounce]\nstopp = "stop"\n'
    (tmp_path / "made.toml").write_text(text, encoding="utf-8")
    warnings = read(Document.read(tmp_path, "made.toml"), "en").warnings
    assert any("made.toml:9" in each and 'did you mean "stop"?' in each for each in warnings)


def test_a_word_of_the_authors_may_sound_like_other_words(tmp_path: Path) -> None:
    phrases = made(tmp_path, 'next = "RDL"\n[pronounce]\nRDL = "Romanian deadlift"\n')
    assert phrases.grammar({Intent.NEXT}).pronounce == {"rdl": "romanian deadlift"}


def test_the_english_phrases_are_made_in_well_under_a_second() -> None:
    began = time.process_time()
    phrases = table("en").phrases.phrases
    # Processor time: 0.3 s.
    assert time.process_time() - began < 1
    assert 5_000 < len(phrases) <= MOST_PHRASES


def test_the_variations_that_can_be_said_are_those_of_the_leg_press(english: PhraseTable) -> None:
    said = {
        value
        for command in english.phrases.values()
        if command.intent is Intent.VARIATION
        for _, value in command.slots
    }
    assert said == set(load(exercise="leg-press", language="en").exercise.variations)


# --- Korean ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "es"])
def test_everything_can_be_said_in_every_language(language: str) -> None:
    commands = table(language)
    said = {command.intent for command in commands.phrases.phrases.values()}
    assert said == set(Intent)
    assert commands.warnings == ()


@pytest.mark.parametrize(
    ("language", "said", "slots"),
    [
        ("de", "hundertfünfundsiebzig Kilo", {"kilos": 175}),
        ("de", "einhundertfünfundsiebzig Kilo", {"kilos": 175}),
        ("de", "zweiundachtzigeinhalb Kilo", {"half_kilos": 82.5}),
        ("de", "noch eine", {"more": 1}),
        ("de", "Notiz linkes Knie", {"note": "linkes Knie"}),
        ("es", "ochenta y dos coma cinco kilos", {"half_kilos": 82.5}),
        ("es", "ochenta y dos kilos y medio", {"kilos_and_a_half": 82}),
        ("es", "veintiún kilos", {"kilos": 21}),
        ("es", "dos kilos y medio", {"kilos_and_a_half": 2}),
        ("es", "un kilo y medio", {"kilos_and_a_half": 1}),
        ("es", "anota ochenta y dos kilos y medio", {"kilos_and_a_half": 82}),
        ("es", "sube dos kilos y medio", {"step": 2.5}),
        ("es", "quita cinco kilos", {"step_kilos": 5}),
        ("es", "quería decir ochenta y uno y medio", {"half_number": 81.5}),
        ("es", "hice nueve repeticiones", {"reps": 9}),
        ("es", "anota ochenta kilos nueve repeticiones", {"at_kilos": 80, "reps_at": 9}),
        ("es", "otro minuto", {"more_minutes": 1}),
        ("es", "para la serie", {}),
        ("es", "no estoy lista", {}),
        ("de", "zwei Kilo fünf", {"kilos_and_a_half": 2}),
        ("de", "zwei Komma fünf Kilo", {"half_kilos": 2.5}),
        ("de", "zweieinhalb Kilo mehr", {"step_kilos": 2.5}),
        ("de", "ich meine achtzigeinhalb", {"half_number": 80.5}),
        ("de", "nur neun Wiederholungen", {"reps": 9}),
        ("de", "notiere achtzig Kilo neun Wiederholungen", {"at_kilos": 80, "reps_at": 9}),
        ("de", "zwei Minuten Pause", {"minutes": 2}),
        ("de", "Satz stoppen", {}),
        ("de", "nicht gesichert", {}),
        ("es", "una más", {"more": 1}),
        ("es", "tempo tres uno dos", {"lower": 3, "bottom": 1, "lift": 2}),
        ("ko", "메모 왼쪽 무릎", {"note": "왼쪽 무릎"}),
    ],
)
def test_numbers_are_understood_as_they_are_said(
    language: str, said: str, slots: dict[str, object]
) -> None:
    command = table(language).phrases.parse(said)
    assert command is not None
    assert dict(command.slots) == slots


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("de", 1, ()),
        ("de", 1.5, ("eineinhalb", "anderthalb")),
        ("de", 2.5, ("zweieinhalb",)),
        ("de", 21.5, ("einundzwanzigeinhalb",)),
        ("de", 101.5, ("einhunderteineinhalb", "hunderteineinhalb")),
        ("de", 105.5, ("einhundertfünfeinhalb", "hundertfünfeinhalb")),
        ("es", 1.5, ("uno y medio", "una y media")),
        ("es", 201.5, ("doscientos uno y medio", "doscientas una y media")),
    ],
)
def test_a_half_has_the_words_that_people_say(
    language: str, number: float, said: tuple[str, ...]
) -> None:
    found = spellings(number, language)
    assert set(said) == {text for text in found if re.search(r"halb$| medi[oa]$", text)}


@pytest.mark.parametrize(
    ("language", "unit", "said"),
    [
        ("en", "kilos", ("half a kilo", "one and a half kilos", "two and a half kilos")),
        ("de", "kilos", ("ein halbes Kilo", "eineinhalb Kilo", "zweieinhalb Kilo")),
        ("de", "pounds", ("ein halbes Pfund", "eineinhalb Pfund", "zweieinhalb Pfund")),
        ("es", "kilos", ("medio kilo", "un kilo y medio", "dos kilos y medio")),
        ("es", "pounds", ("media libra", "una libra y media", "dos libras y media")),
        ("ko", "kilos", ("영 점 오 킬로", "일 점 오 킬로", "이 점 오 킬로")),
    ],
)
def test_the_coach_says_halves_as_people_do(
    language: str, unit: str, said: tuple[str, ...]
) -> None:
    words = load(language=language).exercise.language
    assert tuple(words.quantity(unit, Decimal(n)) for n in ("0.5", "1.5", "2.5")) == said


def test_a_list_takes_the_numbers_of_one_form(tmp_path: Path) -> None:
    lists = '[lists]\nreps = {from = 1, to = 30}\n[numbers]\nreps = "native-attributive"\n'
    korean = made(tmp_path, 'reps = "{reps} 개"\n' + lists, "ko")
    assert korean.parse("열두 개") == Command(Intent.REPS, (("reps", 12),))
    assert korean.parse("십이 개") is None
    with pytest.raises(ConfigError, match='"ko" has no numbers of the form "nativ"'):
        made(tmp_path, 'reps = "{reps} 개"\n' + lists.replace("native-attributive", "nativ"), "ko")
    with pytest.raises(ConfigError, match='there is no list "rep", did you mean "reps"'):
        made(tmp_path, 'reps = "{reps} 개"\n' + lists.replace(']\nreps = "n', ']\nrep = "n'), "ko")


def test_korean_words_what_a_set_needs() -> None:
    commands = table("ko")
    korean = commands.phrases
    assert set(NEEDED) <= {command.intent for command in korean.phrases.values()}
    assert korean.parse("일시 정지") == Command(Intent.PAUSE)
    assert korean.parse("멈춰") == Command(Intent.STOP)


def test_what_the_coach_tells_a_korean_to_say_is_a_command() -> None:
    """It told them "다음 항목" and "한 개 더", which it did not understand."""
    phrases = table("ko").phrases
    folder = layers.shipped() / "languages/ko"
    told = [
        word.removeprefix("아니면 ")
        for file in [folder / "messages.toml", *(folder / "exercises").glob("*.toml")]
        for words in re.findall(r"말하세요: ([^.{\"]+)\.", file.read_text(encoding="utf-8"))
        for word in words.split(", ")
    ]
    assert len(told) > 30
    assert [word for word in told if phrases.parse(word) is None] == []


def test_a_language_without_messages_speaks_english_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "languages/xx").mkdir(parents=True)
    commands = layers.shipped() / "languages/en/commands.toml"
    shutil.copy(commands, tmp_path / "languages/xx/commands.toml")
    config = load(language="xx", folder=tmp_path)
    assert (config.language, config.spoken) == ("xx", "en")
    assert any("there is no languages/xx/messages.toml" in text for text in config.warnings)


def test_korean_numbers_are_put_into_words(tmp_path: Path) -> None:
    korean = made(tmp_path, 'reps = "{reps} 개"\n[lists]\nreps = {from = 1, to = 30}\n', "ko")
    assert korean.parse("열두 개") == Command(Intent.REPS, (("reps", 12),))
    assert korean.parse("십이 개") == Command(Intent.REPS, (("reps", 12),))
    assert korean.parse("12 개") == Command(Intent.REPS, (("reps", 12),))


@pytest.mark.parametrize(
    ("phrase", "number"),
    [
        *(
            ("오십오 킬로", 55),
            ("오십 오 킬로", 55),
            ("백이십오 킬로", 125),
            ("백 이십 오 킬로", 125),
        ),
        *(
            ("십오 킬로", 15),
            ("십 오 킬로", None),
            ("열네 개", 14),
            ("열 네 개", 14),
            ("스물 두 개", 22),
        ),
    ],
)
def test_korean_numbers_are_cut_into_words_that_recognisers_know(
    phrase: str, number: int | None
) -> None:
    command = table("ko").phrases.parse(phrase)
    assert (dict(command.slots).popitem()[1] if command else None) == number


# --- numbers that are asked for --------------------------------------------------------------

ASKING = 'ask_weight = "my weight"\n[lists]\nkilos = {from = 10, to = 20}\n'


def test_numbers_that_are_hard_to_hear_wait_until_they_are_asked_for(tmp_path: Path) -> None:
    own = 'weight = "{kilos} kilos"\n'
    waiting = made(tmp_path, 'only_when_asked = ["weight"]\n' + own + ASKING)
    at_once = made(tmp_path, own + ASKING)
    weights = {"ten kilos", "20 kilos"}
    live = {Intent.WEIGHT, Intent.STOP, Intent.NO}
    assert weights <= at_once.grammar(live).phrases.keys()
    assert not weights & waiting.grammar(live).phrases.keys()
    assert weights <= waiting.grammar(live | {Intent.NUMBER}).phrases.keys()
    assert waiting.parse("ten kilos") == Command(Intent.WEIGHT, (("kilos", 10),))


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            'ask_weight = "my weight"\n',
            'made.toml:8 ask_weight: the coach would ask and .* "weight"',
        ),
        (
            'only_when_asked = ["weight"]\nweight = "{kilos}"\n' + ASKING.partition("\n")[2],
            "made.toml:8 only_when_asked: nobody could make the coach ask for .*ask_weight",
        ),
        (
            'only_when_asked = ["wieght"]\nweight = "{kilos}"\n' + ASKING,
            'can\'t ask for "wieght", did you mean "weight"',
        ),
    ],
)
def test_whoever_asks_must_understand_an_answer(tmp_path: Path, lines: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        made(tmp_path, lines)


def test_while_yes_or_no_is_an_answer_neither_is_a_decoy(english: PhraseTable) -> None:
    answers = {"yes", "no"}
    assert answers <= set(english.grammar({Intent.STOP}).decoys)
    for live in (Intent.YES, Intent.NO):
        assert not answers & set(english.grammar({Intent.STOP, live}).decoys)


# --- templates -------------------------------------------------------------------------------


def test_templates_have_options_alternatives_and_any_order(tmp_path: Path) -> None:
    phrases = made(tmp_path, 'next = ["(go|move) [right] on", "(now;then) next"]').phrases
    said = {text for text, command in phrases.items() if command.intent is Intent.NEXT}
    assert said == {
        *("go on", "move on", "go right on", "move right on"),
        *("now then next", "then now next"),
    }


def test_words_may_stand_for_numbers(tmp_path: Path) -> None:
    lists = '[lists]\nmore = {"a couple" = "2"}\nkilos = {"the little plate" = "2.5"}\n'
    phrases = made(tmp_path, 'more = "{more} more"\nweight = "{kilos}"\n' + lists)
    assert phrases.parse("a couple more") == Command(Intent.MORE, (("more", 2),))
    assert phrases.parse("the little plate") == Command(Intent.WEIGHT, (("kilos", 2.5),))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('{a_couple = "two"}', '"a_couple" must stand for a whole number, like "2"; this is "two"'),
        ('{a_bit = "0.5"}', '"a_bit" must stand for a whole number, like "2"; this is "0.5"'),
        ("{from = 0.5, to = 3, step = 0.5}", "there are no halves of more: take whole numbers"),
    ],
)
def test_what_is_counted_with_is_a_whole_number(tmp_path: Path, more: str, told: str) -> None:
    """Other numbers were accepted, and a session broke when somebody said them."""
    with pytest.raises(ConfigError, match=re.escape(told)):
        made(tmp_path, f'more = "{{more}} more"\n[lists]\nmore = {more}\n')


def test_a_step_leaves_numbers_out(tmp_path: Path) -> None:
    made_table = made(
        tmp_path, 'reps = "{reps} reps"\n[lists]\nreps = { from = 5, to = 20, step = 5 }'
    )
    values = {dict(c.slots)["reps"] for c in made_table.phrases.values() if c.slots}
    assert values == {5, 10, 15, 20}


def test_a_language_without_number_words_takes_digits(tmp_path: Path) -> None:
    made_table = made(tmp_path, 'reps = "{reps} reps"\n[lists]\nreps = {from = 1, to = 3}', "xx")
    assert {text for text, c in made_table.phrases.items() if c.slots} == {
        "1 reps",
        "2 reps",
        "3 reps",
    }


def test_a_list_that_is_used_twice_in_one_phrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\{more\} is in one phrase twice"):
        made(tmp_path, 'more = "{more} and {more} more"\n[lists]\nmore = {from = 1, to = 3}')


@pytest.mark.parametrize("language", ["en", "de", "ko"])
def test_any_number_of_exercises_can_be_chosen(language: str) -> None:
    """With the shipped sentences a dozen of one's own were too many, and no file could be read."""
    document = Document.read(layers.shipped(), f"languages/{language}/commands.toml")
    few = {"Presse": "press", "Rudern": "row"}
    many = few | {
        f"Übung {first}{second}": first + second for first in "abcdefg" for second in "bcdfghj"
    }
    told, commands = read(document, language, few).warnings, read(document, language, many)
    for name, exercise in many.items():
        assert commands.phrases.parse(name) == Command(Intent.EXERCISE, (("exercise", exercise),))
    cut = [each for each in commands.warnings if each not in told]
    # The Korean ones have no sentence with a name and something else.
    assert [each for each in cut if "plan, superset: not understood with a name" in each] == (
        [] if language == "ko" else cut
    )
    assert len(cut) == (language != "ko")
    kept = {intent for intent in Intent if commands.phrases.grammar([intent])}
    lost = {i for i in Intent if table(language).phrases.grammar([i])} - kept
    assert lost <= {Intent.SUPERSET}
