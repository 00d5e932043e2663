"""Every benchmark: its question, its command, how long it takes, and what it stands against.

`python -m benchmarks` runs them, and `CLAIMS` says which of them, or which test, stands behind each
figure in the documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Row = tuple[str, str, str]
"""What was measured, voicecoach's figure, and that of the obvious program ("" if there is none)."""


@dataclass(frozen=True)
class Benchmark:
    asks: str
    obvious: str
    """What it is compared with in the same run; "" for nothing."""
    full: str
    """The arguments. FOLDER stands for the folder of human speech."""
    minutes: float
    """What that takes on one quiet core."""
    rows: Callable[[Any], Iterator[Row]] | None = None
    """Makes rows of what `--json` wrote; None if nothing but a reader can judge the output."""
    quick: str | None = None
    """The arguments that take a minute or so; None if there are none."""
    module: str = ""
    """If it is not the benchmark's name."""


def _live(found: Any) -> Iterator[Row]:
    for load in ("idle", "loaded"):
        if load in found:
            ours, theirs = found[load]["voicecoach"], found[load]["obvious"]
            for what in ("median", "p95", "max"):
                if what in ours and what in theirs:
                    yield f"a phase off its second, {load}, {what}", _ms(ours), _ms(theirs)
    for word in ("stop", "done"):
        if word in found:
            told = found[word]
            yield f'"{word}" understood', f"{told['understood']} of {told['trials']}", ""


def _ms(value: object) -> str:
    return f"{value} ms"


def _demo(found: Any) -> Iterator[Row]:
    said = found["said"]
    for engine, what in (("auto", "as shipped"), ("spotter", "the spotter alone")):
        if engine in found:
            theirs = f"{len(found['moonshine'])} of {said}" if "moonshine" in found else ""
            yield f"commands of the demo obeyed, {what}", f"{len(found[engine])} of {said}", theirs


def _commands(found: Any) -> Iterator[Row]:
    def figures(engine: str) -> dict[tuple[str, str, Any], Any]:
        rows = found.get(engine, {}).get("rows", [])
        return {
            (row["part"], row["state"], row["snr"]): row for row in rows if row["noise"] == "all"
        }

    ours, theirs = figures("auto"), figures("moonshine")
    for key, row in ours.items():
        part, state, snr = key
        if not row["utterances"]:
            continue
        where = f"{part}, {state}, {'clean' if snr is None else f'{snr:g} dB of noise'}"
        for what in ("missed", "wrong"):
            of = f"{what}_per_100"
            told = f"{row[of]:g} of 100 (n {row['utterances']})"
            yield f"{what}, {where}", told, f"{theirs[key][of]:g} of 100" if key in theirs else ""


def _log(found: Any) -> Iterator[Row]:
    if kills := found.get("kills"):
        kept = kills["reps kept, all found again"]
        lost = kills["of them lost, if a set were written at its end"]
        yield f"finished reps lost in {kills['kills']} kills", f"0 of {kept}", f"{lost} of {kept}"
    for what, value in found.get("length", {}).items():
        if what.endswith(", ms"):
            yield f"{what.removesuffix(', ms')}, {found['length']['sets']} sets", f"{value} ms", ""


def _cues(found: Any) -> Iterator[Row]:
    cues = sum(row["cues"] for row in found)
    for what in ("full", "short", "moved", "dropped"):
        yield f"cues {what}", f"{100 * sum(row[what] for row in found) / cues:.1f} %", ""
    safety = sum(row["safety"] for row in found)
    yield "safety cues dropped", f"{sum(row['safety_dropped'] for row in found)} of {safety}", ""


def _workout(found: Any) -> Iterator[Row]:
    for each in found:
        yield "a workout by voice: phases missing", f"{each['phases missing']}", ""
        yield "lines missing in the earbuds", f"{len(each['lines missing'])}", ""
        yield "commands said again", f"{each['said again']}", ""


def _kills(found: Any) -> Iterator[Row]:
    for what in ("lost", "damaged", "wrong"):
        count = sum(bool(trial.get(what)) for trial in found)
        yield f"live kills, {what}", f"{count} of {len(found)}", ""


BENCHMARKS: Mapping[str, Benchmark] = {
    "demo": Benchmark(
        "How much of the demo is understood?",
        "Moonshine alone",
        "",
        2,
        _demo,
        quick="",
    ),
    "live": Benchmark(
        "How exactly is a set paced through a sound card, and how soon is it silent?",
        "pyttsx3 in a loop that sleeps",
        "--minutes 2 --trials 20",
        25,
        _live,
        quick="--minutes 0.5 --trials 3 --load idle",
    ),
    "log": Benchmark(
        "Does the log lose anything, and is it quick when it is long?",
        "a log that writes each set at its end",
        "--kills 200 --sets 100000",
        15,
        _log,
        quick="--kills 20 --sets 2000",
    ),
    "cues": Benchmark(
        "How much of each script is heard as written?", "", "", 3, _cues, quick="--voice pyttsx3"
    ),
    "commands": Benchmark(
        "How well are commands heard?",
        "Moonshine alone",
        "FOLDER --engine moonshine --engine auto --half held-out --every 4 --states rep,gate,rest "
        "--parts commands,talk --noise clean --noise 10 --noise 5",
        60,
        _commands,
        quick="--engine moonshine --engine auto --half held-out --every 12 --states rep "
        "--parts commands --noise clean --noise 10",
    ),
    "workout": Benchmark("Does a whole workout go by voice?", "", "", 3, _workout),
    "throughput": Benchmark("How much faster than real time is a set simulated?", "", "", 4),
    "kills": Benchmark("Does a kill lose anything, live?", "", "--times 200", 120, _kills),
    "injection": Benchmark(
        "Do the promises hold whatever fails?", "", "--seeds 2000", 20, quick="--seeds 60"
    ),
    "soak": Benchmark("Does anything grow over a long day?", "", "simulated --hours 8", 240),
    "small": Benchmark("Does a set go on a quarter of a core?", "", "", 10),
    "faults": Benchmark("How soon does the coach say that something fails?", "", "", 90),
    "talk": Benchmark("How often does talk give a command?", "", "TEXT --hours 3", 60),
    "crowd": Benchmark("Does a set go by voice in a crowd?", "", "FOLDER INTO", 6),
    "only_me": Benchmark("Whose command was it?", "", "FOLDER --noise 20", 30),
    "enrolment": Benchmark("Does it help to enrol?", "not enrolled", "FOLDER", 60),
    "echo": Benchmark(
        "Is the coach taken for the lifter, over a loudspeaker?", "no canceller", "", 60
    ),
    "confusability": Benchmark("Which words sound alike?", "", "--human FOLDER", 30),
    "asking": Benchmark("Are numbers logged in Korean?", "said once", "", 90),
    "korean": Benchmark(
        "How well are Korean commands heard?",
        "",
        "--language ko --engine vosk --parts commands --noise clean",
        60,
        module="commands",
    ),
    "fuzz": Benchmark("Is anything refused with a crash?", "", "", 40),
}

CLAIMS: Mapping[tuple[str, str], str] = {
    # (page, heading): the benchmarks or tests behind the figures of that part
    ("docs/architecture.md", "One clock"): "tests/runtime/test_live_session.py",
    ("docs/architecture.md", "A rep is planned before it begins"): "tests/core/test_cues.py",
    ("docs/architecture.md", "What always holds"): "tests/stories/test_invariants.py",
    ("docs/checking.md", "Time"): "tests/lint/test_planted_mistakes.py",
    ("docs/languages.md", "Korean"): "python -m benchmarks korean asking",
    ("docs/platforms.md", "Where it runs"): "python -m benchmarks demo",
    ("docs/privacy.md", "What is stored"): "tests/speaking/test_clips.py",
    ("docs/raspberry-pi.md", "What you need"): "python -m benchmarks commands",
    ("docs/recipes.md", "Another tempo"): "tests/lint/test_planted_mistakes.py",
    ("docs/training.md", "Your voice"): "python -m benchmarks only_me crowd",
}
