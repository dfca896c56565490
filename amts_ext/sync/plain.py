"""Files as a merge reads them: without a byte order mark and with LF, and put back as they were.

>>> plain = Plain.of("\\ufeffA mean.\\r\\nA sum.\\r\\n")
>>> plain.text
'A mean.\\nA sum.\\n'
>>> plain.dressed("A mean.\\n")
'\\ufeffA mean.\\r\\n'
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple, Self

from amts_ext.text import notes

MARK = "\ufeff"


class Plain(NamedTuple):
    """A file's text, and how the file writes it."""

    text: str
    has_mark: bool = False
    """True if the file begins with a byte order mark."""
    has_crlf: bool = False
    """True if all its lines end with CRLF. A file with both line ends is left as it is."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a file's text."""
        bare = text.removeprefix(MARK)
        crlf = bare.count("\r\n")
        whole = crlf > 0 and crlf == bare.count("\n") == bare.count("\r")
        plain = bare.replace("\r\n", "\n") if whole else bare
        return cls(notes.without(plain), bare != text, whole)

    def with_text(self, text: str) -> Self:
        """Return the file with another text."""
        return self._replace(text=text)

    def line(self, position: int) -> int:
        """Return the 1-based line of a place in the text."""
        return self.text.count("\n", 0, position) + 1

    def dressed(self, text: str, base: object = None, source: object = None) -> str:
        """Return a new text as this file writes it; nothing in it follows another file."""
        ended = text.replace("\n", "\r\n") if self.has_crlf else text
        return MARK * self.has_mark + ended


def digest(*texts: str) -> str:
    """Return one digest of texts.

    >>> digest("a")[:8], digest("a", "b") == digest("ab")
    ('ca978112', False)
    """
    if len(texts) == 1:
        return sha256(texts[0].encode("utf-8", "surrogatepass")).hexdigest()
    return digest("".join(map(digest, texts)))
