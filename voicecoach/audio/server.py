"""The sound server (PulseAudio, or PipeWire's emulation of it), if there is one.

PortAudio does not know its devices by name, and is not told when one disappears: the server moves
a stream to another device, and a microphone perhaps to the echo of the coach's own output. So the
server is asked. Without it or its library nothing here fails; there are just no names and no news.
The only module that uses pulsectl.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .routing import Endpoint

_WORN = ("headphone", "headset", "hands-free")
"""The server's words for devices, and their ports, that are worn."""


def _connect() -> Any:
    """A connection, or None if no server answers."""
    try:
        import pulsectl
    except (ImportError, OSError):
        return None
    try:
        return pulsectl.Pulse("voicecoach", connect=True)
    except pulsectl.PulseError:
        return None


def server_devices(direction: str) -> list[tuple[str, str, int]]:
    """(name, title, rate in Hz) of every device for "output" or "input", without echoes."""
    server = _connect()
    if server is None:
        return []
    with server:
        return [
            (each.name, each.description, each.sample_spec.rate) for each in _all(server, direction)
        ]


def _all(server: Any, direction: str) -> list[Any]:
    if direction == "output":
        return list(server.sink_list())
    return [each for each in server.source_list() if not _is_echo(each)]


def _worn(device: Any) -> bool:
    """Whether a device is worn: by itself, or through the jack that it uses now."""
    port = getattr(device.port_active, "name", "").lower()
    form = device.proplist.get("device.form_factor", "")
    return form in _WORN or any(each in port for each in _WORN)


def default_microphone() -> str:
    """The title of the server's default microphone; "" if unknown."""
    server = _connect()
    if server is None:
        return ""
    with server:
        name = server.server_info().default_source_name
        return next((e.description for e in _all(server, "input") if e.name == name), "")


def output_delay() -> float | None:
    """Seconds from the server to the ear, as it reports them of the device on which this program
    plays now; None if unknown."""
    server = _connect()
    if server is None:
        return None
    with server:
        try:
            late = [each.sink_usec for each in server.sink_input_list() if _ours(each)]
        except Exception:  # pulsectl raises anything when the server goes
            return None
    return max(late) / 1e6 if late else None


def _is_echo(source: Any) -> bool:
    """Whether a source only repeats what an output plays."""
    return source.monitor_of_sink_name is not None


@dataclass(frozen=True, slots=True)
class Route:
    """Where this program's streams run now; None for a stream that is not running."""

    output: Endpoint | None = None
    microphone: Endpoint | None = None
    microphone_is_echo: bool = False
    """Whether the microphone is only the echo of an output."""
    outputs: Mapping[str, Endpoint] = field(default_factory=dict)
    """All outputs, by the server's names."""
    microphones: Mapping[str, Endpoint] = field(default_factory=dict)
    """All microphones, without echoes."""


class Server:
    """Tells where the streams run, and moves them back to where they belong."""

    def __init__(self) -> None:
        self._server = _connect()

    @property
    def there(self) -> bool:
        return self._server is not None

    def route(self) -> Route | None:
        """Where the streams run; None if unknown (ask again later)."""
        if self._server is None:
            self._server = _connect()
            if self._server is None:
                return None
        try:
            return self._look()
        except Exception:  # pulsectl raises anything when the server goes
            self.close()
            return None

    def _look(self) -> Route:
        server = self._server
        sinks = {each.index: each for each in server.sink_list()}
        sources = {each.index: each for each in server.source_list()}
        playing = [sinks[s.sink] for s in server.sink_input_list() if _ours(s) and s.sink in sinks]
        recording = [
            sources[s.source]
            for s in server.source_output_list()
            if _ours(s) and s.source in sources
        ]
        return Route(
            output=_place(playing[0]) if playing else None,
            microphone=_place(recording[0]) if recording else None,
            microphone_is_echo=bool(recording) and _is_echo(recording[0]),
            outputs={each.name: _place(each) for each in sinks.values()},
            microphones={e.name: _place(e) for e in sources.values() if not _is_echo(e)},
        )

    def move(self, output: str = "", microphone: str = "") -> None:
        """Move this program's streams to these devices; a missing device is no fault."""
        try:
            self._move(output, microphone)
        except Exception:  # pulsectl raises anything when the server goes
            self.close()

    def _move(self, output: str, microphone: str) -> None:
        server = self._server
        if output:
            to = server.get_sink_by_name(output)
            for stream in filter(_ours, server.sink_input_list()):
                server.sink_input_move(stream.index, to.index)
        if microphone:
            to = server.get_source_by_name(microphone)
            for stream in filter(_ours, server.source_output_list()):
                server.source_output_move(stream.index, to.index)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


def _place(device: Any) -> Endpoint:
    return Endpoint(device.name, device.description, device.index, _worn(device))


def _ours(stream: Any) -> bool:
    return bool(stream.proplist.get("application.process.id") == str(os.getpid()))


# --- other programs --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Playing:
    """A stream that another program plays."""

    index: int
    volumes: tuple[float, ...]
    """Of each channel, in the server's cubic scale: 1 is full."""
    memory: str = ""
    """The name under which the server remembers the program's volume; "" if it does not."""


class Neighbours:
    """The streams of other programs; none without a server."""

    def __init__(self, coach: int) -> None:
        """`coach`: the process whose streams are excluded."""
        self._coach = str(coach)
        self._server = _connect()

    @property
    def there(self) -> bool:
        """Whether a server answers."""
        return self._server is not None

    def streams(self) -> list[Playing]:
        if self._server is None:
            self._server = _connect()
        if self._server is None:
            return []
        try:
            return [
                Playing(
                    stream.index,
                    tuple(stream.volume.values),
                    stream.proplist.get("module-stream-restore.id", ""),
                )
                for stream in self._server.sink_input_list()
                if stream.proplist.get("application.process.id") != self._coach
            ]
        except Exception:  # pulsectl raises anything when the server goes
            self.close()
            return []

    def set(self, index: int, volumes: tuple[float, ...]) -> bool:
        """Set a stream's volumes. Whether it succeeded."""
        import pulsectl

        if self._server is None:
            return False
        try:
            self._server.sink_input_volume_set(index, pulsectl.PulseVolumeInfo(list(volumes)))
        except Exception:  # the stream has ended, or the server
            return False
        return True

    def remember(self, memory: str, wrong: tuple[float, ...], volumes: tuple[float, ...]) -> None:
        """If the server remembers `wrong` under the name `memory`, change it to `volumes`."""
        import pulsectl

        if self._server is None or not memory:
            return
        try:
            for entry in self._server.stream_restore_list():
                if entry.name == memory and tuple(entry.volume.values) == wrong:
                    entry.volume = pulsectl.PulseVolumeInfo(list(volumes))
                    self._server.stream_restore_write(entry, mode="replace")
        except Exception:  # not every server remembers
            return

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None
