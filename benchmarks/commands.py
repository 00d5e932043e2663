"""How well are commands heard? Misses, wrong commands and false alarms per hour.

    python -m benchmarks.commands FOLDER [--engine moonshine] [--noise 10] [--json FILE]

FOLDER holds human speech (16 kHz mono) and an `index.csv` with the columns file, kind, label
and seconds. Clips of kind `words` say the one word that is their label; nothing else in the
folder is a command. Three measurements:

- words: the phrases of a set and, besides, one-word phrases that people say in the folder.
  Missed, wrong and right of those words. Single short words are the hardest there are.
- talk: only the phrases of a set. Everything but "stop" is then a false alarm: the test words,
  other words, read sentences, orders, wake words and music.
- commands: the phrases of a set in two natural synthetic voices at two speeds.

`--fit` fits the weights of `listening/confidence.py` to what was heard, and prints them.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.natural import RATE, VOICES, say, timeline
from voicecoach.config import load
from voicecoach.core.events import Command, Grammar, Heard, Intent
from voicecoach.listening.confidence import features
from voicecoach.listening.models import create
from voicecoach.listening.recogniser import Recogniser

IN_SET = (
    Intent.DONE,
    Intent.STOP,
    Intent.PAUSE,
    Intent.SLOWER,
    Intent.FASTER,
    Intent.HOW_MANY,
    Intent.MORE,
    Intent.REPEAT,
    Intent.HELP,
    Intent.QUIET,
    Intent.TALK,
    Intent.PAIN,
)
TEST_WORDS = (
    *("stop", "go", "yes", "no", "up", "down", "left", "right", "on", "off"),
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
)
BARS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
USUAL = 0.5
"""The bar that is shipped."""
BLOCK = 320
"""Samples that the recogniser is fed at once, as it is live."""
SPEEDS = (0.9, 1.15)
QUIET_ROOM = -70.0
"""dBFS of the noise around the clips where no `--noise` is asked for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A clip and what was heard in it."""

    kind: str
    label: str
    seconds: float
    wanted: Command | None
    """What should be heard; None: nothing."""
    heard: tuple[Heard, ...]
    delays: tuple[float, ...]
    """For each of `heard`: seconds from the end of the clip's sound to the decision, the
    microphone's and the computing's together."""

    def verdict(self, bar: float) -> str:
        """right, wrong, missed or (where nothing was wanted) quiet."""
        for heard in self.heard:
            best = heard.candidates[0] if heard.candidates else None
            if best and best.command and best.confidence >= bar:
                return "right" if best.command == self.wanted else "wrong"
        return "missed" if self.wanted else "quiet"


class Listener:
    """Lets a recogniser hear clips, one after the other, as if from one microphone."""

    def __init__(self, recogniser: Recogniser, noise: float | None) -> None:
        self._recogniser, self._noise = recogniser, noise
        self._at = 0
        self.audio = self.took = 0.0
        """Seconds of audio heard, and of the processor's time that took."""

    def listen_for(self, grammar: Grammar) -> None:
        self._recogniser.listen_for(grammar)

    def hear(self, clip: NDArray[np.float32]) -> tuple[tuple[Heard, ...], tuple[float, ...]]:
        """`clip` (shape (n,), 16 kHz) with a second of room before and after it: what was
        heard, and how long after the last loud sample."""
        clip = clip * np.float32(0.4 / max(float(np.abs(clip).max()), 1e-6))
        loud = clip[np.abs(clip) > 0.02]
        speech = 10 * math.log10(float(np.mean(loud**2)))
        room = QUIET_ROOM if self._noise is None else speech - self._noise
        sound = timeline([(1.0, clip)], len(clip) / RATE + 2.0, room)
        end = RATE + int(np.flatnonzero(np.abs(clip) > 0.02)[-1])
        heard: list[Heard] = []
        delays: list[float] = []
        for start in range(0, len(sound), BLOCK):
            block = sound[start : start + BLOCK]
            began = time.process_time()
            new = self._recogniser.feed(block, self._at)
            self._at += 3 * len(block)
            if start + BLOCK >= len(sound):
                new += self._recogniser.finish(self._at)
            took = time.process_time() - began
            heard += new
            delays += [(start + len(block) - end) / RATE + took] * len(new)
            self.took += took
        self.audio += len(sound) / RATE
        return tuple(heard), tuple(delays)


def phrases_of_a_set() -> Grammar:
    """What is listened for during a set, as shipped."""
    return load(exercise="leg-press", language="en").phrases.grammar(IN_SET)


def with_test_words(grammar: Grammar) -> Grammar:
    """`grammar` and the one-word phrases, which are then no decoys any more."""
    words = {word: Command(Intent.VARIATION, (("variation", word),)) for word in TEST_WORDS}
    phrases = words | dict(grammar.phrases)
    return Grammar(phrases, tuple(decoy for decoy in grammar.decoys if decoy not in phrases))


def clips(folder: Path, every: int) -> Iterator[tuple[str, str, NDArray[np.float32]]]:
    """Kind, label and samples of every `every`-th clip of `folder`."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as index:
        for number, row in enumerate(csv.DictReader(index)):
            if number % every == 0:
                sound, rate = soundfile.read(folder / row["file"], dtype="float32")
                if rate != RATE:
                    raise SystemExit(f"{row['file']}: {rate} Hz, {RATE} wanted")
                yield row["kind"], row["label"], sound


def human(listener: Listener, folder: Path, grammar: Grammar, every: int) -> list[Trial]:
    """Every clip of `folder`, listening for `grammar`."""
    listener.listen_for(grammar)
    return [
        Trial(
            kind,
            label,
            len(sound) / RATE,
            grammar.phrases.get(label) if kind == "words" else None,
            *listener.hear(sound),
        )
        for kind, label, sound in clips(folder, every)
    ]


def synthetic(listener: Listener, grammar: Grammar) -> list[Trial]:
    """Every phrase of `grammar` that is written in words, in each voice and speed."""
    listener.listen_for(grammar)
    return [
        Trial("commands", phrase, len(sound) / RATE, command, *listener.hear(sound))
        for phrase, command in grammar.phrases.items()
        if not any(letter.isdigit() for letter in phrase)
        for sound in (say(phrase, voice, speed) for voice in VOICES for speed in SPEEDS)
    ]


def table(name: str, trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """One row for each bar."""
    wanted = [trial for trial in trials if trial.wanted]
    others = [trial for trial in trials if not trial.wanted]
    hours = sum(trial.seconds for trial in others) / 3600
    rows = []
    for bar in BARS:
        verdicts = [trial.verdict(bar) for trial in wanted]
        alarms = sum(trial.verdict(bar) == "wrong" for trial in others)
        rows.append(
            {
                "part": name,
                "bar": bar,
                "clips": len(wanted),
                "missed": verdicts.count("missed") / len(wanted) if wanted else None,
                "wrong": verdicts.count("wrong") / len(wanted) if wanted else None,
                "hours": round(hours, 3),
                "alarms": alarms,
                "alarms_per_hour": alarms / hours if hours else None,
            }
        )
    return rows


def delays(trials: Sequence[Trial], bar: float) -> str:
    """How long after the end of a word the right command was understood."""
    seconds = [
        delay
        for trial in trials
        for heard, delay in zip(trial.heard, trial.delays, strict=True)
        if heard.candidates
        and heard.candidates[0].confidence >= bar
        and heard.candidates[0].command == trial.wanted is not None
    ]
    if not seconds:
        return "none"
    median, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    return f"{len(seconds)} understood, median {median:.0f} ms, p95 {p95:.0f} ms"


def show(rows: Sequence[dict[str, Any]]) -> None:
    print(
        f"{'':10}{'bar':>5}{'clips':>7}{'missed':>9}{'wrong':>8}{'hours':>8}{'alarms':>8}{'/h':>7}"
    )
    for row in rows:
        missed, wrong = (
            "" if row[name] is None else f"{row[name]:.1%}" for name in ("missed", "wrong")
        )
        rate = "" if row["alarms_per_hour"] is None else f"{row['alarms_per_hour']:.1f}"
        print(
            f"{row['part']:10}{row['bar']:5.1f}{row['clips']:7}{missed:>9}{wrong:>8}"
            f"{row['hours']:8.2f}{row['alarms']:8}{rate:>7}"
        )


def fit(trials: Sequence[Trial], alarms_per_hour: float) -> dict[str, float]:
    """Weights for `confidence.WEIGHTS`: logistic regression by Newton's method.

    The bias is then moved so that the confidence is 0.5 where the clips without a
    command bring `alarms_per_hour`.
    """
    rows, truth, talk = [], [], []
    for trial in trials:
        for heard in trial.heard:
            best = heard.candidates[0] if heard.candidates else None
            if best and best.command and "score" in heard.evidence:
                rows.append([1.0, *features(heard.evidence).values()])
                truth.append(float(best.command == trial.wanted))
                talk.append(trial.wanted is None)
                names = ["bias", *features(heard.evidence)]
    x, y = np.array(rows), np.array(truth)
    scale = np.maximum(np.abs(x).max(0), 1e-9)
    x /= scale
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (y - p) - 0.1 * weights
        curvature = (x * (p * (1 - p))[:, None]).T @ x + 0.1 * np.eye(len(weights))
        weights += np.linalg.solve(curvature, gradient)
    hours = sum(trial.seconds for trial in trials if not trial.wanted) / 3600
    scores = np.sort((x @ weights)[np.array(talk)])[::-1]
    allowed = min(round(alarms_per_hour * hours), len(scores) - 1)
    weights[0] -= scores[allowed]
    return dict(zip(names, (weights / scale).round(3).tolist(), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="human speech with its index.csv")
    parser.add_argument("--engine", default="moonshine")
    parser.add_argument("--noise", type=float, help="mix in noise, this many dB below the speech")
    parser.add_argument("--every", type=int, default=1, help="only every n-th clip")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--fit", action="store_true", help="print weights for the confidence")
    options = parser.parse_args()

    listener = Listener(create(options.engine, "en"), options.noise)
    grammar = phrases_of_a_set()
    parts = {
        "words": human(listener, options.folder, with_test_words(grammar), options.every),
        "talk": human(listener, options.folder, grammar, options.every),
        "commands": synthetic(listener, grammar),
    }
    rows = [row for name, trials in parts.items() for row in table(name, trials)]
    show(rows)
    print(f"end of a word to its decision, bar {USUAL}:")
    for name, trials in parts.items():
        print(f"  {name:10}{delays(trials, USUAL)}")
    print(f"{listener.audio:.0f} s of audio heard in {listener.took:.0f} s")
    if options.fit:
        print(fit([trial for trials in parts.values() for trial in trials], alarms_per_hour=3))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
