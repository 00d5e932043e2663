"""Which exercise a name in a file means.

"Bench Press (Barbell)", "(Dumbbell)" and "(Smith Machine)" are three exercises: a weight for one
is too much for another. So a name with brackets is one of our exercises only if they name the
equipment that ours uses, and if no other name in the file means the same exercise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..logged import LoggedWorkout

_USUAL = {
    "leg-press": "machine",
    "leg-extension": "machine",
    "leg-curl": "machine",
    "lat-pulldown": "cable",
    "seated-row": "cable",
    "squat": "barbell",
    "bench-press": "barbell",
    "romanian-deadlift": "barbell",
}
"""The equipment of the shipped exercises, as other programs write it in brackets."""


@dataclass(frozen=True, slots=True)
class Called:
    """What exercises are called."""

    ours: Mapping[str, str]
    """Our exercises' file names, by all their names, made `plain`."""
    mapped: Mapping[str, str]
    """The lifter's own mapping: our exercise by the file's name, made `plain`."""

    def meant(self, names: Iterable[str], logged: Iterable[LoggedWorkout]) -> dict[str, str]:
        """Our exercise for each name in a file: by the lifter's mapping, by the last import, or
        by its names here; otherwise the name itself."""
        remembered = _remembered(logged)
        names = {*names}
        found = {}
        guessed = {}
        for name in names:
            spelt, before = plain(name), remembered.get(plain(name))
            moved = before if before != name else None
            known = self.mapped.get(spelt) or moved or self.ours.get(spelt) or before
            if known:
                found[name] = known
            elif usual := self._usual(name):
                guessed[name] = usual
        claims = Counter([*found.values(), *guessed.values()])
        found |= {name: usual for name, usual in guessed.items() if claims[usual] == 1}
        return {name: found.get(name, name) for name in names}

    def _usual(self, name: str) -> str:
        """The exercise that "Squat (Barbell)" means, "" for none."""
        match = re.fullmatch(r"([^()]+)\(([^()]+)\)", name.strip())
        exercise = self.ours.get(plain(match[1]), "") if match else ""
        return exercise if match and _USUAL.get(exercise) == plain(match[2]) else ""


def plain(name: str) -> str:
    """A name without case and punctuation: "Leg press" is "leg-press"."""
    return " ".join(re.findall(r"\w+", name.casefold().replace("_", " "))) or name


def name_in(key: str) -> str:
    """The exercise's name in the file, taken from a set's key; "" for none."""
    return key.partition("|")[2].rpartition("|")[0]


def _remembered(logged: Iterable[LoggedWorkout]) -> dict[str, str]:
    """The exercises that earlier files' names were mapped to; the latest wins."""
    return {
        plain(name): each.exercise
        for workout in logged
        for each in workout.sets
        if (name := name_in(each.key))
    }
