"""Writes one text, spoken by espeak-ng, to standard output: the rate, then 16-bit samples.

    python -m tests.support.espeak_process LANGUAGE WORDS_PER_MINUTE TEXT

It runs in its own process because the library has one state per process: the same text would sound
different after another, and the coach's voice would be affected.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import espeakng_loader

_RETRIEVAL, _RATE, _PITCH, _UTF8 = 1, 1, 3, 1
"""The library's AUDIO_OUTPUT_RETRIEVAL, espeakRATE, espeakPITCH and espeakCHARS_UTF8."""


def main(language: str, words_per_minute: int, text: str) -> None:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    folder = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(_RETRIEVAL, 0, folder, 0)
    out = sys.stdout.buffer
    out.write(rate.to_bytes(4, "little"))

    def keep(sound: Any, count: int, _events: Any) -> int:
        if count > 0:
            out.write(ctypes.string_at(sound, 2 * count))
        return 0

    whole, pointer = ctypes.c_int, ctypes.c_void_p
    callback = ctypes.CFUNCTYPE(whole, pointer, whole, pointer)(keep)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetVoiceByName(language.encode())
    library.espeak_SetParameter(_RATE, words_per_minute, 0)
    library.espeak_SetParameter(_PITCH, 60, 0)
    data = text.encode()
    library.espeak_Synth(data, len(data) + 1, 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
