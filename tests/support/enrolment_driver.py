"""Answers an enrolment, so that nothing has to be timed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from voicecoach.core.events import PhraseAsked
from voicecoach.listening.scripted import Scripted
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.enrolment_conversation import EnrolmentLoop
from voicecoach.runtime.timeline import Timeline
from voicecoach.runtime.voice_loop import QUANTUM

from .natural_speech import RATE, Sound, at_level, hiss

LONGEST = 600.0
"""Seconds within which any enrolment ends."""

_HESITATION = RATE // 2
"""Samples from the end of a question to the answer."""

_GAP = round(0.9 * RATE)
"""Samples between two answers."""

Word = tuple[str, float]
"""A text, and how sure a scripted recogniser is of it."""


@dataclass(frozen=True, slots=True)
class EnrolmentRun:
    """The result of an enrolment."""

    records: tuple[Record, ...]
    microphone: Sound
    """The microphone's sound: with the same coach's voice, another enrolment hears the same in
    it."""

    @property
    def seconds(self) -> float:
        return len(self.microphone) / RATE

    def timeline(self) -> str:
        timeline = Timeline(details=True)
        return "\n".join(map(str, [*timeline.feed(self.records, 0), *timeline.rest()])) + "\n"


def enrol_by_sound(
    enroller: EnrolmentLoop,
    answer: Callable[[str], Sequence[Sound]],
    level: float = -26.0,
    room: Sound | None = None,
) -> EnrolmentRun:
    """Run `enroller` to its end. Whenever it has asked and is silent, the sounds of
    `answer(phrase)` follow, at `level` dBFS, in a quiet room or with the noise `room`, looped.
    `phrase` is "" if silence is asked for."""
    waiting: list[Sound] = []

    def heard() -> Sound:
        block = np.zeros(QUANTUM, np.float32)
        if waiting:
            speech, rest = waiting[0][:QUANTUM], waiting[0][QUANTUM:]
            block[: len(speech)] = speech
            waiting[:1] = [rest] if len(rest) else []
        return block

    def asked(phrase: str) -> None:
        waiting[:] = [np.zeros(_HESITATION, np.float32)]
        for sound in answer(phrase):
            waiting.extend([at_level(sound, level), np.zeros(_GAP, np.float32)])

    return _run(enroller, heard, asked, room)


def enrol_by_text(
    enroller: EnrolmentLoop, ear: Scripted, answer: Callable[[str], Sequence[Word]]
) -> EnrolmentRun:
    """The same without sound: `ear`, the recogniser of `enroller`, hears texts."""
    waiting: list[Word | None] = []
    quanta = _GAP // QUANTUM

    def heard() -> Sound:
        word = waiting.pop(0) if waiting else None
        if word is not None:
            ear.say(*word)
        return np.zeros(QUANTUM, np.float32)

    def asked(phrase: str) -> None:
        waiting[:] = [None] * (_HESITATION // QUANTUM)
        for word in answer(phrase):
            waiting.extend([word, *[None] * quanta])

    return _run(enroller, heard, asked, None)


def _run(
    enroller: EnrolmentLoop,
    heard: Callable[[], Sound],
    asked: Callable[[str], None],
    room: Sound | None,
) -> EnrolmentRun:
    bed = hiss(30.0, -66.0) if room is None else room
    records: list[Record] = []
    microphone: list[Sound] = []
    phrase = ""
    answered = True
    while not enroller.over:
        position = QUANTUM * len(microphone)
        assert position < LONGEST * RATE, "it goes on for ever"
        block = heard() + bed[np.arange(position, position + QUANTUM) % len(bed)]
        microphone.append(block)
        _, new = enroller.process(block)
        records += new
        phrase = next((each.phrase for each in new if isinstance(each, PhraseAsked)), phrase)
        if not enroller.quiet:
            answered = False
        elif not answered:
            answered = True
            asked(phrase)
    return EnrolmentRun(tuple(records), np.concatenate(microphone))
