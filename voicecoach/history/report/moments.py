"""The timeline of a set, for the author of its script: what was said when.

It comes from the log, which keeps one of every coached set, or from a trace (`--events`).
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ... import given
from ...core.plan import HOLD
from ..logged import Moment

AFTER = 20.0
"""Seconds after a set that its timeline includes: the catches."""

BEFORE = 30.0
"""Seconds before it, in which the gate asks its questions."""


LARGEST = 50_000_000
"""Bytes of a trace; a minute of a set has ten thousand."""

MOST_SETS = 1000
"""Sets in a trace: ten times as many as anybody does in a day."""

LONGEST = 1e6
"""Seconds from the beginning of a session to a line of its trace: eleven days."""


@dataclass(frozen=True, slots=True)
class SetTimeline:
    """One set."""

    title: str
    moments: tuple[Moment, ...]
    """In order of time; seconds since the set began."""
    held: bool = False
    """Whether a position was held; its reps are breaths."""
    done: tuple[float, ...] = ()
    """When the lift of each rep was done, in seconds since the set began; empty if unknown."""


class TraceError(Exception):
    """The file is not a trace; the text is one line with the place and what is wrong."""


def from_trace(path: Path) -> list[SetTimeline]:
    """Each set of a trace of up to LARGEST bytes. Raises TraceError."""
    try:
        text = given.read(path, LARGEST).decode()
    except OSError as error:
        raise TraceError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise TraceError(f"{path}: not a trace, which is UTF-8 text") from error
    moments = []
    starts: list[tuple[float, str, bool]] = []
    ends = []
    reps = []
    # Not splitlines: a text may contain other line separators.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            kind, at = told["type"], _time(told["t"])
            if (moment := _moment(kind, at, told)) is not None:
                moments.append(moment)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise TraceError(
                f"{path}:{number}: not a line of a trace; expected a file that "
                "voicecoach simulate --events wrote"
            ) from error
        if kind == "set began":
            title = f"{told.get('exercise', 'set')}, set {told.get('number', 1)}"
            title += in_superset(told.get("superset"), told.get("round"))
            title += of_kind(told.get("kind"))
            starts.append((at, title, str(told.get("tempo", "")).startswith(HOLD)))
        elif kind == "set":
            ends.append(at)
        elif kind == "rep":
            reps.append(at)
        if len(starts) > MOST_SETS:
            raise TraceError(f"{path}:{number}: more than {MOST_SETS} sets; cut the file in two")
    moments.sort(key=lambda each: each.at)
    starts.sort(key=lambda each: each[0])
    return _cut(path.name, moments, starts, sorted(ends), sorted(reps))


def _time(value: Any) -> float:
    """A time of a trace in seconds. Raises ValueError, TypeError and OverflowError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no time")
    if not -LONGEST <= float(value) <= LONGEST:
        raise ValueError("no time of a session")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def of_kind(kind: object) -> str:
    """What the title of a set that is no usual one says of it, else ""."""
    return {"drop": ", drop set", "warm-up": ", warm-up"}.get(str(kind), "")


def in_superset(number: object, round: object) -> str:
    """The end of the title of a set in a superset; "" if it is in none."""
    return f" (superset {number}, round {round})" if number and round else ""


def _cut(
    name: str,
    moments: Sequence[Moment],
    starts: Sequence[tuple[float, str, bool]],
    ends: Sequence[float],
    reps: Sequence[float],
) -> list[SetTimeline]:
    """Cut the moments into sets; if there are no sets, everything is one. All are in order of
    time."""
    if not starts:
        return [SetTimeline(name, tuple(moments))] if moments else []
    times = [each.at for each in moments]
    found = []
    for nth, (start, title, held) in enumerate(starts):
        following = starts[nth + 1][0] if nth + 1 < len(starts) else float("inf")
        nearest = bisect_left(ends, start)
        end = ends[nearest] if nearest < len(ends) and ends[nearest] < following else following
        sooner = bisect_right(ends, start)
        before = ends[sooner - 1] if sooner else float("-inf")
        # Rounded like the trace, so that float error does not decide at the edge.
        first = max(round(start - BEFORE, 6), before)
        last = min(round(end + AFTER, 6), following)
        mine = [
            replace(each, at=round(each.at - start, 6), until=round(each.until - start, 6))
            for each in moments[bisect_left(times, first) : bisect_left(times, last)]
        ]
        of_it = reps[bisect_left(reps, start) : bisect_left(reps, following)]
        done = tuple(round(at - start, 6) for at in of_it)
        found.append(SetTimeline(f"{name}: {title}", tuple(mine), held, done))
    return found


def _moment(kind: str, at: float, told: Mapping[str, Any]) -> Moment | None:
    match kind:
        case "phase":
            return Moment(at, at, "phase", _text(told["phase"]), "")
        case "state":
            return Moment(at, at, "state", _text(told["to"]), "")
        case "cue":
            what = (_text(told[each]) for each in ("id", "text", "outcome", "reason"))
            return Moment(at, _time(told["end"]), "cue", *what)
        case "heard":
            # At the time when it took effect, as in the log.
            kind = "heard" if told["accepted"] else "refused"
            command, said = _text(told["command"] or ""), _text(told["text"])
            return Moment(at, at, kind, command, said, "", _text(told["reason"]))
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the pacing: a phase of a rep, or a state in which no rep is paced."""

    at: float
    until: float
    what: str
    is_phase: bool


def stretches(moments: Sequence[Moment]) -> list[Stretch]:
    """The stretches without gaps. The state "rep" is left out: its phases stand for it."""
    changes = [each for each in moments if each.kind in ("phase", "state") and each.what != "rep"]
    last = max((each.until for each in moments), default=0.0)
    ends = [*(each.at for each in changes[1:]), last]
    return [
        Stretch(each.at, end, each.what, each.kind == "phase")
        for each, end in zip(changes, ends, strict=False)
        if end > each.at
    ]
