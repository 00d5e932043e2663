"""How probable it is that just this phrase was said, from all that is known of it: a logistic.

The weights belong to a network and come with it. `python -m benchmarks.commands --fit` fits them
to utterances of the tuning half, each speaker left out in turn. `WEIGHTS` are a guess, for a
network that brings none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a reading."""

    fit: float
    """Nats below the free loop, by the square root of its sounds; 0 at most."""
    worst: float
    """The same of its worst word."""
    sounds: float
    """In the phrase."""
    margin: float
    """By how much its fit is better than that of the best that means something else."""
    before: float
    """Share of the 0.4 s before it in which somebody spoke."""
    after: float
    """The same of the 0.16 s behind it, as far as it was waited for."""
    pace: float
    """Frames for each sound."""
    rise: float
    """dB by which it is louder than the last three seconds mostly were."""
    live: float
    """Phrases that it may have been."""


WEIGHTS: Mapping[str, float] = {
    "bias": 4.0,
    "fit": 1.6,
    "worst": 0.4,
    "sounds": 0.8,
    "margin": 1.0,
    "before": -1.5,
    "after": -2.0,
    "quick": -1.0,
    "rise": 0.05,
    "live": -0.2,
}


def features(figures: Figures) -> dict[str, float]:
    """What the logistic looks at."""
    return {
        "fit": max(figures.fit, -6.0),
        "worst": max(figures.worst, -6.0),
        "sounds": math.log(figures.sounds),
        "margin": max(-3.0, min(figures.margin, 3.0)),
        "before": figures.before,
        "after": figures.after,
        "quick": max(0.0, 3.0 - figures.pace),
        "rise": max(-10.0, min(figures.rise, 20.0)),
        "live": math.log(figures.live),
    }


def seen(evidence: Mapping[str, float]) -> dict[str, float]:
    """The same, from the evidence of an utterance."""
    return features(Figures(**evidence))


def likelihood(figures: Figures, weights: Mapping[str, float] = WEIGHTS) -> float:
    """0 to 1."""
    total = weights["bias"] + sum(
        weights[name] * value for name, value in features(figures).items()
    )
    return 1 / (1 + math.exp(-total))


def evidence(figures: Figures) -> dict[str, float]:
    """For traces, and for whoever fits the weights anew."""
    return {name: float(value) for name, value in asdict(figures).items()}
