"""The requests below ``<base_url>/amts/``, under Jupyter's authentication and XSRF check.

==========================  ====================================================================
``POST open``               finds the place of a file: the address of its page, its languages
``GET book/KEY/…``          the page and the API of ``amts preview`` for one place
``POST write``              writes the translation of a document as a file
==========================  ====================================================================

A ``KEY`` holds the path of a place, so an address is still good after Jupyter was started again.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from pathlib import Path
from typing import Any, NoReturn

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import ApiPath, to_os_path
from msgspec import Struct
from tornado import web

from amts_ext.errors import AmtsError, InputError
from amts_ext.formats import SUFFIXES
from amts_ext.jupyterlab.asgi import answer
from amts_ext.jupyterlab.books import Books, OpenPlace, place_of
from amts_ext.jupyterlab.writing import OverwriteError, Writer, translation
from amts_ext.preview.server import bodies
from amts_ext.preview.server.events import encode
from amts_ext.preview.server.guard import POLICY

LOG = logging.getLogger("amts")
RESOURCE = "contents"
"""What Jupyter's authorizer is asked about: who may not read or write files may not here."""


class Open(Struct, forbid_unknown_fields=True):
    """A file that a panel is opened for."""

    path: str


class Write(Struct, forbid_unknown_fields=True):
    """A translation to be written; ``replace``: over a file that is another's too."""

    path: str
    lang: str
    replace: bool = False


class Placed(JupyterHandler):
    """Finds the place of a path as Jupyter's contents manager names it."""

    auth_resource = RESOURCE

    def initialize(self, books: Books) -> None:
        """Take the open places."""
        self.books = books

    @property
    def top(self) -> Path:
        """The folder that Jupyter serves."""
        folder = getattr(self.contents_manager, "root_dir", "")
        if not folder:
            raise web.HTTPError(422, "the preview needs files on this machine's disk")
        return Path(folder).resolve()

    async def os_path(self, path: str) -> Path:
        """Return where a file or folder lies that the contents manager knows by ``path``.

        Raises HTTPError for any other, and for those that it hides.
        """
        path = path.strip("/")
        contents: Any = self.contents_manager  # its methods have no types
        is_there = await ensure_async(contents.file_exists(path)) or await ensure_async(
            contents.dir_exists(path)
        )
        hidden = not contents.allow_hidden and await ensure_async(contents.is_hidden(path))
        if not is_there or hidden:
            raise web.HTTPError(404, f"{path}: no such file; it may have been renamed or deleted")
        return Path(to_os_path(ApiPath(path), str(self.top)))

    def api_path(self, file: Path) -> str:
        """Return the path of a file as Jupyter names it."""
        return file.relative_to(self.top).as_posix().removeprefix(".")

    async def placed(self, path: str) -> tuple[Path, OpenPlace, str]:
        """Return the place of a document, the open place, and the document's name in it."""
        file = await self.os_path(path)
        if file.suffix.lower() not in SUFFIXES:
            raise web.HTTPError(422, f"{path}: allowed are {', '.join(SUFFIXES)}")
        where = await asyncio.to_thread(place_of, file, self.top)
        place = await self.books.at(where, self.top)
        return where, place, file.relative_to(place.root).as_posix()


class JsonHandler(Placed, APIHandler):
    """A request with a body of JSON, answered with JSON."""

    def answer(self, data: Any, status: int = 200) -> None:
        """Answer with data."""
        self.set_status(status)
        self.finish(encode(data))

    def refuse(self, error: AmtsError) -> None:
        """Answer with an error for a person."""
        body = {"message": str(error)}
        if isinstance(error, OverwriteError):
            self.answer(body | {"may_replace": error.may_replace}, 409)
        else:
            self.answer(body, 422 if isinstance(error, InputError) else 500)


class OpenHandler(JsonHandler):
    """``POST amts/open``: where the page of a file is."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the address below ``base_url``, and what the panel offers."""
        try:
            body = bodies.read(self.request.body, Open)
            where, place, name = await self.placed(body.path)
        except AmtsError as error:
            self.refuse(error)
            return
        desk = place.desk
        self.answer(
            {
                "url": f"amts/book/{key_of(self.api_path(where))}/",
                "path": name,
                "langs": desk.languages,
                "source_lang": desk.book.config.source,
                "read_only": desk.read_only,
                "stated": bool(desk.book.config.langs),
            }
        )


class WriteHandler(JsonHandler):
    """``POST amts/write``: the translation as a file."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Write it; 409 if another file is in the way."""
        try:
            body = bodies.read(self.request.body, Write)
            _, place, name = await self.placed(body.path)
            text = await asyncio.to_thread(translation, place.desk, name, body.lang)
            writer = Writer(self.contents_manager, self.top, place.desk)
            written = await writer.write(name, body.lang, text, body.replace)
        except AmtsError as error:
            self.refuse(error)
        else:
            self.answer(written)


class BookHandler(Placed):
    """``amts/book/KEY/…``: the page and the API of one place."""

    @property
    def content_security_policy(self) -> str:
        """Jupyter's own policy and, besides, that of the page."""
        own = "; ".join(f"{name} {value}" for name, value in POLICY.items())
        return f"{super().content_security_policy}; {own}"

    def initialize(self, books: Books) -> None:
        """Take the open places."""
        super().initialize(books)
        self._gone = asyncio.Event()

    def get_login_url(self) -> str:
        """Refuse: a panel has nowhere to show a page to log in."""
        raise web.HTTPError(403, "log in to Jupyter first")

    def on_connection_close(self) -> None:
        """End the stream of a page that was closed."""
        self._gone.set()
        super().on_connection_close()

    @web.authenticated
    @authorized
    async def get(self, key: str, path: str) -> None:
        """Answer a request that changes nothing."""
        if not path:
            self.xsrf_token  # sets the cookie that a writing request repeats  # noqa: B018
        await self._answer(key, path)

    @web.authenticated
    @authorized
    async def post(self, key: str, path: str) -> None:
        """Answer a request that changes something."""
        await self._answer(key, path)

    async def _answer(self, key: str, path: str) -> None:
        try:
            place = await self.books.at(await self.os_path(path_of(key)), self.top)
        except AmtsError as error:
            self._refuse(error)
        await answer(place.application, self, f"/{path}", self._gone)

    def _refuse(self, error: AmtsError) -> NoReturn:
        self.set_header("Content-Type", "application/json")
        self.set_status(422)
        self.finish(msgspec.json.encode({"message": str(error)}))
        raise web.Finish from error


def key_of(path: str) -> str:
    """Return the part of an address that stands for a path.

    >>> key_of("books/mean.ipynb"), path_of(key_of("books/mean.ipynb"))
    ('Ym9va3MvbWVhbi5pcHluYg==', 'books/mean.ipynb')
    >>> key_of("")
    '='
    """
    return base64.urlsafe_b64encode(path.encode()).decode() or "="


def path_of(key: str) -> str:
    """Return the path that a part of an address stands for; raises HTTPError for no such part."""
    try:
        return base64.urlsafe_b64decode(key.rstrip("=") + "==").decode()
    except (binascii.Error, ValueError) as error:
        raise web.HTTPError(404, "no such preview") from error
