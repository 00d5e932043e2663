"""Over a loudspeaker: is the coach taken for the lifter, and is the lifter understood?

    python -m benchmarks.echo [--minutes 30] [--trials 42] [--echo DB] [--json FILE]

No sound card: the engine's output comes back to its microphone 400 ms later, through a small
loudspeaker that overdrives and a synthetic room (a direct path, then 0.2 s of seeded noise that
decays), 10 and 20 dB down. The room has a noise floor of -60 dBFS. The real recogniser listens,
with and without the echo canceller.

- alone: set after set, moved on by typed commands, and nobody speaks. Anything accepted is a
  false alarm.
- spoken: a natural voice other than the coach's says a command over each line of the coach, 0.1,
  0.4 and 0.7 s into it, in the reps of a set, at -26 dBFS: as loud as the coach's echo at -10 dB.
  Counted: missed, and understood as something else. "earbuds" is the anchor: no echo.

Missed of 42 spoken, with the shipped settings:

    echo         not cancelled   cancelled
    earbuds            0             0
    -20 dB            15             1
    -10 dB            35             1

False alarms alone in 5 minutes at -10 dB, cancelled: none.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from tests.support.natural_speech import RATE, Sound, at_level, say
from tests.support.simulated_room import LATE, Room
from voicecoach import config
from voicecoach.audio.echo import EchoCanceller
from voicecoach.audio.playout import DELAY
from voicecoach.cli import assembly
from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import Decision
from voicecoach.core.events import Command, State
from voicecoach.core.pacing import fixed_texts
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.listening.models import create
from voicecoach.runtime.voice_loop import QUANTUM
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.clips import Clipbook

LEVEL = -26.0
"""Level of the lifter's speech while it lasts, in dBFS."""

PHRASES = (
    *("done", "stop", "pause", "slower", "faster", "how many", "one more", "I'm done"),
    *("stop now", "slow down", "it hurts", "speed up", "pause the set", "two more reps"),
)

OFFSETS = (0.1, 0.4, 0.7)
"""Seconds into the coach's line at which the lifter begins."""

ANSWERS = {
    State.PROOF: "ready",
    State.READY: "start set",
    State.REST: "start set",
    State.SETUP: "start set",
    State.GATE: "ready",
    State.ARMED: "start set",
    State.PAUSED: "resume",
    State.RACKING: "locked",
}
"""What is typed in each state once the coach has said everything."""

ASKED = ("help", "what does this work", "set up", "repeat")
"""Typed once each, at successive gates, so that every line is spoken."""


class Workout:
    """A coach whose sound comes back, and a lifter who types."""

    def __init__(self, clips: Clipbook, gain: float | None, cancel: bool) -> None:
        loaded = config.load("en", "leg-press")
        self._room = Room(gain)
        self.coach = workout_loop(
            replace(loaded.exercise, reps=30),
            loaded.phrases,
            create("moonshine", "en"),
            clips,
            bars=assembly.bars(loaded.settings.listening),
            prove_stop=True,
            latency=DELAY,
            canceller=EchoCanceller(DELAY) if cancel else None,
        )
        self._since = 0
        self._asked = 0
        self._saying: Sound = np.zeros(0, np.float32)

    @property
    def now(self) -> int:
        return self.coach.position

    def say(self, sound: Sound) -> None:
        """Make the lifter begin to say it."""
        self._saying = sound

    def step(self) -> list[Decision]:
        """Advance 20 ms; return what was heard in them."""
        self._type()
        microphone = self._room.microphone()
        speech, self._saying = self._saying[:QUANTUM], self._saying[QUANTUM:]
        microphone[: len(speech)] += speech
        out, records = self.coach.process(microphone)
        self._room.play(out)
        return [r for r in records if isinstance(r, Decision) and r.heard.candidates]

    def _type(self) -> None:
        """Type the state's answer, a second after the coach has said everything."""
        state = self.coach.conversation.session.state
        if state not in ANSWERS or not self.coach.quiet:
            self._since = self.now
        elif self.now - self._since > SAMPLE_RATE:
            self._since = self.now
            word = ANSWERS[state]
            if state is State.GATE and self._asked < len(ASKED):
                word = ASKED[self._asked]
                self._asked += 1
            self.coach.typed(word)


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one condition."""

    part: str
    echo_db: float | None
    cancelled: bool
    minutes: float
    spoken: int
    missed: int
    wrong: int
    false_alarms: int
    details: tuple[str, ...]
    took: float


@dataclass(slots=True)
class Tally:
    """Counts of the trials."""

    spoken: int = 0
    missed: int = 0
    wrong: int = 0
    false_alarms: int = 0
    details: tuple[str, ...] = ()


def alone(workout: Workout, minutes: float) -> Tally:
    """Everything accepted while nobody speaks."""
    tally = Tally()
    while workout.now < minutes * 60 * SAMPLE_RATE:
        for heard in workout.step():
            if heard.verdict.accepted:
                tally.false_alarms += 1
                line = workout.coach.saying(heard.heard.said)
                tally.details += (f'{heard.verdict.phrase}, from "{line}"',)
    return tally


def spoken(workout: Workout, trials: int, meant: Callable[[str], Command | None]) -> Tally:
    """Say `trials` commands over the coach's speech and judge each by what is accepted."""
    tally = Tally()
    while tally.spoken < trials:
        phrase = PHRASES[tally.spoken % len(PHRASES)]
        offset = OFFSETS[tally.spoken % len(OFFSETS)]
        tally.false_alarms += _wait(workout, offset)
        sound = at_level(say(phrase), LEVEL)
        tally.spoken += 1
        workout.say(sound)
        got: list[Command | None] = []
        refused = ""
        until = workout.now + round((len(sound) / RATE + 1.5) * SAMPLE_RATE) + DELAY
        while workout.now < until:
            for heard in workout.step():
                if heard.verdict.accepted:
                    got.append(heard.verdict.command)
                else:
                    refused += f" ({heard.verdict.phrase}: {heard.verdict.reason})"
        if not got:
            tally.missed += 1
            tally.details += (f"missed: {phrase}{refused}",)
        elif got[0] != meant(phrase):
            tally.wrong += 1
            tally.details += (f"{phrase}: {got[0]}",)
    return tally


def _wait(workout: Workout, offset: float) -> int:
    """Wait until the coach has been audible for `offset` s in a rep; return the false alarms
    meanwhile."""
    alarms = 0
    rest = workout.now + 2 * SAMPLE_RATE
    began = None
    while True:
        alarms += sum(heard.verdict.accepted for heard in workout.step())
        coach = workout.coach
        audible = coach.conversation.session.state is State.REP and coach.saying(workout.now - LATE)
        if not audible or workout.now < rest:
            began = None
        elif began is None:
            began = workout.now
        elif workout.now - began >= offset * SAMPLE_RATE:
            return alarms


def row(
    part: str,
    clips: Clipbook,
    gain: float | None,
    cancel: bool,
    much: float,
    phrases: PhraseTable,
) -> Row:
    """`much`: minutes alone, or number of spoken commands."""
    began = time.perf_counter()
    workout = Workout(clips, gain, cancel)
    silent = part == "alone"
    tally = alone(workout, much) if silent else spoken(workout, round(much), phrases.parse)
    return Row(
        part,
        gain,
        cancel,
        workout.now / 60 / SAMPLE_RATE,
        tally.spoken,
        tally.missed,
        tally.wrong,
        tally.false_alarms,
        tally.details,
        time.perf_counter() - began,
    )


def show(row: Row) -> None:
    echo = "earbuds" if row.echo_db is None else f"{row.echo_db:.0f} dB"
    cancelled = "yes" if row.cancelled else "no"
    share = f"{row.missed / row.spoken:.0%}" if row.spoken else ""
    print(
        f"{row.part:8}{echo:>9}{cancelled:>11}{row.minutes:9.1f}{row.spoken:8}"
        f"{row.missed:8}{share:>6}{row.wrong:7}{row.false_alarms:8}{row.took:8.0f} s",
        flush=True,
    )
    for detail in row.details:
        print(f"        {detail}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30.0, help="in which nobody speaks")
    parser.add_argument("--trials", type=int, default=42, help="spoken commands")
    parser.add_argument("--voice", default="hibari", help="the coach's")
    parser.add_argument("--echo", type=float, action="append", help="only this one, in dB")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()

    loaded = config.load("en", "leg-press")
    clips = assembly.make_clips(loaded, options.voice)
    script = loaded.exercise
    assembly.render(clips, script, fixed_texts(script, script.reps))
    print(
        f"{'':8}{'echo':>9}{'cancelled':>11}{'minutes':>9}{'spoken':>8}{'missed':>8}"
        f"{'':6}{'wrong':>7}{'false':>8}{'took':>8}"
    )
    echoes = options.echo or [-20.0, -10.0]
    ways = [(gain, cancel) for gain in echoes for cancel in (False, True)]
    rows = []
    for gain, cancel in [*([] if options.echo else [(None, False), (None, True)]), *ways]:
        if options.trials:
            rows.append(row("spoken", clips, gain, cancel, options.trials, loaded.phrases))
            show(rows[-1])
    for gain, cancel in ways:
        if options.minutes:
            rows.append(row("alone", clips, gain, cancel, options.minutes, loaded.phrases))
            show(rows[-1])
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
