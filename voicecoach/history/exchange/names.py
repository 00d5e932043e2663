"""Which exercise a file means by a name.

"Bench Press (Barbell)", "(Dumbbell)" and "(Smith Machine)" are three exercises: what is suggested
for the one is too much for the other. So a name with brackets is an exercise of ours only where
they say what ours is done with anyway, and where the file has no other name for it.
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
"""What the shipped exercises are done with, as the programs have it in brackets."""


@dataclass(frozen=True, slots=True)
class Called:
    """What exercises are called."""

    ours: Mapping[str, str]
    """Their files' names, by everything that they are called, `plain`."""
    mapped: Mapping[str, str]
    """What the lifter says that the names of a file are here, `plain`."""

    def meant(self, names: Iterable[str], logged: Iterable[LoggedWorkout]) -> dict[str, str]:
        """What each of the names of a file is in the log: as the lifter says, as it was the last
        time, as it is called here; else its own name."""
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
        """The exercise that is meant by "Squat (Barbell)", "" for none."""
        match = re.fullmatch(r"([^()]+)\(([^()]+)\)", name.strip())
        exercise = self.ours.get(plain(match[1]), "") if match else ""
        return exercise if match and _USUAL.get(exercise) == plain(match[2]) else ""


def plain(name: str) -> str:
    """An exercise's name without case and signs: "Leg press" is "leg-press"."""
    return " ".join(re.findall(r"\w+", name.casefold().replace("_", " "))) or name


def name_in(key: str) -> str:
    """The name that a file had for the exercise of a set, by the set's key; "" for none."""
    return key.partition("|")[2].rpartition("|")[0]


def _remembered(logged: Iterable[LoggedWorkout]) -> dict[str, str]:
    """What the names of earlier files were taken for, the latest last."""
    return {
        plain(name): each.exercise
        for workout in logged
        for each in workout.sets
        if (name := name_in(each.key))
    }
