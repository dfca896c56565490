"""Repairs of known faults of small neural models, by the text alone."""

from __future__ import annotations

import re

_QUOTES = str.maketrans(dict.fromkeys("“”„‟", '"') | dict.fromkeys("‘’‚‛", "'"))
_DASH = re.compile(r"(?<!\d)[‐‑–—](?!\d)")
"""A dash that does not stand beside a digit, where it may be a minus sign or a range."""
_PAUSE = re.compile(r"(?<=[^\W\d_])—(?=[^\W\d_])")
"""A dash between two words, without blanks."""
_LOOP = re.compile(r"\b(.{2,60}?)(?:[\s,;]+\1\b){2,}", re.DOTALL | re.IGNORECASE)
"""A phrase of 2 to 60 characters that stands at least three times in a row."""


def straight(text: str) -> str:
    """Replace curly quotes and long dashes by straight ones: the models drop words beside them.

    >>> straight("the “loss” — an input–output pair")
    'the "loss" - an input-output pair'

    Beside digits a dash may be a minus sign or a range, and stays.
    """
    text = _PAUSE.sub(" - ", text.translate(_QUOTES))
    return _DASH.sub("-", text).replace("…", "...")


def collapse(source: str, translated: str) -> str:
    """Remove repetitions from a translation, unless the source repeats itself as well.

    >>> collapse("Summary", "Resumo. Resumo.")
    'Resumo.'
    >>> collapse("We train it.", "Nós treinamos, treinamos, treinamos.")
    'Nós treinamos.'

    The models tend to translate a short title twice. A decoder in a loop repeats a phrase up to its
    limit of length.
    """
    if not translated or _doubled(source) or _LOOP.search(source):
        return translated
    once = _LOOP.sub(r"\1", translated)
    return _doubled(once) or once


def _doubled(text: str) -> str:
    """Return the first half of a text that says one phrase twice; empty for any other text."""
    words = text.split()
    middle = len(words) // 2
    if len(words) % 2 or not words:
        return ""
    bare = [w.strip(".,;:").casefold() for w in words]
    return " ".join(words[:middle]) if bare[:middle] == bare[middle:] else ""
