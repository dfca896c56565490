"""The content types of documents: for each, how its text is found and put back.

Types: https://docs.aws.amazon.com/translate/latest/APIReference/API_InputDataConfig.html and
https://docs.aws.amazon.com/translate/latest/APIReference/API_Document.html.
"""

from __future__ import annotations

from collections.abc import Sequence

from amts_ext.service.documents import (
    ContentError,
    TranslateRuns,
    translate_html,
    translate_plain,
)
from amts_ext.service.office import DOCX, PPTX, XLSX, translate_office
from amts_ext.service.runs import Mark, Piece, Run
from amts_ext.service.xliff import XLIFF, translate_xliff

HTML, PLAIN = "text/html", "text/plain"
OFFICE_TYPES = (DOCX, PPTX, XLSX)
REQUEST_TYPES = (HTML, PLAIN, DOCX)
"""What TranslateDocument takes."""
JOB_TYPES = (HTML, PLAIN, *OFFICE_TYPES, XLIFF)


def translate_file(data: bytes, kind: str, target: str, translate: TranslateRuns) -> bytes:
    """Translate a document of one of the types.

    Raises :class:`ContentError` if it is not of the type.
    """
    if kind in OFFICE_TYPES:
        return translate_office(data, kind, translate)
    return translate_string(decoded(data), kind, target, translate).encode()


def translate_string(text: str, kind: str, target: str, translate: TranslateRuns) -> str:
    """Translate HTML, plain text or XLIFF; raises as :func:`translate_file`."""
    if kind == XLIFF:
        return translate_xliff(text, target, translate)
    return (translate_html if kind == HTML else translate_plain)(text, translate)


def decoded(data: bytes) -> str:
    """Raises :class:`ContentError` if it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ContentError(f"the document is not UTF-8: {error}") from None


def text_of(data: bytes, kind: str) -> str:
    """What would be translated in a document, as plain text; raises as :func:`translate_file`."""
    found: list[str] = []

    def collect(runs: Sequence[Run]) -> list[list[Piece]]:
        found.extend(" ".join(p for p in run if not isinstance(p, Mark)) for run in runs)
        return [list(run) for run in runs]

    translate_file(data, kind, "", collect)
    return "\n".join(found)
