"""What can be said: a line or two below the stage, or everything in a panel."""

from __future__ import annotations

from collections.abc import Sequence

from .keys import ALL, KeyHint, Runs, wide
from .lettering import cells, cut

_LABEL = "say   "
_APART = 3
"""Cells between two offers."""

_COLUMN = 8
"""Up to this many offers, one column looks good."""

CLOSING: Runs = ((_LABEL, False), (" ", False), (f" {ALL} ", True), (" closes this list", False))
"""The line below the panel."""

_ALL: Runs = ((f" {ALL} ", True), (" all", False))


def listed(offers: Sequence[KeyHint], columns: int, rows: int = 2) -> list[Runs]:
    """The offers on at most `rows` lines, none cut in two, and the key that shows all, because the
    last ones may not fit."""
    lines: list[list[tuple[str, bool]]] = [[(f"{_LABEL} ", False)]]
    for offer in offers:
        # The last line keeps room for the key that shows all.
        kept = wide(_ALL) + _APART if len(lines) == rows else 0
        gap = _APART if len(lines[-1]) > 1 else 0
        if wide(tuple(lines[-1])) + gap + wide(offer.runs) + kept > columns:
            room = len(_LABEL) + 1 + wide(offer.runs) + wide(_ALL) + _APART
            if len(lines) == rows or room > columns:
                continue
            lines.append([(" " * (len(_LABEL) + 1), False)])
            gap = 0
        lines[-1] += [*([(" " * gap, False)] if gap else []), *offer.runs]
    if wide(tuple(lines[-1])) + _APART + wide(_ALL) > columns:
        lines.append([(" " * (len(_LABEL) + 1 - _APART), False)])
    lines[-1] += [(" " * _APART, False), *_ALL]
    return [tuple(line) for line in lines]


def panel(now: str, offers: Sequence[KeyHint], columns: int, rows: int) -> list[Runs]:
    """All offers in columns, shortest first, below a line with the current scene (`now`). If not
    all fit, the longest are left out, and counted."""
    head: list[Runs] = [((cut(now, columns), False),), ()] if now else []
    room = max(1, rows - len(head))
    fewest = 1 if len(offers) <= _COLUMN else 2
    for across in range(fewest, len(offers) + 1):
        tall = -(-len(offers) // across)
        if tall > room:
            continue
        grid = _grid(offers, across, tall)
        if max(map(wide, grid), default=0) <= columns:
            return [*head, *grid]
    return [*head, *_flowing(offers, columns, room)]


def _grid(offers: Sequence[KeyHint], across: int, tall: int) -> list[Runs]:
    """Fills the columns downwards. Each is as wide as its widest offer, with the keys aligned."""
    columns = [offers[n * tall : (n + 1) * tall] for n in range(across)]
    lines: list[list[tuple[str, bool]]] = [[] for _ in range(tall)]
    for column in filter(None, columns):
        keys = max(cells(offer.key) + 3 if offer.key else 0 for offer in column)
        drawn = [_keyed(offer, keys) for offer in column]
        widest = max(map(wide, drawn))
        for row, runs in enumerate(drawn):
            if lines[row]:
                lines[row].append((" " * _APART, False))
            lines[row] += [*runs, (" " * (widest - wide(runs)), False)]
    return [tuple(line) for line in lines]


def _keyed(offer: KeyHint, room: int) -> Runs:
    """An offer with `room` cells for its key."""
    lead = room - (wide(offer.runs) - wide(offer.runs[-1:]))
    return ((" " * lead, False), *offer.runs)


def _flowing(offers: Sequence[KeyHint], columns: int, rows: int) -> list[Runs]:
    """One after the other, as close as possible."""
    lines: list[list[tuple[str, bool]]] = [[]]
    for n, offer in enumerate(offers):
        left = f"   and {len(offers) - n} more"
        last = len(lines) == rows
        kept = len(left) if last and n + 1 < len(offers) else 0
        gap = _APART if lines[-1] else 0
        if wide(tuple(lines[-1])) + gap + wide(offer.runs) + kept > columns:
            if last:
                lines[-1].append((left, False))
                break
            lines.append([])
            gap = 0
        lines[-1] += [*([(" " * gap, False)] if gap else []), *offer.runs]
    return [tuple(line) for line in lines]
