"""The trace: one JSON object a line for everything that happened in a session.

docs/trace.md documents the lines; they are an interface. `t` is seconds of output time. A line is
written once no earlier one can follow: a cue's line has the time of its first sound, but is known
only at its end.
"""

from __future__ import annotations

import heapq
import json
import os
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .. import private
from ..core.cues import Ended
from ..core.decision import Decision
from ..core.events import Entered, PhaseBegan, PhraseAsked, RepDone, SetOver, Slept
from ..core.plan import seconds
from ..core.workout import (
    Agreed,
    Amended,
    PlannedSet,
    Retimed,
    SetBegan,
    Weight,
    WorkoutBegan,
    WorkoutOver,
)
from .cue_player import Record


def fields(record: Record) -> dict[str, Any]:
    """The fields of the record's line."""
    match record:
        case Entered(at, to):
            return {"t": seconds(at), "type": "state", "to": to.value}
        case PhaseBegan(at, rep, phase):
            return {"t": seconds(at), "type": "phase", "rep": rep, "phase": phase.value}
        case RepDone(at, n):
            return {"t": seconds(at), "type": "rep", "n": n}
        case SetOver():
            return _set(record)
        case Slept(at, length):
            return {"t": seconds(at), "type": "slept", "seconds": seconds(length)}
        case WorkoutBegan(at, workout, carried_on):
            return {
                "t": seconds(at),
                "type": "workout",
                "workout": workout,
                "carried_on": carried_on,
            }
        case SetBegan():
            return _set_began(record)
        case Retimed(at, tempo):
            return {"t": seconds(at), "type": "retimed", "tempo": tempo}
        case Amended(at, back, entry, value):
            return {
                "t": seconds(at),
                "type": "amended",
                "back": back,
                "entry": entry.value,
                "value": _plain(value),
            }
        case Agreed(at, exercise, target):
            return {
                "t": seconds(at),
                "type": "agreed",
                "exercise": exercise,
                "weight": _plain(target and target.weight),
                "reps": target and target.reps,
            }
        case WorkoutOver(at):
            return {"t": seconds(at), "type": "workout over"}
        case PhraseAsked(at, phrase):
            return {"t": seconds(at), "type": "asked", "phrase": phrase}
        case Ended():
            return _cue(record)
        case Decision():
            return _heard(record)


def _set_began(began: SetBegan) -> dict[str, Any]:
    return {
        "t": seconds(began.at),
        "type": "set began",
        "exercise": began.exercise,
        "number": began.number,
        **_planned(began.planned),
        "tempo": began.tempo,
        **_turn(began),
    }


def _turn(began: SetBegan) -> dict[str, Any]:
    """Its place in a superset; empty for none."""
    if began.circuit is None:
        return {}
    return {
        "superset": began.circuit.number,
        "round": began.round,
        "rounds": began.circuit.rounds,
        "stations": [each.exercise for each in began.circuit.stations],
    }


def _set(over: SetOver) -> dict[str, Any]:
    return {
        "t": seconds(over.at),
        "type": "set",
        "reps": over.reps,
        "target": over.target,
        "tempo": over.tempo,
        "under_tension_s": seconds(over.under_tension),
        "ended_by": over.ended_by,
        "rest_pauses": over.rest_pauses,
    }


def _cue(ended: Ended) -> dict[str, Any]:
    return {
        "t": seconds(ended.at),
        "type": "cue",
        "id": ended.want.id,
        "class": ended.want.kind.value,
        "text": ended.text,
        "end": seconds(ended.end),
        "outcome": ended.outcome.value,
        "reason": ended.reason,
    }


def _heard(decision: Decision) -> dict[str, Any]:
    verdict, command = decision.verdict, decision.verdict.command
    return {
        "t": seconds(decision.at),
        "type": "heard",
        "said": seconds(decision.heard.said),
        "end": seconds(decision.heard.end),
        "text": verdict.phrase,
        "command": command.intent.value if command else None,
        "slots": dict(command.slots) if command else {},
        "confidence": round(verdict.confidence, 4),
        "accepted": verdict.accepted,
        "reason": verdict.reason,
        "reply": decision.reply.value,
    }


def _planned(planned: PlannedSet) -> dict[str, Any]:
    return {
        "kind": planned.kind.value,
        "target": planned.reps,
        "weight": _plain(planned.weight),
        "rest_s": None if planned.rest is None else seconds(planned.rest),
        **({"toward": _plain(planned.toward)} if planned.toward is not None else {}),
    }


def _plain(value: object) -> Any:
    """As in JSON: a weight as "82.5 kg", digits kept."""
    return str(value) if isinstance(value, Weight | Decimal) else value


class InOrder:
    """Sorts records by time. Holds each back until no earlier one can come."""

    def __init__(self) -> None:
        self._held: list[tuple[int, int, Record]] = []
        self._count = 0

    def feed(self, records: Iterable[Record], certain: int) -> list[Record]:
        """Take `records`; nothing before sample `certain` will follow (`VoiceLoop.certain`).
        Returns those before it, in order."""
        for record in records:
            self._count += 1
            heapq.heappush(self._held, (record.at, self._count, record))
        return self._upto(certain)

    def rest(self) -> list[Record]:
        """Whatever is still held, in order."""
        return self._upto(1 << 62)

    def _upto(self, at: int) -> list[Record]:
        certain = []
        while self._held and self._held[0][0] < at:
            certain.append(heapq.heappop(self._held)[2])
        return certain


class TraceFile:
    """Writes a trace to `path`, readable only by its owner. Use in a `with` statement. Raises
    OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._order = InOrder()

    def __enter__(self) -> Self:
        self._file = open(
            self._path, "w", encoding="utf-8", errors="replace", opener=private.opener
        )
        return self

    def write(self, records: Iterable[Record], certain: int) -> None:
        """Write records, as `InOrder.feed` takes them."""
        self._put(self._order.feed(records, certain))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            # Keep what was traced, however the session ended.
            self._put(self._order.rest())
            self._file.flush()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()

    def _put(self, records: Iterable[Record]) -> None:
        for record in records:
            self._file.write(json.dumps(fields(record), ensure_ascii=False) + "\n")
