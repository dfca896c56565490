"""Directives, tabs and insets of a dialect as HTML.

>>> directive("markup:```{note} …")
('note', '')
>>> inline(Inset("role", ":numref:`fig_x`"))
'<span class="role" title=":numref:`fig_x`">fig_x</span>'
"""

from __future__ import annotations

import re
from html import escape

from amts_ext.preview.rendering.formulas import mathml
from amts_ext.preview.rendering.notation import Inset

_DIRECTIVE = re.compile(r"[`~:]{3,}\s*\{(?P<name>[^}\s]+)\}[ \t]*(?P<rest>[^\n…]*)")
_ROLE = re.compile(
    r"\{(?P<braces>[\w:+.-]+)\}`(?P<in_braces>.*)`|:(?P<colons>[\w]+):`(?P<in_colons>.*)`", re.S
)
_TARGET = re.compile(r"(?P<words>.*?)\s*<[^<>]*>", re.S)
_FORMULAS = ("math", "m", "math:numref")
BEGIN_TAB, END_TAB = "begin_tab", "end_tab"
PICTURES = ("figure", "image")
"""The directives whose argument is the path of an image."""


def directive(anchor: str) -> tuple[str, str]:
    """Return name and argument of the directive that an anchor opens, both "" for another box."""
    found = _DIRECTIVE.match(anchor.removeprefix("markup:"))
    return (found["name"], found["rest"].strip()) if found else ("", "")


def opening(name: str, label: str = "", *, front: bool = False) -> str:
    """Return the start of a box, with its name or label; ``front``: the head of a file.

    >>> opening("prf:theorem")
    '<div class="box box-prf-theorem"><span class="box-name">prf:theorem</span>'
    """
    css = "front" if front else re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "plain"
    shown = "" if name in PICTURES else label or name
    tag = f'<span class="box-name">{escape(shown)}</span>' if shown else ""
    return f'<div class="box box-{css}">{tag}'


def inline(inset: Inset) -> str:
    """Return an inset that stands in a line as HTML; "" for what a reader does not see."""
    text = inset.text
    if inset.kind == "math":
        return mathml(text)
    if inset.anchor.startswith("term:"):
        return f'<b class="term">{escape(text)}</b>'
    if inset.half or inset.kind[:1] == "=" or inset.kind in ("caption", "marker", "attributes"):
        return ""
    if inset.anchor.startswith("line:"):
        return '<span class="part"></span>' if text.startswith(("+++", "^^^")) else ""
    if role := _ROLE.fullmatch(text):
        name, words = role["braces"] or role["colons"], role["in_braces"] or role["in_colons"] or ""
        if name in _FORMULAS:
            return mathml(f"${words}$")
        titled = _TARGET.fullmatch(words)
        shown = (titled["words"] if titled else "") or words
        return f'<span class="role" title="{escape(text)}">{escape(shown)}</span>'
    if inset.kind == "table":
        return f"<pre>{escape(text)}</pre>"
    return f'<span class="raw">{escape(text)}</span>' if text.strip() else ""
