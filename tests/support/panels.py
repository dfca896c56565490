"""The translation preview's panel in JupyterLab or Notebook 7, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, FrameLocator, Locator, Page, expect

from support.jupyter import Jupyter
from support.waiting import until

PATIENCE = 120_000.0
"""Milliseconds after which a test that waits for the browser has failed."""
expect.set_options(timeout=PATIENCE)
BUTTON = ".amts-preview-button button, .amts-preview-button jp-button"


@dataclass
class Bench:
    """A document in JupyterLab with the panel beside it."""

    page: Page
    errors: list[str]
    """What went wrong in scripts."""

    def note(self, error: Error) -> None:
        """Keep an error of the extension's scripts or the panel's; others have their own."""
        if "amts" in (error.stack or ""):
            self.errors.append(f"{error}\n{error.stack}")

    @property
    def panel(self) -> FrameLocator:
        return self.page.frame_locator("iframe.amts-preview-frame")

    def sentence(self, words: str) -> Locator:
        """The first sentence of the translation that has some words."""
        return self.panel.locator("#right .seg", has_text=words).first

    def sees(self, words: str) -> None:
        """Wait until the translation shows words."""
        self.sentence(words).wait_for(state="attached")

    def click_button(self) -> None:
        """Click the button in the document's toolbar; the panel is there afterwards."""
        self.page.locator(BUTTON).first.click()
        self.panel.locator("body[data-ready]").wait_for()

    def run(self, command: str, **arguments: object) -> object:
        """Run one of JupyterLab's commands."""
        script = "([name, args]) => { window.jupyterapp.commands.execute(name, args); }"
        return self.page.evaluate(script, [command, arguments])

    def contents(self, call: str, *arguments: str) -> None:
        """Call JupyterLab's own contents manager, as its file browser does."""
        script = "([name, args]) => window.jupyterapp.serviceManager.contents[name](...args)"
        self.page.evaluate(f"async given => {{ await ({script})(given); }}", [call, arguments])

    def cell(self, number: int) -> Locator:
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{number}"]')

    def write_in_cell(self, number: int, text: str) -> None:
        """Replace the text of a cell by the keyboard; nothing is saved."""
        self.cell(number).click()
        self.page.keyboard.press("Enter")
        self.page.locator(".jp-Notebook.jp-mod-editMode").wait_for()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)


@contextmanager
def opened(browser: Browser, jupyter: Jupyter, address: str) -> Iterator[Bench]:
    """Open a document: ``lab/tree/mean.ipynb`` or ``notebooks/mean.ipynb``."""
    page = browser.new_page(viewport={"width": 1400, "height": 850})
    page.set_default_timeout(PATIENCE)
    bench = Bench(page, [])
    page.on("pageerror", bench.note)
    try:
        page.goto(f"{jupyter.url}{address}?reset&token={jupyter.token}")
        page.locator(BUTTON).first.wait_for()
        yield bench
        assert bench.errors == []
    finally:
        page.context.close()


def wait_for_text(file: Path, words: str) -> None:
    """Wait until a file exists and has some words."""
    until(lambda: file.exists() and words in file.read_text("utf-8"), f"{file} lacks {words}")
