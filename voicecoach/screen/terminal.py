"""The terminal screen: a workout at a glance, from three metres.

It stands beside the workout, never in its way. Snapshots are handed to it from
another thread and it draws the latest; a key counts as the phrase that it stands
for. If the terminal goes away the screen ends, and nothing else does.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.content import Content
from textual.driver import Driver
from textual.widget import Widget
from textual.widgets import Static

from ..core.commands import PhraseTable
from ..core.hints import Hints
from ..runtime.signals import asked_to_end
from ..runtime.snapshot import Keys, Snapshot
from . import glance, keys
from .listing import CLOSING, listed, panel
from .stage import Scene, stage

FRAMES = 15
"""Pictures a second: enough for a bar that moves, and hardly any work."""

SMALLEST = (40, 12)
"""Columns and rows below which lines of text serve better."""

LARGE = 36
"""Rows from which letters of the usual size are too small to be read from afar."""

_SIGNS = {"plus": "+", "equals_sign": "+", "minus": "-", "question_mark": keys.ALL}
"""Keys by the names that Textual gives them; `=` is `+` without shift."""


def capable(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this terminal can show the screen; else print lines (`--plain`).

    Asks standard input and error (Textual draws on the latter), their size and encoding,
    and `TERM`.
    """
    if not (_is_terminal(sys.__stdin__) and _is_terminal(sys.__stderr__)):
        return False
    if environment.get("TERM", "") in ("dumb", "unknown"):
        return False
    assert sys.__stderr__ is not None
    columns, rows = os.get_terminal_size(sys.__stderr__.fileno())
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return False
    try:
        "█░▀▄".encode(sys.__stderr__.encoding)
    except UnicodeEncodeError:
        return False
    return True


class WorkoutScreen:
    """A `snapshot.Screen`. `show` and `close` may be called from any thread.

    Textual must have the main thread, since it sets signal handlers; so the workout
    runs in another one, which `beside` starts.
    """

    def __init__(self, phrases: PhraseTable, keys: Keys) -> None:
        """`keys` is given what a key stands for, from the main thread."""
        self._app = _Picture(phrases, keys)

    def show(self, snapshot: Snapshot) -> None:
        """Draw this with the next picture. Returns at once and raises nothing."""
        self._app.latest = snapshot

    def close(self) -> None:
        """Let `run` return, now or as soon as it is called. Raises nothing."""
        self._app.closed = True

    def beside(self, workout: Callable[[], None], end: Callable[[], None]) -> None:
        """Show `workout`, in a thread of its own, until it returns; for the main thread.

        `end` has to bring that about: Ctrl-C, SIGTERM and a closed terminal call it
        instead of what they otherwise do. A screen that is lost is no reason to end:
        the workout then goes on unseen. Raises what `workout` raised.

            screen = WorkoutScreen(config.phrases, live.say)
            screen.beside(live.run, live.close)     # a Live that shows on `screen`
        """
        faults: list[BaseException] = []

        def work() -> None:
            try:
                workout()
            except BaseException as fault:  # it is raised again below
                faults.append(fault)
            finally:
                self.close()

        worker = threading.Thread(target=work, name="voicecoach-workout")
        self._app.end = end
        with asked_to_end(end):
            worker.start()
            self.run()
            while worker.is_alive():
                # A wait without an end would keep signals waiting, too, on some systems.
                worker.join(0.1)
        if faults:
            raise faults[0]

    def run(self) -> bool:
        """Show what there is until `close`; for the main thread.

        False if the screen ended before that: the terminal went away or the screen
        failed. Nothing is raised, and the terminal is as it was before.
        """
        try:
            asyncio.run(self._app.run_async(mouse=False))
        except Exception:
            # Whatever happened to a screen is no reason for a set to end.
            return False
        return self._app.closed


class _Picture(App[None]):
    """The picture and its keys."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = [("ctrl+c", "interrupt"), ("ctrl+q", "interrupt")]
    CSS = """
    Screen { background: black; color: white; overflow: hidden; }
    Static { width: 100%; height: 1; }
    #stage { height: 1fr; text-style: bold; }
    #bar { height: auto; color: ansi_bright_cyan; }
    #trouble { height: auto; text-style: bold reverse; }
    #heard, #say { text-style: bold; }
    #coach, #say { height: auto; max-height: 2; }
    #all { height: 1fr; display: none; }
    .large #heard { height: 5; }
    .small #coach { max-height: 1; }
    .small #title, .small #mic { display: none; }
    .asking #stage { display: none; }
    .asking #all { display: block; }
    """

    def __init__(self, phrases: PhraseTable, said: Keys) -> None:
        super().__init__()
        self.latest: Snapshot | None = None
        self.closed = False
        self.end: Callable[[], None] = self.exit
        """What Ctrl-C calls: it asks for the end of the workout, which closes the screen."""
        self._hints = Hints(phrases)
        self._said = said
        self._drawn: Snapshot | None = None
        self._shown: dict[str, object] = {}

    def compose(self) -> ComposeResult:
        for name in ("title", "trouble"):
            yield Static(id=name, markup=False)
        yield _Stage(id="stage")
        yield _Panel(id="all")
        for name in ("bar", "coach", "heard", "mic", "say"):
            yield Static(id=name, markup=False)

    def on_mount(self) -> None:
        self.set_interval(1 / FRAMES, self.look)

    def on_resize(self, event: events.Resize) -> None:
        self.screen.set_class(event.size.height < 20, "small")
        self.screen.set_class(20 <= event.size.height < 24, "middling")
        self.screen.set_class(event.size.height >= LARGE, "large")
        self._drawn = None

    # --- drawing -----------------------------------------------------------------------------

    def look(self) -> None:
        """Draw what is new; leave when it is over or nobody can see it."""
        if self.closed or not self._terminal_there():
            self.exit()
            return
        snapshot = self.latest
        if snapshot is None or snapshot is self._drawn:
            return
        self._drawn = snapshot
        columns = self.size.width
        passing = glance.span(snapshot)
        self._put("title", glance.title(snapshot))
        self._put("trouble", glance.trouble(snapshot), hide=True)
        tall = (
            1 if self.screen.has_class("small") else 2 if self.screen.has_class("middling") else 3
        )
        drawn = glance.bar(passing, snapshot.at, columns) if passing else ""
        self._put("bar", "\n".join([drawn] * tall) if drawn else "", hide=True)
        self._put("coach", f"coach  {snapshot.saying}")
        self._put("heard", self._heard(snapshot, columns))
        self._put("mic", glance.meter(snapshot, columns))
        scene = glance.scene(snapshot, self._hints)
        self.query_one(_Stage).play(scene)
        session = snapshot.session
        if self.screen.has_class("asking"):
            self.query_one(_Panel).play(glance.brief(scene), keys.everything(session, self._hints))
            self._put_lines("say", (CLOSING,))
        else:
            rows = 1 if self.screen.has_class("small") else 2
            offers = keys.offers(session, self._hints)
            self._put_lines("say", listed(offers, columns, rows))

    def _heard(self, snapshot: Snapshot, columns: int) -> str:
        label = "you    "
        if self.screen.has_class("large"):
            return glance.tall_heard(snapshot, columns)
        return label + glance.heard(snapshot, columns - len(label))

    def _put(self, name: str, text: str, hide: bool = False) -> None:
        """`text` into a line of the screen; with `hide`, there is no line where it is empty."""
        if self._shown.get(name) != text:
            self._shown[name] = text
            widget = self.query_one(f"#{name}", Static)
            widget.update(text)
            if hide:
                widget.display = bool(text)

    def _put_lines(self, name: str, lines: Sequence[keys.Runs]) -> None:
        """The same of lines in which keys are to be told from what is said."""
        if self._shown.get(name) != lines:
            self._shown[name] = lines
            self.query_one(f"#{name}", Static).update(_keyed(lines))

    # --- keys --------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """A key is the phrase that it stands for."""
        if self.latest is None:
            return
        key = _SIGNS.get(event.key, event.key)
        if key == keys.ALL or (key == "escape" and self.screen.has_class("asking")):
            self.screen.toggle_class("asking")
            self._drawn = None
            return
        text = keys.text_for(key, self.latest.session, self._hints)
        if text is not None:
            self._said(text)

    def action_interrupt(self) -> None:
        """Ctrl-C, which a terminal that draws gives as a key."""
        self.end()

    # --- the terminal ------------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver for this system, on a file whose loss does no harm."""
        usual: Any = super().get_driver_class()

        class Enduring(usual):  # type: ignore[misc]
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                self._file: Any = _Enduring(self._file)

            @property
            def there(self) -> bool:
                return not self._file.lost and _is_terminal(sys.__stdin__)

        return Enduring

    def _terminal_there(self) -> bool:
        """Whether somebody can see this. Tests have no terminal to lose.

        It must be noticed at once: at the end of a file Textual reads on and on, and
        would take from the coach what a whole processor gives.
        """
        return bool(getattr(self._driver, "there", True))


def _is_terminal(stream: IO[str] | None) -> bool:
    """Whether a terminal is at the other end of `stream`, and still there."""
    try:
        os.get_terminal_size(stream.fileno() if stream else -1)
    except (OSError, ValueError):
        return False
    return True


class _Stage(Widget):
    """The middle of the screen, drawn as large as there is room."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._scene = Scene()

    def play(self, scene: Scene) -> None:
        """Show this from now on."""
        if scene != self._scene:
            self._scene = scene
            self.refresh()

    def render(self) -> Content:
        return Content("\n".join(stage(self._scene, *self.size)))


class _Panel(Widget):
    """All that can be said now, in place of the stage."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._now = ""
        self._offers: Sequence[keys.Offer] = ()

    def play(self, now: str, offers: Sequence[keys.Offer]) -> None:
        """Show these from now on, and what goes on meanwhile."""
        if (now, offers) != (self._now, self._offers):
            self._now, self._offers = now, offers
            self.refresh()

    def render(self) -> Content:
        return _keyed(panel(self._now, self._offers, *self.size))


def _keyed(lines: Sequence[keys.Runs]) -> Content:
    """Lines in which the names of keys stand out, with or without colours."""
    drawn = [Content.assemble(*((text, "reverse" * key) for text, key in line)) for line in lines]
    return Content("\n").join(drawn)


class _Enduring:
    """A text file that swallows what can't be written any more.

    Textual writes from a thread of its own, which an error would end; whoever
    waits for that thread then waits for good.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.lost = False

    def write(self, text: str) -> None:
        try:
            self._file.write(text)
        except (OSError, ValueError):
            self.lost = True

    def flush(self) -> None:
        try:
            self._file.flush()
        except (OSError, ValueError):
            self.lost = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
