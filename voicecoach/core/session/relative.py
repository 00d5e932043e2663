"""Words that mean a number only beside another: "heavier", "same weight", "make that ninety".

Each becomes the command with the number itself. So it is doubted, read back, corrected and taken
back like a number that was said.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..events import Command, CommandGiven, Intent, State
from ..workout import POUND, Entry, SetKind, Unit, Weight
from .anytime import number_in
from .corrections import mends
from .entries import Made
from .likely import unit_of
from .numbers import (
    IN_UNIT,
    at_next_station,
    last_exercise,
    of_the_last,
    weight_in,
)
from .questions import Question
from .questions.asking import close
from .state import AFTER_A_SET, Session

HARDEST = 10
"""RPE without a rep left: 10 less the reps in reserve (Zourdos et al. 2016)."""

_WEIGHTS = frozenset({Entry.WEIGHT})
_KINDS = {
    "kilos": _WEIGHTS,
    "half_kilos": _WEIGHTS,
    "reps": frozenset({Entry.REPS, Entry.FAILURE}),
}
"""Which numbers a correction that names its unit can replace, by its slot."""

_ALONE = {"kilos": Intent.WEIGHT, "half_kilos": Intent.WEIGHT, "reps": Intent.REPS}
"""The command that is the same number by itself."""

_UNITS = {
    **dict.fromkeys(("kilos", "half_kilos", "step_kilos"), Unit.KG),
    "step_pounds": Unit.LB,
}
"""The slots that name their unit."""

USUAL_STEP = Decimal(5)
"""Of a weight, if the exercise has no step in its unit."""


_OF_THE_NEXT = frozenset({Intent.HEAVIER, Intent.LIGHTER, Intent.SAME})


def let_stand(session: Session, command: Command) -> Session:
    """ "Heavier" is about the next set. It corrects no weight of the last one: if that is being
    read back, it stands."""
    made = session.entries.made
    if command.intent in _OF_THE_NEXT and mends(session, Entry.WEIGHT) and made[0].of is not None:
        return close(session)
    return session


def absolute(session: Session, said: CommandGiven) -> CommandGiven | str:
    """The same with numbers in place of relations; or the line which says why that can't be."""
    command = _absolute(session, said.command)
    if isinstance(command, str):
        return command
    others = (_absolute(session, each) for each in said.others)
    known = tuple(each for each in others if isinstance(each, Command) and each != command)
    return replace(said, command=command, others=known)


def _absolute(session: Session, command: Command) -> Command | str:
    match command.intent:
        case Intent.HEAVIER:
            return _changed(_meant(session), command, 1)
        case Intent.LIGHTER:
            return _changed(_meant(session), command, -1)
        case Intent.SAME:
            last = _last_weight(_meant(session))
            return "no_weight" if last is None else weigh(last)
        case Intent.CORRECT:
            return _corrected(session, command)
        case Intent.DELETE:
            slot = "held" if last_exercise(session).held else "reps"
            return Command(Intent.LOG, ((slot, 0),))
        case Intent.RPE if "reserve" in dict(command.slots):
            left = number_in(command, "reserve")
            return Command(Intent.RPE, (("rpe", HARDEST - left),))
    return command


def _meant(session: Session) -> Session:
    """With the exercise whose weight is meant: on the way to another station, that one."""
    return session if of_the_last(session) else at_next_station(session)


def _last_weight(session: Session) -> Weight | None:
    """Of the last set of this exercise that was no drop set."""
    done = reversed(session.workout.sets.done)
    return next((each.weight for each in done if each.kind is not SetKind.DROP), None)


def weigh(weight: Weight, intent: Intent = Intent.WEIGHT) -> Command:
    """The command that names `weight`."""
    amount = weight.amount
    value = int(amount) if amount == amount.to_integral_value() else float(amount)
    return Command(intent, ((IN_UNIT[weight.unit], value),))


def _changed(session: Session, command: Command, way: int) -> Command | str:
    """The weight of the next set, or else of the last, and a step more (`way` 1) or less (-1)."""
    workout = session.workout
    weight = workout.planned.weight
    if weight is None and workout.log and workout.log[-1].exercise == workout.exercise.id:
        weight = _last_weight(session)
    if weight is None:
        return "no_weight"
    amount = weight.amount + way * _step(session, command, weight)
    if amount <= 0:
        return "no_lighter"
    changed, loading = replace(weight, amount=amount), workout.exercise.loading
    if loading is not None and not command.slots:
        # At least to the next weight that can be loaded.
        next_to = loading.above(weight) if way > 0 else loading.below(weight)
        further = max if way > 0 else min
        known = [each for each in (loading.nearest(changed), next_to) if each is not None]
        changed = further(known, key=lambda each: each.kilograms)
    sled = workout.visit.sled if loading is None else None
    below = sled is not None and changed.kilograms < sled.empty.kilograms <= weight.kilograms
    if way < 0 and (below or changed.kilograms >= weight.kilograms):
        return "no_lighter"
    return weigh(changed)


def _step(session: Session, command: Command, weight: Weight) -> Decimal:
    if command.slots:
        ((slot, value),) = command.slots
        step = Weight(Decimal(str(value)), _UNITS.get(slot, weight.unit))
        return step.amount if step.unit is weight.unit else _converted(step, weight.unit)
    rule = session.workout.exercise.progression
    steps = rule.steps if rule is not None else ()
    return next((step.amount for step in steps if step.unit is weight.unit), USUAL_STEP)


def _converted(step: Weight, unit: Unit) -> Decimal:
    """`step` in the other `unit`, to the next half."""
    amount = step.kilograms if unit is Unit.KG else step.kilograms / POUND
    return round(2 * amount) / Decimal(2)


def _corrected(session: Session, command: Command) -> Command | str:
    """The last number that was said, with another value. While the coach asks about an unsure
    number, that is the one. After "undo", it is the one that was taken back.

    A number that names its unit corrects only its kind. Otherwise it is as if said by itself.
    """
    if not command.slots:
        return "nothing_to_undo"
    ((slot, value),) = command.slots
    doubted, announced, made = _doubted(session), _announced(session), _last_said(session)
    about: Entry | None = None
    if doubted is not None:
        about = _about(doubted)
    elif announced is not None:
        about = Entry.WEIGHT
    elif made is not None:
        about = made.entry
    if slot in _KINDS and about not in _KINDS[slot]:
        return Command(_ALONE[slot], command.slots)
    if doubted is not None:
        return _instead(session, doubted, command)
    if announced is not None:
        return weigh(Weight(Decimal(str(value)), _UNITS.get(slot, announced.unit)))
    return _put_right(session, made, command) if made is not None else "nothing_to_undo"


def _announced(session: Session) -> Weight | None:
    """The weight of the set to come if "drop set" or a plan has just changed it: it was announced
    at the gate."""
    newest = next(iter(session.entries.made), None)
    if newest is None or newest.changed is None or session.state is not State.GATE:
        return None
    before, weight = newest.changed.workout.planned.weight, session.workout.planned.weight
    return weight if weight != before else None


def _about(doubted: Command) -> Entry:
    """What kind of number is not written down yet."""
    match doubted.intent:
        case Intent.RPE | Intent.LEFT:
            return Entry.RPE
        case Intent.NOTE:
            return Entry.NOTE
    return Entry.REPS if dict(doubted.slots).keys() & {"reps", "held"} else Entry.WEIGHT


def _last_said(session: Session) -> Made | None:
    """What was said last that is a number, even if it was taken back since."""
    entries, last = session.entries, len(session.workout.log) - 1
    dropped = entries.dropped
    if dropped is not None and dropped.of in (None, last):
        return dropped
    return next((each for each in entries.made if each.entry is not None), None)


def _put_right(session: Session, made: Made, command: Command) -> Command | str:
    """`made` with another number."""
    ((slot, value),) = command.slots
    of_last = made.of is not None
    if of_last and session.state is State.GATE:
        return "nothing_to_undo"  # the last set is no longer told of there
    exercise = last_exercise(session) if of_last else session.workout.exercise
    unit = _UNITS.get(slot) or unit_of(session, exercise)
    means = Intent.LOG if of_last else Intent.WEIGHT
    weight = weigh(Weight(Decimal(str(value)), unit), means)
    match made.entry:
        case Entry.WEIGHT:
            return weight
        case Entry.REPS | Entry.FAILURE if of_last or session.state not in AFTER_A_SET:
            if not _whole(value):
                return "nothing_to_undo"
            slot = "held" if exercise.held and slot not in _KINDS else "reps"
            return Command(Intent.LOG if of_last else Intent.REPS, ((slot, int(value)),))
        case Entry.REPS if made.sets.weight != session.workout.sets.weight:
            return weight  # what the coach suggested was agreed to, and told as a weight
        case Entry.RPE if 1 <= float(value) <= HARDEST:
            return Command(Intent.RPE, (("rpe", value),))
    return "nothing_to_undo"


def _whole(value: int | float | str) -> bool:
    return float(value).is_integer()


def _doubted(session: Session) -> Command | None:
    """What is not written down yet because it was unsure, if no number was said since."""
    asked = session.questions.open
    if asked is not None and asked.question is Question.UNSURE:
        return asked.about
    return session.questions.newest if session.state is State.RACKING else None


def _instead(session: Session, doubted: Command, command: Command) -> Command | str:
    """`doubted` with another number in place of the one that was asked about."""
    ((named, value),) = command.slots
    slots = dict(doubted.slots)
    slot = next(iter(slots), "")
    if not _whole(value) and _about(doubted) is Entry.REPS:
        return "nothing_to_undo"
    match doubted.intent:
        case Intent.RPE | Intent.LEFT if 1 <= float(value) <= HARDEST:
            return Command(Intent.RPE, (("rpe", value),))
        case Intent.WARM_UP | Intent.PLAN if not _whole(value):
            return "nothing_to_undo"  # these name no half kilo
        case Intent.WARM_UP:
            return Command(Intent.WARM_UP, (("up_to_kilos" if named in _UNITS else slot, value),))
        case Intent.PLAN:  # only its weight is asked about
            return Command(Intent.PLAN, tuple({**slots, "at_kilos": value}.items()))
        case Intent.LOG if "reps_at" in slots:  # "nine at eighty": the weight is asked about
            lifted = "at_kilos" if named in _UNITS else slot
            return Command(Intent.LOG, ((lifted, value), ("reps_at", slots["reps_at"])))
        case Intent.LOG | Intent.REPS if slot in ("reps", "held"):
            return Command(doubted.intent, ((slot, int(value)),))
        case Intent.NOTE | Intent.RPE | Intent.LEFT:
            return "nothing_to_undo"
    weight = weight_in(_meant(session), doubted)
    unit = unit_of(session, last_exercise(session)) if weight is None else weight.unit
    unit = _UNITS.get(named, unit)
    means = Intent.LOG if doubted.intent is Intent.LOG else Intent.WEIGHT
    return weigh(Weight(Decimal(str(value)), unit), means)
