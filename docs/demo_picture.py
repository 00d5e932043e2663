"""Makes docs/demo.svg, the picture in the README: `python docs/demo_picture.py`.

It is what `voicecoach demo` prints, without the middle of the set.
"""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from rich.text import Text

from voicecoach.audio import wav
from voicecoach.cli.assembly import make_workout_loop
from voicecoach.cli.demo import RECORDING
from voicecoach.cli.options import Asked
from voicecoach.cli.printing import STYLES
from voicecoach.cli.simulate import run

SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>One set as voicecoach prints it: times, phases, what the coach and the lifter say</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#0c0c0c"/>
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""


def main() -> None:
    microphone, _ = wav.read(RECORDING)
    loop = make_workout_loop("leg-press", Asked(engine="moonshine", voice="pyttsx3", language="en"))
    lines = run(loop, microphone, None, None, None)
    first = next(n for n, line in enumerate(lines) if line.who == "4 lower")
    last = next(n for n, line in enumerate(lines) if line.text == '"pause"')
    console = Console(record=True, width=96, file=io.StringIO())
    for line in lines[:first]:
        console.print(Text(str(line), style=STYLES[line.style]))
    console.print(Text("     ...", style="dim"))
    for line in lines[last - 2 :]:
        console.print(Text(str(line), style=STYLES[line.style]))
    Path("docs/demo.svg").write_text(console.export_svg(code_format=SVG))


if __name__ == "__main__":
    main()
