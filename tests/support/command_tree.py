"""Every command of the command line, found and not listed: a new one is there by itself."""

from __future__ import annotations

from collections.abc import Iterator

import click


def commands(command: click.Command, *names: str) -> Iterator[tuple[str, click.Command]]:
    """`command` and all within it, each with the words that call it."""
    yield " ".join(names), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            within = command.get_command(context, name)
            assert within is not None
            yield from commands(within, *names, name)


def leaves(command: click.Command) -> set[str]:
    """The words that call each command that is no group."""
    return {name for name, each in commands(command) if not isinstance(each, click.Group)}
