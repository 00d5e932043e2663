"""From what Vosk's two recognisers say to one probability: a small logistic.

The one that knows only phrases and decoys answers with one of them to anything, and by
how much it prefers the phrase tells most. The one that knows the language says how
probable the same sound is as anything else: the log-probabilities compare, since both
heard the same frames with the same network.

The weights were fitted by the means of `benchmarks.commands --language ko --fit` on Korean
commands, near-misses, talk and gym noise, in synthetic voices. For other models, which
have other words and another network but the same units, they are a guess.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher

from .log_odds import probability

WEIGHTS: Mapping[str, float] = {
    "bias": -1.22,
    "llr": 0.026,
    "margin": 0.323,
    "agreement": 1.65,
}


def features(figures: Mapping[str, float]) -> dict[str, float]:
    """What the logistic looks at, made from the figures of one reading.

    `score`, `free`: log-probability of the phrase, and of what the open recogniser would
    write, each with its words' own; `margin`: lead over the next reading of the phrases'
    recogniser, in nats, negative for those behind; `agreement`: how alike the phrase and
    what the open one would write sound, 0 to 1.
    """
    return {
        "llr": max(figures["score"] - figures["free"], -30.0),
        "margin": max(min(figures["margin"], 6.0), -6.0),
        "agreement": figures["agreement"],
    }


def confidence(figures: Mapping[str, float]) -> float:
    """0 to 1: how probably just this phrase was said."""
    seen = features(figures)
    total = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in seen.items())
    return probability(total)


def likeness(phrase: str, written: str) -> float:
    """How alike two texts sound, by their letters: 0 to 1. Hangul is taken apart first."""
    a, b = (unicodedata.normalize("NFD", text).replace(" ", "") for text in (phrase, written))
    return SequenceMatcher(None, a, b, autojunk=False).ratio()
