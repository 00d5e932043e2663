"""Makes the targets: what the student should write at each frame of a clean clip.

    python -m training.targets CORPORA [--watch MINUTES]

The teacher, hama as shipped, hears the whole clip without noise. If the text is known, the words'
pronunciations are aligned with the teacher's answer and mixed with it: they know that "have" has no
long vowel, and the teacher knows when each sound comes. Each shard of CORPORA/synthetic and real
gets a file in CORPORA/targets; existing files stay.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.rules import spoken
from training.shards import Clip, read
from training.sounds import FRAME, HOP, RATE, SILENCE, WINDOW, powers
from voicecoach.listening.phonemes import BLANK, NUMBER, TOKENS, WORD, Pronunciation

BEST = 4
"""Tokens kept per frame."""
_TRUST = 0.75
"""Share of a frame that the words get, if they fit."""
_FIT = 1.1
"""Nats per frame of sound by which the words may be less probable than the best."""
_ROOM = 0.3
"""Seconds of silence around a clip."""
_LEVEL = 0.2
"""The teacher hears each clip with this as its loudest sample."""

_SIGNS = "e:eɪ a:ɑ o:oʊ õ:oʊ ĩ:ɪ ã:ɑ ɐ:ʌ ɨ:ɪ ɾ:t r:ɹ ɡ:g β:v ɫ:l ʁ:ɹ ɻ:ɹ ɦ:h x:h"
_SAME = dict(pair.split(":") for pair in _SIGNS.split())
"""hama's signs for sounds that English writes with another."""


def mapping(signs: Sequence[str]) -> NDArray[np.float32]:
    """(hama's tokens, TOKENS): the target of each token. Those that English lacks go to the
    blank."""
    table = np.zeros((len(signs), TOKENS), np.float32)
    for number, sign in enumerate(signs):
        known = NUMBER.get(_SAME.get(sign, sign))
        if sign == "<wb>":
            known = WORD
        table[number, BLANK if known is None else known] = 1
    return table


@dataclass(frozen=True, slots=True)
class Laid:
    """Words aligned with a clip."""

    tokens: NDArray[np.int64]
    """The token of each frame; -1 in gaps between words, and before and after them."""
    behind: float
    """Nats per frame of sound by which it is less probable than the best."""


def lay(log_probs: NDArray[np.float32], words: Sequence[Sequence[Pronunciation]]) -> Laid | None:
    """The likeliest alignment of the words, each in one of its pronunciations.

    `log_probs`: (T, TOKENS). None if there are too few frames.
    """
    line = _line(words)
    states = len(line.labels)
    width = max(map(len, line.before)) + 1
    # Each state may stay. Rows are padded with the state itself, which changes nothing.
    come = np.array([[s, *b, *[s] * (width - 1 - len(b))] for s, b in enumerate(line.before)])
    lead = log_probs - log_probs.max(1, keepdims=True)
    gap = np.maximum(lead[:, WORD], lead[:, BLANK])
    index = np.array(line.labels)
    emit = np.where(index >= 0, lead[:, index], gap[:, None])
    score = np.full(states, -np.inf)
    score[0] = emit[0, 0]
    for s in range(1, states):
        if line.before[s] and line.before[s] == [0]:
            score[s] = emit[0, s]
    back = np.zeros((len(lead), states), np.int64)
    rows = np.arange(states)
    for t in range(1, len(lead)):
        options = score[come]
        choice = options.argmax(1)
        back[t] = come[rows, choice]
        score = options[rows, choice] + emit[t]
    last = line.finals[int(np.argmax(score[line.finals]))]
    if not np.isfinite(score[last]):
        return None
    total = score[last]
    tokens = index[_traced(back, last)]
    voiced = max(1, int((tokens >= 0).sum()))
    return Laid(tokens, -float(total) / voiced)


@dataclass(frozen=True, slots=True)
class _Line:
    """Words as states: a gap, then all pronunciations of a word in parallel, then a gap, ..."""

    labels: list[int]
    """The token of each state; -1 in a gap."""
    before: list[list[int]]
    """The states from which each one may be reached, besides itself."""
    finals: list[int]
    """The states in which a clip may end."""


def _line(words: Sequence[Sequence[Pronunciation]]) -> _Line:
    labels: list[int] = [-1]
    before: list[list[int]] = [[]]
    gap = 0
    ends = [0]
    for number, choices in enumerate(words):
        lasts: list[int] = []
        for sounds in choices:
            previous = [gap, *(ends if number else [])]
            for at, sound in enumerate(sounds):
                labels.append(sound)
                before.append(list(previous))
                previous = [len(labels) - 1]
                if at + 1 < len(sounds):
                    labels.append(BLANK)
                    before.append([len(labels) - 2])
                    previous = (
                        [len(labels) - 1]
                        if sounds[at + 1] == sound
                        else [len(labels) - 2, len(labels) - 1]
                    )
            lasts.append(len(labels) - 1)
        labels.append(-1)
        before.append(list(lasts))
        gap = len(labels) - 1
        ends = lasts
    return _Line(labels, before, [*ends, gap])


def _traced(back: NDArray[np.int64], last: int) -> NDArray[np.int64]:
    """The state of each frame on the path that ends in `last`."""
    path = np.empty(len(back), np.int64)
    for t in range(len(back) - 1, -1, -1):
        path[t] = last
        last = back[t, last]
    return path


def mixed(log_probs: NDArray[np.float32], laid: Laid | None) -> NDArray[np.float32]:
    """(T, TOKENS) probabilities: the teacher's, mixed with the words' if they fit."""
    probs = np.exp(log_probs)
    if laid is None or laid.behind > _FIT:
        return probs
    sure = laid.tokens >= 0
    rows = np.flatnonzero(sure)
    probs[rows] *= 1 - _TRUST
    probs[rows, laid.tokens[rows]] += _TRUST
    return probs


def best(probs: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """The BEST tokens of each frame and their probabilities, which sum to one."""
    order = np.argsort(-probs, axis=1)[:, :BEST]
    kept = np.take_along_axis(probs, order, 1)
    return order.astype(np.uint8), (kept / kept.sum(1, keepdims=True)).astype(np.float16)


class Teacher:
    """hama's network, which hears the whole clip."""

    def __init__(self) -> None:
        import jax

        from training import network

        self._params, self._filters = network.load_hama()
        self._run = jax.jit(network.whole)
        self._table = mapping(network.tokens())

    def log_probs(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """(frames, TOKENS): one frame per FRAME samples. The last may be short."""
        frames = -(-len(sound) // FRAME)
        room = round(_ROOM * RATE / FRAME)
        # Round up to few lengths, so that few are compiled.
        total = -(-(frames + 2 * room) // 50) * 50
        heard = np.zeros((1, total * FRAME + WINDOW), np.float32)
        top = max(float(np.abs(sound).max(initial=0.0)), 1e-3)
        start = WINDOW // 2 + room * FRAME
        heard[0, start : start + len(sound)] = sound * (_LEVEL / top)
        power = powers(heard, self._filters)[:, : 2 * total]
        assert power.shape[1] == 2 * total, (power.shape, HOP)
        answer = self._run(self._params, np.log(np.maximum(power, SILENCE)))
        probs = np.exp(np.asarray(answer)[0, room : room + frames]) @ self._table
        return np.asarray(np.log(np.maximum(probs, 1e-9)), np.float32)


def words_of(text: str) -> list[tuple[Pronunciation, ...]] | None:
    """The pronunciations of each word; None if there is no word or one isn't known."""
    from training.lexicon import lexicon

    known = [lexicon().get(word) for word in spoken(text)]
    found = [choices for choices in known if choices]
    return found if found and len(found) == len(known) else None


def write_targets(path: Path, clips: Sequence[Clip], teacher: Teacher) -> float:
    """Write one file for a shard, atomically. Returns the share of clips whose words fit."""
    tokens, shares, lengths, fit = [], [], [], []
    for clip in clips:
        log_probs = teacher.log_probs(clip.sound)
        words = words_of(clip.text)
        laid = lay(log_probs, words) if words else None
        if words:
            fit.append(laid is not None and laid.behind <= _FIT)
        chosen, share = best(mixed(log_probs, laid))
        tokens.append(chosen)
        shares.append(share)
        lengths.append(len(chosen))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        tokens=np.concatenate(tokens) if tokens else np.zeros((0, BEST), np.uint8),
        shares=np.concatenate(shares) if shares else np.zeros((0, BEST), np.float16),
        length=np.array(lengths, np.int64),
    )
    os.replace(part, path)
    return float(np.mean(fit)) if fit else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--watch", type=float, default=0.0, help="minutes to wait for new shards")
    asked = parser.parse_args()
    until = time.monotonic() + asked.watch * 60
    teacher = Teacher()
    while True:
        for group in ("real", "synthetic"):
            for shard in sorted((asked.corpora / group).glob("*.npz")):
                path = asked.corpora / "targets" / group / shard.name
                if path.exists() or shard.name.endswith(".part.npz"):
                    continue
                fit = write_targets(path, list(read(shard)), teacher)
                print(f"{group}/{shard.name}: words fit {fit:.2f}", flush=True)
        if time.monotonic() > until:
            break
        time.sleep(30)


if __name__ == "__main__":
    main()
