"""What is remembered of phrases between runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.listening.priors import Priors


def test_what_was_measured_is_known_in_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "hearing" / "priors.json"
    first = Priors()
    first.keep_in(path)
    first["stop"] = -6.25
    first.keep()
    again = Priors()
    again["more"] = -1.5
    again.keep_in(path)
    assert again == {"stop": -6.25, "more": -1.5}
    again.keep()
    third = Priors()
    third.keep_in(path)
    assert third == again
    assert [each.name for each in path.parent.iterdir()] == ["priors.json"]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[1]", b"\xff\xfe", b'{"stop": "x"}', b'{"stop": NaN}', b'{"stop": null}'),
        *(b'{"stop": true}', b'{"stop": 900.5}', b'{"stop": -1e308}'),
        *(b"[" * 100_000, b'{"stop": 1' + b"0" * 400 + b"}"),
    ],
)
def test_a_broken_file_counts_as_empty_and_is_written_again(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "priors.json"
    path.write_bytes(content)
    priors = Priors()
    priors.keep_in(path)
    assert priors == {}
    priors["stop"] = -2.0
    priors.keep()
    again = Priors()
    again.keep_in(path)
    assert again == {"stop": -2.0}


def test_a_folder_that_cant_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    priors = Priors()
    priors.keep_in(tmp_path / "file" / "priors.json")
    priors["stop"] = -2.0
    priors.keep()
    assert priors == {"stop": -2.0}
