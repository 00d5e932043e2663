"""How much of the demo's recording is understood, by each way to hear English?

    python -m benchmarks.demo [--engine NAME]... [--json FILE]

The lifter of `voicecoach demo` says eight commands in a synthetic gym. They are coached with
Moonshine alone, which is the obvious program: a recogniser as it comes, with the same decisions
behind it; with the spotter alone, as where Moonshine can't be installed; and with both, as shipped.
Takes a minute.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from voicecoach.audio import wav
from voicecoach.cli import assembly
from voicecoach.cli.demo import RECORDING
from voicecoach.cli.options import Options
from voicecoach.core.decision import Decision
from voicecoach.listening import models
from voicecoach.runtime.simulate import simulate

SAID = ("ready", "start", "slower", "how many", "pause", "resume", "done", "locked")
ENGINES = ("moonshine", "spotter", "auto")


def understood(engine: str) -> list[str]:
    """The commands that were obeyed, in order."""
    microphone, _ = wav.read(RECORDING)
    installed: Callable[[], Path | None] = models.find_weights
    if engine == "spotter":
        # It would ask Moonshine in doubt.
        models.find_weights = lambda: None
    try:
        asked = Options(engine=engine, voice="pyttsx3", language="en")
        loop = assembly.make_workout_loop("leg-press", asked)
        return [
            each.verdict.phrase
            for _, records in simulate(loop, microphone)
            for each in records
            if isinstance(each, Decision) and each.verdict.accepted
        ]
    finally:
        models.find_weights = installed


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--engine", action="append", choices=ENGINES)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    results = {engine: understood(engine) for engine in given.engine or ENGINES}
    for engine, found in results.items():
        print(f"{engine:<10} {len(found)} of {len(SAID)}: {', '.join(found)}", flush=True)
    if given.json:
        given.json.write_text(json.dumps({"said": len(SAID), **results}, indent=1))


if __name__ == "__main__":
    main()
