"""Clips are rendered beside the coach: in processes of their own, as many as there are
processors, into the folder of clips. A set of them takes a third of the time, and nobody
who is heard or listened to meanwhile waits for it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context, parent_process

MOST = 4
"""Processes. Each takes a hundred megabytes."""

_NICE = 10
"""By how much they give way to the recogniser and the sound, once nobody waits for them."""

Render = Callable[[str], object]


class Beside:
    """Renders texts, in their order, until `close`."""

    def __init__(self, make: Callable[[], Render], texts: Sequence[str], urgent: int) -> None:
        """`make` gives each process what renders a text and keeps it; it must be picklable.
        Nobody waits for more than the first `urgent` of `texts`."""
        processes = min(MOST, os.cpu_count() or 1, len(texts))
        self._pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (make,))
        self._work: dict[str, Future[None]] = {}
        with suppress(BrokenProcessPool):
            for n, text in enumerate(texts):
                self._work[text] = self._pool.submit(_render, text, n < urgent)

    def wait_for(self, text: str) -> None:
        """Until `text` has been rendered, or it is sure that it won't be. Never fails."""
        work = self._work.get(text)
        if work is not None:
            with suppress(Exception, CancelledError):
                work.result()

    def close(self) -> None:
        """Whoever waits need not wait any longer; what has not been begun never will be."""
        self._pool.shutdown(wait=False, cancel_futures=True)


_here: Render | None = None
"""In such a process: what renders."""

_gave_way = False


def _begin(make: Callable[[], Render]) -> None:
    global _here
    # A Ctrl-C is for the coach.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_coach, daemon=True).start()
    _here = make()


def _end_with_the_coach() -> None:
    """A coach that is killed tells nobody, and its processes would wait for ever."""
    coach = parent_process()
    if coach is not None:
        coach.join()
        os._exit(1)


def _render(text: str, urgent: bool) -> None:
    global _gave_way
    if not (urgent or _gave_way) and hasattr(os, "nice"):
        os.nice(_NICE)
        _gave_way = True
    assert _here is not None
    _here(text)
