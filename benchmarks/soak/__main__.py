"""A long day of workouts with recognition on: does anything grow, drift or run dry?

    python -m benchmarks.soak simulated [--hours 8] [--seed N] [--json FILE]
    python -m benchmarks.soak live [--hours 1] [--seed N] [--json FILE]

A lifter with four natural voices does one set after another, and says what fits: the awaited
answers, commands beside them, and now and then something that is none. The seed chooses.

- simulated: one workout, with a recogniser process, a log and a trace, as fast as it can be
  computed.
- live: one workout, `voicecoach start` on its own PulseAudio (see
  `tests/support/virtual_sound_card.py`). The earbuds are recorded (700 MB an hour, removed
  at the end), and each phase's tick is compared with the trace.

SIGTERM ends either early, and what was counted so far is told.

Once a minute of workout, both processes are looked at. The slope is a line through the memory that
no file backs, after the first sixth of the run. Wake-ups are waits of any thread that ended.
Off the clock: how much later than planned from its first rep the last rep of a set began, in sets
without a pause or a change of tempo. The machine's own sound is not touched. Needs Linux,
voicecoach[test] and the packages that the live tests name.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.soak.figures import off_the_clock, sets_of
from benchmarks.soak.lifter import speak
from tests.support.natural_speech import KEPT_IN


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("kind", choices=("simulated", "live"))
    parser.add_argument("--hours", type=float, default=None, help="8 simulated, 1 live")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="voicecoach-soak-") as name:
        folder = Path(name)
        for each in ("speech", "home", "tmp"):
            (folder / each).mkdir()
        os.environ[KEPT_IN] = str(folder / "speech")
        # In a process of its own: the voices take more memory than what is measured.
        speaker = multiprocessing.get_context("spawn").Process(target=speak)
        speaker.start()
        speaker.join()
        if given.kind == "live":
            from benchmarks.soak.live import soak

            result = soak(folder, given.hours or 1.0, given.seed)
        else:
            from benchmarks.soak.simulated import soak

            result = soak(folder, given.hours or 8.0, given.seed)
        events = [json.loads(line) for line in (folder / "events.jsonl").open()]
    result["trace"] = dict(zip(("sets", "reps", "text"), told(events, result["said"]), strict=True))
    print(result["trace"]["text"])
    if given.json:
        given.json.write_text(json.dumps(result, indent=1))


def told(events: Sequence[dict[str, Any]], said: int) -> tuple[int, int, str]:
    """Sets, reps, and what the trace says of them."""
    sets = sets_of(events)
    reps = sum(event["type"] == "rep" for event in events)
    return len(sets), reps, "\n".join(_told(events, sets, said))


def _told(
    events: Sequence[dict[str, Any]], sets: Sequence[Sequence[Any]], said: int
) -> Iterator[str]:
    reps = sum(event["type"] == "rep" for event in events)
    obeyed = sum(event["type"] == "heard" and event["accepted"] for event in events)
    yield f"{len(sets)} sets, {reps} reps; said {said}, obeyed {obeyed}"
    off = [1000 * found for each in sets if (found := off_the_clock(each)) is not None]
    if off:
        yield f"off the clock in the trace: at most {max(map(abs, off)):.3f} ms in {len(off)} sets"


if __name__ == "__main__":
    main()
