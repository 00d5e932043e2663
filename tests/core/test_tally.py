"""The results of a workout, as announced at its end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.example_workouts import WARM_UP, WORK, kg
from tests.support.session_driver import leg_curl, leg_press, plank
from tests.support.session_steps import texts
from voicecoach.core.events import HearingBack, HearingLost, LogTold
from voicecoach.core.session import Session, step
from voicecoach.core.session.finish import to_summary
from voicecoach.core.session.prescription import Prescription
from voicecoach.core.session.tally import tally
from voicecoach.core.session.workout_so_far import Logged, WorkoutSoFar
from voicecoach.core.workout import DoneSet, Past, SetKind, Unit, Visit, Weight

PRESS, CURL, PLANK = leg_press(), leg_curl(), plank()


def lb(amount: float) -> Weight:
    return Weight(Decimal(str(amount)), Unit.LB)


def sets(id: str, *done: tuple[SetKind, int, Weight | None], part: bool = False) -> list[Logged]:
    held = id == "plank"
    return [
        Logged(id, DoneSet(kind, reps, weight, held=held, part=part)) for kind, reps, weight in done
    ]


def after(
    *log: Logged, past: dict[str, Past] | None = None, logged: bool = False, last: str = "leg-press"
) -> Session:
    offered = {each.id: each for each in (PRESS, CURL, PLANK)}
    visit = Visit(past=past or {}, logged=logged)
    exercise = offered[last]
    workout = WorkoutSoFar(
        exercise,
        Prescription(exercise.tempo, exercise.reps, exercise.rest),
        offered=tuple(offered.values()),
        visit=visit,
    )
    return Session(workout.with_log(log))


def told(session: Session) -> list[str]:
    _, effects = to_summary(session)
    return texts(effects)


def test_it_tells_exercises_sets_reps_and_the_weight_that_was_moved() -> None:
    log = [
        *sets("leg-press", (WARM_UP, 10, kg(40)), (WORK, 12, kg(80)), (WORK, 10, kg(80))),
        *sets("leg-curl", (WORK, 8, kg(32.5)), (WORK, 0, kg(32.5))),
    ]
    whole = tally(after(*log))
    assert [(each.name, each.sets, each.reps) for each in whole.trained] == [
        ("Leg press", 3, 32),
        ("Leg curl", 1, 8),
    ]
    assert [each.heaviest for each in whole.trained] == [kg(80), kg(32.5)]
    assert whole.moved == kg(12 * 80 + 10 * 80 + 8 * 32.5)
    assert told(after(*log)) == [
        "That was it: two exercises, four sets, forty reps. Well trained.",
        "2020 kilos in all.",
    ]


def test_left_and_right_are_one_set() -> None:
    left = sets("leg-press", (WORK, 10, kg(30)), part=True)
    whole = tally(after(*left, *sets("leg-press", (WORK, 10, kg(30)))))
    assert (whole.sets, whole.reps, whole.moved) == (1, 20, kg(600))


@pytest.mark.parametrize(
    ("weights", "moved"),
    [
        ((lb(135), lb(135)), lb(270)),
        ((lb(100), kg(50)), kg(95)),
        ((None, kg(50)), kg(50)),
        ((None, None), None),
    ],
)
def test_the_total_is_in_the_unit_in_which_all_was_said_else_in_kilos(
    weights: tuple[Weight | None, ...], moved: Weight | None
) -> None:
    log = [each for weight in weights for each in sets("leg-press", (WORK, 1, weight))]
    assert tally(after(*log)).moved == moved


@pytest.mark.parametrize("last", ["leg-press", "plank"])
def test_a_hold_at_the_end_does_not_make_the_reps_of_the_others_go_away(last: str) -> None:
    log = [*sets("leg-press", (WORK, 5, None)), *sets("plank", (WORK, 8, None))]
    assert told(after(*log, last=last)) == [
        "That was it: two exercises, two sets, five reps. Well trained."
    ]
    only = sets("plank", (WORK, 8, None))
    assert told(after(*only, last="plank")) == ["That was it: one exercise, one set. Well trained."]


def test_a_record_is_what_no_set_before_had() -> None:
    before = {"leg-press": Past(strongest=Decimal(108)), "plank": Past(longest=8)}
    log = [
        *sets("leg-press", (WORK, 12, kg(80)), (WORK, 8, kg(75)), (WARM_UP, 30, kg(90))),
        *sets("plank", (WORK, 9, None), (WORK, 8, None)),
        *sets("leg-curl", (WORK, 12, kg(90))),  # nothing is known that it could beat
    ]
    whole = tally(after(*log, past=before))
    assert [(each.id, each.record and each.record.reps) for each in whole.records] == [
        ("leg-press", 12),
        ("plank", 9),
    ]
    assert told(after(*log, past=before))[2:] == [
        "A record: Leg press, twelve reps, eighty kilos.",
        "A record: Plank, forty-five seconds.",
    ]
    as_good = {"leg-press": Past(strongest=Decimal(112)), "plank": Past(longest=9)}
    assert tally(after(*log, past=as_good)).records == ()


def test_that_it_is_saved_is_only_said_where_it_is() -> None:
    done = sets("leg-press", (WORK, 5, None))
    assert len(told(after(*done))) == 1
    session = after(*done, logged=True)
    assert told(session)[1:] == ["It is saved, and your report has it."]
    waiting, _ = step(session, LogTold("log_waits"))
    assert len(told(waiting)) == 1  # that news is on its way
    known = replace(waiting, speech=replace(waiting.speech, news={}))
    assert told(known)[1:] == ["I can't write the log now. I keep it in mind."]
    deaf, _ = step(waiting, HearingLost("unplugged"))
    heard, _ = step(deaf, HearingBack())
    assert heard.workout.unwritten  # hearing is back, the disk is not
    written, _ = step(waiting, LogTold("log_written"))
    assert told(written)[1:] == ["It is saved, and your report has it."]


def test_without_a_set_there_is_nothing_to_count() -> None:
    empty = sets("leg-press", (WORK, 0, kg(80)))
    assert told(after(*empty, logged=True)) == ["That was it, without a set today."]


def test_an_author_may_silence_a_line_of_the_summary() -> None:
    session = after(*sets("leg-press", (WORK, 5, kg(10))))
    lines = {**PRESS.lines, "moved": replace(PRESS.lines["moved"], full=("",))}
    quiet = replace(PRESS, lines=lines)
    workout = replace(session.workout, exercise=quiet, offered=(quiet,))
    session = replace(session, workout=workout)
    assert len(told(session)) == 1
