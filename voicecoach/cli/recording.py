"""The files a session writes: its sound (--out) and what happened (--events)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

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


def keeping(stack: ExitStack, out: Path | None, events: Path | None) -> Keep:
    """Write what it is given until `stack` is closed. Raises Mistake or wav.AudioFileError if a
    file can't be written."""
    sound = stack.enter_context(wav.Writer(out, SAMPLE_RATE, private.creator)) if out else None
    trace = stack.enter_context(_trace(events)) if events else None

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
