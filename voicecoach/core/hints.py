"""What can be said now, worded naturally: one phrase for each meaning.

A phrase table has twenty thousand phrases. A hint is the one worth showing. It fits the exercise
("forty seconds" of a hold, "ten reps" of others). Its number is plausible here. Its words are the
ones the coach uses: "locked", if that is what it asked for, and never "eight repeticiones". A
session is a value, so each phrase is tried out on it first. If the coach would only answer "there
is no such thing", the phrase is no hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from .commands import PhraseTable, normal
from .events import SLOTS, Command, CommandGiven, Intent, Refused, Say, State
from .plan import SAMPLE_RATE, Exercise, Phase
from .session import Question, Session, live, step
from .session.numbers import last_exercise
from .session.state import AFTER_A_SET
from .workout import Unit, Weight

ASKED_FOR: Mapping[State, tuple[Intent, str]] = {
    State.PROOF: (Intent.STOP, "prove_stop"),
    State.INTERRUPTED: (Intent.RESUME, "interrupted"),
    State.CHOICE: (Intent.EXERCISE, "choose"),
    State.SETUP: (Intent.NEXT, "setup_first"),
    State.GATE: (Intent.READY, "gate"),
    State.ARMED: (Intent.START, "release"),
    State.PAUSED: (Intent.RESUME, "paused"),
    State.REST_PAUSE: (Intent.GO, "rest_pause"),
    State.RACKING: (Intent.LOCKED, "lock_again"),
    State.READY: (Intent.START, ""),
    State.REST: (Intent.START, ""),
    State.SUMMARY: (Intent.START, ""),
}
"""For each state that waits for a word: the intent that leads on, and the line that asks for it."""

_USUAL = {unit: Weight(Decimal(amount), unit) for unit, amount in ((Unit.KG, 60), (Unit.LB, 135))}
"""An example weight, for when none is known yet."""

_FEWEST = 2
"""The smallest number in an example, because languages word one thing differently from several."""

_REST = 30
"""An example of how much longer to rest, in seconds."""

_EFFORT = 8
"""An example RPE."""

_HOLE = 5
"""An example of a stack's hole."""

_ADDED = 20
"""An example of what is added to the lifter's own weight."""
_LEFT = 2
"""The reps that an RPE of 8 leaves."""

_IN_VAIN = frozenset(
    {
        *("gate_first", "choose", "interrupted"),
        *("no_tempo", "slowest", "fastest", "loudest", "softest"),
        *("no_reps", "no_hold", "no_sled", "no_such_load", "no_variation", "no_set_yet", "no_rest"),
        *("no_next_exercise", "no_last_time", "strength_unknown", "no_plan"),
        *("nothing_to_undo", "cant_undo", "nothing_to_repeat"),
        *("no_weight", "no_lighter", "nothing_to_skip", "nothing_upcoming"),
    }
)
"""The lines which say that a command does nothing here, or not yet."""

_ALWAYS = frozenset({Intent.STOP, Intent.PAIN})
"""Always shown, whatever they would do."""

_UNITS = {
    "kilos": "kilos",
    "half_kilos": "kilos",
    "pounds": "pounds",
    "reps": "reps",
    **dict.fromkeys(("held", "seconds", "holds_of"), "seconds"),
}
"""The quantity of the language (`config.units.Units`) in which a slot is said."""

_FIGURE = re.compile(r"\d")

Examples = Mapping[str, float | None]
"""Values by slot; None: any value. A phrase with a slot that is not here is no example."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A phrase that is understood now and does something, and its intent."""

    intent: Intent
    phrase: str


class Hints:
    """The hints of one phrase table. They are only remade when something they depend on has
    changed, so a screen may ask on every frame."""

    def __init__(self, phrases: PhraseTable) -> None:
        self._phrases = phrases
        self._worded: dict[Intent, dict[Command, list[str]]] = {}
        for phrase, command in phrases.phrases.items():
            if not _FIGURE.search(phrase):  # the same phrase is there in words
                self._worded.setdefault(command.intent, {}).setdefault(command, []).append(phrase)
        self._nearest: dict[object, list[Command]] = {}
        self._asked: tuple[object, ...] = ()
        self._answer: tuple[Hint, ...] = ()

    def now(self, session: Session) -> tuple[Hint, ...]:
        """One hint for each meaning that makes sense now, and one for each exercise. Shortest
        first."""
        asked = _depends_on(session)
        if asked != self._asked:
            self._asked = asked
            each = (self._of(session, intent) for intent in self._listened(session))
            found = (hint for hints in each for hint in hints)
            self._answer = tuple(sorted(found, key=lambda hint: (len(hint.phrase), hint.phrase)))
        return self._answer

    def phrase(self, session: Session, intent: Intent) -> str | None:
        """How `intent` would be said here, even if it makes no sense now; None if this language has
        no words for it."""
        tried = (words for words, _ in self._candidates(session, intent))
        return next(tried, None)

    def answer(self, session: Session) -> str:
        """The phrase that leads on from here, as the coach asks for it; "" if none does."""
        for intent in _leads_on(session):
            if intent in self._listened(session) and (found := self._of(session, intent)):
                return found[0].phrase
        return ""

    def exercise(self, exercise: Exercise) -> str | None:
        """The phrase that chooses `exercise`: its own name, if that works."""
        chooses = Command(Intent.EXERCISE, (("exercise", exercise.id),))
        known = self._worded.get(Intent.EXERCISE, {}).get(chooses, [])
        return next(iter(sorted(known, key=lambda phrase: phrase != normal(exercise.name))), None)

    def _listened(self, session: Session) -> frozenset[Intent]:
        """What a recogniser would listen for, as in `PhraseTable.grammar`."""
        wanted = live(session)
        asked = Intent.NUMBER in wanted and Intent.LEFT not in wanted
        return wanted if asked else wanted - self._phrases.only_asked

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
        """Ways to say `intent`, likeliest first."""
        examples = _examples(session, intent)
        usual = _usual_words(session, examples)
        for command in self._like(intent, examples):
            known = self._worded[intent][command]
            yield _likeliest(known, usual), command

    def _like(self, intent: Intent, examples: Examples) -> list[Command]:
        """The few commands with this intent that come nearest to `examples`."""
        key = intent, *examples.items()
        if key not in self._nearest:
            known = self._worded.get(intent, {})
            fitting = [each for each in known if all(name in examples for name, _ in each.slots)]
            fitting.sort(key=lambda each: (_distance(each, examples), len(each.slots)))
            self._nearest[key] = fitting[:_TRIED]
        return self._nearest[key]


_TRIED = 12
"""How many readings of an intent are tried out."""


def _distance(command: Command, examples: Examples) -> float:
    """How far a command's slots are from their example values."""
    far = 0.0
    for name, value in command.slots:
        wanted = examples[name]
        if wanted is not None:
            far += abs(float(value) - wanted)
    return far


def _likeliest(phrases: list[str], usual: tuple[str, ...]) -> str:
    """The likeliest of several phrases with one meaning. First choice is a phrase that the coach
    itself uses: the longest, because "lock" is also in "locked". Next is one that contains the
    coach's words for a quantity. Otherwise it is the file's first phrase, without its optional
    words."""
    for text in usual:
        named = [phrase for phrase in phrases if f" {phrase} " in text]
        holding = [phrase for phrase in phrases if text in f" {phrase} "]
        if named or holding:
            return max(named, key=len) if named else min(holding, key=len)
    words = set(phrases[0].split())
    return min((phrase for phrase in phrases if set(phrase.split()) <= words), key=len)


def _usual_words(session: Session, examples: Examples) -> tuple[str, ...]:
    """What the coach says here: what it asks for, its quantities, and its answer to "help"."""
    lines, language = session.workout.exercise.lines, session.workout.exercise.language
    _, asks = ASKED_FOR.get(session.state, (None, ""))
    texts = [lines[asks].full[0]] if asks and lines[asks].full else []
    for slot, value in examples.items():
        if slot in _UNITS and value is not None:
            texts.append(language.quantity(_UNITS[slot], Decimal(str(value))))
    texts += lines["help"].full[:1]
    return tuple(f" {normal(text)} " for text in texts)


def _leads_on(session: Session) -> tuple[Intent, ...]:
    """What is waited for: the answer to an open question, or what the state asks for."""
    asked = session.questions.kind
    if asked is Question.WEIGHT:
        return Intent.NUMBER, Intent.WEIGHT
    if asked is Question.REPS:
        return Intent.NUMBER, Intent.REPS
    if asked is Question.LEFT:
        return Intent.LEFT, Intent.RPE
    if asked not in (None, Question.CARRY_ON, Question.READ_BACK):
        return (Intent.YES,)
    if session.state is State.REST_PAUSE:
        return Intent.GO, Intent.RESUME
    intent, _ = ASKED_FOR.get(session.state, (None, ""))
    return (intent,) if intent is not None else ()


def _does_something(session: Session, command: Command) -> bool:
    """Whether the session would act on `command`, and not just say why it can't."""
    # No time passes here, and the session may be from a moment ago.
    still = replace(session, due=None, hearing=session.hearing.without_reminders())
    _, effects = step(still, CommandGiven(command))
    for effect in effects:
        if isinstance(effect, Refused):
            return False
        if isinstance(effect, Say) and any(want.id in _IN_VAIN for want in effect.wants):
            return False
    return True


def _depends_on(session: Session) -> tuple[object, ...]:
    """What the hints depend on: all of the session but the passing of time."""
    return (
        *(session.state, session.workout, session.entries.made, session.questions.open),
        session.questions.newest,
        *(
            session.set.setup_at,
            session.set.hurt,
            session.set.done > 0,
            session.rest is None,
            session.rest and session.rest.paused,
        ),
        *(session.speech.talk, session.speech.loudness, session.speech.last == ()),
        session.hearing.unheard,
    )


def _examples(session: Session, intent: Intent) -> Examples:
    """A plausible value for each slot of `intent`."""
    known = _values(session, intent)
    return {name: known[name] for name in SLOTS.get(intent, ()) if name in known}


def _unit(session: Session) -> Unit:
    """The unit of the weight that is asked for."""
    wanted = session.questions.wanted
    return wanted.unit if wanted is not None else Unit.KG


def _values(session: Session, intent: Intent) -> Examples:
    workout = session.workout
    after = bool(workout.log) and (intent is Intent.LOG or session.state in AFTER_A_SET)
    exercise = last_exercise(session) if after else workout.exercise
    reps = workout.log[-1].done.reps if after else workout.target
    count = max(_FEWEST, exercise.told(reps))
    known: dict[str, float | None] = {"held" if exercise.held else "reps": count}
    if intent is not Intent.LOG:  # "log ten reps" is its usual form
        last = workout.log[-1].done.weight if after else None
        weight = last or workout.planned.weight or _USUAL[_unit(session)]
        amount = max(float(weight.amount), _FEWEST)
        names = ("kilos", "half_kilos") if weight.unit is Unit.KG else ("pounds",)
        known |= dict.fromkeys(names, amount)
        asked = session.questions.kind
        known["number"] = amount if asked is Question.WEIGHT else float(count)
        if asked is Question.LEFT:
            known["number"] = _LEFT
    known |= {phase.value: workout.tempo.of(phase) // SAMPLE_RATE for phase in Phase}
    planned = max(_FEWEST, workout.exercise.told(workout.target))
    known |= {"sets": 3, "holds_of" if workout.exercise.held else "sets_of": planned}
    known |= {"rounds": 3, "rounds_of": planned}
    known |= {"a_side": _FEWEST, "pin": _HOLE, "added": _ADDED}
    known |= {"more": 1, "seconds": _REST, "rpe": _EFFORT, "felt": _EFFORT, "left": _LEFT}
    known |= {"minutes": 2, "step": 5, "reserve": 2}
    return known | dict.fromkeys(("note", "variation", "stance", "falling"))
