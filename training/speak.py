"""Synthetic speech to train on: Kokoro reads made-up texts in many voices and their mixes.

    python -m training.speak CORPORA [--shards N] [--minutes M]

Writes shards of some minutes each to CORPORA/synthetic, named by number. A shard's number is its
seed. An existing shard is skipped; one that was cut short is made again. It needs
CORPORA/kokoro/kokoro.onnx, vocab.json and voices/; see the README.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from training.rules import check, kept_voice
from training.shards import Clip, write
from training.text import Writer, vocabulary

_RATE = 24_000
_SHARD = 180.0
"""Seconds of speech in a shard."""
_ENGLISH = 0.85
"""Share of texts whose first voice is an English one."""


class Pronouncer:
    """Converts words to Kokoro's phonemes, with espeak in its own process."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._words: dict[str, str] = {}
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "training.espeak"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def text(self, text: str) -> str:
        """The whole text. Punctuation stays, since it carries the intonation."""
        spoken = []
        for word in text.split():
            bare = word.strip(".,?!")
            if bare not in self._words:
                self._words[bare] = self._ask(bare)
            spoken.append(self._words[bare] + word[len(bare) :])
        return " ".join(spoken)

    def _ask(self, word: str) -> str:
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        print(word, file=self._worker.stdin, flush=True)
        return "".join(c for c in self._worker.stdout.readline().strip() if c in self._known)


class Kokoro:
    """Kokoro-82M with the voices that may be trained on."""

    def __init__(self, folder: Path, kept: bool = False) -> None:
        """`kept`: use the voices that judge instead, for trials."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._net: Any = ort.InferenceSession(
            str(folder / "kokoro.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokens: dict[str, int] = json.loads((folder / "vocab.json").read_text())["vocab"]
        self._say = Pronouncer(frozenset(self._tokens))
        self._styles = {
            f.stem: np.fromfile(f, np.float32).reshape(-1, 256)
            for f in sorted((folder / "voices").glob("*.bin"))
            if kept_voice(f.stem) == kept
        }
        self.english = [v for v in self._styles if v[0] in "ab"]
        self.voices = list(self._styles)

    def speak(
        self, text: str, voices: dict[str, float], speed: float
    ) -> NDArray[np.float32] | None:
        """16 kHz, loudest sample 0.5; None if it can't be said or nothing came."""
        tokens = [self._tokens[c] for c in self._say.text(text) if c in self._tokens]
        if not 2 <= len(tokens) < 400:
            return None
        style = sum(share * self._styles[v][len(tokens)] for v, share in voices.items())
        sound = self._net.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]]),
                "style": np.asarray(style, np.float32)[None],
                "speed": np.array([speed], np.float32),
            },
        )[0].ravel()
        top = float(np.abs(sound).max(initial=0.0))
        if not np.isfinite(sound).all() or top < 0.02:
            return None
        sound = soxr.resample(sound, _RATE, 16_000)
        loud = np.flatnonzero(np.abs(sound) > top / 50)
        sound = sound[max(0, loud[0] - 1600) : loud[-1] + 1600]
        return np.asarray(sound * (0.5 / top), np.float32)


def make_shard(kokoro: Kokoro, writer: Writer, seed: int) -> list[Clip]:
    """Some minutes of speech, the same for the same seed."""
    rng = np.random.default_rng(seed)
    clips: list[Clip] = []
    seconds = 0.0
    while seconds < _SHARD:
        text = writer.text(rng)
        first = kokoro.english if rng.random() < _ENGLISH else kokoro.voices
        one = first[int(rng.integers(len(first)))]
        other = kokoro.voices[int(rng.integers(len(kokoro.voices)))]
        share = 0.0 if rng.random() < 0.4 else float(rng.uniform(0, 0.5))
        voices = {one: 1.0} if share == 0 or one == other else {one: 1 - share, other: share}
        check(text=text, speakers=voices)
        sound = kokoro.speak(text, voices, float(rng.uniform(0.8, 1.3)))
        if sound is None:
            continue
        clips.append(Clip(text, "+".join(voices), sound))
        seconds += len(sound) / 16_000
    return clips


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--first", type=int, default=0, help="number of the first shard")
    parser.add_argument("--shards", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after these")
    asked = parser.parse_args()
    kokoro = Kokoro(asked.corpora / "kokoro")
    writer = Writer(vocabulary())
    begun = time.monotonic()
    for seed in range(asked.first, asked.first + asked.shards):
        path = asked.corpora / "synthetic" / f"{seed:05d}.npz"
        if path.exists():
            continue
        if time.monotonic() - begun > asked.minutes * 60:
            break
        clips = make_shard(kokoro, writer, seed)
        write(path, clips)
        print(
            f"{path.name}: {len(clips)} texts, {(time.monotonic() - begun) / 60:.1f} min",
            flush=True,
        )


if __name__ == "__main__":
    main()
