"""What the recognisers hear: people, natural synthetic voices, and noises under them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import product
from pathlib import Path

import numpy as np
import soundfile
import soxr

from benchmarks.commands import said, said_ko
from benchmarks.commands.effort import KINDS, QUIET, SPEED
from benchmarks.commands.gear import KINDS as GEAR
from benchmarks.commands.noises import MADE, Bed, Sound, at_level, babble, level, seed, spoken
from benchmarks.commands.trials import SPEECH, Clip
from tests.support.natural_speech import RATE, say
from voicecoach.cli import assembly
from voicecoach.config import Config
from voicecoach.core.commands import PhraseTable
from voicecoach.core.events import Command, Grammar, Intent
from voicecoach.core.pacing import fixed_texts
from voicecoach.core.plan import SAMPLE_RATE

VOICES: Mapping[str, Mapping[str, tuple[str, float]]] = {
    "en": {
        "joe": ("joe", 1.0),
        "heart": ("heart", 1.0),
        "joe, smaller": ("joe", 1.17),
        "heart, larger": ("heart", 0.87),
    },
    "ko": {
        "espeak": ("korean", 1.0),
        "espeak, woman": ("korean woman", 1.0),
        "joe": ("korean joe", 1.0),
        "heart": ("korean heart", 1.0),
        "joe, smaller": ("korean joe", 1.17),
        "heart, larger": ("korean heart", 0.87),
    },
}
"""For each language, voices of `tests.support.natural_speech` and a factor for pitch and formants,
which move together as with body size. The speed is kept."""
SAID = {"en": said, "ko": said_ko}
"""Texts in each language that are no commands."""
SPEEDS = (0.85, 1.0, 1.25)
MANY_SIZES = (0.87, 0.93, 1.0, 1.08, 1.17)
MANY_SPEEDS = (0.8, 0.87, 0.94, 1.0, 1.07, 1.15, 1.22, 1.3)
MANY_MARKS = ("", ".", "!")
"""Sizes, speeds and closing marks for a phrase that is examined closely."""
HALVES = ("tuning", "held-out")
PHRASES = 12
"""Most phrases of one intent in a grammar's commands: "twelve reps", ..."""
BED = 120.0
"""Seconds of a noise before it loops."""
CROWD, READERS, MUSIC_BEHIND = "crowd", 3, 6.0
"""The noise made of people of the folder, how many talk at once, and how many dB below them the
music is. It is used only on request, as a worst case."""
TEST_WORDS = (
    *("stop", "go", "yes", "no", "up", "down", "left", "right", "on", "off"),
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
)
"""Single words that people say in the folder of human speech."""


def half(*identity: str) -> str:
    """The half that it belongs to, the same on every machine."""
    return HALVES[seed("half", *identity) % 2]


@cache
def voiced(text: str, voice: str, speed: float, language: str = "en") -> Sound:
    """`text` in one of the language's `VOICES`, 16 kHz."""
    return sized(text, *VOICES[language][voice], speed)


def sized(text: str, natural: str, size: float, speed: float) -> Sound:
    """`text` in a voice of `tests.support.natural_speech`, changed to another size; 16 kHz."""
    sound = say(text, natural, speed / size)
    if size == 1:
        return sound
    return np.asarray(soxr.resample(sound, RATE * size, RATE), np.float32)


def commands(grammar: Grammar) -> dict[str, Command]:
    """The phrases of `grammar` in words, and some of those with numbers."""
    by_intent: dict[Intent, list[str]] = {}
    for phrase, command in grammar.phrases.items():
        if not any(letter.isdigit() for letter in phrase):
            by_intent.setdefault(command.intent, []).append(phrase)
    return {
        phrase: grammar.phrases[phrase]
        for phrases in by_intent.values()
        for phrase in sorted(phrases, key=lambda phrase: seed(phrase))[:PHRASES]
    }


def natural(
    kind: str, texts: Iterable[str], language: str, speeds: Iterable[float] = SPEEDS
) -> Iterator[Clip]:
    """Each text in each voice and speed. The halves share the voices, not the clips."""
    speeds = tuple(speeds)
    for text in texts:
        for voice in VOICES[language]:
            for speed in speeds:
                speaker = f"{voice} x{speed:g}"
                name = f"{text}, {speaker}"
                render = partial(voiced, text, voice, speed, language)
                yield Clip(kind, text, speaker, name, render, half(name))


def gear(texts: Iterable[str], language: str) -> Iterator[Clip]:
    """Each text in each voice and each of `gear.KINDS`."""
    return effort(texts, language, GEAR)


def effort(
    texts: Iterable[str],
    language: str,
    kinds: Mapping[str, Callable[[Sound], Sound]] = KINDS,
) -> Iterator[Clip]:
    """Each text in each voice and each of `kinds`."""
    for text, voice, (kind, made) in product(texts, VOICES[language], kinds.items()):
        speed = SPEED if kind == "fast" else 1.0
        name = f"{text}, {voice}, {kind}"
        render = partial(_with_effort, made, text, voice, speed, language)
        level = QUIET if kind == "quiet" else SPEECH
        yield Clip(kind, text, voice, name, render, half(name), level=level)


def _with_effort(
    made: Callable[[Sound], Sound], text: str, voice: str, speed: float, language: str
) -> Sound:
    return made(voiced(text, voice, speed, language))


def often(kind: str, texts: Iterable[str], language: str) -> Iterator[Clip]:
    """Each text in each voice of the language, in many sizes and speeds, with each mark."""
    voices = dict.fromkeys(voice for voice, _ in VOICES[language].values())
    for text in texts:
        for voice, size, speed, mark in product(voices, MANY_SIZES, MANY_SPEEDS, MANY_MARKS):
            name = f"{text}{mark}, {voice} of size {size:g} x{speed:g}"
            render = partial(sized, text + mark, voice, size, speed)
            yield Clip(kind, text, f"{voice} x{speed:g}", name, render, half(name))


def clips(folder: Path, every: int) -> Iterator[tuple[str, str, Sound]]:
    """Kind, label and samples of every `every`-th clip of `folder`."""
    for clip in human(folder, every):
        yield clip.kind, clip.label, clip.render()


def human(folder: Path, every: int = 1) -> Iterator[Clip]:
    """Every `every`-th clip of `folder`. The halves share no known speaker."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as index:
        for number, row in enumerate(csv.DictReader(index)):
            if number % every == 0:
                speaker = row.get("speaker") or "unknown"
                render = partial(_read, folder / row["file"])
                who = row["file"] if speaker == "unknown" else speaker
                yield Clip(row["kind"], row["label"], speaker, row["file"], render, half(who))


def _read(path: Path) -> Sound:
    sound, rate = soundfile.read(path, dtype="float32")
    if rate != RATE:
        raise SystemExit(f"{path}: {rate} Hz, {RATE} wanted")
    return np.asarray(sound, np.float32)


def near_misses(table: PhraseTable, language: str) -> Iterator[Clip]:
    """Near-misses, and numbers aloud. One that a user's command file makes a command is left
    out."""
    texts = SAID[language]
    near = (text for text in texts.NEAR_MISSES if not table.parse(text))
    counting = (text for text in texts.COUNTING if not table.parse(text))
    yield from natural("near", near, language, (0.95, 1.2))
    yield from natural("counting", counting, language, (0.9,))


def talk(language: str) -> Iterator[Clip]:
    """Gym talk, in the synthetic voices."""
    return natural("talk", SAID[language].TALK, language, (1.0, 1.2))


def beds(config: Config, folder: Path | None, half: str = "both") -> dict[str, Bed]:
    """Every noise by its name, two minutes each, at the level of speech. The crowd is of people of
    one `half`."""
    made = {name: make(BED, seed("bed", name)) for name, make in MADE.items()}
    # Other speeds than those of `talk`, but people in the same room talk alike.
    people = [
        voiced(text, voice, 1.1, config.language)
        for text in SAID[config.language].TALK
        for voice in ("joe", "heart, larger")
    ]
    made["babble"] = babble(BED, seed("bed", "babble"), people)
    made["coach"] = spoken(BED, seed("bed", "coach"), coach_lines(config))
    if folder is not None:
        music = next((clip for clip in human(folder) if clip.kind == "music"), None)
        if music is not None:
            made["music"] = Bed(music.render())
        made[CROWD] = _crowd(folder, half, made.get("music"))
    return {name: Bed(at_level(bed.sound, SPEECH), bed.lines) for name, bed in made.items()}


def _crowd(folder: Path, half: str, music: Bed | None) -> Bed:
    """`READERS` people who read and give orders without a pause, with music behind them."""
    said = [
        clip.render()
        for clip in human(folder)
        if clip.label in ("reading", "order") and half in ("both", clip.half)
    ]
    crowd = babble(BED, seed("bed", CROWD), said, READERS, pauses=(0.0, 0.0), loud=(1.0, 1.0))
    if music is None:
        return crowd
    behind = at_level(music.cut(0, len(crowd.sound)).sound, level(crowd.sound) - MUSIC_BEHIND)
    return Bed(crowd.sound + behind)


def coach_lines(config: Config) -> dict[str, Sound]:
    """The coach's lines of a set, in its own voice."""
    book = assembly.make_clips(config, None)
    rendered = [book.get(text) for text in fixed_texts(config.exercise, config.exercise.reps)]
    return {
        clip.text: np.asarray(soxr.resample(clip.pcm, SAMPLE_RATE, RATE), np.float32)
        for clip in rendered
        if clip.spoken
    }


def alone(name: str, bed: Bed, seconds: float, piece: float = 15.0) -> Iterator[Clip]:
    """`seconds` of a noise alone, in pieces, at three levels in turn.

    After `BED` seconds it loops, at other levels.
    """
    length = round(piece * RATE)
    for number in range(round(seconds / piece)):
        cut = bed.cut(number * length, length)
        loud = (-5.0, -15.0, -25.0)[number % 3]
        sound = np.asarray(cut.sound * 10 ** (loud / 20), np.float32)
        sound /= max(1.0, float(np.abs(sound).max()))
        label = f"{name} {number}"
        yield Clip(
            "noise", name, name, label, partial(np.copy, sound), half(label), True, cut.lines
        )
