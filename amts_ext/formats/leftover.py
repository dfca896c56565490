"""Words that stay in the source language on a page, because no translator gets them.

>>> text = "<details>\\n<summary>More words</summary>\\n"
>>> [(doubt.line, doubt.source) for doubt in in_html(text, [(0, len(text))])]
[(2, 'More words')]

Each kind is listed once per file, with what a person can do about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from amts_ext.formats.constructs import TEX_TEXT
from amts_ext.formats.halves import doubt
from amts_ext.formats.heads import left
from amts_ext.formats.overlays import Overlay, Spans
from amts_ext.model import Doubt

DRAWN = "a table that only pandoc reads stays as it is; write it with bars to have it translated"
WORDS_IN_HTML = (
    "the words in a block of HTML stay as they are; write them in Markdown, with empty lines "
    "around them, to have them translated"
)
WORDS_IN_HEAD = (
    "words in the head of a file stay as they are; write the value on one line, without markup, "
    "to have it translated"
)
WORDS_IN_ATTRIBUTE = (
    "the words of an attribute stay as they are; translate them by hand, or write them as prose"
)
WORDS_IN_LINK = (
    "the title of a link or an image stays as it is; translate it by hand, or leave it out"
)
WORDS_IN_TEX = (
    "the words in a TeX command stay as they are; write them in Markdown to have them translated"
)
INDENTED = (
    "words with four blanks before them are code to Markdown and stay as they are, also inside a "
    "component; indent them less to have them translated"
)
NO_WORDS = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|pre|code|svg|math|template|textarea|title)\b.*?(?:</\1\s*>|\Z)"
    r"|<[^<>]*>|\{[{%].*?[}%]\}|&\w+;|\$[^$]*\$",
    re.DOTALL | re.IGNORECASE,
)
"""What a page does not show as words: tags, comments, programs, formulas."""
WORD = re.compile(r"[^\W\d_]{3,}")
PLAIN = re.compile(r"(?<![^\s(])[^\W\d_]{3,}[.,:;!?)]{0,2}(?!\S)")
"""A plain word; the names of code and of files are none."""
TAG = re.compile(
    r"(?:<(?=[A-Za-z])|(?<!\\)\{)(?:[^<>{}\"']|\{[^{}]*\}|\"[^\"]*\"|'[^'\n]*'|['\"]){1,400}"
)
"""The inside of a tag, a template, or the attributes of a piece of Markdown."""
ATTRIBUTE = re.compile(
    r"(?<=[\s\"'{:])(?:alt|title|label|caption|placeholder|aria-label|aria-description|summary|"
    r"heading|description|subtitle|tooltip|fig-cap|fig-alt|tbl-cap|lst-cap|message)="
    r"(?:\"(?P<double>[^\"]{1,500})\"|'(?P<single>[^'\n]+)')"
)
"""An attribute whose value a page shows."""
IN_COMPONENT = re.compile(
    r"\n[ \t]*<[A-Z][^\n]*>[ \t\r]*\n(?:[ \t\r]*\n)?(?:[ ]{4,}|[ ]{0,3}\t)[ \t]*"
    r"(?P<words>[^\W\d_][^\n]*)"
)
"""A component's tag, and under it an indented line of words."""
IN_TEX = re.compile(rf"(?<!\\)\\(?:{TEX_TEXT})\*?\{{(?=[^{{}}]*[^\W\d_]{{3}})[^{{}}\n]*")


def in_html(text: str, blocks: Iterable[tuple[int, int]]) -> Iterator[Doubt]:
    """Find the first block of HTML that shows words.

    >>> text = "<details>\\n<summary>More words</summary>\\n"
    >>> [(doubt.line, doubt.source) for doubt in in_html(text, [(0, len(text))])]
    [(2, 'More words')]
    """
    for start, end in blocks:
        shown = NO_WORDS.sub(lambda match: " " * len(match[0]), text[start:end])
        word = WORD.search(shown)
        if word:
            yield doubt(
                text,
                start + word.start(),
                shown[word.start() :].split("  ")[0].split("\n")[0],
                WORDS_IN_HTML,
            )
            return


def in_attributes(text: str, code: Spans, is_prose: Callable[[int], bool]) -> Iterator[Doubt]:
    """Find the first attribute whose words a page shows, and that is not read as prose.

    >>> text = 'See <img alt="A red bus" src="b.png">.'
    >>> [doubt.source for doubt in in_attributes(text, Spans([]), lambda at: False)]
    ['A red bus']
    """
    for match in _attributes(text) if '="' in text or "='" in text else ():
        group = match.lastgroup or ""
        at = match.start(group)
        in_comment = text.rfind("<!--", 0, at) > text.rfind("-->", 0, at)
        if (
            PLAIN.search(match[group])
            and code.free(at, at + 1)
            and not in_comment
            and not is_prose(at)
        ):
            yield doubt(text, at, match[group], WORDS_IN_ATTRIBUTE)
            return


def _attributes(text: str) -> Iterator[re.Match[str]]:
    for tag in TAG.finditer(text):
        yield from ATTRIBUTE.finditer(text, *tag.span())


def in_links(text: str, titled: Iterable[tuple[int, str]]) -> Iterator[Doubt]:
    """Say once that a link or an image has a title."""
    for start, title in titled:
        if PLAIN.search(title):
            yield doubt(text, start, title, WORDS_IN_LINK)
            return


def in_tex(text: str, *taken: Spans) -> Iterator[Doubt]:
    """Find the first TeX command around words, outside code and formulas, which are ``taken``.

    >>> print(*[doubt.source for doubt in in_tex(r"Some \\textbf{more words}.")])
    \\textbf{more words
    """
    for match in IN_TEX.finditer(text) if "\\" in text else ():
        if all(spans.free(match.start(), match.start() + 1) for spans in taken):
            yield doubt(text, match.start(), match.group(), WORDS_IN_TEX)
            return


def in_component(text: str, code: Spans) -> Iterator[Doubt]:
    """Find the first indented words under a component's tag that Markdown takes for code."""
    for match in IN_COMPONENT.finditer(f"\n{text}") if "<" in text else ():
        tag, at = match.start(), match.start("words") - 1
        is_code = not code.free(at, at + 1) and code.free(tag, tag + 1)
        if is_code and len(PLAIN.findall(match["words"])) > 1:
            yield doubt(text, at, match["words"], INDENTED)
            return


def in_head(text: str) -> Iterator[Doubt]:
    """Find the first words in the head of a text that are not read as prose."""
    found = left(text)
    if found:
        yield doubt(text, *found, WORDS_IN_HEAD)


def drawn(text: str, tables: Iterable[Overlay]) -> Iterator[Doubt]:
    """Find the first table that only pandoc reads and that holds words."""
    for table in tables:
        word = WORD.search(text, table.start, table.end)
        if word:
            first = text[table.start : table.end].lstrip().split("\n")[0]
            yield doubt(text, table.start, first, DRAWN)
            return
