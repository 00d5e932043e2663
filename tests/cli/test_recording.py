"""The files that a session writes besides its log, on a disk that gets full."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from tests.support.log_records import cue
from tests.support.virtual_disk import VirtualDisk, on_disk
from voicecoach.audio.wav import AudioFileError
from voicecoach.cli.mistakes import Mistake
from voicecoach.cli.recording import keeping
from voicecoach.core.plan import SAMPLE_RATE

SECOND = np.full(SAMPLE_RATE, 0.1, np.float32)


def session(
    folder: Path, out: bool, events: bool, full: float, lose: Callable[[str], None] | None
) -> None:
    """Three seconds of a session, whose disk is full after `full` of them."""
    disk = VirtualDisk(folder, folder / "log.sqlite", 0)
    with on_disk(disk), ExitStack() as stack:
        keep = keeping(
            stack,
            folder / "out.wav" if out else None,
            folder / "events.jsonl" if events else None,
            lose,
        )
        for n in range(3):
            disk.full |= n >= full
            keep(SECOND, [cue(n * SAMPLE_RATE)], (n + 1) * SAMPLE_RATE)
        disk.full |= full < 3


@pytest.mark.parametrize("full", [0, 1, 2, 2.5])
def test_a_session_in_which_somebody_lifts_goes_on_and_it_is_told_once(
    tmp_path: Path, full: float
) -> None:
    told: list[str] = []
    session(tmp_path, True, True, full, told.append)
    assert sorted(told) == [
        f"{tmp_path / 'events.jsonl'}: cannot be written (No space left on device)",
        f"{tmp_path / 'out.wav'}: cannot be written (No space left on device); name a file that"
        " can be written, with room on its disk",
    ]
    # What was written of the trace stays; half a sound is none.
    assert [each.name for each in tmp_path.iterdir()] == ["events.jsonl"]


@pytest.mark.parametrize("full", [0, 2, 2.5])
@pytest.mark.parametrize("which", ["out.wav", "events.jsonl"])
def test_a_simulation_ends_with_one_line(tmp_path: Path, which: str, full: float) -> None:
    with pytest.raises((Mistake, AudioFileError), match=f"^{tmp_path / which}: cannot be written"):
        session(tmp_path, which == "out.wav", which == "events.jsonl", full, None)


def test_a_disk_with_room_gets_all(tmp_path: Path) -> None:
    told: list[str] = []
    session(tmp_path, True, True, 9, told.append)
    assert not told
    assert len((tmp_path / "events.jsonl").read_text().splitlines()) == 3
    assert (tmp_path / "out.wav").stat().st_size > 3 * len(SECOND)
