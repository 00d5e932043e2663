"""What can be loaded: nearest really is nearest, the plates add up, and none is used twice."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from voicecoach.core.loading import Loading, Rack
from voicecoach.core.warm_up import LEAST_JUMP, ramp
from voicecoach.core.workout import SetKind, Unit, WarmUp, Weight

D = Decimal


def kg(amount: str | int | Decimal) -> Weight:
    return Weight(D(amount), Unit.KG)


def side(loading: Loading, weight: Weight) -> list[float] | None:
    """The plates on each side, as plain numbers."""
    found = loading.side(weight)
    return None if found is None else list(map(float, found))


def lb(amount: str | int) -> Weight:
    return Weight(D(amount), Unit.LB)


USUAL = tuple((D(each), 8) for each in ("20", "15", "10", "5", "2.5", "1.25"))
BAR = Loading(((Unit.KG, Rack(D(20), USUAL)),))

plates = st.lists(
    st.sampled_from([D(each) for each in ("25", "20", "15", "12.5", "10", "5", "2.5", "1.25")]),
    min_size=1,
    max_size=4,
    unique=True,
).flatmap(
    lambda sizes: st.tuples(
        *(st.tuples(st.just(size), st.integers(1, 3)) for size in sorted(sizes, reverse=True))
    )
)
bars = st.sampled_from([D(0), D(10), D(15), D(20), D("47.5")])
amounts = st.integers(1, 2000).map(lambda n: D(n) / 4)


def brute_force(rack: Rack) -> set[Decimal]:
    """Every weight that can be loaded, by trying all."""
    pairs = (range(count + 1) for _, count in rack.plates)
    sides = (
        sum((n * plate for n, (plate, _) in zip(counts, rack.plates, strict=True)), D(0))
        for counts in product(*pairs)
    )
    return {rack.empty + 2 * side for side in sides if rack.empty + side}


@given(bars, plates, amounts)
def test_the_nearest_is_as_near_as_any(
    empty: Decimal, there: tuple[tuple[Decimal, int], ...], amount: Decimal
) -> None:
    rack = Rack(empty, there)
    loading = Loading(((Unit.KG, rack),))
    found = loading.nearest(kg(amount)).amount
    all_ = brute_force(rack)
    least = min(abs(each - amount) for each in all_)
    assert found == min(each for each in all_ if abs(each - amount) == least)
    assert loading.fits(kg(found))


@given(bars, plates, amounts)
def test_the_next_weights_are_next(
    empty: Decimal, there: tuple[tuple[Decimal, int], ...], amount: Decimal
) -> None:
    rack = Rack(empty, there)
    loading, all_ = Loading(((Unit.KG, rack),)), brute_force(rack)
    below, above = loading.below(kg(amount)), loading.above(kg(amount))
    assert (below.amount if below else None) == max((a for a in all_ if a < amount), default=None)
    assert (above.amount if above else None) == min((a for a in all_ if a > amount), default=None)


@given(bars, plates, amounts)
def test_the_plates_add_up_and_there_are_so_many(
    empty: Decimal, there: tuple[tuple[Decimal, int], ...], amount: Decimal
) -> None:
    rack = Rack(empty, there)
    loading = Loading(((Unit.KG, rack),))
    found = loading.nearest(kg(amount))
    on = loading.side(found)
    assert on is not None
    assert rack.empty + 2 * sum(on) == found.amount
    assert list(on) == sorted(on, reverse=True)
    count = dict(there)
    assert all(n <= count[plate] for plate, n in Counter(on).items())


@given(st.sampled_from([D(0), D(20)]), st.sampled_from([D("0.5"), D(2), D("2.5")]), amounts)
def test_steps_are_rounded_like_plates(empty: Decimal, step: Decimal, amount: Decimal) -> None:
    loading = Loading(((Unit.KG, Rack(empty, step=step)),))
    least = empty or step
    all_ = [least + n * step for n in range(1100)]
    found = loading.nearest(kg(amount)).amount
    assert found == min(all_, key=lambda each: (abs(each - amount), each))
    below, above = loading.below(kg(amount)), loading.above(kg(amount))
    assert (below.amount if below else None) == max((a for a in all_ if a < amount), default=None)
    assert above is not None
    assert above.amount == min(a for a in all_ if a > amount)


def test_eighty_is_a_twenty_and_a_ten() -> None:
    assert side(BAR, kg(80)) == [20, 10]
    assert side(BAR, kg(20)) == []
    assert BAR.side(kg(81)) is None
    assert BAR.nearest(kg(81)) == kg(80)
    assert BAR.nearest(kg("81.25")) == kg(80)
    assert BAR.nearest(kg(5)) == kg(20)


def test_few_plates_are_better_than_many() -> None:
    rack = Rack(D(20), ((D(25), 1), (D(15), 2), (D(10), 2), (D(5), 2)))
    assert side(Loading(((Unit.KG, rack),)), kg(80)) == [25, 5]
    assert side(Loading(((Unit.KG, rack),)), kg(100)) == [25, 15]


def test_units_are_never_mixed() -> None:
    assert BAR.nearest(lb(123)) == lb(123)
    assert BAR.below(lb(123)) is None
    assert BAR.side(lb(135)) is None
    both = Loading((*BAR.racks, (Unit.LB, Rack(D(45), ((D(45), 4), (D(25), 1))))))
    assert side(both, lb(135)) == [45]
    assert both.with_plates(1, True, Unit.LB) == lb(185)
    assert both.with_plates(1, True, Unit.KG) == kg(70)
    assert both.with_plates(2, False, Unit.LB) == lb(225)


def test_a_stack_has_holes() -> None:
    stack = Loading(((Unit.KG, Rack(stack=tuple(map(D, range(5, 105, 5))))),))
    assert stack.at_pin(8, Unit.KG) == kg(40)
    assert stack.at_pin(8, Unit.LB) == kg(40)
    assert stack.at_pin(21, Unit.KG) is None
    assert stack.pin(kg(40)) == 8
    assert stack.nearest(kg(42)) == kg(40)
    assert stack.below(kg(5)) is None


# --- warm-ups --------------------------------------------------------------------------------

RULE = WarmUp()


@given(
    st.one_of(st.none(), st.tuples(bars, plates)),
    amounts,
    st.lists(st.integers(0, 95), min_size=1, max_size=8, unique=True).map(sorted),
)
def test_a_ramp_goes_up_to_less_than_the_work_weight_in_weights_that_can_be_loaded(
    bar: tuple[Decimal, tuple[tuple[Decimal, int], ...]] | None,
    amount: Decimal,
    percents: list[int],
) -> None:
    loading = Loading(((Unit.KG, Rack(*bar)),)) if bar is not None else None
    work = loading.nearest(kg(amount)) if loading is not None else kg(amount)
    rule = WarmUp(tuple((each, 5) for each in percents))
    sets = ramp(rule, work, loading)
    weights = [each.weight for each in sets]
    assert all(each.kind is SetKind.WARM_UP and each.toward == work for each in sets)
    steps = [each.amount for each in weights if each is not None]
    assert len(steps) == len(sets) <= len(percents)
    assert all(b - a >= LEAST_JUMP * work.amount for a, b in pairwise(steps))
    assert all(0 < each <= (1 - LEAST_JUMP) * work.amount for each in steps)
    if loading is not None:
        assert all(each is not None and loading.fits(each) for each in weights)


def test_the_ramp_to_eighty() -> None:
    sets = ramp(RULE, kg(80), BAR)
    assert [(each.weight, each.reps) for each in sets] == [
        (kg(20), 5),
        (kg("32.5"), 5),
        (kg("47.5"), 3),
        (kg("65"), 2),
    ]


def test_a_light_weight_needs_fewer_steps_and_the_empty_bar_none() -> None:
    assert [each.weight for each in ramp(RULE, kg(40), BAR)] == [kg(20), kg(25), kg("32.5")]
    assert [each.weight for each in ramp(RULE, kg(25), BAR)] == [kg(20)]
    assert ramp(RULE, kg(20), BAR) == ()


def test_the_rest_of_a_ramp_is_heavier_than_what_is_done() -> None:
    assert [each.weight for each in ramp(RULE, kg(80), BAR, kg("32.5"))] == [kg("47.5"), kg(65)]


def test_without_a_bar_there_is_no_set_without_weight() -> None:
    assert [each.weight for each in ramp(RULE, kg(80))] == [kg("32.5"), kg("47.5"), kg(65)]
