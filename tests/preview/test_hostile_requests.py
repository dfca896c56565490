"""Requests that are not the page's own: none of them sees the book or changes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.preview import BOOK, PNG, SECRET, Preview, make_book, preview

PAGE = "GET /api/page?path=index.md&lang=pt"
WRITE = b'{"path": "index.md", "text": "# Stolen"}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    with preview(make_book(tmp_path_factory.mktemp("home") / "book")) as running:
        yield running


def shown(server: Preview) -> str:
    page = server.get("/api/page", path="index.md", lang="pt")
    return json.dumps([row["source"] for row in page["rows"]])


def refuse(server: Preview, line: str, *headers: str, body: bytes = b"", known: bool = True) -> int:
    """The request is refused, tells nothing, and changes nothing; its status."""
    before = shown(server)
    answer = server.ask(line, *headers, body=body, known=known)
    assert 400 <= answer.status < 500, answer
    told = answer.body.decode()
    for secret in (SECRET, "heron", "private notes", "hidden key", "Stolen", "picture"):
        assert secret not in told
    assert not [name for name in answer.headers if name.startswith("access-control")]
    if (
        line.partition(" ")[0] != "HEAD"
        and answer.headers.get("content-type") == "application/json"
    ):
        assert answer.json["message"] and "\n" not in answer.json["message"]
    assert shown(server) == before
    return answer.status


def test_own_requests_pass(server: Preview) -> None:
    """What is refused below is refused for its reason, and not for some other."""
    assert server.ask(PAGE).status == 200
    cookie = f"Cookie: amts-preview-{server.port}={server.token}"
    own = ("Origin: http://{here}", "Sec-Fetch-Site: same-origin", cookie)
    assert server.ask(PAGE, *own, known=False).status == 200
    assert server.ask("GET /file/img/bird.png", *own, known=False).body == PNG
    assert server.ask(PAGE, f"Host: localhost:{server.port}").status == 200
    text = json.dumps({"path": "index.md", "text": BOOK["index.md"]}).encode()
    assert server.ask("POST /api/text", *own, body=text).status == 200


def test_the_address_that_was_printed(server: Preview) -> None:
    answer = server.ask("GET /?token={token}&path=part/two.md&lang=pt", known=False)
    assert answer.status == 303 and answer.headers["location"] == "/?path=part/two.md&lang=pt"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    own = cookie.partition(";")[0]
    assert server.ask(PAGE, f"Cookie: {own}", known=False).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("X-AMTS-Token: 0000",),
        ("X-AMTS-Token: {token}0",),
        ("X-AMTS-Token: \xe9\xff",),
        ("Cookie: amts-preview-{port}=wrong",),
        ("Cookie: amts-preview-{port}=",),
        ("Cookie: other={token}",),
        ("Cookie: amts-preview-{port}\x01;;=,{token}",),
        ("Authorization: token {token}",),
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        PAGE,
        "GET /api/session",
        "GET /api/events?path=index.md&lang=pt",
        "GET /api/suggest?path=index.md&lang=pt&id=s",
        "GET /api/book?lang=pt",
        "GET /api/search?q=heron&lang=pt",
        "GET /file/img/bird.png",
        "HEAD /file/img/bird.png",
    ],
)
def test_without_the_token(server: Preview, line: str, headers: tuple[str, ...]) -> None:
    headers = tuple(header.replace("{port}", str(server.port)) for header in headers)
    assert refuse(server, line, *headers, known=False) == 403


@pytest.mark.parametrize(
    "line",
    ["/?token=wrong", "/?token=", "/?token={token}0", "/api/session?token={token}", "//?token=x"],
)
def test_tokens_elsewhere(server: Preview, line: str) -> None:
    answer = server.ask(f"GET {line}", known=False)
    assert "set-cookie" not in answer.headers
    assert answer.status in (200, 403, 404) and b"heron" not in answer.body


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1.evil.example:{port}",
        "evil.example@127.0.0.1:{port}",
        "localhost.evil.example:{port}",
        "0.0.0.0:{port}",
        "[::1]:{port}",
        "127.0.0.1:{port}.evil.example",
        "127.0.0.1:{port}\r\nHost: evil.example",
        "",
    ],
)
def test_other_hosts(server: Preview, host: str) -> None:
    """DNS rebinding: the page's own name leads to this machine."""
    given = f"Host: {host.replace('{port}', str(server.port))}" if host else "Host:"
    for line in (PAGE, "GET /", "GET /?token={token}"):
        assert refuse(server, line, given) in (400, 403)
    assert refuse(server, "POST /api/text", given, body=WRITE) in (400, 403)


FOREIGN = [
    ("Origin: null",),
    ("Origin: https://evil.example",),
    ("Origin: http://evil.example:{port}",),
    ("Origin: http://127.0.0.1",),
    ("Origin: http://127.0.0.1:1",),
    ("Origin: https://127.0.0.1:{port}",),
    ("Origin: http://localhost:{port}",),
    ("Origin: http://127.0.0.1:{port}", "Origin: https://evil.example"),
    ("Origin: http://127.0.0.1:{port}.evil.example",),
    ("Origin: file://",),
    ("Sec-Fetch-Site: cross-site",),
    ("Sec-Fetch-Site: same-site",),
    ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"),
    ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"),
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_pages_of_other_addresses(server: Preview, headers: tuple[str, ...]) -> None:
    """Even one that knows the token."""
    headers = tuple(header.replace("{port}", str(server.port)) for header in headers)
    assert refuse(server, PAGE, *headers) == 403
    assert refuse(server, "GET /file/img/bird.png", *headers) == 403
    assert refuse(server, "POST /api/text", *headers, body=WRITE) == 403


def test_a_link_of_another_page_leads_to_the_page_only(server: Preview) -> None:
    """The shell has nothing of the book; what it asks for is asked from the preview's own page."""
    link = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    answer = server.ask("GET /?path=index.md&lang=pt", *link, known=False)
    assert answer.status == 200 and b"heron" not in answer.body
    assert refuse(server, "POST /", *link, body=b"{}") == 403


@pytest.mark.parametrize("name", ["save", "read", "undo", "text", "translate", "cancel", "editing"])
def test_writes_need_the_token_in_the_header(server: Preview, name: str) -> None:
    """A form of another page sends cookies, but no header of its own."""
    cookie = f"Cookie: amts-preview-{server.port}={server.token}"
    assert refuse(server, f"POST /api/{name}", cookie, body=WRITE, known=False) == 403
    assert refuse(server, f"GET /api/{name}?path=index.md") in (404, 405)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_bodies_of_forms(server: Preview, kind: str) -> None:
    assert refuse(server, "POST /api/text", f"Content-Type: {kind}", body=WRITE) == 400


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post"]
)
def test_methods(server: Preview, method: str) -> None:
    assert refuse(server, f"{method} /api/page?path=index.md&lang=pt") in (400, 405)


PATHS = [
    "../secret.png",
    "img/../../secret.png",
    "..%2fsecret.png",
    "%2e%2e/secret.png",
    "%252e%252e/secret.png",
    "img/..%5c..%5csecret.png",
    "..\\secret.png",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "C:/secret.png",
    "C:%5csecret.png",
    "file:///etc/passwd",
    "img/bird.png%00.png",
    "img/bird.png%00",
    "img/link.png",
    "img/there/secret.md",
    ".hidden/key.png",
    "img/.%2e/.hidden/key.png",
    "img",
    "img/",
    "",
    ".",
    "notes.txt",
    "config.ini",
    "index.md",
    "img/page.html",
    "img/bird.png/",
    "img/bird.png/x.png",
    "%ff%fe.png",
    "img/" + "a" * 5000 + ".png",
    "~/secret.png",
    ".amts/memory.sqlite",
]


@pytest.mark.parametrize("path", PATHS)
def test_paths_of_files(server: Preview, path: str) -> None:
    assert refuse(server, f"GET /file/{path}") in (400, 404)


@pytest.mark.parametrize("path", [p for p in PATHS if p])
def test_paths_of_the_page(server: Preview, path: str) -> None:
    for start in ("", "../", "../../", "..%2f..%2f"):
        assert refuse(server, f"GET /static/{start}{path}") in (400, 404)


@pytest.mark.parametrize(
    "path", [*PATHS, "secret.md", "part/../index.md", "./index.md", "INDEX.MD"]
)
def test_paths_of_documents(server: Preview, path: str) -> None:
    if path == "index.md":
        return
    quoted = path.replace("&", "%26")
    for line in ("page", "events", "suggest"):
        assert refuse(server, f"GET /api/{line}?path={quoted}&lang=pt&id=s") in (400, 404)
    body = json.dumps({"path": path, "text": "# Stolen"}).encode()
    assert refuse(server, "POST /api/text", body=body) in (400, 404)
    assert not (server.root.parent / "Stolen").exists()


@pytest.mark.parametrize("lang", ["fr", "", "../pt", "pt%00", "PT", "pt&lang=es"])
def test_languages(server: Preview, lang: str) -> None:
    assert refuse(server, f"GET /api/page?path=index.md&lang={lang}") in (400, 404)
    assert refuse(server, f"GET /api/book?lang={lang}") in (400, 404)


FIELDS = {
    "text": {"path": "index.md", "text": "# Herons"},
    "translate": {"lang": "pt", "path": None, "agreed": None},
    "cancel": {"lang": "pt"},
    "check": {"path": "index.md", "lang": "pt", "id": "s", "target": ""},
    "editing": {"path": "index.md", "lang": "pt", "id": "s", "on": True},
    "save": {"path": "index.md", "lang": "pt", "id": "s", "version": "", "target": ""},
    "read": {"path": "index.md", "lang": "pt", "id": "s"},
    "undo": {"path": "index.md", "lang": "pt", "id": "s"},
}
WRONG = [1, 1.5, True, [], {}, ["index.md"], {"$ne": ""}, -1, 1e308]


@pytest.mark.parametrize("name", FIELDS)
def test_types_of_every_field(server: Preview, name: str) -> None:
    right = FIELDS[name]
    for field in right:
        for value in [*WRONG, "x", None]:
            same = isinstance(value, type(right[field])) or (field == "text" and value is None)
            fits = same or (field == "agreed" and type(value) in (int, float))
            if fits or (right[field] is None and value is None) or (field == "path" and not value):
                continue
            if name == "translate" and field == "path" and isinstance(value, str):
                continue
            body = json.dumps(right | {field: value}).encode()
            assert refuse(server, f"POST /api/{name}", body=body) in (400, 404), (field, value)
    for body in (
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b'{"path": "\\ud800"}',
        b"[" * 100_000, json.dumps(right | {"more": 1}).encode(), b"NaN", b'{"path": NaN}',
    ):  # fmt: skip
        body = body or b" "
        assert refuse(server, f"POST /api/{name}", body=body) == 400, body[:40]


def test_large_bodies(server: Preview) -> None:
    body = json.dumps(FIELDS["save"] | {"target": "x" * 1_100_000}).encode()
    assert refuse(server, "POST /api/save", body=body) == 413
    claimed = server.ask("POST /api/save", "Content-Length: 99999999999", body=b"{}")
    assert claimed.status == 413


@pytest.mark.parametrize(
    "line",
    [
        "GET http://evil.example/api/page?path=index.md&lang=pt",
        "GET /api/page?path=index.md&path=part/two.md&lang=pt",
        "GET /api/page",
        "GET /api/nothing",
        "GET /api/page/../page?path=index.md&lang=fr",
        "GET",
    ],
)
def test_odd_requests(server: Preview, line: str) -> None:
    if line.startswith("GET http:"):
        answer = server.ask(line, "Host: evil.example")
        assert answer.status in (400, 403)
        return
    assert refuse(server, line) in (400, 404, 405)


def test_two_lengths_are_no_way_in(server: Preview) -> None:
    """Request smuggling: a body that is counted in two ways."""
    inner = b"GET /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    smuggled = server.ask(
        "POST /api/text",
        "Content-Length: 4",
        "Transfer-Encoding: chunked",
        body=b"0\r\n\r\n" + inner,
    )
    assert smuggled.status in (400, 403)
    assert b"herons" not in smuggled.body


def test_headers_of_every_answer(server: Preview) -> None:
    for line in ("GET /", "GET /api/session", "GET /file/img/bird.png", "GET /nothing", PAGE):
        answer = server.ask(line)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "server" not in answer.headers
        script = policy.partition("script-src ")[2].partition(";")[0]
        assert (
            script in ("'self'", "") and "frame-ancestors 'none'" in policy
        ) or "sandbox" in policy
    assert server.ask("GET /api/session").headers["cache-control"] == "no-store"


def test_an_image_with_a_script_is_alone(server: Preview) -> None:
    answer = server.ask("GET /file/img/line.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_no_websocket(server: Preview) -> None:
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: eA==",
               "Sec-WebSocket-Version: 13")  # fmt: skip
    assert server.ask("GET /api/events", *upgrade, known=False).status in (400, 403, 404)


def test_only_this_machine(server: Preview) -> None:
    """The server listens on the loopback address alone."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    wanted = f":{server.port:04X}"
    here = [line.split()[1] for line in lines if line.split()[1].endswith(wanted)]
    assert set(here) == {f"0100007F{wanted}"}
