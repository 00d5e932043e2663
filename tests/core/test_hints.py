"""Hints of what can be said now: each is understood, does something, and is said as people do."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from tests.support.example_workouts import BROKEN, LEGS_DAY, PAST, kg
from tests.support.screen_reader import phrases_in
from tests.support.session_driver import leg_press, shipped
from voicecoach import config
from voicecoach.core import session as coach
from voicecoach.core.events import Command, CommandGiven, Intent, Refused, Say, State
from voicecoach.core.hints import Hint, Hints
from voicecoach.core.plan import SAMPLE_RATE, Exercise
from voicecoach.core.session import Question, Session
from voicecoach.core.session.state import UNDER_LOAD
from voicecoach.core.workout import Past, Unit, Visit, Weight
from voicecoach.screen import keys
from voicecoach.screen.listing import listed, panel

LANGUAGES = ("en", "de", "es", "ko")
STEPS = 60
WALKS = 1
LIKELY = {
    **dict.fromkeys((Intent.PAIN, Intent.DONE, Intent.STOP, Intent.HELP), 0.2),
    **dict.fromkeys((Intent.ASK_WEIGHT, Intent.ASK_REPS, Intent.FINISH, Intent.SET_UP), 5.0),
}
"""What is said more often than others, so that every question is asked; and what less often."""

NOT_HERE = {
    *("no_tempo", "no_reps", "no_hold", "no_sled", "no_set_yet", "no_rest", "no_variation"),
    *("no_next_exercise", "nothing_to_undo", "cant_undo", "nothing_to_repeat", "gate_first"),
    *("no_weight", "no_lighter", "nothing_to_skip", "nothing_upcoming"),
}
"""Lines that tell the lifter that a request can't be met."""


@cache
def files(language: str) -> tuple[config.Config, Hints]:
    loaded = config.load(language, None, offer=True)
    return loaded, Hints(loaded.phrases)


def walk(language: str, exercise: Exercise, seed: int) -> Iterator[Session]:
    """A workout in which each next command is one of the hints."""
    loaded, hints = files(language)
    chance = random.Random(f"{language} {exercise.id} {seed}")
    session, _ = coach.begin(
        replace(exercise, reps=2),
        prove_stop=chance.random() < 0.3,
        offered=loaded.offered if chance.random() < 0.5 else (),
        visit=Visit(
            LEGS_DAY if exercise.id == "leg-press" and chance.random() < 0.5 else None,
            past=PAST if chance.random() < 0.5 else {},
            interrupted=BROKEN if chance.random() < 0.3 else None,
        ),
    )
    for _ in range(STEPS):
        session, _ = coach.advance(session, session.now + round(chance.random() * 8 * SAMPLE_RATE))
        yield session
        known = {hint.phrase: hint for hint in hints.now(session)}
        weights = [LIKELY.get(hint.intent, 1.0) for hint in known.values()]
        [said] = chance.choices(list(known), weights)
        leads = hints.answer(session)
        said = leads if leads and chance.random() < 0.5 else said
        command = loaded.phrases.parse(said)
        assert command is not None
        session, _ = coach.step(session, CommandGiven(command, sure=chance.random() < 0.7))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hint_on_the_screen_is_live_and_does_what_it_says(language: str) -> None:
    loaded, hints = files(language)
    states: set[State] = set()
    asked: set[Question | None] = set()
    for exercise in loaded.offered:
        for seed in range(WALKS):
            for session in walk(language, exercise, seed):
                states.add(session.state)
                asked.add(session.questions.kind)
                everything = keys.everything(session, hints)
                shown = {
                    *phrases_in(listed(keys.offers(session, hints), 60)),
                    *phrases_in(listed(keys.offers(session, hints), 200, 9)),
                    *phrases_in(panel("", everything, 500, 60)),
                    *filter(None, [hints.answer(session)]),
                }
                assert {each.phrase for each in everything} <= shown
                for phrase in shown:
                    check(loaded, session, phrase)
                for each in everything:
                    if each.key:
                        assert keys.text_for(each.key, session, hints) == each.phrase
    assert states == set(State)
    assert asked >= {Question.READ_BACK, Question.FINISH, Question.WEIGHT, Question.REPS}


@cache
def listened_for(language: str, live: frozenset[Intent]) -> Mapping[str, Command]:
    """What the recogniser listens for then."""
    return files(language)[0].phrases.grammar(live).phrases


def check(loaded: config.Config, session: Session, phrase: str) -> None:
    command = loaded.phrases.parse(phrase)
    assert command is not None, phrase
    heard = listened_for(loaded.language, coach.live(session))
    assert heard.get(phrase) == command, (phrase, session.state, session.questions.open)
    if command.intent in (Intent.STOP, Intent.PAIN):
        return
    _, effects = coach.step(session, CommandGiven(command))
    refused = [effect for effect in effects if isinstance(effect, Refused)]
    said = {want.id for effect in effects if isinstance(effect, Say) for want in effect.wants}
    assert not refused, (phrase, refused)
    assert not said & NOT_HERE, (phrase, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_and_a_word_for_an_emergency_are_always_among_them(language: str) -> None:
    loaded, hints = files(language)
    for session in walk(language, loaded.offered[0], seed=7):
        intents = {hint.intent for hint in hints.now(session)}
        assert {Intent.STOP, Intent.PAIN} <= intents
        if session.state in UNDER_LOAD:
            assert Intent.HELP in intents


# --- as people say it ------------------------------------------------------------------------


def at(
    *spoken: str,
    exercise: str = "leg-press",
    language: str = "en",
    weight: Weight | None = None,
) -> dict[Intent, str]:
    """The hints after these words, every two seconds."""
    loaded, hints = files(language)
    script = next(each for each in loaded.offered if each.id == exercise)
    session, _ = coach.begin(script)
    session = session.prescribe(session.workout.sets.from_now_on(weight=weight))
    for text in spoken:
        session, _ = coach.advance(session, session.now + 12 * SAMPLE_RATE)
        command = loaded.phrases.parse(text)
        assert command is not None, text
        session, _ = coach.step(session, CommandGiven(command))
    return {hint.intent: hint.phrase for hint in hints.now(session)}


RESTING = ("ready", "start set", "done", "locked")


@pytest.mark.parametrize(
    ("exercise", "asked"),
    [("leg-press", "locked"), ("squat", "racked"), ("seated-row", "weight down")],
)
def test_the_word_that_the_coach_asks_for_is_the_one_that_is_shown(
    exercise: str, asked: str
) -> None:
    assert at("ready", "start set", "done", exercise=exercise)[Intent.LOCKED] == asked


def test_numbers_are_those_that_may_be_meant() -> None:
    resting = at(*RESTING, weight=kg(82.5))
    assert resting[Intent.WEIGHT] == "eighty two and a half kilos"
    assert resting[Intent.ADD_REST] == "add thirty seconds"
    assert resting[Intent.LOG] == "log two reps"
    assert resting[Intent.RPE] == "rpe eight"
    assert at()[Intent.REPS] == "twelve reps"
    assert at(weight=Weight(kg(135).amount, Unit.LB))[Intent.WEIGHT] == (
        "one hundred thirty five pounds"
    )
    assert at(*RESTING, "log weight", weight=kg(80))[Intent.NUMBER] == "eighty"


def test_a_hold_is_told_in_seconds() -> None:
    before = at(exercise="plank")
    assert before[Intent.REPS] == "forty seconds"
    assert before[Intent.PLAN] == "three holds of forty seconds"
    assert Intent.SLOWER not in before


@pytest.mark.parametrize(
    ("language", "reps", "kilos"),
    [
        ("en", "twelve reps", "one kilos"),
        ("de", "zwölf wiederholungen", "ein kilo"),
        ("es", "doce repeticiones", "un kilo"),
    ],
)
def test_of_one_nothing_is_shown_that_nobody_would_say(
    language: str, reps: str, kilos: str
) -> None:
    before = at(language=language, weight=kg(1))
    assert before[Intent.REPS] == reps
    assert before[Intent.WEIGHT] != kilos
    assert before[Intent.WEIGHT].startswith(("two", "zwei", "dos"))


def test_the_shortest_stands_first_and_each_meaning_once() -> None:
    _, hints = files("en")
    session, _ = coach.begin(leg_press(), offered=shipped().offered)
    now = hints.now(session)
    assert sorted(now, key=lambda hint: len(hint.phrase)) == list(now)
    others = [hint.intent for hint in now if hint.intent is not Intent.EXERCISE]
    assert len(others) == len(set(others))
    assert Hint(Intent.EXERCISE, "plank") in now


def test_a_language_may_lack_words_for_something() -> None:
    _, hints = files("ko")
    session, _ = coach.begin(leg_press())
    assert hints.phrase(session, Intent.TEMPO) is None
    assert Intent.TEMPO not in {hint.intent for hint in hints.now(session)}


def test_what_is_known_of_the_past_can_be_asked_for() -> None:
    _, hints = files("en")
    for visit, there in ((Visit(past=PAST), True), (Visit(past={"leg-press": Past()}), False)):
        session, _ = coach.begin(leg_press(), visit=visit)
        assert (Intent.LAST_TIME in {hint.intent for hint in hints.now(session)}) == there
