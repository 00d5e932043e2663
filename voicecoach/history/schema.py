"""The tables of the log, and the migrations that made them.

A released migration never changes; append a new one. `user_version` is the number of migrations
that a file has had.

Times are integers: `began` in microseconds since 1970 in UTC, `offset` in seconds east of UTC.
`at`, `until` and all durations are in samples (48,000 a second), `at` counted from the start of the
workout. A weight is kept as it was said: the digits as text, and the unit.
"""

from __future__ import annotations

APPLICATION_ID = 0x76636C67
"""In the file's header: "vclg". It tells a log from another program's database."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE migrations (
            version INTEGER PRIMARY KEY,
            applied TEXT NOT NULL,
            program TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE workouts (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            plan TEXT NOT NULL,
            name TEXT NOT NULL DEFAULT '',
            comment TEXT NOT NULL DEFAULT '',
            began INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            until INTEGER,
            last INTEGER NOT NULL DEFAULT 0,
            ended TEXT NOT NULL DEFAULT '',
            source TEXT NOT NULL DEFAULT '',
            extra TEXT NOT NULL DEFAULT '{}'
        ) STRICT""",
        "CREATE INDEX workouts_by_time ON workouts (began)",
        "CREATE INDEX workouts_open ON workouts (id) WHERE ended = ''",
        """CREATE TABLE sets (
            id INTEGER PRIMARY KEY,
            workout INTEGER NOT NULL REFERENCES workouts ON DELETE CASCADE,
            position INTEGER NOT NULL,
            key TEXT UNIQUE,
            exercise TEXT NOT NULL,
            number INTEGER NOT NULL,
            kind TEXT NOT NULL,
            began INTEGER NOT NULL,
            at INTEGER NOT NULL,
            until INTEGER,
            planned_reps INTEGER,
            planned_amount TEXT,
            planned_unit TEXT,
            planned_tempo TEXT NOT NULL DEFAULT '',
            planned_rest INTEGER,
            next_rest INTEGER,
            planned_tension INTEGER,
            target INTEGER,
            reps INTEGER NOT NULL,
            counted INTEGER,
            amount TEXT,
            unit TEXT,
            rpe TEXT,
            tempo TEXT NOT NULL DEFAULT '',
            tension INTEGER,
            rest INTEGER,
            ended_by TEXT NOT NULL DEFAULT '',
            comment TEXT NOT NULL DEFAULT '',
            extra TEXT NOT NULL DEFAULT '{}',
            UNIQUE (workout, position)
        ) STRICT""",
        "CREATE INDEX sets_by_exercise ON sets (exercise, began)",
        "CREATE INDEX sets_by_time ON sets (began)",
        """CREATE TABLE reps (
            "set" INTEGER NOT NULL REFERENCES sets ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY ("set", number)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE tempos (
            "set" INTEGER NOT NULL REFERENCES sets ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            tempo TEXT NOT NULL,
            PRIMARY KEY ("set", number)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE pauses (
            "set" INTEGER NOT NULL REFERENCES sets ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            until INTEGER,
            PRIMARY KEY ("set", number)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE notes (
            "set" INTEGER NOT NULL REFERENCES sets ON DELETE CASCADE,
            number INTEGER NOT NULL,
            note TEXT NOT NULL,
            PRIMARY KEY ("set", number)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE commands (
            workout INTEGER NOT NULL REFERENCES workouts ON DELETE CASCADE,
            number INTEGER NOT NULL,
            position INTEGER NOT NULL,
            at INTEGER NOT NULL,
            said TEXT NOT NULL,
            command TEXT NOT NULL,
            accepted INTEGER NOT NULL,
            why TEXT NOT NULL,
            PRIMARY KEY (workout, number)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE moments (
            workout INTEGER NOT NULL REFERENCES workouts ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            until INTEGER NOT NULL,
            kind TEXT NOT NULL,
            what TEXT NOT NULL,
            text TEXT NOT NULL,
            outcome TEXT NOT NULL,
            why TEXT NOT NULL,
            PRIMARY KEY (workout, number)
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE agreed (
            workout INTEGER NOT NULL REFERENCES workouts ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            exercise TEXT NOT NULL,
            amount TEXT NOT NULL,
            unit TEXT NOT NULL,
            reps INTEGER NOT NULL,
            PRIMARY KEY (workout, number)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX agreed_by_exercise ON agreed (exercise, workout)",
    ),
    # A target agreed for a hold may have no weight.
    (
        "ALTER TABLE agreed RENAME TO agreed_with_weight",
        """CREATE TABLE agreed (
            workout INTEGER NOT NULL REFERENCES workouts ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            exercise TEXT NOT NULL,
            amount TEXT,
            unit TEXT,
            reps INTEGER NOT NULL,
            PRIMARY KEY (workout, number)
        ) STRICT, WITHOUT ROWID""",
        """INSERT INTO agreed SELECT workout, number, at, exercise, amount, unit, reps
        FROM agreed_with_weight""",
        "DROP TABLE agreed_with_weight",
        "CREATE INDEX agreed_by_exercise ON agreed (exercise, workout)",
    ),
    # Sets to failure, rest-pauses, and drop sets. Imported ones were only marked so far.
    (
        "ALTER TABLE sets ADD COLUMN failed INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE sets ADD COLUMN rest_pauses INTEGER NOT NULL DEFAULT 0",
        """UPDATE sets SET kind = 'drop', extra = json_remove(extra, '$.mark')
        WHERE kind = 'work' AND CASE WHEN json_valid(extra)
        THEN json_extract(extra, '$.mark') = 'drop set' END""",
        """UPDATE sets SET failed = 1, extra = json_remove(extra, '$.mark')
        WHERE CASE WHEN json_valid(extra)
        THEN json_extract(extra, '$.mark') = 'to failure' END""",
    ),
)

_WORKOUT = "key, plan, name, comment, began, offset, until, last, ended, source, extra"
_SET = (
    "position, key, exercise, number, kind, began, at, until, planned_reps, planned_amount, "
    "planned_unit, planned_tempo, planned_rest, next_rest, planned_tension, target, reps, "
    "counted, amount, unit, rpe, tempo, tension, rest, ended_by, comment, extra, failed, "
    "rest_pauses"
)

TAKE_IN: tuple[str, ...] = (
    # If the workout continued here without what was saved there, the saved one is another workout.
    """UPDATE other.workouts SET key = key || '+' WHERE EXISTS (SELECT 1 FROM main.workouts AS ours
    WHERE ours.key = workouts.key AND ours.last > workouts.last)""",
    f"""INSERT INTO main.workouts ({_WORKOUT}) SELECT {_WORKOUT} FROM other.workouts WHERE true
    ON CONFLICT (key) DO UPDATE SET until = excluded.until, last = excluded.last,
    ended = excluded.ended""",
    """CREATE TEMPORARY TABLE taken AS SELECT theirs.id AS old, ours.id AS new
    FROM other.workouts AS theirs JOIN main.workouts AS ours ON ours.key = theirs.key""",
    """DELETE FROM main.sets WHERE EXISTS (SELECT 1 FROM other.sets AS theirs
    JOIN taken ON taken.old = theirs.workout
    WHERE taken.new = main.sets.workout AND theirs.position = main.sets.position)""",
    f"""INSERT INTO main.sets (workout, {_SET}) SELECT taken.new, {_SET}
    FROM other.sets AS theirs JOIN taken ON taken.old = theirs.workout""",
    """CREATE TEMPORARY TABLE taken_sets AS SELECT theirs.id AS old, ours.id AS new
    FROM other.sets AS theirs JOIN taken ON taken.old = theirs.workout
    JOIN main.sets AS ours ON ours.workout = taken.new AND ours.position = theirs.position""",
    *(
        f"""INSERT INTO main.{table} SELECT taken_sets.new, {columns}
        FROM other.{table} AS theirs JOIN taken_sets ON taken_sets.old = theirs."set" """
        for table, columns in (
            ("reps", "number, at"),
            ("tempos", "number, at, tempo"),
            ("pauses", "number, at, until"),
            ("notes", "number, note"),
        )
    ),
    *(
        f"""INSERT OR REPLACE INTO main.{table} SELECT taken.new, {columns}
        FROM other.{table} AS theirs JOIN taken ON taken.old = theirs.workout"""
        for table, columns in (
            ("commands", "number, position, at, said, command, accepted, why"),
            ("moments", "number, at, until, kind, what, text, outcome, why"),
            ("agreed", "number, at, exercise, amount, unit, reps"),
        )
    ),
    "DROP TABLE taken_sets",
    "DROP TABLE taken",
)
"""Copies the contents of the attached log `other`, which has the same version. A workout in both
logs was continued in `other`, so that one wins."""
