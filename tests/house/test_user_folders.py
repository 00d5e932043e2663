"""A test run does not touch the developer's own folders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from tests.support.natural_speech import KEPT_IN
from tests.support.user_folders import KINDS

RENDERING = "tests/cli/test_preview.py::test_a_set_is_heard_seen_and_read"


@pytest.mark.audio
@pytest.mark.skipif(sys.platform == "win32", reason="a user's folders are not below HOME there")
def test_a_run_of_tests_leaves_a_home_empty(tmp_path: Path) -> None:
    apart = {KEPT_IN, *(f"XDG_{kind}" for kind in KINDS)}
    environment = {name: value for name, value in os.environ.items() if name not in apart}
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", RENDERING],
        cwd=Path(__file__).parents[2],
        env=environment | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    left = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
    assert not left


def test_every_folder_of_a_user_is_the_runs_own() -> None:
    run = Path(os.environ["XDG_CACHE_HOME"]).parent
    assert run.name.startswith("voicecoach-tests-")
    for folder in (
        *(platformdirs.user_cache_path(), platformdirs.user_config_path()),
        *(platformdirs.user_data_path(), platformdirs.user_state_path()),
        platformdirs.user_runtime_path(),
    ):
        assert folder.is_relative_to(run)
