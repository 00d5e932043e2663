"""Watches a workout's microphone and output, and reopens them when they disappear.

Three threads: one for each device, because opening and closing may take seconds, and one that asks
the sound server where the streams run, because a server may hang.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from .devices import Input, NoSoundCardError, Output, news, refresh
from .reconnect import Reconnector
from .routing import Endpoint, Relocation, Routing
from .server import Route, Server

MICROPHONE_PATIENCE = 0.7
"""Seconds without a callback after which a microphone counts as gone."""

OUTPUT_PATIENCE = 1.0
"""The same for an output. A busy machine has stopped one for more than half a second, and pausing
a set for nothing is worse than pausing it a little later."""

_FIRST_CALL = 3.0
"""Extra seconds for a card's first callback, because it may have to wake."""

_LOOK = 0.2
"""Seconds between two queries of the sound server."""

_HOME_SOON = 0.5
"""Seconds of silence while waiting for a lost output, before the sound goes to another: earbuds
that change their profile disappear for a moment."""

_REFRESH = 3.0
"""Seconds between two searches for new devices, if no sound server reports them."""

Moved = Callable[[str, str], None]
"""Receives "output" or "input", and the title of the stream's new device."""


class DeviceManager:
    """Both devices, each by part of its name; "" is the system's default.

    While a device is gone, another one stands in; the stream moves back when the device returns.
    Without a sound server, a new device is found only by restarting PortAudio, which closes every
    stream. That is done only if a device is missing and a child process finds that the list has
    changed. (Tested with ALSA devices that appear in its configuration; never with a real plug.)
    """

    def __init__(self, microphone: str = "", output: str = "") -> None:
        """Opens both. Raises NoSoundCardError."""
        self._microphone_name, self._output_name = microphone, output
        self._server = Server()
        self._route: Route | None = None
        self._output_home = Routing(named=bool(output))
        self._microphone_home = Routing(named=bool(microphone))
        self._output_gone = self._microphone_gone = ""
        self._gone_at = 0.0
        self._refreshing = threading.Lock()
        self._refreshed = 0.0
        self._told: dict[str, str] = {}
        self.moved: Moved = lambda direction, title: None
        """Called in a separate thread."""
        self.appeared: Callable[[str], None] | None = None
        """Receives the title of each device, once, in that same thread."""
        self.worn = False
        """Whether the output is in or on the ears now, as far as the server knows."""
        self._known: set[str] = set()
        first = Output(output)
        try:
            second = Input(microphone)
        except NoSoundCardError:
            first.close()
            raise
        self.output: Reconnector[Output] = Reconnector(
            self._open_output, self._output_trouble, first
        )
        self.microphone: Reconnector[Input] = Reconnector(
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
            raise NoSoundCardError(f"{_titled(home)} is gone")
        self._output_gone = ""
        home.leave()
        for name in dict.fromkeys([] if missing else [own, self._output_name]):
            try:
                return Output(name)
            except NoSoundCardError:
                continue
        try:
            return Output("")
        except NoSoundCardError:
            self._look_for_new()
            raise

    def _open_microphone(self) -> Input:
        home, route = self._microphone_home, self._route
        own = home.place.name if home.place is not None else self._microphone_name
        names = [own, self._microphone_name]
        if route is not None:
            # The system's default may be the echo of an output, so it comes last.
            if not route.microphones:
                raise NoSoundCardError("there is no microphone")
            if home.place is not None and own not in route.microphones:
                names = []
            names += route.microphones
        names.append("")
        self._microphone_gone = ""
        home.leave()
        fault: NoSoundCardError | None = None
        for name in dict.fromkeys(names):
            try:
                return Input(name)
            except NoSoundCardError as error:
                fault = fault or error
        self._look_for_new()
        raise fault or NoSoundCardError("there is no microphone")

    def _look_for_new(self) -> None:
        """Look for new devices if one is missing and no sound server reports them."""
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
            return "the sound card stopped taking sound"
        return self._output_gone

    def _microphone_trouble(self, microphone: Input, silent: float) -> str:
        if microphone.finished or silent > (
            MICROPHONE_PATIENCE + (microphone.calls == 0) * _FIRST_CALL
        ):
            return "the microphone stopped delivering sound"
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
        """One new device per query: the callback may be slow, and queries must go on."""
        places = (*route.outputs.values(), *route.microphones.values())
        title = next((each.title for each in places if each.title not in self._known), None)
        if title is not None and self.appeared is not None:
            self._known.add(title)
            self.appeared(title)

    def _look_at_output(self, route: Route) -> None:
        home = self._output_home
        match home.look(route.output, route.outputs):
            case Relocation.MOVED:
                self._gone_at = time.monotonic()
                self._output_gone = f"{_titled(home)} is gone"
            case Relocation.CALL_BACK if home.place is not None:
                self._server.move(output=home.place.name)
            case Relocation.STANDING_IN | Relocation.BACK | Relocation.CHOSEN:
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
            case Relocation.CALL_BACK if home.place is not None:
                self._server.move(microphone=home.place.name)
            case Relocation.MOVED | Relocation.STANDING_IN | Relocation.BACK | Relocation.CHOSEN:
                self._tell("input", home, route.microphone)

    def _tell(self, direction: str, home: Routing, place: Endpoint | None) -> None:
        """Report each move once. A stream that returns to its last reported device has not
        moved."""
        if place is not None and self._told.get(direction, home.first) != place.name:
            self._told[direction] = place.name
            self.moved(direction, place.title)


def _titled(home: Routing) -> str:
    return home.place.title if home.place is not None else "the device"
