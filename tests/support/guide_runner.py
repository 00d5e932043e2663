"""The pages of the guide as stories: what a reader types and writes, done in an empty folder.

The fenced blocks of a page are its steps, in order, and there are no others:

    ```console   `$ voicecoach ...` and what that prints; `...` stands for anything. Lengths
                 and shares (1.20, 49 %) are those of some voice, and lines those of some
                 day: any number will do there
    ```toml      a file that its first line names, `# coach/exercises/row.toml`, or, if that
                 exists, a part of it, which replaces the part with the same keys
    ```toml wrong, ```console wrong
                 the reader's mistakes: the file has a fault, the command exits with 2
"""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, Example, OutputChecker
from pathlib import Path

from voicecoach import config

from .cli_runner import command_line

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("tutorial.md", "recipes.md", "languages.md")
"""The pages that tell a story."""

_FENCED = re.compile(r"^```(\S+)(?: (wrong))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"# (\S+\.toml)\n")
_PICTURE = re.compile(r"\]\(pictures/([\w-]+\.svg)\)")
_COMMAND = re.compile(r"^\$ (.+)\n", re.MULTILINE)
_MEASURED = re.compile(r"\d+\.\d+\b|\d+(?= %)|(?<=\.toml:)\d+")
_LOOSELY = ELLIPSIS | NORMALIZE_WHITESPACE

_HEADER = re.compile(r"\[+[\w.-]+\]+")
_ID = re.compile(r'id\s*=\s*"(.*?)"')
_KEY = re.compile(r"([\w-]+)\s*=")


@dataclass(frozen=True, slots=True)
class Step:
    """One fenced block of a page."""

    kind: str
    wrong: bool
    text: str
    line: int
    """Line of the page at which the block begins."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.text.splitlines()[0]}"


def steps(page: Path) -> list[Step]:
    """The steps of a page's story."""
    text = page.read_text(encoding="utf-8")
    return [
        Step(found[1], found[2] is not None, found[3], text.count("\n", 0, found.start()) + 1)
        for found in _FENCED.finditer(text)
    ]


MEASURED = {"program-wave.svg"}
"""Pictures that a benchmark draws (`benchmarks.programs`), and no step of a page."""


def pictures(page: Path) -> list[str]:
    """The pictures that a page shows. A command on the page makes each, under the same name."""
    return list(dict.fromkeys(_PICTURE.findall(page.read_text(encoding="utf-8"))))


def as_reader(home: Path, set_variable: Callable[[str, str], None]) -> None:
    """Become somebody without any files, with the system's voice, which every reader has."""
    for kind in ("CONFIG", "DATA", "STATE"):
        set_variable(f"XDG_{kind}_HOME", str(home / ".reader" / kind))
    settings = home / ".reader" / "CONFIG" / "voicecoach" / "voicecoach.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('[voice]\nengine = "pyttsx3"\n')


def follow(step: Step) -> None:
    """Do what a step says, in the current folder. Raises AssertionError if the result differs."""
    match step.kind:
        case "console":
            for words, printed in commands(step):
                _run(words, printed, step)
        case "toml":
            _write(step)
        case kind:
            raise AssertionError(f"{step}: nothing knows how to follow a block of {kind}")


def commands(step: Step) -> Iterator[tuple[list[str], str]]:
    """The commands of a block, each as words and with its output."""
    before, *typed = _COMMAND.split(step.text)
    assert not before, f"{step}: the first line is not a command"
    for command, printed in zip(typed[::2], typed[1::2], strict=True):
        yield shlex.split(command), printed


def _run(words: list[str], printed: str, step: Step) -> None:
    assert words[0] == "voicecoach", f"{step}: another program than voicecoach"
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(shown):
        code = command_line(*words[1:])
    wanted, got = (_MEASURED.sub("0", text) for text in (printed, shown.getvalue()))
    if not OutputChecker().check_output(wanted, got, _LOOSELY):
        example = Example(shlex.join(words), printed)
        difference = OutputChecker().output_difference(example, shown.getvalue(), _LOOSELY)
        raise AssertionError(f"{step}\n{example.source}{difference}")
    assert code == (2 if step.wrong else 0), f"{step}: exit code {code}\n{shown.getvalue()}"


def _write(step: Step) -> None:
    """Write a block into its file, and read the file as the coach reads it."""
    named = _NAMED.match(step.text)
    assert named, f"{step}: the first line does not name the file"
    file, part = Path(named[1]), step.text[named.end() :]
    file.parent.mkdir(parents=True, exist_ok=True)
    whole = laid(part, file.read_text(encoding="utf-8")) if file.exists() else part
    file.write_text(whole, encoding="utf-8")
    folder, *inside = file.parts
    language = inside[1] if inside[0] == "languages" else "en"
    try:
        config.load(language, folder=Path(folder), offer=True, strict=True)
        faults = config.workout_faults(Path(folder))
    except config.ConfigError as error:
        faults = list(error.faults)
    told = "\n".join(map(str, faults[:3])) or "nothing is wrong with it"
    assert bool(faults) == step.wrong, f"{step}\n{told}"


def laid(part: str, whole: str) -> str:
    """`whole` with the contents of `part`, which replace the same keys, or the table with the same
    `id` in a list of tables. What is new goes to the end of its table or of the file."""
    tables = _tables(whole)
    for name, lines in _tables(part).items():
        if name.startswith("[[") and name in tables:
            tables[name] = [*lines, *_comments_behind(tables[name])]
        elif name in tables:
            tables[name] = _joined(lines, tables[name])
        elif lines:
            tables[name] = ["", *lines]
    return "".join(f"{line}\n" for lines in tables.values() for line in lines)


def _tables(text: str) -> dict[str, list[str]]:
    """The lines of each table, by its header, in a list of tables with its id. "" is the top."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if _HEADER.match(line):
            blocks.append([])
        blocks[-1].append(line)
    tables: dict[str, list[str]] = {"": blocks[0]}
    for lines in blocks[1:]:
        header = _HEADER.match(lines[0])
        names = [found[1] for line in lines if (found := _ID.match(line))]
        assert header is not None
        tables[" ".join([header[0], *names])] = lines
    return tables


def _comments_behind(lines: list[str]) -> list[str]:
    """The comments after the last key of a table, which belong to the next one."""
    last = max(n for n, line in enumerate(lines) if line and not line.startswith("#"))
    return lines[last + 1 :]


def _joined(part: list[str], whole: list[str]) -> list[str]:
    """The lines of one table, with the keys in `part` replaced."""
    behind = _comments_behind(whole) if any(map(_KEY.match, whole)) else []
    keys = _keys(whole[: len(whole) - len(behind)]) | {
        key: lines for key, lines in _keys(part).items() if key.endswith("=")
    }
    return [line for lines in keys.values() for line in lines] + behind


def _keys(lines: list[str]) -> dict[str, list[str]]:
    """The lines of each `key =`. Other lines are keyed by their numbers."""
    keys: dict[str, list[str]] = {}
    open_key = ""
    for n, line in enumerate(lines):
        if found := _KEY.match(line):
            open_key = f"{found[1]} ="
            keys[open_key] = [line]
        elif open_key and line and not line.startswith(("#", "[")):
            keys[open_key].append(line)  # a value over several lines
        else:
            open_key = ""
            keys[f"{n}"] = [line]
    return keys
