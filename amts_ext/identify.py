"""In which language a text is written, by py3langid (https://pypi.org/project/py3langid).

Only as sure as the text is long: a sentence is asked whether it is in one of two languages, a
whole file which of all it is in.
"""

from __future__ import annotations

from functools import cache
from typing import Any

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
    found, probability = _identifier(bases).classify(text[:ENOUGH])
    return str(found) if probability >= SURE else ""


@cache
def _identifier(languages: tuple[str, ...]) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if languages:
        known = set(made.labels)
        made.set_languages([code for code in languages if code in known])
    return made
