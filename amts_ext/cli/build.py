"""``amts build``: the book in other languages, by the tool that it is made with.

A folder with ``conf.py``, or with Jupyter Book's ``_config.yml`` and ``_toc.yml``, is built by
Sphinx. One with ``myst.yml`` is written in other languages, and built by mystmd or Jupyter Book 2.
Any other is built by d2lbook, without d2lbook's own script.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

HELP = "Build the book in other languages."


def run(words: Sequence[str]) -> int:
    """Run the build that fits the current folder; it reads the command line ``words`` itself."""
    from amts_ext.project import MYST
    from amts_ext.sphinx_ext.project import SphinxProject

    if project := SphinxProject.find(Path(), Path("config.ini")):
        from amts_ext.sphinx_ext.build import build as build_sphinx

        return build_sphinx(words, project)
    if (Path() / MYST).is_file():
        from amts_ext.sphinx_ext.mystmd.build import build as build_myst

        return build_myst(words, Path())
    from amts_ext.d2lbook_ext.build import build

    return build(words)
