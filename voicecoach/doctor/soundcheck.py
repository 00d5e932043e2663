"""The sound check: plays the sounds of a workout, and tests a microphone.

The sounds are mixed as in a workout. The verdict on a microphone is a pure function of its samples,
with the thresholds below.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from voicecoach.pcm import Pcm

from ..audio import devices
from ..audio.devices import NoSoundCardError
from ..audio.mixer import Mixer
from ..audio.server import output_delay
from ..audio.tones import ATTENTION, GO, HEARD, REFUSED, TONES, tick
from ..config import Config
from ..core.commands import PhraseTable
from ..core.events import Intent
from ..core.plan import MICROPHONE_RATE, SAMPLE_RATE, Phase, samples
from ..core.session import Loudness
from ..listening.recogniser import Recogniser
from ..speaking.clips import Clips
from .findings import Finding, fails, ok, plug, warning

# --- playing and recording ---------------------------------------------------------------------


def sample(clips: Clips, config: Config) -> Pcm:
    """What a workout sounds like, at its own levels and under its ceiling, at 48 kHz."""
    sound = config.settings.sound
    mixer = Mixer(sound.ceiling_dbfs)
    mixer.level(10 ** (Loudness.under(sound.ceiling_dbfs, sound.loudness_db).gain / 20), 0)
    at = samples(0.3)
    lines = config.exercise.lines
    opener = config.exercise.openers[Phase.LOWER].wording.full[:1]
    sounds: list[Pcm] = [clips.get(text).pcm for text in lines["gate"].full[:1]]
    sounds += [TONES[name] for name in (HEARD, REFUSED, ATTENTION, GO)]
    if sound.tick:
        sounds += [TONES[tick(phase)] for phase in Phase]
    sounds += [clips.get(text).pcm for text in opener if text]
    for pcm in sounds:
        mixer.play(pcm, at)
        at += len(pcm) + samples(0.25)
    return mixer.render(at)


LATE = 0.15
"""Seconds from which an output is late enough to be noticed: a cable has 0.02, Bluetooth 0.1 to
0.3."""


def play(pcm: Pcm, output: str) -> Iterator[Finding]:
    """Play `pcm` (48 kHz) as a workout would, and wait for its end."""
    try:
        card = devices.Output(output)
    except NoSoundCardError as fault:
        yield fails(f"playing: {fault}", plug("output"))
        return
    try:
        for start in range(0, len(pcm), SAMPLE_RATE // 50):
            card.write(pcm[start : start + SAMPLE_RATE // 50])
            while card.queued > SAMPLE_RATE // 2:
                if card.stalled(time.monotonic(), 2.0):
                    yield fails(f'playing: "{card.device.name}" accepts no sound', plug("output"))
                    return
                time.sleep(0.01)
        # From here on, the card runs short anyway.
        broken = card.missed
        late = output_delay()
        time.sleep(card.queued / SAMPLE_RATE + card.latency)
        if broken:
            yield warning(
                f"playing: the sound dropped out {broken} times",
                "close programs that keep the machine busy",
            )
        else:
            seconds = len(pcm) / SAMPLE_RATE
            yield ok(f"playing: {seconds:.0f} s on {card.device.name}; was it clear?")
        yield from judge_delay(late)
    finally:
        card.close()


def judge_delay(seconds: float | None) -> Iterator[Finding]:
    """Whether an output plays noticeably late; None: unknown."""
    if seconds is not None and seconds >= LATE:
        yield warning(
            f"output: everything is heard {1000 * seconds:.0f} ms late, as with Bluetooth",
            "the pacing stays even, and so many ms more pass until you hear that it stopped; "
            "a cable, or the earbuds' mode for games, is sooner",
        )


def record(
    seconds: float, microphone: str, meter: Callable[[float], None]
) -> tuple[Pcm, Finding | None]:
    """Record the microphone for `seconds`, at 16 kHz. `meter` gets its level in dBFS about ten
    times a second."""
    try:
        card = devices.Input(microphone)
    except NoSoundCardError as fault:
        return np.zeros(0, np.float32), fails(f"microphone: {fault}", plug("microphone"))
    blocks: list[Pcm] = []
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            time.sleep(0.1)
            block = card.read()
            blocks.append(block)
            if len(block):
                meter(dbfs(block))
        pcm = np.concatenate(blocks)
        if len(pcm) < seconds * MICROPHONE_RATE / 2:
            return pcm, fails(
                f'microphone: "{card.device.name}" delivers nothing, or too little',
                plug("microphone"),
            )
        return pcm, None
    finally:
        card.close()


# --- judging a microphone --------------------------------------------------------------------

FRAME = MICROPHONE_RATE // 20
"""Samples for one level: 50 ms, shorter than a syllable."""

CLIPPED = 0.99
"""Share of full scale. A sample beyond it is at the converter's limit."""
CLIPPED_IN_A_ROW = 3
"""This many in a row are a flattened wave, not a peak that just fits."""

QUIET = -50.0
"""dBFS, RMS of speech. Below it, a microphone is too far away or turned down: it uses fewer than 8
of its 16 bits, and the recogniser's gate, at -75 dBFS, cuts off soft consonants."""

SOFT = -42.0
"""The same. None of the commands at -45 was missed in a quiet room, but a lifter whose voice gets
softer has little left from here on."""

NOISY = 15.0
"""dB of speech over the room below which commands are lost. Measured with the embedded recogniser,
commands in a set: 3 % missed in a quiet room, 23 % at 10 dB, 48 % at 5 dB."""

DROWNED = 6.0
"""dB of speech over the room below which nothing stands out: nobody spoke, or could be heard."""

LOUD_ROOM = -45.0
"""dBFS. In a room this loud, silence and a drowned voice can't be told apart."""


def dbfs(pcm: Pcm) -> float:
    """The level (RMS) of `pcm`, full scale at 1; -inf for digital silence."""
    power = float(np.mean(np.square(pcm, dtype=np.float64))) if len(pcm) else 0.0
    return 10 * float(np.log10(power)) if power > 0 else -np.inf


def judge_microphone(pcm: Pcm) -> Finding:
    """Judge a microphone by its samples at 16 kHz.

    `pcm` is some seconds in which somebody says a few words, with pauses of a second or more in
    total. The room's level is that of the softest fifth of the frames. The speech level is that of
    the loudest 3 %, which one short word fills.
    """
    if not pcm.any():
        return fails(
            "microphone: digital silence",
            "unmute it, choose another one, or let this terminal use it in the system's "
            "privacy settings",
        )
    whole = pcm[: len(pcm) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
    whole = whole - pcm.mean()
    levels = 10 * np.log10(np.maximum(np.mean(np.square(whole), axis=1), 1e-12))
    room, speech = (float(level) for level in np.percentile(levels, (20, 97)))
    figures = f"speech {speech:.0f} dBFS, room {room:.0f} dBFS"
    if _flattened(pcm):
        return warning(
            f"microphone: clipped ({figures})",
            "turn its level down in the system's sound settings, or hold it further away",
        )
    if speech - room < DROWNED:
        if room > LOUD_ROOM:
            return warning(
                f"microphone: no voice stands out in this loud room ({room:.0f} dBFS)",
                "bring the microphone nearer to your mouth, and speak during the check",
            )
        return warning(
            f"microphone: nobody was heard ({figures})",
            "speak during the check; if you did, turn its level up or choose another one",
        )
    if speech < QUIET:
        return warning(
            f"microphone: too quiet ({figures})",
            "turn its level up in the system's sound settings, or bring it nearer",
        )
    if speech - room < NOISY:
        return warning(
            f"microphone: noisy, speech is only {speech - room:.0f} dB over the room ({figures})",
            "bring the microphone nearer to your mouth, or away from the fan and the loudspeaker",
        )
    if speech < SOFT:
        return warning(
            f"microphone: soft, but clear enough ({figures})",
            "turn its level up in the system's sound settings, or bring it nearer",
        )
    return ok(f"microphone: clear ({figures})")


def _flattened(pcm: Pcm) -> bool:
    """Whether the wave stays at full scale, on one side, for several samples."""
    for side in (pcm >= CLIPPED, pcm <= -CLIPPED):
        runs = np.lib.stride_tricks.sliding_window_view(side, CLIPPED_IN_A_ROW)
        if len(runs) and runs.all(axis=1).any():
            return True
    return False


def check_understood(pcm: Pcm, recogniser: Recogniser, phrases: PhraseTable) -> Finding:
    """What the recogniser understood, for the user to judge."""
    recogniser.listen_for(phrases.grammar(Intent))
    heard = [
        *recogniser.feed(pcm, 0),
        *recogniser.finish(len(pcm) * SAMPLE_RATE // MICROPHONE_RATE),
    ]
    found = [
        each.candidates[0].phrase
        for each in heard
        if each.candidates and each.candidates[0].command is not None
    ]
    if not found:
        return warning("understood: no command", "say it again nearer to the microphone")
    return ok("understood: " + ", ".join(f'"{phrase}"' for phrase in found))
