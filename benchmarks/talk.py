"""How often does talk that goes on for hours give a command?

    python -m benchmarks.talk TEXT... [--hours 2] [--state rep] [--engine auto] [--seed N]
        [--json FILE]

TEXT: files of plain English prose in paragraphs, such as those of Debian's package "fortunes". The
seed chooses the order. Six natural voices read them as loud as a lifter, with two seconds between
two paragraphs. The recogniser listens for the commands of a state with the shipped thresholds. It
does not know yet how loud the lifter is, which is the worst case.

It tells the commands that would have been obeyed, what was being said, and how many came in an hour
of speech, with the exact interval of 95 % for a count (Garwood, 1936).

Needs voicecoach[test] and flite.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from scipy.stats import chi2

from benchmarks.commands.material import sized
from benchmarks.commands.trials import Clip, Context, Listener, Trial, hours
from tests.support.natural_speech import require_flite, say
from voicecoach import config
from voicecoach.cli import assembly
from voicecoach.core.decision import Thresholds
from voicecoach.core.events import URGENT, State
from voicecoach.core.session import listens_for
from voicecoach.listening.models import create

VOICES = (
    *(("joe", 1.0), ("heart", 1.0), ("slt", 1.0)),
    *(("rms", 1.0), ("joe", 1.17), ("heart", 0.87)),
)
"""Natural voices, and how much smaller the speaker is made; see `commands.material.sized`."""

_FEWEST, _MOST = 4, 45
"""Words of a paragraph that is read."""

_PROSE = re.compile(r"[A-Za-z0-9 ,.;:!?'\"()-]+")
"""Nothing that a voice would spell out."""


def paragraphs(text: str) -> Iterator[str]:
    """Those of `text` that can be read aloud. A line of "%" separates too."""
    for paragraph in re.split(r"\n\s*\n|\n%\n", text):
        prose = " ".join(paragraph.split("\n\t\t--")[0].split())
        if _PROSE.fullmatch(prose) and _FEWEST <= len(prose.split()) <= _MOST:
            yield prose


def read(texts: Sequence[str], seed: int) -> Iterator[Clip]:
    """Each of `texts` once, in random order, by the voices in turn."""
    chance = random.Random(seed)
    for number, text in enumerate(chance.sample(texts, len(texts))):
        voice, size = VOICES[number % len(VOICES)]
        speed = chance.choice((0.9, 1.0, 1.15))
        who = f"{voice} of size {size:g}"
        yield Clip("talk", text, who, text, partial(sized, text, voice, size, speed), "held-out")


def interval(count: int, time: float) -> tuple[float, float]:
    """The rates between which `count` events in `time` leave the true one, at 95 %."""
    low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return low / time, float(chi2.ppf(0.975, 2 * count + 2)) / 2 / time


def told(trials: Sequence[Trial], bars: Thresholds, ends: frozenset[object]) -> Iterator[str]:
    """In lines, what was obeyed in them."""
    obeyed = [(trial, c) for trial in trials for c, _ in trial.done(bars).accepted]
    urgent = [(trial, command) for trial, command in obeyed if command.intent in ends]
    for name, those in (("any command", obeyed), ("stop, pain, dizzy, help", urgent)):
        low, high = interval(len(those), hours(trials))
        rate = len(those) / hours(trials)
        yield f"{name}: {len(those)}, {rate:.2f} ({low:.2f}-{high:.2f}) an hour"
    counted = Counter(str(command.intent.value) for _, command in obeyed)
    yield "by command: " + (", ".join(f"{n} {name}" for name, n in counted.most_common()) or "-")
    yield from (f'    {command}: {trial.speaker} "{trial.label}"' for trial, command in obeyed)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.talk")
    parser.add_argument("text", nargs="+", type=Path)
    parser.add_argument("--hours", type=float, default=2.0, help="of speech")
    parser.add_argument("--state", type=State, default=State.REP)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    require_flite()
    loaded = config.load("en", "leg-press")
    bars = assembly.bars(loaded.settings.listening)
    context = Context(given.state, loaded.phrases, listens_for(given.state))
    listener = Listener(create(given.engine, "en"))
    texts = [p for path in given.text for p in paragraphs(path.read_text("utf-8", "replace"))]
    trials: list[Trial] = []
    for clip in read(texts, given.seed):
        trials.append(listener.hear("talk", context, clip))
        say.cache_clear()
        if hours(trials) >= given.hours:
            break
        if len(trials) % 100 == 0:
            print(f"{hours(trials):.2f} h", *told(trials, bars, URGENT), sep="\n", flush=True)
    lines = [f"{given.state.value}: {hours(trials):.2f} h of speech", *told(trials, bars, URGENT)]
    print(*lines, sep="\n")
    if given.json:
        given.json.write_text(json.dumps({"hours": hours(trials), "lines": lines}, indent=1))


if __name__ == "__main__":
    main()
