"""How the session speaks: fills in and asks for lines, and makes the small effects all share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from string import Formatter

from ..events import CueRequest, Effect, Entered, Hush, Say, State, Tone, Unsay
from ..pacing import Unbounded, filled, without
from ..plan import SAMPLE_RATE, CueClass, Phase, Wording
from ..workout import Unit, Weight
from .state import Session, Turn

PATIENCE = 60 * SAMPLE_RATE
"""Samples within which a line outside a set must find its gap. It always does at once."""

AT_LAST = 10 * SAMPLE_RATE
"""Samples that a line in a set may be late: with a quick tempo and a slow voice, some reps have
room only for the reminders."""

TELL_THE_LOAD = frozenset({"loaded", "load_next"})
"""Lines which tell what to load."""

AT_ONCE = 1900 * SAMPLE_RATE // 1000
"""Samples within which an alarm should be over. Digital silence takes a second to notice, so its
first word comes within two seconds."""


def line_values(session: Session) -> dict[str, str]:
    """The current values of the variables in lines."""
    workout = session.workout
    number = workout.exercise.language.number
    weight = weight_words(session, workout.planned.weight)
    return {
        **_interrupted(session),
        "name": workout.exercise.name,
        "reps": _target_words(session),
        "each": ", ".join(number(workout.exercise.told(each.reps)) for each in workout.plan),
        "done": number(session.told_done),
        "left": number(session.told_left),
        "set": number(workout.sets.work_set),
        "of": number(workout.sets.work_sets),
        "tempo": _tempo_words(session),
        "weight": weight,
        "at": around(session, "at", weight) if weight else "",
        "rest": rest_words(session, workout.planned.rest or 0),
        "seconds": number(round(workout.tempo.rep / SAMPLE_RATE)),
        "sets": number(workout.whole_sets),
        "side": workout.sets.side_name,
        **_circuit_values(session),
        "choices": ", ".join(exercise.name for exercise in workout.offered),
    }


def _target_words(session: Session) -> str:
    """The target; without one, the words for that."""
    workout = session.workout
    if workout.sets.unbounded:
        return Unbounded(workout.exercise.lines["reps_open"].full[0])
    return workout.exercise.language.number(workout.exercise.told(workout.target))


def _interrupted(session: Session) -> dict[str, str]:
    """How long ago a workout broke off, and after how many sets."""
    broken = session.workout.visit.interrupted
    if broken is None:
        return {}
    language = session.workout.exercise.language
    count = language.number(sum(not done.part for _, done in broken.done))
    for unit, minutes in (("days", 2 * 1440), ("hours", 120)):
        if broken.minutes_ago >= minutes:
            ago = language.quantity(unit, broken.minutes_ago // (minutes // 2))
            return {"ago": ago, "count": count}
    ago = duration(session, max(1, broken.minutes_ago) * 60 * SAMPLE_RATE)
    return {"ago": ago, "count": count}


def _circuit_values(session: Session) -> dict[str, str]:
    """The same of a circuit; empty if none runs."""
    workout = session.workout
    if workout.circuit is None:
        return {}
    called = {each.id: each.name for each in (*workout.offered, workout.exercise)}
    number, turns = workout.exercise.language.number, workout.circuit
    return {
        "stations": ", ".join(called[each] for each in turns.names if each in called),
        "round": number(min(turns.round, turns.circuit.rounds)),
        "rounds": number(turns.circuit.rounds),
    }


def cue_values(session: Session) -> dict[str, str]:
    """The values of the variables in cues and openers in this set, except those that change with
    the rep; "" if unknown."""
    workout = session.workout
    upcoming = workout.next_exercise
    number = workout.exercise.language.number
    # As in `line_values`, but fewer: this is called in each phase of a set.
    return {
        "name": workout.exercise.name,
        "set": number(workout.sets.work_set),
        "tempo": _tempo_words(session),
        "weight": weight_words(session, workout.planned.weight),
        "sets": number(workout.sets.work_sets) if workout.plan else "",
        "next": upcoming.name if upcoming is not None else "",
    }


def variables(wording: Wording) -> set[str]:
    """The variables in its texts."""
    return {
        name
        for text in (*wording.full, *wording.short)
        for _, name, _, _ in Formatter().parse(text)
        if name
    }


def names(session: Session, line: str) -> set[str]:
    """The variables in `line`, if there is such a line."""
    wording = session.workout.exercise.lines.get(line)
    return variables(wording) if wording is not None else set()


def _tempo_words(session: Session) -> str:
    """The phases with their seconds, in the order of this exercise."""
    language = session.workout.exercise.language
    phases = tuple(Phase)
    first = phases.index(session.workout.exercise.first)
    parts = []
    for phase in (*phases[first:], *phases[:first]):
        whole = round(session.workout.tempo.of(phase) / SAMPLE_RATE)
        spoken = language.tempo[phase.value]
        if whole and spoken:
            parts.append(spoken.format(n=language.number(whole)))
    return ", ".join(parts)


def weight_words(session: Session, weight: Weight | None) -> str:
    """A weight as spoken; "" for none."""
    if weight is None:
        return ""
    language = session.workout.exercise.language
    unit = {Unit.KG: "kilos", Unit.LB: "pounds"}[weight.unit]
    return language.quantity(unit, weight.amount)


def around(session: Session, frame: str, words: str) -> str:
    """`words` in one of the frames of the language (`config.units.Units`)."""
    return session.workout.exercise.language.units[frame].other.format(n=words)


def rest_words(session: Session, length: int) -> str:
    """How long a rest is, or that it has no end."""
    if not length:
        return session.workout.exercise.lines["rest_open"].full[0]
    return duration(session, length)


def duration(session: Session, samples: int) -> str:
    """A time as spoken: in seconds, or from two minutes on in whole minutes."""
    language = session.workout.exercise.language
    whole = round(samples / SAMPLE_RATE)
    if whole >= 120 and whole % 60 == 0:
        return language.quantity("minutes", whole // 60)
    return language.quantity("seconds", whole)


def deadline(session: Session) -> int:
    """When a line said now should have ended. In a set it may wait for the next rep's gap."""
    if session.state in (State.COUNTDOWN, State.REP) and session.set.clock is not None:
        return session.set.clock.end + session.workout.tempo.rep
    return session.now + PATIENCE


def worded(
    session: Session,
    line: str,
    kind: CueClass = CueClass.PROMPT,
    wording: Wording | None = None,
    values: Mapping[str, str] | None = None,
) -> tuple[Session, CueRequest]:
    turn = session.speech.turn(line)
    session = replace(session, speech=session.speech.word(line))
    wording = wording if wording is not None else session.workout.exercise.lines[line]
    if session.workout.sets.unbounded and "left" not in (values or {}):
        wording = without(wording, "left")
    varies = any("{" in text for text in (*wording.full, *wording.short))
    texts = filled(wording, turn, **{**(line_values(session) if varies else {}), **(values or {})})
    key = f"{line}#{session.speech.count}"
    if line in TELL_THE_LOAD:
        session = replace(session, workout=replace(session.workout, telling=key))
    return session, CueRequest(
        key=key,
        id=line,
        kind=kind,
        texts=texts,
        at=session.now,
        until=deadline(session) + AT_LAST,
        by=deadline(session),
        priority=30,
        told=True,
    )


def say(session: Session, *lines: str, kind: CueClass = CueClass.PROMPT, **values: str) -> Turn:
    """Say `lines` one after the other, as soon as there is room; "repeat" repeats them."""
    wants = []
    for line in lines:
        if not any(session.workout.exercise.lines[line].full):
            continue  # an author silences a line with an empty text
        session, want = worded(session, line, kind, values=values)
        wants.append(want)
    return to_repeat(session, *wants), [Say(session.now, tuple(wants))]


def to_repeat(session: Session, *wants: CueRequest) -> Session:
    """Let "repeat" say `wants` again."""
    return replace(session, speech=session.speech.repeat(wants))


def tell(session: Session, line: str) -> Turn:
    """Say a line that nobody asked for; "repeat" still repeats what was said before."""
    last = session.speech.last
    session, said = say(session, line)
    return to_repeat(session, *last), said


def answer(session: Session, line: str) -> Turn:
    """Say a line with reps done or left. It must be right when it is heard."""
    session, said = say(session, line)
    want = next(iter(session.speech.last), None)
    return replace(session, speech=session.speech.answered(line, want)), said


def answer_anew(session: Session) -> Turn:
    """One more rep is done: reword an answer that still waits."""
    if session.speech.answer is None:
        return session, []
    line, want = session.speech.answer
    if session.now >= want.until:
        return replace(session, speech=session.speech.answered(line, None)), []
    turn = session.speech.turn(line) - 1
    texts = filled(session.workout.exercise.lines[line], turn, **line_values(session))
    return session, [Say(session.now, (replace(want, texts=texts),))]


def alarm(
    session: Session, line: str, within: int = AT_ONCE, priority: int = 0, **values: str
) -> Turn:
    """Say a safety line at once. It must be over within `within` samples, and cuts any line but an
    alarm of the same or a lower `priority`."""
    session, want = worded(session, line, CueClass.SAFETY, values=values)
    want = replace(want, until=session.now + within, urgent=True, priority=priority)
    return session, [Tone(session.now, "attention"), Say(session.now, (want,))]


def unsaid(session: Session, reason: str, *lines: str) -> Effect:
    """These lines are no longer true."""
    return Unsay(session.now, frozenset(lines), reason)


def enter(session: Session, state: State, due: int | None = None) -> Turn:
    """Enter another state. What was asked and said in the last one is dropped."""
    session = replace(
        session,
        state=state,
        due=due,
        questions=session.questions.enter(),
        speech=session.speech.repeat(()),
    )
    return session, [Entered(session.now, state)]


def heard_tone(session: Session) -> list[Effect]:
    """The short tone that means "understood" if no word does."""
    return [Tone(session.now, "heard")]


def speak_over(session: Session, reason: str) -> list[Effect]:
    """The lifter has answered: cut whatever still sounds."""
    return [Hush(session.now, reason)]


def make_way(session: Session, reason: str) -> list[Effect]:
    """The lifter has said something else: cut what sounds and answer, but never cut the gate's
    question or the request for the catches."""
    return [] if session.state in (State.GATE, State.RACKING) else speak_over(session, reason)
