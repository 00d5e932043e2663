"""Vosk: any of its models, two recognisers on the same audio.

One knows only the grammar's phrases and so answers with one of them to anything.
The other knows the whole language. What the first hears counts for as much as the
second's answer sounds like it.
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections import deque
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import vosk
from numpy.typing import NDArray

from voicecoach.core.events import Candidate, Grammar, Heard
from voicecoach.core.plan import MICROPHONE_RATE

from .gate import CHUNK, Gate
from .recogniser import OUTPUT_PER_INPUT

vosk.SetLogLevel(-1)

_FED = 3 * CHUNK
"""Samples that Vosk gets at once (96 ms), however they came in."""
_HOLD = 28
"""Gate chunks (0.9 s) for which Vosk goes on listening to the room, so that its own
rules, and not the gate, end an utterance."""
_LEAD = 4
"""Feeds (0.38 s) from before the gate opened."""
_STABLE = 4
"""Equal partial answers, one a feed, after which one can be trusted."""
_UNKNOWN = "[unk]"
_ENDPOINT = """
--endpoint.rule2.min-trailing-silence=0.2
--endpoint.rule3.min-trailing-silence=0.3
--endpoint.rule4.min-trailing-silence=0.6
"""
"""Seconds of silence that end an utterance, from most to least certain. As shipped
(0.5, 1, 2) an answer takes 1.07 s at the median."""

_NO_DITHER = "\n--dither=0\n"
"""Kaldi adds noise from a generator that all of a process shares; without it the
same audio is the same answer each time."""


class Vosk:
    """See `recogniser.Recogniser`; use it from one thread only."""

    name = "vosk"

    def __init__(self, folder: Path) -> None:
        """`folder`: an unpacked model."""
        self._model = _load(folder)
        # One for good: to make it takes 0.1 s, to make one for a grammar 1 ms.
        self._free = _Open(self._model)
        self._grammar = Grammar({})
        self._live: frozenset[str] = frozenset()
        self._gate = Gate(_HOLD)
        self._rest = np.zeros(0, np.float32)
        self._rest_at = 0
        self._lead: deque[tuple[bytes, int]] = deque(maxlen=_LEAD)
        self._listening: _Listening | None = None

    def unknown_words(self, grammar: Grammar) -> dict[str, tuple[str, ...]]:
        """The phrases that cannot be heard, with the words that the model lacks.

        Phrases in digits are left out: they stand in the grammar in words too.
        """
        missing = {
            phrase: tuple(word for word in phrase.split() if not self._knows(word))
            for phrase in (*grammar.phrases, *grammar.decoys)
            if not _has_digits(phrase)
        }
        return {phrase: words for phrase, words in missing.items() if words}

    def listen_for(self, grammar: Grammar) -> None:
        if grammar == self._grammar:
            return
        self._grammar = grammar
        unknown = self.unknown_words(grammar)
        phrases = (*grammar.phrases, *grammar.decoys)
        self._live = frozenset(p for p in phrases if p not in unknown and not _has_digits(p))
        if self._listening is not None:
            # What is being said is heard again, with other ears.
            earlier = self._listening.fed
            self._listening = None
            if self._live:
                self._listening = self._listen()
                for data, at in earlier:
                    self._listening.feed(data, at)

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Heard]:
        if len(self._rest) == 0:
            self._rest_at = at
        before = len(self._rest)
        samples = np.concatenate([self._rest, pcm])
        whole = len(samples) // _FED
        heard = []
        for number in range(whole):
            start = number * _FED
            first = self._rest_at if start == 0 else at + OUTPUT_PER_INPUT * (start - before)
            heard += self._hear(samples[start : start + _FED], first)
        if whole:
            self._rest_at = at + OUTPUT_PER_INPUT * (whole * _FED - before)
        self._rest = samples[whole * _FED :]
        return heard

    def finish(self, at: int) -> list[Heard]:
        self._rest = np.zeros(0, np.float32)
        self._lead.clear()
        listening, self._listening = self._listening, None
        return self._judge(listening) if listening else []

    def _hear(self, chunk: NDArray[np.float32], at: int) -> list[Heard]:
        # The gate follows the room, so it must see every part.
        opened = [self._gate(chunk[i : i + CHUNK]) for i in range(0, _FED, CHUNK)]
        data = (np.clip(chunk, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
        # A recogniser with no phrases at all is one that Vosk crashes with.
        if not (any(opened) and self._live):
            listening, self._listening = self._listening, None
            self._lead.append((data, at))
            return self._judge(listening) if listening else []
        if self._listening is None:
            self._listening = self._listen()
            for earlier in self._lead:
                self._listening.feed(*earlier)
            self._lead.clear()
        if not self._listening.feed(data, at) and not self._listening.settled(self._live):
            return []
        listening, self._listening = self._listening, None
        return self._judge(listening)

    def _listen(self) -> _Listening:
        unknown = [_UNKNOWN] if self._knows(_UNKNOWN) else []
        phrases = json.dumps(sorted(self._live) + unknown, ensure_ascii=False)
        return _Listening(vosk.KaldiRecognizer(self._model, MICROPHONE_RATE, phrases), self._free)

    def _knows(self, word: str) -> bool:
        return int(self._model.vosk_model_find_word(word)) >= 0

    def _judge(self, listening: _Listening) -> list[Heard]:
        """What was said, if anything was."""
        text, written, words = listening.results()
        if not words:
            return []
        said, end = listening.time(words[0]["start"]), listening.time(words[-1]["end"])
        if text not in self._live:
            note = f'"{text}" is no phrase' if text else "nothing like a phrase"
            return [Heard(said, end, (), written, note)]
        sure = min(float(word["conf"]) for word in words)
        agreement = likeness(text, written)
        evidence = {"sure": sure, "agreement": agreement}
        candidate = Candidate(text, self._grammar.phrases.get(text), confidence(sure, agreement))
        return [Heard(said, end, (candidate,), written, evidence=evidence)]


class _Open:
    """The recogniser that knows the whole language."""

    def __init__(self, model: Any) -> None:
        self._recogniser = vosk.KaldiRecognizer(model, MICROPHONE_RATE)
        self._recogniser.SetWords(True)
        self._taken = 0
        self._began = 0
        self._words: list[dict[str, Any]] = []

    def begin(self) -> None:
        """An utterance begins: forget what there was."""
        self._recogniser.Reset()
        self._began = self._taken
        self._words = []

    def feed(self, data: bytes) -> None:
        self._taken += len(data) // 2
        if self._recogniser.AcceptWaveform(data):
            # It found an end of its own; the utterance goes on all the same.
            self._words += json.loads(self._recogniser.Result()).get("result", [])

    def words(self) -> list[dict[str, Any]]:
        """The words of the utterance, timed in seconds from its beginning."""
        self._words += json.loads(self._recogniser.FinalResult()).get("result", [])
        began = self._began / MICROPHONE_RATE
        return [
            word | {"start": word["start"] - began, "end": word["end"] - began}
            for word in self._words
        ]


class _Listening:
    """One utterance, heard by both recognisers."""

    def __init__(self, strict: Any, free: _Open) -> None:
        self._strict, self._free = strict, free
        strict.SetWords(True)
        free.begin()
        self.fed: list[tuple[bytes, int]] = []
        """Everything heard so far, with the output sample of each chunk."""
        self._partials: deque[str] = deque(maxlen=_STABLE)

    def feed(self, data: bytes, at: int) -> bool:
        """Hear a chunk of 16 bit samples; whether the utterance ended with it."""
        self.fed.append((data, at))
        self._free.feed(data)
        ended = bool(self._strict.AcceptWaveform(data))
        self._partials.append("" if ended else json.loads(self._strict.PartialResult())["partial"])
        return ended

    def settled(self, live: Iterable[str]) -> bool:
        """Whether the same whole phrase was heard long enough and no other begins with it."""
        text = self._partials[-1]
        return (
            self._partials.count(text) == _STABLE
            and text in live
            and not any(other.startswith(text + " ") for other in live)
        )

    def results(self) -> tuple[str, str, list[dict[str, Any]]]:
        """The phrase, what the open recogniser wrote, and the words of either, timed."""
        strict = json.loads(self._strict.FinalResult())
        free = self._free.words()
        words: list[dict[str, Any]] = strict.get("result", [])
        return strict["text"], " ".join(word["word"] for word in free), words or free

    def time(self, seconds: float) -> int:
        """The output sample at `seconds` into the utterance."""
        number, offset = divmod(round(seconds * MICROPHONE_RATE), _FED)
        number = min(number, len(self.fed) - 1)
        return self.fed[number][1] + OUTPUT_PER_INPUT * offset


def likeness(phrase: str, written: str) -> float:
    """How alike two texts sound, by their letters: 0 to 1. Hangul is taken apart first."""
    a, b = (unicodedata.normalize("NFD", text).replace(" ", "") for text in (phrase, written))
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def confidence(sure: float, agreement: float) -> float:
    """0 to 1, from Vosk's own confidence in the least certain word and the two's agreement."""
    return sure * (0.45 + 0.55 * agreement)


def _has_digits(phrase: str) -> bool:
    return any(letter.isdigit() for letter in phrase)


@cache
def _load(folder: Path) -> Any:
    """The model in `folder` with settings of our own, read once in a process.

    They can only be set in the model's `conf`, so Vosk is shown a folder of links
    with a `conf` of ours; it is not needed after loading.
    """
    if not (folder / "conf" / "model.conf").is_file():
        return vosk.Model(str(folder))
    with TemporaryDirectory(prefix="voicecoach-") as name:
        shadow = Path(name)
        try:
            for part in folder.iterdir():
                if part.name != "conf":
                    (shadow / part.name).symlink_to(part.resolve())
        except OSError:  # Windows lets not everyone make links.
            return vosk.Model(str(folder))
        (shadow / "conf").mkdir()
        for file in (folder / "conf").iterdir():  # Contents only: the model may be read-only.
            shutil.copyfile(file, shadow / "conf" / file.name)
        settings = shadow / "conf" / "model.conf"
        lines = settings.read_text().splitlines()
        kept = [line for line in lines if not re.match(r"--endpoint\.rule[234]\.min-trail", line)]
        settings.write_text("\n".join(kept) + _ENDPOINT)
        with (shadow / "conf" / "mfcc.conf").open("a") as sound:
            sound.write(_NO_DITHER)
        return vosk.Model(name)
