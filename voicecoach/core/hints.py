"""What can be said now, worded as somebody would say it: one phrase for each meaning.

A phrase table knows every phrase, twenty thousand of them. A hint is the one that is worth
showing: it fits this exercise ("forty seconds" of a hold, "ten reps" of others), its number is
one that may be meant here, and its words are those that the coach itself uses, so that it says
"locked", as it was asked to, and "eight repeticiones" never. A session is a value, so each
phrase is tried out on it first: what would only be answered by "there is no such thing" is no
hint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from .commands import PhraseTable, normal
from .events import SLOTS, Command, CommandGiven, Intent, Refused, Say, State
from .plan import SAMPLE_RATE, Exercise, Phase
from .session import Question, Session, live, step
from .session.numbers import AFTER_A_SET, last_exercise
from .workout import Unit, Weight

ASKED_FOR: Mapping[State, tuple[Intent, str]] = {
    State.PROOF: (Intent.STOP, "prove_stop"),
    State.INTERRUPTED: (Intent.RESUME, "interrupted"),
    State.CHOICE: (Intent.EXERCISE, "choose"),
    State.SETUP: (Intent.NEXT, "setup_first"),
    State.GATE: (Intent.READY, "gate"),
    State.ARMED: (Intent.START, "release"),
    State.PAUSED: (Intent.RESUME, "paused"),
    State.RACKING: (Intent.LOCKED, "lock_again"),
    State.READY: (Intent.START, ""),
    State.REST: (Intent.START, ""),
    State.SUMMARY: (Intent.START, ""),
}
"""What leads on from a state that waits for a word, and the line that asks for it."""

_USUAL = {unit: Weight(Decimal(amount), unit) for unit, amount in ((Unit.KG, 60), (Unit.LB, 135))}
"""An example of a weight, where none is known yet."""

_FEWEST = 2
"""The smallest number of an example: of one thing people speak otherwise than of several."""

_REST = 30
"""Seconds: by how much a rest is made longer, as an example."""

_EFFORT = 8
"""An effort, as an example."""

_IN_VAIN = frozenset(
    {
        *("gate_first", "choose", "interrupted"),
        *("no_tempo", "slowest", "fastest", "loudest", "softest"),
        *("no_reps", "no_hold", "no_sled", "no_variation", "no_set_yet", "no_rest"),
        *("no_next_exercise", "no_last_time", "strength_unknown"),
        *("nothing_to_undo", "nothing_to_repeat"),
    }
)
"""The lines that say that something does nothing here, or is to be said later."""

_ALWAYS = frozenset({Intent.STOP, Intent.PAIN})
"""They are told whatever comes of them."""

_UNITS = {
    "kilos": "kilos",
    "half_kilos": "kilos",
    "pounds": "pounds",
    "reps": "reps",
    **dict.fromkeys(("held", "seconds", "holds_of"), "seconds"),
}
"""The quantity of the language (`config.units.Units`) that a slot is said as."""

Examples = Mapping[str, float | None]
"""Values by slot; None: any will do. A phrase with a slot that is missing is no example."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A phrase that is understood now and does something, and what it means."""

    intent: Intent
    phrase: str


class Hints:
    """The hints of one phrase table. To be asked as often as a screen is drawn: they are made
    anew only when something has changed that they depend on."""

    def __init__(self, phrases: PhraseTable) -> None:
        self._phrases = phrases
        self._worded: dict[Intent, dict[Command, list[str]]] = {}
        for phrase, command in phrases.phrases.items():
            if not any(sign.isdigit() for sign in phrase):  # the same stands there in words
                self._worded.setdefault(command.intent, {}).setdefault(command, []).append(phrase)
        self._nearest: dict[object, list[Command]] = {}
        self._asked: tuple[object, ...] = ()
        self._answer: tuple[Hint, ...] = ()

    def now(self, session: Session) -> tuple[Hint, ...]:
        """Every meaning that makes sense now, once; of exercises, each. The shortest first."""
        asked = _depends_on(session)
        if asked != self._asked:
            self._asked = asked
            each = (self._of(session, intent) for intent in self._listened(session))
            found = (hint for hints in each for hint in hints)
            self._answer = tuple(sorted(found, key=lambda hint: (len(hint.phrase), hint.phrase)))
        return self._answer

    def phrase(self, session: Session, intent: Intent) -> str | None:
        """How `intent` would be said here, whether it makes sense now or not; None where this
        language has no words for it."""
        tried = (words for words, _ in self._candidates(session, intent))
        return next(tried, None)

    def answer(self, session: Session) -> str:
        """The phrase that leads on from here, as the coach asks for it; "" where none does."""
        for intent in _leads_on(session):
            if intent in self._listened(session) and (found := self._of(session, intent)):
                return found[0].phrase
        return ""

    def exercise(self, exercise: Exercise) -> str | None:
        """The phrase that chooses `exercise`, its own name if that does."""
        chooses = Command(Intent.EXERCISE, (("exercise", exercise.id),))
        known = self._worded.get(Intent.EXERCISE, {}).get(chooses, [])
        return next(iter(sorted(known, key=lambda phrase: phrase != normal(exercise.name))), None)

    def _listened(self, session: Session) -> frozenset[Intent]:
        """What a recogniser would listen for, as `PhraseTable.grammar` has it."""
        wanted = live(session)
        return wanted if Intent.NUMBER in wanted else wanted - self._phrases.only_asked

    def _of(self, session: Session, intent: Intent) -> list[Hint]:
        if intent is Intent.EXERCISE:
            here = "" if session.workout.undecided else session.workout.exercise.id
            names = (self.exercise(each) for each in session.workout.offered if each.id != here)
            return [Hint(intent, name) for name in names if name is not None]
        for words, command in self._candidates(session, intent):
            if intent in _ALWAYS or _does_something(session, command):
                return [Hint(intent, words)]
        return []

    def _candidates(self, session: Session, intent: Intent) -> Iterator[tuple[str, Command]]:
        """Ways to say `intent`, the likeliest first."""
        examples = _examples(session, intent)
        usual = _usual_words(session, examples)
        for command in self._like(intent, examples):
            known = self._worded[intent][command]
            yield _likeliest(known, usual), command

    def _like(self, intent: Intent, examples: Examples) -> list[Command]:
        """The commands with this intent that come nearest to the `examples`: a few."""
        key = intent, *examples.items()
        if key not in self._nearest:
            known = self._worded.get(intent, {})
            fitting = [each for each in known if all(name in examples for name, _ in each.slots)]
            fitting.sort(key=lambda each: (_distance(each, examples), len(each.slots)))
            self._nearest[key] = fitting[:_TRIED]
        return self._nearest[key]


_TRIED = 12
"""How many readings of one intent are tried out."""


def _distance(command: Command, examples: Examples) -> float:
    """How far the slots of a command are from what they would be here."""
    far = 0.0
    for name, value in command.slots:
        wanted = examples[name]
        if wanted is not None:
            far += abs(float(value) - wanted)
    return far


def _likeliest(phrases: list[str], usual: tuple[str, ...]) -> str:
    """Of phrases that mean the same, the one that the coach itself names (the longest, for
    "lock" stands in "locked", too), or that holds its words for a quantity. Else the first one
    of the file, without what may be left out of it."""
    for text in usual:
        named = [phrase for phrase in phrases if f" {phrase} " in text]
        holding = [phrase for phrase in phrases if text in f" {phrase} "]
        if named or holding:
            return max(named, key=len) if named else min(holding, key=len)
    words = set(phrases[0].split())
    return min((phrase for phrase in phrases if set(phrase.split()) <= words), key=len)


def _usual_words(session: Session, examples: Examples) -> tuple[str, ...]:
    """What the coach says here: what it asks for, its quantities, and what it tells when asked."""
    lines, language = session.workout.exercise.lines, session.workout.exercise.language
    _, asks = ASKED_FOR.get(session.state, (None, ""))
    texts = [lines[asks].full[0]] if asks and lines[asks].full else []
    for slot, value in examples.items():
        if slot in _UNITS and value is not None:
            texts.append(language.quantity(_UNITS[slot], Decimal(str(value))))
    texts += lines["help"].full[:1]
    return tuple(f" {normal(text)} " for text in texts)


def _leads_on(session: Session) -> tuple[Intent, ...]:
    """What is waited for: an answer to an open question, else what the state asks for."""
    asked = session.questions.kind
    if asked is Question.WEIGHT:
        return Intent.NUMBER, Intent.WEIGHT
    if asked is Question.REPS:
        return Intent.NUMBER, Intent.REPS
    if asked not in (None, Question.CARRY_ON, Question.READ_BACK):
        return (Intent.YES,)
    intent, _ = ASKED_FOR.get(session.state, (None, ""))
    return (intent,) if intent is not None else ()


def _does_something(session: Session, command: Command) -> bool:
    """Whether the session would do what is said, and not just say why it can't."""
    # No time passes meanwhile, and the session need not be one of this very moment.
    still = replace(session, due=None, hearing=session.hearing.without_reminders())
    _, effects = step(still, CommandGiven(command))
    for effect in effects:
        if isinstance(effect, Refused):
            return False
        if isinstance(effect, Say) and any(want.id in _IN_VAIN for want in effect.wants):
            return False
    return True


def _depends_on(session: Session) -> tuple[object, ...]:
    """What the hints are made from: all of the session that is more than time passing."""
    return (
        *(session.state, session.workout, session.entries.made, session.questions.open),
        *(session.set.setup_at, session.rest is None, session.rest and session.rest.paused),
        *(session.speech.talk, session.speech.loudness, session.speech.last == ()),
        session.hearing.unheard,
    )


def _examples(session: Session, intent: Intent) -> Examples:
    """A value for each slot of `intent` that it may have here."""
    known = _values(session, intent)
    return {name: known[name] for name in SLOTS.get(intent, ()) if name in known}


def _unit(session: Session) -> Unit:
    """Of a weight that is asked for."""
    wanted = session.questions.wanted
    return wanted.unit if wanted is not None else Unit.KG


def _values(session: Session, intent: Intent) -> Examples:
    workout = session.workout
    after = bool(workout.log) and (intent is Intent.LOG or session.state in AFTER_A_SET)
    exercise = last_exercise(session) if after else workout.exercise
    reps = workout.log[-1].done.reps if after else workout.target
    count = max(_FEWEST, exercise.told(reps))
    known: dict[str, float | None] = {"held" if exercise.held else "reps": count}
    if intent is not Intent.LOG:  # "log ten reps" is what it is most used for
        last = workout.log[-1].done.weight if after else None
        weight = last or workout.planned.weight or _USUAL[_unit(session)]
        amount = max(float(weight.amount), _FEWEST)
        names = ("kilos", "half_kilos") if weight.unit is Unit.KG else ("pounds",)
        known |= dict.fromkeys(names, amount)
        asked = session.questions.kind
        known["number"] = amount if asked is Question.WEIGHT else float(count)
    known |= {phase.value: workout.tempo.of(phase) // SAMPLE_RATE for phase in Phase}
    planned = max(_FEWEST, workout.exercise.told(workout.target))
    known |= {"sets": 3, "holds_of" if workout.exercise.held else "sets_of": planned}
    known |= {"more": 1, "seconds": _REST, "rpe": _EFFORT, "felt": _EFFORT}
    return known | dict.fromkeys(("note", "variation", "stance"))
