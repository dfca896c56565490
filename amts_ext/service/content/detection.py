"""Detection of a text's language, for requests with the source language ``auto``.

Amazon Translate asks Amazon Comprehend. The service asks ``py3langid``, which carries its model and
needs no network (Lui and Baldwin 2012, "langid.py: An Off-the-shelf Language Identification Tool").
It is imported at the first use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from amts_ext.service.content.languages import CODES
from amts_ext.service.wire import ServiceError

AUTO = "auto"
CONFIDENT = 0.5
"""The least confidence with which a language counts as known."""
_SAMPLE = 10_000
"""Characters of a text that are looked at."""
_NOTHING = "zxx"
"""The model's class for texts in no language: numbers, markup, names."""
_NAMES = {"nn": "no"}
"""Codes that the model and Amazon Translate write in different ways."""


@dataclass(frozen=True, slots=True)
class Detected:
    """The most likely language of a text."""

    language: str
    """The code as Amazon Translate writes it."""
    confidence: float
    """A probability from 0 to 1."""

    @property
    def sure(self) -> bool:
        """True if the language counts as known."""
        return self.confidence >= CONFIDENT


def source_of(
    source: str, text: Callable[[], str], unsure: str = "DetectedLanguageLowConfidenceException"
) -> str:
    """Return the source language of a request: the one it names, or for ``auto`` that of its text.

    >>> source_of("auto", lambda: "A rede aprende com os dados.")
    'pt'

    ``text`` is called only for ``auto``. Raises :class:`ServiceError` with the code ``unsure`` if
    the language is not sure.
    """
    if source != AUTO:
        return source
    found = detect(text())
    if found.sure:
        return found.language
    message = (
        f"the source language may be {found.language!r}, with a confidence of"
        f" {found.confidence:.2f}; name it"
    )
    told = {"DetectedLanguageCode": found.language} if unsure.startswith("Detected") else {}
    raise ServiceError(unsure, message, **told)


def detect(text: str) -> Detected:
    """Return the most likely language of a text.

    >>> detect("A rede aprende com os dados.").language
    'pt'
    >>> detect("網路從資料學習").language
    'zh-TW'

    If the two most likely languages tie, the answer is English with their low confidence.
    """
    sample = " ".join(text[:_SAMPLE].split())
    ranked = [(label, p) for label, p in _identifier().rank(sample) if label != _NOTHING]
    label, confidence = ranked[0]
    if confidence == ranked[1][1]:
        return Detected("en", float(confidence))
    language = _NAMES.get(label, label)
    if language == "zh" and _traditional(sample):
        language = "zh-TW"
    return Detected(language, float(confidence))


@cache
def _identifier() -> Any:
    """Return the model, restricted to the service's languages: it is surer of short texts then."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    served = {code.partition("-")[0] for code in CODES} | {*_NAMES, _NOTHING}
    found.set_languages(sorted(served & set(found.labels)))
    return found


def _traditional(text: str) -> bool:
    """Return whether Big5 (traditional characters) has more of a text than GB 2312 (simplified)."""
    simplified = sum(_encodes(c, "gb2312") for c in text)
    return sum(_encodes(c, "big5") for c in text) > simplified


def _encodes(char: str, charset: str) -> bool:
    try:
        return bool(char.encode(charset))
    except UnicodeEncodeError:
        return False
