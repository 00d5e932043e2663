"""`voicecoach forget`: removes what is stored about the lifter."""

from __future__ import annotations

import glob
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click

from ..config.layers import users
from ..history import running, spool
from . import folders
from .mistakes import Mistake
from .printing import Column, confirmed, print_table, say


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file that is stored."""

    part: str
    """Its name in PARTS."""
    path: Path
    bytes: int


def _log() -> Iterator[Path]:
    """The log, those that were set aside or begun beside it, and workouts that wait for it."""
    log = folders.log_path()
    logs = [log]
    for why in ("damaged", "version"):
        logs += log.parent.glob(f"{log.stem}.{why}-*{log.suffix}")
    for each in logs:
        for ending in ("", "-wal", "-shm", "-journal", "-*.running"):
            yield from log.parent.glob(f"{glob.escape(each.name)}{ending}")
        for folder in (log.parent, folders.spare_folder(), folders.fleeting_folder()):
            # Those of a log that was named with --log are not ours.
            yield from spool.of(each, folder)


def _voice() -> Iterator[Path]:
    for name in ("voices.json", "voices.*.part"):
        yield from folders.data_folder().glob(name)


def _devices() -> Iterator[Path]:
    for name in ("devices.json", "devices.*.part"):
        yield from folders.spare_folder().glob(name)


def _cache() -> Iterator[Path]:
    for files in ("clips/*.clip", "clips/*.part", "charts/*", "hearing/*"):
        yield from folders.cache_folder().glob(files)


PARTS: Mapping[str, Callable[[], Iterator[Path]]] = {
    "log": _log,
    "voice": _voice,
    "devices": _devices,
    "cache": _cache,
}
"""What can be forgotten, and the files of it that there are. By their names, and never a whole
folder: on some systems a lifter's own files are in the same one."""


@click.command()
@click.argument("parts", metavar="WHAT", nargs=-1, type=click.Choice([*PARTS]))
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def forget(parts: tuple[str, ...], dry_run: bool, yes: bool) -> None:
    """Remove what voicecoach has stored about you, for good.

    WHAT may be log (your training), voice (what enroll learnt), devices (the ones of your last
    workout), cache (rendered speech, some of which says what you lifted), or several of them. By
    default it is everything. You see first what is removed. Your own configuration files
    and the models stay, and so do files that you named yourself, as with --log or --events.
    """
    found = sorted(_found(parts or PARTS), key=lambda each: [*PARTS].index(each.part))
    if not found:
        say("Nothing of this is stored.")
        _told_what_stays()
        return
    print_table(_COLUMNS, _rows(found))
    if dry_run:
        say("Nothing was removed.")
        return
    _refuse_in_a_workout(found)
    if not yes:
        if not sys.stdin.isatty():
            raise Mistake("Nothing was removed. Use --yes to remove it, or --dry-run to look only.")
        if not confirmed(f"Remove {_count(found)} for good?"):
            say("Nothing was removed.")
            return
        _refuse_in_a_workout(found)  # the question may have stood for minutes
    left = [*_removed(found)]
    if left:
        raise Mistake("\n".join(left))
    say(f"{_count(found)} removed ({_size(found)}).")
    _told_what_stays()


def _refuse_in_a_workout(found: Iterable[_Kept]) -> None:
    """Raises Mistake if a workout is written to any of these logs."""
    if any(each.path.suffix == ".running" and running.is_held(each.path) for each in found):
        raise Mistake("Nothing was removed: a workout is going on. End it first.")


def _found(parts: Iterable[str]) -> Iterator[_Kept]:
    for part in dict.fromkeys(parts):
        for path in dict.fromkeys(PARTS[part]()):
            # A link is removed and not what it points to.
            if path.is_symlink() or path.is_file():
                with suppress(FileNotFoundError):
                    yield _Kept(part, path, path.lstat().st_size)


_COLUMNS = (Column("what"), Column("size", numbers=True), Column("where"))

_ONE_BY_ONE = 20
"""Files of a part that are listed; of more, their folders, each with their number."""


def _rows(found: Iterable[_Kept]) -> Iterator[tuple[tuple[str, str, str], str]]:
    found = [*found]
    for part in PARTS:
        files = [each for each in found if each.part == part]
        if len(files) <= _ONE_BY_ONE:
            for each in files:
                yield (part, _size([each]), _where(each.path)), "none"
            continue
        for folder in dict.fromkeys(each.path.parent for each in files):
            inside = [each for each in files if each.path.parent == folder]
            yield (part, _size(inside), f"{folder} ({_count(inside)})"), "none"


def _where(path: Path) -> str:
    if not path.is_symlink():
        return str(path)
    return f"{path} (a link; {path.readlink()} stays)"


def _removed(found: Iterable[_Kept]) -> Iterator[str]:
    """Remove the files, and the folders that are empty then. Yields a line for each that can't
    be."""
    within = dict.fromkeys(each.path.parent for each in found)
    for each in found:
        try:
            each.path.unlink(missing_ok=True)
        except OSError as error:
            yield f"{each.path}: cannot be removed ({error.strerror or error})"
    for folder in chain(within, (folders.cache_folder(),)):
        with suppress(OSError):  # something else is in it
            folder.rmdir()


def _told_what_stays() -> None:
    if users().is_dir() and any(users().rglob("*.toml")):
        say(f"Your own configuration files stay: {users()}")


def _count(found: Iterable[_Kept]) -> str:
    number = sum(1 for _ in found)
    return f"{number} file{'' if number == 1 else 's'}"


def _size(found: Iterable[_Kept]) -> str:
    size = sum(each.bytes for each in found)
    for unit, of in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= of:
            return f"{size / of:.1f} {unit}"
    return f"{size} B"
