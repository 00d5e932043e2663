"""Gives Vosk a model with our own settings: most can be set only in the model's folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_MODEL = """
--endpoint.rule2.min-trailing-silence=0.2
--endpoint.rule3.min-trailing-silence=0.3
--endpoint.rule4.min-trailing-silence=0.6
--lattice-beam=6
"""
"""Seconds of trailing silence that end an utterance, from most to least certain (as shipped 0.5, 1
and 2: an answer then takes 1.07 s at the median), and the lattice beam in nats (the shipped 2
leaves few readings to choose from)."""
_OURS = re.compile(r"--endpoint\.rule[234]\.min-trail|--lattice-beam")
_SOUND = "\n--dither=0\n"
"""Kaldi dithers with a generator that the whole process shares. Without it the same audio always
gives the same answer."""


@contextmanager
def with_settings(folder: Path) -> Iterator[Path]:
    """A folder like the model in `folder`, with our settings. It is needed only until the model is
    loaded.

    It holds links and a `conf` of our own. If there is nothing to set, it is `folder` itself.
    """
    if not (folder / "conf" / "model.conf").is_file():
        yield folder
        return
    with TemporaryDirectory(prefix="voicecoach-") as name:
        shadow = Path(name)
        try:
            for part in folder.iterdir():
                if part.name != "conf":
                    (shadow / part.name).symlink_to(part.resolve())
        except OSError:  # Windows lets not every user make links.
            yield folder
            return
        (shadow / "conf").mkdir()
        for file in (folder / "conf").iterdir():  # Contents only: the model may be read-only.
            shutil.copyfile(file, shadow / "conf" / file.name)
        settings = shadow / "conf" / "model.conf"
        kept = [line for line in settings.read_text().splitlines() if not _OURS.match(line)]
        settings.write_text("\n".join(kept) + _MODEL)
        with (shadow / "conf" / "mfcc.conf").open("a") as sound:
            sound.write(_SOUND)
        yield shadow
