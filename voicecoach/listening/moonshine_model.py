"""Moonshine tiny's encoder and decoder, run by onnxruntime.

The weights (English, MIT licence) come in the package `moonshine-voice`. Its own program is neither
used nor imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import network
from .tokens import END, START, Tokenizer
from .trie import Prefix

_HEADS, _WIDTH = 8, 36
"""Number and width of the decoder's attention heads."""

Memory = list[NDArray[np.float32]]
"""The decoder's cache for one prefix: keys and values of each layer, each of shape (heads, tokens
read, width)."""

_KEPT, _HEARD = "decoder", "encoder"
"""The model's names for its memory of the tokens and of the audio."""


class MoonshineModel:
    """The two networks and the tokenizer, shared by all users in one process."""

    def __init__(self, folder: Path) -> None:
        sizes = sorted((path.name, path.stat().st_size) for path in folder.iterdir())
        self.identity = sha256(repr(sizes).encode()).hexdigest()[:8]
        """Tells these weights from others, by the sizes of their files."""
        # Planning which of 1,800 steps may share memory would take half of the loading time.
        self._encoder = network.load(folder / "encoder_model.ort", reuse_memory=False)
        self._decoder = network.load(folder / "decoder_model_merged.ort", reuse_memory=False)
        self.tokenizer = Tokenizer(folder / "tokenizer.bin")
        names = [entry.name for entry in self._decoder.get_inputs()]
        self.kept = [name for name in names if f".{_KEPT}." in name]
        self.heard = [name for name in names if f".{_HEARD}." in name]
        self._first = ["logits", *_present(self.kept), *_present(self.heard)]
        self._next = ["logits", *_present(self.kept)]

    def listen(self, pcm: NDArray[np.float32]) -> EncodedUtterance:
        """Encode an utterance: mono, 16 kHz, shape (n,), -1..1, at least 0.1 s."""
        audio = pcm[np.newaxis, :]
        [hidden] = self._encoder.run(
            None, {"input_values": audio, "attention_mask": np.ones(audio.shape, np.int64)}
        )
        return EncodedUtterance(self, hidden)

    def first(self, hidden: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The decoder's answer to the start token: logits and its whole memory."""
        nothing = np.zeros((1, _HEADS, 1, _WIDTH), np.float32)
        feed = dict.fromkeys((*self.kept, *self.heard), nothing)
        return self._run(self._first, [START], hidden, feed, cached=False)

    def next(
        self,
        tokens: Sequence[int],
        hidden: NDArray[np.float32],
        memory: dict[str, NDArray[np.float32]],
    ) -> list[NDArray[np.float32]]:
        """Its answer to one more token in each row: logits and its memory of the tokens."""
        return self._run(self._next, tokens, hidden, memory, cached=True)

    def _run(
        self,
        wanted: list[str],
        tokens: Sequence[int],
        hidden: NDArray[np.float32],
        memory: dict[str, NDArray[np.float32]],
        cached: bool,
    ) -> list[NDArray[np.float32]]:
        answer: list[NDArray[np.float32]] = self._decoder.run(
            wanted,
            {
                "input_ids": np.asarray(tokens, np.int64)[:, np.newaxis],
                "encoder_hidden_states": hidden,
                "encoder_attention_mask": np.ones(hidden.shape[:2], np.int64),
                "use_cache_branch": np.array([cached]),
                **memory,
            },
        )
        return answer


def _present(names: Sequence[str]) -> list[str]:
    """The names of the decoder's outputs that match its inputs `names`."""
    return [name.replace("past_key_values", "present") for name in names]


class EncodedUtterance:
    """One utterance as the decoder sees it (a `trie.Decoder`).

    Prefixes are cached once read, so that searches share the work on common beginnings.
    """

    end = END

    def __init__(self, model: MoonshineModel, hidden: NDArray[np.float32]) -> None:
        self._model = model
        self._hidden = hidden
        logits, *memory = model.first(hidden)
        kept = len(model.kept)
        # The memory of the audio is the same in every row.
        self._heard = dict(zip(model.heard, memory[kept:], strict=True))
        start = [part[0] for part in memory[:kept]], _log_softmax(logits[:, -1])[0]
        self._read: dict[Prefix, tuple[Memory, NDArray[np.float32]]] = {(): start}

    def after(self, prefixes: Sequence[Prefix]) -> list[NDArray[np.float32]]:
        """See `trie.Decoder`."""
        new = [prefix for prefix in dict.fromkeys(prefixes) if prefix not in self._read]
        if new:
            self._go_on(new)
        return [self._read[prefix][1] for prefix in prefixes]

    def forget(self) -> None:
        """Keep only the empty prefix. Each prefix read takes 0.2 MB."""
        self._read = {(): self._read[()]}

    def _go_on(self, prefixes: Sequence[Prefix]) -> None:
        before = [self._read[prefix[:-1]][0] for prefix in prefixes]
        rows = len(prefixes)
        memory = {
            name: np.stack([memory[i] for memory in before])
            for i, name in enumerate(self._model.kept)
        }
        memory |= {name: np.repeat(part, rows, axis=0) for name, part in self._heard.items()}
        hidden = np.repeat(self._hidden, rows, axis=0)
        logits, *kept = self._model.next([prefix[-1] for prefix in prefixes], hidden, memory)
        after = _log_softmax(logits[:, -1])
        for row, prefix in enumerate(prefixes):
            self._read[prefix] = [part[row] for part in kept], after[row]


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits to log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    normal: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normal
