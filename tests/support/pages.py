"""The preview's page in a real browser: everything it asks for and says is noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from support.browser import BROWSER
from support.preview import Preview
from support.waiting import DEADLINE

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Locator, Page, sync_playwright

PATIENCE = DEADLINE * 1000
"""Milliseconds until a browser gives up to wait."""
TOKENS = """() => [...document.querySelector(".field").childNodes].map(
    node => node.dataset?.token ?? node.textContent.replaceAll("\\u200b", "")).join("")"""


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser without a window; skips the test if there is none."""
    if BROWSER is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Screen:
    """One tab with the preview's page."""

    page: Page
    server: Preview
    requests: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    """Errors of scripts, dialogs, windows, and what the policy of the page blocked."""

    def open(self, path: str = "index.md", lang: str = "pt", row: str = "") -> Screen:
        """Open a document, as the address that was printed does."""
        query = urlencode({"token": self.server.token, "path": path, "lang": lang})
        self.page.goto(f"http://{self.server.here}/?{query}" + (f"#{row}" if row else ""))
        self.page.wait_for_selector("body[data-ready]", state="attached")
        return self

    def left(self, number: int = 0) -> Locator:
        return self.page.locator("#left .seg").nth(number)

    def right(self, number: int = 0) -> Locator:
        return self.page.locator("#right .seg").nth(number)

    def sentence(self, words: str) -> Locator:
        """The translated sentence with some words."""
        return self.page.locator("#right .seg", has_text=words).first

    def edit(self, words: str) -> Screen:
        """Open a sentence's editor by a click."""
        self.sentence(words).click()
        self.page.wait_for_selector(".field:focus")
        return self

    @property
    def field(self) -> str:
        """What stands in the editor's field, slots as tokens."""
        return str(self.page.evaluate(TOKENS))

    def keys(self, *names: str) -> Screen:
        for name in names:
            self.page.keyboard.press(name)
        return self

    def run(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def wait(self, condition: str, argument: Any = None) -> None:
        """Wait until an expression of the page's is true."""
        self.page.wait_for_function(condition, arg=argument)

    @property
    def strangers(self) -> list[str]:
        """The requests that left the preview's server."""
        own = ("data", "about", "blob")
        found = [urlsplit(url) for url in self.requests]
        return [u.geturl() for u in found if u.scheme not in own and u.netloc != self.server.here]


@contextmanager
def screen(browser: Browser, server: Preview, **options: Any) -> Iterator[Screen]:
    """A fresh tab with its own cookies and storage."""
    options = {"viewport": {"width": 1300, "height": 800}, "locale": "en-US"} | options
    with browser.new_context(**options) as context:
        context.set_default_timeout(PATIENCE)
        made = Screen(context.new_page(), server)
        context.on("request", lambda request: made.requests.append(request.url))
        context.on("page", lambda page: made.troubles.append(f"window: {page.url}"))
        made.page.on("pageerror", lambda error: made.troubles.append(f"error: {error}"))

        def refuse(dialog: Any) -> None:
            made.troubles.append(f"dialog: {dialog.type} {dialog.message}")
            dialog.dismiss() if dialog.type != "beforeunload" else dialog.accept()

        def note(message: Any) -> None:
            if message.type in ("error", "warning"):
                made.troubles.append(f"console: {message.text}")

        made.page.on("dialog", refuse)
        made.page.on("console", note)
        yield made
