"""What a page sends: the body of each request that changes something, checked before it is used.

>>> read(b'{"path": "mean.md", "text": null}', TextBody)
TextBody(path='mean.md', text=None)
>>> read(b'{"path": 1, "text": null}', TextBody)
Traceback (most recent call last):
amts_ext.preview.server.bodies.WrongRequestError: the body is wrong: Expected `str`, got `int` ...
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct
from starlette.requests import Request

from amts_ext.errors import InputError

LARGEST = 64_000_000
"""Bytes of a body: a notebook with its outputs, from an editor that has not saved it."""
SMALL = 1_000_000
"""Bytes of the other bodies: a sentence."""


class WrongRequestError(InputError):
    """A request is not what its address takes."""


class TooLargeError(WrongRequestError):
    """A body is larger than allowed."""


class TextBody(Struct, forbid_unknown_fields=True):
    """An editor's unsaved text; None: the saved file counts again."""

    path: str
    text: str | None


class TranslateBody(Struct, forbid_unknown_fields=True):
    """A translation that a person asks for, of one document or (None) of the book."""

    lang: str
    path: str | None = None
    agreed: float | None = None


class CancelBody(Struct, forbid_unknown_fields=True):
    """The end of a translation under way."""

    lang: str


class PlaceBody(Struct, forbid_unknown_fields=True):
    """A sentence: to be marked as read, or an edit to be taken back."""

    path: str
    lang: str
    id: str


class DraftBody(PlaceBody, forbid_unknown_fields=True):
    """A sentence while somebody types it."""

    target: str


class SaveBody(PlaceBody, forbid_unknown_fields=True):
    """A sentence as a person wants it; ``version`` is that of the row it was made from."""

    version: str
    target: str


class EditingBody(PlaceBody, forbid_unknown_fields=True):
    """Somebody begins or ends to edit a sentence; ``who`` is the name of the page."""

    on: bool
    who: str = ""


Body = TypeVar("Body", bound=Struct)


def read(data: bytes, kind: type[Body]) -> Body:
    """Return a body as data of its kind.

    Raises :class:`WrongRequestError` for what is not JSON or has other fields.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise WrongRequestError(f"the body is wrong: {error}") from error


async def receive(request: Request, kind: type[Body], largest: int = SMALL) -> Body:
    """Return the body of a request.

    Raises :class:`TooLargeError`, and what :func:`read` raises.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != "application/json":
        raise WrongRequestError("the body is wrong: its type has to be application/json")
    too_large = TooLargeError(f"the body is too large; allowed: {largest:,} bytes")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > largest:
        raise too_large
    size, pieces = 0, []
    async for piece in request.stream():
        size += len(piece)
        if size > largest:
            raise too_large
        pieces.append(piece)
    return read(b"".join(pieces), kind)
