"""A set with nobody there: its report on the cues, and its picture."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.cues import rows
from tests.support.session_driver import leg_press, shipped
from voicecoach.core.commands import PhraseTable
from voicecoach.core.cues import Ended, MeasuredWording
from voicecoach.core.decision import Decision
from voicecoach.core.events import Intent
from voicecoach.core.pacing import Talkativeness
from voicecoach.core.plan import Cue, CueClass, Exercise, Phase, Wording, samples
from voicecoach.preview import (
    CueOutcome,
    Rehearsal,
    Told,
    UnansweredError,
    account,
    foresee,
    rehearse,
    spoken_in,
    svg,
    tally,
)
from voicecoach.speaking.silent import SilentClips

SVG = "{http://www.w3.org/2000/svg}"

NOTE = re.compile(
    r'<path d="M([\d.]+) ([\d.]+)V([\d.]+)h4"[^>]*/>'  # the line to it: x, top, bottom
    r'<text x="([\d.]+)" y="([\d.]+)" font-size="11"[^>]*>(.*?)</text>'
)
"""A note in the picture."""


def measure(text: str, kind: CueClass) -> MeasuredWording:
    clip = SilentClips().get(text, kind)
    return MeasuredWording(text, len(clip.pcm), clip.beat)


def rehearsed(
    script: Exercise | None = None, talk: Talkativeness = Talkativeness.NORMAL
) -> Rehearsal:
    return rehearse(script or leg_press(), shipped().phrases, SilentClips(), talk=talk)


def with_cue(cue: Cue, tempo: str = "3-1-2-1", reps: int = 3) -> Rehearsal:
    """A set in which `cue` is the only one besides those of safety."""
    script = leg_press(tempo, reps)
    safety = tuple(each for each in script.cues if each.kind is CueClass.SAFETY)
    return rehearsed(replace(script, cues=(*safety, cue)))


def form(*say: str, short: tuple[str, ...] = (), phase: Phase | None = Phase.LOWER) -> Cue:
    return Cue("planted", CueClass.FORM, Wording(say, short), phase, every=1, start=2, last=2)


def planted(found: Rehearsal) -> Told:
    (cue,) = (cue for cue in found.cues if cue.id == "planted")
    return cue


# --- the set ---------------------------------------------------------------------------------


def test_a_set_goes_from_the_gate_to_the_rest_by_itself() -> None:
    found = rehearsed(leg_press(reps=4))
    states = [span.name for span in found.spans if not span.rep]
    assert states == ["gate", "armed", "countdown", "racking", "rest"]
    assert [span.name for span in found.spans if span.rep] == ["lower", "bottom", "lift", "top"] * 4
    assert found.set_over is not None
    assert (found.set_over.reps, found.set_over.ended_by) == (4, "target")


def test_the_spans_follow_each_other_without_a_gap() -> None:
    found = rehearsed()
    for one, other in pairwise(found.spans):
        assert one.until == other.at
    assert found.spans[0].at == 0
    assert found.spans[-1].until == found.end


@pytest.mark.parametrize("seed", [0, 1, 77])
def test_the_same_seed_gives_the_same_bytes(seed: int) -> None:
    def sound(seed: int) -> bytes:
        blocks: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
        script = leg_press(reps=2)
        rehearse(script, shipped().phrases, SilentClips(), seed=seed, hear=blocks.append)
        return np.concatenate(blocks).tobytes()

    assert sound(seed) == sound(seed)
    assert sound(seed) != sound(seed + 1)


def test_what_is_asked_for_beforehand_is_all_that_is_said() -> None:
    script = leg_press()
    texts = spoken_in(script, shipped().phrases)
    said = {r.text for r in rehearsed(script).records if isinstance(r, Ended)}
    assert said <= set(texts)
    assert len(texts) == len(set(texts))


def test_without_a_phrase_for_the_gate_it_says_so() -> None:
    phrases = shipped().phrases
    without = {p: c for p, c in phrases.phrases.items() if c.intent is not Intent.READY}
    with pytest.raises(UnansweredError, match=r'no phrase of the commands means "ready"'):
        rehearse(leg_press(), PhraseTable(without, phrases.decoys), SilentClips())


# --- what became of a cue --------------------------------------------------------------------


def test_a_cue_that_has_room_is_told_as_written() -> None:
    cue = planted(with_cue(form("Slowly.")))
    assert (cue.outcome, cue.why, cue.rep) == (CueOutcome.FULL, "", 2)


def test_a_wording_with_too_little_room_is_told_with_its_length_and_the_room() -> None:
    cue = planted(
        with_cue(form("Press evenly with the whole of both of your feet " * 2, short=("So.",)))
    )
    assert cue.outcome is CueOutcome.SHORT
    assert re.fullmatch(
        r"short: the full wording takes 5\.\d\d s, the room is [12]\.\d\d s", cue.why
    )


def test_a_cue_that_finds_no_room_is_told_as_dropped() -> None:
    cue = planted(with_cue(form("Press evenly with the whole of both of your feet " * 2)))
    assert (cue.outcome, cue.heard) == (CueOutcome.DROPPED, False)
    assert re.fullmatch(
        r"dropped: no room; it takes 5\.\d\d s, the longest stretch is 1\.\d\d s", cue.why
    )
    assert cue.end == cue.at


def test_a_cue_said_in_another_phase_tells_what_it_takes_and_what_is_there() -> None:
    cue = planted(with_cue(form("Deep as it goes.", phase=Phase.BOTTOM)))
    assert cue.outcome is CueOutcome.MOVED
    assert re.fullmatch(
        r"moved from bottom to lift: it takes 0\.\d\d s, bottom has 0\.\d\d s free", cue.why
    )


def test_the_length_that_is_told_is_that_of_the_wording_that_is_named() -> None:
    """It once gave the length of the short wording for the full one, as if a sentence took half a
    second."""
    full, short = "Deep as it ever goes.", "Deep as it goes."
    cue = planted(with_cue(form(full, phase=Phase.BOTTOM, short=(short,))))
    assert cue.text == full
    told = rf'from bottom to lift: even "{short}" takes 0\.\d\d s, bottom has 0\.\d\d s free'
    assert re.fullmatch(f"moved {told}", cue.why)


def test_a_phase_without_time_is_told_as_the_reason() -> None:
    cue = planted(with_cue(form("Slow.", phase=Phase.TOP), "3-1-3-0"))
    assert cue.why.endswith("top takes no time at this tempo")


def test_what_the_scheduler_says_of_each_cue_is_told_of_it() -> None:
    """Nothing is lost between the trace and the report."""
    found = rehearsed(leg_press("2-0-1-0"))
    ended = [r for r in found.records if isinstance(r, Ended)]
    assert len(ended) == len(found.cues)
    assert sum(r.outcome == "played" for r in ended) == sum(cue.heard for cue in found.cues)
    for cue in found.cues:
        assert bool(cue.why) == (cue.outcome is not CueOutcome.FULL)


@settings(max_examples=15)
@given(
    tempo=st.tuples(st.integers(1, 5), st.integers(0, 2), st.integers(1, 4), st.integers(0, 2)),
    talk=st.sampled_from(Talkativeness),
    pace=st.floats(0.03, 0.09),
)
def test_no_safety_cue_is_ever_lost(
    tempo: tuple[int, int, int, int], talk: Talkativeness, pace: float
) -> None:
    script = leg_press("-".join(map(str, tempo)), reps=8)
    found = rehearse(script, shipped().phrases, SilentClips(pace), talk=talk)
    counted = tally(found)
    assert counted.safety_lost == 0
    assert 0 < counted.speech <= 1
    assert counted.cues == sum(counted.outcomes.values())


def test_the_share_of_speech_is_what_is_said_between_the_first_rep_and_the_last() -> None:
    found = rehearsed(leg_press("3-1-2-1", reps=2))
    reps = [span for span in found.spans if span.rep]
    inside = [c for c in found.cues if c.heard and c.rep]
    spoken = sum(cue.end - cue.at for cue in inside)
    # The first word begins before its beat, by the 30 ms of the silent voice.
    assert tally(found).speech * samples(14) == pytest.approx(spoken, abs=samples(0.031))
    assert reps[-1].until - reps[0].at == samples(14)


def test_the_account_names_each_thing_that_came_otherwise() -> None:
    lines = list(account(with_cue(form("Deep as it goes.", phase=Phase.BOTTOM))))
    (line,) = (line for line in lines if line.startswith("planted"))
    assert line.startswith('planted, rep 2: "Deep as it goes." moved from bottom to lift: ')
    assert lines[-3].endswith(" moved, 0 dropped.")
    assert re.fullmatch(r"The coach speaks \d\d % of the set \(21 s\)\.", lines[-1])


# --- the picture -----------------------------------------------------------------------------


def texts(picture: str) -> list[str]:
    root = ElementTree.fromstring(picture)
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


def test_everything_that_is_said_stands_in_the_picture_as_text() -> None:
    found = rehearsed()
    drawn = texts(svg(found))
    for cue in found.cues:
        if cue.heard:
            assert cue.text in drawn
        if cue.why:
            assert f"{cue.text} {cue.why}" in drawn
    assert drawn.count("Rep 12") == 1
    assert "lower 3 s" in drawn


def test_a_class_is_told_by_its_outline_and_not_by_colour_alone() -> None:
    root = ElementTree.fromstring(svg(rehearsed()))
    outlines = {}
    for group in root.iter(f"{SVG}g"):
        title, boxes = group.find(f"{SVG}title"), group.findall(f"{SVG}rect")
        assert title is not None
        assert title.text is not None
        look = [(b.get("stroke-width"), b.get("stroke-dasharray"), b.get("rx")) for b in boxes]
        outlines[title.text.split()[0]] = str(look)
    assert len(outlines) == len(set(outlines.values())) >= 6


def test_words_with_signs_of_markup_do_no_harm() -> None:
    script = leg_press(reps=2, name='Press <&> "go"')
    picture = svg(rehearsed(script))
    assert 'Press <&> "go": a set at 3-1-2-1' in texts(picture)


def test_boxes_of_a_row_do_not_lie_on_each_other() -> None:
    root = ElementTree.fromstring(svg(rehearsed(leg_press("2-0-1-0"))))
    rows: dict[str, list[tuple[float, float]]] = {}
    for group in root.iter(f"{SVG}g"):
        box = group.find(f"{SVG}rect")
        assert box is not None
        x, wide = float(box.get("x", "")), float(box.get("width", ""))
        rows.setdefault(box.get("y", ""), []).append((x, x + wide))
    assert len(rows) >= 12
    for boxes in rows.values():
        boxes.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(boxes))


def test_a_long_rep_goes_on_on_the_next_row() -> None:
    drawn = texts(svg(rehearsed(leg_press("9-4-9-1", reps=1))))
    assert drawn.count("Rep 1") == 2
    assert drawn.count("bottom 4 s") == 1


def test_the_picture_is_the_same_each_time() -> None:
    assert svg(rehearsed()) == svg(rehearsed())


def test_a_hold_is_drawn_and_told_in_breaths() -> None:
    plank = next(each for each in shipped().offered if each.held)
    found = rehearsed(plank)
    drawn = texts(svg(found))
    assert "Breath 1" in drawn
    assert "Rep 1" not in drawn
    assert {"in 2 s", "out 3 s"} <= set(drawn)
    assert "lower" not in " ".join([*drawn, *account(found)])
    assert tally(found).safety_lost == 0


# --- without its sound -----------------------------------------------------------------------


@settings(max_examples=10)
@given(
    tempo=st.tuples(st.integers(1, 5), st.integers(0, 2), st.integers(1, 4), st.integers(0, 2)),
    talk=st.sampled_from(Talkativeness),
    pace=st.floats(0.03, 0.09),
    seed=st.integers(0, 9),
)
def test_without_its_sound_a_set_goes_just_the_same(
    tempo: tuple[int, int, int, int], talk: Talkativeness, pace: float, seed: int
) -> None:
    script = leg_press("-".join(map(str, tempo)), reps=5)
    clips = SilentClips(pace)

    def measure(text: str, kind: CueClass) -> MeasuredWording:
        clip = clips.get(text, kind)
        return MeasuredWording(text, len(clip.pcm), clip.beat)

    heard = rehearse(script, shipped().phrases, clips, talk=talk, seed=seed)
    dry = foresee(script, measure, talk=talk, seed=seed)
    assert dry.cues == heard.cues
    assert dry.spans == heard.spans
    # Everything in a trace except the answers as they were heard.
    assert list(dry.records) == [r for r in heard.records if not isinstance(r, Decision)]


@pytest.mark.parametrize("name", [each.id for each in shipped().offered])
def test_no_shipped_exercise_loses_a_safety_cue_at_any_tempo(name: str) -> None:
    exercise = next(each for each in shipped().offered if each.id == name)
    for row in rows([exercise], "silent", measure):
        assert row.safety > 0
        assert row.safety_dropped == 0
        assert row.full + row.short + row.moved + row.dropped == row.cues
        if row.tempo == "5-2-3-1" or row.own:
            assert row.dropped / row.cues < 0.05, row


@pytest.mark.parametrize("tempo", ["2-0-1-0", "3-1-2-1"])
def test_no_line_to_a_note_runs_through_another_note(tempo: str) -> None:
    """Ten did in a quick set that begins with its lift."""
    picture = svg(rehearsed(leg_press(tempo, first=Phase.LIFT)))
    notes = [(*map(float, found[:5]), found[5]) for found in NOTE.findall(picture)]
    assert len(notes) > 20
    for x, top, bottom, *_ in notes:
        for *_, left, y, words in notes:
            if top < y - 3 < bottom - 1:
                text = re.sub("<.*?>", "", words)
                assert not left < x < left + 4 * len(text), text
