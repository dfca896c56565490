"""``amts build``: d2lbook's build with ``--lang``, without d2lbook's own script."""

from __future__ import annotations

from collections.abc import Sequence

HELP = "Build the book in other languages."


def run(words: Sequence[str]) -> int:
    """Run d2lbook's ``build``, which reads the command line ``words`` itself."""
    from amts_ext.d2lbook_ext.build import build

    return build(words)
