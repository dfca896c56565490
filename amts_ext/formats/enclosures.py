r"""Constructs that enclose something, as data: pairs around prose, and blocks around what is none.

>>> text = "A ==marked== word."
>>> [text[o.start : o.end] for o in with_pairs(text, "md", [], [])]
['==', '==']
>>> text = "{% highlight python %}\nx = 1\n{% endhighlight %}\n"
>>> [text[o.start : o.end] == text.rstrip() for o in verbatim(text)]
[True]

To teach a format one more of them, add a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from amts_ext.formats.constructs import ANY, BOTH, EVERY, FIELD, IN_BRACES, MD, OPTION, TEX_TEXT
from amts_ext.formats.overlays import Overlay, Spans, disjoint, holds
from amts_ext.model import Half


class Enclosure(NamedTuple):
    """Two pieces around prose, as ``**`` is: both become slots, what is between them is prose."""

    kind: str
    """Kind of the slots."""
    example: str
    hint: str
    """A text that every match holds. It is looked for first, because that is fast."""
    pattern: re.Pattern[str]
    """It matches the whole, with the groups ``open`` and ``close``."""
    dialects: frozenset[str] = MD


class Verbatim(NamedTuple):
    """A block whose content is no prose: code, a diagram, a comment."""

    example: str
    hint: str
    opener: re.Pattern[str]
    """It matches the opening piece; a group ``name``, if there is one, is repeated by the end."""
    closer: str
    """The pattern of the end, with ``NAME`` for the name."""


_INSIDE = r"(?:[^\[\]`$\n\\]|\n(?![ \t>]*\r?\n)|\\.|`[^`\n]*`|\$[^$\n]*\$|\[[^\[\]\n]*\]){1,400}?"
"""Prose in brackets, with brackets, code and formulas in it."""
_ATTRIBUTES = r"\{[^{}\n]*\}"


def _pair(opener: str, inside: str, closer: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\\)(?P<open>{opener})(?=\S){inside}(?<=\S)(?P<close>{closer})")


def _same(mark: str) -> re.Pattern[str]:
    """Compile the pattern of prose between two marks that are the same: ``==words==``."""
    sign = re.escape(mark[0])
    one = re.escape(mark)
    return _pair(
        rf"(?<![A-Za-z0-9{sign}]){one}(?!{sign})",
        rf"(?:[^{sign}`\n]|\n(?![ \t>]*\r?\n)){{1,300}}?",
        rf"{one}(?![A-Za-z0-9{sign}])",
    )


_SPAN = _pair(r"(?<![A-Za-z0-9_!\]^])\[", _INSIDE, rf"\]{_ATTRIBUTES}")
_WIKI = _pair(r"(?<!!)\[\[[^\[\]|\n\\]+\|", r"[^\[\]|`$\n\\]{1,200}?", r"\]\]")
_DIRECTIVE = _pair(r"(?<![A-Za-z0-9_:)\]]):[a-z][\w-]*\[", _INSIDE, rf"\](?:{_ATTRIBUTES})?")
_SOME = rf"{ANY}{{1,400}}?"
PAIRS = (
    Enclosure("marked", "==words==", "==", _same("==")),
    Enclosure("marked", "^^words^^", "^^", _same("^^")),
    Enclosure("edited", "{++words++}", "{++", _pair(r"\{\+\+", _SOME, r"\+\+\}")),
    Enclosure("edited", "{--words--}", "{--", _pair(r"\{--", _SOME, r"--\}")),
    Enclosure("edited", "{==words==}", "{==", _pair(r"\{==", _SOME, r"==\}")),
    Enclosure("note", "^[A note]", "^[", _pair(r"\^\[", _INSIDE, r"\]"), BOTH),
    Enclosure("wiki", "[[a page|words]]", "[[", _WIKI),
    Enclosure("field", "[due:: words]", "::", _pair(rf"\[{FIELD}[ \t]+", _INSIDE, r"\]")),
    Enclosure("span", "[words]{.small}", "]{", _SPAN, EVERY),
    Enclosure("directive", ':abbr[words]{title="x"}', "[", _DIRECTIVE),
    Enclosure(
        "tex",
        r"\textbf{words}",
        "\\",
        _pair(rf"\\(?:{TEX_TEXT})\*?(?:{OPTION})?\{{", IN_BRACES, r"\}"),
    ),
)
"""The pairs, in the order in which they are looked for."""

_LIQUID = (
    "highlight|codeblock|code|comment|mermaid|plantuml|math|uml|graphviz|javascript|schema|"
    "stylesheet|style|tikz"
)
_HUGO = (
    "highlight|code|mermaid|math|katex|rawhtml|raw-html|plantuml|chart|diagram|tikz|graphviz|"
    "echarts"
)
VERBATIM = (
    Verbatim(
        "{% highlight python %} … {% endhighlight %}",
        "{%",
        re.compile(rf"\{{%-?[ ]*(?P<name>{_LIQUID})\b[^\n%]{{0,200}}%\}}"),
        r"\{%-?[ ]*endNAME[ ]*-?%\}",
    ),
    Verbatim(
        "{{< highlight go >}} … {{< /highlight >}}",
        "{{",
        re.compile(rf"\{{\{{[<%][ ]*(?P<name>{_HUGO})\b[^\n]{{0,200}}?(?<!/)[>%]\}}\}}"),
        r"\{\{[<%][ ]*/[ ]*NAME[ ]*[>%]\}\}",
    ),
    Verbatim("%% … %%", "%%", re.compile(r"%%[ \t\r]*(?=\n)"), r"%%(?=[ \t\r]*(?:\n|\Z))"),
)
"""The blocks; each begins and ends a line."""


def with_pairs(
    text: str, dialect: str, overlays: list[Overlay], code: Iterable[tuple[int, int]]
) -> list[Overlay]:
    """Add the halves of pairs to ``overlays``, which are in order.

    A pair is left out if a half of it stands in code or in one of them, a formula, say; attributes
    are part of a half.
    """
    rows = [row for row in PAIRS if dialect in row.dialects and holds(text, row.hint)]
    if not rows:
        return overlays
    kept = [o for o in overlays if o.kind != "attributes"]
    taken = Spans([*code, *((o.start, o.end) for o in kept)])
    return disjoint([*overlays, *_pairs(text, rows, taken)])


def _pairs(text: str, rows: Iterable[Enclosure], taken: Spans) -> Iterator[Overlay]:
    for row in rows:
        for match in row.pattern.finditer(text):
            halves = match.span("open"), match.span("close")
            if all(taken.free(*half) for half in halves):
                yield Overlay(*halves[0], row.kind, Half.OPEN)
                yield Overlay(*halves[1], row.kind, Half.CLOSE)


def verbatim(text: str) -> Iterator[Overlay]:
    """Find the blocks whose content is no prose, each as one stretch."""
    for row in VERBATIM:
        if not holds(text, row.hint):
            continue
        at = 0
        ends: set[str] = set()  # of the names that have no further end
        for match in row.opener.finditer(text):
            name = match.groupdict().get("name", "")
            if match.start() < at or name in ends or not _begins_line(text, match.start()):
                continue
            end = re.compile(row.closer.replace("NAME", name)).search(text, match.end())
            if end is None:
                ends.add(name)
                continue
            at = end.end()
            anchor = f"block:{text[match.start() : at]}"
            yield Overlay(match.start(), at, "", paint=" ", anchor=anchor)


def _begins_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t>")
