"""The language of a text, for the source language ``auto``.

Amazon Translate asks Amazon Comprehend; here it is ``py3langid`` (Lui and Baldwin 2012, langid.py:
an off-the-shelf language identification tool), which carries its model and needs no network. It is
imported at the first use.
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
"""Characters that are looked at."""
_NOTHING = "zxx"
"""The model's class for what is no language: numbers, markup, names."""
_NAMES = {"nn": "no"}
"""Codes of the model that Amazon Translate writes in another way."""


@dataclass(frozen=True, slots=True)
class Detected:
    """The most likely language, as Amazon Translate writes it."""

    language: str
    confidence: float
    """From 0 to 1."""

    @property
    def sure(self) -> bool:
        return self.confidence >= CONFIDENT


def source_of(
    source: str, text: Callable[[], str], unsure: str = "DetectedLanguageLowConfidenceException"
) -> str:
    """The source language that a request names, or for ``auto`` that of its text.

    Raises :class:`ServiceError` with the code ``unsure`` if the language is not sure.
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
    """The language of a text; where nothing tells one from another, English, hardly sure."""
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
    """The model, restricted to languages that are served: so a short text is told more surely."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    served = {code.partition("-")[0] for code in CODES} | {*_NAMES, _NOTHING}
    found.set_languages(sorted(served & set(found.labels)))
    return found


def _traditional(text: str) -> bool:
    """Whether more characters belong to Big5 alone than to GB 2312 alone."""
    simplified = sum(_encodes(c, "gb2312") for c in text)
    return sum(_encodes(c, "big5") for c in text) > simplified


def _encodes(char: str, charset: str) -> bool:
    try:
        return bool(char.encode(charset))
    except UnicodeEncodeError:
        return False
