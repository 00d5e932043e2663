"""Who speaks in the recorded talk that judges: nobody who may be trained on."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from training import corpora, held_out
from training.rules import kept_voice

READER = "resemble-ai/Resemblyzer"
SPEAKERS = [str(number) for number in range(100, 112)]


@pytest.fixture
def mirrors(tmp_path: Path) -> Path:
    """A git copy of each repository; twelve readers, and others who call a wake word."""
    spoken = np.full(1600, 0.1, np.float32)
    for source in corpora.SOURCES:
        if source.repository not in held_out.TALK:
            continue
        copy = tmp_path / "mirrors" / source.repository.replace("/", "+")
        readers = source.repository == READER
        folder = copy / ("audio_data/librispeech_test" if readers else "audio/jarvis")
        folder.mkdir(parents=True)
        for speaker in SPEAKERS:
            name = f"{speaker}-1-0001" if readers else f"{speaker}"
            soundfile.write(folder / f"{name}.flac", spoken, 16_000)
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(copy)]
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "All"]):
            subprocess.run([*git, *words], check=True)
    return tmp_path / "mirrors"


def test_who_may_be_trained_on_does_not_judge(
    mirrors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["held_out", str(mirrors), str(tmp_path / "talk")])

    held_out.main()

    with (tmp_path / "talk" / "index.csv").open(newline="", encoding="utf-8") as rows:
        found = list(csv.DictReader(rows))
    readers = {row["speaker"] for row in found if row["corpus"] == READER}
    assert readers == {speaker for speaker in SPEAKERS if kept_voice(speaker)}
    assert 0 < len(readers) < len(SPEAKERS)
    assert all((tmp_path / "talk" / row["file"]).exists() for row in found)
    (source,) = [each for each in corpora.SOURCES if each.repository == READER]
    git = corpora.git_folder(mirrors, READER)
    trained = {clip.speaker for clip in corpora.clips(source, git, frozenset())}
    assert trained == set(SPEAKERS) - readers
