"""Who may ask the preview: the browser that was given the token, and no other page.

The server listens on this machine only, but a browser on this machine sends requests for any page
that it shows. Such a request is known by what the browser adds: ``Origin``, ``Sec-Fetch-Site``, or
a ``Host`` with the page's own name, if that name was made to resolve to this machine (DNS
rebinding). Everything of the book needs the token besides, which changes with each start; a
request that changes something needs it in a header, which no other page can send.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-AMTS-Token"
"""The header with the token: of every request that changes something, and of programs."""
PUBLIC = ("/static/", "/favicon.ico")
"""Beginnings of paths that need no token: the program's own files, the same for every book."""
EDITORS = "vscode-webview: vscode-file:"
"""The origins of pages that may show the preview in a frame, if one is asked for: VS Code's."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    # MathML of math-core and Temml sets the space around a sign by an attribute; the sanitiser
    # leaves no attribute `style` of a notebook.
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""The Content-Security-Policy of the page, without ``frame-ancestors``."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HERE = re.compile(r"(?:127\.0\.0\.1|localhost):(\d+)", re.ASCII)
_METHODS = ("GET", "HEAD", "POST")


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_hex(24)


class PageGuard:
    """An ASGI application that refuses requests, and gives the others to ``app``.

    ``framed`` lets VS Code show the page in a frame: a cookie with ``SameSite=Strict`` is not sent
    there, so it is one for frames that is kept apart by the page around it (``Partitioned``).
    """

    def __init__(self, app: ASGIApp, port: int, token: str, *, framed: bool = False) -> None:
        self._app = app
        self._port = port
        self.token = token
        self._framed = framed
        self._once: set[str] = set()
        self.cookie = f"amts-preview-{port}"

    def once(self) -> str:
        """Return a token for one visit: other users can read the command line of a browser."""
        token = new_token()
        self._once.add(token)
        return token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":  # a WebSocket is not served; the lifespan is the app's own
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._visit(request) or self._refusal(request) or self._app
        await answer(scope, receive, self._shielded(send))

    def _visit(self, request: Request) -> Response | None:
        """Return the answer to a visit with a token in its address: a cookie, and the page."""
        given = request.query_params.get("token")
        if request.url.path != "/" or given is None or request.method != "GET":
            return None
        if objection(request.headers, request.scope, self._port, navigates=True):
            return None
        if given in self._once:
            self._once.discard(given)
        elif not self._is_token(given):
            return None
        query = "&".join(
            part for part in request.url.query.split("&") if not part.startswith("token=")
        )
        answer = RedirectResponse(f"/?{query}" if query else "/", 303)
        answer.headers["Cache-Control"] = "no-store"
        where = "SameSite=None; Secure; Partitioned" if self._framed else "SameSite=Strict"
        answer.headers["Set-Cookie"] = f"{self.cookie}={self.token}; Path=/; HttpOnly; {where}"
        return answer

    def _refusal(self, request: Request) -> Response | None:
        """Return the answer to a request that is refused; None if it is served."""
        path = request.url.path
        shell = path == "/" and request.method in ("GET", "HEAD")
        why = objection(request.headers, request.scope, self._port, navigates=shell)
        if why:
            return refused(403, why)
        if request.method not in _METHODS:
            return refused(405, f"{request.method} is not served; allowed: {', '.join(_METHODS)}")
        if request.method == "POST":
            if not self._is_token(request.headers.get(HEADER, "")):
                return refused(403, f"the header {HEADER} with the token is missing or wrong")
            return None
        if shell or path.startswith(PUBLIC) or self._knows(request.headers):
            return None
        return refused(403, "open the address that `amts preview` printed: it has the token")

    def _knows(self, headers: Mapping[str, str]) -> bool:
        """Return whether the token is in the header or in the cookie."""
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except CookieError:
            return False
        found = cookies.get(self.cookie)
        given = headers.get(HEADER) or (found.value if found else "")
        return self._is_token(given)

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(errors="replace"), self.token.encode())

    def _shielded(self, send: Send) -> Send:
        ancestors = EDITORS if self._framed else "'none'"
        policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
        policy += f"; frame-ancestors {ancestors}"

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", policy)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return shielded


def objection(headers: Headers, scope: Scope, port: int, navigates: bool = False) -> str:
    """Return why a request does not come from the preview's own page; empty if it may.

    >>> own = Headers({"host": "127.0.0.1:8710", "origin": "http://127.0.0.1:8710"})
    >>> objection(own, {"path": "/"}, 8710)
    ''
    >>> objection(Headers({"host": "evil.example:8710"}), {"path": "/"}, 8710)
    'Host is not this preview; open http://127.0.0.1:8710'

    ``navigates``: a link of another page may lead here, as one of a built book does.
    """
    hosts = headers.getlist("host")
    found = _HERE.fullmatch(hosts[0]) if len(hosts) == 1 else None
    if not found or int(found[1]) != port:
        return f"Host is not this preview; open http://127.0.0.1:{port}"
    origins = headers.getlist("origin")
    if origins not in ([], [f"http://{hosts[0]}"]):
        return "the request comes from a page of another address (Origin)"
    site = headers.get("sec-fetch-site", "none")
    if site in ("none", "same-origin"):
        return ""
    if navigates and headers.get("sec-fetch-mode") == "navigate":
        return ""
    return "the request comes from a page of another address (Sec-Fetch-Site)"


def refused(status: int, message: str) -> Response:
    """Return an error as the page reads it: ``{"message": …}``."""
    return JSONResponse({"message": message}, status)
