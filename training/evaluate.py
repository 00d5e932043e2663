"""How often the right phrase is on top, on trials that nothing was trained on.

    python -m training.evaluate TRIALS.npz... --weights WEIGHTS.npz [--whole] [--every N]

"On top": of all phrases, the one spotted with the greatest strength during the speech is the one
that was said. No threshold refuses anything. `--whole` lets each frame hear the whole sound, as the
teacher does, to show what streaming costs. Without weights it is hama as shipped.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import jax
import numpy as np
from numpy.typing import NDArray

from training import exported, network, sounds
from training.mixing import CHUNK, DELAY
from training.rules import kept_word, spoken
from training.sounds import FRAME, LEAD, RATE
from training.targets import Teacher
from training.trials import AROUND, Trial, read
from voicecoach.listening.phonemes import BLANK, WORD
from voicecoach.listening.phrase_graph import Automaton, PhraseGraph
from voicecoach.listening.pronunciation import Pronunciations
from voicecoach.listening.spotter import COSTLIEST, NOT_BLANK, Spot, Spotter

Sound = NDArray[np.float32]
_AFTER = 8
"""Frames after a phrase that should be silent."""
_FLOOR = -8.0
"""Strength below which nothing counts as found."""


class Student:
    """The streaming network over a whole sound at once."""

    def __init__(self, params: network.Params, filters: sounds.Mel) -> None:
        self.params, self.filters = params, filters
        self._run = jax.jit(network.chunked)

    def log_probs(self, sound: Sound) -> NDArray[np.float32]:
        """(frames, TOKENS)."""
        frames = -(-len(sound) // FRAME)
        whole = -(-frames // (8 * CHUNK)) * 8 * CHUNK
        heard = np.zeros((1, LEAD + whole * FRAME), np.float32)
        heard[0, LEAD : LEAD + len(sound)] = sound
        power = sounds.powers(heard, self.filters)
        loud = sounds.loudness(power[:, 1:], 2 * CHUNK)
        start = np.full(1, sounds.WANTED, np.float32)
        mel = sounds.log_mel(power, sounds.levels(loud, start), start, 2 * CHUNK)
        return np.asarray(self._run(self.params, mel))[0, :frames]


def load(path: Path | None) -> Student:
    params, filters = network.load_hama()
    return Student(exported.weights(path) if path else network.english(params), filters)


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase spotted in a sound."""

    phrase: str
    spot: Spot
    strength: float
    """Its fit, with the frames after it scored like those before it."""


def spotted(graph: PhraseGraph, answer: NDArray[np.float32]) -> list[Found]:
    """The likeliest phrase to have ended in each frame, with silence after the last frame."""
    nothing = np.full((_AFTER, answer.shape[1]), -9.0, np.float32)
    nothing[:, BLANK] = 0
    frames = np.concatenate([answer, nothing])
    blank = np.maximum(frames[:, BLANK], frames[:, WORD]) - frames.max(axis=1)
    quiet = np.concatenate([[0], np.cumsum(np.maximum(blank, -COSTLIEST))])
    spotter = Spotter(graph)
    found = []
    for at, frame in enumerate(frames[: len(answer)]):
        ends = spotter.feed(frame)
        after = NOT_BLANK * (quiet[at + 1 + _AFTER] - quiet[at + 1])
        strength = (ends.score + after) / np.sqrt(np.maximum(1, ends.sounds))
        n = int(strength.argmax())
        if strength[n] > _FLOOR:
            phrase = " ".join(word.text for word in spotter.words(ends[n]))
            found.append(Found(phrase, ends[n], float(strength[n])))
    return found


def on_top(found: list[Found], trial: Trial, delay: int) -> Found | None:
    """The strongest phrase that ended after the voice began and began before it ended."""
    begin = AROUND / FRAME + delay
    end = begin + trial.seconds * RATE / FRAME
    there = [f for f in found if f.spot.end > begin and f.spot.first < end]
    return max(there, key=lambda f: f.strength, default=None)


def _apart(found: list[Found]) -> list[Found]:
    """The strongest, and those more than two seconds from any stronger one."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: -f.strength):
        if all(abs(one.spot.end - other.spot.end) > 2 * RATE / FRAME for other in kept):
            kept.append(one)
    return kept


Row = tuple[Trial, Found | None, bool]


def judge(
    path: Path,
    hear: Callable[[Sound], NDArray[np.float32]],
    delay: int,
    every: int = 1,
    several: bool = False,
) -> list[Row]:
    """Each trial, what was on top in it, and whether that was right.

    `several`: instead everything that was found in it, two seconds apart; none of it is right.
    """
    phrases, trials = read(path)
    graph = PhraseGraph([Automaton(phrase.split() for phrase in phrases)], Pronunciations())
    rows: list[Row] = []
    for trial in trials[::every]:
        found = spotted(graph, hear(trial.sound))
        if several:
            rows += [(trial, one, False) for one in _apart(found)]
            continue
        best = on_top(found, trial, delay)
        right = best is not None and phrases[best.phrase] == phrases[trial.wanted]
        rows.append((trial, best, right))
    return rows


def table(rows: list[Row], title: str = "") -> str:
    """Percent right on top by condition, separately for phrases with a held-out word."""
    by: dict[str, dict[tuple[str, float | None], list[bool]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for trial, _, right in rows:
        unseen = any(kept_word(word) for word in spoken(trial.wanted))
        for kind in ("all", "with a kept word" if unseen else "others"):
            by[kind][trial.noise, trial.decibels].append(right)
    lines = []
    for kind in sorted(by):
        cells = [
            f"{noise or 'clean'}{'' if db is None else f' {db:g}'} {100 * np.mean(right):.0f}"
            for (noise, db), right in by[kind].items()
        ]
        n = len(next(iter(by[kind].values())))
        lines.append(f"{title:18} {kind:17} n={n:4}: " + ", ".join(cells))
    return "\n".join(lines)


def refused(rows: list[Row], quiet: list[Row], hours: float, an_hour: float) -> str:
    """Percent missed and wrong by condition, at the strength threshold that allows this many alarms
    an hour if nothing is to be found. The decision can only do better."""
    alarms = sorted((found.strength for _, found, _ in quiet if found), reverse=True)
    allowed = round(an_hour * hours)
    bar = alarms[allowed] if allowed < len(alarms) else -np.inf
    by: dict[tuple[str, float | None], list[tuple[bool, bool]]] = defaultdict(list)
    for trial, found, right in rows:
        heard = found is not None and found.strength > bar
        by[trial.noise, trial.decibels].append((not heard, heard and not right))
    cells = [
        f"{noise or 'clean'}{'' if db is None else f' {db:g}'} "
        + "/".join(f"{100 * share:.0f}" for share in np.mean(both, axis=0))
        for (noise, db), both in by.items()
    ]
    return f"at {an_hour:g} alarms an hour (bar {bar:.2f}): " + ", ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trials", type=Path, nargs="+")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--quiet", type=Path, help="trials in which nothing is to be found")
    asked = parser.parse_args()
    if asked.whole and asked.weights is None:
        hear, delay = Teacher().log_probs, 0
    else:
        student = load(asked.weights)
        if asked.whole:
            student._run = jax.jit(partial(network.chunked, past=10**6, chunk=10**6))
        hear, delay = student.log_probs, DELAY if asked.weights else 0
    quiet, hours = [], 0.0
    if asked.quiet:
        quiet = judge(asked.quiet, hear, delay, asked.every, several=True)
        hours = sum(trial.seconds for trial in read(asked.quiet)[1][:: asked.every]) / 3600
    for path in asked.trials:
        rows = judge(path, hear, delay, asked.every)
        print(table(rows, path.stem), flush=True)
        for an_hour in (6.0, 30.0) if quiet else ():
            print(f"{'':18} {refused(rows, quiet, hours, an_hour)}", flush=True)


if __name__ == "__main__":
    main()
