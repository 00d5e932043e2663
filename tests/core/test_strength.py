"""Estimates of strength: the published formulas, and what makes no record."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.core.strength import Formula, best, e1rm, records, rough, strength
from voicecoach.core.workout import DoneSet, SetKind, Unit, Weight

WEIGHTS = st.decimals("0.25", "500", places=2)


def done(reps: int, amount: str, unit: Unit = Unit.KG, kind: SetKind = SetKind.WORK) -> DoneSet:
    return DoneSet(kind, reps, Weight(Decimal(amount), unit))


@pytest.mark.parametrize(
    ("formula", "reps", "kg"),
    [
        (Formula.EPLEY, 10, Decimal(100) * 40 / 30),
        (Formula.EPLEY, 5, Decimal(100) * 35 / 30),
        (Formula.BRZYCKI, 10, Decimal(100) * 36 / 27),
        (Formula.BRZYCKI, 5, Decimal(100) * 36 / 32),
        (Formula.BRZYCKI, 37, None),
        (Formula.EPLEY, 0, None),
    ],
)
def test_the_published_formulas(formula: Formula, reps: int, kg: Decimal | None) -> None:
    assert e1rm(Decimal(100), reps, formula) == kg


@given(WEIGHTS, st.sampled_from(Formula))
def test_one_rep_is_the_weight_itself(weight: Decimal, formula: Formula) -> None:
    assert e1rm(weight, 1, formula) == weight


@given(WEIGHTS, st.integers(1, 35), st.sampled_from(Formula))
def test_a_rep_more_is_stronger(weight: Decimal, reps: int, formula: Formula) -> None:
    fewer, more = e1rm(weight, reps, formula), e1rm(weight, reps + 1, formula)
    assert fewer is not None
    assert more is not None
    assert fewer < more


def test_above_twelve_reps_it_is_rough() -> None:
    assert not rough(12)
    assert rough(13)


def test_pounds_are_exact() -> None:
    assert strength(done(1, "175", Unit.LB)) == Decimal("79.37866475")


def test_what_shows_no_strength() -> None:
    assert strength(done(10, "80", kind=SetKind.WARM_UP)) is None
    assert strength(DoneSet(SetKind.WORK, 10)) is None
    assert strength(done(0, "80")) is None
    assert best([done(10, "80", kind=SetKind.WARM_UP)]) is None
    assert best([done(1, "80"), done(1, "90"), done(1, "85")]) == 90


def test_a_record_needs_an_earlier_session() -> None:
    figures = [None, Decimal(80), Decimal(80), Decimal(90), None, Decimal(85), Decimal(91)]
    assert records(figures) == [False, False, False, True, False, False, True]
