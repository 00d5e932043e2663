"""Fetching a file from a server that serves, stalls, breaks off and lies."""

from __future__ import annotations

import io
import random
import socket
from http.client import HTTPMessage
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from tests.support import file_server
from tests.support.file_server import Server, cut, serving, whole, whole_or_range
from voicecoach.models.download import DownloadError, Patience, _NeverLessSafe, fetch

CONTENT = random.Random(1).randbytes(300_000)
HASTY = Patience(stall=0.4, slowest=500.0, tries=3, pause=0.0)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "model.zip.part"


def get(server: Server, part: Path) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    fetch(server.url, part, len(CONTENT), lambda *each: told.append(each), HASTY)
    return told


@pytest.mark.parametrize("behave", [whole, whole_or_range, file_server.without_length])
def test_a_file_is_fetched(server: Server, part: Path, behave: file_server.Behaviour) -> None:
    server.plan = [behave]
    told = get(server, part)
    assert part.read_bytes() == CONTENT
    assert told[0] == (0, len(CONTENT))
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert told == sorted(told)
    assert server.ranges == [None]


def test_what_breaks_off_goes_on_where_it_was(server: Server, part: Path) -> None:
    server.plan = [cut(100_000), cut(70_000), whole_or_range]
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=100000-", "bytes=170000-"]


def test_an_earlier_program_s_part_is_gone_on_from(server: Server, part: Path) -> None:
    part.write_bytes(CONTENT[:123_456])
    told = get(server, part)
    assert part.read_bytes() == CONTENT
    assert server.ranges == ["bytes=123456-"]
    assert told[0] == (123_456, len(CONTENT))


def test_a_server_without_ranges_begins_anew(server: Server, part: Path) -> None:
    server.plan = [cut(100_000), whole]
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_a_range_that_was_not_asked_for_is_not_joined_on(server: Server, part: Path) -> None:
    part.write_bytes(CONTENT[:100])
    server.plan = [file_server.another_range, whole_or_range]
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_a_range_that_the_server_does_not_have_begins_anew(server: Server, part: Path) -> None:
    part.write_bytes(CONTENT[:100])
    server.plan = [file_server.fails(416), whole_or_range]
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_a_part_that_is_too_long_begins_anew(server: Server, part: Path) -> None:
    part.write_bytes(CONTENT + b"more")
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert server.ranges == [None]


def test_a_part_that_is_all_there_needs_no_server(server: Server, part: Path) -> None:
    part.write_bytes(CONTENT)
    get(server, part)
    assert server.ranges == []


def test_many_breaks_are_no_reason_to_give_up_while_it_gets_on(server: Server, part: Path) -> None:
    server.plan = [cut(20_000)] * 14 + [whole_or_range]
    get(server, part)
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("behave", "why", "kept"),
    [
        (cut(50_000, ranges=False), "breaks off after 50000 of 300000 bytes, 3 times", 50_000),
        (file_server.stall(50_000), "does not answer", 50_000),
        (file_server.silent, "does not answer", 0),
        (file_server.fails(503), "answers 503 Service Unavailable, 3 times", 0),
        (file_server.nonsense, "breaks off", 0),
    ],
)
def test_it_gives_up_after_some_tries_and_keeps_what_it_has(
    server: Server, part: Path, behave: file_server.Behaviour, why: str, kept: int
) -> None:
    # Only the first request is answered with bytes: the others find the file.
    server.plan = [behave]
    with pytest.raises(DownloadError, match=why):
        get(server, part)
    assert (part.stat().st_size if part.exists() else 0) == kept
    assert 3 <= len(server.ranges) <= 4


def test_a_trickle_counts_as_stalled(server: Server, part: Path) -> None:
    server.plan = [file_server.trickle]
    with pytest.raises(DownloadError, match="sends almost nothing"):
        get(server, part)


@pytest.mark.parametrize(
    ("behave", "why"),
    [
        (file_server.fails(404), "127.0.0.1 answers 404 Not Found"),
        (file_server.fails(403), "answers 403"),
        (file_server.fails(204), "answers 204"),
        (file_server.claims(299_999), "offers 299999 bytes instead of 300000"),
        (file_server.claims(400_000), "offers 400000 bytes instead of 300000"),
        (file_server.endless, "sends more than 300000 bytes"),
        (file_server.login_page, "does this network need a login"),
        (file_server.leads_to("ftp://127.0.0.1/x"), "leads to ftp"),
        (file_server.leads_to("file:///etc/passwd"), "leads to file|not allowed"),
        (file_server.leads_to("/model.zip"), "redirect"),
    ],
)
def test_what_is_not_the_file_is_refused_at_once(
    server: Server, part: Path, behave: file_server.Behaviour, why: str
) -> None:
    server.plan = [behave]
    with pytest.raises(DownloadError, match=why) as raised:
        get(server, part)
    assert "\n" not in str(raised.value)
    assert not part.exists() or part.stat().st_size == 0


def test_a_redirection_to_another_host_is_followed_with_its_range(
    server: Server, part: Path
) -> None:
    part.write_bytes(CONTENT[:1000])
    with serving(CONTENT) as mirror:
        server.plan = [file_server.leads_to(mirror.url.replace("127.0.0.1", "localhost"))]
        get(server, part)
        assert mirror.ranges == ["bytes=1000-"]
    assert part.read_bytes() == CONTENT


def test_a_redirection_from_https_to_less_is_refused() -> None:
    def follow(old: str, new: str) -> object:
        return _NeverLessSafe().redirect_request(
            Request(old), io.BytesIO(), 302, "", HTTPMessage(), new
        )

    assert follow("https://here/a", "https://there/a")
    assert follow("http://here/a", "https://there/a")
    with pytest.raises(HTTPError, match="leads to http://there"):
        follow("https://here/a", "http://there/a")


def test_nobody_there_is_told_at_once(part: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Bound but not listening: refuses.
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/model.zip"
        with pytest.raises(
            DownloadError, match=r"127\.0\.0\.1 can't be reached \(Connection refused"
        ):
            fetch(url, part, 10, lambda *_: None)
    with pytest.raises(DownloadError, match=r"nowhere\.invalid can't be reached"):
        fetch("https://nowhere.invalid/model.zip", part, 10, lambda *_: None)


def test_a_folder_that_cannot_be_written_is_no_network_s_fault(server: Server, part: Path) -> None:
    part.parent.rmdir()
    part.parent.write_text("a file where the folder should be")
    with pytest.raises(OSError, match=str(part)):
        get(server, part)
