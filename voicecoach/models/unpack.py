"""Unpacks a model's zip into one folder and nowhere else.

A zip can name any path, link anywhere and expand without limit. Anything that a model doesn't need
is rejected, and nothing is written until everything has been checked.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MOST_FILES = 500
"""Files in an archive; Vosk's models have about twenty."""
MOST_GROWTH = 10
"""Unpacked bytes per byte of the zip; Vosk's models have two to four."""

_CHUNK = 1 << 20
_COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_NOT_IN_A_NAME = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f]|[. ]$')
"""Characters that separate paths or are invalid in names on some system."""
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names that Windows reserves for devices, in any folder."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What `zipfile` raises for an invalid file."""


class ArchiveError(Exception):
    """The archive was not unpacked; the text says why, as part of a line."""


@dataclass(frozen=True, slots=True)
class File:
    """A file from the archive."""

    bytes: int
    sha256: str


def unpack(file: IO[bytes], name: str, into: Path) -> Mapping[str, File]:
    """Unpack `file`, which must hold one folder `name`, to `into / name`.

    `into` exists and has no `name` yet. Returns the files by their paths inside the folder.
    Raises ArchiveError; the caller removes what was unpacked so far. Raises OSError if it can't
    be written.
    """
    size = file.seek(0, os.SEEK_END)
    try:
        with zipfile.ZipFile(file) as archive:
            members = checked(archive.infolist(), name, MOST_GROWTH * size)
            (into / name).mkdir()
            for folder in (each for each in members if each.is_dir()):
                (into / folder.filename).mkdir(parents=True, exist_ok=True)
            return {
                each.filename.removeprefix(f"{name}/"): _write(archive, each, into)
                for each in members
                if not each.is_dir()
            }
    except _BROKEN as fault:
        raise ArchiveError(f"the zip is damaged ({fault})") from None


def checked(
    members: Sequence[zipfile.ZipInfo], name: str, most_bytes: int
) -> Sequence[zipfile.ZipInfo]:
    """`members`, if all of them may be unpacked. Raises ArchiveError, naming the first that may
    not."""
    if len(members) > MOST_FILES:
        raise ArchiveError(f"it holds {len(members)} files, and no model has {MOST_FILES}")
    if (total := sum(each.file_size for each in members)) > most_bytes:
        raise ArchiveError(f"it would grow to {total} bytes, and {most_bytes} are allowed")
    kinds: dict[tuple[str, ...], bool] = {}
    for each in members:
        if wrong := _wrong(each, name):
            raise ArchiveError(f"{each.orig_filename[:100]!r} {wrong}")
        # Names that are equal on some system are rejected on all.
        path = tuple(_folded(part) for part in each.filename.removesuffix("/").split("/"))
        if path in kinds:
            raise ArchiveError(f"{each.filename!r} is there twice")
        kinds[path] = each.is_dir()
    for path in kinds:
        for length in range(1, len(path)):
            if not kinds.get(path[:length], True):
                raise ArchiveError(f"{'/'.join(path[:length])!r} is both a file and a folder")
    if not any(each.filename.startswith(f"{name}/") and not each.is_dir() for each in members):
        raise ArchiveError(f"it holds no file in a folder {name}")
    return members


def _wrong(member: zipfile.ZipInfo, name: str) -> str:
    """What is wrong with a member, as the end of a sentence; "" if nothing is."""
    parts = member.filename.removesuffix("/").split("/")
    # zipfile changes `filename`: it cuts it at a NUL, and on Windows replaces slashes.
    if member.filename != member.orig_filename or any(map(_no_name, parts)):
        return "is no path inside a folder"
    if parts[0] != name:
        return f"does not lie in the folder {name}"
    if len(parts) == 1 and not member.is_dir():
        return "is a file where the folder should be"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFDIR if member.is_dir() else stat.S_IFREG):
        return "is neither a file nor a folder"
    if member.is_dir() and member.file_size:
        return "is a folder with contents of its own"
    if member.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if member.compress_type not in _COMPRESSIONS:
        return "is compressed in a way that models are not"
    return ""


def _no_name(part: str) -> bool:
    """Whether part of a path is not a plain name on every system."""
    return (
        not part
        or len(part.encode("utf-8", "surrogatepass")) > 200
        or not part.isprintable()
        or _NOT_IN_A_NAME.search(part) is not None
        or _DEVICE.fullmatch(part) is not None
    )


def _folded(part: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", part).casefold())


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path) -> File:
    """Write one file and sync it. It must be exactly as large as the archive says."""
    target = into / member.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    written = 0
    with archive.open(member) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > member.file_size:
                raise ArchiveError(f"{member.filename!r} is larger than it says")
            digest.update(chunk)
            file.write(chunk)
        # Without this, a power failure may keep the folder's new name but lose its contents.
        file.flush()
        os.fsync(file.fileno())
    if written != member.file_size:
        raise ArchiveError(f"{member.filename!r} is shorter than it says")
    return File(written, digest.hexdigest())
