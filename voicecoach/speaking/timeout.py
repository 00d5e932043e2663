"""Work that may never end: a thread of its own does it, and nobody waits for it for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Hung(Exception):  # noqa: N818 (reads as what is the matter)
    """The work has not ended in time, or what hangs was not asked any more."""


class Bounded:
    """Does one piece of work at a time, for any number of threads, always in the same thread.

    A thread cannot be ended. Once a piece of work has hung, its thread is left behind and
    everything further is refused at once: so there is never a second one that hangs.
    """

    def __init__(self, name: str, patience: float) -> None:
        """`name` of the thread, which is started when it is needed; `patience` in seconds,
        for each piece of work."""
        self._name = name
        self._patience = patience
        self._asking = threading.Lock()
        self._work: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._hung = False

    def do(self, work: Callable[[], T]) -> T:
        """What `work` gives, or what it raises. Raises Hung."""
        with self._asking:
            if self._hung:
                raise Hung
            if self._thread is None:
                # A daemon, for one that hangs must not keep the program from ending.
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            done: Future[T] = Future()
            self._work.put((work, done))
            wait((done,), self._patience)
            self._hung = not done.done()
            if self._hung:
                raise Hung
            return done.result()

    def _run(self) -> None:
        while True:
            work, done = self._work.get()
            try:
                done.set_result(work())
            except BaseException as fault:  # whatever it is belongs to who waits
                done.set_exception(fault)
            # What was asked last must not live on until something else is.
            del work, done
