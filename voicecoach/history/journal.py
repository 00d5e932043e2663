"""Writes a workout as it happens.

Every finished rep and every command is committed at once. However the program ends, at most the
rep in progress is lost. What can't be written yet stays in memory, with the whole workout, and is
written later. Each row has a key of its own, so nothing is written twice or out of order.

A damaged log is renamed and a new one begun. A log of a newer voicecoach is left alone, and this
one writes to another file beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

from ..core.events import Slept
from ..core.plan import SAMPLE_RATE
from ..core.workout import Interrupted, WorkoutBegan
from . import spool
from .database import VERSION, Database, LogError, Trouble, set_aside
from .projection import BROKEN_OFF, Kept, done_sets
from .values import UnsoundError, in_a_line, micros, offset_of
from .workout_writer import WorkoutWriter

TOO_OLD = timedelta(hours=12)
"""An interrupted workout is offered up to this long after its last record."""

TRY_EVERY = 2 * SAMPLE_RATE
"""Samples between two attempts to write, if no new record calls for one."""

_PATIENCE = 0.1
"""Seconds to wait for another program's lock in a workout. Short, because the thread that feeds
the journal also draws the screen."""

_LAST_PATIENCE = 5.0
"""The same at the end."""

_ATTEMPTS = 3
"""Files tried in one go: the log, the one beside it, and a new one in its place."""


class News(Enum):
    """What has happened to the log."""

    KEPT_IN_MIND = "the workout is kept in memory, and written as soon as possible"
    WRITTEN = "everything is written now"
    BEGUN_ANEW = "a new log is begun, and this one kept"
    BESIDE = "it is left alone, and this workout goes into a log beside it"
    SAVED = "it could not be written; this workout is saved, and will be in the log the next time"
    SAVED_UNTIL_LOGOUT = (
        "it could not be written; this workout is saved until you log out, and will be in the log "
        "if you make room and train before"
    )
    LOST = "what could not be written is lost"


Tell = Callable[[News, str], None]
"""Receives news of the log, with a line that names the file."""


class Journal:
    """The log of one session. Used by one thread at a time."""

    def __init__(
        self,
        path: Path,
        began: datetime,
        tell: Tell = lambda news, line: None,
        spares: Sequence[Path] = (),
        until_logout: Path | None = None,
    ) -> None:
        """`began`: the aware time of the session's sample 0. Problems with the file raise
        nothing; `tell` is called once for each. `spares`: folders besides the log's own for a
        workout that can't be written, best first. `until_logout`: the last resort, a folder
        that is wiped at logout.
        """
        self.path = path
        self._spares = spares
        self._until_logout = until_logout
        self._reserve = spool.Spool(path.parent)
        self._tell = tell
        self._began, self._offset = micros(began), offset_of(began)
        self._database: Database | None = None
        self._in_trouble = False
        self._tried = -TRY_EVERY
        self._early: list[Kept] = []
        self._writers: list[WorkoutWriter] = []
        """The running workout last; before it, those not yet written."""
        self._found: WorkoutWriter | None = None
        self.damaged: tuple[str, ...] = ()
        """Why an interrupted workout can't be read; see `Log.damaged`."""
        self._try(self._find)

    def _find(self, database: Database) -> None:
        for folder in self._folders:
            spool.bring_home(database, folder)
        try:
            self._found = WorkoutWriter.found(
                database, self._began - TOO_OLD // timedelta(microseconds=1)
            )
        except UnsoundError as damage:
            self.damaged = (in_a_line(damage),)

    @property
    def interrupted(self) -> Interrupted | None:
        """A recently interrupted workout; `WorkoutBegan.carried_on` continues it."""
        if self._found is None:
            return None
        projection = self._found.projection
        gone = self._began - self._found.began - projection.last * 1_000_000 // SAMPLE_RATE
        minutes = max(0, gone // 60_000_000)
        done = tuple(done_sets(projection.sets))
        last = projection.sets[-1] if projection.sets else None
        if last is None:
            return Interrupted(projection.plan, done, minutes)
        return Interrupted(
            projection.plan,
            done,
            minutes,
            note=", ".join(last.notes),
            circuit=last.circuit,
            round=last.round,
            cut=last.ended_by == BROKEN_OFF,
            failed=not last.done and bool(last.counted or last.failed),
            unlocked=self._found.unlocked,
            planned=tuple(each.planned for each in projection.sets),
        )

    def starts(self, began: datetime) -> None:
        """Correct the aware time of the session's sample 0, before anything is fed."""
        self._began, self._offset = micros(began), offset_of(began)

    def feed(self, records: Iterable[Kept], at: int) -> None:
        """Take the session's records up to sample `at`. When this returns, everything important
        is on disk, or `tell` has been told that it is not."""
        urgent = False
        for record in records:
            urgent |= self._take(record)
        if urgent or (at - self._tried >= TRY_EVERY and any(b.unwritten for b in self._writers)):
            self._tried = at
            self._try(self._put)

    def close(self) -> None:
        """Write what is left, with more patience. A workout that is not over can be continued
        by the next session."""
        if not all(writer.complete for writer in self._writers):
            if self._database is not None:
                self._database.patience = _LAST_PATIENCE
            self._reserve.give_back()
            self._try(self._put, _LAST_PATIENCE)
            if not all(writer.complete for writer in self._writers):
                self._save()
        self._reserve.give_back()
        for writer in (*self._writers, *((self._found,) if self._found is not None else ())):
            writer.let_go()
        self._shut()

    @property
    def _folders(self) -> tuple[Path, ...]:
        """Where unwritten workouts may be."""
        last = (self._until_logout,) if self._until_logout is not None else ()
        return (self.path.parent, *self._spares, *last)

    def _save(self) -> None:
        """Save what could not be written wherever there is room, for the next session."""
        for folder in self._folders:
            path = spool.save(self._writers, self.path, folder)
            if path is not None:
                news = News.SAVED if folder != self._until_logout else News.SAVED_UNTIL_LOGOUT
                self._tell(news, f"{self.path}: {news.value}: {path}")
                return
        self._tell(News.LOST, f"{self.path}: {News.LOST.value}")

    # --- taking records ----------------------------------------------------------------------

    def _take(self, record: Kept) -> bool:
        """Whether the record must be written at once."""
        if isinstance(record, WorkoutBegan):
            self._open(record)
        elif not self._writers:
            # Its workout is known only when one begins.
            self._early.append(record)
            return False
        return self._enter(record)

    def _enter(self, record: Kept) -> bool:
        """Add to the running workout. Whether the record must be written at once."""
        writer = self._writers[-1]
        if isinstance(record, Slept):
            # As if the session had begun later, so that the next workout's time is right, too.
            self._began += record.length * 1_000_000 // SAMPLE_RATE
        urgent = writer.projection.feed(record)
        writer.unwritten |= urgent
        return urgent

    def _open(self, record: WorkoutBegan) -> None:
        """Open a writer for the workout, or keep the current one."""
        running = self._writers[-1] if self._writers else None
        if record.carried_on and running is not None and running.projection.sets:
            return
        found, self._found = self._found, None
        if running is not None:
            running.let_go()
        if found is not None and not record.carried_on:
            found.let_go()
        if record.carried_on and found is not None:
            shift = (self._began - found.began) * SAMPLE_RATE // 1_000_000
            # The clock may have been set back meanwhile.
            found.projection.go_on(max(shift, found.projection.last + 1))
            self._writers.append(found)
        elif running is None:
            self._writers.append(WorkoutWriter(self._began, self._offset))
        elif running.projection.sets or not record.carried_on:
            at = record.at
            began = self._began + at * 1_000_000 // SAMPLE_RATE
            self._writers.append(WorkoutWriter(began, self._offset, -at))
        early, self._early = self._early, []
        for each in early:
            self._enter(each)

    def stumbled(self, fault: LogError) -> None:
        """Another reader of the log failed: react as to a failed write."""
        if self._cope(fault):
            self._try(self._put)

    # --- the file ----------------------------------------------------------------------------

    def _put(self, database: Database) -> None:
        while self._writers:
            self._writers[0].put(database)
            if len(self._writers) == 1:
                return
            del self._writers[0]

    def _try(self, use: Callable[[Database], None], patience: float = _PATIENCE) -> None:
        """`use` the log, and handle a LogError."""
        for _ in range(_ATTEMPTS):
            try:
                if self._database is not None and self._database.gone:
                    self._begin_anew()
                if self._database is None:
                    self._database = Database(self.path, patience=patience)
                use(self._database)
            except LogError as fault:
                if self._cope(fault):
                    continue
                return
            if self._in_trouble:
                self._in_trouble = False
                self._tell(News.WRITTEN, f"{self.path}: {News.WRITTEN.value}")
            return

    def _cope(self, fault: LogError) -> bool:
        """Whether to try again at once."""
        match fault.trouble:
            case Trouble.NEWER:
                own = f"{self.path.stem}.version-{VERSION}{self.path.suffix}"
                self.path = self.path.with_name(own)
                self._begin_anew()
                self._tell(News.BESIDE, f"{fault}; {News.BESIDE.value}: {self.path.name}")
                return True
            case Trouble.BROKEN | Trouble.FOREIGN:
                self._begin_anew()
                try:
                    kept = set_aside(self.path, datetime.now(UTC).astimezone())
                except OSError:
                    return self._keep_in_mind(fault)
                line = f"{fault}; {News.BEGUN_ANEW.value}: {kept.name}"
                self._tell(News.BEGUN_ANEW, line)
                return True
            case _:
                return self._keep_in_mind(fault)

    def _keep_in_mind(self, fault: LogError) -> bool:
        if not self._in_trouble:
            self._in_trouble = True
            self._tell(News.KEPT_IN_MIND, f"{fault}; {News.KEPT_IN_MIND.value}")
        return False

    def _begin_anew(self) -> None:
        """Write the workouts to another file, from their beginnings."""
        self._shut()
        for writer in self._writers:
            writer.forget()

    def _shut(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
