"""Plots misses against false alarms as an SVG, without a library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_WIDTH, _HEIGHT = 860, 520
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 40, 590, 460
_COLOURS = (
    ("#08306b", "#1d6fb8", "#3fa7d6", "#2e933c", "#8bbf3f"),
    ("#7f0000", "#d1495b", "#e08e00", "#8d5524", "#c77dba"),
)
"""For each engine, from a quiet room to the loudest noise."""
_ALARMS = (0, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_DASHES = ("", "6 4")
"""For each kind of command."""


def svg(engines: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]) -> str:
    """The curves of each engine: x is false alarms an hour, y misses in 100, with a dot per
    threshold.

    Alarms are drawn as log(1 + 2 x), so that 0 an hour has a place too.
    """
    body = [
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        _text(_LEFT, 22, "Commands missed in 100 against false alarms an hour", size=15),
        _text((_LEFT + _RIGHT) / 2, _HEIGHT - 18, "false alarms an hour", anchor="middle"),
    ]
    for alarms in _ALARMS:
        x = _x(alarms)
        body.append(_line(x, _TOP, x, _BOTTOM, "#dddddd"))
        body.append(_text(x, _BOTTOM + 17, f"{alarms:g}", anchor="middle"))
    for missed in range(0, 101, 10):
        y = _y(missed)
        body.append(_line(_LEFT, y, _RIGHT, y, "#dddddd"))
        body.append(_text(_LEFT - 8, y + 4, f"{missed}", anchor="end"))
    row = 0
    for number, (engine, curves) in enumerate(engines.items()):
        colours = _COLOURS[number % len(_COLOURS)]
        kinds = list(dict.fromkeys(name.split(",")[0] for name in curves))
        drawn = dict.fromkeys(kinds, 0)
        for name, points in curves.items():
            kind = name.split(",")[0]
            colour = colours[drawn[kind] % len(colours)]
            drawn[kind] += 1
            dash = _DASHES[kinds.index(kind) % len(_DASHES)]
            places = [(_x(p["alarms_per_hour"]), _y(p["missed_per_100"])) for p in points]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            body.append(
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"'
                f' stroke-dasharray="{dash}"/>'
            )
            for (x, y), p in zip(places, points, strict=True):
                about = (
                    f"{engine}, {name}: bar {p['bar']}, {p['missed_per_100']} in 100 missed, "
                    f"{p['alarms_per_hour']} alarms an hour "
                    f"({p['utterances']} said, {p['hours']} hours)"
                )
                body.append(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{5 if p["bar"] == 0.5 else 2.5}"'
                    f' fill="{colour}"><title>{escape(about)}</title></circle>'
                )
            y = _TOP + 12 + 18 * row
            body.append(_line(_RIGHT + 14, y - 4, _RIGHT + 44, y - 4, colour, dash, 2))
            body.append(_text(_RIGHT + 50, y, f"{engine}: {name}"))
            row += 1
    body.append(_text(_RIGHT + 14, _TOP + 24 + 18 * row, "large dot: the bar at 0.5"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        f' font-family="sans-serif">\n' + "\n".join(body) + "\n</svg>\n"
    )


def _x(alarms: float) -> float:
    share = math.log1p(2 * min(alarms, _ALARMS[-1])) / math.log1p(2 * _ALARMS[-1])
    return _LEFT + (_RIGHT - _LEFT) * share


def _y(missed: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * missed / 100


def _line(
    x: float, y: float, to_x: float, to_y: float, colour: str, dash: str = "", width: float = 1
) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}"'
        f' stroke-width="{width}" stroke-dasharray="{dash}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(text)}</text>"
    )
