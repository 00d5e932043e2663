"""The doctor: its verdicts on samples, devices, files and words."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.support import natural_speech, virtual_sound_card
from tests.support.cli_runner import Run
from tests.support.session_driver import shipped
from voicecoach.audio import devices
from voicecoach.audio.devices import Device, NoSoundCardError
from voicecoach.cli import assembly, remembered
from voicecoach.config.layers import shipped as shipped_files
from voicecoach.core.events import Utterance
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.doctor import examine as doctor
from voicecoach.doctor import findings, soundcheck
from voicecoach.doctor.examine import ChecksWanted
from voicecoach.doctor.findings import Finding, Grade
from voicecoach.doctor.soundcheck import judge_microphone
from voicecoach.listening.models import ModelMissingError
from voicecoach.listening.scripted import Scripted
from voicecoach.pcm import Pcm
from voicecoach.speaking.silent import SilentClips
from voicecoach.speaking.voice import VoiceError

pytestmark = [pytest.mark.real_time, pytest.mark.xdist_group("devices")]

# --- a microphone ----------------------------------------------------------------------------


def sounds(speech: float | None, room: float, seconds: float = 6.0, seed: int = 1) -> Pcm:
    """A room's noise at `room` dBFS, and three half-second words at `speech` dBFS."""
    random = np.random.default_rng(seed)
    pcm = random.normal(size=round(seconds * MICROPHONE_RATE)) * 10 ** (room / 20)
    if speech is not None:
        word = np.sin(2 * np.pi * 200 * np.arange(MICROPHONE_RATE // 2) / MICROPHONE_RATE)
        word *= np.sqrt(2) * 10 ** (speech / 20)
        for start in (1.0, 2.5, 4.0):
            at = round(start * MICROPHONE_RATE)
            pcm[at : at + len(word)] += word
    return np.clip(pcm, -1, 1).astype(np.float32)


@pytest.mark.parametrize(
    ("speech", "room", "grade", "words"),
    [
        (-25, -60, Grade.OK, "clear"),
        (-40, -70, Grade.OK, "clear"),
        (-55, -80, Grade.WARNING, "too quiet"),
        (-25, -36, Grade.WARNING, "noisy"),
        (-38, -49, Grade.WARNING, "noisy"),
        (-30, -30, Grade.WARNING, "no voice stands out in this loud room"),
        (None, -70, Grade.WARNING, "nobody was heard"),
        (None, -20, Grade.WARNING, "no voice stands out in this loud room"),
        (6, -50, Grade.WARNING, "clipped"),
    ],
)
def test_a_microphone_is_judged_in_words(
    speech: float | None, room: float, grade: Grade, words: str
) -> None:
    for seed in range(5):
        finding = judge_microphone(sounds(speech, room, seed=seed))
        assert finding.grade is grade
        assert words in finding.what
        assert bool(finding.remedy) == (grade is not Grade.OK)


def test_digital_silence_fails() -> None:
    finding = judge_microphone(np.zeros(MICROPHONE_RATE, np.float32))
    assert finding.grade is Grade.FAILS
    assert "digital silence" in finding.what


def test_an_offset_is_no_sound() -> None:
    """Cheap cards add a constant, which is neither speech nor noise."""
    with_offset = sounds(-25, -60) + np.float32(0.2)
    assert judge_microphone(with_offset) == judge_microphone(sounds(-25, -60))


def test_a_peak_that_just_fits_is_not_clipped() -> None:
    pcm = sounds(-25, -60)
    pcm[[100, 5000, 5001]] = 1.0
    assert judge_microphone(pcm).grade is Grade.OK
    pcm[5002] = 1.0
    assert "clipped" in judge_microphone(pcm).what


def test_a_noise_gate_gives_zeros_between_words_and_is_clear() -> None:
    pcm = sounds(-25, -60)
    pcm[: MICROPHONE_RATE // 2] = 0
    pcm[-2 * MICROPHONE_RATE :] = 0
    assert judge_microphone(pcm).grade is Grade.OK


def test_the_level_of_a_full_sine() -> None:
    sine = np.sin(2 * np.pi * 100 * np.arange(MICROPHONE_RATE) / MICROPHONE_RATE)
    assert soundcheck.dbfs(sine.astype(np.float32)) == pytest.approx(-3.01, abs=0.01)
    assert soundcheck.dbfs(np.zeros(9, np.float32)) == -np.inf
    assert soundcheck.dbfs(np.zeros(0, np.float32)) == -np.inf


# --- devices ---------------------------------------------------------------------------------


def there(outputs: Sequence[Device], inputs: Sequence[Device]) -> doctor.Hardware:
    """A workout would use the first of each."""
    return doctor.Hardware(
        outputs, inputs, outputs[0] if outputs else None, inputs[0] if inputs else None
    )


LAPTOP = Device("Built-in Audio", 0, rate=48_000)

IN_A_CALL = {
    "macOS": there(
        [Device("AirPods Pro", 1, rate=24_000)], [Device("AirPods Pro", 2, rate=24_000)]
    ),
    "Windows, both directions by name": there(
        [Device("Headset (WH-1000XM4 Hands-Free AG Audio)", 1, rate=44_100)],
        [Device("Headset (WH-1000XM4 Hands-Free AG Audio)", 2, rate=44_100)],
    ),
    "Windows, names that say the direction": there(
        [Device("Headphones (Buds)", 1, rate=16_000)], [Device("Microphone (Buds)", 2, rate=16_000)]
    ),
    "Linux": there(
        [
            Device(
                "Buds (bluez_output.00_11.1)",
                0,
                "bluez_output.00_11.1",
                16_000,
            )
        ],
        [LAPTOP],
    ),
    "Linux, behind the default": there(
        [
            Device("default", 0, rate=44_100, default=True),
            Device("Buds (bluez_sink.00_11)", 0, "bluez_sink.00_11", 8_000),
        ],
        [LAPTOP],
    ),
    "Linux, by its profile": there(
        [Device("Buds", 0, "bluez_sink.00_11.handsfree_head_unit", 48_000)], [LAPTOP]
    ),
}


@pytest.mark.parametrize("system", IN_A_CALL)
def test_an_earbud_in_its_telephone_profile_is_noticed(system: str) -> None:
    finding = doctor.check_call_quality(IN_A_CALL[system])
    assert finding is not None
    assert finding.grade is Grade.WARNING
    assert "name another microphone" in finding.remedy


FOR_MUSIC = {
    "earbuds to play, the laptop to hear": there(
        [Device("AirPods Pro", 1, rate=48_000)], [LAPTOP, Device("AirPods Pro", 2, rate=24_000)]
    ),
    "Linux, A2DP": there(
        [Device("Buds (bluez_output.00_11.1)", 0, "bluez_output.00_11.1", 48_000)], [LAPTOP]
    ),
    "a wired headset": there(
        [Device("USB Headset", 1, rate=48_000)], [Device("USB Headset", 2, rate=48_000)]
    ),
    "a webcam's microphone at a low rate": there([LAPTOP], [Device("Webcam", 3, rate=16_000)]),
    "rates unknown": there([Device("pulse", 0)], [Device("pulse", 0)]),
    "nothing": there([], []),
}


@pytest.mark.parametrize("system", FOR_MUSIC)
def test_other_devices_are_left_alone(system: str) -> None:
    assert doctor.check_call_quality(FOR_MUSIC[system]) is None


def test_without_a_sound_card_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "devices", lambda direction: [])
    hardware, found = doctor.check_devices(ChecksWanted(), ChecksWanted())
    assert (hardware.output, hardware.microphone) == (None, None)
    assert [finding.grade for finding in found] == [Grade.FAILS, Grade.FAILS]
    assert "there is no sound card" in found[0].what
    assert "there is no microphone" in found[1].what


def test_without_portaudio_it_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(direction: str) -> list[Device]:
        raise NoSoundCardError("PortAudio is not installed (Debian: libportaudio2)")

    monkeypatch.setattr(devices, "devices", missing)
    _, (finding,) = doctor.check_devices(ChecksWanted(), ChecksWanted())
    assert finding.grade is Grade.FAILS
    assert finding.remedy == findings.package("portaudio")


def test_devices_are_listed_with_their_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        devices, "devices", lambda direction: [Device("Buds", 0, rate=44_100), LAPTOP]
    )
    hardware, found = doctor.check_devices(ChecksWanted(), ChecksWanted("built-in", "set"))
    assert hardware.microphone == LAPTOP
    assert findings_text(found).count("Buds, 44100 Hz") == 3
    _, found = doctor.check_devices(ChecksWanted(), ChecksWanted("phone", "set"))
    assert found[-1].grade is Grade.FAILS
    assert 'no microphone is called "phone"' in found[-1].what


def findings_text(found: Sequence[Finding]) -> str:
    return "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("system", "command"),
    [
        ({"ID": "debian"}, "sudo apt install libportaudio2"),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, "sudo apt install libportaudio2"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "sudo apt install libportaudio2"),
        ({"ID": "fedora"}, "sudo dnf install portaudio"),
        ({"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}, "sudo zypper install libportaudio2"),
        ({"ID": "manjaro", "ID_LIKE": "arch"}, "sudo pacman -S portaudio"),
        ({"ID": "plan9"}, "install PortAudio"),
        ({}, "install PortAudio"),
    ],
)
def test_the_remedy_is_the_systems_own_command(system: dict[str, str], command: str) -> None:
    assert findings.package("portaudio", system) == command


# --- voices, words, folders ------------------------------------------------------------------


class Speaking:
    name = "speaking"
    sample_rate = 22_050

    def render(self, text: str) -> Pcm:
        return np.ones(22_050, np.float32)


class Hoarse:
    name = "hoarse"
    sample_rate = 22_050

    def render(self, text: str) -> Pcm:
        raise VoiceError("hoarse: no sound today")


def test_a_voice_that_fails_is_a_warning_while_another_speaks() -> None:
    grades = [finding.grade for finding in doctor.check_voices(lambda: [Hoarse(), Speaking()])]
    assert grades == [Grade.OK, Grade.WARNING]
    grades = [finding.grade for finding in doctor.check_voices(lambda: [Hoarse()])]
    assert grades == [Grade.FAILS]


def test_a_voice_that_is_not_installed_fails() -> None:
    def missing() -> Sequence[Speaking]:
        raise VoiceError("hibari: not installed")

    (finding,) = doctor.check_voices(missing)
    assert finding.grade is Grade.FAILS


def test_unknown_words_are_told_by_what_they_cost() -> None:
    phrases = shipped().phrases
    unknown = {phrase: ("locked",) for phrase, c in phrases.phrases.items() if c.intent == "locked"}
    unknown |= {"less talk": ("less",), "what does this work": ("does",), "spain": ("spain",)}
    unknown |= {"why this exercise": ("exercise",)}
    found = {f.what: f.grade for f in doctor.judge_vocabulary(phrases, unknown)}
    assert found == {
        '"locked" can\'t be heard, its words are unknown: "locked"': Grade.FAILS,
        '"quiet": some of its phrases contain unknown words: "less"': Grade.WARNING,
        '"explain" can\'t be heard, its words are unknown: "does", "exercise"': Grade.WARNING,
    }


def test_a_missing_model_is_told_with_its_remedy() -> None:
    def missing() -> Scripted:
        raise ModelMissingError('no Vosk model for "de": run voicecoach models get de')

    recogniser, (finding,) = doctor.check_recogniser(missing, shipped().phrases)
    assert recogniser is None
    assert finding.grade is Grade.FAILS
    assert finding.remedy == "run voicecoach models get de"


def test_a_cache_that_cannot_be_written_is_a_warning(tmp_path: Path) -> None:
    assert doctor.check_cache(tmp_path / "clips").grade is Grade.OK
    (tmp_path / "file").touch()
    assert doctor.check_cache(tmp_path / "file").grade is Grade.WARNING


def test_what_was_understood_is_told() -> None:
    pcm = sounds(-25, -60)
    recogniser = Scripted([(1.5, "start set"), (3.0, "banana"), (4.5, "stop")])
    finding = soundcheck.check_understood(pcm, recogniser, shipped().phrases)
    assert finding == Finding(Grade.OK, 'understood: "start set", "stop"')
    finding = soundcheck.check_understood(pcm, Scripted([]), shipped().phrases)
    assert finding.grade is Grade.WARNING


@pytest.mark.parametrize(
    ("echo", "loudspeaker", "installed", "grade"),
    [
        ("auto", True, True, Grade.OK),
        ("auto", True, False, Grade.OK),
        ("auto", False, True, None),
        ("on", False, True, Grade.OK),
        ("on", True, False, Grade.FAILS),
        ("off", True, True, None),
    ],
)
def test_an_echo_canceller_is_missed_where_it_is_wanted(
    echo: str,
    loudspeaker: bool,
    installed: bool,
    grade: Grade | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("voicecoach.audio.echo.installed", lambda: installed)
    settings = shipped().settings.listening.model_copy(
        update={"echo": echo, "loudspeaker": loudspeaker}
    )
    finding = doctor.check_echo(settings)
    assert (finding.grade if finding else None) is grade
    if finding is not None and not installed:
        assert "pip install 'voicecoach[speaker]'" in str(finding)


# --- the sound of a workout ------------------------------------------------------------------


def test_the_sample_obeys_the_settings() -> None:
    pcm = soundcheck.sample(SilentClips(), shipped())
    assert 3 < len(pcm) / SAMPLE_RATE < 30
    ceiling = shipped().settings.sound.ceiling_dbfs
    assert 0.05 < np.abs(pcm).max() <= 10 ** (ceiling / 20)
    sound = shipped().settings.sound.model_copy(update={"loudness_db": -9.0})
    settings = shipped().settings.model_copy(update={"sound": sound})
    soft = soundcheck.sample(SilentClips(), replace(shipped(), settings=settings))
    assert np.abs(soft).max() == pytest.approx(np.abs(pcm).max() * 10 ** (-9 / 20), rel=0.01)


class Card:
    """A sound card that takes and gives what it is told."""

    latency = 0.0
    missed = 0
    device = LAPTOP

    def __init__(self, name: str, gives: Pcm | None = None, stalls: bool = False) -> None:
        self.taken = 0
        self.closed = False
        self.queued = SAMPLE_RATE if stalls else 0
        self._gives = gives

    def write(self, pcm: Pcm) -> None:
        self.taken += len(pcm)

    def read(self) -> Pcm:
        given, self._gives = self._gives, None
        return np.zeros(0, np.float32) if given is None else given

    def stalled(self, now: float, patience: float) -> bool:
        return True

    def close(self) -> None:
        self.closed = True


def test_it_plays_all_of_it_and_closes_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card("")
    monkeypatch.setattr(devices, "Output", lambda name: card)
    assert [f.grade for f in soundcheck.play(np.zeros(1000, np.float32), "")] == [Grade.OK]
    assert card.taken == 1000
    assert card.closed


def test_a_card_that_takes_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "Output", lambda name: Card(name, stalls=True))
    (finding,) = soundcheck.play(np.zeros(1000, np.float32), "")
    assert finding.grade is Grade.FAILS
    assert "accepts no sound" in finding.what


def test_a_recording_is_metered_and_one_that_stops_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    given = sounds(None, -60, seconds=0.2)
    card = Card("", gives=given)
    monkeypatch.setattr(devices, "Input", lambda name: card)
    levels: list[float] = []
    pcm, fault = soundcheck.record(0.2, "", levels.append)
    assert fault is None
    assert len(pcm) == len(given)
    assert levels == [pytest.approx(soundcheck.dbfs(given))]
    assert card.closed
    _, fault = soundcheck.record(0.2, "", levels.append)
    assert fault is not None
    assert fault.grade is Grade.FAILS


# --- the command -----------------------------------------------------------------------------

Doctor = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, nobody: Path, run: Run) -> Doctor:
    """Run `voicecoach doctor`: exit code and lines."""
    monkeypatch.setattr("voicecoach.listening.models.find", lambda *_: None)

    def call(*words: str | Path) -> tuple[int, list[str]]:
        code, out, _ = run("doctor", *words)
        return code, out.splitlines()

    return call


def no_devices(direction: str) -> list[Device]:
    return []


def test_a_machine_without_a_sound_card(run: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "devices", no_devices)
    code, lines = run()
    assert code == 2
    assert sum(line.startswith("fails") for line in lines) == 2
    assert any(line.startswith("ok") and "configuration: leg-press" in line for line in lines)


def test_all_is_well(run: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "devices", lambda direction: [LAPTOP])
    code, lines = run("--no-sound", "--voice", "pyttsx3")
    assert code == 0
    assert not [line for line in lines if line.startswith(("fails", "warning"))]


def test_a_fault_in_a_file_is_told_with_its_line(
    run: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(devices, "devices", lambda direction: [LAPTOP])
    mine = tmp_path / "mine" / "exercises"
    shutil.copytree(shipped_files() / "exercises", mine)
    text = (mine / "leg-press.toml").read_text(encoding="utf-8")
    changed = text.replace("every = 2", "evry = 2", 1).replace("reps = 12", "reps = 0", 1)
    (mine / "leg-press.toml").write_text(changed, encoding="utf-8")
    _, lines = run("--config", tmp_path / "mine")
    # The other exercises can still be trained.
    faults = [line for line in lines if line.startswith("warning") and "left out" in line]
    assert len(faults) == 2
    assert all("exercises/leg-press.toml:" in line for line in faults)
    assert any("Built-in Audio" in line for line in lines)


def test_it_says_which_devices_a_workout_would_use_and_why(
    run: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(devices, "devices", lambda direction: [Device("Buds", 0), LAPTOP])
    assert remembered.remember("built-in", "speaker") == ""
    _, lines = run("--no-sound", "--voice", "pyttsx3")
    microphone = f"ok       microphone of a workout: {LAPTOP.name}"
    assert any(
        line.startswith(microphone) and line.endswith("remembered from an earlier workout")
        for line in lines
    )
    assert any(
        line.startswith("warning") and '"speaker"' in line and "the system chooses" in line
        for line in lines
    )
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "voicecoach.toml").write_text('[sound]\noutput = "buds"\n')
    _, lines = run("--no-sound", "--voice", "pyttsx3", "--config", tmp_path / "mine")
    assert any("output of a workout: Buds, set in voicecoach.toml" in line for line in lines)


def test_a_workout_is_played_and_a_voice_heard(
    run: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "devices", lambda direction: [LAPTOP])
    monkeypatch.setattr(devices, "Output", Card)
    monkeypatch.setattr(devices, "Input", lambda name: Card(name, gives=sounds(-25, -60)))
    monkeypatch.setattr(doctor, "SPOKEN_FOR", 0.2)
    monkeypatch.setattr(assembly, "make_recogniser", lambda *_: Deaf())
    code, lines = run("--voice", "pyttsx3")
    assert code == 0
    assert any("ok       playing: " in line for line in lines)
    assert any("ok       microphone: clear" in line for line in lines)
    assert any("warning  understood: no command" in line for line in lines)


class Deaf(Scripted):
    def __init__(self) -> None:
        super().__init__([])

    def feed(self, pcm: Pcm, at: int) -> list[Utterance]:
        return []


@pytest.mark.audio
def test_a_real_sound_card_from_end_to_end() -> None:
    """Through a sound server, with somebody who keeps saying a command."""
    virtual_sound_card.require()
    word = natural_speech.say("start set")
    with virtual_sound_card.SoundCard() as card:
        lifter = virtual_sound_card.Lifter(card)
        process = card.popen(
            *(sys.executable, "-c", "from voicecoach.cli import main; main()", "doctor"),
            *("--engine", "moonshine", "--voice", "pyttsx3"),
            stdout=subprocess.PIPE,
        )
        try:
            while True:
                lifter.say(word)
                try:
                    told = process.communicate(timeout=2.0)[0].decode()
                    break
                except subprocess.TimeoutExpired:
                    continue
        finally:
            lifter.close()
            process.kill()
    assert process.returncode == 0, told
    assert "(earbuds), 48000 Hz" in told
    assert "ok       playing: " in told or "the sound dropped out" in told
    assert "ok       microphone: clear" in told
    assert 'ok       understood: "start set"' in told
