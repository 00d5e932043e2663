"""Rules for all tests: in CI none that needs real sound or a browser is skipped; none sees or
changes the developer's own folders; the suite runs in several processes, and the tests that mostly
wait run first.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

from .support.cli_runner import Run, command_line
from .support.file_server import Server, serving
from .support.natural_speech import KEPT_IN
from .support.user_folders import KINDS, be_nobody

WAITING = 3
"""Extra processes beyond one per processor: tests of live workouts take real time, in which others
can compute."""

_NICE = 10
"""Niceness of processes that compute: a sound card does not wait."""

_GAVE_WAY = pytest.StashKey[int]()

# The time that an example takes depends more on the other processes than on the example.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """All tests run in several processes; a few of them start faster in this one."""
    return 0 if config.option.file_or_dir else (os.cpu_count() or 1) + WAITING


def pytest_configure(config: pytest.Config) -> None:
    # Hundreds of processes are started here, and each would compile the program again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if KEPT_IN not in os.environ:
        folder = TemporaryDirectory(prefix="voicecoach-tests-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        # Natural voices take their time. What they say is the same in the next run.
        kept = getattr(config, "cache", None)
        be_nobody(Path(folder.name), kept.mkdir("speech") if kept else None)


class _ModulesAndGroups(LoadGroupScheduling):  # type: ignore[misc]
    """A module stays in one process, and so does an `xdist_group`, whose tests thus run one at a
    time. Loadgroup alone would spread a module without a group over all processes, and each would
    build its fixtures and load its recognisers and voices."""

    def _split_scope(self, nodeid: str) -> str:
        return str(super()._split_scope(nodeid)).partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadGroupScheduling:
    return _ModulesAndGroups(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in real time come first, then long computations, so that neither come last, then
    modules with real voices and recognisers. The tests of a module stay together."""
    marked = {
        name: {item.path for item in items if item.get_closest_marker(name)}
        for name in ("real_time", "slow", "audio")
    }
    items.sort(key=lambda item: [item.path not in paths for paths in marked.values()])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Once a process has no tests in real time left, it yields to those that have."""
    if item.get_closest_marker("real_time") or not hasattr(item.config, "workerinput"):
        return
    if _GAVE_WAY not in item.config.stash and hasattr(os, "nice"):
        item.config.stash[_GAVE_WAY] = os.nice(_NICE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    for marker, what in (("audio", "real audio"), ("browser", "a browser"), ("bus", "D-Bus")):
        if report.skipped and os.environ.get("CI") and item.get_closest_marker(marker):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} needs {what} and was skipped: {report.longrepr}"
    return report


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session opens no socket, to anywhere."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a session tried to reach the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in a fresh folder: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str | Path) -> tuple[int, str, str]:
        code = command_line(*words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user without any file, in an empty folder. Returns where their data will be kept."""
    monkeypatch.chdir(tmp_path)
    for kind in KINDS:
        monkeypatch.setenv(f"XDG_{kind}", str(tmp_path / f"XDG_{kind}"))
    return tmp_path / "XDG_DATA_HOME" / "voicecoach"


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of the file that the test's module calls `CONTENT`."""
    with serving(request.module.CONTENT) as server:
        yield server
