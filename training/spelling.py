"""The product's file of pronunciations: the dictionary, and what letters sound like.

    python -m training.spelling OUT.txt.xz

The dictionary's words go in as they are. For other words, letters are laid along sounds (each
letter takes none, one or two), again and again until the likeliest way to do so no longer
changes; then, for each letter among its neighbours, the commonest sounds are kept where they
are others than with one neighbour fewer.
"""

from __future__ import annotations

import argparse
import lzma
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from training.lexicon import lexicon
from voicecoach.listening.phonemes import Pronunciation
from voicecoach.listening.pronounce import coded, contexts

_ROUNDS = 5
_SEEN = 3
"""Words in which neighbours must have occurred for a rule of their own."""
_WORDS = 40_000
"""The most frequent words teach the rules: the rest are mostly names."""

Chance = Mapping[tuple[str, Pronunciation], float]


def align(word: str, sounds: Pronunciation, cost: Chance) -> list[Pronunciation] | None:
    """The sounds of each letter, by the least cost; None where there are more than can be."""
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for letter in word:
        row: dict[int, tuple[float, int]] = {}
        for at, (total, _) in best[-1].items():
            for take in (0, 1, 2):
                piece = sounds[at : at + take]
                if len(piece) < take:
                    break
                spent = total + cost.get((letter, piece), 12.0 + 3 * take)
                if spent < row.get(at + take, (math.inf, 0))[0]:
                    row[at + take] = spent, take
        best.append(row)
    at = len(sounds)
    if at not in best[-1]:
        return None
    pieces = []
    for row in reversed(best[1:]):
        take = row[at][1]
        pieces.append(sounds[at - take : at])
        at -= take
    return pieces[::-1]


def learn(words: Mapping[str, Pronunciation]) -> dict[str, list[Pronunciation]]:
    """The sounds of each letter of each word."""
    count: Counter[tuple[str, Pronunciation]] = Counter()
    for word, sounds in words.items():
        for at, letter in enumerate(word):
            near = round(at * len(sounds) / len(word))
            for take in (0, 1, 2):
                count[letter, sounds[near : near + take]] += 1
    aligned: dict[str, list[Pronunciation]] = {}
    for _ in range(_ROUNDS):
        total: Counter[str] = Counter()
        for (letter, _sounds), n in count.items():
            total[letter] += n
        cost = {key: -math.log(n / total[key[0]]) for key, n in count.items()}
        count = Counter()
        for word, sounds in words.items():
            pieces = align(word, sounds, cost)
            if pieces is not None:
                aligned[word] = pieces
                count.update(zip(word, pieces, strict=True))
    return aligned


def rules(aligned: Mapping[str, Sequence[Pronunciation]]) -> dict[str, Pronunciation]:
    """By context, fewest neighbours first: only those that say something new."""
    seen: defaultdict[str, Counter[Pronunciation]] = defaultdict(Counter)
    shorter: dict[str, str] = {}
    for word, pieces in aligned.items():
        for at, piece in enumerate(pieces):
            previous = ""
            for context in reversed(list(contexts(word, at))):
                seen[context][piece] += 1
                shorter[context] = previous
                previous = context
    kept: dict[str, Pronunciation] = {}
    says: dict[str, Pronunciation] = {}
    for context in sorted(seen, key=len):
        common, n = seen[context].most_common(1)[0]
        before = shorter[context]
        inherited = says.get(before)
        if before and (sum(seen[context].values()) < _SEEN or n < 2):
            says[context] = inherited if inherited is not None else common
            continue
        says[context] = common
        if common != inherited:
            kept[context] = common
    return kept


def frequent() -> list[str]:
    from wordfreq import top_n_list

    return [w for w in top_n_list("en", _WORDS) if w.isascii() and w.isalpha() and w in lexicon()]


def write(path: Path, words: Iterable[str]) -> None:
    found = {word: lexicon()[word][0] for word in words}
    learnt = rules(learn(found))
    lines = [
        f"{word} {' '.join(coded(way) for way in ways)}"
        for word, ways in sorted(lexicon().items())
        if word.replace("'", "").isalpha()
    ]
    lines.append("")
    lines += [f"{context} {coded(sounds) or '-'}" for context, sounds in sorted(learnt.items())]
    path.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))
    print(f"{path}: {len(learnt)} rules, {path.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    write(parser.parse_args().out, frequent())


if __name__ == "__main__":
    main()
