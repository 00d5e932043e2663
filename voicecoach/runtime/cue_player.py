"""The cue player: carries out the effects of a conversation.

It is the only executor of effects. A live workout, a simulated one and a preview without sound
differ only in the `Playback` they give it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Protocol

from ..audio.mixer import Mixer
from ..audio.tones import REFUSED, TONES
from ..core.cues import FADE, CueScheduler, Ended, MeasuredWording, Outcome, Started, TimedRequest
from ..core.decision import Decision, SpokenLine
from ..core.events import (
    CueRequest,
    Effect,
    Entered,
    Gain,
    Hush,
    Pace,
    PhaseBegan,
    PhraseAsked,
    Refused,
    RepDone,
    Say,
    SetOver,
    Slept,
    Tone,
    Unsay,
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
"""Output samples for which spoken lines are kept, to recognise their echo."""

Record = (
    Entered
    | PhaseBegan
    | RepDone
    | SetOver
    | Slept
    | PhraseAsked
    | Ended
    | Decision
    | WorkoutRecord
)
"""What happened; `trace` writes it down."""


class Playback(Protocol):
    """Where the sound goes."""

    def measure(self, text: str, kind: CueClass) -> MeasuredWording:
        """Measure `text` as the voice says it."""

    def ready(self, text: str) -> bool:
        """Whether it can be measured without waiting for a voice. If not, it is being made."""

    def voiced(self, text: str, kind: CueClass) -> bool:
        """Whether a voice says it; otherwise a tone stands for it."""

    def start(self, cue: Started) -> None:
        """Begin to play it."""

    def cut(self, at: int) -> None:
        """Fade out what sounds, from sample `at` on."""

    def tone(self, name: str, at: int) -> None:
        """Play a tone at sample `at`."""

    def gain(self, decibels: float, at: int) -> None:
        """Set the gain of everything from sample `at` on."""


class CuePlayer:
    """One line of speech, and the tones beside it."""

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self._cues = CueScheduler()
        self._unmade: list[list[CueRequest]] = []
        """What was asked for together, and whose sound is being made."""

    @property
    def sounding(self) -> Started | None:
        """The cue that sounds."""
        return self._cues.sounding

    @property
    def idle(self) -> bool:
        """True if nothing sounds and no line waits."""
        return self._cues.idle and not self._unmade

    def perform(self, effect: Effect) -> list[Record]:
        """Speak until `effect` is due, then carry it out. Returns what happened, in order of
        time."""
        records: list[Record] = [*self.speak_until(effect.at)]
        match effect:
            case Say(wants=wants):
                self._forget({want.key for want in wants})
                self._unmade.append(list(wants))
                self._say_made()
            case Pace(wants=wants, known_until=known_until, retimed=retimed):
                offers = [self._measured(want) for want in wants]
                records += self._ended(self._cues.pace(offers, known_until, retimed))
            case Hush(reason=reason, cut=cut):
                self._give_up(lambda want: True)
                records += self._ended(self._cues.hush(reason, cut))
            case Unsay(lines=lines, reason=reason):
                self._give_up(lambda want: want.id in lines)
                records += self._ended(self._cues.unsay(lines, reason))
            case Tone(at=at, name=name):
                self._playback.tone(name, at)
            case Gain(at=at, decibels=decibels):
                self._playback.gain(decibels, at)
            case Refused(at=at):
                self._playback.tone(REFUSED, at)
            case Entered() | PhaseBegan() | RepDone() | SetOver() | Slept() | PhraseAsked():
                records.append(effect)
            case WorkoutBegan() | SetBegan() | Retimed() | Amended() | Agreed() | WorkoutOver():
                records.append(effect)
        return records

    def speak_until(self, to: int) -> list[Ended]:
        """Start what begins before sample `to`. Returns what ended."""
        ended: list[Ended] = []
        if self._unmade:
            self._say_made()
        for event in self._cues.advance(to):
            if isinstance(event, Started):
                self._playback.start(event)
            else:
                ended += self._ended([event])
        return ended

    def _say_made(self) -> None:
        """Ask for what can be said. What is still being made is asked for later, and what was to
        follow it: the reps and the microphone don't wait for a voice."""
        made: list[CueRequest] = []
        for wants in self._unmade:
            waits = False
            for want in wants:
                ready = self._ready(want)
                waits = waits or ready is None
                if ready and (not waits or want.urgent or want.kind is CueClass.SAFETY):
                    made.append(ready)
        self._forget({want.key for want in made})
        self._cues.say([self._measured(want) for want in made])

    def _ready(self, want: CueRequest) -> CueRequest | None:
        """It, once all its wordings can be said. What is about safety does with those that can."""
        texts = tuple([text for text in want.texts if self._playback.ready(text)])
        if len(texts) == len(want.texts):
            return want
        return replace(want, texts=texts) if texts and want.kind is CueClass.SAFETY else None

    def _give_up(self, gone: Callable[[CueRequest], bool]) -> None:
        """Let the scheduler drop requests that are being made. It needs no measures for that."""
        dropped = [want for wants in self._unmade for want in wants if gone(want)]
        self._forget({want.key for want in dropped})
        self._cues.say([TimedRequest(want, (_unmeasured(want),)) for want in dropped])

    def _forget(self, keys: Collection[str]) -> None:
        left = ([want for want in wants if want.key not in keys] for wants in self._unmade)
        self._unmade = [wants for wants in left if wants]

    def _measured(self, want: CueRequest) -> TimedRequest:
        return TimedRequest(
            want, tuple(self._playback.measure(text, want.kind) for text in want.texts)
        )

    def _ended(self, ended: list[Ended]) -> list[Ended]:
        told = []
        for end in ended:
            if end.outcome is Outcome.CUT:
                self._playback.cut(end.end - FADE)
            voiced = self._playback.voiced(end.text, end.want.kind)
            if end.outcome is Outcome.PLAYED and not voiced:
                end = replace(end, reason="a tone replaced it: no voice could speak it")
            told.append(end)
        return told


def _unmeasured(want: CueRequest) -> MeasuredWording:
    return MeasuredWording(want.texts[0], 1, 0)


class MixedPlayback:
    """Plays clips and tones through a mixer, and remembers what was said."""

    def __init__(self, clips: Clips, mixer: Mixer, punctual: bool = False) -> None:
        """`punctual`: never wait for a voice."""
        self._clips = clips
        self._punctual = punctual
        self._mixer = mixer
        self._sounding: int | None = None
        self.said: deque[SpokenLine] = deque()
        """The lines of the last ten seconds, newest last."""
        self._places: dict[str, tuple[tuple[int, int], ...]] = {}

    def measure(self, text: str, kind: CueClass) -> MeasuredWording:
        clip = self._clips.get(text, kind)
        return MeasuredWording(clip.text, clip.length, clip.beat)

    def ready(self, text: str) -> bool:
        return not self._punctual or self._clips.ready(text)

    def voiced(self, text: str, kind: CueClass) -> bool:
        return self._clips.get(text, kind).spoken

    def start(self, cue: Started) -> None:
        clip = self._clips.get(cue.spoken.text, cue.want.kind)
        self._sounding = self._mixer.play(clip.pcm, cue.at)
        self.said.append(SpokenLine(clip.text, cue.at, cue.end, self._words(clip)))
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
        """Where its words sound. Cached, because lines are said again and again."""
        if clip.text not in self._places:
            self._places[clip.text] = clip.places()
        return self._places[clip.text]
