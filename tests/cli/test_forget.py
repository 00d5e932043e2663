"""`voicecoach forget`: what is stored about the lifter goes, and nothing else does."""

from __future__ import annotations

import io
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.support.cli_runner import Run, mistake
from tests.support.log_records import RecordMaker
from voicecoach.cli import assembly, folders, logbook, remembered, voices
from voicecoach.cli.forget import PARTS
from voicecoach.config.layers import users
from voicecoach.core.profile import Profile
from voicecoach.history import spool
from voicecoach.history.database import Database
from voicecoach.history.report.vega import javascript
from voicecoach.history.workout_writer import WorkoutWriter
from voicecoach.listening.priors import Priors
from voicecoach.speaking.store import ClipStore


def trained() -> None:
    """A user of whom everything is known that can be, as the program itself writes it."""
    data = folders.data_folder()
    data.mkdir(parents=True)
    (data / "log.sqlite").write_bytes(b"junk" * 500)
    book = logbook.opened(None)  # sets that one aside
    maker = RecordMaker()
    book.feed([*maker.begin(), *maker.set(3), *maker.end()], maker.at)
    book.close()
    for folder in (data, folders.spare_folder(), folders.fleeting_folder()):
        assert spool.save([WorkoutWriter(0, 0)], folders.log_path(), folder)
    newer = data / "log.version-1.sqlite"
    Database(newer).close()
    assert voices.keep("a microphone", Profile("spotter", "en", {})) == ""
    assert remembered.remember("a microphone", None) == ""
    ClipStore(assembly.clip_folder()).save("a voice", "Eighty kilos.", np.zeros(10, np.float32), 0)
    priors = Priors()
    priors.keep_in(folders.cache_folder() / "hearing" / "noise.json")
    priors["lunge"] = -9.0
    priors.keep()
    with pytest.MonkeyPatch.context() as patch:
        # Bundling the charts' real code takes seconds.
        bundle = SimpleNamespace(javascript_bundle=lambda _: "//")
        patch.setitem(sys.modules, "vl_convert", bundle)
        javascript(folders.cache_folder() / "charts")


def others() -> list[Path]:
    """What is not about the lifter, or is theirs to keep."""
    kept = [
        users() / "voicecoach.toml",
        users() / "exercises" / "lunge.toml",
        folders.data_folder() / "models" / "vosk-model" / "am" / "final.mdl",
        folders.data_folder() / "diary.txt",
        folders.data_folder() / "log.sqlite.bak",
        folders.data_folder() / "voices.txt",
        folders.cache_folder() / "clips" / "mine.wav",
    ]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    return kept


def stored(root: Path) -> set[Path]:
    return {path for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def home(nobody: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "XDG_RUNTIME_DIR").mkdir(mode=0o700)
    trained()
    assert "a new log is begun" in capsys.readouterr().err
    return tmp_path


def test_everything_about_the_lifter_goes_and_nothing_else(run: Run, home: Path) -> None:
    about = stored(home)
    kept = others()
    assert len(about) >= 9
    code, shown, told = run("forget", "--yes")
    assert code == 0
    assert stored(home) == set(kept)
    for path in about:
        assert str(path) in shown
    assert f"{len(about)} files removed" in told
    assert f"Your own configuration files stay: {users()}" in told


def test_nothing_is_left_of_its_folders(run: Run, home: Path) -> None:
    run("forget", "--yes")
    assert stored(home) == set()
    for folder in (folders.data_folder(), folders.spare_folder(), folders.cache_folder()):
        assert not folder.exists()
    code, shown, told = run("forget")
    assert (code, shown, told) == (0, "", "Nothing of this is stored.\n")


@pytest.mark.parametrize("part", PARTS)
def test_one_part_leaves_the_others(run: Run, home: Path, part: str) -> None:
    before = {each: {*find()} for each, find in PARTS.items()}
    assert all(before.values())
    code, _, _ = run("forget", part, "--yes")
    assert code == 0
    after = {each: {*find()} for each, find in PARTS.items()}
    assert after.pop(part) == set()
    before.pop(part)
    assert after == before


def test_what_would_go_is_shown_with_its_size_and_stays(run: Run, home: Path) -> None:
    before = stored(home)
    code, shown, told = run("forget", "log", "voice", "--dry-run")
    assert (code, told) == (0, "Nothing was removed.\n")
    (line,) = (each for each in shown.splitlines() if each.endswith("voices.json"))
    size = (folders.data_folder() / "voices.json").stat().st_size
    assert line.split()[:3] == ["voice", str(size), "B"]
    assert "devices" not in shown
    assert stored(home) == before


def test_without_a_terminal_nobody_is_asked_and_nothing_removed(run: Run, home: Path) -> None:
    before = stored(home)
    code, _, told = run("forget")
    assert code == 2
    assert told == "Nothing was removed. Use --yes to remove it, or --dry-run to look only.\n"
    assert stored(home) == before


@pytest.mark.parametrize(("answer", "gone"), [("n\n", False), ("\n", False), ("y\n", True)])
def test_on_a_terminal_it_asks(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, answer: str, gone: bool
) -> None:
    typed = io.StringIO(answer)
    typed.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", typed)
    code, _, _ = run("forget")
    assert code == 0
    assert (not stored(home)) == gone


def test_not_while_a_workout_is_written(run: Run, home: Path) -> None:
    maker = RecordMaker()
    book = logbook.opened(None)
    book.feed([*maker.begin(), *maker.set(3)], maker.at)
    before = stored(home)
    code, _, told = run("forget", "--yes")
    assert code == 2
    assert told == "Nothing was removed: a workout is going on. End it first.\n"
    assert stored(home) == before
    assert run("forget", "cache", "--yes")[0] == 0
    book.close()
    assert run("forget", "--yes")[0] == 0
    assert stored(home) == set()


def test_not_while_one_is_written_beside_a_log_of_a_newer_version(run: Run, nobody: Path) -> None:
    nobody.mkdir(parents=True)
    Database(nobody / "log.sqlite").close()
    with closing(sqlite3.connect(nobody / "log.sqlite")) as raw:
        raw.execute("PRAGMA user_version=99")
        raw.commit()
    maker = RecordMaker()
    book = logbook.opened(None)
    book.feed([*maker.begin(), *maker.set(3)], maker.at)
    assert run("forget", "log", "--yes")[0] == 2
    assert [*nobody.glob("log.version-*.sqlite")]
    book.close()
    assert run("forget", "log", "--yes")[0] == 0
    assert not nobody.exists()


def test_what_waits_for_a_log_that_was_named_stays(run: Run, nobody: Path, tmp_path: Path) -> None:
    spare = folders.spare_folder()
    spare.mkdir(parents=True)
    own, other = (
        spool._name(log, "1234") for log in (folders.log_path(), tmp_path / "anna.sqlite")
    )
    for name in (own, other):
        Database(spare / name).close()
    assert run("forget", "log", "--yes")[0] == 0
    assert [each.name for each in spare.iterdir()] == [other]


def test_a_link_goes_and_what_it_points_to_stays(run: Run, nobody: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "cloud" / "my log.sqlite"
    elsewhere.parent.mkdir()
    Database(elsewhere).close()
    nobody.mkdir(parents=True)
    (nobody / "log.sqlite").symlink_to(elsewhere)
    code, shown, _ = run("forget", "--yes")
    assert code == 0
    assert f"(a link; {elsewhere} stays)" in shown
    assert elsewhere.exists()
    assert not (nobody / "log.sqlite").is_symlink()


def test_many_files_are_one_line_for_each_folder(run: Run, nobody: Path) -> None:
    clips = folders.cache_folder() / "clips"
    clips.mkdir(parents=True)
    for number in range(500):
        (clips / f"{number}.clip").write_bytes(bytes(100))
    code, shown, told = run("forget", "cache", "--yes")
    assert (code, told) == (0, "500 files removed (50.0 kB).\n")
    assert shown.splitlines()[1:] == [f"cache 50.0 kB {clips} (500 files)"]


def test_what_cant_be_removed_is_told_and_the_rest_goes(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., None] = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path.name == "voices.json":
            raise PermissionError(1, "Operation not permitted", str(path))
        real(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    code, _, told = run("forget", "--yes")
    path = folders.data_folder() / "voices.json"
    assert (code, told) == (2, f"{path}: cannot be removed (Operation not permitted)\n")
    assert stored(home) == {path}


def test_what_is_unknown_is_one_line(run: Run, home: Path) -> None:
    line = mistake(*run("forget", "everything"))
    assert "everything" in line
    for part in PARTS:
        assert part in line


def test_all_that_is_stored_is_its_owners_alone(nobody: Path, tmp_path: Path) -> None:
    """With the widest umask that a login may have, and a log and a folder that were open to all."""
    (tmp_path / "XDG_RUNTIME_DIR").mkdir(mode=0o700)
    before = os.umask(0)
    try:
        trained()
    finally:
        os.umask(before)
    files = [path for find in PARTS.values() for path in find()]
    assert len(files) >= 9
    for path in {*files, *(each.parent for each in files)}:
        wanted = 0o700 if path.is_dir() else 0o600
        assert path.stat().st_mode & 0o777 == wanted, path
