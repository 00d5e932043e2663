"""Reads a screen as a person does."""

from __future__ import annotations

from collections.abc import Sequence

from voicecoach.screen import keys, lettering


def stands(text: str, lines: list[str]) -> bool:
    """Whether `text` is in `lines`, each of its words in terminal letters or drawn."""
    return all(_stands(word, lines) for word in text.split())


def _stands(word: str, lines: list[str]) -> bool:
    if word.casefold() in "\n".join(lines).casefold():
        return True
    if not lettering.drawable(word):
        return False
    for scale in range(1, 9):
        drawn = [row.rstrip() for row in lettering.draw(word, scale)]
        for top, line in enumerate(lines[: len(lines) - len(drawn) + 1]):
            at = line.find(drawn[0])
            while at >= 0:
                rows = lines[top : top + len(drawn)]
                if all(row[at:].startswith(want) for row, want in zip(rows, drawn, strict=True)):
                    return True
                at = line.find(drawn[0], at + 1)
    return False


def phrases_in(lines: Sequence[keys.Runs]) -> list[str]:
    """The phrases in lines of hints, without names of keys and other words."""
    texts = [text.strip() for line in lines for text, key in line if not key]
    found = [text.removesuffix(f" ({keys.EMERGENCY})") for text in texts]
    return [text for text in found if text and text not in ("say", "all")]
