"""Does it help to enrol? Misses and false alarms of single voices, with and without a profile.

    python -m benchmarks.enrolment [FOLDER] [--noise 10] [--every N] [--json FILE]

Each of the English `material.VOICES` says the phrases that `voicecoach enroll` asks for, as often
as that would ask, at other speeds than in the test, in a quiet room and then in noise.
`core.profile` makes its profile. Tested are the same phrases, quiet and in noise, among the rivals
of the state in which they count: with the settings' thresholds, with the profile's, and with the
profile's if the lifter follows the coach's advice on what to say instead. False alarms: near
misses, counting, talk and noises, none of which holds a command, and the clips of FOLDER (see
`benchmarks.commands`), all with the phrases of a rep live. The worst that any profile can do is
every threshold at its floor: that is a row.

The recogniser hears every sound once; thresholds are applied afterwards. Rows are printed as they
are known. The whole run takes an hour on one core, `--noise 10 --every 12` some minutes.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.commands import material
from benchmarks.commands.noises import MADE, Bed, at_level, seed
from benchmarks.commands.trials import SPEECH, Clip, Context, Listener, Trial, hours
from voicecoach.cli import assembly
from voicecoach.config import Config, load
from voicecoach.core.decision import Thresholds
from voicecoach.core.enrolment import TRIES, Item
from voicecoach.core.events import URGENT, Command, State
from voicecoach.core.profile import ENOUGH, SHARE, Profile, Try, counts, fitted, outlook
from voicecoach.core.session import listens_for
from voicecoach.runtime.enrolment_conversation import items

ENROLLED = (0.92, 1.0, 1.1, 0.96, 1.05, 0.88)
"""Speeds of the tries, in order."""
TESTED = (0.85, 1.25)
LEVELS = (20.0, 10.0, 5.0)
"""dB of the speech above the noise, in addition to a quiet room."""


class Measurement:
    """Plays clips to the recogniser."""

    def __init__(self, config: Config) -> None:
        self._table = config.phrases
        self._listener = Listener(assembly.make_recogniser(config, "moonshine"))
        made = {name: make(60.0, seed("bed", name)) for name, make in MADE.items()}
        self._beds = {name: Bed(at_level(bed.sound, SPEECH)) for name, bed in made.items()}
        self.items = items(config.phrases, config.commands.other_words)

    def enrolled(self, voice: str, snr: float | None, bars: Thresholds) -> Profile:
        """The profile that an enrolment would have made of `voice`."""
        known = Profile("", "en", {})
        for item in self.items:
            for phrase in filter(None, (item.phrase, item.other)):
                tries = self._tries(replace(item, phrase=phrase), voice, snr, bars)
                known = replace(known, tries={**known.tries, phrase: tries})
                own = fitted(known, self._table, bars)
                if not outlook(phrase, tries, self._table, own).missed:
                    break
        return known

    def _tries(
        self, item: Item, voice: str, snr: float | None, bars: Thresholds
    ) -> tuple[Try, ...]:
        """Tries until enough of them count."""
        tries: list[Try] = []
        for speed in ENROLLED[:TRIES]:
            told = self.said(item, voice, speed, snr).told
            tries += [Try.of(each.heard) for each in told]
            if sum(counts(each, item.command, self._table, bars) for each in tries) >= ENOUGH:
                break
        return tuple(tries)

    def tested(self, voice: str, item: Item, snr: float | None) -> list[Trial]:
        return [self.said(item, voice, speed, snr) for speed in TESTED]

    def advised(self, known: Profile, bars: Thresholds) -> list[Item]:
        """What is said after the enrolment: the other phrase if it was found better."""
        own = fitted(known, self._table, bars)

        def well(phrase: str) -> bool:
            tries = known.tries.get(phrase, ())
            return len(tries) >= ENOUGH and not outlook(phrase, tries, self._table, own).missed

        return [
            replace(item, phrase=item.other) if not well(item.phrase) and well(item.other) else item
            for item in self.items
        ]

    @cache  # noqa: B019 (there is one measurement)
    def said(self, item: Item, voice: str, speed: float, snr: float | None) -> Trial:
        name = f"{item.phrase}, {voice} x{speed:g}"
        render = partial(material.voiced, item.phrase, voice, speed)
        clip = Clip("commands", item.phrase, voice, name, render, "held-out")
        context = Context(State.REP, self._table, item.live)
        noise = None if snr is None else (self._noise(clip), snr, partial(self._cut, clip))
        return self._listener.hear("commands", context, clip, item.command, noise)

    def nothing(self, folder: Path | None, every: int) -> Iterator[Trial]:
        """Everything that holds no command."""
        context = Context(State.REP, self._table, listens_for(State.REP))
        clips: list[Iterable[Clip]] = [material.near_misses(self._table, "en"), material.talk("en")]
        clips += (material.alone(name, bed, 120) for name, bed in self._beds.items())
        if folder is not None:
            clips.append(c for c in material.human(folder) if c.label != "stop")
        for clip in (clip for some in clips for clip in some):
            if seed("every", clip.name) % every == 0:
                yield self._listener.hear(clip.kind, context, clip)

    def _noise(self, clip: Clip) -> str:
        names = sorted(self._beds)
        return names[seed("which", clip.name) % len(names)]

    def _cut(self, clip: Clip, length: int) -> Bed:
        bed = self._beds[self._noise(clip)]
        return bed.cut(seed("where", clip.name) % len(bed.sound), length)


def at_the_floor(bars: Thresholds, chosen: Sequence[Item]) -> Thresholds:
    """The lowest thresholds that any profile could make of `bars`."""
    lowered = {item.command: SHARE * bars.for_(item.command) for item in chosen}
    return replace(bars, lowered=lowered)


def missed(trials: Sequence[Trial], bars: Thresholds) -> tuple[int, int]:
    """Number of missed trials, and of those taken for something else."""
    verdicts = [trial.verdict(bars) for trial in trials]
    return verdicts.count("missed"), verdicts.count("wrong")


def alarms(trials: Sequence[Trial], bars: Thresholds) -> tuple[int, int]:
    """Number of alarms: of all commands, and of urgent ones."""
    obeyed: list[Command] = [c for trial in trials for c, _ in trial.done(bars).accepted]
    return len(obeyed), sum(command.intent in URGENT for command in obeyed)


def spread(trials: Iterable[Trial]) -> float:
    """How much the confidences of one voice's tries of one word differ, in logits: the root of the
    mean variance, over tries that were taken for the word and could have been missed (below
    0.95)."""
    groups: dict[tuple[str, str], list[float]] = {}
    for trial in trials:
        for told in trial.told:
            best = told.heard.candidates[0] if told.heard.candidates else None
            if best is not None and best.command == trial.wanted:
                sure = min(max(best.confidence, 1e-3), 1 - 1e-3)
                logit = math.log(sure / (1 - sure))
                groups.setdefault((trial.speaker, trial.label), []).append(logit)
    weak = [group for group in groups.values() if len(group) > 1 and min(group) < math.log(19)]
    if not weak:
        return math.nan
    means = [(fmean(group), group) for group in weak]
    return math.sqrt(
        fmean(sum((x - mean) ** 2 for x in group) / (len(group) - 1) for mean, group in means)
    )


def shown(level: float | None) -> str:
    return "quiet" if level is None else f"{level:g} dB"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.enrolment")
    parser.add_argument("folder", type=Path, nargs="?", help="human speech with its index.csv")
    parser.add_argument("--noise", type=float, action="append", help="only this level; repeatable")
    parser.add_argument("--every", type=int, default=1, help="only every n-th that is no command")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    options = parser.parse_args()
    levels = (None, *(options.noise or LEVELS))
    config = load(exercise="leg-press", language="en")
    usual = assembly.bars(config.settings.listening)
    work = Measurement(config)
    rows: list[dict[str, Any]] = []

    nothing = list(work.nothing(options.folder, options.every))
    for name, bars in (("settings", usual), ("all at the floor", at_the_floor(usual, work.items))):
        every, urgent = alarms(nothing, bars)
        rows.append({"bars": name, "alarms": every, "urgent": urgent, "hours": hours(nothing)})
        found = f"{len(nothing)} clips, {hours(nothing):.3f} h: {every} alarms, {urgent} urgent"
        print(f"{name:18}{found}", flush=True)

    heard: list[Trial] = []
    for room in (None, levels[len(levels) // 2]):
        for voice in material.VOICES["en"]:
            profile = work.enrolled(voice, room, usual)
            own = fitted(profile, config.phrases, usual)
            every, urgent = alarms(nothing, own)
            lowered = {str(command): round(bar, 2) for command, bar in own.lowered.items()}
            now = work.advised(profile, usual)
            instead = [item.phrase for item in now if item not in work.items]
            print(f"{voice}, enrolled {shown(room)}: {every} alarms, {urgent} urgent")
            print(f"    lower bars {lowered}, advised {instead}")
            for level in levels:
                trials = [t for item in work.items for t in work.tested(voice, item, level)]
                other = [t for item in now for t in work.tested(voice, item, level)]
                row: dict[str, Any] = {"voice": voice, "enrolled": shown(room)}
                row |= {"tested": shown(level), "said": len(trials), "alarms": every}
                for name, bars, some in (
                    ("before", usual, trials),
                    ("bars", own, trials),
                    ("advice", own, other),
                ):
                    row[name], row[f"{name}_wrong"] = missed(some, bars)
                rows.append(row)
                print(
                    f"    {shown(level):8} of {len(trials)} missed {row['before']} before, "
                    f"{row['bars']} with its bars, {row['advice']} with the advice; wrong "
                    f"{row['before_wrong']}, {row['bars_wrong']}, {row['advice_wrong']}",
                    flush=True,
                )
                heard += trials
    print(f"spread {spread(heard):.2f} logits")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
