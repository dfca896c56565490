r"""Formulas as their readers find them: LaTeX environments, Jupyter's dollars, pandoc's.

>>> text = r"We see $ E = 1$, it costs $5 or $6, and \\(a_i\\)."
>>> sorted(text[o.start : o.end] for o in jupyter(text, Spans([])))
['$ E = 1$', '\\\\(a_i\\\\)']

Jupyter takes formulas out before it parses Markdown, and leaves code alone (``removeMath`` in
JupyterLab's ``mathjaxutils``). It would read ``$5 or $`` as a formula too; here an amount of money
is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from amts_ext.formats.overlays import Overlay, Spans, disjoint

LATEX = re.compile(r"\\begin(\{[A-Za-z]+\*?\})")
BLANK_LINE = re.compile(r"\n[ \t>]*\r?\n")
# It begins with the dollars, for which a text is searched fast, and then looks back.
DOLLARS = re.compile(r"\$\$(?!\$)(?<![\\$]\$\$)")
INLINE = re.compile(
    r"(?<!\\)(?<!(?<!\\)\$)\$(?!\$)"
    r"((?:[^$\\\n]|\\.|\n(?![ \t>]*(?:\r?(?:\n|\Z)|#|\||(?:\*|\d{1,9}[.)])\s)))++)"
    r"\$(?!\$)"
)
"""Text between two dollar signs in one paragraph; a line that begins a block ends it."""
AMOUNT = re.compile(r"\d[\d.,]*(?:\s|[kKmMbB]\b|-|$)")
"""The beginning of a "formula" that is an amount of money."""
SENTENCE = re.compile(r"(?<![\\A-Za-z])[^\W\d_]{2,}[,;]?\s+[^\W\d_]{2,}|</\w+>")
"""Two words of prose, or the end of an HTML element."""
WORD = re.compile(r"(?<![\\A-Za-z])[^\W\d_]{3,}")
ARGUMENT = re.compile(r"\\(?:text|mbox|mathrm|operatorname|textrm|textbf|hbox)\*?\s*\{[^{}]*\}")
"""A part of a formula that may hold words."""
TEMPLATE = re.compile(r"\$\{[A-Za-z_](?:\w[\w.]*\}(?![$^_])|[\w.]*\}(?=[^$\\\n]*\$\{))")
"""A name that a program fills in, ``${name}``; of one letter if another one follows it."""
SIGN = re.compile(r"[\\^_=+<>*/()]")
"""What a formula with words holds."""
ADDRESS = re.compile(
    r"https?://[^\s<>$]{0,500}\$[^\s<>]*|(?<=\]\()[^()\s]*\$[^()\s]*(?=[\s)])"
    r"|(?<==)\"[^\"\n<>]*\"(?=[^<>\n]{0,300}>)"
)
"""An address of a link, or the value of an HTML attribute: a dollar sign in it opens nothing."""
HALF = re.compile(r"\$\$[ \t\r]*\n")
REST = re.compile(r"[.,;]?(?:[ \t]*(\([\w:-]+\)|\{[^{}\n]*\}))?[ \t\r]*(?=\n|\Z)")
"""The rest of a line after a display formula: a full stop, the label of an equation."""
BACKSLASHES = {r"\\(": r"\\)", r"\\[": r"\\]"}
ESCAPED = re.compile(
    r"(?<!\\)\\(?:\(((?:[^\\\n]|\\[^()\n]){1,300})\\\)|\[((?:[^\\]|\\[^\[\]]){1,2000}?)\\\])"
)
"""A formula as MkDocs and MathJax have it, ``\\(x_i\\)``; to Jupyter these are escaped brackets."""
OF_FORMULA = re.compile(r"\\[A-Za-z]|(?<!\\)[\^_={}]")
"""What one holds that is longer than a letter; a sign after a backslash is escaped prose."""


def environments(text: str) -> Iterator[tuple[int, int]]:
    r"""Find the LaTeX environments that hold no blank line, as ranges of characters.

    >>> list(environments(r"Let \begin{align}x\end{align} be."))
    [(4, 29)]

    The next ``\end`` and the next blank line are remembered from one ``\begin`` to the next, so
    that a text with a thousand beginnings and no end is read in linear time.
    """
    end = 0
    closes: dict[str, int] = {}
    blank = -1
    for match in LATEX.finditer(text):
        name = match[1]
        if closes.get(name, 0) < match.end():
            found = text.find(f"\\end{name}", match.end())
            closes[name] = found if found >= 0 else len(text)
        if blank < match.start():
            found_blank = BLANK_LINE.search(text, match.start())
            blank = found_blank.start() if found_blank else len(text)
        close = closes[name]
        if match.start() >= end and close < min(blank, len(text)):
            end = close + len("\\end") + len(name)
            yield match.start(), end


def environment_overlays(text: str, code: Spans) -> Iterator[Overlay]:
    """Find the LaTeX environments outside code; Jupyter and pandoc read them as formulas."""
    for start, end in environments(text):
        if code.free(start, end):
            yield _overlay(text, start, end)


def jupyter(text: str, code: Spans) -> list[Overlay]:
    """Find the formulas that Jupyter takes out of a text, but for environments."""
    found = []
    if "$$" in text:
        found += [_overlay(text, *span) for span in _displays(text, code)]
    for opener, closer in BACKSLASHES.items():
        if opener in text:
            found += [_overlay(text, *span) for span in _between(text, opener, closer, code)]
    if "\\(" in text or "\\[" in text:
        found += [_overlay(text, *span) for span in _escaped(text, code)]
    if "$" in text:
        taken = Spans((o.start, o.end) for o in disjoint(found))
        found += [o for o in _inline(text, code) if taken.free(o.start, o.end)]
    return found


def _overlay(text: str, start: int, end: int) -> Overlay:
    return Overlay(start, end, "math", anchor=f"math:{text[start:end]}")


def is_half(text: str, overlay: Overlay) -> bool:
    """Return whether an overlay is a display formula without its end."""
    return (
        HALF.match(text, overlay.start) is not None
        and "$$" not in text[overlay.start + 2 : overlay.end]
    )


def _displays(text: str, code: Spans) -> Iterator[tuple[int, int]]:
    """Pair the double dollars outside code.

    One without a partner, alone on its line, hides its paragraph, which stays as it is. A pair may
    hold blank lines if its halves begin and end a line, as many books have it. A label
    of MyST's or Quarto's after it belongs to it.
    """
    halves = [m.start() for m in DOLLARS.finditer(text) if code.free(m.start(), m.end())]
    at = 0
    while at + 1 < len(halves):
        start, end = halves[at], halves[at + 1] + 2
        rest = REST.match(text, end) if _begins_line(text, start) else None
        if rest or not BLANK_LINE.search(text, start, end):
            yield start, rest.end(1) if rest and rest[1] else end
            at += 1
        elif HALF.match(text, start) and _begins_line(text, start):
            yield start, _paragraph_end(text, start)
        at += 1
    if at < len(halves) and HALF.match(text, halves[at]) and _begins_line(text, halves[at]):
        yield halves[at], _paragraph_end(text, halves[at])


def half_displays(text: str, taken: Spans) -> Iterator[Overlay]:
    """Find the double dollars without a partner, alone on a line, each with its paragraph.

    ``taken`` are code and complete formulas.

    >>> [overlay[:2] for overlay in half_displays("Let\\n$$\\nx = 1\\n\\nbe.", Spans([]))]
    [(4, 12)]
    """
    for match in DOLLARS.finditer(text):
        at = match.start()
        if taken.free(*match.span()) and HALF.match(text, at) and _begins_line(text, at):
            yield _overlay(text, at, _paragraph_end(text, at))


def _begins_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t>")


def _paragraph_end(text: str, at: int) -> int:
    end = BLANK_LINE.search(text, at)
    return end.start() if end else len(text.rstrip())


def _between(text: str, opener: str, closer: str, code: Spans) -> Iterator[tuple[int, int]]:
    """Find the stretches from an opener to the next closer in the same paragraph."""
    at = text.find(opener)
    while at >= 0:
        end = text.find(closer, at + len(opener))
        if end < 0:
            return
        start = text.rfind(opener, at, end)
        end += len(closer)
        if code.free(start, end) and not BLANK_LINE.search(text, start, end):
            yield start, end
        at = text.find(opener, end)


def _escaped(text: str, code: Spans) -> Iterator[tuple[int, int]]:
    for match in ESCAPED.finditer(text):
        inside = match[1] or match[2]
        is_formula = OF_FORMULA.search(inside) or len(match[1] or "") == 1
        blank = BLANK_LINE.search(text, *match.span())
        if is_formula and not blank and not SENTENCE.search(inside) and code.free(*match.span()):
            yield match.span()


def _inline(text: str, code: Spans) -> Iterator[Overlay]:
    """Find the formulas between single dollars.

    Where two dollars hold no formula, the second may open one.
    """
    addresses = Spans(m.span() for m in ADDRESS.finditer(text))
    at = 0
    while match := INLINE.search(text, at):
        start, end = match.span()
        if not addresses.free(start, start + 1) or TEMPLATE.match(text, start):
            at = start + 1
        elif not (
            code.free(start, end)
            and addresses.free(end - 1, end)
            and is_formula(match[1], text[end : end + 1])
        ):
            at = end - 1
        else:
            at = end
            yield Overlay(start, end, "math")


def is_formula(inside: str, after: str) -> bool:
    r"""Return whether ``$inside$``, before the character ``after``, is a formula and no money.

    >>> [is_formula(s, "") for s in ("x", " E = 1", "5 and ", "5 a day and ", r" x \text{if so} ")]
    [True, True, False, False, True]

    As in pandoc, no digit may follow. With blanks inside, it has to look like a formula.
    """
    if after.isdigit():
        return False
    if not (inside[0].isspace() or inside[-1].isspace()):
        return True
    words = ARGUMENT.sub(" ", inside)
    if AMOUNT.match(inside) and not re.match(r"[\d.,\s]*[=<>+*/\\^_-]", inside):
        return False
    return not SENTENCE.search(words) and bool(SIGN.search(inside) or not WORD.search(words))
