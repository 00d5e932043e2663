"""Our own HTTP server that serves a file, and fails in every way a server can."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Request"], None]


class Server:
    """Answers each request with the next entry of `plan`, and repeats the last one."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.plan: list[Behaviour] = [whole_or_range]
        self.ranges: list[str | None] = []
        """The Range header of each request so far."""
        self.closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self._http.daemon_threads = True
        self._http.served_by = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/model.zip"

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def next(self) -> Behaviour:
        return self.plan.pop(0) if len(self.plan) > 1 else self.plan[0]


class Request(BaseHTTPRequestHandler):
    @property
    def by(self) -> Server:
        return self.server.served_by  # type: ignore[attr-defined, no-any-return]

    def do_GET(self) -> None:
        self.by.ranges.append(self.headers["Range"])
        with suppress(ConnectionError):  # The client hangs up when it has heard enough.
            self.by.next()(self)

    def answer(self, code: int, body: bytes, **headers: object) -> None:
        self.head(code, **{"Content_Length": len(body), **headers})
        self.wfile.write(body)

    def head(self, code: int, **headers: object) -> None:
        self.send_response(code)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def start(self) -> int:
        """The first byte that was requested."""
        found = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        return int(found[1]) if found else 0

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(content: bytes) -> Iterator[Server]:
    server = Server(content)
    try:
        yield server
    finally:
        server.close()


# --- how it behaves --------------------------------------------------------------------------


def whole(request: Request) -> None:
    """Ignores ranges."""
    request.answer(200, request.by.content)


def whole_or_range(request: Request) -> None:
    start, content = request.start(), request.by.content
    if request.headers["Range"] is None:
        whole(request)
    elif start >= len(content):
        request.answer(416, b"", Content_Range=f"bytes */{len(content)}")
    else:
        span = f"bytes {start}-{len(content) - 1}/{len(content)}"
        request.answer(206, content[start:], Content_Range=span)


def cut(at: int, ranges: bool = True) -> Behaviour:
    """Breaks off after `at` more bytes, although it promised all."""

    def behave(request: Request) -> None:
        start, content = request.start() if ranges else 0, request.by.content
        left = len(content) - start
        if start:
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            request.head(206, Content_Length=left, Content_Range=span)
        else:
            request.head(200, Content_Length=left)
        request.wfile.write(content[start : start + at])
        request.close_connection = True

    return behave


def stall(at: int) -> Behaviour:
    """Falls silent after `at` bytes, and keeps the connection open."""

    def behave(request: Request) -> None:
        request.head(200, Content_Length=len(request.by.content))
        request.wfile.write(request.by.content[:at])
        request.by.closing.wait(60)

    return behave


def silent(request: Request) -> None:
    """Accepts the connection and says nothing."""
    request.by.closing.wait(60)


def trickle(request: Request) -> None:
    """Sends a byte now and then."""
    request.head(200, Content_Length=len(request.by.content))
    for byte in request.by.content:
        request.wfile.write(bytes([byte]))
        if request.by.closing.wait(0.05):
            return


def without_length(request: Request) -> None:
    request.answer(200, request.by.content, Content_Length=None)


def endless(request: Request) -> None:
    request.head(200)
    while not request.by.closing.is_set():
        request.wfile.write(bytes(1 << 16))


def claims(length: int) -> Behaviour:
    """Claims a length that is not the file's."""
    return lambda request: request.answer(200, request.by.content, Content_Length=length)


def another_range(request: Request) -> None:
    """Starts over, but calls it a continuation."""
    content = request.by.content
    span = f"bytes 0-{len(content) - 1}/{len(content)}"
    request.answer(206, content, Content_Range=span)


def fails(code: int) -> Behaviour:
    return lambda request: request.answer(code, b"no")


def leads_to(url: str) -> Behaviour:
    return lambda request: request.answer(302, b"", Location=url)


def login_page(request: Request) -> None:
    page = b"<html>Welcome to the gym's wireless network</html>"
    request.answer(200, page, Content_Type="text/html; charset=utf-8")


def nonsense(request: Request) -> None:
    request.wfile.write(b"three sets of twelve\r\n\r\n")
    request.close_connection = True
