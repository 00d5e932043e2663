"""What the lifter says about a set: weight, reps, effort, notes; written down at once, read back.

While the read-back is open, "no" or another number of its kind corrects it; see `corrections`. If
the recogniser is unsure, the coach asks first; see `questions.doubts`.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..effort import rpe_of
from ..events import Command, Effect, Intent, State
from ..plan import CueClass, Exercise
from ..workout import Amended, Entry, Unit, Weight
from .anytime import number_in
from .corrections import mending, mends, remember, still_the_last
from .likely import unit_of
from .lines import say, weight_words
from .loads import LOADED, load_words, loaded_weight, no_such_load
from .questions import Question
from .questions.asking import ask
from .state import AFTER_A_SET, Session, Turn

_COUNTS = frozenset({"reps", "held", "reps_at"})
"""Slots of a set's reps, or of its seconds."""

_HALF = Decimal("0.5")

_UNITS = {
    **dict.fromkeys(
        ("kilos", "half_kilos", "kilos_and_a_half", "at_kilos", "up_to_kilos"), Unit.KG
    ),
    **dict.fromkeys(("pounds", "up_to_pounds"), Unit.LB),
}
IN_UNIT = {Unit.KG: "kilos", Unit.LB: "pounds"}
"""The slot of a weight in each unit."""


def weight_in(session: Session, command: Command) -> Weight | None:
    """The weight that `command` names; None if it needs a bar, a stack or a sled that is not
    known."""
    (slot, value), *_ = (pair for pair in command.slots if pair[0] not in _COUNTS)
    exercise = last_exercise(session) if slot == "lifted" else session.workout.exercise
    amount = Decimal(str(value))
    if slot in LOADED:
        return loaded_weight(session.workout, slot, int(amount), unit_of(session, exercise))
    more = _HALF if slot == "kilos_and_a_half" else 0
    return Weight(amount + more, _UNITS.get(slot) or unit_of(session, exercise))


def set_weight(session: Session, command: Command) -> Turn:
    """Set the weight of the last set, if it has none yet; otherwise of the next sets."""
    of_last = of_the_last(session)
    there = session if of_last else at_next_station(session)
    weight = weight_in(there, command)
    if weight is None:
        return say(session, no_such_load(there.workout))
    session, mended = mending(session, Entry.WEIGHT, of_last)
    if of_last:
        return _write_weight(session, weight, mended)
    session = at_next_station(session)
    # Before a drop set or in a ramp, it is the weight of that one only.
    workout = session.workout
    onwards = workout.log and workout.sets.beside is None
    line = "weight_next" if onwards else "weight_set"
    session = remember(session, Entry.WEIGHT, None)
    loading = session.workout.exercise.loading
    nearest = loading.nearest(weight) if loading is not None else weight
    session = session.prescribe(session.workout.sets.from_now_on(weight=nearest))
    session = replace(session, workout=session.workout.tell_of_load(nearest))
    load = load_words(session, nearest)
    lines = [line, "loaded"] if load else [line]
    words = {"weight": weight_words(session, nearest), "load": load}
    if nearest != weight:
        lines.insert(0, "cant_load")
        words["heard"] = weight_words(session, weight)
    return _read_back(session, mended, *lines, **words)


def at_next_station(session: Session) -> Session:
    """After a station's set, a weight that is not its own is for the next station."""
    workout = session.workout
    upcoming = workout.next_exercise if workout.in_circuit and workout.complete else None
    if upcoming is None or session.state not in (State.REST, State.READY):
        return session
    return replace(session, workout=workout.take_on(upcoming))


def of_the_last(session: Session) -> bool:
    """Whether a weight named now belongs to the last set."""
    if mends(session, Entry.WEIGHT):
        return session.entries.made[0].of is not None
    after = session.state in AFTER_A_SET and bool(session.workout.log)
    missing = after and session.workout.log[-1].done.weight is None
    return missing or (after and session.state is State.SUMMARY)


def log_number(session: Session, command: Command) -> Turn:
    """Log a number for the last set, whatever it had before."""
    if not session.workout.log:
        return say(session, "no_set_yet")
    slots = dict(command.slots)
    if slots.keys() & {"reps", "held"}:
        return log_reps(session, command)
    if "reps_at" in slots:
        return _log_both(session, command)
    weight = weight_in(session, command)
    if weight is None:
        return say(session, no_such_load(session.workout))
    mended: list[Effect] = []
    if session.entries.made and session.entries.made[0].of is not None:
        session, mended = mending(session, Entry.WEIGHT, of_last=True)
    return _write_weight(session, weight, mended)


def _log_both(session: Session, command: Command) -> Turn:
    """ "Nine at eighty": the reps and the weight of the last set."""
    if last_exercise(session).held:
        return say(session, "no_reps")
    weight = weight_in(session, command)
    assert weight is not None
    reps = number_in(command, "reps_at")
    session, counted = log_reps(session, Command(Intent.LOG, (("reps", reps),)))
    session, weighed = _write_weight(session, weight, [])
    return session, [*counted, *weighed]


def _write_weight(session: Session, weight: Weight, mended: list[Effect]) -> Turn:
    """Log the weight of the last set. If the next sets have none, they get it, too."""
    session = remember(session, Entry.WEIGHT, len(session.workout.log) - 1)
    workout = session.workout
    same = workout.log[-1].exercise == workout.exercise.id or workout.circuit is None
    if same:
        session = session.prescribe(workout.sets.weigh_last(weight))
    session = replace(session, workout=session.workout.tell_of_load(weight))
    session, amended = _amend(session, Entry.WEIGHT, weight)
    words = weight_words(session, weight)
    return _read_back(session, [*mended, *amended], "weight_set", weight=words)


def set_reps(session: Session, command: Command) -> Turn:
    """Set how many reps to do from now on; of a hold, for how long."""
    if misfit := _misfit(session.workout.exercise, command):
        return say(session, misfit)
    reps = _reps_in(session.workout.exercise, command)
    if not reps:
        return log_reps(session, command)  # zero is no target: it is the result of a set
    session = at_next_station(session)
    session, mended = mending(session, Entry.REPS, of_last=False)
    session = remember(session, Entry.REPS, None)
    session = session.prescribe(session.workout.sets.from_now_on(reps=reps))
    return _read_back(session, mended, "reps_set")


def set_most(session: Session, command: Command) -> Turn:
    """From now on as many reps as possible; of a hold, as long as possible."""
    session, mended = mending(session, Entry.REPS, of_last=False)
    session = remember(session, Entry.REPS, None)
    session = session.prescribe(session.workout.sets.from_now_on(reps=0))
    return _read_back(session, mended, "most_set")


def log_missed(session: Session, command: Command) -> Turn:
    """The last rep was paced, but not finished: it does not count, and the set went to failure.
    Said again, it means the same rep."""
    return _fail(session, "missed", 1)


def log_failure(session: Session, command: Command) -> Turn:
    """The set went to failure, with the reps that were counted."""
    return _fail(session, "to_failure", 0)


def _fail(session: Session, line: str, missed: int) -> Turn:
    if not session.workout.log:
        return say(session, "no_set_yet")
    at = len(session.workout.log) - 1
    if not missed and session.workout.log[at].done.failed and mends(session, Entry.FAILURE):
        # "Missed the last one. To failure": the rep that was taken off did not come back.
        return _read_back(session, [], line, reps=_done_words(session))
    session, mended = mending(session, Entry.FAILURE, of_last=True)
    last = session.workout.log[at]
    exercise, before = last_exercise(session), last.done
    again = before.failed or exercise.held  # a hold misses no rep
    reps = before.reps if again else max(0, before.reps - missed)
    session = remember(session, Entry.FAILURE, at)
    last = replace(last, done=replace(before, reps=reps, failed=True))
    amended: list[Effect] = [Amended(session.now, 0, Entry.FAILURE, True)]
    if reps != before.reps:
        amended.insert(0, Amended(session.now, 0, Entry.REPS, reps))
        if still_the_last(session):
            session = replace(session, set=session.set.correct(reps))
    session = replace(session, workout=session.workout.amend(at, last))
    return _read_back(session, [*mended, *amended], line, reps=_done_words(session))


def _done_words(session: Session) -> str:
    """What the last set came to, in words."""
    done = session.workout.log[-1].done.reps
    return session.workout.exercise.language.number(last_exercise(session).told(done))


def log_reps(session: Session, command: Command) -> Turn:
    """Log the reps as the lifter says: reps are paced, not seen."""
    if not session.workout.log:
        return say(session, "no_set_yet")
    exercise = last_exercise(session)
    if misfit := _misfit(exercise, command):
        return say(session, misfit)
    reps = _reps_in(exercise, command)
    words = session.workout.exercise.language.number(exercise.told(reps))
    return write(session, command, Entry.REPS, reps, "reps_logged", reps=words)


def _reps_in(exercise: Exercise, command: Command) -> int:
    """What `command` names, in reps of `exercise`, or in breaths of its hold."""
    if exercise.held:
        seconds = number_in(command, "held")
        return exercise.breaths(seconds) if seconds else 0
    return number_in(command, "reps")


def _misfit(exercise: Exercise, command: Command) -> str:
    """The line which says that `exercise` is counted differently; "" if it is not."""
    if exercise.held:
        return "" if "held" in dict(command.slots) else "no_reps"
    return "" if "reps" in dict(command.slots) else "no_hold"


def last_exercise(session: Session) -> Exercise:
    """The exercise of the last set."""
    workout = session.workout
    name = workout.log[-1].exercise if workout.log else workout.exercise.id
    known = {each.id: each for each in (*workout.offered, workout.exercise)}
    return known.get(name, workout.exercise)


def log_rpe(session: Session, command: Command) -> Turn:
    """Log how hard it was, as a number or as "hard" or "easy"."""
    rpe = rpe_in(command)
    words = session.workout.exercise.language.amount(rpe)
    return write(session, command, Entry.RPE, rpe, "rpe_logged", rpe=words)


def rpe_in(command: Command) -> Decimal:
    """The RPE that `command` names, as such or by the reps that were left; "that was max" names
    none."""
    value = next((value for _, value in command.slots), 0)
    number = Decimal(str(value))
    return rpe_of(number) if command.intent is Intent.LEFT else number


def log_note(session: Session, command: Command) -> Turn:
    """Add one of the known notes. A set may have several, each once."""
    note = str(dict(command.slots)["note"])
    before = session.workout.log[-1].note if session.workout.log else ""
    notes = [each for each in before.split(", ") if each and each != note]
    return write(session, command, Entry.NOTE, ", ".join([*notes, note]), "note_logged", note=note)


def write(
    session: Session,
    command: Command,
    entry: Entry,
    value: int | Decimal | str,
    line: str,
    **words: str,
) -> Turn:
    """Write `value` into the last set, and read it back."""
    if not session.workout.log:
        return say(session, "no_set_yet")
    mended: list[Effect] = []
    if entry is not Entry.NOTE:  # another note is no correction
        session, mended = mending(session, entry, of_last=True)
    session = remember(session, entry, len(session.workout.log) - 1)
    session, amended = _amend(session, entry, value)
    return _read_back(session, [*mended, *amended], line, **words)


def _amend(session: Session, entry: Entry, value: int | Decimal | Weight | str) -> Turn:
    """Write `value` into the last set."""
    last = session.workout.log[-1]
    done = last.done
    match value:
        case Weight():
            last = replace(last, done=replace(done, weight=value))
        case int():
            last = replace(last, done=replace(done, reps=value))
            if still_the_last(session):
                session = replace(session, set=session.set.correct(value))
        case Decimal():
            last = replace(last, done=replace(done, rpe=value))
        case str():
            last = replace(last, note=value)
    workout = session.workout.amend(len(session.workout.log) - 1, last)
    session = replace(session, workout=workout)
    return session, [Amended(session.now, 0, entry, value)]


def _read_back(session: Session, effects: list[Effect], *lines: str, **words: str) -> Turn:
    session, said = say(session, *lines, kind=CueClass.PROMPT, **words)
    return ask(session, Question.READ_BACK), [*effects, *said]
