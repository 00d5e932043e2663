"""The exercises as they are coached in one language: scripts, translations and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from voicecoach.core.plan import Exercise

from . import exercise as scripts
from . import layers
from . import translation as translations
from .document import Document
from .faults import ConfigError, Fault, listed, nearest
from .messages import Messages
from .messages import read as read_messages

FALLBACK = "en"
"""The language of the messages if a language has none of its own."""


class Files:
    """The files of a configuration, each read once."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        """Raises nothing; `folders` are those of `layers.layers`."""
        self.folders = folders
        self._read: dict[str, Document] = {}

    @property
    def documents(self) -> Mapping[str, Document]:
        """What was read so far, by file name; merged, if several folders have a part."""
        return self._read

    def read(self, name: str) -> Document:
        """The file `name` from the top folder that has it. Raises ConfigError."""
        folder = layers.find(self.folders, name)
        document = Document.read(folder if folder is not None else layers.shipped(), name)
        self._read[name] = document
        return document

    def joined(self, name: str) -> Document:
        """The file `name`, merged key by key from all folders; the top one wins.

        Raises ConfigError with the faults of all of them.
        """
        held = [folder for folder in self.folders if (folder / name).is_file()]
        documents: list[Document] = []
        faults: list[Fault] = []
        for n, folder in enumerate(held or [layers.shipped()]):
            # Faults show lower files with their full path: the short name is the top one's.
            try:
                documents.append(Document.read(folder, str(folder / name) if n else name))
            except ConfigError as error:
                faults += error.faults
        if faults:
            raise ConfigError(faults)
        whole = documents.pop()
        for document in reversed(documents):
            whole = document.over(whole, 2)
        self._read[name] = whole
        return whole


class Coached:
    """Reads what the coach says. Texts without a translation are collected in `untranslated`."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._messages: dict[str, Messages] = {}
        self.untranslated: list[Fault] = []

    def messages(self, language: str) -> Messages:
        """What the coach says in `language`, with English for what its files leave out.

        Raises ConfigError.
        """
        if language not in self._messages:
            document = self._files.joined(layers.of_language(language, "messages"))
            english = self._files.joined(layers.of_language(FALLBACK, "messages"))
            below = english if language != FALLBACK else None
            self._messages[language] = read_messages(document, language, below)
        return self._messages[language]

    def script(self, name: str) -> scripts.Script:
        """The cue script of an exercise. Raises ConfigError."""
        file = _script_file(name)
        document = self._files.read(file)
        below = layers.shipped()
        replaced = None
        if layers.find(self._files.folders, file) != below and (below / file).is_file():
            replaced = Document.read(below, file)
        return scripts.read(document, replaced)

    def exercise(self, name: str, script: scripts.Script, words: Messages, tick: bool) -> Exercise:
        """An exercise, with the texts that are translated into the language of `words`.

        Raises ConfigError.
        """
        own = self.messages(self._written_in(script))
        translation = self._translation(name, script, words.code)
        lines = translations.lines(translation, script, words, own)
        if translation is not None:
            if words is not own:
                self.untranslated += translations.untranslated(translation, script.file)
            script = replace(script, file=translation.laid_over(script.file))
        elif words is not own:
            message = f'there is no such file: the texts of the exercise stay in "{own.code}"'
            self.untranslated.append(Fault(translation_file(name, words.code), 0, "", message))
        return script.exercise(name, words.language, lines, tick)

    def _written_in(self, script: scripts.Script) -> str:
        known = layers.languages(self._files.folders, "messages")
        code = script.file.language
        if code in known:
            return code
        hint = nearest(code, known) or ";"
        message = f'no language "{code}"{hint} there are: {listed(known)}'
        raise ConfigError([script.document.fault(("language",), message)])

    def _translation(
        self, name: str, script: scripts.Script, language: str
    ) -> translations.Translation | None:
        file = translation_file(name, language)
        if layers.find(self._files.folders, file) is None:
            return None
        return translations.read(self._files.read(file), script.file, _script_file(name))


def translation_file(exercise: str, language: str) -> str:
    """The file with an exercise's texts in another language."""
    return layers.of_language(language, f"exercises/{exercise}")


def _script_file(exercise: str) -> str:
    return f"exercises/{exercise}.toml"
