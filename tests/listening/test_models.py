"""Which engine is chosen, and the message if there is none."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from voicecoach.listening import models
from voicecoach.listening.models import ModelMissingError, create, find

EN = "vosk-model-small-en-us-0.15"


def model(folder: Path, name: str) -> Path:
    """A folder that looks like an unpacked model."""
    (folder / name / "am").mkdir(parents=True)
    (folder / name / "am" / "final.mdl").touch()
    return folder / name


@pytest.fixture(autouse=True)
def _no_model_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOSK_MODEL_PATH", raising=False)


def test_the_first_folder_with_a_model_of_the_language_wins(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    model(one, "vosk-model-small-de-0.15")
    wanted = model(two, EN)
    assert find("en", [tmp_path / "none", one, two]) == wanted
    model(one, "vosk-model-en-us-0.22")
    assert find("en", [one, two]) == one / "vosk-model-en-us-0.22"


def test_folders_come_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = model(tmp_path / "outside", EN)
    monkeypatch.setenv("VOSK_MODEL_PATH", str(outside))
    assert find("en", [tmp_path / "inside"]) == outside
    inside = model(tmp_path / "inside", EN)
    assert find("en", [tmp_path / "inside"]) == inside


def test_a_model_named_outright_is_taken_whatever_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOSK_MODEL_PATH", str(model(tmp_path, "mine")))
    assert find("en", []) == tmp_path / "mine"


def test_a_model_of_another_language_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOSK_MODEL_PATH", str(model(tmp_path, EN)))
    assert find("de", [tmp_path]) is None


def test_a_folder_that_is_no_model_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / EN).mkdir()
    assert find("en", [tmp_path]) is None


@pytest.mark.audio
def test_an_installed_model_package_is_found() -> None:
    found = find("ko", [])
    assert found is not None
    assert (found / "am" / "final.mdl").is_file()


@pytest.mark.audio
def test_auto_is_the_spotter_and_moonshine_if_english_has_no_vosk_model() -> None:
    assert create("auto", "en").name == "spotter and moonshine"
    assert create("moonshine", "en").name == "moonshine"
    assert create("spotter", "en").name == "spotter"


@pytest.mark.audio
def test_with_an_english_model_auto_is_vosk_confirmed_by_moonshine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No English model can be installed. Here only its presence matters.
    korean = find("ko", [])
    assert korean is not None
    (tmp_path / EN).symlink_to(korean, target_is_directory=True)

    assert create("auto", "en", [tmp_path]).name == "vosk and moonshine"
    assert models.confirmed("auto", "en", [tmp_path])
    for engine in ("vosk", "moonshine"):
        assert create(engine, "en", [tmp_path]).name == engine
        assert not models.confirmed(engine, "en", [tmp_path])
    assert create("auto", "ko").name == "vosk"
    monkeypatch.setattr(models, "find_weights", lambda: None)
    assert create("auto", "en", [tmp_path]).name == "vosk"


def test_an_engine_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="auto, spotter, vosk, moonshine"):
        create("sphinx", "en")


@pytest.mark.parametrize(
    ("engine", "language", "said"),
    [
        ("auto", "de", 'nothing to hear "de" with: run voicecoach models get de'),
        ("vosk", "de", 'no Vosk model for "de": run voicecoach models get de'),
        ("moonshine", "de", 'moonshine hears English only, not "de"'),
    ],
)
def test_a_missing_model_is_one_line_with_the_remedy(
    engine: str, language: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelMissingError, match=said) as raised:
        create(engine, language, [tmp_path])
    assert "\n" not in str(raised.value)


def test_without_moonshine_the_spotter_hears_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "find_weights", lambda: None)
    assert create("auto", "en").name == "spotter"
    assert re.fullmatch(r"spotter, network [0-9a-f]{8}", models.identity("auto", "en"))
    with pytest.raises(ModelMissingError, match="moonshine-voice is missing"):
        create("moonshine", "en")


def test_a_model_that_cannot_be_loaded_is_told_with_what_to_do(tmp_path: Path) -> None:
    broken = model(tmp_path, EN)
    with pytest.raises(
        ModelMissingError, match=r"can't be loaded: see voicecoach models verify"
    ) as told:
        create("auto", "en", [tmp_path])
    assert str(broken) in str(told.value)


def test_all_the_models_there_are_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    english, german = model(one, EN), model(two, "vosk-model-small-de-0.15")
    mine = model(tmp_path, "mine")
    monkeypatch.setenv("VOSK_MODEL_PATH", f"{mine}{os.pathsep}{one}")
    assert list(models.present([tmp_path / "none", one, two])) == [english, german, mine]


def test_the_spotter_needs_its_network_and_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelMissingError, match='spotter hears English only, not "ko"'):
        create("spotter", "ko", [tmp_path])
    shipped = models.identity("spotter", "en", [tmp_path])
    (tmp_path / "ears.onnx").write_bytes(b"no network")
    assert models.identity("spotter", "en", [tmp_path]) != shipped
    with pytest.raises(ModelMissingError, match=r"ears\.onnx can't be loaded"):
        create("spotter", "en", [tmp_path])
    weights = models.find_weights()
    assert weights is not None
    for network in sorted(weights.glob("*.ort")):  # Each is a network, but none hears sounds.
        shutil.copy(network, tmp_path / "ears.onnx")
        with pytest.raises(ModelMissingError, match=r"ears\.onnx can't be loaded"):
            create("spotter", "en", [tmp_path])
    monkeypatch.setattr(models, "SHIPPED_EARS", tmp_path / "gone.onnx")
    with pytest.raises(ModelMissingError, match=r"training/README\.md"):
        create("spotter", "en")
