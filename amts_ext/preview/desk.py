"""The desk: an open book, whose documents are previewed in several languages at once.

::

    with open_book(load("demo/config.ini")) as book:
        desk = Desk(book, ["zh"])
        live = desk.live("index.md", "zh")
        with desk.lock:
            change = live.update()
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from amts_ext.errors import ConfigError, InputError
from amts_ext.pipeline.book import Book
from amts_ext.preview.live import Live
from amts_ext.preview.rendering.assembly import Address, as_written
from amts_ext.preview.rendering.executed import Outputs, outputs_of
from amts_ext.progress import Progress, silent
from amts_ext.text.outcome import Source

KEPT = 40
"""The number of documents that stay read, in all languages together."""


class Desk:
    """An open book and the documents of it that somebody looks at.

    ``langs`` are the target languages; empty: those of the configuration. ``sources`` are the
    documents; None: all of the book. ``address`` makes the address rule of a document by its path.

    A pipeline serves one thread at a time, so callers hold :attr:`lock` while they use a
    :class:`Live` or the book. It may be taken twice by one thread.

    Raises :class:`ConfigError` without a language.
    """

    def __init__(
        self,
        book: Book,
        langs: Sequence[str] = (),
        sources: Sequence[Source] | None = None,
        address: Callable[[str], Address] = lambda path: as_written,
        progress: Progress = silent,
    ) -> None:
        self.book = book
        self.languages = tuple(langs) or book.config.langs
        if not self.languages:
            raise ConfigError("no language given; say --lang, or set langs in [amts]")
        self.lock = threading.RLock()
        self._address = address
        self._progress = progress
        self._given = sources
        self._sources: dict[str, Source] = {}
        self._lives: OrderedDict[tuple[str, str], Live] = OrderedDict()
        self.look()

    @property
    def documents(self) -> list[str]:
        """The paths of all documents, in the book's order."""
        return list(self._sources)

    @property
    def read_only(self) -> bool:
        """True if nothing can be saved, because the memory cannot be written."""
        return self.book.memory.read_only

    def look(self) -> bool:
        """List the documents anew; return whether some came or went."""
        with self.lock:
            found = self._inside() if self._given is None else self._given
            sources = {source.name: source for source in found}
            changed = list(sources) != list(self._sources)
            self._sources = sources
            for key in [key for key in self._lives if key[0] not in sources]:
                del self._lives[key]
            return changed

    def _inside(self) -> list[Source]:
        """List the book's documents, but for those that a link fetches from outside its folder."""
        root = self.book.config.root.resolve()
        return [
            source
            for source in self.book.project.documents()
            if isinstance(source.text, str) or source.text.resolve().is_relative_to(root)
        ]

    def source(self, path: str) -> Source:
        """Return a document of the book; ``path`` may lack the suffix, as those of built pages do.

        Raises :class:`InputError` for a path that is none; no other file is ever read.
        """
        if path in self._sources:
            return self._sources[path]
        found = [s for s in self._sources.values() if s.name.rpartition(".")[0] == path]
        if len(found) != 1:
            raise InputError("no document of this book; see the list of its files", file=path)
        return found[0]

    def check_language(self, lang: str) -> None:
        """Raise :class:`InputError` for a language that is none of the preview's."""
        if lang not in self.languages:
            raise InputError(f"no language of this preview: {lang}; see --lang")

    def relearn(self, lang: str) -> None:
        """Learn from the human translation into a language again, because its files changed."""
        with self.lock:
            self.book.learned.pop(lang, None)
            self.book.learn(lang, self._progress)

    def file(self, path: str) -> Path:
        """Return where a document lies; raises :class:`InputError` as :meth:`source`."""
        return self.book.config.root / path

    def live(self, path: str, lang: str) -> Live:
        """Return a document in one language, as it was shown last; new ones are read first.

        Raises :class:`InputError` for a path or language that is none of the book's, and for a
        document that cannot be read.
        """
        source = self.source(path)
        path = source.name
        self.check_language(lang)
        with self.lock:
            key = path, lang
            if key not in self._lives:
                self.book.learn(lang, self._progress)
                file = source.text if isinstance(source.text, Path) else self.file(path)
                pipeline = self.book.pipeline(lang, self._progress)
                look = self._address(path), partial(self._executed, path)
                live = Live(pipeline, path, source.format, file, *look)
                live.update()
                self._lives[key] = live
            self._lives.move_to_end(key)
            while len(self._lives) > KEPT:
                self._lives.popitem(last=False)
            return self._lives[key]

    def _executed(self, path: str) -> Outputs:
        return outputs_of(self.book.project.executed(path))

    def shown(self, path: str | None = None) -> list[Live]:
        """Return the documents that were read already: all, or one in each of its languages."""
        with self.lock:
            return [live for live in self._lives.values() if path in (None, live.path)]
