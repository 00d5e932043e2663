"""The command line: the only place where the parts are put together, and the only
one where exceptions become one line and an exit code.

Exit codes: 0, 2 for a mistake of the user's, 1 for one of ours.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import platformdirs
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from . import config as configuration
from .audio import devices, wav
from .audio.rig import Rig
from .audio.tones import TONES, stand_in
from .config.places import users
from .core.commands import PhraseTable
from .core.decision import Bars, judge
from .core.events import Intent, State
from .core.pacing import Talk, fixed_texts, numbered_texts
from .core.plan import MICROPHONE_RATE, SAMPLE_RATE, CueClass, Exercise, Tempo
from .core.session import foreseen, listens_for
from .doctor.examine import Parts, examine, exit_code
from .doctor.findings import Grade
from .engine import OVERSAMPLING, QUANTUM, Engine, HeardIt
from .listening import models
from .listening.recogniser import Recogniser
from .listening.remote import Remote
from .live import DELAY, Live, Step
from .screen.glance import level_meter
from .simulate import simulate as simulated
from .speaking import catalogue
from .speaking.clips import Clipbook
from .speaking.voice import Voice, VoiceFailed
from .timeline import Line, Timeline
from .trace import TraceFile, fields

if TYPE_CHECKING:
    from .screen.terminal import WorkoutScreen

RECORDING = Path(__file__).parent / "assets" / "demo.flac"
"""The demo's lifter: a synthetic natural voice in a synthetic gym."""

_STYLES = {
    "lifter": "bold green",
    "refused": "dim green",
    "coach": "cyan",
    "safety": "bold yellow",
    "phase": "none",
    "state": "dim",
    "set": "bold",
}

_ERRORS = Console(stderr=True, highlight=False)


class Mistake(click.ClickException):
    """Something the user can mend; `str` says what and how."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        _ERRORS.print(self.message, style="red", markup=False, soft_wrap=True)


def main() -> None:
    """Run the command line and exit."""
    try:
        code = command.main(prog_name="voicecoach", standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        code = fault.exit_code
    except (KeyboardInterrupt, click.Abort):
        _ERRORS.print("Stopped.")
        code = 130
    except Exception as fault:
        if os.environ.get("VOICECOACH_DEBUG"):
            raise
        _ERRORS.print(
            f"voicecoach failed, which is its own fault: {type(fault).__name__}: {fault}\n"
            "Set VOICECOACH_DEBUG=1 to see where, and please report it.",
            style="red",
            markup=False,
        )
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def _mistakes() -> Iterator[None]:
    """Turns what the parts complain about into the user's one line."""
    try:
        yield
    except configuration.ConfigError as error:
        raise Mistake("\n".join(str(fault) for fault in error.faults)) from error
    except (wav.BadAudio, models.ModelMissing, VoiceFailed, devices.NoSoundCard) as error:
        raise Mistake(str(error)) from error


# --- the commands ----------------------------------------------------------------------------


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88})
@click.version_option(package_name="voicecoach")
def command() -> None:
    """A strength coach in your earbuds.

    It paces every rep aloud, tells you when to breathe, reminds you of safety
    when it matters and obeys what you say while it talks. Nothing leaves this
    machine, and nothing needs a hand.

    \b
    Train:
        voicecoach start leg-press
    Hear and see a set that somebody else did:
        voicecoach demo
    Coach a recording of your own:
        voicecoach simulate me.wav --out coach.wav --events set.jsonl
    See what the recogniser makes of your voice:
        voicecoach listen me.wav
    See whether everything is there that a workout needs, and hear how it sounds:
        voicecoach doctor

    What the coach says, when, and which words it obeys stands in TOML files that
    you can change; `voicecoach simulate --help` names the folder. It is coaching,
    not medical advice.
    """


_FOLDER = click.option(
    "--config",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Your configuration files, laid over the shipped ones.",
)
_LANGUAGE = click.option("--language", metavar="CODE", help="Of the commands: en, ko.")
_ENGINE = click.option(
    "--engine",
    type=click.Choice(["auto", "moonshine", "vosk"]),
    help="The recogniser.",
)
_VOICE = click.option(
    "--voice",
    type=click.Choice(["auto", "pyttsx3", "hibari"]),
    help="What the coach speaks with.",
)
_TEMPO = click.option("--tempo", metavar="3-1-2-0", help="Lowering, bottom, lifting, top: seconds.")
_REPS = click.option("--reps", type=click.IntRange(1, 200), metavar="N", help="Target of the set.")


@command.command(epilog=f"Your configuration folder: {users()}")
@click.argument("recording", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--exercise", metavar="NAME", help="Which cue script.  [leg-press]")
@click.option("--out", type=click.Path(path_type=Path), metavar="OUT.wav", help="The earbuds.")
@click.option(
    "--events",
    type=click.Path(path_type=Path),
    metavar="EVENTS.jsonl",
    help="Everything that happened, a JSON object a line.",
)
@_TEMPO
@_REPS
@_ENGINE
@_VOICE
@_LANGUAGE
@_FOLDER
@click.option(
    "--block",
    type=click.IntRange(1),
    default=MICROPHONE_RATE,
    metavar="SAMPLES",
    help="Of the microphone, handed over at a time; it changes nothing in what comes out.",
)
@click.option("--timeline", is_flag=True, help="Print the session as a person reads it.")
def simulate(
    recording: Path,
    exercise: str | None,
    out: Path | None,
    events: Path | None,
    tempo: str | None,
    reps: int | None,
    engine: str | None,
    voice: str | None,
    language: str | None,
    folder: Path | None,
    block: int,
    timeline: bool,
) -> None:
    """Coach the person in a recording.

    INPUT is what a lifter's microphone picked up (WAV, FLAC or OGG). It is heard
    by a real recogniser, and the session runs as it would have live: --out is
    what the earbuds would have played, --events what happened. A workout of
    minutes takes seconds.
    """
    with _mistakes():
        microphone, _ = wav.read(recording)
        coach = _engine(exercise, tempo, reps, engine, voice, language, folder)
        lines = _run(coach, microphone, out, events, _print_line if timeline else None, block)
    if not timeline:
        for line in lines:
            if line.style == "set":
                _print_line(line)
    for path, what in ((out, "the earbuds"), (events, "the events")):
        if path is not None:
            _say(f"{what}: {path}")


@command.command(epilog=f"Your configuration folder: {users()}")
@click.argument("exercise", required=False)
@click.option("--microphone", metavar="NAME", help="A part of the microphone's name.")
@click.option("--output", metavar="NAME", help="A part of the earbuds' or loudspeaker's name.")
@click.option("--plain", is_flag=True, help="Print lines instead of the screen.")
@click.option(
    "--events",
    type=click.Path(path_type=Path),
    metavar="EVENTS.jsonl",
    help="Everything that happened, a JSON object a line.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="OUT.wav", help="What was played.")
@_TEMPO
@_REPS
@_ENGINE
@_VOICE
@_LANGUAGE
@_FOLDER
def start(
    exercise: str | None,
    microphone: str | None,
    output: str | None,
    plain: bool,
    events: Path | None,
    out: Path | None,
    tempo: str | None,
    reps: int | None,
    engine: str | None,
    voice: str | None,
    language: str | None,
    folder: Path | None,
) -> None:
    """Coach you, live, through a microphone and earbuds.

    EXERCISE is a cue script, such as leg-press. Everything can be said, and most of
    it has a key, which the screen shows; with --plain, in a pipe or on a terminal that
    can't show the screen, what is typed as a line counts as said. Ctrl-C ends it, with
    a word about the catches.
    """
    with _mistakes(), ExitStack() as stack:
        loaded = configuration.load(language, exercise, folder)
        for warning in loaded.warnings:
            _say(f"warning: {warning}", style="yellow")
        script = _overridden(loaded.exercise, tempo, reps)
        settings = loaded.settings
        ear = Remote(partial(_ear, settings.listening, engine, loaded.language))
        stack.callback(ear.close)
        rig = Rig(microphone or settings.sound.microphone, output or settings.sound.output)
        stack.callback(rig.close)
        clips = _clips(loaded, voice)
        _prepare(clips, script, numbered_texts(script, script.reps))
        coach = Engine(
            script,
            loaded.phrases,
            ear,
            clips,
            bars=_bars(settings),
            talk=Talk[settings.talk.level.upper()],
            ceiling=settings.sound.ceiling_dbfs,
            prove_stop=settings.listening.prove_stop,
            latency=DELAY,
        )
        coach.prepare()
        clips.prepare(foreseen(coach.session))
        if not ear.wait(_LOADING):
            raise Mistake(ear.trouble or "the recogniser did not start; see --engine")
        sound = stack.enter_context(wav.Writer(out, SAMPLE_RATE)) if out else None
        trace = stack.enter_context(_trace(events)) if events else None
        timeline = Timeline()

        def written(step: Step) -> None:
            if sound is not None and len(step.sound):
                sound.write(step.sound)
            if trace is not None:
                trace.write(step.records, step.certain)
            tell(timeline.feed(step.records, step.certain))

        def tell(new: Iterable[Line]) -> None:
            for line in new:
                if picture is None:
                    _unless_gone(partial(_print_line, line))
                elif line.style == "set":
                    sets.append(line)

        def note(text: str) -> None:
            if picture is None:
                _unless_gone(partial(_say, text))

        sets: list[Line] = []
        picture = None if plain else _picture(loaded.phrases, lambda text: live.say(text))
        live = Live(coach, ear, rig, written=written, note=note, screen=picture)
        if picture is None:
            threading.Thread(target=_typed, args=(live.say,), daemon=True).start()
            live.run()
        else:
            picture.beside(live.run, live.close)
        tell(timeline.rest())
        for line in sets:
            _unless_gone(partial(_print_line, line))


def _picture(phrases: PhraseTable, keys: Callable[[str], None]) -> WorkoutScreen | None:
    """The screen, where the terminal can show it."""
    # Textual takes a quarter of a second to load, which the other commands need not wait.
    from .screen import terminal as screen

    return screen.WorkoutScreen(phrases, keys) if screen.capable() else None


def _unless_gone(show: Callable[[], None]) -> None:
    """A terminal that has gone away is no reason to end a set."""
    with suppress(OSError):
        show()


_LOADING = 60.0
"""Seconds that a recogniser may take to load."""


def _ear(
    listening: configuration.settings.Listening, engine: str | None, language: str
) -> Recogniser:
    """The recogniser, made in its own process."""
    folders = [Path(listening.models)] if listening.models else []
    return models.create(
        engine or listening.engine, language, [*folders, Path("models"), _data_folder() / "models"]
    )


def _trace(path: Path) -> TraceFile:
    try:
        path.open("w").close()
    except OSError as error:
        raise Mistake(f"{path}: cannot be written ({error.strerror})") from error
    return TraceFile(path)


def _typed(say: Callable[[str], None]) -> None:
    """What is typed, a command a line; a program in the background is not typed to."""
    with suppress(OSError, ValueError):
        if sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
            return
        for line in sys.stdin:
            say(line)


@command.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("voicecoach-demo.wav"),
    show_default=True,
    metavar="OUT.wav",
    help="Where the earbuds' sound goes.",
)
@click.option("--events", type=click.Path(path_type=Path), metavar="EVENTS.jsonl")
@click.option("--play/--no-play", default=True, help="Play it where there is a sound card.")
@_VOICE
def demo(out: Path, events: Path | None, play: bool, voice: str | None) -> None:
    """Coach a lifter that comes with the package.

    A voice in a noisy gym goes through one set of leg presses: it answers the
    safety questions, starts, asks for a slower pace, asks how many, pauses, goes
    on, and is done. What you see is a real recogniser listening to it.
    """
    with _mistakes():
        microphone, _ = wav.read(RECORDING)
        coach = _engine("leg-press", None, None, "moonshine", voice, "en", None)
        try:
            if play:
                devices.look_for_output()
        except devices.NoSoundCard as fault:
            _say(f"Not played: {fault}.")
            play = False
        lines = _run(coach, microphone, out, events, None if play else _print_line)
        if play:
            _play(out, lines)
    _say(f"What the earbuds played: {out}")


@command.command()
@click.argument("recording", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--state",
    type=click.Choice([state.value for state in State]),
    help="Only what makes sense in that state; all commands otherwise.",
)
@_ENGINE
@_LANGUAGE
@_FOLDER
def listen(
    recording: Path,
    state: str | None,
    engine: str | None,
    language: str | None,
    folder: Path | None,
) -> None:
    """Print what is heard in a recording, a JSON object a line.

    Each utterance has its times in seconds, the phrase it was taken for, how
    sure the recogniser was, and whether it would be obeyed or why not.
    """
    with _mistakes():
        microphone, _ = wav.read(recording)
        settings = configuration.load(language=language, folder=folder)
        recogniser = _recogniser(settings, engine)
    live = listens_for(State(state)) if state else frozenset(Intent)
    recogniser.listen_for(settings.phrases.grammar(live))
    bars = _bars(settings.settings)
    for start in range(0, len(microphone), QUANTUM):
        block = microphone[start : start + QUANTUM]
        end = (start + len(block)) * OVERSAMPLING
        utterances = recogniser.feed(block, start * OVERSAMPLING)
        if start + QUANTUM >= len(microphone):
            utterances += recogniser.finish(end)
        for heard in utterances:
            verdict = judge(heard, live, settings.phrases, bars)
            click.echo(json.dumps(fields(HeardIt(end, heard, verdict)), ensure_ascii=False))


@command.command()
@click.option("--sound/--no-sound", default=True, help="Play, and listen to the microphone.")
@_ENGINE
@_VOICE
@_LANGUAGE
@_FOLDER
def doctor(
    sound: bool,
    engine: str | None,
    voice: str | None,
    language: str | None,
    folder: Path | None,
) -> None:
    """Look whether everything is there that a workout needs.

    One line for each finding: ok, warning or fails, what it is about, and the
    remedy. It plays the sounds of a workout and says whether your microphone is
    too quiet, clipped or noisy. The exit code is 2 if something has to be mended
    before a workout.
    """
    findings = []
    parts = Parts(
        load=lambda: configuration.load(language, None, folder),
        voices=lambda loaded: _voices(loaded, voice),
        clips=lambda loaded: _clips(loaded, voice),
        recogniser=lambda loaded: _recogniser(loaded, engine),
        cache=_clip_folder(),
        tell=_say,
        meter=_show_level,
    )
    for finding in examine(parts, sound):
        findings.append(finding)
        _OUT.print(Text(str(finding), style=_GRADES[finding.grade]), soft_wrap=True)
    sys.exit(exit_code(findings))


_GRADES = {Grade.OK: "none", Grade.WARNING: "yellow", Grade.FAILS: "bold red"}


# --- putting the parts together --------------------------------------------------------------


def _engine(
    exercise: str | None,
    tempo: str | None,
    reps: int | None,
    engine: str | None,
    voice: str | None,
    language: str | None,
    folder: Path | None,
) -> Engine:
    """An engine as the files say, changed by what the command line says."""
    loaded = configuration.load(language, exercise, folder)
    for warning in loaded.warnings:
        _say(f"warning: {warning}", style="yellow")
    script = _overridden(loaded.exercise, tempo, reps)
    clips = _clips(loaded, voice)
    _prepare(clips, script)
    settings = loaded.settings
    return Engine(
        script,
        loaded.phrases,
        _recogniser(loaded, engine),
        clips,
        bars=_bars(settings),
        talk=Talk[settings.talk.level.upper()],
        ceiling=settings.sound.ceiling_dbfs,
    )


def _overridden(script: Exercise, tempo: str | None, reps: int | None) -> Exercise:
    if tempo is not None:
        try:
            script = replace(script, tempo=Tempo.parse(tempo))
        except ValueError as error:
            raise Mistake(f"--tempo: {error}") from error
    return replace(script, reps=reps) if reps is not None else script


def _bars(settings: configuration.Settings) -> Bars:
    listening = settings.listening
    return Bars(
        command=listening.bar,
        stop=listening.stop_bar,
        margin=listening.margin,
        hold_off=listening.hold_off,
        loudspeaker=listening.loudspeaker,
    )


def _data_folder() -> Path:
    return platformdirs.user_data_path("voicecoach", appauthor=False)


def _recogniser(loaded: configuration.Config, engine: str | None) -> Recogniser:
    return _ear(loaded.settings.listening, engine, loaded.language)


def _voices(loaded: configuration.Config, voice: str | None) -> list[Voice]:
    """Raises ValueError and VoiceFailed as `catalogue.choose` does."""
    settings = loaded.settings.voice
    return catalogue.choose(
        catalogue.Engine(voice or settings.engine),
        loaded.spoken,
        settings.rate,
        settings.speed,
        settings.voice or None,
    )


def _clip_folder() -> Path:
    return platformdirs.user_cache_path("voicecoach", appauthor=False) / "clips"


def _clips(loaded: configuration.Config, voice: str | None) -> Clipbook:
    try:
        voices = _voices(loaded, voice)
    except ValueError as error:
        raise Mistake(f"voice: {error}") from error
    tones = {kind: TONES[stand_in(kind)] for kind in CueClass}
    return Clipbook(voices, _clip_folder(), tones, loaded.settings.voice.beats)


def _prepare(clips: Clipbook, script: Exercise, more: tuple[str, ...] = ()) -> None:
    """Render what will surely be said, so that nothing waits for a voice in the set."""
    with _progress("Preparing the voice") as advance:
        clips.prepare((*fixed_texts(script, script.reps), *more), advance)
    if clips.trouble:
        for trouble in clips.trouble:
            _say(f"warning: {trouble}", style="yellow")
        if not clips.get(script.lines["gate"].full[0]).spoken:
            _say(script.lines["no_voice"].full[0], style="yellow")


def _run(
    engine: Engine,
    microphone: np.ndarray[Any, np.dtype[np.float32]],
    out: Path | None,
    events: Path | None,
    show: Callable[[Line], None] | None,
    block: int = MICROPHONE_RATE,
) -> list[Line]:
    """Simulate, write what is asked for, show each line as it comes; all the lines."""
    timeline = Timeline()
    lines: list[Line] = []

    def tell(new: Iterator[Line]) -> None:
        for line in new:
            lines.append(line)
            if show is not None:
                show(line)

    with ExitStack() as stack:
        sound = stack.enter_context(wav.Writer(out, SAMPLE_RATE)) if out else None
        trace = None
        if events is not None:
            trace = stack.enter_context(_trace(events))
        advance = stack.enter_context(_progress("Coaching", hidden=show is not None))
        total = len(microphone)
        for heard, records in simulated(
            engine, microphone, block, progress=lambda done: advance(done, total)
        ):
            if sound is not None:
                sound.write(heard)
            if trace is not None:
                trace.write(records, engine.certain)
            tell(timeline.feed(records, engine.certain))
    tell(timeline.rest())
    return lines


def _play(out: Path, lines: list[Line]) -> None:
    """Play what was written, each line as it is heard."""
    pcm, _ = wav.read(out, SAMPLE_RATE)
    told = 0
    try:
        for index in devices.play(pcm, SAMPLE_RATE, [line.at / SAMPLE_RATE for line in lines]):
            _print_line(lines[index])
            told = index + 1
    except devices.NoSoundCard as fault:
        _say(f"The sound card failed: {fault}.")
        for line in lines[told:]:
            _print_line(line)


# --- what is shown ---------------------------------------------------------------------------

_OUT = Console(highlight=False)


def _print_line(line: Line) -> None:
    _OUT.print(Text(str(line), style=_STYLES[line.style]), soft_wrap=True)


def _say(text: str, style: str = "") -> None:
    _ERRORS.print(text, style=style, markup=False, soft_wrap=True)


def _show_level(dbfs: float) -> None:
    """The microphone's level, on one line that changes."""
    if _ERRORS.is_terminal:
        _ERRORS.print(level_meter(dbfs, 60).ljust(60), end="\r", markup=False)


@contextmanager
def _progress(what: str, hidden: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, while something takes its time."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=_ERRORS,
        transient=True,
        disable=hidden or not _ERRORS.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
