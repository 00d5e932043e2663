"""The training run: starts, resumes after a kill, and stops when told.

    python -m training.train CORPORA RUN [--minutes M] [--steps N] [--cosine LAST] [--more]

RUN holds run.json (settings and the shards it draws from), checkpoint.npz (weights, their moving
average, the optimiser and the step) and log.csv. A step's windows follow from the run's seed and
the step's number, so a run in pieces equals a run in one go. `--more` adds the shards that have
come since, from the run's current step on.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from training import evaluate, exported, network
from training.mixing import DELAY, Batch, Mixer, Pools, load, shards
from training.network import Array
from voicecoach.listening.phonemes import BLANK

_SPEECH = 4.0
"""Extra weight of a frame with speech over a frame of nothing."""
_MEAN = 0.998
"""Decay of the weights' moving average per step."""


@dataclass(slots=True)
class Run:
    """The settings that identify a run."""

    seed: int = 1
    size: int = 8
    """Windows per batch."""
    chunks: int = 25
    """Chunks per window."""
    rate: float = 4e-4
    warm: int = 200
    """Steps of warm-up."""
    last: int = 0
    """Step at which the cosine ends; 0 while the rate stays constant."""
    first: int = 0
    """Step at which the cosine begins."""
    start: str = ""
    """Weights (.npz) or an exported model (.onnx) to start from; "" for hama's."""
    shards: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        part = folder / "run.part"
        part.write_text(json.dumps(asdict(self), indent=1) + "\n")
        os.replace(part, folder / "run.json")

    def pace(self, step: int) -> float:
        """The learning rate at a step."""
        rate = self.rate * min(1.0, (step + 1) / self.warm)
        if self.last and step >= self.first:
            gone = min(1.0, (step - self.first) / max(1, self.last - self.first))
            rate *= 0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * gone)))
        return rate


def loss(params: network.Params, mel: Array, tokens: Array, shares: Array) -> Array:
    """Weighted cross-entropy, in nats per frame."""
    answer = network.chunked(params, mel)
    right = jnp.take_along_axis(answer, tokens, -1)
    nothing = jnp.where(tokens == BLANK, shares, 0).sum(-1)
    weight = 1 + _SPEECH * (1 - nothing)
    return -((right * shares).sum(-1) * weight).mean()


def optimiser() -> Any:
    return optax.chain(
        optax.clip_by_global_norm(1.0), optax.scale_by_adam(b2=0.98), optax.scale(-1.0)
    )


@dataclass(slots=True)
class State:
    """Everything that a kill must not lose."""

    params: network.Params
    mean: network.Params
    moments: Any
    step: int = 0

    def leaves(self) -> tuple[list[Any], Any]:
        leaves, shape = jax.tree_util.tree_flatten((self.params, self.mean, self.moments))
        return leaves, shape

    def write(self, folder: Path) -> None:
        kept, _ = self.leaves()
        part = folder / "checkpoint.part.npz"
        named = {str(at): np.asarray(leaf) for at, leaf in enumerate(kept)}
        _save(part, {"step": np.array(self.step), **named})
        os.replace(part, folder / "checkpoint.npz")

    def read(self, folder: Path) -> None:
        _, shape = self.leaves()
        with np.load(folder / "checkpoint.npz") as kept:
            found = [jnp.asarray(kept[str(at)]) for at in range(shape.num_leaves)]
            self.step = int(kept["step"])
        self.params, self.mean, self.moments = jax.tree_util.tree_unflatten(shape, found)


def begin(run: Run) -> State:
    """The state before a run's first step."""
    if run.start:
        params = exported.weights(Path(run.start))
    else:
        params = network.english(network.load_hama()[0])
    params = jax.tree_util.tree_map(jnp.asarray, params)
    return State(params, params, optimiser().init(params))


def _advance(
    params: network.Params, mean: network.Params, moments: Any, batch: Array, pace: Array
) -> tuple[network.Params, network.Params, Any, Array]:
    """One step."""
    value, slope = jax.value_and_grad(loss)(params, *batch)
    change, moments = optimiser().update(slope, moments, params)
    params = jax.tree_util.tree_map(lambda p, c: p + pace * c, params, change)
    mean = jax.tree_util.tree_map(lambda m, p: _MEAN * m + (1 - _MEAN) * p, mean, params)
    return params, mean, moments, value


advance = jax.jit(_advance)


def batches(mixer: Mixer, run: Run, first: int, stop: threading.Event) -> Iterator[Batch]:
    """The batches from step `first` on, mixed ahead in a thread."""
    ready: queue.Queue[Batch] = queue.Queue(4)

    def mix() -> None:
        step = first
        while not stop.is_set():
            batch = mixer.batch(run.seed, step, run.size)
            while not stop.is_set():
                try:
                    ready.put(batch, timeout=1)
                    break
                except queue.Full:
                    continue
            step += 1

    threading.Thread(target=mix, daemon=True).start()
    while True:
        yield ready.get()


def train(
    folder: Path,
    run: Run,
    pools: Pools,
    *,
    until: int = 10**9,
    seconds: float = float("inf"),
    every: int = 50,
    keep: int = 500,
    judge: Callable[[network.Params], None] | None = None,
) -> State:
    """Resume from the folder's checkpoint, or begin.

    Every `every` steps it writes a line of log.csv and a checkpoint. Every `keep` steps it also
    writes the moving average as weights-STEP.npz, which `judge` then gets.
    """
    _, filters = network.load_hama()
    resumed = (folder / "checkpoint.npz").exists()
    # What a run began with may be gone by the time it goes on.
    state = begin(replace(run, start="") if resumed else run)
    if resumed:
        state.read(folder)
    mixer = Mixer(pools, run.chunks, filters)
    stop = threading.Event()
    begun, losses = time.monotonic(), []
    for batch in batches(mixer, run, state.step, stop):
        if state.step >= until or time.monotonic() - begun > seconds:
            break
        given = (jnp.asarray(batch.mel), jnp.asarray(batch.tokens), jnp.asarray(batch.shares))
        pace = jnp.asarray(run.pace(state.step), jnp.float32)
        state.params, state.mean, state.moments, value = advance(
            state.params, state.mean, state.moments, given, pace
        )
        state.step += 1
        losses.append(float(value))
        if state.step % every == 0:
            _note(folder, state.step, losses[-every:], float(pace), time.monotonic() - begun)
            state.write(folder)
        if state.step % keep == 0:
            save(folder / f"weights-{state.step:06d}.npz", state.mean)
            if judge:
                judge(state.mean)
    stop.set()
    state.write(folder)
    save(folder / "weights.npz", state.mean)
    return state


def save(path: Path, params: network.Params) -> None:
    """Save the weights alone, in half precision."""
    part = path.with_suffix(".part.npz")
    _save(part, {k: v.astype(np.float16) for k, v in network.flat(params).items()})
    os.replace(part, path)


def _save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    np.savez(path, allow_pickle=False, **arrays)


def _note(folder: Path, step: int, losses: list[float], pace: float, seconds: float) -> None:
    row = [step, round(float(np.mean(losses)), 4), pace, round(seconds)]
    with (folder / "log.csv").open("a", newline="") as log:
        csv.writer(log).writerow(row)
    print(*row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--steps", type=int, default=10**9, help="stop at this step")
    parser.add_argument("--cosine", type=int, help="let the rate fall from here to this step")
    parser.add_argument("--start", default="", help="weights or exported model to begin with")
    parser.add_argument("--rate", type=float, help="learning rate of a new run")
    parser.add_argument("--more", action="store_true", help="take in the shards that have come")
    parser.add_argument("--trials", type=Path, nargs="*", default=[], help="judge by these")
    parser.add_argument("--every", type=int, default=7, help="by every so manieth of them")
    asked = parser.parse_args()
    asked.run.mkdir(parents=True, exist_ok=True)
    settings = asked.run / "run.json"
    if settings.exists():
        run = Run(**json.loads(settings.read_text()))
    else:
        run = Run(start=asked.start, shards=shards(asked.corpora))
        run.rate = asked.rate or run.rate
    if asked.more:
        run.shards = shards(asked.corpora)
    if asked.cosine:
        at = 0
        if (asked.run / "checkpoint.npz").exists():
            with np.load(asked.run / "checkpoint.npz") as kept:
                at = int(kept["step"])
        run.first, run.last = at, asked.cosine
    run.write(asked.run)
    pools = load(asked.corpora, run.shards)
    minutes = sum(len(said.sound) for said in pools.synthetic) / 960_000
    print(f"{len(run.shards)} shards, {minutes:.0f} minutes of them synthetic", flush=True)
    until = min(asked.steps, run.last or asked.steps)
    _, filters = network.load_hama()

    def judge(params: network.Params) -> None:
        student = evaluate.Student(params, filters)
        for path in asked.trials:
            rows = evaluate.judge(path, student.log_probs, DELAY, asked.every)
            print(evaluate.table(rows, path.stem), flush=True)

    train(asked.run, run, pools, until=until, seconds=asked.minutes * 60, judge=judge)


if __name__ == "__main__":
    main()
