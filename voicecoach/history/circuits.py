"""A set's place in its superset or circuit, as texts in the column `extra` of its row.

    {"superset": "1", "round": "2", "rounds": "3", "stations": "leg-press/leg-curl",
     "targets": "10/12", "rests": "15/90"}

"superset" is as in the files of other programs. The rest is what a workout that broke off needs to
go on: a superset that was begun by voice is in no file.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..core.plan import samples, seconds
from ..core.workout import Circuit, Station
from .values import UnsoundError, counts

_SLASH = "/"
"""No file name has one, and exercises are named after their files."""

_USUAL = "-"
"""The rest after a round is that of the exercise."""


def texts_of(circuit: Circuit | None, round: int) -> Mapping[str, str]:
    """The texts for a set in `round` of `circuit`; none if it belongs to none."""
    if circuit is None:
        return {}
    return {
        "superset": str(circuit.number),
        "round": str(round),
        "rounds": str(circuit.rounds),
        "stations": _SLASH.join(each.exercise for each in circuit.stations),
        "targets": _SLASH.join(str(each.reps) for each in circuit.stations),
        "rests": _SLASH.join((_span(circuit.rest_between), _span(circuit.rest))),
    }


def circuit_of(extra: Mapping[str, str]) -> tuple[Circuit | None, int]:
    """What `texts_of` wrote: the circuit and the round; None and 0 for none. Raises UnsoundError,
    or an error that `sound` converts."""
    if "stations" not in extra:
        return None, 0
    names, targets = (extra[key].split(_SLASH) for key in ("stations", "targets"))
    numbers = [int(extra[key]) for key in ("superset", "round", "rounds")]
    stations = tuple(map(Station, names, map(int, targets)))
    counts([*numbers, *(each.reps for each in stations)])
    number, round, rounds = numbers
    if round > rounds:  # a set after it, as earlier versions wrote it
        return None, 0
    if round < 1 or len(names) != len(targets) or len({*names}) < len(names):
        raise UnsoundError(f"round {round} of {rounds}, {names}, is no superset")
    between, after = extra["rests"].split(_SLASH)
    rest = None if after == _USUAL else samples(float(after))
    return Circuit(number, stations, rounds, samples(float(between)), rest), round


def _span(length: int | None) -> str:
    return _USUAL if length is None else f"{seconds(length):g}"
