"""The microphone and the output of a workout, watched, and opened again when they go."""

from __future__ import annotations

import time

from .devices import LATENCY, Input, NoSoundCard, Output
from .keeper import Keeper
from .server import Route, Server

MICROPHONE_PATIENCE = 0.7
"""Seconds without a callback after which a microphone is gone."""

OUTPUT_PATIENCE = 1.0
"""The same for an output. A busy machine has stopped one for more than half a second, and
a set that is held for nothing is worse than one that is held a little later."""

_LOOK = 0.3
"""Seconds between two questions to the sound server."""


class Rig:
    """Both devices, by a part of their names; "" is the system's choice.

    While a device that was named is gone, the system's choice stands in for it; the
    stream goes back when the sound server has the device again.
    """

    def __init__(self, microphone: str = "", output: str = "", latency: float = LATENCY) -> None:
        """Opens both. Raises NoSoundCard."""
        self._microphone_name, self._output_name = microphone, output
        self._latency = latency
        self._server = Server()
        self._looked = 0.0
        self._at_home: dict[str, str] = {}
        first = Output(output, latency)
        try:
            second = Input(microphone, latency)
        except NoSoundCard:
            first.close()
            raise
        self.output: Keeper[Output] = Keeper(self._open_output, self._output_trouble, first)
        self.microphone: Keeper[Input] = Keeper(
            self._open_microphone, self._microphone_trouble, second
        )

    def close(self) -> None:
        self.output.close()
        self.microphone.close()
        self._server.close()

    # --- opening -----------------------------------------------------------------------------

    def _open_output(self) -> Output:
        try:
            return Output(self._output_name, self._latency)
        except NoSoundCard:
            if not self._output_name:
                raise
        return Output("", self._latency)

    def _open_microphone(self) -> Input:
        route = self._ask()
        if route is not None and not route.microphones:
            raise NoSoundCard("there is no microphone")
        try:
            return Input(self._microphone_name, self._latency)
        except NoSoundCard:
            if not self._microphone_name:
                raise
        return Input("", self._latency)

    # --- watching ----------------------------------------------------------------------------

    def _output_trouble(self, output: Output) -> str:
        if output.stalled(time.monotonic(), OUTPUT_PATIENCE + (output.calls == 0) * 3):
            return "the sound card takes no more sound"
        return ""

    def _microphone_trouble(self, microphone: Input) -> str:
        now = time.monotonic()
        if microphone.stalled(now, MICROPHONE_PATIENCE + (microphone.calls == 0) * 3):
            return "the microphone gives no more sound"
        if now - self._looked < _LOOK:
            return ""
        self._looked = now
        route = self._ask()
        if route is not None:
            self._go_home(route)
            if route.microphone_is_echo:
                return "the microphone is gone"
        return ""

    def _ask(self) -> Route | None:
        """Asked by the microphone's thread only: a server that hangs keeps it waiting."""
        return self._server.route()

    def _go_home(self, route: Route) -> None:
        """Streams that the server moved go back where they began, once that is there."""
        homes = self._at_home
        if route.output and not homes.get("output"):
            homes["output"] = route.output
        if route.microphone and not homes.get("microphone") and not route.microphone_is_echo:
            homes["microphone"] = route.microphone
        output, microphone = homes.get("output", ""), homes.get("microphone", "")
        moved_out = route.output not in ("", output) and output in route.outputs
        moved_in = route.microphone not in ("", microphone) and microphone in route.microphones
        if moved_out or moved_in:
            self._server.move(output if moved_out else "", microphone if moved_in else "")
