"""Vega, the charting library. Its JavaScript is embedded in the report.

Why Vega: it draws SVG, so charts can use the page's own colours (dark, light, print), stay sharp
on paper, and keep text as text. It adds 0.9 MB to a file; plotly adds 4.8 MB and Bokeh 1.3 MB, and
both draw on canvas or in colours of their own. It comes from Vega's makers as one wheel without
dependencies (BSD), for Linux, macOS and Windows.
"""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from ... import private

PACKAGE = "vl-convert-python"


class NoChartsError(Exception):
    """A library for the report is not installed; the text says how to install it."""

    def __init__(self) -> None:
        super().__init__(
            "the report's charts need one more package: pip install 'voicecoach[report]'"
        )


def javascript(cache: Path) -> str:
    """JavaScript that defines `vega`, `vegaLite` and `vegaEmbed`.

    Bundling takes seconds, so the result is kept in the folder `cache`. Raises NoChartsError.
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
    with suppress(OSError):  # Without a cache, it is bundled again the next time.
        private.make_folder(cache)
        with open(partial, "w", encoding="utf-8", opener=private.opener) as file:
            file.write(text)
        partial.replace(kept)
    return text
