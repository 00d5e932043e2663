"""The microphone and the output of a workout, watched, and opened again when they go.

Three threads: one for each device, since opening and closing may take seconds, and one
that asks the sound server where the streams run, since a server may hang.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from .devices import Input, NoSoundCard, Output, news, refresh
from .reconnect import Keeper
from .routing import Finding, Home, Place
from .server import Route, Server

MICROPHONE_PATIENCE = 0.7
"""Seconds without a callback after which a microphone is gone."""

OUTPUT_PATIENCE = 1.0
"""The same for an output. A busy machine has stopped one for more than half a second, and
a set that is held for nothing is worse than one that is held a little later."""

_FIRST_CALL = 3.0
"""Seconds more that a card gets for its first callback: one that slept must wake."""

_LOOK = 0.2
"""Seconds between two questions to the sound server."""

_HOME_SOON = 0.5
"""Seconds for which an output that is gone is waited for in silence, before the sound
goes to another: earbuds that change their profile are away for a moment."""

_REFRESH = 3.0
"""Seconds between two looks for new devices where no sound server tells of them."""

Moved = Callable[[str, str], None]
"""Told "output" or "input", and the title of the device on which that runs from now on."""


class Rig:
    """Both devices, by a part of their names; "" is the system's choice.

    While a device is gone, another one stands in for it; the stream goes back when the
    device is there again. Without a sound server a device that is plugged in is found
    only by starting PortAudio anew, which closes every stream: that is done where a
    device is missing and a look from outside shows that the list has changed. (Tested
    with ALSA devices that appear in its configuration; never with a real plug.)
    """

    def __init__(self, microphone: str = "", output: str = "") -> None:
        """Opens both. Raises NoSoundCard."""
        self._microphone_name, self._output_name = microphone, output
        self._server = Server()
        self._route: Route | None = None
        self._output_home = Home(named=bool(output))
        self._microphone_home = Home(named=bool(microphone))
        self._output_gone = self._microphone_gone = ""
        self._gone_at = 0.0
        self._refreshing = threading.Lock()
        self._refreshed = 0.0
        self._told: dict[str, str] = {}
        self.moved: Moved = lambda direction, title: None
        """Called in a thread of its own."""
        self.appeared: Callable[[str], None] | None = None
        """Told the title of each device that there is, once, in that same thread."""
        self.worn = False
        """Whether the output is heard in or on the ears now, as far as the server knows."""
        self._known: set[str] = set()
        first = Output(output)
        try:
            second = Input(microphone)
        except NoSoundCard:
            first.close()
            raise
        self.output: Keeper[Output] = Keeper(self._open_output, self._output_trouble, first)
        self.microphone: Keeper[Input] = Keeper(
            self._open_microphone, self._microphone_trouble, second
        )
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True, name="voicecoach-watch")
        self._watcher.start()

    def close(self) -> None:
        self._ended.set()
        self.microphone.end()
        self.output.close()
        self.microphone.close()
        self._watcher.join(0.5)

    # --- opening -----------------------------------------------------------------------------

    def _open_output(self) -> Output:
        home, route = self._output_home, self._route
        own = home.place.name if home.place is not None else self._output_name
        missing = home.place is not None and route is not None and own not in route.outputs
        if missing and time.monotonic() - self._gone_at < _HOME_SOON:
            raise NoSoundCard(f"{_titled(home)} is gone")
        self._output_gone = ""
        home.leave()
        for name in dict.fromkeys([] if missing else [own, self._output_name]):
            try:
                return Output(name)
            except NoSoundCard:
                continue
        try:
            return Output("")
        except NoSoundCard:
            self._look_for_new()
            raise

    def _open_microphone(self) -> Input:
        home, route = self._microphone_home, self._route
        own = home.place.name if home.place is not None else self._microphone_name
        names = [own, self._microphone_name]
        if route is not None:
            # The system's choice may be the echo of an output, so it comes last.
            if not route.microphones:
                raise NoSoundCard("there is no microphone")
            if home.place is not None and own not in route.microphones:
                names = []
            names += route.microphones
        names.append("")
        self._microphone_gone = ""
        home.leave()
        fault: NoSoundCard | None = None
        for name in dict.fromkeys(names):
            try:
                return Input(name)
            except NoSoundCard as error:
                fault = fault or error
        self._look_for_new()
        raise fault or NoSoundCard("there is no microphone")

    def _look_for_new(self) -> None:
        """A device is missing and no sound server tells of new ones: look for them."""
        if self._server.there or not self._refreshing.acquire(blocking=False):
            return
        try:
            if time.monotonic() - self._refreshed < _REFRESH:
                return
            if news() and self._both_let_go():
                refresh()
            self._refreshed = time.monotonic()
        finally:
            self.output.resume()
            self.microphone.resume()
            self._refreshing.release()

    def _both_let_go(self) -> bool:
        return self.output.let_go(2.0) and self.microphone.let_go(2.0)

    # --- watching ----------------------------------------------------------------------------

    def _output_trouble(self, output: Output, silent: float) -> str:
        if output.finished or silent > OUTPUT_PATIENCE + (output.calls == 0) * _FIRST_CALL:
            self._gone_at = time.monotonic()
            return "the sound card takes no more sound"
        return self._output_gone

    def _microphone_trouble(self, microphone: Input, silent: float) -> str:
        if microphone.finished or silent > (
            MICROPHONE_PATIENCE + (microphone.calls == 0) * _FIRST_CALL
        ):
            return "the microphone gives no more sound"
        return self._microphone_gone

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK):
            self._route = self._server.route()
            if self._route is None:
                self.worn = False
            else:
                if self._route.output is not None:
                    self.worn = self._route.output.worn
                self._look_at_output(self._route)
                self._look_at_microphone(self._route)
                self._introduce(self._route)
        self._server.close()

    def _introduce(self, route: Route) -> None:
        """One new device a look: who is told may take its time, and looks must go on."""
        places = (*route.outputs.values(), *route.microphones.values())
        title = next((each.title for each in places if each.title not in self._known), None)
        if title is not None and self.appeared is not None:
            self._known.add(title)
            self.appeared(title)

    def _look_at_output(self, route: Route) -> None:
        home = self._output_home
        match home.look(route.output, route.outputs):
            case Finding.MOVED:
                self._gone_at = time.monotonic()
                self._output_gone = f"{_titled(home)} is gone"
            case Finding.CALL_BACK if home.place is not None:
                self._server.move(output=home.place.name)
            case Finding.STANDING_IN | Finding.BACK | Finding.CHOSEN:
                self._tell("output", home, route.output)

    def _look_at_microphone(self, route: Route) -> None:
        home = self._microphone_home
        if route.microphone_is_echo:
            own = home.place.name if home.place is not None else ""
            if own in route.microphones:
                self._server.move(microphone=own)
            else:
                self._microphone_gone = f"{_titled(home)} is gone"
            return
        match home.look(route.microphone, route.microphones):
            case Finding.CALL_BACK if home.place is not None:
                self._server.move(microphone=home.place.name)
            case Finding.MOVED | Finding.STANDING_IN | Finding.BACK | Finding.CHOSEN:
                self._tell("input", home, route.microphone)

    def _tell(self, direction: str, home: Home, place: Place | None) -> None:
        """Once for each move: what has come back to where it was heard last has not moved."""
        if place is not None and self._told.get(direction, home.first) != place.name:
            self._told[direction] = place.name
            self.moved(direction, place.title)


def _titled(home: Home) -> str:
    return home.place.title if home.place is not None else "the device"
