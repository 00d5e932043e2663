"""Makes the pictures of the guide: `PYTHONPATH=. python docs/guide_pictures.py`.

A picture is what a command on its page makes, so the stories of the pages are gone through, in a
folder that is thrown away. That of a program's year is drawn by `python -m benchmarks.programs`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.guide_runner import (
    DOCS,
    MEASURED,
    PAGES,
    as_reader,
    follow,
    pictures,
    steps,
)


def main() -> None:
    for page in PAGES:
        with TemporaryDirectory() as folder:
            as_reader(Path(folder), os.environ.__setitem__)
            os.chdir(folder)
            for step in steps(DOCS / page):
                follow(step)
            for name in {*pictures(DOCS / page)} - MEASURED:
                shutil.copy(name, DOCS / "pictures" / name)
            os.chdir(DOCS)


if __name__ == "__main__":
    main()
