"""The engine: microphone in, earbuds out. THE one path for live and simulated workouts.

What time, sound and speech are is `intercom`'s; here the workout of `core.session` is put
behind it, with the decision about what was a command.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from .core import session as coach
from .core.commands import PhraseTable, normal
from .core.decision import Accepted, Bars, Doubt, HeardIt, Reply, Verdict, judge
from .core.events import (
    Command,
    Doubted,
    Effect,
    Entered,
    Grammar,
    Heard,
    Input,
    Intent,
    PhaseBegan,
    Refused,
    RepDone,
    Say,
    SetOver,
    Slept,
    Spoke,
    State,
    Tone,
)
from .core.pacing import Talk
from .core.plan import SAMPLE_RATE, Exercise
from .core.workout import Agreed, Amended, Retimed, SetBegan, Visit, WorkoutBegan, WorkoutOver
from .intercom import OVERSAMPLING, QUANTUM, Canceller, Intercom, Pcm, Record
from .listening.recogniser import Recogniser
from .speaking.clips import Clips

TONE_EVERY = 3 * SAMPLE_RATE
"""Samples between two tones that say "I heard something", at least."""

__all__ = ["OVERSAMPLING", "QUANTUM", "Canceller", "Engine", "Pcm", "Record"]


class Engine(Intercom):
    """One workout between a recogniser and a mixer."""

    afterwards = 5 * SAMPLE_RATE
    """After the summary: another set, for example."""

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
        visit: Visit = coach.ALONE,
        canceller: Canceller | None = None,
        tone_in_doubt: bool = True,
    ) -> None:
        """`ceiling`, `latency`, `canceller`: see `Intercom`. `loudness` in dB: the coach's
        gain at first, as far as the ceiling leaves room. `prove_stop`, `offered`,
        `visit`: see `session.begin`. `tone_in_doubt`: a tone answers what was refused and
        may have been meant.
        """
        super().__init__(recogniser, clips, ceiling=ceiling, latency=latency, canceller=canceller)
        self._phrases = phrases
        self._bars = bars or Bars()
        self._grammars: dict[frozenset[Intent], Grammar] = {}
        self._attuned: frozenset[Intent] | None = None
        self._last: Accepted | None = None
        self._tone_in_doubt = tone_in_doubt
        self._toned = -TONE_EVERY
        self.session, effects = coach.begin(
            exercise,
            talk,
            prove_stop,
            coach.Loudness.under(ceiling, loudness),
            offered,
            visit,
            phrases.examples(),
        )
        self._carry_out(effects)
        self._attune()

    @property
    def settled(self) -> bool:
        busy = (State.COUNTDOWN, State.REP, State.RACKING)
        return self.session.state not in busy and self.quiet

    @property
    def over(self) -> bool:
        return self.session.state is State.SUMMARY and self.settled

    @property
    def _must_hear(self) -> bool:
        return self.session.state in coach.IN_A_SET

    def prepare(self) -> None:
        """Let the recogniser see every grammar once, before anything has to be in time."""
        for live in {coach.listens_for(*when) for when in product(State, (None, *coach.Question))}:
            self._recogniser.listen_for(self._grammar(live))
        self._attuned = None
        self._attune()

    def microphone_moved(self, device: str) -> None:
        # What a voice gets through one microphone says nothing of another.
        self._bars = replace(self._bars, lowered={})
        super().microphone_moved(device)

    def sound_worn(self, worn: bool) -> None:
        super().sound_worn(worn)
        self._bars = replace(self._bars, loudspeaker=not worn)

    def _naming(self, device: str) -> Iterable[str]:
        return coach.naming(self.session, device)

    def typed(self, text: str) -> None:
        at = self.position
        command = self._phrases.parse(text)
        reason = "" if command is not None else "no command"
        if self.session.state is State.PROOF and command == Command(Intent.STOP):
            reason = "only a voice can prove that it is heard"
        verdict = Verdict(command, normal(text), 1.0, not reason, reason)
        self._obey(Heard(at, at, (), free=text), verdict)

    # --- the session -------------------------------------------------------------------------

    @property
    def _due(self) -> int | None:
        return self.session.next_due

    def _pass_time(self, to: int) -> list[Effect]:
        self.session, effects = coach.advance(self.session, to)
        self._attune()
        return effects

    def _happen(self, event: Input) -> list[Effect]:
        self.session, effects = coach.step(self.session, event)
        self._attune()
        return effects

    def _attune(self) -> None:
        """The recogniser listens for what makes sense now."""
        live = coach.live(self.session)
        if live != self._attuned:
            self._attuned = live
            self._recogniser.listen_for(self._grammar(live))

    def _decide(self, heard: Heard) -> None:
        verdict = judge(
            heard,
            coach.live(self.session),
            self._phrases,
            self._bars,
            tuple(self._said),
            self._last,
            paced=self.session.state in coach.UNDER_LOAD,
            waits=coach.waits(self.session),
            above=self._leak.above(heard.said, heard.end),
        )
        if verdict.accepted:
            self._understood(heard)
        self._obey(heard, verdict)

    def _obey(self, heard: Heard, verdict: Verdict) -> None:
        """Do what was accepted."""
        before = len(self._records)
        reply = Reply.NOTHING
        if verdict.doubt is not None:
            reply = self._reply(verdict)
        if verdict.accepted and verdict.command is not None:
            self._last = Accepted(verdict.command, heard.end)
            self._leak.forget(heard.said, heard.end)
            sure = verdict.confidence >= self._bars.sure
            effects = self._step(Spoke(verdict.command, sure, verdict.others))
            refusal = next((e for e in effects if isinstance(e, Refused)), None)
            if refusal is not None:
                verdict = replace(verdict, accepted=False, reason=refusal.reason)
                reply = Reply.TONE
        # What was heard stands before what it led to.
        self._records.insert(before, HeardIt(self.position, heard, verdict, reply))

    def _reply(self, verdict: Verdict) -> Reply:
        """Let the lifter know that what may have been meant was not believed."""
        effects = self._step(Doubted(verdict.command if verdict.doubt is Doubt.ECHO else None))
        if any(isinstance(effect, Say) for effect in effects):
            return Reply.QUESTION
        if not self._tone_in_doubt or self.position - self._toned < TONE_EVERY:
            return Reply.NOTHING
        self._toned = self.position
        self._carry_out([Tone(self.position, "in doubt")])
        return Reply.TONE

    def _carry_out_own(self, effect: Effect) -> None:
        match effect:
            case Entered() | PhaseBegan() | RepDone() | SetOver() | Slept():
                self._records.append(effect)
            case WorkoutBegan() | SetBegan() | Retimed() | Amended() | Agreed() | WorkoutOver():
                self._records.append(effect)
            case _:
                pass

    def _grammar(self, live: frozenset[Intent]) -> Grammar:
        if live not in self._grammars:
            self._grammars[live] = self._phrases.grammar(live)
        return self._grammars[live]
