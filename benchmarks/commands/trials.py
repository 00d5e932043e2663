"""Trials: a sound, what should come of it, and what the coach would have done.

The recogniser runs once per sound. The decision layer is cheap and is asked again for every
threshold.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks.commands.noises import Bed, Sound, at_level
from tests.support.natural_speech import RATE, hiss
from voicecoach.audio.lifter_level import LifterLevel
from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import Accepted, SpokenLine, Thresholds, Verdict, judge
from voicecoach.core.events import Command, Grammar, Intent, State, Utterance
from voicecoach.core.session import UNDER_LOAD
from voicecoach.listening.recogniser import OUTPUT_PER_INPUT, Recogniser

BLOCK = 320
"""Samples fed to the recogniser at once, as in a live run."""
QUIET_ROOM = -70.0
"""Level of the room in dBFS if no noise is mixed in."""
SPEECH = -26.0
"""Level of speech in dBFS, while it lasts."""
AROUND = RATE
"""Samples of room or noise before and after what is said."""
_CUT_OFF = RATE // 10
"""An utterance that ends this close to the end of a noise, in samples, was cut off."""
_AUDIBLE = 0.05
"""Share of the loudest sample: the word ends with the last sample above it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is listened for, and what makes sense."""

    state: State
    table: PhraseTable
    live: frozenset[Intent]

    @property
    def grammar(self) -> Grammar:
        return self.table.grammar(self.live)


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A sound and what is known of it."""

    kind: str
    label: str
    """What is said in it, if it is a command; else any label that tells it from others."""
    speaker: str
    name: str
    """Unique. It decides the half and what is mixed in."""
    render: Callable[[], Sound]
    """Returns the samples, mono at 16 kHz. Most clips of a quick run are never rendered."""
    half: str
    """"tuning" or "held-out"."""
    is_noise: bool = False
    """Played as it is, at its level, instead of being spoken into a room."""
    lines: tuple[tuple[str, int, int], ...] = ()
    """The coach's lines in it: text, first and last sample."""
    level: float = SPEECH
    """Level of the speech in dBFS."""


@dataclass(frozen=True, slots=True)
class Done:
    """The decision layer's answer to a trial."""

    accepted: tuple[tuple[Command, float], ...]
    """Commands that would have been obeyed, and how many seconds after the word's end."""
    verdicts: tuple[Verdict, ...]
    """One for each utterance, obeyed or not."""


@dataclass(frozen=True, slots=True)
class Told:
    """An utterance as an engine reported it."""

    heard: Utterance
    delay: float
    """Seconds from the end of the clip's sound to the decision, from microphone and computing
    together."""
    softer: float = 0.0
    """dB by which it was softer than the lifter: see `LifterLevel`."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A clip as it was heard."""

    part: str
    context: Context
    kind: str
    label: str
    speaker: str
    half: str
    noise: str
    """The noise mixed in; "" for none."""
    snr: float | None
    """dB by which the speech is louder than the noise; None: a quiet room."""
    seconds: float
    """Length of the sound, without the room around it."""
    wanted: Command | None
    """The command that should be obeyed; None: nothing should be."""
    told: tuple[Told, ...]
    spoken: tuple[SpokenLine, ...] = ()
    """What the coach was saying meanwhile."""

    def done(self, bars: Thresholds) -> Done:
        """What the decision layer would have let through with `bars`."""
        accepted: list[tuple[Command, float]] = []
        verdicts = []
        last: Accepted | None = None
        paced = self.context.state in UNDER_LOAD
        for each in self.told:
            heard = each.heard
            said = tuple(line for line in self.spoken if line.at <= heard.end)
            verdict = judge(
                heard,
                self.context.live,
                self.context.table,
                bars,
                said,
                last,
                paced=paced,
                softer=each.softer,
            )
            verdicts.append(verdict)
            if verdict.accepted and verdict.command is not None:
                last = Accepted(verdict.command, heard.end)
                accepted.append((verdict.command, each.delay))
        return Done(tuple(accepted), tuple(verdicts))

    def verdict(self, bars: Thresholds) -> str:
        """ "right", "wrong", "missed" or, if nothing was wanted, "quiet".

        It is wrong if anything other than the wanted command is obeyed.
        """
        commands = [command for command, _ in self.done(bars).accepted]
        if any(command != self.wanted for command in commands):
            return "wrong"
        if self.wanted is None:
            return "quiet"
        return "right" if commands else "missed"

    def put_right(self, bars: Thresholds) -> bool:
        """Whether another value was obeyed first, and then the one that was wanted: "effort seven",
        "effort seven and a half"."""
        commands = [command for command, _ in self.done(bars).accepted]
        return (
            self.wanted is not None
            and self.verdict(bars) == "wrong"
            and commands[-1] == self.wanted
            and {each.intent for each in commands} == {self.wanted.intent}
        )


class Listener:
    """Plays clips to a recogniser, one after the other, as if from one microphone."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._at = 0
        self._level = LifterLevel()
        self._grammar: Grammar | None = None
        self.audio = self.took = 0.0
        """Seconds of audio heard, and of processor time spent on it."""

    def hear(
        self,
        part: str,
        context: Context,
        clip: Clip,
        wanted: Command | None = None,
        noise: tuple[str, float, Callable[[int], Bed]] | None = None,
    ) -> Trial:
        """Play `clip` with a second of room before and after it, in `noise`: its name, the dB by
        which the speech is louder, and a function that returns that many samples of it, at the
        level of speech."""
        grammar = context.grammar
        if grammar != self._grammar:
            self._recogniser.listen_for(grammar)
            self._grammar = grammar
        alone = clip.render()
        sound, lines = laid(clip, alone, noise)
        first = 0 if clip.is_noise else AROUND
        loud = abs(alone) > _AUDIBLE * abs(alone).max()
        end = first + int(loud.nonzero()[0][-1])
        begin = self._at
        told = self._listen(sound, end)
        if noise is not None:
            # The noise goes on in a real room, so an utterance cut off in the middle of a word
            # doesn't count.
            until = self._at - OUTPUT_PER_INPUT * _CUT_OFF
            told = [each for each in told if each.heard.end < until]
        if wanted is not None:
            self._level.obeyed(begin + OUTPUT_PER_INPUT * first, begin + OUTPUT_PER_INPUT * end)
        return Trial(
            part,
            context,
            clip.kind,
            clip.label,
            clip.speaker,
            clip.half,
            noise[0] if noise else "",
            noise[1] if noise else None,
            len(alone) / RATE,
            wanted,
            tuple(told),
            tuple(
                SpokenLine(text, begin + at * OUTPUT_PER_INPUT, begin + last * OUTPUT_PER_INPUT)
                for text, at, last in lines
            ),
        )

    def _listen(self, sound: Sound, end: int) -> list[Told]:
        told: list[Told] = []
        for start in range(0, len(sound), BLOCK):
            block = sound[start : start + BLOCK]
            self._level.hear(block, self._at)
            began = time.process_time()
            new = self._recogniser.feed(block, self._at)
            self._at += OUTPUT_PER_INPUT * len(block)
            if start + BLOCK >= len(sound):
                new = new + self._recogniser.finish(self._at)
            took = time.process_time() - began
            delay = (start + len(block) - end) / RATE + took
            told += [Told(heard, delay, self._level.softer(heard.said, heard.end)) for heard in new]
            self.took += took
        self.audio += len(sound) / RATE
        return told


def laid(
    clip: Clip, alone: Sound, noise: tuple[str, float, Callable[[int], Bed]] | None
) -> tuple[Sound, tuple[tuple[str, int, int], ...]]:
    """The sound to play for `clip`, whose own sound is `alone` (shape (n,)), and the coach's lines
    in it."""
    if clip.is_noise:
        return alone, clip.lines
    speech = at_level(alone, clip.level)
    length = len(speech) + 2 * AROUND
    sound = hiss(length / RATE, QUIET_ROOM)[:length].copy()
    lines: tuple[tuple[str, int, int], ...] = ()
    if noise is not None:
        _, snr, cut = noise
        bed = cut(length)
        # The whole bed was levelled, so a pause between two clanks stays a pause.
        gain = 10 ** (-snr / 20)
        sound += bed.sound * gain
        lines = bed.lines
    sound[AROUND : AROUND + len(speech)] += speech
    if noise is not None and bed.clean is not None:
        sound = bed.clean(sound, gain)
    # Clipping by a converter would be another kind of noise.
    return sound / max(1.0, float(abs(sound).max())), lines


def bars_at(shipped: Thresholds, bar: float) -> Thresholds:
    """`shipped` with the threshold of an ordinary command at `bar` and that of "stop" in
    proportion."""
    return replace(shipped, command=bar, stop=bar * shipped.stop / shipped.command)


def hours(trials: Sequence[Trial]) -> float:
    return sum(trial.seconds for trial in trials) / 3600
