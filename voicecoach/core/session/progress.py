"""Progress: what was done, what it shows, and what to do next.

The rule is double progression (`plan.Progression`). At one weight, the reps grow to the upper end
of a range. When every work set has reached it, weight is added, and the reps start at the lower end
again. The coach offers this once for each weight, and it takes effect only after a yes.

A hold grows in the same way, in seconds. Once every hold has reached its target, the next workout's
holds are longer, until they are long enough. Then weight is added. A hold without weight has no
next step: the coach says that it is time for something harder.

Strength is compared by e1RM: the median of the last three workouts against that of the first three
in the log (ten at most), if there are four or more. Differences below `SAME` count as none.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from statistics import median

from ..effort import answers, enough
from ..events import Command, State
from ..plan import Progression
from ..steps import more
from ..workout import DoneSet, Entry, SetKind, Target, Weight
from .corrections import agree_on, remember
from .lines import around, heard_tone, say, weight_words
from .questions import Question
from .questions.asking import ask, close
from .state import Session, Turn

SAME = Decimal("0.025")
"""A smaller share is no difference: less than a plate, or than a good day makes."""

COMPARED = 3
"""Workouts at each end whose median is compared."""


# --- what to do next --------------------------------------------------------------------------


def suggest(session: Session) -> Turn:
    """After a set, offer more reps or more weight, if the rule says so and it was not offered
    yet."""
    workout = session.workout
    rule, held = workout.exercise.progression, workout.exercise.held
    last = workout.log[-1].done if workout.log else None
    if rule is None or last is None or not last.reps or last.kind is not SetKind.WORK:
        return session, []
    if workout.follows_program:
        return session, []
    if last.weight is None and not held:
        return session, []
    if (
        session.questions.open is not None
        or session.questions.put_off
        or session.state not in (State.REST, State.SUMMARY)
    ):
        return session, []
    key = workout.exercise.id, last.weight
    if workout.log[-1].exercise != workout.exercise.id or key in session.entries.suggested:
        return session, []
    if workout.plan and not workout.last_done:
        return session, []
    same = [
        done
        for done in workout.sets.done
        if done.kind is SetKind.WORK and done.weight == last.weight
    ]
    least = min(done.reps for done in same) if workout.plan else last.reps
    target, step = _more(session, rule, last.weight, least)
    if held:
        if not _reached(session):
            return session, []
    elif target is None or (not workout.plan and target.weight == last.weight):
        return session, []
    if target is not None and target.weight != last.weight and not _enough(session, last.weight):
        return session, []
    session = replace(session, entries=session.entries.suggest(*key))
    weight = weight_words(session, last.weight)
    question = None
    if target is None:
        line = "held_longest"
    elif workout.plan or session.state is State.SUMMARY or held:
        question, line = Question.NEXT_TIME, "next_time"
    else:
        question, line = Question.NEXT_SET, "next_set"
    first = ["big_step"] if step and question is not None else []
    session, said = say(
        session,
        *first,
        line,
        percent=workout.exercise.language.number(step),
        reps=workout.exercise.language.number(workout.exercise.told(last.reps)),
        weight=weight,
        at=around(session, "at", weight) if weight else "",
        next=_difference(session, target, last.weight) if target is not None else "",
    )
    if question is not None:
        session = ask(session, question, target=target)
    return session, said


def _reached(session: Session) -> bool:
    """Whether every set reached its target; without a plan, the last one."""
    workout = session.workout
    if not workout.plan:
        return workout.log[-1].done.reps >= workout.target
    done = zip(workout.sets.done, workout.plan, strict=False)
    return all(each.reps >= to.reps for each, to in done)


def keep(session: Session, command: Command) -> Turn:
    """Yes to what was read back. It may be reason to suggest something."""
    session, suggested = suggest(close(session))
    return session, [*heard_tone(session), *suggested]


def kept(session: Session) -> Turn:
    """Nobody objected."""
    return suggest(close(session))


def _more(
    session: Session, rule: Progression, weight: Weight | None, reps: int
) -> tuple[Target | None, int]:
    """What comes next; and by how many percent the weight grows, if that is more than is advised,
    else 0."""
    if reps < rule.high:
        return Target(weight, min(rule.high, reps + rule.by)), 0
    step = more(session.workout.exercise, weight) if weight is not None else None
    return (Target(step.weight, rule.low), step.percent) if step is not None else (None, 0)


def _enough(session: Session, weight: Weight | None) -> bool:
    """Whether enough was left for more weight, as told today and in the last workout."""
    workout = session.workout
    rule, past = workout.exercise.progression, workout.visit.past.get(workout.exercise.id)
    done = (*(past.last if past is not None else ()), *workout.sets.done)
    return rule is None or enough(answers(done, weight), rule.left)


def _difference(session: Session, target: Target, weight: Weight | None) -> str:
    """What is new about `target`, in words."""
    if target.weight == weight:
        exercise = session.workout.exercise
        unit = "seconds" if exercise.held else "reps"
        return exercise.language.quantity(unit, exercise.told(target.reps))
    return weight_words(session, target.weight)


def agree(session: Session, command: Command) -> Turn:
    """Yes to the suggestion for next time: write it down."""
    assert session.questions.open is not None
    target = session.questions.open.target
    assert target is not None
    words = _difference(session, target, session.workout.log[-1].done.weight)
    session = remember(close(session), None, None)
    session, agreed = agree_on(session, session.workout.exercise.id, target)
    session, said = say(session, "agreed", next=words)
    return ask(session, Question.READ_BACK), [*agreed, *said]


def take_up(session: Session, command: Command) -> Turn:
    """Yes to the suggestion for the next set."""
    assert session.questions.open is not None
    target = session.questions.open.target
    assert target is not None
    session = remember(close(session), Entry.REPS, None)
    sets = session.workout.sets.from_now_on(weight=target.weight, reps=target.reps)
    session = session.prescribe(sets)
    session, said = say(session, "agreed", next=weight_words(session, target.weight))
    return ask(session, Question.READ_BACK), said


# --- what was done ----------------------------------------------------------------------------


def last_time(session: Session, command: Command) -> Turn:
    """Tell what the log has of the last workout with this exercise, without warm-ups."""
    past = session.workout.visit.past.get(session.workout.exercise.id)
    sets = past.last if past is not None else ()
    work = [done for done in sets if done.kind is SetKind.WORK and not done.part]
    if past is None or not work:
        return say(session, "no_last_time")
    ago = _days(session, past.days_ago)
    told = ", ".join(
        _past_set(session, done, len(list(same)))
        for done, same in groupby(work, key=lambda done: DoneSet(done.kind, done.reps, done.weight))
    )
    return say(session, "last_time", ago=ago, sets=told)


def _past_set(session: Session, done: DoneSet, times: int) -> str:
    language = session.workout.exercise.language
    exercise = session.workout.exercise
    unit = "seconds" if exercise.held else "reps"
    words = language.quantity(unit, exercise.told(done.reps))
    if times > 1:
        words = language.units["times"].other.format(n=language.number(times), what=words)
    if done.weight is not None:
        words += around(session, "at", weight_words(session, done.weight))
    return words


def _days(session: Session, days: int) -> str:
    unit = {0: "today", 1: "yesterday"}.get(days, "days_ago")
    return session.workout.exercise.language.quantity(unit, days)


def stronger(session: Session, command: Command) -> Turn:
    past = session.workout.visit.past.get(session.workout.exercise.id)
    best = past.best if past is not None else ()
    number = session.workout.exercise.language.number
    if len(best) <= COMPARED:
        return say(session, "strength_unknown", count=number(len(best)))
    before, now = median(best[:COMPARED]), median(best[-COMPARED:])
    change = now / before - 1
    line = "as_strong" if abs(change) < SAME else "stronger" if change > 0 else "weaker"
    percent = number(round(abs(change) * 100))
    return say(session, line, percent=percent, count=number(len(best)))
