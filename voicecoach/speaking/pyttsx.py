"""The default voice: pyttsx3, which is espeak-ng on Linux, SAPI on Windows, NSSpeech on macOS.

Only its `save_to_file` is used. Nothing is played, so only the packages are needed: if the system
has no espeak-ng, the one in espeakng-loader is used.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from voicecoach.pcm import Pcm, convert

from . import espeak
from .recording import read_recording
from .timeout import TimedOutError, Timeout
from .voice import VoiceError

DEFAULT_RATE = 175
"""Words per minute; 150-200 is comfortable for synthetic speech."""

_ATTEMPTS = 6
"""espeak-ng through pyttsx3 sometimes writes a file without sound (23 times in 1,800); the next
attempt has always worked."""

_PATIENCE = 10.0
"""Seconds. A cue takes some 15 ms; only a dead engine takes longer than this."""

_BOUNDED = Timeout("voicecoach-pyttsx3", _PATIENCE)
"""pyttsx3 has one engine, one utterance at a time, and several ways to hang: its `runAndWait`
returns only when espeak-ng's thread says so, which never happens if a file could not be
written."""

_ONE_AT_A_TIME = threading.Lock()


class PyttsxVoice:
    """A `SpeechEngine`. It is started for the first text."""

    sample_rate = 22_050
    """The default of espeak-ng, SAPI and NSSpeech; anything else is converted."""

    def __init__(
        self, language: str = "en", rate: int = DEFAULT_RATE, voice: str | None = None
    ) -> None:
        """`language` as in "en", "en-gb" or "ko"; `rate` in words per minute, 80 to 450.

        `voice` is an id of the engine and overrides the language. ValueError for any other rate
        (espeak-ng silently takes its nearest).
        """
        if not 80 <= rate <= 450:
            raise ValueError(f"a rate of {rate} words a minute; expected 80 to 450")
        self.name = f"pyttsx3 {voice or language} {rate} wpm"
        self._language = language
        self._rate = rate
        self._voice = voice

    def render(self, text: str) -> Pcm:
        """`text` at 22,050 Hz. Raises VoiceError.

        espeak-ng varies each rendering by up to a millisecond; to get the same samples again,
        keep them.
        """
        if not text.strip():
            raise VoiceError("pyttsx3: nothing to say")
        try:
            pcm, rate = _asked(partial(self._spoken, text))
        except VoiceError:
            raise
        except TimedOutError as fault:
            raise VoiceError(f"pyttsx3: no answer in {_PATIENCE:g} s, not asked again") from fault
        except Exception as fault:  # whatever fails, the next voice must speak
            raise VoiceError(f'pyttsx3: failed at "{text}" ({fault})') from fault
        return convert(pcm, rate, self.sample_rate)

    def _spoken(self, text: str) -> tuple[Pcm, int]:
        """`text` and its rate as the engine gives it."""
        with tempfile.TemporaryDirectory(prefix="voicecoach") as folder:
            engine = _engine()
            voice = self._voice or engine.voice_for(self._language)
            for attempt in range(_ATTEMPTS):
                # A new file each time, so that a late write can't spoil the next attempt.
                path = Path(folder) / f"{attempt}.wav"
                try:
                    engine.save(text, path, voice, self._rate)
                    pcm, rate = read_recording(path)
                except FileNotFoundError:
                    continue
                if len(pcm):
                    return pcm, rate
        raise VoiceError(f'pyttsx3: gave no sound for "{text}"')


def _asked(work: Callable[[], tuple[Pcm, int]]) -> tuple[Pcm, int]:
    """Run `work` with the engine. Raises TimedOutError, and what `work` raises."""
    if sys.platform == "darwin":
        # NSSpeech calls back through a thread's run loop. Whether that works outside the main
        # thread has never been tried, so it runs where it always did, without a timeout.
        with _ONE_AT_A_TIME:
            return work()
    return _BOUNDED.do(work)


class _Engine:
    """The one pyttsx3 engine of the process."""

    def __init__(self) -> None:
        """Raises VoiceError if there is no speech engine."""
        # pyttsx3's binding to espeak-ng; None if it uses the system's own engine.
        self._espeak: ModuleType | None = None
        try:
            if sys.platform in ("darwin", "win32"):
                import pyttsx3

                self._engine = pyttsx3.init()
            else:
                self._engine, self._espeak = _start_espeak()
        except Exception as fault:  # each system's driver fails in its own way
            raise VoiceError(f"pyttsx3: there is no speech engine ({fault})") from fault
        self._finished = threading.Event()
        self._faults: list[Exception] = []
        self._engine.connect("finished-utterance", lambda **_: self._finished.set())
        self._engine.connect("error", lambda exception, **_: self._faults.append(exception))
        if self._espeak is not None:
            # Until its first run, the engine only queues what it is told.
            self._engine.runAndWait()

    def voice_for(self, language: str) -> str:
        """The id of a voice for `language`. Raises VoiceError if there is none."""
        if self._espeak is not None:
            # espeak-ng accepts the language itself, and takes its best voice for it.
            return language
        for voice in self._engine.getProperty("voices"):
            if any(
                str(spoken).lower().replace("_", "-").startswith(language.lower())
                for spoken in voice.languages
            ):
                return str(voice.id)
        raise VoiceError(f'pyttsx3: the system has no voice for "{language}"')

    def save(self, text: str, path: Path, voice: str, rate: int) -> None:
        """Write `text` to `path`: WAV, on macOS AIFF. Raises VoiceError."""
        self._finished.clear()
        self._faults.clear()
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", rate)
        if self._espeak is not None:
            # espeak-ng's thread sets it. Until then, texts are said at the old rate, and so
            # are the next few.
            self._wait(lambda: self._engine.getProperty("rate") == rate)
        self._engine.save_to_file(text, str(path))
        self._engine.runAndWait()
        espeak = self._espeak
        if espeak is not None:
            # `runAndWait` may return as soon as espeak-ng's thread has begun. That thread says
            # "finished" and then still changes the driver's state, so the next utterance must
            # wait until it is done.
            self._wait(lambda: self._finished.is_set() and not espeak.IsPlaying())
        if self._faults:
            reason = str(self._faults[0])
            if reason.startswith("SetVoiceByName"):
                reason = f'no voice "{voice}"'
            raise VoiceError(f"pyttsx3: {reason}")

    def _wait(self, done: Callable[[], bool]) -> None:
        """Wait until espeak-ng's thread has got so far, or has failed."""
        while not (done() or self._faults):
            time.sleep(0.001)


@cache
def _engine() -> _Engine:
    return _Engine()


def _start_espeak() -> tuple[Any, ModuleType]:
    """pyttsx3 on espeak-ng, the system's own or else the one in espeakng-loader.

    The second is pyttsx3's binding to the library.
    """
    _, data = espeak.load()
    before = os.environ.get("ESPEAK_DATA_PATH")
    if data is not None:
        os.environ["ESPEAK_DATA_PATH"] = str(data)
    try:
        # Imported late, because it loads the library on import.
        import pyttsx3
        from pyttsx3.drivers import _espeak
        from pyttsx3.drivers import espeak as driver

        engine = pyttsx3.init("espeak")
    finally:
        # espeak-ng has read it by now; another library's own espeak-ng must not.
        if data is not None:
            if before is None:
                del os.environ["ESPEAK_DATA_PATH"]
            else:
                os.environ["ESPEAK_DATA_PATH"] = before
    # The driver prints a line for every file it saves, from espeak-ng's thread. A `print` in its
    # own module shadows the built-in one, only there.
    vars(driver)["print"] = lambda *_, **__: None
    return engine, _espeak
