"""The table of what is said in each state matches what the session really says there."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from tests.support.example_workouts import (
    BARBELL,
    BROKEN,
    DIP,
    LEGS,
    LEGS_DAY,
    LIGHT_DAY,
    PAIRED,
    PAST,
    SLED,
    STACK,
)
from tests.support.session_driver import advance, begin, leg_curl, leg_press, plank, shipped, step
from voicecoach.core.events import (
    ButtonLost,
    Command,
    CommandGiven,
    Doubted,
    Effect,
    Entered,
    HearingBack,
    HearingLost,
    Input,
    Intent,
    LogTold,
    Pace,
    Say,
    State,
)
from voicecoach.core.plan import LINES, SAMPLE_RATE, Exercise, Wording, counted
from voicecoach.core.session import (
    IN_A_SET,
    Session,
    live,
)
from voicecoach.core.session.spoken import SPOKEN
from voicecoach.core.workout import Visit

pytestmark = pytest.mark.slow

ENDS = {Intent.STOP, Intent.PAIN, Intent.HELP, Intent.DONE, Intent.RESUME}
ONWARDS = {
    *((State.SETUP, Intent.NEXT), (State.RACKING, Intent.LOCKED), (State.SUMMARY, Intent.SLOWER)),
    (State.CHOICE, Intent.FINISH),
    *((State.REST, intent) for intent in (Intent.WEIGHT, Intent.WARM_UP, Intent.SKIP_WARM_UP)),
    *((state, intent) for state in State for intent in (Intent.YES, Intent.NO)),
}
WAITS = (0.5, 2, 5, 15, 60)
SESSIONS = 900
HOLDS = 120
PROGRAMS = 120
LOG = ("log_waits", "log_written", "log_anew", "log_beside", "log_in_part")
RARE = {
    *("no_variation", "nothing_to_repeat", "loudest", "softest", "slowest", "fastest"),
    *("deaf", "still_deaf", "hearing"),
    *("stronger", "weaker", "as_strong", "strength_unknown", "last_time", "no_last_time"),
    *("nothing_to_undo", "no_set_yet", "no_sled", "no_rest"),
    *("agreed", "held_longest", "rested", "rest_soon_warm_up"),
    *("no_hold", "no_reps"),
    *("record", "rest_soon_exercise"),  # `test_tally` and `test_workout` cover these
    "last_empty",  # `test_left_out` this
    "next_set",  # and a story of `test_workouts` this
    *(
        "upcoming_exercise",
        "upcoming_warm_up",
        "upcoming_drop",
        "nothing_upcoming",
    ),  # and `test_relative` these
    "no_lighter",
    *("ask_pounds", "announce_falling", "no_ramp"),
    # `test_programs` covers these
    *("left_logged", "none_left", "big_step", "program_today", "lighter_week", "today", "no_plan"),
    *("cant_undo", "announce_side"),  # and `test_undo` and `test_sides` these
    *LOG,
    "button_lost",
}
"""Lines that need a long run of the same command, trouble, or a gap in a script."""


Lines = set[tuple[State, str]]


def weight(state: State, intent: Intent) -> float:
    """Weights of the commands, so that sets last and the checklist is finished."""
    if state in IN_A_SET and intent in ENDS:
        return 0.1
    if (state, intent) == (State.REST, Intent.FINISH):
        return 4.0
    if (state, intent) == (State.SUMMARY, Intent.DROP) or intent is Intent.NOT_YET:
        return 0.2
    if (state, intent) == (State.REST, Intent.SLOWER):
        return 3.0  # of a hold, which seldom gets there
    return 8.0 if (state, intent) in ONWARDS else 1.0


def said(
    seed: int, held: bool = False, program: bool = False, **changes: object
) -> tuple[Lines, Lines]:
    """The lines of one random session, each with the state in which it is requested and with the
    one that its step leads to, where it sounds too. `changes`: those to the script, of a hold or of
    reps."""
    chance, doubts = random.Random(seed), random.Random(-1 - seed)
    loading = random.Random(seed).choice([None, None, BARBELL, BARBELL, STACK, DIP])
    changes = {"loading": loading, **changes}
    offered: tuple[Exercise, ...] = ()
    if chance.random() < 0.3:
        offered = leg_press("2-0-1-0", reps=3), leg_curl(), plank()
    tempo, reps = chance.choice(["2-0-1-0", "4-2-4-1"]), chance.choice([1, 3, 8])
    script = plank(5 * reps, **changes) if held else leg_press(tempo, reps, **changes)
    asked: Lines = set()
    later: Lines = set()
    state = State.READY

    def look(session: Session, effects: list[Effect]) -> Session:
        nonlocal state
        for effect in effects:
            if isinstance(effect, Entered):
                state = effect.to
            if isinstance(effect, Say | Pace):
                lines = {want.id for want in effect.wants} & LINES.keys()
                # Pacing is planned before its rep begins.
                sounds = State.REP if isinstance(effect, Pace) else state
                asked.update((sounds, line) for line in lines)
                later.update((session.state, line) for line in lines)
        return session

    visit = chance.choice(
        [
            Visit(logged=True),
            Visit(past=PAST),
            *(Visit(LEGS, PAST),) * 2,
            *(Visit(PAIRED, PAST),) * 3,
            Visit(LEGS, sled=SLED, interrupted=BROKEN),
        ]
    )
    if program:
        visit = Visit(chance.choice([LEGS_DAY, LIGHT_DAY]), PAST)
    if visit.workout is not None:
        offered = (script, leg_curl())
    prove = chance.random() < 0.3
    session = look(*begin(script, prove_stop=prove, offered=offered, visit=visit, said_as=PHRASES))
    for _ in range(90):
        if chance.random() < 0.5:
            until = session.now + int(chance.choice(WAITS) * SAMPLE_RATE)
            session = look(*advance(session, until))
        understood = sorted(live(session) - {Intent.REPEAT})
        [intent] = chance.choices(understood, [weight(session.state, i) for i in understood])
        happened: Input = CommandGiven(chance.choice(COMMANDS[intent]), sure=chance.random() < 0.8)
        if chance.random() < 0.04:
            happened = HearingBack() if session.hearing.deaf_since else HearingLost("unplugged")
        elif chance.random() < 0.04:
            happened = LogTold(chance.choice(LOG))
        elif chance.random() < 0.01:
            happened = ButtonLost()
        session = look(*step(session, happened))
        # A workout's last question is seldom open for long.
        if doubts.random() < (0.5 if session.state is State.SUMMARY else 0.25):
            session = look(*step(session, Doubted()))
    return asked, later


PHRASES = shipped().phrases.examples()
COMMANDS: dict[Intent, list[Command]] = defaultdict(list)
for each in shipped().phrases.phrases.values():
    COMMANDS[each.intent].append(each)
# Weights lead to something only if they are similar.
COMMANDS[Intent.WEIGHT] += [c for c in COMMANDS[Intent.WEIGHT] if ("kilos", 80) in c.slots] * 1000
# None is less than a step above nothing, but for these.
COMMANDS[Intent.WEIGHT] += [c for c in COMMANDS[Intent.WEIGHT] if ("kilos", 4) in c.slots] * 300


def test_what_is_said_in_a_state_stands_in_its_row_and_nothing_else() -> None:
    sessions = [said(seed) for seed in range(SESSIONS)]
    sessions += [said(seed, held=True) for seed in range(HOLDS)]
    sessions += [said(seed, program=True) for seed in range(PROGRAMS)]
    asked = {entry for session, _ in sessions for entry in session}
    later = {entry for _, session in sessions for entry in session}
    table = {(state, line) for state, lines in SPOKEN.items() for line in lines}
    assert asked <= table
    assert {entry for entry in table - asked - later if entry[1] not in RARE} == set()


def test_every_number_in_a_line_may_have_a_unit() -> None:
    """A text in its place would break the format, in the middle of a session."""
    lines = {
        line: Wording(tuple(f"{text} {units(line)}" for text in wording.full))
        for line, wording in shipped().exercise.lines.items()
    }
    asked = {line for seed in range(200) for _, line in said(seed, lines=lines)[0]}
    assert {line for line in asked if counted(line)} >= {
        *("announce", "announce_at", "announce_set", "announce_plan", "how_many", "more"),
        *("ended", "good_set", "summary", "reps_logged", "still_paused", "half_way"),
    }


def units(line: str) -> str:
    return " ".join(f"{{{name}:reps}}" for name in sorted(counted(line)))
