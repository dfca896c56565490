"""The server extension: its handlers, and the books that it has open while Jupyter runs."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp

from amts_ext import __version__
from amts_ext.jupyterlab.books import Books
from amts_ext.jupyterlab.handlers import BookHandler, OpenHandler, WriteHandler


class TranslationPreview(ExtensionApp):
    """``amts_ext`` in Jupyter Server."""

    name = "amts_ext"
    version = __version__
    description = "The translated page beside a notebook or Markdown file, live"
    load_other_extensions = True

    def initialize_handlers(self) -> None:
        """Add the handlers below ``<base_url>/amts/``."""
        assert self.serverapp is not None
        self._books = Books()
        given = {"books": self._books}
        self.handlers.extend(
            [
                (r"/amts/open", OpenHandler, given),
                (r"/amts/write", WriteHandler, given),
                (r"/amts/book/([\w=-]+)/(.*)", BookHandler, given),
            ]
        )

    async def stop_extension(self) -> None:
        """Close the open books: their event streams, watches, translators and memories."""
        await self._books.close()
