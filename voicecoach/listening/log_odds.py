"""Log-odds and probabilities: the two forms in which engines express confidence."""

from __future__ import annotations

import math

_MOST = 50.0
"""Log-odds beyond which a float can't be told from certainty."""


def probability(log_odds: float) -> float:
    """The logistic function: 0 to 1, and 0.5 at 0."""
    return 1 / (1 + math.exp(-max(-_MOST, min(log_odds, _MOST))))


def log_odds(probability: float) -> float:
    """The inverse, of a probability that is neither 0 nor 1."""
    return math.log(probability / (1 - probability))
