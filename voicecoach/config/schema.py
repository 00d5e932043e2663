"""A JSON schema for each kind of file, made from its model: for editors.

Taplo and tools built on it (VS Code's "Even Better TOML") find the schema by a file's first line,
`#:schema ../schemas/exercise.json`, and complete and explain its keys. A schema checks less than
`check`: it knows nothing that depends on another key, another file or a voice.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from voicecoach.core.enrolment import LINES as ENROL
from voicecoach.core.events import Intent
from voicecoach.core.plan import LINES, SAMPLE_RATE

from .exercise import ExerciseFile, ProgressionPart
from .fields import IN_SECONDS
from .grammar import CommandsFile
from .messages import AllLines, Enrol, MessagesFile, SomeLines
from .program import ProgramFile
from .settings import Settings
from .translation import TranslationFile
from .workout import WorkoutFile

KINDS: Mapping[str, type[BaseModel]] = {
    "exercise": ExerciseFile,
    "workout": WorkoutFile,
    "program": ProgramFile,
    "commands": CommandsFile,
    "messages": MessagesFile,
    "translation": TranslationFile,
    "voicecoach": Settings,
}
"""The kinds of files: `schemas/<kind>.json`."""

_PARTIAL = frozenset({"messages", "voicecoach"})
"""Kinds that are merged over another file, key by key: none of their keys is required."""

_TEMPO = {
    "type": "string",
    "pattern": r"^\s*(\d{1,2}\s*-\s*\d{1,2}\s*-\s*(\d{1,2}|[xX])\s*-\s*\d{1,2}|\d\d[\dxX]\d)\s*$",
}


def schema(kind: str) -> dict[str, Any]:
    """The schema of the files of a kind in `KINDS`, as JSON Schema 2020-12."""
    model = KINDS[kind]
    made = model.model_json_schema(schema_generator=_Described)
    tidy = _tidied(made, required=kind not in _PARTIAL)
    assert isinstance(tidy, dict)
    return {"$schema": GenerateJsonSchema.schema_dialect, "title": f"voicecoach {kind}", **tidy}


def text(kind: str) -> str:
    """The same, as written to `schemas/<kind>.json`."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=1) + "\n"


class _Described(GenerateJsonSchema):
    """Adds each key's docstring as its description."""

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        made = super().model_schema(schema)
        model = schema["cls"]
        told = dict(_docstrings(model))
        for name, field in model.model_fields.items():
            key = made.get("properties", {}).get(field.alias or name)
            if key is not None and name in told:
                key["description"] = told[name]
        if model is ExerciseFile:
            described = made["properties"]["tempo"]
            made["properties"]["tempo"] = {
                **_TEMPO,
                **{k: described[k] for k in ("description", "examples") if k in described},
            }
            breath = made["properties"]["breath"]
            breath["default"] = [each / SAMPLE_RATE for each in breath["default"]]
            made["anyOf"] = [{"required": ["first", "tempo", "reps"]}, {"required": ["hold"]}]
        if model is ProgressionPart:
            made["anyOf"] = [{"required": ["reps", "add"]}, {"required": ["seconds"]}]
        return made


def _docstrings(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The docstrings of the fields of `model`, and a description for each line."""
    if model in (AllLines, SomeLines, Enrol):
        for line, allowed in (ENROL if model is Enrol else LINES).items():
            braced = ", ".join("{" + name + "}" for name in sorted(allowed))
            yield line, f"May use {braced}." if braced else "Uses no variables."
        return
    for intent in Intent if issubclass(model, CommandsFile) else ():
        yield intent.value, f"Sentences that mean: {intent.value.replace('_', ' ')}."
    for each in reversed(model.__mro__):
        if not issubclass(each, BaseModel) or each is BaseModel:
            continue
        try:
            source = ast.parse(textwrap.dedent(inspect.getsource(each)))
        except (OSError, TypeError):  # a model made from a table has no source
            continue
        (written,) = source.body
        assert isinstance(written, ast.ClassDef)
        for field, behind in pairwise(written.body):
            match field, behind:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(said))),
                ):
                    yield name, " ".join(said.split())


def _tidied(made: Any, required: bool) -> Any:
    """Remove what only Python needs: class names, `None`, samples."""
    if isinstance(made, list):
        return [_tidied(each, required) for each in made]
    if not isinstance(made, dict):
        return made
    tidy = {
        key: {name: _tidied(each, required) for name, each in value.items()}
        if key in ("properties", "$defs")
        else _tidied(value, required)
        for key, value in made.items()
        if key != "title" or not isinstance(value, str)
    }
    if not required:
        tidy.pop("required", None)
    in_seconds = tidy.pop(IN_SECONDS, False)
    forms = tidy.get("anyOf")
    if isinstance(forms, list) and {"type": "null"} in forms:
        forms.remove({"type": "null"})
        if len(forms) == 1:
            del tidy["anyOf"]
            in_seconds = in_seconds or forms[0].pop(IN_SECONDS, False)
            tidy = {**forms[0], **tidy}
    default = tidy.get("default", 0)
    if default in (None, [], {}, "") or isinstance(default, dict):
        tidy.pop("default", None)
    elif in_seconds and "default" in tidy:
        tidy["default"] = default / SAMPLE_RATE
    return tidy
