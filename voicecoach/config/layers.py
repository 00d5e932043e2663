"""Which folder a file is read from: the user's files override the shipped ones.

Three layers, top first: the folder given with `--config`, the user's own (`~/.config/voicecoach`
on Linux), the shipped one. A file replaces the same file in lower layers. Only `voicecoach.toml`
and the files in `OF_A_LANGUAGE` are merged key by key, so a user who changes one line need not
copy the rest.

Each language has its own folder, `languages/<code>`, with the files in `OF_A_LANGUAGE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import platformdirs

SETTINGS = "voicecoach.toml"

OF_A_LANGUAGE = ("commands", "messages")
"""A language's files, without `.toml`: what it understands, and what the coach says."""

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped() -> Path:
    """The folder with the shipped files."""
    installed = _PACKAGE / "shipped" / "config"
    # A checkout has them at its root; the wheel copies them from there.
    return installed if installed.is_dir() else _PACKAGE.parent / "config"


def users() -> Path:
    """The folder for the user's own files; it need not exist."""
    return platformdirs.user_config_path("voicecoach", appauthor=False)


def layers(given: Path | None = None) -> tuple[Path, ...]:
    """The folders to read from, highest priority first."""
    return (*((given,) if given is not None else ()), users(), shipped())


def find(folders: Sequence[Path], name: str) -> Path | None:
    """The first of `folders` that holds the file `name`, or None."""
    return next((folder for folder in folders if _is_file(folder / name)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long for any file
        return False


def names(folders: Sequence[Path], kind: str) -> list[str]:
    """All files of a kind (`exercises`, `workouts`), without `.toml`."""
    return sorted({path.stem for folder in folders for path in (folder / kind).glob("*.toml")})


def languages(folders: Sequence[Path], what: str) -> list[str]:
    """The codes of the languages that have the file `what` of `OF_A_LANGUAGE`."""
    return sorted(
        {path.parent.name for f in folders for path in f.glob(f"languages/*/{what}.toml")}
    )


def own_languages(folder: Path) -> list[str]:
    """The codes of the languages for which `folder` itself has a file."""
    return sorted(path.name for path in folder.glob("languages/*") if any(path.rglob("*.toml")))


def of_language(language: str, what: str) -> str:
    """The name of a language's file, `languages/en/commands.toml`."""
    return f"languages/{language}/{what}.toml"


_PLACES = (
    (SETTINGS,),
    *((kind, "*.toml") for kind in ("exercises", "workouts", "programs", *OF_A_LANGUAGE)),
    *(("languages", "*", f"{what}.toml") for what in OF_A_LANGUAGE),
    ("languages", "*", "exercises", "*.toml"),
)
"""Where a configuration has files. Files directly in folders named like `OF_A_LANGUAGE` are
`misplaced`."""


def placed(file: Path) -> tuple[Path, str] | None:
    """The configuration folder that `file` is in, and its name there; None if it is in none."""
    for place in sorted(_PLACES, key=len, reverse=True):
        if len(file.parts) > len(place) and file.match("/".join(place)):
            return file.parents[len(place) - 1], "/".join(file.parts[-len(place) :])
    return None


def files(folder: Path) -> list[str]:
    """The names of the configuration files in `folder`."""
    kinds = (f"{kind}/*.toml" for kind in ("exercises", "workouts", "programs"))
    patterns = (SETTINGS, *kinds, "languages/*/exercises/*.toml")
    of_languages = (f"languages/*/{what}.toml" for what in OF_A_LANGUAGE)
    found = (path for pattern in (*patterns, *of_languages) for path in folder.glob(pattern))
    return sorted(path.relative_to(folder).as_posix() for path in found if path.is_file())


def misplaced(folders: Sequence[Path]) -> list[tuple[Path, str, str]]:
    """Files of languages in their old places: the folder, the old name, and the name that is read
    now."""
    return [
        (folder, f"{what}/{path.name}", of_language(path.stem, what))
        for folder in folders
        for what in OF_A_LANGUAGE
        for path in sorted((folder / what).glob("*.toml"))
    ]
