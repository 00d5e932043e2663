"""The English recogniser of voicecoach's own: it spots the live phrases in the stream.

`acoustics` says what sounds there are, `spotter` where a phrase may have ended, `readings` what
else it may have been. Here is decided when a phrase is over, and `likelihood` makes one
probability of all that is known of it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.decision import URGENT
from voicecoach.core.events import Candidate, Command, Grammar, Utterance

from .acoustics import DELAY, FRAME
from .likelihood import UNWRITTEN, WEIGHTS, Sounded, Weights, Written, evidence, likelihood
from .phonemes import BLANK, WORD, Pronounce
from .phrase_graph import PhraseGraph
from .pronunciation import respelt
from .readings import Reading, fits_of_words, over_the_free_loop, read_as
from .readings import readings as found_in
from .recogniser import OUTPUT_PER_INPUT
from .scoring import Opinion, Phrases
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

BEFORE, AFTER, TALK = 20, 8, 100
"""Frames around a phrase, and long before it, in which the same voice would be talk."""

BREATH, GAP = 150, 10
"""Frames (3 s) over which what is said in one breath is followed back, and (0.2 s) of a pause
that ends it."""

SHORTEST = 6
"""Frames (0.12 s) below which what was said is no word."""

LEAD, TAIL = 10, 12
"""Frames (0.2 and 0.24 s) around a phrase that are heard with it for a second opinion."""

CLEAR, HOPELESS = 0.98, 0.02
"""Likelihoods beyond which no second opinion is asked for."""


@dataclass(frozen=True, slots=True)
class _Live:
    """A grammar made ready."""

    grammar: Grammar
    graph: PhraseGraph
    in_words: Mapping[Command, Sequence[str]]

    def meaning(self, phrase: str) -> Command | str:
        """The command that a phrase is, or itself if it means nothing."""
        return self.grammar.phrases.get(phrase, phrase)

    def said(self, command: Command | None, phrase: str) -> Sequence[str]:
        """The phrases in words that mean the same as `phrase`, which may be in digits."""
        return self.in_words.get(command, ()) if command is not None else (phrase,)

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
    def calibration(self) -> Mapping[str, Weights]:
        """Weights for `likelihood`; empty if it brings none."""

    def feed(self, pcm: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Log-probabilities of each frame that is known now."""


class SecondOpinion(Protocol):
    """One who hears otherwise than by single sounds: see `scoring.Scorer`."""

    def phrases(self, grammar: Grammar) -> Phrases:
        """A grammar made ready."""

    def opinion(self, pcm: NDArray[np.float32], phrases: Phrases) -> Opinion:
        """What `pcm` (16 kHz, shape (n,)) may be."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A reading with all that is known of it."""

    spot: Spot
    candidate: Candidate
    sounded: Sounded
    written: Written | None
    free: str


class Spotting:
    """See `recogniser.Recogniser`; English, no download, a few hundredths of a core."""

    name = "spotter"

    def __init__(
        self,
        acoustics: AcousticStream,
        pronounce: Pronounce,
        second: SecondOpinion | None = None,
    ) -> None:
        """`second`: who is asked in doubt."""
        self._acoustics = acoustics
        self._second = second
        self._opinions: deque[tuple[tuple[int, int, int], Opinion]] = deque(maxlen=4)
        """The last ones, with the spot and the grammar that each is of."""
        self._weights = acoustics.calibration or WEIGHTS
        self._pronounce = pronounce
        self._known: deque[_Live] = deque(maxlen=12)
        self._live: _Live | None = None
        self._spotter: Spotter | None = None
        self._frames: deque[NDArray[np.float32]] = deque(maxlen=MEMORY)
        self._sound: deque[NDArray[np.float32]] = deque(maxlen=MEMORY)
        """What the microphone brought, a frame each, also of what isn't understood yet."""
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
        """The frame up to which everything was told."""
        self._decided = 0
        """The frame at which ended what was decided on last."""

    def listen_for(self, grammar: Grammar) -> None:
        # What sounds otherwise fits worse: no list of words is needed for it.
        grammar = replace(grammar, decoys=())
        if self._live is not None and self._live.grammar == grammar:
            return
        live = next((each for each in self._known if each.grammar == grammar), None)
        if live is None:
            live = self._ready(grammar)
            self._known.append(live)
        self._live = live
        self._forget()
        again = list(self._frames)[-HEARD_AGAIN:]
        first = self._count - len(again)
        self._spotter = Spotter(live.graph, first)
        for frame in again:
            self._consider(self._spotter, frame)

    def _ready(self, grammar: Grammar) -> _Live:
        in_words: defaultdict[Command, list[str]] = defaultdict(list)
        for phrase, command in grammar.phrases.items():
            if not _in_digits(phrase):
                in_words[command].append(phrase)
        said = chain.from_iterable(in_words.values())
        graph = PhraseGraph(said, respelt(self._pronounce, grammar.pronounce))
        return _Live(grammar, graph, in_words)

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
        sound = self._pcm[:whole].reshape(-1, FRAME)
        self._sound.extend(sound)
        power = np.square(sound).mean(axis=1)
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
        if best is None:
            yield from self._unspotted()
            return
        if not self._may_be_over(best):
            return
        heard = self._decide(best)
        sure = heard.candidates[0].confidence if heard is not None else 0.0
        if sure >= SURE or self._is_over(best):
            self._best, self._best_fit = None, PROMISING
            if heard is not None and sure >= WORTH_TELLING:
                self._over = max(best.end, self._decided)
                yield heard

    def _unspotted(self) -> Iterator[Utterance]:
        """What was said in a breath that is over and held no spot worth looking at."""
        end = self._count - self._pause
        if self._pause != LONGER_PAUSE or end <= self._over:
            return
        first = self._breath(end)
        if end - first < SHORTEST:
            return
        said, over = self._sample(first), self._sample(end)
        if end - first >= BREATH - GAP:
            yield Utterance(said, over, (), note="talk, longer than any command", long=True)
            return
        heard = self._decide(Spot(first, end, 0.0, 0, -1), ask=True)
        sure = heard.candidates[0].confidence if heard is not None else 0.0
        if heard is not None and sure >= WORTH_TELLING:
            self._over = end
            yield heard
        else:
            yield Utterance(said, over, (), heard.free if heard else "", note="no phrase of those")

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

    def _decide(self, spot: Spot, ask: bool = False) -> Utterance | None:
        """What was said at `spot`, by its sounds, and in doubt by a second opinion, too.

        What fits best may be the end of a longer phrase whose beginning was not clear ("sixty
        seconds" of "a hundred and sixty seconds"), or of a sentence that is none. So all that
        was said in one breath is held against it.
        """
        first, last = self._breath(spot.first), self._count - self._pause
        cuts = [spot]
        if spot.first - first > EDGE:
            cuts.append(replace(spot, first=first))
        if last - spot.end > EDGE and last - first < BREATH - GAP:
            cuts.append(replace(spot, first=first, end=last))
        judged = [each for cut in cuts for each in self._judged(cut, ask)]
        if not judged:
            return None
        judged.sort(key=lambda each: -each.candidate.confidence)
        best = judged[0]
        self._decided = best.spot.end
        told: dict[Command | str, Candidate] = {}
        for each in judged:
            told.setdefault(each.candidate.command or each.candidate.phrase, each.candidate)
        return Utterance(
            self._sample(best.spot.first),
            self._sample(best.spot.end),
            tuple(told.values())[:MOST],
            best.free,
            evidence=evidence(best.sounded, best.written),
        )

    def _breath(self, end: int) -> int:
        """The frame at which began what was said without a pause up to frame `end`."""
        oldest = self._count - len(self._frames)
        first = quiet = end
        while quiet > max(oldest, self._over, end - BREATH) and first - quiet < GAP:
            quiet -= 1
            frame = self._frames[quiet - oldest]
            if 1 - np.exp(frame[BLANK]) - np.exp(frame[WORD]) > 0.5:
                first = quiet
        return first

    def _judged(self, spot: Spot, ask: bool) -> list[_Judged]:
        """Every reading of a stretch, with its likelihood. `ask`: for a second opinion in any
        case."""
        assert self._live is not None
        live = self._live
        first = max(0, spot.first - EDGE // 2)
        end = min(self._count, spot.end + EDGE // 2)
        frames = self._between(first, end)
        # The best of each meaning; what means nothing is for itself.
        readings: dict[Command | str, Reading] = {}
        for reading in found_in(live.graph, frames, EDGE):
            readings.setdefault(live.meaning(reading.phrase), reading)
        judged = self._weighed(readings, spot, frames, None)
        if self._second is None or not (ask or _in_doubt(judged)):
            return judged
        opinion = self._opinion(spot)
        emitted = over_the_free_loop(frames)
        for other in opinion.readings[:MOST]:
            for phrase in live.said(other.command, other.phrase):
                new = read_as(phrase, live.graph, emitted, EDGE)
                meaning = live.meaning(phrase)
                if new is not None and (
                    meaning not in readings or new.score > readings[meaning].score
                ):
                    readings[meaning] = new
        return self._weighed(readings, spot, frames, opinion)

    def _weighed(
        self,
        readings: Mapping[Command | str, Reading],
        spot: Spot,
        frames: NDArray[np.float32],
        opinion: Opinion | None,
    ) -> list[_Judged]:
        """Each reading with its likelihood."""
        emitted = over_the_free_loop(frames)
        judged = []
        for meaning, reading in readings.items():
            rival = max((o.fit for m, o in readings.items() if m != meaning), default=-9.0)
            sounded = self._sounded(reading, spot, emitted, rival)
            command = meaning if isinstance(meaning, Command) else None
            written = None if opinion is None else _written(opinion, command, reading.phrase)
            sure = likelihood(sounded, written, self._weights)
            candidate = Candidate(reading.phrase, command, sure)
            free = opinion.free if opinion is not None else ""
            judged.append(_Judged(spot, candidate, sounded, written, free))
        return judged

    def _opinion(self, spot: Spot) -> Opinion:
        """The second opinion of what was said at `spot`; asked for once."""
        assert self._second is not None
        assert self._live is not None
        asked = spot.first, spot.end, id(self._live)
        known = next((opinion for of, opinion in self._opinions if of == asked), None)
        if known is None:
            phrases = self._second.phrases(self._live.grammar)
            known = self._second.opinion(self._around(spot), phrases)
            self._opinions.append((asked, known))
        return known

    def _around(self, spot: Spot) -> NDArray[np.float32]:
        """The sound of `spot`, and a little before and behind it."""
        sound = list(self._sound)
        oldest = self._levelled - len(sound)
        first = max(0, spot.first - DELAY - LEAD - oldest)
        return np.concatenate(sound[first : max(first + 1, spot.end - DELAY + TAIL - oldest)])

    def _sounded(
        self, reading: Reading, spot: Spot, emitted: NDArray[np.float64], rival: float
    ) -> Sounded:
        assert self._live is not None
        return Sounded(
            fit=reading.fit,
            worst=min(fits_of_words(emitted, reading.tokens, EDGE)),
            sounds=reading.sounds,
            margin=reading.fit - rival,
            before=self._spoken(spot.first - BEFORE, spot.first - 1),
            after=self._spoken(spot.end + 1, min(self._count, spot.end + AFTER)),
            talk=self._spoken(spot.first - TALK, spot.first - BEFORE),
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


def _in_doubt(judged: Sequence[_Judged]) -> bool:
    """Whether a second opinion may change what is thought of a spot."""
    surest = max((each.candidate.confidence for each in judged), default=0.0)
    return HOPELESS < surest < CLEAR


def _written(opinion: Opinion, command: Command | None, phrase: str) -> Written:
    """What the second opinion is of one reading."""
    for mine in opinion.readings:
        if mine.command == command if command is not None else mine.phrase == phrase:
            rival = max((o.adjusted for o in opinion.readings if o is not mine), default=-1e9)
            margin = mine.adjusted - rival
            return Written(mine.score, opinion.likelihood, margin, mine.prior)
    return UNWRITTEN


def _in_digits(phrase: str) -> bool:
    """Whether it holds digits; the same stands there in words."""
    return any(sign.isdigit() for sign in phrase)
