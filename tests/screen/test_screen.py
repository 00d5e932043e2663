"""The screen: each state at a glance, a key for a phrase, and a terminal that goes away."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from textual.widget import Widget

from tests.support.screen_driver import snapshot
from tests.support.screen_reader import stands
from tests.support.session_driver import shipped
from voicecoach.core import session as coach
from voicecoach.core.events import Intent, State
from voicecoach.core.hints import Hints
from voicecoach.core.plan import samples
from voicecoach.core.session import Session
from voicecoach.core.session.rest_clock import RestClock
from voicecoach.runtime.snapshot import HeardLast, Snapshot
from voicecoach.screen import glance, keys, lettering
from voicecoach.screen import terminal as screen
from voicecoach.screen.stage import Scene, Words, stage

pytestmark = [pytest.mark.real_time, pytest.mark.xdist_group("devices")]


HINTS = Hints(shipped().phrases)

SIZES = [(40, 12), (80, 24), (100, 30), (160, 45)]


def session_in(state: State) -> Session:
    return snapshot(state).session


def scene(state: State, **changes: object) -> Scene:
    return glance.scene(snapshot(state, **changes), HINTS)


# --- what is shown ---------------------------------------------------------------------------


def test_a_rep_shows_its_number_its_phase_and_its_breath() -> None:
    shown = scene(State.REP)
    assert (shown.number, shown.digits, shown.under) == ("7", 2, "of 12")
    assert shown.words == Words("Down", "breathe in", "in", "Down")
    assert [words.word for words in shown.turns] == ["Down", "Hold", "Up", "top"]


@pytest.mark.parametrize(
    ("state", "word", "answer"),
    [
        (State.PROOF, "First a test", "stop now"),
        (State.INTERRUPTED, "carry on?", "resume"),
        (State.CHOICE, "Which exercise?", "leg press"),
        (State.SETUP, "set-up 2/6", "next"),
        (State.GATE, "Catches set?", "ready"),
        (State.ARMED, "Release the catches", "start set"),
        (State.PAUSED, "Paused", "resume"),
        (State.RACKING, "Lock the safety catches", "locked"),
        (State.REST, "rest", "start set"),
        (State.READY, "Leg press", "start set"),
    ],
)
def test_a_state_that_waits_says_in_big_words_for_what(
    state: State, word: str, answer: str
) -> None:
    shown = scene(state)
    assert shown.word == word
    assert coach_hears(shown.answer, state) == coach_hears(answer, state)


def test_the_end_waits_for_nothing_and_tells_what_it_came_to() -> None:
    shown = scene(State.SUMMARY)
    assert (shown.word, shown.note, shown.answer) == ("1 set", "3 reps", "")


def coach_hears(phrase: str, state: State) -> object:
    command = shipped().phrases.parse(phrase)
    assert command is not None
    assert command.intent in coach.listens_for(state)
    return command


def test_the_countdown_and_the_rest_count_down() -> None:
    shown = snapshot(State.COUNTDOWN)
    left = [
        glance.scene(replace(shown, at=shown.phase_ends - samples(s)), HINTS).number
        for s in (3.2, 2.9, 1.5, 0.1, 0.0)
    ]
    assert left == ["3", "3", "2", "1", "1"]
    rest = snapshot(State.REST)
    assert rest.session.rest is not None
    end = rest.session.rest.end
    assert end is not None
    left = [
        glance.scene(replace(rest, at=end - samples(s)), HINTS).number
        for s in (90, 60, 59.9, 0.5, 0)
    ]
    assert left == ["1:30", "1:00", "1:00", "0:01", "0:00"]


def test_a_rest_without_limit_counts_up() -> None:
    rest = snapshot(State.REST)
    endless = replace(rest.session, rest=RestClock(begun=samples(100), length=0))
    shown = replace(rest, session=endless, at=samples(161))
    assert glance.scene(shown, HINTS).number == "1:01"
    assert glance.span(shown) is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", State)
def test_every_state_fills_its_room_and_no_more(state: State, size: tuple[int, int]) -> None:
    for rows in (1, 2, 3, 5, 8, 11, 14, 15, 18, size[1] - 9, size[1]):
        lines = stage(scene(state), size[0], rows)
        assert len(lines) == rows
        assert all(lettering.cells(line) <= size[0] for line in lines)


def test_the_number_is_large_and_does_not_wander() -> None:
    """At 80 columns a digit is 14 rows high, and 12 is where 9 was."""
    down = Words("Down", "breathe in", "in")
    ninth, twelfth = (
        stage(Scene(str(rep), 2, under="of 12", turns=(down,)).saying(down), 80, 15)
        for rep in (9, 12)
    )
    assert len([line for line in ninth if "█" in line]) >= 14
    assert {line.rstrip()[-6:] for line in ninth} & {line.rstrip()[-6:] for line in twelfth}
    assert [line[48:] for line in ninth] == [line[48:] for line in twelfth]


def test_a_language_without_drawn_letters_is_shown_in_the_terminals_own() -> None:
    lines = stage(Scene("3", 2, "내려요", "of 12", "숨을 마셔요"), 80, 15)
    assert any("내려요" in line for line in lines)
    assert any("숨을 마셔요" in line for line in lines)


def test_accents_cost_a_letter_nothing_but_the_accent() -> None:
    assert lettering.draw("Été", 1) == lettering.draw("ETE", 1)


@pytest.mark.parametrize("columns", [5, 40, 80, 81, 200])
def test_the_bar_fills_with_the_phase(columns: int) -> None:
    span = glance.BarSpan(0, samples(3))
    full = [glance.bar(span, at, columns).count("█") for at in range(0, samples(3) + 1, 4800)]
    assert full == sorted(full)
    assert full[0] == 0
    assert full[-1] == columns - 2
    assert all(len(glance.bar(span, at, columns)) == columns for at in (0, samples(1.5)))


def test_the_bar_shows_the_seconds_of_a_phase() -> None:
    assert glance.bar(glance.BarSpan(0, samples(3)), samples(1.5), 11) == "███ ██░ ░░░"
    assert " " not in glance.bar(glance.BarSpan(0, samples(90)), samples(45), 40)


def test_what_was_refused_is_shown_with_its_reason() -> None:
    heard = HeardLast(0, "banana", False, "no command")
    assert glance.heard(snapshot(State.REP, heard=heard)) == 'refused "banana": no command'
    heard = HeardLast(0, "slower", True, "")
    assert glance.heard(snapshot(State.REP, heard=heard)) == 'heard "slower"'


def test_the_meter_has_words_for_silence() -> None:
    assert "digital silence" in glance.meter(snapshot(State.REP, level=float("-inf")), 80)
    loud = glance.meter(snapshot(State.REP, level=0.0), 80)
    assert "░" not in loud
    assert "0 dBFS" in loud


# --- keys ------------------------------------------------------------------------------------


def test_every_key_has_a_spoken_twin() -> None:
    for key in keys.KEYS:
        for state in State:
            text = keys.text_for(key, session_in(state), HINTS)
            assert text is not None
            assert shipped().phrases.parse(text) is not None
    assert keys.text_for("x", session_in(State.REP), HINTS) is None


def test_a_digit_chooses_an_exercise_in_the_order_of_the_offer() -> None:
    choice = session_in(State.CHOICE)
    assert keys.text_for("1", choice, HINTS) == "leg press"
    assert keys.text_for("3", choice, HINTS) is None
    assert keys.KeyHint("leg press", "1") in keys.offers(choice, HINTS)
    assert keys.text_for("1", session_in(State.REP), HINTS) is None


@pytest.mark.parametrize(
    ("state", "key", "intent"),
    [
        (State.GATE, "enter", Intent.READY),
        (State.ARMED, "enter", Intent.START),
        (State.RACKING, "enter", Intent.LOCKED),
        (State.SETUP, "enter", Intent.NEXT),
        (State.REST, "enter", Intent.START),
        # Goes on without the proof: a key can't prove that "stop" is heard.
        (State.PROOF, "enter", Intent.READY),
        (State.REP, "space", Intent.PAUSE),
        (State.PAUSED, "space", Intent.RESUME),
        (State.PAUSED, "enter", Intent.RESUME),
        (State.REP, "s", Intent.STOP),
        (State.REP, "d", Intent.DONE),
        (State.REP, "+", Intent.FASTER),
        (State.REP, "m", Intent.MORE),
        (State.PROOF, "s", Intent.STOP),
    ],
)
def test_a_key_says_what_makes_sense_now(state: State, key: str, intent: Intent) -> None:
    text = keys.text_for(key, session_in(state), HINTS)
    assert text is not None
    command = shipped().phrases.parse(text)
    assert command is not None
    assert command.intent is intent


def test_what_can_be_said_is_listed_with_its_key() -> None:
    offered = keys.offers(session_in(State.REP), HINTS)
    assert {keys.KeyHint("pause", "space"), keys.KeyHint("one more", "m")} <= set(offered)
    assert keys.KeyHint("help", "", "emergency") in offered
    assert keys.KeyHint("pain", "p", "emergency") in offered
    assert keys.KeyHint("help") in keys.offers(session_in(State.READY), HINTS)


# --- the terminal ----------------------------------------------------------------------------


class Played:
    """A screen without a terminal, and what its keys said."""

    def __init__(self, size: tuple[int, int] = (80, 24)) -> None:
        self.said: list[str] = []
        self.screen = screen.WorkoutScreen(shipped().phrases, self.said.append)
        self.size = size

    def through(self, *shown: Snapshot, press: Sequence[str] = ()) -> dict[str, str]:
        """Show the snapshots one by one, then press keys. Returns what each line shows."""

        async def play() -> dict[str, str]:
            app = self.screen._app
            async with app.run_test(size=self.size) as pilot:
                for each in shown:
                    self.screen.show(each)
                    app.look()
                    await pilot.pause()
                await pilot.press(*press)
                return {
                    widget.id or "": str(widget.render())
                    for widget in app.screen.query(Widget)
                    if widget.display
                }

        return asyncio.run(play())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", State)
def test_every_state_is_drawn(state: State, size: tuple[int, int]) -> None:
    lines = Played(size).through(snapshot(state, saying="Soft knees."))
    assert "█" in lines["stage"] or size < (80, 24)
    assert "Soft knees." in lines["coach"]
    assert ("bar" in lines) == (state in (State.REP, State.COUNTDOWN, State.REST))


def test_states_follow_each_other() -> None:
    lines = Played().through(*(snapshot(state) for state in State), snapshot(State.REP))
    stage = lines["stage"].split("\n")
    assert stands("Down", stage)
    assert stands("in", stage)
    assert " space  pause" in lines["say"]


def test_pressed_keys_are_said() -> None:
    played = Played()
    played.through(snapshot(State.REP), press=["space", "s", "d", "minus", "equals_sign", "x"])
    commands = [shipped().phrases.parse(text) for text in played.said]
    assert [command.intent for command in commands if command] == [
        Intent.PAUSE,
        Intent.STOP,
        Intent.DONE,
        Intent.SLOWER,
        Intent.FASTER,
    ]


def test_deafness_and_a_lost_output_are_told_in_words() -> None:
    lines = Played().through(
        snapshot(State.REP, deaf="the microphone is gone", mute="the earbuds are gone")
    )
    assert "I CAN'T HEAR YOU: the microphone is gone" in lines["trouble"]
    assert "YOU CAN'T HEAR ME: the earbuds are gone" in lines["trouble"]
    assert "trouble" not in Played().through(snapshot(State.REP))


def test_without_colour_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    coloured = Played().through(snapshot(State.REP))
    monkeypatch.setenv("NO_COLOR", "1")
    played = Played()
    assert played.through(snapshot(State.REP)) == coloured
    assert played.screen._app.no_color


def test_closing_ends_it_even_beforehand() -> None:
    played = Played()
    played.screen.close()
    played.through()


@contextmanager
def terminal(columns: int, rows: int) -> Iterator[tuple[int, int]]:
    """A pseudo-terminal of this size: our end of it and the program's."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    try:
        yield ours, theirs
    finally:
        for end in (ours, theirs):
            with suppress(OSError):
                os.close(end)


def is_capable(stdin: int, stderr: int, term: str = "xterm") -> bool:
    """Whether a program with these files can show the screen."""
    with (
        open(stdin, encoding="utf-8", closefd=False) as reads,
        open(stderr, "w", encoding="utf-8", closefd=False) as writes,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sys, "__stdin__", reads)
        patch.setattr(sys, "__stderr__", writes)
        return screen.capable({"TERM": term})


needs_terminals = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo terminals"
)


@needs_terminals
@pytest.mark.parametrize(
    ("columns", "rows", "term", "capable"),
    [
        (80, 24, "xterm", True),
        (40, 12, "xterm", True),
        (80, 24, "dumb", False),
        (39, 24, "xterm", False),
        (80, 11, "xterm", False),
    ],
)
def test_a_dumb_or_tiny_terminal_gets_lines(
    columns: int, rows: int, term: str, capable: bool
) -> None:
    with terminal(columns, rows) as (_, theirs):
        assert is_capable(theirs, theirs, term) is capable


@needs_terminals
def test_a_pipe_gets_lines() -> None:
    with terminal(80, 24) as (_, theirs), open(os.devnull, "r+") as nowhere:
        assert not is_capable(theirs, nowhere.fileno())
        assert not is_capable(nowhere.fileno(), theirs)


@needs_terminals
@pytest.mark.parametrize(("encoding", "code"), [("utf-8", 0), ("ascii", 3)])
def test_a_terminal_without_blocks_gets_lines(encoding: str, code: int) -> None:
    script = (
        "import sys; from voicecoach.screen.terminal import capable; "
        "sys.exit(0 if capable() else 3)"
    )
    environment = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": encoding}
    with terminal(80, 24) as (_, theirs):
        ended = subprocess.run(
            [sys.executable, "-c", script],
            stdin=theirs,
            stderr=theirs,
            env=environment,
            timeout=60,
        )
    assert ended.returncode == code


def test_without_a_terminal_a_screen_ends_and_the_workout_does_not() -> None:
    ended = subprocess.run([sys.executable, "-c", WORKOUT], stdin=subprocess.DEVNULL, timeout=60)
    assert ended.returncode == OUTLIVED


WORKOUT = """
import sys, threading, time
from tests.support.screen_driver import snapshot
from tests.support.session_driver import shipped
from voicecoach.core.events import State
from voicecoach.screen.terminal import WorkoutScreen

shown = snapshot(State.REP)
screen = WorkoutScreen(shipped().phrases, print)
ended = threading.Event()
times = {}

def workout():
    for n in range(60):
        screen.show(shown)
        if ended.wait(0.05):
            break
    times["workout"] = time.monotonic()

run = screen.run
def running():
    closed = run()
    times["screen"] = time.monotonic()
    return closed
screen.run = running

screen.beside(workout, ended.set)
sys.exit(9 if ended.is_set() else 7 if times["screen"] < times["workout"] else 8)
"""
"""Three seconds of a workout with an unchanging picture."""

OUTLIVED = 7
"""The screen ended first, and the workout came to its own end."""
CLOSED = 8
"""The workout came to its end and closed the screen."""
ASKED = 9
"""The workout was asked to end."""


@needs_terminals
def test_a_workout_with_its_screen_in_a_terminal() -> None:
    with terminal(80, 24) as (ours, theirs):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKOUT], stdin=theirs, stdout=theirs, stderr=theirs
        )
        drawn = b""
        while process.poll() is None:
            if select.select([ours], [], [], 0.1)[0]:
                drawn += os.read(ours, 65536)
        assert process.returncode == CLOSED
        assert b"pause" in drawn
        # The terminal is restored: alternate screen left, cursor visible.
        assert drawn.rindex(b"\x1b[?1049l") > drawn.rindex(b"\x1b[?1049h")
        assert drawn.rindex(b"\x1b[?25h") > drawn.rindex(b"\x1b[?25l")


@needs_terminals
def test_a_terminal_that_goes_away_does_not_stop_a_workout() -> None:
    with terminal(80, 24) as (ours, theirs):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKOUT], stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        drawn = b""
        while "█".encode() not in drawn:
            drawn += os.read(ours, 65536)
        os.close(ours)
        assert process.wait(timeout=60) == OUTLIVED


@needs_terminals
@pytest.mark.parametrize("how", ["ctrl-c", "SIGINT", "SIGTERM", "SIGHUP"])
def test_who_asks_for_the_end_asks_the_workout(how: str) -> None:
    with terminal(80, 24) as (ours, theirs):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKOUT], stdin=theirs, stdout=theirs, stderr=theirs
        )
        drawn = b""
        while "█".encode() not in drawn:
            drawn += os.read(ours, 65536)
        if how == "ctrl-c":
            os.write(ours, b"\x03")
        else:
            process.send_signal(getattr(signal, how))
        while process.poll() is None:
            if select.select([ours], [], [], 0.1)[0]:
                drawn += os.read(ours, 65536)
        assert process.returncode == ASKED


def test_what_the_workout_raises_is_raised() -> None:
    played = Played()

    def fail() -> None:
        raise RuntimeError("the bar is bent")

    with pytest.raises(RuntimeError, match="the bar is bent"):
        played.screen.beside(fail, played.screen.close)
