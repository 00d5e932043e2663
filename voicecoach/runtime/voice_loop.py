"""The voice loop: microphone block in, earbud block out. The one path, live or simulated.

Data goes one way: a microphone block, its utterances, the conversation's decision about each, its
effects, the cue player, the mixer, an output block.

Time passes only in `VoiceLoop.process`. Inside, it moves in quanta of 20 ms: what was heard in one
takes effect at the first sample of the next. So the same microphone signal gives the same sound, to
the bit, from a sound card and from a file, whatever the caller's block size.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

import numpy as np

from voicecoach.pcm import Pcm

from ..audio.leak import Leak
from ..audio.lifter_level import LifterLevel
from ..audio.mixer import Mixer
from ..core.cues import Ended, Outcome
from ..core.events import (
    URGENT,
    ButtonLost,
    Closing,
    Effect,
    Grammar,
    HearingGivenUp,
    HearingLost,
    HearingMoved,
    Input,
    LineEnded,
    LogTold,
    SoundBack,
    SoundLost,
    SoundMoved,
    Utterance,
    Woke,
)
from ..core.plan import MICROPHONE_RATE, SAMPLE_RATE
from ..listening.recogniser import Recogniser
from ..speaking.clips import Clips
from .conversation import Conversation, Interpretation, Surroundings
from .cue_player import CuePlayer, MixedPlayback, Record
from .silence import SilenceWatch

OVERSAMPLING = SAMPLE_RATE // MICROPHONE_RATE
"""Output samples for each microphone sample."""

QUANTUM = MICROPHONE_RATE // 50
"""Microphone samples in a quantum: 20 ms."""


class Canceller(Protocol):
    """Removes what a loudspeaker plays from what the microphone hears."""

    def clean(self, microphone: Pcm, played: Pcm) -> Pcm:
        """Remove the echo of what was played up to the end of this quantum. `microphone`: a
        quantum, shape (320,) at 16 kHz. `played`: this quantum's output, shape (960,) at 48 kHz."""


Carried = TypeVar("Carried", bound=Conversation, covariant=True)


class VoiceLoop(Generic[Carried]):
    """Carries a conversation to the ear, and utterances to the conversation."""

    def __init__(
        self,
        conversation: Carried,
        recogniser: Recogniser,
        clips: Clips,
        *,
        ceiling: float = -1.0,
        latency: int = 0,
        canceller: Canceller | None = None,
        punctual: bool = False,
    ) -> None:
        """`ceiling` in dBFS: no output sample exceeds it.

        `latency`: output samples from computing a sample until the lifter's reaction to it can come
        back through the microphone. What is heard is dated back by it. `canceller`: for a
        loudspeaker. The recogniser hears its result. `punctual`: a line that must be rendered
        first is said as soon as that is done, and nothing waits for it. Otherwise time stands still
        meanwhile, so that the same input always gives the same sound.
        """
        self.conversation = conversation
        self._recogniser = recogniser
        self._clips = clips
        self._latency = latency
        self._mixer = Mixer(ceiling)
        self._playback = MixedPlayback(clips, self._mixer, punctual)
        self._player = CuePlayer(self._playback)
        self._hearing = SilenceWatch()
        self._canceller = canceller
        self._worn = False
        self._leak = Leak(latency)
        self._level = LifterLevel()
        self._quantum = np.zeros(QUANTUM, np.float32)
        self._played = np.zeros(QUANTUM * OVERSAMPLING, np.float32)
        self._filled = 0
        self._deaf = self._mute = False
        self._grammar: Grammar | None = None
        self._over: list[LineEnded] = []
        """Lines that are over, which the conversation does not know yet."""
        self._records: list[Record] = []
        self._perform(conversation.begin())

    # --- its state ---------------------------------------------------------------------------

    @property
    def position(self) -> int:
        """The next output sample."""
        return self._mixer.position

    @property
    def certain(self) -> int:
        """The sample before which no record can come any more."""
        sounding = self._player.sounding
        return min(self.position, sounding.at) if sounding is not None else self.position

    @property
    def spoken_until(self) -> int:
        """The sample at which the last line begun so far ends."""
        return self._playback.said[-1].end if self._playback.said else 0

    @property
    def quiet(self) -> bool:
        """True if nothing sounds and no line waits."""
        return self._player.idle

    @property
    def settled(self) -> bool:
        """True if nothing more happens until the lifter speaks."""
        return self.conversation.settled and self.quiet

    @property
    def over(self) -> bool:
        """True if nothing is left to do, and no line about it waits."""
        return self.conversation.over and self.quiet

    def saying(self, at: int) -> str:
        """The line that sounds at sample `at`, among those of the last ten seconds; "" for none."""
        said = self._playback.said
        return next((line.text for line in said if line.at <= at < line.end), "")

    # --- time --------------------------------------------------------------------------------

    def process(self, microphone: Pcm) -> tuple[Pcm, list[Record]]:
        """Process one block of microphone, mono at 16 kHz, shape (n,).

        Returns what the earbuds play meanwhile, mono at 48 kHz, shape (3 n,), and what happened.
        """
        output = []
        done = 0
        while done < len(microphone):
            if self._filled == 0:
                self._begin_quantum()
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
                self._end_quantum()
        return (np.concatenate(output) if output else np.zeros(0, np.float32)), self._taken()

    def attend(self) -> list[Record]:
        """Decide about what the recogniser has found since the last block, without waiting for the
        next one. No time passes."""
        for heard in self._recogniser.feed(self._quantum[:0], self._heard_until):
            self._decide(heard)
        return self._taken()

    def prepare(self) -> None:
        """Let the recogniser prepare every grammar, that of now first."""
        self._attune()
        for grammar in self.conversation.grammars():
            if grammar is not self._grammar:
                for _ in self._recogniser.prepare(grammar):
                    pass

    def _begin_quantum(self) -> None:
        """Put everything that begins in the next quantum into the mixer."""
        over, self._over = self._over, []
        for line in over:
            self._happen(line)
        self._plan()

    def _plan(self) -> None:
        """The same, for the rest of the quantum."""
        end = self.position + (QUANTUM - self._filled) * OVERSAMPLING
        due = self.conversation.due
        if due is not None and due < end:
            self._perform(self.conversation.pass_time(end))
        self._keep(self._player.speak_until(end))

    def _end_quantum(self) -> None:
        """The quantum is complete: check what was said in it, and whether the microphone works."""
        if self._mute:
            self._played[:] = 0
        self._leak.play(self._played)
        if not self._deaf:
            self._listen()
        if self.quiet:
            self._perform(self.conversation.fall_silent(self.position))

    def _listen(self) -> None:
        at = self.position - QUANTUM * OVERSAMPLING - self._latency
        change = self._hearing.feed(self._quantum, QUANTUM * OVERSAMPLING)
        if change is not None:
            self._happen(change)
        cleaned = self._cleaned()
        self._leak.hear(cleaned, at)
        self._level.hear(cleaned, at, coach=self._leak.may_be_heard and not self._worn)
        for heard in self._recogniser.feed(cleaned, at):
            self._decide(heard)

    def _cleaned(self) -> Pcm:
        """The quantum without the coach's echo, if there is a loudspeaker."""
        if self._canceller is None or self._worn:
            return self._quantum.copy()
        return self._canceller.clean(self._quantum.copy(), self._played.copy())

    # --- utterances --------------------------------------------------------------------------

    def typed(self, text: str) -> None:
        """`text` counts as said, whatever the coach is saying."""
        self._respond(self.conversation.read(text, self.position))

    def _decide(self, heard: Utterance) -> None:
        around = Surroundings(
            tuple(self._playback.said),
            self.spoken_until,
            above=self._leak.above(heard.said, heard.end),
            softer=self._level.softer(heard.said, heard.end),
        )
        decision = self.conversation.decide(heard, around)
        if decision.proves_hearing:
            back = self._hearing.understood(self._heard_until - heard.said)
            if back is not None:
                self._happen(back)
        if decision.verdict.accepted:
            self._leak.forget(heard.said, heard.end)
            command = decision.verdict.command
            if command is not None and command.intent not in URGENT:
                # A cry tells nothing of how loud the lifter usually is.
                self._level.obeyed(heard.said, heard.end)
        self._respond(decision)

    def _respond(self, decision: Interpretation[object]) -> None:
        record, effects = self.conversation.respond(decision, self.position)
        # The utterance comes before its consequences.
        self._records.append(record)
        self._perform(effects)
        self._plan_anew()

    # --- what happens to the machine ---------------------------------------------------------

    def closing(self) -> None:
        """The program ends in three seconds or sooner: say only the catches, if they matter."""
        self._happen(Closing())

    def hushed(self) -> None:
        """The caller has discarded output that was not played yet. Drop the rest of a cut line or
        tone, which would otherwise start in its middle."""
        self._mixer.forget_begun()

    def foresee_device(self, device: str) -> None:
        """Render the texts that name `device` before they are needed; from any thread."""
        for text in self.conversation.names(device):
            self._clips.get(text)

    def microphone_lost(self, why: str, always: bool = False) -> None:
        """The microphone is gone: stop listening to it.

        An utterance in progress is decided at once. If the loss matters (with `always`, in any
        case), the coach tells the lifter, and keeps going.
        """
        for heard in self._recogniser.finish(self._heard_until):
            self._decide(heard)
        self._deaf = True
        if always or self.conversation.must_hear:
            self._happen(HearingLost(why))

    def microphone_back(self) -> None:
        """There is a microphone again, from the next sample on. Its sound will prove it."""
        self._deaf = False
        self._hearing = SilenceWatch(deaf=True)

    def microphone_moved(self, device: str) -> None:
        """Another microphone is in use from now on: `device`, as people know it."""
        self._hearing = SilenceWatch(deaf=self._hearing.deaf)
        self._level.forget()
        self._happen(HearingMoved(device))

    def hearing_given_up(self) -> None:
        """No recogniser can be restarted: the coach says so once, and keeps going."""
        self._happen(HearingGivenUp())

    def sound_worn(self, worn: bool) -> None:
        """Whether the output is worn in or on the ears from now on. If so, no microphone hears it,
        and there is no echo to cancel."""
        self._worn = worn
        self.conversation.sound_worn(worn)

    def sound_moved(self, device: str) -> None:
        """The output goes through `device` from now on."""
        self._happen(SoundMoved(device))

    def sound_lost(self) -> None:
        """Nobody hears the output any more: running reps are interrupted."""
        self._mute = True
        self._happen(SoundLost())

    def sound_back(self) -> None:
        """The output is heard again: the coach says where the workout is."""
        self._mute = False
        self._happen(SoundBack())

    def slept(self, samples: int) -> None:
        """The machine slept, or the program stood still: `samples` output samples were never
        rendered."""
        self._happen(Woke(samples))

    def log_told(self, line: str) -> None:
        """Something happened to the log. The coach says `line` when there is room."""
        self._happen(LogTold(line))

    def button_lost(self) -> None:
        """No button reaches the coach any more. It says so when there is room."""
        self._happen(ButtonLost())

    # --- effects -----------------------------------------------------------------------------

    def _happen(self, event: Input) -> None:
        """`event` happens now."""
        self._perform(self.conversation.pass_time(self.position))
        self._perform(self.conversation.happen(event))
        self._plan_anew()

    def _plan_anew(self) -> None:
        """The current quantum was planned before this happened."""
        if self._filled:
            self._plan()

    def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            self._keep(self._player.perform(effect))
        self._attune()

    def _keep(self, records: Iterable[Record]) -> None:
        for record in records:
            if isinstance(record, Ended) and record.want.told:
                heard = record.outcome is Outcome.PLAYED and not self._mute
                self._over.append(LineEnded(record.want.key, heard))
            self._records.append(record)

    def _attune(self) -> None:
        """Let the recogniser listen for what makes sense now."""
        grammar = self.conversation.grammar
        if grammar is not self._grammar:
            self._grammar = grammar
            self._recogniser.listen_for(grammar)

    @property
    def _heard_until(self) -> int:
        """The output sample that was in the ear with the microphone's next one."""
        return self.position - self._latency

    def _taken(self) -> list[Record]:
        records, self._records = self._records, []
        return records
