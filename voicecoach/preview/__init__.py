"""A set with nobody there: what a cue script sounds like, before anyone lifts anything.

    rehearsed = rehearse(script, phrases, clips)
    for cue in rehearsed.cues: ...      what became of everything that was to be said
    svg(rehearsed)                      the same as a picture

It is the real session on the real scheduler, with the lengths of the voice in use; only
the answers to the coach's questions come from here. So what it shows is what a lifter who
says nothing else will hear, to the sample.
"""

from __future__ import annotations

from .dry import Measure, foresee
from .outcomes import Fate, Rehearsal, Span, Told
from .picture import svg
from .run import Unanswered, rehearse, spoken_in
from .tally import Loss, Tally, account, losses, tally, worded

__all__ = [
    "Fate",
    "Loss",
    "Measure",
    "Rehearsal",
    "Span",
    "Tally",
    "Told",
    "Unanswered",
    "account",
    "foresee",
    "losses",
    "rehearse",
    "spoken_in",
    "svg",
    "tally",
    "worded",
]
