"""Mixes a foreground voice with others, noise, rooms and microphones, and makes the targets.

A window follows from its seed alone, so a run that resumes after a kill sees what it would have
seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from training import noises, sounds
from training.noises import Rng, Sound, level
from training.shards import Clip, read_all
from training.sounds import FRAME, LEAD, RATE
from training.targets import BEST
from voicecoach.listening.phonemes import BLANK

CHUNK = 6
"""Frames per chunk. A window is a number of chunks."""
DELAY = 3
"""Frames by which the student writes a sound later than the teacher, because a stream can't look
ahead."""
_EDGE = 160
_SHORT = 1.6
"""Seconds of the longest clip that counts as a short utterance."""
_ALONE = 0.3
"""Share of the windows with a voice in which one short utterance is all that is said, as a command
is."""
_PEOPLE = 0.65
"""Share of what others say that recorded people say."""
_COACH = 0.3
"""Share of the windows with lone talkers in which the talker speaks in short phrases with pauses,
as a coach on a loudspeaker does."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """A clean clip with its targets."""

    sound: NDArray[np.int16]
    tokens: NDArray[np.uint8]
    """(frames, BEST)."""
    shares: NDArray[np.float16]
    level: float
    """RMS while something sounds."""

    def cut(self, first: int, end: int) -> Sound:
        """Samples `first` to `end`, at an RMS of 1."""
        cut = self.sound[first:end].astype(np.float32) / (32768 * self.level)
        return np.asarray(cut, np.float32)


@dataclass(frozen=True, slots=True)
class Pools:
    """Everything to mix from."""

    synthetic: Sequence[Said]
    reading: Sequence[Said]
    """Recorded running speech."""
    words: Sequence[Said]
    """Recorded single words."""
    noise: Sequence[NDArray[np.int16]]
    rooms: Sequence[Sound]


@dataclass(frozen=True, slots=True)
class Batch:
    """What the network hears and what it should write."""

    mel: NDArray[np.float32]
    """(B, 2T + 1, MELS)."""
    tokens: NDArray[np.int32]
    """(B, T, BEST)."""
    shares: NDArray[np.float32]


_WORDS = ("anshulgupta0803", "manashmandal", "vinsis")


def shards(corpora: Path) -> list[str]:
    """Names of the shards that have targets, "synthetic/00000.npz"."""
    return sorted(
        f"{path.parent.name}/{path.name}"
        for path in (corpora / "targets").glob("*/*.npz")
        if not path.name.endswith(".part.npz")
    )


def load(corpora: Path, names: Sequence[str]) -> Pools:
    """The shards with these names, all noise and all rooms."""
    groups: dict[str, list[Said]] = {"synthetic": [], "reading": [], "words": []}
    for name in names:
        group, file = name.split("/")
        if group == "real":
            group = "words" if file.startswith(_WORDS) else "reading"
        with np.load(corpora / "targets" / name) as kept:
            tokens, shares, lengths = kept["tokens"], kept["shares"], kept["length"]
        ends = np.cumsum(lengths)
        with np.load(corpora / name) as kept:
            whole, samples = kept["sound"], kept["length"]
        stops = np.cumsum(samples)
        for end, frames, stop, n in zip(ends, lengths, stops, samples, strict=True):
            at = slice(end - frames, end)
            sound = whole[stop - n : stop]
            loud = level(sound.astype(np.float32) / 32768)
            groups[group].append(Said(sound, tokens[at], shares[at], loud))
    noise = [_whole(c) for c in read_all((corpora / "noise").glob("*.npz"))]
    rooms = [_response(c) for c in read_all((corpora / "rooms").glob("*.npz"))]
    return Pools(**groups, noise=noise, rooms=rooms)


def _whole(clip: Clip) -> NDArray[np.int16]:
    return np.round(clip.sound * 32767).astype(np.int16)


def _response(clip: Clip) -> Sound:
    """The response from its loudest sample on, scaled so that this sample is 1."""
    first = int(np.abs(clip.sound).argmax())
    cut = clip.sound[first : first + RATE // 2]
    return np.asarray(cut / cut[0], np.float32)


def _any(rng: Rng, pool: Sequence[Said]) -> Said:
    return pool[int(rng.integers(len(pool)))]


def _any_of(rng: Rng, pools: Sequence[Sequence[Said]], first: float) -> Sequence[Said]:
    """The first of one or two pools with this probability."""
    return pools[0] if rng.random() < first else pools[-1]


class Mixer:
    """Makes windows of `chunks` chunks."""

    def __init__(self, pools: Pools, chunks: int, filters: sounds.Mel) -> None:
        self._pools = pools
        self._chunks = chunks
        self._frames = chunks * CHUNK
        self._length = LEAD + self._frames * FRAME
        self._filters = filters
        self._others_say = [pool for pool in (pools.reading, pools.synthetic) if pool]
        self._short = [
            short
            for pool in (pools.synthetic, pools.words)
            if (short := [said for said in pool if len(said.sound) <= _SHORT * RATE])
        ]
        # A few minutes of synthetic speech would be memorised.
        enough = min(1.0, len(pools.synthetic) / 600)
        self._short_synthetic = 0.65 * enough
        most = 0.6 * enough
        asked = ((pools.synthetic, most), (pools.reading, 0.27), (pools.words, 0.13))
        self._fronts = [pool for pool, _ in asked if pool]
        chances = np.array([share for pool, share in asked if pool])
        self._chances = np.cumsum(chances / chances.sum())[:-1]

    def batch(self, seed: int, step: int, size: int) -> Batch:
        """The same for the same seed and step."""
        made = [self.window(np.random.default_rng([seed, step, k])) for k in range(size)]
        heard, begun, tokens, shares = zip(*made, strict=True)
        power = sounds.powers(np.stack(heard), self._filters)
        loud = sounds.loudness(power[:, 1:], 2 * CHUNK)
        start = np.array(begun, np.float32)
        mel = sounds.log_mel(power, sounds.levels(loud, start), start, 2 * CHUNK)
        return Batch(mel, np.stack(tokens), np.stack(shares))

    def window(self, rng: Rng) -> tuple[Sound, float, NDArray[np.int32], NDArray[np.float32]]:
        """Samples, the gain's level before them, and tokens and shares of each frame."""
        front, tokens, shares = self._front(rng)
        said = bool((tokens[:, 0] != BLANK).any())
        if said and rng.random() < 0.15:
            front = front + self._at(rng, noises.breath(rng, self._length), rng.uniform(-30, -8))
        if rng.random() < 0.5:
            front = noises.microphone(rng, front)
        if rng.random() < 0.35:
            front = self._in_room(rng, front, near=True)
        if said:
            front = front / level(front)
        behind, people = self._behind(rng, said)
        heard = front + behind
        if rng.random() < 0.08:
            heard = noises.microphone(rng, heard)
        # The voice's level in dB below full scale, then the microphone's hiss.
        loud = rng.uniform(-42, -12) if rng.random() < 0.8 else rng.uniform(-52, -6)
        heard = np.asarray(heard * 10 ** (loud / 20), np.float32)
        hiss = 10 ** (min(rng.uniform(-90, -55), loud - 18) / 20)
        heard += hiss * rng.standard_normal(len(heard), np.float32)
        if rng.random() < 0.1:
            # Overdriven: hard or soft clipping.
            top = float(np.abs(heard).max()) * rng.uniform(0.1, 0.7)
            heard = np.clip(heard, -top, top) if rng.random() < 0.6 else np.tanh(heard / top) * top
        if rng.random() < 0.15:
            # The headset's own gain comes before its codec.
            up = min(20.0, 0.5 / (float(np.abs(heard).max()) + 1e-6))
            heard = noises.codec(rng, np.asarray(heard * up, np.float32)) / up
        heard = np.asarray(np.clip(heard, -1, 1), np.float32)
        return heard, self._begun(rng, loud, people or not said), tokens, shares

    def _begun(self, rng: Rng, loud: float, near: bool) -> float:
        """The gain's level: mostly near the voice, else anywhere.

        If others talk it is always near the voice: only the voice that came before tells whether a
        lone speaker is the foreground.
        """
        voice = loud / 4.343 + _MEL_OF_RMS
        if near or rng.random() < 0.6:
            return voice + float(rng.normal(0, 0.6))
        return voice + float(rng.uniform(-25, 15)) / 4.343

    # --- the foreground -----------------------------------------------------------------------

    def _front(self, rng: Rng) -> tuple[Sound, NDArray[np.int32], NDArray[np.float32]]:
        out = np.zeros(self._length, np.float32)
        tokens = np.full((self._frames, BEST), BLANK, np.int32)
        shares = np.zeros((self._frames, BEST), np.float32)
        shares[:, 0] = 1
        if rng.random() < 0.13:
            return out, tokens, shares
        if self._short and rng.random() < _ALONE:
            said = _any(rng, _any_of(rng, self._short, self._short_synthetic))
            speed = float(rng.uniform(0.85, 1.25))
            room = self._length - round(len(said.sound) / speed)
            self._lay(out, tokens, shares, said, int(rng.integers(0, max(1, room))), speed, 1.0)
            return out, tokens, shares
        pool = self._fronts[int(np.searchsorted(self._chances, rng.random()))]
        at = (
            int(rng.integers(-RATE, RATE)) if rng.random() < 0.6 else int(rng.integers(0, 2 * RATE))
        )
        loud = 1.0
        while at < self._length - RATE // 5:
            said = _any(rng, pool)
            speed = float(rng.uniform(0.87, 1.15)) if rng.random() < 0.5 else 1.0
            self._lay(out, tokens, shares, said, at, speed, loud)
            at += round(len(said.sound) / speed) + int(RATE * rng.exponential(0.35))
            loud = 10 ** (rng.uniform(-4, 4) / 20)
            if rng.random() < (0.25 if pool is self._pools.words else 0.5):
                break
        return out, tokens, shares

    def _lay(
        self,
        out: Sound,
        tokens: NDArray[np.int32],
        shares: NDArray[np.float32],
        said: Said,
        at: int,
        speed: float,
        loud: float,
    ) -> None:
        """Adds a clip at sample `at`. One that begins before the window is cut at its edge."""
        length = round(len(said.sound) / speed)
        if at < 0 and length + at < RATE // 3:
            at = 0
        first, end = max(0, at), min(self._length, at + length)
        begin = round((first - at) * speed)
        piece = said.cut(begin, begin + round((end - first) * speed)) * np.float32(loud)
        if speed != 1:
            piece = np.asarray(soxr.resample(piece, RATE * speed, RATE, "QQ"), np.float32)
        end = min(end, first + len(piece))
        piece = piece[: end - first].copy()
        ramp = np.linspace(0, 1, min(_EDGE, len(piece)), dtype=np.float32)
        piece[: len(ramp)] *= ramp
        piece[len(piece) - len(ramp) :] *= ramp[::-1]
        out[first:end] += piece
        # The middle of each of the student's frames, in samples of the clip before the speed
        # change.
        middle = np.arange(self._frames) * FRAME + LEAD - 40 - DELAY * FRAME
        index = np.round((middle - at) * speed / FRAME).astype(int)
        there = np.flatnonzero(
            (index >= 0) & (index < len(said.tokens)) & (middle >= first) & (middle < end)
        )
        tokens[there] = said.tokens[index[there]]
        shares[there] = said.shares[index[there]]

    # --- what is behind it ----------------------------------------------------------------------

    def _behind(self, rng: Rng, said: bool) -> tuple[Sound, bool]:
        """Background relative to the voice, which has an RMS of 1 (or would have), and whether
        people talk."""
        kind = rng.random()
        if kind < 0.07:
            return np.zeros(self._length, np.float32), False
        if kind < 0.42:
            out = self._at(rng, self._babble(rng), -rng.uniform(0 if said else 5, 16))
        elif kind < 0.60:
            out = self._at(rng, self._others(rng), -rng.uniform(3 if said else 8, 20))
        elif kind < 0.80:
            out = self._at(rng, self._recorded(rng), -rng.uniform(-3, 20))
        else:
            make = noises.MADE[int(rng.integers(len(noises.MADE)))]
            out = self._at(rng, make(rng, self._length), -rng.uniform(-3, 20))
        if rng.random() < 0.25:
            make = noises.tune if rng.random() < 0.5 else noises.beat
            more = self._recorded(rng) if rng.random() < 0.4 else make(rng, self._length)
            out = out + self._at(rng, more, -rng.uniform(3, 20))
        if rng.random() < 0.1 and kind >= 0.6:
            out = out + self._at(rng, self._babble(rng), -rng.uniform(5, 20))
            return out, True
        return out, kind < 0.6

    def _at(self, rng: Rng, sound: Sound, decibels: float) -> Sound:
        return np.asarray(sound * (10 ** (decibels / 20) / level(sound)), np.float32)

    def _cut(self, rng: Rng, sound: NDArray[np.int16]) -> Sound:
        """A window's length of it from anywhere, looped if it is short."""
        if len(sound) < self._length:
            sound = np.tile(sound, -(-self._length // max(1, len(sound))))
        at = int(rng.integers(0, len(sound) - self._length + 1))
        return np.asarray(sound[at : at + self._length].astype(np.float32) / 32768, np.float32)

    def _talker(self, rng: Rng) -> Sound:
        """Another person who keeps talking, clip after clip."""
        out = np.zeros(self._length, np.float32)
        at = -int(rng.integers(0, 2 * RATE))
        while at < self._length:
            said = _any(rng, _any_of(rng, self._others_say, _PEOPLE))
            long = len(said.sound) > 2 * self._length
            begin = int(rng.integers(len(said.sound) - self._length)) if long else 0
            first, end = max(0, at), min(self._length, at + len(said.sound) - begin)
            if end > first:
                out[first:end] += said.cut(begin + first - at, begin + end - at)
            at += len(said.sound) - begin + int(RATE * rng.uniform(0.05, 0.6))
        if rng.random() < 0.6:
            out = self._in_room(rng, out, near=False)
        return out

    def _babble(self, rng: Rng) -> Sound:
        parts = [self._talker(rng) * rng.uniform(0.4, 1) for _ in range(int(rng.integers(2, 7)))]
        return np.asarray(np.sum(parts, axis=0), np.float32)

    def _coach(self, rng: Rng) -> Sound:
        """Short synthetic phrases with pauses, through a room."""
        out = np.zeros(self._length, np.float32)
        at = int(rng.integers(-RATE, RATE // 2))
        while at < self._length:
            said = _any(rng, self._short[0])
            first, end = max(0, at), min(self._length, at + len(said.sound))
            if end > first:
                out[first:end] += said.cut(first - at, end - at)
            at += len(said.sound) + int(RATE * rng.uniform(0.2, 1.2))
        return self._in_room(rng, out, near=False) if rng.random() < 0.5 else out

    def _others(self, rng: Rng) -> Sound:
        if self._short and rng.random() < _COACH:
            return self._coach(rng)
        out = self._talker(rng)
        if rng.random() < 0.4:
            out = np.asarray(out + rng.uniform(0.3, 1) * self._talker(rng), np.float32)
        return out

    def _recorded(self, rng: Rng) -> Sound:
        if not self._pools.noise:
            return noises.coloured(rng, self._length)
        return self._cut(rng, self._pools.noise[int(rng.integers(len(self._pools.noise)))])

    def _in_room(self, rng: Rng, sound: Sound, near: bool) -> Sound:
        rooms = self._pools.rooms
        if rooms and rng.random() < 0.3:
            response = rooms[int(rng.integers(len(rooms)))]
        else:
            response = noises.room(rng, near)
        return noises.reverberate(sound, response)


_MEL_OF_RMS = 3.5
"""Level of the loudest frames of speech at an RMS of 1, in nats of mel power."""
