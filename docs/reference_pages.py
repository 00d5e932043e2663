"""Makes the pages in docs/reference/ whenever the guide is built: see conf.py.

They tell what the models that read the files know: each key, what it takes and what it is
without. Nobody keeps them, so they are never out of date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from voicecoach.config import layers
from voicecoach.config.document import Document
from voicecoach.config.grammar import NEEDED
from voicecoach.config.schema import schema
from voicecoach.core.enrolment import LINES as ENROL
from voicecoach.core.events import Intent
from voicecoach.core.plan import LINES

FOLDER = Path(__file__).parent / "reference"

PAGES: Mapping[str, tuple[str, str]] = {
    "exercise": (
        "Cue scripts: `exercises/NAME.toml`",
        "What the coach says during an exercise, and when. `voicecoach new exercise NAME` writes "
        "one. It is said in the order of the phases lower, bottom, lift, top; of a hold, `lower` "
        "is breathing in and `lift` breathing out, and a rep is a breath.",
    ),
    "workout": (
        "Plans: `workouts/NAME.toml`",
        "Which exercises, how many sets, of how many reps, at what weight, with what rest. "
        "`voicecoach start --workout NAME` runs through one.",
    ),
    "program": (
        "Programs: `programs/NAME.toml`",
        "Weeks of planned days, and when the weights move. `voicecoach start --program NAME` goes "
        "on with the day after the last one that was done.",
    ),
    "voicecoach": (
        "Settings: `voicecoach.toml`",
        "What holds for every exercise. A setting that your file leaves out stays as it is in the "
        "file that comes with voicecoach.",
    ),
    "translation": (
        "Translations: `languages/CODE/exercises/NAME.toml`",
        "The texts of an exercise in another language, each under its name in the cue script, "
        "which says when they come. What is left out is said as the script has it.",
    ),
    "messages": (
        "Messages: `languages/CODE/messages.toml`",
        "Everything the coach says that is the same for all exercises. A line that your file "
        "leaves out is said as in the file that comes with voicecoach, or else in English.",
    ),
    "commands": (
        "Commands: `languages/CODE/commands.toml`",
        "What you can say. Sentences are templates: `(start|begin) [the] set` is four of them, and "
        "a name in braces is one of the lists at the end.",
    ),
}
"""The kinds of files, each with a heading and what it is."""


def pages() -> dict[str, str]:
    """Every page of the reference, by its name."""
    made = {f"{kind}.md": "\n".join(_page(kind)) + "\n" for kind in PAGES}
    return {"index.md": "\n".join(_index()) + "\n", **made}


def _index() -> Iterator[str]:
    yield "# Reference\n"
    yield "Every key of every file. It is made from what reads the files, so it is always true."
    yield "An editor that knows taplo (VS Code: Even Better TOML) shows the same while you write.\n"
    for kind, (heading, _) in PAGES.items():
        yield f"- [{heading}]({kind}.md)"
    yield "\n```{toctree}\n:hidden:\n"
    yield from PAGES
    yield "```"


def _page(kind: str) -> Iterator[str]:
    heading, about = PAGES[kind]
    made = schema(kind)
    shipped = (
        Document.read(layers.shipped(), "voicecoach.toml").data if kind == "voicecoach" else {}
    )
    yield f"# {heading}\n"
    yield f"{about}\n"
    yield from _commands(made) if kind == "commands" else _table((), made, made, shipped)
    for alike in _alike(_tables(made, made, ())):
        yield "\n## " + ", ".join(f"`{_header(path, listed)}`" for path, listed, _ in alike) + "\n"
        path, _, table = alike[0]
        if told := table.get("description"):
            yield f"{told}\n"
        if _is_of_lines(table):
            yield from _lines(path)
        else:
            yield from _table(path, table, made, shipped.get(path[0], {}))


_Table = tuple[tuple[str, ...], bool, Mapping[str, Any]]
"""Where a table is, whether it is in a list of such, and what it may hold."""


def _tables(
    table: Mapping[str, Any], made: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[_Table]:
    """The tables inside a table."""
    for key, value in table.get("properties", {}).items():
        path = (*above, key)
        inner, listed = _inner(value, made)
        if inner is not None:
            told = value.get("description") or inner.get("description", "")
            yield path, listed, {**inner, "description": told}
            yield from _tables(inner, made, path)


def _alike(tables: Iterable[_Table]) -> Iterator[list[_Table]]:
    """Tables one after the other that may hold the same."""
    for _, alike in groupby(tables, key=lambda table: (table[0][:-1], table[2])):
        yield list(alike)


def _header(path: tuple[str, ...], listed: bool) -> str:
    return f"[[{'.'.join(path)}]]" if listed else f"[{'.'.join(path)}]"


def _inner(
    value: Mapping[str, Any], made: Mapping[str, Any]
) -> tuple[Mapping[str, Any] | None, bool]:
    """The table that a key holds, and whether it is a list of such; None for another value."""
    if value.get("type") == "array" and "$ref" in value.get("items", {}):
        return _resolved(value["items"], made), True
    found = _resolved(value, made)
    return (found if "properties" in found else None), False


def _resolved(value: Mapping[str, Any], made: Mapping[str, Any]) -> Mapping[str, Any]:
    for each in (value, *value.get("allOf", ())):
        if "$ref" in each:
            found: Mapping[str, Any] = made["$defs"][each["$ref"].rpartition("/")[2]]
            return found
    return value


def _table(
    path: tuple[str, ...],
    table: Mapping[str, Any],
    made: Mapping[str, Any],
    shipped: Mapping[str, Any],
) -> Iterator[str]:
    """The keys of the table at `path`; what they are without a line stands in the schema, or in
    a `shipped` file."""
    rows = []
    for key, value in table.get("properties", {}).items():
        inner, listed = _inner(value, made)
        if inner is not None:
            takes = f"{'tables' if listed else 'a table'}: `{_header((*path, key), listed)}` below"
        else:
            takes = _takes(value, made)
        default = value.get("default", shipped.get(key))
        without = f"`{_toml(default)}`" if isinstance(default, str | int | float | list) else ""
        if key in table.get("required", ()):
            without = "must be understood"
        told = value.get("description") or (inner or {}).get("description", "")
        rows.append(f"| `{key}` | {_cell(told)} | {takes} | {without} |")
    if rows:
        yield "| key | | takes | without it |"
        yield "|---|---|---|---|"
        yield from rows


def _commands(made: Mapping[str, Any]) -> Iterator[str]:
    """The commands, as they stand in the English file, and the other keys of such a file."""
    english = Document.read(layers.shipped(), layers.of_language("en", "commands")).data
    intents = {intent.value for intent in Intent}
    yield "| command | in English | |"
    yield "|---|---|---|"
    for key in made["properties"]:
        if key in intents:
            said = ", ".join(f"`{_cell(each)}`" for each in english.get(key, ()))
            needed = "must be understood" if key in NEEDED else ""
            yield f"| `{key}` | {said} | {needed} |"
    yield "\n## Beside the commands\n"
    others = {key: value for key, value in made["properties"].items() if key not in intents}
    yield from _table((), {"properties": others}, made, {})


def _takes(value: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    """What may stand behind a key, in words."""
    value = {**_resolved(value, made), **value}
    if any_of := value.get("anyOf") or value.get("oneOf"):
        forms = list(dict.fromkeys(_takes(each, made) for each in any_of))
        if len(forms) > 1 and forms[1] == f"a list, each {forms[0]}":
            forms[1] = "a list of them"
        return ", or ".join(forms)
    if "enum" in value:
        return _cell(", ".join(f'`"{each}"`' for each in value["enum"]))
    if "const" in value:
        return f"`{_toml(value['const'])}`"
    low, high = value.get("minimum"), value.get("maximum")
    span = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
    match value.get("type"):
        case "boolean":
            return "`true` or `false`"
        case "integer":
            return f"a whole number{span}"
        case "number":
            steps = " in steps of a half" if value.get("multipleOf") else ""
            return f"a number{span}{steps}"
        case "string":
            return _text(value)
        case "array":
            count = value.get("maxItems")
            each = _takes(value.get("items", {}), made)
            return f"a list of {count}: each {each}" if count else f"a list, each {each}"
        case _:
            inside = [
                value.get("additionalProperties"),
                *value.get("patternProperties", {}).values(),
            ]
            named = [_takes(each, made) for each in inside if isinstance(each, dict)]
            if named:
                return f"names, each with {named[0]}"
            keys = ", ".join(f"`{key}`" for key in value.get("properties", ()))
            return f"a table with {keys}" if keys else "a table"


def _text(value: Mapping[str, Any]) -> str:
    like = next((f", like `{_toml(each)}`" for each in value.get("examples", ()) if each), "")
    if "kg" in value.get("pattern", "").lower() or "[kK]" in value.get("pattern", ""):
        return 'a weight, like `"80 kg"` or `"175 lb"`'
    return f"a text{like}"


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case float():
            return f"{value:g}"
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case _:
            return str(value)


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))


def _is_of_lines(table: Mapping[str, Any]) -> bool:
    """Whether it holds lines of the coach, of which the English tells more than a type."""
    return set(table.get("properties", ())) in (set(LINES), set(ENROL))


def _lines(path: tuple[str, ...]) -> Iterator[str]:
    """The lines of the coach, with what they may name and what they are in English."""
    enrol = path == ("enrol",)
    english = Document.read(layers.shipped(), layers.of_language("en", "messages")).data
    said = english[path[0]]
    yield "| line | in English | may name |"
    yield "|---|---|---|"
    for line, allowed in (ENROL if enrol else LINES).items():
        names = ", ".join(f"`{{{name}}}`" for name in sorted(allowed))
        if line in said:
            yield f"| `{line}` | {_cell(_said(said[line]))} | {names} |"


def _said(value: Any) -> str:
    match value:
        case dict():
            return _said(value["say"])
        case list():
            return " / ".join(map(_said, value))
        case _:
            return str(value)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
