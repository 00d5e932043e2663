"""Converts English words to the phonemes that Kokoro reads, one a line, in its own process.

`python -m training.espeak` reads words from its input until that ends. This keeps espeak-ng, which
is GPL-3.0, out of the training process. Nothing of it is shipped.
"""

from __future__ import annotations

import sys


def main() -> None:
    from espeak_english import phonemes

    for line in sys.stdin:
        print(phonemes(line.strip()).replace("\n", " "), flush=True)


if __name__ == "__main__":
    main()
