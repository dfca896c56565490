"""What a text holds that a translation keeps: formulas, code, links, references, each with a key.

>>> from amts_ext.formats import get
>>> text = "# Mean\\n:label:`sec_mean`\\n\\nLet $x_{1}$ be [small](https://example.org/en/a).\\n"
>>> whole = Text(get("d2l").read(text), "en")
>>> keys = Keys(("en", "zh"))
>>> [(p.kind, p.key) for piece in whole.pieces for p in places(whole, piece, keys)]
[('reference', 'sec_mean'), ('formula', 'x_1'), ('link', 'example.org/a')]

Places of one key say the same. A key has no blanks, no words inside a formula, and no language in
an address, so what a human has localized keeps its key.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, cached_property
from typing import NamedTuple

from amts_ext.merging.pieces import Piece
from amts_ext.merging.texts import Text

KINDS = {
    "math": "formula",
    "code": "code",
    "link": "link",
    "url": "link",
    "html": "link",
    "image": "link",
    "role": "reference",
    "citation": "reference",
    "tex": "reference",
}
"""What a correction is called, by the kind of the mark; others are formatting."""
_ADDRESS = re.compile(
    r"\]\(\s*<?([!-~]+?)(?=[\s)>]|[^!-~]|$)|(?:src|href)\s*=\s*[\"']([^\"']+)|(\w+://[!-~]+)"
)
"""An address; what a human wrote behind one without a blank is no part of it."""
_LABEL = re.compile(r":\w*label:`[^`\n]*`|\([\w:.-]+\)=|\{#[^}\s]+")


class Held(NamedTuple):
    """One place of a text."""

    kind: str
    """``formula code link reference``"""
    key: str
    text: str
    start: int


def places(text: Text, piece: Piece, keys: Keys) -> Iterator[Held]:
    """Yield the places in a piece, in order."""
    found = {place.start: place for place in _anchors(text, piece, keys)}
    found |= {place.start: place for place in _marks(text, piece, keys)}
    yield from (found[start] for start in sorted(found))


def _marks(text: Text, piece: Piece, keys: Keys) -> Iterator[Held]:
    for index in piece.blocks:
        for mark in text.document.blocks[index].marks:
            written = text.document.text[mark.start : mark.end]
            kind = KINDS.get(mark.kind, "")
            if kind == "link":
                for address in _ADDRESS.finditer(written):
                    found = next(filter(None, address.groups()))
                    yield Held(kind, keys.address(found), found, mark.start)
            elif kind:
                yield Held(kind, keys.of(kind, written), written, mark.start)


def _anchors(text: Text, piece: Piece, keys: Keys) -> Iterator[Held]:
    anchors = text.document.anchors
    first = bisect_left(anchors, (piece.start, ""))
    for start, what in anchors[first : bisect_left(anchors, (piece.end, ""))]:
        kind, _, content = what.partition(":")
        if kind == "math":
            yield Held("formula", keys.of("formula", content), content, start)
        elif kind == "image":
            yield Held("link", keys.address(content), content, start)
        elif kind != "code" and (label := _LABEL.match(what)):
            yield Held("reference", keys.of("reference", label.group()), label.group(), start)


# --- keys -----------------------------------------------------------------------------------------

_WORDS = re.compile(
    r"\\(?:text[a-z]*|mathrm|mathit|mbox|operatorname\*?)\s*(?:\{[^{}]*\}|(?=[^{\s]))"
)
_ORDINAL = re.compile(r"\^\s*\{?\s*(?:\\(?:mathrm|text|rm)\b\s*)?\{?\s*(?:st|nd|rd|th)\s*\}*")
_SPELLINGS = {
    "ldots": "\\dots", "cdots": "\\dots", "leq": "\\le", "geq": "\\ge", "neq": "\\ne",
    "to": "\\rightarrow", "cdot": "\\times", "div": "/", "mid": "|", "vert": "|", "Vert": "|",
    "colon": ":", "ast": "*", "lbrace": "\\{", "rbrace": "\\}", "stackrel{}{=}": ":=",
}  # fmt: skip
"""Commands that are other spellings of something."""
_SPELLED = re.compile(rf"\\(?:({'|'.join(map(re.escape, _SPELLINGS))})(?![a-zA-Z])|(\|))")
_LAYOUT = re.compile(
    r"\\(?:[,;:!> ]|(?:quad|qquad|left|right|[bB]ig+[lrm]?|displaystyle|(?:no)?limits|nonumber)"
    r"(?![a-zA-Z])|\\)|\\tag\{[^}]*\}|\\(?:begin|end)\{[^}]*\}(?:\{[^}]*\})?|[$&~\s`]"
)
_SIGNS = str.maketrans({"×": r"\times ", "·": r"\times ", "÷": "/", "…": r"\dots ", "≤": r"\le "})
_ALONE = re.compile(r"\{(\\?\w+)\}")
_HELD = re.compile(r"`([^`]+)`")
"""What a role or a label holds: its name says how it is shown."""
_SCHEME = re.compile(r"^[a-z]+://(?:www\.)?", re.I)
_PART = re.compile(r"([/._?=&#-]*)([^/._?=&#-]*)")


class Keys:
    """The keys of places in two languages: those of the source and of the translation."""

    def __init__(self, languages: tuple[str, str]) -> None:
        self._languages = languages

    def of(self, kind: str, written: str) -> str:
        """Return the key of a formula, a reference, or code.

        >>> keys = Keys(("en", "zh"))
        >>> keys.of("formula", "$ x_{i}, \\\\ldots \\\\text{if } y. $")
        'x_i,\\\\dotsy'
        >>> keys.of("formula", "$i^\\\\mathrm{th}$"), keys.of("code", "` a  + b `")
        ('i', 'a+b')
        """
        if kind == "formula":
            return _formula(written)
        held = _HELD.search(written) if kind == "reference" else None
        return "".join((held[1] if held else written).split()).strip("`")

    def address(self, written: str) -> str:
        """Return the key of an address.

        >>> keys = Keys(("en", "zh"))
        >>> keys.address("https://zh.wikipedia.org/wiki/A"), keys.address("../img/mean_zh.svg")
        ('.wikipedia.org/wiki/A', '../img/mean.svg')
        """
        bare = _SCHEME.sub("", written).rstrip("/")
        parts = _PART.findall(bare)
        return "".join(gap + word for gap, word in parts if word.lower() not in self._names)

    def edition(self, written: str) -> frozenset[str]:
        """Return what an address says of a language: ``zh`` of ``https://zh.wikipedia.org``."""
        words = {word.lower() for _, word in _PART.findall(_SCHEME.sub("", written))}
        return self._names & words

    @cached_property
    def _names(self) -> frozenset[str]:
        """What an address may call the two languages: zh, cn, hans."""
        from babel.core import get_global

        likely = get_global("likely_subtags")
        whole = (likely.get(lang.split("-")[0], lang) for lang in self._languages)
        return frozenset(word.lower() for name in whole for word in name.split("_"))


@cache
def _formula(written: str) -> str:
    plain = unicodedata.normalize("NFKC", written.translate(_SIGNS).replace("...", r"\dots "))
    bare = _WORDS.sub("", _ORDINAL.sub("", plain))
    bare = _SPELLED.sub(lambda match: _SPELLINGS[match[1]] if match[1] else "|", bare)
    return _ALONE.sub(r"\1", _LAYOUT.sub("", bare)).strip(".,;:")
