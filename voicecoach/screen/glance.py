"""What a workout looks like from three metres: a snapshot in words and shapes.

It is text only, independent of a terminal, so the same lines can be painted, printed and tested.
Nothing depends on colour. The words come from the files (the cue script's openers and lines, the
command file's phrases); only a few labels are ours.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import pairwise

from ..core.commands import normal
from ..core.events import State
from ..core.hints import ASKED_FOR, Hints
from ..core.plan import SAMPLE_RATE, Exercise, Phase
from ..core.session import Question, Session
from ..core.session.tally import Trained, tally
from ..core.workout import DoneSet, SetKind, Weight
from ..runtime.snapshot import Snapshot
from . import lettering
from .lettering import cells, cut
from .stage import Scene, Words

FAINTEST = -60.0
"""dBFS at the left end of the level meter: a quiet room through a close microphone."""

MOST_MARKS = 10
"""Seconds up to which a bar has a mark for each. More would look like a comb."""

_PAUSES = re.compile(r"[.,;:!?]")
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


def _text(exercise: Exercise, line: str) -> str:
    return exercise.lines[line].full[0] if line else ""


# --- the lines around the stage --------------------------------------------------------------


def title(snapshot: Snapshot) -> str:
    """Exercise, set, tempo and weight; in a program, the week and the day."""
    session = snapshot.session
    workout = session.workout
    if workout.undecided:
        return ""
    planned = workout.planned
    after = session.state in (State.RACKING, State.REST, State.SUMMARY) and workout.log
    kind = workout.log[-1].done.kind if after else planned.kind
    number = max(1, workout.sets.work_set - 1) if after else workout.sets.work_set
    what = {SetKind.WARM_UP: "warm-up set", SetKind.DROP: "drop set"}.get(kind, f"set {number}")
    tempo = _told(session, workout.target) if workout.exercise.held else f"tempo {workout.tempo}"
    parts = [workout.exercise.name, what, tempo]
    parts += [str(planned.weight)] if planned.weight else []
    day = workout.visit.workout.day if workout.visit.workout is not None else None
    return " · ".join([*parts, *([f"week {day.week}, day {day.day}"] if day else [])])


def heard(snapshot: Snapshot, columns: int = 1000) -> str:
    """The last utterance and, if it was refused, why, in `columns` cells. A long utterance is
    shortened to leave room for the reason."""
    last = snapshot.heard
    if last is None:
        return "heard nothing yet"
    if last.accepted:
        return cut(f'heard "{last.text}"', columns)
    if not last.text:
        return cut(f"refused: {last.reason}", columns)
    around = f'refused "": {last.reason}'
    text = cut(last.text, max(_FEW, columns - cells(around)))
    return cut(f'refused "{text}": {last.reason}', columns)


_FEW = 12
"""Cells of a refused utterance that are always shown."""


def tall_heard(snapshot: Snapshot, columns: int) -> str:
    """The same in drawn letters, if they fit on one line, with the reason below."""
    last = snapshot.heard
    if last is None or last.accepted or not last.text:
        return _tall(heard(snapshot, columns), columns)
    refused = _tall(f'refused "{last.text}"', columns)
    return f"{refused}\n{last.reason}"


def _tall(text: str, columns: int) -> str:
    drawn = lettering.at(text, columns, 1)
    return "\n".join(drawn) if drawn and len(drawn) == lettering.height(1) else text


def meter(snapshot: Snapshot, columns: int) -> str:
    """The microphone's level, and the number of lost blocks, if any."""
    lost = f"  under-runs {snapshot.under_runs}" if snapshot.under_runs else ""
    return level_meter(snapshot.level, columns - len(lost)) + lost


def level_meter(level: float, columns: int) -> str:
    """A level in dBFS as a bar and a number; in words for digital silence."""
    value = "digital silence" if level == -math.inf else f"{level:4.0f} dBFS"
    room = max(5, min(40, columns - len(f"mic    {value}")))
    return f"mic  {_filled((level - FAINTEST) / -FAINTEST, room)}  {value}"


def trouble(snapshot: Snapshot) -> str:
    """What stands between coach and lifter; "" if nothing does."""
    parts = []
    if snapshot.deaf:
        parts.append(f"I CAN'T HEAR YOU: {snapshot.deaf}. The keys work.")
    if snapshot.mute:
        parts.append(f"YOU CAN'T HEAR ME: {snapshot.mute}.")
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class BarSpan:
    """A stretch of time that is passing, in output samples."""

    begins: int
    ends: int

    def passed(self, at: int) -> float:
        """The share that has passed, 0 to 1."""
        return min(1.0, max(0.0, (at - self.begins) / max(1, self.ends - self.begins)))


def span(snapshot: Snapshot) -> BarSpan | None:
    """What the bar shows: the phase, the countdown or the rest."""
    session = snapshot.session
    if session.state in (State.REP, State.COUNTDOWN):
        return BarSpan(snapshot.phase_begins, snapshot.phase_ends)
    if session.state is State.REST and session.rest is not None and session.rest.length:
        left = session.rest.left(snapshot.at)
        return BarSpan(snapshot.at + left - session.rest.length, snapshot.at + left)
    return None


def bar(passing: BarSpan, at: int, columns: int) -> str:
    """A bar that fills from left to right. In a short span, a gap follows each second."""
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


# --- the scene -------------------------------------------------------------------------------


def scene(snapshot: Snapshot, hints: Hints) -> Scene:
    """What matters most in this state."""
    session = replace(snapshot.session, now=snapshot.at)
    exercise = session.workout.exercise
    unbounded = session.workout.sets.unbounded
    of = "" if unbounded else f"of {_told(session, session.workout.target)}"
    digits = max(2 * unbounded, len(str(exercise.told(session.workout.target))))
    reply = hints.answer(snapshot.session)
    _, line = ASKED_FOR.get(session.state, (None, ""))
    question = _question(session)
    word, note = _headline(question or _text(exercise, line), reply)
    facts: tuple[str, ...] = ()
    match session.state:
        case State.REP:
            now = _phase(exercise, snapshot.phase)
            number = session.told_done if exercise.held else snapshot.rep
            turns = tuple(_phase(exercise, each) for each in _phases(session))
            return Scene(str(number), digits, under=of, turns=turns).saying(now)
        case State.COUNTDOWN:
            left = math.ceil((snapshot.phase_ends - snapshot.at) / SAMPLE_RATE)
            seconds = min(max(left, 1), max(exercise.countdown, 1))
            word = "hold" if exercise.held else f"rep {snapshot.rep}"
            return Scene(str(seconds), digits, word, of)
        case State.PAUSED | State.REST_PAUSE:
            return Scene(str(session.told_done), digits, word, of, note, reply)
        case State.REST:
            rest = session.rest
            assert rest is not None
            shown = rest.left(snapshot.at) if rest.length else rest.rested(snapshot.at)
            word = "rest" if rest.paused is None else "rest paused"
            facts = (f"done  {_last(session)}", f"next  {_upcoming(session)}")
            return Scene(_clock(shown), 4, word, "", question, reply, facts=facts)
        case State.RACKING:
            done = f"{session.told_done} {of}".strip()
            note = f"{done} {'held' if exercise.held else 'reps done'}"
        case State.SETUP:
            word = f"set-up {session.set.setup_at + 1}/{len(exercise.setup)}"
            note = exercise.setup[session.set.setup_at].wording.full[0]
        case State.CHOICE:
            note = ", ".join(exercise.name for exercise in session.workout.offered)
        case State.READY if not question:
            word, note = exercise.name, _upcoming(session)
        case State.SUMMARY:
            word, done, *lines = account(session)
            note, facts = question or done, (*lines, *_saved(session))
            reply = reply if question else ""
        case State.INTERRUPTED:
            word = "carry on?"
        case _:
            pass
    return Scene(word=word, note=note, answer=reply, facts=facts)


def _saved(session: Session) -> list[str]:
    """Whether the workout is written down, and how to see it."""
    workout = session.workout
    if not workout.visit.logged or not workout.log:
        return []
    if workout.unwritten:
        return ["not saved yet: the log waits"]
    return ["saved; your report: voicecoach report -o report.html"]


def brief(what: Scene) -> str:
    """A scene in one line, if there is no room for more."""
    number = " ".join(part for part in (what.number, what.under) if part)
    return " · ".join(part for part in (number, what.word, what.note) if part)


def account(session: Session) -> list[str]:
    """What a workout came to: its sets, its reps, a line for each exercise, and totals."""
    whole = tally(session)
    if not whole.trained:
        return ["no set today", ""]
    rows = [_row(each) for each in whole.trained]
    wide = [max(cells(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join(part + " " * (room - cells(part)) for part, room in zip(row, wide, strict=True))
        for row in rows
    ]
    lines = [line.rstrip() for line in lines]
    if whole.moved is not None:
        lines.append(f"{whole.moved} in all, warm-ups left out")
    for each in whole.records:
        assert each.record is not None
        lines.append(f"record: {each.name}, {_set_told(each.exercise, each.record)}")
    reps = _many(whole.reps, "rep") if whole.reps else ""
    return [_many(whole.sets, "set"), reps, *lines]


def _row(each: Trained) -> tuple[str, ...]:
    known = each.exercise
    done = _many(each.reps, "breath" if each.held else "rep")
    if each.held and known is not None:
        done = f"{known.told(each.reps)} s"
    heaviest = f"up to {each.heaviest}" if each.heaviest is not None else ""
    return each.name, _many(each.sets, "set"), done, heaviest


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _set_told(exercise: Exercise | None, done: DoneSet) -> str:
    """A set in one line: "12 reps, 80 kg, RPE 8"."""
    reps = _many(done.reps, "rep")
    if done.held:
        reps = f"{exercise.told(done.reps)} s" if exercise else _many(done.reps, "breath")
    effort = f"RPE {done.rpe.normalize():f}" if done.rpe is not None else ""
    weight = str(done.weight) if done.weight is not None else ""
    return ", ".join(part for part in (reps, weight, effort) if part)


def _last(session: Session) -> str:
    """The last set, as written down."""
    workout = session.workout
    last = workout.log[-1]
    known = {each.id: each for each in (*workout.offered, workout.exercise)}
    exercise = known.get(last.exercise)
    number = workout.sets.work_set - 1
    if exercise is not None and exercise.id != workout.exercise.id:
        number = sum(each.kind is SetKind.WORK for each in workout.sets_of(exercise.id))
    kind = _KINDS.get(last.done.kind, f"set {number}")
    told = [_set_told(exercise, last.done), "to failure" if last.done.failed else "", last.note]
    return f"{kind}: {', '.join(filter(None, told))}"


_KINDS = {SetKind.WARM_UP: "warm-up", SetKind.DROP: "drop set"}


def _question(session: Session) -> str:
    """The coach's open question. A read-back needs no answer."""
    asked = session.questions.open
    if asked is None or asked.question in (Question.READ_BACK, Question.CARRY_ON):
        return ""
    return " ".join(want.texts[0] for want in asked.lines if want.texts)


def _told(session: Session, reps: int) -> str:
    """A number of reps; in a hold, their seconds; without a target, the words for that."""
    if not reps:
        return _text(session.workout.exercise, "reps_open")
    return f"{session.workout.exercise.told(reps)}{' s' if session.workout.exercise.held else ''}"


def _upcoming(session: Session) -> str:
    """The next set."""
    workout = session.workout
    planned, exercise = workout.planned, workout.exercise
    if workout.complete and workout.next_exercise is not None:
        return workout.next_exercise.name
    number = f"set {workout.sets.work_set}"
    if workout.plan:
        number += f" of {max(workout.sets.work_sets, workout.sets.work_set)}"
    if workout.circuit is not None and not workout.circuit.over:
        number = f"round {workout.circuit.round} of {workout.circuit.circuit.rounds}"
    kind = _KINDS.get(planned.kind, number)
    reps = _told(session, workout.target)
    reps += "" if exercise.held or workout.sets.unbounded else " reps"
    side = f", {workout.sets.side_name.lower()}" if workout.sets.sides else ""
    weight = f", {planned.weight}" if planned.weight is not None else ""
    return f"{kind}: {reps}{weight}{_load(exercise, planned.weight)}{side}"


def _load(exercise: Exercise, weight: Weight | None) -> str:
    """What to load for a weight, in brackets: " (20 + 10 a side)"; "" if it is not known."""
    if weight is None or exercise.loading is None:
        return ""
    pin, plates = exercise.loading.pin(weight), exercise.loading.side(weight)
    if pin is not None:
        return f" (pin {pin})"
    if plates is None:
        return ""
    each = " + ".join(f"{plate.normalize():f}" for plate in plates)
    return f" ({each} a side)" if each else " (no plates)"


def _phases(session: Session) -> list[Phase]:
    """The phases that a rep has."""
    return [phase for phase in Phase if session.workout.tempo.of(phase)]


def _phase(exercise: Exercise, phase: Phase | None) -> Words:
    """The phase in the script's own words: "Down" and "breathe in"; in short just "in"."""
    if phase is None:
        return Words()
    wording = exercise.openers[phase].wording if phase in exercise.openers else None
    if wording is None or not wording.full or not wording.full[0]:
        return Words(phase.value)
    word, note = _parted(wording.full[0])
    brief, short = _parted(wording.short[0]) if wording.short else ("", "")
    return Words(word, note, short, brief)


def _parted(opener: str) -> tuple[str, str]:
    word, _, rest = _PAUSES.sub("|", opener, count=1).partition("|")
    return word.strip(), rest.strip(" .")


def _headline(text: str, reply: str) -> tuple[str, str]:
    """The first sentence of a line, and the others.

    Sentences with variables are left out, because they are heard, and so are those that ask for
    `reply`, which is shown anyway.
    """
    sentences = [
        sentence
        for sentence in _SENTENCES.split(text)
        if "{" not in sentence and not normal(sentence).endswith(reply or "\0")
    ]
    return (sentences[0].rstrip("."), " ".join(sentences[1:])) if sentences else ("", "")


def _clock(samples: int) -> str:
    """Minutes and seconds, rounded up."""
    seconds = max(0, math.ceil(samples / SAMPLE_RATE))
    return f"{seconds // 60}:{seconds % 60:02}"
