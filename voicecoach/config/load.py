"""Reads all files of a session and combines them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from voicecoach.core.commands import PhraseTable, normal
from voicecoach.core.events import URGENT, Intent
from voicecoach.core.plan import Exercise, Wording
from voicecoach.core.program import Program
from voicecoach.core.workout import Workout

from . import grammar, layers, messages, numerals
from . import program as programs
from . import workout as workouts
from .coached import FALLBACK, Coached, Files, translation_file
from .document import Document
from .faults import ConfigError, Fault, listed, nearest
from .fields import quoted
from .plain import validated
from .settings import Settings
from .stray import meant_for, stray

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Config:
    """The contents of all files."""

    settings: Settings
    exercise: Exercise
    phrases: PhraseTable
    language: str
    """The language code of the commands, like `en`."""
    spoken: str
    """The language of the coach's words; `en` if there is no other."""
    offered: tuple[Exercise, ...]
    """The exercises to choose from, `exercise` first; empty unless requested."""
    workout: Workout | None
    """The plan; all its exercises are in `offered`. None unless requested."""
    warnings: tuple[str, ...]
    """What works but may not be intended, for the lifter to read."""
    placed: tuple[Fault, ...]
    """Those of the warnings that are about a place in an exercise's file."""
    commands: grammar.Commands
    """The command file; `phrases` is its table."""
    enrol: Mapping[str, Wording]
    """What the coach says while it learns a voice; see `core.enrolment.LINES`."""
    documents: Mapping[str, Document]
    """The files it was read from, by name (`languages/en/commands.toml`)."""
    untranslated: tuple[Fault, ...]
    """Texts without a translation into the language of the coach's words."""
    program: Program | None = None
    """All its exercises are in `offered`. None unless requested."""

    def text_of(self, exercise: str, *path: str) -> Fault:
        """Where a text of an exercise is written, or would be: in its translation, its file or
        the messages. Cues go by their ids in the path: `"cue", "knees", "say"`."""
        files = (
            translation_file(exercise, self.spoken),
            f"exercises/{exercise}.toml",
            layers.of_language(self.spoken, "messages"),
            layers.of_language(FALLBACK, "messages"),
        )
        documents = [self.documents[file] for file in files if file in self.documents]
        held = "hold" in self.documents[f"exercises/{exercise}.toml"].data
        paths = [("hold", *path[1:]), path] if held and path[0] == "lines" else [path]
        found = (
            (document, document.path_to(each))
            for document in documents
            for each in paths
            # A script's own "hold" is a duration; in messages it is a table of lines.
            if each[0] != "hold" or isinstance(document.data.get("hold"), dict)
        )
        document, at = next(
            ((document, at) for document, at in found if at is not None), (documents[-1], path)
        )
        return document.fault(at, "")


def load(
    language: str | None = None,
    exercise: str | None = None,
    folder: Path | None = None,
    offer: bool = False,
    strict: bool = False,
    workout: str | None = None,
    program: str | None = None,
) -> Config:
    """Read and check everything; `language` and `exercise` override the settings.

    With `offer`, all exercises are read, to be chosen by name. One with faults is left out with
    a warning, as long as another is valid; if `strict`, its faults are errors.

    With `workout` or `program`, its exercises are read, the first of them as `exercise`. None may
    have faults.

    `folder` overrides the user's own folder, which overrides the shipped files.
    Raises ConfigError with the faults of all files.
    """
    loading = _Loading(layers.layers(folder))
    return loading.config(language, exercise, offer, strict, workout, program)


def load_settings(folder: Path | None = None) -> Settings:
    """Only the settings. Raises ConfigError."""
    return _Loading(layers.layers(folder)).settings()


def load_exercises(folder: Path | None = None) -> list[Exercise]:
    """Only the exercises, in the coach's language; much faster than with the commands. One with
    faults is left out. Raises ConfigError if the settings or the messages have faults."""
    return _Loading(layers.layers(folder)).exercises()


def exercise_names(folder: Path | None = None) -> list[str]:
    """The names of all exercises."""
    return layers.names(layers.layers(folder), "exercises")


def workout_names(folder: Path | None = None) -> list[str]:
    """The names of all workouts."""
    return layers.names(layers.layers(folder), "workouts")


def program_names(folder: Path | None = None) -> list[str]:
    """The names of all programs."""
    return layers.names(layers.layers(folder), "programs")


def program_faults(folder: Path | None = None) -> list[Fault]:
    """The faults of all programs."""
    return _faults_of("programs", programs.read, folder)


def program(
    name: str, exercises: Iterable[Exercise], folder: Path | None = None
) -> tuple[Program, Document] | None:
    """The program `name` and its file; None if it has faults or needs other than these
    `exercises`."""
    known = {exercise.id: exercise for exercise in exercises}
    folders = layers.layers(folder)
    file = f"programs/{name}.toml"
    found = layers.find(folders, file)
    if not name or found is None:
        return None
    try:
        held = [exercise.id for exercise in known.values() if exercise.held]
        document = Document.read(found, file)
        read = programs.read(document, list(known), held)
    except ConfigError:
        return None
    return programs.program(read, name, known), document


def workout_faults(folder: Path | None = None) -> list[Fault]:
    """The faults of all workouts."""
    return _faults_of("workouts", workouts.read, folder)


def _faults_of(
    kind: str,
    read: Callable[[Document, list[str], Collection[str]], object],
    folder: Path | None,
) -> list[Fault]:
    """The faults of all files in the folder `kind`. `read` is given a file, the names of all
    exercises, and those that are held."""
    folders = layers.layers(folder)
    exercises = layers.names(folders, "exercises")
    faults: list[Fault] = []
    for name in layers.names(folders, kind):
        file = f"{kind}/{name}.toml"
        try:
            document = Document.read(layers.find(folders, file) or folders[0], file)
            read(document, exercises, _held(folders, exercises))
        except ConfigError as error:
            faults += error.faults
    return faults


def files_nobody_reads(folder: Path | None = None) -> list[Fault]:
    """The lifter's files that look like ours but are not read."""
    return stray(layers.layers(folder))


def _shipped_decoys(name: str) -> Sequence[str]:
    """The decoys of the command file `name`, as shipped."""
    folder = layers.shipped()
    if not (folder / name).is_file():
        return ()
    decoys: Sequence[str] = Document.read(folder, name).data.get("decoys", ())
    return decoys


def _held(folders: tuple[Path, ...], exercises: Iterable[str]) -> list[str]:
    """The `exercises` that are holds; unreadable ones are skipped."""
    held = []
    for name in exercises:
        file = f"exercises/{name}.toml"
        with suppress(ConfigError):
            if "hold" in Document.read(layers.find(folders, file) or folders[0], file).data:
                held.append(name)
    return held


def plan(name: str, exercises: Iterable[Exercise], folder: Path | None = None) -> Workout | None:
    """The workout `name`; None if it has faults or needs other than these `exercises`."""
    known = {exercise.id: exercise for exercise in exercises}
    folders = layers.layers(folder)
    file = f"workouts/{name}.toml"
    found = layers.find(folders, file)
    if not name or found is None:
        return None
    try:
        held = [exercise.id for exercise in known.values() if exercise.held]
        read = workouts.read(Document.read(found, file), list(known), held)
    except ConfigError:
        return None
    return workouts.workout(read, name, known)


def languages(folder: Path | None = None) -> list[str]:
    """The codes of the languages with commands."""
    return layers.languages(layers.layers(folder), "commands")


class _Loading:
    """One reading of the files. Faults are collected until everything has been checked."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._faults: list[Fault] = []
        self._warnings: list[str] = []
        self._placed: list[Fault] = []
        self._files = Files(folders)
        self._coached = Coached(self._files)
        if not folders[0].is_dir() and len(folders) > len(layers.layers()):
            self._faults.append(Fault("", 0, "", f"there is no folder {folders[0]}"))
        for folder, name, wanted in layers.misplaced(folders):
            message = f"nothing reads this file here; it belongs in {wanted}"
            self._faults.append(Fault(name, 0, "", message, folder))

    def settings(self) -> Settings:
        found = self._tried(self._settings_document)
        settings = self._tried(lambda: validated(Settings, found)) if found else None
        if settings is None or self._faults:
            raise ConfigError(self._faults)
        return settings

    def exercises(self) -> list[Exercise]:
        settings = self.settings()
        words = self._tried(lambda: self._coached.messages(self._spoken(settings.coach.language)))
        if words is None:
            raise ConfigError(self._faults)
        every = layers.names(self._folders, "exercises")
        return self._plans(every, words, settings.sound.tick, set())

    def config(
        self,
        language: str | None,
        exercise: str | None,
        offer: bool,
        strict: bool,
        workout: str | None,
        program: str | None = None,
    ) -> Config:
        found = self._tried(self._settings_document)
        settings = self._tried(lambda: validated(Settings, found)) if found else None
        # Even if the settings have faults, the files that they name are checked.
        chosen_language = self._chosen("language", language, found)
        planned = self._tried(lambda: self._workout(workout)) if workout is not None else None
        named = [each.exercise for each in planned.exercise] if planned is not None else []
        followed = self._tried(lambda: self._program(program)) if program is not None else None
        if followed is not None:
            trained = (each.exercise for day in followed.day for each in day.exercise)
            named = [*dict.fromkeys(trained)]
        chosen_exercise = self._chosen("exercise", named[0] if named else exercise, found)
        spoken = self._spoken(chosen_language or FALLBACK)
        words = self._tried(lambda: self._coached.messages(spoken))
        wanted = named or ([chosen_exercise] if chosen_exercise else [])
        if offer:
            every = layers.names(self._folders, "exercises")
            wanted += [name for name in every if name not in wanted]
        tick = settings.sound.tick if settings else True
        plans = self._plans(wanted, words, tick, set(wanted) if strict else set(named))
        names = self._names(plans) if offer or named else {}
        commands = (
            self._tried(lambda: self._commands(chosen_language, names)) if chosen_language else None
        )
        for fault in stray(self._folders):
            self._warnings.append(f"{fault.folder}/{fault}")
        untranslated = (*(words.untranslated if words else ()), *self._coached.untranslated)
        self._tell_of(untranslated, spoken, chosen_language)
        if self._faults or not (settings and plans and commands and words and chosen_language):
            raise ConfigError(self._faults)
        phrases = commands.phrases
        self._understood(settings, found, phrases, chosen_language)
        sayable = _exercises(phrases)
        offered = tuple(plan for plan in plans if plan.id in sayable or plan.id in named)
        self._beside(offered or plans[:1], phrases, bool(settings.listening.loudspeaker))
        return Config(
            settings,
            (*offered, *plans)[0],
            phrases,
            chosen_language,
            spoken,
            offered,
            workouts.workout(planned, workout, {plan.id: plan for plan in plans})
            if planned is not None and workout is not None
            else None,
            tuple(self._warnings),
            tuple(self._placed),
            commands,
            words.enrol,
            self._files.documents,
            untranslated,
            programs.program(followed, program, {plan.id: plan for plan in plans})
            if followed is not None and program is not None
            else None,
        )

    def _plans(
        self,
        wanted: list[str],
        words: messages.Messages | None,
        tick: bool,
        needed: set[str],
    ) -> list[Exercise]:
        """The valid exercises. The others add faults if they are `needed`, and otherwise warnings,
        if some are valid."""
        plans = []
        faults: list[Fault] = []
        for name in wanted:
            try:
                script = self._coached.script(name)
                if words:
                    plans.append(self._coached.exercise(name, script, words, tick))
            except ConfigError as error:
                if name in needed:
                    self._faults += error.faults
                else:
                    faults += error.faults
        if plans:
            self._warnings += [f"{fault}; the exercise is left out" for fault in sorted(faults)]
        else:
            self._faults += faults
        return plans

    def _names(self, plans: list[Exercise]) -> dict[str, str]:
        """Exercise ids by name; each name belongs to one exercise."""
        names: dict[str, str] = {}
        taken: dict[str, Exercise] = {}
        for plan in plans:
            for called in (plan.name, *plan.called):
                if not normal(called):
                    self._warn_of(
                        plan,
                        ("name" if called == plan.name else "called",),
                        f'"{called}" is no name for an exercise: it has no word that can be said',
                    )
                    continue
                other = taken.setdefault(normal(called), plan)
                if other is plan:
                    names.setdefault(called, plan.id)
                    continue
                self._warn_of(
                    plan,
                    ("name" if called == plan.name else "called",),
                    f'"{called}" is exercises/{other.id}.toml already; '
                    "give it a name of its own to choose it by voice",
                )
                if called == plan.name:
                    break
        return names

    def _tried(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ConfigError as error:
            self._faults += error.faults
            return None

    def _settings_document(self) -> Document:
        """The settings, merged from all layers."""
        held = [folder for folder in self._folders if (folder / layers.SETTINGS).is_file()]
        whole = Document.read(held[-1], layers.SETTINGS)
        for folder in reversed(held[:-1]):
            whole = Document.read(folder, layers.SETTINGS).over(whole)
        return whole

    def _chosen(self, what: str, asked: str | None, settings: Document | None) -> str | None:
        """The exercise or language to use; None if it is unknown."""
        coach = settings.data.get("coach") if settings is not None else None
        configured = coach.get(what) if isinstance(coach, dict) else None
        name = asked if asked is not None else configured
        if not isinstance(name, str):
            return None
        known = (
            layers.names(self._folders, "exercises")
            if what == "exercise"
            else layers.languages(self._folders, "commands")
        )
        if name in known:
            return name
        hint = nearest(name, known) or ";"
        message = f"no {what} {quoted(name)}{hint} there are: {listed(known)}"
        if what == "exercise":
            message += meant_for(self._folders, name)
        if asked is None and settings is not None:
            self._faults.append(settings.fault(("coach", what), message))
        else:
            self._faults.append(Fault("", 0, "", message))
        return None

    def _commands(self, language: str, exercises: Mapping[str, str]) -> grammar.Commands:
        name = layers.of_language(language, "commands")
        document = self._files.joined(name)
        commands = grammar.read(document, language, exercises, _shipped_decoys(name))
        self._warnings += commands.warnings
        if not numerals.known(language):
            self._warnings.append(
                f'numbers can\'t be put into words in "{language}": commands take digits only'
            )
        return commands

    def _workout(self, name: str) -> workouts.WorkoutFile:
        known = layers.names(self._folders, "workouts")
        if name not in known:
            hint = nearest(name, known) or ";"
            message = f"no workout {quoted(name)}{hint} there are: {listed(known)}"
            raise ConfigError([Fault("", 0, "", message)])
        document = self._files.read(f"workouts/{name}.toml")
        exercises = layers.names(self._folders, "exercises")
        return workouts.read(document, exercises, _held(self._folders, exercises))

    def _program(self, name: str) -> programs.ProgramFile:
        known = layers.names(self._folders, "programs")
        if name not in known:
            hint = nearest(name, known) or ";"
            message = f"no program {quoted(name)}{hint} there are: {listed(known)}"
            raise ConfigError([Fault("", 0, "", message)])
        document = self._files.read(f"programs/{name}.toml")
        exercises = layers.names(self._folders, "exercises")
        return programs.read(document, exercises, _held(self._folders, exercises))

    def _understood(
        self, settings: Settings, found: Document | None, phrases: PhraseTable, language: str
    ) -> None:
        """Raises ConfigError if a button says what is no command, or what no button may say."""
        for button, chosen in settings.buttons.chosen().items():
            for state, phrase in chosen.items():
                command = phrases.parse(phrase)
                # In another language for once, the button says nothing; see `Presses`.
                if not phrase or found is None or language != settings.coach.language:
                    continue
                if command is None:
                    hint = nearest(normal(phrase), phrases.phrases) or ";"
                    wrong = f'no command {quoted(phrase)}{hint} write one, or "" for nothing'
                elif command.intent in URGENT:
                    wrong = (
                        f"{quoted(phrase)} is a word, not a button, which may be out of reach "
                        "or lost: say it"
                    )
                else:
                    continue
                path = ("buttons", button.value, state.value.replace("-", "_"))
                self._faults.append(found.fault(path, wrong))
        if self._faults:
            raise ConfigError(self._faults)

    def _spoken(self, language: str) -> str:
        if language in layers.languages(self._folders, "messages"):
            return language
        self._warnings.append(
            f"there is no {layers.of_language(language, 'messages')}: the coach speaks English "
            f"({layers.of_language(FALLBACK, 'messages')})"
        )
        return FALLBACK

    def _tell_of(self, untranslated: Sequence[Fault], spoken: str, language: str | None) -> None:
        if untranslated:
            count = len(untranslated)
            what = "1 text is" if count == 1 else f"{count} texts are"
            self._warnings.append(
                f'{what} not translated into "{spoken}"; '
                f"`voicecoach check --language {language}` lists {'it' if count == 1 else 'them'}"
            )

    def _beside(self, plans: Iterable[Exercise], phrases: PhraseTable, loudspeaker: bool) -> None:
        """Warn about conflicts between exercises and commands that are each valid."""
        variations = _variations(phrases)
        urgent = [f" {p} " for p, command in phrases.phrases.items() if command.intent in URGENT]
        for plan in plans:
            self._unreachable(plan, variations)
            if loudspeaker:
                self._stopping(plan, urgent)

    def _unreachable(self, plan: Exercise, asked: frozenset[str]) -> None:
        """Warn about variations that no command asks for."""
        for variation in plan.variations:
            if asked and variation not in asked:
                self._warn_of(
                    plan,
                    ("variations", variation),
                    f'no command says "{variation}"; the list "variation" of the command file '
                    f"has: {listed(sorted(asked))}",
                )

    def _stopping(self, plan: Exercise, urgent: Sequence[str]) -> None:
        """Warn about cues that contain a word of `urgent`, which ends the set if a loudspeaker
        says it. The words in `urgent` have spaces around them."""
        said = [
            (("openers", phase.value), opener.wording) for phase, opener in plan.openers.items()
        ]
        said += [(("cue", cue.id), cue.wording) for cue in plan.cues]
        for where, wording in said:
            for text in (*wording.full, *wording.short):
                whole = f" {normal(text)} "
                word = next((p.strip() for p in urgent if p in whole), None)
                if word is not None:
                    self._warn_of(
                        plan,
                        where,
                        f'"{text}" holds the command "{word}", which from a loudspeaker ends the '
                        "set; reword it",
                    )

    def _warn_of(self, plan: Exercise, where: tuple[str, ...], message: str) -> None:
        """Warn about what an exercise has at `where`, in its script or in its translation."""
        read = self._files.documents
        script = f"exercises/{plan.id}.toml"
        files = [*(each for each in read if each.endswith(f"/{script}")), script]
        found = [(read[each], read[each].path_to(where)) for each in files]
        document, path = next((each for each in found if each[1] is not None), found[-1])
        fault = document.fault(path if path is not None else where, message)
        self._placed.append(fault)
        self._warnings.append(str(fault))


def _exercises(phrases: PhraseTable) -> set[object]:
    """The ids of exercises that a command asks for."""
    named = (c for c in phrases.phrases.values() if c.intent is Intent.EXERCISE)
    return {dict(command.slots).get("exercise") for command in named}


def _variations(phrases: PhraseTable) -> frozenset[str]:
    """The variations that a command asks for."""
    commands = (c for c in phrases.phrases.values() if c.intent is Intent.VARIATION)
    return frozenset(str(value) for command in commands for _, value in command.slots)
