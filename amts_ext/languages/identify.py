"""Language identification: find the language that a text is written in.

The model is that of py3langid (https://pypi.org/project/py3langid): M. Lui, T. Baldwin, "langid.py:
An Off-the-shelf Language Identification Tool", ACL 2012. It needs text to be sure. So for a
sentence the caller names the two languages that it may be in; for a whole file all languages
compete.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LETTERS = 40
"""A text with fewer letters is not judged."""
SURE = 0.95
"""Probability from which an answer is given."""
ENOUGH = 20_000
"""Characters of a text that the model sees."""


def language(text: str, *among: str) -> str:
    """Identify the language of ``text``, one of ``among`` if given.

    Returns a base code (``pt``, not ``pt-BR``); empty if the model is not sure.

    >>> language("An average is the sum of all values, divided by how many values there are.")
    'en'
    >>> language("An average.")
    ''
    """
    if sum(map(str.isalpha, text)) < LETTERS:
        return ""
    bases = tuple(sorted({code.split("-")[0] for code in among}))
    if len(bases) == 1:
        return ""
    found, probability = identifier(*bases).classify(text[:ENOUGH])
    return str(found) if probability >= SURE else ""


@cache
def identifier(*languages: str) -> LanguageIdentifier:
    """Load the model for these languages, or for all that it knows if none is named."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if languages:
        known = set(made.labels)
        made.set_languages([code for code in languages if code in known])
    return made
