"""One target under atheris: `python -m benchmarks.fuzz.child TARGET [libFuzzer's arguments]`.

Started by `benchmarks.fuzz`. libFuzzer ends the process by itself.
"""

from __future__ import annotations

import sys

import atheris

# What is measured has to be imported in here: its branches guide the search.
with atheris.instrument_imports(include=["voicecoach", "hassil", "tomllib", "zipfile", "wave"]):
    from benchmarks.fuzz.targets import TARGETS


def main() -> None:
    program, name, *rest = sys.argv
    target = TARGETS[name]

    def run(data: bytes) -> None:
        target.run(data)

    atheris.Setup([program, *rest], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
