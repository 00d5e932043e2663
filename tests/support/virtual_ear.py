"""A recogniser's process that is none: it does its work when it is asked, and fails when told.

Around it is the program's own `RecogniserWorker`, with its supervisor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import Grammar, PhraseGroup, Utterance
from voicecoach.listening.recogniser import Recogniser

from .virtual_time import VirtualTime

LOADS = 0.5
"""Seconds that it takes to load."""


class VirtualChild:
    """Stands for `worker._Child`."""

    def __init__(
        self, clock: VirtualTime, make: Callable[[], Recogniser], found: Callable[[], object]
    ) -> None:
        self._clock, self._found = clock, found
        self._loaded = clock.monotonic() + LOADS
        self._inbox: deque[Utterance] = deque()
        self._engine: Recogniser | None = None
        self.process = self
        self.pid = 0
        self.waiting = 0
        """Microphone samples sent and not yet heard."""
        self.done = 0
        """Those that were heard."""
        self.hangs = self.dead = False
        self.trouble = ""
        self.grammar: Grammar | None = None
        try:
            self._engine = make()
        except Exception as fault:  # as the child does
            self.trouble = f"{type(fault).__name__}: {fault}"

    @property
    def ready(self) -> bool:
        return self.alive and self._clock.monotonic() >= self._loaded

    @property
    def alive(self) -> bool:
        return not self.dead and not self.trouble

    busy = False

    @property
    def pending(self) -> bool:
        return bool(self._inbox)

    def heard(self) -> list[Utterance]:
        return [self._inbox.popleft() for _ in range(len(self._inbox))]

    def send(self, what: str, pcm: NDArray[np.float32] | None, at: int) -> None:
        if not self.alive or self._engine is None:
            return
        self.waiting += len(pcm) if pcm is not None else 0
        if self.hangs:
            return
        self.done += self.waiting
        self.waiting = 0
        try:
            heard = self._engine.feed(pcm, at) if pcm is not None else self._engine.finish(at)
        except Exception as fault:  # as the child does
            self.trouble = f"{type(fault).__name__}: {fault}"
            return
        self._inbox.extend(heard)
        if heard:
            self._found()

    def send_grammar(self, grammar: Grammar, what: str) -> None:
        groups: tuple[PhraseGroup, ...] = grammar.groups
        if what == "grammar" and self._engine is not None:
            self._engine.listen_for(replace(grammar, groups=groups))

    def end(self, patience: float) -> None:
        self.dead = True

    def read_out(self) -> None:
        """It has said what it had to say."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"a recogniser's process has no {name}")
