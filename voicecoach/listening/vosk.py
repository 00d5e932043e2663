"""Vosk, with any of its models: two recognisers on the same audio.

One knows only the grammar's phrases and decoys, so it answers with one of them to anything. The
other knows the whole language. The confidence in a phrase grows with its lead over the first
recogniser's other readings, with its probability relative to the second's transcript, and with its
likeness to that; see `agreement`. In a pause, or if it has sounded like "stop" for a while, they
are asked before Vosk's own endpoint rules would fire.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import vosk
from numpy.typing import NDArray

from voicecoach.core.events import URGENT, Candidate, Command, Grammar, Utterance
from voicecoach.core.plan import MICROPHONE_RATE
from voicecoach.pcm import to_int16

from .agreement import confidence, likeness
from .chunks import Chunks
from .energy_gate import CHUNK, EnergyGate
from .recogniser import OUTPUT_PER_INPUT
from .voice_activity import VoiceActivity
from .vosk_settings import with_settings

vosk.SetLogLevel(-1)

_FED = 3 * CHUNK
"""Samples fed to Vosk at once (96 ms), whatever blocks they came in."""
_HOLD = 28
"""Gate chunks (0.9 s) for which Vosk keeps listening to the room, so that its own endpoint rules
end an utterance, not the gate."""
_LEAD = 4
"""Feeds (0.38 s) from before the gate opened."""
_STABLE = 4
"""Equal partial results, one per feed, after which one can be trusted."""
_STABLE_URGENT = 2
"""The same for an urgent command, which is then looked at without a pause."""
_SPEECH = 0.35
"""Speech probability below which it is a pause."""
_PAUSE = 4
"""Chunks (0.13 s) of pause after which a phrase is looked at."""
_EARLY = 0.6
"""Confidence at which a phrase is reported in a pause, or an urgent one without a pause."""
_EARLY_URGENT = 0.4
"""The same for an urgent command in a pause."""
_UNKNOWN = "[unk]"
_ALTERNATIVES = 8
"""Number of readings to ask for. With alternatives, Vosk reports the log-probability of each
reading instead of word confidences, and that is worth more."""
_AHEAD = 6.0
"""Lead of a reading without rivals."""
_CANDIDATES = 5
"""Maximum number of candidates reported."""


class Vosk:
    """See `recogniser.Recogniser`. Use it from one thread only."""

    name = "vosk"

    def __init__(self, folder: Path) -> None:
        """`folder`: an unpacked model."""
        self._model = _load(folder)
        # Kept for good: making it takes 0.1 s, making one for a grammar 1 ms.
        self._free = _Open(self._model)
        self._grammar = Grammar(())
        self._live: frozenset[str] = frozenset()
        self._lines = "[]"
        self._gate = EnergyGate(_HOLD)
        self._chunks = Chunks(_FED)
        self._activity = VoiceActivity()
        self._lead: deque[_Fed] = deque(maxlen=_LEAD)
        self._listening: _Listening | None = None

    def unknown_words(self, grammar: Grammar) -> dict[str, tuple[str, ...]]:
        """The phrases that can't be heard, with the words that the model lacks.

        Phrases in digits are left out: the grammar has them in words too.
        """
        missing = {
            phrase: tuple(word for word in phrase.split() if not self._knows(word))
            for phrase in (*grammar.phrases, *grammar.decoys)
            if not _has_digits(phrase)
        }
        return {phrase: words for phrase, words in missing.items() if words}

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        return iter(())  # there is nothing to prepare

    def listen_for(self, grammar: Grammar) -> None:
        if grammar == self._grammar:
            return
        self._grammar = grammar
        unknown = self.unknown_words(grammar)
        phrases = (*grammar.phrases, *grammar.decoys)
        self._live = frozenset(p for p in phrases if p not in unknown and not _has_digits(p))
        unlike = [_UNKNOWN] if self._knows(_UNKNOWN) else []
        self._lines = json.dumps(sorted(self._live) + unlike, ensure_ascii=False)
        if self._listening is not None:
            # Hear the utterance under way again with the new grammar.
            earlier = self._listening.fed
            self._listening = self._listen(earlier) if self._live else None

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        return [
            heard
            for chunk, first in self._chunks.feed(pcm, at)
            for heard in self._hear(chunk, first)
        ]

    def finish(self, at: int) -> list[Utterance]:
        self._chunks.rest()
        self._lead.clear()
        return self._over()

    def _hear(self, chunk: NDArray[np.float32], at: int) -> list[Utterance]:
        # Both adapt to the room, so they must hear every part.
        parts = [chunk[i : i + CHUNK] for i in range(0, _FED, CHUNK)]
        opened = [self._gate(part) for part in parts]
        speech = tuple(self._activity(part) >= _SPEECH for part in parts)
        fed = _Fed(to_int16(chunk).tobytes(), at, speech)
        # Vosk crashes if it has no phrases at all.
        if not (any(opened) and self._live):
            self._lead.append(fed)
            return self._over()
        if self._listening is None:
            self._listening = self._listen(self._lead)
            self._lead.clear()
        if self._listening.feed(fed) or self._listening.settled(self._live):
            return self._over()
        return self._early(self._listening) if self._worth_a_look(self._listening) else []

    def _over(self) -> list[Utterance]:
        """End the utterance, if there is one."""
        listening, self._listening = self._listening, None
        return self._judge(listening) if listening else []

    def _worth_a_look(self, listening: _Listening) -> bool:
        """Whether what is said may be known by now, before its end is sure."""
        text = listening.partial
        command = self._grammar.phrases.get(text)
        if command is None:
            return False
        if command.intent in URGENT and listening.stable >= _STABLE_URGENT:
            return text not in listening.looked
        paused = listening.pause >= _PAUSE and not listening.looked_in_pause
        return paused and not self._goes_on(text)

    def _early(self, listening: _Listening) -> list[Utterance]:
        """The utterance, if it is certain by now; else keep listening."""
        heard = self._judge(listening)
        best = heard[0].candidates[0] if heard and heard[0].candidates else None
        if best and best.command:
            urgent = best.command.intent in URGENT and listening.pause >= _PAUSE
            if best.confidence >= (_EARLY_URGENT if urgent else _EARLY):
                self._listening = None
                return heard
        # Vosk can't go on after giving its result, so it hears all of it again.
        self._listening = again = self._listen(listening.fed)
        again.looked = listening.looked | {listening.partial}
        again.looked_in_pause = listening.pause >= _PAUSE
        return []

    def _goes_on(self, text: str) -> bool:
        """Whether some live phrase begins with `text` and means something else."""
        meant = self._grammar.phrases.get(text)
        return any(
            other.startswith(text + " ") and self._grammar.phrases.get(other) != meant
            for other in self._live
        )

    def _listen(self, earlier: Iterable[_Fed]) -> _Listening:
        """Begin an utterance with the feeds in `earlier`."""
        strict = vosk.KaldiRecognizer(self._model, MICROPHONE_RATE, self._lines)
        listening = _Listening(strict, self._free)
        for fed in earlier:
            listening.feed(fed)
        return listening

    def _knows(self, word: str) -> bool:
        return int(self._model.vosk_model_find_word(word)) >= 0

    def _judge(self, listening: _Listening) -> list[Utterance]:
        """What was said, if anything was."""
        readings, free = listening.results()
        words = readings[0].words or free.words
        if not words:
            return []
        said, end = listening.time(words[0]["start"]), listening.time(words[-1]["end"])
        candidates, evidence = self._candidates(readings, free)
        if not candidates:
            text = readings[0].text
            note = f'"{text}" is no phrase' if text else "nothing like a phrase"
            return [Utterance(said, end, (), free.text, note)]
        return [Utterance(said, end, candidates, free.text, evidence=evidence)]

    def _candidates(
        self, readings: Sequence[_VoskReading], free: _VoskReading
    ) -> tuple[tuple[Candidate, ...], dict[str, float]]:
        """The readings that are phrases, best first, and the figures of the best."""
        candidates: list[Candidate] = []
        evidence: dict[str, float] = {}
        met: set[Command | str] = set()
        for reading in readings:
            command = self._grammar.phrases.get(reading.text)
            if reading.text not in self._live or (command or reading.text) in met:
                continue
            met.add(command or reading.text)
            rivals = (r.score for r in readings if self._meant(r) != self._meant(reading))
            figures = {
                "score": reading.score,
                "free": free.score,
                "margin": reading.score - max(rivals, default=reading.score - _AHEAD),
                "agreement": likeness(reading.text, free.text),
            }
            candidates.append(Candidate(reading.text, command, confidence(figures)))
            evidence = evidence or figures
        return tuple(candidates[:_CANDIDATES]), evidence

    def _meant(self, reading: _VoskReading) -> Command | str:
        return self._grammar.phrases.get(reading.text, reading.text)


@dataclass(frozen=True, slots=True)
class _VoskReading:
    """One reading of an utterance."""

    text: str
    score: float
    """Log-probability of sound and words together, up to a constant per utterance."""
    words: Sequence[Mapping[str, Any]]
    """Each with "word", "start" and "end", in seconds from the beginning of the utterance."""


class _Open:
    """The recogniser that knows the whole language."""

    def __init__(self, model: Any) -> None:
        self._recogniser = vosk.KaldiRecognizer(model, MICROPHONE_RATE)
        self._recogniser.SetWords(True)
        self._recogniser.SetMaxAlternatives(1)
        self._taken = 0
        self._began = 0

    def begin(self) -> None:
        """Begin an utterance: forget the last one."""
        # `Reset` would keep its adaptation to the voice, and its scores would not compare with
        # those of a fresh recogniser.
        self._recogniser.FinalResult()
        self._began = self._taken

    def feed(self, data: bytes) -> None:
        self._taken += len(data) // 2
        # The utterance goes on even if this recogniser finds an endpoint.
        self._recogniser.AcceptWaveform(data)

    def result(self) -> _VoskReading:
        (best,) = json.loads(self._recogniser.FinalResult())["alternatives"]
        began = self._began / MICROPHONE_RATE
        words = [
            word | {"start": word["start"] - began, "end": word["end"] - began}
            for word in best.get("result", [])
        ]
        return _VoskReading(best["text"], best["confidence"], words)


@dataclass(frozen=True, slots=True)
class _Fed:
    """One feed of Vosk."""

    data: bytes
    """16 bit samples."""
    at: int
    """Output sample of the first."""
    speech: tuple[bool, ...]
    """For each chunk, whether somebody speaks."""


class _Listening:
    """One utterance, heard by both recognisers."""

    def __init__(self, strict: Any, free: _Open) -> None:
        self._strict, self._free = strict, free
        strict.SetWords(True)
        strict.SetMaxAlternatives(_ALTERNATIVES)
        free.begin()
        self.fed: list[_Fed] = []
        """Everything heard so far."""
        self.partial = ""
        """The partial result."""
        self.stable = 0
        """Number of feeds since it last changed."""
        self.pause = 0
        """Chunks since somebody spoke; 0 before anybody did."""
        self.looked: frozenset[str] = frozenset()
        """Every partial result that was looked at."""
        self.looked_in_pause = False
        """True if it was looked at since somebody spoke."""
        self._spoken = False

    def feed(self, fed: _Fed) -> bool:
        """Hear more of it; return whether the utterance ended."""
        self.fed.append(fed)
        for speaks in fed.speech:
            self._spoken = self._spoken or speaks
            self.pause = self.pause + 1 if self._spoken and not speaks else 0
        if any(fed.speech):
            self.looked_in_pause = False
        self._free.feed(fed.data)
        ended = bool(self._strict.AcceptWaveform(fed.data))
        partial = "" if ended else json.loads(self._strict.PartialResult())["partial"]
        self.stable = self.stable + 1 if partial == self.partial else 1
        self.partial = partial
        return ended

    def settled(self, live: Iterable[str]) -> bool:
        """Whether the same whole phrase was heard long enough and no other phrase begins with
        it."""
        return (
            self.stable >= _STABLE
            and self.partial in live
            and not any(other.startswith(self.partial + " ") for other in live)
        )

    def results(self) -> tuple[list[_VoskReading], _VoskReading]:
        """Its readings as phrases, best first, and as free text."""
        found = json.loads(self._strict.FinalResult())["alternatives"]
        readings = [_VoskReading(r["text"], r["confidence"], r.get("result", [])) for r in found]
        return readings, self._free.result()

    def time(self, seconds: float) -> int:
        """The output sample at `seconds` into the utterance."""
        number, offset = divmod(round(seconds * MICROPHONE_RATE), _FED)
        number = min(number, len(self.fed) - 1)
        return self.fed[number].at + OUTPUT_PER_INPUT * offset


def _has_digits(phrase: str) -> bool:
    return any(letter.isdigit() for letter in phrase)


@cache
def _load(folder: Path) -> Any:
    """The model in `folder` with our own settings, loaded once per process."""
    with with_settings(folder) as shown:
        return vosk.Model(str(shown))
