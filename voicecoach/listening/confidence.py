"""From a reading's figures to one probability: a small logistic.

The weights are rounded from fits by such a logistic as that of `benchmarks.commands --fit`,
tried with each voice left out in turn, to 1,080 utterances of the tuning half of its
material: commands in natural voices, in a set, with the speech 10 and 5 dB above nine noises,
cut out where they are known to be; and human one-word clips, near-misses and talk. `--fit`
hears what the segments hold instead, leaves the bias to another rule and gives `behind` no
weight, so it does not print these.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from hashlib import sha256

from .log_odds import probability

WEIGHTS: Mapping[str, float] = {
    "bias": 1.35,
    "llr": 0.384,
    "ahead": 0.06,
    "behind": 2.0,
    "prior": -0.278,
    "fit": 0.55,
    "live": -0.22,
}
"""The bias puts 0.5 where, in a set, 460 utterances of talk and noise brought no alarm but
three in the coach's own voice, and 100 near-misses 3 ("pours" for "pause"). `behind` was set
by hand: a rival that is a nat less probable must not look as good only because both are well
heard. So was `live`: with the eleven thousand phrases of a rest, a whole nat of doubt, which
refused 9 of 15 alarms and wrong commands there and 4 of 139 right ones."""

_IN_A_SET = 128
"""Phrases, decoys with them, up to which the bias holds: about as many as are live in a set."""


def calibration() -> str:
    """Names what a confidence means: figures kept under another one are no use any more."""
    return sha256(repr(sorted(WEIGHTS.items())).encode()).hexdigest()[:8]


def features(figures: Mapping[str, float]) -> dict[str, float]:
    """What the logistic looks at, made from the figures of one reading.

    `score`, `free`: log-probability of the phrase and of the free transcript;
    `prior`: log-probability of the phrase where there is only noise; `margin`: lead
    over the best other reading, in nats, negative for those behind; `tokens`,
    `written`: length of the phrase and of the free transcript; `duration`: seconds
    of speech; `speech`: its mean likeness to speech, 0 to 1; `live`: phrases that it
    may have been, decoys with them.
    """
    return {
        "llr": max(figures["score"] - figures["free"], -12.0),
        "ahead": max(min(figures["margin"], 8.0), 0.0),
        "behind": min(max(figures["margin"], -8.0), 0.0),
        "prior": max(figures["prior"], -25.0),
        "fit": max(figures["score"], -15.0),
        "live": max(math.log(figures["live"] / _IN_A_SET), 0.0),
    }


def confidence(figures: Mapping[str, float]) -> float:
    """0 to 1: how probably just this phrase was said."""
    seen = features(figures)
    total = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in seen.items())
    return probability(total)
