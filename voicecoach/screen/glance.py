"""What a workout looks like from three metres: a snapshot in words and shapes.

Text only, nothing of a terminal: the same lines can be painted, printed and
tested. Nothing here depends on colour. What the lifter reads is worded by the
files (the cue script's openers and lines, the command file's phrases); only a
few labels are ours.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from ..core.commands import PhraseTable, normal
from ..core.events import Command, Intent, State
from ..core.plan import SAMPLE_RATE, Exercise, Phase
from ..core.session import Session
from ..core.workout import SetKind
from ..snapshot import Snapshot
from . import lettering

KEYS: Mapping[str, tuple[Intent, ...]] = {
    "enter": (Intent.READY, Intent.RESUME, Intent.LOCKED, Intent.NEXT, Intent.START),
    "space": (Intent.PAUSE, Intent.RESUME),
    "s": (Intent.STOP,),
    "d": (Intent.DONE,),
    "-": (Intent.SLOWER,),
    "+": (Intent.FASTER,),
    "m": (Intent.MORE,),
    "h": (Intent.HOW_MANY,),
    "r": (Intent.REPEAT,),
    "q": (Intent.QUIET,),
    "t": (Intent.TALK,),
    "up": (Intent.LOUDER,),
    "down": (Intent.SOFTER,),
    "u": (Intent.SET_UP,),
    "e": (Intent.EXPLAIN,),
    "p": (Intent.PAIN,),
    "?": (Intent.HELP,),
}
"""What each key says: of its meanings the one that the state waits for, else the first
that is understood, as a phrase of the command file. No key does what can't be said."""

CHOOSING = "123456789"
"""The keys that say the name of the first, second, ... exercise that is offered."""

WAITS_FOR: Mapping[State, tuple[Intent, str]] = {
    State.PROOF: (Intent.STOP, "prove_stop"),
    State.INTERRUPTED: (Intent.RESUME, ""),
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

FAINTEST = -60.0
"""dBFS at the left end of the level meter: a quiet room through a close microphone."""

MOST_MARKS = 10
"""Seconds up to which a bar is divided into them; more would be a comb."""

_PAUSES = re.compile(r"[.,;:!?]")
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


# --- what can be said ------------------------------------------------------------------------


class Book:
    """The phrase table by meaning, sorted once: a screen asks some twenty times a second."""

    def __init__(self, phrases: PhraseTable) -> None:
        self._phrases = phrases
        self._meaning: dict[Command, list[str]] = {}
        for phrase, command in phrases.phrases.items():
            self._meaning.setdefault(command, []).append(phrase)

    def intent(self, phrase: str) -> Intent | None:
        command = self._phrases.parse(phrase)
        return command.intent if command is not None else None

    def of(self, intent: Intent) -> list[str]:
        """Its phrases in the order of the file; of "{more} more" those for one."""
        plain = self._meaning.get(Command(intent), [])
        return plain or self._meaning.get(Command(intent, (("more", 1),)), [])

    def named(self, exercise: Exercise) -> str | None:
        """The phrase that chooses `exercise`, its own name if that does."""
        known = self._meaning.get(Command(Intent.EXERCISE, (("exercise", exercise.id),)), [])
        return next(iter(sorted(known, key=lambda phrase: phrase != normal(exercise.name))), None)


def text_for(key: str, snapshot: Snapshot, book: Book) -> str | None:
    """What `key` says: a phrase that is understood now, else one that will be refused
    with its reason. None for a key without a meaning."""
    if key in CHOOSING:
        offered = snapshot.session.offered[CHOOSING.index(key) :][:1]
        return book.named(offered[0]) if offered else None
    waited, _ = WAITS_FOR.get(snapshot.session.state, (None, ""))
    intents = sorted(KEYS.get(key, ()), key=lambda intent: intent is not waited)
    live = {book.intent(phrase): phrase for phrase in reversed(snapshot.can_say)}
    understood = (live[intent] for intent in intents if intent in live)
    refused = (phrase for intent in intents for phrase in book.of(intent))
    return next(understood, None) or next(refused, None)


def sayable(snapshot: Snapshot, book: Book) -> tuple[str, ...]:
    """Each phrase with the key that says it, where there is one: "pause [space]". Where an
    exercise is to be chosen, those that are offered come first."""
    keys = {text_for(key, snapshot, book): key for key in (*KEYS, *CHOOSING)}
    choosing = snapshot.session.state is State.CHOICE
    names = filter(None, map(book.named, snapshot.session.offered)) if choosing else ()
    phrases = dict.fromkeys((*names, *snapshot.can_say))
    return tuple(f"{phrase} [{keys[phrase]}]" if phrase in keys else phrase for phrase in phrases)


def answer(snapshot: Snapshot, book: Book) -> str:
    """The phrase that leads on from here, as the coach asks for it; "" where none does."""
    intent, line = WAITS_FOR.get(snapshot.session.state, (None, ""))
    if intent is None:
        return ""
    if intent is Intent.EXERCISE:
        return next(filter(None, map(book.named, snapshot.session.offered)), "")
    known = book.of(intent)
    asked = f" {normal(_text(snapshot.session.exercise, line))} "
    named = [phrase for phrase in known if f" {phrase} " in asked]
    usual = [phrase for phrase in snapshot.can_say if normal(phrase) in known]
    return max(named, key=len, default=(usual or known or [""])[0])


def _text(exercise: Exercise, line: str) -> str:
    return exercise.lines[line].full[0] if line else ""


# --- the lines around the stage --------------------------------------------------------------


def title(snapshot: Snapshot) -> str:
    """Exercise, set, tempo and weight."""
    session = snapshot.session
    if session.undecided:
        return ""
    planned = session.planned
    after = session.state in (State.RACKING, State.REST, State.SUMMARY) and session.log
    kind = session.log[-1].done.kind if after else planned.kind
    number = max(1, session.work_set - 1) if after else session.work_set
    what = "warm-up set" if kind is SetKind.WARM_UP else f"set {number}"
    tempo = _told(session, session.target) if session.exercise.held else f"tempo {session.tempo}"
    parts = [session.exercise.name, what, tempo]
    return " · ".join([*parts, *([str(planned.weight)] if planned.weight else [])])


def heard(snapshot: Snapshot) -> str:
    """The last thing heard and, if it was refused, why."""
    last = snapshot.heard
    if last is None:
        return "heard nothing yet"
    if last.accepted:
        return f'heard "{last.text}"'
    return f'refused "{last.text}": {last.reason}' if last.text else f"refused: {last.reason}"


def tall(text: str, columns: int) -> str:
    """`text` in drawn letters on one line if there is room for that, else as it is."""
    return "\n".join(lettering.fitting(text, columns, lettering.height(1), 1) or [text])


def meter(snapshot: Snapshot, columns: int) -> str:
    """The microphone's level; and blocks lost, if any were."""
    lost = f"  under-runs {snapshot.under_runs}" if snapshot.under_runs else ""
    return level_meter(snapshot.level, columns - len(lost)) + lost


def level_meter(level: float, columns: int) -> str:
    """A level in dBFS as a bar and a number, in words when there is none."""
    value = "digital silence" if level == -math.inf else f"{level:4.0f} dBFS"
    room = max(5, min(40, columns - len(f"mic    {value}")))
    return f"mic  {_filled((level - FAINTEST) / -FAINTEST, room)}  {value}"


def trouble(snapshot: Snapshot) -> str:
    """What stands between coach and lifter; "" when nothing does."""
    parts = []
    if snapshot.deaf:
        parts.append(f"I CAN'T HEAR YOU: {snapshot.deaf}. The keys work.")
    if snapshot.mute:
        parts.append(f"YOU CAN'T HEAR ME: {snapshot.mute}.")
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that is passing, in output samples."""

    begins: int
    ends: int

    def passed(self, at: int) -> float:
        """0 to 1."""
        return min(1.0, max(0.0, (at - self.begins) / max(1, self.ends - self.begins)))


def span(snapshot: Snapshot) -> Span | None:
    """What the bar shows: the phase, the countdown or the rest."""
    session = snapshot.session
    if session.state in (State.REP, State.COUNTDOWN):
        return Span(snapshot.phase_begins, snapshot.phase_ends)
    if session.state is State.REST and session.rest is not None and session.rest.length:
        left = session.rest.left(snapshot.at)
        return Span(snapshot.at + left - session.rest.length, snapshot.at + left)
    return None


def bar(passing: Span, at: int, columns: int) -> str:
    """A bar that fills from left to right, a gap after each second of a short span."""
    seconds = max(1, round((passing.ends - passing.begins) / SAMPLE_RATE))
    parts = seconds if seconds <= MOST_MARKS else 1
    edges = [round(part * (columns + 1) / parts) for part in range(parts + 1)]
    drawn = []
    for part, (left, right) in enumerate(pairwise(edges)):
        drawn.append(_filled(passing.passed(at) * parts - part, max(0, right - left - 1)))
    return " ".join(drawn)[:columns]


def _filled(share: float, columns: int) -> str:
    full = round(min(1.0, max(0.0, share)) * columns) if math.isfinite(share) else 0
    return "█" * full + "░" * (columns - full)


# --- the stage -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scene:
    """What fills the middle of the screen."""

    number: str = ""
    """The tallest of all: a rep, seconds left."""
    digits: int = 1
    """As many as the number will have at most, so that it keeps its size and place."""
    word: str = ""
    """Beside the number; or, without one, the headline."""
    under: str = ""
    """Under the word: what the number is of."""
    note: str = ""
    """In letters of the usual size."""
    answer: str = ""
    """The phrase that leads on."""


def scene(snapshot: Snapshot, book: Book) -> Scene:
    """What matters most in this state."""
    session = replace(snapshot.session, now=snapshot.at)
    exercise = session.exercise
    target = exercise.told(session.target)
    of = f"of {_told(session, session.target)}"
    digits = len(str(target))
    reply = answer(snapshot, book)
    _, line = WAITS_FOR.get(session.state, (None, ""))
    word, note = _headline(_text(exercise, line), reply)
    match session.state:
        case State.REP:
            word, note = _phase(exercise, snapshot.phase)
            number = session.told_done if exercise.held else snapshot.rep
            return Scene(str(number), digits, word, of, note)
        case State.COUNTDOWN:
            left = math.ceil((snapshot.phase_ends - snapshot.at) / SAMPLE_RATE)
            seconds = min(max(left, 1), max(exercise.countdown, 1))
            word = "hold" if exercise.held else f"rep {snapshot.rep}"
            return Scene(str(seconds), digits, word, of)
        case State.PAUSED:
            return Scene(str(session.told_done), digits, word, of, note, reply)
        case State.REST:
            rest = session.rest
            assert rest is not None
            shown = rest.left(snapshot.at) if rest.length else rest.rested(snapshot.at)
            word = "rest" if rest.paused is None else "rest paused"
            return Scene(_clock(shown), 4, word, "", _upcoming(session), reply)
        case State.RACKING:
            note = f"{session.told_done} {of} {'held' if exercise.held else 'reps done'}"
        case State.SETUP:
            word = f"set-up {session.setup_at + 1}/{len(exercise.setup)}"
            note = exercise.setup[session.setup_at].wording.full[0]
        case State.CHOICE:
            note = ", ".join(exercise.name for exercise in session.offered)
        case State.READY:
            paced = session.tempo if not exercise.held else "to hold"
            how_many = _told(session, session.target) + ("" if exercise.held else " reps")
            word, note = exercise.name, f"{how_many}, {paced}"
        case State.SUMMARY:
            word, note = f"{len(session.sets)} sets", f"{sum(session.sets)} reps in all"
        case State.INTERRUPTED:
            word = "carry on?"
        case State.PROOF | State.GATE | State.ARMED:
            pass
    return Scene(word=word, note=note, answer=reply)


def _told(session: Session, reps: int) -> str:
    """So many reps; in a hold the seconds that they stand for."""
    return f"{session.exercise.told(reps)}{' s' if session.exercise.held else ''}"


def _upcoming(session: Session) -> str:
    """What comes after the rest."""
    planned = session.planned
    weight = f", {planned.weight}" if planned.weight else ""
    if session.complete:
        return f"{session.next_exercise.exercise} next" if session.next_exercise else ""
    if planned.kind is SetKind.WARM_UP:
        return f"warm-up set next{weight}"
    return f"set {session.work_set} next{weight}"


def _phase(exercise: Exercise, phase: Phase | None) -> tuple[str, str]:
    """The phase in the script's own words: "Down" and "breathe in"."""
    if phase is None:
        return "", ""
    wording = exercise.openers[phase].wording.full if phase in exercise.openers else ()
    if not wording or not wording[0]:
        return phase.value, ""
    word, _, rest = _PAUSES.sub("|", wording[0], count=1).partition("|")
    return word.strip(), rest.strip(" .")


def _headline(text: str, reply: str) -> tuple[str, str]:
    """The first sentence of a line, and the others.

    Without those that hold variables, which are heard, and those that ask for
    `reply`, which is shown anyway.
    """
    sentences = [
        sentence
        for sentence in _SENTENCES.split(text)
        if "{" not in sentence and not normal(sentence).endswith(reply or "\0")
    ]
    return (sentences[0].rstrip("."), " ".join(sentences[1:])) if sentences else ("", "")


def _clock(samples: int) -> str:
    """Minutes and seconds; a second that has begun is still to come."""
    seconds = max(0, math.ceil(samples / SAMPLE_RATE))
    return f"{seconds // 60}:{seconds % 60:02}"


def stage(what: Scene, columns: int, rows: int) -> list[str]:
    """The scene in exactly `rows` lines of at most `columns`.

    The number gets the largest digits that any arrangement gives it; a headline needs
    drawn letters of any size. Of several that do, it is the one that shows the most.
    """
    arrangements = _numbered(what, columns, rows) if what.number else _worded(what, columns, rows)
    _, lines = max(arrangements, key=lambda arrangement: arrangement[0])
    lines = lines[:rows]
    spare = rows - len(lines)
    lines = ["" for _ in range(spare // 2)] + lines + ["" for _ in range(spare - spare // 2)]
    return [line.center(columns).rstrip()[:columns] for line in lines]


Arrangement = tuple[int, list[str]]
"""How good it is for the number or headline, 0 where that isn't drawn; and the lines."""


def _numbered(what: Scene, columns: int, rows: int) -> list[Arrangement]:
    found = [
        _joined(_beside(what, columns, rows - len(below)), below)
        for below in (_reply(what, columns), _reply(what, columns, large=False))
    ]
    found.append(_joined(_above(what, columns, rows), []))
    return found


def _worded(what: Scene, columns: int, rows: int) -> list[Arrangement]:
    note = textwrap.wrap(what.note, max(10, columns - 2))[:2]
    found = []
    for reply in (_reply(what, columns), _reply(what, columns, large=False)):
        for gap in ([""], []):
            below = [*(gap if note else []), *note, *(reply if note or gap else reply[1:])]
            found.append(_joined(_large(what.word, columns, rows - len(below)), below))
    return found


def _joined(above: Arrangement, below: list[str]) -> Arrangement:
    return above[0], [*above[1], *below]


def _reply(what: Scene, columns: int, large: bool = True) -> list[str]:
    """An empty line and what to say; nothing where nothing is waited for."""
    if not what.answer:
        return []
    spoken = f'say "{what.answer}"'
    letters = lettering.fitting(spoken, columns, lettering.height(1), 1) if large else None
    return ["", *(letters or [spoken])]


def _beside(what: Scene, columns: int, rows: int) -> Arrangement:
    """The number, and the words to its right, each on lines of its own."""
    words = [word for word in (what.word, what.under) if word]
    small = lettering.height(1)
    drawn = all(map(lettering.drawable, words)) and rows >= len(words) * (small + 1) - 1
    widest = max(lettering.width(word, 1) if drawn else len(word) for word in words)
    gap = 3
    scale = lettering.largest(_widest(what), columns - widest - gap, rows)
    if not scale:
        return 0, [f"{what.number} {what.under}  {what.word}  {what.note}".rstrip()]
    left = lettering.width(_widest(what), scale)
    free = columns - left - gap
    right: list[str] = []
    for word in words:
        # The word for the phase may grow; what the number is of stays small.
        size = max(1, rows // (3 * small)) if word is what.word else 1
        letters = lettering.fitting(word, free, lettering.height(size), size) if drawn else None
        right += [*([""] if right and drawn else []), *(letters or [word.upper()])]
    room = rows - len(right) - 1
    if what.note and room > 0:
        letters = lettering.fitting(what.note, free, room, 1) if drawn else None
        right += ["", *(letters or textwrap.wrap(what.note, max(10, free))[:room])]
    number = lettering.draw(what.number, scale)
    tall = max(len(number), len(right))
    lefts = _centred([row.rjust(left) for row in number], tall, left)
    rights = _centred([row.ljust(free) for row in right], tall, free)
    return scale, [f"{a}{' ' * gap}{b}" for a, b in zip(lefts, rights, strict=True)]


def _above(what: Scene, columns: int, rows: int) -> Arrangement:
    """The number, and the word below it."""
    word = lettering.fitting(what.word, columns, lettering.height(1), 1) or (what.word.upper(),)
    scale = lettering.largest(_widest(what), columns, rows - len(word))
    return scale, [*lettering.draw(what.number, scale), *word] if scale else []


def _widest(what: Scene) -> str:
    """A number that takes as much room as this one ever will."""
    return what.number.rjust(what.digits, "8")


def _large(text: str, columns: int, rows: int) -> Arrangement:
    """Letters as large as fit, lines aligned on the left; plain capitals where none do."""
    letters = lettering.fitting(text, columns, rows)
    if letters is None:
        return 0, textwrap.wrap(text.upper(), max(10, columns))
    wide = max(map(len, letters))
    return 1, [line.ljust(wide) for line in letters]


def _centred(lines: list[str], tall: int, wide: int) -> list[str]:
    above = (tall - len(lines)) // 2
    below = tall - len(lines) - above
    return [" " * wide] * above + lines + [" " * wide] * below
