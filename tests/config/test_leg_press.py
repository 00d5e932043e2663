"""The shipped leg press script says everything that the technique guide says, at the right time."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.config import Config, layers, load
from voicecoach.core.plan import Cue, CueClass, Phase, Tempo, seconds


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    with pytest.MonkeyPatch.context() as patch:
        nobody: Path = tmp_path_factory.mktemp("nobody")
        patch.setattr(layers, "users", lambda: nobody)
        return load()


ROWS = [
    # (the guide says, spoken when, words that must occur)
    ("back pad tilted more than 90 degrees from the legs", "setup pad", "more than ninety degrees"),
    ("back against the rest; shoulder blades stay on it", "setup back", "shoulder blades"),
    ("back against the rest; shoulder blades stay on it", "form bottom", "shoulder blades"),
    ("feet shoulder-width", "setup feet", "shoulder-width"),
    ("not too high (quads lose)", "setup feet", "too high"),
    ("not too low (knees suffer)", "setup feet", "too low and the knees suffer, says the guide"),
    ("not too low (knees suffer)", "variation low", "the guide warns of the knees"),
    ("toes slightly outwards", "setup toes", "slightly outwards"),
    ("toes slightly outwards", "form any", "slightly outwards"),
    ("whole foot presses the plate, never toes or heels alone", "setup whole-foot", "whole foot"),
    ("whole foot presses the plate, never toes or heels alone", "setup whole-foot", "heels alone"),
    ("whole foot presses the plate, never toes or heels alone", "form lift", "whole foot"),
    ("knees bend in line with toes and shoulders", "form lower", "in line with toes and shoulders"),
    ("knees outside the body at the bottom", "form lower", "outside your body"),
    ("come deep, as far as the hips stay down", "form bottom", "as far as the hips stay down"),
    ("rear and buttocks never leave the rest", "form bottom", "seat never leaves the rest"),
    ("do not pull the head forward", "safety any", "head back"),
    ("never straighten fully; knees must not lock", "safety top", "soft knees"),
    ("never straighten fully; knees must not lock", "safety top", "knees bent"),
    ("safety catches before the first rep", "line gate", "catches"),
    ("safety catches before the first rep", "line release", "release the catches"),
    ("safety catches before the first rep", "setup catches", "catches"),
    ("safety catches after the last", "line ended", "lock the safety catches"),
    ("safety catches after the last", "line stopped", "lock the safety catches"),
    ("safety catches after the last", "line hurt", "lock the safety catches"),
    ("breathe in on the way down", "opener lower", "breathe in"),
    ("breathe out on the way up", "opener lift", "breathe out"),
    ("tense the muscles", "form lift", "tense"),
    (
        "feet higher: buttocks and hamstrings",
        "variation high",
        "buttocks and the back of the thigh",
    ),
    ("feet wider: the back of the leg", "variation wide", "back of the legs works more, says"),
    ("what it trains: the quads", "line explain", "mainly the front of the thighs, all four heads"),
    ("what it trains: the rest", "line explain", "the buttocks and hamstrings some"),
    ("safety locks: one can use it alone", "line explain", "safety catches you can use it alone"),
    ("isolates the legs", "line explain", "an alternative to squats that isolates the legs"),
    ("many slow reps", "line explain", "many slow reps"),
    ("not for the hamstrings", "line explain", "for the hamstrings, other exercises are better"),
]


def spoken(config: Config, when: str) -> list[str]:
    """Every full text that is said at that time."""
    exercise = config.exercise
    kind, _, where = when.partition(" ")
    match kind:
        case "setup":
            wordings = [item.wording for item in exercise.setup if item.id == where]
        case "line":
            wordings = [exercise.lines[where]]
        case "opener":
            wordings = [exercise.openers[Phase(where)].wording]
        case "variation":
            wordings = [exercise.variations[where]]
        case _:
            wordings = [
                cue.wording
                for cue in exercise.cues
                if cue.kind == kind and (where == "any" or cue.phase == where)
            ]
    return [text for wording in wordings for text in wording.full]


@pytest.mark.parametrize(("says", "when", "words"), ROWS)
def test_every_line_of_the_guide_is_spoken_when_it_should_be(
    config: Config, says: str, when: str, words: str
) -> None:
    assert any(words in text.lower() for text in spoken(config, when)), says


def test_every_row_of_the_guide_is_walked() -> None:
    assert len({says for says, _, _ in ROWS}) >= 15


def test_slowly_and_many_reps_is_the_tempo_and_the_target(config: Config) -> None:
    assert str(config.exercise.tempo) == "3-1-2-1"
    assert config.exercise.reps == 12
    assert config.exercise.first is Phase.LOWER


def due(config: Config, rep: int) -> list[Cue]:
    return [cue for cue in config.exercise.cues if cue.due(rep)]


def cue(config: Config, name: str) -> Cue:
    return next(cue for cue in config.exercise.cues if cue.id == name)


@pytest.mark.parametrize(("name", "window"), [("knees", 3), ("head", 4)])
def test_safety_comes_in_any_few_consecutive_reps(config: Config, name: str, window: int) -> None:
    reminder = cue(config, name)
    assert reminder.kind is CueClass.SAFETY
    for first in range(1, 100):
        assert any(reminder.due(rep) for rep in range(first, first + window))


def test_the_knees_are_minded_at_the_top_of_every_second_rep(config: Config) -> None:
    knees = cue(config, "knees")
    assert knees.phase is Phase.TOP
    assert [rep for rep in range(1, 9) if knees.due(rep)] == [1, 3, 5, 7]


def test_not_too_much_is_said_in_any_rep(config: Config) -> None:
    for rep in range(1, 61):
        kinds = [cue.kind for cue in due(config, rep)]
        assert kinds.count(CueClass.FORM) <= 1
        assert len(kinds) - kinds.count(CueClass.ENCOURAGEMENT) <= 2


def test_every_form_cue_is_said_once_in_a_full_set_and_none_in_the_first_rep(
    config: Config,
) -> None:
    forms = [cue for cue in config.exercise.cues if cue.kind is CueClass.FORM]
    assert len(forms) == 7
    for form in forms:
        assert len([rep for rep in range(1, 13) if form.due(rep)]) == 1
        assert not form.due(1)


def test_every_coaching_cue_has_a_wording_for_little_room(config: Config) -> None:
    # A word takes a third of a second: five fit a lowering of 3 s after its opener.
    for cue in config.exercise.cues:
        for n in range(6):
            texts = cue.wording.turn(n)
            assert len(texts[-1].split()) <= 3
            assert len(texts[0].split()) <= 8


def test_a_set_of_twelve_lasts_as_long_as_it_says(config: Config) -> None:
    tempo: Tempo = config.exercise.tempo
    assert seconds(tempo.rep) == 7
    assert seconds(config.exercise.rest) == 90
    assert seconds(config.exercise.lock_every) == 8


def test_nothing_the_coach_says_while_pacing_holds_a_command_of_the_set(config: Config) -> None:
    in_set = "done, stop, pause, slower, faster, help, quiet, repeat, pain, resume, ready, locked"
    texts = [text for c in config.exercise.cues for text in (*c.wording.full, *c.wording.short)]
    for opener in config.exercise.openers.values():
        texts += [*opener.wording.full, *opener.wording.short]
    for line in ("half_way", "last_rep", "more"):
        texts += config.exercise.lines[line].full
    for text in texts:
        assert config.phrases.parse(text) is None
        assert not set(text.lower().strip(".").split()) & set(in_set.split(", ")), text


def test_the_coach_claims_no_cure_and_quotes_no_figures_of_injuries() -> None:
    text = (layers.shipped() / "exercises" / "leg-press.toml").read_text(encoding="utf-8").lower()
    for word in ("injur", "prevent", "cures", "heals", "%", "per cent", "percent"):
        assert word not in text


def test_the_sample_session_of_the_design_is_worded_as_designed(config: Config) -> None:
    exercise = config.exercise
    lines = {name: wording.full[0] for name, wording in exercise.lines.items()}
    assert lines["announce"] == "{name}. {reps:reps}: {tempo}."
    assert lines["gate"] == "Catches set? Back and head on the pad? Say ready."
    assert lines["release"] == "Release the catches. Say start set."
    assert lines["how_many"] == "{done} done, {left} to go."
    assert lines["half_way"] == "Half way."
    assert lines["last_rep"] == "Last rep."
    assert lines["ended"] == "{done}. Lock the safety catches. Say locked."
    assert lines["good_set"] == "Good set. Rest {rest}."
    lower = exercise.openers[Phase.LOWER]
    assert (lower.wording.turn(0), lower.learned) == (("Down, breathe in.", "Down, in."), 1)
    assert not exercise.openers[Phase.TOP].wording.full
    words = [
        exercise.language.tempo[p].format(n=n) for p, n in (("lower", "three"), ("lift", "two"))
    ]
    assert words == ["three down", "two up"]
