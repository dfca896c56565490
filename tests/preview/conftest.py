"""A running preview of a small book, and one browser for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.preview import Preview, make_book, preview

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Preview]:
    with preview(make_book(tmp_path / "book")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a file: its event loop would hinder those of others."""
    from support.pages import browsing

    with browsing() as found:
        yield found
