"""Every text that may be said, so that it can be rendered in advance."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from ..events import State
from ..pacing import OPEN_REPS, filled, fixed_texts, numbered_texts, varying_texts
from ..plan import Exercise, Wording, counted
from ..workout import DoneSet
from .lines import cue_values, duration, line_values, variables
from .questions.again import shortest_questions
from .spoken import Sayable, sayable
from .state import Session
from .workout_so_far import Logged

_BEFORE_A_SET = frozenset({State.CHOICE, State.SETUP, State.GATE, State.ARMED})

_ON_REQUEST = ("setup", "variations")
"""Said only on request. Nothing waits for its rendering."""


def texts(session: Session) -> tuple[str, ...]:
    """All texts known in advance, in the order they may be needed."""
    workout = session.workout
    exercises = workout.offered or (workout.exercise,)
    return _each_once(
        [
            *foreseen(session, 1, _BEFORE_A_SET),
            *(text for each in exercises for text in fixed_texts(each, _most(session, each))),
            *(text for each in exercises for text in shortest_questions(each)),
            *foreseen(session),
            *(text for each in exercises for text in numbered_texts(each, each.reps)),
        ]
    )


def _most(session: Session, exercise: Exercise) -> int:
    """The reps whose numbers may be counted; a set without a target goes beyond the usual."""
    planned = (session.workout.target, *(each.reps for each in session.workout.plan))
    return exercise.reps if all(planned) else max(exercise.reps, OPEN_REPS)


def foreseen(
    session: Session, sets: int = 3, states: Collection[State] | None = None
) -> tuple[str, ...]:
    """Texts of the next `sets`, or of all planned ones, with known values (exercise, tempo, rest,
    weight, set) filled in. With `states`, only those that may be said in one of them, without those
    said on request. While the exercise is undecided, those of all offered ones."""
    if session.workout.undecided:
        workouts = (session.workout.take_on(each) for each in session.workout.offered)
        sessions = (replace(session, workout=workout) for workout in workouts)
        return _each_once([text for each in sessions for text in foreseen(each, sets, states)])
    found: list[str] = []
    for upcoming in _upcoming(session, sets):
        exercise, reps = upcoming.workout.exercise, upcoming.workout.target
        in_lines, in_cues = line_values(upcoming), cue_values(upcoming)
        half = duration(upcoming, (upcoming.workout.planned.rest or 0) // 2)
        for each in sayable(exercise):
            if states is not None and not _soon(each, states):
                continue
            match each.place:
                case "lines", line:
                    # `left` may mean reps, seconds of a hold, or seconds of a rest.
                    values = in_lines if "left" in counted(line) else {**in_lines, "left": half}
                    found += _known(each.wording, values)
                case ("openers" | "cue", _):
                    found += varying_texts(each.wording, exercise, reps, in_cues)
                case _:
                    found += _known(each.wording, {})
    return _each_once(found)


def naming(session: Session, device: str) -> tuple[str, ...]:
    """Every text that names `device`, which is not known in advance."""
    lines = session.workout.exercise.lines
    wordings = (lines[line] for line in ("hearing_moved", "sound_moved"))
    return tuple(text for each in wordings for text in _known(each, {"device": device}))


def _soon(said: Sayable, states: Collection[State]) -> bool:
    return said.place[0] not in _ON_REQUEST and not said.states.isdisjoint(states)


def _known(wording: Wording, values: dict[str, str]) -> list[str]:
    """Its texts, if `values` has all their variables."""
    if not variables(wording) <= values.keys():
        return []
    return [text for turn in range(len(wording.full)) for text in filled(wording, turn, **values)]


def _upcoming(session: Session, sets: int) -> Iterator[Session]:
    """The session before each of its next sets; in a circuit, of each station."""
    workout = session.workout
    if sets and workout.in_circuit and workout.circuit is not None:
        known = {each.id: each for each in workout.offered}
        for name in workout.circuit.names:
            if name != workout.exercise.id and name in known:
                yield replace(session, workout=workout.take_on(known[name]))
    for _ in range(max(sets, len(workout.plan))):
        workout = workout.prescribe(workout.sets.coming())
        yield replace(session, workout=workout)
        done = DoneSet(workout.planned.kind, max(1, workout.target))
        workout = workout.end_set(Logged(workout.exercise.id, done))


def _each_once(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in found if text))
