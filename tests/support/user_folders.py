"""Where a user's files are, and how a test run moves them."""

from __future__ import annotations

import os
from pathlib import Path

from .natural_speech import KEPT_IN

KINDS = ("CONFIG_HOME", "CACHE_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR")
"""Kinds of user folders, by freedesktop.org's names."""


def be_nobody(home: Path, speech: Path | None = None) -> None:
    """Keep everything of the user's in `home`, for this process and those it starts: what one of
    them has rendered the others can reuse. For an empty folder, tests use `nobody`. What the
    tests' own voices say is kept in `speech`, or there too."""
    for kind in KINDS:
        kept = home / kind
        kept.mkdir(mode=0o700)
        os.environ[f"XDG_{kind}"] = str(kept)
    # Windows has one place for everything.
    os.environ["WIN_PD_OVERRIDE_LOCAL_APPDATA"] = str(home)
    os.environ[KEPT_IN] = str(speech or home)
