"""The session: what a workout is, as one state machine.

A lifter moves through these states, and only through these:

    [proof ->] ready -> setup (optional) -> gate -> armed -> countdown -> rep <-> paused
                                                                        |
                                summary <- ready <- rest <- racking <---+

PROOF       before a live workout: the lifter says "stop now", and it is heard.
READY       nothing runs; "start set" leads to the gate.
SETUP       the checklist is read, a point at a time; "next" goes on.
GATE        catches, back, head: no rep without "ready".
ARMED       the catches may be released; "start set" begins.
COUNTDOWN   three, two, one, and a tone.
REP         the rep is paced: lower, bottom, lift, top. Time itself moves it on.
PAUSED      the pacing is silent; "resume" counts down again and repeats the
            rep that was interrupted, unless its lift was done.
RACKING     however a set ended, the catches must be locked: said at once and
            again until "locked" or three times.
REST        the time between sets.
SUMMARY     the workout is over, until "start set".

`TABLE` says what each command does in each state; a command that is not in a
state's row is refused and changes nothing. `_TIMED` says what time alone does.
Both `step` and `advance` take a session and give the next one with what it
wants done (`events.Effect`, in order of time). Nothing here asks what time it
is, and nothing is measured: how long a line is, the scheduler finds out.

The safety invariants of the design live here in three places: `TABLE` has no
way into COUNTDOWN that does not come through GATE in the same set; `_end_set` is the
only way out of a set, and it always leads to RACKING; STOP, PAIN and HELP
stand in every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from .events import (
    Closing,
    Command,
    Effect,
    Entered,
    HearingBack,
    HearingLost,
    Hush,
    Input,
    Intent,
    Pace,
    PhaseBegan,
    Place,
    Refused,
    RepDone,
    Say,
    SetOver,
    SoundBack,
    SoundLost,
    Spoke,
    State,
    Tone,
    Want,
)
from .pacing import RepClock, Talk, filled, rep_wants, sentence
from .plan import (
    LONGEST_SENSIBLE_REP,
    SAMPLE_RATE,
    CueClass,
    Exercise,
    Phase,
    Tempo,
    Wording,
)

LEAD = 250 * SAMPLE_RATE // 1000
"""Samples between a command and the first beat it starts: the first word of the
countdown begins before its own beat, and the line may still be fading."""

LOCK_REMINDERS = 3
"""How often the catches are asked for before the session goes on unconfirmed."""

PROOF_EVERY = 8 * SAMPLE_RATE
"""Samples between the requests for the stop word."""

PROOF_TRIES = 3
"""How often it is asked for before the coach says what to do without it."""

AT_PARTING = 1300 * SAMPLE_RATE // 1000
"""Samples in which the last line should be over when the program has to end."""

DEAF_EVERY = 30 * SAMPLE_RATE
"""Samples between the reminders that the coach still cannot hear."""

PAUSED_EVERY = 30 * SAMPLE_RATE
"""Samples between the reminders that a set is paused: a weight may be waiting."""

REST_SOON = 9 * SAMPLE_RATE
"""Samples before the end of a rest at which the next set is announced."""

HALF_REST_FROM = 60 * SAMPLE_RATE
"""Half of a rest is announced when the rest is at least this long."""

PATIENCE = 60 * SAMPLE_RATE
"""Samples within which a line outside a set finds its gap; it always does at once."""

AT_ONCE = 1900 * SAMPLE_RATE // 1000
"""Samples within which an alarm should be over: with the second that it takes to
notice digital silence, its first word comes within two."""

IN_A_SET = (State.ARMED, State.COUNTDOWN, State.REP, State.PAUSED)
"""States in which the catches may be open and a weight may be held."""


@dataclass(frozen=True, slots=True)
class Session:
    """Everything that is known about the workout at one sample."""

    exercise: Exercise
    tempo: Tempo
    target: int
    """Reps."""
    talk: Talk = Talk.NORMAL
    weight: str = ""
    """As it is spoken: "eighty kilos"."""
    state: State = State.READY
    now: int = 0
    due: int | None = None
    """When time alone changes something next."""
    set_number: int = 1
    done: int = 0
    """Reps of this set whose lift is done."""
    clock: RepClock | None = None
    """The running rep; in COUNTDOWN and PAUSED the one that comes."""
    attempt: int = 0
    """How many runs of reps were begun, over all sets: it keeps cue keys apart."""
    resumed_at: int | None = None
    """The rep with which the set went on after a pause."""
    begun: int = 0
    """First sample of the running stretch of reps."""
    under_tension: int = 0
    """Samples of earlier stretches of this set."""
    reminders: int = 0
    """Of the line that is being repeated: catches, pause."""
    hurt: bool = False
    setup_at: int = 0
    rest_until: int = 0
    sets: tuple[int, ...] = ()
    """Reps of each finished set."""
    last_lines: tuple[Want, ...] = ()
    """What "repeat" says again."""
    turns: Mapping[str, int] = field(default_factory=dict)
    """How often each line was said: it chooses among its alternatives."""
    asked: int = 0
    """How many lines were asked for: it keeps their keys apart."""
    open_answer: tuple[str, Want] | None = None
    """The line with a number of reps that may still wait for its gap, and its want."""
    deaf_since: int | None = None
    deaf_due: int | None = None
    disclaimed: bool = False

    @property
    def next_due(self) -> int | None:
        """When time alone changes something next, deafness included."""
        dues = [due for due in (self.due, self.deaf_due) if due is not None]
        return min(dues) if dues else None

    @property
    def left(self) -> int:
        """Reps of this set still to do."""
        return max(0, self.target - self.done)


Turn = tuple[Session, list[Effect]]


def begin(exercise: Exercise, talk: Talk = Talk.NORMAL, prove_stop: bool = False) -> Turn:
    """A session at sample 0: the exercise is announced and the gate asks its question.

    With `prove_stop` the lifter says the stop word first, to know that it is heard.
    """
    session = Session(exercise, exercise.tempo, exercise.reps, talk)
    return _to_proof(session) if prove_stop else _to_gate(session)


def listens_for(state: State) -> frozenset[Intent]:
    """The intents that make sense in `state`."""
    return frozenset(TABLE[state])


def step(session: Session, happened: Input) -> Turn:
    """`happened`, at `session.now`; what time itself brings at that sample goes before."""
    session, effects = _pass_time(session, session.now + 1)
    session, more = _happen(session, happened)
    return session, [*effects, *more]


def advance(session: Session, to: int) -> Turn:
    """Time passes until sample `to`; everything that it changes before `to` happens."""
    session, effects = _pass_time(session, to)
    return replace(session, now=max(session.now, to)), effects


def _happen(session: Session, happened: Input) -> Turn:
    match happened:
        case Spoke(command):
            handler = TABLE[session.state].get(command.intent)
            if handler is None:
                reason = f'"{command.intent.value}" does nothing in state {session.state.value}'
                return session, [Refused(session.now, command, reason)]
            return handler(session, command)
        case HearingLost():
            if session.deaf_since is not None:
                return session, []
            session = replace(session, deaf_since=session.now, deaf_due=session.now + DEAF_EVERY)
            return _alarm(session, "deaf")
        case HearingBack():
            if session.deaf_since is None:
                return session, []
            return _say(replace(session, deaf_since=None, deaf_due=None), "hearing")
        case SoundLost():
            return _hold(session)
        case SoundBack():
            return _say_where(session)
        case Closing():
            return _part(session)


def _pass_time(session: Session, to: int) -> Turn:
    """Everything that time alone changes before sample `to`."""
    effects: list[Effect] = []
    while True:
        at = session.next_due
        if at is None or at >= to:
            return session, effects
        session = replace(session, now=max(session.now, at))
        if session.due == at:
            session, more = _TIMED[session.state](replace(session, due=None))
        else:
            session, more = _alarm(replace(session, deaf_due=at + DEAF_EVERY), "still_deaf")
        effects += more


# --- speaking --------------------------------------------------------------------------------


def _values(session: Session) -> dict[str, str]:
    """What the variables in the lines stand for now."""
    number = session.exercise.language.number
    return {
        "name": session.exercise.name,
        "reps": number(session.target),
        "done": number(session.done),
        "left": number(session.left),
        "set": number(session.set_number),
        "tempo": _tempo_words(session),
        "weight": session.weight,
        "rest": _duration(session, session.exercise.rest),
        "seconds": number(round(session.tempo.rep / SAMPLE_RATE)),
        "sets": number(len(session.sets)),
    }


def _tempo_words(session: Session) -> str:
    language = session.exercise.language
    parts = []
    for phase in Phase:
        whole = round(session.tempo.of(phase) / SAMPLE_RATE)
        spoken = language.tempo[phase.value]
        if whole and spoken:
            parts.append(spoken.format(n=language.number(whole)))
    return ", ".join(parts)


def _duration(session: Session, samples: int) -> str:
    """A time as it is spoken: seconds, or whole minutes from two on."""
    language = session.exercise.language
    whole = round(samples / SAMPLE_RATE)
    if whole >= 120 and whole % 60 == 0:
        return language.units["minutes"].format(n=language.number(whole // 60))
    return language.units["seconds"].format(n=language.number(whole))


def _until(session: Session) -> int:
    """When a line said now must have ended: in a set it may wait for the next rep's gap."""
    if session.state is State.REP and session.clock is not None:
        return session.clock.end + session.tempo.rep
    return session.now + PATIENCE


def _line(
    session: Session,
    line: str,
    kind: CueClass = CueClass.PROMPT,
    wording: Wording | None = None,
    values: Mapping[str, str] | None = None,
) -> tuple[Session, Want]:
    turn = session.turns.get(line, 0)
    session = replace(session, asked=session.asked + 1, turns={**session.turns, line: turn + 1})
    texts = filled(
        wording if wording is not None else session.exercise.lines[line],
        turn,
        **{**_values(session), **(values or {})},
    )
    return session, Want(
        key=f"{line}#{session.asked}",
        id=line,
        kind=kind,
        texts=texts,
        at=session.now,
        until=_until(session),
        priority=30,
    )


def _say(session: Session, *lines: str, kind: CueClass = CueClass.PROMPT, **values: str) -> Turn:
    """`lines` one after the other, as soon as there is room; "repeat" repeats them."""
    wants = []
    for line in lines:
        if not any(session.exercise.lines[line].full):
            continue  # an author silences a line with an empty text
        session, want = _line(session, line, kind, values=values)
        wants.append(want)
    return replace(session, last_lines=tuple(wants)), [Say(session.now, tuple(wants))]


def _answer(session: Session, line: str) -> Turn:
    """A line that names reps done or left: it must be right when it is heard."""
    session, said = _say(session, line)
    answers = session.last_lines
    return replace(session, open_answer=(line, answers[0]) if answers else None), said


def _answer_anew(session: Session) -> Turn:
    """A rep more is done: an answer that still waits is worded anew."""
    if session.open_answer is None:
        return session, []
    line, want = session.open_answer
    if session.now >= want.until:
        return replace(session, open_answer=None), []
    turn = session.turns[line] - 1
    texts = filled(session.exercise.lines[line], turn, **_values(session))
    return session, [Say(session.now, (replace(want, texts=texts),))]


def _alarm(session: Session, line: str) -> Turn:
    """A line of safety that must be heard at once, whatever is being said."""
    session, want = _line(session, line, CueClass.SAFETY)
    want = replace(want, until=session.now + AT_ONCE, urgent=True, priority=0)
    return session, [Tone(session.now, "attention"), Say(session.now, (want,))]


def _enter(session: Session, state: State, due: int | None = None) -> Turn:
    return replace(session, state=state, due=due), [Entered(session.now, state)]


def _heard(session: Session) -> list[Effect]:
    """The short tone that says "understood" where no word does."""
    return [Tone(session.now, "heard")]


def _speak_over(session: Session, reason: str) -> list[Effect]:
    """The lifter has answered: whatever is still being asked is cut short."""
    return [Hush(session.now, reason)]


# --- when the program itself is in trouble ---------------------------------------------------


def _hold(session: Session) -> Turn:
    """Nobody hears the coach: a rep that runs is interrupted, as by "pause"."""
    if session.state not in (State.COUNTDOWN, State.REP):
        return session, []
    return _pause(session, Command(Intent.PAUSE))


def _say_where(session: Session) -> Turn:
    """What was said meanwhile went unheard: say where the workout stands."""
    hush = _speak_over(session, "nobody heard it")
    session, said = _where(session)
    return session, [*hush, Tone(session.now, "attention"), *said]


def _where(session: Session) -> Turn:
    match session.state:
        case State.PAUSED:
            return _say(session, "still_paused", kind=CueClass.SAFETY)
        case State.RACKING:
            return _say(session, "lock_again", kind=CueClass.SAFETY)
        case State.REST | State.SUMMARY:
            return _how_many(session, Command(Intent.HOW_MANY))
    return _repeat(session, Command(Intent.REPEAT))


def _part(session: Session) -> Turn:
    """The program ends: a set ends with it, with the shortest word about the catches."""
    effects: list[Effect] = _speak_over(session, "the program ends")
    if session.state in IN_A_SET:
        session, ended = _end_set(session, "stop", "lock_again")
        effects += [effect for effect in ended if not isinstance(effect, Say)]
    if session.state is State.RACKING:
        session, want = _line(session, "lock_again", CueClass.SAFETY)
        want = replace(want, until=session.now + AT_PARTING, urgent=True, priority=0)
        effects.append(Say(session.now, (want,)))
    return replace(session, due=None, deaf_due=None), effects


# --- before the set --------------------------------------------------------------------------


def _to_proof(session: Session) -> Turn:
    session, entered = _enter(replace(session, reminders=1), State.PROOF, PROOF_EVERY)
    session, asked = _say(session, "prove_stop")
    return session, [*entered, *asked]


def _ask_for_proof(session: Session) -> Turn:
    """No "stop" was heard yet: ask again, and in the end say what can be done."""
    tries = session.reminders + 1
    due = session.now + PROOF_EVERY if tries <= PROOF_TRIES else None
    session = replace(session, reminders=tries, due=due)
    return _say(session, "prove_stop" if tries <= PROOF_TRIES else "unproved")


def _proved(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "stop was heard")
    session, said = _say(session, "stop_heard")
    session, asked = _to_gate(session)
    return session, [*hush, *said, *asked]


def _unproved(session: Session, command: Command) -> Turn:
    """The lifter goes on without: at least something was heard."""
    hush = _speak_over(session, "the lifter goes on")
    session, asked = _to_gate(replace(session, due=None))
    return session, [*hush, *asked]


def _ask_gate(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "a set was asked for")
    session, asked = _to_gate(session)
    return session, [*hush, *asked]


def _to_gate(session: Session) -> Turn:
    """A new set: it is announced, and the gate asks its question."""
    session = replace(
        session,
        set_number=len(session.sets) + 1,
        done=0,
        clock=None,
        resumed_at=None,
        under_tension=0,
        hurt=False,
    )
    session, entered = _enter(session, State.GATE)
    session, announced = _say(session, "announce")
    first = session.last_lines
    session, asked = _say(session, "gate", kind=CueClass.SAFETY)
    session = replace(session, last_lines=first + session.last_lines)
    return session, [*entered, *announced, *asked]


def _gate_first(session: Session, command: Command) -> Turn:
    """ "Start set" is no answer to the safety question: it is asked again."""
    hush = _speak_over(session, "start set was said before ready")
    session, said = _say(session, "gate_first", kind=CueClass.SAFETY)
    return session, [*hush, *said]


def _pass_gate(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "the lifter is ready")
    session, entered = _enter(session, State.ARMED)
    session, said = _say(session, "release")
    return session, [*hush, *entered, *said]


def _begin_setup(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "the set-up was asked for")
    session, entered = _enter(replace(session, setup_at=0), State.SETUP)
    session, said = _say(session, "setup_first")
    session, item = _setup_item(session)
    return session, [*hush, *entered, *said, *item]


def _setup_item(session: Session) -> Turn:
    item = session.exercise.setup[session.setup_at]
    session, want = _line(session, f"setup-{item.id}", wording=item.wording)
    return replace(session, last_lines=(want,)), [Say(session.now, (want,))]


def _next_item(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "the next point was asked for")
    session = replace(session, setup_at=session.setup_at + 1)
    if session.setup_at < len(session.exercise.setup):
        session, item = _setup_item(session)
        return session, [*hush, *item]
    session, said = _say(session, "setup_done")
    session, asked = _to_gate(session)
    return session, [*hush, *said, *asked]


# --- the set ---------------------------------------------------------------------------------


def _count_down(session: Session, command: Command) -> Turn:
    """Begin, or go on after a pause, with the rep that comes."""
    hush = _speak_over(session, "the set begins")
    exercise = session.exercise
    first_beat = session.now + LEAD
    start = first_beat + exercise.countdown * SAMPLE_RATE
    rep = session.done + 1
    session = replace(
        session,
        resumed_at=rep if session.state is State.PAUSED else None,
        attempt=session.attempt + 1,
        clock=RepClock.at(rep, start, session.tempo, exercise.first),
        begun=start,
    )
    session, entered = _enter(session, State.COUNTDOWN, start)
    numbers = tuple(
        Want(
            key=f"countdown-{left}/{session.attempt}",
            id=f"countdown-{left}",
            kind=CueClass.COUNT,
            texts=(sentence(exercise.language.number(left)),),
            at=start - left * SAMPLE_RATE,
            until=start,
            place=Place.BEAT,
            priority=20,
        )
        for left in range(exercise.countdown, 0, -1)
    )
    return session, [*hush, *entered, Say(session.now, numbers), *_pace(session)]


def _pace(session: Session, *, retimed: bool = False) -> list[Effect]:
    """The cues of the running rep and, in its last phase, of the next."""
    clock = session.clock
    assert clock is not None
    clocks = [clock]
    if clock.rep < session.target and session.now >= clock.span(clock.last_phase)[0]:
        clocks.append(_next_clock(session, clock))
    wants: dict[str, Want] = {}
    for each in clocks:
        after = session.now if each is clock else clock.lift_end
        for want in rep_wants(
            session.exercise,
            each,
            session.target,
            session.talk,
            session.attempt,
            after,
            resumed=each.rep == session.resumed_at,
        ):
            wants[want.key] = want
    return [Pace(session.now, tuple(wants.values()), clocks[-1].end, retimed)]


def _next_clock(session: Session, clock: RepClock) -> RepClock:
    return RepClock.at(clock.rep + 1, clock.end, session.tempo, session.exercise.first)


def _first_phase(session: Session) -> Turn:
    """The countdown is over: the tone, and the first rep of this stretch."""
    session, entered = _enter(session, State.REP)
    session, began = _begin_phase(session)
    return session, [*entered, Tone(session.now, "go"), *began]


def _begin_phase(session: Session) -> Turn:
    """A phase begins at `session.now`, and with the last one the next rep is planned."""
    clock = session.clock
    assert clock is not None
    phase = clock.phase_at(session.now)
    effects: list[Effect] = [PhaseBegan(session.now, clock.rep, phase)]
    if session.exercise.phase_tick:
        effects.append(Tone(session.now, f"tick {phase.value}"))
    end = clock.span(phase)[1]
    # A lift may be followed by a phase that takes no time: its end is the next boundary.
    session = replace(session, due=end)
    if phase is clock.last_phase:
        effects += _pace(session)
    return session, effects


def _on_in_rep(session: Session) -> Turn:
    """A phase has ended: the lift counts, the rep ends, or the next phase begins."""
    clock = session.clock
    assert clock is not None
    effects: list[Effect] = []
    if session.done < clock.rep and session.now >= clock.lift_end:
        session = replace(session, done=clock.rep)
        effects.append(RepDone(session.now, clock.rep))
        session, corrected = _answer_anew(session)
        effects += corrected
    if session.now >= clock.end:
        if clock.rep >= session.target:
            hush = Hush(session.now, "the set is complete", cut=False)
            session, ended = _end_set(session, "target", "ended_empty")
            return session, [*effects, hush, *ended]
        session = replace(session, clock=_next_clock(session, clock))
    session, began = _begin_phase(session)
    return session, [*effects, *began]


def _retime(session: Session, tempo: Tempo) -> Turn:
    """The tempo changes, in a running rep from the phase under way on."""
    session = replace(session, tempo=tempo)
    clock = session.clock
    if session.state is not State.REP or clock is None:
        return session, []
    running = clock.phase_at(session.now)
    clock = clock.retimed(session.now, tempo)
    session = replace(session, clock=clock, due=clock.span(running)[1])
    return session, _pace(session, retimed=True)


def _change_tempo(session: Session, by: int, limit: str) -> Turn:
    tempo = session.tempo.stretched(by)
    effects = _heard(session)
    if tempo == session.tempo or tempo.lower > LONGEST_SENSIBLE_REP:
        session, said = _say(session, limit)
        return session, [*effects, *said]
    crossed = tempo.rep > LONGEST_SENSIBLE_REP >= session.tempo.rep
    session, paced = _retime(session, tempo)
    effects += paced
    if session.state is not State.REP:
        session, said = _say(session, "tempo_set")
        effects += said
    if crossed:
        session, said = _say(session, "slow_warning")
        effects += said
    return session, effects


def _slower(session: Session, command: Command) -> Turn:
    return _change_tempo(session, session.exercise.tempo_step, "slowest")


def _faster(session: Session, command: Command) -> Turn:
    return _change_tempo(session, -session.exercise.tempo_step, "fastest")


def _pause(session: Session, command: Command) -> Turn:
    clock = session.clock
    assert clock is not None
    hush = _speak_over(session, "paused")
    if session.done >= session.target:
        session, ended = _end_set(session, "target", "ended_empty")
        return session, [*hush, *ended]
    session = _count_tension(session)
    session, entered = _enter(
        replace(session, clock=None), State.PAUSED, session.now + PAUSED_EVERY
    )
    session, said = _say(session, "paused", kind=CueClass.SAFETY)
    return session, [*hush, *entered, *said]


def _still_paused(session: Session) -> Turn:
    session, said = _say(
        replace(session, due=session.now + PAUSED_EVERY), "still_paused", kind=CueClass.SAFETY
    )
    return session, said


def _count_tension(session: Session) -> Session:
    """Add the stretch of reps that ends now to the time under tension."""
    if session.state is not State.REP:
        return session
    return replace(session, under_tension=session.under_tension + session.now - session.begun)


def _more(session: Session, command: Command) -> Turn:
    extra = _slot(command, "more")
    session = replace(session, target=session.target + extra)
    session, said = _answer(session, "more")
    paced = _pace(session, retimed=True) if session.state is State.REP else []
    return session, [*_heard(session), *paced, *said]


# --- the end of the set ----------------------------------------------------------------------


def _end_set(session: Session, ended_by: str, line: str) -> Turn:
    """The one way out of a set: the pacing is silent, and the catches are to be locked."""
    session = _count_tension(session)
    over = SetOver(
        session.now,
        session.done,
        session.target,
        str(session.tempo),
        session.under_tension,
        ended_by,
    )
    session = replace(
        session,
        clock=None,
        reminders=1,
        sets=(*session.sets, session.done) if session.done else session.sets,
        hurt=ended_by == "pain",
    )
    session, entered = _enter(session, State.RACKING, session.now + session.exercise.lock_every)
    session, said = _say(session, line, kind=CueClass.SAFETY)
    return session, [over, *entered, *said]


def _done(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "the set is done")
    session, ended = _end_set(session, "done", "ended" if session.done else "ended_empty")
    return session, [*hush, *ended]


def _stop(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "stop")
    session, ended = _end_set(session, "stop", "stopped")
    return session, [*hush, *ended]


def _pain(session: Session, command: Command) -> Turn:
    """Pain, dizziness, a call for help: whatever runs ends, and nothing starts by itself."""
    hush = _speak_over(session, "pain or help")
    if session.state in IN_A_SET:
        session, ended = _end_set(session, "pain", "hurt")
        return session, [*hush, *ended]
    entered: list[Effect] = []
    if session.state is not State.RACKING:
        session, entered = _enter(session, State.RACKING)
    session = replace(
        session, hurt=True, reminders=1, due=session.now + session.exercise.lock_every
    )
    session, said = _say(session, "hurt", kind=CueClass.SAFETY)
    return session, [*hush, *entered, *said]


def _stop_racking(session: Session, command: Command) -> Turn:
    """Already stopped: say again what to do with the weight."""
    hush = _speak_over(session, "stop")
    session, said = _say(session, "stopped", kind=CueClass.SAFETY)
    return session, [*hush, *said]


def _stop_idle(session: Session, command: Command) -> Turn:
    """Nothing runs: be silent, and say that nothing does."""
    hush = _speak_over(session, "stop")
    session, entered = (
        _enter(session, State.READY) if session.state is not State.READY else (session, [])
    )
    session, said = _say(session, "nothing_to_stop")
    return session, [*hush, *entered, *said]


def _stop_speaking(session: Session, command: Command) -> Turn:
    """In a rest or after the workout "stop" only silences the coach."""
    return session, [*_speak_over(session, "stop"), *_heard(session)]


def _remind_to_lock(session: Session) -> Turn:
    if session.reminders < LOCK_REMINDERS:
        session = replace(
            session,
            reminders=session.reminders + 1,
            due=session.now + session.exercise.lock_every,
        )
        return _say(session, "lock_again", kind=CueClass.SAFETY)
    return _after_racking(session, "unconfirmed")


def _locked(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "the catches are locked")
    session, after = _after_racking(session, "good_set")
    return session, [*hush, *after]


def _after_racking(session: Session, line: str) -> Turn:
    if session.hurt or not session.done:
        # Nothing was lifted, or somebody is hurt: there is no rest to time.
        hurt = session.hurt
        session, entered = _enter(session, State.READY)
        session, said = _say(session, "hurt_over" if hurt else "nothing_done")
        return session, [*entered, *said]
    rest = session.exercise.rest
    session = replace(session, rest_until=session.now + rest, reminders=0)
    session, entered = _enter(session, State.REST)
    session = replace(session, due=_next_rest_mark(session))
    lines = [line]
    if not session.disclaimed:
        lines.append("not_medical")
        session = replace(session, disclaimed=True)
    session, said = _say(session, *lines)
    return session, [*entered, *said]


# --- between the sets ------------------------------------------------------------------------


def _rest_marks(session: Session) -> tuple[tuple[int, str], ...]:
    """When something is said in this rest, and what."""
    rest = session.exercise.rest
    end = session.rest_until
    marks = [(end, "rest_over")] if rest else []
    if rest >= 2 * REST_SOON:
        marks.append((end - REST_SOON, "rest_soon"))
    if rest >= HALF_REST_FROM:
        marks.append((end - rest // 2, "rest_half"))
    return tuple(sorted(marks))


def _next_rest_mark(session: Session) -> int | None:
    return next((at for at, _ in _rest_marks(session) if at > session.now), None)


def _on_in_rest(session: Session) -> Turn:
    line = next(line for at, line in _rest_marks(session) if at == session.now)
    if line == "rest_over":
        session, entered = _enter(replace(session, set_number=len(session.sets) + 1), State.READY)
        session, said = _say(session, line)
        return session, [*entered, *said]
    session = replace(session, due=_next_rest_mark(session))
    left = _duration(session, session.rest_until - session.now)
    upcoming = session.exercise.language.number(len(session.sets) + 1)
    return _say(session, line, left=left, set=upcoming)


def _finish(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "the workout is over")
    session, entered = _enter(session, State.SUMMARY)
    total = session.exercise.language.number(sum(session.sets))
    session, said = _say(session, "summary", reps=total)
    return session, [*hush, *entered, *said]


# --- asked at any time -----------------------------------------------------------------------


def _slot(command: Command, name: str) -> int:
    value = dict(command.slots).get(name, 0)
    assert isinstance(value, int)
    return value


def _how_many(session: Session, command: Command) -> Turn:
    if session.state in IN_A_SET[1:]:
        session, said = _answer(session, "how_many")
        return session, [*_heard(session), *said]
    if session.state in (State.RACKING, State.REST, State.SUMMARY):
        left = max(0, session.rest_until - session.now)
        return _say(session, "how_many_after", rest=_duration(session, left))
    return _say(session, "how_many_before")


def _repeat(session: Session, command: Command) -> Turn:
    lines = session.last_lines
    if not lines:
        return _say(session, "nothing_to_repeat")
    asked = session.asked + len(lines)
    again = tuple(
        replace(
            want,
            key=f"{want.id}#{session.asked + 1 + n}",
            at=session.now,
            until=_until(session),
        )
        for n, want in enumerate(lines)
    )
    return replace(session, asked=asked), [*_heard(session), Say(session.now, again)]


def _quiet(session: Session, command: Command) -> Turn:
    return _set_talk(session, Talk(max(Talk.QUIET, session.talk - 1)), "quiet_on")


def _talk(session: Session, command: Command) -> Turn:
    return _set_talk(session, Talk(min(Talk.FULL, session.talk + 1)), "talk_on")


def _set_talk(session: Session, talk: Talk, line: str) -> Turn:
    session, said = _say(replace(session, talk=talk), line)
    return session, [*_heard(session), *said]


def _explain(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "something else was asked")
    session, said = _say(session, "explain")
    return session, [*hush, *said]


def _help(session: Session, command: Command) -> Turn:
    hush = _speak_over(session, "something else was asked")
    session, said = _say(session, "help")
    return session, [*hush, *said]


def _set_reps(session: Session, command: Command) -> Turn:
    session = replace(session, target=max(1, _slot(command, "reps")))
    return _say(session, "reps_set")


def _log_reps(session: Session, command: Command) -> Turn:
    """The lifter knows better how many it were: reps are paced, not seen."""
    reps = _slot(command, "reps")
    sets = session.sets[:-1] if session.done else session.sets
    session = replace(session, done=reps, sets=(*sets, reps))
    return _say(session, "reps_logged", reps=session.exercise.language.number(reps))


def _set_weight(session: Session, command: Command) -> Turn:
    (unit, value), *_ = command.slots
    assert isinstance(value, int)
    language = session.exercise.language
    weight = language.units[unit].format(n=language.number(value))
    return _say(replace(session, weight=weight), "weight_set")


def _set_tempo(session: Session, command: Command) -> Turn:
    tempo = Tempo(*(_slot(command, phase.value) * SAMPLE_RATE for phase in Phase))
    if not tempo.lower or not tempo.lift:
        reason = "lowering and lifting take at least a second each"
        return session, [Refused(session.now, command, reason)]
    session = replace(session, tempo=tempo)
    lines = ["tempo_set"]
    if tempo.rep > LONGEST_SENSIBLE_REP:
        lines.append("slow_warning")
    return _say(session, *lines)


def _vary(session: Session, command: Command) -> Turn:
    chosen = str(dict(command.slots).get("variation", ""))
    wording = session.exercise.variations.get(chosen)
    if wording is None:
        return _say(session, "no_variation")
    session, want = _line(session, f"variation-{chosen}", wording=wording)
    return replace(session, last_lines=(want,)), [Say(session.now, (want,))]


# --- the table -------------------------------------------------------------------------------

Handler = Callable[[Session, Command], Turn]
Row = dict[Intent, Handler]

_ALWAYS: Row = {
    Intent.PAIN: _pain,
    Intent.REPEAT: _repeat,
    Intent.HOW_MANY: _how_many,
    Intent.QUIET: _quiet,
    Intent.TALK: _talk,
}
"""What is understood in every state, beside "stop" and "help", which every row words itself."""

_ASKING: Row = {
    Intent.EXPLAIN: _explain,
    Intent.VARIATION: _vary,
    Intent.WEIGHT: _set_weight,
    Intent.TEMPO: _set_tempo,
    Intent.SLOWER: _slower,
    Intent.FASTER: _faster,
    Intent.HELP: _help,
}
"""What can be asked and set while no weight is held."""

TABLE: Mapping[State, Row] = {
    State.PROOF: _ALWAYS
    | {
        Intent.STOP: _proved,
        Intent.READY: _unproved,
        Intent.START: _unproved,
        Intent.NEXT: _unproved,
        Intent.HELP: _help,
    },
    State.READY: _ALWAYS
    | _ASKING
    | {
        Intent.START: _ask_gate,
        Intent.READY: _ask_gate,
        Intent.SET_UP: _begin_setup,
        Intent.REPS: _set_reps,
        Intent.DONE: _finish,
        Intent.STOP: _stop_speaking,
    },
    State.SETUP: _ALWAYS
    | _ASKING
    | {
        Intent.NEXT: _next_item,
        Intent.START: _ask_gate,
        Intent.READY: _ask_gate,
        Intent.STOP: _stop_idle,
    },
    State.GATE: _ALWAYS
    | _ASKING
    | {
        Intent.READY: _pass_gate,
        Intent.START: _gate_first,
        Intent.SET_UP: _begin_setup,
        Intent.REPS: _set_reps,
        Intent.STOP: _stop_idle,
    },
    State.ARMED: _ALWAYS
    | _ASKING
    | {
        Intent.START: _count_down,
        Intent.REPS: _set_reps,
        Intent.DONE: _done,
        Intent.STOP: _stop,
        Intent.HELP: _pain,
    },
    State.COUNTDOWN: _ALWAYS
    | {
        Intent.PAUSE: _pause,
        Intent.DONE: _done,
        Intent.STOP: _stop,
        Intent.HELP: _pain,
    },
    State.REP: _ALWAYS
    | {
        Intent.PAUSE: _pause,
        Intent.SLOWER: _slower,
        Intent.FASTER: _faster,
        Intent.MORE: _more,
        Intent.DONE: _done,
        Intent.STOP: _stop,
        Intent.HELP: _pain,
    },
    State.PAUSED: _ALWAYS
    | {
        Intent.RESUME: _count_down,
        Intent.START: _count_down,
        Intent.SLOWER: _slower,
        Intent.FASTER: _faster,
        Intent.MORE: _more,
        Intent.DONE: _done,
        Intent.STOP: _stop,
        Intent.HELP: _pain,
    },
    State.RACKING: _ALWAYS
    | {
        Intent.LOCKED: _locked,
        Intent.REPS: _log_reps,
        Intent.STOP: _stop_racking,
        Intent.HELP: _pain,
    },
    State.REST: _ALWAYS
    | _ASKING
    | {
        Intent.START: _ask_gate,
        Intent.READY: _ask_gate,
        Intent.NEXT: _ask_gate,
        Intent.SET_UP: _begin_setup,
        Intent.REPS: _log_reps,
        Intent.DONE: _finish,
        Intent.STOP: _stop_speaking,
    },
    State.SUMMARY: _ALWAYS
    | _ASKING
    | {
        Intent.START: _ask_gate,
        Intent.STOP: _stop_speaking,
    },
}
"""What each command does in each state; what is missing is refused."""

_TIMED: Mapping[State, Callable[[Session], Turn]] = {
    State.PROOF: _ask_for_proof,
    State.COUNTDOWN: _first_phase,
    State.REP: _on_in_rep,
    State.PAUSED: _still_paused,
    State.RACKING: _remind_to_lock,
    State.REST: _on_in_rest,
}
"""What happens in a state when `Session.due` comes, without anybody saying anything."""
