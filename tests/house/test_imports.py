"""Imports run one way, one third-party library is used in one file, and no test needs another."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "voicecoach"
TESTS = Path(__file__).parents[1]

MAY_KNOW = {
    # part: the parts that it may import, besides itself; core modules are parts of their own
    "core.workout": set(),
    "core.language": set(),
    "core.loading": {"core.workout"},
    "core.warm_up": {"core.loading", "core.workout"},
    "core.plan": {"core.language", "core.loading", "core.workout"},
    "core.own_voice": {"core.plan"},
    "core.events": {"core.plan", "core.workout", "core.own_voice"},
    "core.strength": {"core.workout"},
    "core.effort": {"core.workout"},
    "core.steps": {"core.plan", "core.workout"},
    "core.program": {
        *("core.plan", "core.workout", "core.strength", "core.effort", "core.steps"),
    },
    "core.program_weeks": {"core.plan", "core.workout", "core.program"},
    "core.rehearsal": {"core.plan", "core.workout", "core.program", "core.effort"},
    "core.pacing": {"core.events", "core.plan"},
    "core.session": {
        *("core.events", "core.plan", "core.pacing", "core.workout", "core.strength"),
        *("core.warm_up", "core.effort", "core.steps"),
    },
    "core.hints": {
        *("core.events", "core.plan", "core.workout", "core.commands", "core.session"),
    },
    "core.buttons": {"core.events", "core.hints", "core.session"},
    "core.cues": {"core.events", "core.plan"},
    # How many reps can be told to be left is a matter of effort.
    "core.commands": {"core.events", "core.effort"},
    # A verdict needs the meaning of a text: decision reads the phrase table's type.
    "core.decision": {"core.events", "core.plan", "core.commands", "core.own_voice"},
    # A voice changes thresholds, and what would be missed depends on them.
    "core.profile": {"core.events", "core.commands", "core.decision", "core.own_voice"},
    "core.enrolment": {
        *("core.events", "core.plan", "core.pacing", "core.commands"),
        *("core.decision", "core.profile", "core.own_voice"),
    },
    "config": {"core", "given"},
    "listening": {"core", "given", "pcm", "private"},
    # What it installs must be what listening will find.
    "models": {"given", "listening.models"},
    "speaking": {"core", "pcm", "private"},
    "audio": {"core", "pcm"},
    # It compares what the files say, and is given the sound of it and what can be heard.
    "lint": {"core", "config", "preview"},
    "history": {"core", "given", "private"},
    "buttons": {"core.buttons"},
    "pcm": set(),
    "given": set(),
    "private": set(),
    "runtime": {
        *("core", "audio", "pcm", "private", "speaking.clips"),
        *("listening.recogniser", "listening.supervisor", "listening.worker"),
    },
    "preview": {
        *("core", "runtime", "pcm"),
        *("listening.scripted", "speaking.clips", "speaking.silent"),
    },
    "screen": {"core", "runtime.snapshot", "runtime.signals"},
    # It examines everything, so it knows the parts; `cli` makes them.
    "doctor": {"core", "audio", "config", "listening", "pcm", "private", "speaking"},
}

ANYWHERE = {"numpy"}
"""Not allowed in core, which uses the standard library alone."""


@cache
def modules(root: Path = PACKAGE) -> dict[str, Path]:
    return {
        ".".join(path.relative_to(root).with_suffix("").parts): path
        for path in sorted(root.rglob("*.py"))
    }


def imported(name: str, path: Path, root: Path = PACKAGE) -> set[str]:
    """Absolute names of everything that the module imports, anywhere in it."""
    found = set()
    package = [root.name, *name.split(".")[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            inside = {f"{module}.{alias.name}" for alias in node.names}
            known = {f"voicecoach.{each}" for each in modules()}
            found |= (inside & known) or {module}
    return found


def part(name: str) -> str:
    head, *rest = name.split(".")
    return ".".join([head, *rest[:1]]) if head == "core" else head


def allowed(importer: str, target: str) -> bool:
    rules = MAY_KNOW[part(importer)]
    return any(target == rule or target.startswith(f"{rule}.") for rule in rules)


def test_imports_run_one_way() -> None:
    wrong = []
    for name, path in modules().items():
        if part(name) in {"cli", "__init__", "core.__init__", "__main__"}:
            continue
        for target in imported(name, path):
            if not target.startswith("voicecoach."):
                continue
            inside = target.removeprefix("voicecoach.")
            same = part(inside) == part(name)
            if not same and not allowed(name, inside):
                wrong.append(f"{name} imports {inside}")
    assert not wrong


def test_every_permission_is_used() -> None:
    used = {
        (part(name), rule)
        for name, path in modules().items()
        for target in imported(name, path)
        for rule in MAY_KNOW.get(part(name), ())
        if target == f"voicecoach.{rule}" or target.startswith(f"voicecoach.{rule}.")
    }
    assert {(who, rule) for who, rules in MAY_KNOW.items() for rule in rules} - used == set()


def test_the_core_knows_the_standard_library_only() -> None:
    banned = {"time", "threading", "logging", "datetime", "asyncio", "random", "os", "pathlib"}
    for name, path in modules().items():
        if not name.startswith("core."):
            continue
        for target in imported(name, path):
            top = target.split(".")[0]
            assert top == "voicecoach" or top in sys.stdlib_module_names, (name, target)
            assert top not in banned, (name, target)


NETWORK = {"socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "socketserver", "xmlrpc"}


def test_the_network_is_in_one_file_and_no_session_knows_it() -> None:
    reaches = {
        name
        for name, path in modules().items()
        if any(
            target == each or target.startswith(f"{each}.")
            for target in imported(name, path)
            for each in NETWORK
        )
    }
    assert reaches == {"models.download"}
    # Only an explicit command downloads; the doctor shows what is available.
    knows = {
        name
        for name, path in modules().items()
        if any(target.startswith("voicecoach.models") for target in imported(name, path))
    }
    assert {name for name in knows if part(name) != "models"} == {
        *("cli.models", "cli.doctor"),
        *("cli.assembly", "cli.mistakes"),  # the folder's place, and what its faults look like
    }


def test_one_library_one_file() -> None:
    users = defaultdict(set)
    for name, path in modules().items():
        for target in imported(name, path):
            top = target.split(".")[0]
            if top not in {"voicecoach", *ANYWHERE, *sys.stdlib_module_names}:
                users[top].add(name)
    shared = {library: names for library, names in users.items() if len(names) > 1}
    # The command line and the configuration both ask where a user's files are; the configuration's
    # models use pydantic in several files.
    shared.pop("platformdirs", None)
    configuration = {name for name in modules() if part(name) == "config"}
    for library in ("pydantic", "pydantic_core"):
        assert shared.pop(library, set()) <= configuration
    # Each command of the command line declares its own options.
    assert shared.pop("click", set()) <= {name for name in modules() if part(name) == "cli"}
    assert not shared


def test_no_two_classes_have_one_name() -> None:
    homes = defaultdict(list)
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(name)
    assert {each: where for each, where in homes.items() if len(where) > 1} == {}


def test_what_several_tests_need_is_in_their_support() -> None:
    """A change to one test then changes no other, nor a benchmark or a picture."""
    users = [
        (root, name, path)
        for root in (TESTS, *(TESTS.parent / each for each in ("benchmarks", "docs", "training")))
        for name, path in modules(root).items()
    ]
    assert len({root for root, _, _ in users}) == 4
    wrong = [
        f"{root.name}.{name} imports {target}"
        for root, name, path in users
        for target in sorted(imported(name, path, root))
        if target.split(".")[0] == TESTS.name and target.split(".")[1:2] != ["support"]
    ]
    assert not wrong
