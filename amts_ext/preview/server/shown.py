"""The documents that pages show: brought up to date at each change, and the pages told of it.

A change comes from the file, from an editor that has not saved yet, from the memory, or from a
person's edit. Each of them ends in :meth:`Shown.refresh`, the one place where a document is read
again; all pages of it are sent what has changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from weakref import WeakKeyDictionary

from amts_ext.errors import AmtsError, attempt, of_document
from amts_ext.preview.desk import Desk
from amts_ext.preview.live import Live, View
from amts_ext.preview.server.events import Hub, PageEvent

Key = tuple[str, str]
"""A document's path and the language: the topic of its pages."""
FINE = PageEvent("error", {"message": ""})
"""Tells that what was wrong with a file is over."""


class Shown:
    """The open documents of a desk, for the pages that listen to a hub.

    ``lacking`` is called with path and language when a document was read that lacks translations.
    All methods may be called in any thread.
    """

    def __init__(
        self, desk: Desk, hub: Hub, lacking: Callable[[str, str], object] = lambda path, lang: None
    ) -> None:
        self.desk = desk
        self.hub = hub
        self.lacking = lacking
        self._buffers: dict[str, str] = {}
        self._troubles: dict[Key, PageEvent] = {}
        self._serials: WeakKeyDictionary[Live, int] = WeakKeyDictionary()
        self._numbers = itertools.count(1)
        self._last: dict[Key, str] = {}
        """The state of each topic that its pages were told last."""

    def page(self, path: str, lang: str) -> View:
        """Return the whole page of a document as it is now.

        If the file cannot be read at present, this is the last page that could be. Raises
        :class:`~amts_ext.errors.InputError` if there is none.
        """
        with self.desk.lock:
            live = self.desk.live(path, lang)
            self.refresh(path, lang)
            return live.page()

    def enter(self, path: str, lang: str) -> str:
        """Return the document's state for a page that begins to listen: the id of the last event.

        Revisions begin anew when a document has been closed and is opened again; states do not. It
        is empty if the file cannot be read at present: the page is told why, and when it can.
        """
        with self.desk.lock:
            live = attempt(lambda: self.desk.live(path, lang))
            if isinstance(live, AmtsError):
                self._tell_trouble((path, lang), live)
                return ""
            return self._state(live)

    def _state(self, live: Live) -> str:
        if live not in self._serials:
            self._serials[live] = next(self._numbers)
        return f"{self._serials[live]}-{live.revision}"

    def trouble(self, path: str, lang: str) -> PageEvent | None:
        """Return what is wrong with the file at present, as the event that tells it."""
        return self._troubles.get((path, lang))

    def text(self, path: str, text: str | None) -> None:
        """Take an editor's unsaved text; None: the saved file counts again.

        Raises :class:`~amts_ext.errors.InputError` for a path that is no document.
        """
        with self.desk.lock:
            path = self.desk.source(path).name
            if text is None:
                self._buffers.pop(path, None)
            else:
                self._buffers[path] = text
            self._refresh_open(path)

    def saved(self, path: str) -> None:
        """Take note that a file was written, made or deleted: what an editor sent before is old."""
        with self.desk.lock:
            self._buffers.pop(path, None)
            self._refresh_open(path)

    def unsaved(self, path: str) -> str | None:
        """Return an editor's unsaved text of a document."""
        return self._buffers.get(path)

    def refresh_all(self) -> None:
        """Look all documents up again that pages show, because the memory has changed."""
        for key in self.hub.topics():
            self.refresh(*key)

    def _refresh_open(self, path: str) -> None:
        for key in self.hub.topics():
            if key[0] == path:
                self.refresh(*key)

    def refresh(self, path: str, lang: str) -> None:
        """Read a document again and look it up; tell its pages what has changed, or went wrong."""
        key = path, lang
        with self.desk.lock:
            failure = attempt(lambda: self._update(key))
            if isinstance(failure, AmtsError):
                self._tell_trouble(key, failure)
                return
            if self._troubles.pop(key, None):
                self.hub.publish(key, FINE)
            live = self.desk.live(path, lang)
            if any(row.status == "untranslated" for row in live.rows.values()):
                self.lacking(path, lang)

    def _update(self, key: Key) -> None:
        live = self.desk.live(*key)
        live.write_as(self._buffers.get(key[0]))
        before = self._state(live)
        with of_document(key[0]):
            change = live.update()
        now = self._state(live)
        told = self._last.get(key, before)
        self._last[key] = now
        if told != before:  # the document was closed meanwhile, so that a change tells too little
            self.hub.publish(key, PageEvent("resync", {}, now))
        elif now != before:
            self.hub.publish(key, PageEvent("change", change, now, before))

    def _tell_trouble(self, key: Key, failure: AmtsError) -> None:
        is_gone = key[0] not in self.desk.documents or not self.desk.file(key[0]).exists()
        event = PageEvent("gone", {"path": key[0]}) if is_gone else _error(failure)
        self._last.setdefault(key, "unread")
        if self._troubles.get(key) != event:
            self._troubles[key] = event
            self.hub.publish(key, event)


def _error(failure: AmtsError) -> PageEvent:
    return PageEvent("error", {"message": str(failure)})
