"""How Sphinx makes the guide: `sphinx-build -W -n docs build/guide`.

Strict (a link that leads nowhere ends it) and offline (no page asks for anything elsewhere).
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import reference_pages  # noqa: E402  # it lies beside this file

reference_pages.main()

project = "voicecoach"
copyright = "The voicecoach authors, Apache-2.0"  # its name in Sphinx
extensions = ["myst_parser"]
exclude_patterns = ["*.py"]
myst_heading_anchors = 4
"""Levels of headings that can be linked to, as on a page of a repository."""

html_theme = "furo"
html_title = "voicecoach: the script author's guide"
html_show_sourcelink = False
html_copy_source = False
html_static_path = ["static"]
html_css_files = ["guide.css"]
pygments_style = "default"
pygments_dark_style = "monokai"
