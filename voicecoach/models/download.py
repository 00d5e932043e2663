"""A file from the network, piece by piece; the only place where voicecoach reaches out.

`pooch` would be the library for this, but (1.9) it begins each file anew in a temporary
one and asks for no range: a connection that breaks at 40 of 41 MB has fetched nothing.
So this is the standard library's HTTP with what pooch lacks: it goes on where it was,
tries again, notices a server that stalls, and takes no more than was promised.
Whether the bytes are the right ones is for the caller to find out.
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
"""Told how many bytes are there, and of how many."""

_CHUNK = 1 << 16
_WORTHWHILE = 50
"""A try that brings more than this part of the file was not in vain."""
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}
"""Answers that may be another one a moment later."""


class DownloadError(Exception):
    """The file is not there, or not wholly; the text says why, as part of a line."""

    def __init__(self, why: str) -> None:
        # Some of it are a server's words.
        plain = "".join(sign if sign.isprintable() else " " for sign in why)
        super().__init__(textwrap.shorten(plain, 300))


class _BrokenOffError(Exception):
    """It is worth another try."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for."""

    stall: float = 20.0
    """Seconds without a byte, and the time over which `slowest` is looked at."""
    slowest: float = 500.0
    """Bytes a second below which it counts as stalled."""
    tries: int = 3
    """In a row that bring next to nothing; whatever brings more is another try's worth."""
    pause: float = 2.0
    """Seconds before the second of them; before the third twice that, and so on."""


def fetch(
    url: str, part: Path, size: int, advance: Advance, patience: Patience | None = None
) -> None:
    """Fetch `url`, which must be of `size` bytes, into `part`.

    What `part` holds from an earlier try is kept where the server can go on from
    there. Raises DownloadError, and leaves in `part` what is worth keeping; OSError
    where `part` cannot be written.
    """
    patience = patience or Patience()
    reached = _size(part)
    failed = 0
    first = True
    while True:
        try:
            return _try(url, part, size, advance, patience, first)
        except _BrokenOffError as fault:
            # Only what no try had reached counts, or a server could lead us on for ever.
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
    """The server's answer, which is 200 or 206."""
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
        if fault.code == 416 and have:  # What we have is of another file.
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
    except ValueError as fault:  # A redirection to something that is no address.
        raise DownloadError(f"{host} answers in a way that can't be followed ({fault})") from None


def _begins_at(answer: Any, part: Path, have: int, size: int) -> int:
    """The byte that the answer begins with: 0, or `have` where it goes on from there."""
    host = urlsplit(answer.url).hostname
    total = answer.length
    if answer.status == 206:
        span = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if not have or span is None or int(span[1]) != have:
            part.unlink(missing_ok=True)
            raise _BrokenOffError(f"{host} sends another part than was asked for")
        total = size if span[2] == "*" else int(span[2])
    elif answer.status == 200:
        have = 0
    else:
        raise DownloadError(f"{host} answers {answer.status} {answer.reason}")
    if total not in (None, size):
        page = answer.headers.get_content_type() == "text/html"
        login = " (a page: must you log in to this network?)" if page else ""
        raise DownloadError(f"{host} offers {total} bytes in place of {size}{login}")
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
                raise _BrokenOffError(f"{host} sends next to nothing")
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
    """Follows to another host, as mirrors need it, but never from https to less."""

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
