"""The CSV files of other programs: read in any form, written so that they come back."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.exchanged_sets import LOST, NOTES, logs
from tests.support.sample_files import FITNOTES, HEVY, STRONG_6, STRONG_COMMA, STRONG_OLDER
from voicecoach.core.workout import SetKind, Unit, Weight
from voicecoach.history import exchange
from voicecoach.history.exchange import FORMS, ImportedFile, Mark, RowFault, SetRow
from voicecoach.history.exchange.months import month_of
from voicecoach.history.exchange.notes import join, split, tempo_in
from voicecoach.history.exchange.numerals import NoNumberError, Numerals


def read(text: str, unit: Unit | None = None) -> ImportedFile:
    return exchange.read(text.encode(), unit=unit)


def lines(faults: Iterable[RowFault]) -> list[int]:
    return [each.line for each in faults]


def kg(amount: str) -> Weight:
    return Weight(Decimal(amount), Unit.KG)


def lb(amount: str) -> Weight:
    return Weight(Decimal(amount), Unit.LB)


def test_strongs_comma_form() -> None:
    found = read(STRONG_COMMA, Unit.KG)
    assert not found.faults
    assert (found.form, lines(found.rests), lines(found.without_reps)) == ("strong", [4], [5])
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
    assert (only.note, only.tempo, only.workout_note) == (
        "left knee, tempo 3121",
        "3-1-2-1",
        "tired",
    )
    assert only.duration == 45 * 60


def test_strongs_form_with_semicolons_and_decimal_commas_names_its_unit() -> None:
    first, second = (found := read(STRONG_6)).sets
    assert lines(found.rests) == [3]
    assert first.exercise_note == second.exercise_note == "seat 4"
    assert (first.weight, first.rpe, first.duration) == (kg("82.5"), Decimal("7.5"), 3480)
    assert (second.note, second.tempo) == ('slow "and" deep; Tempo: 4-1-2-1', "4-1-2-1")


def test_strong_in_pounds_names_its_unit() -> None:
    (first, _) = read(STRONG_6.replace("Weight (kg)", "Weight (lbs)")).sets
    assert first.weight == lb("82.5")


def test_hevy() -> None:
    warm_up, work, drop, plank = (found := read(HEVY)).sets
    assert (found.form, found.without_reps) == ("hevy", ())
    assert (plank.exercise, plank.reps, plank.held) == ("Plank", 0, 60)
    assert warm_up.kind is SetKind.WARM_UP
    assert work.start == datetime(2024, 3, 28, 17, 29)
    assert (work.weight, work.reps, work.rpe) == (kg("102.5"), 10, Decimal("8.5"))
    assert work.note == "seat 4\nleft knee"
    assert (work.workout, work.workout_note, work.duration) == ("Legs", "a good day", 58 * 60)
    assert (drop.kind, drop.mark) == (SetKind.WORK, Mark.DROP)


def test_hevy_in_pounds() -> None:
    found = read(HEVY.replace("weight_kg", "weight_lbs").replace("distance_km", "distance_miles"))
    assert found.sets[1].weight == lb("102.5")


def test_fitnotes_has_a_unit_in_each_row() -> None:
    first, second = (found := read(FITNOTES)).sets
    assert (found.form, lines(found.without_reps)) == ("fitnotes", [4])
    assert (first.weight, first.rpe, first.tempo) == (lb("175"), Decimal(8), "3-1-2-1")
    assert (first.note, first.category) == ("RPE 8; tempo 3-1-2-1", "Legs")
    assert second.weight == kg("80")
    assert not first.timed


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
    with pytest.raises(exchange.NoUnitError, match="unit"):
        read(STRONG_COMMA)
    with pytest.raises(exchange.NoUnitError):
        read(FITNOTES.replace("80.0,kgs", "80.0,"))
    # If nothing was lifted there is nothing to ask about.
    assert read(STRONG_COMMA.replace("60.0", "0").replace("102.5", "")).sets


@pytest.mark.parametrize(
    ("text", "was", "written", "line", "message"),
    [
        (HEVY, ",60,12,", ",sixty,12,", 2, 'f.csv:2 weight_kg: "sixty" is not a number; expected'),
        (HEVY, ",80,8,", ",80,8.5,", 5, 'f.csv:5 reps: "8.5" is not a whole number; expected'),
        (HEVY, '"warmup"', '"warm"', 2, 'f.csv:2 set_type: "warm" is not a kind of set; expected'),
        (HEVY, "10,,,8.5", "10,,,11", 3, 'f.csv:3 rpe: "11" is not an RPE; expected '),
        (STRONG_6, '"2";"82,5"', '"x";"82,5"', 5, 'f.csv:5 Set Order: "x" is not a set; expected'),
        (STRONG_6, "2024-03-28 ", "28/03/24 ", 2, 'f.csv:2 Date: "28/03/24 17:29:42" is not'),
        (STRONG_6, '"3480"', '"long"', 2, 'f.csv:2 Duration (sec): "long" is not a duration; e'),
        (FITNOTES, "lbs", "stones", 2, 'f.csv:2 Weight Unit: "stones" is not a unit; expected'),
        (FITNOTES, "2023-01-05,Leg", "2023-01-32,Leg", 2, 'f.csv:2 Date: "2023-01-32" is not'),
        (FITNOTES, "Leg Press", "", 2, "f.csv:2 Exercise: the name of the exercise is missing"),
        (FITNOTES, "175.0", "175,5", 2, "f.csv:2: 11 cells under 10 columns; a cell with a comma"),
        (FITNOTES, "175.0", "nan", 2, 'f.csv:2 Weight: "nan" is not a number'),
        (FITNOTES, "175.0", "1e9", 2, 'f.csv:2 Weight: "1e9" is not a number'),
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
        (b"name,age\nx,3\n", "no known program"),
        (b"\x89PNG\0\0\0", "this is a picture"),
        (b"\xff\xfex", "not utf-16"),
        (b"Workout Name,Set Order,Date\n", "Exercise Name is missing"),
        (STRONG_6.replace("Weight (kg)", "Weight (stone)").encode(), "expected kg or lbs"),
        (b"Date,Exercise,Category,Reps\n2023-01-05,Squat,Legs,8\n", "the weights are missing"),
        (FITNOTES.replace("Time", "Reps").encode(), 'the column "reps" appears more than once'),
        (("Drücken\n" + FITNOTES).encode() + b"\xfc", "not UTF-8, unlike the rest"),
        (b"," * (exchange.LARGEST + 1), "larger than 32 MB"),
        (FITNOTES.encode() + b"\n" * 1_000_001, "more than 1000000 lines"),
        (FITNOTES.encode() + b"x\n" * 200_001, "more than 200000 rows"),
        (b'"Date,Exercise,Category,Weight,Reps"\n', "the whole line is in quotes"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(exchange.UnreadableError, match=message) as refused:
        exchange.read(data)
    assert "\n" not in refused.value.fault.at("f.csv")


# --- units and numbers ------------------------------------------------------------------------


def test_each_row_may_name_its_unit() -> None:
    rows = (
        "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;"
        "Distance Unit;Seconds;Notes;Workout Notes;Workout Duration\n"
        '2024-02-05 18:00:00;"Legs";"Squat";1;225;lbs;5;;;;0;"";"";45m\n'
        '2024-02-05 18:00:00;"Legs";"Squat";2;100;kg;5;;;;0;"";"";45m\n'
    )
    first, second = read(rows).sets
    assert (first.weight, second.weight, first.duration) == (lb("225"), kg("100"), 2700)
    # A given unit applies to rows without one.
    found = read(rows, Unit.KG)
    assert [each.weight for each in found.sets] == [lb("225"), kg("100")]
    assert found.unit_unused
    # A file without a weight names no unit: it was told that it does.
    bare = read(rows.replace("225;lbs", ";").replace("100;kg", ";"), Unit.KG)
    assert [each.weight for each in bare.sets] == [None, None]
    assert not bare.unit_unused
    with pytest.raises(exchange.NoUnitError):
        read(rows.replace("225;lbs", "225;"))


@pytest.mark.parametrize(
    ("heading", "weight"),
    [
        ("kg", kg("70.5")),
        ("lbs", lb("70.5")),
        ("Weight (lbs)", lb("70.5")),
        ("weight_kg", kg("70.5")),
        ("Weight kgs", kg("70.5")),
    ],
)
def test_a_column_may_name_the_unit(heading: str, weight: Weight) -> None:
    text = (
        f"Date,Workout Name,Exercise Name,Set Order,{heading},Reps,km,Seconds,Notes\n"
        "2017-03-06 19:00:00,Legs,Squat,1,70.5,5,0.0,0,\n"
    )
    assert [each.weight for each in read(text).sets] == [weight]


@pytest.mark.parametrize(
    ("kilos", "pounds", "weight"),
    [
        ("100", "220.46", kg("100")),
        ("102.06", "225", lb("225")),
        ("100", "220.5", kg("100")),
        ("", "225", lb("225")),
        ("100", "", kg("100")),
        ("100", "0", kg("100")),
        ("0.0", "0.0", None),
        ("100", "225", 'lbs): "225 lb is another weight than 100 kg'),
        ("100", "100", "another weight"),
        ("100 lbs", "", "its unit is kg here and lbs there"),
        ("100 stones", "", "is not a number"),
    ],
)
def test_of_two_columns_of_weights_the_one_that_was_lifted_counts(
    kilos: str, pounds: str, weight: Weight | str | None
) -> None:
    found = read(
        "Date,Exercise,Category,Weight (kg),Weight (lbs),Reps,Distance,Distance Unit,Time,Notes,"
        f"Kind\n2024-02-05,Squat,Legs,{kilos},{pounds},5,,,,,\n"
    )
    if isinstance(weight, str):
        (fault,) = found.faults
        assert weight.rpartition('"')[2] in fault.at("f.csv")
        assert fault.line == 2
    else:
        assert [each.weight for each in found.sets] == [weight]


def test_a_weight_may_have_its_unit_in_its_cell() -> None:
    rows = STRONG_COMMA.replace("60.0", "60 kg").replace("102.5", "225lbs")
    assert [each.weight for each in read(rows).sets] == [kg("60"), lb("225")]


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("80", "", "80"),
        ("-20", "", "-20"),
        ("\u221220.5", "", "-20.5"),
        ("82.5", "", "82.5"),
        ("82,5", "", "82.5"),
        ("1,000", ".", "1000"),
        ("1,000", ",", "1.000"),
        ("1,000", "", None),
        ("1,000", "?", None),
        ("1.000", "", "1.000"),
        ("1.000", ",", "1000"),
        ("1.000", "?", None),
        ("0,125", "", "0.125"),
        ("102.058", "", "102.058"),
        ("1,000.5", "", "1000.5"),
        ("1.000,5", "", "1000.5"),
        ("1 000,5", "", "1000.5"),
        ("1'000", "", "1000"),
        ("1,000,000", "", "1000000"),
        ("1.00.5", "", None),
        ("10,00,000", "", None),
        ("1e3", "", None),
        ("1_000", "", None),
        ("8 0", "", None),
        ("\u0668\u0660", "", None),
        ("", "", None),
        (".", "", None),
        ("5.", "", None),
        ("9" * 5000, "", None),
        ("0." + "1" * 5000, "", None),
    ],
)
def test_numbers_as_they_are_written_somewhere(text: str, mark: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(NoNumberError):
            Numerals(mark).number(text)
    else:
        assert str(Numerals(mark).number(text)) == value


@given(
    value=st.decimals(Decimal("0.1"), Decimal(9999), places=1),
    others=st.lists(st.decimals(Decimal("0.1"), Decimal(9999), places=1), min_size=1),
    grouped=st.booleans(),
    mark=st.sampled_from(".,"),
)
def test_thousands_are_never_taken_for_decimals(
    value: Decimal, others: list[Decimal], grouped: bool, mark: str
) -> None:
    def written(each: Decimal) -> str:
        text = f"{each:,.1f}" if grouped else f"{each:.1f}"
        return text if mark == "." else text.translate(str.maketrans(",.", ".,"))

    whole = f"{int(value):,}" if grouped else str(int(value))
    if mark == ",":
        whole = whole.replace(",", ".")
    table = [{"weight": written(each)} for each in others]
    numerals = Numerals.of([*table, {"weight": whole}])
    assert numerals.number(written(value)) == value
    assert numerals.number(whole) == int(value)


def test_a_number_that_can_be_two_is_a_fault() -> None:
    alone = STRONG_COMMA.replace("60.0", '"1,000"').replace("102.5", "100").replace("8.5", "8")
    found = read(alone.replace("5.0", "5"), Unit.LB)
    assert [fault.at("f.csv") for fault in found.faults] == [
        'f.csv:2 Weight: "1,000" is 1000 or 1.000, and the other numbers of the file don\'t tell '
        "which; expected 1000 or 1.0"
    ]
    quarter = read(alone.replace("5.0", "5").replace("1,000", "1,250"), Unit.LB)
    assert quarter.faults[0].at("f.csv").endswith("expected 1250 or 1.25")
    # Reps have no decimals, so their comma decides.
    told = alone.replace("5.0", "5") + '2023-01-06 18:31:12,"L",1h,Jumps,1,0,"1,500",0,0,\n'
    assert [(each.weight, each.reps) for each in read(told, Unit.LB).sets][::2] == [
        (lb("1000"), 12),
        (None, 1500),
    ]


def test_what_a_band_takes_off_is_no_weight() -> None:
    found = read(FITNOTES.replace("80.0", "-20.0"))
    assert found.sets[1].weight is None
    assert found.sets[1].assisted == kg("20.0")


# --- dates ------------------------------------------------------------------------------------

LANGUAGES = [
    *["en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "tr", "ru", "ja", "ko", "zh"]
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_are_known_as_unicode_has_them(language: str) -> None:
    babel = pytest.importorskip("babel")
    months = babel.Locale.parse(language).months
    names = {
        (number, name)
        for context in ("format", "stand-alone")
        for width in ("abbreviated", "wide")
        for number, name in months[context][width].items()
    }
    assert len(names) >= 12
    for number, name in names:
        for written in (name, name.rstrip("."), name.upper(), name.capitalize()):
            assert month_of(written.rstrip(".")) == number, written


@pytest.mark.parametrize("name", ["jui", "Ju", "", "Foo", "13月", "0月", "Mayonnaise", "lis"])
def test_what_is_no_month_or_two_is_none(name: str) -> None:
    assert month_of(name) is None


@pytest.mark.parametrize(
    "written",
    [
        "14 Abr 2025, 07:05",
        "14 abr. 2025, 07:05",
        "14 de abr. de 2025, 07:05",
        "14 avr. 2025, 07:05",
        "14. Apr. 2025, 07:05",
        "14 апр. 2025, 07:05",
        "14 Nis 2025, 07:05",
        "14 4월 2025, 07:05",
        "2025年4月14日 07:05",
        "2025년 4월 14일 07:05",
        "Apr 14, 2025, 7:05 AM",
        "2025-04-14T07:05:00",
        "2025-04-14 07:05:00 +0000",
    ],
)
def test_hevys_times_in_the_phones_language(written: str) -> None:
    text = HEVY.replace("28 Mar 2024, 17:29", written).replace("28 Mar 2024, 18:27", "")
    assert {each.start for each in read(text).sets} == {datetime(2025, 4, 14, 7, 5)}


@pytest.mark.parametrize("year", ["0001", "1949", "2101", "9999"])
def test_nobody_trained_in_another_age(year: str) -> None:
    for text in (STRONG_6, HEVY, FITNOTES):
        found = read(text.replace("2024", year).replace("2023", year))
        assert not found.sets
        assert all("from 1950 to 2100" in fault.message for fault in found.faults)


def test_a_workout_at_midnight_has_a_time() -> None:
    found = read(STRONG_6.replace("17:29:42", "00:00:00"))
    assert all(each.timed for each in found.sets)
    assert not any(each.timed for each in read(STRONG_6.replace(" 17:29:42", "")).sets)


# --- quotes and lines -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "note", "message"),
    [
        ('5" box', '5" box', ""),
        ('"5"" box"', '5" box', ""),
        ('"a ""b"""', 'a "b"', ""),
        ('"tight" squeeze', "", "a quote in the middle of a cell"),
        ('"he said "go" now"', "", "a quote in the middle of a cell"),
        ('"never closed', "", "a quote is opened and not closed"),
        ("good, easy", "good, easy", ""),
        ("good,easy", "", "13 cells under 12 columns"),
    ],
)
def test_a_stray_quote_or_comma_is_a_fault_or_read_right(
    cell: str, note: str, message: str
) -> None:
    text = STRONG_OLDER.replace('"left knee, tempo 3121"', cell)
    after = "2019-10-17 12:04:26 +0000,Legs,45m,Leg Press,1,190,8,,,,,\n"
    found = read(text + after, Unit.LB)
    assert [fault.line for fault in found.faults] == ([2] if message else [])
    assert all(message in fault.message for fault in found.faults)
    # Whatever is wrong with a row, the next one is read.
    assert found.sets[-1].weight == lb("190")
    assert [each.note for each in found.sets[:-1]] == ([note] if not message else [])


def test_a_quote_that_swallows_rows_is_a_fault() -> None:
    row = "2024-02-0{},Legs,1h,Squat,1,100,5,0,0,{},,\n"
    text = STRONG_OLDER.partition("\n")[0] + "\n" + row.format(1, '"oops') + row.format(2, "")
    found = read(text + row.format(3, 'ok"') + row.format(4, ""), Unit.KG)
    assert [fault.line for fault in found.faults] == [2]
    assert [each.start.day for each in found.sets] == [2, 3, 4]


def test_lines_that_are_in_quotes_as_a_whole_are_named() -> None:
    header, _, rest = STRONG_COMMA.partition("\n")
    row = '"' + rest.splitlines()[0].replace('"', '""') + '"'
    with pytest.raises(exchange.UnreadableError, match="the whole line is in quotes"):
        read(f"{header}\n{row}\n", Unit.KG)


def test_a_comma_in_a_name_without_quotes() -> None:
    found = read(
        "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time\n"
        "2024-07-02,Row (One Arm, Bench),Back,20.0,kgs,8,,,\n"
        "2024-07-02,Leg Press,Legs,91.0,kgs,7,,,\n"
    )
    first, second = found.sets
    assert (first.exercise, first.category, first.weight) == (
        "Row (One Arm, Bench)",
        "Back",
        kg("20.0"),
    )
    assert second.weight == kg("91.0")


# --- what is left out -------------------------------------------------------------------------


def test_what_is_left_out_is_named_with_its_row() -> None:
    text = STRONG_COMMA.replace("102.5,10,0,0", "102.5,10,20,0").replace("RPE", "RPE,Mood", 1)
    rows = [line + (",good" if "102.5" in line else "") for line in text.splitlines()]
    found = read("\n".join(rows), Unit.KG)
    assert [each.at("f.csv") for each in found.rests] == ["f.csv:4: a rest timer"]
    assert [each.at("f.csv") for each in found.without_reps] == [
        'f.csv:5: "Running" is a distance, without repetitions'
    ]
    assert [each.at("f.csv") for each in found.left_out] == [
        'f.csv:3 Distance: "20" is left out; the set is imported',
        'f.csv:3 Mood: unknown column, left out: "good", in 1 row',
    ]


def test_faults_that_are_the_same_are_one_line() -> None:
    text = FITNOTES.replace("175.0", "x").replace("80.0", "x")
    assert exchange.together(read(text).faults, "f.csv") == [
        'f.csv:2 Weight: "x" is not a number; expected 80 or 82.5; so are lines 3'
    ]


# --- there and back ---------------------------------------------------------------------------


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
        return len(found.without_reps), found.sets[-1]

    without, plank = last(new)
    assert (without, plank.exercise, plank.reps, plank.held) == (0, "Plank", 0, 45)
    # Half an hour of something is no hold, and neither is a distance.
    for longer in (new.replace("45", "1800").replace("0:00:1800", "0:30:00"), old):
        without, other = last(longer)
        assert (without, other.exercise) == (1, "Leg Press")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(rows=logs())
def test_what_is_written_comes_back(form: str, rows: list[SetRow]) -> None:
    text = exchange.write(form, rows)
    found = exchange.read(text.encode())
    assert found.form == form
    assert not found.faults
    assert list(found.sets) == [LOST[form](row) for row in rows]
    assert found.rests == found.without_reps == found.left_out == ()
    # Weights come back to the digit.
    amounts = [repr(row.weight or row.assisted) for row in rows]
    assert [repr(row.weight or row.assisted) for row in found.sets] == amounts
    # No cell is a formula.
    delimiter = ";" if form == "strong" else ","
    header, *table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in table:
        for column, cell in zip(header, row, strict=True):
            assert "weight" in column.casefold() or not re.match(r"\s*[=+@-]|[\t\r\n]", cell)


HEAD = b"Date,Workout Name,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,RPE\n"
ROW = b"2026-01-05 10:00:00,Legs,Squat,1,80,5,0,0,,\n"

HOSTILE = {
    "a first line of commas": (b"," * 30_000_000, "a line of 30000000 characters"),
    "one word": (b"a" * 30_000_000, "a line of 30000000 characters"),
    "a cell of 200,000": (b"a" * 200_000 + b"\n", "a cell of more than 100000 characters"),
    "many columns": (b",".join(b"c%d" % n for n in range(9000)), "9000 columns; expected the n"),
    "a row of commas": (HEAD + b"," * 30_000_000, "a line of 30000000 characters"),
    "larger than allowed": (b"a\n" * (17 << 20), "larger than 32 MB"),
    "line ends alone": (b"\n" * 30_000_000, "more than 1000000 lines"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "this is a picture; expected"),
    "a spreadsheet": (b"PK\x03\x04" + bytes(range(1, 256)), "this is a spreadsheet or a zip file"),
    "a PDF": (b"%PDF-1.4\n%\xe2\xe3\n", "this is a PDF; expected the CSV"),
    "any bytes": (bytes(range(1, 256)) * 9, "not a text file; expected the CSV file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_table_is_refused_soon(name: str) -> None:
    data, message = HOSTILE[name]
    before = time.process_time()
    with pytest.raises(exchange.UnreadableError, match=re.escape(message)) as refused:
        exchange.read(data, unit=Unit.KG)
    assert time.process_time() - before < 5
    assert len(refused.value.fault.at("f.csv")) < 300


@pytest.mark.parametrize(
    "rows",
    [
        ROW.replace(b"80", b"8" * 90_000) * 20,
        ROW.replace(b"80", b"8 " * 40_000) * 20,
        ROW.replace(b",,\n", b',"' + b"tempo " * 1500 + b'",\n') * 100,
        ROW.replace(b"Squat", b"(" * 190) * 500,
        b'"\n' * 5000,
    ],
)
def test_cells_without_end_are_read_or_refused_soon(rows: bytes) -> None:
    before = time.process_time()
    found = exchange.read(HEAD + rows, unit=Unit.KG)
    assert time.process_time() - before < 5
    assert all(len(fault.at("f.csv")) < 300 for fault in found.faults)


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
    except exchange.UnreadableError:
        return
    for fault in found.faults:
        assert fault.line > 1
        assert "\n" not in fault.at("f.csv")


@pytest.mark.parametrize(
    ("text", "tempo"),
    [
        ("tempo 3-1-2-1", "3-1-2-1"),
        ("Tempo: 3121", "3-1-2-1"),
        ("tempo 30X0", "3-0-X-0"),
        ("deep. tempo 3-1-2-1, then a pause", "3-1-2-1"),
        ("tempo 3-1-2-1; tempo 4-1-2-1", "4-1-2-1"),
        ("uptempo 3121", ""),
        ("tempo 312", ""),
        ("tempo 31215", ""),
        ("tempo 3-1-2-1-5", ""),
        ("a good tempo", ""),
    ],
)
def test_a_tempo_in_a_note(text: str, tempo: str) -> None:
    assert tempo_in(text) == tempo


VALUES = st.sampled_from(["", "3-1-2-1", "to failure", "80 kg", "none"]) | st.text(max_size=10)


@given(note=NOTES, items=st.dictionaries(st.sampled_from(["tempo", "as", "set"]), VALUES))
def test_what_goes_behind_a_note_comes_back(note: str, items: dict[str, str]) -> None:
    assert split(join(note, items)) == (note, items)


@given(text=NOTES)
def test_a_note_that_somebody_wrote_is_kept_to_the_letter(text: str) -> None:
    """Unless we wrote it ourselves."""
    written, _ = split(text)
    assert written == text or (text.rstrip().endswith("]") and "[voicecoach:" in text)
