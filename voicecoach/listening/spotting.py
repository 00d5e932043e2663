"""voicecoach's own English recogniser: it spots the live phrases in the stream.

`acoustics` hears the sounds, `spotter` finds where a phrase may have ended, `rescoring` says what
was said there and how probable it is. This module decides when a phrase is over and what to report.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import (
    URGENT,
    Candidate,
    Command,
    Grammar,
    PhraseGroup,
    Utterance,
)

from .acoustics import DELAY, FRAME
from .likelihood import WEIGHTS, Weights, evidence
from .phonemes import BLANK, WORD, Pronounce
from .recogniser import OUTPUT_PER_INPUT
from .rescoring import (
    EDGE,
    Hypothesis,
    LiveGrammar,
    PreparedGroup,
    Rescorer,
    SecondOpinion,
    SpeechSpan,
)
from .spotter import COSTLIEST, MEMORY, NOT_BLANK, Ends, Spot, Spotter
from .stream_history import BREATH, GAP, StreamHistory

PROMISING = -4.5
"""Fit from which a spot is considered, the frames after it included."""

LONGER = 0.8
"""How much worse a longer phrase may fit than the shorter one that it continues."""

URGENT_PAUSE, PAUSE, LONGER_PAUSE = 4, 8, 18
"""Frames of pause after which a phrase is over: an urgent one, any other, and one that may go on
("log eighty", "kilos"). An urgent one that may begin another ("pain", "pin seven") is as any
other."""

LONGEST = 60
"""Frames after which even a phrase without a pause may be over: somebody else is talking."""

LONGEST_PHRASE = MEMORY - LONGEST - 1
"""Frames (6.8 s) from the beginning of a phrase to its end, at most. Its words are then still known
when it is looked at."""

REMNANT = 30
"""Frames (0.6 s) below which what follows a command in the same breath is part of it."""

SHORTEST = 6
"""Frames (0.12 s) below which speech is no word."""

SURE = 0.5
"""Likelihood from which an utterance is reported as soon as it is over. A less sure one may still
turn out to be part of something else."""

WORTH_TELLING = 0.08
"""Likelihood below which nothing is reported."""

MOST = 5
"""Most candidates of an utterance."""

HEARD_AGAIN = 150
"""Frames (3 s) that a new grammar hears again, because what is being said began before it."""


PREPARED = 64
"""Number of prepared grammars kept, more than a session has. Each takes less than a megabyte: they
share the groups that they are made of."""


class AcousticStream(Protocol):
    """See `acoustics.Acoustics`."""

    @property
    def chunk(self) -> int:
        """Frames that come out at once, after as many frames of sound have come in."""

    @property
    def calibration(self) -> Mapping[str, Weights]:
        """Weights for `likelihood`; empty if the network has none."""

    def feed(self, pcm: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Log-probabilities of each frame that is complete."""


class Spotting:
    """See `recogniser.Recogniser`. English, no download, a few hundredths of a core."""

    name = "spotter"

    def __init__(
        self,
        acoustics: AcousticStream,
        pronounce: Pronounce,
        second: SecondOpinion | None = None,
    ) -> None:
        """`second`: asked in doubt."""
        self._acoustics = acoustics
        self._pronounce = pronounce
        self._second = second
        self._history = StreamHistory()
        self._rescorer = self._make_rescorer(acoustics.calibration or WEIGHTS, second)
        self._groups: WeakKeyDictionary[PhraseGroup, PreparedGroup] = WeakKeyDictionary()
        self._prepared = lru_cache(maxsize=PREPARED)(self._prepare)
        self._live: LiveGrammar | None = None
        self._spotter: Spotter | None = None
        self._pcm = np.zeros(0, np.float32)
        """Samples too few for a chunk of the network."""
        self._anchor = (0, 0)
        """A microphone sample, counted from the first, and its output sample."""
        self._ends: deque[Ends] = deque(maxlen=URGENT_PAUSE + 1)
        self._after: deque[float] = deque(maxlen=URGENT_PAUSE)
        self._best: Spot | None = None
        self._best_fit = PROMISING
        self._over = 0
        """The frame up to which everything was reported."""
        self._obeyed: Candidate | None = None
        """The last reported candidate, if it was a command."""

    def _make_rescorer(
        self, weights: Mapping[str, Weights], second: SecondOpinion | None
    ) -> Rescorer:
        return Rescorer(self._history, weights, second)

    def listen_for(self, grammar: Grammar) -> None:
        # Other words fit worse by their sounds, so the shipped decoys aren't needed.
        grammar = replace(grammar, decoys=grammar.own_decoys)
        if self._live is not None and self._live.grammar == grammar:
            return
        self._live = live = self._prepared(grammar)
        self._forget()
        again = self._history.last(HEARD_AGAIN)
        self._spotter = Spotter(live.graph, self._history.count - len(again))
        for frame in again:
            self._consider(self._spotter, frame)

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        for group in grammar.groups:
            if group not in self._groups:
                self._group(group)
                yield
        self._prepared(replace(grammar, decoys=grammar.own_decoys))
        yield
        if self._second is not None:
            yield from self._second.prepare(grammar)

    def _prepare(self, grammar: Grammar) -> LiveGrammar:
        groups = [self._group(group) for group in grammar.groups]
        return LiveGrammar(grammar, groups, self._pronounce)

    def _group(self, group: PhraseGroup) -> PreparedGroup:
        if group not in self._groups:
            self._groups[group] = PreparedGroup(group.phrases)
        return self._groups[group]

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        fed = self._anchor[0]
        # There may be a gap between the end of a microphone and this block.
        self._anchor = fed, at
        self._pcm = np.concatenate([self._pcm, pcm])
        heard: list[Utterance] = []
        # Sound goes in by the network's chunks, so that the blocks make no difference.
        size = self._acoustics.chunk * FRAME
        whole = len(self._pcm) // size * size
        for start in range(0, whole, size):
            chunk = self._pcm[start : start + size]
            self._history.add_sound(chunk)
            for frame in self._acoustics.feed(chunk):
                heard += self._step(frame)
        self._pcm = self._pcm[whole:]
        self._anchor = fed + len(pcm), at + OUTPUT_PER_INPUT * len(pcm)
        return heard

    def finish(self, at: int) -> list[Utterance]:
        missing = (LONGER_PAUSE + DELAY + 2 * self._acoustics.chunk) * FRAME
        heard = self.feed(np.zeros(missing, np.float32), at)
        self._over = self._history.count
        self._forget()
        if self._live is not None:
            self._spotter = Spotter(self._live.graph, self._history.count)
        return heard

    def opinion(self, said: int, end: int) -> Utterance | None:
        """See `recogniser.Consulted`."""
        first = max(self._over, self._frame(said) - EDGE)
        span = SpeechSpan(*self._history.speech(first, self._frame(end) + EDGE))
        if self._live is None or span.end - span.first < SHORTEST:
            return None
        found = self._hypotheses(span)
        return self._utterance(found) if found else None

    def _step(self, frame: NDArray[np.float32]) -> Iterator[Utterance]:
        self._history.add(frame)
        if self._spotter is None:
            return
        self._consider(self._spotter, frame)
        best = self._best
        if best is None:
            yield from self._unspotted()
        elif self._may_be_over(best):
            found = self._hypotheses(SpeechSpan(best.first, best.end))
            sure = found[0].candidate.confidence if found else 0.0
            if (sure >= SURE and self._ended(found[0])) or self._is_over(best):
                self._best, self._best_fit = None, PROMISING
                if sure >= WORTH_TELLING:
                    yield from self._told(found)

    def _unspotted(self) -> Iterator[Utterance]:
        """Report a breath that is over and held no promising spot."""
        end = self._history.count - self._history.pause
        if self._history.pause != LONGER_PAUSE or end <= self._over:
            return
        breath = SpeechSpan(self._history.breath(end, self._over), end)
        if end - breath.first < SHORTEST:
            return
        said, over = self._sample(breath.first), self._sample(end)
        if end - breath.first >= BREATH - GAP:
            yield Utterance(said, over, (), note="talk, longer than any command", long=True)
            return
        found = self._hypotheses(breath, ask=True)
        if found and found[0].candidate.confidence >= WORTH_TELLING:
            yield from self._told(found)
        elif not self._remnant(breath, None):
            free = found[0].free if found else ""
            yield Utterance(said, over, (), free, "no phrase that is listened for")

    def _hypotheses(self, stretch: SpeechSpan, ask: bool = False) -> list[Hypothesis]:
        """The hypotheses for a span, likeliest first.

        The best fit may be the end of a longer phrase that began unclearly ("sixty seconds" of "a
        hundred and sixty seconds"), or of a sentence that is no phrase. So the whole breath
        competes with it.
        """
        assert self._live is not None
        first = self._history.breath(stretch.first, self._over)
        last = self._history.count - self._history.pause
        stretches = [stretch]
        if stretch.first - first > EDGE:
            stretches.append(SpeechSpan(first, stretch.end))
        if last - stretch.end > EDGE and last - first < BREATH - GAP:
            stretches.append(SpeechSpan(first, last))
        found = [
            each
            for cut in stretches
            for each in self._rescorer.hypotheses(self._live, cut, self._over, ask)
        ]
        return sorted(found, key=lambda each: -each.candidate.confidence)

    def _told(self, found: list[Hypothesis]) -> Iterator[Utterance]:
        best, told = found[0].stretch, found[0].candidate
        remnant = self._remnant(best, told)
        self._over = max(self._over, best.end)
        if not remnant:
            obeyed = told.command is not None and told.confidence >= SURE
            self._obeyed = told if obeyed else None
            yield self._utterance(found)

    def _remnant(self, stretch: SpeechSpan, reading: Candidate | None) -> bool:
        """Whether it is only the rest of a command that was reported before it was over: the "now"
        of "stop now", whatever it sounds like, or another "stop" that is no surer."""
        before = self._obeyed
        if before is None or stretch.first - self._over >= GAP:
            return False
        if reading is not None and _can_not_wait(reading.command):
            # However unsure: only the decision layer refuses a "stop".
            return reading.command == before.command and reading.confidence <= before.confidence
        sure = reading is not None and reading.confidence >= SURE
        short = stretch.end - stretch.first < REMNANT
        return _can_not_wait(before.command) or (short and not sure)

    def _utterance(self, found: list[Hypothesis]) -> Utterance:
        best = found[0]
        candidates: dict[Command | str, Candidate] = {}
        for each in found:
            meaning = each.candidate.command or each.candidate.phrase
            candidates.setdefault(meaning, each.candidate)
        return Utterance(
            self._sample(best.stretch.first),
            self._sample(best.stretch.end),
            tuple(candidates.values())[:MOST],
            best.free,
            evidence=evidence(best.sounded, best.written),
        )

    def _forget(self) -> None:
        """Forget the spots found so far."""
        self._best, self._best_fit = None, PROMISING
        self._ends.clear()
        self._after.clear()

    def _consider(self, spotter: Spotter, frame: NDArray[np.float32]) -> None:
        """Keep what ended a little before `frame`, if it is better than the best so far."""
        self._ends.append(spotter.feed(frame))
        top = float(frame.max())
        self._after.append(max(float(max(frame[BLANK], frame[WORD])) - top, -COSTLIEST))
        if len(self._ends) <= URGENT_PAUSE:
            return
        ends = self._ends[0]
        score = ends.score + NOT_BLANK * sum(self._after)
        since = max(self._over, ends.end - LONGEST_PHRASE)
        fit = np.where(ends.first >= since, score / np.sqrt(np.maximum(1, ends.sounds)), -np.inf)
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
        """Whether it is time to look at it: each of the pauses may be its end."""
        quiet = self._quiet(spot)
        if quiet in (URGENT_PAUSE, PAUSE):
            return quiet >= self._pause(self._phrase(spot))
        return self._is_over(spot)

    def _ended(self, found: Hypothesis) -> bool:
        """Whether the pause is long enough for what was found: the second opinion may have made a
        "pin twenty" of the "pain" that was spotted, and then "seven" may follow."""
        quiet = min(self._history.count - found.stretch.end, self._history.pause)
        return quiet >= self._pause(found.candidate.phrase)

    def _pause(self, phrase: str) -> int:
        """Frames of pause after which a phrase is over."""
        assert self._live is not None
        if self._urgent(phrase):
            return PAUSE if self._live.may_begin_another(phrase) else URGENT_PAUSE
        return LONGER_PAUSE if self._live.goes_on(phrase) else PAUSE

    def _is_over(self, spot: Spot) -> bool:
        """Whether nothing more can come of it."""
        age = self._history.count - spot.end
        return self._quiet(spot) >= LONGER_PAUSE or age >= LONGEST

    def _quiet(self, spot: Spot) -> int:
        """Frames since its end without more speech."""
        return min(self._history.count - spot.end, self._history.pause)

    def _phrase(self, spot: Spot) -> str:
        assert self._spotter is not None
        return " ".join(word.text for word in self._spotter.words(spot))

    def _urgent(self, phrase: str) -> bool:
        assert self._live is not None
        return _can_not_wait(self._live.grammar.phrases.get(phrase))

    def _sample(self, frame: int) -> int:
        """The output sample at which a frame was heard."""
        known, at = self._anchor
        return at + OUTPUT_PER_INPUT * ((frame - DELAY) * FRAME - known)

    def _frame(self, sample: int) -> int:
        """The frame that covers what was heard at an output sample."""
        known, at = self._anchor
        return DELAY + (known + (sample - at) // OUTPUT_PER_INPUT) // FRAME


def _can_not_wait(command: Command | None) -> bool:
    return command is not None and command.intent in URGENT
