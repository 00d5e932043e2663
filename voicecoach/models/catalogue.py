"""The available models: the shipped `models/catalogue.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Model:
    """A downloadable Vosk model: a zip with one folder, named like the model."""

    name: str
    language: str
    """The code in command files: `en`."""
    dialect: str
    """What tells models of one language apart in `get`: `en-gb`."""
    bytes: int
    """Size of the zip."""
    md5: str
    url: str
    sha256: str | None = None
    """None if nobody has published it; then MD5 and size are checked."""

    @property
    def zip(self) -> str:
        """The file to download."""
        return f"{self.name}.zip"

    @property
    def checked_by(self) -> str:
        """How a download is verified, in words."""
        return "sha256" if self.sha256 else "md5 and size, since no sha256 is known"


@dataclass(frozen=True, slots=True)
class Package:
    """A model that is installed with pip."""

    name: str
    language: str
    install: str
    """The pip command."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    models: Sequence[Model]
    packages: Sequence[Package] = ()

    def called(self, word: str) -> list[Model]:
        """The models for a language (`en`), a dialect (`en-gb`) or a model's name.

        The recommended one comes first; empty if there is none.
        """
        return [each for each in self.models if word in (each.language, each.dialect, each.name)]

    def package(self, word: str) -> Package | None:
        """The pip package for a language, if there is one."""
        return next((each for each in self.packages if word in (each.language, each.name)), None)

    def languages(self) -> list[str]:
        """The names that can be asked for, each language before its dialects."""
        words = [word for each in self.models for word in (each.language, each.dialect)]
        return list(dict.fromkeys([*words, *(each.language for each in self.packages)]))


def path() -> Path:
    """The shipped file."""
    installed = _PACKAGE / "shipped" / "models"
    # A checkout has it at its root; the wheel copies it from there.
    folder = installed if installed.is_dir() else _PACKAGE.parent / "models"
    return folder / "catalogue.toml"


def load() -> Catalogue:
    """The file's contents. It is ours, so a fault in it is a bug."""
    tables = tomllib.loads(path().read_text(encoding="utf-8"))
    return Catalogue(
        tuple(Model(**table) for table in tables["model"]),
        tuple(Package(**table) for table in tables["package"]),
    )
