"""Puts the parts together, as the files and the command line say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from .. import config as configuration
from .. import private
from ..audio import echo
from ..audio.ducking import Ducking, can_duck
from ..audio.tones import TONES, stand_in
from ..core.decision import Thresholds
from ..core.events import Say
from ..core.pacing import Talkativeness, fixed_texts
from ..core.plan import CueClass, Exercise, Tempo
from ..core.session import foreseen, texts
from ..core.workout import Visit
from ..listening import models
from ..listening.recogniser import Recogniser
from ..listening.whose_voice import telling_voices
from ..models.store import ModelStore
from ..runtime.voice_loop import Canceller
from ..runtime.workout_conversation import WorkoutConversation, WorkoutLoop, workout_loop
from ..speaking import catalogue
from ..speaking.clips import Clipbook
from ..speaking.phonemes import in_ipa
from ..speaking.text_normalisation import TextNormaliser
from ..speaking.voice import SpeechEngine
from . import programs
from .folders import cache_folder, data_folder, usual_model_folders
from .logbook import Logbook
from .mistakes import Mistake
from .options import Options
from .printing import progress, say


def make_workout_loop(
    exercise: str | None,
    asked: Options,
    own_bars: Callable[[configuration.Config], Thresholds] | None = None,
    book: Logbook | None = None,
) -> WorkoutLoop:
    """A workout loop as the files say. The command line overrides them, `own_bars` adapts the
    thresholds to a known voice, and `book` adds what is logged."""
    one_of(exercise, asked)
    loaded = configuration.load(
        asked.language,
        exercise,
        asked.folder,
        workout=asked.workout,
        program=programs.named(asked.program),
    )
    for warning in loaded.warnings:
        say(f"warning: {warning}", style="yellow")
    script = overridden(loaded.exercise, asked)
    settings = loaded.settings
    wanted = own_bars(loaded) if own_bars is not None else bars(settings.listening)
    if settings.listening.only_me and own_bars is None:
        say("warning: only_me has no effect without --profile: everybody is obeyed", style="yellow")
    clips = make_clips(loaded, asked.voice)
    offered = tuple(overridden(each, asked) for each in loaded.offered)
    scripts = offered or (script,)
    fixed = [text for each in scripts for text in fixed_texts(each, each.reps)]
    render(clips, script, fixed)
    today = visit(loaded, scripts, asked, book)
    return workout_loop(
        programs.first(today, script, offered),
        loaded.phrases,
        make_recogniser(loaded, asked.engine),
        clips,
        bars=wanted,
        talk=Talkativeness[settings.talk.level.upper()],
        ceiling=settings.sound.ceiling_dbfs,
        loudness=settings.sound.loudness_db,
        offered=offered,
        visit=today,
        tone_in_doubt=settings.listening.tone_in_doubt,
    )


def one_of(exercise: str | None, asked: Options) -> None:
    """Raises Mistake if a workout is named together with what its file decides."""
    if asked.workout is not None and (exercise is not None or asked.reps is not None):
        what = "an exercise" if exercise is not None else "--reps"
        raise Mistake(f"--workout can't be combined with {what}: the workout's file sets it")
    if asked.program is not None:
        others = {"an exercise": exercise, "--reps": asked.reps, "--workout": asked.workout}
        for what, given in others.items():
            if given is not None:
                raise Mistake(f"--program can't be combined with {what}: the program sets it")


def visit(
    loaded: configuration.Config,
    exercises: Sequence[Exercise],
    asked: Options,
    book: Logbook | None = None,
) -> Visit:
    """What the files and the log say about this workout, beside the exercises."""
    settings = loaded.settings
    plain = Visit(
        loaded.workout,
        sled=settings.weights.sled_and_plates(),
        warm_up=settings.warm_up.rule(),
    )
    past = book.past(dict.fromkeys(exercise.id for exercise in exercises)) if book else {}
    if loaded.program is not None:
        today = programs.today(loaded.program, exercises, past, asked.program, book)
        plain = replace(plain, workout=today)
    if book is None:
        return plain
    broken = book.interrupted
    plan = programs.broken_off(broken, exercises, past, asked.folder, book) if broken else None
    return replace(plain, past=past, interrupted=broken, broken=plan, logged=True)


def overridden(script: Exercise, asked: Options) -> Exercise:
    """`script` with the command line's tempo and reps. A hold stays as it is."""
    if script.held:
        if asked.tempo is not None or asked.reps is not None:
            say(f"{script.name} is a hold: --tempo and --reps are ignored.")
        return script
    if asked.tempo is not None:
        try:
            script = replace(script, tempo=Tempo.parse(asked.tempo, script.explosive))
        except ValueError as error:
            raise Mistake(f"--tempo: {error}") from error
    return replace(script, reps=asked.reps) if asked.reps is not None else script


def bars(listening: configuration.settings.Listening) -> Thresholds:
    return Thresholds(
        command=listening.bar,
        stop=listening.stop_bar,
        margin=listening.margin,
        hold_off=listening.hold_off,
        loudspeaker=listening.loudspeaker is not False,
    )


def make_canceller(listening: configuration.settings.Listening, latency: int) -> Canceller | None:
    """The echo canceller for a loudspeaker, as the settings say. It does nothing while the output
    is worn. Raises NoCancellerError if it is required but missing."""
    wanted = listening.echo == "on" or (
        listening.echo == "auto" and bool(listening.loudspeaker) and echo.installed()
    )
    return echo.EchoCanceller(latency) if wanted else None


def make_recogniser(loaded: configuration.Config, engine: str | None) -> Recogniser:
    return make_ear(loaded.settings.listening, engine, loaded.language)


def make_voices(loaded: configuration.Config, voice: str | None) -> list[SpeechEngine]:
    """Raises ValueError and VoiceError as `catalogue.choose` does."""
    settings = loaded.settings.voice
    return catalogue.choose(
        catalogue.VoiceEngine(voice or settings.engine),
        loaded.spoken,
        settings.rate,
        settings.speed,
        settings.voice or None,
        settings.warmth,
    )


def clip_folder() -> Path:
    return cache_folder() / "clips"


def make_clips(loaded: configuration.Config, voice: str | None) -> Clipbook:
    try:
        voices = make_voices(loaded, voice)
    except ValueError as error:
        raise Mistake(f"voice: {error}") from error
    tones = {kind: TONES[stand_in(kind)] for kind in CueClass}
    settings = loaded.settings.voice
    reading = TextNormaliser(loaded.exercise.language, settings.pronounce)
    private.close(clip_folder())
    return Clipbook(voices, clip_folder(), tones, settings.beats, reading)


def render_for(workout: WorkoutConversation, clips: Clipbook) -> None:
    """Render what will certainly be said, in the order it may be needed, and wait only for what
    the workout begins with. What is wanted before it is there is said a moment later."""
    session = workout.session
    begins = [each.wants for each in workout.begin() if isinstance(each, Say)]
    first = dict.fromkeys(text for wants in begins for want in wants for text in want.texts)
    soon = foreseen(session, 1, {session.state})
    script = session.workout.offered[0] if session.workout.offered else session.workout.exercise
    render(clips, script, [*first, *soon, *texts(session)], len(first))


def render(
    clips: Clipbook, script: Exercise, texts: Iterable[str], enough: int | None = None
) -> None:
    """Render `texts`, and wait for `enough` of them. Reports problems in `script`'s language."""
    with progress("Preparing the voice") as advance:
        clips.prepare(list(dict.fromkeys(texts)), advance, enough)
    if clips.trouble:
        for trouble in clips.trouble:
            say(f"warning: {trouble}", style="yellow")
        if not clips.get(script.lines["gate"].full[0]).spoken:
            say(script.lines["no_voice"].full[0], style="yellow")


def ear_maker(
    listening: configuration.settings.Listening,
    engine: str | None,
    language: str,
    learner: bool = False,
) -> Callable[[], Recogniser]:
    """Makes the recogniser. Another process that makes it imports only what hearing needs.
    `learner`: that of an enrolment, which also tells whose voice each command is in."""
    make = _bare_ear_maker(listening, engine, language)
    # One more network, which is only needed for this.
    return partial(telling_voices, make, learner) if learner or listening.only_me else make


def make_ear(
    listening: configuration.settings.Listening, engine: str | None, language: str
) -> Recogniser:
    """The recogniser, made in this process."""
    return ear_maker(listening, engine, language)()


def spare_ear(
    listening: configuration.settings.Listening, engine: str | None, language: str
) -> Callable[[], Recogniser] | None:
    """Makes what takes over from a recogniser that can't be restarted; None if nothing else hears
    `language`. It must be there: once it has taken over, only it is tried again."""
    if language != "en":
        return None
    there = {
        "moonshine": models.find_weights() is not None,
        "spotter": models.find_ears(model_folders(listening)) is not None,
    }
    spare = next((e for e in there if there[e] and e != (engine or listening.engine)), None)
    return None if spare is None else ear_maker(listening, spare, language)


def make_bare_ear(
    listening: configuration.settings.Listening, engine: str | None, language: str
) -> Recogniser:
    """The recogniser, without telling voices apart."""
    return _bare_ear_maker(listening, engine, language)()


def _bare_ear_maker(
    listening: configuration.settings.Listening, engine: str | None, language: str
) -> Callable[[], Recogniser]:
    return partial(
        models.create,
        engine or listening.engine,
        language,
        model_folders(listening),
        bars(listening),
        in_ipa,
        cache_folder() / "hearing",
    )


def model_folders(listening: configuration.settings.Listening) -> list[Path]:
    """Where to look for models, in this order."""
    folders = [Path(listening.models)] if listening.models else []
    return [*folders, *usual_model_folders()]


def store(listening: configuration.settings.Listening) -> ModelStore:
    """Where to put models."""
    return ModelStore(Path(listening.models) if listening.models else data_folder() / "models")


def make_ducking(sound: configuration.settings.Sound) -> Ducking | None:
    """What lowers other programs, if it is wanted and available."""
    if not sound.duck:
        return None
    if not can_duck():
        say(
            "Other programs stay as loud as they are: lowering them needs PulseAudio or PipeWire.",
            style="yellow",
        )
        return None
    return Ducking(sound.duck_db)
