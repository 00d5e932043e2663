"""The English recogniser of voicecoach's own: it spots the live phrases in the stream.

`acoustics` says what sounds there are, `spotter` where a phrase may have ended, `readings` what
else it may have been. Here is decided when a phrase is over, and `likelihood` makes one
probability of all that is known of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.decision import URGENT
from voicecoach.core.events import Candidate, Command, Grammar, Utterance

from .acoustics import DELAY, FRAME
from .likelihood import WEIGHTS, Figures, evidence, likelihood
from .phonemes import BLANK, WORD
from .phrase_graph import PhraseGraph, Pronounce
from .readings import Reading, fits_of_words, over_the_free_loop, readings
from .recogniser import OUTPUT_PER_INPUT
from .spotter import COSTLIEST, MEMORY, NOT_BLANK, Ends, Spot, Spotter

PROMISING = -4.5
"""The fit at which a spot is looked at, what comes after it counted."""

LONGER = 0.8
"""By how much worse a phrase may fit than the one that it goes on from."""

URGENT_PAUSE, PAUSE, LONGER_PAUSE = 4, 8, 18
"""Frames after the last sound of what can't wait, of another phrase, and of one that may go on
("log eighty", "kilos"), after which it is over. The last are frames in which nothing is said."""

LONGEST = 60
"""Frames after which even what goes on may be over: somebody else goes on."""

SURE = 0.5
"""The likelihood at which an utterance is told as soon as it is over. One that is less sure may
still turn out to be a part of something else."""

WORTH_TELLING = 0.08
"""The likelihood from which on what was found is told at all."""

MOST = 5
"""Candidates of an utterance."""

EDGE = 6
"""Frames by which another reading may begin or end elsewhere."""

HEARD_AGAIN = 150
"""Frames (3 s) that a new grammar hears once more: what is being said began before it."""

ROOM = 150
"""Frames (3 s) before a phrase that say how loud the room is."""

BEFORE, AFTER = 20, 8
"""Frames around a phrase in which the same voice would be talk."""


@dataclass(frozen=True, slots=True)
class _Live:
    """A grammar made ready."""

    grammar: Grammar
    graph: PhraseGraph

    def goes_on(self, phrase: str) -> bool:
        """Whether another phrase begins with it."""
        node = 0
        for word in phrase.split():
            node = self.graph.automaton.follow(node)[word]
        return self.graph.automaton.goes_on(node)


class AcousticStream(Protocol):
    """See `acoustics.Acoustics`."""

    @property
    def chunk(self) -> int:
        """Frames that come out at once."""

    @property
    def calibration(self) -> Mapping[str, float]:
        """Weights for `likelihood`; empty if it brings none."""

    def feed(self, pcm: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Log-probabilities of each frame that is known now."""


class Spotting:
    """See `recogniser.Recogniser`; English, no download, a few hundredths of a core."""

    name = "spotter"

    def __init__(self, acoustics: AcousticStream, pronounce: Pronounce) -> None:
        self._acoustics = acoustics
        self._weights = acoustics.calibration or WEIGHTS
        self._pronounce = pronounce
        self._known: deque[_Live] = deque(maxlen=12)
        self._live: _Live | None = None
        self._spotter: Spotter | None = None
        self._frames: deque[NDArray[np.float32]] = deque(maxlen=MEMORY)
        self._levels: deque[float] = deque(maxlen=MEMORY)
        """dBFS of each frame of the microphone; of those that are not understood yet, too."""
        self._levelled = 0
        """How many they were, all together."""
        self._pcm = np.zeros(0, np.float32)
        self._count = 0
        """Frames so far."""
        self._anchor = (0, 0)
        """A microphone sample, counted from the first, and the output sample of it."""
        self._ends: deque[Ends] = deque(maxlen=URGENT_PAUSE + 1)
        self._after: deque[float] = deque(maxlen=URGENT_PAUSE)
        self._best: Spot | None = None
        self._best_fit = PROMISING
        self._pause = 0
        """Frames since the last in which something was said."""
        self._over = 0
        """The frame up to which everything is decided."""

    def listen_for(self, grammar: Grammar) -> None:
        if self._live is not None and self._live.grammar == grammar:
            return
        live = next((each for each in self._known if each.grammar == grammar), None)
        if live is None:
            words = (p for p in grammar.phrases if not _in_digits(p))
            live = _Live(grammar, PhraseGraph(words, self._pronounce))
            self._known.append(live)
        self._live = live
        self._forget()
        again = list(self._frames)[-HEARD_AGAIN:]
        first = self._count - len(again)
        self._spotter = Spotter(live.graph, first)
        for frame in again:
            self._consider(self._spotter, frame)

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        fed = self._anchor[0] + len(pcm)
        heard = [each for frame in self._hear(pcm) for each in self._step(frame)]
        self._anchor = fed, at + OUTPUT_PER_INPUT * len(pcm)
        return heard

    def finish(self, at: int) -> list[Utterance]:
        missing = (LONGER_PAUSE + DELAY + 2 * self._acoustics.chunk) * FRAME
        heard = self.feed(np.zeros(missing, np.float32), at)
        self._anchor = self._anchor[0], at
        self._over = self._count
        self._forget()
        if self._live is not None:
            self._spotter = Spotter(self._live.graph, self._count)
        return heard

    def _hear(self, pcm: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """The frames that are known with `pcm`; their levels are noted."""
        self._pcm = np.concatenate([self._pcm, pcm])
        whole = len(self._pcm) // FRAME * FRAME
        power = np.square(self._pcm[:whole].reshape(-1, FRAME)).mean(axis=1)
        self._levels.extend(10 * np.log10(np.maximum(power, 1e-12)))
        self._levelled += len(power)
        self._pcm = self._pcm[whole:]
        yield from self._acoustics.feed(pcm)

    def _step(self, frame: NDArray[np.float32]) -> Iterator[Utterance]:
        self._frames.append(frame)
        self._count += 1
        if self._spotter is None:
            return
        self._consider(self._spotter, frame)
        best = self._best
        if best is None or not self._may_be_over(best):
            return
        heard = self._decide(best)
        sure = heard.candidates[0].confidence if heard is not None else 0.0
        if sure >= SURE or self._is_over(best):
            self._best, self._best_fit = None, PROMISING
            self._over = best.end
            if heard is not None and sure >= WORTH_TELLING:
                yield heard

    def _forget(self) -> None:
        """What was found so far."""
        self._best, self._best_fit = None, PROMISING
        self._ends.clear()
        self._after.clear()

    def _consider(self, spotter: Spotter, frame: NDArray[np.float32]) -> None:
        """Whether what ended a little before `frame` is better than what was found so far."""
        self._ends.append(spotter.feed(frame))
        spoken = 1 - np.exp(frame[BLANK]) - np.exp(frame[WORD])
        self._pause = 0 if spoken > 0.5 else self._pause + 1
        top = float(frame.max())
        self._after.append(max(float(max(frame[BLANK], frame[WORD])) - top, -COSTLIEST))
        if len(self._ends) <= URGENT_PAUSE:
            return
        ends = self._ends[0]
        score = ends.score + NOT_BLANK * sum(self._after)
        fit = np.where(
            ends.first >= self._over, score / np.sqrt(np.maximum(1, ends.sounds)), -np.inf
        )
        n = int(fit.argmax())
        if fit[n] < PROMISING:
            return
        spot, best = ends[n], self._best
        if (
            best is None
            or fit[n] > self._best_fit
            or (
                spot.first <= best.first + EDGE
                and spot.sounds > best.sounds
                and fit[n] > self._best_fit - LONGER
            )
        ):
            self._best, self._best_fit = spot, float(fit[n])

    def _may_be_over(self, spot: Spot) -> bool:
        """Whether it is time to look at it: with each pause there may be an end."""
        age = self._count - spot.end
        if age == URGENT_PAUSE:
            return self._urgent(self._phrase(spot))
        if age == PAUSE:
            assert self._live is not None
            return not self._live.goes_on(self._phrase(spot))
        return self._is_over(spot)

    def _is_over(self, spot: Spot) -> bool:
        """Whether nothing more can come of it."""
        age = self._count - spot.end
        return min(age, self._pause) >= LONGER_PAUSE or age >= LONGEST

    def _phrase(self, spot: Spot) -> str:
        assert self._spotter is not None
        return " ".join(word.text for word in self._spotter.words(spot))

    def _urgent(self, phrase: str) -> bool:
        assert self._live is not None
        command = self._live.grammar.phrases.get(phrase)
        return command is not None and command.intent in URGENT

    def _decide(self, spot: Spot) -> Utterance | None:
        assert self._live is not None
        grammar = self._live.grammar
        first = max(0, spot.first - EDGE // 2)
        end = min(self._count, spot.end + EDGE // 2)
        frames = self._between(first, end)
        found = readings(self._live.graph, frames, EDGE)
        # The best of each meaning; what means nothing is for itself.
        best: dict[Command | str, Reading] = {}
        for reading in found:
            best.setdefault(grammar.phrases.get(reading.phrase, reading.phrase), reading)
        candidates: list[tuple[Candidate, Figures]] = []
        for key, reading in best.items():
            others = (other.fit for meaning, other in best.items() if meaning != key)
            figures = self._figures(reading, spot, frames, max(others, default=-9.0))
            command = key if isinstance(key, Command) else None
            candidate = Candidate(reading.phrase, command, likelihood(figures, self._weights))
            candidates.append((candidate, figures))
        candidates.sort(key=lambda each: -each[0].confidence)
        if not candidates:
            return None
        return Utterance(
            self._sample(spot.first),
            self._sample(spot.end),
            tuple(candidate for candidate, _ in candidates[:MOST]),
            evidence=evidence(candidates[0][1]),
        )

    def _figures(
        self, reading: Reading, spot: Spot, frames: NDArray[np.float32], rival: float
    ) -> Figures:
        assert self._live is not None
        emitted = over_the_free_loop(frames)
        return Figures(
            fit=reading.fit,
            worst=min(fits_of_words(emitted, reading.tokens, EDGE)),
            sounds=reading.sounds,
            margin=reading.fit - rival,
            before=self._spoken(spot.first - BEFORE, spot.first - 1),
            after=self._spoken(spot.end + 1, min(self._count, spot.end + AFTER)),
            pace=(spot.end - spot.first) / reading.sounds,
            rise=self._rise(spot),
            live=len(self._live.grammar.phrases),
        )

    def _between(self, first: int, end: int) -> NDArray[np.float32]:
        """The frames from `first` until `end`, as far as they are known still."""
        oldest = self._count - len(self._frames)
        return np.array([self._frames[n - oldest] for n in range(max(first, oldest), end)])

    def _spoken(self, first: int, end: int) -> float:
        """The share of the frames in which there is some sound, 0 to 1."""
        frames = self._between(max(0, first), end)
        if not len(frames):
            return 0.0
        return float((1 - np.exp(frames[:, BLANK]) - np.exp(frames[:, WORD])).mean())

    def _rise(self, spot: Spot) -> float:
        """dB by which the phrase is louder than what was there before it."""
        levels = np.array(self._levels)
        shift = DELAY + self._levelled - len(levels)
        first, end = max(0, spot.first - shift), max(1, spot.end - shift)
        before = levels[max(0, first - ROOM) : first]
        room = np.median(before) if len(before) > ROOM // 6 else levels.min()
        return float(np.percentile(levels[first:end], 80) - room)

    def _sample(self, frame: int) -> int:
        """The output sample at which a frame was heard."""
        known, at = self._anchor
        return at + OUTPUT_PER_INPUT * ((frame - DELAY) * FRAME - known)


def _in_digits(phrase: str) -> bool:
    """Whether it holds digits; the same stands there in words."""
    return any(sign.isdigit() for sign in phrase)
