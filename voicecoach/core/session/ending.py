"""The end of a set. However it ends, the catches must be locked."""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Effect, Say, SetOver, State
from ..plan import CueClass
from ..workout import Amended, DoneSet, Entry, SetBegan, SetKind
from .before import to_gate
from .drop_sets import as_light_as_it_gets, drop_follows
from .effort import ask_or_suggest, wanted
from .finish import close_racked, drop_account, go_on_racked, to_summary
from .lines import enter, heard_tone, rest_words, say, speak_over
from .loads import load_next, round_next
from .prescription import Prescription
from .questions.asking import insist, start_over
from .rest import begin_rest
from .rest_follows import counts
from .state import IN_A_SET, Session, Turn
from .workout_so_far import Logged

LOCK_REMINDERS = 3
"""How often the lifter must have heard the request before the session goes on unconfirmed."""


def count_tension(session: Session) -> Session:
    """Add the running stretch of reps, which ends now, to the time under tension."""
    if session.state is not State.REP:
        return session
    return replace(session, set=session.set.strain(session.now))


def begin_log(session: Session) -> Turn:
    """Begin the record of the running set, at its first countdown."""
    workout = session.workout
    if session.set.recorded:
        return session, []
    session = replace(session, set=session.set.record(workout.sets.next_set))
    began: list[Effect] = [
        SetBegan(
            session.now,
            workout.exercise.id,
            session.set.number,
            workout.planned,
            str(workout.tempo),
            workout.circuit.circuit if workout.circuit and workout.in_circuit else None,
            workout.circuit.round if workout.circuit and workout.in_circuit else 0,
        )
    ]
    if workout.sets.sides:
        # The set's end may never come, and the log should know the side of a set that broke off.
        began.append(Amended(session.now, 0, Entry.NOTE, _side_note(session)))
    return session, began


def end_set(session: Session, ended_by: str, line: str) -> Turn:
    """End the set. This is the only way out: the pacing is silent, and the catches must be
    locked."""
    session = replace(session, set=session.set.breathe(_of_a_breath(session)))
    session, begun = begin_log(count_tension(session))
    over = SetOver(
        session.now,
        session.set.done,
        session.workout.target,
        str(session.workout.tempo),
        session.set.under_tension,
        ended_by,
        session.set.rest_pauses,
    )
    session = replace(
        session,
        set=session.set.end(
            session.workout.planned.rest or 0, ended_by == "pain", session.workout.target
        ),
        workout=session.workout.end_set(_logged(session)),
    )
    session, entered = enter(session, State.RACKING)
    session, said = _ask_to_lock(session, line)
    return session, [*begun, over, *entered, *said]


def _ask_to_lock(session: Session, line: str) -> Turn:
    session, said = say(session, line, kind=CueClass.SAFETY)
    said = [_without_number(session, each) if isinstance(each, Say) else each for each in said]
    return insist(session, session.workout.exercise.lock_every), said


def _without_number(session: Session, said: Say) -> Say:
    """The end of a set may also be told without its number. A number that nobody foresaw, as after
    "five more", may have to be rendered first, and the catches can't wait for it."""
    bare = session.workout.exercise.lines["ended_empty"].full[0]
    wants = (
        replace(want, texts=(*want.texts, bare)) if want.id == "ended" and bare else want
        for want in said.wants
    )
    return replace(said, wants=tuple(wants))


def ask_anew_to_lock(session: Session, line: str) -> Turn:
    """Ask again, counting from zero."""
    return _ask_to_lock(start_over(session), line)


def _side_note(session: Session) -> str:
    """The side of the set, as in the log."""
    return session.workout.sets.side_name.lower()


def _of_a_breath(session: Session) -> int:
    """Samples of the current breath of a hold."""
    clock = session.set.clock
    if not session.workout.exercise.held or clock is None or session.state is not State.REP:
        return 0
    return session.now - clock.start if session.set.done < clock.rep else 0


def _logged(session: Session) -> Logged:
    workout = session.workout
    planned = workout.planned
    done = DoneSet(
        planned.kind,
        session.set.done,
        planned.weight,
        None,
        workout.exercise.held,
        workout.sets.other_side,
        toward=planned.toward,
    )
    return Logged(workout.exercise.id, done, _side_note(session))


def finish_set(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "the set is done")
    session, ended = end_set(session, "done", "ended" if session.set.done else "ended_empty")
    return session, [*hush, *ended]


def stop_set(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "stop")
    session, ended = end_set(session, "stop", "stopped")
    return session, [*hush, *ended]


def stop_for_pain(session: Session, command: Command) -> Turn:
    """Pain, dizziness, a call for help: end whatever runs. Nothing starts again by itself."""
    hush = speak_over(session, "pain or help")
    if session.state in IN_A_SET:
        session, ended = end_set(session, "pain", "hurt")
        return session, [*hush, *ended]
    entered: list[Effect] = []
    if session.state is not State.RACKING:
        session, entered = enter(session, State.RACKING)
    elif _is_saying(session, "hurt"):
        return session, heard_tone(session)
    session, said = ask_anew_to_lock(replace(session, set=session.set.hurting()), "hurt")
    return session, [*hush, *entered, *said]


def stop_racking(session: Session, command: Command) -> Turn:
    """Already stopped: say again what to do with the weight, unless that line still sounds.

    A frightened lifter says "stop, stop, stop", and must hear the line to its end.
    """
    if _is_saying(session, "stopped", "hurt"):
        return session, heard_tone(session)
    hush = speak_over(session, "stop")
    session, said = ask_anew_to_lock(session, "stopped")
    return session, [*hush, *said]


def _is_saying(session: Session, *lines: str) -> bool:
    """Whether one of these lines asks for the catches, and is not over yet."""
    return session.questions.asking.partition("#")[0] in lines


def stop_idle(session: Session, command: Command) -> Turn:
    """Nothing runs: be silent, and say so. A drop set that was offered is no longer."""
    session = session.prescribe(session.workout.sets.without_drop())
    hush = speak_over(session, "stop")
    session, entered = (
        enter(session, State.READY) if session.state is not State.READY else (session, [])
    )
    session, said = say(session, "nothing_to_stop")
    return session, [*hush, *entered, *said]


def stop_speaking(session: Session, command: Command) -> Turn:
    """During a rest or after the workout, "stop" silences the coach. What it asked is closed, so
    only "RPE eight" or "two in reserve" still tell what was left. A summary that waited for the
    answer is dropped, too, because it would break the silence. A warning about the log is not."""
    session = drop_account(session)
    return session, [*speak_over(session, "stop"), *heard_tone(session)]


def remind_to_lock(session: Session) -> Turn:
    if session.questions.reminders < LOCK_REMINDERS:
        return _ask_to_lock(session, "lock_again")
    return _leave_racking(session, "unconfirmed")


def lock_after_all(session: Session, command: Command) -> Turn:
    """ "Not locked": ask for the catches again."""
    hush = speak_over(session, "the catches are not locked")
    session, said = ask_anew_to_lock(session, "lock_again")
    return session, [*hush, *said]


def confirm_locked(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "the catches are locked")
    session, after = _leave_racking(session, "good_set")
    return session, [*hush, *after]


def _leave_racking(session: Session, line: str) -> Turn:
    session, closed = close_racked(session)
    session, after = _after_racking(session, line)
    session = replace(session, set=session.set.leave())
    return session, [*closed, *after]


def _after_no_rest(session: Session, done: bool) -> Prescription:
    """What comes without a rest: of a set that was hurt but `done`, the other side. No drop set
    follows, and none goes on with its other side."""
    sets = session.workout.sets
    if sets.planned.kind is SetKind.DROP and sets.other_side:
        return replace(sets.without_drop(), side=0)
    sets = sets.without_drop()
    return sets.change_side() if done and session.set.over else sets


def _after_racking(session: Session, line: str) -> Turn:
    if session.set.broken_off and not session.set.hurt:
        return go_on_racked(session, *([line] if line == "unconfirmed" else []))
    done = counts(session)
    if done and session.set.over and not session.workout.sets.other_side:
        session = replace(session, workout=session.workout.pass_on())
    if session.set.hurt or not done:
        # Nothing was lifted, or the lifter is hurt: there is no rest to time.
        hurt = session.set.hurt
        session = session.prescribe(_after_no_rest(session, done).coming())
        session, entered = enter(session, State.READY)
        session, said = say(session, "hurt_over" if hurt else "nothing_done")
        return session, [*entered, *said]
    other_side = session.workout.sets.other_side
    session = session.prescribe(session.workout.sets.change_side())
    if other_side:
        # The weight is down: the gate asks, as before any rep.
        return to_gate(session)
    dropping = drop_follows(session) if line == "good_set" else None
    if dropping is not None:
        return to_gate(dropping)
    light = line == "good_set" and as_light_as_it_gets(session)
    session = session.prescribe(session.workout.sets.without_drop())
    empty = line == "good_set" and not session.set.done
    lines = ["empty_set" if empty else line]
    lines += ["no_lighter"] if light else []
    lines += ["rest_soon_exercise"] if session.workout.walking else []
    disclaimer = [] if session.speech.disclaimed else ["not_medical"]
    session = replace(session, speech=session.speech.with_disclaimer())
    if session.workout.complete and session.workout.next_exercise is None:
        if line == "good_set":
            lines[0] = "last_empty" if empty else "last_set"
        asks = wanted(replace(session, questions=session.questions.enter()))
        session, over = to_summary(session, *lines, *disclaimer, asks=asks)
        session, suggested = ask_or_suggest(session)
        return session, [*over, *suggested]
    # `planned` is the next set now, but the rest belongs to the set that is over.
    length = session.set.rest_after
    session, begun = begin_rest(session, length)
    # Plates are changed in the rest: they are told as it begins.
    heard, load = "", ""
    if not session.workout.complete:
        session, heard = round_next(session)
        session, load = load_next(session)
    lines += (["cant_load"] if heard else []) + (["load_next"] if load else []) + disclaimer
    words = {
        "rest": rest_words(session, length),
        "heard": heard,
        "load": load,
        "next": session.workout.next_name,
    }
    session, said = say(session, *lines, kind=CueClass.PROMPT, **words)
    session, suggested = ask_or_suggest(session)
    return session, [*begun, *said, *suggested]
