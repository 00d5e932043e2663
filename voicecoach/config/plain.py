"""Validates a document, and puts pydantic's errors into plain words."""

from __future__ import annotations

import types
import typing
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from .document import Document
from .faults import ConfigError, Fault, nearest
from .fields import described

M = TypeVar("M", bound=BaseModel)

TAGS = ("<range>", "<numbers>", "<words>")
"""Marks in pydantic's locations where a table may have several forms."""

_WANTED = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
}


def validated(model: type[M], document: Document) -> M:
    """The document as a `model`. Raises ConfigError with all faults in it."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        # Wrong values come before missing ones.
        found = sorted(error.errors(include_url=False), key=lambda each: each["type"] == "missing")
        faults = [_fault(model, document, details) for details in found[:_TOLD]]
        if more := len(found) - len(faults):
            faults.append(document.fault((), f"and {more} more faults, once these are corrected"))
        raise ConfigError(faults) from None


_TOLD = 50
"""Faults of a file that are reported. A file with more is probably not meant for this."""


def _fault(model: type[BaseModel], document: Document, error: ErrorDetails) -> Fault:
    path = tuple(part for part in error["loc"] if part not in TAGS)
    last = str(path[-1]) if path else ""
    match error["type"]:
        case "missing":
            field = _field(model, path)
            example = f"; add for example {last} = {_shown(field)}" if _shown(field) else ""
            if _model(model, (*path, 0)) is not None:
                example = f"; add for example [[{_named(path)}]]"
            elif (part := _model(model, path)) is not None:
                first = next((each for each in _keys(part, ()) if _model(part, (each,))), "")
                example = f"; add for example [{_named((*path, first) if first else path)}]"
            return document.fault(path[:-1], f"this key is missing{example}", missing=last)
        case "too_long":
            most, has = (error["ctx"][key] for key in ("max_length", "actual_length"))
            return document.fault(path, f"there may be up to {most} of these; here are {has}")
        case "too_short":
            return document.fault(path, "this list is empty; write at least one entry")
        case "list_type" if isinstance(error["input"], dict):
            return document.fault(
                path, f"there may be several of these: head each with [[{_named(path)}]]"
            )
        case "model_type" | "dict_type" if isinstance(error["input"], list):
            return document.fault(
                path, f"there is one of these only: head it with [{_named(path)}]"
            )
        case "extra_forbidden":
            if tables := _tables_with(last, model):
                return document.fault(path, f"this key belongs under {' or '.join(tables)}")
            if len(path) > 1 and last in _keys(model, ()) and _model(model, (last, 0)) is None:
                return document.fault(
                    path, "this key belongs to the whole file: write it above the first [table]"
                )
            known = _keys(model, path[:-1])
            hint = nearest(last, known)
            remedy = hint or (f"; known here: {', '.join(known)}" if known else "")
            return document.fault(path, f"unknown key{remedy}")
        case kind if kind in _WANTED:
            example = _shown(_field(model, path))
            like = f", like {example}" if example else ""
            return document.fault(
                path, f"expected {_WANTED[kind]}{like}; {described(error['input'])}"
            )
        case _:
            return document.fault(path, error["msg"])


def _named(path: tuple[str | int, ...]) -> str:
    """The header of a table."""
    return ".".join(part for part in path if isinstance(part, str))


def _shown(field: FieldInfo | None) -> str:
    """The field's example, as TOML."""
    if field is None or not field.examples:
        return ""
    return _in_toml(field.examples[0])


def _in_toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case list() | tuple():
            return f"[{', '.join(map(_in_toml, value))}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {_in_toml(each)}' for key, each in value.items())} }}"
        case _:
            return str(value)


def _keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys of the table at `path`."""
    inner = _model(model, path)
    if inner is None:
        return []
    return [field.alias or name for name, field in inner.model_fields.items()]


def _tables_with(key: str, model: type[BaseModel]) -> list[str]:
    """The headers of the file's tables with such a key. If a header was forgotten, the keys below
    it end up in another table."""
    found = []
    for name, field in model.model_fields.items():
        inner = _bare(field.annotation)
        several = typing.get_origin(inner) in (list, tuple)
        if several:
            inner = _bare(typing.get_args(inner)[0])
        if isinstance(inner, type) and issubclass(inner, BaseModel) and key in _keys(inner, ()):
            table = field.alias or name
            found.append(f"[[{table}]]" if several else f"[{table}]")
    return found


def _field(model: type[BaseModel], path: tuple[str | int, ...]) -> FieldInfo | None:
    """The field for the value at `path`, or for the list that it is in."""
    if path and isinstance(path[-1], int):
        path = path[:-1]
    inner = _model(model, path[:-1])
    if inner is None or not path:
        return None
    for name, field in inner.model_fields.items():
        if (field.alias or name) == path[-1]:
            return field
    return None


def _model(model: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The model of the table at `path`, None if there is none."""
    current: Any = model
    for part in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            fields = current.model_fields.items()
            found = [field.annotation for name, field in fields if (field.alias or name) == part]
            current = _bare(found[0]) if found else None
        else:
            inside = typing.get_args(current)
            current = _bare(inside[-1]) if inside else None
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """An annotation without `Annotated` and without `| None`."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _bare(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        some = [inner for inner in typing.get_args(annotation) if inner is not type(None)]
        return _bare(some[0])
    return annotation
