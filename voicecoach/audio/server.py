"""The sound server (PulseAudio, or PipeWire in its manner), where there is one.

PortAudio does not know its devices by name and is not told when one goes: the server
moves a stream to another, and a microphone may be moved to the echo of the coach's own
output. So the server is asked. Where it or its library is missing, nothing here fails:
there are just no names and no news. The only place that knows pulsectl.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any


def _connect() -> Any:
    """A connection, or None where there is no server to talk to."""
    try:
        import pulsectl
    except (ImportError, OSError):
        return None
    try:
        return pulsectl.Pulse("voicecoach", connect=True)
    except pulsectl.PulseError:
        return None


def server_devices(direction: str) -> list[tuple[str, str, int]]:
    """(name, title, rate in Hz) of every device for "output" or "input"; echoes are left out."""
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


def _is_echo(source: Any) -> bool:
    """Whether a source only repeats what some output plays."""
    return source.monitor_of_sink_name is not None


@dataclass(frozen=True, slots=True)
class Route:
    """Where this program's streams run now, by the server's names; "" for none."""

    output: str = ""
    microphone: str = ""
    microphone_is_echo: bool = False
    """Whether the microphone is but the echo of an output."""
    outputs: frozenset[str] = frozenset()
    """Every output there is."""
    microphones: frozenset[str] = frozenset()
    """Every microphone there is."""


class Server:
    """Asked now and then where the streams run; moves them back to where they belong."""

    def __init__(self) -> None:
        self._server = _connect()

    @property
    def there(self) -> bool:
        return self._server is not None

    def route(self) -> Route | None:
        """Where the streams run; None where nobody can tell (then ask again later)."""
        if self._server is None:
            self._server = _connect()
            if self._server is None:
                return None
        try:
            return self._look()
        except Exception:  # pulsectl raises what it likes when the server goes
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
            output=playing[0].name if playing else "",
            microphone=recording[0].name if recording else "",
            microphone_is_echo=bool(recording) and _is_echo(recording[0]),
            outputs=frozenset(each.name for each in sinks.values()),
            microphones=frozenset(e.name for e in sources.values() if not _is_echo(e)),
        )

    def move(self, output: str = "", microphone: str = "") -> None:
        """Move this program's streams to these devices; a device that is gone is no fault."""
        try:
            self._move(output, microphone)
        except Exception:  # pulsectl raises what it likes when the server goes
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


def _ours(stream: Any) -> bool:
    return bool(stream.proplist.get("application.process.id") == str(os.getpid()))
