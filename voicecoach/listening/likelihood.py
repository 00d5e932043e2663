"""How probable it is that just this phrase was said, from all that is known of it.

A logistic over some twenty features and the products of each two: what was said right behind a
phrase, for instance, tells against it only if its sounds leave a doubt.

The weights belong to a network and come with it (its "calibration"): one set for the sounds
alone, one for the sounds and a second opinion. `python -m benchmarks.commands --calibrate` fits
them. `WEIGHTS` are a guess, for a network that brings none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations_with_replacement

from .log_odds import probability


@dataclass(frozen=True, slots=True)
class Sounded:
    """What the sounds say of a reading."""

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
    talk: float
    """The same of the 1.6 s that lie 0.4 s before it."""
    led: float
    """Frames of the same breath that lie before it."""
    went_on: float
    """The same behind it."""
    pace: float
    """Frames for each sound."""
    rise: float
    """dB by which it is louder than the last three seconds mostly were."""
    over: float
    """dB by which its loudest vowel is louder than the loudest of the last three seconds."""
    live: float
    """Phrases that it may have been."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one who writes words down makes of the same reading."""

    score: float
    """Its log-probability there."""
    free: float
    """That of what would be written if every text were allowed."""
    margin: float
    """Nats by which it leads the best that means something else."""
    prior: float
    """Its log-probability where there is nothing but noise."""


Weights = Mapping[str, float]

UNWRITTEN = Written(score=-15.0, free=-3.0, margin=-8.0, prior=-12.0)
"""Of a reading that nobody would write."""

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
"""Of the sounds alone, and of both together. What isn't named counts for nothing."""


def features(sounded: Sounded, written: Written | None = None) -> dict[str, float]:
    """What the logistic looks at."""
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
        "over": max(-1.5, min(sounded.over / 10, 1.5)),
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
    """Features and the products of each two ("fit*after") and of each with itself."""
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
