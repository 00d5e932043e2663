"""Where a stream belongs: what is a fault, and what a lifter's choice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.audio.routing import Finding, Home, Place

EARBUDS = Place("earbuds", "Earbuds", 1)
SPEAKER = Place("speaker", "Loudspeaker", 2)
OTHER = Place("other", "Other", 3)


def names(*places: Place) -> dict[str, Place]:
    return {place.name: place for place in places}


@pytest.fixture(params=[False, True], ids=["the system's choice", "named"])
def home(request: pytest.FixtureRequest) -> Home:
    home = Home(request.param)
    assert home.look(EARBUDS, names(EARBUDS, SPEAKER)) is Finding.FINE
    return home


def test_a_device_that_goes_while_another_stays_is_noticed_once(home: Home) -> None:
    assert home.look(SPEAKER, names(SPEAKER)) is Finding.MOVED
    assert home.look(SPEAKER, names(SPEAKER)) is Finding.FINE


def test_a_stream_is_called_back_when_its_device_returns(home: Home) -> None:
    home.look(SPEAKER, names(SPEAKER))
    back = Place("earbuds", "Earbuds", 9)
    assert home.look(SPEAKER, names(SPEAKER, back)) is Finding.CALL_BACK
    assert home.look(back, names(SPEAKER, back)) is Finding.BACK
    assert home.look(back, names(SPEAKER, back)) is Finding.FINE


def test_a_device_that_went_and_came_between_two_looks_is_no_choice(home: Home) -> None:
    back = Place("earbuds", "Earbuds", 9)
    assert home.look(SPEAKER, names(SPEAKER, back)) is Finding.CALL_BACK


def test_a_stream_that_is_opened_elsewhere_on_purpose_stands_in(home: Home) -> None:
    home.look(SPEAKER, names(SPEAKER))
    home.leave()
    assert home.look(None, names(SPEAKER)) is Finding.FINE
    assert home.look(SPEAKER, names(SPEAKER)) is Finding.STANDING_IN
    assert home.look(SPEAKER, names(SPEAKER)) is Finding.FINE
    assert home.look(OTHER, names(OTHER)) is Finding.MOVED


def test_the_system_s_choice_may_change_and_a_named_device_may_not() -> None:
    everything = names(EARBUDS, SPEAKER)
    free, named = Home(named=False), Home(named=True)
    for home in (free, named):
        home.look(EARBUDS, everything)
    assert free.look(SPEAKER, everything) is Finding.CHOSEN
    assert free.look(SPEAKER, everything) is Finding.FINE
    assert named.look(SPEAKER, everything) is Finding.CALL_BACK


@given(
    st.booleans(),
    st.lists(st.tuples(st.sets(st.sampled_from([SPEAKER, OTHER])), st.booleans())),
)
def test_whatever_came_and_went_a_stream_ends_on_its_own_device(
    named: bool, others: list[tuple[set[Place], bool]]
) -> None:
    """The server moves a stream when its device goes, and does as it is told."""
    home = Home(named)
    home.look(EARBUDS, names(EARBUDS))
    on = EARBUDS
    serial = 10
    for standing, returns in others:
        there = names(*standing)
        if there:
            on = next(iter(there.values())) if on.name not in there else on
            home.look(on, there)
        serial += 1
        if returns:
            own = Place("earbuds", "Earbuds", serial)
            there["earbuds"] = own
            if not standing:
                on = own
            if home.look(on, there) is Finding.CALL_BACK:
                on = own
                assert home.look(on, there) in (Finding.BACK, Finding.FINE)
            assert on.name == "earbuds"
