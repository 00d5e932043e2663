"""Compares a file's sets with the log's: what an import would do.

For workouts that came from the same program, the file is the truth: a workout in both becomes what
the file says, whether sets were added, changed or removed there. Workouts that were trained here or
came from another program are never changed. If one of their sets has the same numbers and starts in
the same minute (or on the same day, if either has no time), it is not added again. If the numbers
differ, the log's stay, and the difference is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from ...core.plan import BREATH, Tempo, samples
from ...core.workout import SetKind, Unit, Weight
from ..logged import LoggedSet, LoggedWorkout
from .names import Called
from .pairing import equal, nearest
from .rows import MOST_REST_PAUSES, ImportedFile, Mark, SetRow


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do; nothing is done yet."""

    exercises: Mapping[str, str]
    """For all sets in the file: the exercise's name there, and its name in the log."""
    workouts: tuple[LoggedWorkout, ...] = ()
    """To be added to the log once `instead_of` is deleted."""
    instead_of: tuple[int, ...] = ()
    """Ids of sets."""
    new: tuple[SetRow, ...] = ()
    changed: tuple[tuple[LoggedSet, SetRow], ...] = ()
    """Sets changed in the program they came from: the log's version, and the file's."""
    removed: tuple[LoggedSet, ...] = ()
    """Sets removed in that program, from workouts that it still has."""
    renewed: int = 0
    """Workouts with the same sets but another name, note, length, start or order."""
    there: int = 0
    """Sets that the log has already."""
    different: tuple[tuple[LoggedSet, SetRow], ...] = ()
    """Sets from elsewhere that have other numbers in the file; the log's stay."""
    missing: tuple[LoggedWorkout, ...] = ()
    """Workouts that came from that program and are not in the file, though it covers their
    dates. They stay, unless the lifter wants the log `without` them."""

    @property
    def does(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.workouts or self.instead_of)

    def without(self) -> Preview:
        """The same, but workouts that are `missing` are deleted."""
        ids = [each.id for workout in self.missing for each in workout.sets if each.key]
        return replace(self, instead_of=(*self.instead_of, *ids))


def rows_of(workouts: Iterable[LoggedWorkout], names: Mapping[str, str]) -> list[SetRow]:
    """The log for export, without the sets in which no rep was done.

    `names`: display names, by the exercises' names in the log. The tempo is the one at the end
    of the set; the start is the workout's.
    """
    return [
        SetRow(
            start=workout.began.replace(tzinfo=None, microsecond=0),
            timed=_timed(workout),
            exercise=names.get(each.exercise, each.exercise),
            reps=0 if each.held else each.reps,
            kind=SetKind.WORK if each.kind is SetKind.DROP else each.kind,
            weight=each.weight,
            rpe=each.rpe,
            tempo="" if each.held else each.tempo,
            held=each.amount if each.held else None,
            note=", ".join([*each.notes, each.comment] if each.comment else each.notes),
            workout=workout.name or workout.plan,
            duration=None if workout.lasted is None else round(workout.lasted),
            workout_note=workout.comment,
            assisted=_weight(each.extra.get("assisted", "")),
            mark=_mark(each),
            superset=each.extra.get("superset", ""),
            rest_pauses=min(each.rest_pauses, MOST_REST_PAUSES),
            exercise_note=each.extra.get("exercise note", ""),
            category=each.extra.get("category", ""),
        )
        for workout in workouts
        for each in workout.sets
        if each.reps
    ]


def _mark(each: LoggedSet) -> Mark | None:
    """The one mark that other programs have room for."""
    if each.kind is SetKind.DROP:
        return Mark.DROP
    return Mark.FAILURE if each.failed and each.kind is SetKind.WORK else None


def preview(reading: ImportedFile, logged: Iterable[LoggedWorkout], called: Called) -> Preview:
    """What importing `reading` would do to the log, whose workouts are `logged`, oldest first.

    Times in the file are taken as local.
    """
    logged = [*logged]
    exercises = called.meant((each.exercise for each in reading.sets), logged)
    visits = _visits(reading, exercises)
    own = [_Old(workout, *_ours_and_others(workout, reading.form)) for workout in logged]
    missing = _recognise(visits, [each for each in own if each.ours])
    others = [_Other(one, each.workout) for each in own for one in each.others if one.reps]
    for visit in visits:
        visit.pair(equal([_content(each.set) for each in visit.open], visit.contents()))
    _known_elsewhere(visits, others, _numbers, exactly=True)
    for visit in visits:
        visit.pair_changed()
    _known_elsewhere(visits, others, lambda one: one.exercise, exactly=False)
    return _result(reading, exercises, visits, missing, logged)


# --- the two sides ----------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _New:
    """A set of the file."""

    row: SetRow
    set: LoggedSet
    before: LoggedSet | None = None
    """The same set, from an earlier import of this program."""
    elsewhere: LoggedSet | None = None
    """The same set, trained here or imported from another program."""


@dataclass(slots=True, eq=False)
class _Old:
    """A workout of the log."""

    workout: LoggedWorkout
    ours: list[LoggedSet]
    """Its sets that came from the file's program."""
    others: list[LoggedSet]


@dataclass(slots=True, eq=False)
class _Other:
    """A set of the log that did not come from the file's program."""

    set: LoggedSet
    workout: LoggedWorkout
    free: bool = True


@dataclass(slots=True, eq=False)
class _Visit:
    """A workout of the file, and its match in the log."""

    began: datetime
    timed: bool
    name: str
    sets: list[_New]
    old: _Old | None = None
    left: list[LoggedSet] = field(default_factory=list)
    """Sets of `old` without a match in the file so far."""
    partly: bool = False
    """Whether the file has rows that can't be read, which may be of this workout."""

    @property
    def open(self) -> list[_New]:
        return [each for each in self.sets if each.before is None and each.elsewhere is None]

    @property
    def note(self) -> str:
        """The first one found: Strong writes it in only some of a workout's rows."""
        found = next((each.row.workout_note for each in self.sets if each.row.workout_note), "")
        return found or (self.before.comment if self.before else "")

    @property
    def duration(self) -> int | None:
        found = next(
            (each.row.duration for each in self.sets if each.row.duration is not None), None
        )
        return _lasted(self.before) if found is None and self.before else found

    @property
    def before(self) -> LoggedWorkout | None:
        """The log's workout, where it may know what the file's unreadable rows say."""
        return self.old.workout if self.old and self.partly else None

    def now(self) -> list[LoggedSet]:
        """The workout's sets after the import. If the file can be read only in part, the log's
        sets without a match stay, each behind the one before it."""
        now = [each.set for each in self.sets if each.elsewhere is None]
        if not (self.partly and self.old):
            return now
        matched = {id(each.before): each.set for each in self.sets if each.before is not None}
        place = 0
        for old in self.old.ours:
            new = matched.get(id(old))
            if new is None:
                now.insert(place, old)
                place += 1
            else:
                place = next(n for n, each in enumerate(now) if each is new) + 1
        return now

    def contents(self) -> list[Hashable]:
        return [_content(each) for each in self.left]

    def pair(self, places: Iterable[tuple[int, int]]) -> None:
        """Match sets of `open` with sets of `left`, by their indices."""
        open, taken = self.open, set()
        for a, b in places:
            open[a].before = self.left[b]
            taken.add(b)
        self.left = [each for n, each in enumerate(self.left) if n not in taken]

    def pair_changed(self) -> None:
        """Match what is left: first sets that differ only in the exercise, then the nearest."""
        self.pair(
            equal(
                [_content(replace(each.set, exercise="")) for each in self.open],
                [_content(replace(each, exercise="")) for each in self.left],
            )
        )
        open, left = self.open, self.left
        of_new, of_old = _by_exercise(each.set for each in open), _by_exercise(left)
        pairs = []
        for exercise, new in of_new.items():
            old = of_old.get(exercise, [])
            pairs += [
                (new[a], old[b])
                for a, b in _nearest([open[n].set for n in new], [left[n] for n in old])
            ]
        self.pair(pairs)


def _ours_and_others(workout: LoggedWorkout, form: str) -> tuple[list[LoggedSet], list[LoggedSet]]:
    same = workout.source == form
    ours = [each for each in workout.sets if same and each.key]
    return ours, [each for each in workout.sets if not (same and each.key)]


def _by_exercise(sets: Iterable[LoggedSet]) -> dict[str, list[int]]:
    """The indices of each exercise's sets."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(sets):
        places[each.exercise].append(place)
    return places


def _nearest(left: Sequence[LoggedSet], right: Sequence[LoggedSet]) -> list[tuple[int, int]]:
    return nearest(len(left), len(right), lambda a, b: _apart(left[a], right[b]))


def _visits(reading: ImportedFile, exercises: Mapping[str, str]) -> list[_Visit]:
    found: dict[tuple[datetime, str], _Visit] = {}
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for row in reading.sets:
        minute = row.start.replace(second=0)
        visit = found.setdefault(
            (minute, row.workout), _Visit(row.start, row.timed, row.workout, [])
        )
        exercise = exercises[row.exercise]
        counts[id(visit), exercise] += 1
        one = _logged(row, exercise, counts[id(visit), exercise])
        visit.sets.append(_New(row, one))
    return [*found.values()]


def _recognise(visits: Sequence[_Visit], olds: Sequence[_Old]) -> list[LoggedWorkout]:
    """Match the file's workouts with the log's. Returns the log's workouts that are not in the
    file, though it covers their dates."""
    left = [*olds]

    def match(of_visit: Callable[[_Visit], Hashable], of_old: Callable[[_Old], Hashable]) -> None:
        open = [visit for visit in visits if visit.old is None]
        pairs = equal([of_visit(each) for each in open], [of_old(each) for each in left])
        for a, b in pairs:
            open[a].old, open[a].left = left[b], [*left[b].ours]
        taken = {b for _, b in pairs}
        left[:] = [each for n, each in enumerate(left) if n not in taken]

    match(
        lambda visit: (_minute(visit.began), visit.name),
        lambda old: (_minute(old.workout.began), old.workout.name),
    )
    match(lambda visit: _minute(visit.began), lambda old: _minute(old.workout.began))
    if not visits:
        return []
    days = [visit.began.date() for visit in visits]
    first, last = min(days), max(days)
    outside = [each for each in left if not first <= each.workout.began.date() <= last]
    left = [each for each in left if each not in outside]
    # The same sets at another time: somebody has corrected the start.
    match(
        lambda visit: tuple(_content(each.set) for each in visit.sets),
        lambda old: tuple(_content(each) for each in old.ours),
    )
    return [replace(each.workout, sets=tuple(each.ours)) for each in left]


def _known_elsewhere(
    visits: Iterable[_Visit],
    others: Sequence[_Other],
    of: Callable[[LoggedSet], Hashable],
    *,
    exactly: bool,
) -> None:
    """Match the file's sets with sets from elsewhere, by minute or by day."""
    minutes: dict[Hashable, list[_Other]] = defaultdict(list)
    days: dict[Hashable, list[_Other]] = defaultdict(list)
    timeless: dict[Hashable, list[_Other]] = defaultdict(list)
    for each in others:
        if each.free:
            what, began = of(each.set), each.workout.began
            days[began.date(), what].append(each)
            if _timed(each.workout):
                minutes[_minute(began), what].append(each)
            else:
                timeless[began.date(), what].append(each)
    for visit in visits:
        groups: dict[Hashable, list[_New]] = defaultdict(list)
        for new in visit.open:
            groups[of(new.set)].append(new)
        day = visit.began.date()
        for what, news in groups.items():
            pools = (
                (minutes.get((_minute(visit.began), what), []), timeless.get((day, what), []))
                if visit.timed
                else (days.get((day, what), []),)
            )
            for pool in pools:
                free = [each for each in pool if each.free]
                open = [each for each in news if each.elsewhere is None]
                pairs = (
                    [(each, each) for each in range(min(len(open), len(free)))]
                    if exactly
                    else _nearest([each.set for each in open], [each.set for each in free])
                )
                for a, b in pairs:
                    open[a].elsewhere, free[b].free = free[b].set, False


# --- what comes of it -------------------------------------------------------------------------


def _result(
    reading: ImportedFile,
    exercises: Mapping[str, str],
    visits: Sequence[_Visit],
    missing: Sequence[LoggedWorkout],
    logged: Sequence[LoggedWorkout],
) -> Preview:
    done = _Compared()
    for visit in visits:
        visit.partly = bool(reading.faults)
        done.add(visit)
    return Preview(
        exercises,
        tuple(_workouts(reading.form, done.rebuilt, _Keys(_taken(logged, done.out)))),
        tuple(done.out),
        tuple(done.new),
        tuple(done.changed),
        tuple(done.removed),
        done.renewed,
        done.there + len(done.different),
        tuple(done.different),
        tuple(missing),
    )


@dataclass(slots=True)
class _Compared:
    """The result of an import, workout by workout; most of it is as in `Preview`."""

    new: list[SetRow] = field(default_factory=list)
    changed: list[tuple[LoggedSet, SetRow]] = field(default_factory=list)
    removed: list[LoggedSet] = field(default_factory=list)
    different: list[tuple[LoggedSet, SetRow]] = field(default_factory=list)
    there: int = 0
    """Sets that the log has with the same numbers."""
    renewed: int = 0
    rebuilt: list[tuple[_Visit, list[LoggedSet]]] = field(default_factory=list)
    """Workouts to write, and the sets that they then have."""
    out: list[int] = field(default_factory=list)
    """Ids of sets to delete."""

    def add(self, visit: _Visit) -> None:
        now = visit.now()
        before = visit.old.ours if visit.old else []
        edits = sum([self._edited(each) for each in visit.sets])
        if not visit.partly:
            self.removed += visit.left
            edits += len(visit.left)
        same = [_content(each) for each in now] == [_content(each) for each in before]
        if same and (not before or _about(visit) == _about_old(visit.old)):
            return
        self.renewed += not edits
        self.out += [each.id for each in before]
        if now:
            self.rebuilt.append((visit, now))

    def _edited(self, each: _New) -> bool:
        """Whether a set of the file is new or changed."""
        old = each.before or each.elsewhere
        if old is None:
            self.new.append(each.row)
            return True
        if each.elsewhere is not None and _numbers(old) != _numbers(each.set):
            self.different.append((old, each.row))
        elif each.elsewhere is None and _content(old) != _content(each.set):
            self.changed.append((old, each.row))
            return True
        else:
            self.there += 1
        return False


def _taken(logged: Iterable[LoggedWorkout], out: Iterable[int]) -> set[str]:
    """The keys that stay in the log when the sets `out` are deleted."""
    gone = {*out}
    staying = [workout for workout in logged if any(each.id not in gone for each in workout.sets)]
    # A workout that loses its last set is deleted too, so its key is free.
    return {workout.key for workout in staying} | {
        each.key for workout in staying for each in workout.sets if each.id not in gone
    }


def _workouts(
    form: str,
    rebuilt: Iterable[tuple[_Visit, list[LoggedSet]]],
    keys: _Keys,
) -> Iterable[LoggedWorkout]:
    """The workouts to write, each set and workout with a key of its own."""
    for visit, sets in rebuilt:
        stamp = f"{form} {visit.began:{_WITH_TIME if visit.timed else _DAY}}"
        names = {id(each.set): each.row.exercise for each in visit.sets}
        began = _here(visit.began)
        counts: dict[str, int] = defaultdict(int)
        keyed = []
        for each in sets:
            counts[each.exercise] += 1
            name = names.get(id(each), each.exercise)
            key = keys.unused(f"{stamp}|{name}")
            keyed.append(replace(each, began=began, key=key, number=counts[each.exercise]))
        yield LoggedWorkout(
            began,
            tuple(keyed),
            name=visit.name,
            comment=visit.note,
            lasted=visit.duration,
            ended="over",
            source=form,
            key=keys.unused(f"{stamp}|{visit.name}"),
        )


class _Keys:
    """Makes keys that the log does not have yet."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._last: dict[str, int] = defaultdict(int)

    def unused(self, beginning: str) -> str:
        while True:
            self._last[beginning] += 1
            key = f"{beginning}|{self._last[beginning]}"
            if key not in self._taken:
                return key


_DAY, _WITH_TIME = "%Y-%m-%d", "%Y-%m-%dT%H:%M"


def _timed(workout: LoggedWorkout) -> bool:
    """Whether a workout's time of day is known. For an imported one, its key tells."""
    return not workout.source or "T" in workout.key.partition("|")[0].rpartition(" ")[2]


def _minute(at: datetime) -> datetime:
    """To the minute, as the wall clock showed it."""
    return at.replace(second=0, microsecond=0, tzinfo=None)


def _here(start: datetime) -> datetime:
    """`start` in the local zone. A time in the hour that is skipped in spring keeps its digits,
    with the offset from before or after the change."""
    return start.replace(tzinfo=timezone(start.astimezone().utcoffset() or timedelta()))


# --- sets -------------------------------------------------------------------------------------


def _logged(row: SetRow, exercise: str, number: int) -> LoggedSet:
    extra = {
        "superset": row.superset,
        "exercise note": row.exercise_note,
        "category": row.category,
        "assisted": f"{row.assisted.amount:f} {row.assisted.unit.value}" if row.assisted else "",
    }
    one = LoggedSet(
        exercise,
        _here(row.start),
        row.reps,
        row.weight,
        SetKind.DROP if row.mark is Mark.DROP else row.kind,
        number,
        row.rpe,
        comment=row.note,
        tempo=row.tempo,
        failed=row.mark is Mark.FAILURE,
        rest_pauses=row.rest_pauses,
        extra={name: value for name, value in extra.items() if value},
    )
    return one if row.held is None else _in_breaths(one, row.held)


def _in_breaths(one: LoggedSet, held: int) -> LoggedSet:
    """A set that was `held` for so many seconds. No other program records breaths, so they are
    counted at our default pace."""
    breath = Tempo.breath(*BREATH)
    breaths = max(1, round(samples(held) / breath.rep))
    tempo = str(breath)
    return replace(
        one, reps=breaths, counted=breaths, tension=held, planned_tempo=tempo, tempo=tempo
    )


def _weight(text: str) -> Weight | None:
    """Parse `20 kg`."""
    try:
        amount, unit = text.split()
        return Weight(Decimal(amount), Unit(unit))
    except (ValueError, InvalidOperation):
        return None


def _content(one: LoggedSet) -> Hashable:
    """Everything that a file can say about a set."""
    return (
        _numbers(one),
        one.kind,
        one.failed,
        one.rest_pauses,
        one.rpe,
        one.tempo,
        one.comment,
        # No other program knows that a warm-up was of a ramp.
        tuple(sorted(each for each in one.extra.items() if each[0] != "toward")),
    )


def _numbers(one: LoggedSet) -> Hashable:
    """What identifies a set in any program."""
    return one.exercise, one.held, one.amount, one.weight


def _apart(one: LoggedSet, other: LoggedSet) -> int:
    """How much two sets of one exercise differ."""
    return (
        4 * (one.weight != other.weight)
        + 4 * ((one.held, one.amount) != (other.held, other.amount))
        + 2 * (one.kind is not other.kind)
        + (one.comment != other.comment)
        + (one.rpe != other.rpe)
    )


def _about(visit: _Visit) -> Hashable:
    """What a file says about a workout."""
    return visit.began, visit.name, visit.note, visit.duration


def _about_old(old: _Old | None) -> Hashable:
    if old is None:
        return ()
    workout = old.workout
    began = workout.began.replace(tzinfo=None, microsecond=0)
    return began, workout.name, workout.comment, _lasted(workout)


def _lasted(workout: LoggedWorkout) -> int | None:
    """Seconds, as other programs have them."""
    return None if workout.lasted is None else round(workout.lasted)
