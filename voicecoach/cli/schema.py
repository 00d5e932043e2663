"""`voicecoach schema`: lets an editor complete and explain the keys of the files."""

from __future__ import annotations

from pathlib import Path

import click

from ..config.layers import users
from .mistakes import Mistake
from .options import PATH
from .printing import print_out, say
from .remembered import write_whole

FOLDER = "schemas"
"""Inside a configuration folder. The first line of each file refers to it."""


@click.command(epilog=f"Your configuration folder: {users()}")
@click.argument("kind", required=False)
@click.option(
    "--into",
    type=PATH,
    metavar="DIR",
    help="Write all schemas to DIR/schemas.  [default: your configuration folder]",
)
def schema(kind: str | None, into: Path | None) -> None:
    """Show the JSON schema of the files of a KIND, or keep all schemas for your editor.

    An editor that knows taplo (in VS Code: Even Better TOML) completes and explains the keys of a
    file whose first line names its schema. `voicecoach new` writes that line, and copies of shipped
    files have it already.
    """
    # Slow to load, and no other command needs it.
    from ..config import schema as schemas

    if kind is not None:
        if kind not in schemas.KINDS or into is not None:
            known = ", ".join(schemas.KINDS)
            raise Mistake(
                f'unknown kind of file "{kind}"; available: {known}'
                if into is None
                else "KIND can't be combined with --into, which writes all kinds"
            )
        print_out(schemas.text(kind).rstrip())
        return
    print_out(str(keep(into or users())))
    say("Your editor completes and explains the keys of a file that begins with #:schema.")


def keep(folder: Path) -> Path:
    """Put the schemas into `folder`, where its files look for them. Raises Mistake."""
    from ..config import schema as schemas

    for kind in schemas.KINDS:
        file = folder / FOLDER / f"{kind}.json"
        if fault := write_whole(file, schemas.text(kind)):
            raise Mistake(f"{file}: cannot be written ({fault})")
    return folder / FOLDER
