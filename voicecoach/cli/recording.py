"""The files a session writes: its sound (--out) and what happened (--events)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from voicecoach.pcm import Pcm

from .. import private
from ..audio import wav
from ..core.plan import SAMPLE_RATE
from ..runtime.cue_player import Record
from ..runtime.trace import TraceFile
from .outputs import placed, unwritable

Keep = Callable[[Pcm, list[Record], int], None]
"""Takes what was played (mono, 48 kHz, shape (n,)), what happened, and the sample before which
nothing more can have happened (`VoiceLoop.certain`)."""

Lose = Callable[[str], None]
"""Receives a line about a file that can't be written any more."""


class _Written(Protocol):
    """What a session writes, in a `with` statement."""

    @property
    def write(self) -> Callable[..., None]: ...

    def __enter__(self) -> Any: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class _SessionFile:
    """A file of a session that goes on without it, if it can't be written any more."""

    def __init__(self, file: _Written, path: Path, lose: Lose | None) -> None:
        self._file, self._path, self._lose = file, path, lose
        self._lost: Exception | None = None

    def __enter__(self) -> Self:
        self._file.__enter__()
        return self

    def write(self, *what: object) -> None:
        if self._lost is not None:
            return
        try:
            self._file.write(*what)
        except (OSError, wav.AudioFileError) as fault:
            # Left at once: it may be what fills the disk, and the log needs some of it. What was
            # still to be written fails as well.
            with suppress(OSError, wav.AudioFileError):
                self._file.__exit__(type(fault), fault, None)
            self._fail(fault)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._lost is not None:
            return
        try:
            self._file.__exit__(kind, fault, trace)
        except (OSError, wav.AudioFileError) as late:
            self._fail(late)

    def _fail(self, fault: Exception) -> None:
        """Raises what the user is told, unless the session goes on."""
        self._lost = fault
        told = unwritable(self._path, fault) if isinstance(fault, OSError) else fault
        if self._lose is None:
            raise told from fault
        self._lose(str(told))


def keeping(
    stack: ExitStack, out: Path | None, events: Path | None, lose: Lose | None = None
) -> Keep:
    """Write what it is given until `stack` is closed. Raises Mistake or wav.AudioFileError if a
    file can't be written. With `lose`, that is only so at first: a session in which somebody may
    hold a weight goes on without the file, and `lose` gets one line."""
    sound = trace = None
    if out is not None:
        writer = wav.Writer(out, SAMPLE_RATE, private.creator)
        sound = stack.enter_context(_SessionFile(writer, out, lose))
    if events is not None:
        trace = stack.enter_context(_SessionFile(_trace(events), events, lose))

    def keep(played: Pcm, records: list[Record], certain: int) -> None:
        if sound is not None and len(played):
            sound.write(played)
        if trace is not None:
            trace.write(records, certain)

    return keep


def _trace(path: Path) -> TraceFile:
    placed(path)
    try:
        open(path, "w", opener=private.opener).close()
    except OSError as error:
        raise unwritable(path, error) from error
    return TraceFile(path)
