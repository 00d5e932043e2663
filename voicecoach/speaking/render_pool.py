"""Renders clips into the cache in up to four other processes. A set of clips takes a third of the
time, and neither speaking nor listening is delayed by it.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

MOST = 4
"""Processes. Each takes a hundred megabytes."""

_NICE = 10
"""Niceness once nobody waits for them, so that the recogniser and the sound come first."""

Render = Callable[[str], object]


class Processes(ProcessPoolExecutor):
    """Processes that end with this one, however it ends, or when they are given up."""

    def __init__(self, most: int) -> None:
        context = get_context("spawn")
        # Each of them waits at one end for the other end to close.
        theirs, self._open = context.Pipe(duplex=False)
        super().__init__(most, context, _begin, (theirs,))

    def give_up(self) -> None:
        """End them at once, whatever they are doing. A clip is kept whole or not at all."""
        self.shutdown(wait=False, cancel_futures=True)
        self._open.close()


_together: ContextVar[list[Processes] | None] = ContextVar("_together", default=None)
"""The pool that is shared, once there is one; None: each has its own."""


@contextmanager
def together() -> Iterator[None]:
    """Pools created inside share their processes, because starting one takes seconds of CPU. For
    callers that wait for everything they render."""
    shared: list[Processes] = []
    before = _together.set(shared)
    try:
        yield
    finally:
        _together.reset(before)
        for processes in shared:
            processes.shutdown(cancel_futures=True)


class RenderPool:
    """Renders texts in order, until `close`."""

    def __init__(self, make: Callable[[], Render], texts: Sequence[str], urgent: int) -> None:
        """`make` returns, in each process, a function that renders and caches a text; it must be
        picklable. Only the first `urgent` of `texts` are waited for."""
        shared = _together.get()
        self._shares = shared is not None
        if shared:
            (self._pool,) = shared
        else:
            most = min(MOST, os.cpu_count() or 1)
            processes = most if self._shares else min(most, len(texts))
            self._pool = Processes(processes)
            if shared is not None:
                shared.append(self._pool)
        self._work: dict[str, Future[None]] = {}
        made = pickle.dumps(make)
        with suppress(BrokenProcessPool):
            for n, text in enumerate(texts):
                self._work[text] = self._pool.submit(_render, made, text, n < urgent)

    def wait_for(self, text: str) -> None:
        """Wait until `text` is rendered, or certainly won't be. Never fails."""
        work = self._work.get(text)
        if work is not None:
            with suppress(Exception, CancelledError):
                work.result()

    def close(self) -> None:
        """Release all waiters; what has not started never will. What is being rendered is given up
        too: a program that ends would wait for it, and its processes are in no hurry."""
        if self._shares:
            for work in self._work.values():
                work.cancel()
        else:
            self._pool.give_up()


_gave_way = False


def _begin(open_: Connection[Any, Any]) -> None:
    # Ctrl-C is for the coach.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(open_,), daemon=True).start()


def _end_with(open_: Connection[Any, Any]) -> None:
    with suppress(EOFError, OSError):
        open_.recv()
    os._exit(1)


@lru_cache(maxsize=1)
def _renderer(made: bytes) -> Render:
    """In a worker: the function that renders."""
    make: Callable[[], Render] = pickle.loads(made)
    return make()


def _render(made: bytes, text: str, urgent: bool) -> None:
    global _gave_way
    if not (urgent or _gave_way) and hasattr(os, "nice"):
        os.nice(_NICE)
        _gave_way = True
    _renderer(made)(text)
