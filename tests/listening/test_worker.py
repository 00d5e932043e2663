"""A recogniser in its own process: never waited for, and its death is noticed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from voicecoach.core.events import Command, Grammar, Intent, Utterance
from voicecoach.core.plan import MICROPHONE_RATE
from voicecoach.listening.recogniser import Recogniser
from voicecoach.listening.scripted import Scripted
from voicecoach.listening.worker import FULL, RecogniserWorker

pytestmark = [pytest.mark.real_time, pytest.mark.xdist_group("devices")]

BLOCK = np.zeros(320, np.float32)
STOP = Grammar.of({"stop": Command(Intent.STOP)})
READY = Grammar.of({"ready": Command(Intent.READY)})


class Slow(Scripted):
    """Takes a second for every block."""

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        time.sleep(1.0)
        return []


class Preparing(Scripted):
    """Hears each grammar that it has prepared, by its first phrase."""

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        time.sleep(0.3)
        yield
        self.say(next(iter(grammar.phrases)))


def fails() -> Recogniser:
    raise RuntimeError("no model today")


Starter = Callable[..., RecogniserWorker]


@pytest.fixture
def start() -> Iterator[Starter]:
    running: list[RecogniserWorker] = []

    def begin(make: Callable[[], Recogniser]) -> RecogniserWorker:
        running.append(RecogniserWorker(make))
        return running[-1]

    yield begin
    for remote in running:
        remote.close()


def listen(
    remote: RecogniserWorker, blocks: int, at: int = 0, within: float = 10.0
) -> list[Utterance]:
    """Feed `blocks`, then nothing, until something is heard or the time is over."""
    heard: list[Utterance] = []
    for n in range(blocks):
        heard += remote.feed(BLOCK, at + 960 * n)
    until = time.monotonic() + within
    while not heard and time.monotonic() < until:
        heard += remote.feed(BLOCK[:0], at + 960 * blocks)
        time.sleep(0.01)
    return heard


def test_one_sees_that_something_was_heard_without_feeding(start: Starter) -> None:
    remote = start(partial(Scripted, [(0.01, "stop")]))
    pending = partial(getattr, remote, "pending")
    remote.listen_for(STOP)
    assert remote.wait(30)
    assert not pending()
    assert remote.feed(BLOCK, 0) == []
    until = time.monotonic() + 10.0
    while not pending() and time.monotonic() < until:
        time.sleep(0.01)
    assert pending()
    assert len(remote.feed(BLOCK[:0], 960)) == 1
    assert not pending()


def test_what_is_heard_comes_with_a_later_block(start: Starter) -> None:
    remote = start(partial(Scripted, [(0.01, "stop")]))
    remote.listen_for(STOP)
    assert remote.wait(30)
    (heard,) = listen(remote, 5)
    assert heard.candidates[0].command == Command(Intent.STOP)


def test_a_grammar_holds_from_its_place_in_the_sound(start: Starter) -> None:
    remote = start(partial(Scripted, [(0.01, "ready"), (0.11, "ready")]))
    remote.listen_for(STOP)
    assert remote.wait(30)
    heard = listen(remote, 5)
    remote.listen_for(READY)
    heard += listen(remote, 5, 5 * 960)
    assert [bool(each.candidates) for each in heard] == [False, True]


def test_what_may_be_live_later_is_prepared_when_all_is_heard(start: Starter) -> None:
    remote = start(Preparing)
    both = Grammar((*STOP.groups, *READY.groups))
    remote.listen_for(both)
    remote.prepare(STOP)
    remote.prepare(READY)
    assert remote.wait(30)
    heard = listen(remote, 5)
    heard += listen(remote, 5, 4800) if len(heard) < 2 else []
    assert [each.candidates[0].phrase for each in heard] == ["stop", "ready"]
    # One that is started again has more urgent things to do.
    remote.restart()
    assert remote.wait(30)
    assert listen(remote, 5, 9600, within=1.0) == []


def test_a_child_that_is_killed_is_seen_and_another_knows_what_to_listen_for(
    start: Starter,
) -> None:
    remote = start(partial(Scripted, [(0.01, "stop")]))
    remote.listen_for(STOP)
    assert remote.wait(30)
    assert remote.pid is not None
    os.kill(remote.pid, signal.SIGKILL)
    until = time.monotonic() + 5
    while remote.alive and time.monotonic() < until:
        time.sleep(0.01)
    assert not remote.alive
    remote.feed(BLOCK, 0)
    remote.restart()
    assert remote.wait(30)
    (heard,) = listen(remote, 5)
    assert heard.candidates
    assert remote.restarts == 1


def test_feeding_never_waits_and_drops_what_comes_seconds_too_early(start: Starter) -> None:
    remote = start(Slow)
    assert remote.wait(30)
    began = time.monotonic()
    for n in range(500):
        remote.feed(BLOCK, 960 * n)
    assert time.monotonic() - began < 1.0
    assert remote.behind > 1.5
    assert remote.dropped >= 500 * 320 - FULL - 2 * 320
    assert remote.behind * MICROPHONE_RATE <= FULL + 320


def test_why_a_recogniser_could_not_be_made_is_told(start: Starter) -> None:
    remote = start(fails)
    assert not remote.wait(30)
    assert "no model today" in remote.trouble
