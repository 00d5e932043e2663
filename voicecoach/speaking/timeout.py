"""Runs work that may hang in its own thread, so that nobody waits for it forever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class TimedOutError(Exception):
    """The work did not end in time, or earlier work hangs and it was not started."""


class Timeout:
    """Runs one piece of work at a time, for any number of threads, always in the same thread.

    A thread can't be killed. If work hangs, its thread is abandoned and all further work is refused
    at once, so there is never a second one that hangs.
    """

    def __init__(self, name: str, patience: float) -> None:
        """`name` of the thread, which is started when needed; `patience`: seconds for each piece of
        work."""
        self._name = name
        self._patience = patience
        self._asking = threading.Lock()
        self._work: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._hung = False

    def do(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises. Raises TimedOutError."""
        with self._asking:
            if self._hung:
                raise TimedOutError
            if self._thread is None:
                # A daemon, so that a hung thread can't keep the program from exiting.
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            done: Future[T] = Future()
            self._work.put((work, done))
            wait((done,), self._patience)
            self._hung = not done.done()
            if self._hung:
                raise TimedOutError
            return done.result()

    def _run(self) -> None:
        while True:
            work, done = self._work.get()
            try:
                done.set_result(work())
            except BaseException as fault:  # passed on to the waiter
                done.set_exception(fault)
            # Don't keep the last work alive until the next.
            del work, done
