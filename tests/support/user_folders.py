"""Where a user's files are, and how a run of the tests has them elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from .natural_speech import KEPT_IN

KINDS = ("CONFIG_HOME", "CACHE_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR")
"""Where a user's files are, in the names of freedesktop.org."""


def be_nobody(home: Path) -> None:
    """Have everything that is kept for a user in `home`, in this process and those it starts:
    what one of them has rendered the others need not. A test that wants it empty has `nobody`."""
    for kind in KINDS:
        kept = home / kind
        kept.mkdir(mode=0o700)
        os.environ[f"XDG_{kind}"] = str(kept)
    # Windows has one place for all of it.
    os.environ["WIN_PD_OVERRIDE_LOCAL_APPDATA"] = str(home)
    speech = home / "speech"
    speech.mkdir()
    os.environ[KEPT_IN] = str(speech)
