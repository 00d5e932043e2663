"""The profiles of the lifter's voice, one for each microphone, kept as numbers in one file.

Scores of phrases are kept, with the engine's figures; never sound, and never what an open
recogniser wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import hypot, isfinite
from pathlib import Path
from typing import Any

from .. import given
from ..audio import devices
from ..audio.server import default_microphone
from ..config import Config
from ..core.commands import PhraseTable
from ..core.decision import Thresholds
from ..core.own_voice import NOBODY, OwnVoice
from ..core.profile import Outlook, Profile, Try, fitted, outlook
from ..listening import models, speaker
from . import assembly
from .folders import data_folder
from .mistakes import Mistake
from .printing import say
from .remembered import LARGEST, write_own

AGAIN = "run voicecoach enroll again"

LEARN = "run voicecoach enroll in a quiet room"

_UNUSABLE = (
    *(OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError),
)
"""What reading profiles may raise."""

_ROUNDED = 1.001
"""Largest length of a stored mean embedding, which is rounded."""


def path() -> Path:
    return data_folder() / "voices.json"


def recall() -> tuple[dict[str, Profile], str]:
    """The profiles by microphone, and a line about an unusable file ("" if there is none)."""
    file = path()
    try:
        known = json.loads(given.read(file, LARGEST).decode())
        return {name: _profile(data) for name, data in known.items()}, ""
    except FileNotFoundError:
        return {}, ""
    except _UNUSABLE as fault:
        why = fault.strerror if isinstance(fault, OSError) else "it contains no voice profiles"
        return {}, f"{file}: cannot read what was learnt of your voice ({why}); {AGAIN}"


def keep(microphone: str, profile: Profile) -> str:
    """Merge `profile` into what is known through `microphone`. Returns a line about a failure, else
    ""."""
    known, _ = recall()
    before = known.get(microphone)
    known[microphone] = before.renewed(profile) if before is not None else profile
    return _written(known)


def forget(microphone: str | None) -> tuple[int, str]:
    """Forget the voice through `microphone`; None: through all. Returns how many profiles were
    forgotten, and a line about a failure."""
    known, trouble = recall()
    if trouble:
        path().unlink(missing_ok=True)
        return 1, ""
    gone = [name for name in known if microphone is None or name == microphone]
    if not gone:
        return 0, ""
    return len(gone), _written({name: known[name] for name in known if name not in gone})


def _written(known: Mapping[str, Profile]) -> str:
    text = json.dumps({name: _plain(each) for name, each in known.items()}, ensure_ascii=False)
    fault = write_own(path(), text)
    return f"{path()}: your voice could not be remembered ({fault})" if fault else ""


def microphone(name: str) -> str:
    """The full name of the microphone that a workout would use for `name`, which is part of a name,
    or "" for the system's choice; `name` itself if there is no such microphone."""
    if not name and (title := default_microphone()):
        return title
    try:
        return devices.find(name, "input").name
    except devices.NoSoundCardError:
        return name


# --- what is known, used ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What a profile means for a workout."""

    bars: Thresholds
    outlooks: tuple[Outlook, ...]
    """Of each phrase; empty if nothing usable is known."""
    unusable: str = ""
    """A line that says why a profile can't be used; "" if it can, or if there is none."""


def known(loaded: Config, engine: str | None, microphone: str, bars: Thresholds) -> Known:
    """What is known of the voice through `microphone` (full name), on top of `bars`."""
    profiles, trouble = recall()
    profile = profiles.get(microphone)
    if profile is None:
        return Known(bars, (), trouble)
    if profile.language != loaded.language:
        why = f"your voice was learnt in {profile.language}, not in {loaded.language}"
        return Known(bars, (), f"{why}; {AGAIN}")
    if profile.recogniser != (now := identity(loaded, engine)):
        why = f"your voice was learnt with {profile.recogniser}; the recogniser is now {now}"
        return Known(bars, (), f"{why}; {AGAIN}")
    own = fitted(profile, loaded.phrases, bars)
    return Known(
        own,
        tuple(
            outlook(phrase, tries, loaded.phrases, own)
            for phrase, tries in profile.tries.items()
            if phrase in loaded.phrases.phrases
        ),
    )


def identity(loaded: Config, engine: str | None) -> str:
    """The identity of the recogniser that a workout would use: see `models.identity`."""
    listening = loaded.settings.listening
    folders = assembly.model_folders(listening)
    return models.identity(engine or listening.engine, loaded.language, folders)


def empty(loaded: Config, engine: str | None) -> Profile:
    """A profile with nothing known yet."""
    voice = OwnVoice(speaker.identity())
    return Profile(identity(loaded, engine), loaded.language, {}, voice=voice)


def own_bars(loaded: Config, engine: str | None, name: str, needed: bool = False) -> Thresholds:
    """The thresholds of a workout through the microphone with `name` in its name. Prints a line
    about them. With `needed`, raises Mistake if no voice is known."""
    through = microphone(name)
    bars = assembly.bars(loaded.settings.listening)
    found = known(loaded, engine, through, bars)
    if found.unusable and needed:
        raise Mistake(found.unusable)
    if found.unusable:
        say(f"warning: {found.unusable}", style="yellow")
    elif found.outlooks:
        lower = len(found.bars.lowered)
        say(f"Your voice is known ({len(found.outlooks)} phrases, {lower} obeyed sooner).")
    elif needed:
        there = ", ".join(f'"{each}"' for each in recall()[0]) or "none"
        raise Mistake(f'no voice was learnt through "{through}"; known: {there}')
    return _for_only_me(found.bars, through) if loaded.settings.listening.only_me else found.bars


def _for_only_me(bars: Thresholds, through: str) -> Thresholds:
    """`bars` with the voice learnt through this microphone. Prints a line about it."""
    profile = recall()[0].get(through)
    voice = profile.voice if profile is not None else NOBODY
    same = voice.network == speaker.identity() and len(voice.mean) == speaker.NUMBERS
    if voice.known and same:
        say("Only you are obeyed, and anybody who says stop, pain or help.")
        return replace(bars, only=voice.mean)
    why = f"your voice is not known, so everybody is obeyed; {LEARN}"
    try:
        speaker.SpeakerEncoder()
    except ValueError as fault:
        why = f"{fault}, so everybody is obeyed; reinstall voicecoach"
    say(f"warning: only_me: {why}", "yellow")
    return bars


def told(outlooks: Iterable[Outlook], bars: Thresholds, phrases: PhraseTable) -> Iterator[str]:
    """A line for each phrase: how well it was heard, and what that changes in `bars`."""
    for each in outlooks:
        usual = bars.for_(phrases.phrases[each.phrase])
        change = f"; obeyed from {each.bar:.2f} on, not {usual:.2f}" if each.bar < usual else ""
        yield f"{each.phrase:<16} {came_of(each)}{change}"


def came_of(each: Outlook) -> str:
    if not each.said:
        return "not heard: unchanged"
    if not each.missed:
        return f"heard {each.said} of {each.said} times"
    rival = f', sounds like "{each.rival}"' if each.rival else ""
    return f"would be missed {each.missed} of {each.said} times{rival}"


# --- as it is kept ---------------------------------------------------------------------------


def _plain(profile: Profile) -> dict[str, Any]:
    return {
        "recogniser": profile.recogniser,
        "language": profile.language,
        "tries": {phrase: [*map(_figures, tries)] for phrase, tries in profile.tries.items()},
        "room": [*map(_figures, profile.room)],
        "voice": _voice_figures(profile.voice),
    }


def _voice_figures(voice: OwnVoice) -> dict[str, Any]:
    mean = [round(number, 5) for number in voice.mean]
    return {"network": voice.network, "mean": mean, "of": voice.of}


def _figures(each: Try) -> dict[str, Any]:
    readings = [[phrase, round(sure, 4)] for phrase, sure in each.readings]
    evidence = {name: round(value, 4) for name, value in each.evidence.items()}
    return {"readings": readings, "evidence": evidence}


def _profile(data: Any) -> Profile:
    """Raises ValueError, TypeError, KeyError or AttributeError for what is no profile."""
    return Profile(
        _text(data["recogniser"]),
        _text(data["language"]),
        {_text(phrase): tuple(map(_try, tries)) for phrase, tries in data["tries"].items()},
        tuple(map(_try, data["room"])),
        # Old profiles have no voice.
        _own_voice(data["voice"]) if "voice" in data else NOBODY,
    )


def _own_voice(data: Any) -> OwnVoice:
    mean, of = tuple(map(_number, data["mean"])), data["of"]
    if isinstance(of, bool) or not isinstance(of, int) or bool(mean) != bool(of):
        raise ValueError("no mean of so many")
    if mean and not 0 < hypot(*mean) <= _ROUNDED:
        raise ValueError("no mean of what is as long as 1")
    return OwnVoice(_text(data["network"]), mean, of)


def _try(data: Any) -> Try:
    readings = tuple((_text(phrase), _number(sure)) for phrase, sure in data["readings"])
    if not all(0 <= sure <= 1 for _, sure in readings):
        raise ValueError("a confidence beyond 0 to 1")
    evidence = {_text(name): _number(value) for name, value in data["evidence"].items()}
    return Try(readings, evidence=evidence)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError("no number")
    return float(value)
