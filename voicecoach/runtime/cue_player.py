"""The cue player: carries out what a conversation wants to be heard.

It is the one executor of effects. A live workout, a simulated one and a preview without sound
differ only in the `Playback` that they give it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Protocol

from ..audio.mixer import Mixer
from ..audio.tones import REFUSED, TONES
from ..core.cues import FADE, CueScheduler, Ended, Offer, Outcome, Spoken, Started
from ..core.decision import HeardIt, Said
from ..core.events import (
    Asked,
    Effect,
    Entered,
    Gain,
    Hush,
    Pace,
    PhaseBegan,
    Refused,
    RepDone,
    Say,
    SetOver,
    Slept,
    Tone,
    Unsay,
    Want,
)
from ..core.plan import SAMPLE_RATE, CueClass
from ..core.workout import (
    Agreed,
    Amended,
    Retimed,
    SetBegan,
    WorkoutBegan,
    WorkoutOver,
    WorkoutRecord,
)
from ..speaking.clips import Clip, Clips

REMEMBERED = 10 * SAMPLE_RATE
"""Output samples for which the lines that were spoken are known, to recognise their echo."""

Record = Entered | PhaseBegan | RepDone | SetOver | Slept | Asked | Ended | HeardIt | WorkoutRecord
"""What is left behind; `trace` writes it down."""


class Playback(Protocol):
    """Where the sound goes."""

    def measure(self, text: str, kind: CueClass) -> Spoken:
        """`text` as the voice says it."""

    def voiced(self, text: str, kind: CueClass) -> bool:
        """Whether a voice says it; a tone may stand for it."""

    def start(self, cue: Started) -> None:
        """It begins to sound."""

    def cut(self, at: int) -> None:
        """What sounds fades out from sample `at` on."""

    def tone(self, name: str, at: int) -> None:
        """A tone sounds at sample `at`."""

    def gain(self, decibels: float, at: int) -> None:
        """From sample `at` on everything is so much louder."""


class CuePlayer:
    """One line of speech, and the tones beside it."""

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self._cues = CueScheduler()

    @property
    def sounding(self) -> Started | None:
        """What is being said."""
        return self._cues.sounding

    @property
    def idle(self) -> bool:
        """Whether nothing is said and nothing waits to be."""
        return self._cues.idle

    def perform(self, effect: Effect) -> list[Record]:
        """Speak until `effect` is due, then do it. What happened, in the order of time."""
        records: list[Record] = [*self.speak_until(effect.at)]
        match effect:
            case Say(wants=wants):
                self._cues.say([self._measured(want) for want in wants])
            case Pace(wants=wants, known_until=known_until, retimed=retimed):
                offers = [self._measured(want) for want in wants]
                records += self._ended(self._cues.pace(offers, known_until, retimed))
            case Hush(reason=reason, cut=cut):
                records += self._ended(self._cues.hush(reason, cut))
            case Unsay(lines=lines, reason=reason):
                records += self._ended(self._cues.unsay(lines, reason))
            case Tone(at=at, name=name):
                self._playback.tone(name, at)
            case Gain(at=at, decibels=decibels):
                self._playback.gain(decibels, at)
            case Refused(at=at):
                self._playback.tone(REFUSED, at)
            case Entered() | PhaseBegan() | RepDone() | SetOver() | Slept() | Asked():
                records.append(effect)
            case WorkoutBegan() | SetBegan() | Retimed() | Amended() | Agreed() | WorkoutOver():
                records.append(effect)
        return records

    def speak_until(self, to: int) -> list[Ended]:
        """Start what begins before sample `to`. What ended."""
        ended: list[Ended] = []
        for event in self._cues.advance(to):
            if isinstance(event, Started):
                self._playback.start(event)
            else:
                ended += self._ended([event])
        return ended

    def _measured(self, want: Want) -> Offer:
        return Offer(want, tuple(self._playback.measure(text, want.kind) for text in want.texts))

    def _ended(self, ended: list[Ended]) -> list[Ended]:
        told = []
        for end in ended:
            if end.outcome is Outcome.CUT:
                self._playback.cut(end.end - FADE)
            voiced = self._playback.voiced(end.text, end.want.kind)
            if end.outcome is Outcome.PLAYED and not voiced:
                end = replace(end, reason="a tone stood for it: no voice could speak it")
            told.append(end)
        return told


class MixedPlayback:
    """Clips and tones through a mixer. Remembers what it said."""

    def __init__(self, clips: Clips, mixer: Mixer) -> None:
        self._clips = clips
        self._mixer = mixer
        self._sounding: int | None = None
        self.said: deque[Said] = deque()
        """The lines of the last ten seconds, the newest last."""
        self._places: dict[str, tuple[tuple[int, int], ...]] = {}

    def measure(self, text: str, kind: CueClass) -> Spoken:
        clip = self._clips.get(text, kind)
        return Spoken(clip.text, len(clip.pcm), clip.beat)

    def voiced(self, text: str, kind: CueClass) -> bool:
        return self._clips.get(text, kind).spoken

    def start(self, cue: Started) -> None:
        clip = self._clips.get(cue.spoken.text, cue.want.kind)
        self._sounding = self._mixer.play(clip.pcm, cue.at)
        self.said.append(Said(clip.text, cue.at, cue.end, self._words(clip)))
        while self.said[0].end < cue.at - REMEMBERED:
            self.said.popleft()

    def cut(self, at: int) -> None:
        if self._sounding is not None:
            self._mixer.cut(self._sounding, max(self._mixer.position, at), FADE)

    def tone(self, name: str, at: int) -> None:
        self._mixer.play(TONES[name], at)

    def gain(self, decibels: float, at: int) -> None:
        self._mixer.level(10 ** (decibels / 20), at)

    def _words(self, clip: Clip) -> tuple[tuple[int, int], ...]:
        """Where its words sound. Found out once: a line is said again and again."""
        if clip.text not in self._places:
            self._places[clip.text] = clip.places()
        return self._places[clip.text]
