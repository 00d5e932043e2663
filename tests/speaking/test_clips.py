"""The clip book: each text is rendered once, whatever happens to voices and disks."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from voicecoach.core.plan import SAMPLE_RATE, CueClass
from voicecoach.pcm import Pcm
from voicecoach.speaking.catalogue import choose
from voicecoach.speaking.clips import Clip, Clipbook
from voicecoach.speaking.mastering import loudness
from voicecoach.speaking.store import ClipStore
from voicecoach.speaking.voice import SpeechEngine, VoiceError

TONES: dict[CueClass, Pcm] = {
    kind: np.full(100 + n, 0.1, np.float32) for n, kind in enumerate(CueClass)
}


class Whistle:
    """A voice whose texts are tones, as long as the text."""

    sample_rate = 24_000

    def __init__(self, name: str = "whistle", cannot: str = "") -> None:
        self.name = name
        self.said: list[str] = []
        self._cannot = cannot

    def render(self, text: str) -> Pcm:
        self.said.append(text)
        if self._cannot and self._cannot in text:
            raise VoiceError(f"{self.name}: hoarse")
        time = np.arange(2_400 * len(text)) / 24_000
        return np.concatenate((np.zeros(500), 0.3 * np.sin(3000 * time))).astype(np.float32)


def book(*voices: SpeechEngine, cache: Path | None = None, **beats: float) -> Clipbook:
    return Clipbook(voices, cache, TONES, beats)


def same(one: Clip, other: Clip) -> bool:
    return np.array_equal(one.pcm, other.pcm) and (one.text, one.beat, one.spoken) == (
        other.text,
        other.beat,
        other.spoken,
    )


def test_a_text_is_rendered_once() -> None:
    voice = Whistle()
    clips = book(voice)
    clip = clips.get("two")
    assert clips.get("two") is clip
    assert voice.said == ["two"]
    assert clip.spoken
    assert clip.pcm.dtype == np.float32
    assert not clip.pcm.flags.writeable
    assert len(clip.pcm) == pytest.approx(0.3 * SAMPLE_RATE, abs=50)
    assert loudness(clip.pcm) == pytest.approx(-20, abs=0.2)
    assert clips.trouble == ()


def test_the_next_start_reads_the_same_clip_from_disk(tmp_path: Path) -> None:
    cache = tmp_path / "not" / "there" / "yet"
    first = book(Whistle(), cache=cache).get("two")
    voice = Whistle()
    assert same(book(voice, cache=cache).get("two"), first)
    assert voice.said == []


def test_another_voice_has_clips_of_its_own(tmp_path: Path) -> None:
    book(Whistle(), cache=tmp_path).get("two")
    voice = Whistle("another")
    book(voice, cache=tmp_path).get("two")
    assert voice.said == ["two"]


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: whole[:20],
        lambda whole: whole[:-1],
        lambda whole: whole[:-2],
        lambda whole: whole + b"\0\0",
        lambda whole: whole[:900] + bytes([whole[900] ^ 1]) + whole[901:],
        lambda whole: b"x" + whole[1:],
        lambda whole: b"voicecoach clip\n",
    ],
    ids=["empty", "head", "odd", "short", "long", "one bit", "mark", "mark only"],
)
def test_a_damaged_cache_is_rendered_again_and_mended(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    first = book(Whistle(), cache=tmp_path).get("two")
    path = only_file(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    clips = book(Whistle(), cache=tmp_path)
    assert same(clips.get("two"), first)
    assert clips.trouble == ()
    assert only_file(tmp_path).read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    clips = book(Whistle(), cache=file / "below")
    assert clips.get("two").spoken
    assert clips.trouble == ()


def test_a_full_disk_leaves_no_half_clip(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="Windows has no such limits")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        assert book(Whistle(), cache=tmp_path).get("two").spoken
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def used(store: ClipStore, text: str, days_ago: float) -> Path:
    """A kept clip that was last used this many days ago."""
    store.save("whistle", text, np.zeros(1000, np.float32), 0)
    path = store.path("whistle", text)
    then = time.time() - 86_400 * days_ago
    os.utime(path, (then, then))
    return path


def test_the_clips_not_used_for_longest_make_room(tmp_path: Path) -> None:
    store = ClipStore(tmp_path)
    paths = [used(store, str(days), days) for days in (9, 1, 5, 3)]
    other = tmp_path / "notes.txt"
    other.write_text("not ours")
    size = paths[0].stat().st_size
    store.trim(4 * size)
    assert all(path.exists() for path in paths)
    # The oldest is used again, so it stays.
    assert store.load("whistle", "9") is not None
    store.trim(2 * size)
    assert [path.exists() for path in paths] == [True, True, False, False]
    store.trim(0)
    assert list(tmp_path.iterdir()) == [other]
    ClipStore(tmp_path / "nowhere").trim(0)


@pytest.mark.parametrize("fault", [OSError(28, "no space"), RuntimeError("gone"), ValueError()])
def test_whatever_a_voice_raises_the_next_one_speaks(fault: Exception) -> None:
    class Broken(Whistle):
        def render(self, text: str) -> Pcm:
            raise fault

    clips = book(Broken("broken"), Whistle())
    assert clips.get("two").spoken
    assert clips.trouble == (f'broken: failed at "two" ({fault})',)
    assert not book(Broken("broken")).get("two").spoken


def test_a_text_that_cannot_be_put_into_words_is_spoken_as_it_is_written() -> None:
    def reading(text: str) -> str:
        raise ValueError("no words for it")

    voice = Whistle()
    clips = Clipbook([voice], None, TONES, reading=reading)
    assert clips.get("80 kg").spoken
    assert voice.said == ["80 kg"]
    assert clips.trouble == ('"80 kg" can\'t be put into words (no words for it)',)


def test_a_voice_whose_beat_cannot_be_found_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(pcm: Pcm) -> int:
        raise FloatingPointError("no beat")

    monkeypatch.setattr("voicecoach.speaking.clips.find_beat", find)
    clips = book(Whistle())
    assert not clips.get("two").spoken
    assert clips.trouble == ('whistle: failed at "two" (no beat)',)


def test_a_clip_that_is_a_folder_is_no_trouble(tmp_path: Path) -> None:
    ClipStore(tmp_path).path("whistle", "two").mkdir()
    clips = book(Whistle(), cache=tmp_path)
    assert clips.get("two").spoken
    assert clips.trouble == ()


def test_the_next_voice_speaks_what_the_first_cannot() -> None:
    first, second = Whistle("first", cannot="x"), Whistle("second")
    clips = book(first, second)
    assert clips.get("two").spoken
    assert clips.get("six").spoken
    assert second.said == ["six"]
    assert clips.trouble == ("first: hoarse",)
    clips.get("next")
    assert clips.trouble == ("first: hoarse",)


def test_a_tone_of_its_class_stands_in_where_no_voice_can_speak() -> None:
    clips = book(Whistle("first", cannot="o"), Whistle("second", cannot="w"))
    for kind in (CueClass.SAFETY, CueClass.COUNT):
        clip = clips.get("two", kind)
        assert not clip.spoken
        assert clip.beat == 0
        assert clip.pcm is TONES[kind]
    assert clips.trouble == ("first: hoarse", "second: hoarse")


def test_without_any_voice_everything_is_a_tone() -> None:
    clip = book().get("two")
    assert not clip.spoken
    assert clip.pcm is TONES[CueClass.PROMPT]


def test_a_voice_that_gives_silence_has_failed() -> None:
    class Mute(Whistle):
        def render(self, text: str) -> Pcm:
            return np.zeros(5_000, np.float32)

    clips = book(Mute("mute"), Whistle("second"))
    assert clips.get("two").spoken
    assert clips.trouble == ('mute: no sound for "two"',)


def test_a_voice_that_fails_three_times_in_a_row_is_not_asked_again() -> None:
    dead = Whistle("dead", cannot="e")
    clips = book(dead)
    clips.prepare(["e", "ee", "two", "e1", "e2", "e3", "e4", "four"])
    assert dead.said == ["e", "ee", "two", "e1", "e2", "e3"]
    assert clips.trouble == ("dead: hoarse", "dead: failed 3 times in a row, not asked again")


def test_what_is_cached_is_spoken_even_by_a_voice_that_fails_now(tmp_path: Path) -> None:
    book(Whistle(), cache=tmp_path).get("two")
    assert book(Whistle(cannot="two"), cache=tmp_path).get("two").spoken


def test_a_beat_may_be_set_by_hand_whatever_the_case_and_punctuation(tmp_path: Path) -> None:
    for _ in range(2):
        assert book(Whistle(), cache=tmp_path, six=0.09).get("Six.").beat == 4320
        assert book(Whistle(), cache=tmp_path).get("Six.").beat != 4320


def test_texts_are_prepared_with_a_word_on_the_progress() -> None:
    voice = Whistle()
    clips = book(voice)
    told: list[tuple[int, int]] = []
    clips.prepare(["one", "two", "one"], lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    clips.get("one")
    assert voice.said == ["one", "two"]


@pytest.mark.audio
def test_the_chosen_voices_fill_a_book(tmp_path: Path) -> None:
    clips = Clipbook(choose(), tmp_path, TONES)
    texts = ["Leg press. Twelve reps.", "Down, breathe in.", "two", "Hold.", "One. Soft knees."]
    clips.prepare(texts)
    assert clips.trouble == ()
    for text in texts:
        clip = clips.get(text)
        assert clip.spoken
        assert 0 <= clip.beat < 0.2 * SAMPLE_RATE
        assert loudness(clip.pcm) == pytest.approx(-20, abs=0.2)
    again = Clipbook(choose(), tmp_path, TONES)
    assert all(same(again.get(text), clips.get(text)) for text in texts)


def test_the_extent_of_a_text_is_that_of_its_clip_and_from_disk_needs_no_voice(
    tmp_path: Path,
) -> None:
    first = book(Whistle(), cache=tmp_path, two=0.07)
    clip = first.get("two")
    assert first.extent("two") == (len(clip.pcm), clip.beat)
    voice = Whistle()
    assert book(voice, cache=tmp_path, two=0.07).extent("two") == (len(clip.pcm), clip.beat)
    assert voice.said == []
    only_file(tmp_path).write_bytes(b"damaged")
    assert book(voice, cache=tmp_path, two=0.07).extent("two") == (len(clip.pcm), clip.beat)
    assert voice.said == ["two"]


def test_what_no_voice_can_say_has_no_extent(tmp_path: Path) -> None:
    assert book(Whistle(cannot="two"), cache=tmp_path).extent("two") is None
    assert book().extent("two") is None


def test_a_rendered_clip_takes_two_bytes_a_sample(tmp_path: Path) -> None:
    for _ in range(2):  # rendered, and from disk
        clip = book(Whistle(), cache=tmp_path).get("two")
        assert clip.kept.nbytes == 2 * clip.length == 2 * len(clip.pcm)


class Stuck(Whistle):
    """Says "slow" only when it is let."""

    def __init__(self) -> None:
        super().__init__("stuck")
        self.begun, self.let = threading.Event(), threading.Event()

    def render(self, text: str) -> Pcm:
        if text == "slow":
            self.begun.set()
            assert self.let.wait(20)
        return super().render(text)


def test_while_one_text_is_rendered_another_is_read_from_disk(tmp_path: Path) -> None:
    book(Stuck(), cache=tmp_path).get("two")
    voice = Stuck()
    clips = book(voice, cache=tmp_path)
    slow = threading.Thread(target=clips.get, args=("slow",))
    slow.start()
    assert voice.begun.wait(10)
    assert clips.get("two").spoken
    voice.let.set()
    slow.join(10)
    assert voice.said == ["slow"]


def test_a_text_that_is_not_rendered_yet_is_made_meanwhile() -> None:
    """A slow voice holds nobody up, and is asked once."""
    asked, may_speak = threading.Event(), threading.Event()

    class Slow(Whistle):
        def render(self, text: str) -> Pcm:
            asked.set()
            assert may_speak.wait(5)
            return super().render(text)

    voice = Slow()
    clips = book(voice)
    assert not clips.ready("two")
    assert not clips.ready("two")
    assert asked.wait(5)
    may_speak.set()
    until = time.monotonic() + 5
    while not clips.ready("two") and time.monotonic() < until:
        time.sleep(0.01)
    assert clips.get("two").spoken
    assert voice.said == ["two"]


def test_what_is_on_disk_needs_no_rendering(tmp_path: Path) -> None:
    book(Whistle(), cache=tmp_path).get("two")
    voice = Whistle()
    assert book(voice, cache=tmp_path).ready("two")
    assert voice.said == []


def test_a_text_that_no_voice_can_say_is_ready_as_its_tone() -> None:
    clips = book(Whistle(cannot="two"))
    clips.ready("two")
    until = time.monotonic() + 5
    while not clips.ready("two") and time.monotonic() < until:
        time.sleep(0.01)
    assert not clips.get("two").spoken
    assert clips.ready("two")


def test_lines_that_nobody_prepared_do_not_fill_the_memory(tmp_path: Path) -> None:
    voice = Whistle()
    clips = book(voice, cache=tmp_path)
    clips.prepare(["two"])
    kept = clips.get("two")
    first = clips.get("line 0")
    for number in range(1, 100):
        clips.get(f"line {number}")
    assert clips.get("two") is kept
    rendered = len(voice.said)
    assert clips.ready("line 0")
    again = clips.get("line 0")
    assert same(again, first)
    assert again is not first
    assert len(voice.said) == rendered, "it is read from disk"


def test_a_line_dropped_from_memory_is_made_meanwhile_once_more() -> None:
    clips = book(Whistle())
    for number in range(100):
        while not clips.ready(f"line {number}"):
            time.sleep(0.001)
    assert not clips.ready("line 0")
    while not clips.ready("line 0"):
        time.sleep(0.001)


def test_a_line_kept_in_a_poorer_voice_is_not_ready(tmp_path: Path) -> None:
    book(Whistle("poorer"), cache=tmp_path).get("two")
    clips = book(Whistle("better"), Whistle("poorer"), cache=tmp_path)
    assert not clips.ready("two")
    assert clips.missing(["two"]) == ["two"]
    while not clips.ready("two"):
        time.sleep(0.001)
    assert same(clips.get("two"), book(Whistle("better")).get("two"))


def test_once_a_voice_is_given_up_what_the_next_one_said_is_ready(tmp_path: Path) -> None:
    book(Whistle("poorer"), cache=tmp_path).get("two")
    clips = book(Whistle("better", cannot="o"), Whistle("poorer"), cache=tmp_path)
    for text in ("one", "four", "zero"):
        clips.get(text)
    assert clips.ready("two")
