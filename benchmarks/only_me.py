"""Whose command was it? Own commands refused and others' obeyed, with `only_me = true`.

    python -m benchmarks.only_me FOLDER [--noise 20 --noise 10] [--json FILE]

Of each person in FOLDER (see `benchmarks.commands`) with enough single words, six words are the
enrolment; the others are commands, and so is a word of each other person. Of the readers, cuts of
0.6 s are the enrolment, and cuts of 1.6 s are phrases. The synthetic voices of
`benchmarks.commands.material` are enrolled with the commands of an enrolment, and say other
commands. Everything is mixed into a quiet room, as quiet as the quietest tenth of its own
recording, and goes through `listening.whose_voice`. With `--noise`, what comes after the enrolment
is also mixed into the music of FOLDER, this many dB below the speech.

Each person belongs to one half and meets the others of that half. The threshold comes from the
tuning half: the run prints what each threshold would do there, and what the shipped one does on
both.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.commands import material
from benchmarks.commands.noises import Sound, at_level, seed
from benchmarks.commands.trials import SPEECH
from tests.support.natural_speech import RATE, hiss
from voicecoach.config import load
from voicecoach.core.events import URGENT, Intent
from voicecoach.core.own_voice import ENOUGH, NOBODY, Embedding, alike, bar
from voicecoach.listening.recogniser import OUTPUT_PER_INPUT
from voicecoach.listening.scripted import Scripted
from voicecoach.listening.speaker import EDGE, SpeakerEncoder, decibels, spoken
from voicecoach.listening.whose_voice import WhoseVoice
from voicecoach.runtime.enrolment_conversation import items

BEFORE, BEHIND = 1.5, 0.3
"""Seconds of room before and after what is said."""
LEARNT_CUT, PHRASE = round(0.6 * RATE), round(1.6 * RATE)
"""Samples of a reader's cuts: for the enrolment, and for a phrase."""
BARS = (0.6, 0.65, 0.68, 0.7, 0.72, 0.75)
EACH = 2
"""Utterances of each other person that are compared with an enrolled one; all if they are `FEW`."""
FEW = 10
SYNTHETIC = 24
"""Commands that each synthetic voice says after its enrolment."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person's utterances: for the enrolment, and after it."""

    name: str
    half: str
    learnt: tuple[Sound, ...]
    said: tuple[Sound, ...]
    room: float
    """Level of the room in dBFS."""


Likeness = tuple[float | None, int]
"""Cosine of an utterance and the enrolled voice, None if it couldn't be judged; and its length in
output samples."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Results for the enrolled people's own utterances, and for the others'."""

    own: tuple[Likeness, ...]
    others: tuple[Likeness, ...]

    def row(self, fixed: float | None) -> dict[str, Any]:
        """Counts with a `fixed` threshold; None: with the shipped ones."""

        def passes(each: Likeness) -> bool:
            cosine, length = each
            return cosine is None or cosine >= (bar(length) if fixed is None else fixed)

        refused = sum(not passes(each) for each in self.own)
        obeyed = sum(map(passes, self.others))
        return {
            "own": len(self.own),
            "own_refused": refused,
            "others": len(self.others),
            "others_obeyed": obeyed,
            "own_untold": sum(cosine is None for cosine, _ in self.own),
            "others_untold": sum(cosine is None for cosine, _ in self.others),
        }


def people_of_words(folder: Path) -> Iterator[Person]:
    """People who say single words."""
    said: dict[str, list[Sound]] = defaultdict(list)
    # Shuffled: everybody's clips begin with the same words.
    for clip in sorted(material.human(folder), key=lambda clip: seed("only me", clip.name)):
        if clip.kind == "words":
            said[clip.speaker].append(clip.render())
    for name, sounds in said.items():
        room = float(np.median([_quietest(sound) for sound in sounds]))
        # A person with too few words to be enrolled still counts as somebody else.
        split = ENOUGH if len(sounds) >= ENOUGH + 2 else 0
        yield Person(name, material.half(name), tuple(sounds[:split]), tuple(sounds[split:]), room)


def readers(folder: Path) -> Iterator[Person]:
    """People who read aloud: cuts of the beginning, and of the rest."""
    for clip in material.human(folder):
        if clip.label != "reading":
            continue
        sound = clip.render()
        begun = LEARNT_CUT * (ENOUGH + 2)
        learnt = _cuts(sound[:begun], LEARNT_CUT)
        said = _cuts(sound[begun:], PHRASE)
        if said:
            half = material.half(clip.speaker)
            yield Person(clip.speaker, half, learnt, said, _quietest(sound))


def _cuts(sound: Sound, length: int) -> tuple[Sound, ...]:
    """The cuts that are mostly speech."""
    loud = float(np.sqrt(np.mean(np.square(sound)))) if len(sound) else 0.0
    cuts = (sound[at : at + length] for at in range(0, len(sound) - length + 1, length))
    return tuple(cut for cut in cuts if np.sqrt(np.mean(np.square(cut))) > 0.4 * loud)


def synthetic(words: int) -> Iterator[Person]:
    """Each voice with one-word commands, or with longer ones (`words` 2)."""
    config = load(exercise="leg-press", language="en")
    asked = [item.phrase for item in items(config.phrases, config.commands.other_words)]
    known = [
        phrase
        for phrase, command in material.commands(config.phrases.grammar(frozenset(Intent))).items()
        if command.intent not in URGENT
        and phrase not in asked
        and min(len(phrase.split()), 2) == words
    ]
    chosen = sorted(known, key=lambda phrase: seed("only me", phrase))[:SYNTHETIC]
    for voice in material.VOICES["en"]:
        yield Person(
            voice,
            "held-out",
            tuple(material.voiced(phrase, voice, 1.0) for phrase in asked),
            tuple(material.voiced(phrase, voice, 1.15) for phrase in chosen),
            -66.0,
        )


def _quietest(sound: Sound) -> float:
    """Level of its room in dBFS, once its speech is as loud as all speech here."""
    return float(np.percentile(decibels(at_level(sound, SPEECH), RATE // 100), 10))


class Ear:
    """Hears what is said, one utterance at a time."""

    def __init__(self, music: Sound | None = None) -> None:
        """`music`: plays in a loud room; None: hiss."""
        self._encoder = SpeakerEncoder()
        self._hiss = hiss(8.0, 0.0)
        self._music = self._hiss if music is None else music / np.sqrt(np.mean(music**2))

    def voice(self, sound: Sound, room: float, noise: float | None = None) -> Embedding:
        """The voice's embedding, in a room at `room` dBFS; with `noise`, music that many dB below
        it."""
        before = round(BEFORE * RATE)
        length = before + len(sound) + round(BEHIND * RATE)
        heard = np.asarray(self._hiss[:length] * 10 ** (room / 20), np.float32)
        if noise is not None:
            heard += np.asarray(self._music[:length] * 10 ** ((SPEECH - noise) / 20), np.float32)
        heard[before : before + len(sound)] += at_level(sound, SPEECH)
        ear = WhoseVoice(Scripted(), self._encoder)
        ear.feed(heard, 0)
        return ear.voice(before * OUTPUT_PER_INPUT, (before + len(sound)) * OUTPUT_PER_INPUT)


def outcome(people: Sequence[Person], ear: Ear, noise: float | None = None) -> Outcome:
    """Compare each enrolled person with what all of them say. `noise`: dB below the speech."""
    said = [
        [(ear.voice(each, person.room, noise), _length(each)) for each in person.said]
        for person in people
    ]
    own: list[Likeness] = []
    others: list[Likeness] = []
    for number, person in enumerate(people):
        known = NOBODY.heard(ear.voice(each, person.room) for each in person.learnt)
        if not known.known:
            continue
        own += _likenesses(known.mean, said[number])
        for other, theirs in enumerate(said):
            if people[other].name != person.name:
                few = len(people) < FEW
                others += _likenesses(known.mean, theirs if few else theirs[:EACH])
    return Outcome(tuple(own), tuple(others))


def _likenesses(mean: Embedding, said: Iterable[tuple[Embedding, int]]) -> Iterator[Likeness]:
    return ((alike(mean, each) if each else None, length) for each, length in said)


def _length(sound: Sound) -> int:
    """Output samples of speech in it, without the edges added around it."""
    return (len(spoken(sound)) - 2 * EDGE) * OUTPUT_PER_INPUT


def wilson(some: int, of: int) -> str:
    """`some` of `of` in percent, with Wilson's 95 % interval."""
    if not of:
        return "-"
    share, z = some / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * ((share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5)
    low, high = max(0.0, middle - half), middle + half
    return f"{100 * share:.1f} ({100 * low:.1f}-{100 * high:.1f})"


def told(name: str, row: Mapping[str, Any]) -> str:
    untold = row["others_untold"]
    judged = wilson(row["others_obeyed"] - untold, row["others"] - untold)
    return (
        f"{name:60} own refused {wilson(row['own_refused'], row['own'])} of "
        f"{row['own']} ({row['own_untold']} not judged), others obeyed "
        f"{wilson(row['others_obeyed'], row['others'])} of {row['others']} ({untold} not judged), "
        f"of those judged {judged}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.only_me")
    parser.add_argument("folder", type=Path, help="human speech with its index.csv")
    parser.add_argument("--noise", type=float, action="append", default=[], help="dB; repeatable")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    options = parser.parse_args()
    music = next((c for c in material.human(options.folder) if c.kind == "music"), None)
    # Skip the beginning, where not everything plays yet.
    ear = Ear(None if music is None else music.render()[20 * RATE :][: 8 * RATE])
    rows: list[dict[str, Any]] = []
    groups = {
        "one word, people": tuple(people_of_words(options.folder)),
        "a phrase's length, readers": tuple(readers(options.folder)),
        "one word, synthetic": tuple(synthetic(1)),
        "a phrase, synthetic": tuple(synthetic(2)),
    }
    for name, everybody in groups.items():
        for half in material.HALVES:
            people = [person for person in everybody if person.half == half]
            for noise in (None, *options.noise) if people else ():
                found = outcome(people, ear, noise)
                where = "quiet" if noise is None else f"{noise:g} dB"
                for fixed in (*BARS, None) if half == "tuning" else (None,):
                    row = found.row(fixed)
                    rows.append({"what": name, "half": half, "noise": noise, "bar": fixed, **row})
                    at = "as shipped" if fixed is None else f"bar {fixed:.2f}"
                    print(told(f"{name}, {half}, {where}, {at}", row), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
