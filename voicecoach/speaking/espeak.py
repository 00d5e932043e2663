"""Finds espeak-ng: the system's own, or else the one in espeakng-loader."""

from __future__ import annotations

import atexit
import ctypes
import os
import shutil
import sys
import tempfile
from pathlib import Path

_LIBRARY = "libespeak-ng.so.1"

_LONGEST_FOLDER = 120
"""Bytes. espeak-ng 1.52 has a buffer of 160, and appends "espeak-ng-data"."""


def load() -> tuple[ctypes.CDLL, Path | None]:
    """The library, and the folder that contains its data if that is not the system's.

    On Linux, it can be loaded by its name afterwards. Raises OSError or ImportError if there is
    none.
    """
    if sys.platform not in ("darwin", "win32"):
        try:
            return ctypes.CDLL(_LIBRARY), None
        except OSError:
            pass
    import espeakng_loader

    # When it is loaded in the process under its soname, the loader finds it by that.
    library = ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    data = Path(espeakng_loader.get_data_path()).parent
    if not (data / "espeak-ng-data" / "phontab").is_file():
        # espeak-ng would exit the whole process.
        raise OSError(f"no espeak-ng data in {data}")
    return library, short(data)


def short(folder: Path) -> Path:
    """`folder` under a name short enough for espeak-ng.

    It truncates a longer one, finds no data there and exits the whole process.
    """
    if len(os.fsencode(folder)) <= _LONGEST_FOLDER:
        return folder
    beside = tempfile.mkdtemp(prefix="voicecoach")
    # Languages are loaded when first spoken, so it must last as long as the process.
    atexit.register(shutil.rmtree, beside, ignore_errors=True)
    link = Path(beside) / "espeak"
    link.symlink_to(folder, target_is_directory=True)
    return link
