"""Files that people give us. Only a regular file of a bounded size is read: a pipe without a writer
would block for ever, and a device may never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def opened(path: Path) -> BinaryIO:
    """The regular file at `path`, to read. Raises OSError, whose `strerror` says why not."""
    # Without O_NONBLOCK, opening a pipe waits for a writer.
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = os.fstat(file).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
        if not stat.S_ISREG(mode):
            raise OSError(
                errno.EINVAL,
                "it is a device or a pipe, and no file; save it to a file first",
                str(path),
            )
        return os.fdopen(file, "rb")
    except BaseException:
        os.close(file)
        raise


def read(path: Path, most: int) -> bytes:
    """The contents of the regular file at `path`, up to `most` bytes. Raises OSError, for a larger
    one, too."""
    with opened(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        megabytes = most / 1e6
        raise OSError(errno.EFBIG, f"it is larger than {megabytes:g} MB", str(path))
    return data
