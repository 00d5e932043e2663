"""What each phrase scores on mere noise, remembered between runs.

Moonshine needs 6 ms for each, and a workout asks for some hundred before its first word.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .. import given, private

_MOST = 20_000
"""Most phrases remembered, about a megabyte. If there are more, all are forgotten."""

_LEAST = -200.0
"""Nats below which no phrase scores: the longest have some forty tokens."""

_LARGEST = 10_000_000
"""Bytes of the file."""


class Priors(dict[str, float]):
    """Log-probability of each phrase on noise."""

    _path: Path | None = None
    _kept = 0

    def keep_in(self, path: Path) -> None:
        """Keep them in the file `path`, and add what is in it. One that can't be read or makes no
        sense counts as empty."""
        self._path = path
        with suppress(OSError, ValueError, OverflowError, RecursionError):
            known = _read(path)
            self._kept = len(known)
            self.update(known)

    def keep(self) -> None:
        """Write the file, if anything was added. A full disk is no reason to fail: then they are
        measured again next time."""
        if self._path is None or len(self) == self._kept:
            return
        self._kept = len(self)
        partial = self._path.with_suffix(f".{os.getpid()}.part")
        try:
            private.make_own_folder(self._path.parent)
            with open(partial, "w", encoding="utf-8", opener=private.opener) as file:
                file.write(json.dumps(self, ensure_ascii=False))
            partial.replace(self._path)
        except OSError:
            with suppress(OSError):
                partial.unlink(missing_ok=True)


def _read(path: Path) -> Mapping[str, float]:
    known = json.loads(given.read(path, _LARGEST).decode())
    if not isinstance(known, dict) or len(known) > _MOST:
        return {}
    return {
        phrase: float(score)
        for phrase, score in known.items()
        if type(score) is float and _LEAST < score <= 0.0
    }
