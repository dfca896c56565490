"""Formulas, code and references in parallel data: one token each, translated by copying.

Parallel data is plain text: a formula stands in it as ``$x$`` on both sides. The engine never sees
such text but the service's tokens (``XM0``). Both become :data:`SLOT` here, whatever they hold.
"""

from __future__ import annotations

import re

SLOT = "⟦⟧"
"""The word that stands for every slot."""

TOKEN = re.compile(r"(?<![A-Za-z0-9])(?:XM|QX|ZV)\d+(?P<half>[AZ])?(?![A-Za-z0-9])")
"""What :mod:`amts_ext.service.content.markup` puts in a slot's place; A and Z end the halves of a
pair."""

KINDS = {None: "slot", "A": "open", "Z": "close"}

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
_MARKS = re.compile(r"[\[(](?:\*\*|~~)|(?:\*\*|~~)[\])]|~~|(?<!\s)\*+|\*+(?!\s)")


def parts(text: str) -> list[tuple[str, str]]:
    """A text of parallel data as (kind, content): ``text`` and ``slot`` by turns, none empty.

    Marks of emphasis and links are left out, what stands inside them is kept.
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
    """As :func:`parts`, of a sentence that comes to the engine with the service's tokens.

    The two halves of a pair are of the kinds ``open`` and ``close``.
    """
    found: list[tuple[str, str]] = []
    at = 0
    for match in TOKEN.finditer(text):
        found += [("text", text[at : match.start()]), (KINDS[match["half"]], match.group())]
        at = match.end()
    found.append(("text", text[at:]))
    return [(kind, content) for kind, content in found if content]


def masked(*texts: str) -> tuple[str, ...]:
    """Texts of parallel data as the service would send them; equal slots get the same token."""
    numbers: dict[str, int] = {}

    def written(text: str) -> str:
        out = ""
        for kind, content in parts(text):
            if kind == "slot":
                content = f"XM{numbers.setdefault(content, len(numbers))}"
            out += " " * (out[-1:].isalnum() and content[:1].isalnum()) + content
        return " ".join(out.split())

    return tuple(map(written, texts))
