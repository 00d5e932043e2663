"""All that can be told about a folder of files, or about some of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from .. import config as configuration
from ..config import Config, ConfigError, places
from . import lint
from .findings import Finding, Kind
from .measured import Extent, measured
from .pronouncing import Pronounce, Unpronounceable

Missing = Callable[[Config], Mapping[str, tuple[str, ...]]]
"""The phrases that the recogniser for a language can't hear, with the words it lacks."""


Voice = Callable[[Config], Extent]
"""How long the voice in use takes for a text; raises Unmeasured where there is none."""


class Unmeasured(Exception):  # noqa: N818 (reads as what is the matter)
    """No voice speaks; the text says why."""


class NotOurs(Exception):  # noqa: N818 (reads as what is the matter)
    """A file that is no part of a configuration; the text says what would be."""


def check(
    folder: Path | None,
    pronounce: Pronounce,
    missing: Missing,
    languages: Iterable[str] | None = None,
    voice: Voice | None = None,
    names: Collection[str] = (),
) -> list[Finding]:
    """Everything amiss in the files of `folder`, laid over the user's own and the shipped.

    In `languages`, or in all there are, and where there is a `voice` measured with it: the
    exercises among the files called `names`, or all if there are others or none. Files with
    faults are told of and then left out of what is compared, where there is something left
    without them.
    """
    wrong = configuration.workout_faults(folder)
    found = {Finding.at(fault, Kind.FAULT, fault.message) for fault in wrong}
    wanted = list(languages if languages is not None else configuration.languages(folder))
    loaded = None
    for language in [None, *wanted]:
        try:
            if loaded is None or loaded.language != language:
                loaded = configuration.load(language, None, folder, offer=True, strict=True)
        except ConfigError as error:
            found.update(Finding.at(fault, Kind.FAULT, fault.message) for fault in error.faults)
            if language is None:
                continue
            try:
                loaded = configuration.load(language, None, folder, offer=True)
            except ConfigError:
                continue
        if language is not None:
            found.update(_notes(loaded))
            try:
                found.update(lint(loaded, pronounce, missing(loaded)))
            except Unpronounceable as trouble:
                text = f'what sounds alike in "{language}" was not looked at: {trouble}'
                found.add(Finding("", 0, "", Kind.NOTE, text))
            # Where the coach speaks another language, that one has been measured.
            if voice is not None and loaded.spoken == language:
                try:
                    found.update(measured(loaded, voice(loaded), _exercises(names)))
                except Unmeasured as trouble:
                    text = f'how long texts take in "{language}" was not measured: {trouble}'
                    found.add(Finding("", 0, "", Kind.NOTE, text))
    return sorted(found)


def _exercises(names: Collection[str]) -> set[str] | None:
    """The exercises that files called `names` are about, None for all."""
    kinds = {name.split("/")[-2:][0] for name in names}
    return (
        {name.split("/")[-1].removesuffix(".toml") for name in names}
        if kinds == {"exercises"}
        else None
    )


def _notes(loaded: Config) -> list[Finding]:
    """What the files leave out; the exercises left out for their faults are told as those."""
    elsewhere = ("the exercise is left out", "lists them")
    told = (text for text in loaded.warnings if not text.endswith(elsewhere))
    return [
        *(Finding("", 0, "", Kind.NOTE, text) for text in told),
        *(Finding.at(fault, Kind.MISSING, fault.message) for fault in loaded.untranslated),
    ]


def located(files: Sequence[Path]) -> dict[Path, set[str]]:
    """Folders of configuration and the names of those `files` that are in each.

    Raises NotOurs for a file that is not where one belongs.
    """
    folders: dict[Path, set[str]] = {}
    for file in files:
        whole = file.resolve()
        placed = places.placed(whole)
        if placed is None:
            raise NotOurs(
                f"{file}: not a file of a configuration; one is {places.SETTINGS}, or a .toml "
                "file in a folder named exercises or workouts, or in one of languages"
            )
        if not whole.is_file():
            raise NotOurs(f"{file}: there is no such file")
        folder, name = placed
        folders.setdefault(folder, set()).add(name)
    return folders


def languages_of(names: Iterable[str], folder: Path) -> list[str]:
    """The languages that have to do with files of those names."""
    named = [name.split("/") for name in names]
    if all(parts[0] == "languages" for parts in named):
        return sorted({parts[1] for parts in named} & set(configuration.languages(folder)))
    return configuration.languages(folder)


def about(found: Iterable[Finding], names: set[str]) -> list[Finding]:
    """The findings that have to do with files of those names, or with none, or that kept
    other files from being looked at."""
    return [
        finding
        for finding in found
        if not finding.file
        or finding.kind is Kind.FAULT
        or finding.file in names
        or finding.other.rpartition(":")[0] in names
    ]
