"""The probability that exactly this phrase was said, from everything known about it.

A logistic over some twenty features and the products of each two. For instance, what was said right
after a phrase counts against it only if its sounds leave a doubt.

The weights belong to a network and come with it (its "calibration"): one set for the sounds alone,
one for the sounds and a second opinion. `python -m benchmarks.commands --calibrate` fits them.
`WEIGHTS` are a guess, for a network that brings none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations_with_replacement

from .log_odds import probability


@dataclass(frozen=True, slots=True)
class Sounded:
    """What the sounds say about a reading."""

    fit: float
    """Nats below the free loop, divided by the square root of its number of sounds; 0 at most."""
    worst: float
    """The same for its worst word."""
    sounds: float
    """Number of sounds in the phrase."""
    margin: float
    """How much better it fits than the best reading with another meaning."""
    before: float
    """Share of the 0.4 s before it in which somebody spoke."""
    after: float
    """The same for as much of the 0.16 s after it as was heard."""
    talk: float
    """The same for the 1.6 s that end 0.4 s before it."""
    led: float
    """Frames of the same breath before it."""
    went_on: float
    """The same after it."""
    pace: float
    """Frames per sound."""
    rise: float
    """dB by which it is louder than the median of the last three seconds."""
    live: float
    """Number of live phrases."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a speech-to-text model makes of the same reading."""

    score: float
    """Its log-probability."""
    free: float
    """Log-probability of the free transcript."""
    margin: float
    """Lead in nats over the best reading with another meaning."""
    prior: float
    """Its log-probability on noise alone."""


Weights = Mapping[str, float]

UNWRITTEN = Written(score=-15.0, free=-3.0, margin=-8.0, prior=-12.0)
"""For a reading that the model did not find."""

WEIGHTS: Mapping[str, Weights] = {
    "alone": {
        "bias": -0.5,
        "fit": 1.0,
        "worst": 0.4,
        "sounds": 1.6,
        "margin": 0.6,
        "before": -0.8,
        "after": -0.8,
        "talk": -1.5,
    },
    "confirmed": {
        "bias": 2.0,
        "fit": 0.4,
        "worst": 0.4,
        "sounds": 0.4,
        "talk": -0.4,
        "ahead": 0.25,
        "behind": 0.05,
        "score": 0.3,
        "prior": -0.17,
    },
}
"""For the sounds alone, and for both together. A feature that isn't named has weight 0."""


def features(sounded: Sounded, written: Written | None = None) -> dict[str, float]:
    """The features of the logistic."""
    of_sounds = {
        "fit": max(sounded.fit, -6.0),
        "worst": max(sounded.worst, -6.0),
        "sounds": math.log(sounded.sounds),
        "margin": max(-3.0, min(sounded.margin, 3.0)),
        "before": sounded.before,
        "after": sounded.after,
        "talk": sounded.talk,
        "led": min(sounded.led / 50, 2.0),
        "went_on": min(sounded.went_on / 50, 2.0),
        "quick": max(0.0, 3.0 - sounded.pace),
        "slow": max(0.0, min(sounded.pace - 6.0, 10.0)),
        "rise": max(-1.0, min(sounded.rise / 10, 2.0)),
        "live": math.log(sounded.live),
    }
    if written is None:
        return of_sounds
    return of_sounds | {
        "llr": max(written.score - written.free, -12.0),
        "ahead": max(0.0, min(written.margin, 8.0)),
        "behind": min(0.0, max(written.margin, -8.0)),
        "prior": max(written.prior, -25.0),
        "score": max(written.score, -15.0),
        "found": float(written is not UNWRITTEN),
    }


def with_products(seen: Mapping[str, float]) -> dict[str, float]:
    """The features and the product of each two ("fit*after"), squares included."""
    pairs = combinations_with_replacement(seen.items(), 2)
    return {**seen, **{f"{a}*{b}": x * y for (a, x), (b, y) in pairs}}


def likelihood(
    sounded: Sounded,
    written: Written | None = None,
    weights: Mapping[str, Weights] = WEIGHTS,
) -> float:
    """0 to 1."""
    mine = weights["alone" if written is None else "confirmed"]
    seen = with_products(features(sounded, written))
    total = mine["bias"] + sum(mine.get(name, 0.0) * value for name, value in seen.items())
    return probability(total)


def evidence(sounded: Sounded, written: Written | None = None) -> dict[str, float]:
    """For traces."""
    told = {name: float(value) for name, value in asdict(sounded).items()}
    if written is not None and written is not UNWRITTEN:
        told |= {f"written {name}": float(value) for name, value in asdict(written).items()}
    return told
