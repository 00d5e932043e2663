"""The charting library: Vega, whose JavaScript goes into the report whole.

Why this one: it draws SVG, so that colours can be the page's own (dark, light, print), a
chart stays sharp on paper, and text stays text; a file has 0.9 MB of it, where plotly's would
have 4.8 and Bokeh's 1.3, both on canvas or in colours of their own; and it comes in one wheel
without dependencies (BSD), by the makers of Vega, for Linux, macOS and Windows.
"""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import metadata
from pathlib import Path

PACKAGE = "vl-convert-python"


class NoChartsError(Exception):
    """What the report is made with is not installed; the text says how it is."""

    def __init__(self) -> None:
        super().__init__(
            "the report's charts need one package more: pip install 'voicecoach[report]'"
        )


def javascript(cache: Path) -> str:
    """What defines `vega`, `vegaLite` and `vegaEmbed` in a page.

    Bundling takes seconds, so it is kept in the folder `cache`. Raises NoChartsError.
    """
    try:
        kept = cache / f"vega-{metadata.version(PACKAGE)}.js"
        with suppress(OSError):
            return kept.read_text(encoding="utf-8")
        import vl_convert
    except (ImportError, metadata.PackageNotFoundError) as error:
        raise NoChartsError from error
    text = vl_convert.javascript_bundle(
        "window.vega = vega; window.vegaLite = vegaLite; window.vegaEmbed = vegaEmbed;"
    )
    if "</script" in text.casefold():
        raise AssertionError("the charting library can't stand in a page as it is")
    partial = kept.with_suffix(f".{os.getpid()}.part")
    with suppress(OSError):  # Without a cache it takes its time again.
        cache.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(kept)
    return text
