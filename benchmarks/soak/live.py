"""One long workout over a virtual sound card, listened to and recorded."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.process import biggest_child, use
from benchmarks.soak.figures import Counted, files_in, sets_of
from benchmarks.soak.lifter import STEP, Talker
from tests.support.matched_filter import offsets
from tests.support.natural_speech import Sound, say
from tests.support.virtual_sound_card import Coach, Lifter, Recording, SoundCard
from voicecoach.audio.tones import TONES, tick
from voicecoach.core.events import State
from voicecoach.core.plan import SAMPLE_RATE, Phase

OPTIONS = (
    *("--microphone", "mic", "--output", "earbuds", "--engine", "auto", "--voice", "pyttsx3"),
    *("--tempo", "2-0-2-0", "--reps", "6"),
)

_LINE = re.compile(r"^ *\d+\.\d\d  (\d+ )?(\S+)")
_AROUND = 6.0
"""Seconds of the recording before and after a set in which it is looked for."""
_STATES = frozenset(State)


def soak(folder: Path, hours: float, seed: int) -> dict[str, Any]:
    """Run it, print what was counted, and return it."""
    (folder / "voicecoach.toml").write_text("[listening]\nloudspeaker = false\n")
    with SoundCard() as card:
        card.environment["TMPDIR"] = str(folder / "tmp")
        lifter = Lifter(card)
        recording = Recording(card, folder / "recording")
        coach = Coach(
            card, *OPTIONS, "--events", str(folder / "events.jsonl"), "--config", str(folder)
        )
        talker = Talker(seed)
        try:
            counted = Counted("coach"), Counted("recogniser")
            with suppress(KeyboardInterrupt):
                _train(coach, lifter, talker, hours, *counted)
            files = files_in(folder / "tmp")
            coach.signal(signal.SIGTERM)
            code = coach.end(20)
        finally:
            coach.kill()
            lifter.close()
            recording.close()
        log = sum(path.stat().st_size for path in coach.log.parent.iterdir())
    events = [json.loads(line) for line in (folder / "events.jsonl").open()]
    late = _late(events, np.memmap(folder / "recording", np.float32, "r"))
    notes = [line for _, line in coach.lines if not _LINE.match(line)]
    lines = [
        *(line for each in counted for line in each.lines()),
        f"temporary files {files[0]}, log {log / 1024:.0f} KB, "
        f"trace {(folder / 'events.jsonl').stat().st_size / 1024:.0f} KB",
        *_heard(late),
        f"exit code {code}; what it told beside the workout: {notes or 'nothing'}",
    ]
    print("\n".join(lines), flush=True)
    return {
        "said": talker.said,
        "lines": lines,
        "late": late,
        "looks": {each.name: each.raw() for each in counted},
    }


def _train(
    coach: Coach, lifter: Lifter, talker: Talker, hours: float, ours: Counted, child: Counted
) -> None:
    """Speak for that long, and count what the coach and its recogniser use, once a minute."""
    coach.wait_for("stop now", 120)
    began = time.monotonic()
    looked = -1
    seen = 0
    state = "proof"
    while (now := time.monotonic() - began) < 3600 * hours:
        if now // 60 > looked and now > 30:  # The clips are rendered by then.
            looked = int(now // 60)
            ours.looks.append((now / 3600, use(coach.pid)))
            if (listens := biggest_child(coach.pid)) is not None:
                child.looks.append((now / 3600, listens))
        lines = coach.lines[seen:]
        seen += len(lines)
        for _, line in lines:
            if (found := _LINE.match(line)) is not None:
                state = "rep" if found[1] else found[2] if found[2] in _STATES else state
        chosen = talker.choose(state, now)
        if chosen is not None:
            lifter.say(say(*chosen))
        time.sleep(STEP)


def _late(events: Sequence[dict[str, Any]], sound: Sound) -> list[tuple[float, float, float, int]]:
    """For each set: hours, the median lateness of its ticks in ms against those of the first set,
    the most that one of them is off that median, and how many are missing."""
    ticks = {phase: TONES[tick(Phase(phase))] for phase in Phase}
    delay: float | None = None
    first = 0.0
    found = []
    for each in sets_of(events):
        phases = [event for event in each if event["type"] == "phase"]
        if len(phases) < 6:
            continue
        begin = max(0.0, phases[0]["t"] - _AROUND + (delay or 0.0))
        end = phases[-1]["t"] + _AROUND + (120.0 if delay is None else delay)
        if delay is None:
            begin = 0.0
        piece = np.array(sound[round(begin * SAMPLE_RATE) : round(end * SAMPLE_RATE)])
        # Seconds since the recording began, if the trace began with it.
        expected = [(p["t"] - phases[0]["t"], ticks[Phase(p["phase"])]) for p in phases]
        late = offsets(piece, expected, within=0.2)
        there = 1000 * np.array([each for each in late if each is not None])
        if len(there) < len(late) // 2:
            found.append((phases[0]["t"] / 3600, float("nan"), float("nan"), len(late)))
            continue
        since = 1000 * (begin - phases[0]["t"]) + float(np.median(there))
        if delay is None:
            delay, first = since / 1000, since
        spread = float(np.abs(there - np.median(there)).max())
        found.append((phases[0]["t"] / 3600, since - first, spread, late.count(None)))
    return found


def _heard(late: Sequence[tuple[float, float, float, int]]) -> Iterator[str]:
    there = [each for each in late if not np.isnan(each[1])]
    if len(there) < 3:
        yield "the phases are not in the recording"
        return
    hours, drift, spread, missing = np.array(there).T
    yield (
        f"ticks in the recording: {len(there)} of {len(late)} sets found, {missing.sum():.0f} "
        f"ticks missing; drift {np.polyfit(hours, drift, 1)[0]:+.2f} ms/h, a set is at most "
        f"{np.abs(drift).max():.2f} ms off the first; within a set at most {spread.max():.2f} ms "
        f"(median {np.median(spread):.2f})"
    )
