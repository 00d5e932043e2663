"""Many clips are rendered in other processes, mostly after those that are waited for."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.support.whistle_voice import TEXTS, Whistle, book
from voicecoach.speaking import render_pool


def behind() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "voicecoach-clips"]


def kept(cache: Path) -> int:
    return len(list(cache.glob("*.clip")))


def test_many_are_rendered_elsewhere(tmp_path: Path) -> None:
    voice = Whistle()
    clips = book(voice, tmp_path)
    told: list[tuple[int, int]] = []
    clips.prepare(TEXTS, lambda done, of: told.append((done, of)))
    assert told == [(n, len(TEXTS)) for n in range(1, len(TEXTS) + 1)]
    assert kept(tmp_path) == len(TEXTS)
    assert all(clips.get(text).spoken for text in TEXTS)
    assert voice.said == []


def test_where_nothing_is_kept_they_are_rendered_here(tmp_path: Path) -> None:
    voice = Whistle()
    book(voice, None).prepare(TEXTS)
    assert voice.said == TEXTS


def test_processes_that_die_leave_the_work_to_this_one(tmp_path: Path) -> None:
    voice = Whistle(alone=False)
    clips = book(voice, tmp_path)
    clips.prepare(TEXTS)
    assert voice.said == TEXTS
    assert all(clips.get(text).spoken for text in TEXTS)


def test_the_first_are_waited_for_and_the_others_come_behind(tmp_path: Path) -> None:
    voice = Whistle(0.1)
    clips = book(voice, tmp_path)
    clips.prepare(TEXTS, enough=2)
    assert behind()
    assert 2 <= kept(tmp_path) < len(TEXTS)
    (thread,) = behind()
    thread.join(60)
    assert kept(tmp_path) == len(TEXTS)
    assert voice.said == []
    clips.close()


def test_who_wants_one_before_its_turn_has_it_at_once(tmp_path: Path) -> None:
    voice = Whistle(0.1)
    clips = book(voice, tmp_path)
    clips.prepare(TEXTS, enough=1)
    assert clips.get(TEXTS[-1]).spoken
    assert voice.said in ([], TEXTS[-1:])
    clips.close()


def test_what_is_closed_begins_nothing_more(tmp_path: Path) -> None:
    clips = book(Whistle(0.5), tmp_path)
    clips.prepare(TEXTS, enough=1)
    clips.close()
    for thread in behind():
        thread.join(60)
    assert kept(tmp_path) < len(TEXTS)


def test_several_that_wait_for_all_share_their_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools = []

    class Counted(render_pool.Processes):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            pools.append(self)

    monkeypatch.setattr(render_pool, "Processes", Counted)
    with render_pool.together():
        for name in ("one", "two"):
            voice = Whistle()
            clips = book(voice, tmp_path / name)
            clips.prepare(TEXTS)
            assert kept(tmp_path / name) == len(TEXTS)
            assert voice.said == []
            clips.close()
    (pool,) = pools
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(print)


def test_processes_that_were_shared_and_died_leave_the_work_to_this_one(tmp_path: Path) -> None:
    with render_pool.together():
        for name in ("one", "two"):
            voice = Whistle(alone=False)
            book(voice, tmp_path / name).prepare(TEXTS)
            assert voice.said == TEXTS


KILLED = """
import sys, time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from tests.support.whistle_voice import TEXTS, Whistle, book
if __name__ == "__main__":
    book(Whistle(0.1), Path(sys.argv[1])).prepare(TEXTS, enough=2)
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_coach_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    coach = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    )
    assert coach.stdout is not None
    assert coach.stdout.readline() == b"ready\n"
    coach.kill()
    # The pipe ends when the last process that inherited it is gone.
    assert coach.communicate(timeout=30)[0] == b""


ENDS = """
import sys, time
from pathlib import Path
from tests.support.whistle_voice import TEXTS, Whistle, book
if __name__ == "__main__":
    clips = book(Whistle(60), Path(sys.argv[1]))
    clips.prepare(TEXTS, enough=0)
    time.sleep(3)
    clips.close()
"""


def test_a_coach_that_ends_waits_for_no_line(tmp_path: Path) -> None:
    """Each takes a minute."""
    done = subprocess.run(
        [sys.executable, "-c", ENDS, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=40,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
