"""Fits the weights of a confidence to what was heard: `listening/confidence.py`, `agreement.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.commands.trials import Trial, hours

Features = Callable[[Mapping[str, float]], Mapping[str, float]]
"""Features of the logistic, from an utterance's evidence."""
Weights = dict[str, float]


def fit(trials: Sequence[Trial], features: Features, alarms_per_hour: float | None) -> Weights:
    """Weights for `WEIGHTS`: logistic regression by Newton's method.

    The bias is then moved so that, at a confidence of 0.5, the clips without a command raise
    `alarms_per_hour`. With None it stays: the confidence is then the share of right ones among such
    utterances.
    """
    rows, truth, talk = [], [], []
    for trial in trials:
        for seen, right in _seen(trial, features):
            rows.append([1.0, *seen.values()])
            truth.append(float(right))
            talk.append(trial.wanted is None)
            names = ["bias", *seen]
    x, y = np.array(rows), np.array(truth)
    scale = np.maximum(np.abs(x).max(0), 1e-9)
    weights = logistic(x / scale, y)
    if alarms_per_hour is not None:
        silent = hours([trial for trial in trials if not trial.wanted])
        scores = np.sort((x / scale @ weights)[np.array(talk)])[::-1]
        allowed = min(round(alarms_per_hour * silent), len(scores) - 1)
        weights[0] -= scores[allowed]
    return dict(zip(names, (weights / scale).round(3).tolist(), strict=True))


def left_out(
    trials: Sequence[Trial], features: Features, alarms_per_hour: float | None
) -> Iterator[str]:
    """For each voice, the results with weights that were fitted to all others.

    People and noises count as one voice per half.
    """
    for voice in dict.fromkeys(_voice(trial) for trial in trials):
        mine = [trial for trial in trials if _voice(trial) == voice]
        weights = fit(
            [trial for trial in trials if _voice(trial) != voice], features, alarms_per_hour
        )
        said = [_obeyed(trial, features, weights) for trial in mine if trial.wanted]
        rest = [trial for trial in mine if not trial.wanted]
        alarms = sum(len(_obeyed(trial, features, weights)) for trial in rest)
        missed = sum(True not in rights for rights in said)
        wrong = sum(False in rights for rights in said)
        yield (
            f"{voice}: {len(said)} said, {missed} missed, {wrong} wrong; "
            f"{alarms} alarms in {hours(rest):.2f} h ({len(rest)} clips)"
        )


def logistic(
    x: NDArray[np.float64], y: NDArray[np.float64], ridge: float = 0.1
) -> NDArray[np.float64]:
    """Weights of the columns of `x` that predict `y` (0 or 1), with an L2 penalty `ridge`."""
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (y - p) - ridge * weights
        curvature = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights += step
        if np.abs(step).max() < 1e-4:
            break
    return weights


def _seen(trial: Trial, features: Features) -> Iterator[tuple[Mapping[str, float], bool]]:
    """For each utterance that resembled a command: the features of its best candidate, and whether
    that was right."""
    for heard in (told.heard for told in trial.told):
        best = heard.candidates[0] if heard.candidates else None
        if best and best.command and {"score", "fit"} & heard.evidence.keys():
            yield features(heard.evidence), best.command == trial.wanted


def _obeyed(trial: Trial, features: Features, weights: Weights) -> list[bool]:
    """For each utterance that reached 0.5, whether it was right."""
    return [
        right
        for seen, right in _seen(trial, features)
        if weights["bias"] + sum(weights[name] * value for name, value in seen.items()) > 0
    ]


def _voice(trial: Trial) -> str:
    """Its base voice: "joe, smaller x1.25" is joe at any size and speed."""
    synthetic = " x" in trial.speaker
    return trial.speaker.split(" x")[0].split(",")[0] if synthetic else f"others, {trial.half}"
