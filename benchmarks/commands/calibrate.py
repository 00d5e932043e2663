"""Fits the likelihood of `listening/likelihood.py` to every reading of every spot.

It uses all readings of all spans that were judged, not only the reported ones. Each comes with the
features of its sounds and of the second opinion, which is always asked for.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.commands.fit import logistic
from benchmarks.commands.trials import Trial
from voicecoach.core.events import URGENT
from voicecoach.listening import models
from voicecoach.listening.likelihood import Weights, features, with_products
from voicecoach.listening.log_odds import log_odds
from voicecoach.listening.rescoring import (
    Hypothesis,
    LiveGrammar,
    Rescorer,
    SecondOpinion,
    SpeechSpan,
)
from voicecoach.listening.spotting import Spotting

FOLDS = 8
"""Parts of the speakers. Each is judged by weights fitted to the others."""
RIDGE = 50.0
"""Regularisation: of the fits to seven eighths of the voices, this one judged the others best."""
TALK = log_odds(0.7)
"""Subtracted from the log-odds, because a lifter hears more talk than the trials have: a likelihood
of 0.5 was right in seven of ten cases there. At an even chance, beside Moonshine and with nothing
pooled, two in 91 fewer were missed at 10 dB, and 28 near-misses were obeyed in place of 18."""
URGENT_BAR = 0.6
"""Threshold of an urgent command relative to an ordinary one: 0.3 and 0.5 as shipped."""


@dataclass(slots=True)
class Judgement:
    """A span of sound and its readings."""

    stretch: SpeechSpan
    meanings: list[tuple[str, bool]]
    """The meaning of each reading, and whether it is urgent."""
    alone: NDArray[np.float64]
    """Features of each reading, shape (readings, features)."""
    confirmed: NDArray[np.float64] | None


class _WatchedRescorer(Rescorer):
    """Keeps what it judges, and always asks for a second opinion."""

    names: Mapping[str, list[str]] = {}

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.judgements: dict[SpeechSpan, Judgement] = {}

    def hypotheses(
        self, live: LiveGrammar, stretch: SpeechSpan, since: int, ask: bool = False
    ) -> list[Hypothesis]:
        weighed = super().hypotheses(live, stretch, since, ask=True)
        meanings, alone, confirmed = [], [], []
        for each in weighed:
            command = each.candidate.command
            urgent = command is not None and command.intent in URGENT
            meanings.append((str(command) if command else "", urgent))
            seen = with_products(features(each.sounded))
            alone.append([1.0, *seen.values()])
            self.names = {**self.names, "alone": ["bias", *seen]}
            if each.written is not None:
                both = with_products(features(each.sounded, each.written))
                confirmed.append([1.0, *both.values()])
                self.names = {**self.names, "confirmed": ["bias", *both]}
        if weighed:
            both_ways = np.array(confirmed) if confirmed else None
            self.judgements[stretch] = Judgement(stretch, meanings, np.array(alone), both_ways)
        return weighed


class Watched(Spotting):
    """Exposes what its rescorer judged."""

    def _make_rescorer(
        self, weights: Mapping[str, Weights], second: SecondOpinion | None
    ) -> Rescorer:
        self.rescorer = _WatchedRescorer(self._history, weights, second)
        return self.rescorer


@dataclass(frozen=True, slots=True)
class Watching:
    """A trial and everything judged in it."""

    trial: Trial
    judgements: Sequence[Judgement]


def watching(folders: Iterable[Path]) -> Watched:
    """The spotter as shipped, watched."""
    ear = models.spotter(folders, make=Watched)
    assert isinstance(ear, Watched)
    return ear


def watched(ear: Watched, trials: Iterable[Trial]) -> Iterator[Watching]:
    for trial in trials:
        yield Watching(trial, list(ear.rescorer.judgements.values()))
        ear.rescorer.judgements.clear()


def calibrate(found: Sequence[Watching], names: Mapping[str, Sequence[str]], path: Path) -> None:
    """Prints the results of each speaker's trials with weights fitted to the others, for several
    thresholds, and writes weights fitted to all to `path`."""
    weights = {}
    for kind in ("alone", "confirmed"):
        readings = _Readings.of(found, kind, names)
        p = readings.left_out()
        print(f"{kind}: {len(p)} readings, {int(readings.right.sum())} right")
        for low in np.arange(0, 1, 0.1):
            there = readings.counts(p) & (p >= low) & (p < low + 0.1)
            if there.any():
                right = f"{readings.right[there].mean():.2f} right of {there.sum()}"
                print(f"  told {low:.1f} to {low + 0.1:.1f}: {right}")
        for bar in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            print(f"  bar {bar}: " + "; ".join(_came_to(found, readings, p, bar)))
        fitted = readings.fitted(np.ones(len(p), bool))
        weights[kind] = dict(zip(names[kind], fitted.round(4).tolist(), strict=True))
    path.write_text(json.dumps(weights, indent=1))


@dataclass(slots=True)
class _Readings:
    """Every reading of every span, in rows."""

    names: Sequence[str]
    """Columns of `x`: the bias, features, and products of two of them."""
    x: NDArray[np.float64]
    right: NDArray[np.bool_]
    trial: NDArray[np.int64]
    fold: NDArray[np.int64]
    rows: Mapping[tuple[int, int], list[int]]
    """Row numbers by trial and span."""

    @classmethod
    def of(
        cls, found: Sequence[Watching], kind: str, names: Mapping[str, Sequence[str]]
    ) -> _Readings:
        rows: list[NDArray[np.float64]] = []
        right, trials, voices = [], [], []
        places: dict[tuple[int, int], list[int]] = defaultdict(list)
        for n, each in enumerate(found):
            for m, judgement in enumerate(each.judgements):
                seen = judgement.alone if kind == "alone" else judgement.confirmed
                for row, (meaning, _) in zip(
                    () if seen is None else seen, judgement.meanings, strict=seen is not None
                ):
                    places[n, m].append(len(rows))
                    rows.append(row)
                    right.append(bool(meaning) and meaning == str(each.trial.wanted))
                    trials.append(n)
                    voices.append(voice(each.trial))
        named = sorted(set(voices))
        order = np.random.default_rng(0).permutation(len(named)) % FOLDS
        fold = order[[named.index(each) for each in voices]]
        return cls(names[kind], np.array(rows), np.array(right), np.array(trials), fold, places)

    def counts(self, p: NDArray[np.float64]) -> NDArray[np.bool_]:
        """All rows except right readings that are not the likeliest of their trial: a command is
        cut in several ways, and some cuts can't be recognised by anyone."""
        best: dict[int, int] = {}
        for n in np.flatnonzero(self.right):
            trial = int(self.trial[n])
            if trial not in best or p[n] > p[best[trial]]:
                best[trial] = int(n)
        counts = ~self.right
        counts[list(best.values())] = True
        return counts

    def fitted(self, which: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Weights fitted to the rows `which`."""
        standard = _standard(self.names, self.x)
        x = self.x @ standard
        p = self.x[:, 1]  # The fit is a first guess.
        for _ in range(4):
            rows = which & self.counts(p)
            weights = logistic(x[rows], self.right[rows].astype(float), RIDGE)
            p = x @ weights
        weights = standard @ weights
        weights[0] -= TALK
        return np.asarray(weights)

    def left_out(self) -> NDArray[np.float64]:
        """The likelihood of each row, with weights from other voices."""
        p = np.zeros(len(self.right))
        for k in range(FOLDS):
            mine = self.fold == k
            if mine.any():
                p[mine] = _sigmoid(self.x[mine] @ self.fitted(~mine))
        return p


def _standard(names: Sequence[str], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix that standardises rows: features get mean 0 and spread 1, and so do products of
    those features. Only then is a small weight a small effect."""
    at = {name: n for n, name in enumerate(names)}
    mean, spread = x.mean(0), np.maximum(x.std(0), 1e-9)
    standard = np.zeros((len(names), len(names)))
    standard[0, 0] = 1
    for n, name in enumerate(names[1:], 1):
        a, _, b = name.partition("*")
        if not b:
            standard[n, n], standard[0, n] = 1 / spread[n], -mean[n] / spread[n]
            continue
        one, other = at[a], at[b]
        by = spread[one] * spread[other]
        standard[n, n] = 1 / by
        standard[one, n] -= mean[other] / by
        standard[other, n] -= mean[one] / by
        standard[0, n] = mean[one] * mean[other] / by
    made = x @ standard[:, 1:]
    again = np.maximum(made.std(0), 1e-9)
    standard[0, 1:] -= made.mean(0)
    standard[:, 1:] /= again
    return standard


def _came_to(
    found: Sequence[Watching],
    readings: _Readings,
    p: NDArray[np.float64],
    bar: float,
) -> Iterator[str]:
    """For each part and level: missed and wrong in percent, or alarms in how many hours."""
    rows: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0] * 4)
    for n, each in enumerate(found):
        rights = []
        over = -1
        for m, judgement in enumerate(each.judgements):
            of_it = readings.rows.get((n, m))
            if not of_it or judgement.stretch.first < over:
                continue
            top = max(range(len(of_it)), key=lambda k: p[of_it[k]])
            meaning, urgent = judgement.meanings[top]
            if meaning and p[of_it[top]] >= bar * (URGENT_BAR if urgent else 1):
                rights.append(bool(readings.right[of_it[top]]))
                over = judgement.stretch.end
        trial = each.trial
        level = "clean" if trial.snr is None else f"{trial.snr:g} dB"
        bed = "babble" if trial.noise == "babble" else ""
        kind = trial.part if trial.wanted else f"{trial.part}, nothing"
        row = rows[f"{kind} {trial.context.state.value}", level, bed]
        row[0] += 1
        row[3] += trial.seconds
        if trial.wanted is None:
            row[2] += len(rights)
        elif not all(rights):
            row[2] += 1
        elif not rights:
            row[1] += 1
    for (kind, level, bed), (trials, missed, wrong, seconds) in sorted(rows.items()):
        name = " ".join(filter(None, (kind, level, bed)))
        if "nothing" in kind:
            yield f"{name} {wrong:.0f} in {seconds / 3600:.2f} h ({trials:.0f})"
        else:
            yield f"{name} {100 * missed / trials:.0f}/{100 * wrong / trials:.0f} of {trials:.0f}"


def voice(trial: Trial) -> str:
    """The speaker, at any size and speed."""
    return f"{trial.kind} {trial.speaker.split(' x')[0].split(',')[0]}"


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -50, 50))))
