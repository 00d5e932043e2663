"""Utterances in noise to judge a network by, in voices and words that nothing was trained on.

    python -m training.trials CORPORA MIRRORS

writes CORPORA/trials/*.npz: "voices", commands, words that judge and numbers, spoken by Kokoro's
voices that judge; "people", single words by speakers that judge; "talk", readings by such
speakers, in which nothing is to be found.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training import text
from training.corpora import RATE as _RATE
from training.corpora import SOURCES, files, git_folder, sound
from training.noises import level
from training.rules import kept_voice, kept_word, number
from training.sounds import RATE

Sound = NDArray[np.float32]
CONDITIONS = (("", None), ("music", 10.0), ("music", 5.0), ("babble", 10.0), ("babble", 5.0))
_VOICE = 10 ** (-26 / 20)
"""RMS of the speech."""
_ROOM = 10 ** (-70 / 20)
AROUND = RATE
"""Samples before and after the speech."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A sound and the phrase in it."""

    wanted: str
    """Empty if nothing is to be found."""
    noise: str
    decibels: float | None
    """dB by which the voice is louder than the noise."""
    seconds: float
    """Length of the speech, without the AROUND before and after it."""
    speaker: str
    sound: Sound


def write(path: Path, phrases: Mapping[str, str], trials: Iterable[Trial]) -> None:
    """`phrases`: those among which the wanted one is to be found, each with its meaning."""
    trials = list(trials)
    about = [[t.wanted, t.noise, t.decibels, t.seconds, t.speaker] for t in trials]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        sound=np.concatenate([np.round(t.sound * 32767).astype(np.int16) for t in trials]),
        length=np.array([len(t.sound) for t in trials]),
        about=np.array(json.dumps({"phrases": dict(phrases), "trials": about})),
    )
    os.replace(part, path)
    print(f"{path.name}: {len(trials)} trials, {len(phrases)} phrases", flush=True)


def read(path: Path) -> tuple[dict[str, str], list[Trial]]:
    with np.load(path) as kept:
        whole, ends = kept["sound"], np.cumsum(kept["length"])
        about = json.loads(str(kept["about"]))
    starts = [0, *ends[:-1]]
    trials = [
        Trial(
            wanted,
            noise,
            decibels,
            seconds,
            speaker,
            np.asarray(whole[start:end].astype(np.float32) / 32768, np.float32),
        )
        for (wanted, noise, decibels, seconds, speaker), start, end in zip(
            about["trials"], starts, ends, strict=True
        )
    ]
    return about["phrases"], trials


def in_noise(
    wanted: str, speaker: str, said: Sound, noise: str, decibels: float | None, bed: Sound
) -> Trial:
    """Mix `said` into the noise, with a second of it on either side."""
    rng = np.random.default_rng(number(f"{wanted} {speaker} {noise} {decibels}") % 2**32)
    heard = np.zeros(len(said) + 2 * AROUND, np.float32)
    heard[AROUND : AROUND + len(said)] = said * (_VOICE / level(said))
    heard += _ROOM * rng.standard_normal(len(heard), np.float32)
    if decibels is not None:
        at = int(rng.integers(len(bed) - len(heard)))
        heard += bed[at : at + len(heard)] * (_VOICE / level(bed) * 10 ** (-decibels / 20))
    return Trial(
        wanted, noise, decibels, len(said) / RATE, speaker, np.clip(heard, -1, 1).astype(np.float32)
    )


def babble(readings: Sequence[Sound], seconds: float, voices: int = 4) -> Sound:
    """`voices` people who read at once."""
    rng = np.random.default_rng(4)
    out = np.zeros(round(seconds * RATE), np.float32)
    for _ in range(voices):
        at, loud = 0, rng.uniform(0.4, 1)
        while at < len(out):
            said = readings[int(rng.integers(len(readings)))]
            piece = said[: len(out) - at] * (loud / level(said))
            out[at : at + len(piece)] += piece
            at += len(said) + round(rng.uniform(0.1, 0.6) * RATE)
    return out


def kept_clips(mirrors: Path, repository: str) -> Iterator[tuple[str, str, Sound]]:
    """Word, speaker and sound of the clips of a source that judge."""
    import re
    import subprocess

    source = next(s for s in SOURCES if s.repository == repository)
    folder = git_folder(mirrors, repository)
    for path, blob in sorted(files(folder).items()):
        if not re.fullmatch(source.paths, path):
            continue
        text, speaker = source.about(path)
        if not kept_voice(speaker):
            continue
        found = subprocess.run(
            ["git", f"--git-dir={folder}", "cat-file", "blob", blob], stdout=subprocess.PIPE
        )
        heard = sound(found.stdout, source.longest) if found.returncode == 0 else None
        if heard is not None:
            yield text or "", speaker, heard


def music(mirrors: Path) -> Sound:
    """The one piece of music that judges."""
    import subprocess

    folder = git_folder(mirrors, "librosa/data")
    name = "audio/Kevin_MacLeod_-_Vibe_Ace.ogg"
    blob = subprocess.run(
        ["git", f"--git-dir={folder}", "show", f"HEAD:{name}"], stdout=subprocess.PIPE, check=True
    )
    heard = sound(blob.stdout, 120)
    assert heard is not None
    return heard


def commands() -> dict[str, str]:
    """The phrases without numerals of a set, from the shipped English commands, and their
    commands."""
    from voicecoach.config import load
    from voicecoach.core.events import State
    from voicecoach.core.session import listens_for

    table = load(exercise="leg-press", language="en").phrases
    phrases = table.grammar(listens_for(State.REP)).phrases
    return {p: str(c) for p, c in phrases.items() if not any(letter.isdigit() for letter in p)}


def numbers(chosen: random.Random) -> list[str]:
    """Numbers of two words, and rows of four digits: none is a part of another, since a part is
    at least as strong as the whole."""
    ones = text.DIGITS[2:]
    rows = {" ".join(chosen.choices(ones[:5], k=4)) for _ in range(60)}
    both = [f"{ten} {one}" for ten in text.TENS for one in ones]
    return [*both, *sorted(rows)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("mirrors", type=Path)
    asked = parser.parse_args()
    into = asked.corpora / "trials"
    readings = [
        s for _, _, s in kept_clips(asked.mirrors, "resemble-ai/Resemblyzer") if len(s) > RATE
    ]
    chosen = random.Random(1)
    beds = {
        "": np.zeros(1, np.float32),
        "music": music(asked.mirrors),
        "babble": babble(readings[::2], 120),
    }
    _people(into, asked.mirrors, beds, chosen)
    write(
        into / "talk.npz",
        commands(),
        (in_noise("", f"reader {k}", r, "", None, beds[""]) for k, r in enumerate(readings[1::2])),
    )
    _voices(into, asked.corpora, beds, chosen)


def _people(into: Path, mirrors: Path, beds: dict[str, Sound], chosen: random.Random) -> None:
    said = list(kept_clips(mirrors, "anshulgupta0803/isolated-speech-commands"))
    said += list(kept_clips(mirrors, "manashmandal/DeadSimpleSpeechRecognizer"))
    words = sorted({word for word, _, _ in said})
    said = chosen.sample(said, min(240, len(said)))
    write(
        into / "people.npz",
        {word: word for word in words},
        (
            in_noise(word, who, heard, noise, decibels, beds[noise])
            for word, who, heard in said
            for noise, decibels in (CONDITIONS[0], CONDITIONS[1], *CONDITIONS[3:])
        ),
    )


def _voices(into: Path, corpora: Path, beds: dict[str, Sound], chosen: random.Random) -> None:
    from wordfreq import top_n_list

    from training.lexicon import lexicon
    from training.speak import Kokoro

    kokoro = Kokoro(corpora / "kokoro", kept=True)
    words = [
        w
        for w in top_n_list("en", 6000)
        if kept_word(w) and w in lexicon() and 4 <= len(w) <= 8 and w.isalpha()
    ]
    # Only one of those that sound alike.
    alone = {lexicon()[w][0]: w for w in words}
    words = chosen.sample(sorted(alone.values()), 60)
    for name, phrases in (
        ("words", {word: word for word in words}),
        ("commands", commands()),
        ("numbers", {said: said for said in numbers(chosen)}),
    ):
        said = []
        for phrase in chosen.sample(list(phrases), min(100, len(phrases))):
            voice = chosen.choice(kokoro.english)
            heard = kokoro.speak(phrase, {voice: 1.0}, chosen.uniform(0.85, 1.25))
            if heard is not None:
                said.append((phrase, voice, heard))
        write(
            into / f"voices-{name}.npz",
            phrases,
            (
                in_noise(phrase, voice, heard, noise, decibels, beds[noise])
                for phrase, voice, heard in said
                for noise, decibels in CONDITIONS
            ),
        )


if __name__ == "__main__":
    assert _RATE == RATE
    main()
