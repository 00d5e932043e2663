"""Configuration: TOML files -> the plan, the phrases and the settings of a session.

    config = load()                      # what the settings ask for
    config = load(exercise="leg-press", language="en", folder=Path("my-scripts"))

Strict: an unknown key, a wrong type, a value out of range or an invalid template is a fault.
`ConfigError` carries all faults of all files, each with its file, line, key and remedy.
"""

from __future__ import annotations

from .faults import ConfigError, Fault
from .load import (
    Config,
    exercise_names,
    files_nobody_reads,
    languages,
    load,
    load_exercises,
    load_settings,
    plan,
    program,
    program_faults,
    program_names,
    workout_faults,
    workout_names,
)
from .settings import Settings

__all__ = [
    "Config",
    "ConfigError",
    "Fault",
    "Settings",
    "exercise_names",
    "files_nobody_reads",
    "languages",
    "load",
    "load_exercises",
    "load_settings",
    "plan",
    "program",
    "program_faults",
    "program_names",
    "workout_faults",
    "workout_names",
]
