"""The path of a command and of a cue through the package's parts: one way, and no way back.

`pytest -s tests/runtime/test_call_path.py` prints both paths.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import FrameType

import numpy as np

import voicecoach
from tests.support.session_driver import BEGIN, QUIET, leg_press, shipped
from voicecoach.core.events import RepDone, SetOver
from voicecoach.core.plan import MICROPHONE_RATE
from voicecoach.listening.scripted import Scripted
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.workout_conversation import WorkoutLoop, workout_loop
from voicecoach.speaking.silent import SilentClips

PACKAGE = Path(voicecoach.__file__).parent
QUANTUM = MICROPHONE_RATE // 50
DONE_AT = 26.0
WAY = ("runtime", "listening", "core", "runtime")
"""What a command passes: the loop, the recogniser, the decision and the session, the player."""


@dataclass
class CallPath:
    """The package's files in the order in which calls reached them."""

    files: list[str] = field(default_factory=list)
    climbs: set[str] = field(default_factory=set)
    """Calls from a part into one that had called it."""
    _stack: list[str] = field(default_factory=list)

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        name = frame.f_code.co_filename
        if event not in ("call", "return") or not name.startswith(str(PACKAGE)):
            return
        if frame.f_code.co_name.startswith("<"):
            return  # A generator or lambda runs where it was written, whoever calls it.
        file = str(Path(name).relative_to(PACKAGE).with_suffix(""))
        if event == "return":
            if self._stack and self._stack[-1] == file:
                self._stack.pop()
            return
        room = _room(file)
        rooms = [_room(each) for each in self._stack]
        if rooms and rooms[-1] != room and room in rooms:
            self.climbs.add(f"{' > '.join([*self._stack, file])}")
        self._stack.append(file)
        if not self.files or self.files[-1] != file:
            self.files.append(file)

    @property
    def switches(self) -> int:
        """How often a call went from one part to another."""
        rooms = [_room(file) for file in self.files]
        return sum(a != b for a, b in pairwise(rooms))


def _room(file: str) -> str:
    return file.split("/")[0]


@contextmanager
def traced() -> Iterator[CallPath]:
    path, before = CallPath(), sys.getprofile()
    sys.setprofile(path)
    try:
        yield path
    finally:
        sys.setprofile(before)


def loop() -> WorkoutLoop:
    return workout_loop(
        leg_press("3-1-2-1", 12),
        shipped().phrases,
        Scripted((*BEGIN, (DONE_AT, "done"))),
        SilentClips(),
    )


def until(found: Callable[[list[Record]], bool]) -> CallPath:
    """The calls of the one quantum in which something happened."""
    running = loop()
    microphone = np.full(QUANTUM, QUIET, np.float32)
    for _ in range(60 * 50):
        with traced() as path:
            _, records = running.process(microphone)
        if found(records):
            return path
    raise AssertionError("it never came")


def told(name: str, path: CallPath) -> None:
    print(f"\n{name}: {path.switches} switches between rooms\n  " + "\n  ".join(path.files))


def test_done_goes_one_way() -> None:
    path = until(lambda records: any(isinstance(each, SetOver) for each in records))
    told("done", path)
    assert not path.climbs
    assert _in_order(WAY, [_room(file) for file in path.files])


def test_a_cue_goes_one_way() -> None:
    path = until(lambda records: any(isinstance(each, RepDone) for each in records))
    told("a rep and its count", path)
    assert not path.climbs


def test_a_call_that_goes_back_is_seen() -> None:
    def function(file: str, body: str) -> Callable[[Callable[[], None]], None]:
        made: dict[str, Callable[[Callable[[], None]], None]] = {}
        code = f"def made(then):\n    {body}\n"
        exec(compile(code, str(PACKAGE / f"{file}.py"), "exec"), made)
        return made["made"]

    loop, session = function("runtime/loop", "then()"), function("core/session", "then()")
    with traced() as path:
        loop(lambda: session(lambda: loop(lambda: None)))
    assert path.climbs == {"runtime/loop > core/session > runtime/loop"}


def _in_order(wanted: tuple[str, ...], found: list[str]) -> bool:
    rest = iter(found)
    return all(each in rest for each in wanted)
