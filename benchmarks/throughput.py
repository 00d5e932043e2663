"""How many times faster than real time is a set simulated, and where does the time go?

A set of 60 reps of 8 seconds with the embedded recogniser listening throughout: a quiet room, one
or two commands a minute, the coach speaking all the time.

    python benchmarks/throughput.py [--profile]

Needs voicecoach[test] for the voice that gives the commands. Run it from the root of a checkout.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.natural_speech import say, timeline
from voicecoach.cli import assembly
from voicecoach.cli.options import Options
from voicecoach.runtime.simulate import simulate

REPS, TEMPO = 60, "3-1-3-1"
GATE = 24.0
"""Seconds until the first rep."""
COMMANDS = [(9.0, "Ready."), (18.0, "Start set.")] + [
    (GATE + 40.0 * n, "How many?") for n in range(1, 12)
]


def timed(name: str, table: dict[str, float], work: Callable[..., object]) -> Callable[..., object]:
    """`work`, with its time added to `table`."""

    def wrapper(*args: object) -> object:
        start = time.perf_counter()
        try:
            return work(*args)
        finally:
            table[name] = table.get(name, 0.0) + time.perf_counter() - start

    return wrapper


def main() -> None:
    seconds = GATE + REPS * 8.0 + 10.0
    microphone = timeline([(at, say(text)) for at, text in COMMANDS], seconds)
    start = time.perf_counter()
    asked = Options(tempo=TEMPO, reps=REPS, engine="moonshine", voice="pyttsx3", language="en")
    loop = assembly.make_workout_loop("leg-press", asked)
    ready = time.perf_counter() - start
    table: dict[str, float] = {}
    for name, owner, method in (
        ("listening", loop._recogniser, "feed"),
        ("mixing", loop._mixer, "render"),
        ("scheduling", loop._player, "speak_until"),
        ("clips (from the cache, or rendered)", loop._clips, "get"),
    ):
        setattr(owner, method, timed(name, table, getattr(owner, method)))
    profile = cProfile.Profile() if "--profile" in sys.argv else None
    start = time.perf_counter()
    if profile:
        profile.enable()
    samples = 0
    accepted = reps = 0
    for block, records in simulate(loop, microphone):
        samples += len(block)
        accepted += sum(getattr(getattr(r, "verdict", None), "accepted", False) for r in records)
        reps += sum(type(r).__name__ == "RepDone" for r in records)
    if profile:
        profile.disable()
    took = time.perf_counter() - start
    length = samples / 48_000
    print(f"{length:.0f} s of session, {reps} reps, {accepted} of {len(COMMANDS)} commands obeyed")
    print(f"simulated in {took:.1f} s: {length / took:.0f} times real time")
    print(f"(starting, with models and clips: {ready:.1f} s)")
    for name, spent in sorted(table.items(), key=lambda pair: -pair[1]):
        print(f"  {name:<36} {spent:6.2f} s  {100 * spent / took:3.0f} %")
    print(f"  {'everything else':<36} {took - sum(table.values()):6.2f} s")
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(15)


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
