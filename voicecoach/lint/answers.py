"""Lines that wait for an answer but do not name one that is understood.

Between two sets, nothing happens until the lifter says the right word, and the line that waits for
it tells which: "Say ready." If somebody rewords the line or the command, or speaks another
language than the line, the lifter may be left alone with the weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from ..config import Config
from ..core.commands import normal
from ..core.events import Intent
from .commands import Phrase
from .findings import Kind, LintFinding
from .spoken import ANSWERS, WrittenLine

_SOME = 3
"""Phrases of a command that a remedy names."""


def unanswered(
    config: Config,
    lines: Sequence[WrittenLine],
    phrases: Sequence[Phrase],
    files: Collection[str],
) -> Iterator[LintFinding]:
    """One finding per file and command for `lines` that wait for it and don't name it; if no
    line names it, one at the command."""
    lines = [line for line in lines if line.name in ANSWERS and not line.short]
    for intent in dict.fromkeys(ANSWERS.values()):
        answers = [phrase for phrase in phrases if phrase.command.intent is intent]
        asking = [line for line in lines if ANSWERS[line.name] is intent]
        wrong = [line for line in asking if not _named(line, answers)]
        if intent is Intent.LOCKED:
            yield from _mixed(config, answers, files)
        if not answers or not wrong:
            continue
        if len(wrong) == len(asking):
            yield _never(wrong, answers)
            continue
        by_file: dict[str, list[WrittenLine]] = defaultdict(list)
        for line in wrong:
            by_file[line.place.file].append(line)
        for file, theirs in by_file.items():
            if file in files or answers[0].place.file in files:
                yield _not_named(theirs, answers)


def _mixed(
    config: Config, answers: Sequence[Phrase], files: Collection[str]
) -> Iterator[LintFinding]:
    """Lines that ask for another answer than most lines of the exercise. If most say "racked",
    somebody forgot to change "locked" in this one."""
    for exercise in config.offered or (config.exercise,):
        asked: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name in (name for name, intent in ANSWERS.items() if intent is Intent.LOCKED):
            for text in exercise.lines[name].full:
                said = f" {normal(text)} "
                named = [phrase.text for phrase in answers if f" {phrase.text} " in said]
                if named:
                    asked[max(named, key=len)].append((name, text))
        usual = max(asked, key=lambda answer: len(asked[answer]), default="")
        for answer, lines in asked.items():
            for name, text in lines if answer != usual else ():
                place = config.text_of(exercise.id, "lines", name)
                mine = f"exercises/{exercise.id}.toml"
                if place.file in files or mine in files:
                    yield LintFinding.at(
                        place,
                        Kind.ANSWER,
                        f'in {mine}, "{text}" asks for "{answer}", and "{asked[usual][0][0]}" '
                        f'for "{usual}"',
                        "one answer for one exercise is sooner learnt, and says what was done",
                        f'end it with "{usual}", too',
                    )


def _named(line: WrittenLine, answers: Sequence[Phrase]) -> bool:
    said = f" {normal(line.text)} "
    return any(f" {phrase.text} " in said for phrase in answers)


_WHY = "the lifter is not told what to say, and nothing goes on without it"


def _not_named(lines: Sequence[WrittenLine], answers: Sequence[Phrase]) -> LintFinding:
    first, *more = lines
    others = f" (nor {', '.join(line.name for line in more)})" if more else ""
    return LintFinding.at(
        first.place,
        Kind.ANSWER,
        f'"{first.text}" waits for an answer and names none that is understood{others}',
        _WHY,
        f"end it with {_listed(answers)}",
        f"{answers[0].place.file}:{answers[0].place.line}",
    )


def _never(lines: Sequence[WrittenLine], answers: Sequence[Phrase]) -> LintFinding:
    asked = min(lines, key=lambda line: [*ANSWERS].index(line.name))
    words = _listed(answers)
    where = f"{asked.place.file}:{asked.place.line}"
    return LintFinding.at(
        answers[0].place,
        Kind.ANSWER,
        f'no line of the coach that waits for {words} says so: "{asked.text}" at {where}',
        _WHY,
        "reword those lines, or add the word that they name",
        where,
    )


def _listed(answers: Sequence[Phrase]) -> str:
    fewest = sorted(answers, key=lambda phrase: phrase.text.count(" "))
    return " or ".join(f'"{phrase.text}"' for phrase in fewest[:_SOME])
