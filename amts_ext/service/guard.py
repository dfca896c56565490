"""Protection of the service: only programs of this machine, and only S3 and Amazon Translate.

The service listens on this machine only, but a browser on this machine sends requests for any web
page that it shows. Such a request is known by what the browser adds: ``Origin``,
``Sec-Fetch-Site``, or a ``Host`` with the page's own name, if that name was made to resolve to
this machine (DNS rebinding). Programs such as boto3 and curl add none of these.

:func:`objection` looks at the head of a request. It runs before the body is read and before
anything else of the service sees the request. :func:`shielded` adds headers to the answers, so
that no page of another address can read an answer and no answer runs scripts as a page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from amts_ext.service import wire
from amts_ext.service.control import PREFIX
from amts_ext.service.state.storage import bucket_of_host

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., object]

SHIELD: Headers = [
    # An object of S3 may be HTML. In a browser, it then runs no scripts and has no origin.
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
    # Old browsers send no Sec-Fetch-Site for <script src> and <img src>, but obey these two.
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
]
"""Headers of every answer."""

_SERVED = ("s3", "translate")
_METHODS = ("DELETE", "GET", "HEAD", "POST", "PUT")
_HERE = re.compile(
    r"(127\.0\.0\.1|\[::1\]|(?:[\w-]+\.)*localhost)(?::(\d+))?", re.ASCII | re.IGNORECASE
)
"""A name that always means this machine, such as ``bucket.localhost`` (RFC 6761), and its port."""
_MOTO = re.compile(r"[/.]*moto-api", re.IGNORECASE)
_BACKENDS = re.compile(
    r"/+(latest/(meta-data|api)(/|$)|v20180820(/|$)|[^/_]+_[a-z]{2}(-[a-z]+)+-\d+(/|$))",
    re.IGNORECASE,
)
"""Paths at which moto's own server has other services: EC2's metadata, S3 Control, and any service
by name and region."""
_CREDENTIAL = re.compile(r"\bCredential=([^,\s]*)", re.IGNORECASE)


def objection(environ: Environ, port: int) -> str:
    """Return why the service on ``port`` refuses a request, for a person; empty if it does not.

    >>> request = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": "127.0.0.1:8000"}
    >>> objection(request, 8000)
    ''
    >>> objection(request | {"HTTP_ORIGIN": "https://example.org"}, 8000)
    'web pages are not served here (Origin); ask with a program, such as boto3 or curl'
    """
    return _objection_to_sender(environ, port) or _objection_to_service(environ)


def denial(environ: Environ, why: str) -> tuple[int, bytes, str, str]:
    """Return status, body, error code and content type of a refusal.

    The body is in the notation of the API that was asked, so that the client can show the reason.

    >>> denial({"PATH_INFO": "/_amts/faults"}, "no web pages")
    (403, b'{"error": "no web pages"}', '', 'application/json')
    """
    if environ.get("PATH_INFO", "").startswith(PREFIX):
        return 403, json.dumps({"error": why}).encode(), "", "application/json"
    if "HTTP_X_AMZ_TARGET" in environ:
        code = "AccessDeniedException"
        body = json.dumps({"__type": code, "Message": why}).encode()
        return 403, body, code, "application/x-amz-json-1.1"
    text = f"<Error><Code>AccessDenied</Code><Message>{escape(why)}</Message></Error>"
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        text = f"<ErrorResponse>{text}</ErrorResponse>"  # the notation of IAM, STS and others
    return 403, text.encode(errors="replace"), "", "application/xml"


def shielded(start_response: StartResponse) -> StartResponse:
    """Return a ``start_response`` that drops CORS permissions and adds :data:`SHIELD`.

    The permissions would let a web page read the answer. Some are moto's own, others come from the
    CORS rules of a bucket.
    """

    def start(status: str, headers: Headers, *more: object) -> object:
        kept = [(n, v) for n, v in headers if not n.lower().startswith("access-control-")]
        return start_response(status, kept + SHIELD, *more)

    return start


def _objection_to_sender(environ: Environ, port: int) -> str:
    """Return why the request does not come from a program of this machine; empty if it does."""
    host = _name(environ.get("HTTP_HOST", ""), port)
    # A whole address in the request line would override Host; only proxies are sent one.
    if not host or not environ.get("RAW_URI", "/").startswith("/"):
        return (
            f"Host is not this service; allowed: 127.0.0.1, [::1], localhost and bucket.localhost, "
            f"each with port {port}; use http://127.0.0.1:{port}"
        )
    origin = environ.get("HTTP_ORIGIN")
    inside = environ.get("PATH_INFO", "").startswith(PREFIX)
    if origin is not None and (inside or not _same(origin, host, port)):
        return "web pages are not served here (Origin); ask with a program, such as boto3 or curl"
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("none", "same-origin"):
        return (
            "pages of other addresses are not served here (Sec-Fetch-Site); "
            "ask with a program, such as boto3 or curl"
        )
    return ""


def _objection_to_service(environ: Environ) -> str:
    """Return why the request is for neither S3 nor Amazon Translate; empty if it is for one."""
    path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
    if _MOTO.match(path) or "HTTP_X_MOTO_ACCOUNT_ID" in environ:
        return "moto's own API is not served here; for tests with it, start moto's server"
    if _for_others(environ, path):
        return (
            "only S3 and Amazon Translate are served here; "
            "sign for s3 or translate or not at all, or start moto's server for the others"
        )
    if method not in _METHODS:
        return f"{method} is not served here; allowed: {', '.join(_METHODS)}"
    if not path.strip("/") and not _at_root(environ):
        return "S3 has only the list of buckets (GET) at /; name a bucket in the path"
    return ""


def _for_others(environ: Environ, path: str) -> bool:
    """Return whether the request's target, path or signature names another service of AWS."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target is not None and not target.startswith(wire.TARGET + "."):
        return True
    if _BACKENDS.match(path) and not bucket_of_host(environ):
        return True
    return any(scope not in _SERVED for scope in _scopes(environ))


def _at_root(environ: Environ) -> bool:
    """Return whether a request for ``/`` is for S3 or Amazon Translate.

    Other services of AWS have their operations at ``/`` too, named by a parameter ``Action``.
    """
    if "HTTP_X_AMZ_TARGET" in environ or bucket_of_host(environ):
        return True
    names = {name.lower() for name, _ in _query(environ)}
    return environ["REQUEST_METHOD"] in ("GET", "HEAD") and "action" not in names


def _name(authority: str, port: int) -> str:
    """Return the host of ``host:port`` if it is this service; empty if it is another.

    >>> _name("localhost:8000", 8000), _name("example.org:8000", 8000)
    ('localhost', '')
    """
    found = _HERE.fullmatch(authority)
    return found[1].lower() if found and (found[2] or "80") == str(port) else ""


def _same(origin: str, host: str, port: int) -> bool:
    """Return whether an origin is this service itself, under the name that the request uses."""
    scheme, _, authority = origin.partition("://")
    return scheme == "http" and _name(authority, port) == host


def _scopes(environ: Environ) -> Iterator[str]:
    """Yield the services that a request is signed for; an empty name for an unclear signature."""
    signed = environ.get("HTTP_AUTHORIZATION", "")
    if signed and not signed.startswith("AWS "):  # "AWS " is signature version 2; only S3 has it
        found = _CREDENTIAL.findall(signed) if signed.startswith("AWS4-") else []
        yield from map(_scope, found or [""])
    for name, value in _query(environ):
        if name.lower() == "x-amz-credential":
            yield _scope(value)


def _scope(credential: str) -> str:
    """Return the service that a credential is for.

    >>> _scope("KEY/20261127/us-east-1/s3/aws4_request")
    's3'

    It is counted from the end, because version 4a of the signature has no region there.
    """
    parts = credential.split("/")
    return parts[-2].lower() if len(parts) > 3 else ""


def _query(environ: Environ) -> list[tuple[str, str]]:
    return parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
