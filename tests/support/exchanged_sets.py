"""Sets as they go to other programs and come back: random ones, what each program's format can't
hold of them, and a workout of the coach's own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from voicecoach.core.workout import SetKind, Unit, Weight
from voicecoach.history.exchange import Mark, SetRow
from voicecoach.history.logged import LoggedSet, LoggedWorkout, TempoChange

OURS = st.sampled_from(
    [
        *("", "[voicecoach:]", "[voicecoach: tempo 3-1-2-1]", "[voicecoach: set]", "["),
        *("deep [voicecoach: as 80 kg]", '[voicecoach: exercise "a', "tempo 3111, slow", "RPE 8"),
        *(
            "warm-up",
            "my warm-up",
            "belt on, same as 80 kg last week",
            "'=1",
            "''-x",
            "\tx",
            "none",
        ),
        *("left knee", "hard, but fine", 'he said "go"', "a; b", "two\nlines", "Ünïcode 🏋", "=1+1"),
        *(
            "-5 next time",
            "@SUM(1)",
            "+x",
            "\r\n",
            " space ",
            "felt good\n",
            "as 5 kg",
            '"',
            "]",
            "none",
        ),
    ]
)

NOTES = OURS | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20
)
"""What people write, and what the coach appends."""

AMOUNTS = st.decimals(Decimal("0.25"), Decimal(900), places=2)

WEIGHTS = st.builds(Weight, AMOUNTS, st.sampled_from(Unit))

TEMPOS = st.sampled_from(["", "3-1-2-1", "3-0-X-0", "10-1-2-0", "2-0-1.5-0"])

STARTS = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1)).map(
    lambda at: at.replace(microsecond=0)
)

NAMES = st.sampled_from(
    ["Leg Press (Machine)", "Squat, Bulgarian", "Curl", "=1+1", "'@x", "-", "Row (One Arm, Bench)"]
)

RPES = st.none() | st.integers(2, 20).map(lambda half: Decimal(half) / 2)


def minutes(at: datetime) -> datetime:
    return at.replace(second=0)


def a_row(
    *,
    held: int | None,
    reps: int,
    tempo: str,
    kind: SetKind | Mark,
    weight: Weight | None,
    lifted: bool,
    **row: Any,
) -> SetRow:
    """A set of reps, or a hold, which has neither reps nor their tempo. Only work sets have a mark,
    and assistance is no weight."""
    return SetRow(
        held=held,
        reps=reps if held is None else 0,
        tempo=tempo if held is None else "",
        kind=kind if isinstance(kind, SetKind) else SetKind.WORK,
        mark=kind if isinstance(kind, Mark) else None,
        weight=weight if lifted else None,
        assisted=None if lifted else weight,
        **row,
    )


@st.composite
def logs(draw: st.DrawFn) -> list[SetRow]:
    """Workouts in order of time, each exercise of one in one piece."""
    rows = []
    starts = draw(st.lists(STARTS, max_size=3, unique_by=minutes))
    for start in sorted(starts):
        workout, note = draw(st.sampled_from(["Legs", "Day; 2"])), draw(NOTES)
        length = draw(st.none() | st.integers(0, 9000))
        for exercise in draw(st.lists(NAMES, unique=True, min_size=1)):
            # The same exercise may come twice in a row, with a note for each.
            about = st.just(draw(NOTES)) if draw(st.booleans()) else NOTES
            superset = draw(st.sampled_from(["", "0", "12"]))
            sets = draw(
                st.lists(
                    st.builds(
                        a_row,
                        held=st.none() | st.integers(1, 600),
                        start=st.just(start),
                        exercise=st.just(exercise),
                        reps=st.integers(1, 60),
                        kind=st.sampled_from([SetKind.WORK, SetKind.WARM_UP, *Mark]),
                        weight=st.none() | WEIGHTS,
                        lifted=st.booleans(),
                        rpe=RPES,
                        tempo=TEMPOS,
                        note=NOTES,
                        workout=st.just(workout),
                        duration=st.just(length),
                        workout_note=st.just(note),
                        exercise_note=about,
                        superset=st.just(superset),
                        rest_pauses=st.integers(0, 2),
                        category=st.sampled_from(["", "Legs", "=1"]),
                    ),
                    min_size=1,
                    max_size=4,
                )
            )
            # Often a set is the same as one before it.
            rows += [*sets, *draw(st.lists(st.sampled_from(sets), max_size=2))]
    return rows


LOST = {
    "strong": lambda row: replace(row, category=""),
    "hevy": lambda row: replace(
        row,
        category="",
        start=minutes(row.start),
        duration=None
        if row.duration is None
        else round(
            (
                minutes(row.start + timedelta(seconds=row.duration)) - minutes(row.start)
            ).total_seconds()
        ),
    ),
    "fitnotes": lambda row: replace(
        row,
        start=row.start.replace(hour=0, minute=0, second=0),
        timed=False,
        workout="",
        duration=None,
        workout_note="",
    ),
}
"""What each format can't hold, according to its docstring."""

MORNING = datetime(2024, 3, 28, 7, 30, 12)
"""When `OWN` began."""

OWN = LoggedWorkout(
    MORNING.astimezone(),
    (
        LoggedSet(
            "leg-press",
            MORNING.astimezone() + timedelta(minutes=2),
            12,
            Weight(Decimal("82.5"), Unit.KG),
            notes=("left knee",),
            planned_tempo="3-1-2-1",
            tempo="4-1-3-1",
            tempos=(TempoChange(20.0, "4-1-3-1"),),
            tension=90.0,
            rpe=Decimal("8.5"),
        ),
        LoggedSet("leg-press", MORNING.astimezone() + timedelta(minutes=5), 0, number=2),
        LoggedSet("leg-press", MORNING.astimezone() + timedelta(minutes=9), 10, number=3),
    ),
    plan="legs",
    lasted=900.4,
)
"""A workout that the coach logged itself. The second of its sets has no rep."""
