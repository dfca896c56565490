r"""The constructs of the dialects as data: what stands in prose and is no prose.

A construct is one row of a table. :data:`INLINE` has the pieces of a line that become slots;
:data:`LINES` has the lines that are no prose as a whole, but for a title in some of them.

>>> [row.kind for row in INLINE if row.pattern.search(r"see \ref{fig:a}, {{ x }} and :smile:")]
['template', 'tex', 'emoji']

To teach a format one more construct, add a row.
"""

from __future__ import annotations

import re
from typing import NamedTuple

EVERY = frozenset({"md", "d2l"})
"""Dialects: ``md`` is read so in ``.md`` files and notebooks, ``d2l`` in d2lbook's."""
MD = frozenset({"md"})
D2L = frozenset({"d2l"})


class Inline(NamedTuple):
    """A piece of a line that becomes a slot."""

    kind: str
    """Kind of the slot."""
    hint: str
    """A text that every match holds. It is looked for first, because that is fast."""
    pattern: re.Pattern[str]
    dialects: frozenset[str] = MD
    is_hidden: bool = False
    """True if the Markdown parser must not see it, because it may hold what is markup elsewhere:
    bars, quotes, asterisks."""


class Line(NamedTuple):
    """A line that is markup. Its pattern begins with the line break before it. It has a group
    ``mark``, and may have ``title`` and ``end``.

    ``mark`` is what is no prose. ``title`` is prose, a block of its own; ``end`` is a mark again.
    """

    name: str
    hint: str
    pattern: re.Pattern[str]
    dialects: frozenset[str] = EVERY
    has_body: bool = False
    """True if the indented lines after it belong to it, as to a list item."""


# --- pieces of patterns --------------------------------------------------------------------------

_TEMPLATE = (
    r"(?>\{%[^\n]{1,200}?%\}|\{#[^{}\n]{0,200}#\}|<%[^\n]{1,200}?%>|\{\{[<%][^\n]{1,200}?[>%]\}\}"
    r"|\{[#/:@](?:if|else|each|await|then|catch|key|html|const|debug|snippet|render)\b[^{}\n]{0,200}\}"
    r"|\{/\*[^\n]{0,200}?\*/\})"
)
"""Statements and comments of Jinja, Liquid, ERB, Hugo, Svelte and MDX."""
_JSX = (
    r"</[A-Z][\w.]*>|<[A-Z][\w.]*(?:\s+[\w:-]+(?:=(?:\"[^\"\n]*\"|'[^'\n]*'"
    r"|\{(?:[^{}\n]|\{[^{}\n]*\})*\}))?)*\s*/?>"
)
"""A component's tag, as in MDX: its name begins with a capital."""
_SCRIPT = r"~[^\s~]{1,30}~|\^[^\s^]{1,30}\^"
_KEY = r"[^\W_](?:[\w.:#$%&+?<>~/-]*\w)?"
_CITED = rf"\[(?=[^\[\]\n]*\])[^\[\]\n@]*(?<!\w)@(?:{_KEY}|\{{)[^\[\]\n]*\](?![(\[:])"
_ATTRIBUTES = r"\{(?::[^{}\n]*|[ ]*[#.][A-Za-z][^{}\n]*|-)\}|\{(?<=[)\]`]\{)[ ]*[\w-]+=[^{}\n]*\}"
_REFERENCES = (
    "ref|eqref|pageref|autoref|nameref|cref|Cref|vref|label|cite[a-z]*|Cite[a-z]*|nocite|textcite|"
    "parencite|footcite|autocite|index|input|include|includegraphics|bibliography|vspace|hspace|"
    "usepackage|newcommand|renewcommand|setlength|url|gls|Gls|SI|qty|num|si"
)
"""TeX commands whose arguments hold no prose."""
PROSE_DIRECTIVES = (
    "note|info|tip|hint|warning|danger|caution|attention|important|error|seealso|admonition|"
    "dropdown|details|spoiler|topic|sidebar|card|tab-item|exercise|solution|success|question|"
    "example|quote|abstract|summary|todo|bug|failure|prf:[a-z]+|proof:[a-z]+"
)
"""Directives whose argument and body are prose."""


def _inline(pattern: str) -> re.Pattern[str]:
    """Compile the pattern of a piece; one after a backslash is text."""
    return re.compile(rf"(?<!\\)(?:{pattern})")


def _line(pattern: str) -> re.Pattern[str]:
    """Compile the pattern of a line, which may stand in a block quote or be indented.

    It begins with the line break before the line, which is found fast.
    """
    return re.compile(rf"\n[ \t>]*{pattern}[ \t\r]*$", re.MULTILINE)


# --- the tables ----------------------------------------------------------------------------------

INLINE = (
    Inline("template", "{{", _inline(r"\{\{[^\n]{1,200}?\}\}"), MD, True),
    Inline("template", "{", _inline(_TEMPLATE), MD, True),
    Inline("template", "<%", _inline(_TEMPLATE), MD, True),
    Inline("html", "={", _inline(_JSX), MD, True),
    Inline("attributes", "{", _inline(_ATTRIBUTES)),
    Inline("anchor", "[[", _inline(r"\[\[[^\[\]\n]*[^\W\d_][^\[\]\n]*\]\](?![(\[:])")),
    Inline("keys", "++", _inline(r"(?<!\w)\+\+[a-z0-9]+(?:[+-][a-z0-9]+)*\+\+(?!\w)")),
    Inline("citation", "@", _inline(_CITED), EVERY),
    Inline("citation", "@", _inline(rf"(?<![\w/.@])-?@(?:{_KEY}|\{{[^{{}}\n]*\}})"), D2L),
    # A name without a digit may be a person's, but for the prefixes of cross-references.
    Inline(
        "citation",
        "@",
        _inline(
            r"(?<![\w/.@])-?@(?=[\w:.-]*\d|(?:fig|tbl|sec|eq|lst|thm|lem|cor|prp|def|exm|exr)[-:])"
            r"[^\W_](?:[\w.:-]*\w)?"
        ),
    ),
    Inline(
        "tex",
        "\\",
        _inline(
            rf"\\@ref\([^()\s]*\)|\\(?:{_REFERENCES})\*?(?:\[[^\[\]\n]*\])*(?:\{{[^{{}}\n]*\}})+"
            r"|(?<![\w:])\\[A-Za-z]{2,}\*?(?:\{[^{}\s]*\})*"
        ),
        EVERY,
    ),
    Inline("emoji", ":", _inline(r"(?<![\w:]):(?:[+-]1|[a-z][\w+-]*):(?![\w:`])")),
    *(
        Inline(
            "script",
            hint,
            _inline(
                r"(?:(?<!\w)[A-Za-z0-9]{1,15}|(?<=[^\W_])|(?<=[)\]}]))"
                rf"(?:(?:{_SCRIPT})[A-Za-z0-9]{{0,15}})+"
            ),
            EVERY,
        )
        for hint in "^~"
    ),
)
"""The pieces, in the order in which they are looked for."""

_OPTIONS = r"(?:\n[ \t>]*:[a-z][\w-]*:(?!`)[^\n]*)*"
"""The options of a directive, on the lines after it: ``:class: dropdown``."""

_TITLE = r"(?P<title>\S(?:[^\n]*\S)?)"

LINES = (
    Line(
        "alert",
        "[!",
        _line(rf"(?<=>)[ \t]*(?P<mark>\[![A-Za-z][\w-]*\][+-]?)(?:[ \t]+{_TITLE})?"),
    ),
    Line(
        "container with a title",
        ":::",
        _line(
            rf"(?P<mark>:{{3,}}[ \t]*(?:\{{(?:{PROSE_DIRECTIVES})\}}[ \t]*|[a-z][\w-]*(?:[ \t]+|\[)))"
            rf"(?P<title>[^\s{{:\]](?:[^\n]*[^\s\]])?)(?P<end>\]?[ \t]*{_OPTIONS})"
        ),
    ),
    Line(
        "container",
        ":::",
        _line(
            r"(?P<mark>:{3,}[ \t]*(?:\{[^\n]*|[\w.:/-]*(?:[ \t]+\{[^{}\n]*\})?[ \t]*:*)"
            rf"{_OPTIONS})"
        ),
    ),
    *(
        Line(
            "admonition",
            hint,
            _line(
                rf"(?P<mark>{opener}(?:[ \t]+\")?)"
                r"(?:(?<=\")(?P<title>[^\"\n]*)(?P<end>\"))?"
                + (r"(?=[ \t\r]*\n[ \t]+\S)" if dialects is D2L else "")
            ),
            dialects,
            True,
        )
        for dialects in (MD, D2L)
        for hint, opener in (
            ("!!!", r"!!![ \t]+[\w-]+(?:[ \t]+[\w-]+)*"),
            ("???", r"\?\?\?\+?[ \t]+[\w-]+(?:[ \t]+[\w-]+)*"),
            ('=== "', r"===[!+]?(?=[ \t]+\"[^\"\n]+\"[ \t\r]*$)"),
            ('===! "', r"===!(?=[ \t]+\"[^\"\n]+\"[ \t\r]*$)"),
            ('===+ "', r"===\+(?=[ \t]+\"[^\"\n]+\"[ \t\r]*$)"),
        )
    ),
    Line(
        "block",
        "///",
        _line(rf"(?P<mark>/{{3,}}(?:[ \t]*[a-z][\w-]*(?:[ \t]*\|[ \t]*)?)?)(?:(?<=\|[ ]){_TITLE})?"),
        MD,
    ),
    Line("abbreviation", "*[", _line(rf"(?P<mark>\*\[[^\[\]\n]+\]:[ \t]+){_TITLE}"), MD),
    # After a number at the end of a line, a percent sign is prose.
    Line(
        "comment",
        "%",
        re.compile(r"\n(?<!\d\n)(?<!\d\r\n)(?:>[ \t]?)*[ ]{0,3}(?P<mark>%(?![%\d])[^\n]*)$", re.M),
        MD,
    ),
    Line("target", ")=", _line(r"(?P<mark>\([A-Za-z][\w:./ -]*\)=)")),
    Line("break", "+++", _line(r"(?P<mark>\+\+\+(?:[ \t]*\{[^\n]*\}|[ \t][^\n]*)?)"), MD),
    Line("contents", "TOC", _line(r"(?P<mark>\[(?:\[_TOC_\]|_?TOC_?)\])"), MD),
    Line("snippet", "8<", _line(r"(?P<mark>;*-+8<-+[^\n]*)"), MD),
    Line(
        "module",
        "import ",
        _line(r"(?P<mark>import[ \t](?:[^\n]*[ \t]from[ \t]+)?['\"][^'\"\n]+['\"];?)"),
        MD,
    ),
    Line(
        "module",
        "export ",
        _line(r"(?P<mark>export[ \t]+(?:const|default|function|let)[ \t][^\n]*[=({][^\n]*)"),
        MD,
    ),
    *(
        Line(name, hint, _line(rf"(?P<mark>(?>(?:{pattern})[ \t]*)++)"), MD)
        for name, hint, pattern in (
            ("template", "{", _TEMPLATE),
            ("template", "<%", _TEMPLATE),
            ("attributes", "{", _ATTRIBUTES),
            ("component", "<", _JSX),
        )
    ),
)
"""The lines, in the order in which they are looked for."""


def inline(dialect: str, is_hidden: bool) -> tuple[Inline, ...]:
    """Return the rows of :data:`INLINE` of a dialect."""
    rows = (row for row in INLINE if dialect in row.dialects)
    return tuple([row for row in rows if row.is_hidden == is_hidden])


def lines(dialect: str) -> tuple[Line, ...]:
    """Return the rows of :data:`LINES` of a dialect."""
    return tuple([row for row in LINES if dialect in row.dialects])
