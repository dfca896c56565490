r"""The head of a file in YAML, with the title, the description and the substitutions in it.

>>> text = "---\ntitle: The mean\nkernelspec:\n  name: python3\n---\nWords.\n"
>>> covered, is_broken = head_matter(text, ("title",))
>>> [text[o.start : o.end] for o in covered], is_broken
(['---', '\ntitle: ', '\nkernelspec:\n  name: python3\n---'], False)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from amts_ext.formats.myst.slices import divided
from amts_ext.formats.myst.yaml_prose import prose
from amts_ext.formats.overlays import Overlay

_HEAD = re.compile(
    r"---[ \t\r]*\n(?P<yaml>(?:(?!---[ \t\r]*(?:\n|\Z))[^\n]*\n)*)---(?=[ \t\r]*(?:\n|\Z))"
)


def head_matter(text: str, keys: Sequence[str]) -> tuple[list[Overlay], bool]:
    """Return what covers the head of a file, and True if it is no YAML; both empty without one."""
    head = _HEAD.match(text) if text.startswith("---") else None
    if head is None:
        return [], False
    found = prose(text, *head.span("yaml"), keys, "")
    return list(divided(text, 0, head.end(), found or [])), found is None
