"""Every shipped exercise: a whole set runs, its cues have room, its words are its own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.support.session_driver import BEGIN, FIRST_REP, SessionRun, run_session
from voicecoach.config import ConfigError, exercise_names, layers, load, scaffold
from voicecoach.config.exercise import NAMING, SECURED
from voicecoach.core.cues import Ended, Outcome
from voicecoach.core.events import PhaseBegan, State
from voicecoach.core.plan import Cue, CueClass, Exercise, Phase, Tempo, samples
from voicecoach.core.session import Session, foreseen
from voicecoach.core.session.prescription import Prescription
from voicecoach.core.session.workout_so_far import WorkoutSoFar

NAMES = exercise_names(layers.shipped())

CONFIRMED = {
    "catches": "locked",
    "rack": "racked",
    "pins": "racked",
    "stack": "weight down",
    "knees": "knees down",
}
"""The word that confirms each way of holding a weight."""

TEMPOS = ("2-0-1-0", "3-1-2-1", "5-2-3-1")

COACHING = (CueClass.SAFETY, CueClass.FORM, CueClass.ENCOURAGEMENT)


@cache
def exercise(name: str) -> Exercise:
    return load("en", name).exercise


@cache
def secured_by(name: str) -> str:
    text = (layers.shipped() / "exercises" / f"{name}.toml").read_text(encoding="utf-8")
    found = re.search(r'^secured_by = "(.*)"$', text, re.MULTILINE)
    assert found is not None
    return found[1]


@cache
def whole_set(name: str, tempo: str = "") -> SessionRun:
    """A set at the exercise's own tempo, or at another, confirmed at the end."""
    script = exercise(name)
    if tempo and not script.held:
        script = replace(script, tempo=Tempo.parse(tempo))
    over = (FIRST_REP + script.reps * script.tempo.rep) / samples(1)
    words = [*BEGIN, (over + 4, CONFIRMED[secured_by(name)])]
    return run_session(words, over + 15, exercise=script)


def coaching(performance: SessionRun, script: Exercise) -> list[Ended]:
    """What became of the script's reminders."""
    ids = {cue.id for cue in script.cues}
    return [cue for cue in performance.cues() if cue.want.id in ids]


def texts(script: Exercise) -> list[str]:
    """Everything that the coach may say about the exercise itself."""
    wordings = [
        *(opener.wording for opener in script.openers.values()),
        *(cue.wording for cue in script.cues),
        *(item.wording for item in script.setup),
        *script.variations.values(),
        *script.lines.values(),
    ]
    return [text for wording in wordings for text in (*wording.full, *wording.short)]


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_set_runs_from_the_gate_to_the_rest(name: str) -> None:
    script, performance = exercise(name), whole_set(name)
    assert performance.states == [
        *(State.GATE, State.ARMED, State.COUNTDOWN, State.REP, State.RACKING, State.REST)
    ]
    (over,) = performance.sets
    assert (over.reps, over.ended_by) == (script.reps, "target")
    assert over.under_tension == script.reps * script.tempo.rep
    assert performance.phases[0] == PhaseBegan(FIRST_REP, 1, script.first)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tempo", TEMPOS)
def test_safety_is_never_dropped_and_comes_round(name: str, tempo: str) -> None:
    script, performance = exercise(name), whole_set(name, tempo)
    safety = [cue for cue in script.cues if cue.kind is CueClass.SAFETY]
    assert len(safety) >= 2
    for cue in safety:
        due = [rep for rep in range(1, script.reps + 1) if cue.due(rep)]
        played = performance.played(cue.id)
        assert len(played) == len(due) == len(performance.cues(cue.id))
        length = script.tempo.rep if script.held else Tempo.parse(tempo).rep
        for rep, said in zip(due, played, strict=True):
            reps = (said.at - FIRST_REP) // length + 1
            assert reps == rep


@pytest.mark.parametrize("name", NAMES)
def test_at_its_own_tempo_every_form_cue_is_heard_most_of_them_in_full(name: str) -> None:
    script = exercise(name)
    full = {text for cue in script.cues for text in cue.wording.full}
    said = [c for c in coaching(whole_set(name), script) if c.want.kind is CueClass.FORM]
    form = [cue for cue in script.cues if cue.kind is CueClass.FORM]
    due = [cue for cue in form if any(cue.due(rep) for rep in range(1, script.reps + 1))]
    assert {c.want.id for c in said} == {c.id for c in due}
    assert len(due) >= len(form) - 1  # a long hold has room for more
    assert [c for c in said if c.outcome is not Outcome.PLAYED] == []
    assert Counter(c.text in full for c in said)[True] >= len(said) - 1


@pytest.mark.parametrize("name", NAMES)
def test_breath_goes_with_its_phase_in_every_rep(name: str) -> None:
    """In while lowering, out while lifting. The squat breathes in at the top, before each rep.
    Before the first rep the lifter is told to."""
    script, performance = exercise(name), whole_set(name)
    at_the_top = name == "squat"
    into = (Phase.TOP, "in, brace.") if at_the_top else (Phase.LOWER, "in.")
    for phase, way in (into, (Phase.LIFT, "out.")):
        said = performance.played(phase.value)
        begins = [p.at for p in performance.phases if p.phase is phase]
        if phase is Phase.TOP:
            del begins[-1]  # after the last rep comes no other
            assert "Breathe in and brace" in script.lines["release"].full[0]
        assert len(said) == script.reps - (phase is Phase.TOP)
        assert all(cue.text.lower().endswith(way) for cue in said)
        assert all(cue.want.kind is CueClass.BREATH for cue in said)
        for cue, at in zip(said, begins, strict=True):
            assert cue.at <= at + samples(0.15)
            assert at < cue.end <= at + script.tempo.of(phase)


@pytest.mark.parametrize("name", NAMES)
def test_the_coach_has_time_to_say_no_more_than_one_thing_of_form_in_a_rep(name: str) -> None:
    def due(rep: int) -> list[Cue]:
        return [cue for cue in exercise(name).cues if cue.due(rep)]

    for rep in range(1, 61):
        kinds = [cue.kind for cue in due(rep)]
        assert kinds.count(CueClass.FORM) <= 1
        assert len(kinds) - kinds.count(CueClass.ENCOURAGEMENT) <= 2
    if not exercise(name).held:
        assert CueClass.FORM not in [cue.kind for cue in due(1)]


@pytest.mark.parametrize("name", NAMES)
def test_each_way_of_ending_names_what_holds_the_weight_and_asks_for_its_word(name: str) -> None:
    script, held_by = exercise(name), secured_by(name)
    for line in SECURED:
        for text in (*script.lines[line].full, *script.lines[line].short):
            assert held_by in text.lower()
    for line in ("ended", "ended_empty", "stopped", "hurt", "lock_again"):
        for text in script.lines[line].full:
            assert text.endswith(f"Say {CONFIRMED[held_by]}.")


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_told_of_what_holds_another_weight(name: str) -> None:
    script = exercise(name)
    words = {word for text in texts(script) for word in re.findall(r"[a-z]+", text.lower())}
    if secured_by(name) != "catches":
        assert not words & {"catches", "locked"}
    if secured_by(name) != "stack":
        assert "stack" not in words


@pytest.mark.parametrize("name", NAMES)
def test_the_explanation_and_the_checklist_are_its_own(name: str) -> None:
    script = exercise(name)
    assert script.name.lower() in script.lines["explain"].full[0].lower()
    assert len(script.setup) >= 4
    assert script.progression is not None
    assert script.progression.low <= script.reps <= script.progression.high


@pytest.mark.parametrize("name", NAMES)
def test_its_sources_are_named_and_it_claims_no_cure(name: str) -> None:
    text = (layers.shipped() / "exercises" / f"{name}.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("\nname = ")
    sources = re.findall(r"^#   (\w+|\S.* \d{4})  ", head, re.MULTILINE)
    assert {"ACE", "AHA", "own"} <= set(sources)
    _, _, focus = head.partition("not medical advice.")
    for source in sources:
        assert re.search(rf"#.*\b{source}\b", focus + rest), source
    assert "not medical advice" in head
    for word in ("http", "injur", "prevent", "cures", "heals", "%", "per cent", "percent"):
        assert word not in text.lower()
    # Each safety reminder has its source above it.
    before, *cues = rest.split("\n[[cue]]\n")
    for above, cue in zip([before, *cues], cues, strict=False):
        if 'class = "safety"' in cue.split("\n\n")[0]:
            comment = above.rstrip().rpartition("\n\n")[2]
            assert any(re.search(rf"^#.*\b{source}\b", comment) for source in sources), cue


@pytest.mark.parametrize("name", NAMES)
def test_each_statement_has_its_source_above_it(name: str) -> None:
    """Reminders, points of the set-up, variations, and what it trains."""
    lines = (layers.shipped() / "exercises" / f"{name}.toml").read_text("utf-8").splitlines()
    heads = [n for n, line in enumerate(lines) if line in ("[[cue]]", "[[setup]]")]
    heads += [n for n, line in enumerate(lines) if line.startswith(("explain = ", "[variations."))]
    if "[variations]" in lines:
        begin = lines.index("[variations]")
        heads += [
            n
            for n in range(begin, lines.index("[lines]"))
            if (found := re.match(r"([a-z]+) = \"", lines[n]))
            and found[1] in exercise(name).variations
        ]
    sources = re.findall(r"^#   (\w+|\S.* \d{4})  ", "\n".join(lines), re.MULTILINE)
    for n in heads:
        if lines[n] == "[variations.both]":
            continue  # it states nothing
        comment = ""
        while lines[n - 1].startswith("#"):
            n -= 1
            comment = f"{lines[n]}\n{comment}"
        named = [source for source in sources if re.search(rf"\b{source}\b", comment)]
        assert named, (name, lines[n : n + 3])


@pytest.mark.parametrize("name", NAMES)
def test_where_a_cue_speaks_of_the_body_another_wording_is_ready_to_swap(name: str) -> None:
    text = (layers.shipped() / "exercises" / f"{name}.toml").read_text(encoding="utf-8")
    other = re.findall(r'^#.*Inside: (say = ".+")$', text, re.MULTILINE)
    assert other
    for say in other:
        assert say not in re.sub(r"^#.*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_said_while_pacing_holds_a_command_of_the_set(name: str) -> None:
    phrases = load("en", name).phrases
    in_set = {"done", "stop", "pause", "slower", "faster", "help", "quiet", "repeat", "pain"}
    in_set |= {"resume", "ready", "locked", "racked"}
    script = exercise(name)
    said = [text for c in script.cues for text in (*c.wording.full, *c.wording.short)]
    for opener in script.openers.values():
        said += [*opener.wording.full, *opener.wording.short]
    for text in said:
        assert phrases.parse(text) is None
        assert not set(text.lower().strip(".").split()) & in_set, text


def test_the_tempo_is_told_in_the_order_and_the_words_of_the_exercise() -> None:
    said = whole_set("lat-pulldown").played("announce")[0].text
    assert said == "Lat pulldown. Twelve reps: two to pull, hold one, three back."
    said = whole_set("squat").played("announce")[0].text
    assert said == "Squat. Ten reps: three down, hold one, two up."


def test_the_workout_for_the_whole_body_has_the_heavy_ones_first() -> None:
    loaded = load("en", workout="full-body")
    assert loaded.warnings == ()
    assert loaded.workout is not None
    names = [each.exercise for each in loaded.workout.exercises]
    assert names[:3] == ["squat", "bench-press", "romanian-deadlift"]
    assert set(names) <= set(NAMES)
    assert [each.id for each in loaded.offered] == names


@pytest.mark.parametrize("name", exercise_names())
def test_what_may_be_said_is_known_before(name: str) -> None:
    """A hold once could not begin: the time left of a rest was taken for that of the hold."""
    loaded = load("en", name)
    exercise = loaded.exercise
    sets = Prescription(exercise.tempo, exercise.reps, exercise.rest)
    session = Session(WorkoutSoFar(exercise, sets))
    assert all("{" not in text for text in foreseen(session))
    assert foreseen(session)


def test_of_a_new_exercise_every_line_that_names_the_catches_is_told_where_a_bar_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its own file, and in the general lines that it doesn't have."""
    monkeypatch.setattr(layers, "users", lambda: tmp_path / "nobody")
    file = scaffold.exercise("bent row", tmp_path)
    text = file.read_text(encoding="utf-8")
    text = text.replace('secured_by = "catches"', 'secured_by = "bar"')
    naming = {line.split(" = ")[0] for line in text.splitlines() if "atches" in line} - {
        "secured_by"
    }
    naming = {name for name in naming if name in NAMING}
    assert naming == set(NAMING)
    file.write_text(re.sub(r"(?m)^(hurt|paused) = .*\n", "", text), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(exercise="bent-row", folder=tmp_path)
    told = {fault.key.split(".")[-1]: fault.message for fault in caught.value.faults}
    assert set(told) == set(NAMING) - {"hurt", "paused"} | {"secured_by"}
    assert told["secured_by"].startswith('the general lines hurt, paused do not say "bar"')
