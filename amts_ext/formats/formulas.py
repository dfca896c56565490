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

LATEX = re.compile(r"\\(begin|end)(\{[A-Za-z]+\*?\})")
BEGINNING = re.compile(r"^[ \t>]*(?=\\begin\{[A-Za-z]+\*?\})", re.MULTILINE)
"""What stands before an environment that begins a line."""
NO_CODE = Spans([])
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


def environments(
    text: str, code: Spans = NO_CODE, anywhere: bool = False
) -> Iterator[tuple[int, int]]:
    r"""Find the LaTeX environments, as ranges of characters; one in another is a part of it.

    >>> list(environments(r"Let \begin{align}x\end{align} be."))
    [(4, 29)]

    One that begins in ``code`` is none. One that holds a blank line has to begin and to end a line,
    unless it may stand ``anywhere``, as for pandoc.
    """
    opened: dict[str, list[int]] = {}
    found: list[tuple[int, int]] = []
    for match in LATEX.finditer(text):
        starts = opened.setdefault(match[2], [])
        if match[1] == "begin":
            starts.append(match.start())
        elif starts:
            found.append((starts.pop(), match.end()))
    end, blank = 0, -1
    for start, close in sorted(found):
        if blank < start:
            following = BLANK_LINE.search(text, start)
            blank = following.start() if following else len(text)
        is_whole = anywhere or close <= blank or _on_lines(text, start, close)
        if start >= end and is_whole and code.free(start, start + 1):
            end = close
            yield start, close


def _on_lines(text: str, start: int, end: int) -> bool:
    return _begins_line(text, start) and REST.match(text, end) is not None


def environment_overlays(text: str, code: Spans, anywhere: bool = False) -> Iterator[Overlay]:
    """Find the LaTeX environments; Jupyter and pandoc read them as formulas.

    To pandoc, which finds them ``anywhere``, what begins first goes first: code in one is a part of
    it. Jupyter takes code out before.
    """
    for start, end in environments(text, code, anywhere):
        if anywhere or code.free(start, end):
            yield _overlay(text, start, end)


def half_environments(text: str, taken: Spans) -> Iterator[Overlay]:
    r"""Find the environments without an end that begin a line, each with its paragraph.

    ``taken`` are code and complete formulas.

    >>> [o[:2] for o in half_environments("Let\n\\begin{align}\nx\n\nbe.", Spans([]))]
    [(4, 19)]
    """
    end = 0
    for match in BEGINNING.finditer(text):
        at = match.end()
        if at >= end and taken.free(at, at + 1):
            end = _paragraph_end(text, at)
            yield _overlay(text, at, end, half_open=True)


def jupyter(text: str, code: Spans) -> list[Overlay]:
    """Find the formulas that Jupyter takes out of a text, but for environments."""
    found: list[Overlay] = []
    if "$$" in text:
        found += _displays(text, code)
    for opener, closer in BACKSLASHES.items():
        if opener in text:
            found += [_overlay(text, *span) for span in _between(text, opener, closer, code)]
    if "\\(" in text or "\\[" in text:
        found += [_overlay(text, *span) for span in _escaped(text, code)]
    if "$" in text:
        taken = Spans((o.start, o.end) for o in disjoint(found))
        found += [o for o in _inline(text, code) if taken.free(o.start, o.end)]
    return found


def _overlay(text: str, start: int, end: int, half_open: bool = False) -> Overlay:
    return Overlay(start, end, "math", anchor=f"math:{text[start:end]}", half_open=half_open)


def _displays(text: str, code: Spans) -> Iterator[Overlay]:
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
            yield _overlay(text, start, rest.end(1) if rest and rest[1] else end)
            at += 1
        elif HALF.match(text, start) and _begins_line(text, start):
            yield _overlay(text, start, _paragraph_end(text, start), half_open=True)
        at += 1
    if at < len(halves) and HALF.match(text, halves[at]) and _begins_line(text, halves[at]):
        yield _overlay(text, halves[at], _paragraph_end(text, halves[at]), half_open=True)


def half_displays(text: str, taken: Spans) -> Iterator[Overlay]:
    """Find the double dollars without a partner, alone on a line, each with its paragraph.

    ``taken`` are code and complete formulas.

    >>> [overlay[:2] for overlay in half_displays("Let\\n$$\\nx = 1\\n\\nbe.", Spans([]))]
    [(4, 12)]
    """
    for match in DOLLARS.finditer(text):
        at = match.start()
        if taken.free(*match.span()) and HALF.match(text, at) and _begins_line(text, at):
            yield _overlay(text, at, _paragraph_end(text, at), half_open=True)


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
