"""Finds the installed models and makes the recogniser.

Nothing heavy is imported until an engine is needed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.core.decision import Thresholds

from .confidence import calibration

if TYPE_CHECKING:
    # `voicecoach --version` asks what there is, and needs no numpy for that.
    from .pronunciation import Elsewhere
    from .recogniser import Recogniser
    from .scoring import Scorer
    from .spotting import Spotting

ENGINES = ("auto", "spotter", "vosk", "moonshine")

EARS = "ears.onnx"
"""File name, in a folder of models, of the network that `acoustics` runs; `training/` makes it."""

SHIPPED_EARS = Path(__file__).parents[1] / "assets" / EARS
"""The network in the package: see training/MODEL_CARD.md."""

_ENGLISH = ("spotter", "moonshine")
"""Engines that hear only English, and need no model from the user."""

_VOSK_CALIBRATION = 1
"""Change this whenever `vosk.confidence` gives other figures for the same sound."""

_NAME = re.compile(r"vosk-model(?:-small)?-([a-z]{2})(?:-[a-z]{2})?(?:-.*)?")
"""Vosk's names for its models: vosk-model-small-en-us-0.15 is for `en`."""


class ModelMissingError(Exception):
    """There is nothing to listen with. The text says what to do about it."""


def find(language: str, folders: Iterable[Path]) -> Path | None:
    """The folder of a Vosk model for `language` (`en`, `ko`, ...), or None.

    Searches `folders` in order, then `VOSK_MODEL_PATH` (models or folders of models), then the
    installed package `vosk_model_<language>`.
    """
    for folder in folders:
        for model in _models_in(folder):
            if _language(model) == language:
                return model
    for folder in map(Path, filter(None, os.environ.get("VOSK_MODEL_PATH", "").split(os.pathsep))):
        # A model named outright was chosen, whatever it is called.
        if is_model(folder) and _language(folder) in (language, None):
            return folder
        for model in _models_in(folder):
            if _language(model) == language:
                return model
    return _packaged(language)


def present(folders: Iterable[Path]) -> Iterator[Path]:
    """The Vosk models of any language in the folders that `find` searches, each once, without
    packages."""
    seen = set()
    named = filter(None, os.environ.get("VOSK_MODEL_PATH", "").split(os.pathsep))
    for folder in (*folders, *map(Path, named)):
        for model in _models_in(folder):
            if model.resolve() not in seen:
                seen.add(model.resolve())
                yield model


def create(
    engine: str,
    language: str,
    folders: Sequence[Path] = (),
    bars: Thresholds | None = None,
    elsewhere: Elsewhere = lambda word: "",
    cache: Path | None = None,
) -> Recogniser:
    """The recogniser for `language`; `engine` is one of `ENGINES`.

    `auto` takes Vosk if it has a model; for English it is confirmed by Moonshine, if that is
    installed. Without a model it takes, for English, the spotter and Moonshine side by side, or the
    spotter alone if Moonshine is not installed. `bars`: the decision layer's thresholds; None: as
    shipped. `elsewhere` gives the IPA of an English word that the dictionary lacks. `cache`:
    a folder for what is worth remembering, so that the next start is faster. Raises
    ModelMissingError, with the remedy, if there is nothing to listen with, and ValueError for an
    engine that does not exist.
    """
    if engine not in ENGINES:
        raise ValueError(f'no engine "{engine}": {", ".join(ENGINES)} exist')
    bars = bars or Thresholds()
    if engine == "spotter" and language == "en":
        return spotter(folders, elsewhere, cache)
    model = find(language, folders) if engine not in _ENGLISH else None
    if model is not None:
        from .vosk import Vosk

        try:
            alone = Vosk(model)
        except Exception as fault:  # Vosk raises only this kind.
            raise ModelMissingError(
                f"{model} can't be loaded: see voicecoach models verify"
            ) from fault
        if not confirmed(engine, language, folders):
            return alone
        from .ensemble import CONFIRMED, Ensemble

        return Ensemble(alone, _moonshine(cache), CONFIRMED, bars)
    if engine == "vosk":
        raise ModelMissingError(f'no Vosk model for "{language}": {_remedy(language)}')
    if language != "en":
        if engine in _ENGLISH:
            raise ModelMissingError(
                f'{engine} hears English only, not "{language}": set engine to auto'
            )
        raise ModelMissingError(f'nothing to hear "{language}" with: {_remedy(language)}')
    if engine == "moonshine":
        return _moonshine(cache)
    return _english(folders, bars, elsewhere, cache)


def _english(
    folders: Sequence[Path], bars: Thresholds, elsewhere: Elsewhere, cache: Path | None
) -> Recogniser:
    """The best recogniser for English without a Vosk model."""
    if find_weights() is None:
        return spotter(folders, elsewhere, cache)
    from .ensemble import EITHER, Ensemble

    # Moonshine looks early less often here: what it misses so, the spotter finds a moment later.
    ours = spotter(folders, elsewhere, cache)
    return Ensemble(ours, _moonshine(cache, early=0.25), EITHER, bars)


def confirmed(engine: str, language: str, folders: Sequence[Path] = ()) -> bool:
    """Whether two engines listen and one confirms the other."""
    both = engine == "auto" and language == "en" and find_weights() is not None
    return both and find(language, folders) is not None


def _moonshine(cache: Path | None, early: float = 1.0) -> Recogniser:
    weights = find_weights()
    if weights is None:
        raise ModelMissingError(
            f"no Moonshine weights (moonshine-voice is missing) and no Vosk model: {_remedy('en')}"
        )
    from .moonshine import Moonshine

    _scorer(weights, cache)
    return Moonshine(weights, early)


def find_ears(folders: Iterable[Path]) -> Path | None:
    """The spotter's network: the user's own, else the package's; None if there is none."""
    own = (folder / EARS for folder in folders)
    return next((path for path in (*own, SHIPPED_EARS) if path.is_file()), None)


def spotter(
    folders: Iterable[Path],
    elsewhere: Elsewhere = lambda word: "",
    cache: Path | None = None,
    make: Callable[..., Spotting] | None = None,
) -> Spotting:
    """The recogniser that spots sounds and in doubt asks Moonshine, if that is installed.

    `make` stands in for `Spotting`. Raises ModelMissingError if there is no network.
    """
    ears = find_ears(folders)
    if ears is None:
        raise ModelMissingError(
            f"the spotter needs {EARS} in a folder of models: see training/README.md"
        )
    from .acoustics import Acoustics
    from .pronunciation import Pronunciations
    from .spotting import Spotting

    try:
        acoustics = Acoustics(ears)
    except Exception as fault:  # The file is at fault; onnxruntime raises many kinds.
        raise ModelMissingError(
            f"{ears} can't be loaded: take it away, or make it again (training/README.md)"
        ) from fault
    weights = find_weights()
    second = _scorer(weights, cache) if weights is not None else None
    return (make or Spotting)(acoustics, Pronunciations(elsewhere), second)


def _scorer(weights: Path, cache: Path | None) -> Scorer:
    """Moonshine's scorer, which remembers in `cache` what it measures."""
    from .scoring import scorer

    made = scorer(weights)
    if cache is not None:
        made.remember(cache)
    return made


def identity(engine: str, language: str, folders: Sequence[Path] = ()) -> str:
    """Describes what `create` would make: the engine, its model, and the calibration of its
    confidences. Figures of one identity mean nothing to another."""
    moonshine = f"moonshine, calibration {calibration()}"
    if engine == "spotter":
        return _spotter_identity(folders)
    model = find(language, folders) if engine not in _ENGLISH else None
    if model is not None:
        alone = f"vosk with {model.name}, calibration {_VOSK_CALIBRATION}"
        both = confirmed(engine, language, folders)
        return f"{alone}, confirmed by {moonshine}" if both else alone
    if engine == "moonshine" or language != "en":
        return moonshine
    both = find_weights() is not None
    return f"{_spotter_identity(folders)}{f', or {moonshine}' if both else ''}"


def _spotter_identity(folders: Sequence[Path]) -> str:
    ears = find_ears(folders)
    network = sha256(ears.read_bytes()).hexdigest()[:8] if ears is not None else "missing"
    return f"spotter, network {network}"


def find_weights() -> Path | None:
    """The folder with Moonshine's English weights, or None if they are not installed."""
    folder = _package("moonshine_voice")
    weights = folder / "assets" / "tiny-en" if folder else None
    return weights if weights and (weights / "tokenizer.bin").is_file() else None


def _models_in(folder: Path) -> Iterator[Path]:
    """`folder` itself if it is a model, then the models in it, newest name first."""
    if is_model(folder):
        yield folder
    elif folder.is_dir():
        yield from sorted(filter(is_model, folder.iterdir()), reverse=True)


def is_model(folder: Path) -> bool:
    """Whether `folder` looks like a Vosk model."""
    return any((folder / path).is_file() for path in ("am/final.mdl", "final.mdl"))


def _language(model: Path) -> str | None:
    """The language in a model's name; None if the name does not say."""
    name = _NAME.fullmatch(model.name)
    return name[1] if name else None


def _packaged(language: str) -> Path | None:
    folder = _package(f"vosk_model_{language}")
    return folder / "model" if folder and is_model(folder / "model") else None


def _package(name: str) -> Path | None:
    """The folder of an installed package. The package is not imported."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _remedy(language: str) -> str:
    return f"run voicecoach models get {language}"
