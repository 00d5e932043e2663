"""The middle of the screen: a scene, laid out as large as possible.

Everything in a scene is always shown. What does not fit in drawn letters uses the terminal's
letters. Of all layouts, the one is taken in which most can be read from three metres: first a
number of some size, then as many words as possible in drawn letters, then the largest number. Words
that take turns (the phases of a rep) share one layout, so that nothing moves while a set runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from . import lettering
from .lettering import cells, centred, wrapped


@dataclass(frozen=True, slots=True)
class Words:
    """The words beside the number: what to do, and how."""

    word: str = ""
    note: str = ""
    short: str = ""
    """`note` in fewer letters; "" for none."""
    brief: str = ""
    """`word` in fewer letters; "" for none."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What fills the middle of the screen."""

    number: str = ""
    """The tallest of all: a rep, seconds left."""
    digits: int = 1
    """The most digits the number will have, so that it keeps its size and place."""
    word: str = ""
    """Beside the number; without one, the headline."""
    under: str = ""
    """What the number is of: "of 12"."""
    note: str = ""
    """Details of the word: how to breathe, a whole sentence."""
    answer: str = ""
    """The phrase that leads on."""
    short: str = ""
    brief: str = ""
    """`note` and `word` in fewer letters; "" for none."""
    facts: tuple[str, ...] = ()
    """Lines in the terminal's letters, below everything else."""
    turns: tuple[Words, ...] = ()
    """All words that take turns in this scene."""

    @property
    def words(self) -> Words:
        return Words(self.word, self.note, self.short, self.brief)

    def saying(self, words: Words) -> Scene:
        """This scene, with other words."""
        return replace(self, word=words.word, note=words.note, short=words.short, brief=words.brief)


def stage(what: Scene, columns: int, rows: int) -> list[str]:
    """The scene in exactly `rows` lines of at most `columns` cells."""
    turns = what.turns or (what.words,)
    # The number changes, but its place stays.
    frame = replace(what, number=_template(what), turns=turns).saying(Words())
    plan = _plan(frame, columns, rows)
    if plan is None:
        lines = _plain(what, columns, rows)
    else:
        parts = _parts(what, plan, columns)
        assert parts is not None
        each = (_heights(frame, words, plan, columns) for words in (what.words, *turns))
        tallest = max(map(sum, each))
        lines = _joined(parts, rows - tallest)
        lines += [""] * (tallest - sum(map(len, parts)))
    lines = lines[: max(0, rows)]
    spare = rows - len(lines)
    lines = ["" for _ in range(spare // 2)] + lines + ["" for _ in range(spare - spare // 2)]
    return [centred(line, columns).rstrip() for line in lines]


def _joined(parts: list[Lines], spare: int) -> Lines:
    """The parts one below the other. Up to `spare` empty rows go between them, at the last ones
    first, so that the answer stands out."""
    gaps = min(len(parts) - 1, max(0, spare))
    lines: Lines = []
    for n, part in enumerate(parts):
        lines += [""] * (n > 0 and len(parts) - n <= gaps)
        lines += part
    return lines


def _template(what: Scene) -> str:
    """The number at its widest."""
    return re.sub(r"\d", "8", what.number).rjust(what.digits, "8") if what.number else ""


# --- the choice of a layout ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """One way to lay a scene out."""

    layout: str
    """Where the words are. "beside": all beside the number. "between": the note below both.
    "ratio": all below, with the number as "7/12". "headline": there is no number."""
    scale: int
    """Of the number or the headline; 0 for a headline in the terminal's letters."""
    word: bool
    under: bool
    """True if they are drawn."""
    note: str
    """ "whole" or "short" (then the word is short, too): drawn. "plain": not drawn."""
    answer: str
    """ "whole" or "quoted" (without "say"): drawn. "plain": not drawn."""
    gap: int
    """Empty rows between the parts, at least."""
    size: int
    """The scale of the word, if it is drawn beside a number."""


_FORMS = tuple(
    product((True, False), (True, False), ("whole", "short", "plain"), ("whole", "quoted", "plain"))
)


@lru_cache(maxsize=256)
def _plan(frame: Scene, columns: int, rows: int) -> _Plan | None:
    """The best plan that fits the frame with each of the words that take turns."""
    layouts = ("beside", "between", "ratio") if frame.number else ("headline",)
    sizes = (2, 1) if frame.number and rows >= _ROOMY else (1,)
    plans = [
        _Plan(layout, scale, *forms, gap, size)
        for layout, forms in product(layouts, _FORMS)
        if _sensible(frame, layout, forms)
        for scale in _scales(frame, layout, forms[0], columns, rows)
        for gap, size in product((1, 0), sizes)
    ]
    plans.sort(key=lambda plan: _worth(frame, plan), reverse=True)
    fitting = (
        plan
        for plan in plans
        if all(_has_room(frame, words, plan, columns, rows) for words in frame.turns)
    )
    return next(fitting, None)


_ROOMY = 18
"""Rows from which the word beside the number may be larger than the others."""


def _scales(frame: Scene, layout: str, drawn: bool, columns: int, rows: int) -> list[int]:
    """The scales that the number or the headline could have, largest first."""
    if layout == "headline" and not drawn:
        return [0]
    scales = [s for s in range(lettering.LARGEST, 0, -1) if lettering.height(s) <= rows]
    return [s for s in scales if _narrow(frame.number, s, columns)]


def _narrow(number: str, scale: int, columns: int) -> bool:
    return lettering.drawable(number) and lettering.width(number, scale) <= columns


def _sensible(frame: Scene, layout: str, forms: tuple[bool, bool, str, str]) -> bool:
    """Whether the forms make a difference for this frame, so that each plan is tried once."""
    word, under, note, answer = forms
    notes = any(each.note for each in frame.turns)
    shorter = any(each.short or each.brief for each in frame.turns)
    return not (
        (not word and not any(each.word for each in frame.turns))
        or (not under and (not frame.under or layout in ("ratio", "headline")))
        or (note == "whole" and not notes)
        or (note == "short" and not (shorter and all(e.short or not e.note for e in frame.turns)))
        or (answer != "plain" and not frame.answer)
        or (layout in ("between", "ratio") and not notes and not frame.under)
    )


def _worth(frame: Scene, plan: _Plan) -> tuple[int, ...]:
    answered, noted = plan.answer != "plain", plan.note != "plain"
    # A note must not be readable from afar if its word is not.
    drawn = plan.word + plan.under + (noted and plan.word and any(e.note for e in frame.turns))
    large_enough = min(plan.scale, 2) if frame.number else 0
    readily = (plan.note != "short") + (plan.answer != "quoted")
    lone = noted and not plan.word
    return large_enough, answered, drawn, -lone, plan.gap, plan.scale, plan.size, readily


def _has_room(frame: Scene, words: Words, plan: _Plan, columns: int, rows: int) -> bool:
    heights = _heights(frame, words, plan, columns)
    return bool(heights) and sum(heights) + plan.gap * (len(heights) - 1) <= rows


@lru_cache(maxsize=4096)
def _heights(frame: Scene, words: Words, plan: _Plan, columns: int) -> tuple[int, ...]:
    """Rows of each part of the frame with these words; () if it is too wide."""
    return tuple(map(len, _parts(frame.saying(words), plan, columns) or ()))


# --- the layouts -----------------------------------------------------------------------------

_GAP = 3
"""Columns between the number and the words."""

Lines = list[str]


def _parts(what: Scene, plan: _Plan, columns: int) -> list[Lines] | None:
    """The scene laid out by `plan`, from top to bottom, without empty rows between its parts; None
    if something is too wide."""
    match plan.layout:
        case "headline":
            top = [_headline(what, plan, columns), _note(what, plan, columns)]
        case "ratio":
            total = what.under.removeprefix("of ")
            number = f"{what.number}/{total}" if total else what.number
            top = [_number(number, plan.scale, columns), _beneath(what, plan, columns)]
        case "between":
            top = [_beside(what, plan, columns, noted=False), _note(what, plan, columns)]
        case _:
            top = [_beside(what, plan, columns, noted=True)]
    parts: list[Lines] = []
    for part in (*top, _answer(what, plan, columns), _facts(what, columns)):
        if part is None:
            return None
        wide = max(map(cells, part), default=0)
        parts.append([_padded(line, wide) for line in part])
    return [part for part in parts if part]


def _number(text: str, scale: int, columns: int) -> Lines | None:
    if not lettering.drawable(text) or lettering.width(text, scale) > columns:
        return None
    return list(lettering.draw(text, scale))


def _beside(what: Scene, plan: _Plan, columns: int, noted: bool) -> Lines | None:
    """The number, and the words to its right. Each part keeps the room that its largest turn needs,
    so that nothing moves."""
    wide = lettering.width(what.number.rjust(what.digits, "8"), plan.scale)
    free = columns - wide - _GAP
    number = _number(what.number, plan.scale, columns) if free > 0 else None
    turns = map(what.saying, what.turns)
    columns_ = [_column(each, plan, free, noted) for each in (what, *turns)] if number else [None]
    if number is None or None in columns_:
        return None
    each_part = list(zip(*filter(None, columns_), strict=True))
    across = max(cells(line) for parts in each_part for part in parts for line in (*part, ""))
    right: Lines = []
    for parts in each_part:
        rows = max(map(len, parts))
        right += [""] * plan.gap if right and rows else []
        right += [*parts[0], *[""] * (rows - len(parts[0]))]
    tall = max(len(number), len(right))
    lefts = _in_the_middle([row.rjust(wide) for row in number], tall, wide)
    rights = _in_the_middle([_padded(row, across) for row in right], tall, across)
    return [f"{a}{' ' * _GAP}{b}" for a, b in zip(lefts, rights, strict=True)]


def _column(what: Scene, plan: _Plan, columns: int, noted: bool) -> list[Lines] | None:
    """Word, note and what the number is of; None if something is too wide, or takes more lines than
    it may."""
    note = _note(what, plan, columns) if noted else []
    if note is None or (plan.note == "plain" and len(note) > 1):
        return None
    word = _word(_name(what, plan), plan.word, columns, plan.size)
    under = _word(what.under, plan.under, columns)
    if under and plan.under and len(under) > lettering.height(1):
        return None
    return None if word is None or under is None else [word, note, under]


def _beneath(what: Scene, plan: _Plan, columns: int) -> Lines | None:
    """Word and note on one line, below the number."""
    note = what.short if plan.note == "short" else what.note
    if plan.word and plan.note != "plain":
        text = ", ".join(part for part in (_name(what, plan), note) if part)
        return _drawn(text, columns, 1) if text else []
    word = _word(what.word, plan.word, columns)
    below = _note(what, plan, columns)
    return None if word is None or below is None else [*word, *below]


def _name(what: Scene, plan: _Plan) -> str:
    """The word, short if the note is."""
    return what.brief if plan.note == "short" and what.brief else what.word


def _headline(what: Scene, plan: _Plan, columns: int) -> Lines | None:
    if not plan.word:
        return wrapped(what.word.upper(), columns)
    drawn = _drawn(what.word, columns, plan.scale)
    return drawn if drawn is not None or what.word else []


def _word(text: str, drawn: bool, columns: int, scale: int = 1) -> Lines | None:
    if not text:
        return []
    if not drawn:
        return wrapped(text.upper(), columns)
    letters = _drawn(text, columns, scale)
    # A larger word is not worth a second line.
    return letters if scale == 1 or not letters or len(letters) == lettering.height(scale) else None


def _note(what: Scene, plan: _Plan, columns: int) -> Lines | None:
    text = what.short if plan.note == "short" else what.note
    if not text:
        return []
    return wrapped(text, columns) if plan.note == "plain" else _drawn(text, columns, 1)


def _answer(what: Scene, plan: _Plan, columns: int) -> Lines | None:
    if not what.answer:
        return []
    quoted = f'"{what.answer}"'
    if plan.answer == "plain":
        return wrapped(f"say {quoted}", columns)
    if plan.answer == "quoted":
        return _drawn(quoted, columns, 1)
    drawn = _drawn(f"say {quoted}", columns, 1)
    return drawn if drawn and len(drawn) == lettering.height(1) else None


def _facts(what: Scene, columns: int) -> Lines:
    return [line for fact in what.facts for line in wrapped_fact(fact, columns)]


def wrapped_fact(fact: str, columns: int) -> Lines:
    """A fact that fits keeps its spaces, because it may be a row of a table."""
    return [fact] if cells(fact) <= columns else wrapped(fact, columns)


def _drawn(text: str, columns: int, scale: int) -> Lines | None:
    letters = lettering.at(text, columns, scale)
    return None if letters is None else list(letters)


def _plain(what: Scene, columns: int, rows: int) -> Lines:
    """If nothing fits: everything in the terminal's letters, most important first."""
    first = "  ".join(part for part in (what.number, what.under, what.word.upper()) if part)
    answer = f'say "{what.answer}"' if what.answer else ""
    parts = [part for part in (first, answer, what.note, *what.facts) if part]
    if len(parts) > rows > 0:
        parts = ["  ".join(parts[: len(parts) - rows + 1]), *parts[len(parts) - rows + 1 :]]
    return [line for part in parts for line in wrapped(part, columns)]


def _padded(line: str, columns: int) -> str:
    return line + " " * (columns - cells(line))


def _in_the_middle(lines: Lines, tall: int, wide: int) -> Lines:
    above = (tall - len(lines)) // 2
    below = tall - len(lines) - above
    return [" " * wide] * above + lines + [" " * wide] * below
