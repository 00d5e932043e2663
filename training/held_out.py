"""Recorded talk that judges: the speakers that `corpora` leaves out, as a benchmark's folder.

    python -m training.held_out MIRRORS FOLDER

FOLDER gets the files (16 kHz FLAC) and the index.csv that `python -m benchmarks.commands FOLDER
--parts talk` reads: about two hours of people who read, order and call a wake word.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import soundfile

from training.corpora import RATE, SOURCES, Source, git_folder, read
from training.rules import kept_voice
from training.shards import Clip

TALK = (
    "resemble-ai/Resemblyzer",
    "Picovoice/wake-word-benchmark",
    "Picovoice/speech-to-intent-benchmark",
)
"""Repositories with running talk of many people."""


def talk(mirrors: Path) -> Iterator[tuple[Source, Clip]]:
    """What is said by speakers that are kept for judging."""
    for source in SOURCES:
        if source.repository in TALK:
            yield from (
                (source, clip)
                for clip in read(
                    source,
                    git_folder(mirrors, source.repository),
                    lambda path, text, speaker: kept_voice(speaker),
                )
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    (asked.folder / "speech").mkdir(parents=True)
    with (asked.folder / "index.csv").open("w", newline="", encoding="utf-8") as index:
        rows = csv.writer(index)
        rows.writerow(("file", "kind", "label", "speaker", "corpus", "seconds"))
        for number, (source, clip) in enumerate(talk(asked.mirrors)):
            name = f"speech/{number:05}.flac"
            soundfile.write(asked.folder / name, clip.sound, RATE)
            speaker = re.sub(r"\.\w+$", "", clip.speaker)
            seconds = f"{len(clip.sound) / RATE:.2f}"
            label = clip.text or "talk"
            rows.writerow((name, "speech", label, speaker, source.repository, seconds))


if __name__ == "__main__":
    main()
