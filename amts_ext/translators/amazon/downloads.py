"""Files that the service offers under presigned addresses, fetched over HTTP or HTTPS only.

Whoever has such an address can read the file, so no message shows one. The service's remarks on a
file that it has read (``AuxiliaryDataLocation``) have no documented format. They are read as lines
of text, up to a length that a person can read; a file without remarks is no error.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any
from urllib import request

from amts_ext.errors import TranslatorError
from amts_ext.translators.amazon.connection import one_line

if TYPE_CHECKING:
    from mypy_boto3_translate import TranslateClient

MOST = 1 << 16
"""Bytes that are read of the service's remarks, at most."""
SECONDS = 10.0
"""The time to read the remarks, at most. The server may take six times as long between two pieces
of a whole file."""
_WIDTH = 300
_PIECE = 1 << 12


def fetch(client: TranslateClient, address: str) -> bytes:
    """Fetch a whole file, through the client's proxy.

    Raises :class:`TranslatorError` if it cannot be fetched.
    """
    try:
        with _open(client, address, 6 * SECONDS) as answer:
            return answer.read()
    except OSError as error:
        raise TranslatorError(f"the file cannot be fetched: {error}") from None
    except (HTTPException, ValueError) as error:
        raise TranslatorError(f"the file cannot be fetched: {type(error).__name__}") from None


def lines(client: TranslateClient, address: str) -> tuple[str, ...]:
    """Fetch the first lines of a text file; none if it cannot be fetched or is no text.

    The last line is ``…`` if there are more.
    """
    try:
        with _open(client, address, SECONDS) as answer:
            data = b"".join(_pieces(answer))
    except (OSError, HTTPException, ValueError):
        return ()
    if b"\0" in data:
        return ()
    text = data[:MOST].decode("utf-8-sig", "replace")
    found = [line for raw in text.splitlines() if (line := _printable(raw))]
    return (*found, "…") if len(data) > MOST else tuple(found)


def _open(client: TranslateClient, address: str, seconds: float) -> HTTPResponse:
    """Ask for a file; an address of another kind, such as ``file:``, has no handler and fails."""
    config: Any = client.meta.config  # the type stubs lack its ``proxies``
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(config.proxies),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPRedirectHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    answer: HTTPResponse = opener.open(address, timeout=seconds)
    return answer


def _pieces(answer: HTTPResponse) -> Iterator[bytes]:
    """Yield the answer in pieces, until they are more than :data:`MOST` bytes.

    Raises TimeoutError if that takes longer than :data:`SECONDS`.
    """
    end, read = time.monotonic() + SECONDS, 0
    while read <= MOST and (piece := answer.read1(_PIECE)):
        yield piece
        read += len(piece)
        if time.monotonic() > end:
            raise TimeoutError


def _printable(text: str) -> str:
    """Return the text on one line, without control characters, cut to a readable length."""
    shown = one_line("".join(c if c.isprintable() else " " for c in text))
    return shown if len(shown) <= _WIDTH else f"{shown[:_WIDTH]}…"
