"""Pronunciations from espeak-ng, in the International Phonetic Alphabet.

    python -m voicecoach.speaking.phonemes LANGUAGE    a JSON list of texts in, one of IPA out

It runs in its own process: espeak-ng has one state per process, which the voice uses, and it
crashes beside another program's espeak-ng.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache

from . import espeak

_SPOKEN_AS = {"en": "en-us"}
"""espeak-ng's name for a language, if it has several; plain "en" drops its r's."""

_NO_SOUND, _UTF8, _IPA = 2, 1, 2
"""AUDIO_OUTPUT_SYNCHRONOUS, espeakCHARS_UTF8, and IPA as the phonemes' form."""

_PATIENCE = 60.0
"""Seconds; 1,000 texts take a tenth of one."""

_MOST = 50_000
"""Texts to cache per language: some ten times a command file, and 10 MB."""


class NoPronunciationsError(Exception):
    """No pronunciations for a language; the text says why."""


def phonemes(texts: Sequence[str], language: str) -> list[str]:
    """Each text in IPA with stress marks, words split by spaces; "" for one without words.

    Results are cached. Raises NoPronunciationsError if there is no espeak-ng or it doesn't know the
    language.
    """
    known = _known(language)
    if len(known) > _MOST:
        known.clear()
    new = [text for text in dict.fromkeys(texts) if text not in known]
    if new:
        known.update(zip(new, _asked(new, language), strict=True))
    return [known[text] for text in texts]


def in_ipa(word: str) -> str:
    """An English word in IPA; "" if espeak-ng can't say."""
    try:
        return phonemes([word], "en")[0]
    except NoPronunciationsError:
        return ""


@cache
def _known(language: str) -> dict[str, str]:
    """The results for `language` so far."""
    return {}


def _asked(texts: Sequence[str], language: str) -> list[str]:
    """The same, from a new process."""
    command = [sys.executable, "-m", "voicecoach.speaking.phonemes", language]
    # The same path as this process has, because the package need not be installed.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(list(texts)),
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise NoPronunciationsError(f"espeak-ng: {fault}") from fault
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"])[-1]
        raise NoPronunciationsError(f"espeak-ng: {why}")
    spoken: list[str] = json.loads(done.stdout)
    return spoken


def _main(language: str) -> None:
    library, data = espeak.load()
    folder = os.fsencode(data) if data is not None else None
    if library.espeak_Initialize(_NO_SOUND, 0, folder, 0) < 0:
        raise SystemExit("it does not start")
    name = _SPOKEN_AS.get(language, language)
    if library.espeak_SetVoiceByName(name.encode()):
        raise SystemExit(f'it does not speak "{language}"')
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    texts = json.load(sys.stdin)
    json.dump([_one(library, text) for text in texts], sys.stdout)


def _one(library: ctypes.CDLL, text: str) -> str:
    buffer = ctypes.create_string_buffer(text.encode())
    rest = ctypes.c_void_p(ctypes.addressof(buffer))
    clauses = []
    while rest.value:  # one clause at a time; NULL after the last
        spoken: bytes = library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA) or b""
        clauses.append(spoken.decode())
    return " ".join(" ".join(clauses).split())


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    _main(sys.argv[1])
