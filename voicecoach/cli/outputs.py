"""Texts that a command writes where the user says: the report, an export, a trace."""

from __future__ import annotations

from pathlib import Path

from .. import private
from .mistakes import Mistake


def placed(path: Path) -> None:
    """Raise Mistake if no file can be at `path`: worth knowing before the work is done."""
    if path.is_dir():
        raise Mistake(f"{path}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise Mistake(
            f"{path}: the folder {path.parent} does not exist; make it, or name another file"
        )


def write(path: Path, text: str, newline: str | None = None) -> None:
    """Write `text` into the file at `path`. A new one is its owner's alone, because it tells of
    somebody's training; whoever opened an old one to others did so on purpose. Raises Mistake."""
    placed(path)
    try:
        with open(path, "w", -1, "utf-8", "replace", newline, opener=private.creator) as file:
            file.write(text)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> Mistake:
    """What to tell of a file that can't be written."""
    return Mistake(f"{path}: cannot be written ({error.strerror or error})")
