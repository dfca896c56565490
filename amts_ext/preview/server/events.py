"""Server-sent events (WHATWG HTML, 9.2): what open pages are told, each about its own document.

>>> print(PageEvent("gone", {"path": "mean.md"}).encode().decode(), end="")
event: gone
data: {"path":"mean.md"}
<BLANKLINE>

A page that was away, such as a tab that slept, comes back with the id of the last event it has. It
gets what it missed, or, if that is no longer kept, is told to fetch the whole page (``resync``). A
page that reads too slowly is told the same, so nothing piles up for it.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec

HEARTBEAT = 15.0
"""Seconds without an event after which a comment is sent: it shows that the server is alive, and
the server notices that the page is not."""
KEPT = 64
"""Changes of a topic that are kept for pages that come back."""
BYTES = 16_000_000
"""Bytes that may wait for one page."""
Topic = tuple[str, str]
"""What a page follows: the path of a document, and a language."""
RETRY = b"retry: 1000\n\n"
BEAT = b": alive\n\n"


@dataclass(frozen=True, slots=True)
class PageEvent:
    """One event. Changes, which have the state ``before`` them, are kept for a while."""

    name: str
    data: Any
    id: str = ""
    """Names the state that the page is in after the event."""
    before: str = ""
    """The state that a change is made from."""

    def encode(self) -> bytes:
        """Return the event as it is sent."""
        head = b"id: %b\n" % self.id.encode() if self.id else b""
        return b"%bevent: %b\ndata: %b\n\n" % (head, self.name.encode(), encode(self.data))


def encode(data: Any) -> bytes:
    """Return data as JSON, also a text with half a character (a lone surrogate).

    >>> encode({"text": "\\ud800"})
    b'{"text":"\\xef\\xbf\\xbd"}'
    """
    try:
        return msgspec.json.encode(data)
    except UnicodeEncodeError:
        return msgspec.json.encode(_sound(msgspec.to_builtins(data)))


def _sound(data: Any) -> Any:
    if isinstance(data, str):
        return data.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(data, dict):
        return {_sound(key): _sound(value) for key, value in data.items()}
    return [_sound(each) for each in data] if isinstance(data, list | tuple) else data


class Subscription:
    """The events of one topic for one page."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._ready = asyncio.Event()
        self._closed = False

    def put(self, sent: bytes) -> None:
        """Add an event; if too much waits, all of it is replaced by ``resync``."""
        self._size += len(sent)
        self._waiting.append(sent)
        if self._size > BYTES:
            resync = PageEvent("resync", {}).encode()
            self._waiting = deque([resync])
            self._size = len(resync)
        self._ready.set()

    def close(self) -> None:
        """End the stream."""
        self._closed = True
        self._ready.set()

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield what is to be sent, until the server closes."""
        yield RETRY
        while not self._closed:
            if not self._waiting:
                self._ready.clear()
                try:
                    await asyncio.wait_for(self._ready.wait(), HEARTBEAT)
                except TimeoutError:
                    yield BEAT
                continue
            sent = b"".join(self._waiting)
            self._waiting.clear()
            self._size = 0
            yield sent


class _Topic:
    def __init__(self) -> None:
        self.pages: set[Subscription] = set()
        self.kept: deque[tuple[str, bytes]] = deque(maxlen=KEPT)
        """Changes, each with the state before it; they follow one another without a gap."""

    def since(self, state: str) -> list[bytes] | None:
        """Return the changes that a page in ``state`` has missed; None if some are not kept."""
        states = [before for before, _ in self.kept]
        if state not in states:
            return None
        return [sent for _, sent in list(self.kept)[states.index(state) :]]


class Hub:
    """The subscriptions of all pages, by topic: a document in one language.

    :meth:`publish` may be called in any thread; all else belongs to the event loop's.
    """

    def __init__(self) -> None:
        self._topics: dict[Topic, _Topic] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        self._closed = False

    def open(self) -> None:
        """Begin: from now on events are delivered in the running event loop."""
        with self._lock:
            self._loop, self._closed = asyncio.get_running_loop(), False

    def close(self) -> None:
        """End all streams, so that the server need not wait for the pages."""
        with self._lock:
            self._loop, self._closed = None, True
        for topic in self._topics.values():
            for page in topic.pages:
                page.close()

    def topics(self) -> list[Topic]:
        """Return the topics that some page follows."""
        return [key for key, topic in list(self._topics.items()) if topic.pages]

    def subscribe(self, key: Topic) -> Subscription:
        """Add a page to a topic: it hears what happens from now on."""
        page = Subscription()
        if self._closed:
            page.close()
        self._topics.setdefault(key, _Topic()).pages.add(page)
        return page

    def catch_up(self, key: Topic, page: Subscription, state: str, now: str) -> None:
        """Tell a page in another ``state`` what it has missed of a topic that is in state ``now``.

        An empty ``state`` stands for a page that has just been fetched. ``now`` is asked for after
        the page was added, so that nothing falls between the two; what comes twice does no harm.
        """
        topic = self._topics.get(key)
        if state and state != now and topic is not None:
            for sent in topic.since(state) or [PageEvent("resync", {}, now).encode()]:
                page.put(sent)

    def unsubscribe(self, key: Topic, page: Subscription) -> None:
        """Forget a page; a topic without pages is forgotten with what it kept."""
        if topic := self._topics.get(key):
            topic.pages.discard(page)
            if not topic.pages:
                del self._topics[key]

    def publish(self, key: Topic, event: PageEvent) -> None:
        """Send an event to all pages of a topic."""
        sent = event.encode()
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._deliver, key, event, sent)

    def _deliver(self, key: Topic, event: PageEvent, sent: bytes) -> None:
        topic = self._topics.get(key)
        if topic is None:
            return
        if event.before:
            topic.kept.append((event.before, sent))
        elif event.id:  # a new beginning
            topic.kept.clear()
        for page in topic.pages:
            page.put(sent)
