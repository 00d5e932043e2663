"""A workout for a seed: whose language, which exercise or plan, how, and when it ends."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from enum import StrEnum

from voicecoach import config
from voicecoach.config import Config
from voicecoach.core.pacing import Talkativeness
from voicecoach.core.plan import Exercise, Tempo

from .session_driver import shipped

LANGUAGES = ("en", "de", "es", "ko")
WORKOUTS = ("full-body", "leg-press", "supersets")
PROGRAMS = ("linear", "double", "wave")
TEMPOS = ("1-0-1-0", "2-0-1-0", "1-1-1-0", "1-0-1-1", "10X0")

PACES = (0.03, 0.055, 0.075, 0.105)
"""Seconds per character, as in the tests of the invariants."""

SYLLABLE = 2
"""Number of letters of other languages that take as long as one Korean syllable."""

SHORTEST, LONGEST = 25.0, 55.0
"""Seconds that a workout takes, if nobody finishes it before."""


class Ending(StrEnum):
    """What ends a workout that its lifter has not finished."""

    ASKED = "asked to end"
    """By Ctrl-C, or a signal."""
    KILLED = "killed"


@dataclass(frozen=True)
class RandomWorkout:
    seed: int
    language: str
    exercise: str
    """The name of one, or "" if a plan decides."""
    workout: str
    program: str
    tempo: str
    reps: int
    talk: Talkativeness
    pace: float
    worn: bool
    """Whether the output is worn on the ears."""
    broken: bool
    """Whether the log has a workout that broke off."""
    prove_stop: bool
    prepared: bool
    """Whether every text is rendered before it begins."""
    spare: bool
    """Whether another recogniser can take over."""
    boot_clock: bool
    """Whether the system has a clock that goes on in a sleep and that nobody can set."""
    seconds: float
    sets: int
    """After so many, the lifter finishes."""
    ending: Ending

    def configured(self) -> Config:
        """Its files, without its tempo and reps."""
        loaded = shipped(self.language)
        every = loaded.offered
        known = {each.id: each for each in every}
        if self.exercise:
            return replace(loaded, exercise=self.overridden(known[self.exercise]), offered=())
        if self.program:
            found = config.program(self.program, every)
            assert found is not None
            return replace(loaded, program=found[0])
        plan = config.plan(self.workout, every)
        return replace(loaded, workout=plan, offered=tuple(self.overridden(each) for each in every))

    def overridden(self, exercise: Exercise) -> Exercise:
        """`exercise` with its tempo and reps, unless a position is held."""
        if exercise.held:
            return replace(exercise, reps=exercise.breaths(5 * self.reps))
        return replace(exercise, tempo=Tempo.parse(self.tempo), reps=self.reps)


def drawn(seed: int) -> RandomWorkout:
    """The workout of this seed, always the same."""
    choice = random.Random(f"workout {seed}")
    language = choice.choice(LANGUAGES)
    exercise = workout = program = ""
    match choice.randrange(6):
        case 0:
            workout = choice.choice(WORKOUTS)
        case 1:
            program = choice.choice(PROGRAMS)
        case 2:
            pass  # it is chosen by voice
        case _:
            exercise = choice.choice([each.id for each in shipped("en").offered])
    return RandomWorkout(
        seed,
        language,
        exercise,
        workout,
        program,
        choice.choice(TEMPOS),
        choice.choice((1, 2, 3, 4, 6, 12)),
        choice.choice([*Talkativeness]),
        choice.choice(PACES) * (SYLLABLE if language == "ko" else 1),
        worn=choice.random() < 0.8,
        broken=choice.random() < 0.15,
        prove_stop=choice.random() < 0.15,
        prepared=choice.random() < 0.03,
        spare=choice.random() < 0.5,
        boot_clock=choice.random() < 0.7,
        seconds=choice.uniform(SHORTEST, LONGEST),
        sets=choice.choice((1, 2, 3)),
        ending=choice.choice([*Ending]),
    )
