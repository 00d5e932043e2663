"""Turns a reading's figures into one probability, with a small logistic.

The weights are rounded from fits like those of `benchmarks.commands --fit`, cross-validated with
each voice left out in turn, on 1,080 utterances of the tuning half of its material: commands in
natural voices, in a set, with the speech 10 and 5 dB above nine noises, cut at their known bounds;
and human one-word clips, near-misses and talk. `--fit` does not print these weights: it hears the
segments as they are cut, sets the bias by another rule and gives `behind` no weight.
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
"""With this bias and a threshold of 0.5, 460 utterances of talk and noise in a set raised three
alarms, all in the coach's own voice, and 100 near-misses raised 3 ("pours" for "pause"). `behind`
was set by hand: a rival that is one nat less probable must not look as good only because both fit
well. `live` was set by hand too: with the eleven thousand phrases of a rest it adds a whole nat of
doubt, which refused 9 of 15 alarms and wrong commands there and 4 of 139 right ones."""

_IN_A_SET = 128
"""Number of phrases, decoys included, up to which the bias holds: about as many as are live in a
set."""


def calibration() -> str:
    """Identifies what a confidence means: figures stored under another calibration are useless."""
    return sha256(repr(sorted(WEIGHTS.items())).encode()).hexdigest()[:8]


def features(figures: Mapping[str, float]) -> dict[str, float]:
    """The features of the logistic, from the figures of one reading.

    `score`, `free`: log-probability of the phrase and of the free transcript; `prior`:
    log-probability of the phrase on noise alone; `margin`: lead over the best other reading, in
    nats, negative for those behind; `tokens`, `written`: length of the phrase and of the free
    transcript; `duration`: seconds of speech; `speech`: its mean probability of being speech, 0 to
    1; `live`: number of live phrases, decoys included.
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
    """The probability, 0 to 1, that exactly this phrase was said."""
    seen = features(figures)
    total = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in seen.items())
    return probability(total)
