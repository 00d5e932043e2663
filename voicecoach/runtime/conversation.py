"""What a voice loop carries: a conversation, which decides what is said and what is meant.

A workout is one (`workout_conversation`), learning a voice is another (`enrolment_conversation`).
A conversation has no clock, no sound and no thread. What comes of an event, it returns as effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ..core.decision import Decision, SpokenLine, Verdict
from ..core.events import Effect, Grammar, Input, Utterance


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was to be heard around an utterance."""

    spoken: Sequence[SpokenLine]
    """The coach's lines of the last seconds."""
    spoken_until: int
    """The sample at which the last of them will have ended."""
    above: float | None
    """dB by which the utterance was louder than the coach alone; None if nobody can tell."""
    softer: float = 0.0
    """dB by which it was softer than the lifter, among voices as loud: see `LifterLevel`."""


AnyEvent = TypeVar("AnyEvent", covariant=True)


@dataclass(frozen=True, slots=True)
class Interpretation(Generic[AnyEvent]):
    """What an utterance was taken for."""

    heard: Utterance
    verdict: Verdict
    event: AnyEvent | None
    """What happens because of it; None: nothing."""
    proves_hearing: bool = False
    """Whether somebody was understood, so the microphone works."""


class Conversation(Protocol):
    """See the module. Samples are absolute output samples at 48 kHz."""

    @property
    def afterwards(self) -> int:
        """Samples for which the loop goes on when it is `over`: the last line must still be
        heard, and the lifter may ask for something."""

    @property
    def due(self) -> int | None:
        """The sample at which time alone changes something next."""

    @property
    def grammar(self) -> Grammar:
        """What it listens for now. The same object as long as nothing changes."""

    @property
    def settled(self) -> bool:
        """Whether, in silence, nothing more is said or done unless the lifter speaks."""

    @property
    def over(self) -> bool:
        """Whether, in silence, there is nothing left to do."""

    @property
    def must_hear(self) -> bool:
        """Whether a lost microphone matters now."""

    def grammars(self) -> Iterable[Grammar]:
        """All that it may listen for, so that a recogniser can prepare."""

    def names(self, device: str) -> Iterable[str]:
        """The texts that name `device`, to be rendered before it is used."""

    def begin(self) -> list[Effect]:
        """What comes first."""

    def pass_time(self, to: int) -> list[Effect]:
        """Time passes until sample `to`."""

    def happen(self, event: Input) -> list[Effect]:
        """`event`, at the sample up to which time has passed."""

    def fall_silent(self, at: int) -> list[Effect]:
        """Nothing is said at sample `at`, and nothing waits to be."""

    def sound_worn(self, worn: bool) -> None:
        """Whether the output is worn in or on the ears: then no microphone hears it."""

    def decide(self, heard: Utterance, around: Surroundings) -> Interpretation[object]:
        """What the utterance means. Nothing changes yet."""

    def read(self, text: str, at: int) -> Interpretation[object]:
        """What a typed line means, whatever the coach is saying just now."""

    def respond(self, decision: Interpretation[object], at: int) -> tuple[Decision, list[Effect]]:
        """Do what was decided, at sample `at`: a record of it, and what comes of it."""
