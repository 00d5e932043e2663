"""What a session must have sounded like, from its records: sample for sample.

Lines are where the records say, cut where they say; ticks and other tones are where they were asked
for; there is nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voicecoach.audio.mixer import CEILING, FADE, GLIDE
from voicecoach.audio.tones import TONES
from voicecoach.core.cues import Ended, Outcome
from voicecoach.pcm import Pcm

from .virtual_machine import VirtualMachine

_ALIKE = 2e-4
"""Difference between two samples that is only rounding."""

_CARD_FADE = 240
"""Samples (5 ms) over which the card fades what was rendered ahead."""

_BRIDGE = 960
"""Samples of silence that may come before the answer."""


def expected(machine: VirtualMachine, length: int) -> Pcm:
    """The sound of `length` samples."""
    sound = np.zeros(length, np.float64)
    for at, end, pcm, cut in _parts(machine):
        part = pcm[: end - at].astype(np.float64)
        if cut:
            steps = np.arange(1, FADE + 1) / FADE
            fade = 0.5 + 0.5 * np.cos(np.pi * steps)
            begins = end - FADE - at
            if begins < 0:
                fade, begins = fade[-begins:], 0
            n = max(0, len(part) - begins)
            part[begins:] *= fade[:n]
        # What had begun when all that waited was dropped is silent from there on.
        silenced = [hush for hush, _ in machine.hushes if at < hush < at + len(part)]
        last = min([length, at + len(part), *silenced])
        if at < last:
            sound[at:last] += part[: last - at]
    ceiling = 10 ** (CEILING / 20)
    return (sound * _gain(machine, length)).clip(-ceiling, ceiling).astype(np.float32)


def _parts(machine: VirtualMachine) -> Iterator[tuple[int, int, Pcm, bool]]:
    """First sample, end, sound and whether it is cut, of each thing that is heard."""
    for record in machine.records:
        if isinstance(record, Ended) and record.outcome is not Outcome.DROPPED:
            clip = machine.book_of_clips.get(record.text, record.want.kind)
            yield record.at, record.end, clip.pcm, record.outcome is Outcome.CUT
    sounding = machine.loop._player.sounding
    if sounding is not None:
        clip = machine.book_of_clips.get(sounding.spoken.text, sounding.want.kind)
        yield sounding.at, sounding.end, clip.pcm, False
    for at, name in machine.tones:
        yield at, at + len(TONES[name]), TONES[name], False


def _gain(machine: VirtualMachine, length: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    gains = np.ones(length)
    for at, decibels in machine.gains:
        start, goal = gains[min(at, length - 1)], 10 ** (decibels / 20)
        gains[at:] = goal
        glide = gains[at : at + GLIDE]
        steps = np.arange(1, GLIDE + 1) / GLIDE
        glide += ((start - goal) * (0.5 + 0.5 * np.cos(np.pi * steps)))[: len(glide)]
    return gains


def differences(machine: VirtualMachine) -> Iterator[str]:
    """Where the loop's sound is not what the records say; the first place of each second."""
    sound = machine.sound
    apart = np.abs(sound - expected(machine, len(sound)))
    for at, end, pcm, cut in _parts(machine):
        if cut and end - at == len(pcm):
            # It was cut less than a fade before its end: the records don't say where.
            apart[max(at, end - FADE) : end] = 0
    wrong = np.flatnonzero(apart > _ALIKE)
    for second in np.unique(wrong // 48_000):
        at = int(wrong[wrong // 48_000 == second][0])
        yield f"the sound of sample {at} ({at / 48_000:.3f} s) is not what the records say"


def misheard(machine: VirtualMachine) -> Iterator[str]:
    """Where the card did not play what the loop gave it."""
    heard, numbers = machine.heard
    sound = machine.sound
    known = numbers > 0
    places = numbers[known].astype(np.int64) - 1
    if np.abs(heard[known] - sound[places]).max(initial=0.0) > _ALIKE:
        yield "the card played another sound than was rendered"
    back = np.flatnonzero(np.diff(places) <= 0)
    for each in back:
        if np.abs(sound[places[each + 1]]) > _ALIKE:
            yield f"sample {places[each + 1]} was heard twice"
            break
    for hush, played in machine.hushes:
        yield from _after(heard, numbers, hush, played)


def _after(heard: Pcm, numbers: Pcm, hush: int, played: int) -> Iterator[str]:
    """A command ended a set at sample `hush` of the loop, when the card had played `played`."""
    silent = slice(played + _CARD_FADE, played + _CARD_FADE + _BRIDGE)
    old = (numbers[silent] > 0) & (numbers[silent] <= hush)
    if old.any() or np.abs(heard[silent][numbers[silent] == 0]).max(initial=0.0) > _ALIKE:
        yield f"the card went on after the end of the set at sample {hush}"
    later = numbers[played + _CARD_FADE :]
    if ((later > 0) & (later <= hush)).any():
        yield f"the card played what came before sample {hush} after it"
