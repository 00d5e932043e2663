"""Makes the manual page from the help of the commands: `python docs/man_page.py`.

It writes voicecoach.1 beside this file. The wheel has it in share/man/man1, where `man voicecoach`
finds it if voicecoach is installed with pipx or in a virtual environment that is active.
A test fails when it is out of date.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from voicecoach import cli

PAGE = Path(__file__).parent / "voicecoach.1"

_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
VERSION = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"]

FILES = (
    ("~/.config/voicecoach", "Your own configuration, on top of the shipped one."),
    ("~/.local/share/voicecoach/log.sqlite", "Your log."),
    ("~/.local/share/voicecoach/models", "Models to listen with."),
    ("~/.cache/voicecoach", "Rendered speech; it may be deleted."),
)
CODES = (
    ("0", "All is well."),
    ("1", "A fault of voicecoach's."),
    ("2", "A mistake in what was asked or in a file; one line says which."),
    ("130", "Stopped with Ctrl-C."),
)


def page() -> str:
    """The whole page, as man's source."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield '.\\" Made by docs/man_page.py'
    yield f'.TH VOICECOACH 1 "" "voicecoach {VERSION}" "User Commands"'
    yield ".SH NAME"
    yield r"voicecoach \- an offline strength coach in your earbuds"
    yield ".SH SYNOPSIS"
    yield r".B voicecoach"
    yield r"[\fICOMMAND\fR] [\fIOPTIONS\fR]"
    yield ".SH DESCRIPTION"
    context = _context(cli.command, None, "voicecoach")
    yield from _text(cli.command.help or "")
    yield ".SH OPTIONS"
    yield from _options(cli.command, context)
    yield ".SH COMMANDS"
    for name in cli.command.list_commands(context):
        command = cli.command.get_command(context, name)
        assert command is not None
        yield from _command(command, context, name)
    yield ".SH FILES"
    yield "On Linux, unless the variables of the XDG folders say otherwise:"
    yield from _terms(FILES)
    yield ".SH EXIT STATUS"
    yield from _terms(CODES)


def _command(command: click.Command, above: click.Context, name: str) -> Iterator[str]:
    context = _context(command, above, name)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f".SS {_escaped(usage)}"
    yield from _text(command.help or "")
    yield from _options(command, context)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            within = command.get_command(context, each)
            assert within is not None
            yield from _command(within, context, each)


def _context(command: click.Command, above: click.Context | None, name: str) -> click.Context:
    # Which words ask for help is a setting of the first command.
    return click.Context(command, parent=above, info_name=name, **command.context_settings)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    yield from _terms(
        record
        for each in command.get_params(context)
        if isinstance(each, click.Option) and (record := each.get_help_record(context))
    )


def _terms(records: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    for term, text in records:
        yield ".TP"
        yield rf"\fB{_escaped(term)}\fR"
        yield _escaped(" ".join(text.split()))


def _text(help_: str) -> Iterator[str]:
    """Paragraphs. One that begins with \\b stays as it is, as in the help."""
    for paragraph in inspect.cleandoc(help_).split("\n\n"):
        yield ".PP"
        if paragraph.startswith("\b\n"):
            yield ".nf"
            yield from map(_escaped, paragraph.splitlines()[1:])
            yield ".fi"
        else:
            yield _escaped(" ".join(paragraph.split()))


def _escaped(text: str) -> str:
    """`text`, of which nothing is a request to roff."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", escaped)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
