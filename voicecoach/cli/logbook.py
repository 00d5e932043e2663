"""The log in a session: what is known from earlier, what happens now, and what is reported of
it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ..core.program import Followed
from ..core.workout import Interrupted, Past
from ..history.database import LogError, Trouble
from ..history.followed import followed
from ..history.journal import Journal, News
from ..history.log import Log
from ..history.projection import Kept
from .folders import fleeting_folder, log_at, spare_folder
from .mistakes import Mistake
from .printing import say

SPOKEN: Mapping[News, str] = {
    News.KEPT_IN_MIND: "log_waits",
    News.WRITTEN: "log_written",
    News.BEGUN_ANEW: "log_anew",
    News.BESIDE: "log_beside",
}
"""The coach's line for each kind of news. Losses are only known after the last line."""


class Logbook:
    """The journal of a session, and the past before it."""

    def __init__(self, path: Path) -> None:
        self._note: Callable[[str], None] = _warn
        self._speak: Callable[[str], None] | None = None
        self._unspoken: list[str] = []
        self._began = now()
        self._journal = Journal(path, self._began, self._tell, [spare_folder()], fleeting_folder())
        self._leave_out(self._journal.damaged)

    @property
    def interrupted(self) -> Interrupted | None:
        return self._journal.interrupted

    @property
    def path(self) -> Path:
        """Where it is written, which is not always where it was meant to be."""
        return self._journal.path

    def past(self, exercises: Iterable[str]) -> dict[str, Past]:
        """What is known of each; nothing if the log can't be read. Unreadable rows are reported and
        left out."""
        try:
            with Log(self._journal.path) as log:
                past = {name: log.past(name, self._began) for name in exercises}
                self._leave_out(log.damaged)
                return past
        except LogError as fault:
            self._journal.stumbled(fault)
            return {}

    def followed(self, program: str) -> list[Followed]:
        """The days of `program` that were done; none if the log can't be read."""
        try:
            with Log(self._journal.path) as log:
                return [*followed(log.of_programs(program), program)]
        except LogError as fault:
            self._journal.stumbled(fault)
            return []

    def starts(
        self, speak: Callable[[str], None], note: Callable[[str], None] | None = None
    ) -> None:
        """The session's first sample is due now. News of the log goes to `speak` as the name of a
        line, and to `note` as a line for the screen."""
        self._journal.starts(now())
        self._speak, self._note = speak, note or self._note
        for line in self._unspoken:
            self._aloud(line)

    def feed(self, records: Iterable[Kept], certain: int) -> None:
        """Records as the voice loop gives them."""
        self._journal.feed(records, certain)

    def close(self) -> None:
        self._journal.close()

    def _leave_out(self, damaged: Sequence[str]) -> None:
        if damaged:
            for line in left_out(self._journal.path, damaged):
                self._note(line)
            self._aloud("log_in_part")

    def _tell(self, news: News, line: str) -> None:
        self._note(f"log: {line}")
        if news in SPOKEN:
            self._aloud(SPOKEN[news])

    def _aloud(self, line: str) -> None:
        if self._speak is not None:
            self._speak(line)
        else:
            self._unspoken.append(line)


SHOWN = 5
"""Damaged rows that are named one by one."""


def left_out(path: Path, damaged: Sequence[str]) -> Iterator[str]:
    """The lines about unreadable rows (`Log.damaged`)."""
    for row in damaged[:SHOWN]:
        yield f"log: {path}: {row}; skipped, and kept in the file"
    if len(damaged) > SHOWN:
        yield f"log: {path}: ... and {len(damaged) - SHOWN} more rows"


def warn_of_damage(path: Path, log: Log) -> None:
    """Call after reading `log`."""
    for line in left_out(path, log.damaged):
        _warn(line)


def _warn(line: str) -> None:
    say(f"warning: {line}", style="yellow")


def opened(path: Path | None) -> Logbook:
    """The log at `path`, which must be a log that can be written, or else the user's own. Trouble
    with the user's own keeps nobody from training. Damage is never fatal: a damaged log is set
    aside, and reported."""
    if path is not None:
        try:
            Log(path, create=True).close()
        except LogError as error:
            if error.trouble not in (Trouble.LOCKED, Trouble.BROKEN):
                raise Mistake(str(error)) from error
    return Logbook(log_at(path))


def now() -> datetime:
    """Now, with the local UTC offset."""
    return datetime.now(UTC).astimezone()
