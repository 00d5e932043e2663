"""The terminal screen: a workout at a glance, from three metres.

It runs beside the workout, and never blocks it. Another thread hands it snapshots, and it draws the
latest. A key counts as the phrase it stands for. If the terminal goes away, only the screen ends.
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
"""Frames a second: enough for a moving bar, and cheap."""

SMALLEST = (40, 12)
"""Columns and rows below which lines of text serve better."""

LARGE = 36
"""Rows from which the terminal's letters are too small to be read from afar."""

_SIGNS = {"plus": "+", "equals_sign": "+", "minus": "-", "question_mark": keys.ALL}
"""Textual's names of keys. `=` is `+` without shift."""


def capable(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this terminal can show the screen; if not, print lines (`--plain`).

    Checks standard input and error (Textual draws on the latter), size, encoding, and `TERM`.
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

    Textual needs the main thread, because it sets signal handlers. So `beside` runs the workout in
    another one.
    """

    def __init__(self, phrases: PhraseTable, keys: Keys) -> None:
        """`keys` gets the phrase of a pressed key, from the main thread."""
        self._app = _Picture(phrases, keys)

    def show(self, snapshot: Snapshot) -> None:
        """Draw this in the next frame. Returns at once and raises nothing."""
        self._app.latest = snapshot

    def close(self) -> None:
        """Let `run` return, now or as soon as it is called. Raises nothing."""
        self._app.closed = True

    def beside(self, workout: Callable[[], None], end: Callable[[], None]) -> None:
        """Show `workout`, in a thread of its own, until it returns; for the main thread.

        `end` must make it return: Ctrl-C, SIGTERM and a closed terminal call it instead of their
        usual effect. If the screen is lost, the workout goes on unseen. Raises what `workout`
        raised.

            screen = WorkoutScreen(config.phrases, live.say)
            screen.beside(live.run, live.close)     # a Live that shows on `screen`
        """
        faults: list[BaseException] = []

        def work() -> None:
            try:
                workout()
            except BaseException as fault:  # raised again below
                faults.append(fault)
            finally:
                self.close()

        worker = threading.Thread(target=work, name="voicecoach-workout")
        self._app.end = end
        with asked_to_end(end):
            worker.start()
            self.run()
            while worker.is_alive():
                # On some systems, a wait without timeout would block signals.
                worker.join(0.1)
        if faults:
            raise faults[0]

    def run(self) -> bool:
        """Show the snapshots until `close`; for the main thread.

        False if the screen ended before that: the terminal went away, or the screen failed. Raises
        nothing, and restores the terminal.
        """
        try:
            asyncio.run(self._app.run_async(mouse=False))
        except Exception:
            # Nothing that happens to a screen is a reason to end a set.
            return False
        return self._app.closed


class _Picture(App[None]):
    """The Textual app: the picture and its keys."""

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
        """What Ctrl-C calls. It asks the workout to end, which closes the screen."""
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
        """Draw what is new. Leave if the workout is over or nobody can see the screen."""
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
        """Put `text` into a line of the screen; with `hide`, an empty line is hidden."""
        if self._shown.get(name) != text:
            self._shown[name] = text
            widget = self.query_one(f"#{name}", Static)
            widget.update(text)
            if hide:
                widget.display = bool(text)

    def _put_lines(self, name: str, lines: Sequence[keys.Runs]) -> None:
        """The same for lines in which keys stand out from what is said."""
        if self._shown.get(name) != lines:
            self._shown[name] = lines
            self.query_one(f"#{name}", Static).update(_keyed(lines))

    # --- keys --------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Give the phrase that the key stands for."""
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
        """Ctrl-C, which arrives as a key while Textual draws."""
        self.end()

    # --- the terminal ------------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver for this system, on a file that may be lost without harm."""
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
        """Whether the terminal is still there. Tests have no terminal to lose.

        This must be noticed at once: at end of file Textual reads on and on, and would take a whole
        processor from the coach.
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
    """The middle of the screen, drawn as large as possible."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._scene = Scene()

    def play(self, scene: Scene) -> None:
        """Show `scene` from now on."""
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
        self._offers: Sequence[keys.KeyHint] = ()

    def play(self, now: str, offers: Sequence[keys.KeyHint]) -> None:
        """Show `offers` from now on, and the current scene (`now`)."""
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

    Textual writes from a thread of its own. An error would end that thread, and a wait for it would
    never end.
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
