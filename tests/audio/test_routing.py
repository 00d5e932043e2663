"""Where a stream belongs: what is a fault, and what is the lifter's choice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.audio.routing import Endpoint, Relocation, Routing

EARBUDS = Endpoint("earbuds", "Earbuds", 1)
SPEAKER = Endpoint("speaker", "Loudspeaker", 2)
OTHER = Endpoint("other", "Other", 3)


def names(*places: Endpoint) -> dict[str, Endpoint]:
    return {place.name: place for place in places}


@pytest.fixture(params=[False, True], ids=["the system's choice", "named"])
def home(request: pytest.FixtureRequest) -> Routing:
    home = Routing(request.param)
    assert home.look(EARBUDS, names(EARBUDS, SPEAKER)) is Relocation.FINE
    return home


def test_a_device_that_goes_while_another_stays_is_noticed_once(home: Routing) -> None:
    assert home.look(SPEAKER, names(SPEAKER)) is Relocation.MOVED
    assert home.look(SPEAKER, names(SPEAKER)) is Relocation.FINE


def test_a_stream_is_called_back_when_its_device_returns(home: Routing) -> None:
    home.look(SPEAKER, names(SPEAKER))
    back = Endpoint("earbuds", "Earbuds", 9)
    assert home.look(SPEAKER, names(SPEAKER, back)) is Relocation.CALL_BACK
    assert home.look(back, names(SPEAKER, back)) is Relocation.BACK
    assert home.look(back, names(SPEAKER, back)) is Relocation.FINE


def test_a_device_that_went_and_came_between_two_looks_is_no_choice(home: Routing) -> None:
    back = Endpoint("earbuds", "Earbuds", 9)
    assert home.look(SPEAKER, names(SPEAKER, back)) is Relocation.CALL_BACK


def test_a_stream_that_is_opened_elsewhere_on_purpose_stands_in(home: Routing) -> None:
    home.look(SPEAKER, names(SPEAKER))
    home.leave()
    assert home.look(None, names(SPEAKER)) is Relocation.FINE
    assert home.look(SPEAKER, names(SPEAKER)) is Relocation.STANDING_IN
    assert home.look(SPEAKER, names(SPEAKER)) is Relocation.FINE
    assert home.look(OTHER, names(OTHER)) is Relocation.MOVED


def test_the_system_s_choice_may_change_and_a_named_device_may_not() -> None:
    everything = names(EARBUDS, SPEAKER)
    free, named = Routing(named=False), Routing(named=True)
    for home in (free, named):
        home.look(EARBUDS, everything)
    assert free.look(SPEAKER, everything) is Relocation.CHOSEN
    assert free.look(SPEAKER, everything) is Relocation.FINE
    assert named.look(SPEAKER, everything) is Relocation.CALL_BACK


@given(
    st.booleans(),
    st.lists(st.tuples(st.sets(st.sampled_from([SPEAKER, OTHER])), st.booleans())),
)
def test_whatever_came_and_went_a_stream_ends_on_its_own_device(
    named: bool, others: list[tuple[set[Endpoint], bool]]
) -> None:
    """The server moves a stream when its device goes, and obeys requests to move it."""
    home = Routing(named)
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
            own = Endpoint("earbuds", "Earbuds", serial)
            there["earbuds"] = own
            if not standing:
                on = own
            if home.look(on, there) is Relocation.CALL_BACK:
                on = own
                assert home.look(on, there) in (Relocation.BACK, Relocation.FINE)
            assert on.name == "earbuds"
