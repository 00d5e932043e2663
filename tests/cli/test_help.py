"""Every command, option and argument says what it is for."""

from __future__ import annotations

import click
import pytest

from tests.support.command_tree import commands
from voicecoach import cli

EVERY = dict(commands(cli.command, "voicecoach"))


@pytest.mark.parametrize("words", EVERY)
def test_whatever_a_command_takes_is_explained(words: str) -> None:
    command = EVERY[words]
    assert command.help, f"{words} has no help"
    for each in command.params:
        if isinstance(each, click.Option):
            assert each.help, f"{words} {each.opts[-1]} has no help"
            assert each.help[0].isupper(), each.help
            assert each.help.endswith((".", "]")), each.help
        else:
            named = each.make_metavar(click.Context(command)).strip("[].")
            assert named in command.help, f"{words}: its help does not tell what {named} is"


def test_all_commands_were_found() -> None:
    assert {"voicecoach start", "voicecoach models get", "voicecoach new exercise"} < {*EVERY}
    assert len(EVERY) > 20
