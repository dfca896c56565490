"""Formulas, code and references in parallel data: one token each, translated by copying.

Parallel data is plain text, in which a formula stands as ``$x$`` on both sides. A sentence to
translate has the service's tokens instead (``XM0``). Both become the word :data:`SLOT` here,
whatever they hold.
"""

from __future__ import annotations

import re

SLOT = "⟦⟧"
"""The word that stands for every slot."""

TOKEN = re.compile(r"(?<![A-Za-z0-9])(?:XM|QX|ZV)\d+(?P<half>[AZ])?(?![A-Za-z0-9])")
"""A token that :mod:`amts_ext.service.content.markup` puts in the place of a slot. The two halves
of a formatting pair end in A and Z."""

KINDS = {None: "slot", "A": "open", "Z": "close"}
"""Kinds of parts, by the last letter of a token."""

# In order: a formula in a block, a formula in a line, a Sphinx role, a MyST role, code, an image,
# an HTML tag, an address.
_LITERAL = re.compile(
    r"\$\$.+?\$\$"
    r"|(?<![\\$])\$[^$\n]+\$"
    r"|:[A-Za-z][\w:+.-]*:`[^`\n]+`"
    r"|\{[a-z]+\}`[^`\n]+`"
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    r"|!\[[^\]]*\]\([^()\s]*\)"
    r"|</?[A-Za-z][^<>]*>"
    r"|https?://[^\s<>()（），。；]+",
    re.DOTALL,
)
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:[^()\s]|\([^()\s]*\))*\)")
"""A Markdown link; its group is the text of the link."""
_MARKS = re.compile(r"[\[(](?:\*\*|~~)|(?:\*\*|~~)[\])]|~~|(?<!\s)\*+|\*+(?!\s)")
"""Marks of emphasis and deletion, with brackets that belong to them."""


def parts(text: str) -> list[tuple[str, str]]:
    """Cut a text of parallel data into parts, each with its kind: ``text`` or ``slot``.

    >>> parts("Let $x$ be a **big** [number](n.md).")
    [('text', 'Let '), ('slot', '$x$'), ('text', ' be a big number.')]

    No part is empty. Marks of emphasis and links are removed, and the text inside them stays.
    """
    text = _LINK.sub(r"\1", text)
    found: list[tuple[str, str]] = []
    at = 0
    for match in _LITERAL.finditer(text):
        found += [("text", _MARKS.sub("", text[at : match.start()])), ("slot", match.group())]
        at = match.end()
    found.append(("text", _MARKS.sub("", text[at:])))
    return [(kind, content) for kind, content in found if content]


def tokens(text: str) -> list[tuple[str, str]]:
    """Cut a sentence with the service's tokens into parts, each with its kind.

    >>> tokens("XM0 is XM1A big XM1Z")
    [('slot', 'XM0'), ('text', ' is '), ('open', 'XM1A'), ('text', ' big '), ('close', 'XM1Z')]

    The kinds ``open`` and ``close`` are the two halves of a formatting pair. No part is empty.
    """
    found: list[tuple[str, str]] = []
    at = 0
    for match in TOKEN.finditer(text):
        found += [("text", text[at : match.start()]), (KINDS[match["half"]], match.group())]
        at = match.end()
    found.append(("text", text[at:]))
    return [(kind, content) for kind, content in found if content]


def masked(*texts: str) -> tuple[str, ...]:
    """Return texts of parallel data with tokens for their slots, as an engine would get them.

    >>> masked("Let $x$ be `n` or $x$.", "Seja $x$ `n` ou $x$.")
    ('Let XM0 be XM1 or XM0.', 'Seja XM0 XM1 ou XM0.')

    Slots of equal content have equal tokens, in all of the texts.
    """
    numbers: dict[str, int] = {}

    def written(text: str) -> str:
        out = ""
        for kind, content in parts(text):
            if kind == "slot":
                content = f"XM{numbers.setdefault(content, len(numbers))}"
            out += " " * (out[-1:].isalnum() and content[:1].isalnum()) + content
        return " ".join(out.split())

    return tuple(map(written, texts))
