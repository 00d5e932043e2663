"""Makes the pictures of the report in docs/: `PYTHONPATH=. python docs/report_pictures.py`.

They are what headless Chromium shows of a report on half a year that was made up, and on the
set of `voicecoach demo`.
"""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from PIL import Image

from tests.support import headless_browser
from voicecoach.core.workout import SetKind, Unit, Weight
from voicecoach.history import report
from voicecoach.history.log import Log
from voicecoach.history.logged import LoggedSet, LoggedWorkout

DOCS = Path(__file__).parent
LAST = datetime(2026, 11, 20, 18, 0).astimezone()


def half_a_year() -> list[LoggedWorkout]:
    """Leg presses, twice a week: stronger, with weaker days."""
    chance = random.Random(5)
    workouts = []
    for nth in range(52):
        began = LAST - timedelta(days=3.5 * (51 - nth))
        strength = 80 + nth // 4 * Decimal("2.5") + chance.choice([0, 0, 0, -5, Decimal("2.5")])
        sets = []
        for n in range(4):
            reps = 12 if n == 0 else chance.randint(8, 12)
            planned = reps * 6.0
            sets.append(
                LoggedSet(
                    "leg-press",
                    began + timedelta(minutes=4 * n),
                    reps,
                    Weight(strength / 2 if n == 0 else strength, Unit.KG),
                    SetKind.WARM_UP if n == 0 else SetKind.WORK,
                    n + 1,
                    tension=planned + chance.uniform(-2, 9),
                    planned_tension=planned,
                    rest=90 + chance.uniform(-15, 45) if n else None,
                    planned_rest=90.0 if n else None,
                    key=f"{nth}|{n}",
                )
            )
        workouts.append(LoggedWorkout(began, tuple(sets), ended="over", key=str(nth)))
    return workouts


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        demo = (
            "demo",
            "--no-play",
            "--out",
            folder / "demo.wav",
            "--events",
            folder / "demo.jsonl",
        )
        start = "from voicecoach.cli import main; main()"
        subprocess.run([sys.executable, "-c", start, *demo], check=True, capture_output=True)
        with Log(folder / "log.sqlite", create=True) as log:
            log.add(half_a_year())
            sets = report.from_trace(folder / "demo.jsonl")
            names = {"leg-press": "Leg press"}
            text = report.write(log, names, LAST, folder / "cache", more=sets)
        html = folder / "report.html"
        html.write_text(text, encoding="utf-8")
        with headless_browser.opened(folder / "profile") as page:
            page.show(1000, 1000)
            page.open(html)
            shoot(page, "report", "body")
            page.show(390, 760, "dark")
            page.open(html)
            shoot(page, "report-set", "#set-0 figcaption")


def shoot(page: headless_browser.Page, name: str, where: str, below: int = 0) -> None:
    """From so many pixels `below` the top of the first element that fits `where`."""
    page.run("document.querySelectorAll('figure').forEach(draw)")
    page.wait_for("[...document.querySelectorAll('figure')].every(f => f.dataset.drawn)")
    page.run(f"document.querySelector('{where}').scrollIntoView()")
    page.run(f"scrollBy(0, {below})")
    picture = Image.open(io.BytesIO(page.picture())).convert("RGB")
    small = picture.quantize(48, dither=Image.Dither.NONE)
    small.save(DOCS / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
