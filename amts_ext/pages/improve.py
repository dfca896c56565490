"""Links from the sentences of a built page to a preview, where a person can improve them.

>>> link = Improve("http://127.0.0.1:8642", "pt", "Melhorar esta frase")
>>> print(link.address("mean.html", "s1"))
http://127.0.0.1:8642/?path=mean&lang=pt#s1

They are off unless ``[amts] page_improve`` names the address of a preview.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath
from urllib.parse import urlencode

_MARKED = re.compile(r'<span class="amts-\w+" id="amts-(\d+)"[^>]*>.*?</span >', re.DOTALL)
_LINK = re.compile(r'<a class="amts-improve"[^>]*>[^<]*</a >')
STYLE = (
    ".amts-improve { position: absolute; opacity: 0; padding: 0 .2em; text-decoration: none; } "
    "[id^=amts-]:hover + .amts-improve, .amts-improve:hover, .amts-improve:focus { opacity: 1; }"
)
"""A link is seen while a mouse points at its sentence, or the keyboard has led to it."""


@dataclass(frozen=True, slots=True)
class Improve:
    """Where a preview of the book is served, in which language, and what its links say."""

    base: str
    lang: str
    label: str

    def address(self, page: str, row: str) -> str:
        """Return the address at which the preview shows a sentence of a page.

        ``page`` is the page's path; the preview finds the document by its path without a suffix.
        ``row`` is the sentence's id (:func:`amts_ext.text.ids.ids_of`).
        """
        path = PurePosixPath(page).with_suffix("").as_posix()
        asked = urlencode({"path": path, "lang": self.lang}, safe="/")
        return f"{self.base.rstrip('/')}/?{asked}#{row}"

    def with_links(self, page: str, path: str, rows: Mapping[int, str]) -> str:
        """Put a link behind every marked sentence of a page; ``rows`` are their ids by number."""

        def linked(found: re.Match[str]) -> str:
            row = rows.get(int(found[1]))
            if not row:
                return found[0]
            place = escape(self.address(path, row))
            label = escape(self.label)
            return (
                f'{found[0]}<a class="amts-improve" href="{place}" title="{label}"'
                f' aria-label="{label}">✎</a >'
            )

        return _MARKED.sub(linked, page)


def without_links(page: str) -> str:
    """Return a page without such links."""
    return _LINK.sub("", page) if "amts-improve" in page else page
