"""Combines the two Vosk recognisers' figures into one probability, with a small logistic.

The recogniser that knows only phrases and decoys answers with one of them to anything. Its lead
over the next reading tells most. The recogniser that knows the language says how probable the same
sound is as anything else. The log-probabilities compare, since both heard the same frames with the
same network.

The weights were fitted with `benchmarks.commands --language ko --fit` to Korean commands,
near-misses, talk and gym noise, in synthetic voices. For other models, with other words and another
network but the same units, they are a guess.
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
    """The features of the logistic, from the figures of one reading.

    `score`, `free`: log-probability of the phrase and of the open recogniser's transcript, language
    model included; `margin`: lead in nats over the phrase recogniser's next reading, negative for
    those behind; `agreement`: how alike the phrase and the open transcript sound, 0 to 1.
    """
    return {
        "llr": max(figures["score"] - figures["free"], -30.0),
        "margin": max(min(figures["margin"], 6.0), -6.0),
        "agreement": figures["agreement"],
    }


def confidence(figures: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that exactly this phrase was said."""
    seen = features(figures)
    total = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in seen.items())
    return probability(total)


def likeness(phrase: str, written: str) -> float:
    """How alike two texts sound, judged by their letters, 0 to 1. Hangul is decomposed first."""
    a, b = (unicodedata.normalize("NFD", text).replace(" ", "") for text in (phrase, written))
    return SequenceMatcher(None, a, b, autojunk=False).ratio()
