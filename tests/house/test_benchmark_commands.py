"""The benchmark of commands: its noises are what they claim, its verdicts count right."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.commands import echo, figures, material, noises, trials
from benchmarks.commands.fit import fit, left_out
from benchmarks.commands.material import commands, half
from benchmarks.commands.plot import svg
from tests.support.natural_speech import RATE, hiss
from voicecoach.config import load
from voicecoach.core.decision import SpokenLine, Thresholds
from voicecoach.core.events import Candidate, Command, Intent, State, Utterance
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.core.session import listens_for
from voicecoach.listening import agreement
from voicecoach.listening.scripted import Scripted

TABLE = load(exercise="leg-press", language="en").phrases
IN_SET = trials.Context(State.REP, TABLE, listens_for(State.REP))
BARS = Thresholds()


def heard(phrase: str, confidence: float, at: float = 1.0) -> Utterance:
    said = round(at * SAMPLE_RATE)
    reading = Candidate(phrase, TABLE.parse(phrase), confidence)
    return Utterance(said, said + SAMPLE_RATE // 2, (reading,))


def trial(wanted: str | None, *utterances: Utterance, seconds: float = 2.0) -> trials.Trial:
    return trials.Trial(
        *("commands" if wanted else "talk", IN_SET, "speech", wanted or "", "somebody", "tuning"),
        *("", None, seconds, TABLE.parse(wanted) if wanted else None),
        tuple(trials.Told(utterance, 0.2) for utterance in utterances),
    )


# --- noises ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(noises.MADE))
def test_a_seed_makes_the_same_noise_again_and_another_seed_another(name: str) -> None:
    make = noises.MADE[name]

    first = make(4.0, 1).sound

    assert np.array_equal(first, make(4.0, 1).sound)
    assert not np.array_equal(first, make(4.0, 2).sound)
    assert first.shape == (64_000,)
    assert first.dtype == np.float32
    assert np.isfinite(first).all()


@pytest.mark.parametrize("name", sorted(noises.MADE))
@pytest.mark.parametrize("snr", [20.0, 5.0, 0.0])
def test_speech_is_as_much_louder_than_the_noise_as_was_asked(name: str, snr: float) -> None:
    bed = noises.MADE[name](8.0, 1)
    bed = noises.Bed(noises.at_level(bed.sound, trials.SPEECH))
    word = noises.grunts(6.0, 9).sound
    clip = trials.Clip("words", "stop", "somebody", "a clip", lambda: word, "tuning")
    assert len(word) + 2 * trials.AROUND == len(bed.sound)

    mixed, _ = trials.laid(clip, word, ("it", snr, lambda length: bed.cut(0, length)))
    clean, _ = trials.laid(clip, word, None)

    assert noises.level(clean) == pytest.approx(trials.SPEECH, abs=0.5)
    assert noises.level(mixed - clean) == pytest.approx(trials.SPEECH - snr, abs=0.5)


def test_pauses_do_not_count_for_the_level() -> None:
    tone = np.sin(np.arange(16_000) / 5).astype(np.float32)
    with_pause = np.concatenate([tone, np.zeros(48_000, np.float32)])

    assert noises.level(with_pause) == pytest.approx(noises.level(tone), abs=0.05)


def test_babble_and_the_coach_come_from_what_they_are_given() -> None:
    said = [noises.grunts(1.0, n).sound for n in range(3)]

    assert np.array_equal(noises.babble(5, 1, said).sound, noises.babble(5, 1, said).sound)
    bed = noises.spoken(10, 1, {"Hold.": said[0], "Up.": said[1]})
    assert {text for text, _, _ in bed.lines} == {"Hold.", "Up."}
    for text, at, end in bed.lines:
        assert np.array_equal(bed.sound[at:end], said[0] if text == "Hold." else said[1])


def test_a_line_stays_where_it_sounds_when_a_bed_is_cut() -> None:
    sound = np.zeros(1000, np.float32)
    sound[600:700] = 1
    bed = noises.Bed(sound, (("Hold.", 600, 700),))

    for first in (0, 650, 800, 1599):
        cut = bed.cut(first, 1500)
        marked = np.zeros(1500, np.float32)
        for _, at, end in cut.lines:
            marked[max(at, 0) : end] = 1
        assert np.array_equal(cut.sound, marked)


# --- verdicts --------------------------------------------------------------------------------


def test_verdicts() -> None:
    assert trial("pause", heard("pause", 0.9)).verdict(BARS) == "right"
    assert trial("pause", heard("pause", 0.4)).verdict(BARS) == "missed"
    assert trial("pause").verdict(BARS) == "missed"
    assert trial("pause", heard("done", 0.9)).verdict(BARS) == "wrong"
    assert trial(None, heard("done", 0.9)).verdict(BARS) == "wrong"
    assert trial(None, heard("done", 0.3)).verdict(BARS) == "quiet"
    # Obeyed, and then another command that nobody said.
    twice = (heard("how many", 0.9), heard("done", 0.9, at=2.0))
    assert trial("how many", *twice).verdict(BARS) == "wrong"
    assert not trial("how many", *twice).put_right(BARS)


def test_a_wrong_value_may_be_put_right() -> None:
    wanted = trial("two more", heard("three more", 0.9), heard("two more", 0.9, at=1.2))
    assert wanted.verdict(BARS) == "wrong"
    assert wanted.put_right(BARS)
    assert not trial("two more", heard("two more", 0.9)).put_right(BARS)
    assert not trial("two more", heard("three more", 0.9)).put_right(BARS)


def test_the_decision_layer_has_the_last_word() -> None:
    # Sure, but not in this state: the coach would not have obeyed.
    assert TABLE.parse("locked") == Command(Intent.LOCKED)
    assert trial(None, heard("locked", 0.99)).verdict(BARS) == "quiet"
    # "Stop" has a lower threshold.
    assert trial("stop", heard("stop", 0.35)).verdict(BARS) == "right"
    # A loudspeaker returns the coach's own words.
    alarm = trial(None, heard("pause", 0.9))
    assert alarm.verdict(BARS) == "wrong"
    echo = replace(alarm, spoken=(SpokenLine("Pause.", SAMPLE_RATE, 3 * SAMPLE_RATE // 2),))
    assert echo.verdict(BARS) == "quiet"
    # The same again at once is its tail, not a second alarm.
    assert len(trial(None, heard("pause", 0.9), heard("pause", 0.9, 1.7)).done(BARS).accepted) == 1


def test_figures() -> None:
    found = figures.figures(
        [
            trial("pause", heard("pause", 0.9)),
            trial("slower", heard("faster", 0.9)),
            trial("stop", heard("stop", 0.1)),
            trial("stop", heard("stop", 0.9)),
            trial(None, heard("pause", 0.9), heard("done", 0.9, at=3.0), seconds=1800.0),
            trial(None, seconds=1800.0),
        ],
        BARS,
    )

    assert found["utterances"] == 4
    assert found["missed_per_100"] == 25.0
    assert found["wrong_per_100"] == 25.0
    assert (found["stops"], found["stops_missed_per_100"]) == (2, 50.0)
    assert (found["hours"], found["alarms"], found["alarms_per_hour"]) == (1.0, 2, 2.0)
    assert found["delay_median_ms"] == 200


def test_rows_name_the_halves_that_were_heard() -> None:
    tuning = trial("pause", heard("pause", 0.9))
    held_out = replace(trial("pause"), half="held-out")

    both = figures.rows([tuning, held_out], BARS)
    one = figures.rows([held_out], BARS)

    assert {row["half"]: row["missed_per_100"] for row in both} == {
        "both": 50.0,
        "tuning": 0.0,
        "held-out": 100.0,
    }
    assert [row["half"] for row in one] == ["held-out"]
    assert figures.shown(one) == one
    assert len(list(figures.lines(figures.shown(both)))) == 1 + len(both)


def test_a_lower_bar_misses_less_and_alarms_more() -> None:
    sure = [trial("pause", heard("pause", c / 10)) for c in range(11)]
    sure += [trial(None, heard("pause", c / 10), seconds=60.0) for c in range(11)]

    points = figures.curve(sure, BARS)

    assert [p["missed_per_100"] for p in points] == sorted(p["missed_per_100"] for p in points)
    alarms = [p["alarms"] for p in points]
    assert alarms == sorted(alarms, reverse=True)
    assert alarms[0] > alarms[-1]
    drawn = ElementTree.fromstring(svg({"some": {"commands, clean": points}}))
    assert len(drawn.findall("{*}circle")) == len(points)


def test_misses_are_told_at_a_rate_of_alarms() -> None:
    said = [trial("pause", heard("pause", 0.75)), trial("pause", heard("pause", 0.93))]
    alarms = [trial(None, heard("pause", 0.45 + n / 10), seconds=900.0) for n in range(4)]

    few, more, many = figures.at_rates({"clean": figures.curve([*said, *alarms], BARS)})

    assert few == (
        "clean, at most 0.5 alarms an hour: 50.0 in 100 missed, 0.0 wrong "
        "(bar 0.8, 0 alarms in 1.00 h)"
    )
    assert "6 alarms an hour: 0.0 in 100 missed, 0.0 wrong (bar 0.1, 4 alarms" in more
    assert "30 alarms an hour: 0.0" in many
    (none,) = set(figures.at_rates({"clean": []})) & {
        "clean, at most 6 alarms an hour: no bar is high enough"
    }
    assert none


def test_a_listener_feeds_clips_one_after_the_other_as_one_microphone() -> None:
    word = noises.grunts(1.0, 3).sound
    clip = trials.Clip("commands", "pause", "somebody", "a clip", lambda: word, "tuning")
    bed = noises.Bed(0.1 * word, (("Hold.", 0, 8_000),))
    listener = trials.Listener(Scripted([(1.5, "pause"), (4.5, "pause")]))
    pause = TABLE.parse("pause")

    clean = listener.hear("commands", IN_SET, clip, pause)
    noisy = listener.hear("commands", IN_SET, clip, pause, ("coach", 10.0, partial(bed.cut, 0)))

    assert clean.verdict(BARS) == noisy.verdict(BARS) == "right"
    assert listener.audio == 6.0
    # The coach's line is dated as the microphone hears it: three seconds later.
    assert noisy.spoken[0] == SpokenLine(
        "Hold.", 3 * SAMPLE_RATE, 3 * SAMPLE_RATE + SAMPLE_RATE // 2
    )
    assert (noisy.noise, noisy.snr) == ("coach", 10.0)


def test_a_fit_finds_what_tells_right_from_wrong_and_leaves_each_voice_out() -> None:
    def said(voice: str, margin: float, right: bool) -> trials.Trial:
        evidence = {"score": 50.0, "free": 50.0, "margin": margin, "agreement": 0.5}
        utterance = replace(heard("pause", 0.5), evidence=evidence)
        return replace(trial("pause" if right else None, utterance), speaker=f"{voice} x1")

    heard_by_all = [
        said(voice, margin + step, right)
        for voice in ("joe", "joe, smaller", "heart")
        for right, margin in ((True, 3.0), (False, -1.0))
        for step in (-1.0, -0.5, 0.0, 0.5, 1.0)
    ]

    weights = fit(heard_by_all, agreement.features, None)
    strict = fit(heard_by_all, agreement.features, alarms_per_hour=0.0)

    assert weights["margin"] > 0.5
    # No clip without a command is believed; the best of them just fails.
    assert strict["bias"] + strict["margin"] * 0.0 + strict["agreement"] * 0.5 == pytest.approx(
        0, abs=0.002
    )
    lines = list(left_out(heard_by_all, agreement.features, None))
    assert [line.split(":")[0] for line in lines] == ["joe", "heart"]
    assert all("0 missed, 0 wrong; 0 alarms" in line for line in lines)


def test_halves_are_for_ever() -> None:
    assert [half(f"speaker {n}") for n in range(6)] == [
        "tuning",
        "tuning",
        "held-out",
        "held-out",
        "tuning",
        "held-out",
    ]
    names = [half(f"speaker {n}") for n in range(1000)]
    assert 400 < names.count("tuning") < 600


def test_commands_are_said_in_words_and_numbers_do_not_crowd_out_the_rest() -> None:
    grammar = TABLE.grammar(listens_for(State.REST))

    said = commands(grammar)

    assert {command.intent for command in said.values()} == {
        command.intent for command in grammar.phrases.values()
    }
    assert all(grammar.phrases[phrase] == command for phrase, command in said.items())
    assert not any(letter.isdigit() for phrase in said for letter in phrase)
    assert len(said) < 400


# --- a closer look ---------------------------------------------------------------------------


def test_one_meaning_is_said_often_enough_to_tell_one_miss_in_two_hundred() -> None:
    phrases = [phrase for phrase, c in TABLE.phrases.items() if c == Command(Intent.STOP)]
    said = list(material.often("commands", phrases, "en"))

    names = [clip.name for clip in said]
    assert len(names) == len(set(names))
    assert sum(clip.half == "held-out" for clip in said) >= 200
    assert {clip.label for clip in said} == set(phrases)


def test_the_canceller_takes_the_coach_out_and_leaves_the_lifter() -> None:
    coach = noises.spoken(40.0, 1, {f"{n}": noises.grunts(1.2, n).sound for n in range(4)})
    coach = noises.Bed(noises.at_level(coach.sound, trials.SPEECH), coach.lines)
    length = 4 * RATE
    bed = echo.cancelled(coach, 3 * RATE, length)
    assert bed.clean is not None
    room = hiss(length / RATE, trials.QUIET_ROOM)
    gain = 10 ** (-10 / 20)
    word = np.zeros(length, np.float32)
    word[2 * RATE : 3 * RATE] = noises.at_level(noises.breathing(1.0, 5).sound, trials.SPEECH)

    alone = bed.clean(room + gain * bed.sound, gain)
    spoken = bed.clean(room + gain * bed.sound + word, gain)

    assert noises.level(gain * bed.sound) == pytest.approx(trials.SPEECH - 10, abs=3.0)
    assert noises.level(alone) < noises.level(gain * bed.sound) - 15
    heard = slice(2 * RATE, 3 * RATE)
    assert noises.level(spoken[heard]) == pytest.approx(trials.SPEECH, abs=4.0)
    for text, at, end in bed.lines:
        assert text in {"0", "1", "2", "3"}
        assert end > 0
        assert at < length
