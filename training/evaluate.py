"""How often the right phrase is on top, on trials nothing was trained on.

    python -m training.evaluate TRIALS.npz... --weights WEIGHTS.npz [--whole] [--every N]

"On top": of all phrases, the one spotted with the greatest strength while something was said is
the one that was said. No bar refuses anything. `--whole` lets each frame hear everything, as
the teacher does, to see what streaming costs; without weights it is hama as shipped.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import jax
import numpy as np
from numpy.typing import NDArray

from training import network, sounds
from training.mixing import CHUNK, DELAY
from training.rules import kept_word, spoken
from training.sounds import FRAME, LEAD, RATE
from training.targets import Teacher, words_of
from training.trials import AROUND, Trial, read
from voicecoach.listening.spotter import Spotted, Spotter, Words

Sound = NDArray[np.float32]


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
    params = network.english(params)
    if path:
        with np.load(path) as kept:
            named = {k: kept[k].astype(np.float32) for k in kept.files}
            params = network.unflat(params, named)
    return Student(params, filters)


def spellings(phrase: str) -> Iterator[Words]:
    """Every way in which a phrase may be spoken."""
    ways: list[Words] = [()]
    for choices in words_of(phrase) or ():
        ways = [(*way, choice) for way in ways for choice in choices]
    yield from ways[:16]


def spotted(spotter_phrases: list[list[Words]], answer: NDArray[np.float32]) -> list[Spotted]:
    """All that is found in a sound, with silence after it."""
    nothing = np.full((20, answer.shape[1]), -9.0, np.float32)
    nothing[:, -1] = 0
    return Spotter(spotter_phrases).feed(np.concatenate([answer, nothing]))


def on_top(found: list[Spotted], trial: Trial, delay: int) -> Spotted | None:
    """The strongest of those that ended after the voice began and began before it ended."""
    begin = AROUND / FRAME + delay
    end = begin + trial.seconds * RATE / FRAME
    there = [s for s in found if s.last > begin and s.first < end]
    return max(there, key=lambda s: s.strength, default=None)


def _apart(found: list[Spotted]) -> list[Spotted]:
    """The strongest, and those that are two seconds from any stronger one."""
    kept: list[Spotted] = []
    for one in sorted(found, key=lambda s: -s.strength):
        if all(abs(one.last - other.last) > 2 * RATE / FRAME for other in kept):
            kept.append(one)
    return kept


Row = tuple[Trial, Spotted | None, bool]


def judge(
    path: Path,
    hear: Callable[[Sound], NDArray[np.float32]],
    delay: int,
    every: int = 1,
    several: bool = False,
) -> list[Row]:
    """Each trial with what was on top in it, and whether that was right.

    `several`: with all that was found in it, two seconds apart; none of it is right.
    """
    phrases, trials = read(path)
    ways = [list(spellings(phrase)) for phrase in phrases]
    meanings = list(phrases.values())
    rows: list[Row] = []
    for trial in trials[::every]:
        found = spotted(ways, hear(trial.sound))
        if several:
            rows += [(trial, one, False) for one in _apart(found)]
            continue
        best = on_top(found, trial, delay)
        right = best is not None and meanings[best.phrase] == phrases[trial.wanted]
        rows.append((trial, best, right))
    return rows


def table(rows: list[Row], title: str = "") -> str:
    """Percent right on top by condition; those with a word that was kept apart from the rest."""
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
    """Percent missed and wrong by condition at the bar on strength alone that lets so many
    alarms an hour through where nothing is to be found: the decision can only do better."""
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
