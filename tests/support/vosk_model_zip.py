"""A zip laid out like one of Vosk's, and its catalogue entry."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from dataclasses import replace

from voicecoach.models.catalogue import Model

NAME = "vosk-model-small-en-us-0.15"


def vosk_zip(name: str = NAME, size: int = 100_000, seed: int = 1) -> bytes:
    """About `size` bytes in some files, as in a model. No recogniser can load it."""
    numbers = random.Random(seed)
    files = {
        "README": b"A model for tests",
        "am/final.mdl": numbers.randbytes(size // 4),
        "conf/mfcc.conf": b"--sample-frequency=16000\n" * 5,
        "conf/model.conf": b"--max-active=3000\n",
        "graph/Gr.fst": numbers.randbytes(size // 4),
        "graph/HCLr.fst": numbers.randbytes(size // 4),
        "graph/phones/word_boundary.int": b"1 begin\n" * 100,
        "ivector/final.ie": numbers.randbytes(size // 4),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir(name)
        for path, data in files.items():
            # With a fixed date, not the current one: the same bytes each time.
            archive.writestr(zipfile.ZipInfo(f"{name}/{path}"), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def entry(content: bytes, url: str, name: str = NAME, dialect: str = "en-us") -> Model:
    return Model(
        name=name,
        language="en",
        dialect=dialect,
        bytes=len(content),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        url=url,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def without_sha256(model: Model) -> Model:
    return replace(model, sha256=None)
