"""Phrases found in a stream of sounds, by their pronunciations, without waiting for a pause.

A network says for each frame how probable each sound is (see `phonemes`). Whatever fits a frame
best costs nothing, so the free loop, which may write anything, always stands at 0, and a phrase
at by how much its own sounds are less probable, in nats. All phrases are followed at once, as a
tree in which those that begin alike share the way; a search of Viterbi's takes the best path to
each end. Between two words anything may last that is no speech: a breath, the noise of a plate.

A phrase inside other speech ("stopped by") fits as well as one alone; so what was there right
before it and right after it counts too, if less: it should have been nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .phonemes import BLANK, WORD, Pronunciation

FRAME = 320
"""Samples of the microphone in a frame: 20 ms."""
BEFORE = 8
"""Frames before a phrase in which nothing should be said."""
AFTER = 8
"""Frames after it, which are waited for."""
_AROUND = 0.25
"""What a nat of speech before or after a phrase counts."""
_LOUDEST = -4.0
"""Nats that one such frame costs at most, before that."""
_REACH = 15
"""Frames before a phrase's end in which no other may have fitted better."""
_SETTLE = 2
"""Frames after it that must not fit better, or it is not yet reported."""
_BETTER = 0.25
"""By how much stronger a phrase must be than where it was just reported, to be so again."""
_LONGEST = 200
"""Frames from a phrase's beginning to its end."""
_FLOOR = -6.0
"""Strength below which nothing is worth a report."""
_NEVER = np.float32(-1e9)

Words = tuple[Pronunciation, ...]
"""A phrase, word by word, in one of its pronunciations."""
_Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spotted:
    """A phrase that fits better than those around it."""

    phrase: int
    """Its place among the phrases that are listened for."""
    first: int
    last: int
    """Its first and last frame since the stream began."""
    path: float
    """Nats by which its sounds are less probable than the free loop, 0 or less."""
    before: float
    after: float
    """The same for nothing being said right before and after it; a quarter of it counts."""
    sounds: int
    """In its pronunciation."""
    rival: float
    """Strength of the best other phrase that ended within the last 0.3 s."""

    @property
    def strength(self) -> float:
        """How well it fits, 0 at best; alike for short and long phrases."""
        return (self.path + _AROUND * (self.before + self.after)) / float(np.sqrt(self.sounds))


class _Tree:
    """The states of all phrases: a sound each, and what may come after it."""

    def __init__(self, phrases: Sequence[Iterable[Words]]) -> None:
        # A node is a sound after others; the same sounds with another word's end are others.
        nodes: dict[tuple[int, int, bool], int] = {}
        sounds: list[int] = []
        parents: list[int] = []
        gaps: list[bool] = []
        depths: list[int] = []
        ends: list[tuple[int, int]] = []
        for number, spellings in enumerate(phrases):
            for words in spellings:
                at = -1
                for word in words:
                    for k, sound in enumerate(word):
                        key = (at, sound, k + 1 == len(word))
                        if key not in nodes:
                            nodes[key] = len(sounds)
                            sounds.append(sound)
                            parents.append(at)
                            gaps.append(key[2])
                            depths.append(1 + (depths[at] if at >= 0 else 0))
                        at = nodes[key]
                if at >= 0:
                    ends.append((at, number))
        self.sounds = np.array(sounds, np.intp)
        self.parents = np.array(parents, np.intp)
        self.roots = np.flatnonzero(self.parents < 0)
        twice = self.sounds == np.where(self.parents >= 0, self.sounds[self.parents], -1)
        self.twice = np.flatnonzero(twice)
        """Sounds that need a blank between them and the one before, since that is the same."""
        self.gaps = np.array(gaps, bool)
        self.ends = np.array([node for node, _ in ends], np.intp)
        self.phrases = np.array([number for _, number in ends], np.intp)
        self.lengths = np.array(depths, np.intp)[self.ends]
        self.root = np.sqrt(self.lengths).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Ending:
    """All phrases' ends at a frame, until what comes after is known."""

    frame: int
    paths: _Row
    """With what was before them."""
    firsts: NDArray[np.int32]
    before: _Row


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """All phrases' ends at a frame, with what came after."""

    ending: _Ending
    after: float
    strength: _Row
    best: int

    @property
    def top(self) -> float:
        return float(self.strength[self.best])


class Spotter:
    """Follows phrases through a network's answers, frame by frame."""

    def __init__(self, phrases: Sequence[Iterable[Words]]) -> None:
        """`phrases`: each in all ways in which it may be spoken."""
        self._frame = 0
        self.listen_for(phrases)
        self._quiet: deque[float] = deque(maxlen=BEFORE)
        self._quiet.extend([0.0] * BEFORE)

    def listen_for(self, phrases: Sequence[Iterable[Words]]) -> None:
        """Other phrases from now on; what is half said is forgotten."""
        tree = self._tree = _Tree(phrases)
        n = len(tree.sounds)
        # One row more, so that the parent of a root, -1, is a state that is never reached.
        self._sound = np.full(n + 1, _NEVER, np.float32)
        self._gap = np.full(n + 1, _NEVER, np.float32)
        self._sound_first = np.zeros(n + 1, np.int32)
        self._gap_first = np.zeros(n + 1, np.int32)
        self._sound_before = np.zeros(n + 1, np.float32)
        self._gap_before = np.zeros(n + 1, np.float32)
        self._waiting: deque[_Ending] = deque()
        self._after: deque[float] = deque(maxlen=AFTER)
        self._recent: deque[_Judged] = deque(maxlen=_REACH + 1 + _SETTLE)
        self._reported: dict[int, tuple[int, float]] = {}

    def feed(self, log_probs: NDArray[np.float32]) -> list[Spotted]:
        """Takes (n, TOKENS) log-probabilities; gives what has become certain.

        A phrase is reported AFTER + _SETTLE frames after its end. If it then fits better still,
        since it goes on, it is reported again, with the same first frame.
        """
        found: list[Spotted] = []
        for row in log_probs:
            found += self._step(row)
        return found

    def _step(self, row: _Row) -> list[Spotted]:
        tree = self._tree
        if not len(tree.sounds):
            self._frame += 1
            return []
        lead = row - row.max()
        nothing = max(float(lead[BLANK]), float(lead[WORD]))
        self._advance(lead, nothing)
        quiet = max(nothing, _LOUDEST)
        self._quiet.append(quiet)
        self._after.append(quiet)
        before = self._sound_before[tree.ends]
        ending = _Ending(self._frame, self._sound[tree.ends], self._sound_first[tree.ends], before)
        self._waiting.append(ending)
        self._frame += 1
        # Those before the last phrases were known are not judged, but their frames count.
        if len(self._waiting) <= AFTER:
            return []
        return self._judge(self._waiting.popleft(), float(sum(self._after)))

    def _advance(self, lead: _Row, nothing: float) -> None:
        """One frame on: each state from itself or from the one before it, whichever is best."""
        tree = self._tree
        sound, gap = self._sound, self._gap
        own, own_gap = sound[:-1], gap[:-1]
        # After a sound: the blank, and after a word whatever is no speech.
        stays = own_gap >= own
        quiet = np.where(tree.gaps, np.float32(nothing), lead[BLANK])
        new_gap = np.where(stays, own_gap, own) + quiet
        gap_first = np.where(stays, self._gap_first[:-1], self._sound_first[:-1])
        gap_before = np.where(stays, self._gap_before[:-1], self._sound_before[:-1])
        # A sound: itself, the sound before it, or the blank after that.
        above = sound[tree.parents]
        above[tree.twice] = _NEVER
        rest = gap[tree.parents]
        from_rest = rest > above
        come = np.where(from_rest, rest, above)
        come_first = np.where(
            from_rest, self._gap_first[tree.parents], self._sound_first[tree.parents]
        )
        come_before = np.where(
            from_rest, self._gap_before[tree.parents], self._sound_before[tree.parents]
        )
        before = np.float32(sum(self._quiet))
        come[tree.roots] = _AROUND * before
        come_first[tree.roots] = self._frame
        come_before[tree.roots] = before
        stays = own >= come
        new_sound = np.where(stays, own, come) + lead[tree.sounds]
        first = np.where(stays, self._sound_first[:-1], come_first)
        old = first < self._frame - _LONGEST
        if old.any():
            new_sound[old] = _NEVER
        self._sound_before[:-1] = np.where(stays, self._sound_before[:-1], come_before)
        self._sound_first[:-1] = first
        sound[:-1] = new_sound
        gap[:-1] = new_gap
        self._gap_first[:-1] = gap_first
        self._gap_before[:-1] = gap_before

    def _judge(self, ending: _Ending, after: float) -> list[Spotted]:
        """Reports the best end of the last frames once no better one follows at once."""
        tree = self._tree
        strength = (ending.paths + _AROUND * np.float32(after)) / tree.root
        self._recent.append(_Judged(ending, after, strength, int(strength.argmax())))
        if len(self._recent) <= _SETTLE:
            return []
        at = len(self._recent) - 1 - _SETTLE
        middle = self._recent[at]
        top = middle.top
        if top < _FLOOR or any(
            other.top > top or (other.top == top and k < at) for k, other in enumerate(self._recent)
        ):
            return []
        phrase = int(tree.phrases[middle.best])
        first = int(middle.ending.firsts[middle.best])
        last, strong = self._reported.get(phrase, (-1, 0.0))
        if first <= last and top < strong + _BETTER:
            return []
        self._reported[phrase] = middle.ending.frame, top
        others = tree.phrases != phrase
        rivals = [float(j.strength[others].max(initial=-np.inf)) for j in self._recent]
        before = float(middle.ending.before[middle.best])
        return [
            Spotted(
                phrase,
                first,
                middle.ending.frame,
                float(middle.ending.paths[middle.best]) - _AROUND * before,
                before,
                middle.after,
                int(tree.lengths[middle.best]),
                max(rivals),
            )
        ]
