"""The preview over HTTP: the routes, and what is done behind each of them.

Reading is GET, everything that changes something is POST. What is asked of the book runs in a
thread, because a look-up takes some milliseconds, and learning a human translation seconds.
"""

from __future__ import annotations

import getpass
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from amts_ext import __version__
from amts_ext.errors import AmtsError, DocumentError, InputError, MemoryStoreError
from amts_ext.preview.book import search as searching
from amts_ext.preview.book import tree, work_list
from amts_ext.preview.editing import saving, suggestions
from amts_ext.preview.editing.history import history
from amts_ext.preview.server import bodies, places
from amts_ext.preview.server.batch import CostError, NoPriceError
from amts_ext.preview.server.events import PageEvent, encode
from amts_ext.preview.server.office import Office

LOG = logging.getLogger("amts")


class Routes:
    """The answers to all requests about one office: the open book with all that works on it."""

    def __init__(self, office: Office, token: str) -> None:
        self._office = office
        self._desk = office.desk
        self._token = token
        self._editors: dict[tuple[str, str, str], set[str]] = {}
        """Who edits a sentence at present: path, language and row."""

    def all(self) -> list[Route]:
        """Return all routes."""
        get = {
            "/": self.shell,
            "/favicon.ico": self.icon,
            "/static/{name:path}": self.static,
            "/file/{name:path}": self.file,
            "/api/session": self.session,
            "/api/page": self.page,
            "/api/events": self.events,
            "/api/suggest": self.suggest,
            "/api/book": self.book,
            "/api/search": self.search,
            "/api/items": self.items,
        }
        post = {
            "/api/text": self.text,
            "/api/translate": self.translate,
            "/api/cancel": self.cancel,
            "/api/check": self.check,
            "/api/editing": self.editing,
            "/api/save": self.save,
            "/api/read": self.read,
            "/api/undo": self.undo,
        }
        return [
            *(Route(path, call, methods=["GET"]) for path, call in get.items()),
            *(Route(path, call, methods=["POST"]) for path, call in post.items()),
        ]

    def _document(self, path: str, lang: str) -> str:
        """Return the document that a path names, which may lack its suffix.

        Raises :class:`InputError` for what is no document, or no language, of the preview.
        """
        self._desk.check_language(lang)
        return self._desk.source(path).name

    def _place(self, body: bodies.PlaceBody) -> tuple[str, str, str]:
        """Return the document, language and row that a page has sent."""
        return self._document(body.path, body.lang), body.lang, body.id

    async def shell(self, request: Request) -> Response:
        """The page, the same for every book."""
        return places.page_file("index.html")

    async def icon(self, request: Request) -> Response:
        """The icon that browsers ask for by themselves."""
        return Response(status_code=204)

    async def static(self, request: Request) -> Response:
        """A file of the page."""
        return await run_in_threadpool(places.page_file, request.path_params["name"])

    async def file(self, request: Request) -> Response:
        """An image of the book."""
        root = self._desk.book.config.root
        return await run_in_threadpool(places.image, root, request.path_params["name"])

    async def session(self, request: Request) -> Response:
        """What the page needs to know before it opens a document."""
        return await _in_thread(self._session)

    def _session(self) -> dict[str, object]:
        office, desk = self._office, self._desk
        return {
            "token": self._token,
            "langs": desk.languages,
            "source_lang": desk.book.config.source,
            "book": office.title(),
            "documents": desk.documents,
            "read_only": desk.read_only,
            "billed": office.batch.bills,
            "interface_langs": sorted(p.stem for p in (places.PAGE / "words").glob("*.json")),
            "version": __version__,
        }

    async def page(self, request: Request) -> Response:
        """A document as a whole."""
        path, lang = _asked(request, "path", "lang")
        return await _in_thread(self._office.shown.page, self._document(path, lang), lang)

    async def events(self, request: Request) -> Response:
        """What happens to a document from now on."""
        path, lang = _asked(request, "path", "lang")
        path = self._document(path, lang)
        shown, hub = self._office.shown, self._office.hub
        page, known = hub.subscribe((path, lang)), shown.trouble(path, lang)
        try:
            now = await run_in_threadpool(shown.enter, path, lang)
        except BaseException:
            hub.unsubscribe((path, lang), page)
            raise
        last = request.headers.get("last-event-id", "")
        revision = request.query_params.get("revision", "")
        if now and not last and revision.isdecimal():
            last = f"{now.partition('-')[0]}-{int(revision)}"
        hub.catch_up((path, lang), page, last, now)
        if known and known == shown.trouble(path, lang):  # a new one is told to all pages
            page.put(known.encode())

        async def stream() -> AsyncIterator[bytes]:
            try:
                async for sent in page.stream():
                    yield sent
            finally:
                hub.unsubscribe((path, lang), page)
                self._leave(request.query_params.get("who", ""), path, lang)

        return StreamingResponse(stream(), media_type="text/event-stream")

    def _leave(self, who: str, path: str, lang: str) -> None:
        """Forget what somebody edited whose page is gone; it says so again if it comes back."""
        for place, editors in list(self._editors.items()):
            if place[:2] == (path, lang) and who in editors:
                editors.discard(who)
                self._tell(place, who, False)

    def _tell(self, place: tuple[str, str, str], who: str, on: bool) -> None:
        if not self._editors.get(place):
            self._editors.pop(place, None)
        event = PageEvent("editing", {"id": place[2], "who": who, "on": on})
        self._office.hub.publish(place[:2], event)

    async def suggest(self, request: Request) -> Response:
        """What helps with a sentence."""
        path, lang, id = _asked(request, "path", "lang", "id")
        return await _in_thread(self._suggest, self._document(path, lang), lang, id)

    def _suggest(self, path: str, lang: str, id: str) -> dict[str, object]:
        found = suggestions.suggest(self._desk, path, lang, id)
        text, reason = found.engine
        return {
            "memory": found.memory,
            "terms": [{"source": source, "target": target} for source, target in found.terms],
            "engine": {"text": text, "reason": reason},
            "history": history(self._desk, path, lang, id),
        }

    async def book(self, request: Request) -> Response:
        """All files with what is done of them."""
        (lang,) = _asked(request, "lang")
        self._desk.check_language(lang)
        return await _in_thread(tree.tree, self._desk, lang)

    async def search(self, request: Request) -> Response:
        """The sentences that have some words."""
        words, lang = _asked(request, "q", "lang")
        self._desk.check_language(lang)
        return await _in_thread(searching.search, self._desk, words, lang)

    async def items(self, request: Request) -> Response:
        """What waits for a person."""
        (lang,) = _asked(request, "lang")
        self._desk.check_language(lang)
        items = await run_in_threadpool(
            work_list.items, self._desk, lang, self._office.doors.gathers
        )
        return _json({"items": items})

    async def text(self, request: Request) -> Response:
        """Take an editor's unsaved text."""
        body = await bodies.receive(request, bodies.TextBody, bodies.LARGEST)
        await run_in_threadpool(self._office.shown.text, body.path, body.text)
        return _json({})

    async def translate(self, request: Request) -> Response:
        """Begin to translate; what costs money only with the sum that a person agrees to."""
        body = await bodies.receive(request, bodies.TranslateBody)
        await run_in_threadpool(self._office.translate, body.lang, body.path, body.agreed)
        return _json({}, 202)

    async def cancel(self, request: Request) -> Response:
        """Stop a translation."""
        body = await bodies.receive(request, bodies.CancelBody)
        self._desk.check_language(body.lang)
        self._office.batch.cancel(body.lang)
        return _json({})

    async def check(self, request: Request) -> Response:
        """Look at a sentence while it is typed."""
        body = await bodies.receive(request, bodies.DraftBody)
        place = self._place(body)
        found = await run_in_threadpool(
            suggestions.check, self._desk, *place, body.target, self._office.doors.rules
        )
        findings = [{"rule": rule, "message": message} for rule, message in found.findings]
        return _json({"findings": findings, "missing": found.missing, "extra": found.extra})

    async def editing(self, request: Request) -> Response:
        """Tell the other pages that somebody edits a sentence; return who else does."""
        body = await bodies.receive(request, bodies.EditingBody)
        place = self._place(body)
        who = body.who or getpass.getuser()
        editors = self._editors.setdefault(place, set())
        (editors.add if body.on else editors.discard)(who)
        others = sorted(editors - {who})
        self._tell(place, who, body.on)
        return _json({"others": others})

    async def save(self, request: Request) -> Response:
        """Keep a sentence as a person wrote it."""
        body = await bodies.receive(request, bodies.SaveBody)
        place = self._place(body)
        call = saving.save, *place, body.version, body.target
        return await _in_thread(self._office.edited, *call)

    async def read(self, request: Request) -> Response:
        """Keep a machine's sentence as one that a person has read."""
        body = await bodies.receive(request, bodies.PlaceBody)
        place = self._place(body)
        return await _in_thread(self._office.edited, saving.mark_as_read, *place)

    async def undo(self, request: Request) -> Response:
        """Take an edit back."""
        body = await bodies.receive(request, bodies.PlaceBody)
        place = self._place(body)
        return await _in_thread(self._office.edited, saving.undo, *place)


def make_app(office: Office, token: str) -> Starlette:
    """Return the application, without the guard that stands before it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with office.at_work():
            yield

    return Starlette(
        routes=Routes(office, token).all(),
        lifespan=lifespan,
        exception_handlers={
            AmtsError: _told,
            HTTPException: _http,
            Exception: _unexpected,
        },
    )


_STATUS: Sequence[tuple[type[AmtsError], int]] = (
    (bodies.TooLargeError, 413),
    (bodies.WrongRequestError, 400),
    (saving.ConflictError, 409),
    (saving.RefusedError, 422),
    (saving.ReadOnlyError, 403),
    (CostError, 402),
    (NoPriceError, 422),
    (DocumentError, 422),
    (MemoryStoreError, 503),
    (InputError, 404),
    (AmtsError, 500),
)
"""The status of the answer for each kind of error; the first that fits counts."""


async def _told(request: Request, error: Exception) -> Response:
    """Return an error for a person, with what the page shows besides."""
    assert isinstance(error, AmtsError)
    body: dict[str, object] = {"message": str(error)}
    if isinstance(error, saving.ConflictError):
        body |= {"row": error.theirs, "yours": error.yours}
    if isinstance(error, saving.RefusedError):
        body |= {"missing": error.missing, "extra": error.extra}
    if isinstance(error, CostError):
        body |= error.cost
    return _json(body, next(status for kind, status in _STATUS if isinstance(error, kind)))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _json(
        {"message": f"{request.method} {request.url.path}: {error.detail}"}, error.status_code
    )


async def _unexpected(request: Request, error: Exception) -> Response:
    what = " ".join(f"{type(error).__name__}: {error}".split())
    LOG.error("%s %s: %s", request.method, request.url.path, what)
    return _json({"message": f"an error of this program ({what}); repeat with --debug"}, 500)


def _asked(request: Request, *names: str) -> list[str]:
    """Return the values of a query, each given once.

    Raises :class:`.bodies.WrongRequestError` for one that is missing or doubled.
    """
    found = [request.query_params.getlist(name) for name in names]
    for name, values in zip(names, found, strict=True):
        if len(values) != 1:
            raise bodies.WrongRequestError(f"the query needs {', '.join(names)}, each once: {name}")
    return [values[0] for values in found]


async def _in_thread(call: Any, *arguments: Any) -> Response:
    return _json(await run_in_threadpool(call, *arguments))


def _json(data: Any, status: int = 200) -> Response:
    return Response(encode(data), status, media_type="application/json")
