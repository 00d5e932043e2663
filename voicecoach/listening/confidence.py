"""From a reading's figures to one probability: a small logistic.

The weights were fitted by `benchmarks.commands --fit` on human one-word clips,
synthetic commands in natural voices, decoy words, read talk and music.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from hashlib import sha256

WEIGHTS: Mapping[str, float] = {
    "bias": -0.4,
    "llr": 0.63,
    "margin": 0.37,
    "prior": -0.24,
    "fit": 0.49,
}
"""The bias puts 0.5 where an hour of one-word clips, read talk and orders brings
about two false alarms with some eighty phrases live, and none with those of a set."""


def calibration() -> str:
    """Names what a confidence means: figures kept under another one are no use any more."""
    return sha256(repr(sorted(WEIGHTS.items())).encode()).hexdigest()[:8]


def features(figures: Mapping[str, float]) -> dict[str, float]:
    """What the logistic looks at, made from the figures of one reading.

    `score`, `free`: log-probability of the phrase and of the free transcript;
    `prior`: log-probability of the phrase where there is only noise; `margin`: lead
    over the best other command, in nats, negative for those behind; `tokens`,
    `written`: length of the phrase and of the free transcript; `duration`: seconds
    of speech; `speech`: its mean likeness to speech, 0 to 1.
    """
    return {
        "llr": max(figures["score"] - figures["free"], -12.0),
        "margin": max(min(figures["margin"], 8.0), -8.0),
        "prior": max(figures["prior"], -25.0),
        "fit": max(figures["score"], -15.0),
    }


def confidence(figures: Mapping[str, float]) -> float:
    """0 to 1: how probably just this phrase was said."""
    seen = features(figures)
    total = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in seen.items())
    return 1 / (1 + math.exp(-total))
