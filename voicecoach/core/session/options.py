"""What can I say? The commands understood now, a few at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ..events import URGENT, Command, Intent, Say, State
from ..plan import Wording
from .lines import heard_tone, make_way, to_repeat, worded
from .state import UNDER_LOAD, Session, Turn

LETTERS = 60
"""Letters of the commands told at once: about five seconds of speech. Asking again gives the next
ones."""

LETTERS_IN_A_REP = 14
"""The same while reps are paced: no longer than the answer to "how many", so that the reminders
keep their places."""


def tell_options(session: Session, command: Command, live: Collection[Intent]) -> Turn:
    """Tell the commands of `live`, shortest first. Under load, leave out those that would end the
    set if they came back from a loudspeaker."""
    loaded = session.state in UNDER_LOAD
    unsaid = {command.intent, *(URGENT if loaded else ())}
    known = session.speech.said_as
    told = (known[intent] for intent in known if intent in {*live} - unsaid)
    phrases = tuple(sorted(told, key=lambda phrase: (len(phrase), phrase)))
    effects = heard_tone(session) if loaded else make_way(session, "something else was asked")
    wording = session.workout.exercise.lines["options"]
    if not phrases or not any(wording.full):
        return session, effects
    first = session.speech.next_option(phrases)
    paced = session.state in (State.COUNTDOWN, State.REP)
    page = [*_page(phrases[first:], LETTERS_IN_A_REP if paced else LETTERS)]
    session = replace(session, speech=session.speech.tell(phrases, first + len(page)))
    if paced and wording.short:
        wording = Wording(wording.short)
    session, want = worded(
        session, "options", wording=wording, values={"commands": ", ".join(page)}
    )
    return to_repeat(session, want), [*effects, Say(session.now, (want,))]


def _page(phrases: Sequence[str], letters: int) -> Iterator[str]:
    """The first of `phrases`, and those after it that fit into `letters`."""
    for n, phrase in enumerate(phrases):
        letters -= len(phrase)
        if n and letters < 0:
            return
        yield phrase
