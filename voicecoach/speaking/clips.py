"""The clip book: every text that the coach can say, ready to be mixed.

A text is rendered once, by the first voice that can. Then it is trimmed, levelled, its beat found,
and kept in memory and on disk. If every voice fails, a tone replaces it, so pacing never depends
on a voice.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.commands import normal
from voicecoach.core.plan import CueClass, samples
from voicecoach.pcm import Pcm, to_int16

from .beat import find_beat
from .mastering import finish, from_steps
from .render_pool import Render, RenderPool
from .store import ClipStore
from .voice import SpeechEngine, VoiceError
from .words import words

_PATIENCE = 3
"""Failures in a row after which a voice is not tried again, because each may take seconds."""

_MANY = 16
"""Texts to render at which starting processes, which takes a second, pays off."""

_UNFORESEEN = 64
"""Lines kept in memory that nobody prepared: some 10 MB. In a long day of numbers said by voice
there are hundreds; an older one is read from disk again."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A text as sound."""

    text: str
    kept: Pcm | NDArray[np.int16]
    """48 kHz; the first sample is where the sound begins. A spoken clip consists of whole 16-bit
    steps, which take half of the memory: all lines of all exercises last for half an hour."""
    beat: int
    """Samples from the first one to the beat. For a beat at sample `t`, a clip begins at
    `t - beat`."""
    spoken: bool
    """False for the tone that replaces it if no voice could say it."""

    @property
    def pcm(self) -> Pcm:
        """48 kHz, read-only; a new array for a spoken clip."""
        if self.kept.dtype == np.int16:
            return from_steps(cast("NDArray[np.int16]", self.kept))
        return cast("Pcm", self.kept)

    @property
    def length(self) -> int:
        """In samples."""
        return len(self.kept)

    def places(self) -> tuple[tuple[int, int], ...]:
        """First sample and end of each word of its text; none in a tone."""
        return words(self.text, self.pcm) if self.spoken else ()


class Clips(Protocol):
    """Turns texts into clips."""

    def get(self, text: str, kind: CueClass = CueClass.PROMPT) -> Clip:
        """`text` as sound; never fails. `kind` chooses the tone if no voice can say it."""

    def ready(self, text: str) -> bool:
        """Whether `get` has it at once. If not, it is being made meanwhile."""


class Clipbook:
    """Turns texts into clips, for any number of threads; a voice renders for one at a time."""

    def __init__(
        self,
        voices: Sequence[SpeechEngine],
        cache: Path | None,
        fallback: Mapping[CueClass, Pcm],
        beats: Mapping[str, float] | None = None,
        reading: Callable[[str], str] = str,
    ) -> None:
        """`voices` are tried in order; `cache` is a folder, made when needed, or None.

        `fallback` has a tone at 48 kHz for each class of cue. `beats` overrides the estimated beat
        of single texts, in seconds from their beginning; case and punctuation are ignored.
        `reading` returns what a voice should say for a text; it must be picklable (see
        `text_normalisation.TextNormaliser`).
        """
        self._voices = list(voices)
        self._store = None if cache is None else ClipStore(cache)
        self._fallback = fallback
        self._read = reading
        self._beats = {normal(text): samples(beat) for text, beat in (beats or {}).items()}
        self._clips: dict[str, Clip | None] = {}
        """None if no voice can say it."""
        self._foreseen: set[str] = set()
        """What `prepare` was given: kept in memory for good."""
        self._unforeseen: deque[str] = deque()
        """The others of `_clips`, oldest first."""
        self._failures = dict.fromkeys((voice.name for voice in voices), 0)
        """By voice, in a row."""
        self._trouble: list[str] = []
        self._rendering = threading.Lock()
        self._asked_for: set[str] = set()
        """Texts for which `ready` has started a thread."""
        self._beside: list[RenderPool] = []
        self._closed = False

    @property
    def trouble(self) -> tuple[str, ...]:
        """What has failed so far and why, each once, oldest first, one line each."""
        return tuple(self._trouble)

    def get(self, text: str, kind: CueClass = CueClass.PROMPT) -> Clip:
        """`text` as sound, or the tone of its `kind` if no voice can say it. Never fails."""
        return self._know(text) or Clip(text, self._fallback[kind], 0, spoken=False)

    def ready(self, text: str) -> bool:
        """Whether `get` has it at once: from memory, or from disk. If not, it is being made
        meanwhile, in a thread of its own."""
        if text in self._clips or self._kept(text):
            return True
        if text not in self._asked_for:
            self._asked_for.add(text)
            threading.Thread(
                target=self._know, args=(text,), name="voicecoach-clip", daemon=True
            ).start()
        return False

    def extent(self, text: str) -> tuple[int, int] | None:
        """Length and beat of `text` in samples, without loading its sound if it is cached; None
        if no voice can say it."""
        if text not in self._clips and self._store and self._voices:
            kept = self._store.extent(self._voices[0].name, self._reading(text))
            if kept is not None:
                length, beat = kept
                return length, self._beats.get(normal(text), beat)
        clip = self._know(text)
        return (clip.length, clip.beat) if clip is not None else None

    def prepare(
        self,
        texts: Iterable[str],
        progress: Callable[[int, int], None] | None = None,
        enough: int | None = None,
    ) -> None:
        """Make all `texts` in order, and return when the first `enough` are ready; None: all.
        The others are made in the background, until `close`.

        `progress` receives how many are done, and how many to wait for.
        """
        whole = list(texts)
        self._foreseen.update(whole)
        enough = len(whole) if enough is None else min(enough, len(whole))
        known = self._one_by_one(whole, enough)
        for done, _ in enumerate(islice(known, enough), start=1):
            if progress is not None:
                progress(done, enough)
        rest: Callable[[], object] = partial(deque, known, 0)
        if enough == len(whole):
            rest()
        else:
            threading.Thread(target=rest, name="voicecoach-clips", daemon=True).start()

    def close(self) -> None:
        """Stop making clips in the background."""
        self._closed = True
        for beside in self._beside:
            beside.close()

    def _one_by_one(self, texts: Sequence[str], urgent: int) -> Iterator[None]:
        """Make the clip of each text; in other processes, if many must be rendered."""
        beside = None
        missing = self.missing(texts)
        if self._store and len(missing) >= _MANY:
            make = partial(_knowing, self._voices, self._store.folder, self._read)
            beside = RenderPool(make, missing, len(self.missing(texts[:urgent])))
            self._beside.append(beside)
        for text in texts:
            if beside is not None:
                beside.wait_for(text)
            if self._closed:
                return
            self._know(text)
            yield
        if beside is not None:
            beside.close()
        if self._store:
            self._store.trim()

    def missing(self, texts: Sequence[str]) -> list[str]:
        """The texts that must be rendered, each once."""
        return [
            text
            for text in dict.fromkeys(texts)
            if text not in self._clips and not self._kept(text)
        ]

    def _kept(self, text: str) -> bool:
        """Whether its sound is on disk, so that nothing must be rendered."""
        store = self._store
        return store is not None and any(
            store.path(voice.name, self._reading(text)).exists() for voice in self._speakers()
        )

    def _speakers(self) -> Iterator[SpeechEngine]:
        """The voices up to the first one that is still asked. What a later one said once is no
        use: the line is rendered in the better voice."""
        for voice in self._voices:
            yield voice
            if self._failures[voice.name] < _PATIENCE:
                return

    def _know(self, text: str) -> Clip | None:
        """Its clip: from memory, from disk, or rendered."""
        with suppress(KeyError):
            return self._clips[text]
        # Without the lock: somebody may be rendering another text, which takes long.
        for voice in self._speakers():
            if (clip := self._loaded(voice, text)) is not None:
                return self._remember(text, clip)
        with self._rendering:
            with suppress(KeyError):
                return self._clips[text]
            return self._remember(text, self._make(text))

    def _remember(self, text: str, clip: Clip | None) -> Clip | None:
        self._clips[text] = clip
        if text not in self._foreseen:
            self._unforeseen.append(text)
            if len(self._unforeseen) > _UNFORESEEN:
                self._forget(self._unforeseen.popleft())
        return clip

    def _forget(self, text: str) -> None:
        if text not in self._foreseen and text not in self._unforeseen:
            self._asked_for.discard(text)
            self._clips.pop(text, None)

    def _loaded(self, voice: SpeechEngine, text: str) -> Clip | None:
        """What is on disk of it."""
        kept = self._store.load(voice.name, self._reading(text)) if self._store else None
        return self._clip(text, *kept) if kept is not None else None

    def _make(self, text: str) -> Clip | None:
        for voice in self._voices:
            try:
                return self._loaded(voice, text) or self._clip(text, *self._render(voice, text))
            except VoiceError as fault:
                self._note(str(fault))
        return None

    def _reading(self, text: str) -> str:
        """What a voice should say for `text`; the text itself if that fails."""
        try:
            return self._read(text)
        except Exception as fault:  # a line read badly is better than one not said
            self._note(f'"{text}" can\'t be put into words ({fault})')
            return text

    def _clip(self, text: str, pcm: Pcm, beat: int) -> Clip:
        return Clip(text, to_int16(pcm), self._beats.get(normal(text), beat), spoken=True)

    def _render(self, voice: SpeechEngine, text: str) -> tuple[Pcm, int]:
        if self._failures[voice.name] >= _PATIENCE:
            raise VoiceError(f"{voice.name}: failed {_PATIENCE} times in a row, not asked again")
        read = self._reading(text)
        try:
            pcm = finish(voice.render(read), voice.sample_rate)
            if pcm is None:
                raise VoiceError(f'{voice.name}: no sound for "{read}"')
            beat = find_beat(pcm)
        except Exception as fault:  # whatever fails, the next voice must speak
            self._failures[voice.name] += 1
            if isinstance(fault, VoiceError):
                raise
            raise VoiceError(f'{voice.name}: failed at "{read}" ({fault})') from fault
        self._failures[voice.name] = 0
        if self._store:
            self._store.save(voice.name, read, pcm, beat)
        return pcm, beat

    def _note(self, trouble: str) -> None:
        if trouble not in self._trouble:
            self._trouble.append(trouble)


def _knowing(voices: Sequence[SpeechEngine], cache: Path, reading: Callable[[str], str]) -> Render:
    """A function that renders and caches a text, for another process."""
    return Clipbook(voices, cache, {}, reading=reading)._know
