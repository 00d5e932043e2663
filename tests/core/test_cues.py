"""The scheduler by itself: random requests, and the invariants of one line of speech."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.core.cues import (
    LATENESS,
    CueScheduler,
    Ended,
    MeasuredWording,
    Outcome,
    Started,
    TimedRequest,
)
from voicecoach.core.events import CueRequest, Placement
from voicecoach.core.plan import CueClass, samples


def offer(
    key: str,
    kind: CueClass,
    at: float,
    lengths: tuple[float, ...] = (1.0,),
    *,
    until: float = 1e3,
    place: Placement = Placement.GAP,
    prefer: float = 0.0,
    beat: float = 0.0,
    **more: bool,
) -> TimedRequest:
    texts = tuple(f"{key} {n}" for n in range(len(lengths)))
    want = CueRequest(
        key,
        key,
        kind,
        texts,
        samples(at),
        samples(until),
        place,
        samples(prefer),
        **more,
    )
    spoken = (
        MeasuredWording(t, samples(s), samples(beat)) for t, s in zip(texts, lengths, strict=True)
    )
    return TimedRequest(want, tuple(spoken))


def beat(key: str, at: float, length: float = 0.3, kind: CueClass = CueClass.PHASE) -> TimedRequest:
    return offer(key, kind, at, (length,), place=Placement.BEAT)


def run(cues: CueScheduler, to: float = 1e3) -> dict[str, Ended]:
    return {e.want.key: e for e in cues.advance(samples(to)) if isinstance(e, Ended)}


def test_a_beat_is_on_its_sample() -> None:
    cues = CueScheduler()
    cues.say([offer("six", CueClass.COUNT, 5.0, (0.4,), place=Placement.BEAT, beat=0.1)])
    assert run(cues)["six"].at == samples(4.9)


def test_a_form_cue_takes_the_place_of_counts_but_not_of_a_phase() -> None:
    cues = CueScheduler()
    tick = offer("two", CueClass.COUNT, 1.0, (0.3,), place=Placement.BEAT, yields=True)
    cues.pace([beat("down", 0.0), tick, beat("hold", 3.0)], samples(4))
    cues.say([offer("form", CueClass.FORM, 0.0, (2.0,), until=3.0)])
    ended = run(cues)
    assert ended["two"].outcome is Outcome.DROPPED
    assert "form" in ended["two"].reason
    assert ended["form"].at < samples(1)
    assert ended["hold"].at == samples(3)


def test_the_shorter_wording_where_the_longer_has_no_room() -> None:
    cues = CueScheduler()
    cues.pace([beat("down", 0.0), beat("hold", 2.0)], samples(3))
    cues.say([offer("form", CueClass.FORM, 0.0, (2.5, 1.0), until=2.0)])
    assert run(cues)["form"].text == "form 1"


def test_form_without_room_is_dropped_and_says_so() -> None:
    cues = CueScheduler()
    cues.pace([beat("down", 0.0), beat("up", 1.0), beat("down2", 2.0)], samples(3))
    cues.say([offer("form", CueClass.FORM, 0.0, (1.5,), until=2.0)])
    ended = run(cues)["form"]
    assert (ended.outcome, ended.reason) == (Outcome.DROPPED, "no room")


def test_safety_without_room_displaces_what_costs_least() -> None:
    cues = CueScheduler()
    count = beat("one", 1.0, kind=CueClass.COUNT)
    cues.pace([beat("down", 0.0, 0.9), count, beat("up", 1.5, 0.9)], samples(2.5))
    cues.say([offer("knees", CueClass.SAFETY, 0.0, (0.5,), until=2.5)])
    ended = run(cues)
    assert ended["knees"].outcome is Outcome.PLAYED
    assert ended["one"].outcome is Outcome.DROPPED
    assert "knees" in ended["one"].reason


def test_a_late_beat_is_dropped_and_a_slightly_late_one_is_said() -> None:
    for late, outcome in ((0.1, Outcome.PLAYED), (0.2, Outcome.DROPPED)):
        cues = CueScheduler()
        cues.say([offer("answer", CueClass.PROMPT, 0.0, (1.0,))])
        cues.advance(samples(0.5))
        cues.say([beat("down", 1.0 - late + 0.04)])
        assert run(cues)["down"].outcome is outcome


def test_what_ends_by_itself_leaves_an_alarm_that_waits() -> None:
    """The microphone goes away while the last number of a set sounds."""
    cues = CueScheduler()
    cues.say([offer("twelve", CueClass.SAFETY, 0.0, (1.0,)), offer("form", CueClass.FORM, 0.0)])
    assert run(cues, 0.5) == {}
    cues.say([offer("deaf", CueClass.SAFETY, 0.5, (0.9,), until=2.4, urgent=True)])
    assert [e.want.key for e in cues.hush("the set is complete", cut=False)] == ["form"]
    cues.say([offer("ended", CueClass.SAFETY, 0.5)])
    ended = run(cues)
    assert [each.outcome for each in ended.values()] == [Outcome.PLAYED] * 3
    assert list(ended) == ["twelve", "deaf", "ended"]


def test_hush_cuts_within_twenty_ms_and_leaves_nothing() -> None:
    cues = CueScheduler()
    cues.say([offer("a", CueClass.PROMPT, 0.0, (3.0,)), offer("b", CueClass.SAFETY, 0.0)])
    cues.advance(samples(1))
    ended = {e.want.key: e for e in cues.hush("stop")}
    assert ended["a"].outcome is Outcome.CUT
    assert ended["a"].end <= samples(1.02)
    assert ended["b"].outcome is Outcome.DROPPED
    assert cues.idle


def test_what_an_alarm_cut_is_said_again() -> None:
    cues = CueScheduler()
    cues.say([offer("question", CueClass.PROMPT, 0.0, (4.0,))])
    cues.advance(samples(1))
    cues.say([offer("deaf", CueClass.SAFETY, 1.0, (1.0,), until=2.9, urgent=True)])
    ended = run(cues)
    assert ended["deaf"].at < samples(1.1)
    assert ended["question"].outcome is Outcome.CUT
    assert ended["question+"].outcome is Outcome.PLAYED


@pytest.mark.parametrize(("begun", "outcome"), [(0.3, Outcome.PLAYED), (0.05, Outcome.CUT)])
def test_an_alarm_waits_for_the_end_of_a_reminder_that_is_nearly_over(
    begun: float, outcome: Outcome
) -> None:
    """It doesn't wait for one that would keep it from beginning in time."""
    cues = CueScheduler()
    length = 1.4
    cues.say([offer("head", CueClass.SAFETY, 0.0, (length,))])
    cues.advance(samples(begun))
    cues.say([offer("deaf", CueClass.SAFETY, begun, (1.6,), until=begun + 1.9, urgent=True)])
    ended = run(cues)
    assert ended["head"].outcome is outcome
    assert ended["deaf"].at <= samples(begun + 1.2)


kinds = st.sampled_from(
    [CueClass.SAFETY, CueClass.PROMPT, CueClass.FORM, CueClass.ENCOURAGEMENT, CueClass.COUNT]
)
lengths = st.lists(st.floats(0.1, 2.0), min_size=1, max_size=2).map(
    lambda each: tuple(sorted(each, reverse=True))
)


@st.composite
def asked(draw: st.DrawFn) -> list[tuple[float, TimedRequest]]:
    """Offers and the second at which each is asked for."""
    found = []
    for n in range(draw(st.integers(1, 12))):
        when = draw(st.floats(0, 20))
        if draw(st.booleans()):
            each = offer(
                f"beat{n}",
                draw(st.sampled_from([CueClass.PHASE, CueClass.BREATH, CueClass.COUNT])),
                when + draw(st.floats(0.2, 5)),
                draw(lengths),
                place=draw(st.sampled_from([Placement.BEAT, Placement.END])),
                yields=draw(st.booleans()),
            )
        else:
            each = offer(
                f"gap{n}",
                draw(kinds),
                when,
                draw(lengths),
                until=when + draw(st.floats(1, 8)),
                prefer=when + draw(st.floats(0, 4)),
            )
        found.append((when, each))
    return sorted(found, key=lambda pair: pair[0])


@settings(max_examples=300, deadline=None)
@given(asked(), st.booleans())
def test_never_two_at_once_and_each_want_ends_once(
    offers: list[tuple[float, TimedRequest]], paced: bool
) -> None:
    cues = CueScheduler()
    events: list[Started | Ended] = []
    for when, each in offers:
        events += cues.advance(samples(when))
        events += cues.pace([each], samples(when + 6)) if paced else []
        cues.say([each])
    events += cues.advance(samples(1e4))
    assert cues.idle
    ends = [event for event in events if isinstance(event, Ended)]
    assert Counter(e.want.key for e in ends) == Counter(each.want.key for _, each in offers)
    sounded = sorted((e.at, e.end) for e in ends if e.outcome is Outcome.PLAYED)
    assert all(first[1] <= second[0] for first, second in pairwise(sounded))
    for end in ends:
        if end.want.kind is CueClass.SAFETY and end.want.place is Placement.GAP:
            assert end.outcome is Outcome.PLAYED
        if end.outcome is Outcome.PLAYED and end.want.place is Placement.BEAT:
            late = end.at - end.want.at
            assert 0 <= late <= (0 if end.want.yields else LATENESS)


@settings(max_examples=100, deadline=None)
@given(asked(), st.lists(st.floats(0, 25), max_size=20))
def test_looking_more_often_changes_nothing(
    offers: list[tuple[float, TimedRequest]], looks: list[float]
) -> None:
    def outcome(extra: list[float]) -> list[Started | Ended]:
        cues = CueScheduler()
        events: list[Started | Ended] = []
        moments = sorted(
            [(w, 1, o) for w, o in offers] + [(w, 0, None) for w in extra], key=lambda m: m[:2]
        )
        for when, _, each in moments:
            events += cues.advance(samples(when))
            if each is not None:
                cues.say([each])
        return events + cues.advance(samples(1e4))

    assert outcome([]) == outcome(looks)
