"""Makes the tables of platforms.md: `python docs/platforms.py [UV]`.

UV is the program of that name (`pip install uv`), which resolves for machines that it does not run
on. It asks the package index what there is today, so the tables hold for the day in them.
Run from the root of a checkout.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path("docs/platforms.md")
MARK = "<!-- below here, docs/platforms.py writes -->"
PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
EXTRAS = ("natural", "report", "speaker", "ko", "buttons")

MOONSHINE = "moonshine-voice"
SOURCE = ("srt",)
"""Pure Python that is published as source only; any machine builds it without a compiler."""


@dataclass(frozen=True, eq=False)
class Platform:
    name: str
    target: str
    """As uv calls it."""
    environment: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    """What its markers leave out; uv does not know the version of a system."""


def _macos(version: str) -> dict[str, str]:
    return {"MACOSX_DEPLOYMENT_TARGET": version}


PLATFORMS = (
    # glibc 2.36: Debian 12, and so Raspberry Pi OS "bookworm".
    Platform("Linux x86_64", "x86_64-manylinux_2_36"),
    Platform("Linux aarch64 (Raspberry Pi)", "aarch64-manylinux_2_36"),
    Platform("macOS 15, Apple silicon", "aarch64-apple-darwin", _macos("15.0")),
    Platform("macOS 14, Apple silicon", "aarch64-apple-darwin", _macos("14.0"), (MOONSHINE,)),
    Platform("macOS 15, Intel", "x86_64-apple-darwin", _macos("15.0")),
    Platform("Windows x64", "x86_64-pc-windows-msvc"),
    Platform("Windows on ARM", "aarch64-pc-windows-msvc"),
)

Wheels = dict[str, tuple[str, str]]
"""Package -> its version, and the tags of its wheel ("source" for none)."""


@dataclass
class Found:
    wheels: Wheels
    """Empty if it can't be installed."""
    why: str = ""
    missing: tuple[str, ...] = ()
    """The extras that can't be installed."""


def resolve(uv: str, where: Platform, python: str, *extras: str) -> tuple[Wheels, str]:
    """The wheels that an installer would take there, or none and why."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as overrides:
        never = (f"{name}; sys_platform == 'nowhere'\n" for name in where.without)
        overrides.writelines(never)
        overrides.flush()
        ran = subprocess.run(
            [
                *(uv, "pip", "compile", "-q", "pyproject.toml", "--format", "pylock.toml"),
                *("--python-version", python, "--python-platform", where.target),
                *("--only-binary", ":all:", "--override", overrides.name),
                *(word for name in SOURCE for word in ("--no-binary", name)),
                *(word for extra in extras for word in ("--extra", extra)),
            ],
            env=os.environ | where.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        return {}, ran.stderr
    locked = tomllib.loads(ran.stdout)["packages"]
    return {each["name"]: (each["version"], _tags(each)) for each in locked}, ""


def _tags(package: Mapping[str, object]) -> str:
    wheels = package.get("wheels")
    if not isinstance(wheels, list):
        return "source"
    # The most special one is what an installer takes, and the one listed for the target.
    names = [str(each.get("name") or each["url"]).rpartition("/")[2] for each in wheels]
    return " or ".join(sorted({"-".join(name[:-4].split("-")[-3:]) for name in names}))


def look(uv: str, where: Platform, python: str) -> Found:
    wheels, why = resolve(uv, where, python)
    if not wheels:
        return Found({}, why)
    if resolve(uv, where, python, *EXTRAS)[0]:
        return Found(wheels)
    missing = tuple(extra for extra in EXTRAS if not resolve(uv, where, python, extra)[0])
    return Found(wheels, missing=missing)


def in_the_way(why: str) -> str:
    """The package without a wheel, from what uv says."""
    for said in why.splitlines():
        before, found, _ = said.partition(" has no wheels with a matching")
        if found:
            return before.split()[-1].partition(">")[0].partition("=")[0]
    return "see uv"


def verdicts(found: Mapping[tuple[Platform, str], Found], pythons: Iterable[str]) -> Iterator[str]:
    """The table of what works where."""
    yield "| | " + " | ".join(f"Python {python}" for python in pythons) + " | hears English with |"
    yield "|---|" + "---|" * (len([*pythons]) + 1)
    for where in PLATFORMS:
        of = {python: found[where, python] for python in pythons}
        cells = [_verdict(each) for each in of.values()]
        some = next((each.wheels for each in of.values() if each.wheels), None)
        hears = "spotter and Moonshine" if some and MOONSHINE in some else "spotter"
        yield f"| {where.name} | {' | '.join(cells)} | {hears if some else '-'} |"


def _verdict(found: Found) -> str:
    if not found.wheels:
        return f"no: {in_the_way(found.why)} has no wheel"
    return f"yes, without `{'`, `'.join(found.missing)}`" if found.missing else "yes"


def named(found: Mapping[tuple[Platform, str], Found]) -> Iterator[str]:
    """Every wheel: those for any machine once, the others by platform."""
    anywhere: dict[str, set[str]] = defaultdict(set)
    special: dict[Platform, dict[str, dict[str, list[str]]]] = {}
    for (where, python), each in found.items():
        for name, (version, tags) in each.wheels.items():
            if tags.endswith("-none-any"):
                anywhere[name].add(version)
            else:
                rows = special.setdefault(where, defaultdict(lambda: defaultdict(list)))
                rows[name][f"{version} `{tags}`"].append(python)
    yield "Of pure Python, the same wheel everywhere:"
    yield ", ".join(f"{name} {' or '.join(sorted(anywhere[name]))}" for name in sorted(anywhere))
    for where, packages in special.items():
        yield f"\n### {where.name}\n"
        yield "| package | version and wheel | Python |"
        yield "|---|---|---|"
        for name, wheels in sorted(packages.items()):
            for wheel, pythons in wheels.items():
                yield f"| {name} | {wheel} | {', '.join(pythons)} |"


def main(uv: str = "uv") -> None:
    found = {(where, python): look(uv, where, python) for where in PLATFORMS for python in PYTHONS}
    pythons = [p for p in PYTHONS if any(found[where, p].wheels for where in PLATFORMS)]
    version = subprocess.run([uv, "--version"], capture_output=True, text=True, check=True).stdout
    made = f"Resolved on {datetime.date.today():%-d %B %Y} with uv {version.split()[1]}."
    next_one = [p for p in PYTHONS if p not in pythons][:1]
    if next_one:
        missing = in_the_way(found[PLATFORMS[0], next_one[0]].why)
        made += f" Python {next_one[0]} has to wait: {missing} has no wheel for it."
    kept = PAGE.read_text("utf-8").partition(MARK)[0]
    lines = [made, "", *verdicts(found, pythons), "", "## Every wheel", "", *named(found)]
    PAGE.write_text(f"{kept}{MARK}\n\n" + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
