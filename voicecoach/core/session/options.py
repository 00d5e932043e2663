"""What can I say? The commands that are understood now, as many at a time as are soon said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ..events import URGENT, Command, Intent, Say, State
from ..plan import Wording
from .lines import heard_tone, make_way, to_repeat, worded
from .state import UNDER_LOAD, Session, Turn

LETTERS = 60
"""Of the commands that are told at once: about five seconds of speech. Whoever asks again hears
those that come next."""

LETTERS_IN_A_REP = 14
"""The same where reps are paced: it takes no longer than the answer to "how many", and leaves
the reminders their place as that does."""


def tell_options(session: Session, command: Command, live: Collection[Intent]) -> Turn:
    """The commands of `live`, shortest first. Under a load without what would end the set, were
    it to come back from a loudspeaker."""
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
    """The first of `phrases`, and those after it that `letters` have room for."""
    for n, phrase in enumerate(phrases):
        letters -= len(phrase)
        if n and letters < 0:
            return
        yield phrase
