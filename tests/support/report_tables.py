"""What a report's page shows, without a browser."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path


def tables(page: Path) -> dict[str, list[list[str]]]:
    """The cells of each table of a report, by its caption."""

    def text(part: str) -> str:
        return unescape(re.sub("<[^>]*>", "", part))

    html = page.read_text(encoding="utf-8")
    return {
        text(caption): [
            [text(cell) for cell in re.findall("<td[^>]*>(.*?)</td>", row)]
            for row in re.findall("<tr>(.*?)</tr>", rows)
            if "<td" in row
        ]
        for caption, rows in re.findall(
            "<caption[^>]*>(.*?)</caption>(.*?)</table>", html, re.DOTALL
        )
    }
