"""The preview for an editor's plug-in: a line of JSON for each change in, segments out.

In comes what the editor shows: ``{"path": "mean.md", "text": "…"}`` with a buffer that is not
saved, ``{"path": "mean.md"}`` when it was. Out comes one line for each language::

    {"path": "mean.md", "lang": "pt", "revision": 3, "segments": [
      {"id": "s015871fc5a8300e7", "line": 3, "start": 12, "end": 40, "kind": "paragraph",
       "source": "Let ⟦math1⟧ be.", "target": "Seja ⟦math1⟧.", "status": "machine", "reason": "",
       "slots": {"⟦math1⟧": "$x$"}}]}

``start`` and ``end`` count characters of the source's text; in a notebook, those of a Markdown
cell, whose number among the Markdown cells is ``cell``. A further line of the same form comes
when sentences have been translated meanwhile. A change that cannot be read is answered with
``{"path": …, "error": "…"}``. The end of the input ends the program.
"""

from __future__ import annotations

import signal
import sys
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO

import msgspec
from msgspec import Struct

from amts_ext.errors import AmtsError, attempt, of_document
from amts_ext.formats import Notebook
from amts_ext.preview.desk import Desk
from amts_ext.preview.live import Live
from amts_ext.preview.server.batch import Batch
from amts_ext.preview.server.events import encode
from amts_ext.text.outcome import Source


class EditorChange(Struct, forbid_unknown_fields=True):
    """One line of the editor's: a document, and its text if that is not saved."""

    path: str
    text: str | None = None


class Conversation:
    """The answers to an editor; sentences that are translated later are told as they come."""

    def __init__(self, desk: Desk, out: IO[bytes]) -> None:
        self._desk = desk
        self._out = out
        self._writing = threading.Lock()
        self._batch = Batch(desk.book, lambda *event: None, self._stored)
        self._shown: str | None = None
        """The path of the last change; only this document is told later."""

    def hold(self, lines: Iterable[bytes]) -> None:
        """Answer line after line until they end."""
        try:
            for line in lines:
                if line.strip():
                    self._take(line)
        finally:
            self._batch.close()

    def _take(self, line: bytes) -> None:
        try:
            change = msgspec.json.decode(line, type=EditorChange)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            self._tell({"error": f"a line is wrong: {error}"})
            return
        self._shown = change.path
        for lang in self._desk.languages:
            found = attempt(partial(self._changed, change, lang))
            if isinstance(found, AmtsError):
                self._tell({"path": change.path, "lang": lang, "error": str(found)})

    def _changed(self, change: EditorChange, lang: str) -> None:
        desk = self._desk
        with desk.lock:
            source = desk.source(change.path)
            live = desk.live(change.path, lang)
            live.write_as(change.text)
            self._update(live)
            lacks = any(row.status == "untranslated" for row in live.rows.values())
        if lacks and not (self._batch.bills or desk.read_only):
            text = source.text if change.text is None else change.text
            self._batch.want(lang, Source(source.name, text, source.format))

    def _stored(self, lang: str) -> None:
        """Tell of sentences that came into the memory."""
        with self._desk.lock:
            if self._shown is None:
                return
            live = self._desk.live(self._shown, lang)
            before = live.revision
            attempt(lambda: self._update(live, before))

    def _update(self, live: Live, before: int | None = None) -> None:
        """Read again and tell all segments; nothing if the revision is still that ``before``."""
        with of_document(live.path):
            live.update()
        if live.revision != before:
            self._tell({
                "path": live.path, "lang": live.lang, "revision": live.revision,
                "segments": list(_segments(live)),
            })  # fmt: skip

    def _tell(self, data: dict[str, object]) -> None:
        with self._writing:
            self._out.write(encode(data) + b"\n")
            self._out.flush()


def _segments(live: Live) -> Iterator[dict[str, object]]:
    source = live.document.source
    cells = source.cells if isinstance(source, Notebook) else ()
    for row, outcome in zip(live.rows.values(), live.document.segments, strict=True):
        segment = outcome.segment
        number = bisect_right([cell.start for cell in cells], segment.start) - 1
        first = cells[number].start if cells else 0
        yield {
            "id": row.id,
            "line": row.line,
            **({"cell": number} if cells else {}),
            "start": segment.start - first,
            "end": segment.end - first,
            "kind": row.kind,
            "source": row.source,
            "target": row.target,
            "status": row.status,
            "reason": row.reason,
            "slots": row.slots,
        }


def converse(desk: Desk, lines: Iterable[bytes], out: IO[bytes]) -> int:
    """Answer an editor until its lines end or SIGTERM comes; return the exit code."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Conversation(desk, out).hold(lines)
    return 0
