"""Runs one set, and answers the gate, the countdown and the catches."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from voicecoach.pcm import Pcm

from ..core.commands import PhraseTable, normal
from ..core.decision import Thresholds
from ..core.events import Command, Intent, State
from ..core.pacing import Talkativeness
from ..core.plan import SAMPLE_RATE, CueClass, Exercise
from ..listening.scripted import Scripted
from ..runtime.cue_player import Record
from ..runtime.voice_loop import QUANTUM
from ..runtime.workout_conversation import workout_loop
from ..speaking.clips import Clip, Clips
from ..speaking.silent import SilentClips
from .outcomes import Rehearsal

ANSWERS = {
    State.GATE: Intent.READY,
    State.ARMED: Intent.START,
    State.PAUSED: Intent.RESUME,
    State.REST_PAUSE: Intent.RESUME,
    State.RACKING: Intent.LOCKED,
}
"""What a lifter says in each state to get through a set."""

OVER = (State.REST, State.READY, State.SUMMARY)
"""The states after a set."""

_HUM = np.float32(1e-3)
"""The microphone's signal: never exact zeros, or the coach would report itself deaf."""

LONGEST = 3 * 3600 * SAMPLE_RATE
"""Output samples after which an endless set is given up."""


class UnansweredError(Exception):
    """The set can't be completed; the text says why, in one line."""


def rehearse(
    script: Exercise,
    phrases: PhraseTable,
    clips: Clips,
    *,
    talk: Talkativeness = Talkativeness.NORMAL,
    ceiling: float = -1.0,
    loudness: float = 0.0,
    seed: int = 0,
    hear: Callable[[Pcm], None] | None = None,
) -> Rehearsal:
    """Run one set of `script`, up to the rest after it.

    `hear` gets what the earbuds play, block by block: mono, 48 kHz, shape (n,). The lifter takes
    0.3 to 1.5 s to answer, depending on `seed`; the same seed gives the same bytes. Raises
    UnansweredError if no phrase of `phrases` gets through the set.
    """
    loop = workout_loop(
        script,
        phrases,
        Scripted(),
        clips,
        bars=Thresholds(loudspeaker=False),
        talk=talk,
        ceiling=ceiling,
        loudness=loudness,
    )
    chance = random.Random(seed)
    quantum = np.full(QUANTUM, _HUM)
    records: list[Record] = []
    answer_at: int | None = None
    while loop.conversation.session.state not in OVER or not loop.quiet:
        sound, new = loop.process(quantum)
        records += new
        if hear is not None:
            hear(sound)
        state = loop.conversation.session.state
        if state not in ANSWERS or not loop.quiet:
            answer_at = None
        elif answer_at is None:
            answer_at = loop.position + patience(chance)
        elif loop.position >= answer_at:
            loop.typed(_words(script, phrases, state))
            answer_at = None
        if loop.position > LONGEST:
            raise UnansweredError("the set never ends")
    return Rehearsal(
        script,
        tuple(records),
        loop.position,
        lambda text: clips.get(text).length,
    )


def patience(chance: random.Random) -> int:
    """Output samples that the lifter takes to answer."""
    return round(chance.uniform(0.3, 1.5) * SAMPLE_RATE)


def spoken_in(
    script: Exercise, phrases: PhraseTable, talk: Talkativeness = Talkativeness.NORMAL
) -> list[str]:
    """Every text such a set may need, in order, to be rendered before it. Raises UnansweredError as
    `rehearse` does."""
    listed = _Listed()
    rehearse(script, phrases, listed, talk=talk)
    return list(listed.texts)


class _Listed(SilentClips):
    """Notes which texts are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, None] = {}

    def get(self, text: str, kind: CueClass = CueClass.PROMPT) -> Clip:
        self.texts[text] = None
        return super().get(text, kind)


_ASKING = {
    State.GATE: ("gate", "gate_first"),
    State.ARMED: ("release",),
    State.PAUSED: ("paused",),
    State.REST_PAUSE: ("rest_pause",),
    State.RACKING: ("ended", "lock_again"),
}
"""The lines that ask for an answer, in each state."""


def _words(script: Exercise, phrases: PhraseTable, state: State) -> str:
    """The phrase that the coach's line asks for, or else the shortest with the same meaning."""
    intent = ANSWERS[state]
    known = [phrase for phrase, command in phrases.phrases.items() if command == Command(intent)]
    if not known:
        raise UnansweredError(f'no phrase of the commands means "{intent.value}"')
    for name in _ASKING[state]:
        for text in script.lines[name].full:
            if named := [phrase for phrase in known if f" {phrase} " in f" {normal(text)} "]:
                return max(named, key=len)
    return min(known, key=len)
