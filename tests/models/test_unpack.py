"""A model's zip is unpacked into its one folder, or nothing is."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voicecoach.models.unpack import MOST_FILES, MOST_GROWTH, ArchiveError, File, unpack

NAME = "vosk-model-small-en-us-0.15"
GOOD = {"am/final.mdl": b"acoustics" * 100, "conf/mfcc.conf": b"--x=1\n", "README": b""}


def member(name: str, mode: int = 0, system: int = 3) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = name
    info.external_attr = mode << 16
    info.create_system = system
    return info


def zipped(*members: tuple[zipfile.ZipInfo, bytes], compression: int = 8) -> io.BytesIO:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")  # for names that occur twice
        for info, data in members:
            archive.writestr(info, data, compression)
    return file


def model(files: Mapping[str, bytes] = GOOD) -> list[tuple[zipfile.ZipInfo, bytes]]:
    return [(member(f"{NAME}/{path}"), data) for path, data in files.items()]


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything under a folder: files with contents, else None. Links are not followed."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        if stat.S_ISREG(path.lstat().st_mode)
        else None
        for path in folder.rglob("*")
    }


def test_a_model_comes_out_as_it_went_in(tmp_path: Path) -> None:
    folders = [(member(f"{NAME}/"), b""), (member(f"{NAME}/ivector/", stat.S_IFDIR | 0o755), b"")]
    files = unpack(zipped(*folders, *model()), NAME, tmp_path)
    there = {path: data for path, data in tree(tmp_path / NAME).items() if data is not None}
    assert there == GOOD
    assert (tmp_path / NAME / "ivector").is_dir()
    assert files == {
        path: File(len(data), hashlib.sha256(data).hexdigest()) for path, data in GOOD.items()
    }


def test_no_file_is_made_executable_or_writable_for_others(tmp_path: Path) -> None:
    evil = member(f"{NAME}/am/final.mdl", stat.S_IFREG | stat.S_ISUID | 0o777)
    unpack(zipped((evil, b"x")), NAME, tmp_path)
    mode = (tmp_path / NAME / "am" / "final.mdl").stat().st_mode
    assert not mode & (stat.S_ISUID | stat.S_IXUSR | stat.S_IWOTH)


ESCAPES = [
    "/etc/passwd",
    "../outside",
    f"{NAME}/../outside",
    f"{NAME}/../../outside",
    f"{NAME}/am/../../../outside",
    f"{NAME}/./x",
    f"{NAME}//x",
    f"/{NAME}/x",
    "C:/windows/x",
    f"{NAME}/C:/x",
    f"{NAME}/C:x",
    f"{NAME}/x:stream",
    f"{NAME}\\..\\..\\outside",
    f"{NAME}/..\\outside",
    "\\\\server\\share\\x",
    f"{NAME}/nul",
    f"{NAME}/COM1.txt",
    f"{NAME}/trailing.",
    f"{NAME}/trailing ",
    f"{NAME}/line\nbreak",
    f"{NAME}/bell\x07",
    f"{NAME}/right\u202eleft",
    f"{NAME}/{'long' * 100}",
    "another-model/x",
    f"{NAME}x/x",
    f"{NAME.upper()}/x",
    "x",
    "..",
    ".",
]


@pytest.mark.parametrize("name", ESCAPES)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    into = tmp_path / "a" / "into"
    into.mkdir(parents=True)
    # Also if it comes last: nothing is written before everything was checked.
    with pytest.raises(ArchiveError):
        unpack(zipped(*model(), (member(name), b"evil")), NAME, into)
    assert tree(tmp_path) == {"a": None, "a/into": None}


def test_a_name_that_hides_behind_a_nul_is_refused(tmp_path: Path) -> None:
    data = zipped(*model(), (member(f"{NAME}/x?/../../../evil"), b"")).getvalue()
    with pytest.raises(ArchiveError):
        unpack(io.BytesIO(data.replace(b"x?/..", b"x\0/..")), NAME, tmp_path)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
@pytest.mark.parametrize("system", [0, 3])
def test_only_files_and_folders_are_unpacked(tmp_path: Path, kind: int, system: int) -> None:
    link = member(f"{NAME}/link", kind | 0o777, system)
    through = member(f"{NAME}/link/evil")
    for members in ([(link, b"/tmp")], [(link, b"/tmp"), (through, b"x")]):
        with pytest.raises(ArchiveError, match="neither a file nor a folder"):
            unpack(zipped(*model(), *members), NAME, tmp_path)
        assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a", "a"], "twice"),
        (["a", "A"], "twice"),
        (["\u00e9", "e\u0301"], "twice"),
        (["stra\u00dfe", "STRASSE"], "twice"),
        (["a", "a/"], "twice"),
        (["a", "a/b"], "both a file and a folder"),
        (["a/b", "A"], "both a file and a folder"),
    ],
)
def test_two_names_for_one_place_are_refused(tmp_path: Path, names: list[str], why: str) -> None:
    with pytest.raises(ArchiveError, match=why):
        unpack(zipped(*((member(f"{NAME}/{name}"), b"") for name in names)), NAME, tmp_path)
    assert tree(tmp_path) == {}


def test_a_folder_without_a_file_is_no_model(tmp_path: Path) -> None:
    for members in ([], [(member(f"{NAME}/"), b"")], [(member(NAME), b"a file")]):
        with pytest.raises(ArchiveError):
            unpack(zipped(*members), NAME, tmp_path)


# --- bombs -----------------------------------------------------------------------------------


def test_what_grows_beyond_measure_is_refused(tmp_path: Path) -> None:
    bomb = zipped(*model(), (member(f"{NAME}/zeros"), bytes(50_000_000)))
    with pytest.raises(ArchiveError, match="would grow to 50000"):
        unpack(bomb, NAME, tmp_path)
    assert tree(tmp_path) == {}


def test_many_parts_that_grow_together_are_refused(tmp_path: Path) -> None:
    zeros = bytes(1_000_000)
    bomb = zipped(*((member(f"{NAME}/{number}"), zeros) for number in range(20)))
    with pytest.raises(ArchiveError, match="would grow to 20000000"):
        unpack(bomb, NAME, tmp_path)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    many = zipped(*((member(f"{NAME}/{number}"), b"") for number in range(MOST_FILES + 1)))
    with pytest.raises(ArchiveError, match="501 files"):
        unpack(many, NAME, tmp_path)


@pytest.mark.parametrize("claimed", [0, 10, 500_000, 1_100_000])
def test_a_file_that_lies_about_its_size_does_not_grow(tmp_path: Path, claimed: int) -> None:
    """The sizes in the list at the zip's end were checked against the limit."""
    real = 1_000_000
    pad = os.urandom(200_000)  # So that both the stated size and the real one would be allowed.
    data = zipped((member(f"{NAME}/zeros"), bytes(real)), (member(f"{NAME}/pad"), pad)).getvalue()
    size = struct.pack("<I", real)
    assert data.count(size) == 2  # In the file's own header, and in the list.
    with pytest.raises(ArchiveError, match=r"damaged|than it says"):
        unpack(io.BytesIO(data.replace(size, struct.pack("<I", claimed))), NAME, tmp_path)
    assert (tmp_path / NAME / "zeros").stat().st_size <= claimed


@pytest.mark.parametrize("flag", ["encrypted", "compressed"])
def test_what_models_never_are(tmp_path: Path, flag: str) -> None:
    data = bytearray(zipped(*model()).getvalue())
    at = data.index(b"PK\x01\x02")
    data[at + (8 if flag == "encrypted" else 10)] = 1 if flag == "encrypted" else 12
    with pytest.raises(ArchiveError, match=flag):
        unpack(io.BytesIO(bytes(data)), NAME, tmp_path)


# --- whatever comes --------------------------------------------------------------------------

PARTS = st.one_of(
    st.sampled_from([NAME, "..", ".", "", "am", "final.mdl", "C:", "con", "a b", "~", "-rf", "\\"]),
    st.text(st.characters(codec="utf-8"), max_size=8),
)
PATHS = st.lists(PARTS, min_size=1, max_size=5).map("/".join)
MODES = st.sampled_from([0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, stat.S_IFIFO])
MEMBERS = st.tuples(
    st.one_of(PATHS, PATHS.map(lambda path: f"{NAME}/{path}")), MODES, st.binary(max_size=50)
)


def outcome(data: bytes) -> str:
    """Unpack into a new folder, and check what must hold for every archive."""
    with tempfile.TemporaryDirectory() as name:
        around = Path(name)
        into = around / "models" / ".unfinished"
        into.mkdir(parents=True)
        (around / "models" / "outside").write_bytes(b"untouched")
        refused = ""
        files: Mapping[str, File] = {}
        try:
            files = unpack(io.BytesIO(data), NAME, into)
        except ArchiveError as fault:
            refused = str(fault)
        assert refused.isprintable()
        if not refused:
            there = tree(into / NAME)
            assert {path for path, data in there.items() if data is not None} == set(files)
            for path, file in files.items():
                contents = there[path]
                assert contents is not None
                assert File(len(contents), hashlib.sha256(contents).hexdigest()) == file
        assert [path.name for path in into.iterdir()] in ([], [NAME])
        assert not any(path.is_symlink() for path in into.rglob("*"))
        assert sum(len(data or b"") for data in tree(into).values()) <= MOST_GROWTH * len(data)
        outside = {path: d for path, d in tree(around).items() if ".unfinished" not in path}
        assert outside == {"models": None, "models/outside": b"untouched"}
        return "refused" if refused else "unpacked"


@settings(max_examples=100, deadline=None)
@given(st.lists(MEMBERS, max_size=6))
@example([(f"{NAME}/am/final.mdl", 0, b"x")])
def test_nothing_is_ever_written_outside(members: Sequence[tuple[str, int, bytes]]) -> None:
    outcome(zipped(*((member(name, mode), data) for name, mode, data in members)).getvalue())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_zip_is_refused_and_nothing_else_happens(data: st.DataObject) -> None:
    good = bytearray(zipped(*model()).getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(good) - 1))
        good[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(good))))
    outcome(bytes(good[:cut]))


def test_a_good_one_is_unpacked_by_the_same_measure() -> None:
    assert outcome(zipped(*model()).getvalue()) == "unpacked"
    assert outcome(b"no zip at all") == "refused"
