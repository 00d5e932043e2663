"""From a reading's figures to one probability: a small logistic.

The weights were fitted by `benchmarks/commands.py --fit` on human one-word clips,
synthetic commands in natural voices, decoy words, read talk and music.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "bias": 1.0,
    "llr": 0.6,
    "margin": 0.3,
    "prior": 0.1,
    "fit": 0.3,
}


def features(
    score: float, free: float, prior: float, margin: float, tokens: int, duration: float
) -> dict[str, float]:
    """What the logistic looks at.

    `score`, `free`: log-probability of the phrase and of the free transcript;
    `prior`: log-probability of the phrase where there is only noise; `margin`: lead
    over the best other command, in nats, negative for those behind; `tokens`: the
    phrase's length; `duration`: seconds of speech.
    """
    return {
        "llr": max(score - free, -12.0),
        "margin": max(min(margin, 8.0), -8.0),
        "prior": max(prior, -25.0),
        "fit": max(score, -15.0),
        "short": min(0.0, duration - 0.12 * tokens),
        "long": max(0.0, duration - 0.35 - 0.3 * tokens),
    }


def confidence(figures: Mapping[str, float]) -> float:
    """0 to 1: how probably just this phrase was said."""
    total = WEIGHTS["bias"] + sum(
        weight * figures[name] for name, weight in WEIGHTS.items() if name != "bias"
    )
    return 1 / (1 + math.exp(-total))
