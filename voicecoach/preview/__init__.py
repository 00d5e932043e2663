"""A set without a lifter: what a cue script sounds like, before anyone lifts anything.

    rehearsed = rehearse(script, phrases, clips)
    for cue in rehearsed.cues: ...      what became of each cue
    svg(rehearsed)                      the same as a picture

It is the real session on the real scheduler, with the lengths of the current voice. Only the
answers to the coach's questions come from here. So it shows, to the sample, what a lifter who says
nothing else will hear.
"""

from __future__ import annotations

from .outcomes import CueOutcome, CueSpan, Rehearsal, Told
from .picture import svg
from .run import UnansweredError, rehearse, spoken_in
from .soundless import Measure, foresee
from .tally import Loss, PreviewTally, account, losses, tally, worded

__all__ = [
    "CueOutcome",
    "CueSpan",
    "Loss",
    "Measure",
    "PreviewTally",
    "Rehearsal",
    "Told",
    "UnansweredError",
    "account",
    "foresee",
    "losses",
    "rehearse",
    "spoken_in",
    "svg",
    "tally",
    "worded",
]
