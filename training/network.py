"""The network in JAX: hama's Conformer-CTC. The teacher hears the whole sound, the student chunks.

A frame is 20 ms. For each frame it gives log-probabilities of the sounds, the word boundary and the
blank. The student works in chunks of CHUNK frames. A frame attends to its own chunk and the PAST
frames before that chunk; its convolution reaches BACK frames back and never beyond the chunk's end.
So the output for a whole window equals that of a stream.
"""

from __future__ import annotations

import json
import struct
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from voicecoach.listening.phonemes import SOUNDS

CHUNK = 6
"""Frames in a chunk: 120 ms."""
PAST = 64
"""Frames before the chunk that attention sees: 1.28 s."""
BACK = 15
"""Frames back that a depthwise convolution reaches: half its kernel."""
HEADS = 4

Params = dict[str, Any]
Array: TypeAlias = Any
"""A JAX array. JAX is not installed everywhere that checks types."""

_TYPES = {0: np.float32, 1: np.float16, 2: np.int64, 3: np.int32, 4: np.uint8}


def asset(name: str) -> Path:
    """A file of the hama package."""
    return Path(str(files("hama") / "assets" / name))


def tokens() -> list[str]:
    """The phonemes and marks by number."""
    known: list[str] = json.loads(asset("g2p_vocab.json").read_text(encoding="utf-8"))["decoder"]
    return [*known, "<wb>", "<blank>"]


def read_package(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays in one of hama's files, by name."""
    raw = path.read_bytes()
    if raw[:6] != b"HAMAPK":
        raise ValueError(f"{path}: no package of hama's")
    (count,) = struct.unpack_from("<I", raw, 8)
    at, table = 12, []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind, rank = raw[at], raw[at + 1]
        shape = struct.unpack_from(f"<{rank}I", raw, at + 2)
        at += 2 + 4 * rank
        offset, size = struct.unpack_from("<QQ", raw, at)
        at += 16
        table.append((name, _TYPES[kind], shape, offset, size))
    base = (at + 15) // 16 * 16
    return {
        name: np.frombuffer(raw, kind, size // np.dtype(kind).itemsize, base + offset)
        .reshape(shape)
        .copy()
        for name, kind, shape, offset, size in table
    }


def load_hama(path: Path | None = None) -> tuple[Params, NDArray[np.float32]]:
    """hama's weights, and its mel filters (201, 80)."""
    kept = read_package(path or asset("asr_waveform.hama"))
    w = {k: v.astype(np.float32) for k, v in kept.items() if v.dtype != np.int64}
    model = "acoustic_model.model."
    blocks = []
    for i in range(4):
        # The exporter numbered the matrices of a block.
        mats = [w[f"onnx::MatMul_{829 + 9 * i + k}"] for k in (0, 1, 2, 6, 7, 8)]
        b = {k.removeprefix(f"{model}blocks.{i}."): v for k, v in w.items()}
        blocks.append(
            {
                "ffn1": _feed(b, "ffn1", mats[0], mats[1]),
                "attn": {
                    "norm": _norm(b, "attn_norm"),
                    "in_w": mats[2],
                    "in_b": b["attn.in_proj_bias"],
                    "out_w": mats[3],
                    "out_b": b["attn.out_proj.bias"],
                },
                "conv": {
                    "norm": _norm(b, "conv.norm"),
                    "in_w": b["conv.pointwise1.weight"][:, :, 0].T.copy(),
                    "in_b": b["conv.pointwise1.bias"],
                    "depth_w": w[f"onnx::Conv_{804 + 3 * i}"][:, 0].T.copy(),
                    "depth_b": w[f"onnx::Conv_{805 + 3 * i}"],
                    "out_w": b["conv.pointwise2.weight"][:, :, 0].T.copy(),
                    "out_b": b["conv.pointwise2.bias"],
                },
                "ffn2": _feed(b, "ffn2", mats[4], mats[5]),
                "norm": _norm(b, "norm"),
            }
        )
    params: Params = {
        "stem_w": w["onnx::Conv_801"].transpose(2, 1, 0).copy(),
        "stem_b": w["onnx::Conv_802"],
        "blocks": blocks,
        "head_w": w[f"{model}proj.weight"][:, :, 0].T.copy(),
        "head_b": w[f"{model}proj.bias"],
    }
    return params, w["mel_fb"]


def english(params: Params) -> Params:
    """hama's network with only the outputs that English has, in our order."""
    signs = tokens()
    kept = [signs.index(sign) for sign in (*SOUNDS, "<wb>", "<blank>")]
    head = {"head_w": params["head_w"][:, kept], "head_b": params["head_b"][kept]}
    return {**params, **head}


def _norm(b: dict[str, NDArray[np.float32]], name: str) -> dict[str, NDArray[np.float32]]:
    return {"w": b[f"{name}.weight"], "b": b[f"{name}.bias"]}


def _feed(
    b: dict[str, NDArray[np.float32]],
    name: str,
    first: NDArray[np.float32],
    second: NDArray[np.float32],
) -> Params:
    return {
        "norm": _norm(b, f"{name}.norm"),
        "in_w": first,
        "in_b": b[f"{name}.fc1.bias"],
        "out_w": second,
        "out_b": b[f"{name}.fc2.bias"],
    }


def whole(params: Params, mel: Array) -> Array:
    """(B, 2T, 80) log-mel to (B, T, tokens); every frame hears everything: the teacher."""
    x = jnp.pad(mel, ((0, 0), (1, 0), (0, 0)))
    return _run(params, x, None, 10**6)


def chunked(params: Params, mel: Array, past: int = PAST, chunk: int = CHUNK) -> Array:
    """(B, 2T + 1, 80) log-mel to (B, T, tokens) as a stream: the student.

    The first mel frame is the one before the window.
    """
    frames = (mel.shape[1] - 1) // 2
    at = np.arange(frames)
    first = at // chunk * chunk
    seen = (at[None] < (first + chunk)[:, None]) & (at[None] >= (first - past)[:, None])
    return _run(params, mel, jnp.asarray(np.where(seen, 0.0, -1e9), jnp.float32), chunk)


def _run(params: Params, mel: Array, mask: Array | None, chunk: int) -> Array:
    x = lax.conv_general_dilated(
        mel, params["stem_w"], (2,), "VALID", dimension_numbers=("NWC", "WIO", "NWC")
    )
    x = jax.nn.gelu(x + params["stem_b"], approximate=False)
    for b in params["blocks"]:
        x = x + 0.5 * feed(b["ffn1"], x)
        x = x + _attention(b["attn"], x, mask)
        x = x + _convolution(b["conv"], x, chunk)
        x = x + 0.5 * feed(b["ffn2"], x)
        x = norm(b["norm"], x)
    return jax.nn.log_softmax(x @ params["head_w"] + params["head_b"], -1)


def norm(p: Params, x: Array) -> Array:
    mean = x.mean(-1, keepdims=True)
    spread = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * lax.rsqrt(spread + 1e-5) * p["w"] + p["b"]


def feed(p: Params, x: Array) -> Array:
    hidden = jax.nn.silu(norm(p["norm"], x) @ p["in_w"] + p["in_b"])
    return hidden @ p["out_w"] + p["out_b"]


def _attention(p: Params, x: Array, mask: Array | None) -> Array:
    batch, frames, width = x.shape
    mixed = norm(p["norm"], x) @ p["in_w"] + p["in_b"]
    q, k, v = (z.reshape(batch, frames, HEADS, width // HEADS) for z in jnp.split(mixed, 3, -1))
    weight = jnp.einsum("bihd,bjhd->bhij", q, k) * (width // HEADS) ** -0.5
    if mask is not None:
        weight = weight + mask
    out = jnp.einsum("bhij,bjhd->bihd", jax.nn.softmax(weight, -1), v)
    return out.reshape(batch, frames, width) @ p["out_w"] + p["out_b"]


def _convolution(p: Params, x: Array, chunk: int) -> Array:
    frames = x.shape[1]
    value, gate = jnp.split(norm(p["norm"], x) @ p["in_w"] + p["in_b"], 2, -1)
    gated = value * jax.nn.sigmoid(gate)
    ahead = min(chunk - 1, BACK)
    padded = jnp.pad(gated, ((0, 0), (BACK, ahead), (0, 0)))
    # Shifted products: on a CPU much faster than a grouped convolution and its gradient.
    total = p["depth_b"]
    for tap in range(BACK + 1 + ahead):
        part = padded[:, tap : tap + frames]
        if tap > BACK and chunk <= frames:
            inside = np.arange(frames) % chunk + (tap - BACK) < chunk
            part = part * jnp.asarray(inside[:, None], jnp.float32)
        total = total + part * p["depth_w"][tap]
    return jax.nn.silu(total) @ p["out_w"] + p["out_b"]


def flat(params: Params) -> dict[str, NDArray[np.float32]]:
    """The weights by name, "blocks.0.attn.in_w"."""
    found: dict[str, NDArray[np.float32]] = {}

    def walk(name: str, node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(f"{name}.{key}" if name else key, value)
        elif isinstance(node, list):
            for at, value in enumerate(node):
                walk(f"{name}.{at}", value)
        else:
            found[name] = np.asarray(node, np.float32)

    walk("", params)
    return found


def saved(path: Path) -> Params:
    """The weights that `training.train` saved."""
    with np.load(path) as kept:
        named = {k: kept[k].astype(np.float32) for k in kept.files}
    return unflat(english(load_hama()[0]), named)


def unflat(like: Params, named: dict[str, NDArray[np.float32]]) -> Params:
    """Named weights in the structure of `like`."""

    def walk(name: str, node: Any) -> Any:
        if isinstance(node, dict):
            return {k: walk(f"{name}.{k}" if name else k, v) for k, v in node.items()}
        if isinstance(node, list):
            return [walk(f"{name}.{at}", value) for at, value in enumerate(node)]
        return jnp.asarray(named[name])

    shaped: Params = walk("", like)
    return shaped
