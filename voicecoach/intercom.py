"""Between a microphone and earbuds: time, sound, speech. Who talks, a subclass says.

`Intercom.process` is the only way in which time passes. Inside, it moves in quanta of
20 ms: what was heard in one takes effect at the first sample of the next, whatever block
sizes the caller uses, so that the same microphone gives the same sound, to the bit, from a
sound card and from a file.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .audio.leak import Leak
from .audio.mixer import Mixer
from .audio.tones import REFUSED, TONES
from .core.cues import FADE, CueScheduler, Ended, Offer, Outcome, Spoken, Started
from .core.decision import HeardIt, Said
from .core.events import (
    Asked,
    Closing,
    Effect,
    Entered,
    Gain,
    Heard,
    HearingGivenUp,
    HearingLost,
    HearingMoved,
    Hush,
    Input,
    LineEnded,
    LogTold,
    Pace,
    PhaseBegan,
    Refused,
    RepDone,
    Say,
    SetOver,
    Slept,
    SoundBack,
    SoundLost,
    SoundMoved,
    Tone,
    Unsay,
    Want,
    Woke,
)
from .core.plan import MICROPHONE_RATE, SAMPLE_RATE
from .core.workout import WorkoutRecord
from .hearing import Hearing
from .listening.recogniser import Recogniser
from .speaking.clips import Clip, Clips

Pcm = NDArray[np.float32]

OVERSAMPLING = SAMPLE_RATE // MICROPHONE_RATE
"""Output samples for each microphone sample."""

QUANTUM = MICROPHONE_RATE // 50
"""Microphone samples between two looks at what was heard: 20 ms."""

REMEMBERED = 10 * SAMPLE_RATE
"""Output samples for which the coach remembers what it said, to know its echo."""


Record = Entered | PhaseBegan | RepDone | SetOver | Slept | Asked | Ended | HeardIt | WorkoutRecord
"""What is left behind; `trace` writes it down."""


class Canceller(Protocol):
    """Takes what a loudspeaker plays out of what the microphone hears."""

    def clean(self, microphone: Pcm, played: Pcm) -> Pcm:
        """A quantum of `microphone`, shape (320,) at 16 kHz, without the echo of what was
        played up to its end; `played`: this quantum's, shape (960,) at 48 kHz."""


class Intercom(ABC):
    """Carries what a machine of the core wants to the ear, and what is said to the machine."""

    afterwards = SAMPLE_RATE
    """Output samples for which it goes on when it is `over`: what was rendered last must
    still be heard, and something may be asked for."""

    def __init__(
        self,
        recogniser: Recogniser,
        clips: Clips,
        *,
        ceiling: float = -1.0,
        latency: int = 0,
        canceller: Canceller | None = None,
    ) -> None:
        """`ceiling` in dBFS: no output sample exceeds it.

        `latency`: output samples from computing a sample until what the ear makes of it
        comes back as microphone; what is heard is dated back by it. `canceller`: for a
        loudspeaker; what it gives is what the recogniser hears.
        """
        self._recogniser = recogniser
        self._clips = clips
        self._latency = latency
        self._mixer = Mixer(ceiling)
        self._cues = CueScheduler()
        self._hearing = Hearing()
        self._canceller = canceller
        self._worn = False
        self._leak = Leak(latency)
        self._quantum = np.zeros(QUANTUM, np.float32)
        self._played = np.zeros(QUANTUM * OVERSAMPLING, np.float32)
        self._filled = 0
        self._deaf = self._mute = False
        self._sounding: int | None = None
        self._said: deque[Said] = deque()
        self._words: dict[str, tuple[tuple[int, int], ...]] = {}
        """Where the words of a text sound; see `Said`."""
        self._over: list[LineEnded] = []
        """Lines that are over, and the machine does not know it yet."""
        self._records: list[Record] = []

    # --- who talks ---------------------------------------------------------------------------

    @property
    @abstractmethod
    def _due(self) -> int | None:
        """When time alone changes something next."""

    @abstractmethod
    def _pass_time(self, to: int) -> list[Effect]:
        """Time passes until sample `to`."""

    @abstractmethod
    def _happen(self, event: Input) -> list[Effect]:
        """`event`, at the sample up to which time has passed."""

    @abstractmethod
    def _decide(self, heard: Heard) -> None:
        """An utterance was heard."""

    @abstractmethod
    def _carry_out_own(self, effect: Effect) -> None:
        """An effect that is no sound."""

    # --- what is asked of both ---------------------------------------------------------------

    @property
    @abstractmethod
    def settled(self) -> bool:
        """Whether nothing more will be said or done unless the lifter speaks."""

    @property
    @abstractmethod
    def over(self) -> bool:
        """Whether there is nothing left to be done, and it has been said so."""

    @property
    @abstractmethod
    def _must_hear(self) -> bool:
        """Whether a lost microphone is told whoever says so."""

    def sound_worn(self, worn: bool) -> None:
        """Whether the output is worn in or on the ears from now on: then no microphone
        hears it, and there is no echo to take out."""
        self._worn = worn

    @abstractmethod
    def typed(self, text: str) -> None:
        """`text` counts as said, whatever the coach is saying itself just now."""

    def closing(self) -> None:
        """The program ends within two seconds: the catches, if need be, and no more."""
        self._step(Closing())

    def foresee_device(self, device: str) -> None:
        """Render what names `device`, from any thread, before it is wanted."""
        for text in self._naming(device):
            self._clips.get(text)

    def _naming(self, device: str) -> Iterable[str]:
        """The texts that name `device`."""
        return ()

    @property
    def position(self) -> int:
        """The next output sample."""
        return self._mixer.position

    @property
    def _heard_until(self) -> int:
        """The output sample with which the microphone's next one was in the ear."""
        return self._mixer.position - self._latency

    @property
    def certain(self) -> int:
        """The sample before which no record can come any more."""
        sounding = self._cues.sounding
        return min(self.position, sounding.at) if sounding is not None else self.position

    def saying(self, at: int) -> str:
        """The line that sounds at sample `at`, of the last ten seconds; "" for none."""
        return next((said.text for said in self._said if said.at <= at < said.end), "")

    @property
    def spoken_until(self) -> int:
        """The sample at which the last line that has begun will have ended."""
        return self._said[-1].end if self._said else 0

    @property
    def quiet(self) -> bool:
        """Whether nothing is being said and nothing waits to be."""
        return self._cues.idle

    def process(self, microphone: Pcm) -> tuple[Pcm, list[Record]]:
        """One block of microphone, mono at 16 kHz, shape (n,).

        Returns what the earbuds play meanwhile, mono at 48 kHz, shape (3 n,),
        and what happened.
        """
        output = []
        done = 0
        while done < len(microphone):
            if self._filled == 0:
                self._plan_quantum()
            n = min(len(microphone) - done, QUANTUM - self._filled)
            self._quantum[self._filled : self._filled + n] = microphone[done : done + n]
            sound = self._mixer.render(n * OVERSAMPLING)
            output.append(sound)
            first = self._filled * OVERSAMPLING
            self._played[first : first + len(sound)] = sound
            self._filled += n
            done += n
            if self._filled == QUANTUM:
                self._filled = 0
                self._listen()
        return (np.concatenate(output) if output else np.zeros(0, np.float32)), self._taken()

    def attend(self) -> list[Record]:
        """Decide about what the recogniser has found out since the last block, without
        waiting for the next one; no time passes."""
        for heard in self._recogniser.feed(self._quantum[:0], self._heard_until):
            self._decide(heard)
        return self._taken()

    def _taken(self) -> list[Record]:
        records, self._records = self._records, []
        return records

    def hushed(self) -> None:
        """The caller has silenced what it had not played yet: the ends of a line that was
        cut and of a tone would be heard out of nothing."""
        self._mixer.forget_begun()

    def microphone_lost(self, why: str, always: bool = False) -> None:
        """There is no microphone any more: what it gives is not listened to.

        What was being said is decided at once. Where it matters (with `always`, anywhere)
        the coach tells the lifter, and keeps going.
        """
        for heard in self._recogniser.finish(self._heard_until):
            self._decide(heard)
        self._deaf = True
        if always or self._must_hear:
            self._step(HearingLost(why))

    def microphone_back(self) -> None:
        """There is a microphone again, from the next sample on; its sound will prove it."""
        self._deaf = False
        self._hearing = Hearing(deaf=True)

    def microphone_moved(self, device: str) -> None:
        """The microphone is another one from now on: `device`, as people know it."""
        self._hearing = Hearing(deaf=self._hearing.deaf)
        self._step(HearingMoved(device))

    def hearing_given_up(self) -> None:
        """No recogniser can be brought back: the coach says so once, and keeps on."""
        self._step(HearingGivenUp())

    def sound_moved(self, device: str) -> None:
        """The output is heard through `device` from now on."""
        self._step(SoundMoved(device))

    def sound_lost(self) -> None:
        """Nobody hears the output any more: reps that run are interrupted."""
        self._mute = True
        self._step(SoundLost())

    def sound_back(self) -> None:
        """The output is heard again: the coach says where things stand."""
        self._mute = False
        self._step(SoundBack())

    def slept(self, samples: int) -> None:
        """The machine did, or the program stood still: so many output samples of the day have
        passed that were never rendered."""
        self._step(Woke(samples))

    def log_told(self, line: str) -> None:
        """Something has become of the log; the coach says `line` when there is room."""
        self._step(LogTold(line))

    # --- time --------------------------------------------------------------------------------

    def _plan_quantum(self) -> None:
        """Everything that begins within the quantum ahead goes into the mixer."""
        over, self._over = self._over, []
        for line in over:
            self._step(line)
        self._plan()

    def _plan(self) -> None:
        """The same, for what is left of the quantum."""
        end = self._mixer.position + (QUANTUM - self._filled) * OVERSAMPLING
        due = self._due
        if due is not None and due < end:
            self._carry_out(self._pass_time(end))
        self._speak_until(end)

    def _listen(self) -> None:
        """The quantum is complete: what was said in it, and can it be heard at all?"""
        if self._mute:
            self._played[:] = 0
        self._leak.play(self._played)
        if self._deaf:
            return
        at = self._mixer.position - QUANTUM * OVERSAMPLING - self._latency
        change = self._hearing.feed(self._quantum, QUANTUM * OVERSAMPLING)
        if change is not None:
            self._step(change)
        cleaned = self._cleaned()
        self._leak.hear(cleaned, at)
        for heard in self._recogniser.feed(cleaned, at):
            self._decide(heard)

    def _cleaned(self) -> Pcm:
        """The quantum without the coach, where a loudspeaker brings it back."""
        if self._canceller is None or self._worn:
            return self._quantum.copy()
        return self._canceller.clean(self._quantum.copy(), self._played.copy())

    def _step(self, event: Input) -> list[Effect]:
        """`event` happens now; what came of it."""
        self._carry_out(self._pass_time(self._mixer.position))
        effects = self._happen(event)
        self._carry_out(effects)
        if self._filled:
            # The quantum under way was planned without it.
            self._plan()
        return effects

    def _understood(self, heard: Heard) -> None:
        """A command was understood: if there was sound in it, the microphone hears."""
        back = self._hearing.understood(self._heard_until - heard.said)
        if back is not None:
            self._step(back)

    # --- what the machine wants --------------------------------------------------------------

    def _carry_out(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            self._speak_until(effect.at)
            match effect:
                case Say(wants=wants):
                    self._cues.say([self._measured(want) for want in wants])
                case Pace(wants=wants, known_until=known_until, retimed=retimed):
                    offers = [self._measured(want) for want in wants]
                    self._ended(self._cues.pace(offers, known_until, retimed))
                case Hush(reason=reason, cut=cut):
                    self._ended(self._cues.hush(reason, cut))
                case Unsay(lines=lines, reason=reason):
                    self._ended(self._cues.unsay(lines, reason))
                case Tone(at=at, name=name):
                    self._mixer.play(TONES[name], at)
                case Gain(at=at, decibels=decibels):
                    self._mixer.level(10 ** (decibels / 20), at)
                case Refused(at=at):
                    self._mixer.play(TONES[REFUSED], at)
                case _:
                    self._carry_out_own(effect)

    # --- speech ------------------------------------------------------------------------------

    def _measured(self, want: Want) -> Offer:
        clips = [self._clips.get(text, want.kind) for text in want.texts]
        return Offer(want, tuple(Spoken(c.text, len(c.pcm), c.beat) for c in clips))

    def _speak_until(self, to: int) -> None:
        for event in self._cues.advance(to):
            if isinstance(event, Started):
                clip = self._clips.get(event.spoken.text, event.want.kind)
                self._sounding = self._mixer.play(clip.pcm, event.at)
                self._remember(Said(clip.text, event.at, event.end, self._places(clip)))
            else:
                self._ended([event])

    def _ended(self, ended: list[Ended]) -> None:
        for end in ended:
            if end.outcome is Outcome.CUT and self._sounding is not None:
                self._mixer.cut(self._sounding, max(self._mixer.position, end.end - FADE), FADE)
            if (
                end.outcome is Outcome.PLAYED
                and not self._clips.get(end.text, end.want.kind).spoken
            ):
                end = replace(end, reason="a tone stood for it: no voice could speak it")
            if end.want.told:
                heard = end.outcome is Outcome.PLAYED and not self._mute
                self._over.append(LineEnded(end.want.key, heard))
            self._records.append(end)

    def _places(self, clip: Clip) -> tuple[tuple[int, int], ...]:
        """Where its words sound, found out once: a line is said again and again."""
        if clip.text not in self._words:
            self._words[clip.text] = clip.places()
        return self._words[clip.text]

    def _remember(self, said: Said) -> None:
        self._said.append(said)
        while self._said[0].end < said.at - REMEMBERED:
            self._said.popleft()
