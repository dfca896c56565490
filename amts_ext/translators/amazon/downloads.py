"""Files that the service hands out by presigned addresses: fetched by http(s), and nothing else.

An address is a key to its file, so no message shows it. What the service says of a file that it
read (``AuxiliaryDataLocation``) has no documented format: it is taken as lines of text, as many as
are good for a person, and to have none is no error.
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
"""Bytes that are read of what the service says."""
SECONDS = 10.0
"""The longest that it may take; also for each piece of a whole file, six times over."""
_WIDTH = 300
_PIECE = 1 << 12


def fetch(client: TranslateClient, address: str) -> bytes:
    """Fetch a whole file, by the client's proxy. Raises :class:`TranslatorError`."""
    try:
        with _open(client, address, 6 * SECONDS) as answer:
            return answer.read()
    except OSError as error:
        raise TranslatorError(f"the file cannot be fetched: {error}") from None
    except (HTTPException, ValueError) as error:
        raise TranslatorError(f"the file cannot be fetched: {type(error).__name__}") from None


def lines(client: TranslateClient, address: str) -> tuple[str, ...]:
    """What a text file says, from its beginning; nothing if it cannot be fetched or is no text."""
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
    """Ask for a file; addresses of other kinds, such as ``file:``, have no handler here."""
    config: Any = client.meta.config  # its types do not know that it has proxies
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
    """A little more than :data:`MOST` bytes. Raises TimeoutError if they trickle."""
    end, read = time.monotonic() + SECONDS, 0
    while read <= MOST and (piece := answer.read1(_PIECE)):
        yield piece
        read += len(piece)
        if time.monotonic() > end:
            raise TimeoutError


def _printable(text: str) -> str:
    """One line that does nothing to a terminal."""
    shown = one_line("".join(c if c.isprintable() else " " for c in text))
    return shown if len(shown) <= _WIDTH else f"{shown[:_WIDTH]}…"
