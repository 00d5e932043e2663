"""Which models can be had: the shipped `models/catalogue.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Model:
    """A Vosk model that can be fetched: a zip with one folder, which has the model's name."""

    name: str
    language: str
    """As the commands' files are called: `en`."""
    dialect: str
    """What `get` tells two models of one language apart by: `en-gb`."""
    bytes: int
    """Of the zip."""
    md5: str
    url: str
    sha256: str | None = None
    """None where nobody has published it; then md5 and size must do."""

    @property
    def zip(self) -> str:
        """The name of the file to fetch."""
        return f"{self.name}.zip"

    @property
    def checked_by(self) -> str:
        """What a fetched file is known by, in words."""
        return "sha256" if self.sha256 else "md5 and size, since no sha256 is known"


@dataclass(frozen=True, slots=True)
class Package:
    """A model that pip installs."""

    name: str
    language: str
    install: str
    """The command that does it."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    models: Sequence[Model]
    packages: Sequence[Package] = ()

    def called(self, word: str) -> list[Model]:
        """The models meant by a language (`en`), a dialect (`en-gb`) or a model's name.

        The one to take comes first; empty where there is none.
        """
        return [each for each in self.models if word in (each.language, each.dialect, each.name)]

    def package(self, word: str) -> Package | None:
        """The package for a language, if it comes as one."""
        return next((each for each in self.packages if word in (each.language, each.name)), None)

    def languages(self) -> list[str]:
        """What can be asked for, each language before its dialects."""
        words = [word for each in self.models for word in (each.language, each.dialect)]
        return list(dict.fromkeys([*words, *(each.language for each in self.packages)]))


def path() -> Path:
    """The shipped file."""
    installed = _PACKAGE / "shipped" / "models"
    # A checkout keeps it at its root; the wheel takes it from there.
    folder = installed if installed.is_dir() else _PACKAGE.parent / "models"
    return folder / "catalogue.toml"


def load() -> Catalogue:
    """What the file says. It is ours, so a fault in it is our failure."""
    tables = tomllib.loads(path().read_text(encoding="utf-8"))
    return Catalogue(
        tuple(Model(**table) for table in tables["model"]),
        tuple(Package(**table) for table in tables["package"]),
    )
