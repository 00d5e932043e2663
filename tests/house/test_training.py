"""Training the network, on made-up data and for a few steps, so that it takes seconds.

These need `pip install .[training]`, which the project's other tests do without.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicecoach.listening.phonemes import BLANK, TOKENS, from_arpabet

pytest.importorskip("jax", reason="needs the extra `training`")
pytest.importorskip("hama", reason="needs the extra `training`")
onnx: Any = pytest.importorskip("onnx", reason="needs the extra `training`")

from training import export, exported, mixing, network, sounds, targets, train  # noqa: E402
from training.evaluate import Student, load  # noqa: E402
from training.shards import Clip, read, write  # noqa: E402
from training.targets import lay, words_of  # noqa: E402
from voicecoach.listening import acoustics  # noqa: E402


@pytest.fixture(scope="module")
def student() -> Student:
    return load(None)


@pytest.fixture(scope="module")
def sound() -> Any:
    rng = np.random.default_rng(3)
    swell = np.repeat(10 ** rng.uniform(-3.5, -0.7, 30), 1600)
    return (swell * rng.standard_normal(len(swell))).astype(np.float32)


def _voice(seed: int, seconds: float = 2.5) -> Clip:
    rng = np.random.default_rng(seed)
    loud = np.repeat(10 ** rng.uniform(-2, -0.5, 50), round(seconds * 320))
    return Clip("", f"maker {seed}", (loud * rng.standard_normal(len(loud))).astype(np.float32))


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shards of made-up sounds with made-up targets."""
    folder = tmp_path_factory.mktemp("corpora")
    for group in ("real", "synthetic"):
        clips = [_voice(seed) for seed in range(4)]
        write(folder / group / "0.npz", clips)
        frames = [-(-len(clip.sound) // sounds.FRAME) for clip in clips]
        rng = np.random.default_rng(1)
        (folder / "targets" / group).mkdir(parents=True)
        np.savez(
            folder / "targets" / group / "0.npz",
            tokens=rng.integers(0, TOKENS, (sum(frames), targets.BEST)).astype(np.uint8),
            shares=np.full((sum(frames), targets.BEST), 0.25, np.float16),
            length=np.array(frames),
        )
    return folder


def _run(corpora: Path) -> train.Run:
    return train.Run(size=2, chunks=6, warm=2, shards=mixing.shards(corpora))


def test_a_stream_is_answered_like_a_whole_sound(
    student: Student, sound: Any, tmp_path: Path
) -> None:
    path = tmp_path / "ears.onnx"
    onnx.save(export.model(student.params, student.filters), path)
    assert path.stat().st_size < 10e6
    whole = student.log_probs(sound)
    for size in (320, 1920, 7001):
        stream = acoustics.Acoustics(path)
        assert stream.chunk == network.CHUNK
        blocks = [sound[at : at + size] for at in range(0, len(sound), size)]
        streamed = np.array([row for block in blocks for row in stream.feed(block)])
        assert len(streamed) == len(sound) // export.SAMPLES * network.CHUNK
        assert np.exp(streamed) == pytest.approx(np.exp(whole[: len(streamed)]), abs=1e-3)


def test_product_and_training_agree_on_the_numbers() -> None:
    assert network.CHUNK == mixing.CHUNK
    assert acoustics.DELAY == mixing.DELAY
    assert acoustics.FRAME == sounds.FRAME


def test_what_comes_later_changes_nothing_before(student: Student, sound: Any) -> None:
    other = sound.copy()
    other[10 * export.SAMPLES :] *= -0.3
    same = 10 * network.CHUNK
    one, two = student.log_probs(sound), student.log_probs(other)
    assert one[:same] == pytest.approx(two[:same], abs=1e-4)
    assert np.abs(one[same:] - two[same:]).max() > 0.1


def test_how_loud_the_microphone_is_matters_little(student: Student, sound: Any) -> None:
    """Once the gain has settled, a sound is heard alike at any level."""
    long = np.tile(sound, 4)
    half = len(long) // sounds.FRAME * 3 // 4
    one, two = student.log_probs(long), student.log_probs(np.asarray(long * 0.1, np.float32))
    assert np.abs(np.exp(one[half:]) - np.exp(two[half:])).mean() < 0.01


def test_a_window_follows_from_its_seed(corpora: Path) -> None:
    filters = network.load_hama()[1]
    pools = mixing.load(corpora, mixing.shards(corpora))
    one, two = (mixing.Mixer(pools, 6, filters).batch(1, 7, 3) for _ in range(2))
    other = mixing.Mixer(pools, 6, filters).batch(1, 8, 3)
    assert (one.mel == two.mel).all()
    assert (one.tokens == two.tokens).all()
    assert (one.mel != other.mel).any()
    assert one.mel.shape == (3, 6 * 12 + 1, sounds.MELS)
    assert np.isfinite(one.mel).all()
    assert one.shares.sum(-1) == pytest.approx(1, abs=0.01)


def _said(seconds: float, tone: float = 300.0) -> mixing.Said:
    """A tone, in each frame of which the first sound is to be written."""
    time = np.arange(round(seconds * sounds.RATE)) / sounds.RATE
    frames = -(-len(time) // sounds.FRAME)
    tokens = np.ones((frames, targets.BEST), np.uint8)
    shares = np.tile(np.eye(targets.BEST)[0], (frames, 1)).astype(np.float16)
    heard = np.round(9000 * np.sin(2 * np.pi * tone * time)).astype(np.int16)
    return mixing.Said(heard, tokens, shares, 9000 / 32768 / 2**0.5)


def test_a_short_utterance_is_often_all_that_is_said() -> None:
    filters = network.load_hama()[1]
    pools = mixing.Pools([_said(2.5)], [_said(2.5)], [_said(0.6)], [], [])
    mixer = mixing.Mixer(pools, 25, filters)
    alone = 0
    for seed in range(60):
        said = mixer.window(np.random.default_rng(seed))[2][:, 0] == 1
        edges = np.flatnonzero(np.diff(said.astype(int)))
        alone += len(edges) == 2 and edges[1] - edges[0] < 40
    assert 12 <= alone <= 40


def test_the_others_are_mostly_recorded_people() -> None:
    filters = network.load_hama()[1]
    pools = mixing.Pools([_said(1.0, 2000.0)], [_said(1.0)], [], [], [])
    mixer = mixing.Mixer(pools, 25, filters)
    rng = np.random.default_rng(5)
    whole = np.concatenate([mixer._talker(rng) for _ in range(40)])
    power = np.abs(np.fft.rfft(whole)) ** 2
    edge = len(power) // 8
    assert 0.65 < power[:edge].sum() / power.sum() < 0.95


def test_a_run_that_goes_on_after_a_kill_is_the_run_in_one_go(
    corpora: Path, tmp_path: Path
) -> None:
    run = _run(corpora)
    pools = mixing.load(corpora, run.shards)
    (tmp_path / "whole").mkdir()
    whole = train.train(tmp_path / "whole", run, pools, until=6, every=1)
    (tmp_path / "pieces").mkdir()
    for until in (2, 3, 6):
        pieces = train.train(tmp_path / "pieces", run, pools, until=until, every=1)
    curves = [
        [line.split(",")[:3] for line in (tmp_path / name / "log.csv").read_text().split()]
        for name in ("whole", "pieces")
    ]
    assert curves[0] == curves[1]
    assert len(curves[0]) == 6
    for one, two in zip(whole.leaves()[0], pieces.leaves()[0], strict=True):
        assert np.asarray(one) == pytest.approx(np.asarray(two), abs=1e-6)


def test_a_step_makes_the_loss_smaller(corpora: Path) -> None:
    filters = network.load_hama()[1]
    batch = mixing.Mixer(mixing.load(corpora, mixing.shards(corpora)), 6, filters).batch(1, 1, 2)
    state = train.begin(_run(corpora))
    given = (batch.mel, batch.tokens, batch.shares)
    losses = []
    for _ in range(4):
        state.params, state.mean, state.moments, value = train.advance(
            state.params, state.mean, state.moments, given, np.float32(2e-4)
        )
        losses.append(float(value))
    assert losses[-1] < losses[0]


def test_the_learning_rate_warms_up_stays_and_falls() -> None:
    run = train.Run(rate=1.0, warm=10, first=100, last=200)
    assert run.pace(0) == pytest.approx(0.1)
    assert run.pace(50) == run.pace(99) == 1
    assert run.pace(150) == pytest.approx(0.51, abs=0.01)
    assert run.pace(200) == pytest.approx(0.02)


def test_words_are_laid_along_what_the_teacher_writes() -> None:
    stop = from_arpabet(["S", "T", "AA1", "P"])
    wrong = from_arpabet(["AE1"])[0]
    tokens = [BLANK] * 5 + [t for s in stop for t in (s, s, BLANK)] + [BLANK] * 5
    rows = np.full((len(tokens), TOKENS), np.log(0.001), np.float32)
    rows[np.arange(len(tokens)), tokens] = -0.05
    # The teacher takes the vowel for another.
    rows[11:13, [stop[2], wrong]] = rows[11:13, [wrong, stop[2]]] + [[1, 0]]
    laid = lay(rows, [((wrong,), stop)])
    assert laid is not None
    assert [t for t in dict.fromkeys(laid.tokens) if t not in (-1, BLANK)] == list(stop)
    assert targets.mixed(rows, laid)[11, stop[2]] > 0.5


def test_words_have_the_dictionarys_pronunciations() -> None:
    assert words_of("Stop!") == [(from_arpabet(["S", "T", "AA1", "P"]),)]
    assert words_of("xyzzyq stop") is None


def test_clips_come_back_from_a_shard(tmp_path: Path) -> None:
    clips = [
        Clip("so be it", "af_bella+am_puck", _voice(1, 0.5).sound),
        Clip("", "x", np.zeros(9, np.float32)),
    ]
    write(tmp_path / "0.npz", clips)
    back = list(read(tmp_path / "0.npz"))
    assert [(c.text, c.speaker) for c in back] == [(c.text, c.speaker) for c in clips]
    assert back[0].sound == pytest.approx(clips[0].sound, abs=1e-4)


@pytest.fixture(scope="module")
def other() -> network.Params:
    """Weights of which no two are alike."""
    rng = np.random.default_rng(8)
    like = network.english(network.load_hama()[0])
    moved = {
        name: (weight + 0.1 * rng.standard_normal(weight.shape)).astype(np.float32)
        for name, weight in network.flat(like).items()
    }
    return network.unflat(like, moved)


def test_an_exported_model_gives_its_weights_back(
    student: Student, other: network.Params, sound: Any, tmp_path: Path
) -> None:
    path = tmp_path / "ears.onnx"
    onnx.save(export.model(other, student.filters), path)
    back = network.flat(exported.read(path))
    for name, weight in network.flat(other).items():
        # What reaches beyond a chunk is not exported, and is never heard.
        end = network.BACK + network.CHUNK if name.endswith("depth_w") else None
        assert back[name].shape == weight.shape
        assert back[name][:end] == pytest.approx(weight[:end], rel=1e-3, abs=1e-5), name
    one, two = (Student(params, student.filters) for params in (other, exported.read(path)))
    assert np.exp(two.log_probs(sound)) == pytest.approx(np.exp(one.log_probs(sound)), abs=0.01)


def test_a_run_begins_with_an_exported_model_and_goes_on_without_it(
    student: Student, other: network.Params, corpora: Path, tmp_path: Path
) -> None:
    path = tmp_path / "ears.onnx"
    onnx.save(export.model(other, student.filters), path)
    run = _run(corpora)
    run.start = str(path)
    begun = network.flat(train.begin(run).params)
    assert begun["head_w"] == pytest.approx(np.asarray(other["head_w"]), rel=1e-3, abs=1e-5)
    pools = mixing.load(corpora, run.shards)
    train.train(tmp_path, run, pools, until=1, every=1)
    path.unlink()
    assert train.train(tmp_path, run, pools, until=2, every=1).step == 2


def test_another_model_is_no_start(tmp_path: Path) -> None:
    graph = onnx.helper.make_graph([], "none", [], [])
    path = tmp_path / "none.onnx"
    onnx.save(onnx.helper.make_model(graph), path)
    with pytest.raises(ValueError, match=r"none.onnx: no model of training.export's"):
        exported.read(path)


def test_a_run_says_what_it_is(corpora: Path, tmp_path: Path) -> None:
    run = _run(corpora)
    run.write(tmp_path)
    assert train.Run(**json.loads((tmp_path / "run.json").read_text())) == run
