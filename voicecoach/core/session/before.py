"""Before the set: proof of the stop word, choice of exercise, checklist, safety gate."""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Say, State
from ..plan import SAMPLE_RATE, CueClass, Wording
from ..workout import SetKind, WorkoutBegan
from .choice import chosen, offer_again, refuse_choice, take_on, to_choice
from .lines import enter, heard_tone, say, speak_over, to_repeat, worded
from .loads import load_next, round_next
from .questions.asking import insist
from .state import Session, Turn
from .today import step_words, today_words, todays
from .workout_so_far import WorkoutSoFar

PROOF_EVERY = 8 * SAMPLE_RATE
"""Samples between the requests for the stop word."""

PROOF_TRIES = 3
"""How often the coach asks for it before it says how to go on without."""


def to_proof(session: Session) -> Turn:
    session, entered = enter(session, State.PROOF)
    session, asked = say(session, "prove_stop")
    return insist(session, PROOF_EVERY), [*entered, *asked]


def ask_for_proof(session: Session) -> Turn:
    """No "stop" was heard yet: ask again, and in the end say what to do without."""
    more = session.questions.reminders < PROOF_TRIES
    session, said = say(session, "prove_stop" if more else "unproved")
    return insist(session, PROOF_EVERY if more else None), said


def stop_is_proved(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "stop was heard")
    session, said = say(session, "stop_heard")
    session, asked = to_set(session)
    return session, [*hush, *said, *asked]


def go_on_unproved(session: Session, command: Command) -> Turn:
    """The lifter goes on without proof: at least something was heard."""
    hush = speak_over(session, "the lifter goes on")
    session, asked = to_set(replace(session, due=None))
    return session, [*hush, *asked]


def ask_gate(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "a set was asked for")
    session, asked = to_set(session)
    return session, [*hush, *asked]


def choose(session: Session, command: Command) -> Turn:
    """The lifter named an exercise: take it on and go to its first set."""
    exercise = chosen(session, command)
    if exercise is None:
        return refuse_choice(session, command)
    hush = speak_over(session, "an exercise was chosen")
    session, asked = to_gate(take_on(session, exercise))
    return session, [*hush, *asked]


def choose_only(session: Session, command: Command) -> Turn:
    """ "Ready" is an answer if there is only one exercise; otherwise it is offered again."""
    if len(session.workout.offered) > 1:
        return offer_again(session, command)
    hush = speak_over(session, "an exercise was chosen")
    session, asked = to_gate(take_on(session, session.workout.offered[0]))
    return session, [*hush, *asked]


def to_set(session: Session) -> Turn:
    """Go to a new set, by way of the choice of an exercise if there is none yet."""
    workout = session.workout
    if workout.resolved and workout.undecided:
        return to_choice(session)
    upcoming = workout.next_exercise if workout.complete else None
    if upcoming is not None:
        session = take_on(session, upcoming)
    return to_gate(session)


def to_gate(
    session: Session, announcement: str = "", before: tuple[str, ...] = (), **values: str
) -> Turn:
    """Announce a new set and ask the gate's question. If an old workout is unresolved, first ask
    whether it goes on. The lines `before`, with `values`, come before the announcement."""
    if not session.workout.resolved:
        return enter(session, State.INTERRUPTED, session.now)
    workout = session.workout
    secured = session.state in (State.RACKING, State.REST)
    if workout.complete:
        workout = workout.one_more()
    workout = workout.prescribe(workout.sets.coming())
    session = replace(session, workout=workout, set=session.set.next(workout.sets.next_set))
    session, began = _begin_workout(session)
    session, entered = enter(session, State.GATE)
    session, heard = round_next(session)
    session, load = load_next(session)
    lines = [announcement or _announcement(session)] if not session.workout.sets.side else []
    today = todays(session) if lines and not announcement else ()
    step = step_words(session)
    lines = [
        *before,
        *today,
        *(["big_step"] if step else []),
        *(["cant_load"] if heard else []),
        *lines,
    ]
    lines += ["announce_side"] if session.workout.sets.sides else []
    lines += ["loaded"] if load else []
    words = {**today_words(session), "percent": step, "heard": heard, **values, "load": load}
    session, announced = say(session, *lines, kind=CueClass.PROMPT, **words)
    first = session.speech.last
    dropping = secured and workout.planned.kind is SetKind.DROP
    session, asked = _ask_short(session) if dropping else say(session, "gate", kind=CueClass.SAFETY)
    session = to_repeat(session, *first, *session.speech.last)
    return session, [*began, *entered, *announced, *asked]


def _ask_short(session: Session) -> Turn:
    """The gate of a drop set: the weight is secured, and only changes. The catches are asked for
    all the same, in the exercise's own words."""
    lock = session.workout.exercise.lines["lock_again"]
    if not lock.short:  # the full wording asks for an answer that fits racking
        return say(session, "gate", kind=CueClass.SAFETY)
    session, catches = worded(session, "gate", CueClass.SAFETY, wording=Wording(lock.short))
    session, _ = say(session, "gate_drop", kind=CueClass.SAFETY)
    wants = catches, *session.speech.last
    return to_repeat(session, *wants), [Say(session.now, wants)]


def _begin_workout(session: Session) -> Turn:
    """Carry on with the workout if the summary had closed it."""
    if session.workout.open:
        return session, []
    began = WorkoutBegan(session.now, session.workout.id, carried_on=True)
    return replace(session, workout=session.workout.resume()), [began]


def _announcement(session: Session) -> str:
    """The line that announces a set. Only an exercise's first set has its tempo."""
    workout = session.workout
    if workout.planned.kind is SetKind.DROP:
        return "announce_drop"
    if workout.planned.kind is SetKind.WARM_UP:
        return "announce_warm_up" if workout.sets.next_set == 1 else "upcoming_warm_up"
    if in_turn := _in_turn(workout):
        return in_turn
    if workout.plan and workout.sets.next_set > 1:
        return "announce_set"
    return "announce_at" if workout.planned.weight is not None else "announce"


def _in_turn(workout: WorkoutSoFar) -> str:
    """The line that announces a station; "" if no circuit runs. In the first round the stations
    are new, so the first is announced with the others, and each by its name."""
    turns = workout.circuit
    if turns is None or turns.over:
        return ""
    if turns.round > 1:
        return "announce_station"
    named = "announce" if workout.planned.weight is None else "announce_at"
    return named if turns.gone else "announce_superset"


def gate_first(session: Session, command: Command) -> Turn:
    """ "Start set" does not answer the safety question: ask it again."""
    hush = speak_over(session, "start set was said before ready")
    session, said = say(session, "gate_first", kind=CueClass.SAFETY)
    return session, [*hush, *said]


def gate_again(session: Session, command: Command) -> Turn:
    """ "Not ready": ask the safety question again."""
    hush = speak_over(session, "the lifter is not ready")
    session, said = say(session, "gate", kind=CueClass.SAFETY)
    return session, [*hush, *said]


def wait(session: Session, command: Command) -> Turn:
    """ "Not ready": nothing begins before the lifter says so anyway."""
    return session, heard_tone(session)


def pass_gate(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "the lifter is ready")
    session, entered = enter(session, State.ARMED)
    session, said = say(session, "release")
    return session, [*hush, *entered, *said]


def begin_setup(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "the set-up was asked for")
    session, entered = enter(_at_point(session, 0), State.SETUP)
    session, said = say(session, "setup_first")
    session, item = _setup_item(session)
    return session, [*hush, *entered, *said, *item]


def _at_point(session: Session, point: int) -> Session:
    return replace(session, set=session.set.read_setup(point))


def _setup_item(session: Session) -> Turn:
    item = session.workout.exercise.setup[session.set.setup_at]
    session, want = worded(session, f"setup-{item.id}", wording=item.wording)
    return to_repeat(session, want), [Say(session.now, (want,))]


def next_item(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "the next point was asked for")
    session = _at_point(session, session.set.setup_at + 1)
    if session.set.setup_at < len(session.workout.exercise.setup):
        session, item = _setup_item(session)
        return session, [*hush, *item]
    session, said = say(session, "setup_done")
    session, asked = to_set(session)
    return session, [*hush, *said, *asked]
