"""Whose turn it is in a circuit: exercises that take turns, a set each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..plan import SAMPLE_RATE
from ..workout import Circuit, Station

WALK = 15 * SAMPLE_RATE
"""Samples from one station to the next, if nothing else is said: time to walk there and sit down.
What is gained by a superset is time, so it is short."""

ROUNDS = 3
"""Rounds, if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Turns:
    """A circuit, and how far it is."""

    circuit: Circuit
    """With its stations in the order of today."""
    round: int = 1
    """Beyond the last if it is over."""
    gone: int = 0
    """How many stations of this round had their turn, or were skipped."""

    @property
    def names(self) -> tuple[str, ...]:
        """The exercises, in order."""
        return tuple(each.exercise for each in self.circuit.stations)

    @property
    def over(self) -> bool:
        return self.round > self.circuit.rounds

    @property
    def new(self) -> bool:
        """True until the first station had its turn."""
        return self.round == 1 and not self.gone

    @property
    def next(self) -> str:
        """Whose turn it is; "" if it is over."""
        return "" if self.over else self.names[self.gone]

    @property
    def walking(self) -> bool:
        """True between two stations of a round."""
        return not self.over and self.gone > 0

    def left(self, exercise: str) -> int:
        """How many sets of `exercise` are still to come."""
        return 0 if self.over else self.circuit.rounds - self.round + (exercise in self._waiting)

    def after(self, exercise: str) -> str:
        """Whose turn it is once `exercise` has had its own; "" if that was the last."""
        return self.pass_on().next if exercise == self.next else self.next

    def rest_after(self, usual: int) -> int:
        """Samples of rest after the set that is next; `usual`: what its exercise says."""
        if self.pass_on().walking:
            return self.circuit.rest_between
        return usual if self.circuit.rest is None else self.circuit.rest

    @property
    def _waiting(self) -> tuple[str, ...]:
        """Whose turn is still to come in this round."""
        return self.names[self.gone :]

    # --- how it goes on -----------------------------------------------------------------------

    def pass_on(self) -> Turns:
        """The station had its turn, or was skipped."""
        if self.over:
            return self
        gone = self.gone + 1
        return replace(self, gone=gone) if gone < len(self.names) else self.end_round()

    def end_round(self) -> Turns:
        return self if self.over else replace(self, round=self.round + 1, gone=0)

    def one_more(self) -> Turns:
        """With one more round."""
        return replace(self, circuit=replace(self.circuit, rounds=self.circuit.rounds + 1))

    def other_first(self) -> Turns:
        """Swap the next two stations, in the rounds to come as well. With one left, none."""
        return self.bring(self._waiting[1]) if len(self._waiting) > 1 and not self.over else self

    def bring(self, exercise: str) -> Turns:
        """Let `exercise` be next. If it had its turn already, the next round begins with it."""
        turns = self if exercise in self._waiting else self.end_round()
        stations = turns.circuit.stations
        had, waiting = stations[: turns.gone], stations[turns.gone :]
        ahead = sorted(waiting, key=lambda each: each.exercise != exercise)
        return replace(turns, circuit=replace(turns.circuit, stations=(*had, *ahead)))


def as_planned(circuit: Circuit, done: Mapping[str, int]) -> Turns:
    """A circuit of a plan; `done`: how many sets of each exercise are done already, if it was left
    before the workout broke off."""
    sets = [done.get(each.exercise, 0) for each in circuit.stations]
    least = min(sets, default=0)
    return Turns(circuit, least + 1, sets.index(least) if sets else 0)


def come_back(circuit: Circuit, round: int, last: str, done: bool) -> Turns:
    """Where a circuit goes on that broke off: `last` was the exercise of its last set, in `round`;
    `done`: that set was whole."""
    names = [each.exercise for each in circuit.stations]
    at = Turns(circuit, round, names.index(last) if last in names else 0)
    return at.pass_on() if done else at


def known_to(circuit: Circuit, exercises: set[str]) -> Circuit:
    """Without the stations that can't be trained here."""
    kept: tuple[Station, ...] = tuple(e for e in circuit.stations if e.exercise in exercises)
    return replace(circuit, stations=kept)
