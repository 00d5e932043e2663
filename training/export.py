"""Exports the student as an ONNX model that hears a stream, one chunk at a time.

    python -m training.export WEIGHTS.npz MODEL.onnx [--note KEY=VALUE ...]

If it is given an exported model instead of WEIGHTS.npz, it changes only the notes: a new
calibration needs no checkpoint.

Inputs: `audio` (1, samples of a chunk), then the network's memories, all zeros at first: the last
samples, the last mel frame, the gain's level, how much has been heard, and for each block the keys
and values of the frames before and the last frames of its convolution. Outputs: `log_probs` (frames
of a chunk, tokens) and the same memories in the same order. Weights are stored in half precision
and used in single.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training import network, sounds
from training.network import BACK, CHUNK, HEADS, PAST
from training.sounds import FRAME, HOP, MELS, WINDOW

SAMPLES = CHUNK * FRAME
KEPT = WINDOW - HOP
"""Samples of the last chunk that the first mel frame of the next one needs."""


class _Graph:
    """Collects nodes. A name stands for a node's output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.kept: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, *shape: int) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def output(self, name: str, value: str, *shape: int) -> None:
        self.nodes.append(helper.make_node("Identity", [value], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def op(self, kind: str, *inputs: str, outputs: int = 1, **how: Any) -> Any:
        names = [f"{kind}_{len(self.nodes)}_{k}" for k in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **how))
        return names[0] if outputs == 1 else names

    def const(self, value: Any, kind: Any = np.float32) -> str:
        name = f"const_{len(self.kept)}"
        self.kept.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def weight(self, value: NDArray[np.float32]) -> str:
        """Stored in half precision if it is large."""
        value = np.asarray(value)
        if value.size < 1000:
            return self.const(value)
        return str(self.op("Cast", self.const(value, np.float16), to=TensorProto.FLOAT))

    def cut(self, value: str, first: int, end: int, axis: int) -> str:
        ints = [self.const([k], np.int64) for k in (first, end, axis)]
        return str(self.op("Slice", value, *ints))

    def shape(self, value: str, *shape: int) -> str:
        return str(self.op("Reshape", value, self.const(shape, np.int64)))

    def affine(self, value: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        return str(self.op("Add", self.op("MatMul", value, self.weight(weight)), self.const(bias)))

    def norm(self, value: str, p: dict[str, Any]) -> str:
        scale, bias = self.const(p["w"]), self.const(p["b"])
        return str(self.op("LayerNormalization", value, scale, bias, axis=-1, epsilon=1e-5))

    def silu(self, value: str) -> str:
        return str(self.op("Mul", value, self.op("Sigmoid", value)))


def _mel(g: _Graph, filters: NDArray[np.float32]) -> str:
    """Log-mel frames of the chunk and the one before it, (1, MELS, 2 CHUNK + 1)."""
    audio = g.input("audio", 1, SAMPLES)
    samples = g.input("samples", 1, KEPT)
    frame = g.input("frame", 1, MELS, 1)
    # Memories begin at 0, so the frame is stored relative to silence and the level relative to
    # WANTED.
    silence = g.const(np.log(sounds.SILENCE))
    frame = g.op("Add", frame, silence)
    level = g.input("level", 1)
    heard = g.op("Concat", samples, audio, axis=1)
    g.output("samples_next", g.cut(heard, SAMPLES, SAMPLES + KEPT, 1), 1, KEPT)
    angle = 2 * np.pi * np.outer(np.arange(WINDOW // 2 + 1), np.arange(WINDOW)) / WINDOW
    waves = np.concatenate([np.cos(angle), -np.sin(angle)]) * sounds._hann()
    spectrum = g.op(
        "Conv", g.shape(heard, 1, 1, KEPT + SAMPLES), g.const(waves[:, None]), strides=[HOP]
    )
    squares = g.op("Mul", spectrum, spectrum)
    half = WINDOW // 2 + 1
    power = g.op("Add", g.cut(squares, 0, half, 1), g.cut(squares, half, 2 * half, 1))
    power = g.op("MatMul", g.const(filters.T[None]), power)
    loud = g.op("ReduceMean", power, g.const([1], np.int64), keepdims=0)
    loud = g.op("ReduceMax", loud, g.const([1], np.int64), keepdims=0)
    loud = g.op("Log", g.op("Max", loud, g.const(sounds.SILENCE)))
    level = g.op("Add", level, g.const([sounds.WANTED]))
    more = g.op("Sub", loud, level)
    rise = g.op("Mul", g.op("Relu", more), g.const(sounds.RISE))
    less = g.op("Cast", g.op("Less", more, g.const(0.0)), to=TensorProto.FLOAT)
    moved = g.op("Add", level, g.op("Sub", rise, g.op("Mul", less, g.const(sounds.FALL))))
    level = g.op("Clip", moved, g.const(sounds.LOW), g.const(sounds.HIGH))
    g.output("level_next", g.op("Sub", level, g.const([sounds.WANTED])), 1)
    mel = g.op("Log", g.op("Max", power, g.const(sounds.SILENCE)))
    mel = g.op("Add", mel, g.op("Sub", g.const(sounds.WANTED), level))
    last = g.op("Sub", g.cut(mel, 2 * CHUNK - 1, 2 * CHUNK, 2), silence)
    g.output("frame_next", last, 1, MELS, 1)
    return str(g.op("Concat", frame, mel, axis=2))


def _feed(g: _Graph, p: dict[str, Any], x: str) -> str:
    hidden = g.silu(g.affine(g.norm(x, p["norm"]), p["in_w"], p["in_b"]))
    return str(g.op("Mul", g.affine(hidden, p["out_w"], p["out_b"]), g.const(0.5)))


def _attention(g: _Graph, p: dict[str, Any], x: str, mask: str, number: int, width: int) -> str:
    mixed = g.affine(g.norm(x, p["norm"]), p["in_w"], p["in_b"])
    q = g.cut(mixed, 0, width, 1)
    new = g.cut(mixed, width, 3 * width, 1)
    past = g.input(f"attention_{number}", PAST, 2 * width)
    known = g.op("Concat", past, new, axis=0)
    g.output(f"attention_{number}_next", g.cut(known, CHUNK, CHUNK + PAST, 0), PAST, 2 * width)
    each = width // HEADS
    heads = [g.shape(q, CHUNK, HEADS, each)]
    heads += [
        g.shape(g.cut(known, first, first + width, 1), PAST + CHUNK, HEADS, each)
        for first in (0, width)
    ]
    q = g.op("Transpose", heads[0], perm=[1, 0, 2])
    k = g.op("Transpose", heads[1], perm=[1, 2, 0])
    v = g.op("Transpose", heads[2], perm=[1, 0, 2])
    weight = g.op("Mul", g.op("MatMul", q, k), g.const(each**-0.5))
    weight = g.op("Softmax", g.op("Add", weight, mask), axis=-1)
    out = g.op("Transpose", g.op("MatMul", weight, v), perm=[1, 0, 2])
    return g.affine(g.shape(out, CHUNK, width), p["out_w"], p["out_b"])


def _convolution(g: _Graph, p: dict[str, Any], x: str, number: int, width: int) -> str:
    mixed = g.affine(g.norm(x, p["norm"]), p["in_w"], p["in_b"])
    gate = g.op("Sigmoid", g.cut(mixed, width, 2 * width, 1))
    gated = g.op("Mul", g.cut(mixed, 0, width, 1), gate)
    past = g.input(f"convolution_{number}", BACK, width)
    known = g.op("Concat", past, gated, axis=0)
    last = g.cut(known, CHUNK, CHUNK + BACK, 0)
    g.output(f"convolution_{number}_next", last, BACK, width)
    # Nothing is known beyond the chunk's end: taps that reach there meet zeros.
    rows = g.shape(g.op("Transpose", known, perm=[1, 0]), 1, width, BACK + CHUNK)
    taps = p["depth_w"][: BACK + CHUNK].T[:, None]
    out = g.op(
        "Conv", rows, g.weight(taps), g.const(p["depth_b"]), group=width, pads=[0, CHUNK - 1]
    )
    out = g.silu(g.op("Transpose", g.shape(out, width, CHUNK), perm=[1, 0]))
    return g.affine(out, p["out_w"], p["out_b"])


def model(
    params: network.Params, filters: NDArray[np.float32], notes: dict[str, str] | None = None
) -> onnx.ModelProto:
    """The whole network for one chunk."""
    g = _Graph()
    mel = _mel(g, filters)
    seen = g.input("seen", 1)
    stem = np.asarray(params["stem_w"])
    width = stem.shape[2]
    x = g.op("Conv", mel, g.weight(stem.transpose(2, 1, 0)), g.const(params["stem_b"]), strides=[2])
    x = g.op("Transpose", g.shape(x, width, CHUNK), perm=[1, 0])
    half = g.op("Erf", g.op("Mul", x, g.const(0.5**0.5)))
    x = g.op("Mul", g.op("Mul", x, g.const(0.5)), g.op("Add", half, g.const(1.0)))
    # Past positions that are not filled yet.
    empty = g.op("Less", g.const(np.arange(PAST + CHUNK)), g.op("Sub", g.const([PAST]), seen))
    mask = g.op("Mul", g.op("Cast", empty, to=TensorProto.FLOAT), g.const(-1e9))
    more = g.op("Min", g.op("Add", seen, g.const([CHUNK])), g.const([PAST]))
    g.output("seen_next", more, 1)
    for number, block in enumerate(params["blocks"]):
        b = {
            k: {n: v if isinstance(v, dict) else np.asarray(v) for n, v in part.items()}
            for k, part in block.items()
        }
        x = g.op("Add", x, _feed(g, b["ffn1"], x))
        x = g.op("Add", x, _attention(g, b["attn"], x, mask, number, width))
        x = g.op("Add", x, _convolution(g, b["conv"], x, number, width))
        x = g.op("Add", x, _feed(g, b["ffn2"], x))
        x = g.norm(x, b["norm"])
    head = np.asarray(params["head_w"])
    answer = g.op("LogSoftmax", g.affine(x, head, np.asarray(params["head_b"])), axis=-1)
    g.output("log_probs", answer, CHUNK, head.shape[1])
    # The answer first, then the memories in the order of the inputs.
    named = {value.name: value for value in g.outputs}
    outputs = [named["log_probs"], *(named[f"{i.name}_next"] for i in g.inputs[1:])]
    graph = helper.make_graph(g.nodes, "ears", g.inputs, outputs, g.kept)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(made, notes or {})
    onnx.checker.check_model(made, full_check=True)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="a checkpoint, or a model whose notes change")
    parser.add_argument("model", type=Path)
    parser.add_argument("--note", action="append", default=[], help="KEY=VALUE, kept in the model")
    asked = parser.parse_args()
    notes = dict(note.split("=", 1) for note in asked.note)
    if asked.weights.suffix == ".onnx":
        made = onnx.load(asked.weights)
        before = {each.key: each.value for each in made.metadata_props}
        helper.set_model_props(made, before | notes)
    else:
        made = model(network.saved(asked.weights), network.load_hama()[1], notes)
    onnx.save(made, asked.model)
    print(f"{asked.model}: {asked.model.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
