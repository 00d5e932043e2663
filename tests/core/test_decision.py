"""Every reason for refusing an utterance, and what is never refused."""

from __future__ import annotations

import pytest

from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import (
    SOFTER,
    Accepted,
    Doubt,
    SpokenLine,
    Thresholds,
    Verdict,
    judge,
)
from voicecoach.core.events import Candidate, Command, Intent, Utterance
from voicecoach.core.plan import samples

DONE, STOP, PAUSE = (Command(i) for i in (Intent.DONE, Intent.STOP, Intent.PAUSE))
START = Command(Intent.START)
TABLE = PhraseTable({"done": DONE, "stop": STOP, "pause": PAUSE}, ("down",))
LIVE = frozenset(Intent)


def heard(*candidates: tuple[str, float], free: str = "", at: float = 10.0) -> Utterance:
    return Utterance(
        samples(at),
        samples(at + 0.4),
        tuple(Candidate(phrase, TABLE.phrases.get(phrase), c) for phrase, c in candidates),
        free,
    )


def verdict(
    utterance: Utterance,
    live: frozenset[Intent] = LIVE,
    said: tuple[SpokenLine, ...] = (),
    last: Accepted | None = None,
    bars: Thresholds | None = None,
    paced: bool = True,
) -> Verdict:
    return judge(utterance, live, TABLE, bars or Thresholds(), said, last, paced)


def test_a_sure_command_is_accepted() -> None:
    result = verdict(heard(("done", 0.9), ("stop", 0.1)))
    assert (result.accepted, result.command, result.reason) == (True, DONE, "")


@pytest.mark.parametrize(
    ("utterance", "live", "reason"),
    [
        (heard(), LIVE, "no command"),
        (heard(("done", 0.4)), LIVE, "not sure enough"),
        (heard(("down", 0.9), ("done", 0.7)), LIVE, "is not a command"),
        (heard(("done", 0.8), ("pause", 0.7)), LIVE, "could as well be"),
        (heard(("done", 0.9)), LIVE - {Intent.DONE}, "makes no sense now"),
        (heard(("pause", 0.7), free="Done."), LIVE - {Intent.DONE}, "makes no sense now"),
    ],
)
def test_what_is_refused_says_why(
    utterance: Utterance, live: frozenset[Intent], reason: str
) -> None:
    result = verdict(utterance, live)
    assert not result.accepted
    assert reason in result.reason


def test_a_number_that_was_asked_for_needs_little_and_brings_what_else_it_may_be() -> None:
    numbers = {str(n): Command(Intent.WEIGHT, (("kilos", n),)) for n in (15, 50)}
    numbers["sixty"] = Command(Intent.NUMBER, (("number", 60),))
    table = PhraseTable({**TABLE.phrases, **numbers})

    def decided(asked: bool, *candidates: tuple[str, float]) -> Verdict:
        readings = tuple(Candidate(p, table.phrases.get(p), c) for p, c in candidates)
        utterance = Utterance(0, samples(0.4), readings)
        live = LIVE if asked else LIVE - {Intent.NUMBER}
        return judge(utterance, live, table, Thresholds())

    both = ("15", 0.3), ("50", 0.25)
    result = decided(True, *both)
    assert (result.accepted, result.command) == (True, numbers["15"])
    assert result.others == (numbers["50"],)
    assert decided(True, *both, ("sixty", 0.1)).others == (numbers["50"], numbers["sixty"])
    assert not decided(False, *both).accepted
    assert decided(True, ("15", 0.06)).accepted
    assert not decided(True, ("15", 0.04)).accepted
    # Anything but a number may not be as probable, and a decoy not more.
    assert "could as well be" in decided(True, *both, ("stop", 0.2)).reason
    assert "is not a command" in decided(True, ("15", 0.3), ("down", 0.4)).reason
    # Alone it needs as much as ever, and others are named only if they are not out of the question.
    assert decided(False, ("15", 0.7), ("50", 0.2)).others == (numbers["50"],)
    assert decided(False, ("15", 0.7), ("50", 0.1)).others == ()


def test_the_question_for_a_number_needs_little() -> None:
    ask = Command(Intent.ASK_WEIGHT)
    bars = Thresholds()
    assert bars.for_(ask) == bars.asked < bars.stop < bars.command
    assert bars.for_(Command(Intent.WEIGHT, (("kilos", 15),))) == bars.command


def test_a_number_alone_that_is_written_freely_refuses_nothing() -> None:
    """It may be half of "eighty kilos", and means nothing while nothing is asked."""
    table = PhraseTable({"eighty": Command(Intent.NUMBER, (("number", 80),)), "done": DONE})
    utterance = Utterance(0, samples(0.4), (Candidate("done", DONE, 0.9),), free="Eighty.")
    assert judge(utterance, LIVE - {Intent.NUMBER}, table, Thresholds()).accepted


def test_what_ends_a_set_needs_more_than_other_commands_and_stop_less() -> None:
    def obeyed(phrase: str, confidence: float, bar: float = 0.5) -> bool:
        return verdict(heard((phrase, confidence)), bars=Thresholds(command=bar)).accepted

    assert [obeyed(phrase, 0.55) for phrase in ("stop", "pause", "done")] == [True, True, False]
    assert [obeyed(phrase, 0.35) for phrase in ("stop", "pause", "done")] == [True, False, False]
    assert obeyed("done", 0.6)
    # No setting makes it deaf to "done".
    assert obeyed("done", 0.96, bar=0.95)


def test_a_decoy_that_is_only_second_is_no_doubt() -> None:
    assert verdict(heard(("done", 0.8), ("down", 0.78))).accepted


def test_a_decoy_that_is_heard_better_is_one_unless_it_is_urgent() -> None:
    """ "Don" is common, yet "done" comes first."""
    doubtful = verdict(heard(("done", 0.97), ("pause", 0.1), ("down", 0.98)))
    assert 'could as well be "down", which is not a command' in doubtful.reason
    assert verdict(heard(("stop", 0.8), ("down", 0.9))).accepted


def test_the_same_command_at_once_is_its_own_tail() -> None:
    last = Accepted(DONE, samples(9.8))
    assert "just done" in verdict(heard(("done", 0.9)), last=last).reason
    assert verdict(heard(("pause", 0.9)), last=last).accepted
    assert verdict(heard(("done", 0.9)), last=Accepted(DONE, samples(9.0))).accepted


def test_the_coach_is_not_the_lifter() -> None:
    asked = (SpokenLine("Still paused. Say resume, or done.", samples(8), samples(9.9)),)
    early = heard(("done", 0.9), at=8.2)
    assert verdict(early, said=asked).accepted  # the line has not come to that word yet
    assert "the coach was saying" in verdict(heard(("done", 0.9)), said=asked).reason
    earbuds = Thresholds(loudspeaker=False)
    assert verdict(heard(("done", 0.9)), said=asked, bars=earbuds).accepted
    long_ago = (SpokenLine("Say done.", samples(6), samples(7)),)
    assert verdict(heard(("done", 0.9)), said=long_ago).accepted
    other = (SpokenLine("Down, breathe in.", samples(8), samples(11)),)
    assert verdict(heard(("done", 0.9)), said=other).accepted


LOCK = SpokenLine(
    "Lock the safety catches. Say done.",
    samples(8),
    samples(10.65),
    tuple(
        (samples(a), samples(b))
        for a, b in ((0.0, 0.3), (0.3, 0.5), (0.5, 0.9), (0.9, 1.3), (2.0, 2.2), (2.2, 2.65))
    ),
)
"""It is known where the line's words sound: "done" from 10.2 s on."""


@pytest.mark.parametrize(
    ("at", "accepted"), [(8.4, True), (9.5, True), (9.95, False), (10.2, False), (10.8, True)]
)
def test_an_echo_is_the_whole_word_where_it_is_in_the_line(at: float, accepted: bool) -> None:
    """An utterance that ends before the word does, or begins when the word does, came from a
    person."""
    assert verdict(heard(("done", 0.9), at=at), said=(LOCK,)).accepted is accepted


@pytest.mark.parametrize(
    ("above", "accepted", "doubt"),
    [
        (None, False, Doubt.ECHO),
        (-4.0, False, None),
        (3.0, False, Doubt.ECHO),
        (6.5, True, None),
        (float("inf"), True, None),
    ],
)
def test_how_loud_it_is_tells_the_lifter_from_the_coach(
    above: float | None, accepted: bool, doubt: Doubt | None
) -> None:
    result = judge(heard(("done", 0.9), at=10.2), LIVE, TABLE, Thresholds(), (LOCK,), above=above)
    assert (result.accepted, result.doubt) == (accepted, doubt)


def test_what_is_no_louder_than_the_coach_is_the_coach_whatever_it_sounds_like() -> None:
    """Except "stop" under load, which anybody may say."""

    def obeyed(phrase: str, above: float, paced: bool, loudspeaker: bool = True) -> bool:
        bars = Thresholds(loudspeaker=loudspeaker)
        utterance = heard((phrase, 0.9))
        return judge(utterance, LIVE, TABLE, bars, paced=paced, above=above).accepted

    assert not obeyed("pause", -2.0, paced=True)
    assert not obeyed("stop", -2.0, paced=False)
    assert obeyed("stop", -2.0, paced=True)
    assert obeyed("pause", 1.0, paced=True)
    assert obeyed("pause", -2.0, paced=True, loudspeaker=False)


@pytest.mark.parametrize(
    ("phrase", "sure", "softer", "accepted"),
    [
        ("pause", 0.9, SOFTER - 1, True),
        ("pause", 0.99, SOFTER, False),
        ("stop", 0.4, SOFTER - 1, True),
        ("stop", 0.7, SOFTER, False),
        ("stop", 0.8, SOFTER + 20, True),
    ],
)
@pytest.mark.parametrize("loudspeaker", [True, False])
def test_a_voice_among_others_is_not_the_lifter(
    phrase: str, sure: float, softer: float, accepted: bool, loudspeaker: bool
) -> None:
    """Yet a clear "stop" is obeyed from anybody. What is refused may have been meant."""
    bars = Thresholds(loudspeaker=loudspeaker)
    utterance = heard((phrase, sure))
    result = judge(utterance, LIVE, TABLE, bars, above=float("inf"), softer=softer)
    assert result.accepted is accepted
    assert accepted or result.doubt is (Doubt.FAINT if phrase == "stop" else Doubt.LIKE)


@pytest.mark.parametrize(
    ("utterance", "live", "like"),
    [
        (heard(("pause", 0.25)), LIVE, True),
        (heard(("pause", 0.15)), LIVE, False),
        (heard(("stop", 0.15)), LIVE, True),
        (heard(("done", 0.8), ("pause", 0.7)), LIVE, True),
        (heard(("down", 0.9), ("done", 0.4)), LIVE, True),
        (heard(("down", 0.9), ("done", 0.1)), LIVE, False),
        (heard(("done", 0.9)), LIVE - {Intent.DONE}, False),
        (heard(free="Done."), LIVE - {Intent.DONE}, True),
        (heard(free="A long story."), LIVE, False),
    ],
)
def test_what_was_refused_and_may_have_been_meant_is_told(
    utterance: Utterance, live: frozenset[Intent], like: bool
) -> None:
    earbuds = Thresholds(loudspeaker=False)
    result = judge(utterance, live, TABLE, earbuds)
    assert not result.accepted
    assert (result.doubt is Doubt.LIKE) == like
    # Over a loudspeaker it may be the recogniser's reading of the coach's own voice.
    assert judge(utterance, live, TABLE, Thresholds(), above=-1.0).doubt is None
    assert (judge(utterance, live, TABLE, Thresholds(), above=5.0).doubt is Doubt.LIKE) == like


def test_the_tail_of_what_was_obeyed_is_no_doubt() -> None:
    last = Accepted(DONE, samples(9.8))
    earbuds = Thresholds(loudspeaker=False)
    assert verdict(heard(("done", 0.9)), last=last, bars=earbuds).doubt is None


@pytest.mark.parametrize(
    ("last", "said", "end", "sure", "accepted"),
    [
        (START, 9.8, 10.2, 0.31, False),
        (START, 9.8, 10.2, 0.8, True),
        (START, 9.2, 9.9, 0.31, True),
        # Typed at a sample that is not heard yet.
        (START, 11.0, 11.0, 0.31, True),
        (PAUSE, 9.8, 10.2, 0.31, True),
        (Command(Intent.PAIN), 9.8, 10.2, 0.31, True),
    ],
)
def test_what_was_understood_as_start_is_not_a_faint_stop(
    last: Command, said: float, end: float, sure: float, accepted: bool
) -> None:
    """Among people who never pause, "start set" was obeyed, and a second later the sentence around
    it was a "stop", at 0.31."""
    before = Accepted(last, samples(end), samples(said))
    result = verdict(heard(("stop", sure), at=10.0), last=before, paced=True)
    assert result.accepted is accepted
    assert accepted or result.doubt is Doubt.FAINT


@pytest.mark.parametrize(
    ("seconds", "accepted"),
    # The first is the same sound, as another recogniser heard it.
    [(-0.2, False), (0.2, True), (3.9, True), (4.1, False)],
)
def test_an_alarm_that_is_said_again_counts_however_faint_and_soft(
    seconds: float, accepted: bool
) -> None:
    faint = Accepted(STOP, samples(10.0 - seconds), samples(9.6 - seconds))
    for phrase, right in (("stop", accepted), ("pause", False)):
        result = judge(
            heard((phrase, 0.4 if phrase == "stop" else 0.9), at=10.0),
            *(LIVE, TABLE, Thresholds()),
            paced=True,
            softer=SOFTER,
            faint=faint,
        )
        assert result.accepted is right


@pytest.mark.parametrize("paced", [True, False])
def test_an_alarm_that_both_recognisers_heard_is_one(paced: bool) -> None:
    before = Accepted(STOP, samples(10.2), samples(9.9))
    assert verdict(heard(("stop", 0.9), at=10.0), last=before, paced=paced).reason == "just done"
    again = heard(("stop", 0.9), at=10.3)
    assert verdict(again, last=before, paced=paced).accepted


def test_stop_needs_the_least_and_is_never_held_off() -> None:
    said = (SpokenLine("Stop.", samples(9), samples(11)),)
    last = Accepted(STOP, samples(9.9))
    result = verdict(heard(("stop", 0.35), ("pause", 0.3)), said=said, last=last)
    assert result.accepted
    assert not verdict(heard(("stop", 0.2))).accepted


def test_where_nothing_moves_the_coachs_own_stop_is_no_stop() -> None:
    """ "Say: stop now" from a loudspeaker does not prove that the lifter's is heard."""
    said = (SpokenLine("First a test. Say: stop.", samples(8), samples(10.2)),)
    stop = heard(("stop", 0.9))
    assert "the coach was saying" in verdict(stop, said=said, paced=False).reason
    assert verdict(stop, said=said, paced=True).accepted
    assert verdict(stop, said=said, paced=False, bars=Thresholds(loudspeaker=False)).accepted
    assert verdict(heard(("stop", 0.9), at=11.1), said=said, paced=False).accepted


def test_down_from_the_loudspeaker_is_never_done() -> None:
    said = (SpokenLine("Down, breathe in.", samples(10), samples(10.9)),)
    doubtful = heard(("done", 0.6), ("down", 0.5))
    assert "the coach was saying" in verdict(doubtful, said=said).reason
    assert verdict(doubtful).accepted
    assert verdict(heard(("done", 0.9), ("down", 0.2)), said=said).accepted


def test_an_echo_is_known_by_what_it_means() -> None:
    """The coach says "thirty reps"; the recogniser writes it in digits."""
    reps = Command(Intent.REPS, (("reps", 30),))
    table = PhraseTable({"30 reps": reps, "thirty reps": reps})
    candidate = Candidate("30 reps", reps, 0.9)
    utterance = Utterance(samples(10), samples(10.6), (candidate,), "30 reps.")
    line = (SpokenLine("Leg press. Thirty reps: three down.", samples(9.2), samples(12)),)
    result = judge(utterance, LIVE, table, Thresholds(), line)
    assert "the coach was saying" in result.reason
    assert judge(utterance, LIVE, table, Thresholds()).accepted
