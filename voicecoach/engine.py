"""The engine: microphone in, earbuds out. THE one path for live and simulated sessions.

`Engine.process` is the only way in which time passes. Inside, the session moves
in quanta of 20 ms: what was heard in one takes effect at the first sample of
the next, whatever block sizes the caller uses, so that the same microphone
gives the same sound, to the bit, from a sound card and from a file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .audio.mixer import Mixer
from .audio.tones import REFUSED, TONES
from .core import session as coach
from .core.commands import PhraseTable, normal
from .core.cues import FADE, CueScheduler, Ended, Offer, Outcome, Spoken, Started
from .core.decision import Accepted, Bars, HeardIt, Said, Verdict, judge
from .core.events import (
    Closing,
    Command,
    Effect,
    Entered,
    Gain,
    Grammar,
    Heard,
    HearingBack,
    HearingGivenUp,
    HearingLost,
    HearingMoved,
    Hush,
    Input,
    Intent,
    Pace,
    PhaseBegan,
    Refused,
    RepDone,
    Say,
    SetOver,
    SoundBack,
    SoundLost,
    SoundMoved,
    Spoke,
    State,
    Tone,
    Want,
)
from .core.pacing import Talk
from .core.plan import MICROPHONE_RATE, SAMPLE_RATE, Exercise
from .hearing import Hearing
from .listening.recogniser import Recogniser
from .speaking.clips import Clips

Pcm = NDArray[np.float32]

OVERSAMPLING = SAMPLE_RATE // MICROPHONE_RATE
"""Output samples for each microphone sample."""

QUANTUM = MICROPHONE_RATE // 50
"""Microphone samples between two looks at what was heard: 20 ms."""

REMEMBERED = 10 * SAMPLE_RATE
"""Output samples for which the coach remembers what it said, to know its echo."""


Record = Entered | PhaseBegan | RepDone | SetOver | Ended | HeardIt
"""What a session leaves behind; `trace` writes it down."""


class Canceller(Protocol):
    """Takes what a loudspeaker plays out of what the microphone hears."""

    def clean(self, microphone: Pcm, played: Pcm) -> Pcm:
        """A quantum of `microphone`, shape (320,) at 16 kHz, without the echo of what was
        played up to its end; `played`: this quantum's, shape (960,) at 48 kHz."""


class Engine:
    """One workout between a recogniser and a mixer."""

    def __init__(
        self,
        exercise: Exercise,
        phrases: PhraseTable,
        recogniser: Recogniser,
        clips: Clips,
        *,
        bars: Bars | None = None,
        talk: Talk = Talk.NORMAL,
        ceiling: float = -1.0,
        loudness: float = 0.0,
        prove_stop: bool = False,
        latency: int = 0,
        offered: tuple[Exercise, ...] = (),
        canceller: Canceller | None = None,
    ) -> None:
        """`ceiling` in dBFS: no output sample exceeds it. `loudness` in dB: the coach's gain
        at first, as far as the ceiling leaves room. `prove_stop`, `offered`: see
        `session.begin`.

        `latency`: output samples from computing a sample until what the ear makes of it
        comes back as microphone; what is heard is dated back by it. `canceller`: for a
        loudspeaker; what it gives is what the recogniser hears.
        """
        self._phrases = phrases
        self._recogniser = recogniser
        self._clips = clips
        self._bars = bars or Bars()
        self._latency = latency
        self._mixer = Mixer(ceiling)
        self._cues = CueScheduler()
        self._hearing = Hearing()
        self._grammars: dict[State, Grammar] = {}
        self._canceller = canceller
        self._quantum = np.zeros(QUANTUM, np.float32)
        self._played = np.zeros(QUANTUM * OVERSAMPLING, np.float32)
        self._filled = 0
        self._deaf = self._mute = False
        self._sounding: int | None = None
        self._said: deque[Said] = deque()
        self._last: Accepted | None = None
        self._records: list[Record] = []
        self.session, effects = coach.begin(
            exercise, talk, prove_stop, coach.Loudness.under(ceiling, loudness), offered
        )
        self._carry_out(effects)

    @property
    def position(self) -> int:
        """The next output sample."""
        return self._mixer.position

    @property
    def _heard_until(self) -> int:
        """The output sample with which the microphone's next one was in the ear."""
        return self._mixer.position - self._latency

    @property
    def certain(self) -> int:
        """The sample before which no record can come any more."""
        sounding = self._cues.sounding
        return min(self.position, sounding.at) if sounding is not None else self.position

    @property
    def settled(self) -> bool:
        """Whether nothing more will be said or done unless the lifter speaks."""
        busy = (State.COUNTDOWN, State.REP, State.RACKING)
        return self.session.state not in busy and self._cues.idle

    def prepare(self) -> None:
        """Let the recogniser see every grammar once, before anything has to be in time."""
        for state in (*State, self.session.state):
            self._recogniser.listen_for(self._grammar(state))

    def saying(self, at: int) -> str:
        """The line that sounds at sample `at`, of the last ten seconds; "" for none."""
        return next((said.text for said in self._said if said.at <= at < said.end), "")

    @property
    def spoken_until(self) -> int:
        """The sample at which the last line that has begun will have ended."""
        return self._said[-1].end if self._said else 0

    def understood(self, state: State) -> Mapping[str, Command]:
        """Every phrase that is understood in `state`, and what it means."""
        return self._grammar(state).phrases

    @property
    def quiet(self) -> bool:
        """Whether nothing is being said and nothing waits to be."""
        return self._cues.idle

    def process(self, microphone: Pcm) -> tuple[Pcm, list[Record]]:
        """One block of microphone, mono at 16 kHz, shape (n,).

        Returns what the earbuds play meanwhile, mono at 48 kHz, shape (3 n,),
        and what happened.
        """
        output = []
        done = 0
        while done < len(microphone):
            if self._filled == 0:
                self._plan_quantum()
            n = min(len(microphone) - done, QUANTUM - self._filled)
            self._quantum[self._filled : self._filled + n] = microphone[done : done + n]
            sound = self._mixer.render(n * OVERSAMPLING)
            output.append(sound)
            first = self._filled * OVERSAMPLING
            self._played[first : first + len(sound)] = sound
            self._filled += n
            done += n
            if self._filled == QUANTUM:
                self._filled = 0
                self._listen()
        records, self._records = self._records, []
        return (np.concatenate(output) if output else np.zeros(0, np.float32)), records

    def attend(self) -> list[Record]:
        """Decide about what the recogniser has found out since the last block, without
        waiting for the next one; no time passes."""
        for heard in self._recogniser.feed(self._quantum[:0], self._heard_until):
            self._decide(heard)
        records, self._records = self._records, []
        return records

    def hushed(self) -> None:
        """The caller has silenced what it had not played yet: the ends of a line that was
        cut and of a tone would be heard out of nothing."""
        self._mixer.forget_begun()

    def microphone_lost(self, why: str, always: bool = False) -> None:
        """There is no microphone any more: what it gives is not listened to.

        What was being said is decided at once. In a set (with `always`, outside
        one too) the coach tells the lifter, and keeps pacing.
        """
        for heard in self._recogniser.finish(self._heard_until):
            self._decide(heard)
        self._deaf = True
        if always or self.session.state in coach.IN_A_SET:
            self._step(HearingLost(why))

    def microphone_back(self) -> None:
        """The microphone gives sound again, from the next sample on."""
        self._deaf = False
        self._hearing = Hearing()
        self._step(HearingBack())

    def microphone_moved(self, device: str) -> None:
        """The microphone is another one from now on: `device`, as people know it."""
        self._hearing = Hearing()
        self._step(HearingMoved(device))

    def hearing_given_up(self) -> None:
        """No recogniser can be brought back: the coach says so once, and keeps pacing."""
        self._step(HearingGivenUp())

    def sound_moved(self, device: str) -> None:
        """The output is heard through `device` from now on."""
        self._step(SoundMoved(device))

    def foresee_device(self, device: str) -> None:
        """Render what names `device`, from any thread, before it is wanted."""
        for text in coach.naming(self.session, device):
            self._clips.get(text)

    def sound_lost(self) -> None:
        """Nobody hears the output any more: reps that run are interrupted."""
        self._mute = True
        self._step(SoundLost())

    def sound_back(self) -> None:
        """The output is heard again: the coach says where the workout stands."""
        self._mute = False
        self._step(SoundBack())

    def closing(self) -> None:
        """The program ends within two seconds: the catches, if need be, and no more."""
        self._step(Closing())

    def typed(self, text: str) -> None:
        """`text` counts as said, whatever the coach is saying itself just now."""
        at = self._mixer.position
        command = self._phrases.parse(text)
        reason = "" if command is not None else "no command"
        if self.session.state is State.PROOF and command == Command(Intent.STOP):
            reason = "only a voice can prove that it is heard"
        verdict = Verdict(command, normal(text), 1.0, not reason, reason)
        self._obey(Heard(at, at, (), free=text), verdict)

    # --- time --------------------------------------------------------------------------------

    def _plan_quantum(self) -> None:
        """Everything that begins within the quantum ahead goes into the mixer."""
        end = self._mixer.position + QUANTUM * OVERSAMPLING
        due = self.session.next_due
        if due is not None and due < end:
            self.session, effects = coach.advance(self.session, end)
            self._carry_out(effects)
        self._speak_until(end)

    def _listen(self) -> None:
        """The quantum is complete: what was said in it, and can it be heard at all?"""
        if self._deaf:
            return
        at = self._mixer.position - QUANTUM * OVERSAMPLING - self._latency
        change = self._hearing.feed(self._quantum, QUANTUM * OVERSAMPLING)
        if change is not None:
            self._step(change)
        for heard in self._recogniser.feed(self._cleaned(), at):
            self._decide(heard)

    def _cleaned(self) -> Pcm:
        """The quantum without the coach, where a loudspeaker brings it back."""
        if self._canceller is None:
            return self._quantum.copy()
        if self._mute:
            self._played[:] = 0
        return self._canceller.clean(self._quantum.copy(), self._played.copy())

    def _decide(self, heard: Heard) -> None:
        live = coach.listens_for(self.session.state)
        verdict = judge(
            heard,
            live,
            self._phrases,
            self._bars,
            tuple(self._said),
            self._last,
            paced=self.session.state in coach.UNDER_LOAD,
        )
        self._obey(heard, verdict)

    def _obey(self, heard: Heard, verdict: Verdict) -> None:
        """Do what was accepted."""
        before = len(self._records)
        if verdict.accepted and verdict.command is not None:
            self._last = Accepted(verdict.command, heard.end)
            effects = self._step(Spoke(verdict.command))
            refusal = next((e for e in effects if isinstance(e, Refused)), None)
            if refusal is not None:
                verdict = replace(verdict, accepted=False, reason=refusal.reason)
            back = self._hearing.understood()
            if back is not None:
                self._step(back)
        # What was heard stands before what it led to.
        self._records.insert(before, HeardIt(self._mixer.position, heard, verdict))

    def _step(self, event: Input) -> list[Effect]:
        self.session, _ = coach.advance(self.session, self._mixer.position)
        self.session, effects = coach.step(self.session, event)
        self._carry_out(effects)
        return effects

    # --- what the session wants --------------------------------------------------------------

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._speak_until(effect.at)
            match effect:
                case Say(wants=wants):
                    self._cues.say([self._measured(want) for want in wants])
                case Pace(wants=wants, known_until=known_until, retimed=retimed):
                    offers = [self._measured(want) for want in wants]
                    self._ended(self._cues.pace(offers, known_until, retimed))
                case Hush(reason=reason, cut=cut):
                    self._ended(self._cues.hush(reason, cut))
                case Tone(at=at, name=name):
                    self._mixer.play(TONES[name], at)
                case Gain(at=at, decibels=decibels):
                    self._mixer.level(10 ** (decibels / 20), at)
                case Entered(to=state):
                    self._records.append(effect)
                    self._recogniser.listen_for(self._grammar(state))
                case Refused(at=at):
                    self._mixer.play(TONES[REFUSED], at)
                case PhaseBegan() | RepDone() | SetOver():
                    self._records.append(effect)

    def _grammar(self, state: State) -> Grammar:
        if state not in self._grammars:
            self._grammars[state] = self._phrases.grammar(coach.listens_for(state))
        return self._grammars[state]

    # --- speech ------------------------------------------------------------------------------

    def _measured(self, want: Want) -> Offer:
        clips = [self._clips.get(text, want.kind) for text in want.texts]
        return Offer(want, tuple(Spoken(c.text, len(c.pcm), c.beat) for c in clips))

    def _speak_until(self, to: int) -> None:
        for event in self._cues.advance(to):
            if isinstance(event, Started):
                clip = self._clips.get(event.spoken.text, event.want.kind)
                self._sounding = self._mixer.play(clip.pcm, event.at)
                self._remember(Said(event.spoken.text, event.at, event.end))
            else:
                self._ended([event])

    def _ended(self, ended: list[Ended]) -> None:
        for end in ended:
            if end.outcome is Outcome.CUT and self._sounding is not None:
                self._mixer.cut(self._sounding, max(self._mixer.position, end.end - FADE), FADE)
            if (
                end.outcome is Outcome.PLAYED
                and not self._clips.get(end.text, end.want.kind).spoken
            ):
                end = replace(end, reason="a tone stood for it: no voice could speak it")
            self._records.append(end)

    def _remember(self, said: Said) -> None:
        self._said.append(said)
        while self._said[0].end < said.at - REMEMBERED:
            self._said.popleft()
