"""A set as a lifter remembers it: rep by rep, with what was said in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..logged import Moment
from .moments import SetTimeline, Stretch, stretches

_BETWEEN = ("", "before", "pause", "rest-pause", "after")

_WAITING = {"paused": "pause", "countdown": "pause", "rest-pause": "rest-pause"}

_BEFORE_A_BEAT = 0.3
"""Seconds that the first word of a phase may begin before it."""


@dataclass(frozen=True, slots=True)
class RepLine:
    who: str
    """"coach" or "you"."""
    text: str
    obeyed: bool = True
    """Whether your command was obeyed; if not, `why` says the reason."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class PhaseBar:
    """A rep, or the time before, between or after reps."""

    title: str
    """"before", "1", "pause" or "after"."""
    lasts: float
    """Seconds."""
    phases: tuple[tuple[str, float], ...]
    """The phases and their seconds; empty if there was no rep."""
    said: tuple[RepLine, ...] = field(default=())


def parts(one: SetTimeline) -> list[PhaseBar]:
    """The set from the first question to the last answer, in order of time."""
    pacing = stretches(one.moments)
    cuts = list(_cuts(pacing, one.done))
    end = max((each.until for each in one.moments), default=0.0)
    found = []
    for nth, (at, title) in enumerate(cuts):
        until = cuts[nth + 1][0] if nth + 1 < len(cuts) else end
        phases = [each for each in pacing if each.is_phase and at <= each.at < until]
        first, last = nth == 0, nth + 1 == len(cuts)
        said = (
            words
            for each in one.moments
            if (first or at <= _moment(each)) and (last or _moment(each) < until)
            if (words := _said(each)) is not None
        )
        told = tuple(said)
        if told or phases:
            lengths = tuple((each.what, each.until - each.at) for each in phases)
            found.append(PhaseBar(title, until - at, lengths, told))
    return found


def _cuts(pacing: list[Stretch], done: Sequence[float]) -> Iterator[tuple[float, str]]:
    """Where each part begins, and its title. A rep that was broken off has the same number as
    the next one."""
    begun, first, title = 0, "", ""
    for each in pacing:
        if each.is_phase:
            first = first or each.what
            begins = each.what == first
            begun += begins
            # Compared with the middle of the phase, so that float error does not decide.
            until_then = sum(at < (each.at + each.until) / 2 for at in done)
            number = until_then + 1 if done else begun
            now = str(number) if begins or title in _BETWEEN else title
        elif not begun:
            now = "before"
        elif each.what == "countdown" and title == "rest-pause":
            now = title
        else:
            now = _WAITING.get(each.what, "after")
        if now != title or (each.is_phase and begins):
            title = now
            yield each.at, now
    if not pacing:
        yield 0.0, "before"


def _moment(each: Moment) -> float:
    """The time that decides which part it belongs to: it may begin just before its phase."""
    return each.at + min(_BEFORE_A_BEAT, max(0.0, each.until - each.at) / 2)


def _said(each: Moment) -> RepLine | None:
    match each.kind:
        case "cue" if each.text and each.outcome != "dropped":
            return RepLine("coach", each.text)
        case "heard":
            return RepLine("you", each.text)
        case "refused":
            return RepLine("you", each.text, obeyed=False, why=each.why)
    return None


# --- all of it as a table ------------------------------------------------------------------------

COLUMNS = ("second", "who", "what", "outcome")


def rows(one: SetTimeline) -> tuple[tuple[str, ...], ...]:
    """Everything that happened, including what was dropped and why."""
    found = [(each.at, "pacing", each.what, "") for each in stretches(one.moments)]
    found += [
        (each.at, "coach" if each.kind == "cue" else "lifter", each.text, _outcome(each))
        for each in one.moments
        if each.kind in ("cue", "heard", "refused")
    ]
    return tuple((f"{at:.2f}", who, text, why) for at, who, text, why in sorted(found))


def _outcome(each: Moment) -> str:
    """ "" if all went well."""
    what = each.outcome if each.kind == "cue" else "refused"
    if what == "played" or each.kind == "heard":
        return ""
    return f"{what}: {each.why}" if each.why else what


def summary(one: SetTimeline) -> str:
    """The set in a sentence."""
    found = parts(one)
    paced = [part for part in found if part.phases]
    if not paced:
        return "No rep was done."
    count, what = len(one.done) or len(paced), "breath" if one.held else "rep"
    told = f"{count} {what}{'' if count == 1 else 's'} in "
    told += f"{sum(length for part in paced for _, length in part.phases):.0f} seconds"
    said = [words.text for part in paced for words in part.said if words.who == "you"]
    quoted = ", ".join(f'"{text}"' for text in said)
    return f"{told}; you said {quoted}." if said else f"{told}."
