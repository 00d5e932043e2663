"""What every recogniser can do, whichever engine is inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import Grammar, Utterance
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE

OUTPUT_PER_INPUT = SAMPLE_RATE // MICROPHONE_RATE
"""Output samples that pass per microphone sample."""


class Recogniser(Protocol):
    """Audio in, utterances with scored readings out.

    A recogniser may buffer, but its answers depend only on the samples it was fed and on the
    grammars live when they came, never on how the samples were cut into blocks.
    """

    name: str
    """The engine's name, for traces and reports."""

    def listen_for(self, grammar: Grammar) -> None:
        """Listen for `grammar` from now on.

        An utterance under way is scored with the grammar that is live when it ends.
        """

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        """Do what can be done before `grammar` is live, step by step, so that it then is at once.
        A step takes a tenth of a second at most, unless a group has thousands of phrases."""

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        """Take a block of the microphone; return the utterances decided within it.

        `pcm`: mono, 16 kHz, shape (n,), any n, values in -1..1. `at`: the output sample at which
        the block's first sample was heard. Blocks are consecutive.
        """

    def finish(self, at: int) -> list[Utterance]:
        """The microphone ended at output sample `at`: decide what is pending."""


@runtime_checkable
class KnowsItsWords(Protocol):
    """A recogniser with a vocabulary that may lack words."""

    def unknown_words(self, grammar: Grammar) -> dict[str, tuple[str, ...]]:
        """The phrases that can't be heard, with their unknown words."""


@runtime_checkable
class Consulted(Protocol):
    """A recogniser that can be asked about sound that another found."""

    def opinion(self, said: int, end: int) -> Utterance | None:
        """Its reading of the sound between two output samples, even if it has reported nothing yet;
        None if it remembers no speech there."""
