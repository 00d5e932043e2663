"""Sound files: every format that a recorder makes is read, every fault is one clear line."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voicecoach.audio import wav
from voicecoach.audio.wav import AudioFileError, Writer, read, write


def tone(rate: int, seconds: float = 0.5, frequency: float = 440.0) -> NDArray[np.float64]:
    return 0.5 * np.sin(2 * np.pi * frequency * np.arange(round(rate * seconds)) / rate)


def fault(path: Path) -> str:
    """The message about the file at `path`, after its name."""
    with pytest.raises(AudioFileError) as caught:
        read(path)
    line = str(caught.value)
    assert "\n" not in line
    assert "; " in line
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("suffix", "encoding"),
    [
        ("wav", "PCM_16"),
        ("wav", "PCM_24"),
        ("wav", "PCM_32"),
        ("wav", "FLOAT"),
        ("wav", "DOUBLE"),
        ("flac", "PCM_16"),
        ("flac", "PCM_24"),
        ("ogg", "VORBIS"),
    ],
)
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000, 192_000])
def test_a_tone_is_read_the_same_from_every_format(
    tmp_path: Path, suffix: str, encoding: str, rate: int
) -> None:
    path = tmp_path / f"tone.{suffix}"
    soundfile.write(path, tone(rate), rate, subtype=encoding)
    pcm, info = read(path)
    assert (info.rate, info.channels, info.encoding) == (rate, 1, encoding)
    assert info.seconds == 0.5
    assert pcm.dtype == np.float32
    assert pcm.shape == (8_000,)
    tolerance = 0.03 if suffix == "ogg" else 0.001
    # The first and last milliseconds ring: the tone is switched on and off.
    assert np.abs(pcm - tone(16_000))[400:-400].max() < tolerance


def test_stereo_becomes_the_mean(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    left, right = np.full(1600, 0.5), np.full(1600, -0.25)
    soundfile.write(path, np.stack([left, right], axis=1), 16_000, subtype="FLOAT")
    pcm, info = read(path)
    assert info.channels == 2
    assert (pcm == 0.125).all()


def test_a_long_file_is_converted_as_if_in_one_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.wav"
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 50_000)
    soundfile.write(path, noise, 44_100, subtype="FLOAT")
    whole, _ = read(path)
    monkeypatch.setattr(wav, "_BLOCK", 777)
    parts, _ = read(path)
    assert np.array_equal(whole, parts)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_the_sizes_of_a_recorder_that_was_never_stopped_are_allowed(
    tmp_path: Path, size: int
) -> None:
    path = tmp_path / "open.wav"
    write(path, tone(16_000).astype(np.float32), 16_000)
    whole = bytearray(path.read_bytes())
    whole[40:44] = struct.pack("<I", size)
    whole[4:8] = struct.pack("<I", size)
    path.write_bytes(whole)
    assert len(read(path)[0]) == 8_000


def test_a_chunk_after_the_sound_and_one_of_odd_length_before_it_are_no_fault(
    tmp_path: Path,
) -> None:
    path = tmp_path / "chunks.wav"
    write(path, tone(16_000).astype(np.float32), 16_000)
    whole = path.read_bytes()
    odd = b"LIST" + struct.pack("<I", 5) + b"hello\0"
    whole = whole[:36] + odd + whole[36:] + b"note" + struct.pack("<I", 4) + b"done"
    path.write_bytes(whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:])
    assert len(read(path)[0]) == 8_000


def test_a_missing_file(tmp_path: Path) -> None:
    assert fault(tmp_path / "none.wav") == "does not exist; check the name and the folder"


def test_a_folder(tmp_path: Path) -> None:
    assert fault(tmp_path).startswith("is a folder; ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert fault(tmp_path / "pipe.wav").startswith("is not a regular file; ")


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.touch()
    assert fault(path).startswith("is empty; use a WAV, FLAC or OGG recording")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.wav"
    path.touch()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # The file's mode would not keep out root, and tests may run as root.
    monkeypatch.setattr(Path, "open", refuse)
    assert fault(path).startswith("can't be read: permission denied; ")


def test_a_text_in_a_sound_file_s_name(tmp_path: Path) -> None:
    path = tmp_path / "text.wav"
    path.write_text("three down, one hold, two up\n" * 9)
    assert fault(path).startswith("is not a readable sound file (Format not recogni")


def test_a_file_without_frames(tmp_path: Path) -> None:
    path = tmp_path / "silent.wav"
    write(path, np.zeros(0, np.float32), 16_000)
    assert fault(path) == "contains no sound; record something"


@pytest.mark.parametrize("lost", [2, 1000, 15_000])
def test_a_wav_that_was_cut_off(tmp_path: Path, lost: int) -> None:
    path = tmp_path / "cut.wav"
    write(path, tone(16_000).astype(np.float32), 16_000)
    path.write_bytes(path.read_bytes()[:-lost])
    assert fault(path) == (
        f"is cut off: {lost} bytes fewer than its header promises; copy or record it again"
    )


def test_a_wav_that_ends_inside_its_header(tmp_path: Path) -> None:
    path = tmp_path / "header.wav"
    write(path, tone(16_000).astype(np.float32), 16_000)
    path.write_bytes(path.read_bytes()[:30])
    fault(path)


def test_a_flac_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "cut.flac"
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 48_000)
    soundfile.write(path, noise, 16_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    fault(path)


def flac_of(frames: int) -> bytes:
    """A FLAC of half a second whose header claims so many frames; 0 means that none are named."""
    whole = io.BytesIO()
    soundfile.write(whole, tone(16_000), 16_000, format="FLAC")
    data = bytearray(whole.getvalue())
    known = int.from_bytes(data[18:26], "big") & ~((1 << 36) - 1)
    data[18:26] = (known | frames).to_bytes(8, "big")
    return bytes(data)


def wav_of(length: int, whole: int = 0xFFFFFFFF) -> bytes:
    """A WAV of 0.1 s whose header claims so many bytes."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16)
    head = b"WAVE" + form + b"data" + struct.pack("<I", length)
    return b"RIFF" + struct.pack("<I", whole) + head + bytes(3200)


CLAIMS = {
    "4 billion bytes": (wav_of(0xFFFFFFFE), "is cut off: 4294964094 bytes fewer than"),
    "36 bits of frames": (flac_of((1 << 36) - 1), "is 1,193 hours long by its header; use a"),
    "9 hours": (flac_of(9 * 3600 * 16_000), "is 9 hours long by its header; use a recording"),
    "no length": (flac_of(0), "has no length in its header; save it again"),
    "an MP3": (b"\xff\xfb\x90\x00" + bytes(500), "is a file of type MP3; use a WAV"),
    "an MP3 with a tag": (b"ID3\x04\0\0\0\0\0\x05tags.\xff\xfb", "is a file of type MP3; use"),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_what_a_header_claims_is_not_believed(tmp_path: Path, claim: str) -> None:
    data, message = CLAIMS[claim]
    path = tmp_path / "sound"
    path.write_bytes(data)
    assert fault(path).startswith(message)


def test_a_recorder_that_never_stopped_on_a_huge_disk(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with path.open("wb") as file:
        file.write(wav_of(0, 0))
        file.truncate(50 << 30)  # takes no room
    assert fault(path).startswith("has 53.7 GB and no length in its header; save it again")


def seeds() -> dict[str, bytes]:
    made = {}
    for name, container, encoding in (
        *(("WAV", "WAV", "PCM_16"), ("float", "WAV", "FLOAT"), ("WAVEX", "WAVEX", "PCM_24")),
        *(("RF64", "RF64", "PCM_16"), ("FLAC", "FLAC", "PCM_16"), ("OGG", "OGG", "VORBIS")),
        *(("AIFF", "AIFF", "PCM_16"), ("W64", "W64", "PCM_16"), ("CAF", "CAF", "PCM_16")),
        ("MP3", "MP3", "MPEG_LAYER_III"),
    ):
        whole = io.BytesIO()
        soundfile.write(whole, tone(16_000, 0.3), 16_000, format=container, subtype=encoding)
        made[name] = whole.getvalue()
    return made


SEEDS = seeds()
EDGES = st.sampled_from([b"\xff" * 4, bytes(4), b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\1\0\0\0"])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(sorted(SEEDS)),
    st.lists(
        st.tuples(st.integers(0, 120) | st.integers(0, 5000), st.binary(max_size=4) | EDGES),
        min_size=1,
        max_size=6,
    ),
    st.none() | st.integers(0, 5000),
)
def test_any_bytes_of_a_sound_file(
    tmp_path_factory: pytest.TempPathFactory,
    capfd: pytest.CaptureFixture[str],
    name: str,
    changes: list[tuple[int, bytes]],
    cut: int | None,
) -> None:
    data = bytearray(SEEDS[name])
    for at, new in changes:
        data[at : at + len(new)] = new
    path = tmp_path_factory.getbasetemp() / "spoilt"
    path.write_bytes(data[:cut])
    refused = ""
    try:
        pcm, _ = read(path)
    except AudioFileError as error:
        refused = str(error)
    assert refused.isprintable()
    if not refused:
        assert np.isfinite(pcm).all()
        assert len(pcm) <= wav.LONGEST * 16_000
    # Neither Python's messages about a callback, nor a decoder's about the file.
    assert capfd.readouterr() == ("", "")


def test_too_few_bits(tmp_path: Path) -> None:
    path = tmp_path / "eight.wav"
    soundfile.write(path, tone(16_000), 16_000, subtype="PCM_U8")
    assert fault(path) == "has 8-bit samples; use 16 bits or more"


def test_an_encoding_of_telephones(tmp_path: Path) -> None:
    path = tmp_path / "phone.wav"
    soundfile.write(path, tone(16_000), 16_000, subtype="ULAW")
    assert fault(path).startswith("is encoded as ULAW; ")


def test_another_container(tmp_path: Path) -> None:
    path = tmp_path / "sound.aiff"
    soundfile.write(path, tone(16_000), 16_000)
    assert fault(path).startswith("is a file of type AIFF; ")


def test_too_many_channels(tmp_path: Path) -> None:
    path = tmp_path / "six.wav"
    soundfile.write(path, np.zeros((100, 6)), 16_000)
    assert fault(path) == "has 6 channels; use one or two"


@pytest.mark.parametrize("rate", [1, 3_999, 400_000])
def test_a_senseless_rate(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "rate.wav"
    write(path, np.zeros(100, np.float32), rate)
    assert fault(path) == f"has a sample rate of {rate} Hz; use 8000 to 192000 Hz"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers(tmp_path: Path, value: float) -> None:
    path = tmp_path / "nan.wav"
    pcm = tone(16_000)
    pcm[77] = value
    soundfile.write(path, pcm, 16_000, subtype="FLOAT")
    assert fault(path).startswith("contains samples that are not numbers")


def test_float_samples_scaled_like_integers(tmp_path: Path) -> None:
    path = tmp_path / "large.wav"
    soundfile.write(path, tone(16_000) * 32_767, 16_000, subtype="FLOAT")
    assert "as large as 1638" in fault(path)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    pcm = np.random.default_rng(0).uniform(-1, 1, 4_000).astype(np.float32)
    write(path, pcm, 16_000)
    again, info = read(path)
    assert info.encoding == "PCM_16"
    # 32767 steps to full scale when written, 32768 when read.
    assert np.abs(again - pcm).max() <= 1.5 / 32768


def test_the_blocks_never_change_the_file(tmp_path: Path) -> None:
    pcm = np.random.default_rng(0).uniform(-1.2, 1.2, 4_000).astype(np.float32)
    write(tmp_path / "whole.wav", pcm, 48_000)
    with Writer(tmp_path / "parts.wav", 48_000) as writer:
        for block in np.split(pcm, [1, 2, 500, 500, 3_999]):
            writer.write(block)
    assert (tmp_path / "whole.wav").read_bytes() == (tmp_path / "parts.wav").read_bytes()


def test_a_failure_leaves_no_half_file_and_the_old_one_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"the old one")

    def fail_half_way() -> None:
        with Writer(path, 48_000) as writer:
            writer.write(np.zeros(1_000, np.float32))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target.wav", tmp_path / "link.wav"
    target.touch()
    link.symlink_to(target)
    write(link, np.zeros(10, np.float32), 48_000)
    assert link.is_symlink()
    assert len(read(target)[0]) == 3


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    pcm = np.zeros(10, np.float32)
    with pytest.raises(AudioFileError, match=r"the folder .*none does not exist; name a file"):
        write(tmp_path / "none" / "out.wav", pcm, 48_000)
    with pytest.raises(AudioFileError, match="is a folder; name a file"):
        write(tmp_path, pcm, 48_000)
    with pytest.raises(AudioFileError, match="cannot be written"):
        write(tmp_path / ("long" * 100 + ".wav"), pcm, 48_000)


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fill)
    with pytest.raises(AudioFileError, match="No space left on device"):
        write(tmp_path / "out.wav", np.zeros(10, np.float32), 48_000)
    assert not list(tmp_path.iterdir())
