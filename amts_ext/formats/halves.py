r"""What is half open or nested wrongly in a text, and which files are MyST.

>>> for doubt in half_open("Some {{ word.\n\n<Tip>\n\nMore.\n", "md", Spans([]), Spans([])):
...     print(doubt.line, doubt.source, doubt.reason.split(";")[0])
1 {{ word. a construct that is half open stays as it is
3 <Tip> a construct that is half open stays as it is

Such a construct is left as it is, and a person is told of the first of each kind in a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from amts_ext.formats.lines import unclosed_fence
from amts_ext.formats.overlays import Spans
from amts_ext.model import Doubt

HALF_OPEN = "a construct that is half open stays as it is; complete it, or write it as code"
NESTED = "a construct that is nested wrongly stays as it is; close first what was opened last"
MYST = (
    "this looks like MyST, which is read as plain Markdown: the bodies of most directives stay as "
    "they are; read it with --format myst, or keep it in a book whose conf.py, _config.yml or "
    "myst.yml says so"
)


class Halves(NamedTuple):
    """Pieces that enclose something: each opening one needs its closing one."""

    hint: str
    """A text that every piece holds."""
    pattern: re.Pattern[str]
    """It matches both pieces, with a group ``open`` or ``close``: the name that they share."""
    dialects: tuple[str, ...] = ("md",)


_BLOCK = "if|unless|for|case|raw|block|macro|call|filter|capture|comment|highlight|tablerow"
PAIRS = (
    Halves(
        "{%",
        re.compile(
            rf"\{{%-?\s*(?:(?P<open>{_BLOCK})\b|end(?P<close>{_BLOCK})\b)[^\n%]{{0,200}}(?:%\}})?"
        ),
    ),
    Halves(
        "{", re.compile(r"\{(?:#(?P<open>if|each|await|key|snippet)|/(?P<close>[a-z]+))\b[^\n}]*")
    ),
    Halves(
        "<",
        re.compile(
            r"</(?P<close>[A-Z][\w.]+)>|(?<!\w)<(?P<open>[A-Z][\w.]+)(?=[\s>])"
            r"(?:[^<>{}]|\{(?:[^{}]|\{[^{}]*\})*\})*(?<!/)>"
        ),
    ),
    Halves(
        "_tab:", re.compile(r"\n[ \t]*:(?:(?P<open>begin)|end(?P<close>))_tab:[^\n]*"), ("pandoc",)
    ),
    Halves(
        ":::",
        re.compile(
            r"\n[ \t>]*:{3,}(?:(?P<close>)(?:[a-z]+-end)?[ \t\r]*$"
            r"|(?P<open>)[ \t]*(?!\w+\.\w|[^\n]*[^\s:]:::[ \t\r]*$)[^\s:][^\n]*)",
            re.M,
        ),
        ("md", "pandoc"),
    ),
)
"""The pairs; an empty name is the name of all."""
_OPENERS = r"\$\$(?!\$)|\\begin\{\w|(?:(?<=>)|(?<=> ))\[![A-Za-z](?=[^\[\]\n]*(?:\n|\Z))"
LEFT = {
    dialect: re.compile(rf"(?<![\\$])(?=((?:{own}{_OPENERS})[^\n]{{0,40}}))")
    for dialect, own in {"md": r"\{\{|\{%|", "pandoc": "", "myst": r"\{\{|"}.items()
}
"""Beginnings of pieces that are slots as a whole: what is left of them is half open."""
JUPYTEXT = re.compile(r"\A---\r?\n(?:[^\n]*\n){0,40}?jupytext:")
ROLE = re.compile(r"(?<![\w`}])\{[a-z][\w:.+-]*\}`[^`\n]+`")
DIRECTIVE = re.compile(r"(?:\n|\A)[ \t]*(?:`{3,}|~{3,}|:{3,})\{[a-z][\w:.+-]*\}")


def half_open(text: str, dialect: str, code: Spans, slots: Spans) -> Iterator[Doubt]:
    """Find the first construct of each kind that is half open or nested wrongly.

    What stands in ``code`` is none, and what stands in ``slots`` is complete.
    """
    fence = unclosed_fence(text)
    if fence is not None:
        yield doubt(text, fence, text[fence:].split("\n", 1)[0], HALF_OPEN)
    seen: set[str] = set()
    for match in LEFT[dialect].finditer(text):
        kind, at = match[1][:2], match.start()
        if kind not in seen and code.free(at, at + 1) and slots.free(at, at + 1):
            seen.add(kind)
            yield doubt(text, at, match[1], HALF_OPEN)
    for pair in PAIRS:
        if dialect in pair.dialects and pair.hint in text:
            yield from _unpaired(text, pair, code)


def _unpaired(text: str, pair: Halves, code: Spans) -> Iterator[Doubt]:
    """Find the first piece that has no partner, or another one than the one before it needs."""
    opened: list[re.Match[str]] = []
    for match in pair.pattern.finditer(f"\n{text}"):
        if not code.free(max(match.end() - 2, 0), match.end() - 1):
            continue
        if match["open"] is not None:
            opened.append(match)
        elif opened and opened[-1]["open"] in (match["close"], "begin"):
            opened.pop()
        else:
            reason = NESTED if opened else HALF_OPEN
            yield doubt(text, match.start() - 1, match.group(), reason)
            return
    if opened:
        yield doubt(text, opened[-1].start() - 1, opened[-1].group(), HALF_OPEN)


def myst(text: str, code: Spans) -> Iterator[Doubt]:
    """Say once that a text is MyST: it has a jupytext head, roles in braces, or directives."""
    for pattern in (JUPYTEXT, ROLE, DIRECTIVE):
        found = pattern.search(text)
        if found and (pattern is not ROLE or code.free(found.start(), found.start() + 1)):
            at = text.index("jupytext:") if pattern is JUPYTEXT else found.start()
            yield doubt(text, at, text[at : found.end()], MYST)
            return


def doubt(text: str, at: int, source: str, reason: str) -> Doubt:
    """Return a doubt about ``source``, which stands in ``text`` at or after ``at``."""
    lead = len(source) - len(source.lstrip())
    line = text.count("\n", 0, max(at + lead, 0)) + 1
    return Doubt(line, " ".join(source.split())[:60], reason)
