"""Sphinx's configuration. Build: ``sphinx-build -W -b html docs docs/_build`` (extra ``docs``)."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from generated import outdated  # noqa: E402

import amts_ext  # noqa: E402

project = "AMTS"
author = "The AMTS contributors"
project_copyright = "2026, The AMTS contributors"
version = release = amts_ext.__version__
language = "en"

extensions = ["myst_parser"]
exclude_patterns = ["_build", "examples"]
myst_heading_anchors = 3

html_theme = "alabaster"
html_theme_options = {
    "description": "Your book, in other languages",
    "fixed_sidebar": True,
    "page_width": "80rem",
}

# The keys are defined in the code and shown here: a page that lags behind is an error.
if lagging := outdated(HERE, commands=False):
    raise RuntimeError(f"{', '.join(lagging)}: run `python docs/generated.py`")
