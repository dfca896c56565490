"""Pseudo-translators: plain functions on texts with slot tokens, which they leave alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_letters

TOKEN = re.compile(r"⟦[^⟦⟧]*⟧")


def outside_tokens(change: Callable[[str], str], text: str) -> str:
    """Apply ``change`` to the stretches of ``text`` that are no slot tokens."""
    pieces = TOKEN.split(text)
    tokens = [*TOKEN.findall(text), ""]
    return "".join(change(p) + t for p, t in zip(pieces, tokens, strict=True))


def upper(texts: list[str]) -> list[str]:
    """Capitals: shows at a glance what a machine was given."""
    return [outside_tokens(str.upper, t) for t in texts]


def backwards(texts: list[str]) -> list[str]:
    """Every stretch reversed: nothing of the prose stays as it was."""
    return [outside_tokens(lambda s: s[::-1], t) for t in texts]


def han(texts: list[str]) -> list[str]:
    """Every letter a Chinese character: words that have no letters of the source's script."""
    letters = {ord(c): chr(0x4E00 + ord(c.lower())) for c in ascii_letters}
    return [outside_tokens(lambda s: s.translate(letters), t) for t in texts]


def identity(texts: list[str]) -> list[str]:
    """The texts as they are: what comes out must be the source's own bytes."""
    return list(texts)
