"""Reads the weights of an exported model back, so that a run can begin with them.

The model names its constants by number, and which number is which weight is known only to `export`.
So a model is exported whose every weight is filled with a number of its own: where that number
comes out, this weight lies.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from training import export, network

_FIRST = 1000
"""The number that the first weight is filled with: exact in half precision, and none of the graph's
own constants."""


def weights(path: Path) -> network.Params:
    """The parameters in an exported model (.onnx), or in weights that `training.train` saved."""
    return read(path) if path.suffix == ".onnx" else network.saved(path)


def read(path: Path) -> network.Params:
    """The parameters in a model that `training.export` wrote, in single precision.

    Taps of the convolutions that reach beyond a chunk are not exported, and are hama's again. They
    meet nothing but zeros. Raises ValueError if the model is none of these or has another shape.
    """
    hama, filters = network.load_hama()
    like = network.english(hama)
    stored = _constants(onnx.load(path))
    found = network.flat(like)
    for constant, name in _places(like, filters).items():
        kept = stored.get(constant)
        if kept is None:
            raise ValueError(f"{path}: no model of training.export's: it lacks {constant} ({name})")
        found[name] = _back(name, kept, found[name], path)
    return network.unflat(like, found)


def _constants(model: onnx.ModelProto) -> dict[str, NDArray[Any]]:
    return {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}


def _places(like: network.Params, filters: NDArray[np.float32]) -> dict[str, str]:
    """The name of the weight that each constant holds."""
    names = list(network.flat(like))
    marked = {
        name: np.full_like(weight, _FIRST + number)
        for number, (name, weight) in enumerate(network.flat(like).items())
    }
    made = export.model(network.unflat(like, marked), filters)
    places = {}
    for constant, value in _constants(made).items():
        number = float(value.flat[0]) if value.size else 0.0
        if _FIRST <= number < _FIRST + len(names) and (value == number).all():
            places[constant] = names[int(number) - _FIRST]
    if sorted(places.values()) != sorted(names):
        raise ValueError("training.export leaves out weights, or writes them twice")
    return places


def _back(
    name: str, kept: NDArray[Any], before: NDArray[np.float32], path: Path
) -> NDArray[np.float32]:
    """A stored weight in the form that the network has it in."""
    weight = kept.astype(np.float32)
    if name == "stem_w":
        weight = weight.transpose(2, 1, 0)
    elif name.endswith("depth_w"):
        weight = weight[:, 0].T
        weight = np.concatenate([weight, before[len(weight) :]])
    if weight.shape != before.shape:
        raise ValueError(f"{path}: {name} is {weight.shape}, and should be {before.shape}")
    return weight
