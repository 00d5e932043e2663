"""The log of what was trained, and what is made from it.

`logged`         the read model: a workout, a set and a rep as the log keeps them.
`log`            queries; `adding` inserts workouts that were done elsewhere.
`journal`        writes a workout as it happens.
`projection`     turns a session's records into sets; no files.
`workout_writer` writes a projection to the tables, and reads it back.
`running`        which workouts are being written right now.
`spool`          keeps what a session could not write until the next session.
`database`       the file itself: SQLite, and its errors in words. `schema`: its tables; `values`:
                 the values in them.
`exchange`       import from and export to Strong, Hevy and FitNotes.
`report`         the log as a page with charts.
"""
