"""Who is served: programs of this machine, and of moto nothing but S3.

The service listens on this machine alone, but a browser on this machine sends what any web page
tells it to. What the browser adds gives the page away: ``Origin``, ``Sec-Fetch-Site``, and a
``Host`` that is the page's own name where that name was made to lead here (DNS rebinding).
Programs such as boto3 and curl send none of these.

:func:`objection` looks at the head of a request, before its body is read and before the log, the
ledger, the faults or a backend see it. :func:`shielded` is for the answers: no page of another
address may read one, and none is itself a page that runs scripts.
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
    # An object of S3 may be HTML. Opened in a browser, it is a page without scripts and origin.
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
    # Old browsers name no site for <script src> and <img src>; they keep these two.
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
]

_SERVED = ("s3", "translate")
_METHODS = ("DELETE", "GET", "HEAD", "POST", "PUT")
_HERE = re.compile(
    r"(127\.0\.0\.1|\[::1\]|(?:[\w-]+\.)*localhost)(?::(\d+))?", re.ASCII | re.IGNORECASE
)
"""The names that always mean this machine, also ``bucket.localhost`` (RFC 6761), with a port."""
_MOTO = re.compile(r"[/.]*moto-api", re.IGNORECASE)
_BACKENDS = re.compile(
    r"/+(latest/(meta-data|api)(/|$)|v20180820(/|$)|[^/_]+_[a-z]{2}(-[a-z]+)+-\d+(/|$))",
    re.IGNORECASE,
)
"""Where moto's own server has EC2's metadata, S3 Control, and any service by name and region."""
_CREDENTIAL = re.compile(r"\bCredential=([^,\s]*)", re.IGNORECASE)


def objection(environ: Environ, port: int) -> str:
    """Why the service on ``port`` does not serve this request, for a person; empty if it does."""
    return _of_pages(environ, port) or _of_moto(environ)


def denial(environ: Environ, why: str) -> tuple[int, bytes, str, str]:
    """Status, body, error code and content type of the answer, as its client can show it."""
    if environ.get("PATH_INFO", "").startswith(PREFIX):
        return 403, json.dumps({"error": why}).encode(), "", "application/json"
    if "HTTP_X_AMZ_TARGET" in environ:
        code = "AccessDeniedException"
        body = json.dumps({"__type": code, "Message": why}).encode()
        return 403, body, code, "application/x-amz-json-1.1"
    text = f"<Error><Code>AccessDenied</Code><Message>{escape(why)}</Message></Error>"
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        text = f"<ErrorResponse>{text}</ErrorResponse>"  # what IAM, STS and their like answer
    return 403, text.encode(errors="replace"), "", "application/xml"


def shielded(start_response: StartResponse) -> StartResponse:
    """Send an answer's head without the permissions (CORS) by which a page could read it.

    Some are moto's own, others come from the CORS rules of a bucket.
    """

    def start(status: str, headers: Headers, *more: object) -> object:
        kept = [(n, v) for n, v in headers if not n.lower().startswith("access-control-")]
        return start_response(status, kept + SHIELD, *more)

    return start


def _of_pages(environ: Environ, port: int) -> str:
    """Why it is not a program of this machine that asks this service."""
    host = _name(environ.get("HTTP_HOST", ""), port)
    # A whole address in the request line would stand above Host, and only a proxy is sent one.
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


def _of_moto(environ: Environ) -> str:
    """Why it is neither S3 nor Amazon Translate that is asked."""
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
    """Whether a service that is not here is named: as the target, by the path, as the signer's."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target is not None and not target.startswith(wire.TARGET + "."):
        return True
    if _BACKENDS.match(path) and not bucket_of_host(environ):
        return True
    return any(scope not in _SERVED for scope in _scopes(environ))


def _at_root(environ: Environ) -> bool:
    """Whether S3 or Translate has this at ``/``, where others have operations named by Action."""
    if "HTTP_X_AMZ_TARGET" in environ or bucket_of_host(environ):
        return True
    names = {name.lower() for name, _ in _query(environ)}
    return environ["REQUEST_METHOD"] in ("GET", "HEAD") and "action" not in names


def _name(authority: str, port: int) -> str:
    """The name by which this service is called; empty if another host or port is."""
    found = _HERE.fullmatch(authority)
    return found[1].lower() if found and (found[2] or "80") == str(port) else ""


def _same(origin: str, host: str, port: int) -> bool:
    """Whether it is a page of this service, under the name by which it is asked now."""
    scheme, _, authority = origin.partition("://")
    return scheme == "http" and _name(authority, port) == host


def _scopes(environ: Environ) -> Iterator[str]:
    """The services that a request is signed for; something else where that cannot be read."""
    signed = environ.get("HTTP_AUTHORIZATION", "")
    if signed and not signed.startswith("AWS "):  # signature version 2, which only S3 has
        found = _CREDENTIAL.findall(signed) if signed.startswith("AWS4-") else []
        yield from map(_scope, found or [""])
    for name, value in _query(environ):
        if name.lower() == "x-amz-credential":
            yield _scope(value)


def _scope(credential: str) -> str:
    """``s3`` of ``KEY/20261127/us-east-1/s3/aws4_request``; version 4a has no region there."""
    parts = credential.split("/")
    return parts[-2].lower() if len(parts) > 3 else ""


def _query(environ: Environ) -> list[tuple[str, str]]:
    return parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
