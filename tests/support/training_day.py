"""A day of a program with all shapes of training, for several tests: its files, and its words."""

from __future__ import annotations

import re
from pathlib import Path

from voicecoach.config.layers import shipped

SETTINGS = """
[listening]
loudspeaker = false
[warm_up]
steps = [[0, 1], [60, 1]]
rest = 15
"""

PROGRAM = """
name = "Short"
[progress]
rule = "linear"
left = 1
[start]
leg-press = "75 kg"
leg-curl = "20 kg"
leg-extension = "30 kg"
[[day]]
name = "Legs"
[[day.exercise]]
exercise = "leg-press"
[[day.exercise.set]]
times = 2
reps = 2
[[day.exercise]]
exercise = "leg-curl"
[[day.exercise.set]]
times = 3
reps = 2
[[day.exercise]]
exercise = "leg-extension"
[[day.exercise.set]]
times = 3
reps = 2
[[day]]
name = "Press"
[[day.exercise]]
exercise = "leg-press"
[[day.exercise.set]]
times = 2
reps = 2
[[week]]
"""

SLED = 'sled = "40 kg"\nplates = ["20 kg", "10 kg", "5 kg", "2.5 kg"]'
STACK = 'stack = { from = "5 kg", to = "100 kg", step = "5 kg" }'
LOADED = {"leg-press": SLED, "leg-curl": STACK, "leg-extension": STACK}

SAID = [
    (15.8, "what's today", "today"),
    (21.6, "one plate a side", "plates"),
    (26.3, "warm me up to eighty", "warm_up"),
    (41.1, "ready", "ready"),
    (43.4, "start set", "start"),
    (52.9, "locked", "locked"),
    (63.0, "skip rest", "skip_rest"),
    (70.9, "ready", "ready"),
    (73.2, "start set", "start"),
    (82.7, "locked", "locked"),
    (89.0, "skip rest", "skip_rest"),
    (97.2, "ready", "ready"),
    (99.5, "start set", "start"),
    (112.1, "locked", "locked"),
    (117.0, "two left", "left"),
    (119.7, "last set was three", "log"),
    (123.4, "drop set", "drop"),
    (132.7, "fifty five kilos", "weight"),
    (138.5, "make that fifty", "correct"),
    (143.0, "ready", "ready"),
    (145.3, "start set", "start"),
    (157.9, "locked", "locked"),
    (164.1, "skip rest", "skip_rest"),
    (172.3, "ready", "ready"),
    (174.6, "start set", "start"),
    (179.1, "breather", "breather"),
    (190.1, "go on", "go"),
    (197.7, "locked", "locked"),
    (202.5, "that was max", "left"),
    (205.7, "scrap that", "undo"),
    (208.3, "two in reserve", "rpe"),
    (220.1, "superset leg curl and leg extension", "superset"),
    (236.3, "ready", "ready"),
    (239.6, "start set", "start"),
    (252.6, "locked", "locked"),
    (259.1, "one left", "left"),
    (280.4, "ready", "ready"),
    (283.7, "start set", "start"),
    (296.7, "locked", "locked"),
    (301.6, "hard", "rpe"),
    (304.2, "pin five", "pin"),
    (310.4, "skip rest", "skip_rest"),
    # From now on the lifter does not wait for the end of the gate's question.
    (312.6, "ready", "ready"),
    (314.0, "start set", "start"),
    (324.3, "locked", "locked"),
    (330.7, "nothing left", "left"),
    (343.1, "ready", "ready"),
    (344.5, "start set", "start"),
    (354.7, "locked", "locked"),
    (359.5, "two left", "left"),
    (362.2, "skip rest", "skip_rest"),
    (364.5, "ready", "ready"),
    (366.0, "start set", "start"),
    (376.0, "locked", "locked"),
    (382.5, "that was easy", "rpe"),
    (401.9, "ready", "ready"),
    (403.4, "start set", "start"),
    (413.4, "locked", "locked"),
    (417.5, "one left", "left"),
]
"""Seconds, what the lifter says, and its meaning to the coach."""

LASTS = 430.0
"""Seconds of the recording."""

DONE = [
    ("leg-press", "warm-up", "40", 1, None, None),
    ("leg-press", "warm-up", "50", 1, None, None),
    ("leg-press", "work", "80", 3, "8", None),
    ("leg-press", "drop", "50", 2, None, None),
    ("leg-press", "work", "80", 2, "8", None),
    ("leg-curl", "work", "20", 2, "9", 1),
    ("leg-extension", "work", "30", 2, "9", 1),
    ("leg-curl", "work", "25", 2, "10", 2),
    ("leg-extension", "work", "30", 2, "8", 2),
    ("leg-curl", "work", "25", 2, "6", 3),
    ("leg-extension", "work", "30", 2, "9", 3),
]
"""What the lifter means: exercise, kind, weight in kg, reps, RPE, round of the superset."""


def configured(folder: Path) -> Path:
    """A --config folder for it."""
    for each in ("exercises", "programs"):
        (folder / each).mkdir()
    for name in LOADED:
        (folder / "exercises" / f"{name}.toml").write_text(_quick(name), encoding="utf-8")
    (folder / "programs" / "short.toml").write_text(PROGRAM, encoding="utf-8")
    (folder / "voicecoach.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def _quick(name: str) -> str:
    """The shipped file of an exercise, for short sets and rests, and with what can be loaded."""
    text = (shipped() / "exercises" / f"{name}.toml").read_text(encoding="utf-8")
    changes = {
        r"^tempo = .*$": 'tempo = "2-0-1-0"',
        r"^reps = 12\b.*$": "reps = 2\ncountdown = 2",
        r"^rest = 90\b.*$": "rest = 20",
        r"^countdown = 3\b.*\n": "",
        r"^\[progression\]": f"[weights]\n{LOADED[name]}\n\n[progression]",
    }
    for before, after in changes.items():
        text = re.sub(before, after, text, count=1, flags=re.MULTILINE)
    return text
