"""What a voice reads in place of figures and of words that it doesn't know."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st
from moonshine_voice import ModelArch, Transcriber

from voicecoach import config
from voicecoach.core.commands import normal
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.listening import models
from voicecoach.speaking.catalogue import VoiceEngine, choose
from voicecoach.speaking.clips import Clipbook
from voicecoach.speaking.text_normalisation import TextNormaliser

ENGLISH = config.load("en", "leg-press").exercise.language


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("80 kg, 12 reps.", "eighty kilos, twelve reps."),
        ("Add 2.5 kg.", "Add two and a half kilos."),
        ("2,5kg", "two and a half kilos"),
        ("1 min, then 90 s.", "one minute, then ninety seconds."),
        ("45 lb plates, 20lbs", "forty-five pounds plates, twenty pounds"),
        ("Tempo 3-1-2-1.", "Tempo three, one, two, one."),
        ("30-0-X-0", "thirty, zero, X, zero"),
        # Anything that is no quantity stays.
        ("At 18:30, 1/2, 2-3 sets, v1.2.3, M8", "At 18:30, 1/2, 2-3 sets, v1.2.3, M8"),
        ("100000 kg", "100000 kilos"),
        ("Three left.", "Three left."),
    ],
)
def test_quantities_are_read_in_words(text: str, read: str) -> None:
    assert normal(TextNormaliser(ENGLISH)(text)) == normal(read)


def test_words_are_read_as_the_settings_say() -> None:
    reading = TextNormaliser(
        ENGLISH, {"RDL": "Romanian deadlift", "RDLs": "deadlifts", "C++": "see", "x": "by"}
    )
    assert reading("rdl: 3 RDLs, RDLX, C++.") == "Romanian deadlift: three deadlifts, RDLX, see."
    # Replacements are not replaced again.
    assert TextNormaliser(ENGLISH, {"a": "b", "b": "a"})("a b") == "b a"


@given(st.text())
def test_a_text_without_figures_is_read_as_it_is(text: str) -> None:
    if not any(letter.isdigit() for letter in text):
        assert TextNormaliser(ENGLISH)(text) == text


def test_a_new_pronunciation_renders_only_what_it_changes(tmp_path: Path) -> None:
    texts = ["Hold.", "Slow RDL."]
    voices = choose(VoiceEngine.PYTTSX3)
    Clipbook(voices, tmp_path, {}).prepare(texts)
    reading = pickle.loads(pickle.dumps(TextNormaliser(ENGLISH, {"RDL": "Romanian deadlift"})))
    changed = Clipbook(voices, tmp_path, {}, reading=reading)
    assert changed.missing(texts) == ["Slow RDL."]
    assert len(changed.get("Slow RDL.").pcm) > 1.3 * len(
        Clipbook(voices, tmp_path, {}).get("Slow RDL.").pcm
    )
    assert changed.get("Slow RDL.").text == "Slow RDL."
    assert changed.extent("Slow RDL.") is not None


@pytest.mark.audio
def test_numbers_and_units_are_heard_right() -> None:
    """In the natural voice; the recogniser understands too little of the plain one."""
    clips = Clipbook(choose(VoiceEngine.HIBARI), None, {}, reading=TextNormaliser(ENGLISH))
    sound = clips.get("Now the weight is 90 kg, for 12 reps.").pcm
    pcm = soxr.resample(np.pad(sound, SAMPLE_RATE // 2), SAMPLE_RATE, 16_000).tolist()
    transcriber = Transcriber(str(models.find_weights()), ModelArch.TINY)
    lines = transcriber.transcribe_without_streaming(pcm, 16_000).lines
    heard = normal(" ".join(line.text for line in lines))
    assert "ninety kilos" in heard
    assert "twelve reps" in heard


def test_the_plain_voice_says_the_words_and_not_the_letters() -> None:
    voices = choose(VoiceEngine.PYTTSX3)
    read = Clipbook(voices, None, {}, reading=TextNormaliser(ENGLISH)).get("90 s, 12 reps, go.")
    words = Clipbook(voices, None, {}).get("Ninety seconds, twelve reps, go.")
    letters = Clipbook(voices, None, {}).get("90 s, 12 reps, go.")
    # espeak's length for a text varies by about a millisecond; by ten if it ends in an "s", whose
    # faint end is cut off sooner or later.
    assert abs(len(read.pcm) - len(words.pcm)) < SAMPLE_RATE // 100
    assert abs(len(letters.pcm) - len(words.pcm)) > SAMPLE_RATE // 20
