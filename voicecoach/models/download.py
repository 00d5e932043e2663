"""Downloads a file in pieces; the only place where voicecoach uses the network.

`pooch` would be the library for this, but (1.9) it starts each file over in a temporary one and
never requests a range: a connection that breaks at 40 of 41 MB has downloaded nothing. So this
uses the standard library's HTTP and adds what pooch lacks: it resumes, retries, notices a stalled
server, and takes no more than was promised. The caller verifies the bytes.
"""

from __future__ import annotations

import re
import textwrap
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from ssl import SSLError
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

Advance = Callable[[int, int], None]
"""Receives the number of bytes so far, and the total."""

_CHUNK = 1 << 16
_WORTHWHILE = 50
"""An attempt that brings more than this fraction (1/50) of the file counts as progress."""
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}
"""Temporary HTTP errors."""


class DownloadError(Exception):
    """The file was not downloaded completely; the text says why, as part of a line."""

    def __init__(self, why: str) -> None:
        # Part of it comes from the server.
        plain = "".join(sign if sign.isprintable() else " " for sign in why)
        super().__init__(textwrap.shorten(plain, 300))


class _BrokenOffError(Exception):
    """The attempt failed, and another may succeed."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server."""

    stall: float = 20.0
    """Seconds without a byte, and the period over which `slowest` is measured."""
    slowest: float = 500.0
    """Bytes per second; below, the server counts as stalled."""
    tries: int = 3
    """Attempts in a row without progress; progress starts the count over."""
    pause: float = 2.0
    """Seconds before the second attempt; twice that before the third, and so on."""


def fetch(
    url: str, part: Path, size: int, advance: Advance, patience: Patience | None = None
) -> None:
    """Download `url`, which must have `size` bytes, into `part`.

    If the server can resume, what `part` has from an earlier attempt is kept. Raises
    DownloadError, leaving in `part` what is worth keeping, or OSError if `part` can't be
    written.
    """
    patience = patience or Patience()
    reached = _size(part)
    failed = 0
    first = True
    while True:
        try:
            return _try(url, part, size, advance, patience, first)
        except _BrokenOffError as fault:
            # Only new bytes count as progress; otherwise, a server could keep us busy forever.
            failed = 0 if _size(part) > reached + size // _WORTHWHILE else failed + 1
            reached = max(reached, _size(part))
            first = False
            if failed == patience.tries:
                raise DownloadError(f"{fault}, {failed} times") from None
            time.sleep(patience.pause * failed)


def _try(
    url: str, part: Path, size: int, advance: Advance, patience: Patience, first: bool
) -> None:
    have = _size(part)
    if have == size:
        return
    if have > size:
        part.unlink()
        have = 0
    answer = _open(url, part, have, patience, first)
    with answer:
        have = _begins_at(answer, part, have, size)
        with part.open("ab" if have else "wb") as file:
            _copy(answer, file, have, size, advance, patience)


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _open(url: str, part: Path, have: int, patience: Patience, first: bool) -> Any:
    """The server's response, with status 200 or 206."""
    host = urlsplit(url).hostname or url
    request = urllib.request.Request(url, headers={"User-Agent": "voicecoach"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    opener = urllib.request.build_opener(_NeverLessSafe())
    try:
        return opener.open(request, timeout=patience.stall)
    except HTTPError as fault:
        fault.close()
        why = f"{host} answers {fault.code} {fault.reason}"
        if fault.code == 416 and have:  # `part` is from another file.
            part.unlink()
            raise _BrokenOffError(why) from None
        raise (_BrokenOffError if fault.code in _TRY_AGAIN else DownloadError)(why) from None
    except URLError as fault:
        why = f"{host} can't be reached ({_words(fault.reason)})"
        if first or isinstance(fault.reason, SSLError):
            raise DownloadError(why) from None
        raise _BrokenOffError(why) from None
    except (OSError, HTTPException) as fault:
        raise _BrokenOffError(f"{host} breaks off ({_words(fault)})") from None
    except ValueError as fault:  # A redirect to an invalid URL.
        raise DownloadError(f"{host} sent an answer that makes no sense ({fault})") from None


def _begins_at(answer: Any, part: Path, have: int, size: int) -> int:
    """The offset of the response's first byte: 0, or `have` if the server resumes."""
    host = urlsplit(answer.url).hostname
    total = answer.length
    if answer.status == 206:
        span = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if not have or span is None or int(span[1]) != have:
            part.unlink(missing_ok=True)
            raise _BrokenOffError(f"{host} sent a different part than requested")
        total = size if span[2] == "*" else int(span[2])
    elif answer.status == 200:
        have = 0
    else:
        raise DownloadError(f"{host} answers {answer.status} {answer.reason}")
    if total not in (None, size):
        page = answer.headers.get_content_type() == "text/html"
        login = " (a page: does this network need a login?)" if page else ""
        raise DownloadError(f"{host} offers {total} bytes instead of {size}{login}")
    return have


def _copy(
    answer: Any, file: IO[bytes], have: int, size: int, advance: Advance, patience: Patience
) -> None:
    host = urlsplit(answer.url).hostname
    advance(have, size)
    since, before = time.monotonic(), have
    while True:
        try:
            chunk = answer.read1(_CHUNK)
        except (OSError, HTTPException) as fault:
            raise _BrokenOffError(f"{host} breaks off ({_words(fault)})") from None
        if not chunk:
            break
        have += len(chunk)
        if have > size:
            file.truncate(0)
            raise DownloadError(f"{host} sends more than {size} bytes")
        file.write(chunk)
        advance(have, size)
        if (passed := time.monotonic() - since) > patience.stall:
            if (have - before) / passed < patience.slowest:
                raise _BrokenOffError(f"{host} sends almost nothing")
            since, before = time.monotonic(), have
    if have < size:
        raise _BrokenOffError(f"{host} breaks off after {have} of {size} bytes")


def _words(fault: object) -> str:
    if isinstance(fault, TimeoutError):
        return "it does not answer"
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    return str(fault) or type(fault).__name__


class _NeverLessSafe(urllib.request.HTTPRedirectHandler):
    """Follows redirects to other hosts, as mirrors need, but never from https to http."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in {"https", urlsplit(req.full_url).scheme}:
            raise HTTPError(req.full_url, code, f"and leads to {newurl}", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
