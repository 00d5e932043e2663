"""The report's figures, its page, and the page in a real browser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.core.workout import SetKind, Unit, Weight
from voicecoach.history import report
from voicecoach.history.account import Kept
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log
from voicecoach.history.logged import LoggedSet, LoggedWorkout, Moment
from voicecoach.history.report import charts
from voicecoach.history.report.figures import MOST, Per, Training, trainings
from voicecoach.history.report.moments import BadTrace, Timeline, from_trace, stretches
from voicecoach.trace import TraceFile

from . import browser
from .journalled import as_work
from .stage import BEGIN, perform

FIRST = datetime(2026, 1, 5, 18, 0).astimezone()  # a Monday


def done(
    day: int,
    *sets: tuple[str, int] | LoggedSet,
    exercise: str = "leg-press",
    unit: Unit = Unit.KG,
) -> LoggedWorkout:
    """A workout `day` days after the first, of sets given as weight and reps."""
    began = FIRST + timedelta(days=day)
    made = [
        each
        if isinstance(each, LoggedSet)
        else LoggedSet(
            exercise,
            began + timedelta(minutes=3 * nth),
            each[1],
            Weight(Decimal(each[0]), unit),
            number=nth + 1,
            key=f"{day}|{exercise}|{nth}",
        )
        for nth, each in enumerate(sets)
    ]
    return LoggedWorkout(began, tuple(made), ended="over", source="test", key=f"{day}|{exercise}")


def of(*workouts: LoggedWorkout) -> Training:
    (only,) = trainings([list(map(as_work, each.sets)) for each in workouts])
    return only


def test_a_record_is_better_than_every_workout_before() -> None:
    training = of(done(0, ("100", 1)), done(2, ("90", 1)), done(4, ("90", 5), ("101", 1)))
    assert [point.record for point in training.points] == [False, False, True]
    assert [point.e1rm for point in training.points] == [100, 90, 105]
    assert [point.heaviest for point in training.points] == [100, 90, 101]
    assert training.records == 1
    assert training.best is training.points[2]


def test_warm_ups_count_for_no_record_no_volume_and_no_tension() -> None:
    warm_up = LoggedSet(
        "leg-press",
        FIRST,
        12,
        Weight(Decimal(200), Unit.KG),
        SetKind.WARM_UP,
        tension=99.0,
        rest=30.0,
    )
    training = of(done(0, ("100", 10)), done(3, warm_up, ("100", 10)))
    assert training.records == 0
    assert [week.volume for week in training.weeks] == [2000]
    assert training.points[1].tension.done is None
    assert training.points[1].rest.done == 30
    assert training.sets == 3


def test_pounds_and_kilograms_are_drawn_in_the_unit_of_most_sets() -> None:
    metric = done(0, ("100", 1))
    imperial = done(7, ("200", 1), ("200", 1), unit=Unit.LB)
    training = of(metric, imperial)
    assert training.unit is Unit.LB
    first, second = training.points
    assert first.heaviest == pytest.approx(220.462, abs=1e-3)
    assert first.e1rm == pytest.approx(220.462, abs=1e-3)
    assert second.heaviest == 200


def test_a_week_begins_on_monday() -> None:
    training = of(done(0, ("10", 10)), done(6, ("10", 10)), done(7, ("10", 5)))
    assert [(week.day, week.volume) for week in training.weeks] == [
        (date(2026, 1, 5), 200),
        (date(2026, 1, 12), 50),
    ]


def test_a_month_has_what_was_lifted_on_its_own_days() -> None:
    training = of(*(done(day, ("10", 10)) for day in range(MOST * 8)))
    assert training.weeks_per is Per.MONTH
    assert [week.volume for week in training.weeks[:4]] == [2700, 2800, 3100, 3000]


def test_sets_in_which_nothing_was_done_are_not_drawn() -> None:
    assert trainings([[as_work(LoggedSet("leg-press", FIRST, 0))]]) == []


@settings(max_examples=25, deadline=None)
@given(
    days=st.lists(st.integers(0, 4000), min_size=1, max_size=60, unique=True).map(sorted),
    many=st.booleans(),
)
def test_however_many_workouts_a_chart_stays_readable_and_nothing_is_lost(
    days: list[int], many: bool
) -> None:
    if many:
        days = list(range(days[0], days[0] + 700))
    weights = [str(50 + (day * 37) % 50) for day in days]
    training = of(*(done(day, (w, 5)) for day, w in zip(days, weights, strict=True)))
    assert len(training.points) <= MOST
    assert (training.per is Per.WORKOUT) == (len(days) <= MOST)
    assert sum(point.sets for point in training.points) == len(days)
    assert max(point.heaviest or 0 for point in training.points) == max(map(float, weights))
    assert sum(week.volume for week in training.weeks) == sum(5 * float(w) for w in weights)


def test_a_chart_says_what_its_table_says() -> None:
    timed = [
        LoggedSet(
            "leg-press",
            FIRST,
            10,
            tension=70.0,
            planned_tension=60.0,
            rest=120.0,
            planned_rest=90.0,
        )
        for _ in range(2)
    ]
    tempo = charts.tension(of(done(0, *timed)))
    rest = charts.rest(of(done(0, *timed)))
    assert tempo is not None
    assert rest is not None
    assert tempo.summary.endswith("on average 10 seconds longer than planned.")
    assert tempo.readings == ("2026-01-05: 70 s done, 60 s planned",)
    assert tempo.rows == (("2026-01-05", "70", "60", "2"),)
    assert rest.rows == (("2026-01-05", "120", "90", "2"),)
    # Where nothing is known there is no empty chart.
    assert charts.tension(of(done(0, ("100", 10)))) is None
    assert charts.strength(of(done(0, LoggedSet("leg-press", FIRST, 10)))) is None


# --- a set --------------------------------------------------------------------------------------

TRACE = """\
{"t": 0.0, "type": "state", "to": "gate"}
{"t": 0.5, "type": "cue", "id": "gate", "class": "prompt", "text": "Catches set?", "end": 2.0, \
"outcome": "played", "reason": ""}
{"t": 3.0, "type": "heard", "said": 2.5, "end": 2.9, "text": "ready", "command": "ready", \
"slots": {}, "confidence": 0.9, "accepted": true, "reason": ""}
{"t": 3.0, "type": "state", "to": "countdown"}
{"t": 3.0, "type": "set began", "exercise": "leg-press", "number": 1, "tempo": "3-1-2-1"}
{"t": 6.0, "type": "state", "to": "rep"}
{"t": 6.0, "type": "phase", "rep": 1, "phase": "lower"}
{"t": 6.0, "type": "cue", "id": "lower", "class": "breath", "text": "Down.", "end": 6.4, \
"outcome": "played", "reason": ""}
{"t": 6.1, "type": "cue", "id": "count", "class": "count", "text": "two", "end": 6.1, \
"outcome": "dropped", "reason": "no room"}
{"t": 9.0, "type": "phase", "rep": 1, "phase": "lift"}
{"t": 9.5, "type": "heard", "said": 9.2, "end": 9.4, "text": "stop", "command": null, \
"slots": {}, "confidence": 0.2, "accepted": false, "reason": "not sure"}
{"t": 11.0, "type": "state", "to": "racking"}
{"t": 11.0, "type": "set", "reps": 1, "target": 1, "tempo": "3-1-2-1", "under_tension_s": 5.0, \
"ended_by": "target"}
"""


def test_a_trace_becomes_the_timeline_of_its_sets(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(TRACE)
    (one,) = from_trace(path)
    assert one.title == "set.jsonl: leg-press, set 1"
    chart = charts.timeline(one)
    assert chart.rows == (
        ("-3.00", "pacing", "gate", ""),
        ("-2.50", "coach", "Catches set?", ""),
        ("0.00", "lifter", "ready", ""),
        ("0.00", "pacing", "countdown", ""),
        ("3.00", "coach", "Down.", ""),
        ("3.00", "pacing", "lower", ""),
        ("3.10", "coach", "two", "dropped: no room"),
        ("6.00", "pacing", "lift", ""),
        ("6.50", "lifter", "stop", "refused: not sure"),
    )


def test_the_log_and_the_trace_tell_the_same_of_a_set(tmp_path: Path) -> None:
    words = [
        *BEGIN,
        (25.0, "slower"),
        (40.0, "what does this work"),
        (45.0, "pause"),
        (50.0, "resume"),
        (60.0, "done"),
        (66.0, "locked"),
        (75.0, "start set"),
        (80.0, "ready"),
        (88.0, "start set"),
        (110.0, "stop"),
        (118.0, "locked"),
    ]
    records = perform(words, 140.0).records
    with TraceFile(tmp_path / "t.jsonl") as trace:
        trace.write(records, 1 << 62)
    journal = Journal(tmp_path / "log.sqlite", FIRST, lambda *_: None)
    journal.starts(FIRST)
    journal.feed([each for each in records if isinstance(each, Kept)], 1 << 62)
    journal.close()
    traced = from_trace(tmp_path / "t.jsonl")
    with Log(tmp_path / "log.sqlite") as log:
        logged = [Timeline("", tuple(log.timeline(each.id))) for each in log.sets()]
    assert len(traced) == len(logged) == 2
    for one, other in zip(traced, logged, strict=True):
        rows = charts.timeline(one).rows
        assert {who for _, who, _, _ in rows} == {"pacing", "coach", "lifter"}
        assert rows == charts.timeline(other).rows


def test_each_set_of_a_trace_has_what_belongs_to_it(tmp_path: Path) -> None:
    later = re.sub(r'"(t|said|end)": ([\d.]+)', lambda m: f'"{m[1]}": {float(m[2]) + 60}', TRACE)
    path = tmp_path / "sets.jsonl"
    path.write_text(TRACE + later.replace('"number": 1', '"number": 2'))
    first, second = from_trace(path)
    assert [each.title for each in (first, second)] == [
        "sets.jsonl: leg-press, set 1",
        "sets.jsonl: leg-press, set 2",
    ]
    assert [m.text for m in first.moments] == [m.text for m in second.moments]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense\n", "t.jsonl:1: no line of a trace"),
        ('{"t": 0, "type": "state", "to": "gate"}\n[]\n', "t.jsonl:2: no line"),
        ('{"t": 0, "type": "cue"}\n', "t.jsonl:1: no line"),
    ],
)
def test_what_is_no_trace_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(text)
    with pytest.raises(BadTrace, match=re.escape(message)):
        from_trace(path)


@given(
    st.lists(
        st.builds(
            Moment,
            at=st.floats(0, 90),
            until=st.just(0.0),
            kind=st.just("cue"),
            what=st.just("x"),
            text=st.just("two"),
            outcome=st.sampled_from(["played", "cut", "dropped"]),
        ),
        max_size=40,
    )
)
def test_no_two_lines_of_a_timeline_lie_over_each_other(moments: list[Moment]) -> None:
    values = charts.timeline(Timeline("a set", tuple(moments))).spec["data"]["values"]
    at = sorted(value["y"] for value in values)
    assert all(b - a >= 14 / charts.LINE for a, b in pairwise(at))
    # Moved down, never up: nothing seems to be said before it was.
    assert all(value["y"] >= value["at"] - 1e-3 for value in values)


def test_stretches_leave_no_gap() -> None:
    moments = [
        Moment(0, 0, "state", "countdown", ""),
        Moment(3, 3, "state", "rep", ""),
        Moment(3, 3, "phase", "lower", ""),
        Moment(6, 6, "phase", "lift", ""),
        Moment(7, 9, "cue", "up", "Up."),
    ]
    assert [(s.at, s.until, s.what) for s in stretches(moments)] == [
        (0, 3, "countdown"),
        (3, 6, "lower"),
        (6, 9, "lift"),
    ]


# --- the page -----------------------------------------------------------------------------------

EVIL = '<img src=x onerror="alert(1)"></script><b>'


def season(exercise: str, days: int = 40, first: int = 60) -> Sequence[LoggedWorkout]:
    workouts = []
    for nth in range(days):
        day = nth * 3
        began = FIRST + timedelta(days=day)
        sets = [
            LoggedSet(
                exercise,
                began + timedelta(minutes=3 * n),
                8 + n % 3,
                Weight(Decimal(first + nth + (nth * 7) % 5), Unit.KG),
                number=n + 1,
                tempo="3-1-2-1",
                tension=55.0 + (nth * 3 + n) % 7,
                planned_tension=56.0,
                rest=None if n == 0 else 90.0 + (nth * 5 + n) % 20,
                planned_rest=None if n == 0 else 90.0,
                key=f"{day}|{exercise}|{n}",
            )
            for n in range(3)
        ]
        workouts.append(done(day, *sets, exercise=exercise))
    return workouts


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("charts")


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """A report on two exercises, one of them with a wicked name, and two sets."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "set.jsonl").write_text(TRACE)
    (timeline,) = from_trace(folder / "set.jsonl")
    wicked = Timeline(EVIL, (Moment(0, 1, "cue", "x", EVIL, "played"),))
    with Log(folder / "log.sqlite", create=True) as log:
        log.add([*season("leg-press"), *season(EVIL, 3)])
        text = report.write(
            log, {"leg-press": "Leg press"}, datetime(2026, 5, 5), cache, more=[timeline, wicked]
        )
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


class Links(HTMLParser):
    """Everything in a page that points to somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.unnamed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.found += [told[name] or "" for name in ("href", "src") if name in told]
        if tag in ("figure", "section") and not told.get("aria-label"):
            self.unnamed.append(tag)


def test_the_page_points_nowhere_and_names_its_parts(html: Path) -> None:
    text = html.read_text(encoding="utf-8")
    links = Links()
    written = re.sub(r"(?s)<script>.*?</script>", "", text)
    links.feed(written)
    assert links.found
    assert all(link.startswith("#") for link in links.found)
    assert not links.unnamed
    assert EVIL not in text
    # Each chart has its table, and there is one of all exercises.
    assert written.count("<figure") == written.count("<table") - 1 == 10
    assert len(text.encode()) < 1_200_000


def test_an_empty_log_has_a_report(tmp_path: Path, cache: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        text = report.write(log, {}, datetime(2026, 5, 5), cache)
    assert "No set has been logged yet." in text


@pytest.fixture
def page(tmp_path: Path) -> Iterator[browser.Page]:
    if browser.find() is None:
        pytest.skip("there is no Chromium")
    with browser.opened(tmp_path / "profile") as opened:
        yield opened


ALL_DRAWN = """[...document.querySelectorAll("figure")].filter(f => f.offsetParent)
    .every(f => f.dataset.drawn)"""


def draw_all(page: browser.Page) -> None:
    page.run("document.querySelectorAll('section > details').forEach(d => d.open = true)")
    page.run("document.querySelectorAll('figure').forEach(f => f.scrollIntoView())")
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.wait_for(ALL_DRAWN)


def luminance(png: bytes) -> float:
    """Of the whole picture, 0 to 255."""
    from PIL import Image

    return float(np.asarray(Image.open(io.BytesIO(png)).convert("L")).mean())


@pytest.mark.browser
def test_in_a_browser(html: Path, page: browser.Page) -> None:
    """No error in its console, no request, every chart drawn, in both colour schemes."""
    seen = {}
    for scheme, media in (("light", ""), ("dark", ""), ("dark", "print")):
        page.show(1000, 800, scheme, media)
        page.open(html)
        draw_all(page)
        marks = page.run(
            """[...document.querySelectorAll("figure")].filter(f => f.offsetParent)
            .map(f => f.querySelectorAll("svg path, svg text").length)"""
        )
        assert len(marks) == 9  # Four of each exercise, less what is not known, and a set.
        assert min(marks) > 10
        seen[scheme, media] = page.picture()
    assert page.complaints == []
    assert {url.split("?")[0] for url in page.requests} == {html.resolve().as_uri()}
    assert luminance(seen["light", ""]) > 200
    assert luminance(seen["dark", ""]) < 60
    assert luminance(seen["dark", "print"]) > 200


@pytest.mark.browser
def test_points_are_read_out_by_keyboard(html: Path, page: browser.Page) -> None:
    page.show(1000, 800)
    page.open(html)
    page.wait_for("document.querySelector('figure').dataset.drawn")
    page.run("document.querySelector('.chart').focus()")
    heard = []
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowRight", "Home", "ArrowLeft"):
        page.press(key)
        heard.append(page.run("document.querySelector('output').textContent"))
    assert heard[0].startswith("2026-01-05: e1RM")
    assert heard[1].startswith("2026-01-08: e1RM")
    assert heard[2] == heard[3]
    assert heard[4] == heard[5] == heard[0]
    assert page.run("views.get(document.querySelector('figure')).signal('at')") == 0
    assert not page.complaints


@pytest.mark.browser
def test_a_shorter_span_and_another_set_are_shown_when_chosen(
    html: Path, page: browser.Page
) -> None:
    page.show(390, 800)
    page.open(html)
    page.wait_for("document.querySelector('figure').dataset.drawn")
    points = "document.querySelectorAll('figure svg .mark-symbol path').length"
    before = page.run(points)
    page.run("document.querySelector('input[value=\"92\"]').click()")
    page.wait_for(f"{points} < {before}")
    shown = "[...document.querySelectorAll('#sets figure')].map(f => f.offsetParent !== null)"
    assert page.run(shown) == [True, False]
    page.run(
        "{const s = document.querySelector('select'); s.value = 'set-1';"
        "s.dispatchEvent(new Event('change'))}"
    )
    assert page.run(shown) == [False, True]
    # A phone's page does not have to be pushed to and fro.
    assert page.run("document.documentElement.scrollWidth") <= 390
    assert not page.complaints
