"""Words of commands that the recogniser's model does not know: they can never be heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..config.coached import FALLBACK
from .commands import Phrase
from .findings import Kind, LintFinding
from .remedies import Remedies


def unheard(
    phrases: Sequence[Phrase],
    missing: Mapping[str, tuple[str, ...]],
    remedies: Remedies,
    language: str,
) -> Iterator[LintFinding]:
    """One finding for each word in each template; `missing`: phrases with unknown words."""
    seen = set()
    for phrase in phrases:
        for word in missing.get(phrase.text, ()):
            at = (phrase.place.file, phrase.place.line, phrase.place.key, word)
            if at in seen:
                continue
            seen.add(at)
            heard = [p for p in phrases if p.command == phrase.command and p.text not in missing]
            if heard and (phrase.numbers or "exercises/" in phrase.place.file):
                continue  # a number can be said in other words, a name in another language
            if phrase.place.file.startswith("exercises/") and language != FALLBACK:
                continue  # its English name; the missing translation is reported elsewhere
            rest = (
                f'"{heard[0].text}" is heard and means the same'
                if heard
                else f"then nothing that is heard means {phrase.command.intent.value}"
            )
            yield LintFinding.at(
                phrase.place,
                Kind.UNKNOWN,
                f'the recogniser\'s model has no word "{word}"',
                f'"{phrase.text}" can never be heard; {rest}',
                remedies.instead_of(phrase) or "use words that it knows",
            )
