"""Runs a recogniser in its own process, so that its computing delays no sound.

In a thread, a recogniser held the interpreter's lock for up to two seconds, and every callback of
the sound card had to wait. Here one thread sends blocks to a child process and another takes its
answers; `feed` waits for neither. So what was heard in a block comes out of a later call of `feed`,
as with any recogniser, only a little later.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import Grammar, PhraseGroup, Utterance
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE

from .recogniser import OUTPUT_PER_INPUT, Recogniser

FULL = 3 * MICROPHONE_RATE
"""Microphone samples that may wait for the child. Anything beyond is dropped, since an answer to
what was said seconds ago would come at the wrong moment."""

STALE = 5 * SAMPLE_RATE
"""Output samples after which an answer is worthless."""

_PATIENCE = 0.2
"""Seconds that a child gets to end by itself, after the block that it is hearing."""


_TOGETHER = 8
"""Messages that are sent to the child at once, at most."""

_Message = tuple[str, Any, int]
"""What is to be done, with what, and the output sample that belongs to it."""


class RecogniserWorker:
    """See `recogniser.Recogniser`. A function makes the engine inside, in the child."""

    def __init__(self, make: Callable[[], Recogniser], name: str = "") -> None:
        """`make` and what it holds must be picklable. The child starts at once and loads for some
        seconds; until it is `ready`, what is fed is dropped. `name`: the engine's."""
        self.name = name or "remote"
        self.found: Callable[[], object] = lambda: None
        """Called, in a thread of its own, when the next `feed` will return something."""
        self._make = make
        self._grammar: Grammar | None = None
        self.dropped = 0
        """Microphone samples that were never heard."""
        self.restarts = 0
        self._child: _Child | None = None
        self._order = threading.Lock()
        """Makes grammars reach a new child in the order in which they were set."""
        self._begin()

    @property
    def ready(self) -> bool:
        """True once the child has loaded its model."""
        return self._child is not None and self._child.ready

    @property
    def alive(self) -> bool:
        """True while the child runs (it may still be loading)."""
        return self._child is not None and self._child.alive

    @property
    def trouble(self) -> str:
        """Why the child could not make its recogniser, or failed; "" if it gave no reason."""
        return self._child.trouble if self._child is not None else ""

    @property
    def behind(self) -> float:
        """Seconds of microphone that were fed and not yet processed."""
        return self._child.waiting / MICROPHONE_RATE if self._child is not None else 0.0

    @property
    def done(self) -> int:
        """Microphone samples that this child has processed."""
        return self._child.done if self._child is not None else 0

    @property
    def pending(self) -> bool:
        """True if the next `feed` will return something."""
        return self._child is not None and self._child.pending

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child is not None else None

    def wait(self, seconds: float) -> bool:
        """Wait until the child is ready and knows its grammar, has failed, or `seconds` are over.
        Return whether it is ready."""
        until = time.monotonic() + seconds
        while (child := self._child) is not None and child.alive and time.monotonic() < until:
            if child.ready and not child.busy:
                return True
            time.sleep(0.01)
        if child is not None:
            child.read_out()
        return False

    def restart(self, make: Callable[[], Recogniser] | None = None) -> None:
        """Kill the child, whatever it is doing, and start another with the same grammar. `make`:
        use another engine from now on."""
        self.restarts += 1
        self._make = make or self._make
        self._end(0.0)
        self._begin()

    def close(self) -> None:
        """End the child. Nothing more is heard."""
        self._end(_PATIENCE)

    # --- the protocol ------------------------------------------------------------------------

    def listen_for(self, grammar: Grammar) -> None:
        with self._order:
            self._grammar = grammar
            if self._child is not None:
                self._child.send_grammar(grammar, "grammar")

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        """The child does it when it has heard everything that was fed. One that is started again
        has more urgent things to do: there may be weight on the lifter."""
        with self._order:
            if self._child is not None:
                self._child.send_grammar(grammar, "prepare")
        return iter(())

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        child = self._child
        if child is None:
            return []
        if not child.ready or child.waiting > FULL:
            self.dropped += len(pcm)
        elif len(pcm):
            child.send("feed", pcm.copy(), at)
        now = at + OUTPUT_PER_INPUT * len(pcm)
        return [heard for heard in child.heard() if heard.end > now - STALE]

    def finish(self, at: int) -> list[Utterance]:
        """The pending utterances are decided soon; they come with the next `feed`, if there is one
        in time."""
        child = self._child
        if child is None:
            return []
        child.send("finish", None, at)
        return child.heard()

    # --- the child ---------------------------------------------------------------------------

    def _begin(self) -> None:
        child = _Child(self._make, lambda: self.found())
        with self._order:
            self._child = child
            if self._grammar is not None:
                child.send_grammar(self._grammar, "grammar")

    def _end(self, patience: float) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end(patience)


class _Child:
    """One child process and the two threads that talk to it."""

    def __init__(self, make: Callable[[], Recogniser], found: Callable[[], object]) -> None:
        self._found = found
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._pipe: Connection[Any, Any] = ours
        self._outbox: queue.SimpleQueue[_Message | None] = queue.SimpleQueue()
        self._inbox: deque[Utterance] = deque()
        self._groups: dict[PhraseGroup, int] = {}
        """The groups of phrases already sent; from then on their number is enough."""
        self._sent = 0
        self.done = 0
        """Microphone samples that were processed."""
        self._grammars_sent = 0
        self._grammars_known = 0
        self.ready = False
        self.trouble = ""
        self.process = context.Process(
            target=_listen, args=(theirs, make), daemon=True, name="voicecoach-recogniser"
        )
        self.process.start()
        theirs.close()
        sender, self._taker = (
            threading.Thread(target=work, daemon=True, name="voicecoach-remote")
            for work in (self._send_all, self._take_all)
        )
        sender.start()
        self._taker.start()

    @property
    def alive(self) -> bool:
        return self.process.is_alive() and not self.trouble

    @property
    def waiting(self) -> int:
        """Microphone samples sent and not yet heard."""
        return self._sent - self.done

    @property
    def busy(self) -> bool:
        """True while a grammar is on its way."""
        return self._grammars_sent > self._grammars_known

    @property
    def pending(self) -> bool:
        return bool(self._inbox)

    def heard(self) -> list[Utterance]:
        """What arrived since the last call."""
        return [self._inbox.popleft() for _ in range(len(self._inbox))]

    def send(self, what: str, pcm: NDArray[np.float32] | None, at: int) -> None:
        self._sent += len(pcm) if pcm is not None else 0
        self._outbox.put((what, pcm, at))

    def send_grammar(self, grammar: Grammar, what: str) -> None:
        """Send it in order with the sound before and after it; `what`: "grammar" to listen for it,
        "prepare" to do so later."""
        self._grammars_sent += what == "grammar"
        for group in grammar.groups:
            if group not in self._groups:
                self._groups[group] = len(self._groups)
                self._outbox.put(("group", group, 0))
        numbers = [self._groups[group] for group in grammar.groups]
        self._outbox.put((what, (numbers, replace(grammar, groups=())), 0))

    def end(self, patience: float) -> None:
        """Let the child end by itself within `patience` seconds, then kill it."""
        self._outbox.put(None)
        self.process.join(patience)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(1.0)

    def read_out(self) -> None:
        """If it has ended, take what it said last, such as why."""
        if not self.process.is_alive():
            self._taker.join(1.0)

    def _send_all(self) -> None:
        try:
            batch: list[_Message | None] = []
            while not batch or batch[-1] is not None:
                # What has come meanwhile goes along: each sending wakes the child, and its answer
                # wakes this process.
                batch = [self._outbox.get()]
                while len(batch) < _TOGETHER and batch[-1] is not None and not self._outbox.empty():
                    batch.append(self._outbox.get())
                self._pipe.send(batch)
        except (OSError, ValueError):
            pass  # The child is gone; `alive` says so.

    def _take_all(self) -> None:
        try:
            while True:
                match self._pipe.recv():
                    case ("heard", through, heard):
                        self._inbox.extend(heard)
                        self.done += through
                        if heard:
                            self._found()
                    case ("grammar",):
                        self._grammars_known += 1
                    case ("ready",):
                        self.ready = True
                    case ("trouble", text):
                        self.trouble = text
        except (EOFError, OSError):
            self.ready = False
        finally:
            self._pipe.close()


def _listen(pipe: Connection[Any, Any], make: Callable[[], Recogniser]) -> None:
    """Runs in the child: hear what comes and answer, until the pipe ends or None comes."""
    try:
        _hear(pipe, make)
    finally:
        # There is nothing to save, and unloading the model would take more than a second, in which
        # somebody waits for the prompt.
        os._exit(0)


def _hear(pipe: Connection[Any, Any], make: Callable[[], Recogniser]) -> None:
    # A Ctrl-C is for the coach, who has something to say first.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        recogniser = make()
        pipe.send(("ready",))
        groups: list[PhraseGroup] = []
        likely: deque[Iterator[None]] = deque()
        while True:
            while likely and not pipe.poll():
                if next(likely[0], "over") == "over":
                    likely.popleft()
            through = 0
            for message in pipe.recv():
                match message:
                    case None:
                        return
                    case ("feed", pcm, at):
                        through += len(pcm)
                        if heard := recogniser.feed(pcm, at):
                            pipe.send(("heard", through, heard))
                            through = 0
                    case ("finish", _, at):
                        pipe.send(("heard", through, recogniser.finish(at)))
                        through = 0
                    case ("group", group, _):
                        groups.append(group)
                    case ("grammar", (numbers, grammar), _):
                        its = tuple(groups[number] for number in numbers)
                        recogniser.listen_for(replace(grammar, groups=its))
                        pipe.send(("grammar",))
                    case ("prepare", (numbers, grammar), _):
                        its = tuple(groups[number] for number in numbers)
                        likely.append(recogniser.prepare(replace(grammar, groups=its)))
            if through:
                pipe.send(("heard", through, []))
    except (EOFError, BrokenPipeError):
        pass  # The coach is gone.
    except Exception as fault:
        pipe.send(("trouble", f"{type(fault).__name__}: {fault}"))
