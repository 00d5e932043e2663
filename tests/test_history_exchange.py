"""The CSV files of other programs: read whatever they look like, written so that they come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.core.workout import SetKind, Unit, Weight
from voicecoach.history import exchange
from voicecoach.history.exchange import FORMS, Reading, SetRow
from voicecoach.history.exchange.notes import with_extras, without_extras

# --- files, by hand after what the programs write --------------------------------------------

STRONG_COMMA = """\
Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,RPE
2023-01-05 18:31:12,"Legs, heavy",1h 5m,Leg Press,W,60.0,12,0,0,
2023-01-05 18:31:12,"Legs, heavy",1h 5m,Leg Press,1,102.5,10,0,0,8.5
2023-01-05 18:31:12,"Legs, heavy",1h 5m,Leg Press,Rest Timer,0,0,0,90,
2023-01-05 18:31:12,"Legs, heavy",1h 5m,Running,1,0,0,5.0,1500,
"""
STRONG_OLDER = """\
Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,\
Notes,Workout Notes,RPE
2019-10-16 12:04:26 +0000,Legs,45m,Leg Press,1,180,8,,,"left knee, tempo 3121",tired,9
"""
STRONG_6 = """\
"Workout #";"Date";"Workout Name";"Duration (sec)";"Exercise Name";"Set Order";"Weight (kg)";\
"Reps";"RPE";"Distance (meters)";"Seconds";"Notes";"Workout Notes"
"1";"2024-03-28 17:29:42";"Beine";"3480";"Leg Press (Machine)";"1";"82,5";"12";"7,5";"";"0";"";""
"1";"2024-03-28 17:29:42";"Beine";"3480";"Leg Press (Machine)";"Rest Timer";"";"";"";"";"90";"";""
"1";"2024-03-28 17:29:42";"Beine";"3480";"Leg Press (Machine)";"Note";"";"";"";"";"";"seat 4";""
"1";"2024-03-28 17:29:42";"Beine";"3480";"Leg Press (Machine)";"2";"82,5";"11";"";"";"0";\
"slow ""and"" deep; Tempo: 4-1-2-1";""
"""
HEVY = """\
"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes",\
"set_index","set_type","weight_kg","reps","distance_km","duration_seconds","rpe"
"Legs","28 Mar 2024, 17:29","28 Mar 2024, 18:27","a good day",\
"Leg Press (Machine)",,"",0,"warmup",60,12,,,
"Legs","28 Mar 2024, 17:29","28 Mar 2024, 18:27","a good day",\
"Leg Press (Machine)",,"seat 4
left knee",1,"normal",102.5,10,,,8.5
"Legs","28 Mar 2024, 17:29","28 Mar 2024, 18:27","a good day",\
"Leg Press (Machine)",,"",2,"dropset",80,8,,,
"Legs","28 Mar 2024, 17:29","28 Mar 2024, 18:27","a good day","Plank",,"",0,"normal",,,,60,
"""
FITNOTES = """\
Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment
2023-01-05,Leg Press,Legs,175.0,lbs,10,,,,RPE 8; tempo 3-1-2-1
2023-01-05,Leg Press,Legs,80.0,kgs,8,,,,
2023-01-05,Cycling,Cardio,,,,20,km,0:45:00,
"""


def read(text: str, unit: Unit | None = None) -> Reading:
    return exchange.read(text.encode(), unit=unit)


def kg(amount: str) -> Weight:
    return Weight(Decimal(amount), Unit.KG)


def lb(amount: str) -> Weight:
    return Weight(Decimal(amount), Unit.LB)


def test_strongs_comma_form() -> None:
    found = read(STRONG_COMMA, Unit.KG)
    assert not found.faults
    assert (found.form, found.passed_over, found.without_reps) == ("strong", 1, 1)
    legs = SetRow(
        start=datetime(2023, 1, 5, 18, 31, 12),
        exercise="Leg Press",
        reps=10,
        weight=kg("102.5"),
        rpe=Decimal("8.5"),
        workout="Legs, heavy",
        duration=3900,
    )
    warm_up = replace(legs, reps=12, weight=kg("60"), rpe=None, kind=SetKind.WARM_UP)
    assert found.sets == (warm_up, legs)


def test_strongs_older_form_with_notes() -> None:
    (only,) = read(STRONG_OLDER, Unit.LB).sets
    assert only.start == datetime(2019, 10, 16, 12, 4, 26)
    assert only.weight == lb("180")
    assert (only.note, only.tempo, only.workout_note) == ("left knee,", "3-1-2-1", "tired")
    assert only.duration == 45 * 60


def test_strongs_form_with_semicolons_and_decimal_commas_names_its_unit() -> None:
    first, second = (found := read(STRONG_6)).sets
    assert found.passed_over == 2
    assert (first.weight, first.rpe, first.duration) == (kg("82.5"), Decimal("7.5"), 3480)
    assert (second.note, second.tempo) == ('slow "and" deep', "4-1-2-1")


def test_strong_in_pounds_names_its_unit() -> None:
    (first, _) = read(STRONG_6.replace("Weight (kg)", "Weight (lbs)")).sets
    assert first.weight == lb("82.5")


def test_hevy() -> None:
    warm_up, work, drop, plank = (found := read(HEVY)).sets
    assert (found.form, found.without_reps) == ("hevy", 0)
    assert (plank.exercise, plank.reps, plank.held) == ("Plank", 0, 60)
    assert warm_up.kind is SetKind.WARM_UP
    assert work.start == datetime(2024, 3, 28, 17, 29)
    assert (work.weight, work.reps, work.rpe) == (kg("102.5"), 10, Decimal("8.5"))
    assert work.note == "seat 4\nleft knee"
    assert (work.workout, work.workout_note, work.duration) == ("Legs", "a good day", 58 * 60)
    assert drop.kind is SetKind.WORK


def test_hevy_in_pounds() -> None:
    found = read(HEVY.replace("weight_kg", "weight_lbs").replace("distance_km", "distance_miles"))
    assert found.sets[1].weight == lb("102.5")


def test_fitnotes_has_a_unit_in_each_row() -> None:
    first, second = (found := read(FITNOTES)).sets
    assert (found.form, found.without_reps) == ("fitnotes", 1)
    assert (first.weight, first.rpe, first.tempo) == (lb("175"), Decimal(8), "3-1-2-1")
    assert first.note == ""
    assert second.weight == kg("80")
    assert not exchange.has_time(first.start)


FILES = {
    "strong, comma": STRONG_COMMA,
    "strong, older": STRONG_OLDER,
    "strong, 6": STRONG_6,
    "hevy": HEVY,
    "fitnotes": FITNOTES,
}


@pytest.mark.parametrize("name", FILES)
def test_marks_line_ends_and_encodings_make_no_difference(name: str) -> None:
    text = FILES[name]
    right = read(text, Unit.KG)
    assert right.sets
    for data in (
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("\n", "\r\n").encode(),
        text.encode("utf-16"),
        text.rstrip("\n").encode(),
        ("\n" + text.replace("\n", "\n\n")).encode() if '"seat' not in text else text.encode(),
    ):
        found = exchange.read(data, unit=Unit.KG)
        sets = [replace(each, note=each.note.replace("\r\n", "\n")) for each in found.sets]
        assert tuple(sets) == right.sets
        assert not found.faults


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("name", FILES)
def test_any_delimiter_and_any_order_of_columns(name: str, delimiter: str) -> None:
    import csv
    import io

    table = list(csv.reader(io.StringIO(FILES[name]), delimiter=";" if "6" in name else ","))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for row in table:
        writer.writerow([*row[::-1], "a column of its own"])
    assert read(out.getvalue(), Unit.KG).sets == read(FILES[name], Unit.KG).sets


def test_excels_line_with_the_delimiter_is_no_header() -> None:
    bad = STRONG_6.replace('"12"', '"twelve"')
    found = read("sep=;\n" + bad)
    assert len(found.sets) == 1
    assert [fault.line for fault in found.faults] == [3]


def test_umlauts_saved_by_excel_are_read() -> None:
    text = STRONG_6.replace("Beine", "Drücken")
    assert exchange.read(text.encode("cp1252")).sets[0].workout == "Drücken"


# --- what is wrong ----------------------------------------------------------------------------


def test_a_file_without_a_unit_is_asked_about() -> None:
    with pytest.raises(exchange.NoUnit, match="unit"):
        read(STRONG_COMMA)
    with pytest.raises(exchange.NoUnit):
        read(FITNOTES.replace("80.0,kgs", "80.0,"))
    # Where nothing was lifted there is nothing to ask about.
    assert read(STRONG_COMMA.replace("60.0", "0").replace("102.5", "")).sets


@pytest.mark.parametrize(
    ("text", "was", "written", "line", "message"),
    [
        (HEVY, ",60,12,", ",sixty,12,", 2, 'f.csv:2 weight_kg: "sixty" is no number; right'),
        (HEVY, ",60,12,", ",-60,12,", 2, 'f.csv:2 weight_kg: "-60": a weight is 0 or more'),
        (HEVY, ",80,8,", ",80,8.5,", 5, 'f.csv:5 reps: "8.5" is no whole number; right'),
        (HEVY, '"warmup"', '"warm"', 2, 'f.csv:2 set_type: "warm" is no kind of set; right'),
        (HEVY, "10,,,8.5", "10,,,11", 3, 'f.csv:3 rpe: "11" is no RPE; right would be'),
        (STRONG_6, '"2";"82,5"', '"x";"82,5"', 5, 'f.csv:5 Set Order: "x" is no set; right'),
        (STRONG_6, "2024-03-28 ", "28/03/24 ", 2, 'f.csv:2 Date: "28/03/24 17:29:42" is no date'),
        (STRONG_6, '"3480"', '"long"', 2, 'f.csv:2 Duration (sec): "long" is no duration; r'),
        (FITNOTES, "lbs", "stones", 2, 'f.csv:2 Weight Unit: "stones" is no unit; right would'),
        (FITNOTES, "2023-01-05,Leg", "2023-01-32,Leg", 2, 'f.csv:2 Date: "2023-01-32" is no d'),
        (FITNOTES, "Leg Press", "", 2, "f.csv:2 Exercise: the name of the exercise is missing"),
        (FITNOTES, "175.0", "175,5", 2, "f.csv:2: 11 cells under 10 columns; a cell with a comma"),
        (FITNOTES, "175.0", "nan", 2, 'f.csv:2 Weight: "nan" is no number'),
        (FITNOTES, "175.0", "1e9", 2, 'f.csv:2 Weight: "1e9" is no number'),
    ],
)
def test_each_bad_row_is_told_with_its_line(
    text: str, was: str, written: str, line: int, message: str
) -> None:
    good = read(text)
    found = read(text.replace(was, written, 1))
    (fault,) = found.faults
    assert fault.line == line
    assert fault.at("f.csv").startswith(message)
    assert len(found.sets) == len(good.sets) - 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"name,age\nx,3\n", "no program that is known"),
        (b"\x89PNG\0\0\0", "not a text file"),
        (b"\xff\xfex", "not utf-16"),
        (b"Workout Name,Set Order,Date\n", "Exercise Name is missing"),
        (STRONG_6.replace("Weight (kg)", "Weight (stone)").encode(), "right would be kg or lbs"),
        (b'Date,Exercise,Category,Reps\n2023-01-05,"x' + b"y" * 200_000, "quote missing"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(exchange.Unreadable, match=message) as refused:
        exchange.read(data)
    assert "\n" not in refused.value.fault.at("f.csv")


# --- there and back ---------------------------------------------------------------------------

NOTES = st.sampled_from(
    ["", "left knee", "hard, but fine", 'he said "go"', "a; b", "two\nlines", "Ünïcode 🏋", "=1+1"]
)
AMOUNTS = st.decimals(Decimal("0.25"), Decimal(900), places=2)
WEIGHTS = st.builds(Weight, AMOUNTS, st.sampled_from(Unit))
TEMPOS = st.sampled_from(["", "3-1-2-1", "3-0-X-0", "10-1-2-0", "2-0-1.5-0"])
STARTS = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1)).map(
    lambda at: at.replace(microsecond=0)
)
NAMES = st.sampled_from(["Leg Press (Machine)", "Squat, Bulgarian", "Curl"])
RPES = st.none() | st.integers(2, 20).map(lambda half: Decimal(half) / 2)


@pytest.mark.parametrize(
    ("form", "name", "old", "new"),
    [
        ("strong", "strong, comma", "Running,1,0,0,5.0,1500", "Plank,1,0,0,0,45"),
        ("fitnotes", "fitnotes", "Cycling,Cardio,,,,20,km,0:45:00", "Plank,Core,,,0,,,0:00:45"),
    ],
)
def test_a_time_without_reps_and_distance_is_a_hold(
    form: str, name: str, old: str, new: str
) -> None:
    def last(changed: str) -> tuple[int, SetRow]:
        found = read(FILES[name].replace(old, changed), Unit.KG)
        assert (found.form, found.faults) == (form, ())
        return found.without_reps, found.sets[-1]

    without, plank = last(new)
    assert (without, plank.exercise, plank.reps, plank.held) == (0, "Plank", 0, 45)
    # Half an hour of something is no hold, and neither is a distance.
    for longer in (new.replace("45", "1800").replace("0:00:1800", "0:30:00"), old):
        without, other = last(longer)
        assert (without, other.exercise) == (1, "Leg Press")


def _of_a_kind(*, held: int | None, reps: int, tempo: str, **row: Any) -> SetRow:
    """A set of reps, or one that was held: that has neither reps nor their tempo."""
    done = {"reps": reps, "tempo": tempo} if held is None else {"reps": 0}
    return SetRow(held=held, **done, **row)


@st.composite
def logs(draw: st.DrawFn) -> list[SetRow]:
    """Workouts in the order of time, each exercise of one in one piece."""
    rows = []
    for start in sorted(draw(st.sets(STARTS, max_size=3))):
        workout, note = draw(st.sampled_from(["Legs", "Day; 2"])), draw(NOTES)
        length = draw(st.none() | st.integers(0, 9000))
        for exercise in draw(st.lists(NAMES, unique=True, min_size=1)):
            rows += draw(
                st.lists(
                    st.builds(
                        _of_a_kind,
                        held=st.none() | st.integers(1, 600),
                        start=st.just(start),
                        exercise=st.just(exercise),
                        reps=st.integers(1, 60),
                        kind=st.sampled_from(SetKind),
                        weight=st.none() | WEIGHTS,
                        rpe=RPES,
                        tempo=TEMPOS,
                        note=NOTES,
                        workout=st.just(workout),
                        duration=st.just(length),
                        workout_note=st.just(note),
                    ),
                    min_size=1,
                    max_size=4,
                )
            )
    return rows


def minutes(at: datetime) -> datetime:
    return at.replace(second=0)


LOST = {
    "strong": lambda row: row,
    "hevy": lambda row: replace(
        row,
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
        workout="",
        duration=None,
        workout_note="",
    ),
}
"""What each docstring says that its format can't hold."""


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(rows=logs())
def test_what_is_written_comes_back(form: str, rows: list[SetRow]) -> None:
    text = exchange.write(form, rows)
    found = exchange.read(text.encode())
    assert found.form == form
    assert not found.faults
    assert list(found.sets) == [LOST[form](row) for row in rows]
    # Weights are those that were said, to the digit.
    amounts = [str(row.weight) for row in rows]
    assert [str(row.weight) for row in found.sets] == amounts


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(rows=logs(), data=st.data())
def test_junk_in_a_file_is_a_fault_and_never_a_crash(
    form: str, rows: list[SetRow], data: st.DataObject
) -> None:
    text = exchange.write(form, rows).encode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        junk = data.draw(st.binary(max_size=3) | st.sampled_from([b'"', b";", b",", b"\n", b"-"]))
        text = text[:at] + junk + text[at + data.draw(st.integers(0, 3)) :]
    try:
        found = exchange.read(text, unit=Unit.KG)
    except exchange.Unreadable:
        return
    for fault in found.faults:
        assert fault.line > 1
        assert "\n" not in fault.at("f.csv")


@pytest.mark.parametrize(
    ("text", "note", "tempo"),
    [
        ("tempo 3-1-2-1", "", "3-1-2-1"),
        ("Tempo: 3121", "", "3-1-2-1"),
        ("tempo 30X0", "", "3-0-X-0"),
        ("deep. tempo 3-1-2-1, then a pause", "deep.; then a pause", "3-1-2-1"),
        ("tempo 3-1-2-1; tempo 4-1-2-1", "tempo 3-1-2-1", "4-1-2-1"),
        ("uptempo 3121", "uptempo 3121", ""),
        ("tempo 312", "tempo 312", ""),
        ("tempo 31215", "tempo 31215", ""),
        ("tempo 3-1-2-1-5", "tempo 3-1-2-1-5", ""),
        ("a good tempo", "a good tempo", ""),
    ],
)
def test_a_tempo_in_a_note(text: str, note: str, tempo: str) -> None:
    assert without_extras(text) == (note, tempo, None)


@given(note=NOTES, tempo=TEMPOS, said=st.none() | WEIGHTS)
def test_what_goes_into_a_note_comes_back(note: str, tempo: str, said: Weight | None) -> None:
    assert without_extras(with_extras(note, tempo, said)) == (note, tempo, said)
