"""Which file wins, and what results from all of them."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from voicecoach.config import (
    Config,
    ConfigError,
    exercise_names,
    languages,
    layers,
    load,
    load_exercises,
    load_settings,
)
from voicecoach.core.commands import PhraseTable
from voicecoach.core.events import Intent
from voicecoach.core.plan import LINES, CueClass, Phase, samples

SCRIPT = "exercises/leg-press.toml"

SHIPPED = (
    *("bench-press", "lat-pulldown", "leg-curl", "leg-extension", "leg-press"),
    *("plank", "romanian-deadlift", "seated-row", "squat"),
)
"""The shipped exercises."""


def own_and_leg_press(config: Config) -> list[str]:
    """What can be chosen, except the other shipped exercises."""
    offered = [each.id for each in config.offered]
    return [name for name in offered if name == "leg-press" or name not in SHIPPED]


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder, empty."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setattr(layers, "users", lambda: folder)
    return folder


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def put_changed(folder: Path, name: str, old: str, new: str, copy: str = "") -> None:
    """Copy a shipped file into `folder` (as `copy`) with one change, as an author would."""
    text = (layers.shipped() / name).read_text(encoding="utf-8")
    assert old in text
    put(folder, copy or name, text.replace(old, new))


def test_the_shipped_files_load_without_a_fault_or_a_warning() -> None:
    config = load()
    assert isinstance(config, Config)
    assert config.warnings == ()
    assert (config.language, config.spoken) == ("en", "en")
    assert config.exercise.id == "leg-press"
    assert set(config.exercise.lines) == set(LINES)
    assert set(config.exercise.openers) == set(Phase)


def test_times_are_in_samples() -> None:
    config = load()
    assert config.exercise.rest == samples(90)
    assert config.exercise.lock_every == samples(8)
    assert config.exercise.tempo_step == samples(1)
    assert config.settings.listening.hold_off == samples(0.5)


def test_numbers_are_words_as_far_as_a_coach_counts() -> None:
    number = load().exercise.language.number
    assert [number(n) for n in (0, 1, 12, 21, 90, 105)] == [
        "zero",
        "one",
        "twelve",
        "twenty-one",
        "ninety",
        "one hundred five",
    ]
    assert number(1000) == "1000"


def test_quantities_have_their_units() -> None:
    language = load().exercise.language
    assert language.quantity("seconds", 90) == "ninety seconds"
    assert language.quantity("reps", 1) == "one rep"
    assert {"kilos", "pounds", "seconds", "minutes"} <= set(language.units)
    assert language.units["at"].other.format(n="eighty kilos") == ", eighty kilos"
    assert language.units["times"].other.format(n="three", what="ten reps") == (
        "three times ten reps"
    )


@pytest.mark.parametrize(("code", "at"), [("de", " mit {n}"), ("es", " con {n}"), ("ko", ", {n}")])
def test_a_weight_behind_a_word_stands_apart_from_it(code: str, at: str) -> None:
    assert load(code).exercise.language.units["at"].other == at


def test_settings_are_laid_over_each_other_key_by_key(own: Path, tmp_path: Path) -> None:
    put(own, "voicecoach.toml", "[voice]\nrate = 150\nspeed = 1.1\n[talk]\nlevel = 'full'\n")
    given = tmp_path / "given"
    put(given, "voicecoach.toml", "[voice]\nrate = 200\nbeats = { six = 0.12 }\n")
    settings = load(folder=given).settings
    assert settings.voice.rate == 200
    assert settings.voice.speed == 1.1
    assert settings.voice.beats == {"six": 0.12}
    assert settings.talk.level == "full"
    assert settings.sound.tick is True
    assert load().settings.voice.rate == 150


def test_the_given_folder_wins_over_the_users_and_that_over_the_shipped(
    own: Path, tmp_path: Path
) -> None:
    given = tmp_path / "given"
    put_changed(own, SCRIPT, "reps = 12", "reps = 15")
    assert load(folder=given.parent).exercise.reps == 15
    put_changed(given, SCRIPT, "reps = 12", "reps = 8")
    assert load(folder=given).exercise.reps == 8
    assert load().exercise.reps == 15
    shutil.rmtree(own / "exercises")
    assert load().exercise.reps == 12


def test_commands_replace_the_shipped_file_whole(own: Path) -> None:
    """So that a phrase that is mistaken for others can be removed."""
    put_changed(own, "languages/en/commands.toml", '["slower", "slow down"]', '["take it easy"]')
    config = load()
    assert config.phrases.parse("slow down") is None
    assert str(config.phrases.parse("take it easy")) == "slower"


# --- own messages over the shipped ones ------------------------------------------------------

MESSAGES = "languages/en/messages.toml"


def reworded(config: Config, than: Config) -> set[str]:
    lines, others = config.exercise.lines, than.exercise.lines
    return {line for line in LINES if lines[line] != others[line]}


def test_a_line_is_said_in_other_words_and_the_rest_as_it_was(own: Path, tmp_path: Path) -> None:
    shipped = load()
    put(own, MESSAGES, '[lines]\ngood_set = "Nice. {rest} of rest."\nlast_rep = "And one."\n')
    config = load()
    assert config.exercise.lines["good_set"].full == ("Nice. {rest} of rest.",)
    assert reworded(config, shipped) == {"good_set", "last_rep"}
    assert (config.enrol, config.exercise.language) == (shipped.enrol, shipped.exercise.language)
    assert (config.warnings, config.untranslated) == ((), ())
    given = tmp_path / "given"
    put(given, MESSAGES, '[lines]\nlast_rep = "One more."\n[units]\nreps = "{n} times"\n')
    config = load(folder=given)
    assert config.exercise.lines["last_rep"].full == ("One more.",)
    assert reworded(config, shipped) == {"good_set", "last_rep"}
    assert config.exercise.language.quantity("reps", 2) == "two times"
    assert config.exercise.language.quantity("kilos", 2) == "two kilos"


def test_a_line_in_other_words_has_only_the_short_form_that_it_is_given(own: Path) -> None:
    assert load().exercise.lines["lock_again"].short
    put(own, MESSAGES, '[lines]\nlock_again = "Lock the catches. Say locked."\n')
    assert load().exercise.lines["lock_again"].short == ()


def test_other_words_in_any_language_lie_over_its_own_and_those_over_the_english(
    own: Path, tmp_path: Path
) -> None:
    german = load(language="de")
    put(own, "languages/de/messages.toml", '[lines]\nlast_rep = "Eine noch."\n')
    config = load(language="de")
    assert reworded(config, german) == {"last_rep"}
    assert config.untranslated == german.untranslated
    # A language with only a few lines, in two folders; one line is reworded in English.
    shutil.copytree(layers.shipped() / "languages/en", own / "languages/xx")
    put(own, "languages/xx/messages.toml", '\n[lines]\nlast_rep = "Noch."\n')
    put(own, MESSAGES, '[lines]\nrest_over = "Up you get."\n')
    given = tmp_path / "given"
    put(given, "languages/xx/messages.toml", '[lines]\nhalf_way = "Halb."\n')
    config = load(language="xx", folder=given)
    said = [config.exercise.lines[line].full[0] for line in ("last_rep", "half_way", "rest_over")]
    assert said == ["Noch.", "Halb.", "Up you get."]
    # What is not translated is reported in the file where the rest of the translation is.
    missing = next(fault for fault in config.untranslated if fault.key == "lines.gate")
    assert missing.folder == own
    assert missing.line == 2


def test_a_hold_is_said_in_other_words(own: Path) -> None:
    shipped = load(exercise="plank")
    put(own, MESSAGES, '[hold]\nhalf_way = "Half of it."\n')
    config = load(exercise="plank")
    assert config.exercise.lines["half_way"].full == ("Half of it.",)
    assert reworded(config, shipped) == {"half_way"}
    assert config.text_of("plank", "lines", "half_way", "say").folder == own


def test_a_text_is_found_in_the_file_where_it_stands(own: Path) -> None:
    put(own, MESSAGES, '# mine\n[lines]\nlast_rep = "One more."\n')
    config = load()
    mine = config.text_of("leg-press", "lines", "last_rep", "say")
    assert (mine.folder, mine.file, mine.line) == (own, MESSAGES, 3)
    shipped = config.text_of("leg-press", "lines", "rest_over", "say")
    assert shipped.folder == layers.shipped()
    # Two files have that name: this one is reported with its whole path.
    assert shipped.file == str(layers.shipped() / MESSAGES)
    text = Path(shipped.file).read_text(encoding="utf-8").splitlines()
    assert text[shipped.line - 1].startswith("rest_over =")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[lines]\nlast_repp = "One more."\n', "2 lines.last_repp: unknown key, did you mean"),
        ('[lines]\nlast_rep = "{repp}."\n', "2 lines.last_rep: unknown variable {repp}"),
        ("[lines]\n\nlast_rep = 3\n", "3 lines.last_rep"),
        ('\n[lines]\nstopped = ""\n', "3 lines.stopped"),
        ('[lines]\nlock_again = { say = "The catches.", short = 3 }\n', "2 lines.lock_again"),
        # The shipped line is a table. What is below a line that is not a table is no part of it.
        ('[lines]\nlock_again = ["The catches.", "{x}"]\n', "2 lines.lock_again"),
        ('[units]\nstones = "{n} stones"\n', "2 units.stones: nothing uses this unit"),
        ('lines = "none"\n', "1 lines: expected a table"),
        ("[lines\n", "1: the brackets of this header don't match; write: [lines]"),
    ],
)
def test_what_is_wrong_in_other_words_is_told_at_its_line(own: Path, text: str, told: str) -> None:
    put(own, MESSAGES, text)
    with pytest.raises(ConfigError) as caught:
        load()
    assert all(fault.folder == own for fault in caught.value.faults), caught.value
    assert str(caught.value).startswith(f"{MESSAGES}:{told}")


def test_other_words_may_leave_a_unit_unused_that_the_words_below_needed(
    own: Path, tmp_path: Path
) -> None:
    stones = '[units]\nstones = "{n} stones"\n[lines]\nlast_rep = "{done:stones}."\n'
    put(own, MESSAGES, stones)
    load()
    given = tmp_path / "given"
    put(given, MESSAGES, '[lines]\nlast_rep = "One more."\n')
    assert load(folder=given).exercise.lines["last_rep"].full == ("One more.",)


def test_other_words_go_on_naming_what_holds_the_weight(own: Path) -> None:
    put(own, MESSAGES, '[lines]\nhurt = "No more reps. Breathe normally. Say locked."\n')
    with pytest.raises(ConfigError) as caught:
        load()
    (fault,) = caught.value.faults
    assert f'the general line hurt (at {MESSAGES}:2) does not say "catches"' in fault.message


def test_what_there_is_to_choose_from(own: Path) -> None:
    assert exercise_names() == list(SHIPPED)
    assert languages() == ["de", "en", "es", "ko"]
    put_changed(own, SCRIPT, '"Leg press"', '"Sled"', "exercises/sled.toml")
    assert exercise_names() == sorted([*SHIPPED, "sled"])
    assert load(exercise="sled").exercise.name == "Sled"


# --- exercises to choose among ---------------------------------------------------------------


def choice(phrases: PhraseTable) -> dict[str, object]:
    """Every phrase that chooses an exercise, with the exercise; without those of the other shipped
    exercises."""
    meant = {
        phrase: dict(command.slots)["exercise"]
        for phrase, command in phrases.phrases.items()
        if command.intent is Intent.EXERCISE
    }
    others = set(SHIPPED) - {"leg-press"}
    return {phrase: exercise for phrase, exercise in meant.items() if exercise not in others}


def test_exercises_are_offered_by_name_the_one_of_the_settings_first(own: Path) -> None:
    put_changed(own, SCRIPT, '"Leg press"', '"Hack squat"', "exercises/bench.toml")
    put_changed(
        own, SCRIPT, 'name = "Leg press"', 'name = "Sled"\ncalled = ["hack"]', "exercises/x.toml"
    )
    config = load(offer=True)
    assert own_and_leg_press(config) == ["leg-press", "bench", "x"]
    assert {each.id for each in config.offered} == {*SHIPPED, "bench", "x"}
    assert config.exercise is config.offered[0]
    assert choice(config.phrases) == {
        "leg press": "leg-press",
        "hack squat": "bench",
        "sled": "x",
        "hack": "x",
    }
    assert config.warnings == ()
    put(own, "voicecoach.toml", '[coach]\nexercise = "x"\n')
    assert own_and_leg_press(load(offer=True)) == ["x", "bench", "leg-press"]
    assert load(exercise="x").offered == ()


def test_an_exercise_with_faults_does_not_stop_the_others(own: Path) -> None:
    put_changed(own, SCRIPT, "reps = 12", "reps = 0", "exercises/bad.toml")
    put(own, "exercises/worse.toml", "this is no TOML")
    put_changed(own, SCRIPT, '"Leg press"', '"Sled"', "exercises/sled.toml")
    config = load(offer=True)
    assert own_and_leg_press(config) == ["leg-press", "sled"]
    bad, worse = config.warnings
    assert bad.startswith("exercises/bad.toml:")
    assert " reps: expected a whole number" in bad
    assert worse.startswith("exercises/worse.toml:1")
    # Not even a fault in the exercise of the settings stops them.
    put_changed(own, SCRIPT, "reps = 12", "reps = 0")
    assert own_and_leg_press(load(offer=True)) == ["sled"]
    (own / "exercises" / "sled.toml").unlink()
    for name in set(SHIPPED) - {"leg-press"}:
        put(own, f"exercises/{name}.toml", "this is no TOML")
    with pytest.raises(ConfigError) as failed:
        load(offer=True)
    assert len(failed.value.faults) == 3 + len(SHIPPED) - 1


def test_exercises_and_settings_are_there_alone_whatever_the_commands_are(own: Path) -> None:
    """A caller that needs only these neither waits for the commands nor gets their faults."""
    loaded = load(offer=True)
    by_name = {each.id: each for each in loaded.offered}
    assert {each.id: each for each in load_exercises()} == by_name
    assert load_settings() == loaded.settings
    put(own, "languages/en/commands.toml", 'ready = "("\n')
    put(own, "exercises/broken.toml", "reps = 0\n")
    with pytest.raises(ConfigError):
        load(offer=True)
    assert {each.id: each for each in load_exercises()} == by_name
    assert load_settings() == loaded.settings


def test_two_exercises_of_one_name_can_not_both_be_chosen(own: Path) -> None:
    put_changed(own, SCRIPT, "reps = 12", "reps = 8", "exercises/mine.toml")
    config = load(offer=True)
    assert own_and_leg_press(config) == ["leg-press"]
    (warning,) = config.warnings
    line = line_of(own, "exercises/mine.toml", "name =")
    assert warning.startswith(f'exercises/mine.toml:{line} name: "Leg press" is {SCRIPT} already')


@pytest.mark.parametrize("name", ["Stop", "ready!", "..."])
def test_a_name_that_is_a_command_is_none_for_an_exercise(own: Path, name: str) -> None:
    put_changed(own, SCRIPT, '"Leg press"', f'"{name}"', "exercises/odd.toml")
    config = load(offer=True)
    assert own_and_leg_press(config) == ["leg-press"]
    assert str(config.phrases.parse("stop")) == "stop"
    (warning,) = config.warnings
    assert "no name for an exercise" in warning
    assert "odd" in warning  # whose name it is


def test_a_name_that_is_a_decoy_is_a_name(own: Path) -> None:
    put_changed(own, SCRIPT, '"Leg press"', '"Plane"', "exercises/plane.toml")
    assert "plane" in choice(load(offer=True).phrases)


def test_the_command_file_may_add_names(own: Path) -> None:
    put_changed(
        own,
        "languages/en/commands.toml",
        "[lists.variation]",
        '[lists.exercise]\n"the sled" = "leg-press"\n"bench" = "bench"\n[lists.variation]',
    )
    config = load(offer=True)
    assert choice(config.phrases) == {"leg press": "leg-press", "the sled": "leg-press"}


def test_without_a_phrase_for_it_nothing_is_offered(own: Path) -> None:
    put_changed(own, "languages/en/commands.toml", 'exercise = ["{exercise}"]', "exercise = []")
    config = load(offer=True)
    assert config.offered == ()
    assert config.exercise.id == "leg-press"
    assert config.warnings == ("languages/en/commands.toml: no phrase for exercise",)


def test_a_script_of_ones_own_may_leave_safety_cues_of_the_leg_press_out(own: Path) -> None:
    put_changed(
        own,
        SCRIPT,
        'id = "head"\nclass = "safety"',
        'id = "head"\nclass = "form"',
        "exercises/sled.toml",
    )
    cues = load(exercise="sled").exercise.cues
    assert [cue.id for cue in cues if cue.kind is CueClass.SAFETY] == ["knees"]


def test_an_own_message_language_is_spoken(own: Path) -> None:
    put_changed(own, "languages/ko/messages.toml", '"절반 왔어요."', '"절반."')
    config = load(language="ko")
    assert config.spoken == "ko"
    assert config.exercise.lines["half_way"].full == ("절반.",)
    assert config.exercise.language.number(3) not in ("3", "three")


def test_a_line_may_take_turns_be_short_or_be_silent(own: Path) -> None:
    put_changed(
        own,
        SCRIPT,
        "[lines]\n",
        '[lines]\ngood_set = ["Good set.", "Nice."]\n'
        'half_way = { say = "Half way, keep breathing.", short = "Half way." }\nannounce = ""\n',
    )
    lines = load().exercise.lines
    assert lines["good_set"].turn(1) == ("Nice.",)
    assert lines["half_way"].turn(0) == ("Half way, keep breathing.", "Half way.")
    assert lines["announce"].full == ("",)


def test_explosive_is_how_long_an_x_takes(own: Path) -> None:
    put_changed(own, SCRIPT, 'tempo = "3-1-2-1"', 'tempo = "30X1"\nexplosive = 0.8')
    assert load().exercise.tempo.lift == samples(0.8)


def line_of(folder: Path, name: str, start: str) -> int:
    """The line of a file that begins with `start`, from 1."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return 1 + next(n for n, line in enumerate(lines) if line.startswith(start))


def test_a_variation_that_no_command_asks_for_is_a_warning(own: Path) -> None:
    put_changed(own, SCRIPT, "[variations]\n", '[variations]\nkneeling = "On the knees."\n')
    (warning,) = load().warnings
    line = line_of(own, SCRIPT, "kneeling =")
    assert warning.startswith(f'{SCRIPT}:{line} variations.kneeling: no command says "kneeling"')


def test_the_soft_tick_is_a_setting(own: Path) -> None:
    assert load().exercise.phase_tick
    put(own, "voicecoach.toml", "[sound]\ntick = false\n")
    assert not load().exercise.phase_tick


def test_overrides_are_made_by_replacing_fields() -> None:
    exercise = load().exercise
    assert dataclasses.replace(exercise, reps=5).reps == 5


def test_without_a_packaged_copy_the_files_of_the_checkout_are_the_shipped_ones() -> None:
    assert (layers.shipped() / layers.SETTINGS).is_file()


def test_a_cue_that_a_loudspeaker_would_stop_the_set_with_is_told(own: Path) -> None:
    put_changed(own, SCRIPT, '"Strong."', '"Don\'t stop now."')
    (warning,) = load().warnings
    script = (own / SCRIPT).read_text(encoding="utf-8").partition('id = "rhythm"')[0]
    line = script.count("\n")  # of its [[cue]]
    assert warning.startswith(f'{SCRIPT}:{line} cue: "Don\'t stop now."')
    put(own, "voicecoach.toml", "[listening]\nloudspeaker = false\n")
    assert load().warnings == ()


def test_a_file_of_a_language_outside_its_folder_is_told_of(own: Path) -> None:
    """Otherwise a lifter's own words would be ignored silently."""
    put(own, "commands/en.toml", "")
    put(own, "messages/de.toml", "")
    with pytest.raises(ConfigError) as caught:
        load()
    assert str(caught.value).split("\n") == [
        "commands/en.toml: nothing reads this file here; it belongs in languages/en/commands.toml",
        "messages/de.toml: nothing reads this file here; it belongs in languages/de/messages.toml",
    ]


def put_commands(own: Path, text: str) -> None:
    put(own, "languages/en/commands.toml", text)


def test_a_command_file_of_ones_own_needs_only_the_meanings_that_it_changes(own: Path) -> None:
    before = load().phrases.phrases
    put_commands(own, 'slower = ["easy now"]\n')
    config = load()
    after = config.phrases.phrases
    assert after.keys() - before.keys() == {"easy now"}
    assert {before[gone].intent for gone in before.keys() - after.keys()} == {Intent.SLOWER}
    assert config.warnings == ()


def test_a_phrase_of_ones_own_means_what_one_wants_and_nothing_else_is_lost(own: Path) -> None:
    before = load().phrases.phrases
    assert before["carry on"].intent is Intent.RESUME
    put_commands(own, 'start = ["carry on", "start set"]\n')
    after = load().phrases.phrases
    assert after["carry on"].intent is Intent.START
    assert after["resume"].intent is Intent.RESUME


def test_a_meaning_that_one_does_not_want_is_taken_out(own: Path) -> None:
    put_commands(own, "how_many = []\n")
    config = load()
    assert not any(c.intent is Intent.HOW_MANY for c in config.phrases.phrases.values())
    assert config.warnings == ("languages/en/commands.toml: no phrase for how_many",)


def test_a_list_of_ones_own_takes_the_place_of_that_list_alone(own: Path) -> None:
    put_commands(own, "[lists]\nmore = { from = 1, to = 2 }\n")
    phrases = load().phrases.phrases
    assert {dict(c.slots)["more"] for c in phrases.values() if c.intent is Intent.MORE} == {1, 2}
    assert any(c.intent is Intent.WEIGHT for c in phrases.values())


def test_two_files_of_the_lifters_lie_over_each_other(own: Path, tmp_path: Path) -> None:
    put_commands(own, 'slower = ["easy now"]\nfaster = ["hurry up"]\n')
    given = tmp_path / "given"
    put(given, "languages/en/commands.toml", 'slower = ["take it easy"]\n')
    said = {p: c.intent for p, c in load(folder=given).phrases.phrases.items()}
    assert said["take it easy"] is Intent.SLOWER
    assert said["hurry up"] is Intent.FASTER
    assert "easy now" not in said


def test_what_is_wrong_in_a_few_commands_is_told_in_their_file(own: Path) -> None:
    put_commands(own, '\nslower = ["stop"]\nfaster = ["{n} faster"]\nstart = ["[I\'m] done"]\n')
    with pytest.raises(ConfigError) as caught:
        load()
    name = "languages/en/commands.toml"
    assert [str(fault) for fault in caught.value.faults if fault.folder == own] == [
        f'{name}:2 slower: "stop" means stop and can mean nothing else',
        f"{name}:3 faster: faster has no slot {{n}}; it understands none",
    ]


def test_a_meaning_that_a_set_needs_keeps_a_phrase(own: Path) -> None:
    put_commands(own, """start = ["[I'm] done", "finished", "rack it"]\n""")
    with pytest.raises(ConfigError, match="done: each of its phrases has another meaning now"):
        load()
