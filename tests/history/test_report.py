"""The report's figures, its page, and the page in a real browser."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import headless_browser
from tests.support.log_records import as_work, kilos
from tests.support.sample_files import TRACE
from tests.support.session_driver import BEGIN, run_session
from voicecoach.core.events import RepDone
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.core.workout import DoneSet, Past, SetKind, Target, Unit, Weight
from voicecoach.history import report
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log
from voicecoach.history.logged import LoggedSet, LoggedWorkout, Moment
from voicecoach.history.projection import Kept
from voicecoach.history.report import charts, reps
from voicecoach.history.report.figures import MOST, Per, Training, trainings
from voicecoach.history.report.moments import SetTimeline, TraceError, from_trace, stretches
from voicecoach.history.report.overview import overview
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.trace import TraceFile

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
    assert training.sets == 2


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
    # Without data there is no empty chart.
    assert charts.tension(of(done(0, ("100", 10)))) is None
    assert charts.strength(of(done(0, LoggedSet("leg-press", FIRST, 10)))) is None


# --- a set --------------------------------------------------------------------------------------


def as_timeline(records: Sequence[Record]) -> SetTimeline:
    with tempfile.TemporaryDirectory() as folder:
        with TraceFile(Path(folder) / "t.jsonl") as trace:
            trace.write(records, 1 << 62)
        (one,) = from_trace(Path(folder) / "t.jsonl")
    return one


def test_a_trace_becomes_the_timeline_of_its_sets(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(TRACE)
    (one,) = from_trace(path)
    assert one.title == "set.jsonl: leg-press, set 1"
    assert reps.rows(one) == (
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
    records = run_session(words, 140.0).records
    with TraceFile(tmp_path / "t.jsonl") as trace:
        trace.write(records, 1 << 62)
    journal = Journal(tmp_path / "log.sqlite", FIRST, lambda *_: None)
    journal.starts(FIRST)
    journal.feed([each for each in records if isinstance(each, Kept)], 1 << 62)
    journal.close()
    traced = from_trace(tmp_path / "t.jsonl")
    with Log(tmp_path / "log.sqlite") as log:
        logged = [
            SetTimeline(
                "",
                tuple(log.timeline(each.id)),
                done=tuple(rep.at for rep in log.reps(each.id)),
            )
            for each in log.sets()
        ]
    assert len(traced) == len(logged) == 2
    for one, other in zip(traced, logged, strict=True):
        rows = reps.rows(one)
        assert {who for _, who, _, _ in rows} == {"pacing", "coach", "lifter"}
        assert rows == reps.rows(other)
        assert reps.parts(one) == reps.parts(other)


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
        ("nonsense\n", "t.jsonl:1: not a line of a trace"),
        ('{"t": 0, "type": "state", "to": "gate"}\n[]\n', "t.jsonl:2: not a line"),
        ('{"t": 0, "type": "cue"}\n', "t.jsonl:1: not a line"),
        ("[" * 100_000, "t.jsonl:1: not a line"),
        ('{"t": 1' + "0" * 400 + ', "type": "rep"}', "t.jsonl:1: not a line"),
        ('{"t": NaN, "type": "rep"}', "t.jsonl:1: not a line"),
        ('{"t": -1e300, "type": "rep"}', "t.jsonl:1: not a line"),
        ('{"t": true, "type": "rep"}', "t.jsonl:1: not a line"),
        ('{"t": 0, "type": "phase", "phase": []}', "t.jsonl:1: not a line"),
        ('{"t": 0, "type": "state", "to": {}}', "t.jsonl:1: not a line"),
        ('{"t": 0, "type": "set began"}\n' * 1100, "t.jsonl:1001: more than 1000 sets"),
        ("x" * 60_000_000, "t.jsonl: cannot be read (it is larger than 50 MB)"),
    ],
)
def test_what_is_no_trace_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(text)
    with pytest.raises(TraceError, match=re.escape(message)):
        from_trace(path)


TIMES = st.integers(0, 90).map(float)
MOMENTS = st.lists(
    st.builds(
        Moment,
        at=TIMES,
        until=TIMES,
        kind=st.sampled_from(["cue", "heard", "refused", "phase", "state"]),
        what=st.sampled_from(["lower", "bottom", "lift", "top", "paused", "racking", "x"]),
        text=st.sampled_from(["two", "stop", ""]),
        outcome=st.sampled_from(["played", "cut", "dropped"]),
    ).map(lambda moment: replace(moment, until=max(moment.at, moment.until))),
    max_size=40,
).map(lambda moments: sorted(moments, key=lambda m: m.at))


@settings(deadline=None)
@given(MOMENTS, st.lists(TIMES, max_size=5).map(sorted))
def test_a_set_rep_by_rep_tells_everything_once_and_in_its_order(
    moments: list[Moment], done: list[float]
) -> None:
    one = SetTimeline("a set", tuple(moments), done=tuple(done))
    found = reps.parts(one)
    said = [words.text for part in found for words in part.said]
    kinds = ("heard", "refused")
    wanted = [
        m.text
        for m in moments
        if m.kind in kinds or (m.kind == "cue" and m.text and m.outcome != "dropped")
    ]
    assert sorted(said) == sorted(wanted)
    assert all(length > 0 for part in found for _, length in part.phases)
    assert reps.summary(one).endswith(".")


def test_a_rep_that_was_broken_off_is_no_rep_and_its_number_comes_again() -> None:
    words = [*BEGIN, (31.5, "pause"), (40.0, "resume"), (60.0, "done"), (66.0, "locked")]
    records = run_session(words, 75.0).records
    done = [each.at / SAMPLE_RATE for each in records if isinstance(each, RepDone)]
    one = as_timeline(records)
    assert len(one.done) == len(done)
    titles = [part.title for part in reps.parts(one)]
    broken = titles[titles.index("pause") - 1]
    assert titles[titles.index("pause") + 1] == broken
    assert titles[0] == "before"
    assert titles[-1] == "after"
    assert reps.summary(one).startswith(f"{len(done)} reps in ")


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
    """A report on two exercises, one of them with a malicious name, and two sets."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "set.jsonl").write_text(TRACE)
    (timeline,) = from_trace(folder / "set.jsonl")
    wicked = SetTimeline(EVIL, (Moment(0, 1, "cue", "x", EVIL, "played"),))
    with Log(folder / "log.sqlite", create=True) as log:
        log.add([*season("leg-press"), *season(EVIL, 3)])
        text = report.write(
            log, {"leg-press": "Leg press"}, datetime(2026, 5, 5), cache, more=[timeline, wicked]
        )
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


class Links(HTMLParser):
    """Everything in a page that points somewhere."""

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
    # Each chart has its table, and there is one for all exercises.
    assert written.count("<figure") == written.count("<table") - 1 == 10
    assert len(text.encode()) < 1_200_000


WICKED = "<script>alert(1)</script><!--<script>'\"&amp;{{ 7 * 7 }}"


class Texts(HTMLParser):
    """The tags, texts and attributes of a page, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(text: str) -> Texts:
    texts = Texts()
    texts.feed(text)
    texts.close()
    return texts


def test_a_name_is_text_wherever_it_stands(tmp_path: Path, cache: Path) -> None:
    def shown(name: str) -> Texts:
        moments = (
            Moment(0, 1, "cue", name, name, "played"),
            Moment(2, 3, "phase", name, ""),
            Moment(3, 4, "heard", name, name),
            Moment(4, 5, "refused", name, name, why=name),
        )
        more = [SetTimeline(name, moments), SetTimeline(name, moments, held=True)]
        with Log(tmp_path / "log.sqlite", create=True) as log:
            if not log.sets():
                log.add(season("leg-press", 3))
            now = FIRST + timedelta(days=10)
            return read(report.write(log, {"leg-press": name}, now, cache, more=more))

    harmless = "Harmless name"
    plain, wicked = shown(harmless), shown(WICKED)
    assert wicked.tags == plain.tags
    for told, before in ((wicked.texts, plain.texts), (wicked.values, plain.values)):
        assert told == [each.replace(harmless, WICKED) for each in before]
        assert any(WICKED in each for each in told)


def test_an_empty_log_has_a_report(tmp_path: Path, cache: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        text = report.write(log, {}, datetime(2026, 5, 5), cache)
    assert "No set has been logged yet." in text


@pytest.fixture
def page(tmp_path: Path) -> Iterator[headless_browser.Page]:
    if headless_browser.find() is None:
        pytest.skip("there is no Chromium")
    with headless_browser.opened(tmp_path / "profile") as opened:
        yield opened


ALL_DRAWN = """[...document.querySelectorAll("figure")].filter(f => f.offsetParent)
    .every(f => f.dataset.drawn)"""


def draw_all(page: headless_browser.Page) -> None:
    page.run("document.querySelectorAll('section > details').forEach(d => d.open = true)")
    page.run("document.querySelectorAll('figure').forEach(f => f.scrollIntoView())")
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.wait_for(ALL_DRAWN)


def luminance(png: bytes) -> float:
    """Mean of the whole picture, 0 to 255."""
    from PIL import Image

    return float(np.asarray(Image.open(io.BytesIO(png)).convert("L")).mean())


@pytest.mark.browser
def test_in_a_browser(html: Path, page: headless_browser.Page) -> None:
    """No error in its console, no request, every chart drawn, in both colour schemes."""
    seen = {}
    for scheme, media in (("light", ""), ("dark", ""), ("dark", "print")):
        page.show(1000, 800, scheme, media)
        page.open(html)
        draw_all(page)
        marks = page.run(
            """[...document.querySelectorAll("figure")].filter(f => f.offsetParent)
            .map(f => f.querySelectorAll(".chart svg path, .chart svg text, .reps i").length)"""
        )
        assert len(marks) == 9  # Four of each exercise, without what is not known, and a set.
        *of_charts, of_set = marks
        assert min(of_charts) > 10
        assert of_set == 2
        seen[scheme, media] = page.picture()
    assert page.complaints == []
    assert {url.split("?")[0] for url in page.requests} == {html.resolve().as_uri()}
    assert luminance(seen["light", ""]) > 200
    assert luminance(seen["dark", ""]) < 60
    assert luminance(seen["dark", "print"]) > 200


@pytest.mark.browser
def test_points_are_read_out_by_keyboard(html: Path, page: headless_browser.Page) -> None:
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
    html: Path, page: headless_browser.Page
) -> None:
    page.show(390, 800)
    page.open(html)
    page.run("document.querySelector('figure').scrollIntoView()")
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
    # The page fits a phone's screen without scrolling sideways.
    assert page.run("document.documentElement.scrollWidth") <= 390
    assert not page.complaints


WIDTHS = (360, 414, 600, 1200)


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_or_beyond_the_edge(
    html: Path, page: headless_browser.Page, width: int
) -> None:
    """Neither a column of a table nor a word of a chart, an overview or a set."""
    page.show(width, 800)
    page.open(html)
    draw_all(page)
    page.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.run("document.documentElement.scrollWidth") <= width
    assert (
        page.run(
            """[...document.querySelectorAll(".scroll, .reps li, .cards section, figcaption, .key")]
        .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1)
        .map(e => e.textContent.slice(0, 60))"""
        )
        == []
    )
    # A drawing does not show what is beyond its own edge.
    assert (
        page.run(
            """[...document.querySelectorAll(".chart svg")].filter(s => s.getClientRects().length)
        .flatMap(s => [...s.querySelectorAll("text")].filter(t => {
            const a = t.getBoundingClientRect(), b = s.getBoundingClientRect();
            return a.width && (a.left < b.left - 1 || a.right > b.right + 1);
        })).map(t => t.textContent)"""
        )
        == []
    )


@pytest.mark.browser
def test_the_axis_of_a_first_workout_is_of_days(
    tmp_path: Path, cache: Path, page: headless_browser.Page
) -> None:
    with Log(tmp_path / "log.sqlite", create=True) as log:
        log.add([done(0, ("80", 10), ("80", 9))])
        text = report.write(log, {}, FIRST + timedelta(hours=3), cache)
    (tmp_path / "r.html").write_text(text, encoding="utf-8")
    for width in WIDTHS:
        page.show(width, 800)
        page.open(tmp_path / "r.html")
        draw_all(page)
        axes = page.run(
            """[...document.querySelectorAll(".chart svg")].map(s =>
            [...s.querySelectorAll(".role-axis-label")].map(g =>
            [...g.querySelectorAll("text")].map(t => t.textContent)))"""
        )
        for days, amounts in axes:
            assert all(re.fullmatch("(Dec|Jan|Feb) [0-9]+", day) for day in days)
            assert len(set(days)) == len(days) >= 3
            assert amounts[0] == "0"


def test_what_comes_first_is_this_week_the_records_and_what_is_next(
    tmp_path: Path, cache: Path
) -> None:
    workouts = [done(0, ("80", 10)), done(3, ("80", 12)), done(8, ("82.5", 12), ("82.5", 11))]
    with Log(tmp_path / "log.sqlite", create=True) as log:
        log.add(workouts)
        now = FIRST + timedelta(days=10)
        text = report.write(log, {"leg-press": "Leg press"}, now, cache)
    first = re.sub(r"<[^>]+>", " ", text[text.index('class="cards"') : text.index("Exercises")])
    told = " ".join(first.split())
    assert (
        "This week 1 workout 2 sets, 1,898 kg lifted Last week 2: 2 sets, 1,760 kg lifted" in told
    )
    assert "Records Leg press 115.5 kg 2026-01-13" in told
    assert "Next Leg press last 2 sets at 82.5 kg, 2 days ago" in told


def test_what_was_agreed_on_comes_next(tmp_path: Path, cache: Path) -> None:
    agreed = Past(next=Target(Weight(Decimal(85), Unit.KG), 8))
    work = [list(map(as_work, done(0, ("80", 12)).sets))]
    told = overview(work, trainings(work), {"leg-press": agreed}, FIRST.date())
    assert told.next == (("leg-press", "85 kg, agreed on"),)


def test_a_drop_set_is_not_what_was_done_last_at_the_weight() -> None:
    work = [list(map(as_work, done(0, ("80", 12)).sets))]
    last = (DoneSet(SetKind.WORK, 8, kilos(80)), DoneSet(SetKind.DROP, 8, kilos(65)))
    told = overview(work, trainings(work), {"leg-press": Past(last)}, FIRST.date())
    assert told.next == (("leg-press", "last 1 set at 80 kg, today"),)
