"""Networks, run by onnxruntime."""

from __future__ import annotations

from pathlib import Path

import onnxruntime


def load(path: Path, reuse_memory: bool = True) -> onnxruntime.InferenceSession:
    """The network in `path`. `reuse_memory`: whether to plan, while loading, which steps may share
    memory."""
    options = onnxruntime.SessionOptions()
    # One thread: bit-exact repeatability, and the other cores are left for the audio.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_reuse = reuse_memory
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
