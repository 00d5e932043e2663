"""Completes the names of the user's and the shipped files on a command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

_Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completing(kind: str) -> _Complete:
    """Offers the names of a kind in the usual folders, and in the one of an earlier `--config`."""

    def complete(
        context: click.Context, _: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        # Only who completes needs it; it takes a while to load.
        from .. import config as configuration

        names: Callable[[Path | None], list[str]] = getattr(configuration, f"{kind}_names")
        found = names(context.params.get("folder"))
        return [CompletionItem(name) for name in found if name.startswith(incomplete)]

    return complete


EXERCISES = _completing("exercise")
WORKOUTS = _completing("workout")
PROGRAMS = _completing("program")
