"""One browser for the tests of a file: its event loop would hinder those of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from support.pages import browsing

    with browsing() as found:
        yield found
