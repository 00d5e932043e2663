"""Lines that take too long while somebody holds a weight.

The gate's question comes while the hands are on the catches or the bar, "stopped" and "hurt" while
the lifter must get rid of the weight, and an alarm must end before the session gives it up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..config import Config
from ..core.plan import SAMPLE_RATE, Exercise, seconds
from ..core.session.lines import AT_ONCE
from ..core.session.trouble import NAMED
from .findings import Kind, LintFinding

_HURRY = 10 * SAMPLE_RATE
_MOMENT = 8 * SAMPLE_RATE

_WAITING = "the lifter waits for its end before the set, with the weight at hand"
_HOLDING = "the lifter holds the weight until it has told where to put it"

AT_MOST: Mapping[str, tuple[int, str]] = {
    **dict.fromkeys(("gate", "gate_first"), (_MOMENT, _WAITING)),
    "release": (_MOMENT, _WAITING),
    # These describe two ways out, because one may fail.
    **dict.fromkeys(("stopped", "hurt"), (_HURRY, _HOLDING)),
    **dict.fromkeys(("ended", "ended_empty", "lock_again", "paused"), (_MOMENT, _HOLDING)),
}
"""Samples that the full wording of a line may take. The longest shipped one takes 8.6 s, the German
"stopped" of the deadlift, and 6.3 s where less is allowed, in any language and voice."""

ALARMS: Mapping[str, int] = {
    **dict.fromkeys(("deaf", "still_deaf"), AT_ONCE),
    **dict.fromkeys(("deaf_for_good", "hearing_moved", "sound_moved"), NAMED),
}
"""Samples within which the shortest wording of an alarm must end."""


def overlong(
    config: Config, exercise: Exercise, length: Callable[[str], int]
) -> Iterator[LintFinding]:
    """The lines of `exercise` that are too long; `length` gives a text's length in samples."""
    for name, (most, why) in AT_MOST.items():
        for text in exercise.lines[name].full:
            if (takes := length(text)) > most:
                yield LintFinding.at(
                    config.text_of(exercise.id, "lines", name),
                    Kind.LONG,
                    f'"{text}" takes {in_seconds(takes)} s, more than {in_seconds(most)} s',
                    why,
                    f"say first what to do, and no more than needed: {fitting(text, takes, most)}",
                )
    for name, most in ALARMS.items():
        wording = exercise.lines[name]
        for n, text in enumerate(wording.full):
            short = wording.short[n % len(wording.short)] if wording.short else text
            shortest = min((text, short), key=length)
            if (takes := length(shortest)) > most:
                yield LintFinding.at(
                    config.text_of(exercise.id, "lines", name),
                    Kind.LONG,
                    f'"{shortest}" takes {in_seconds(takes)} s, and an alarm has '
                    f"{in_seconds(most)} s",
                    "in a set it is left out, and the lifter does not know what has failed",
                    f'give it a "short" wording: {fitting(shortest, takes, most)}',
                )


def in_seconds(samples: int) -> str:
    """Samples in seconds, for a message."""
    return f"{seconds(max(0, samples)):.2f}"


def fitting(text: str, takes: int, room: int) -> str:
    """How many words would fit, for this text and voice."""
    words = len(text.split())
    fit = int(words * room / takes) if takes else words
    if fit < 1:
        return "give it a longer phase or another one: not a word of it fits"
    return f"{fit} word{'' if fit == 1 else 's'} as long as these would fit"
