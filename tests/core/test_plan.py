"""Tempo notation, and what a rep consists of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.core.pacing import RepClock, capital, half_way
from voicecoach.core.plan import SAMPLE_RATE, Phase, Tempo, samples, seconds


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3-1-2-0", (3, 1, 2, 0)),
        ("3120", (3, 1, 2, 0)),
        (" 3 - 1 - 2 - 0 ", (3, 1, 2, 0)),
        ("30X0", (3, 0, 1, 0)),
        ("3-0-x-1", (3, 0, 1, 1)),
        ("10-2-10-2", (10, 2, 10, 2)),
    ],
)
def test_the_notation(text: str, parts: tuple[int, ...]) -> None:
    tempo = Tempo.parse(text)
    assert tuple(tempo.of(phase) for phase in Phase) == tuple(map(samples, parts))


@pytest.mark.parametrize("text", ["", "3-1-x", "3-1-2", "31200", "0-1-2-0", "3-1-0-0", "a-b-c-d"])
def test_what_is_no_tempo_says_what_would_be(text: str) -> None:
    with pytest.raises(ValueError, match="is not a tempo"):
        Tempo.parse(text)


@given(
    st.text()
    | st.text("0123456789-xX \n٣", max_size=12)
    | st.sampled_from(["9" * 5000, "9-" * 5000, "-".join(["9" * 5000] * 4), "3-1-2-0\n", "\0"])
)
def test_any_text_is_a_tempo_or_one_short_line(text: str) -> None:
    try:
        tempo = Tempo.parse(text)
    except ValueError as error:
        refused = str(error)
    else:
        assert 0 < tempo.rep <= 4 * 99 * SAMPLE_RATE
        return
    assert refused.isprintable()
    assert len(refused) < 200


digits = st.integers(0, 12).map(str)


@given(digits, digits, digits | st.sampled_from("xX"), digits, st.floats(0.0, 3.0))
def test_each_tempo_is_what_the_message_asks_for(
    lower: str, bottom: str, lift: str, top: str, explosive: float
) -> None:
    """Lowering and lifting of at least a second each, or half a second for an X."""
    text = f"{lower}-{bottom}-{lift}-{top}"
    explodes = lift in "xX"
    enough = samples(explosive) >= samples(0.5) if explodes else int(lift) >= 1
    if int(lower) >= 1 and enough:
        lasts = explosive if explodes else int(lift)
        assert Tempo.parse(text, explosive).lift == samples(lasts)
    else:
        with pytest.raises(ValueError, match=r"at least 1 s each, and an X 0\.5 s"):
            Tempo.parse(text, explosive)


def test_a_tempo_is_written_as_it_is_read() -> None:
    assert str(Tempo.parse("3120")) == "3-1-2-0"


@given(st.floats(0, 1e5))
def test_seconds_are_rounded_once(value: float) -> None:
    assert abs(seconds(samples(value)) - value) <= 0.5 / SAMPLE_RATE + 1e-6


tempos = st.builds(
    Tempo,
    *(st.integers(least, 6).map(lambda s: s * SAMPLE_RATE) for least in (1, 0, 1, 0)),
)

explosive_tempos = st.builds(
    replace, tempos, lift=st.floats(0.5, 1.0).map(lambda lasts: samples(lasts))
)


@given(tempos | explosive_tempos, st.integers(-4 * SAMPLE_RATE, 4 * SAMPLE_RATE))
def test_faster_lengthens_no_phase_and_slower_shortens_none(tempo: Tempo, by: int) -> None:
    changed = tempo.stretched(by)
    for phase in Phase:
        before, after = tempo.of(phase), changed.of(phase)
        assert (after - before) * by >= 0
        assert after >= min(before, SAMPLE_RATE)
    assert (changed.bottom, changed.top) == (tempo.bottom, tempo.top)


@given(tempos, st.sampled_from([Phase.LOWER, Phase.LIFT]), st.integers(0, 10**9))
def test_a_rep_is_its_phases_in_order(tempo: Tempo, first: Phase, start: int) -> None:
    clock = RepClock.at(1, start, tempo, first)
    assert clock.order[0] is first
    assert clock.end - clock.start == tempo.rep
    for phase, at in clock.phases():
        assert clock.phase_at(at) is phase
        assert clock.span(phase)[1] - at == tempo.of(phase)


@given(tempos, tempos, st.data())
def test_retiming_keeps_the_past_and_never_goes_back(
    before: Tempo, after: Tempo, data: st.DataObject
) -> None:
    clock = RepClock.at(1, 0, before, Phase.LOWER)
    now = data.draw(st.integers(0, clock.end - 1))
    retimed = clock.retimed(now, after)
    running = clock.phase_at(now)
    index = clock.order.index(running)
    assert retimed.starts[: index + 1] == clock.starts[: index + 1]
    assert retimed.starts[index + 1] >= now
    assert list(retimed.starts) == sorted(retimed.starts)


def test_half_way_is_when_half_is_done() -> None:
    assert [half_way(n) for n in (6, 7, 12)] == [3, 4, 6]


def test_sentences_begin_with_a_capital() -> None:
    assert capital("one done. two to go") == "One done. Two to go"
