"""Everybody can use the page: axe-core finds nothing serious in any state of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.pages import Screen, screen
from support.preview import Preview, preview
from support.program import notebook, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.browser]
axe = pytest.importorskip("axe_playwright_python")
AXE = Path(axe.__file__).with_name("axe.min.js")
BOOK: dict[str, str | bytes] = {
    "config.ini": "[amts]\nlangs = pt, es\n",
    "index.md": (
        "# Herons\n\nSet $x$ to **any** number. See [the fish](fish.md) and `code`.\n\n"
        "$$\\sum_{i=1}^n x_i$$\n\n| a | b |\n|---|---|\n| one heron | two |\n\n"
        "- An item\n- Another\n\n"
        "> A quote.\n\n```python\nfor x in range(3):  # a comment\n    print('a string', 7)\n```\n"
    ),
    "fish.ipynb": notebook(("markdown", "# Fish\n\nA fish swims."), ("code", "x = 1")),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    with preview(write(tmp_path_factory.mktemp("home") / "book", BOOK)) as running:
        yield running


def violations(page: Screen) -> list[str]:
    """What axe-core says that hinders people; it comes in through the driver, past the policy."""
    page.page.evaluate(AXE.read_text("utf-8"))
    found: Any = page.run("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {node['html'][:150]} {node['any'][:1]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1300, 800), (360, 640)])
def test_nothing_hinders(
    browser: Browser, server: Preview, scheme: str, size: tuple[int, int]
) -> None:
    viewport = dict(zip(("width", "height"), size, strict=True))
    with screen(browser, server, color_scheme=scheme, viewport=viewport) as page:
        page.open()
        page.wait("() => document.querySelectorAll('#right .seg[data-status=machine]').length > 6")
        assert violations(page) == []
        page.page.locator("#menu summary").click()
        assert violations(page) == []
        page.page.locator("#menu summary").click()
        page.keys("n", "n", "Enter")
        page.page.wait_for_selector(".field:focus")
        page.keys("Control+a", "Delete", "Control+Enter")
        assert violations(page) == []
        page.keys("Escape")
        page.page.locator(".trouble button").nth(1).click()
        page.keys("b")
        page.page.wait_for_selector("#book a")
        assert violations(page) == []
        page.keys("/")
        page.page.keyboard.type("heron")
        page.page.wait_for_selector("#book .hits a")
        assert violations(page) == []
        page.page.locator("#book .close").click()
        page.keys("?")
        assert violations(page) == []


def test_the_document_of_code_and_outputs(browser: Browser, server: Preview) -> None:
    with screen(browser, server) as page:
        page.open("fish.ipynb")
        assert violations(page) == []


def test_what_happens_is_spoken(browser: Browser, server: Preview) -> None:
    with screen(browser, server) as page:
        page.open().keys("n", "n", "r")
        page.wait("() => document.getElementById('live').textContent === 'Marked as read.'")
        assert page.page.locator("#live").get_attribute("aria-live") == "polite"


def test_where_the_focus_is_can_be_seen(browser: Browser, server: Preview) -> None:
    with screen(browser, server) as page:
        page.open()
        for _ in range(12):
            page.keys("Tab")
            style = "() => getComputedStyle(document.activeElement).outlineStyle"
            assert page.run(style) != "none"
