r"""The constructs of the dialects as data: what stands in prose and is no prose.

A construct is one row of a table. :data:`INLINE` has the pieces of a line that become slots;
:data:`LINES` has the lines that are no prose as a whole, but for a title in some of them.

>>> [row.kind for row in INLINE if row.pattern.search(r"see \ref{fig:a}, {{ x }} and :smile:")]
['template', 'emoji', 'tex']

To teach a format one more construct, add a row.
"""

from __future__ import annotations

import re
from typing import NamedTuple

BOTH = frozenset({"md", "pandoc"})
"""Dialects: ``md`` is read so in ``.md`` files and notebooks, ``pandoc`` in d2lbook's, ``myst`` in
books of Sphinx and Jupyter Book."""
EVERY = BOTH | {"myst"}
MD = frozenset({"md"})
PANDOC = frozenset({"pandoc"})
IN_MYST = frozenset({"md", "myst"})
ONLY_MYST = frozenset({"myst"})


class Inline(NamedTuple):
    """A piece of a line that becomes a slot."""

    kind: str
    """Kind of the slot."""
    example: str
    hint: str
    """A text that every match holds. It is looked for first, because that is fast."""
    pattern: re.Pattern[str]
    dialects: frozenset[str] = MD
    is_hidden: bool = False
    """True if the Markdown parser must not see it, because it may hold what is markup elsewhere:
    bars, quotes, asterisks."""


class Line(NamedTuple):
    """A line that is markup."""

    name: str
    example: str
    hint: str
    pattern: re.Pattern[str]
    """It begins with the line break before the line. Its group ``mark`` is what is no prose. The
    group ``title`` is prose, a block of its own, and ``end`` is a mark again."""
    dialects: frozenset[str] = BOTH
    has_body: bool = False
    """True if the indented lines after it belong to it, as to a list item."""
    half_open: bool = False
    """True if it lacks its end: a person is told."""


# --- pieces of patterns --------------------------------------------------------------------------

ANY = r"(?:[^\n]|\n(?![ \t>]*\r?\n))"
"""A character of a paragraph, on whatever line."""
_TEMPLATE = (
    rf"(?>\{{%{ANY}{{1,200}}?%\}}|\{{#[^{{}}\n]{{0,200}}#\}}|<%{ANY}{{1,200}}?%>"
    rf"|\{{\{{[<%]{ANY}{{1,200}}?[>%]\}}\}}|\{{/\*{ANY}{{0,200}}?\*/\}}"
    r"|\{[#/:@](?:if|else|each|await|then|catch|key|html|const|debug|snippet|render)\b[^{}\n]{0,200}\})"
)
"""Statements and comments of Jinja, Liquid, ERB, Hugo, Svelte and MDX."""
_VALUE = r"(?:\s+[\w:-]+(?:=(?:\"[^\"\n]*\"|'[^'\n]*'|\{(?:[^{}\n]|\{[^{}\n]*\})*\}))?)"
_JSX = rf"</[A-Z][\w.]*>|<[A-Z][\w.]*{_VALUE}*\s*/?>"
"""A component's tag, as in MDX: its name begins with a capital."""
_TITLED_JSX = (
    rf"(?P<mark><[A-Z][\w.]*{_VALUE}*?\s+(?:title|label|heading|caption|summary)=\")"
    rf"(?P<title>[^\"\n{{}}<>`$\\&*]*[^\W\d_][^\"\n{{}}<>`$\\&*]*)(?P<end>\"{_VALUE}*\s*/?>)"
)
"""A component's tag with a title that is plain words."""
FIELD = r"[A-Za-z][\w-]*::(?=[ \t])"
"""The name of a field in notes, as Dataview and Logseq have them."""
_EXPRESSION_OF_PAGE = rf"\{{\{{{ANY}{{1,200}}?\}}\}}"
_SCRIPT = r"~[^\s~]{1,30}~|\^[^\s^]{1,30}\^"
_KEY = r"[^\W_](?:[\w.:#$%&+?<>~/-]*\w)?"
_CITED = rf"\[(?=[^\[\]]*\])[^\[\]@]*(?<!\w)@(?:{_KEY}|\{{)[^\[\]]*\](?![(\[:])"
_BEFORE_KEY = r"(?<![\w/.@])-?@"
_KEY_OF_MD = (
    r"(?=[\w:.-]*\d|(?:fig|tbl|sec|eq|lst|thm|lem|cor|prp|def|exm|exr)[-:])[^\W_](?:[\w.:-]*\w)?"
)
"""A key with a digit, or the label of a cross-reference; any other name may be a person's."""
_ATTRIBUTES = (
    r"\{(?::[^{}\n]*|[ ]*[#.][A-Za-z][^{}\n]*|-)\}"
    r"|\{(?<=[)\]`]\{)[ ]*[\w-]+=[^{}\n]*\}|\{(?<=`\{)=[a-z]\w*\}"
)
_WWW = r"(?a:(?<![\w./@-])www\.[\w-]+\.[a-z][\w./?=&%#~-]*(?<![.?~-]))"
"""An address without its scheme, which GitHub makes a link."""
_TAG = (
    r"(?<=[ \t(])#[^\W\d_][\w/-]*(?![\w#])"
    r"|(?<![^\n])#(?![A-Z])[^\W\d_][\w/-]*(?=(?:[ \t]+#[^\W\d_][\w/-]*)*[ \t\r]*(?:\n|\Z))"
)
"""A tag. At the beginning of a line ``#Word`` is a title to nbconvert, and ``#word`` is a tag if
nothing but tags follows it."""
_EXPRESSION = r"[$#]\{[A-Za-z_][^{}\n]*\}|\{[A-Za-z_]\w*(?:\.\w+|\[[^\[\]\n]*\]|\([^(){}\n]*\))+\}"
"""A name that a program fills in: ``${name}``, ``#{name}``, and ``{props.name}`` of MDX."""
_FORMAT = r"(?<![A-Za-z0-9_%])%(?:\(\w+\)[sdfr]|[sd])(?![A-Za-z0-9_%])"
_CRITIC = rf"\{{~~{ANY}{{1,400}}?~~\}}|\{{>>{ANY}{{1,400}}?<<\}}"
"""A replacement and a comment of CriticMarkup."""
_DOMAIN = (
    r"(?<![\w@/.:-])(?:[\w-]+\.)+(?:com|org|net|edu|io|dev|ai|gov)(?![\w-]|\.\w)(?:/[^\s<>]*[\w/])?"
)
"""An address without a scheme, of which MyST's linkify makes a link."""
_EMBEDDED = r"@\[[\w-]+\]\([^()\n]*\)"
_HIDDEN = r"(?<![A-Za-z0-9_%])%%(?!%)[^%\n]{1,200}%%(?![A-Za-z0-9_%])"
_REFERENCES = (
    "ref|eqref|pageref|autoref|nameref|cref|Cref|vref|label|cite[a-z]*|Cite[a-z]*|nocite|textcite|"
    "parencite|footcite|autocite|index|input|include|includegraphics|bibliography|vspace|hspace|"
    "usepackage|newcommand|renewcommand|setlength|url|gls|Gls|SI|qty|num|si"
)
"""TeX commands whose arguments hold no prose."""
OPTION = r"\[(?:[^\[\]\n]|\n(?![ \t>]*\r?\n)){0,200}\]"
"""An optional argument of a TeX command."""
_TEX = (
    rf"\\@ref\([^()\s]*\)|\\(?:{_REFERENCES})\*?(?:{OPTION})*(?:\{{[^{{}}\n]*\}})+"
    r"|(?<![\w:])\\[A-Za-z]{2,}\*?(?:\{[^{}\s]*\})*"
)
_TEX_WITH_OPTIONS = rf"\\[A-Za-z]+\*?(?:{OPTION})+(?:\{{[^{{}}\n]*\}})+"
IN_BRACES = r"(?:[^{}\n\\$]|\n(?![ \t>]*\r?\n)|\\.|\$[^$\n]*\$|\{[^{}\n]*\}){1,400}?"
TEX_TEXT = (
    "textbf|textit|texttt|textsc|textsf|textrm|textsl|textup|textmd|emph|underline|footnote|"
    "footnotetext|caption|title|author|part|chapter|section|subsection|subsubsection|paragraph|"
    "enquote|uline|sout|hl|marginpar|marginnote|sidenote|textcolor\\{\\w+\\}"
)
"""TeX commands whose argument is prose."""
_SCRIPTED = (
    r"(?:(?<!\w)[A-Za-z0-9]{1,15}|(?<=[^\W_])|(?<=[)\]}]))"
    rf"(?:(?:{_SCRIPT})[A-Za-z0-9]{{0,15}})+"
)
"""Subscripts and superscripts, with the short word that they belong to."""
_EMOJI = r"(?<![\w:]):(?:[+-]1|[a-z][\w+-]*):(?![\w:`])(?:\{[ ]*[.:#][^{}\n]*\})?"
PROSE_DIRECTIVES = (
    "note|info|tip|hint|warning|danger|caution|attention|important|error|seealso|admonition|"
    "dropdown|details|spoiler|topic|sidebar|card|tab-item|exercise|solution|success|question|"
    "example|quote|abstract|summary|todo|bug|failure|prf:[a-z]+|proof:[a-z]+"
)
"""Directives whose argument and body are prose."""


_OPTIONS = r"(?:\n[ \t>]*:[a-z][\w-]*:(?!`)[^\n]*)*"
"""The options of a directive, on the lines after it: ``:class: dropdown``."""
_TITLE = r"(?P<title>\S(?:[^\n]*\S)?)"
_QUOTED = r"(?P<title>[^\"\n]*)(?P<end>\")"
_BODY = r"(?=[ \t\r]*\n[ \t]+\S)"
"""An indented line follows: after an empty line it would be code to pandoc."""
_QUOTE = r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+[ \t>]*)?(?<=>)[ \t]*"
_ALERT = r"(?P<mark>\[![A-Za-z][\w-]*(?:[ \t][^\[\]\n]*)?\][+-]?)"
_HALF_ALERT = r"(?P<mark>\[![A-Za-z][\w-]*(?:[ \t][^\[\]\n]*)?)"
_INCLUDE = r"(?P<mark>\[![A-Za-z][\w-]*[ ]?\[[^\[\]\n]*\]\([^()\n]*\)\])"
_TITLED_DIRECTIVE = (
    rf"(?P<mark>\.\.[ ](?:{PROSE_DIRECTIVES})::[ \t]+){_TITLE}(?P<end>[ \t]*{_OPTIONS})"
)
_DIRECTIVE = rf"(?P<mark>\.\.[ ](?:{PROSE_DIRECTIVES})::{_OPTIONS})"
_OTHER_DIRECTIVE = (
    rf"(?P<mark>\.\.[ ](?!(?:{PROSE_DIRECTIVES})::)[a-z][\w:+.-]*::(?:[ \t][^\n]*)?"
    r"(?:(?:\n[ \t\r]*)*\n[ \t]+\S[^\n]*)*)"
)
"""A directive of reStructuredText whose body is no prose, with its indented lines."""
_LEAF = (
    r"(?P<mark>::[a-z][\w-]*\[)(?P<title>[^\[\]\n]*[^\s\[\]])"
    r"(?P<end>\](?:\{[^{}\n]*\})?)"
)
_TITLED_CONTAINER = (
    rf"(?P<mark>:{{3,}}[ \t]*(?:\{{(?:{PROSE_DIRECTIVES})\}}[ \t]*|[a-z][\w-]*(?:[ \t]+|\[)))"
    rf"(?P<title>[^\s{{:\]](?:[^\n]*[^\s\]])?)(?P<end>\]?[ \t]*{_OPTIONS})"
)
_VALUES = r"(?:[ \t]+[\w-]+=(?:\"[^\"\n]*\"|[^\s\":]+))+[ \t]*:*"
_CONTAINER = r"[ \t]*(?:\{[^\n]*|[\w.:/-]*(?:[ \t]+\{[^{}\n]*\})?[ \t]*:*)"
_BLOCK = r"(?P<mark>/{3,}(?:[ \t]*[a-z][\w-]*(?:[ \t]*\|[ \t]*)?)?)"
_ABBREVIATION = r"(?P<mark>\*\[[^\[\]\n]+\]:[ \t]+)"
_COMMENT = r"\n(?<!\d\n)(?<!\d\r\n)(?:>[ \t]?)*[ ]{0,3}(?P<mark>%(?![%\d(]|[sd]\b)[^\n]*)$"
"""A comment of MyST's. After a number at the end of a line, a percent sign is prose."""
_IMPORT = (
    r"(?P<mark>import[ \t](?:(?:[^\n]*[ \t]|\{[ \t]*(?:\n[^\n{}'\"]*){1,99}\}[ \t]*)from[ \t]+)?"
    r"['\"][^'\"\n]+['\"];?)"
)
_EXPORT = (
    r"(?P<mark>export[ \t]+(?:const|default|function|let|async|type|interface)[ \t](?=[^\n]*[=({])"
    r"(?:[^\n]*[\[({`][ \t]*(?:\n(?![}\])`])[^\n]*){0,200}\n[}\])`][^\n]*|[^\n]*))"
)
"""A statement of a program in MDX, up to the line that closes its braces."""


def _inline(pattern: str) -> re.Pattern[str]:
    """Compile the pattern of a piece; one after a backslash is text."""
    return re.compile(rf"(?<!\\)(?:{pattern})")


def _line(pattern: str) -> re.Pattern[str]:
    """Compile the pattern of a line, which may stand in a block quote or be indented.

    It begins with the line break before the line, which is found fast.
    """
    return re.compile(rf"\n[ \t>]*{pattern}[ \t\r]*$", re.MULTILINE)


def _admonition(opener: str, after: str = "") -> re.Pattern[str]:
    """Compile the pattern of a line like ``!!! note "A title"``; its title may be missing."""
    words = r"[\w-]+(?:[ \t]+[\w-]+)*"
    return _line(rf"(?P<mark>{opener}[ \t]+{words}(?:[ \t]+\")?)(?:(?<=\"){_QUOTED})?{after}")


def _only(pattern: str) -> re.Pattern[str]:
    """Compile the pattern of a line that holds nothing but such pieces."""
    return _line(rf"(?P<mark>(?>(?:{pattern})[ \t]*)++)")


# --- the tables ----------------------------------------------------------------------------------

INLINE = (
    Inline("template", "{{ page.title }}", "{{", _inline(_EXPRESSION_OF_PAGE), IN_MYST, True),
    Inline("template", "{% include a.html %}", "{", _inline(_TEMPLATE), MD, True),
    Inline("template", "{~~old~>new~~}", "{", _inline(_CRITIC), MD, True),
    Inline("template", "@[youtube](abc)", "@[", _inline(_EMBEDDED), MD, True),
    Inline("template", "%%a comment%%", "%%", _inline(_HIDDEN), MD, True),
    Inline("template", "<%= name %>", "<%", _inline(_TEMPLATE), MD, True),
    Inline("html", '<Tip kind={"warning"}>', "={", _inline(_JSX), MD, True),
    Inline("tex", r"\citep[see][p. 3]{Tukey}", "]{", _inline(_TEX_WITH_OPTIONS), PANDOC, True),
    Inline("emoji", ":smile:", ":", _inline(_EMOJI)),
    Inline("attributes", "{#fig:bus width=50%}", "{", _inline(_ATTRIBUTES), EVERY),
    Inline("template", "${name}", "{", _inline(_EXPRESSION)),
    Inline("template", "%(name)s", "%", _inline(_FORMAT)),
    # In MyST a sign of percent begins a comment where it begins a line, so it is no example there.
    Inline("template", "{number}", "%", _inline(_FORMAT), ONLY_MYST),
    Inline("template", "{number}", "{n", _inline(r"\{(?:number|name)\}"), ONLY_MYST),
    Inline("tex", r"(\#eq:mean)", "(\\#", _inline(r"\(\\#[\w:-]+\)")),
    Inline(
        "anchor", "[[anchor]]", "[[", _inline(r"\[\[[^\[\]\n]*[^\W\d_][^\[\]\n]*\]\](?![(\[:])")
    ),
    Inline(
        "keys", "++ctrl+c++", "++", _inline(r"(?<!\w)\+\+[a-z0-9]+(?:[+-][a-z0-9]+)*\+\+(?!\w)")
    ),
    Inline("url", "www.example.org", "www.", _inline(_WWW)),
    Inline("tag", "#tag", "#", _inline(_TAG)),
    Inline("citation", "[see @Tukey.1977, p. 3]", "@", _inline(_CITED), EVERY),
    Inline(
        "citation", "@knuth84", "@", _inline(rf"{_BEFORE_KEY}(?:{_KEY}|\{{[^{{}}\n]*\}})"), PANDOC
    ),
    Inline("citation", "@knuth84", "@", _inline(rf"{_BEFORE_KEY}{_KEY_OF_MD}"), IN_MYST),
    Inline(
        "tex", r"\textbf{words}", "\\", _inline(rf"\\(?:{TEX_TEXT})\*?\{{{IN_BRACES}\}}"), PANDOC
    ),
    Inline("tex", r"\ref{fig:a}", "\\", _inline(_TEX), EVERY),
    Inline("url", "www.example.org", ".", _inline(_DOMAIN), ONLY_MYST),
    Inline("script", "x^2^", "^", _inline(_SCRIPTED), BOTH),
    Inline("script", "H~2~O", "~", _inline(_SCRIPTED), BOTH),
)
"""The pieces, in the order in which they are looked for."""

LINES = (
    Line("alert", "> [!NOTE]", "[!", _line(rf"{_QUOTE}{_ALERT}(?:[ \t]+{_TITLE})?")),
    Line("alert", "> [!NOTE", "[!", _line(rf"{_QUOTE}{_HALF_ALERT}"), EVERY, half_open=True),
    Line("include", "[!INCLUDE [a](a.md)]", "[!", _line(_INCLUDE), MD),
    Line(
        "container",
        ':::image source="a.png":::',
        ":::",
        _line(rf"(?P<mark>:{{3,}}[ \t]*[\w-]+{_VALUES})"),
    ),
    Line("container", ":::{note} A title", ":::", _line(_TITLED_CONTAINER)),
    Line("container", "::: {.note}", ":::", _line(rf"(?P<mark>:{{3,}}{_CONTAINER}{_OPTIONS})")),
    Line("leaf", "::video[A title]{#a}", "::", _line(_LEAF), MD),
    Line("leaf", "::video{#a}", "::", _line(r"(?P<mark>::[a-z][\w-]*(?:\{[^{}\n]*\})?)"), MD),
    Line("admonition", '!!! note "A title"', "!!!", _admonition(r"!!!"), MD, True),
    Line("admonition", "???+ note", "???", _admonition(r"\?\?\?\+?"), MD, True),
    Line("tab", '=== "A title"', "===", _line(rf'(?P<mark>===[!+]?[ \t]+"){_QUOTED}'), MD, True),
    Line("admonition", '!!! note "A title"', "!!!", _admonition(r"!!!", _BODY), PANDOC, True),
    Line("admonition", "???+ note", "???", _admonition(r"\?\?\?\+?", _BODY), PANDOC, True),
    Line("block", "/// note | A title", "///", _line(rf"{_BLOCK}(?:(?<=\|[ ]){_TITLE})?"), MD),
    Line("abbreviation", "*[HTML]: Words", "*[", _line(rf"{_ABBREVIATION}{_TITLE}"), MD),
    Line("field", "author:: Words", ":: ", _line(rf"(?P<mark>{FIELD}[ \t]+){_TITLE}"), MD),
    Line("comment", "% a comment", "%", re.compile(_COMMENT, re.M), MD),
    Line("target", "(sec-mean)=", ")=", _line(r"(?P<mark>\([A-Za-z][\w:./ -]*\)=)")),
    Line("break", "+++", "+++", _line(r"(?P<mark>\+\+\+(?:[ \t]*\{[^\n]*\}|[ \t][^\n]*)?)"), MD),
    Line("contents", "[TOC]", "TOC", _line(r"(?P<mark>\[(?:\[_TOC_\]|_?TOC_?)\])"), MD),
    Line("contents", "[toc]", "[toc]", _line(r"(?P<mark>@?\[toc\])"), MD),
    Line("contents", "@[TOC]", "@[TOC]", _line(r"(?P<mark>@\[TOC\])"), MD),
    Line("directive", ".. note:: A title", ".. ", _line(_TITLED_DIRECTIVE), MD, True),
    Line("directive", ".. note::", ".. ", _line(_DIRECTIVE), MD, True),
    Line("directive", ".. image:: a.png", ".. ", _line(_OTHER_DIRECTIVE), MD),
    Line("snippet", '--8<-- "a.md"', "8<", _line(r"(?P<mark>;*-+8<-+[^\n]*)"), MD),
    Line("snippet", "<<< @/a.js", "<<<", _line(r"(?P<mark><<<[ \t]*@?[^\s<>][^\n]*)"), MD),
    Line(
        "snippet",
        '@import "a.md"',
        "@i",
        _line(r"(?P<mark>@(?:import|include)[ \t]+[\"'<(][^\n]*)"),
        MD,
    ),
    Line("snippet", "!include a.md", "!include", _line(r"(?P<mark>!include[ \t(]+[^\s]+)"), MD),
    Line("module", 'import A from "a"', "import ", _line(_IMPORT), MD),
    Line("module", "export const a = 1", "export ", _line(_EXPORT), MD),
    Line("template", "{% if a %}", "{", _only(_TEMPLATE), MD),
    Line("template", "<% if a %>", "<%", _only(_TEMPLATE), MD),
    Line("attributes", "{: .note}", "{", _only(_ATTRIBUTES), MD),
    Line("component", '<Tip title="A title">', '="', _line(_TITLED_JSX), MD),
    Line("component", "<Tip warning={true}>", "<", _only(_JSX), MD),
)
"""The lines, in the order in which they are looked for."""

_PARAGRAPH = r"(?:\n[ \t>]*\r?|\A)\n[ \t>]*"
_PART = r"\n#{1,2}[ ]+(?P<mark>\((?:PART|APPENDIX)(?:\\?\*)?\))(?=[ \t]+\S)"
_LAST = r"[ \t](?P<mark>\^[A-Za-z0-9][\w-]*)(?=[ \t\r]*(?:\n[ \t>]*\r?\n|\n?\Z))"
_TIP = rf"{_PARAGRAPH}(?P<mark>[!?]>)(?=[ \t]+\S)"
_ITEM = rf"\n[ \t>]*(?:[-*+]|\d{{1,9}}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?P<mark>{FIELD}[ \t]+)(?=\S)"
_LABEL = rf"{_PARAGRAPH}(?P<mark>\(ref:[\w-]+\))(?=[ \t]+\S)"
MARKERS = (
    Line("tip", "!> Words", ">", re.compile(_TIP), MD),
    Line("label", "(ref:bus) Words", "(ref:", re.compile(_LABEL), MD),
    Line("field", "- author:: Words", "::", re.compile(_ITEM), MD),
    Line("part", "# (PART) Words", "# (", re.compile(_PART), MD),
    Line("anchor", "Words. ^anchor", "^", re.compile(_LAST), MD),
)
"""Pieces at the beginning or the end of a paragraph or a title, which they are no part of."""


def inline(dialect: str, is_hidden: bool) -> tuple[Inline, ...]:
    """Return the rows of :data:`INLINE` of a dialect."""
    rows = (row for row in INLINE if dialect in row.dialects)
    return tuple([row for row in rows if row.is_hidden == is_hidden])


def lines(dialect: str) -> tuple[Line, ...]:
    """Return the rows of :data:`LINES` of a dialect."""
    return tuple([row for row in LINES if dialect in row.dialects])
