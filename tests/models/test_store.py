"""A model is in its folder completely or not at all, whatever happened on the way."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import file_server
from tests.support.file_server import Server, cut, serving, whole, whole_or_range
from tests.support.vosk_model_zip import NAME, entry, vosk_zip, without_sha256
from voicecoach.listening.models import find, present
from voicecoach.models.catalogue import Model
from voicecoach.models.download import Patience
from voicecoach.models.store import MANIFEST, ModelState, ModelStore, NotInstalledError, verify

HASTY = Patience(stall=0.4, tries=2, pause=0.0)
CONTENT = vosk_zip()


@pytest.fixture(autouse=True)
def _no_model_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOSK_MODEL_PATH", raising=False)


@pytest.fixture
def model(server: Server) -> Model:
    return entry(CONTENT, server.url)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "data" / "models")


def get(store: ModelStore, model: Model) -> Path:
    return store.get(model, lambda *_: None, HASTY)


def left(store: ModelStore) -> set[str]:
    """What is in the folder, without the lock file."""
    return {path.name for path in store.folder.iterdir()} - {".lock"}


def test_a_model_is_fetched_unpacked_and_found(store: ModelStore, model: Model) -> None:
    assert not store.has(model)
    path = get(store, model)
    assert path == store.path(model) == find("en", [store.folder])
    assert store.has(model)
    assert verify(path).state is ModelState.WHOLE
    assert left(store) == {NAME}


@pytest.mark.parametrize("sha256", [True, False])
def test_wrong_bytes_are_never_unpacked(
    store: ModelStore, model: Model, server: Server, sha256: bool
) -> None:
    model = model if sha256 else without_sha256(model)
    server.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    kind = "sha256" if sha256 else "md5"
    with pytest.raises(NotInstalledError, match=f"is not {NAME}: its {kind} is") as raised:
        get(store, model)
    assert "\n" not in str(raised.value)
    assert left(store) == set()
    server.content = CONTENT
    get(store, model)


def test_md5_counts_where_no_sha256_is_known(store: ModelStore, model: Model) -> None:
    assert model.checked_by == "sha256"
    model = replace(model, sha256=None)
    assert model.checked_by == "md5 and size, since no sha256 is known"
    get(store, model)
    assert verify(store.path(model)).state is ModelState.WHOLE


def test_a_right_md5_does_not_make_up_for_a_wrong_sha256(store: ModelStore, model: Model) -> None:
    with pytest.raises(NotInstalledError, match="its sha256"):
        get(store, replace(model, sha256="0" * 64))


def test_the_beginning_of_another_file_is_fetched_anew(
    store: ModelStore, model: Model, server: Server
) -> None:
    store.folder.mkdir(parents=True)
    (store.folder / f".{NAME}.zip.part").write_bytes(vosk_zip(seed=2)[:50_000])
    assert store.fetched(model) == 50_000
    get(store, model)
    assert server.ranges == ["bytes=50000-", None]
    assert verify(store.path(model)).state is ModelState.WHOLE


def test_what_broke_off_is_told_and_gone_on_from(
    store: ModelStore, model: Model, server: Server
) -> None:
    server.plan = [cut(60_000), file_server.fails(503)]
    with pytest.raises(NotInstalledError) as raised:
        get(store, model)
    line = str(raised.value)
    for words in (
        "answers 503",
        "resumes at 0 MB",
        f"fetch {server.url}",
        f"voicecoach models get en-us --from {NAME}.zip",
    ):
        assert words in line
    assert "\n" not in line
    assert find("en", [store.folder]) is None
    assert store.fetched(model) == 60_000
    server.plan = [whole_or_range]
    get(store, model)
    assert server.ranges[-1] == "bytes=60000-"
    assert left(store) == {NAME}


def test_a_file_fetched_elsewhere_is_checked_in_the_same_way(
    store: ModelStore, model: Model, server: Server, tmp_path: Path
) -> None:
    zipped = tmp_path / "here.zip"
    for content, why in (
        (CONTENT[:-1], "bytes instead of"),
        (bytes(len(CONTENT)), "its sha256 is"),
    ):
        zipped.write_bytes(content)
        with pytest.raises(NotInstalledError, match=f"here.zip is not {NAME}: .*{why}"):
            store.get_from(zipped, model)
    with pytest.raises(NotInstalledError, match=r"gone\.zip: cannot be read"):
        store.get_from(tmp_path / "gone.zip", model)
    assert left(store) == set()
    zipped.write_bytes(CONTENT)
    store.get_from(zipped, model)
    assert zipped.read_bytes() == CONTENT
    assert verify(store.path(model)).state is ModelState.WHOLE
    assert server.ranges == []


@pytest.mark.parametrize("evil", [f"{NAME}/../../evil", "other/x", f"{NAME}/{MANIFEST}"])
def test_even_the_right_bytes_are_unpacked_only_into_their_folder(
    store: ModelStore, server: Server, tmp_path: Path, evil: str
) -> None:
    path = tmp_path / "evil.zip"
    path.write_bytes(CONTENT)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(evil, b"evil")
    server.content = path.read_bytes()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(NotInstalledError, match="is not unpacked"):
        get(store, entry(server.content, server.url))
    assert left(store) == set()
    shutil.rmtree(store.folder.parent)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_zip_without_a_model_in_it_is_none(
    store: ModelStore, server: Server, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(f"{NAME}/README", b"nothing else")
    server.content = (tmp_path / "x.zip").read_bytes()
    with pytest.raises(NotInstalledError, match="no model that Vosk could load"):
        get(store, entry(server.content, server.url))
    assert left(store) == set()


# --- whole, broken, removed ------------------------------------------------------------------


def listed(model: Path, name: str) -> None:
    """Let the manifest say that an empty file of this name is in the model."""
    empty = {"bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}
    (model / MANIFEST).write_text(json.dumps({name: empty}))


def piped(model: Path) -> None:
    listed(model, "pipe")
    os.mkfifo(model / "pipe")


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda path: (path / "am" / "final.mdl").unlink(), "am/final.mdl is missing"),
        (lambda path: (path / "README").write_bytes(b"A modem for tests"), "README has changed"),
        (lambda path: (path / "README").write_bytes(b"A model"), "README has changed"),
        (lambda path: (path / MANIFEST).write_text("{"), "cannot be read"),
        (lambda path: (path / MANIFEST).write_text("[1]"), "cannot be read"),
        (lambda path: (path / MANIFEST).write_text('{"README": 3}'), "cannot be read"),
        (lambda path: (path / MANIFEST).write_text("[" * 100_000), "cannot be read"),
        (lambda path: (path / MANIFEST).write_bytes(b" " * 2_000_000), "it is larger than 1 MB"),
        (lambda path: listed(path, "../../outside"), "is no file in it"),
        (lambda path: listed(path, "/dev/zero"), "is no file in it"),
        (lambda path: listed(path, "a\0b"), "is no file in it"),
        (lambda path: listed(path, "am"), "am cannot be read (it is a folder)"),
        (lambda path: piped(path), "a device or a pipe"),
    ],
)
def test_a_model_that_is_not_what_it_was_is_broken_and_can_be_had_anew(
    store: ModelStore, model: Model, damage: object, why: str
) -> None:
    path = get(store, model)
    damage(path)  # type: ignore[operator]
    verdict = verify(path)
    assert verdict.state is ModelState.BROKEN
    assert why in verdict.why
    get(store, model)
    assert verify(path).state is ModelState.WHOLE
    assert left(store) == {NAME}


def test_the_manifest_holds_every_file(store: ModelStore, model: Model) -> None:
    path = get(store, model)
    files = json.loads((path / MANIFEST).read_text())
    there = {
        str(each.relative_to(path)): each.stat().st_size
        for each in path.rglob("*")
        if each.is_file() and each.name != MANIFEST
    }
    assert {name: file["bytes"] for name, file in files.items()} == there


def test_a_model_put_there_by_hand_is_unknown_and_replaced(store: ModelStore, model: Model) -> None:
    (store.path(model) / "am").mkdir(parents=True)
    (store.path(model) / "am" / "final.mdl").write_bytes(b"half of it")
    assert verify(store.path(model)).state is ModelState.UNKNOWN
    get(store, model)
    assert verify(store.path(model)).state is ModelState.WHOLE


def test_a_model_is_removed_with_what_was_fetched_of_it(store: ModelStore, model: Model) -> None:
    get(store, model)
    (store.folder / f".{NAME}.zip.part").write_bytes(b"x")
    (store.folder / "vosk-model-mine").mkdir()
    store.remove(model)
    assert left(store) == {"vosk-model-mine"}
    assert find("en", [store.folder]) is None


def test_a_link_to_a_model_is_removed_and_the_model_is_not(
    store: ModelStore, model: Model, tmp_path: Path
) -> None:
    elsewhere = get(ModelStore(tmp_path / "elsewhere"), model)
    store.folder.mkdir(parents=True)
    store.path(model).symlink_to(elsewhere)
    store.remove(model)
    assert left(store) == set()
    assert verify(elsewhere).state is ModelState.WHOLE


def test_a_folder_that_is_itself_a_model_is_not_filled(store: ModelStore, model: Model) -> None:
    with pytest.raises(NotInstalledError, match="is a model itself"):
        get(ModelStore(get(store, model)), model)


def test_a_folder_that_cannot_be_made_is_one_line(model: Model, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotInstalledError, match="cannot be written") as raised:
        get(ModelStore(tmp_path / "file" / "models"), model)
    assert "\n" not in str(raised.value)


def test_two_at_a_time_do_not_meet(store: ModelStore, model: Model, server: Server) -> None:
    server.plan = [file_server.stall(1000), whole]
    patient = Patience(stall=30.0, tries=3, pause=0.0)
    stalled = threading.Event()

    def advance(have: int, size: int) -> None:
        if have == 1000:
            stalled.set()

    first = threading.Thread(target=store.get, args=(model, advance, patient))
    first.start()
    assert stalled.wait(20)
    with pytest.raises(NotInstalledError, match="another voicecoach is working there"):
        get(ModelStore(store.folder), model)
    server.closing.set()
    first.join()
    assert verify(store.path(model)).state is ModelState.WHOLE


# --- killed ----------------------------------------------------------------------------------

LARGE = vosk_zip(size=8_000_000)

CHILD = """
import sys
from pathlib import Path
from voicecoach.models.store import ModelStore
from tests.support.vosk_model_zip import entry
zipped = Path(sys.argv[1])
store = ModelStore(Path(sys.argv[2]))
model = entry(zipped.read_bytes(), sys.argv[3])
print("begins", flush=True)
while True:
    store.get_from(zipped, model)
    store.remove(model)
    store.get(model, lambda *_: None)
    store.get(model, lambda *_: None)
"""


def test_killed_at_any_moment_it_leaves_a_whole_model_or_none(
    store: ModelStore, tmp_path: Path
) -> None:
    """Installing, replacing and removing in a loop, killed a number of times."""
    (tmp_path / "model.zip").write_bytes(LARGE)
    moments = random.Random(os.getpid())
    interrupted = 0
    with serving(LARGE) as server:
        model = entry(LARGE, server.url)
        for number in range(40):
            if number >= 8 and interrupted >= 4:
                break
            child = subprocess.Popen(
                [sys.executable, "-c", CHILD, tmp_path / "model.zip", store.folder, server.url],
                stdout=subprocess.PIPE,
            )
            assert child.stdout is not None
            assert child.stdout.readline() == b"begins\n"
            time.sleep(moments.uniform(0.0, 0.4))
            child.send_signal(signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
            child.stdout.close()
            interrupted += any(name.startswith(".unfinished-") for name in left(store))
            for path in present([store.folder]):
                assert verify(path).state is ModelState.WHOLE
                assert find("en", [store.folder]) == path
        assert interrupted >= 4, "it was hardly ever killed in the middle of something"
        path = store.get(model, lambda *_: None, HASTY)
    assert verify(path).state is ModelState.WHOLE
    assert left(store) == {NAME}
