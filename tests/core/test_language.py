"""Numbers and quantities in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.session_driver import leg_press
from voicecoach.core.language import Language, Quantity
from voicecoach.core.pacing import filled, fixed_texts, numbered_texts
from voicecoach.core.plan import Wording

SPANISH = Language(
    numbers=("cero", "uno", "dos", "tres"),
    units={
        "reps": Quantity("{n} repeticiones", "una repetición"),
        "kilos": Quantity("{n} kilos", "{n} kilo", "{n} kilos y medio", ("cero", "un")),
        "effort": Quantity("esfuerzo {n}"),
        "pounds": Quantity(
            *("{n} libras", "una libra", "{n} libras y media"),
            one_half="una libra y media",
            only_half="media libra",
        ),
    },
    tempo={},
    half="{n} y medio",
    counts=("", "una", "dos más"),
)


@pytest.mark.parametrize(
    ("unit", "amount", "said"),
    [
        ("reps", 2, "dos repeticiones"),
        ("reps", 1, "una repetición"),
        ("reps", 80, "80 repeticiones"),
        ("kilos", 1, "un kilo"),
        ("kilos", Decimal("1.0"), "un kilo"),
        ("kilos", Decimal("1.5"), "un kilos y medio"),
        ("kilos", Decimal("2.5"), "2 kilos y medio"),
        ("kilos", Decimal("2.25"), "2.25 kilos"),
        ("pounds", Decimal("0.5"), "media libra"),
        ("pounds", Decimal("1.5"), "una libra y media"),
        ("pounds", Decimal("2.5"), "dos libras y media"),
        ("effort", Decimal("2.5"), "esfuerzo dos y medio"),
    ],
)
def test_so_much_of_something(unit: str, amount: Decimal | int, said: str) -> None:
    assert SPANISH.quantity(unit, amount) == said


def test_a_number_takes_a_unit_in_a_text() -> None:
    wording = Wording(("{left:reps}, {left}",))
    assert filled(wording, 0, left=SPANISH.number(1)) == ("Una repetición, uno",)
    assert filled(wording, 0, left=SPANISH.number(3)) == ("Tres repeticiones, tres",)


def test_a_unit_of_another_language_leaves_the_number() -> None:
    """A line that fell back to another language must still be said."""
    assert f"{SPANISH.number(2):Wiederholungen}" == "dos"


def test_what_is_counted_aloud_may_have_words_of_its_own() -> None:
    assert [SPANISH.counted(n) for n in (1, 2, 80)] == ["una", "dos más", "80"]
    script = leg_press(reps=2, language=SPANISH)
    assert {"Una.", "Dos más.", "dos más"} <= set(fixed_texts(script, 2))


def test_texts_with_a_unit_are_rendered_beforehand_like_all_others() -> None:
    lines = dict(leg_press().lines, half_way=Wording(("Noch {left:reps}.",)))
    texts = numbered_texts(leg_press(language=SPANISH, lines=lines), 2)
    assert {"Noch una repetición.", "Noch dos repeticiones."} <= set(texts)
