"""What a voice loop carries: a conversation, which decides what is said and what is meant.

A workout is one (`workout_conversation`), learning a voice is another (`enrolment_conversation`). A
conversation has no clock, no sound and no thread. It answers events with effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ..core.decision import Decision, SpokenLine, Verdict
from ..core.events import Effect, Grammar, Input, Utterance


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was audible around an utterance."""

    spoken: Sequence[SpokenLine]
    """The coach's lines of the last seconds."""
    spoken_until: int
    """The sample at which the last of them ends."""
    above: float | None
    """How many dB louder the utterance was than the coach alone; None if unknown."""
    softer: float = 0.0
    """How many dB softer it was than the lifter, among equally loud voices: see `LifterLevel`."""


AnyEvent = TypeVar("AnyEvent", covariant=True)


@dataclass(frozen=True, slots=True)
class Interpretation(Generic[AnyEvent]):
    """What an utterance was taken for."""

    heard: Utterance
    verdict: Verdict
    event: AnyEvent | None
    """What happens because of it; None: nothing."""
    proves_hearing: bool = False
    """True if somebody was understood, so the microphone works."""


class Conversation(Protocol):
    """What a conversation is; see the module. Samples are absolute output samples at 48 kHz."""

    @property
    def afterwards(self) -> int:
        """Samples for which the loop runs on when it is `over`: the last line must still be heard,
        and the lifter may ask for something."""

    @property
    def due(self) -> int | None:
        """The sample at which time alone next changes something."""

    @property
    def grammar(self) -> Grammar:
        """What it listens for now. The same object as long as nothing changes."""

    @property
    def settled(self) -> bool:
        """True if nothing more happens until the lifter speaks."""

    @property
    def over(self) -> bool:
        """True if nothing is left to do unless the lifter speaks."""

    @property
    def must_hear(self) -> bool:
        """True if losing the microphone matters now."""

    def grammars(self) -> Iterable[Grammar]:
        """Every grammar it may use, so that a recogniser can prepare."""

    def names(self, device: str) -> Iterable[str]:
        """The texts that name `device`, to be rendered before it is used."""

    def begin(self) -> list[Effect]:
        """The first effects."""

    def pass_time(self, to: int) -> list[Effect]:
        """Let time pass until sample `to`."""

    def happen(self, event: Input) -> list[Effect]:
        """Handle `event`, at the sample up to which time has passed."""

    def fall_silent(self, at: int) -> list[Effect]:
        """At sample `at`, nothing sounds and no line waits."""

    def sound_worn(self, worn: bool) -> None:
        """Whether the output is worn in or on the ears, so that no microphone hears it."""

    def decide(self, heard: Utterance, around: Surroundings) -> Interpretation[object]:
        """What the utterance means. Changes nothing yet."""

    def read(self, text: str, at: int) -> Interpretation[object]:
        """What a typed line means, whatever the coach is saying."""

    def respond(self, decision: Interpretation[object], at: int) -> tuple[Decision, list[Effect]]:
        """Carry out a decision at sample `at`. Returns a record of it, and its effects."""
