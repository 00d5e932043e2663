"""Recorded speech, noise and rooms to train on, from public repositories, into shards.

    python -m training.corpora MIRRORS CORPORA [--judges INDEX.csv]

MIRRORS holds a git copy of each repository in SOURCES, `owner+name/repo` or `owner+name`, bare or
not. Only blobs of the newest commit are read. Shards go to CORPORA/real, noise and rooms. A source
whose shard exists is skipped.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from training.rules import may_train
from training.shards import Clip, write

RATE = 16_000


@dataclass(frozen=True, slots=True)
class Source:
    """What is used of a repository, and under which licence."""

    repository: str
    """owner/name on GitHub."""
    paths: str
    """Regular expression that must match the whole path."""
    into: str
    """"real", "noise" or "rooms"."""
    licence: str
    about: Callable[[str], tuple[str | None, str]] = lambda path: (None, _name(path))
    """Maps a path to the text, None if it isn't known, and the speaker."""
    transcripts: str = ""
    """Path of a table of file names and texts, separated by `|`."""
    whole: bool = False
    """Also use what a benchmark given with --judges listens to: there is little else like it."""
    longest: float = 60.0
    """Seconds used from the start of a file."""


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _stem(path: str) -> str:
    return _name(path).rsplit(".", 1)[0]


def _libri(path: str) -> tuple[None, str]:
    return None, re.split(r"\D", _name(path), maxsplit=1)[0]


def _word(path: str) -> tuple[str, str]:
    return path.split("/")[-2], _name(path).split("_")[0]


def _phrase(path: str) -> tuple[str, str]:
    return path.split("/")[-2], _name(path)


_AUDIO = r".*\.(wav|flac|ogg|mp3)"
_COMMANDS = "Google Speech Commands, CC BY 4.0"
SOURCES = (
    Source(
        "resemble-ai/Resemblyzer",
        r"audio_data/librispeech_" + _AUDIO,
        "real",
        "CC BY 4.0",
        _libri,
        whole=True,
    ),
    Source(
        "anshulgupta0803/isolated-speech-commands",
        r"recipe/audio/.*_nohash_.*\.wav",
        "real",
        _COMMANDS,
        _word,
    ),
    Source(
        "manashmandal/DeadSimpleSpeechRecognizer",
        r"data/.*_nohash_.*\.wav",
        "real",
        _COMMANDS,
        _word,
    ),
    Source("vinsis/speech-commands-recognition", r".*_nohash_.*\.wav", "real", _COMMANDS, _word),
    Source(
        # "Alexa" is in the project's benchmark.
        "Picovoice/wake-word-benchmark",
        r"audio/(?!alexa)[^/]*/" + _AUDIO,
        "real",
        "Apache-2.0",
        _phrase,
    ),
    Source("Picovoice/speech-to-intent-benchmark", r"data/speech/clean/.*", "real", "Apache-2.0"),
    Source(
        "PrernaSocity/lj_speech_dataset_part_1",
        r".*/LJ\d*-\d*\.wav",
        "real",
        "public domain",
        transcripts="LJSpeech-1.1/metadata.csv",
    ),
    Source("Sakshee5/alphanumeric-audio-dataset", r"audio_data/.*\.wav", "real", "MIT"),
    Source(
        "remvze/moodist",
        r"public/sounds/(places|urban|transport|rain|things|noise|nature)/.*\.mp3",
        "noise",
        "Pixabay Content or CC0, not told per file",
    ),
    Source("rafaelmardojai/blanket", r"data/resources/sounds/.*", "noise", "per file"),
    Source(
        "felixchenfy/Speech-Commands-Classification-by-LSTM-PyTorch",
        r"data/noises/.*",
        "noise",
        "Speech Commands, some unclear",
    ),
    Source(
        # Vibe Ace judges (see trials); three pieces are not for commercial use.
        "librosa/data",
        r"audio/(?!.*(hq|Vibe_Ace|pibble|\d+-\d+-\d+|robin|humpback|waltz|ragtime|Choice)).*\.ogg",
        "noise",
        "per file",
        longest=150.0,
    ),
    Source(
        "GoogleChromeLabs/web-audio-samples",
        r"src/sounds/impulse-responses/(binaural|cardiod-35|cardiod-true|diffusor|echo-ch"
        r"|kitchen|matrix-reverb|omni|spreader|super).*\.wav",
        "rooms",
        "Apache-2.0",
        longest=1.2,
    ),
)


def git_folder(mirrors: Path, repository: str) -> Path:
    """The git directory of a mirrored repository."""
    folder = mirrors / repository.replace("/", "+")
    for choice in (folder / "repo" / ".git", folder / "repo", folder / ".git", folder):
        if (choice / "HEAD").exists():
            return choice
    raise SystemExit(f"{repository}: no git directory in {folder}")


def _git(folder: Path, *command: str) -> bytes:
    done = ["git", f"--git-dir={folder}", *command]
    return subprocess.run(done, stdout=subprocess.PIPE, check=True).stdout


def files(folder: Path) -> dict[str, str]:
    """Path and blob of everything in the newest commit."""
    rows = _git(folder, "ls-tree", "-r", "-z", "HEAD").decode().split("\0")
    return {row.split("\t", 1)[1]: row.split()[2] for row in rows if " blob " in row}


def sound(blob: bytes, longest: float) -> NDArray[np.float32] | None:
    """16 kHz, one channel; None if it can't be read or is silent."""
    try:
        read, rate = soundfile.read(io.BytesIO(blob), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return None
    mono = read[: round(longest * rate)].mean(axis=1)
    if not len(mono) or not np.abs(mono).max() > 0.001:
        return None
    return np.asarray(soxr.resample(mono, rate, RATE), np.float32)


def clips(source: Source, folder: Path, judges: frozenset[str]) -> Iterator[Clip]:
    """Everything of a source that may be trained on. The rule on speakers is not asked for noise
    and rooms."""

    def wanted(path: str, text: str | None, speaker: str) -> bool:
        return source.into != "real" or (
            may_train(text=text, speakers=[speaker], judges=judges)
            and not any(len(j) > 12 and _stem(path).endswith(j) for j in judges)
        )

    for clip in read(source, folder, wanted):
        if source.transcripts and not may_train(text=clip.text):
            yield replace(clip, text="")
        else:
            yield clip


def read(
    source: Source, folder: Path, wanted: Callable[[str, str | None, str], bool]
) -> Iterator[Clip]:
    """What is `wanted` of a source, asked with path, text (None if unknown) and speaker."""
    texts: dict[str, str] = {}
    if source.transcripts:
        for row in _git(folder, "show", f"HEAD:{source.transcripts}").decode().splitlines():
            texts[row.split("|")[0]] = row.split("|")[-1]
    for path, blob in sorted(files(folder).items()):
        if not re.fullmatch(source.paths, path):
            continue
        text, speaker = source.about(path)
        if not wanted(path, text, speaker):
            continue
        try:
            stored = _git(folder, "cat-file", "blob", blob)
        except subprocess.CalledProcessError:
            continue  # A copy may lack its largest files.
        heard = sound(stored, source.longest)
        if heard is not None:
            yield Clip(text or texts.get(_stem(path), ""), speaker, heard)


def judging(index: Path) -> frozenset[str]:
    """Speakers, and names of files without a speaker, in a benchmark's index."""
    found = set()
    with index.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if row["kind"] == "music":
                continue
            if row["speaker"] != "unknown":
                found.add(row["speaker"])
            else:
                found.add(row["file"].rsplit(".", 1)[0].split("unknown-", 1)[-1])
    return frozenset(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--judges", type=Path, help="index.csv of a benchmark's speech")
    asked = parser.parse_args()
    judges = judging(asked.judges) if asked.judges else frozenset()
    for source in SOURCES:
        path = asked.corpora / source.into / f"{source.repository.replace('/', '+')}.npz"
        if path.exists():
            continue
        apart = frozenset() if source.whole else judges
        taken = list(clips(source, git_folder(asked.mirrors, source.repository), apart))
        write(path, taken)
        seconds = sum(len(clip.sound) for clip in taken) / RATE
        speakers = len({clip.speaker for clip in taken})
        print(
            f"{source.repository}: {len(taken)} files, {speakers} speakers, {seconds / 60:.1f} min",
            flush=True,
        )


if __name__ == "__main__":
    main()
