"""Supersets in the log: kept set by set, carried on after a kill, exported with their number."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.example_workouts import PAIRED
from tests.support.log_records import MORNING
from tests.support.session_driver import leg_curl, leg_press, run_session
from voicecoach.cli.log import _remarks
from voicecoach.core.events import SetOver, State
from voicecoach.core.plan import samples
from voicecoach.core.workout import Circuit, Interrupted, SetBegan, Station, Visit
from voicecoach.history.circuits import circuit_of, texts_of
from voicecoach.history.exchange import read, write
from voicecoach.history.exchange.merge import preview, rows_of
from voicecoach.history.exchange.names import Called
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log
from voicecoach.history.values import DAMAGE
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.trace import fields

PRESS, CURL = leg_press("2-0-1-0", reps=3), leg_curl()
SUPERSET = "superset leg press and leg curl two rounds of eight"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite3"


def train(visit: Visit, first: str = "", carry_on: bool = False, sets: int = 4) -> list[Record]:
    """So many sets, each as soon as it can be; the words come at any time in which they fit."""
    words = [(3.0, first)] if first else []
    words += [(3.0, "carry on")] if carry_on else []
    for second in range(8, 8 + 90 * sets, 3):
        words.append((float(second), ("start set", "ready", "locked")[second // 3 % 3]))
    heard = run_session(
        words, 90.0 * sets, exercise=PRESS, offered=(PRESS, CURL), visit=visit
    ).records
    return [*heard]


def until_set(records: list[Record], sets: int) -> list[Record]:
    """What was written when the program was killed, in the rest after so many sets."""
    kept: list[Record] = []
    for record in records:
        sets -= isinstance(record, SetOver)
        kept.append(record)
        if sets == 0 and getattr(record, "to", None) is State.RACKING:
            break
    return kept


def keep(path: Path, records: list[Record], hours: float = 0) -> None:
    journal = Journal(path, MORNING + timedelta(hours=hours))
    journal.feed(records, 0)
    journal.close()


def broken_off(path: Path) -> Interrupted:
    journal = Journal(path, MORNING + timedelta(hours=0.2))
    broken = journal.interrupted
    journal.close()
    assert broken is not None
    return broken


@pytest.mark.parametrize(("plan", "first"), [(PAIRED, ""), (None, SUPERSET)])
@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_after_a_kill_it_goes_on_at_the_right_station_in_the_right_round(
    path: Path, plan: object, first: str, killed_after: int
) -> None:
    """Whether a file or the lifter's words began it."""
    visit = Visit(PAIRED if plan else None)
    whole = [each for each in train(visit, first) if isinstance(each, SetBegan)]
    told = [(each.exercise, each.number, each.round, each.planned.reps) for each in whole[:4]]
    assert [name for name, *_ in told] == ["leg-press", "leg-curl"] * 2
    keep(path, until_set(train(visit, first), killed_after))
    broken = broken_off(path)
    assert broken.circuit == whole[0].circuit
    assert broken.round == told[killed_after - 1][2]
    again = Visit(interrupted=broken, broken=PAIRED if plan else None)
    after = [each for each in train(again, carry_on=True) if isinstance(each, SetBegan)]
    left = told[killed_after:]
    assert [(e.exercise, e.number, e.round, e.planned.reps) for e in after[: len(left)]] == left


def test_log_trace_and_csv_tell_which_sets_belong_together(path: Path) -> None:
    records = train(Visit(PAIRED))
    keep(path, records)
    began = [fields(each) for each in records if isinstance(each, SetBegan)]
    assert [(each.get("superset"), each.get("round")) for each in began[:4]] == [
        (1, 1),
        (1, 1),
        (1, 2),
        (1, 2),
    ]
    with Log(path) as log:
        workouts = log.workouts()
    ((*sets,),) = (each.sets for each in workouts)
    assert [next(_remarks(each)) for each in sets[:4]] == [
        *["superset 1, round 1"] * 2,
        *["superset 1, round 2"] * 2,
    ]
    rows = rows_of(workouts, {})
    hevy = [*csv.DictReader(io.StringIO(write("hevy", rows)))]
    assert {each["superset_id"] for each in hevy[:4]} == {"1"}
    for form in ("hevy", "strong", "fitnotes"):
        found = read(write(form, rows).encode(), form)
        assert [each.superset for each in found.sets[:4]] == ["1"] * 4
        again = preview(found, workouts, Called({}, {}))
        assert not again.workouts  # it is all there already


def test_sets_alone_have_no_superset(path: Path) -> None:
    keep(path, train(Visit(), "leg press", sets=2))
    with Log(path) as log:
        (one, *_) = log.sets()
    assert one.extra == {}
    assert "superset" not in " ".join(_remarks(one))


circuits = st.builds(
    Circuit,
    st.integers(1, 9),
    st.lists(
        st.builds(Station, st.text("ab -é", min_size=1), st.integers(0, 100)),
        min_size=2,
        max_size=5,
        unique_by=lambda each: each.exercise,
    ).map(tuple),
    st.integers(1, 20),
    st.integers(5, 600).map(samples),
    st.none() | st.integers(0, 1800).map(samples),
)


@given(circuits, st.integers(1, 20))
def test_what_is_written_of_a_circuit_is_read_again(circuit: Circuit, round: int) -> None:
    if round <= circuit.rounds:
        assert circuit_of(texts_of(circuit, round)) == (circuit, round)
    assert circuit_of(texts_of(None, 0)) == (None, 0)


@given(st.dictionaries(st.sampled_from([*texts_of(PAIRED.circuits[0], 1)]), st.text()))
def test_nonsense_in_a_row_is_no_superset(junk: dict[str, str]) -> None:
    extra = {**texts_of(PAIRED.circuits[0], 1), **junk}
    try:
        circuit, round = circuit_of(extra)
    except DAMAGE:
        return
    assert circuit is not None
    assert 1 <= round <= circuit.rounds
