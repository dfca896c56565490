"""What small neural models are known to get wrong, and can be put right without a second look."""

from __future__ import annotations

import re

_QUOTES = str.maketrans(dict.fromkeys("“”„‟", '"') | dict.fromkeys("‘’‚‛", "'"))
_LOOP = re.compile(r"\b(.{2,60}?)(?:[\s,;]+\1\b){2,}", re.DOTALL | re.IGNORECASE)


def straight(text: str) -> str:
    """Straight quotes for curly ones: the models drop words beside those, and write these."""
    return text.translate(_QUOTES)


def collapse(source: str, translated: str) -> str:
    """Remove output that repeats itself where the source does not.

    A title such as "Summary" may come back twice, and a decoder in a loop repeats a phrase to its
    length limit.
    """
    if not translated or _doubled(source) or _LOOP.search(source):
        return translated
    once = _LOOP.sub(r"\1", translated)
    return _doubled(once) or once


def _doubled(text: str) -> str:
    """The first half of a text that is one phrase said twice, or nothing."""
    words = text.split()
    middle = len(words) // 2
    if len(words) % 2 or not words:
        return ""
    bare = [w.strip(".,;:").casefold() for w in words]
    return " ".join(words[:middle]) if bare[:middle] == bare[middle:] else ""
