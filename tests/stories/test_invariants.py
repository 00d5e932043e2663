"""The safety invariants of the design, over random sessions.

Each session goes through the real engine with a silent voice: a language, a shipped exercise, a
tempo and a target, a voice from quick to as slow as the settings allow; spoken and typed commands;
a microphone that falls silent, an output that is lost and comes back, news of the log and of
devices. What must always hold is checked on the records of the session, by the names of lines and
cues, which are the same in every language.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.example_workouts import (
    BARBELL,
    BROKEN,
    KINDS,
    LEGS,
    LEGS_DAY,
    LIGHT_DAY,
    PAIR_BROKEN,
    PAIRED,
    PAST,
    SLED,
    STACK,
)
from tests.support.invariants import LOG, Drama, Stretch, check
from tests.support.session_driver import (
    BEGIN,
    Event,
    leg_curl,
    leg_press,
    run_session,
    sentence,
    shipped,
)
from voicecoach.core.events import Intent
from voicecoach.core.pacing import Talkativeness
from voicecoach.core.plan import (
    SAMPLE_RATE,
    Tempo,
    samples,
)
from voicecoach.core.workout import Visit
from voicecoach.speaking.silent import SilentClips

pytestmark = pytest.mark.slow

SECONDS = 75.0

LANGUAGES = ("en", "de", "es", "ko")

TEMPOS = ("1-0-1-0", "3-1-2-1", "3-1-2-0", "2-0-1-0", "4-2-3-1", "30X0", "5-0-1-2")

PACES = (0.105, 0.03, 0.055, 0.075, 0.09, 0.105)
"""Seconds per character: a natural voice at twice its speed; the system's at 190, 140, 117 and 100
words a minute, as slow as the settings allow."""

SYLLABLE = 2
"""Number of letters of other languages that take as long as one Korean syllable."""

LONGEST_SET = 60 * SAMPLE_RATE


OFTEN = [Intent.START, Intent.READY, Intent.LOCKED, Intent.DONE, Intent.STOP, Intent.PAUSE]
OFTEN += [Intent.RESUME, Intent.REPEAT, Intent.HOW_MANY, Intent.BREATHER, Intent.DROP]
intents = st.one_of(st.sampled_from(OFTEN), st.sampled_from(Intent))

CHATTER = [Intent.HOW_MANY, Intent.REPEAT, Intent.QUIET, Intent.TALK, Intent.LOUDER, Intent.SOFTER]

MOODS = (intents, intents, st.sampled_from(CHATTER))
"""Anything; or a set that goes on, with talk and trouble in it."""


def said(which: st.SearchStrategy[Intent]) -> st.SearchStrategy[tuple[int, Intent, int]]:
    """When, in fiftieths of a second from the fourteenth second on, and what."""
    return st.tuples(st.integers(0, 3700), which, st.integers(0, 11))


troubles = st.tuples(
    st.integers(0, 3700),
    st.one_of(
        st.tuples(st.just("log_told"), st.sampled_from(LOG)),
        st.tuples(st.just("log_told"), st.sampled_from(LOG)),
        st.tuples(st.sampled_from(["microphone_moved", "sound_moved"]), st.just("Earbuds 3")),
        st.just(("button_lost", "")),
        st.just(("sound_lost", "")),
        st.just(("sound_back", "")),
        st.tuples(st.just("slept"), st.floats(2.0, 7200.0).map(samples)),
    ),
)

ZEROS: list[list[tuple[float, float]]] = [
    [],
    [(20.0, 26.0)],
    [(24.0, 75.0)],
    [(30.0, 31.5), (40.0, 55.0)],
]
"""Spans of digital silence, in seconds."""

VISITS: list[dict[str, Any]] = [
    {},
    {"offered": (leg_press(reps=2, loading=STACK),)},
    {"offered": (leg_press(), leg_curl()), "visit": Visit(LEGS, PAST, sled=SLED)},
    {"offered": (leg_press(), leg_curl()), "visit": Visit(KINDS)},
    {"offered": (leg_press(reps=3, loading=BARBELL), leg_curl()), "visit": Visit(LEGS, PAST)},
    {"visit": Visit(interrupted=BROKEN)},
    {"visit": Visit(interrupted=replace(BROKEN, cut=True, unlocked=True))},
    {"offered": (leg_press(), leg_curl()), "visit": Visit(PAIRED)},
    {"offered": (leg_press(), leg_curl()), "visit": Visit(interrupted=PAIR_BROKEN)},
    {"offered": (leg_press(), leg_curl()), "visit": Visit(LIGHT_DAY, PAST)},
    {"offered": (leg_press(), leg_curl()), "visit": Visit(LEGS_DAY, PAST)},
]
"""Alone, with a choice, with a plan, with plates, with a workout that broke off between sets or in
one, in a superset, on two days of a program."""


def at_seconds(fiftieths: int) -> float:
    return 14 + fiftieths / 50 if fiftieths < 3000 else (fiftieths - 3000) / 50


def stretches(pairs: list[tuple[float, float]]) -> tuple[Stretch, ...]:
    return tuple(Stretch(samples(start), samples(end)) for start, end in pairs)


def losses(happens: list[Event]) -> list[tuple[float, float]]:
    """When the output was gone."""
    spans = []
    since: float | None = None
    for at, name, _ in sorted(happens, key=lambda event: event[0]):
        if name == "sound_lost" and since is None:
            since = at
        elif name == "sound_back" and since is not None:
            spans.append((since, at))
            since = None
    return [*spans, *([(since, 1e5)] if since is not None else [])]


def close_to(happens: list[Event]) -> list[list[tuple[float, float]]]:
    """Digital silence from just before, or just after, something else that happens."""
    at = [at for at, name, _ in happens if name not in ("typed", "sound_back")]
    return [[(each + apart, SECONDS)] for each in at for apart in (-1.0, 0.5)]


@st.composite
def dramas(draw: st.DrawFn) -> Drama:
    language = draw(st.sampled_from(LANGUAGES))
    files = shipped(language)
    exercise = draw(st.sampled_from(files.offered))
    if exercise.held:
        seconds = draw(st.sampled_from([5, 20, 30, 45]))
        exercise = replace(exercise, reps=exercise.breaths(seconds))
    else:
        tempo = Tempo.parse(draw(st.sampled_from(TEMPOS)))
        most = LONGEST_SET // tempo.rep
        reps = draw(st.sampled_from([most, 3, 1, 9, 0]))
        exercise = replace(exercise, tempo=tempo, reps=reps)
    pace = draw(st.sampled_from(PACES)) * (SYLLABLE if language == "ko" else 1)
    words: list[tuple[float, str]] = []
    if draw(st.integers(0, 4)):
        words += [(8.0, sentence(language, Intent.READY)), (13.0, sentence(language, Intent.START))]
    happens: list[Event] = []
    for at, intent, which in draw(st.lists(said(draw(st.sampled_from(MOODS))), max_size=9)):
        text = sentence(language, intent, which)
        if not text:
            continue  # the language has no words for it
        if at % 4:
            words.append((at_seconds(at), text))
        else:
            happens.append((at_seconds(at), "typed", text))
    happens += [(at_seconds(at), *what) for at, what in draw(st.lists(troubles, max_size=5))]
    happens.append((SECONDS, "sound_back", ""))
    zeros = draw(st.sampled_from([*ZEROS, *close_to(happens)]))
    visit = draw(st.sampled_from(VISITS)) if language == "en" else {}
    performance = run_session(
        words,
        SECONDS,
        exercise=exercise,
        zeros=zeros,
        pace=pace,
        talk=draw(st.sampled_from(Talkativeness)),
        phrases=files.phrases,
        happens=happens,
        **visit,
    )
    performance = replace(performance, sound=performance.sound[:0].copy())  # it fills the memory
    return Drama(performance, exercise, language, stretches(zeros), stretches(losses(happens)))


@pytest.mark.parametrize("moved", ["microphone_moved", "sound_moved"])
@pytest.mark.parametrize("apart", [-0.9, 0.3, 1.7])
def test_4_two_alarms_at_once_leave_room_for_the_reminders(moved: str, apart: float) -> None:
    """In the slowest voice each takes nearly as long as a quick rep."""
    files = shipped("en")
    (press,) = (each for each in files.offered if each.id == "leg-press")
    press = replace(press, tempo=Tempo.parse("1-0-1-0"), reps=20)
    zeros = [(24.0, SECONDS)]
    words = [(8.0, sentence("en", Intent.READY)), (13.0, sentence("en", Intent.START))]
    happens: list[Event] = [(24.0 + apart, moved, "Earbuds 3")]
    performance = run_session(
        words, 40, exercise=press, zeros=zeros, pace=max(PACES), happens=happens
    )
    assert performance.played("deaf")
    assert performance.played(moved.replace("microphone", "hearing"))
    drama = Drama(performance, press, "en", stretches(zeros), ())
    check(drama)


@given(st.floats(17.0, 40.0), st.sampled_from(TEMPOS))
@settings(max_examples=15, deadline=None)
@example(21.0, "1-0-1-0")
def test_5_digital_silence_in_a_set(since: float, tempo: str) -> None:
    performance = run_session(
        BEGIN, 60, exercise=leg_press(tempo, reps=30), zeros=[(since, since + 10)]
    )
    told = [cue for cue in performance.played("deaf") if cue.at < samples(60)]
    assert len(told) == 1
    assert samples(since) < told[0].at <= samples(since + 2)
    paced = run_session(BEGIN, 60, exercise=leg_press(tempo, reps=30))
    assert performance.phases == paced.phases


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alarm_takes_no_longer_than_the_quickest_rep_in_the_slowest_voice(language: str) -> None:
    """So that it moves a reminder by at most one rep."""
    files = shipped(language)
    clips = SilentClips(max(PACES) * (SYLLABLE if language == "ko" else 1))
    for exercise in files.offered:
        for line in ("deaf", "still_deaf", "deaf_for_good", "hearing_moved", "sound_moved"):
            for text in exercise.lines[line].short or exercise.lines[line].full:
                assert len(clips.get(text).pcm) <= samples(1.9), (exercise.id, line)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(dramas())
def test_the_invariants_hold_in_any_session(drama: Drama) -> None:
    check(drama)
