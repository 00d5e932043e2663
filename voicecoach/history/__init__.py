"""What was trained: the log, and what can be told from it.

`logged`    the read model: a workout, a set and a rep as the log keeps them.
`log`       what can be asked of the log; `adding` puts into it what was done elsewhere.
`journal`   writes a workout down as it happens.
`account`   what the journal makes of a session's records; no files.
`book`      an account between memory and the tables.
`rescue`    what could not be written in a session, until the next.
`database`  the file itself: SQLite, its faults in words. `schema`: its tables; `values`:
            what stands in them.
`exchange`  the log for other programs, and from them: Strong, Hevy, FitNotes.
`report`    the log as a page with charts.
"""
