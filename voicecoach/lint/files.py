"""All checks of a folder of files, or of some of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from .. import config as configuration
from ..config import Config, ConfigError, layers
from ..config.coached import FALLBACK
from . import lint
from .findings import Kind, LintFinding
from .measured import Extent, measured
from .programs import rehearsed
from .pronouncing import Pronounce, UnpronounceableError

Missing = Callable[[Config], Mapping[str, tuple[str, ...]]]
"""Phrases that the recogniser for a language can't hear -> the words that its model lacks."""


Voice = Callable[[Config], Extent]
"""How long the voice in use takes for a text; raises UnmeasuredError if there is none."""


class UnmeasuredError(Exception):
    """No voice can speak; the text says why."""


class NotOursError(Exception):
    """The file is not part of a configuration; the text says what would be."""


def check(
    folder: Path | None,
    pronounce: Pronounce,
    missing: Missing,
    languages: Iterable[str] | None = None,
    voice: Voice | None = None,
    names: Collection[str] = (),
) -> list[LintFinding]:
    """All findings in the files of `folder`, which override the user's own and the shipped. With
    `names`, only findings about those files, and what prevented the check.

    Checked in `languages`, by default those of the files. A `voice` measures the exercises among
    `names`; all of them, if `names` has other files or none. Files with faults are reported, and
    then left out of comparisons if something is left without them.
    """
    wrong = [*configuration.workout_faults(folder), *configuration.program_faults(folder)]
    found = {LintFinding.at(fault, Kind.FAULT, fault.message) for fault in wrong}
    ignored = configuration.files_nobody_reads(folder)
    found |= {LintFinding.at(fault, Kind.IGNORED, fault.message) for fault in ignored}
    loaded = None
    try:
        loaded = configuration.load(None, None, folder, offer=True, strict=True)
    except ConfigError as error:
        found.update(LintFinding.at(fault, Kind.FAULT, fault.message) for fault in error.faults)
    if loaded is not None:
        found.update(rehearsed(loaded.offered, folder))
    if languages is None:
        languages = _languages(folder or layers.users(), names, loaded)
    for language in languages:
        try:
            if loaded is None or loaded.language != language:
                loaded = configuration.load(language, None, folder, offer=True, strict=True)
        except ConfigError as error:
            found.update(LintFinding.at(fault, Kind.FAULT, fault.message) for fault in error.faults)
            try:
                loaded = configuration.load(language, None, folder, offer=True)
            except ConfigError:
                continue
        found.update(_notes(loaded))
        try:
            found.update(lint(loaded, pronounce, missing(loaded), names))
        except UnpronounceableError as trouble:
            text = f'what sounds alike in "{language}" was not checked: {trouble}'
            found.add(LintFinding("", 0, "", Kind.NOTE, text))
        # If the coach speaks another language, that one has been measured.
        if voice is not None and loaded.spoken == language:
            try:
                found.update(measured(loaded, voice(loaded), _exercises(names)))
            except UnmeasuredError as trouble:
                text = f'how long texts take in "{language}" was not measured: {trouble}'
                found.add(LintFinding("", 0, "", Kind.NOTE, text))
    # Dropped cues in the shipped exercises are not for the lifter to fix.
    shipped = layers.shipped()
    told = (
        each
        for each in found
        if each.kind is not Kind.DROPPED or each.folder != shipped or folder == shipped
    )
    return sorted(each for each in told if not names or _about(each, names))


def _languages(folder: Path, names: Collection[str], loaded: Config | None) -> list[str]:
    """The languages of the files `names` in `folder`, or of all its files: those it has files
    for, and the one in use (English, if that is unknown). Shipped files in other languages are
    not checked."""
    named = [name.split("/") for name in names]
    if named and all(parts[0] == "languages" for parts in named):
        told = {parts[1] for parts in named}
    else:
        told = {*layers.own_languages(folder), loaded.language if loaded else FALLBACK}
    return sorted(told & set(configuration.languages(folder)))


def _exercises(names: Collection[str]) -> set[str] | None:
    """The exercises in the files `names`; None for all."""
    kinds = {name.split("/")[-2:][0] for name in names}
    return (
        {name.split("/")[-1].removesuffix(".toml") for name in names}
        if kinds == {"exercises"}
        else None
    )


def _notes(loaded: Config) -> list[LintFinding]:
    """What the files leave out, except exercises with faults, which are reported as such."""
    elsewhere = ("the exercise is left out", "lists it", "lists them")
    placed = {str(fault) for fault in loaded.placed}
    told = (
        text
        for text in loaded.warnings
        if text not in placed
        and not text.endswith(elsewhere)
        and ": nothing reads this file here" not in text
    )
    return [
        *(LintFinding.at(fault, Kind.NOTE, fault.message) for fault in loaded.placed),
        *(LintFinding("", 0, "", Kind.NOTE, text) for text in told),
        *(LintFinding.at(fault, Kind.MISSING, fault.message) for fault in loaded.untranslated),
    ]


def looked_at(folder: Path | None) -> dict[Path, list[str]]:
    """The lifter's own files that are read, by folder."""
    own = (each for each in dict.fromkeys(layers.layers(folder)) if each != layers.shipped())
    found = {each: layers.files(each) for each in own}
    return {each: names for each, names in found.items() if names}


def located(files: Sequence[Path]) -> dict[Path, set[str]]:
    """The configuration folders of `files`, with the names of the files in each.

    Raises NotOursError if a file is not in a proper place.
    """
    folders: dict[Path, set[str]] = {}
    for file in files:
        whole = file.resolve()
        if not whole.exists():
            raise NotOursError(f"{file}: there is no such file")
        placed = layers.placed(whole)
        if placed is None:
            raise NotOursError(
                f"{file}: not a configuration file; expected {layers.SETTINGS}, or a .toml "
                "file in a folder named exercises, workouts or programs, or in one of languages"
            )
        if not whole.is_file():
            raise NotOursError(f"{file}: not a file; name the .toml files, or none to check all")
        folder, name = placed
        folders.setdefault(folder, set()).add(name)
    return folders


def _about(finding: LintFinding, names: Collection[str]) -> bool:
    """Whether it is about files of those names or their translations, or about none, or prevented
    other checks."""
    return (
        not finding.file
        or finding.kind in (Kind.FAULT, Kind.IGNORED)
        or finding.file in names
        or (
            finding.file.endswith(tuple(f"/{name}" for name in names))
            and not Path(finding.file).is_absolute()  # that is a file of a lower layer
        )
        or finding.other.rpartition(":")[0] in names
    )
