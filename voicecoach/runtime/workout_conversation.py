"""A workout as a conversation: `core.session`, and what counts as a command to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from ..core import session as coach
from ..core.commands import PhraseTable, normal
from ..core.decision import (
    Accepted,
    Decision,
    Doubt,
    Reply,
    Thresholds,
    Verdict,
    judge,
)
from ..core.events import (
    Command,
    CommandGiven,
    Doubted,
    Effect,
    Grammar,
    HearingMoved,
    Input,
    Intent,
    Refused,
    Say,
    State,
    Tone,
    Utterance,
)
from ..core.pacing import Talkativeness
from ..core.plan import SAMPLE_RATE, Exercise
from ..core.workout import Visit
from ..listening.recogniser import Recogniser
from ..speaking.clips import Clips
from .conversation import Interpretation, Surroundings
from .voice_loop import Canceller, VoiceLoop

TONE_EVERY = 3 * SAMPLE_RATE
"""Samples between two "I heard something" tones, at least."""


class WorkoutConversation:
    """A workout; see `conversation.Conversation`."""

    afterwards = 5 * SAMPLE_RATE
    """After the summary, the lifter may want another set, for example."""

    def __init__(
        self,
        exercise: Exercise,
        phrases: PhraseTable,
        *,
        bars: Thresholds | None = None,
        talk: Talkativeness = Talkativeness.NORMAL,
        loudness: coach.Loudness | None = None,
        prove_stop: bool = False,
        offered: tuple[Exercise, ...] = (),
        visit: Visit = coach.ALONE,
        tone_in_doubt: bool = True,
    ) -> None:
        """`prove_stop`, `offered`, `visit`: see `session.begin`. `loudness`: the coach's gain at
        first. `tone_in_doubt`: answer a refused utterance that may have been meant with a tone."""
        self._phrases = phrases
        self._bars = bars or Thresholds()
        self._grammars: dict[frozenset[Intent], Grammar] = {}
        self._last: Accepted | None = None
        self._faint: Accepted | None = None
        """The last alarm that was refused as too faint."""
        self._tone_in_doubt = tone_in_doubt
        self._toned = -TONE_EVERY
        self.session, self._first = coach.begin(
            exercise,
            talk,
            prove_stop,
            loudness or coach.Loudness(),
            offered,
            visit,
            phrases.examples(),
        )

    @property
    def due(self) -> int | None:
        return self.session.next_due

    @property
    def grammar(self) -> Grammar:
        return self._grammar(coach.listened(self.session))

    @property
    def settled(self) -> bool:
        running = State.COUNTDOWN, State.REP, State.REST_PAUSE, State.RACKING
        return self.session.state not in running

    @property
    def over(self) -> bool:
        return self.session.state is State.SUMMARY

    @property
    def must_hear(self) -> bool:
        return self.session.state in coach.IN_A_SET

    def grammars(self) -> Iterator[Grammar]:
        asked = (None, *coach.Question)
        for live in {coach.listens_for(*when) for when in product(State, asked, (True, False))}:
            yield self._grammar(live)

    def names(self, device: str) -> Iterable[str]:
        return coach.naming(self.session, device)

    def begin(self) -> list[Effect]:
        return self._first

    def pass_time(self, to: int) -> list[Effect]:
        self.session, effects = coach.advance(self.session, to)
        return effects

    def happen(self, event: Input) -> list[Effect]:
        if isinstance(event, HearingMoved):
            # What was learnt of a voice through one microphone does not apply to another.
            self._bars = replace(self._bars, lowered={}, only=())
        self.session, effects = coach.step(self.session, event)
        return effects

    def fall_silent(self, at: int) -> list[Effect]:
        return []

    def sound_worn(self, worn: bool) -> None:
        self._bars = replace(self._bars, loudspeaker=not worn)

    def decide(
        self, heard: Utterance, around: Surroundings
    ) -> Interpretation[CommandGiven | Doubted]:
        verdict = judge(
            heard,
            coach.live(self.session),
            self._phrases,
            self._bars,
            around.spoken,
            self._last,
            paced=self.session.state in coach.UNDER_LOAD,
            waits=coach.waits(self.session),
            above=around.above,
            softer=around.softer,
            faint=self._faint,
        )
        return Interpretation(heard, verdict, self._meant(verdict), verdict.accepted)

    def read(self, text: str, at: int) -> Interpretation[CommandGiven | Doubted]:
        command = self._phrases.parse(text)
        reason = "" if command is not None else "no command"
        if self.session.state is State.PROOF and command == Command(Intent.STOP):
            reason = "only a voice can prove that it is heard"
        verdict = Verdict(command, normal(text), 1.0, not reason, reason)
        return Interpretation(Utterance(at, at, (), free=text), verdict, self._meant(verdict))

    def _meant(self, verdict: Verdict) -> CommandGiven | Doubted | None:
        if verdict.accepted and verdict.command is not None:
            sure = verdict.confidence >= self._bars.sure
            return CommandGiven(verdict.command, sure, verdict.others)
        if verdict.doubt is not None:
            return Doubted(verdict.command if verdict.doubt is Doubt.ECHO else None)
        return None

    def respond(self, decision: Interpretation[object], at: int) -> tuple[Decision, list[Effect]]:
        heard, verdict = decision.heard, decision.verdict
        reply = Reply.NOTHING
        effects: list[Effect] = []
        match decision.event:
            case CommandGiven() as event:
                self._last = Accepted(event.command, heard.end, heard.said)
                effects = self.pass_time(at)
                answer = self.happen(event)
                refusal = next((e for e in answer if isinstance(e, Refused)), None)
                if refusal is not None:
                    verdict = replace(verdict, accepted=False, reason=refusal.reason)
                    reply = Reply.TONE
                effects += answer
            case Doubted() as event:
                effects = self.pass_time(at)
                answer = self.happen(event)
                if verdict.command is not None and verdict.doubt is Doubt.FAINT:
                    self._faint = Accepted(verdict.command, heard.end, heard.said)
                    # Others may have had the last tone.
                    self._toned = -TONE_EVERY
                reply, tone = self._reply(answer, at)
                effects += [*answer, *tone]
        return Decision(at, heard, verdict, reply), effects

    def _reply(self, answer: list[Effect], at: int) -> tuple[Reply, list[Effect]]:
        """Let the lifter know that something that may have been meant was not believed."""
        if any(isinstance(effect, Say) for effect in answer):
            return Reply.QUESTION, []
        if not self._tone_in_doubt or at - self._toned < TONE_EVERY:
            return Reply.NOTHING, []
        self._toned = at
        return Reply.TONE, [Tone(at, "in doubt")]

    def _grammar(self, live: frozenset[Intent]) -> Grammar:
        if live not in self._grammars:
            self._grammars[live] = self._phrases.grammar(live)
        return self._grammars[live]


WorkoutLoop = VoiceLoop[WorkoutConversation]


def workout_loop(
    exercise: Exercise,
    phrases: PhraseTable,
    recogniser: Recogniser,
    clips: Clips,
    *,
    bars: Thresholds | None = None,
    talk: Talkativeness = Talkativeness.NORMAL,
    ceiling: float = -1.0,
    loudness: float = 0.0,
    prove_stop: bool = False,
    latency: int = 0,
    offered: tuple[Exercise, ...] = (),
    visit: Visit = coach.ALONE,
    canceller: Canceller | None = None,
    punctual: bool = False,
    tone_in_doubt: bool = True,
) -> WorkoutLoop:
    """A workout between a recogniser and a mixer.

    `loudness` in dB: the coach's gain at first, as far as the `ceiling` allows. For the rest see
    `WorkoutConversation` and `VoiceLoop`.
    """
    conversation = WorkoutConversation(
        exercise,
        phrases,
        bars=bars,
        talk=talk,
        loudness=coach.Loudness.under(ceiling, loudness),
        prove_stop=prove_stop,
        offered=offered,
        visit=visit,
        tone_in_doubt=tone_in_doubt,
    )
    return VoiceLoop(
        conversation,
        recogniser,
        clips,
        ceiling=ceiling,
        latency=latency,
        canceller=canceller,
        punctual=punctual,
    )
