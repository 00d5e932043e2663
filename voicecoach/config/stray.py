"""Files in a configuration folder that are not read, though somebody meant them to be.

Examples: a cue script beside `exercises/` instead of in it, a file saved as `squat.toml.txt`, a
folder `exercise`. Without a message, nobody would know why they have no effect. `--config` may
name any folder, so only files that look like ours are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from .. import given
from . import layers
from .faults import Fault, closest

_MOST_LOOKED_AT = 2000
"""Files and folders; a larger folder was probably named by mistake."""

_DEEPEST = 4
"""Nested folders: `languages/de/exercises/x.toml`."""

_READ = 20_000
"""Bytes that are enough to identify a file."""

_KINDS = (
    (r"\[\[\s*cue\s*\]\]|\[\s*openers\s*[.\]]|secured_by\s*[=:]", "exercises/{}.toml"),
    (r"\[\[\s*exercise\s*[.\]]", "workouts/{}.toml"),
    (r"\[\[\s*day\s*[.\]]", "programs/{}.toml"),
    (r"\[\s*(?:lines|units|enrol)\s*\]", "languages/en/messages.toml"),
    (
        r"(?:start|ready|locked|slower|faster|resume|how_many)\s*[=:]\s*\[",
        "languages/en/commands.toml",
    ),
    (r"\[\s*(?:coach|voice|listening|sound|talk|weights)\s*[.\]]", layers.SETTINGS),
)
"""A line that identifies each kind of file, and where the file belongs. The first match counts,
because a cue script may also have [lines]."""

_ENDINGS = re.compile(
    r"\.toml(?:\.(?:txt|rtf|docx?|toml)|[_ ]?\(\d+\)| copy)$|\.(?:tml|tomll?|txt|text)$",
    re.IGNORECASE,
)
"""Endings that may have been meant as .toml; not editors' backups like .bak and .toml~."""


def stray(folders: Sequence[Path]) -> list[Fault]:
    """The lifter's files that are not read: where they are, and where they would be read.

    Shipped files are ignored; `folders` are those of `layers.layers`.
    """
    return [
        fault
        for folder in dict.fromkeys(folders)
        if folder != layers.shipped()
        for fault in _in(folder)
    ]


def meant_for(folders: Sequence[Path], exercise: str) -> str:
    """`; nothing reads ...` if there is a file that may have been meant as the cue script of
    `exercise`; otherwise ""."""
    for fault in stray(folders):
        if Path(fault.file).name.casefold().startswith(f"{exercise.casefold()}."):
            return f"; {fault.file}: {fault.message}"
    return ""


def _in(folder: Path) -> Iterator[Fault]:
    for path in islice(_walked(folder, 0), _MOST_LOOKED_AT):
        name = path.relative_to(folder).as_posix()
        if _is_read(name):
            continue
        message = _message(path, name)
        if message:
            yield Fault(name, 0, "", message, folder)


def _walked(folder: Path, depth: int) -> Iterator[Path]:
    """All files in a folder, recursively, without hidden ones."""
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return
    for path in inside:
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            if depth < _DEEPEST and path.name not in ("schemas", "templates"):
                yield from _walked(path, depth + 1)
        elif path.is_file():
            yield path


def _is_read(name: str) -> bool:
    """Whether a file of this name is read, or reported by `layers.misplaced`."""
    match name.split("/"):
        case [layers.SETTINGS]:
            return True
        case ["exercises" | "workouts" | "programs" | "commands" | "messages", file] if _toml(file):
            return True
        case ["languages", _, "commands.toml" | "messages.toml"]:
            return True
        case ["languages", _, "exercises", file]:
            return _toml(file)
    return False


def _toml(file: str) -> bool:
    return file.endswith(".toml") and not file.endswith(".toml.toml")


def _message(path: Path, name: str) -> str:
    """The message for a file that is not read; "" if it is not ours."""
    stem = _ENDINGS.sub("", path.name) if _ENDINGS.search(path.name) else path.stem
    here = path.suffix.casefold() == ".toml" and not path.name.endswith(".toml.toml")
    if not here and not _ENDINGS.search(path.name):
        return ""
    parent = name.rpartition("/")[0]
    wanted = _wanted(path, stem, parent)
    if not wanted:
        return ""
    return f"nothing reads this file here; it would be read as {wanted}"


def _wanted(path: Path, stem: str, parent: str) -> str:
    """The name under which it would be read."""
    # In the right folder, only the ending is wrong.
    ended = f"{parent}/{stem}.toml".lstrip("/")
    if _is_read(ended):
        return ended
    in_a_language = parent.startswith("languages/") and parent.count("/") == 1
    if in_a_language and (likely := closest(stem, layers.OF_A_LANGUAGE)):
        return f"{parent}/{likely}.toml"
    if not parent and closest(f"{stem}.toml", [layers.SETTINGS]):
        return layers.SETTINGS
    try:
        with given.opened(path) as file:
            text = file.read(_READ).decode("utf-8", "replace")
    except OSError:
        return ""
    for line, wanted in _KINDS:
        if re.search(rf"(?m)^\s*{line}", text):
            return wanted.format(stem)
    return ""
