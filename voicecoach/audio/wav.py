"""Sound files: reads what any recorder makes, writes what every player reads.

Every error is one line that names the file, what is wrong with it and what would be right.
"""

from __future__ import annotations

import io
import os
import struct
import wave
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import soundfile

from voicecoach.core.plan import MICROPHONE_RATE
from voicecoach.pcm import Converter, Pcm, to_int16

LOWEST_RATE = 4_000
HIGHEST_RATE = 384_000
"""Hz. Outside this range, the header is wrong; no recording is that unusual."""

_LOUDEST = 16.0
"""Float files may exceed full scale, 1.0. A factor of 16 (24 dB) is no overshoot but a file scaled
like integers, as `scipy.io.wavfile.write` makes it from such an array."""

_CONTAINERS = frozenset({"WAV", "WAVEX", "RF64", "FLAC", "OGG"})
_ENCODINGS = frozenset({"PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "VORBIS", "OPUS"})
_WANTED = "use a WAV, FLAC or OGG recording, mono or stereo, with 16 bits or more"

_BLOCK = 1 << 18
"""Frames per read, so that two hours at 192 kHz are never in memory at once."""

Opener = Callable[[str, int], int]

LONGEST = 8 * 3600
"""Seconds of a recording. As samples in memory it takes 1.9 GB."""

_LARGEST_OPEN = 1 << 30
"""Bytes of a WAV whose sizes are open, which is read into memory to correct them: nine hours at 16
kHz in 16 bits."""

_UNKNOWN = 1 << 62
"""From so many frames on, libsndfile means that the header names none, as in a FLAC that was
streamed."""

_OPEN_ENDED = (0, 0xFFFFFFFF)
"""Sizes that a recorder writes into a WAV header if it can't return to correct them."""


class AudioFileError(Exception):
    """An unusable sound file; the text is "path: what is wrong; what would be right"."""

    def __init__(self, path: Path, wrong: str, right: str) -> None:
        super().__init__(f"{path}: {wrong}; {right}")


@dataclass(frozen=True, slots=True)
class Info:
    """What a file held before it was converted."""

    rate: int
    """Hz."""
    channels: int
    frames: int
    """Samples per channel."""
    container: str
    """WAV, FLAC, OGG, ..."""
    encoding: str
    """PCM_16, FLOAT, VORBIS, ..."""

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def read(path: Path, rate: int = MICROPHONE_RATE) -> tuple[Pcm, Info]:
    """The recording at `path` as float32 mono at `rate` Hz, and what it was before.

    Stereo becomes the mean of its channels. Raises AudioFileError for anything but a complete
    recording.
    """
    try:
        with _open(path) as raw, soundfile.SoundFile(_Unfailing(raw)) as file:
            info = Info(file.samplerate, file.channels, file.frames, file.format, file.subtype)
            _refuse_unsuitable(path, info)
            return _mono(path, file, info, rate), info
    except (soundfile.SoundFileError, OSError) as fault:
        raise AudioFileError(
            path, f"is not a readable sound file ({_cause(fault)})", _WANTED
        ) from (fault)


class _Unfailing:
    """A file for libsndfile: a place that is none is the beginning. An exception could not pass
    through C, and would be printed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with suppress(OSError, ValueError, OverflowError):
            return self._file.seek(offset, whence)
        return self._file.seek(0)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def readinto(self, buffer: bytearray) -> int:
        return self._file.readinto(buffer)  # type: ignore[attr-defined,no-any-return]


def _cause(fault: Exception) -> str:
    """Only the reason: libsndfile's own text if there is one, without the path."""
    if isinstance(fault, soundfile.LibsndfileError):
        return str(fault.error_string).rstrip(". ")
    return getattr(fault, "strerror", None) or str(fault)


def _open(path: Path) -> BinaryIO:
    """The file, after all checks that need no decoding."""
    try:
        if path.is_dir():
            raise AudioFileError(path, "is a folder", "name a sound file in it")
        if path.exists() and not path.is_file():
            # Reading from a pipe might block forever.
            raise AudioFileError(path, "is not a regular file", _WANTED)
        file = path.open("rb")
    except FileNotFoundError:
        raise AudioFileError(path, "does not exist", "check the name and the folder") from None
    except PermissionError:
        raise AudioFileError(
            path, "can't be read: permission denied", "change its permissions"
        ) from None
    try:
        return _complete(path, file)
    except BaseException:
        file.close()
        raise


def _complete(path: Path, file: BinaryIO) -> BinaryIO:
    """`file`, with its true size if a recorder left the sizes open.

    libsndfile silently reads a WAV whose data chunk exceeds the file as if it were that short,
    and one of length 0 as empty.
    """
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        raise AudioFileError(path, "is empty", _WANTED)
    if _is_mp3(file):
        # libsndfile would say so, too, but its decoder prints what it thinks of the file.
        raise AudioFileError(path, "is a file of type MP3", _WANTED)
    chunk = _data_chunk(file)
    file.seek(0)
    if chunk is None:
        return file
    begin, length, whole = chunk
    if length == 0 and begin < size and (whole in _OPEN_ENDED or whole + 8 < size):
        if size > _LARGEST_OPEN:
            raise AudioFileError(
                path,
                f"has {size / 1e9:.1f} GB and no length in its header",
                "save it again with an audio editor",
            )
        header = file.read(begin - 4) + struct.pack("<I", min(size - begin, _OPEN_ENDED[1]))
        file.seek(begin)
        corrected = io.BytesIO(header + file.read())
        file.close()
        return corrected
    if length not in _OPEN_ENDED and begin + length > size:
        raise AudioFileError(
            path,
            f"is cut off: {begin + length - size} bytes fewer than its header promises",
            "copy or record it again",
        )
    return file


def _is_mp3(file: BinaryIO) -> bool:
    """Whether it begins as an MP3 does, with or without a tag; a FLAC may have the same tag."""
    file.seek(0)
    start = file.read(10)
    if start.startswith(b"ID3") and len(start) == 10:
        size = 0
        for part in start[6:]:
            size = size << 7 | part & 0x7F
        file.seek(10 + size)
        return file.read(4) != b"fLaC"
    return start[:1] == b"\xff" and start[1:2] >= b"\xe0"


def _data_chunk(file: BinaryIO) -> tuple[int, int, int] | None:
    """Where a WAV's sound begins, its length, and the file's length by the header.

    All in bytes; the file's length counts from byte 8. None for other containers.
    """
    file.seek(0)
    start = file.read(12)
    if len(start) < 12 or not start.startswith(b"RIFF"):
        return None
    (whole,) = struct.unpack("<I", start[4:8])
    while len(header := file.read(8)) == 8:
        name, length = struct.unpack("<4sI", header)
        if name == b"data":
            return file.tell(), length, whole
        # Chunks begin at even positions.
        file.seek(length + length % 2, os.SEEK_CUR)
    return None


def _refuse_unsuitable(path: Path, info: Info) -> None:
    """Raise AudioFileError if the header shows that a recording is unusable."""
    if not LOWEST_RATE <= info.rate <= HIGHEST_RATE:
        raise AudioFileError(path, f"has a sample rate of {info.rate} Hz", "use 8000 to 192000 Hz")
    if info.channels > 2:
        raise AudioFileError(path, f"has {info.channels} channels", "use one or two")
    if info.container not in _CONTAINERS:
        raise AudioFileError(path, f"is a file of type {info.container}", _WANTED)
    if info.encoding in ("PCM_U8", "PCM_S8"):
        raise AudioFileError(path, "has 8-bit samples", "use 16 bits or more")
    if info.encoding not in _ENCODINGS:
        raise AudioFileError(path, f"is encoded as {info.encoding}", _WANTED)
    if info.frames >= _UNKNOWN:
        raise AudioFileError(
            path, "has no length in its header", "save it again with an audio editor"
        )
    if info.seconds > LONGEST:
        raise AudioFileError(
            path,
            f"is {info.seconds / 3600:,.0f} hours long by its header",
            f"use a recording of {LONGEST // 3600} hours at most",
        )
    if info.frames == 0:
        raise AudioFileError(path, "contains no sound", "record something")


def _mono(path: Path, file: soundfile.SoundFile, info: Info, rate: int) -> Pcm:
    converter = Converter(info.rate, rate)
    parts: list[Pcm] = []
    done = 0
    while done < info.frames:
        block: Pcm = file.read(_BLOCK, dtype="float32", always_2d=True)
        if len(block) == 0:
            raise AudioFileError(
                path,
                f"is cut off: {done} of {info.frames} samples can be read",
                "copy or record it again",
            )
        done += len(block)
        if not np.isfinite(block).all():
            raise AudioFileError(
                path,
                "contains samples that are not numbers (NaN or infinite)",
                "export it again from the original",
            )
        loudest = float(np.abs(block).max())
        if loudest > _LOUDEST:
            raise AudioFileError(
                path,
                f"holds float samples as large as {loudest:.0f}",
                "use samples from -1 to 1",
            )
        mono: Pcm = block.mean(axis=1, dtype=np.float32)
        parts.append(converter.feed(mono, last=done >= info.frames))
    return _joined(parts)


def _joined(parts: list[Pcm]) -> Pcm:
    """As `np.concatenate`, but without two copies of hours of sound. Empties the list."""
    whole = np.empty(sum(map(len, parts)), np.float32)
    done = len(whole)
    while parts:
        part = parts.pop()
        whole[done - len(part) : done] = part
        done -= len(part)
    return whole


def write(path: Path, pcm: Pcm, rate: int) -> None:
    """Write `pcm` as `Writer` does."""
    with Writer(path, rate) as writer:
        writer.write(pcm)


class Writer:
    """A mono 16-bit WAV file, written block by block; it appears when it is complete.

    Used in a `with` statement. Until it ends well, the sound goes into a hidden file beside the
    target; a failure deletes that and leaves an earlier target alone.

    16 bits: every player and library reads them, their noise is 70 dB below the speech, and a
    workout takes a third less space than with 24. Samples are rounded to the nearest value, ties to
    even, without dither: the same session gives the same bytes.
    """

    def __init__(self, path: Path, rate: int, opener: Opener | None = None) -> None:
        """`rate` in Hz; `opener` as for `open`, to decide who may read the file."""
        self._path = path
        # Replace the target of a link, not the link.
        self._target = path.resolve()
        self._partial = self._target.with_name(f".{self._target.name}.{os.getpid()}.part")
        self._rate = rate
        self._opener = opener

    def __enter__(self) -> Self:
        """Raises AudioFileError if there can be no such file."""
        try:
            if self._target.is_dir():
                raise self._bad("is a folder")
            if self._target.exists() and not self._target.is_file():
                # Replacing a device by a file would destroy the device.
                raise self._bad("is not a regular file")
            # Not a temporary file of the library's: only its owner could ever read it.
            self._file = open(self._partial, "wb", opener=self._opener)
        except FileNotFoundError:
            raise self._bad(f"the folder {self._target.parent} does not exist") from None
        except OSError as fault:
            raise self._bad(f"cannot be written ({_cause(fault)})") from fault
        self._wave = wave.open(self._file, "wb")
        self._wave.setnchannels(1)
        self._wave.setsampwidth(2)
        self._wave.setframerate(self._rate)
        return self

    def write(self, block: Pcm) -> None:
        """Append `block`, shape (n,), clipped to full scale. Raises AudioFileError."""
        whole = to_int16(block)
        try:
            self._wave.writeframes(whole.tobytes())
        except OSError as fault:
            raise self._bad(f"cannot be written ({_cause(fault)})") from fault

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the file in place or, after a failure, delete the partial one."""
        try:
            try:
                self._wave.close()
            finally:
                self._file.close()
            if fault is None:
                self._partial.replace(self._target)
        except OSError as late:
            if fault is None:
                raise self._bad(f"cannot be written ({_cause(late)})") from late
        finally:
            self._partial.unlink(missing_ok=True)

    def _bad(self, wrong: str) -> AudioFileError:
        return AudioFileError(
            self._path, wrong, "name a file that can be written, with room on its disk"
        )
