"""The content types of documents, HTML and plain text, and the translation of each.

Types: https://docs.aws.amazon.com/translate/latest/APIReference/API_InputDataConfig.html and
https://docs.aws.amazon.com/translate/latest/APIReference/API_Document.html.
"""

from __future__ import annotations

from collections.abc import Sequence

from amts_ext.service.content.documents import (
    ContentError,
    TranslateRuns,
    translate_html,
    translate_plain,
)
from amts_ext.service.content.runs import Markup, Piece, Run
from amts_ext.service.wire import ServiceError

HTML, PLAIN = "text/html", "text/plain"
TYPES = (HTML, PLAIN)
"""The content types that the service takes; AWS takes Office documents and XLIFF as well."""


def content_type(value: str) -> str:
    """Return a content type without its parameters.

    >>> content_type("text/html; charset=utf-8")
    'text/html'

    Raises :class:`ServiceError` (InvalidRequestException) for one that is not taken.
    """
    kind = value.split(";")[0].strip().lower()
    if kind not in TYPES:
        message = f"the content types are {', '.join(TYPES)}, not {value}"
        raise ServiceError("InvalidRequestException", message)
    return kind


def translate_file(data: bytes, kind: str, translate: TranslateRuns) -> bytes:
    """Translate a document of one of the types. Raises :class:`ContentError` if it is not UTF-8."""
    return translate_string(decoded(data), kind, translate).encode()


def translate_string(text: str, kind: str, translate: TranslateRuns) -> str:
    """Translate a text of one of the types."""
    return (translate_html if kind == HTML else translate_plain)(text, translate)


def decoded(data: bytes) -> str:
    """Return the text of a document. Raises :class:`ContentError` if it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ContentError(f"the document is not UTF-8: {error}") from None


def text_of(data: bytes, kind: str) -> str:
    """Return the text to translate in a document, one run a line.

    >>> text_of(b"<h1>Bins</h1><p>See <code translate='no'>hist</code>.</p>", HTML)
    'Bins\\nSee  .'

    Raises :class:`ContentError` if the document is not UTF-8.
    """
    found: list[str] = []

    def collect(runs: Sequence[Run]) -> list[list[Piece]]:
        found.extend(" ".join(p for p in run if not isinstance(p, Markup)) for run in runs)
        return [list(run) for run in runs]

    translate_file(data, kind, collect)
    return "\n".join(found)
