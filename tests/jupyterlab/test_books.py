"""A book is open while somebody looks at it, and closed when nobody does any more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from amts_ext.errors import AmtsError, ConfigError, attempt
from amts_ext.jupyterlab.books import Books, OpenPlace

CONFIG = "[amts]\nlangs = zh\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "config.ini").write_text(CONFIG)
    (tmp_path / "mean.md").write_text("# The mean\n")
    return tmp_path


def is_open(place: OpenPlace) -> bool:
    answer = attempt(lambda: place.desk.book.memory.revision)
    return not isinstance(answer, AmtsError)


def test_a_place_is_opened_once_and_closed_at_the_end(book: Path) -> None:
    async def use() -> None:
        books = Books()
        first, second = await asyncio.gather(books.at(book, book), books.at(book, book))
        assert first is second and is_open(first)
        await books.close()
        assert not is_open(first)

    asyncio.run(use())


def test_an_idle_place_is_closed_and_opened_again(book: Path) -> None:
    async def use() -> None:
        books = Books(idle=0.05, look=0.05)
        first = await books.at(book, book)
        await first.closed.wait()
        assert not is_open(first)
        second = await books.at(book, book)
        assert second is not first and is_open(second)
        await books.close()

    asyncio.run(use())


def test_a_place_that_a_page_follows_stays_open(book: Path) -> None:
    async def use() -> None:
        books = Books(idle=0.05, look=0.05)
        place = await books.at(book, book)
        page = place.office.hub.subscribe(("mean.md", "zh"))
        await asyncio.sleep(0.4)
        assert is_open(place) and not place.closed.is_set()
        place.office.hub.unsubscribe(("mean.md", "zh"), page)
        await place.closed.wait()
        await books.close()

    asyncio.run(use())


def test_a_place_that_cannot_be_opened_is_no_place(book: Path) -> None:
    async def use() -> None:
        books = Books()
        (book / "config.ini").write_text("[amts]\nlangs = klingon\n")
        for _ in range(2):
            with pytest.raises(ConfigError, match="klingon"):
                await books.at(book, book)
        (book / "config.ini").write_text(CONFIG)
        assert is_open(await books.at(book, book))
        await books.close()

    asyncio.run(use())
