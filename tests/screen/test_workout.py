"""The screen as it runs: whole workouts behind it, and every picture is checked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from tests.support.screen_driver import WatchedWorkout
from tests.support.screen_reader import phrases_in, stands
from tests.support.session_driver import leg_press, plank, shipped
from voicecoach.core.events import Intent, State
from voicecoach.core.hints import Hints
from voicecoach.core.session import UNDER_LOAD, Session, live
from voicecoach.core.workout import Past, Visit
from voicecoach.runtime.snapshot import Snapshot
from voicecoach.screen import glance, keys, lettering
from voicecoach.screen.terminal import WorkoutScreen

SIZES = [(60, 20), (80, 24), (120, 36)]
EVERY = 0.4
"""Seconds between two pictures."""

PHRASES = shipped().phrases
HINTS = Hints(PHRASES)


def workout() -> WatchedWorkout:
    """Two exercises to choose from, with entries in the log."""
    return WatchedWorkout(
        exercise=(press := leg_press("2-1-2-1", reps=4)),
        offered=(press, plank(20)),
        visit=Visit(past={"leg-press": Past(strongest=Decimal(80))}, logged=True),
        prove_stop=True,
    )


SCRIPT: Sequence[tuple[float, str]] = (
    (6, ""),
    *((3, "ready"), (4, "leg press"), (5, "set up"), (4, "next"), (4, "ready"), (2, "ready")),
    *((3, "start set"), (12, "slower"), (4, "pause"), (4, "resume"), (12, "done"), (4, "locked")),
    *((5, "eighty kilos"), (4, "yes"), (5, "rpe eight"), (9, "add thirty seconds")),
    *((6, "log weight"), (4, "no"), (8, "skip rest"), (2, "ready"), (2, "start set")),
    *((9, "breather"), (8, "go on")),
    *((8, "stop"), (3, "locked"), (6, "plank"), (4, "ready"), (3, "start set")),
    *((14, "done"), (4, "locked"), (100, "finish the workout"), (3, "yes"), (9, "")),
)
"""What is said, and for how many seconds it is watched before."""


@dataclass(frozen=True)
class Picture:
    """What the screen showed, and the state behind it."""

    snapshot: Snapshot
    lines: dict[str, list[str]]
    """Lines of each visible part."""
    say: Sequence[keys.Runs]
    cut_off: list[str]
    """Parts that were not all on the screen, or had too little room for their content."""

    @property
    def session(self) -> Session:
        return self.snapshot.session


class Shown:
    """A screen without a terminal that is shown one snapshot after the other."""

    def __init__(self, pilot: Pilot[None], screen: WorkoutScreen, said: list[str]) -> None:
        self.pilot, self.screen, self.said = pilot, screen, said
        self.app = screen._app

    async def show(self, snapshot: Snapshot) -> Picture:
        self.screen.show(snapshot)
        self.app.look()
        await self.pilot.pause()
        say = self.app._shown["say"]
        assert isinstance(say, list | tuple)
        return Picture(snapshot, self.lines, say, list(self._cut_off()))

    async def press(self, *pressed: str) -> None:
        await self.pilot.press(*pressed)
        self.app.look()
        await self.pilot.pause()

    @property
    def _parts(self) -> list[Widget]:
        return [each for each in self.app.screen.query(Widget) if each.display and each.id]

    @property
    def lines(self) -> dict[str, list[str]]:
        return {each.id or "": str(each.render()).split("\n") for each in self._parts}

    def _cut_off(self) -> Iterator[str]:
        whole = self.app.screen.region
        for part in self._parts:
            lines = str(part.render()).split("\n")
            wrapped = part.id in ("coach", "trouble")
            wide = max(map(lettering.cells, lines)) > part.size.width and not wrapped
            tall = len(lines) > part.size.height
            if wide or tall or (part.size and not whole.contains_region(part.region)):
                yield f"{part.id}: {lines} in {part.size}"


@asynccontextmanager
async def shown(size: tuple[int, int]) -> AsyncIterator[Shown]:
    said: list[str] = []
    screen = WorkoutScreen(PHRASES, said.append)
    async with screen._app.run_test(size=size) as pilot:
        yield Shown(pilot, screen, said)


@cache
def pictures(size: tuple[int, int]) -> list[Picture]:
    """The whole workout."""

    async def run() -> list[Picture]:
        watched = workout()
        taken = []
        async with shown(size) as screen:
            for seconds, word in SCRIPT:
                frames = watched.frames(seconds, EVERY)
                taken += [await screen.show(snapshot) for snapshot in frames]
                if word:
                    watched.say(word)
        return taken

    return asyncio.run(run())


# --- a whole workout -------------------------------------------------------------------------

at_each_size = pytest.mark.parametrize("size", SIZES)


@at_each_size
def test_the_workout_goes_through_every_state_and_nothing_is_ever_cut_off(
    size: tuple[int, int],
) -> None:
    states = [picture.session.state for picture in pictures(size)]
    assert set(states) == set(State) - {State.INTERRUPTED}
    assert [picture.cut_off for picture in pictures(size) if picture.cut_off] == []


@at_each_size
def test_the_bar_comes_and_goes_and_comes_again(size: tuple[int, int]) -> None:
    there = []
    for picture in pictures(size):
        span = glance.span(picture.snapshot)
        there.append(span is not None)
        assert ("bar" in picture.lines) == (span is not None), picture.session.state
        if span is not None:
            drawn = glance.bar(span, picture.snapshot.at, size[0])
            assert set(picture.lines["bar"]) == {drawn}
    comes = [now for now, before in pairwise([*there, False]) if before and not now]
    assert len(comes) >= 4


@at_each_size
def test_target_and_breathing_are_there_in_every_picture_of_a_rep(size: tuple[int, int]) -> None:
    looked_at = 0
    for picture in pictures(size):
        session, stage = picture.session, picture.lines["stage"]
        if session.state not in (State.REP, State.COUNTDOWN):
            continue
        target = session.workout.exercise.told(session.workout.target)
        assert stands(f"of {target}", stage) or stands(f"/{target}", stage)
        phase = picture.snapshot.phase
        if session.state is State.REP and phase in session.workout.exercise.openers:
            assert phase is not None
            wording = session.workout.exercise.openers[phase].wording
            texts = [*wording.full[:1], *wording.short[:1]]
            words = [text.replace(",", " ").replace(".", " ") for text in texts if text]
            assert not words or any(stands(text, stage) for text in words), (words, stage)
            looked_at += 1
    assert looked_at > 50


@at_each_size
def test_what_the_coach_says_and_waits_for_is_there(size: tuple[int, int]) -> None:
    for picture in pictures(size):
        said = " ".join(picture.lines["coach"])
        assert picture.snapshot.saying in said
        answer = glance.scene(picture.snapshot, HINTS).answer
        assert not answer or stands(f'"{answer}"', picture.lines["stage"])


@at_each_size
def test_at_rest_the_last_set_and_the_next_and_the_commands_of_a_rest_are_there(
    size: tuple[int, int],
) -> None:
    seen: set[str] = set()
    for picture in pictures(size):
        session = picture.session
        if session.state is not State.REST:
            continue
        stage = "\n".join(picture.lines["stage"])
        assert f"done  set {session.workout.sets.work_set - 1}: " in stage
        assert f"next  set {session.workout.sets.work_set}: " in stage
        if session.questions.open is None:
            hints = {hint.intent: hint.phrase for hint in HINTS.now(session)}
            wanted = (Intent.SKIP_REST, Intent.ADD_REST, Intent.HOW_LONG, Intent.WEIGHT)
            said = phrases_in(picture.say)
            assert {hints[intent] for intent in wanted} <= set(said)
            seen.update(said)
    assert seen >= {"skip rest", "add thirty seconds", "how long", "eighty kilos"}


@at_each_size
def test_the_end_tells_what_the_workout_came_to(size: tuple[int, int]) -> None:
    last = pictures(size)[-1]
    assert last.session.state is State.SUMMARY
    stage = last.lines["stage"]
    assert stands("3 sets", stage)
    for line in (
        "Leg press  2 sets",
        "Plank      1 set",
        "kg in all",
        "record: Leg press, 3 reps, 80 kg, RPE 8",
        "saved; your report: voicecoach report",
    ):
        assert line in "\n".join(stage)
    assert "sound card" not in str(last.lines)


# --- what can be said ------------------------------------------------------------------------


@at_each_size
def test_every_hint_in_every_picture_is_a_command_that_is_listened_for(
    size: tuple[int, int],
) -> None:
    looked_at = 0
    for picture in pictures(size):
        for phrase in phrases_in(picture.say):
            understood(phrase, picture.session)
            looked_at += 1
        if answer := glance.scene(picture.snapshot, HINTS).answer:
            understood(answer, picture.session)
    assert looked_at > 1500


def understood(phrase: str, session: Session) -> None:
    command = PHRASES.parse(phrase)
    assert command is not None, phrase
    assert command.intent in live(session), (phrase, session.state)


def test_help_is_called_an_emergency_only_where_a_weight_may_be_held() -> None:
    for picture in pictures(SIZES[1]):
        offered = {each.phrase: each for each in keys.everything(picture.session, HINTS)}
        assert offered["pain"].aside == keys.EMERGENCY
        if "help" in offered:
            assert bool(offered["help"].aside) == (picture.session.state in UNDER_LOAD)


# --- the key that shows all ------------------------------------------------------------------


@at_each_size
def test_the_key_for_all_shows_what_can_be_said_and_says_nothing(size: tuple[int, int]) -> None:
    async def run() -> None:
        watched = workout()
        async with shown(size) as screen:
            for seconds, word in SCRIPT:
                snapshot = watched.run(seconds)
                await screen.show(snapshot)
                before = screen.lines
                await screen.press("question_mark")
                panel = screen.lines["all"]
                assert "stage" not in screen.lines
                hints = HINTS.now(snapshot.session)
                assert [len(hint.phrase) for hint in hints] == sorted(
                    len(hint.phrase) for hint in hints
                )
                text = "\n".join(panel)
                missing = [hint.phrase for hint in hints if hint.phrase not in text]
                # Only the smallest screen is too small for all, and counts them.
                assert not missing or f"and {len(missing)} more" in text, (missing, panel)
                assert not missing or size == SIZES[0]
                assert max(map(lettering.cells, panel)) <= size[0]
                await screen.press("question_mark")
                assert screen.lines == before
                if word:
                    watched.say(word)
            assert screen.said == []

    asyncio.run(run())


def test_the_panel_follows_the_workout_and_other_keys_still_speak() -> None:
    async def run() -> None:
        watched = WatchedWorkout()
        async with shown((80, 24)) as screen:
            await screen.show(watched.run(3))
            await screen.press("question_mark")
            assert " enter  ready" in "\n".join(screen.lines["all"])
            await screen.press("enter")
            assert screen.said == ["ready"]
            await screen.show(watched.say("ready"))
            watched.say("start set")
            await screen.show(watched.run(6))
            panel = "\n".join(screen.lines["all"])
            # What goes on meanwhile is still visible, and what would end it is named so.
            assert "1 of 12 · Down · breathe in" in panel
            assert "help (emergency)" in panel
            assert "pain (emergency)" in panel
            assert "bar" in screen.lines
            await screen.press("escape")
            assert "stage" in screen.lines
            await screen.press("escape")
            assert "stage" in screen.lines

    asyncio.run(run())


# --- trouble ---------------------------------------------------------------------------------


@at_each_size
def test_a_warning_comes_and_goes_and_hides_neither_target_nor_breath(
    size: tuple[int, int],
) -> None:
    async def run() -> None:
        watched = WatchedWorkout()
        watched.run(3)
        watched.say("ready")
        watched.say("start set")
        watched.run(6)
        async with shown(size) as screen:
            for deaf, mute in (("the microphone is gone", "the earbuds are gone"), ("", "")) * 2:
                snapshot = replace(watched.run(0.1), deaf=deaf, mute=mute)
                picture = await screen.show(snapshot)
                assert picture.cut_off == []
                assert ("trouble" in picture.lines) == bool(deaf)
                stage = picture.lines["stage"]
                assert stands("in", stage)
                assert stands("of 12", stage) or stands("/12", stage)

    asyncio.run(run())
