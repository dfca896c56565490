"""In which language a text is written, by py3langid (https://pypi.org/project/py3langid): M. Lui,
T. Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012.

Only as sure as the text is long: a sentence is asked whether it is in one of two languages, a
whole file which of all it is in.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LETTERS = 40
"""A text with fewer letters is not judged."""
SURE = 0.95
ENOUGH = 20_000
"""Characters of a file that are looked at."""


def language(text: str, *among: str) -> str:
    """The language (base code) of ``text``, one of ``among`` if given; empty if it is not sure."""
    if sum(map(str.isalpha, text)) < LETTERS:
        return ""
    bases = tuple(sorted({code.split("-")[0] for code in among}))
    if len(bases) == 1:
        return ""
    found, probability = identifier(*bases).classify(text[:ENOUGH])
    return str(found) if probability >= SURE else ""


@cache
def identifier(*languages: str) -> LanguageIdentifier:
    """The model, for these languages or for all that it knows."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if languages:
        known = set(made.labels)
        made.set_languages([code for code in languages if code in known])
    return made
