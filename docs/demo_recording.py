"""Makes the recording that `voicecoach demo` coaches: `python docs/demo_recording.py`.

A natural voice that is not the coach's goes through a set in a synthetic gym: a
fan, a beat from a far loudspeaker, plates that clank. Everything is seeded.
Needs voicecoach[test]; run from the root of a checkout.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.natural import RATE, Sound, say, timeline

SECONDS = 102.0
LIFTER = [
    (9.6, "Ready."),
    (14.6, "Start set."),
    (36.0, "Slower."),
    (49.0, "How many?"),
    (62.0, "Pause."),
    (68.5, "Resume."),
    (86.0, "Done."),
    (93.0, "Locked."),
]
VOICE_PEAK, FAN, BEAT, CLANK = 0.35, -52.0, -48.0, 0.05
"""Peaks as fractions of full scale, levels in dBFS."""


def gym() -> Sound:
    """What stays when nobody speaks."""
    rng = np.random.default_rng(11)
    t = np.arange(round(SECONDS * RATE)) / RATE
    kick = np.sin(2 * np.pi * 58 * t) * np.exp(-12 * (t % 0.5))
    hat = rng.standard_normal(len(t)) * np.exp(-60 * ((t + 0.25) % 0.5)) * 0.3
    music = kick + hat
    room = music * 10 ** (BEAT / 20) / music.std()
    for at in np.cumsum(rng.uniform(6, 14, 20)):
        first = round(float(at) * RATE)
        length = min(RATE // 2, len(t) - first)
        if length <= 0:
            break
        ring = sum(np.sin(2 * np.pi * f * t[:length]) for f in rng.uniform(600, 3800, 5))
        room[first : first + length] += CLANK / 5 * ring * np.exp(-14 * t[:length])
    return np.asarray(room, np.float32)


def main() -> None:
    said = [(at, say(text) * (VOICE_PEAK / 0.5)) for at, text in LIFTER]
    recording = timeline(said, SECONDS, FAN) + gym()
    path = Path("voicecoach/assets/demo.flac")
    soundfile.write(path, recording, RATE, subtype="PCM_16")
    print(f"{path}: {SECONDS:.0f} s, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
