"""The checks of `voicecoach doctor`: is everything there, and does it sound right?

Each check gives findings, one line each. Nothing here needs a sound card; if there is none, that is
the finding.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import private
from ..audio import devices, echo
from ..audio.devices import Device, NoSoundCardError
from ..config import Config, ConfigError
from ..config.grammar import NEEDED
from ..config.settings import Listening
from ..core.commands import PhraseTable
from ..core.events import Intent
from ..listening.models import ModelMissingError
from ..listening.recogniser import KnowsItsWords, Recogniser
from ..speaking.clips import Clips
from ..speaking.voice import SpeechEngine, VoiceError
from .findings import Finding, Grade, fails, ok, package, warning
from .flaws import flaws
from .soundcheck import check_understood, judge_microphone, play, record, sample

# --- files, voices, recogniser ---------------------------------------------------------------


def check_configuration(load: Callable[[], Config]) -> tuple[Config | None, list[Finding]]:
    """The configuration, if it can be used, and findings about it."""
    try:
        config = load()
    except ConfigError as error:
        faults = [fails(str(fault), "correct that file") for fault in error.faults]
        return None, faults
    exercises = ", ".join(each.id for each in config.offered or (config.exercise,))
    names = f"{exercises}, commands in {config.language}, spoken in {config.spoken}"
    return config, [
        ok(f"configuration: {names}"),
        *(Finding(Grade.WARNING, text) for text in config.warnings),
    ]


def check_voices(make: Callable[[], Sequence[SpeechEngine]]) -> Iterator[Finding]:
    """Test each voice that would be used, by letting it say something."""
    try:
        voices = make()
    except (VoiceError, ValueError) as fault:
        yield fails(f"voice: {fault}", "set another engine under [voice], or install that one")
        return
    faults = []
    for voice in voices:
        try:
            pcm = voice.render("Ready.")
            yield ok(f"voice: {voice.name} speaks ({len(pcm) / voice.sample_rate:.1f} s)")
        except VoiceError as fault:
            faults.append(str(fault))
    for text in faults:
        grade = Grade.WARNING if len(faults) < len(voices) else Grade.FAILS
        yield Finding(grade, f"voice: {text}", package("espeak-ng"))


def check_recogniser(
    make: Callable[[], Recogniser], phrases: PhraseTable
) -> tuple[Recogniser | None, list[Finding]]:
    """The recogniser for the language, and which commands it can't hear."""
    try:
        recogniser = make()
    except ModelMissingError as fault:
        what, _, remedy = str(fault).partition(": ")
        return None, [fails(f"recogniser: {what}", remedy or "see voicecoach models list")]
    findings = [ok(f"recogniser: {recogniser.name}")]
    if isinstance(recogniser, KnowsItsWords):
        unknown = recogniser.unknown_words(phrases.grammar(Intent))
        findings += judge_vocabulary(phrases, unknown)
    return recogniser, findings


def judge_vocabulary(
    phrases: PhraseTable, unknown: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    """Judge the fact that the phrases in `unknown` can't be heard.

    Decoys that can't be heard do no harm. Digits are said as words.
    """
    remedy = "reword it in the command file, or use a larger model"
    hearable: dict[Intent, int] = {}
    lacking: dict[Intent, set[str]] = {}
    for phrase, command in phrases.phrases.items():
        if any(sign.isdigit() for sign in phrase):
            continue
        if phrase in unknown:
            lacking.setdefault(command.intent, set()).update(unknown[phrase])
        else:
            hearable[command.intent] = hearable.get(command.intent, 0) + 1
    for intent, words in lacking.items():
        named = ", ".join(f'"{word}"' for word in sorted(words))
        if intent in hearable:
            yield warning(f'"{intent}": some of its phrases contain unknown words: {named}', remedy)
        elif intent in NEEDED:
            yield fails(f'"{intent}" can\'t be heard, its words are unknown: {named}', remedy)
        else:
            yield warning(f'"{intent}" can\'t be heard, its words are unknown: {named}', remedy)


def check_cache(folder: Path) -> Finding:
    """Whether spoken lines can be cached, so that the next start is quick."""
    try:
        private.make_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        return warning(
            f"cache: {folder} can't be written ({fault.strerror}); "
            "every start renders all lines again",
            "make the folder writable, or free some space on its disk",
        )
    return ok(f"cache: {folder}")


# --- devices ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hardware:
    """The devices for hearing and playing."""

    outputs: Sequence[Device]
    inputs: Sequence[Device]
    output: Device | None
    """The one that a workout would use."""
    microphone: Device | None


def check_echo(listening: Listening) -> Finding | None:
    """Whether the coach's echo is removed from what the microphone hears, for a loudspeaker."""
    if listening.echo == "off" or (listening.echo == "auto" and not listening.loudspeaker):
        return None
    if echo.installed():
        return ok("echo: the coach is cancelled out of the microphone")
    if listening.echo == "on":
        return fails("echo: no canceller is installed", echo.REMEDY)
    return ok(
        "echo: earbuds need nothing; to be understood while a loudspeaker speaks, " + echo.REMEDY
    )


@dataclass(frozen=True, slots=True)
class ChecksWanted:
    """The device that a workout would open."""

    name: str = ""
    """Part of its name; "" is the system's choice."""
    why: str = ""


def check_devices(output: ChecksWanted, microphone: ChecksWanted) -> tuple[Hardware, list[Finding]]:
    """What PortAudio and the sound server offer, and what a workout would use of it."""
    findings: list[Finding] = []
    found: dict[str, list[Device]] = {"output": [], "input": []}
    chosen: dict[str, Device | None] = {"output": None, "input": None}
    for direction, wanted in (("output", output), ("input", microphone)):
        what = "output" if direction == "output" else "microphone"
        try:
            found[direction] = devices.devices(direction)
            chosen[direction] = devices.find(wanted.name, direction)
        except NoSoundCardError as fault:
            if "PortAudio is not installed" in str(fault):
                return Hardware((), (), None, None), [
                    fails("sound: PortAudio is not installed", package("portaudio"))
                ]
            remedy = (
                "name another under [sound]" if wanted.name else "simulate and demo work without"
            )
            findings.append(fails(f"{what}: {fault}", remedy))
            continue
        findings += (ok(f"{what}: {_described(each)}") for each in found[direction])
        used = chosen[direction]
        if used is not None:
            why = f", {wanted.why}" if wanted.why else ""
            findings.append(ok(f"{what} of a workout: {_described(used)}{why}"))
    hardware = Hardware(found["output"], found["input"], chosen["output"], chosen["input"])
    return hardware, findings


def _described(device: Device) -> str:
    rate = f", {device.rate} Hz" if device.rate else ""
    return f"{device.name}{rate}" + (" (default)" if device.default else "")


CALL_RATE = 32_000
"""A Bluetooth device that runs at up to this rate, in Hz, is in its telephone profile (HFP: 8 or 16
kHz, newest up to 32 kHz, mono, both ways). For music (A2DP) it runs at 44.1 or 48 kHz."""

_CALL = re.compile(r"hands.?free|handsfree|\bhfp\b|\bhsp\b|head.?unit|headset ag", re.IGNORECASE)
_BLUETOOTH = re.compile(r"bluez|bluetooth", re.IGNORECASE)


def check_call_quality(hardware: Hardware) -> Finding | None:
    """Whether an earbud's own microphone makes everything sound like a telephone.

    A sound server's "default" may be any of its devices, so all of them count.
    """
    used = [device for device in (hardware.output, hardware.microphone) if device is not None]
    if any(device.default for device in used):
        used += (each for each in (*hardware.outputs, *hardware.inputs) if each.server_name)
    which = next((device for device in used if _in_call(device, hardware)), None)
    if which is None:
        return None
    return warning(
        f'"{which.name}" is in its telephone profile: its own microphone is in use, and the coach '
        "sounds dull",
        "name another microphone (the laptop's own) under [sound] in voicecoach.toml, and set "
        "the earbuds to high fidelity playback (A2DP) in the system's sound settings",
    )


def _in_call(device: Device, hardware: Hardware) -> bool:
    """Judge by its name, or by having both directions at a telephone's rate."""
    if _CALL.search(f"{device.name} {device.server_name}"):
        return True
    if not 0 < device.rate <= CALL_RATE:
        return False
    name = _base(device)
    both = all(
        any(_base(each) == name for each in there) for there in (hardware.outputs, hardware.inputs)
    )
    return both or bool(_BLUETOOTH.search(f"{device.name} {device.server_name}"))


def _base(device: Device) -> str:
    """The part of the name that both directions of a device share."""
    bare = re.sub(r"\(.*?\)|microphone|headphones|headset|output|input", "", device.name.casefold())
    return " ".join(bare.split())


# --- the whole examination -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parts:
    """How to get the parts to examine. The command line makes it."""

    load: Callable[[], Config]
    voices: Callable[[Config], Sequence[SpeechEngine]]
    clips: Callable[[Config], Clips]
    recogniser: Callable[[Config], Recogniser]
    wanted: Callable[[Config | None], tuple[Mapping[str, ChecksWanted], Sequence[str]]]
    """The devices of a workout by direction ("input", "output"), and what is wrong with them."""
    more: Callable[[Config], Sequence[Finding]]
    """What else could be installed to listen with."""
    learnt: Callable[[Config], Sequence[Finding]]
    """What is known of the lifter's voice."""
    cache: Path
    tell: Callable[[str], None]
    """Tells the user what to do next."""
    meter: Callable[[float], None]
    """Shows the microphone's level, in dBFS."""


SPOKEN_FOR = 6.0
"""Seconds of listening to the microphone: time for three short commands."""


def examine(parts: Parts, sound: bool) -> Iterator[Finding]:
    """Run all checks in order; with `sound`, also play and record."""
    config, findings = check_configuration(parts.load)
    yield from findings
    yield check_cache(parts.cache)
    wanted, troubles = parts.wanted(config)
    yield from (Finding(Grade.WARNING, trouble) for trouble in troubles)
    output, microphone = wanted["output"].name, wanted["input"].name
    hardware, findings = check_devices(wanted["output"], wanted["input"])
    yield from findings
    call = check_call_quality(hardware)
    if call is not None:
        yield call
    if config is None:
        yield warning("voices, recogniser and sound were not checked", "correct the files first")
        return
    heard_back = check_echo(config.settings.listening)
    if heard_back is not None:
        yield heard_back
    yield from check_voices(lambda: parts.voices(config))
    recogniser, findings = check_recogniser(lambda: parts.recogniser(config), config.phrases)
    yield from findings
    yield from parts.more(config)
    yield from parts.learnt(config)
    if not sound:
        return
    if hardware.output is not None:
        parts.tell("Listen: a question, the tones of a set, and a line.")
        yield from play(sample(parts.clips(config), config), output)
    if hardware.microphone is not None:
        parts.tell('Say, with pauses: "start set", "slower", "stop".')
        pcm, fault = record(SPOKEN_FOR, microphone, parts.meter)
        yield fault or judge_microphone(pcm)
        yield from flaws(pcm)
        if fault is None and recogniser is not None:
            yield check_understood(pcm, recogniser, config.phrases)


def exit_code(findings: Iterable[Finding]) -> int:
    """2 if the user must fix something before a workout, else 0."""
    return 2 if any(finding.grade is Grade.FAILS for finding in findings) else 0
