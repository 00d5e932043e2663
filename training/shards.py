"""Clips on disk: one file holds some minutes of speech, with its texts and speakers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance, or one piece of noise."""

    text: str
    """What is said; empty if that is not known or nothing is."""
    speaker: str
    sound: NDArray[np.float32]
    """16 kHz, within ±1."""


def write(path: Path, clips: Sequence[Clip]) -> None:
    """Atomic: a file of that name is never half a shard."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = np.concatenate([c.sound for c in clips]) if clips else np.zeros(0, np.float32)
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        sound=np.round(np.clip(whole, -1, 1) * 32767).astype(np.int16),
        length=np.array([len(c.sound) for c in clips], np.int64),
        about=np.array(json.dumps([[c.text, c.speaker] for c in clips])),
    )
    os.replace(part, path)


def read(path: Path) -> Iterator[Clip]:
    """The clips in the order in which they were written."""
    with np.load(path) as stored:
        sound, lengths = stored["sound"], stored["length"]
        about = json.loads(str(stored["about"]))
    ends = np.cumsum(lengths)
    for (text, speaker), end, length in zip(about, ends, lengths, strict=True):
        yield Clip(text, speaker, sound[end - length : end].astype(np.float32) / 32768)


def read_all(paths: Iterable[Path]) -> list[Clip]:
    """Every clip of several files, in order of their names."""
    return [clip for path in sorted(paths) for clip in read(path)]
