"""What is fuzzed: each target reads bytes as the product would read them from a file.

A target returns if the bytes were read, or refused with the error that the product turns into one
line. Anything else that it raises is a bug.
"""

from __future__ import annotations

import dataclasses
import io
import shutil
import tempfile
import wave
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

import numpy as np
import soundfile

from tests.support import log_records, sample_files
from voicecoach.audio import wav
from voicecoach.config import ConfigError, exercise, grammar, layers, messages, workout
from voicecoach.config.document import Document
from voicecoach.config.plain import validated
from voicecoach.config.program import read as read_program
from voicecoach.config.settings import Settings
from voicecoach.core.plan import SAMPLE_RATE, Tempo
from voicecoach.core.workout import Amended, Entry, PlannedSet, SetKind, Unit
from voicecoach.history import exchange
from voicecoach.history.database import LogError
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log
from voicecoach.history.report.moments import TraceError, from_trace, stretches
from voicecoach.models.unpack import ArchiveError, unpack

Seeds = Iterator[bytes]


@dataclasses.dataclass(frozen=True)
class Target:
    what: str
    run: Callable[[bytes], object]
    seeds: Callable[[], Seeds]
    """Good inputs to begin with."""
    longest: int = 4096
    """Bytes of an input. Much longer ones are what the tests of bounds are for."""


@cache
def _scratch() -> Path:
    """A folder of this process. libFuzzer ends without a word, so whoever started it cleans up."""
    return Path(tempfile.mkdtemp())


def _as_file(data: bytes, name: str) -> Path:
    path = _scratch() / name
    path.write_bytes(data)
    return path


def _plain(text: str) -> None:
    """Hold a message to its promise: one line without control characters, and not endless."""
    assert text.isprintable(), text
    assert len(text) < 2000, len(text)


# --- configuration ---------------------------------------------------------------------------

READERS: Mapping[str, Callable[[Document], object]] = {
    "voicecoach.toml": partial(validated, Settings),
    "exercises/plank.toml": lambda document: exercise.read(document, document),
    "workouts/supersets.toml": lambda document: workout.read(document, ["squat", "row"]),
    "programs/wave.toml": lambda document: read_program(document, ["squat", "row"]),
    "languages/de/messages.toml": lambda document: messages.read(document, "de"),
}


def _toml(data: bytes) -> None:
    """The first byte chooses what kind of file it is."""
    names = [*READERS]
    name = names[data[0] % len(names)] if data else names[0]
    _as_file(data[1:], "fuzzed.toml")
    try:
        document = Document.read(_scratch(), "fuzzed.toml")
        READERS[name](document)
    except ConfigError as error:
        for fault in error.faults:
            _plain(str(fault).replace(str(_scratch()), ""))


def _toml_seeds() -> Seeds:
    for kind, name in enumerate(READERS):
        text = (layers.shipped() / name).read_bytes()
        yield bytes([kind]) + text[:4000].rpartition(b"\n")[0] + b"\n"


@cache
def _commands_document() -> Document:
    return Document.read(layers.shipped(), "languages/en/commands.toml")


def _template(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    # One meaning with a number, and one with none.
    lists = {"more": {"from": 1, "to": 4}}
    file = {"more": [text], "done": [text], "lists": lists}
    with suppress(ConfigError):
        grammar.read(dataclasses.replace(_commands_document(), data=file), "en")


def _template_seeds() -> Seeds:
    for value in _commands_document().data.values():
        if isinstance(value, list):
            yield from (each.encode() for each in value if isinstance(each, str))


def _tempo(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        tempo = Tempo.parse(text)
    except ValueError as error:
        _plain(str(error))
        return
    assert 0 < tempo.rep <= 4 * 99 * SAMPLE_RATE
    assert str(tempo).isprintable()


# --- what other programs wrote ---------------------------------------------------------------


def _csv(data: bytes) -> None:
    form = [None, *exchange.FORMS][data[0] % (1 + len(exchange.FORMS))] if data else None
    try:
        found = exchange.read(data[1:], form, Unit.KG)
    except exchange.UnreadableError as error:
        _plain(str(error))
        return
    for name in exchange.FORMS:
        exchange.write(name, found.sets)


def _csv_seeds() -> Seeds:
    for text in (
        *(sample_files.STRONG_COMMA, sample_files.STRONG_OLDER, sample_files.STRONG_6),
        *(sample_files.HEVY, sample_files.FITNOTES),
    ):
        yield b"\0" + text.encode()


def _trace(data: bytes) -> None:
    try:
        sets = from_trace(_as_file(data, "trace.jsonl"))
    except TraceError as error:
        _plain(str(error))
        return
    for each in sets:
        stretches(each.moments)


def _trace_seeds() -> Seeds:
    yield sample_files.TRACE.encode()


MODEL = "vosk-model-small-en-us-0.15"


def _zip(data: bytes) -> None:
    into = _scratch() / "models"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    before = {*_scratch().iterdir()}
    with suppress(ArchiveError):
        unpack(io.BytesIO(data), MODEL, into)
    assert {each.name for each in into.iterdir()} <= {MODEL}
    assert {*_scratch().iterdir()} == before
    for each in into.rglob("*"):
        assert not each.is_symlink()


def _zip_seeds() -> Seeds:
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", compression) as archive:
            archive.writestr(f"{MODEL}/conf/mfcc.conf", "--use-energy=false\n" * 9)
            archive.writestr(f"{MODEL}/am/", "")
            archive.writestr(f"{MODEL}/README", "")
        yield file.getvalue()


# --- sound -----------------------------------------------------------------------------------


def _sound(data: bytes) -> None:
    try:
        pcm, _ = wav.read(_as_file(data, "sound"))
    except wav.AudioFileError as error:
        _plain(str(error))
        return
    assert np.isfinite(pcm).all()
    assert len(pcm) <= wav.LONGEST * 16_000


def _sound_seeds() -> Seeds:
    tone = np.sin(np.arange(800) / 9).astype(np.float32) * 0.5
    for form, encoding in (("WAV", "PCM_16"), ("WAV", "FLOAT"), ("FLAC", "PCM_16")):
        file = io.BytesIO()
        soundfile.write(file, tone, 16_000, subtype=encoding, format=form)
        yield file.getvalue()
    file = io.BytesIO()
    with closing(wave.open(file, "wb")) as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(8_000)
        written.writeframes(bytes(400))
    yield file.getvalue()


# --- the log ---------------------------------------------------------------------------------

MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)


@cache
def _good_log() -> bytes:
    """A log with a finished workout and one that broke off."""
    path = _scratch() / "good.sqlite"
    for day, ended in ((2, True), (1, False)):
        journal = Journal(path, log_records.MORNING.replace(day=day))
        maker = log_records.RecordMaker()
        planned = PlannedSet(2, SetKind.WORK, log_records.kilos(80), 90 * SAMPLE_RATE)
        journal.feed(
            [
                *maker.begin(),
                *maker.set(2, planned, slower_after=1, refused=1),
                Amended(maker.at, 0, Entry.NOTE, "left knee"),
                *(maker.end() if ended else ()),
            ],
            maker.at,
        )
        journal.close()
    return path.read_bytes()


def _log(data: bytes) -> None:
    """Replaces bytes of a good log: a place of three bytes, a length of one, and what stands
    there."""
    spoilt = bytearray(_good_log())
    while len(data) >= 4:
        at = int.from_bytes(data[:3], "big") % len(spoilt)
        length = data[3] % 16
        spoilt[at : at + length] = data[4 : 4 + length]
        data = data[4 + length :]
    path = _as_file(bytes(spoilt), "log.sqlite")
    for beside in ("-wal", "-shm"):
        Path(f"{path}{beside}").unlink(missing_ok=True)
    try:
        with Log(path) as log:
            for each in (one for found in log.workouts() for one in found.sets):
                log.reps(each.id)
                log.timeline(each.id)
            log.past("leg-press", MORNING)
    except LogError as error:
        _plain(str(error))


def _log_seeds() -> Seeds:
    size = len(_good_log())
    for page in range(0, size, 4096):
        yield page.to_bytes(3, "big") + b"\x02\x0d\x00" + (page + 8).to_bytes(3, "big") + b"\x01\0"


TARGETS: Mapping[str, Target] = {
    "toml": Target("a configuration file of five kinds", _toml, _toml_seeds),
    "template": Target("a command template", _template, _template_seeds, 200),
    "tempo": Target("a tempo", _tempo, lambda: iter((b"3-1-2-0", b"30X0", b"hold 2-3")), 64),
    "csv": Target("a CSV file of Strong, Hevy or FitNotes", _csv, _csv_seeds),
    "trace": Target("a trace", _trace, _trace_seeds),
    "zip": Target("a model's archive", _zip, _zip_seeds),
    "sound": Target("a sound file", _sound, _sound_seeds),
    "log": Target("the log", _log, _log_seeds, 256),
}
