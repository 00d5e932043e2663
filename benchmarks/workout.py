"""A whole workout of two sets by voice alone, and does the recording agree with the trace?

    python -m benchmarks.workout [--times 1] [--json FILE]

On its own PulseAudio (see `tests/support/virtual_sound_card.py`), `voicecoach start` is launched
and from then on driven only by a natural voice at the microphone: the stop word is proved, the gate
answered, a set done to its target and another ended by "done", the catches locked, and the workout
ended, until the program exits by itself. Then the recording of the earbuds is compared with the
trace: the tick of every phase, and every line that should have been spoken. A command that is not
understood is repeated, and counted.

The machine's own sound is not touched. Needs voicecoach[test] and the packages that the live tests
name.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.support.natural_speech import say
from tests.support.trace_alignment import agreement, clips_in
from tests.support.virtual_sound_card import Coach, Lifter, Recording, SoundCard

TALK = (
    # what to wait for, what to say then, and what shows that it was understood
    ("Say: stop now", "stop now", "I heard you"),
    ("Say ready", "ready", "armed"),
    ("Say start set", "start set", "countdown"),
    ("ended by target", "locked", "rest"),
    ("Good set", "ready", "gate"),
    ("Say ready", "ready", "armed"),
    ("Say start set", "start set", "countdown"),
    ("2 lift", "done", "ended by done"),
    ("Say locked", "locked", "rest"),
    ("Good set", "done", "summary"),
)
"""A workout of two sets. The texts are the shipped ones, and states of the trace."""

_TRIES = 4


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--times", type=int, default=1)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as name, SoundCard() as card:
        card.environment["XDG_CACHE_HOME"] = name
        for _ in range(given.times):
            results.append(trained(card, Path(name)))
            print("  ".join(f"{what} {value}" for what, value in results[-1].items()), flush=True)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2))


def trained(card: SoundCard, folder: Path) -> dict[str, Any]:
    """One workout: what was repeated, and what the recording lacks."""
    lifter = Lifter(card)
    recording = Recording(card, folder / "recording")
    coach = Coach(
        card,
        *("--microphone", "mic", "--output", "earbuds", "--engine", "moonshine"),
        *("--voice", "pyttsx3", "--tempo", "1-1-1-1", "--reps", "3"),
        *("--events", str(folder / "events.jsonl"), "--config", str(folder)),
    )
    again = 0
    try:
        at = 0
        for cue, words, understood in TALK:
            at = coach.wait_for(cue, 90, at)
            time.sleep(0.8)
            for attempt in range(_TRIES):
                lifter.say(say(words))
                try:
                    at = coach.wait_for(understood, 6, at - 1)
                    break
                except AssertionError:
                    again += 1
                    if attempt == _TRIES - 1:
                        raise
        code = coach.end(30)
    finally:
        coach.kill()
        lifter.close()
        sound = recording.close()
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    found = agreement(events, sound, clips_in(folder))
    error = 1000 * np.abs(found.errors)
    sets = [event for event in events if event["type"] == "set"]
    return {
        "exit": code,
        "sets": [(each["reps"], each["ended_by"]) for each in sets],
        "said again": again,
        "phases": len(found.ticks),
        "phases missing": found.ticks.count(None),
        "median ms": round(float(np.median(error)), 2),
        "max ms": round(float(error.max()), 2),
        "lines": len(found.lines),
        "lines missing": found.missing,
        "seconds": round(events[-1]["t"]),
    }


if __name__ == "__main__":
    main()
