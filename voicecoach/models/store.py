"""The folder of models: installs a model completely or not at all, verifies it, removes it.

While a model is unpacked or removed, it is in a folder `.unfinished-*` beside the others, and one
rename puts it in place. `listening.models.find` looks only for folders with known names, so a
killed program leaves nothing that looks like a model. The next change to the folder cleans up.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING

from filelock import FileLock, Timeout

from .. import given
from ..listening.models import is_model
from .catalogue import Model
from .unpack import ArchiveError, File, unpack

if TYPE_CHECKING:
    from .download import Advance, Patience

MANIFEST = "voicecoach-manifest.json"
"""In each model: the sizes and hashes of its files when it was unpacked."""

_UNFINISHED = ".unfinished-"
_CHUNK = 1 << 20
_LARGEST_MANIFEST = 1_000_000
"""Bytes; a model has some twenty files."""


class NotInstalledError(Exception):
    """Nothing was changed; the text is one line with the reason and what to do."""


class ModelState(StrEnum):
    """The state of a model on disk."""

    WHOLE = "whole"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """It was installed by other means, without a manifest to compare with."""


@dataclass(frozen=True, slots=True)
class Integrity:
    """The result of verifying a model on disk."""

    state: ModelState
    why: str = ""
    """If broken, the first wrong file; if unknown, the reason."""


class ModelStore:
    """Models in one folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, model: Model) -> Path:
        """Where the model is, or would be."""
        return self.folder / model.name

    def has(self, model: Model) -> bool:
        return is_model(self.path(model))

    def fetched(self, model: Model) -> int:
        """Bytes of an incomplete download that can be resumed."""
        part = self._part(model)
        return part.stat().st_size if part.is_file() else 0

    def get(self, model: Model, advance: Advance, patience: Patience | None = None) -> Path:
        """Download and install the model; returns its folder.

        An existing one is replaced. Raises NotInstalledError; the download is resumed the next
        time.
        """
        with self._changing():
            part = self._part(model)
            resumed = part.exists()
            self._fetch(model, part, advance, patience)
            if resumed and _mismatch(part, model):
                # It may begin with bytes of an older file, so start over once.
                part.unlink()
                self._fetch(model, part, advance, patience)
            try:
                with part.open("rb") as file:
                    installed = self._install(file, model, f"what {model.url} holds")
            except NotInstalledError:
                part.unlink()
                raise
            part.unlink()
            return installed

    def get_from(self, file: Path, model: Model) -> Path:
        """Install the model from a zip that was downloaded by other means, with the same checks."""
        with self._changing():
            try:
                opened = given.opened(file)
            except OSError as fault:
                raise NotInstalledError(f"{file}: cannot be read ({fault.strerror})") from fault
            with opened:
                installed = self._install(opened, model, str(file))
            self._part(model).unlink(missing_ok=True)
            return installed

    def remove(self, model: Model) -> None:
        """Delete the model and its partial download. Raises NotInstalledError."""
        with self._changing(), self._unfinished() as aside:
            self._part(model).unlink(missing_ok=True)
            if self.path(model).exists():
                self.path(model).rename(aside / model.name)

    # --- its parts ---------------------------------------------------------------------------

    def _part(self, model: Model) -> Path:
        return self.folder / f".{model.zip}.part"

    def _fetch(self, model: Model, part: Path, advance: Advance, patience: Patience | None) -> None:
        # The HTTP modules take a twentieth of a second to load, and no session needs them.
        from .download import DownloadError, fetch

        try:
            fetch(model.url, part, model.bytes, advance, patience)
        except DownloadError as fault:
            got = self.fetched(model)
            kept = f" The next try resumes at {megabytes(got)}." if got else ""
            raise NotInstalledError(
                f"{model.name}: {fault}.{kept} Or fetch {model.url} ({megabytes(model.bytes)}) "
                f"on another machine, and then: voicecoach models get {model.dialect} "
                f"--from {model.zip}"
            ) from fault

    def _install(self, file: IO[bytes], model: Model, source: str) -> Path:
        """Verify, unpack beside the final place, and rename. The old folder is deleted."""
        if wrong := _mismatch_of(file, model):
            raise NotInstalledError(f"{source} is not {model.name}: {wrong}; nothing is unpacked")
        with self._unfinished() as aside:
            new = aside / model.name
            try:
                files = unpack(file, model.name, aside)
                if not is_model(new) or MANIFEST in files:
                    raise ArchiveError("it holds no model that Vosk could load")
            except ArchiveError as fault:
                raise NotInstalledError(f"{source} is not unpacked: {fault}") from fault
            _write_manifest(new, files)
            if self.path(model).exists():
                self.path(model).rename(aside / "old")
            new.rename(self.path(model))
        return self.path(model)

    @contextmanager
    def _unfinished(self) -> Iterator[Path]:
        """A folder for unfinished work."""
        folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Lock the folder, and clean up after a killed program."""
        if is_model(self.folder):
            raise NotInstalledError(f"{self.folder} is a model itself; name the folder around it")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock", timeout=0):
                for left in self.folder.glob(f"{_UNFINISHED}*"):
                    shutil.rmtree(left, ignore_errors=True)
                yield
        except Timeout:
            raise NotInstalledError(f"{self.folder}: another voicecoach is working there") from None
        except OSError as fault:
            where = fault.filename or self.folder
            raise NotInstalledError(f"{where}: cannot be written ({fault.strerror})") from fault


def verify(model: Path) -> Integrity:
    """Whether a model is as it was unpacked. Reads all of it."""
    try:
        files = _read_manifest(model)
    except FileNotFoundError:
        return Integrity(ModelState.UNKNOWN, "it has no manifest, voicecoach did not unpack it")
    except OSError as fault:
        return Integrity(ModelState.BROKEN, f"{MANIFEST} cannot be read ({fault.strerror})")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Integrity(ModelState.BROKEN, f"{MANIFEST} cannot be read (not as it was written)")
    for name, file in files.items():
        try:
            if not _inside(name):
                return Integrity(ModelState.BROKEN, f"{name!r:.100} is no file in it")
            with given.opened(model / name) as opened:
                if opened.seek(0, 2) != file.bytes or _hash(opened, "sha256") != file.sha256:
                    return Integrity(ModelState.BROKEN, f"{name} has changed")
        except FileNotFoundError:
            return Integrity(ModelState.BROKEN, f"{name} is missing")
        except OSError as fault:
            return Integrity(ModelState.BROKEN, f"{name} cannot be read ({fault.strerror})")
    return Integrity(ModelState.WHOLE)


def megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"


def _write_manifest(model: Path, files: Mapping[str, File]) -> None:
    text = json.dumps({name: asdict(file) for name, file in files.items()}, indent=1)
    (model / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _read_manifest(model: Path) -> dict[str, File]:
    entries = json.loads(given.read(model / MANIFEST, _LARGEST_MANIFEST).decode())
    return {name: File(**file) for name, file in entries.items()}


def _inside(name: str) -> bool:
    """Whether a file of a manifest is in the model's folder: models are passed on, too."""
    path = PurePath(name)
    return "\0" not in name and not path.is_absolute() and ".." not in path.parts


def _mismatch(path: Path, model: Model) -> str:
    with path.open("rb") as file:
        return _mismatch_of(file, model)


def _mismatch_of(file: IO[bytes], model: Model) -> str:
    """How a file differs from the catalogue's entry for the model's zip; "" if it doesn't."""
    if (size := file.seek(0, 2)) != model.bytes:
        return f"it has {size} bytes instead of {model.bytes}"
    kind, wanted = ("sha256", model.sha256) if model.sha256 else ("md5", model.md5)
    found = _hash(file, kind)
    return "" if found == wanted else f"its {kind} is {found} instead of {wanted}"


def _hash(file: IO[bytes], kind: str) -> str:
    file.seek(0)
    digest = hashlib.new(kind, usedforsecurity=False)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
