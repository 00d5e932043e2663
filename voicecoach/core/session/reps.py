"""The set: the countdown, the phases, the tempo, the pause."""

from __future__ import annotations

from dataclasses import replace

from ..events import (
    Command,
    CueRequest,
    Effect,
    Hush,
    Pace,
    PhaseBegan,
    Placement,
    Refused,
    RepDone,
    Say,
    State,
    Tone,
)
from ..pacing import TOLD_EVERY, RepClock, rep_wants, sentence
from ..plan import LONGEST_SENSIBLE_REP, SAMPLE_RATE, CueClass, Tempo
from ..workout import Retimed
from .anytime import how_many, no_tempo, number_in
from .ending import begin_log, count_tension, end_set
from .lines import answer, answer_anew, cue_values, enter, heard_tone, say, speak_over
from .rest_pause import BARELY_BEGUN, begin_rest_pause
from .state import Session, Turn

LEAD = 250 * SAMPLE_RATE // 1000
"""Samples between a command and the first beat it starts: the first word of the countdown begins
before its beat, and another line may still be fading."""

PAUSED_EVERY = 30 * SAMPLE_RATE
"""Samples between reminders that a set is paused: a weight may be waiting."""


def count_down(session: Session, command: Command) -> Turn:
    """Begin, or resume after a pause, with the next rep; refused if nobody hears the pace."""
    return _begin_reps(session, command, session.workout.exercise.countdown)


def go_on(session: Session, command: Command) -> Turn:
    """The breather is over: go on without a countdown."""
    return _begin_reps(session, command, 0)


def _begin_reps(session: Session, command: Command, countdown: int) -> Turn:
    """Begin with the next rep in `countdown` seconds."""
    if session.hearing.unheard:
        return session, [Refused(session.now, command, "nobody hears the coach")]
    hush = speak_over(session, "the set begins")
    exercise = session.workout.exercise
    first_beat = session.now + LEAD
    start = first_beat + countdown * SAMPLE_RATE
    clock = RepClock.at(session.set.done + 1, start, session.workout.tempo, exercise.first)
    resumed = session.state in (State.PAUSED, State.REST_PAUSE)
    session = replace(session, set=session.set.count_down(clock, resumed))
    session, begun = begin_log(session)
    session, entered = enter(session, State.COUNTDOWN, start)
    numbers = tuple(
        CueRequest(
            key=f"countdown-{left}/{session.set.attempt}",
            id=f"countdown-{left}",
            kind=CueClass.COUNT,
            texts=(sentence(exercise.language.counted(left)),),
            at=start - left * SAMPLE_RATE,
            until=start,
            place=Placement.BEAT,
            priority=20,
        )
        for left in range(countdown, 0, -1)
    )
    return session, [*hush, *entered, *begun, Say(session.now, numbers), *_pace(session)]


def _pace(session: Session, *, retimed: bool = False) -> list[Effect]:
    """The cues of the running rep and, in its last phase, also of the next."""
    workout = session.workout
    clock = session.set.clock
    assert clock is not None
    clocks = [clock]
    goes_on = not session.set.breather and not workout.sets.reached(clock.rep)
    if goes_on and session.now >= clock.span(clock.last_phase)[0]:
        clocks.append(_next_clock(session, clock))
    wants: dict[str, CueRequest] = {}
    for each in clocks:
        after = session.now if each is clock else clock.lift_end
        for want in rep_wants(
            workout.exercise,
            each,
            workout.target,
            session.speech.talk,
            session.set.attempt,
            after,
            resumed=each.rep == session.set.resumed_at,
            values=cue_values(session),
            goes_on=not session.set.breather,
        ):
            wants[want.key] = want
    return [Pace(session.now, tuple(wants.values()), clocks[-1].end, retimed)]


def _next_clock(session: Session, clock: RepClock) -> RepClock:
    workout = session.workout
    return RepClock.at(clock.rep + 1, clock.end, workout.tempo, workout.exercise.first)


def first_phase(session: Session) -> Turn:
    """The countdown is over: play the tone and begin the first rep."""
    session, entered = enter(session, State.REP)
    session, began = _begin_phase(session)
    return session, [*entered, Tone(session.now, "go"), *began]


def _begin_phase(session: Session) -> Turn:
    """Begin a phase at `session.now`. In a rep's last phase, also plan the next rep."""
    clock = session.set.clock
    assert clock is not None
    phase = clock.phase_at(session.now)
    effects: list[Effect] = [PhaseBegan(session.now, clock.rep, phase)]
    if session.workout.exercise.phase_tick:
        effects.append(Tone(session.now, f"tick {phase.value}"))
    end = clock.span(phase)[1]
    # A lift may be followed by a phase of length 0: its end is the next boundary.
    session = replace(session, due=end)
    if phase is clock.last_phase:
        effects += _pace(session)
    return session, effects


def go_on_in_rep(session: Session) -> Turn:
    """A phase has ended: count the lift, end the rep, or begin the next phase."""
    clock = session.set.clock
    assert clock is not None
    effects: list[Effect] = []
    if session.set.done < clock.rep and session.now >= clock.lift_end:
        session = replace(session, set=session.set.count(clock.rep))
        effects.append(RepDone(session.now, clock.rep))
        session, corrected = answer_anew(session)
        effects += corrected
    if session.now >= clock.end:
        if session.workout.sets.reached(clock.rep):
            hush = Hush(session.now, "the set is complete", cut=False)
            session, ended = end_set(session, "target", "ended_empty")
            return session, [*effects, hush, *ended]
        if session.set.breather:
            hush = Hush(session.now, "a breather", cut=False)
            session, waits = begin_rest_pause(session)
            return session, [*effects, hush, *waits]
        session = replace(session, set=session.set.pace(_next_clock(session, clock)))
    session, began = _begin_phase(session)
    return session, [*effects, *began]


def _retime(session: Session, tempo: Tempo) -> Turn:
    """Change the tempo. In a running rep it changes from the current phase on."""
    session = session.prescribe(session.workout.sets.retime(tempo))
    effects: list[Effect] = [Retimed(session.now, str(tempo))] if session.set.recorded else []
    clock = session.set.clock
    if session.state is not State.REP or clock is None:
        return session, effects
    running = clock.phase_at(session.now)
    clock = clock.retimed(session.now, tempo)
    session = replace(session, set=session.set.pace(clock), due=clock.span(running)[1])
    return session, [*effects, *_pace(session, retimed=True)]


def _change_tempo(session: Session, by: int, limit: str) -> Turn:
    if session.workout.exercise.held:
        return no_tempo(session)
    tempo = session.workout.tempo.stretched(by)
    effects = heard_tone(session)
    if tempo == session.workout.tempo or tempo.lower > LONGEST_SENSIBLE_REP:
        session, said = say(session, limit)
        return session, [*effects, *said]
    crossed = tempo.rep > LONGEST_SENSIBLE_REP >= session.workout.tempo.rep
    session, paced = _retime(session, tempo)
    effects += paced
    if session.state is not State.REP:
        session, said = say(session, "tempo_set")
        effects += said
    if crossed:
        session, said = say(session, "slow_warning")
        effects += said
    return session, effects


def go_slower(session: Session, command: Command) -> Turn:
    return _change_tempo(session, session.workout.exercise.tempo_step, "slowest")


def go_faster(session: Session, command: Command) -> Turn:
    return _change_tempo(session, -session.workout.exercise.tempo_step, "fastest")


def pause(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "paused")
    if session.workout.sets.reached(session.set.done):
        session, ended = end_set(session, "target", "ended_empty")
        return session, [*hush, *ended]
    session = count_tension(session)
    session = replace(session, set=session.set.pause())
    session, entered = enter(session, State.PAUSED, session.now + PAUSED_EVERY)
    session, said = say(session, "paused", kind=CueClass.SAFETY)
    return session, [*hush, *entered, *said]


def take_breath(session: Session, command: Command) -> Turn:
    """A rest-pause, as soon as the running rep is over; see `rest_pause`. A hold is paused: it has
    no end at which to wait."""
    clock = session.set.clock
    assert clock is not None
    if session.workout.exercise.held:
        return pause(session, command)
    if session.set.done < clock.rep and session.now < clock.start + BARELY_BEGUN:
        hush = speak_over(session, "a breather")
        session, waits = begin_rest_pause(session)
        return session, [*hush, *waits]
    session = replace(session, set=session.set.want_breather())
    return session, [*heard_tone(session), *_pace(session, retimed=True)]


def still_paused(session: Session) -> Turn:
    session, said = say(
        replace(session, due=session.now + PAUSED_EVERY), "still_paused", kind=CueClass.SAFETY
    )
    return session, said


def add_reps(session: Session, command: Command) -> Turn:
    """Add reps; of a hold, ten seconds for each."""
    extra = number_in(command, "more")
    if session.workout.sets.unbounded:  # there are always more
        return how_many(session, command)
    if session.workout.exercise.held:
        extra = session.workout.exercise.breaths(extra * TOLD_EVERY)
    session = session.prescribe(session.workout.sets.lengthen(extra))
    session, said = answer(session, "more")
    paced = _pace(session, retimed=True) if session.state is State.REP else []
    return session, [*heard_tone(session), *paced, *said]
