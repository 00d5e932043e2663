"""What can be asked or set at any time."""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Effect, Gain, Refused, Say, State
from ..pacing import Talkativeness
from ..plan import LONGEST_SENSIBLE_REP, SAMPLE_RATE, Phase, Tempo, samples
from .lines import (
    answer,
    duration,
    heard_tone,
    make_way,
    rest_words,
    say,
    tell,
    to_repeat,
    worded,
)
from .loudness import STEP
from .rest_follows import rest_follows
from .state import IN_A_SET, Session, Turn


def number_in(command: Command, name: str) -> int:
    value = dict(command.slots).get(name, 0)
    assert isinstance(value, int)
    return value


def how_many(session: Session, command: Command) -> Turn:
    if session.state in IN_A_SET[1:]:
        line = "how_many_open" if session.workout.sets.unbounded else "how_many"
        session, said = answer(session, line)
        return session, [*heard_tone(session), *said]
    if session.state is State.RACKING and not rest_follows(session):
        return say(session, "how_many_open")
    if session.state in (State.RACKING, State.REST, State.SUMMARY):
        return say(session, "how_many_after", rest=_rest_left(session))
    return say(session, to_do(session))


def _rest_left(session: Session) -> str:
    """How long the rest after the last set still is, in words."""
    rest = session.rest
    if session.state is State.RACKING:
        return rest_words(session, session.set.rest_after)  # it has not begun
    if session.state is State.SUMMARY or rest is None or not rest.length:
        return rest_words(session, 0)
    return duration(session, rest.left(session.now))


def to_do(session: Session) -> str:
    """The line with the target of the next set."""
    return "most_set" if session.workout.sets.unbounded else "how_many_before"


def talk_less(session: Session, command: Command) -> Turn:
    less = Talkativeness(max(Talkativeness.QUIET, session.speech.talk - 1))
    return _set_talk(session, less, "quiet_on")


def talk_more(session: Session, command: Command) -> Turn:
    more = Talkativeness(min(Talkativeness.FULL, session.speech.talk + 1))
    return _set_talk(session, more, "talk_on")


def _set_talk(session: Session, talk: Talkativeness, line: str) -> Turn:
    session, said = say(replace(session, speech=session.speech.with_talk(talk)), line)
    return session, [*heard_tone(session), *said]


def get_louder(session: Session, command: Command) -> Turn:
    return _change_loudness(session, STEP, "louder", "loudest")


def get_softer(session: Session, command: Command) -> Turn:
    return _change_loudness(session, -STEP, "softer", "softest")


def _change_loudness(session: Session, by: float, line: str, limit: str) -> Turn:
    loudness = session.speech.loudness.changed(by)
    effects: list[Effect] = []
    if loudness == session.speech.loudness:
        line = limit
    else:
        effects.append(Gain(session.now, loudness.gain))
    effects += heard_tone(session)
    # A lifter who missed a line may say "louder" and then "repeat".
    session = replace(session, speech=session.speech.with_loudness(loudness))
    if session.state is not State.REP or line == limit:
        session, said = tell(session, line)
        effects += said
    return session, effects


def explain(session: Session, command: Command) -> Turn:
    hush = make_way(session, "something else was asked")
    session, said = say(session, "explain")
    return session, [*hush, *said]


def give_help(session: Session, command: Command) -> Turn:
    hush = make_way(session, "something else was asked")
    session, said = say(session, "help")
    return session, [*hush, *said]


def no_tempo(session: Session) -> Turn:
    """A hold has no tempo that could be slower or faster."""
    session, said = say(session, "no_tempo")
    return session, [*heard_tone(session), *said]


def set_tempo(session: Session, command: Command) -> Turn:
    if session.workout.exercise.held:
        return no_tempo(session)
    a, b, c, d = (number_in(command, phase.value) * SAMPLE_RATE for phase in Phase)
    if "lift" not in dict(command.slots):  # "x": as fast as control allows
        c = samples(session.workout.exercise.explosive)
    tempo = Tempo(a, b, c, d)
    if not tempo.lower or not tempo.lift:
        reason = "lowering and lifting take at least a second each"
        return session, [Refused(session.now, command, reason)]
    session = session.prescribe(session.workout.sets.retime(tempo))
    lines = ["tempo_set"]
    if tempo.rep > LONGEST_SENSIBLE_REP:
        lines.append("slow_warning")
    return say(session, *lines)


def vary(session: Session, command: Command) -> Turn:
    slots = dict(command.slots)
    chosen = str(slots.get("variation", slots.get("stance", "")))
    wording = session.workout.exercise.variations.get(chosen)
    if wording is None:
        return say(session, "no_variation")
    sides = session.workout.exercise.variation_sides.get(chosen, session.workout.sets.sides)
    session = session.prescribe(session.workout.sets.with_sides(sides))
    session, want = worded(session, f"variation-{chosen}", wording=wording)
    return to_repeat(session, want), [Say(session.now, (want,))]
