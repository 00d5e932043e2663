"""Does `voicecoach check` warn of the words that the recogniser really confuses?

    python -m benchmarks.confusability [--human FOLDER] [--every N] [--keep FILE] [--show N]

Some three hundred words and phrases (the shipped ones, their decoys, words that rhyme with
commands, one-word labels of FOLDER) are said by two natural voices, clean and in noise at 5 dB, and
by people if there is human speech (see `benchmarks.commands`). The embedded recogniser scores every
phrase against every clip. A pair is confused if, in at least a quarter of its clips either way
round, the other phrase scores better than the one that was said. Clips in which five or more
phrases score better than the right one are left out, since only noise is heard in them. So are
words that the model tends to hear in anything ("okay").

Prints a line for each range of the distance that the lint uses (`lint.sounds.distance`), and how
well it sorts the pairs: the probability that a confused pair is nearer than one that is not. The
whole run takes half an hour on one core; `--every 10` uses a tenth of the phrases. `--keep` stores
the scores for another look.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.commands import clips
from tests.support.natural_speech import RATE, VOICES, hiss, say
from voicecoach.config import load
from voicecoach.core.events import Intent
from voicecoach.lint.confusions import ALIKE
from voicecoach.lint.sounds import distance, sounds
from voicecoach.listening import trie
from voicecoach.listening.models import find_weights
from voicecoach.listening.moonshine_model import MoonshineModel
from voicecoach.listening.spelling import spellings
from voicecoach.speaking.phonemes import phonemes

RHYMES = """
lack block clock look lucked rocked powder prouder lower grower mower sober drop steps
stopwatch pods paws bars cause path lost necks vexed begin begun pegging heavy reading presume
consume assume quit riot white diet yelp whelp kelp won run pose pastor vaster past bane blaine
paint main rain gain busy fizzy daisy receipt delete reheat cart smart star brake break fold
cold told wait weight late hurt shirt hurry halt salt fault pulse
lock_it walk_it star_set smart_set sit_up shut_up peek_up all_ready paws_set go_slower go_lower
feed_up sow_down low_down let_me_out come_on set_us in_pain stop_that hop_now slowdown speak_up
next_line next_join less_top left_talk say_that_a_gain carry_one marry_on cut_off not_so_proud
one_more two_more three_more four_more five_more ten_reps twelve_reps thirteen_reps thirty_reps
fifteen_reps fifty_reps eighty_kilos eighteen_kilos
"""
LIKED = {
    *("okay", "yeah", "oh", "that's", "thank you", "bye", "so", "hello", "yes", "and"),
    *("what", "a", "the", "it", "i", "right", "no"),
}
RANGES = (0.0, 0.001, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 9.0)
NOISE = 5.0
"""dB from the speech down to the noise."""
CONFUSED = 0.25
DROWNED = 5
_WITHIN, _MOST, _PRIOR_SHARE, _PADDING = 14.0, 250, 0.4, 4800

Scores = NDArray[np.float64]

Leads = dict[tuple[str, str], list[float]]
"""For each pair, the lead of the phrase that was said, in each clip of either."""


def phrases() -> list[str]:
    """The phrases to score and to say."""
    table = load(language="en").phrases
    plain = [
        text
        for text, command in table.phrases.items()
        if not command.slots or command.intent is Intent.VARIATION
    ]
    rhymes = (word.replace("_", " ") for word in RHYMES.split())
    return list(dict.fromkeys((*plain, *table.decoys, *rhymes)))


class Ear:
    """Scores clips against all phrases."""

    def __init__(self, texts: list[str]) -> None:
        weights = find_weights()
        if weights is None:
            raise SystemExit("moonshine-voice is not installed")
        self._model, self._texts = MoonshineModel(weights), texts
        encode = self._model.tokenizer.encode
        marks = ((), encode("a.")[1:])
        ways = ((encode(spelling), text) for text in texts for spelling in spellings(text))
        self._trees = [trie.Tree(ways, None, marks)]
        noise = np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
        utterance = self._model.listen(_padded(noise))
        found = trie.search(utterance, self._trees, np.inf, 10**6)
        self._prior = np.array([max(found.get(text, -25.0), -25.0) for text in texts])

    def score(self, clip: NDArray[np.float32]) -> Scores:
        """The score of each phrase in `clip`: log-probability minus a share of the prior."""
        utterance = self._model.listen(_padded(clip))
        found = trie.search(utterance, self._trees, _WITHIN, _MOST)
        least = max(found.values()) - _WITHIN
        scores = np.array([found.get(text, least) for text in self._texts])
        return scores - _PRIOR_SHARE * self._prior


def _padded(clip: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.pad(clip * np.float32(0.5 / max(float(np.abs(clip).max()), 1e-6)), _PADDING)


def noisy(clip: NDArray[np.float32]) -> NDArray[np.float32]:
    """`clip` in a room with noise `NOISE` decibels below its loud parts."""
    loud = clip[np.abs(clip) > 0.02]
    level = 10 * float(np.log10(np.mean(loud**2))) - NOISE
    return clip + hiss(len(clip) / RATE + 0.01, level)[: len(clip)]


def spoken(texts: list[str], every: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Each text and a clip of it, by the natural voices."""
    for text, voice in itertools.product(texts[::every], VOICES):
        clip = say(text, voice)
        yield text, clip
        yield text, noisy(clip)


def people(folder: Path, texts: list[str], every: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Up to fourteen clips of each word that is among `texts`."""
    heard: dict[str, int] = defaultdict(int)
    for kind, label, clip in clips(folder, every):
        if kind == "words" and label in texts and heard[label] < 14:
            heard[label] += 1
            yield label, clip


def margins(texts: list[str], trials: list[tuple[str, Scores]]) -> Leads:
    """For each pair, the lead in nats of what was said over the other, clip by clip."""
    table = load(language="en").phrases
    led: Leads = defaultdict(list)
    for text, scores in trials:
        own = scores[texts.index(text)]
        if int(np.sum(scores > own)) > DROWNED:
            continue
        for other, score in zip(texts, scores, strict=True):
            same = table.parse(text) is not None and table.parse(text) == table.parse(other)
            if other != text and not same and not {text, other} & LIKED:
                a, b = sorted((text, other))
                led[a, b].append(float(own - score))
    return led


def report(led: Leads, apart: dict[tuple[str, str], float]) -> None:
    """Print the table, and how well the distance sorts the pairs."""
    pairs = list(led)
    far = np.array([apart[pair] for pair in pairs])
    rate = np.array([np.mean(np.array(led[pair]) < 0) for pair in pairs])
    mean = np.array([np.mean(led[pair]) for pair in pairs])
    confused = rate >= CONFUSED
    print(f"{'distance':>11}  {'pairs':>6}  confused            lead (nats)")
    for low, high in itertools.pairwise(RANGES):
        inside = (far >= low) & (far < high)
        if inside.any():
            count = int(confused[inside].sum())
            print(
                f"{low:5.2f}-{high:5.2f}  {inside.sum():6}  {count:4}  "
                f"{100 * count / inside.sum():6.2f} %  {mean[inside].mean():14.1f}"
            )
    near = far < ALIKE
    print(
        f"warned of (below {ALIKE}): {near.sum()} pairs, {confused[near].sum()} of the "
        f"{confused.sum()} confused ones; a clip is misheard {100 * rate[near].mean():.1f} % "
        f"of the time there, {100 * rate[~near].mean():.2f} % elsewhere"
    )
    if confused.any():
        below = (far[confused][:, np.newaxis] < far[~confused]).mean()
        print(f"a confused pair is nearer than another one with probability {below:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--human", type=Path, metavar="FOLDER")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="pairs missed")
    asked = parser.parse_args()
    texts = phrases()
    if asked.human:
        labels = {label for kind, label, _ in clips(asked.human, 1) if kind == "words"}
        texts = list(dict.fromkeys((*texts, *sorted(labels))))
    if asked.keep and asked.keep.is_file():
        kept: dict[str, Any] = json.loads(asked.keep.read_text(encoding="utf-8"))
        texts = kept["texts"]
        trials = [(text, np.array(scores)) for text, scores in kept["trials"]]
    else:
        ear = Ear(texts)
        said = spoken(texts, asked.every)
        heard = people(asked.human, texts, asked.every) if asked.human else iter(())
        trials = [(text, ear.score(clip)) for text, clip in itertools.chain(said, heard)]
        if asked.keep:
            rows = [(text, [round(s, 3) for s in scores.tolist()]) for text, scores in trials]
            asked.keep.write_text(json.dumps({"texts": texts, "trials": rows}), encoding="utf-8")
    print(f"{len(texts)} phrases, {len(trials)} clips")
    heard_as = dict(zip(texts, map(sounds, phonemes(texts, "en")), strict=True))
    led = margins(texts, trials)
    apart = {(a, b): distance(heard_as[a], heard_as[b]) for a, b in led}
    report(led, apart)
    misheard = (pair for pair in led if np.mean(np.array(led[pair]) < 0) >= CONFUSED)
    missed = sorted((apart[pair], pair) for pair in misheard if apart[pair] >= ALIKE)
    for far, pair in missed[: asked.show]:
        print(f"{far:.2f}  {pair[0]} / {pair[1]}")


if __name__ == "__main__":
    main()
