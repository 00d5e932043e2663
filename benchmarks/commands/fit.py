"""Fits the weights of `listening/confidence.py` to what was heard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.commands.trials import Trial, hours
from voicecoach.listening.confidence import features


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
    silent = hours([trial for trial in trials if not trial.wanted])
    scores = np.sort((x @ weights)[np.array(talk)])[::-1]
    allowed = min(round(alarms_per_hour * silent), len(scores) - 1)
    weights[0] -= scores[allowed]
    return dict(zip(names, (weights / scale).round(3).tolist(), strict=True))
