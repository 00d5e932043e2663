"""The engine's sound: identical for any block size, exact to the sample."""

from __future__ import annotations

import itertools
from collections import deque
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.session_driver import BEGIN, QUIET, leg_press, run_session, shipped
from voicecoach.audio.echo import EchoCanceller
from voicecoach.audio.tones import TONES, stand_in, tick
from voicecoach.core.cues import Ended, Outcome
from voicecoach.core.decision import Decision, Thresholds
from voicecoach.core.events import (
    Effect,
    Entered,
    Input,
    PhaseBegan,
    RepDone,
    SetOver,
    State,
    Utterance,
)
from voicecoach.core.plan import MICROPHONE_RATE, CueClass, Wording, samples
from voicecoach.core.workout import Retimed, SetBegan
from voicecoach.listening.scripted import Scripted
from voicecoach.pcm import Pcm
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.simulate import simulate
from voicecoach.runtime.voice_loop import VoiceLoop
from voicecoach.runtime.workout_conversation import WorkoutConversation, WorkoutLoop, workout_loop
from voicecoach.speaking.clips import Clipbook
from voicecoach.speaking.silent import SilentClips
from voicecoach.speaking.voice import VoiceError


class Broken:
    """A voice that has failed for good."""

    name = "broken"
    sample_rate = 22_050

    def render(self, text: str) -> Pcm:
        raise VoiceError("broken: no sound today")


def engine(words: tuple[tuple[float, str], ...]) -> WorkoutLoop:
    """All its cues are tones, so that the sound shows when each begins."""
    clips = Clipbook([Broken()], None, {kind: TONES[stand_in(kind)] for kind in CueClass})
    return workout_loop(
        leg_press("1-1-1-1", 3),
        shipped().phrases,
        Scripted(words),
        clips,
        bars=Thresholds(loudspeaker=False),
    )


WORDS = ((0.5, "ready"), (1.0, "start set"), (6.0, "slower"), (8.0, "pause"), (8.3, "stop"))


def run(splits: list[int]) -> tuple[Pcm, list[Record]]:
    coach = engine(WORDS)
    microphone = np.full(sum(splits), QUIET)
    out, records = [], []
    done = 0
    for n in splits:
        block, new = coach.process(microphone[done : done + n])
        assert len(block) == 3 * n
        out.append(block)
        records += new
        done += n
    return np.concatenate(out), records


@cache
def whole(n: int) -> tuple[Pcm, list[Record]]:
    """The result of `run` for `n` samples in one block. Every split of them is compared with it."""
    return run([n])


SECONDS = 9
TOTAL = SECONDS * MICROPHONE_RATE


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=30))
def test_random_splits_give_the_same_bytes_and_records(cuts: list[int]) -> None:
    splits = [
        b - a for a, b in itertools.pairwise([0, *sorted(cut % TOTAL for cut in cuts), TOTAL])
    ]
    sound, others = run(splits)
    assert sound.tobytes() == whole(TOTAL)[0].tobytes()
    assert others == whole(TOTAL)[1]


def test_one_sample_at_a_time_gives_the_same_bytes() -> None:
    n = 2 * MICROPHONE_RATE
    sound, others = run([1] * n)
    assert sound.tobytes() == whole(n)[0].tobytes()
    assert others == whole(n)[1]


# --- typed at any sample ---------------------------------------------------------------------

LONG = 11 * MICROPHONE_RATE
SAID = """ready, start set, slower, faster, pause, resume, one more, how many, repeat, quiet,
louder, done, stop, locked, eighty kilos, skip rest, lunch""".replace("\n", " ").split(", ")
TEXTS = st.sampled_from(SAID)
SIZES = st.one_of(st.integers(1, 3), st.integers(4, 700), st.integers(701, 10 * MICROPHONE_RATE))
"""Block sizes from one sample to ten seconds."""


class Complete(WorkoutConversation):
    """Knows when its session wants nothing more."""

    wanted: list[Effect]

    def begin(self) -> list[Effect]:
        return self._noted(super().begin())

    def pass_time(self, to: int) -> list[Effect]:
        return self._noted(super().pass_time(to))

    def happen(self, event: Input) -> list[Effect]:
        return self._noted(super().happen(event))

    def _noted(self, effects: list[Effect]) -> list[Effect]:
        self.wanted = [*getattr(self, "wanted", []), *effects]
        return effects


def obeying(
    spoken: list[tuple[float, str]], typed: list[tuple[int, str]], sizes: list[int]
) -> tuple[VoiceLoop[Complete], Pcm, list[Record]]:
    """A session with `typed` at these samples of the microphone, in blocks that cycle through
    `sizes`; after 300 blocks in as few as possible."""
    begin = [(0.5, "ready"), (1.0, "start set")]
    bars = Thresholds(loudspeaker=False)
    coach = VoiceLoop(
        Complete(leg_press("3-0-2-0", 3), shipped().phrases, bars=bars),
        Scripted(sorted([*begin, *spoken])),
        Clipbook([Broken()], None, {kind: TONES[stand_in(kind)] for kind in CueClass}),
    )
    coming = deque(sorted(typed, key=lambda each: each[0]))
    blocks = itertools.islice(itertools.cycle(sizes), 300 if sizes else 0)
    out, records = [], []
    done = 0
    while done < LONG or coming:
        while coming and coming[0][0] == done:
            coach.typed(coming.popleft()[1])
        until = coming[0][0] if coming else LONG
        n = min(next(blocks, LONG), until - done)
        sound, new = coach.process(np.full(n, QUIET))
        out.append(sound)
        records += new
        done += n
    return coach, np.concatenate(out), records


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(1.2, 10.5), TEXTS), max_size=3),
    st.lists(st.tuples(st.integers(0, LONG), TEXTS), max_size=5),
    st.lists(SIZES, min_size=1, max_size=5),
)
@example([], [(int(6.9 * MICROPHONE_RATE) + 77, "faster")], [1])
@example([(5.0, "pause")], [(7 * MICROPHONE_RATE - 1, "resume"), (99_001, "faster")], [160_000])
def test_what_is_typed_at_any_sample_gives_the_same_in_any_blocks_and_drops_nothing(
    spoken: list[tuple[float, str]], typed: list[tuple[int, str]], sizes: list[int]
) -> None:
    coach, sound, records = obeying(spoken, typed, sizes)
    _, expected, others = obeying(spoken, typed, [])
    assert sound.tobytes() == expected.tobytes()
    assert records == others
    kept = (Entered, PhaseBegan, RepDone, SetOver, Retimed, SetBegan)
    told = [record for record in records if isinstance(record, kept)]
    assert [effect for effect in coach.conversation.wanted if isinstance(effect, kept)] == told


@pytest.mark.parametrize("block", [1, 319, 320, 7_777, 10**6])
def test_a_simulation_is_the_same_to_its_end_for_any_block(block: int) -> None:
    """The recording ends in the set, in the middle of a quantum."""
    seconds = 6.01
    words = ((0.5, "ready"), (1.0, "start set"))
    whole = np.concatenate(
        [out for out, _ in simulate(engine(words), np.full(round(seconds * 16_000), QUIET))]
    )
    split = np.concatenate(
        [out for out, _ in simulate(engine(words), np.full(round(seconds * 16_000), QUIET), block)]
    )
    assert split.tobytes() == whole.tobytes()


def test_what_was_heard_meanwhile_counts_before_the_next_block() -> None:
    ear = Scripted()
    coach = workout_loop(leg_press("1-1-1-1", 3), shipped().phrases, ear, SilentClips())
    coach.process(np.full(320, QUIET))
    at, state = coach.position, coach.conversation.session.state
    assert coach.attend() == []
    ear.say("ready")
    records = coach.attend()
    assert coach.conversation.session.state is not state
    assert coach.position == at
    assert [r.verdict.accepted for r in records if isinstance(r, Decision)] == [True]


def test_every_phase_begins_with_its_tick_on_its_sample() -> None:
    performance = run_session([*BEGIN, (30.0, "slower")], 60, exercise=leg_press("3-1-2-1", 4))
    assert len(performance.phases) == 16
    for phase in performance.phases:
        template = TONES[tick(phase.phase)]
        around = performance.sound[phase.at - 480 : phase.at + 480 + len(template)]
        assert int(np.argmax(np.correlate(around, template, "valid"))) == 480


def test_without_a_voice_the_pacing_goes_on_in_tones() -> None:
    sound, records = run([TOTAL])
    assert np.abs(sound).max() > 0.01
    assert any("no voice" in getattr(record, "reason", "") for record in records)


def test_nothing_is_louder_than_the_ceiling() -> None:
    clips = Clipbook([Broken()], None, {kind: TONES[stand_in(kind)] for kind in CueClass})
    coach = workout_loop(
        leg_press("1-0-1-0", 5),
        shipped().phrases,
        Scripted(BEGIN),
        clips,
        ceiling=-20.0,
    )
    out, _ = coach.process(np.full(25 * MICROPHONE_RATE, QUIET))
    assert np.abs(out).max() <= np.float32(0.1)


def test_a_lost_microphone_is_said_and_the_set_goes_on() -> None:
    performance = run_session(BEGIN, 25, exercise=leg_press(reps=3))
    (deaf,) = performance.played("deaf")
    assert samples(25) <= deaf.at <= samples(27)
    assert [over.ended_by for over in performance.sets] == ["target"]
    assert len(performance.reps) == 3


def test_a_gate_in_the_headset_is_not_deafness() -> None:
    """Exact zeros between words that come through: said once, then no more."""
    words = [*BEGIN, (40.0, "how many"), (60.0, "slower")]
    speech = [(at - 0.3, at + 0.3) for at, _ in words]
    silence = []
    last = 0.0
    for start, end in speech:
        silence.append((last, start))
        last = end
    performance = run_session(words, 70, zeros=[*silence, (last, 70.0)])
    assert len([cue for cue in performance.played("deaf") if cue.at < samples(70)]) == 1


@pytest.mark.parametrize("state_words", [(), ((0.5, "ready"),)])
def test_settled_means_that_only_the_lifter_can_change_anything(
    state_words: tuple[tuple[float, str], ...],
) -> None:
    coach = engine(state_words)
    coach.process(np.full(15 * MICROPHONE_RATE, QUIET))
    assert coach.settled


def test_a_microphone_that_comes_back_is_told_and_heard() -> None:
    coach = workout_loop(
        leg_press(reps=20),
        shipped().phrases,
        Scripted([*BEGIN, (40.0, "stop")]),
        SilentClips(),
        bars=Thresholds(loudspeaker=False),
    )

    def run(seconds: float) -> list[Record]:
        return coach.process(np.full(round(seconds * MICROPHONE_RATE), QUIET))[1]

    run(25)
    coach.microphone_lost("unplugged")
    lost = run(5)
    coach.microphone_back()
    back = run(15)
    assert [r for r in lost if isinstance(r, Ended) and r.want.id == "deaf"]
    assert [r for r in back if isinstance(r, Ended) and r.want.id == "hearing"]
    assert [r for r in back if isinstance(r, SetOver) and r.ended_by == "stop"]


def test_a_key_is_no_proof_that_the_stop_word_is_heard() -> None:
    coach = workout_loop(
        leg_press(),
        shipped().phrases,
        Scripted([(3.0, "stop now")]),  # once the coach has said it
        SilentClips(),
        prove_stop=True,
    )
    coach.typed("stop")
    states = [coach.conversation.session.state]
    coach.process(np.full(4 * MICROPHONE_RATE, QUIET))
    states.append(coach.conversation.session.state)
    assert states == [State.PROOF, State.GATE]


@pytest.mark.parametrize("cut", [True, False], ids=["over a line", "in silence"])
def test_what_is_hushed_is_the_line_before_and_not_the_answer(cut: bool) -> None:
    coach = engine((*WORDS[:2], (4.34 if cut else 4.84, "stop")))
    records: list[Record] = []
    while not any(isinstance(r, SetOver) for r in records):
        _, records = coach.process(np.full(320, QUIET))
    assert cut == any(isinstance(r, Ended) and r.outcome is Outcome.CUT for r in records)
    coach.hushed()
    sound = np.concatenate([coach.process(np.full(320, QUIET))[0] for _ in range(6)])
    answer = TONES[stand_in(CueClass.SAFETY)]
    # A tone's first sample is 0, and a line that was cut is followed by a gap.
    begin = int(sound.nonzero()[0][0]) - 1
    assert (begin > 0) == cut
    assert (sound[begin:] == answer[: len(sound) - begin]).all()


# --- over a loudspeaker ----------------------------------------------------------------------


class Taping(Scripted):
    """Keeps everything that it was fed."""

    def __init__(self) -> None:
        super().__init__(WORDS)
        self.tape: list[Pcm] = []

    def feed(self, pcm: Pcm, at: int) -> list[Utterance]:
        self.tape.append(pcm)
        return super().feed(pcm, at)


def heard(splits: list[int], echo: float, lost_at: int = -1) -> tuple[Pcm, list[Record]]:
    """What the recogniser gets if the set of `run` comes back to the microphone, `echo` times as
    loud and 40 ms late. `lost_at`: the block before which nobody hears the set."""
    sound, _ = whole(sum(splits))
    late = np.concatenate([np.zeros(1920, np.float32), sound])[: len(sound)]
    # A room is never quite silent; exact zeros would mean a lost microphone.
    microphone = late[::3] * np.float32(echo) + np.float32(1e-4)
    ear = Taping()
    coach = workout_loop(
        leg_press("1-1-1-1", 3),
        shipped().phrases,
        ear,
        Clipbook([Broken()], None, {kind: TONES[stand_in(kind)] for kind in CueClass}),
        bars=Thresholds(loudspeaker=False),
        canceller=EchoCanceller(0),
    )
    records = []
    done = 0
    for number, n in enumerate(splits):
        if number == lost_at:
            coach.sound_lost()
        records += coach.process(microphone[done : done + n])[1]
        done += n
    return np.concatenate(ear.tape), records


@cache
def heard_whole() -> tuple[Pcm, list[Record]]:
    """The result of `heard` if everything comes in one block."""
    return heard([TOTAL], 0.3)


def energy(pcm: Pcm) -> float:
    return float(np.sum(pcm.astype(float) ** 2))


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=30))
def test_random_splits_give_the_recogniser_the_same(cuts: list[int]) -> None:
    splits = [
        b - a for a, b in itertools.pairwise([0, *sorted(cut % TOTAL for cut in cuts), TOTAL])
    ]
    split, others = heard(splits, 0.3)
    assert split.tobytes() == heard_whole()[0].tobytes()
    assert others == heard_whole()[1]


def test_the_recogniser_hears_hardly_anything_of_the_coach() -> None:
    given, _ = heard_whole()
    sound, _ = whole(TOTAL)
    assert 0 < energy(given) < 0.02 * 0.3**2 * energy(sound[::3])


class Passing:
    """Leaves the microphone as it is and adds a noise floor, as cancellers do."""

    def __init__(self) -> None:
        self.loud: list[bool] = []

    def clean(self, microphone: Pcm, played: Pcm) -> Pcm:
        assert (len(microphone), len(played)) == (320, 960)
        self.loud.append(bool(played.any()))
        return microphone + QUIET


def test_a_canceller_hides_no_dead_microphone() -> None:
    coach = workout_loop(
        leg_press(reps=3),
        shipped().phrases,
        Scripted(BEGIN),
        SilentClips(),
        bars=Thresholds(loudspeaker=False),
        canceller=Passing(),
    )
    _, records = coach.process(np.zeros(25 * MICROPHONE_RATE, np.float32))
    assert [r for r in records if isinstance(r, Ended) and r.want.id == "deaf"]


def test_what_nobody_plays_is_not_taken_out() -> None:
    """The output is lost: what comes in now is no echo, whatever was rendered."""

    canceller = Passing()
    coach = workout_loop(
        leg_press(),
        shipped().phrases,
        Scripted(),
        Clipbook([Broken()], None, {kind: TONES[stand_in(kind)] for kind in CueClass}),
        canceller=canceller,
    )
    for change in (coach.sound_lost, coach.sound_back):
        coach.process(np.full(MICROPHONE_RATE, QUIET))
        change()
        coach.typed("repeat")
    coach.process(np.full(MICROPHONE_RATE, QUIET))
    first, lost, back = (any(canceller.loud[n : n + 50]) for n in (0, 50, 100))
    assert (first, lost, back) == (True, False, True)


def test_stop_is_obeyed_while_the_catches_are_released_whatever_the_coach_says() -> None:
    """A loudspeaker returns the coach's own line, and the lifter says the same word."""
    lines = {**leg_press().lines, "release": Wording(("Release the catches. Stop if it hurts.",))}
    coach = workout_loop(
        leg_press(reps=3, lines=lines),
        shipped().phrases,
        Scripted(((8.0, "ready"), (9.0, "stop"))),
        SilentClips(),
    )
    _, records = coach.process(np.full(10 * MICROPHONE_RATE, QUIET))
    stop = next(r for r in records if isinstance(r, Decision) and r.verdict.phrase == "stop")
    assert coach.saying(stop.heard.said).startswith("Release")
    assert stop.verdict.accepted
