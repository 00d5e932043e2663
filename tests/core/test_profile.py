"""What a voice changes: the thresholds that a profile gives, and their limits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import Thresholds, judge
from voicecoach.core.events import Command, Intent
from voicecoach.core.profile import CLEAR, ENOUGH, SHARE, Profile, Try, fitted, outlook

DONE, STOP, PAUSE = (Command(i) for i in (Intent.DONE, Intent.STOP, Intent.PAUSE))
TABLE = PhraseTable(
    {"done": DONE, "i'm done": DONE, "stop": STOP, "pause": PAUSE}, ("down", "boss")
)
BARS = Thresholds()

sure = st.floats(0.0, 1.0, allow_nan=False)
readings = st.lists(
    st.tuples(st.sampled_from([*TABLE.phrases, *TABLE.decoys]), sure),
    max_size=3,
    unique_by=lambda reading: reading[0],
).map(lambda each: Try(tuple(sorted(each, key=lambda reading: -reading[1]))))
tries = st.lists(readings, max_size=5).map(tuple)
profiles = st.builds(
    Profile,
    st.just("moonshine"),
    st.just("en"),
    st.dictionaries(st.sampled_from(list(TABLE.phrases)), tries),
    tries,
)
bars = st.builds(Thresholds, command=st.floats(0.0, 0.95), stop=st.floats(0.0, 0.95))


def said(*confidences: float, phrase: str = "done") -> tuple[Try, ...]:
    return tuple(Try(((phrase, each),)) for each in confidences)


def profile(room: tuple[Try, ...] = (), **words: tuple[Try, ...]) -> Profile:
    return Profile("moonshine", "en", words, room)


@given(profiles, bars)
def test_no_bar_is_raised_and_none_falls_below_its_floor(known: Profile, usual: Thresholds) -> None:
    own = fitted(known, TABLE, usual)
    assert replace(own, lowered={}) == usual
    for command in TABLE.phrases.values():
        asked = usual.for_(command)
        assert SHARE * asked <= own.for_(command) <= asked


@given(profiles, bars)
def test_a_lowered_bar_is_clear_of_all_else_that_was_heard(
    known: Profile, usual: Thresholds
) -> None:
    own = fitted(known, TABLE, usual)
    for command, bar in own.lowered.items():
        for phrase, each in known.tries.items():
            if TABLE.phrases[phrase] != command:
                assert all(t.confidence(command, TABLE) + CLEAR <= bar for t in each)
        assert all(t.confidence(command, TABLE) + CLEAR <= bar for t in known.room)


@given(st.lists(sure, min_size=ENOUGH, max_size=5), sure, bars)
@example([0.0] * ENOUGH, 0.25, Thresholds(command=0.0625, stop=0.0))
def test_a_voice_that_is_heard_better_has_no_lower_bar(
    shares: list[float], better: float, usual: Thresholds
) -> None:
    # Below this, tries don't count, or no threshold can be clear of what else was heard.
    least = max(SHARE * usual.for_(DONE), CLEAR)
    confidences = [least + (1 - least) * share for share in shares]
    before = fitted(profile(done=said(*confidences)), TABLE, usual).for_(DONE)
    raised = [max(each, better) for each in confidences]
    assert fitted(profile(done=said(*raised)), TABLE, usual).for_(DONE) >= before


@given(profiles, readings, bars)
def test_more_noise_lowers_no_bar(known: Profile, noise: Try, usual: Thresholds) -> None:
    noisier = replace(known, room=(*known.room, noise))
    before, after = fitted(known, TABLE, usual), fitted(noisier, TABLE, usual)
    assert all(after.for_(c) >= before.for_(c) for c in TABLE.phrases.values())


@given(profiles, bars)
def test_what_was_said_too_seldom_changes_nothing(known: Profile, usual: Thresholds) -> None:
    few = {phrase: each[: ENOUGH - 1] for phrase, each in known.tries.items()}
    assert fitted(replace(known, tries=few), TABLE, usual) == usual


def test_a_weak_command_is_obeyed_from_its_weakest_try_on() -> None:
    own = fitted(profile(done=said(0.46, 0.6, 0.55)), TABLE, BARS)
    assert 0.25 < own.for_(DONE) < 0.46
    assert own.for_(PAUSE) == BARS.command
    weak = said(0.4)[0].heard(TABLE)
    assert not judge(weak, frozenset(Intent), TABLE, BARS).accepted
    assert judge(weak, frozenset(Intent), TABLE, own).accepted


def test_a_command_that_no_bar_would_save_changes_nothing() -> None:
    assert fitted(profile(done=said(0.1, 0.2, 0.1)), TABLE, BARS) == BARS
    cough = said(0.1)
    assert fitted(profile(done=(*cough, *said(0.4, 0.45))), TABLE, BARS) == BARS
    own = fitted(profile(done=said(0.4, 0.45, 0.5)), TABLE, BARS)
    assert fitted(profile(done=(*cough, *said(0.4, 0.45, 0.5))), TABLE, BARS) == own


def test_a_strong_command_keeps_its_bar() -> None:
    assert fitted(profile(done=said(0.9, 0.95, 0.99)), TABLE, BARS) == BARS


def test_what_another_word_of_the_voice_sounds_like_is_not_let_in() -> None:
    """ "Pause" scored 0.4 as "done", so 0.4 for "done" proves nothing."""
    pause = (Try((("pause", 0.8), ("done", 0.4))), *said(0.8, 0.8, phrase="pause"))
    own = fitted(profile(done=said(0.46, 0.6, 0.55), pause=pause), TABLE, BARS)
    assert own.for_(DONE) == BARS.command
    room = (Try((("done", 0.2),)),)
    assert fitted(profile(room, done=said(0.3, 0.6, 0.55)), TABLE, BARS).for_(DONE) == 0.2 + CLEAR


def test_tries_taken_for_something_else_prove_nothing() -> None:
    boss = Try((("boss", 0.6), ("pause", 0.5)))
    known = profile(pause=(boss, boss, *said(0.45, 0.45, phrase="pause")))
    assert fitted(known, TABLE, BARS) == BARS
    seen = outlook("pause", known.tries["pause"], TABLE, BARS)
    assert (seen.said, seen.missed, seen.rival) == (4, 4, "boss")


def test_a_phrase_that_is_no_command_any_more_is_passed_over() -> None:
    assert fitted(profile(finito=said(0.4, 0.4, 0.4)), TABLE, BARS) == BARS


def test_a_number_written_in_digits_is_the_same_command() -> None:
    more = Command(Intent.MORE, (("more", 1),))
    table = PhraseTable({"one more": more, "1 more": more})
    known = Profile("", "en", {"one more": said(0.4, 0.45, 0.5, phrase="1 more")})
    assert fitted(known, table, BARS).for_(more) < 0.4


def test_a_new_enrolment_replaces_what_it_asked_for_and_keeps_the_rest() -> None:
    old = profile(done=said(0.4, 0.4, 0.4), pause=said(0.9, phrase="pause"))
    new = profile(done=said(0.9, 0.9, 0.9))
    assert old.renewed(new).tries == {"done": new.tries["done"], "pause": old.tries["pause"]}
    other = replace(new, recogniser="vosk")
    assert old.renewed(other) == other
