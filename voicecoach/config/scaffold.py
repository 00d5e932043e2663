"""Writes a new cue script: a user's file that works as it is, and teaches by its comments."""

from __future__ import annotations

import re
from pathlib import Path

from . import layers
from .faults import ConfigError, Fault, listed, nearest

TEMPLATE = "templates/exercise.toml"
_NAME, _FILE = "New exercise", "new-exercise"
"""The names in the template."""

_SCHEMA = "#:schema ../schemas/exercise.json\n"
"""Editors find the schema by this."""

_LONGEST = 40
"""Characters of a name; a longer one is hard to say."""

_KEPT = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10))})
"""File names that Windows reserves."""


class BadNameError(ValueError):
    """A name that no exercise can have; the text is one line with what would be right."""


def file_name(name: str) -> str:
    """The file's name, without `.toml`, for an exercise called `name`: its words in lower case,
    joined by hyphens. Raises BadNameError."""
    like = 'a name is like "split squat"'
    wrong = sorted({c for c in name if not (c.isalnum() or c.isspace() or c in "-'’")})
    if wrong:
        raise BadNameError(
            f'a name has letters, digits, spaces and hyphens, not "{wrong[0]}"; {like}'
            if wrong[0].isprintable()
            else f"a name has letters, digits, spaces and hyphens; {like}"
        )
    made = "-".join(re.findall(r"\w+", re.sub("['’]", "", name.casefold())))
    if not any(c.isalpha() for c in made):
        raise BadNameError(f'"{name.strip()}" has no word that can be said; {like}')
    if len(made) > _LONGEST:
        raise BadNameError(
            f"this name has {len(made)} characters; up to {_LONGEST} can be said in time"
        )
    if made in _KEPT:
        raise BadNameError(f"\"{name}\" can't be a file's name on every system; {like}")
    return made


def exercise(name: str, folder: Path, source: str | None = None) -> Path:
    """Write a cue script for the exercise called `name` into `folder`; its path.

    It is made from the exercise `source`, or from a template. Raises BadNameError, ConfigError when
    there is no such source or the exercise is there already, OSError when it can't be written.
    """
    made = file_name(name)
    folders = tuple(dict.fromkeys((folder, *layers.layers())))
    file = f"exercises/{made}.toml"
    there = layers.find(folders, file)
    if there is not None:
        whose = "comes with voicecoach" if there == layers.shipped() else "is there already"
        raise _refused(f"{there / file} {whose} and stays as it is; choose another name")
    said = name.strip()[:1].upper() + " ".join(name.split())[1:]
    text = _from_template(said, made) if source is None else _from(source, said, folders)
    target = folder / file
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("x", encoding="utf-8") as written:
        written.write(text)
    return target


def _from_template(said: str, made: str) -> str:
    text = (layers.shipped() / TEMPLATE).read_text(encoding="utf-8")
    return text.replace(_NAME, said).replace(_FILE, made)


def _from(source: str, said: str, folders: tuple[Path, ...]) -> str:
    there = layers.find(folders, f"exercises/{source}.toml")
    if there is None:
        known = layers.names(folders, "exercises")
        hint = nearest(source, known) or ";"
        raise _refused(f'no exercise "{source}"{hint} there are: {listed(known)}')
    text = (there / "exercises" / f"{source}.toml").read_text(encoding="utf-8-sig")
    text = text.removeprefix(_SCHEMA)
    text, found = re.subn(r'(?m)^name\s*=\s*"[^"\n]*"', f'name = "{said}"', text, count=1)
    if not found:
        raise _refused(
            f'{there}/exercises/{source}.toml has no line name = "..."; correct it first'
        )
    # With its other names, the lifter would still choose the source.
    text = re.sub(r"(?m)^(?=called\s*=.*\]\s*(?:#.*)?$)", "# ", text)
    return (
        f"{_SCHEMA}# {said}: what the coach says, and when.\n#\n"
        f"# Written by `voicecoach new exercise`, from {source}.toml: all that follows is as it\n"
        f"# stands there. Change what is different, and look what becomes of it:\n"
        f"#   voicecoach preview {file_name(said)}\n#\n{text}"
    )


def _refused(message: str) -> ConfigError:
    return ConfigError([Fault("", 0, "", message)])
