"""The timeline of a set, for the author of its script: what was said when.

It comes from the log, which keeps one of every coached set, or from a trace (`--events`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...core.plan import HOLD
from ..logged import Moment

AFTER = 20.0
"""Seconds after a set that its timeline includes: the catches."""

BEFORE = 30.0
"""Seconds before it, in which the gate asks its questions."""


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
    """Each set of a trace. Raises TraceError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TraceError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise TraceError(f"{path}: not a trace, which is UTF-8 text") from error
    moments = []
    starts: list[tuple[float, str, bool]] = []
    ends = []
    reps = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            kind, at = told["type"], float(told["t"])
            if (moment := _moment(kind, at, told)) is not None:
                moments.append(moment)
        except (ValueError, KeyError, TypeError) as error:
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
    moments.sort(key=lambda each: each.at)
    return _cut(path.name, moments, starts, ends, reps)


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
    """Cut the moments into sets; if there are no sets, everything is one."""
    if not starts:
        return [SetTimeline(name, tuple(moments))] if moments else []
    found = []
    for nth, (start, title, held) in enumerate(starts):
        following = starts[nth + 1][0] if nth + 1 < len(starts) else float("inf")
        end = next((at for at in ends if start <= at < following), following)
        before = max((at for at in ends if at <= start), default=float("-inf"))
        # Rounded like the trace, so that float error does not decide at the edge.
        first = max(round(start - BEFORE, 6), before)
        last = min(round(end + AFTER, 6), following)
        mine = [
            replace(each, at=round(each.at - start, 6), until=round(each.until - start, 6))
            for each in moments
            if first <= each.at < last
        ]
        done = tuple(round(at - start, 6) for at in reps if start <= at < following)
        found.append(SetTimeline(f"{name}: {title}", tuple(mine), held, done))
    return found


def _moment(kind: str, at: float, told: Mapping[str, Any]) -> Moment | None:
    match kind:
        case "phase":
            return Moment(at, at, "phase", told["phase"], "")
        case "state":
            return Moment(at, at, "state", told["to"], "")
        case "cue":
            return Moment(
                at, told["end"], "cue", told["id"], told["text"], told["outcome"], told["reason"]
            )
        case "heard":
            # At the time when it took effect, as in the log.
            kind = "heard" if told["accepted"] else "refused"
            return Moment(at, at, kind, told["command"] or "", told["text"], "", told["reason"])
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
