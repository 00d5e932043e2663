"""Which folder holds what: the user's files lie over the shipped ones.

Three layers, the upper one first: the folder given with `--config`, the user's
own (`~/.config/voicecoach` on Linux), the shipped one. A file in an upper layer
replaces the same file below it, except `voicecoach.toml`, which is laid over
key by key: whoever changes one setting need not copy the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import platformdirs

SETTINGS = "voicecoach.toml"

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped() -> Path:
    """The folder with the files that come with voicecoach."""
    installed = _PACKAGE / "shipped" / "config"
    # A checkout keeps them at its root; the wheel takes them from there.
    return installed if installed.is_dir() else _PACKAGE.parent / "config"


def users() -> Path:
    """The folder where the user's own files are looked for; it need not exist."""
    return platformdirs.user_config_path("voicecoach", appauthor=False)


def layers(given: Path | None = None) -> tuple[Path, ...]:
    """The folders to look into, the one that wins first."""
    return (*((given,) if given is not None else ()), users(), shipped())


def find(folders: Sequence[Path], name: str) -> Path | None:
    """The first of `folders` that holds the file `name`, or None."""
    return next((folder for folder in folders if (folder / name).is_file()), None)


def names(folders: Sequence[Path], kind: str) -> list[str]:
    """What there is of a kind (`exercises`, `commands`, `messages`), without `.toml`."""
    return sorted({path.stem for folder in folders for path in (folder / kind).glob("*.toml")})
