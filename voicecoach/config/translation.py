"""`languages/<code>/exercises/<name>.toml`: the texts of an exercise in another language.

It holds only texts, each under its name in `exercises/<name>.toml`, which says when they are said.
A text that it leaves out stays as in the exercise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from voicecoach.core.plan import Phase, Wording

from .document import Document
from .exercise import (
    SECURED,
    CueWords,
    ExerciseFile,
    OpenerWords,
    Script,
    Sides,
    Variation,
    VariationPart,
    Worded,
    must_be_known,
    unsecured,
)
from .faults import ConfigError, Fault, listed, nearest
from .fields import MOST_ENTRIES, Part, Takes, Text, Texts, quoted
from .messages import SAID, Messages, SomeLines, SomeTempoWords, as_said, wordings
from .plain import validated
from .units import unknown_units

_SAID = Takes(as_said, forms=SAID, itself=True)

Opened = Annotated[OpenerWords, _SAID]
Cued = Annotated[CueWords, _SAID]
Listed = Annotated[Worded, _SAID]
"""A spoken text: a text, a list of texts, or a table with `say` and `short`."""


class SomeOpeners(Part):
    """What is said when a phase begins."""

    lower: Opened | None = None
    bottom: Opened | None = None
    lift: Opened | None = None
    top: Opened | None = None


class TranslationFile(Part):
    """The whole file."""

    name: Text | None = Field(default=None, examples=["Beinpresse"])
    called: Texts = ()
    secured_by: Text | None = Field(default=None, examples=["Sicherungen"])
    tempo_words: SomeTempoWords = SomeTempoWords()
    openers: SomeOpeners = SomeOpeners()
    cue: dict[Text, Cued] = Field(default={}, max_length=MOST_ENTRIES)
    setup: dict[Text, Listed] = Field(default={}, max_length=MOST_ENTRIES)
    sides: Sides = ()
    """The sides that take turns, as many as in the script and in its order."""
    variations: dict[Text, Variation] = Field(default={}, max_length=MOST_ENTRIES)
    lines: SomeLines = SomeLines()  # type: ignore[valid-type]  # made from LINES


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation that is valid, and names only what its exercise has."""

    document: Document
    file: TranslationFile

    def laid_over(self, script: ExerciseFile) -> ExerciseFile:
        """The exercise with these texts instead of its own; its lines stay as they are."""
        file = self.file
        openers = {
            phase.value: _reworded(
                getattr(script.openers, phase.value), getattr(file.openers, phase.value)
            )
            for phase in Phase
        }
        return script.model_copy(
            update={
                "name": file.name or script.name,
                "called": file.called or (script.called if file.name is None else ()),
                # Missing ones come from the language, never from another.
                "tempo_words": file.tempo_words,
                "openers": script.openers.model_copy(update=openers),
                "cue": [_reworded(part, file.cue.get(part.id)) for part in script.cue],
                "setup": [_reworded(part, file.setup.get(part.id)) for part in script.setup],
                "sides": file.sides or script.sides,
                "variations": {
                    **script.variations,
                    **{
                        name: _sided(said, script.variations[name])
                        for name, said in file.variations.items()
                    },
                },
            }
        )


def _sided(said: VariationPart, own: VariationPart) -> VariationPart:
    """A variation in other words; its sides come from the script if it has none."""
    return said if said.sides is not None else said.model_copy(update={"sides": own.sides})


def _reworded(part: Any, said: Worded | None) -> Any:
    if part is None or said is None:
        return part
    return part.model_copy(update={"say": said.say, "short": said.short})


def read(document: Document, script: ExerciseFile, of: str) -> Translation:
    """The translation in `document` of the exercise `script`, which is in the file `of`.

    Raises ConfigError with all faults of the file.
    """
    file = validated(TranslationFile, document)
    given, there = _given(file), _texts(script)
    faults = [
        document.fault((table, name), _unknown(name, list(there[table]), of))
        for table, names in given.items()
        for name in names
        if name not in there[table] and table != "lines"
    ]
    faults += must_be_known(document, file.cue, script)
    faults += _other_sides(document, file, script, of)
    if faults:
        raise ConfigError(faults)
    return Translation(document, file)


def _other_sides(
    document: Document, file: TranslationFile, script: ExerciseFile, of: str
) -> Iterator[Fault]:
    """A side more or less would change the set, not its words."""
    if file.sides and len(file.sides) != len(script.sides):
        theirs = listed(quoted(side) for side in script.sides)
        message = f"{of} has the sides {theirs}" if theirs else f"{of} has no sides"
        yield document.fault(("sides",), f"{message}; here are {len(file.sides)}")


def lines(
    translation: Translation | None, script: Script, said: Messages, own: Messages
) -> Mapping[str, Wording]:
    """All lines of an exercise in the language of `said`; `own` are messages in the script's.

    In any language, the lines that open and end a set name what holds the weight, as the
    translation or the script calls it. Raises ConfigError if neither does.
    """
    general = said.lines_of(script.file.held)
    scripts, securing = wordings(script.file.lines), script.lines(own)
    if translation is None:
        return {**general, **scripts, **{name: securing[name] for name in SECURED}}
    document, file = translation.document, translation.file
    theirs = wordings(file.lines)
    worded = {**general, **scripts, **theirs}
    held_by = file.secured_by or (script.file.secured_by if said is own else None)
    if held_by is None:
        faults = [
            document.fault(
                ("lines", name),
                "this line names what holds the weight; write down what that is called here: "
                f'secured_by, in the script "{script.file.secured_by}"',
            )
            for name in SECURED
            if name in theirs
        ]
        worded |= {name: securing[name] for name in SECURED}
    else:
        named = {name: worded[name] for name in SECURED if name in theirs or name not in scripts}
        faults = list(unsecured(document, held_by, named, theirs, said.reworded))
    faults += unknown_units(document, theirs, said.language)
    faults += translation.laid_over(script.file).unknown_units(document, said.language)
    if faults:
        raise ConfigError(faults)
    return worded


def untranslated(translation: Translation, script: ExerciseFile) -> Iterator[Fault]:
    """Texts of an exercise that the translation leaves out, each at its place."""
    document, file = translation.document, translation.file
    for key in ("name", "secured_by"):
        if getattr(file, key) is None:
            yield document.untranslated("", key, getattr(script, key))
    if script.sides and not file.sides:
        yield document.untranslated("", "sides", ", ".join(script.sides))
    given = _given(file)
    for table, texts in _texts(script).items():
        for name, text in texts.items():
            if name not in given[table]:
                yield document.untranslated(table, name, text)
    for name, said in file.variations.items():
        if (own := script.variations[name].sides) and said.sides is None:
            yield document.untranslated("variations", f"{name}.sides", ", ".join(own))


def _texts(script: ExerciseFile) -> dict[str, dict[str, str]]:
    """The tables of an exercise with texts: a text by name."""
    openers = {phase.value: getattr(script.openers, phase.value) for phase in Phase}
    parts: dict[str, dict[str, Worded | None]] = {
        "openers": openers,
        "cue": {part.id: part for part in script.cue},
        "setup": {part.id: part for part in script.setup},
    }
    said = {
        table: {name: part.say[0] for name, part in named.items() if part is not None}
        for table, named in parts.items()
    }
    worded = script.tempo_words.model_dump(exclude_unset=True)
    said["tempo_words"] = {phase: text for phase, text in worded.items() if text}
    said["variations"] = {name: part.say[0] for name, part in script.variations.items()}
    said["lines"] = {name: line.full[0] for name, line in wordings(script.lines).items()}
    return said


def _given(file: TranslationFile) -> dict[str, set[str]]:
    """The names in each table of a translation."""
    return {
        "tempo_words": set(file.tempo_words.model_fields_set),
        "openers": set(file.openers.model_fields_set),
        "cue": set(file.cue),
        "setup": set(file.setup),
        "variations": set(file.variations),
        "lines": set(wordings(file.lines)),
    }


def _unknown(name: str, known: list[str], of: str) -> str:
    hint = nearest(name, known) or (f"; it has {listed(known)}" if known else "")
    return f'{of} has no "{name}" here{hint}'
