"""Turns trials into figures, and prints them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.commands.material import HALVES
from benchmarks.commands.trials import Trial, bars_at, hours
from voicecoach.core.decision import Thresholds
from voicecoach.core.events import Intent

BARS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99)
"""Thresholds at which the curve is drawn."""
RATES = (0.5, 6.0, 30.0)
"""False alarms an hour at which misses are compared."""
Row = dict[str, Any]


def figures(trials: Sequence[Trial], bars: Thresholds) -> Row:
    """Rates of the wanted commands in `trials`, and alarms of everything else."""
    wanted = [trial for trial in trials if trial.wanted]
    others = [trial for trial in trials if not trial.wanted]
    verdicts = [trial.verdict(bars) for trial in wanted]
    stops = [
        verdict
        for trial, verdict in zip(wanted, verdicts, strict=True)
        if trial.wanted and trial.wanted.intent is Intent.STOP
    ]
    alarms = sum(len(trial.done(bars).accepted) for trial in others)
    length = hours(others)
    delays = [
        (command.intent, delay)
        for trial in wanted
        for command, delay in trial.done(bars).accepted
        if command == trial.wanted
    ]
    median, p95 = _milliseconds([delay for _, delay in delays])
    stop_median, stop_p95 = _milliseconds([d for intent, d in delays if intent is Intent.STOP])
    return {
        "utterances": len(wanted),
        "missed_per_100": _share(verdicts.count("missed"), len(wanted)),
        "missed_interval": wilson(verdicts.count("missed"), len(wanted)) if wanted else None,
        "wrong_per_100": _share(verdicts.count("wrong"), len(wanted)),
        "put_right": sum(trial.put_right(bars) for trial in wanted),
        "stops": len(stops),
        "stops_missed_per_100": _share(len(stops) - stops.count("right"), len(stops)),
        "clips_without": len(others),
        "hours": round(length, 4),
        "alarms": alarms,
        "alarms_per_100_clips": _share(alarms, len(others)),
        "alarms_per_hour": round(alarms / length, 2) if length else None,
        "delay_median_ms": median,
        "delay_p95_ms": p95,
        "stop_delay_median_ms": stop_median,
        "stop_delay_p95_ms": stop_p95,
    }


def _milliseconds(delays: Sequence[float]) -> tuple[int | None, int | None]:
    """Median and 95th percentile of `delays` in seconds."""
    if not delays:
        return None, None
    median, p95 = np.percentile(np.array(delays) * 1000, [50, 95])
    return round(float(median)), round(float(p95))


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def rows(trials: Sequence[Trial], bars: Thresholds) -> list[Row]:
    """Figures of every part, state and level, of every noise in them, and of each half."""
    several = len({trial.half for trial in trials}) > 1
    return [
        {"part": part, "state": state, "snr": snr, "noise": noise, "half": half}
        | figures(chosen, bars)
        for (part, state, snr), some in grouped(
            trials, lambda t: (t.part, t.context.state.value, t.snr)
        )
        for noise, such in [("all", some), *_noises(some)]
        for half, chosen in [
            *([("both", such)] if several else []),
            *grouped(such, lambda t: t.half),
        ]
    ]


def _noises(trials: Sequence[Trial]) -> list[tuple[str, list[Trial]]]:
    """Trials by what was mixed in, or by what sounded alone; empty if there is only one."""
    by_noise = grouped(trials, lambda t: t.noise or t.kind if t.part != "noise" else t.label)
    return by_noise if len(by_noise) > 1 else []


def by_command(trials: Sequence[Trial], bars: Thresholds) -> Iterator[str]:
    """For each command, a table row with its results at each noise level."""
    wanted = [trial for trial in trials if trial.wanted]
    levels = sorted({t.snr for t in wanted}, key=lambda snr: -np.inf if snr is None else -snr)
    names = ["clean" if snr is None else f"{snr:g} dB" for snr in levels]
    yield "command: missed and wrong of so many, " + "; ".join(names)
    for intent, some in grouped(wanted, lambda t: t.wanted.intent.value if t.wanted else ""):
        cells = []
        for snr in levels:
            verdicts = [t.verdict(bars) for t in some if t.snr == snr]
            missed, wrong = verdicts.count("missed"), verdicts.count("wrong")
            cells.append(f"{missed} and {wrong} of {len(verdicts)}")
        yield f"{intent}: {'; '.join(cells)}"


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share, in percent (Wilson 1927)."""
    z, p = 1.96, part / whole
    middle = p + z * z / (2 * whole)
    half = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    scale = 100 / (1 + z * z / whole)
    return max(0.0, scale * (middle - half)), scale * (middle + half)


def grouped(trials: Sequence[Trial], key: Callable[[Trial], Any]) -> list[tuple[Any, list[Trial]]]:
    groups: dict[Any, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(key(trial), []).append(trial)
    return list(groups.items())


def curve(trials: Sequence[Trial], shipped: Thresholds) -> list[Row]:
    """Misses of some trials against false alarms of the others, by threshold."""
    return [{"bar": bar} | figures(trials, bars_at(shipped, bar)) for bar in BARS]


def curves(trials: Sequence[Trial], shipped: Thresholds) -> dict[str, list[Row]]:
    """What the plot shows: kinds of commands, each against everything in a set that is no
    command."""
    in_set = [t for t in trials if t.context.state.value == "rep"]
    nothing = [t for t in in_set if t.wanted is None and t.part in ("talk", "near", "noise")]
    levels = sorted({t.snr for t in in_set if t.wanted and t.snr is not None}, reverse=True)
    found = {}
    for name in ("commands", "words"):
        for snr in (None, *levels):
            # The one-word phrases are live in all of their part, so its own alarms count. What is
            # no single word is heard once, for all levels.
            against = (
                [
                    t
                    for t in trials
                    if t.part == "words" and not t.wanted and (t.snr == snr or t.kind != "words")
                ]
                if name == "words"
                else nothing
            )
            said = [t for t in trials if t.part == name and t.wanted and t.snr == snr]
            if name == "commands":
                said = [t for t in said if t.context.state.value == "rep"]
            if said and against:
                label = f"{name}, {'clean' if snr is None else f'{snr:g} dB'}"
                found[label] = curve([*said, *against], shipped)
    return found


def at_rates(drawn: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """For each curve, what is missed at the lowest threshold that keeps to each alarm rate."""
    for name, points in drawn.items():
        for rate in RATES:
            few = (point for point in points if point["alarms_per_hour"] <= rate)
            point = next(few, None)
            found = (
                "no bar is high enough"
                if point is None
                else f"{point['missed_per_100']:.1f} in 100 missed, {point['wrong_per_100']:.1f} "
                f"wrong (bar {point['bar']:g}, {point['alarms']} alarms in {point['hours']:.2f} h)"
            )
            yield f"{name}, at most {rate:g} alarms an hour: {found}"


def lines(table: Sequence[Row]) -> Iterator[str]:
    """The rows as a printable table."""
    yield (
        f"{'part':9}{'state':10}{'noise':17}{'half':9}"
        f"{'said':>6}{'missed':>8}{'95 %':>9}{'wrong':>7}{'then right':>11}{'stops':>7}"
        f"{'missed':>8}"
        f"{'median':>8}{'p95':>6}{'clips':>7}{'hours':>8}{'alarms':>7}{'/h':>8}"
    )
    for row in table:
        snr = "" if row["snr"] is None else f" {row['snr']:g} dB"
        noise = ("mixed" if snr else "-") if row["noise"] == "all" else row["noise"]
        yield (
            f"{row['part']:9}{row['state']:10}{noise + snr:17}{row['half']:9}"
            f"{row['utterances'] or '':>6}{_number(row['missed_per_100']):>8}"
            f"{_interval(row['missed_interval']):>9}"
            f"{_number(row['wrong_per_100']):>7}{row['put_right'] or '':>11}"
            f"{row['stops'] or '':>7}"
            f"{_number(row['stops_missed_per_100']):>8}{row['delay_median_ms'] or '':>8}"
            f"{row['delay_p95_ms'] or '':>6}{row['clips_without'] or '':>7}"
            f"{_number(row['hours'] or None, 3):>8}{row['alarms'] if row['hours'] else '':>7}"
            f"{_number(row['alarms_per_hour']):>8}"
        )


def _interval(found: tuple[float, float] | None) -> str:
    return "" if found is None else f"({found[0]:.0f}-{found[1]:.0f})"


def _number(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def shown(table: Sequence[Row]) -> list[Row]:
    """The rows that the table prints: for each noise only both halves together."""
    halves = {row["half"] for row in table} & set(HALVES)
    one = len(halves) == 1
    return [
        row
        for row in table
        if (row["half"] in HALVES if one else row["noise"] == "all" or row["half"] == "both")
    ]
