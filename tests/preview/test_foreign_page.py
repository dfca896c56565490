"""A real page of another address in the browser that has the preview open: it gets nothing."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.browser import BROWSER
from support.preview import Preview, make_book, preview
from support.waiting import until

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine"),
]

ATTACKS = """
async (here) => {
  const got = {};
  const page = "/api/page?path=index.md&lang=pt", body = '{"path":"index.md","text":"# Stolen"}';
  const attempt = async (name, work) => {
    try { got[name] = String(await work()); } catch (error) { got[name] = "refused"; }
  };
  const loads = (tag, set) => new Promise((done, fail) => {
    const element = document.createElement(tag);
    element.onload = () => done("loaded");
    element.onerror = () => fail(new Error("no"));
    set(element);
    document.body.append(element);
    setTimeout(() => fail(new Error("late")), 4000);
  });
  await attempt("fetch", async () => (await fetch(here + page, {credentials: "include"})).text());
  await attempt("fetch without cors", async () =>
    (await fetch(here + page, {credentials: "include", mode: "no-cors"})).text());
  await attempt("image", () => loads("img", e => { e.src = here + "/file/img/bird.png"; }));
  await attempt("script", () => loads("script", e => { e.src = here + "/api/session"; }));
  await attempt("module", async () => { await import(here + "/api/session"); return "loaded"; });
  await attempt("style", () => loads("link", e => { e.rel = "stylesheet"; e.href = here + page; }));
  await attempt("frame", async () => {
    const frame = document.createElement("iframe");
    frame.src = here + "/?path=index.md&lang=pt";
    document.body.append(frame);
    await new Promise(done => setTimeout(done, 1500));
    return frame.contentDocument ? frame.contentDocument.body.textContent : "refused";
  });
  for (const type of ["text/plain", "application/json"]) {
    await attempt("post " + type, async () => (await fetch(here + "/api/text",
      {method: "POST", credentials: "include", mode: type === "text/plain" ? "no-cors" : "cors",
       headers: {"Content-Type": type}, body})).text());
  }
  await attempt("beacon", async () => {
    navigator.sendBeacon(here + "/api/text", body);
    return "";
  });
  await attempt("form", async () => {
    const form = document.createElement("form");
    const action = here + "/api/text";
    Object.assign(form, {method: "POST", action, enctype: "text/plain", target: "_blank"});
    const field = document.createElement("input");
    Object.assign(field, {name: body.slice(0, -1) + ', "x": "', value: '"}'});
    form.append(field);
    document.body.append(form);
    form.submit();
    return "";
  });
  await attempt("events", () => new Promise((done, fail) => {
    const address = here + "/api/events?path=index.md&lang=pt";
    const source = new EventSource(address, {withCredentials: true});
    source.onopen = () => done("open");
    source.onerror = () => fail(new Error("no"));
  }));
  await attempt("window", async () => {
    const other = open(here + "/?path=index.md&lang=pt");
    await new Promise(done => setTimeout(done, 1500));
    return other ? other.document.body.textContent : "";
  });
  return got;
}
"""


@contextmanager
def foreign() -> Iterator[int]:
    """A server of another address with an empty page; its port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<body>a page of somebody else</body>")

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@contextmanager
def browser(profile: Path) -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        arguments = ["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1"]
        opened = running.chromium.launch(executable_path=BROWSER, args=arguments)
        try:
            yield opened.new_context()
        finally:
            opened.close()


def words(server: Preview) -> str:
    return json.dumps(server.get("/api/page", path="index.md", lang="pt")["rows"])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "evil.example"])
def test_a_page_of_another_address(tmp_path: Path, name: str) -> None:
    """On another port of this machine the cookie is sent along: the other rules have to hold."""
    with (
        preview(make_book(tmp_path / "book")) as server,
        foreign() as port,
        browser(tmp_path) as one,
    ):
        own = one.new_page()
        own.goto(f"http://{server.here}/?token={server.token}")
        until(lambda: "machine" in words(server))
        assert own.evaluate("async () => (await fetch('/api/session')).status") == 200
        before = words(server)
        page = one.new_page()
        page.goto(f"http://{name}:{port}/")
        got = page.evaluate(ATTACKS, f"http://{server.here}")
        assert len(got) == 13
        for attack, told in got.items():
            assert told in ("refused", ""), (attack, told)
        assert words(server) == before
        assert own.evaluate("async () => (await fetch('/api/session')).status") == 200


def test_a_name_that_leads_here(tmp_path: Path) -> None:
    """DNS rebinding, with a real resolver: the page's own name is that of this machine."""
    with preview(make_book(tmp_path / "book")) as server, browser(tmp_path) as one:
        page = one.new_page()
        for address in ("/", f"/?token={server.token}", "/api/page?path=index.md&lang=pt"):
            answer = page.goto(f"http://evil.example:{server.port}{address}")
            assert answer.status == 403 and "Host is not this preview" in page.content()
