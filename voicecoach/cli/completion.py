"""`voicecoach completion`: how a shell completes voicecoach's commands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from .mistakes import Mistake, mistakes
from .printing import print_data, say

_LINES: Mapping[str, tuple[str, str]] = {
    # shell: the file that it reads, and the line for it
    "bash": ("~/.bashrc", 'eval "$(_VOICECOACH_COMPLETE=bash_source voicecoach)"'),
    "zsh": ("~/.zshrc", 'eval "$(_VOICECOACH_COMPLETE=zsh_source voicecoach)"'),
    "fish": (
        "~/.config/fish/completions/voicecoach.fish",
        "_VOICECOACH_COMPLETE=fish_source voicecoach | source",
    ),
}


@click.command()
@click.argument("shell", required=False, metavar="[SHELL]", type=click.Choice([*_LINES]))
def completion(shell: str | None) -> None:
    """Print the line that makes your shell complete voicecoach's commands.

    SHELL is bash (4.4 or newer), zsh or fish; without it, the one that SHELL in the environment
    names. Add the line to the file that is named above it, and open a new terminal.
    """
    with mistakes():
        shell = shell or Path(os.environ.get("SHELL", "")).name
        if shell not in _LINES:
            raise Mistake(f"which shell? Name one of {', '.join(_LINES)}")
    file, line = _LINES[shell]
    say(f"Add this to {file}:")
    print_data(line + "\n")
