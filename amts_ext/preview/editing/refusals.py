"""The reasons for which the preview does not take an edit."""

from __future__ import annotations

from collections.abc import Sequence

from amts_ext.errors import InputError
from amts_ext.preview.live import Row


class ConflictError(InputError):
    """Another person has changed the sentence meanwhile: 409 ``{row, yours, message}``."""

    def __init__(self, file: str, theirs: Row, yours: str) -> None:
        message = "the sentence was changed meanwhile; compare both and save again"
        super().__init__(message, file=file, line=theirs.line)
        self.theirs = theirs
        """The row as it is now; its version is the one to save over."""
        self.yours = yours
        """The text that was to be saved, with slots as tokens."""


class RefusedError(InputError):
    """The text cannot stand in the document: 422 ``{message, missing, extra}``."""

    def __init__(
        self,
        message: str,
        file: str = "",
        line: int | None = None,
        missing: Sequence[str] = (),
        extra: Sequence[str] = (),
    ) -> None:
        super().__init__(message, file=file or None, line=line)
        self.missing = missing
        """The tokens that the text lacks."""
        self.extra = extra
        """Its tokens that stand for nothing, or stand there too often."""


class ReadOnlyError(InputError):
    """The memory cannot be written: 403 ``{message}``."""
