"""The server extension asks Jupyter who may do what, and shows no file that Jupyter does not."""

from __future__ import annotations

import base64
import http.cookiejar
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.jupyter import Answer, Jupyter, cell, running, write_notebook
from support.waiting import DEADLINE, until

pytestmark = pytest.mark.slow

CONFIG = "[amts]\nlangs = zh, pt\n[translation]\ntranslator = capitals\n"
SECRET = "Nobody may read this secret."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """Jupyter on one part of a book, beside a book of its own."""
    above = tmp_path_factory.mktemp("server")
    (above / "config.ini").write_text(CONFIG)
    (above / "secret.md").write_text(SECRET)
    root = above / "root"
    write_notebook(root / "lone.ipynb", cell("A mean is a number that stands for all the others."))
    write_notebook(root / "book/mean.ipynb", cell("# The mean\n\nIt is small."))
    write_notebook(root / "book/translations/zh/old.ipynb", cell("# 旧"))
    write_notebook(root / "book/old.ipynb", cell("# Old"))
    write_notebook(root / ".hidden/mean.ipynb", cell(SECRET))
    human = "human_zh = translations/zh\n[translation]"
    (root / "book/config.ini").write_text(CONFIG.replace("[translation]", human))
    (root / "wrong").mkdir()
    (root / "wrong/config.ini").write_text("[amts]\nlangs = klingon\n")
    write_notebook(root / "wrong/mean.ipynb", cell("The mean."))
    (root / "data.csv").write_text("a,b\n")
    with running(root, above / "jupyter", app="lab") as found:
        yield found


def place(server: Jupyter, path: str = "book/mean.ipynb") -> str:
    """The address of a document's page."""
    return str(server.know("amts/open", {"path": path}).json["url"])


class Session:
    """A browser's session: it has logged in and has Jupyter's cookies, and no token."""

    def __init__(self, server: Jupyter) -> None:
        self.server = server
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.opener.open(f"{server.url}lab?token={server.token}", timeout=DEADLINE).close()

    @property
    def xsrf(self) -> str:
        return next(cookie.value or "" for cookie in self.jar if cookie.name == "_xsrf")

    def ask(self, path: str, body: object = None, **headers: str) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.server.url + path, data)
        for name, value in ({"Content_Type": "application/json"} | headers).items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with self.opener.open(request, timeout=DEADLINE) as found:
                return Answer(found.status, found.headers, found.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


@pytest.fixture(scope="module")
def session(server: Jupyter) -> Session:
    return Session(server)


# --- who may ask ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "static/main.js", "api/session", "api/page?path=a&lang=zh"])
def test_nothing_is_read_without_login(server: Jupyter, path: str) -> None:
    assert server.ask(place(server) + path).status == 403


@pytest.mark.parametrize("path", ["api/save", "api/text", "api/translate"])
def test_nothing_is_written_without_login(server: Jupyter, path: str) -> None:
    assert server.ask(place(server) + path, {}).status == 403
    assert server.ask("amts/open", {"path": "lone.ipynb"}).status == 403
    assert server.ask("amts/write", {"path": "lone.ipynb", "lang": "zh"}).status == 403


def test_a_session_writes_with_its_xsrf_token_only(server: Jupyter, session: Session) -> None:
    body = {"path": "mean.ipynb", "text": None}
    url = place(server) + "api/text"
    assert session.ask(url, body).status == 403
    assert session.ask(url, body, X_XSRFToken="0" * 32).status == 403
    assert session.ask(url, body, X_AMTS_Token="").status == 403
    assert session.ask(url, body, X_XSRFToken=session.xsrf).status == 200


@pytest.mark.parametrize("path", ["amts/open", "amts/write"])
def test_a_page_of_another_origin_is_refused(session: Session, path: str) -> None:
    body = {"path": "lone.ipynb"} | ({"lang": "zh"} if path.endswith("write") else {})
    foreign = {"Origin": "http://evil.example", "Referer": "http://evil.example/"}
    refused = session.ask(path, body, **foreign)
    assert refused.status in (403, 404)
    assert session.ask(path, body, X_XSRFToken="guessed", **foreign).status in (403, 404)
    assert not (session.server.root / "lone.zh.ipynb").exists()


def test_a_form_of_another_page_is_refused(session: Session) -> None:
    refused = session.ask("amts/open", {"path": "lone.ipynb"}, Content_Type="text/plain")
    assert refused.status == 403


def test_the_page_has_jupyters_policy_and_its_own(server: Jupyter) -> None:
    answer = server.know(place(server))
    policies = " ".join(answer.headers.get_all("Content-Security-Policy"))
    assert "frame-ancestors 'self'" in policies
    assert "default-src 'none'" in policies and "script-src 'self'" in policies
    assert "unsafe-inline" not in policies.partition("script-src")[2].partition(";")[0]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_of_jupyters_own_pages_is_as_it_was(server: Jupyter) -> None:
    assert "script-src" not in server.know("lab").headers["Content-Security-Policy"]


# --- which files ----------------------------------------------------------------------------------

OUTSIDE = [
    "../secret.md", "book/../../secret.md", "/../secret.md", "..%2fsecret.md",
    "book/..\\..\\secret.md", ".hidden/mean.ipynb", "nothing.ipynb", "book", "",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_jupyter_does_not_show_is_refused(server: Jupyter, path: str) -> None:
    answer = server.know("amts/open", {"path": path})
    assert answer.status in (403, 404, 422)
    assert SECRET.encode() not in answer.body and answer.json["message"]
    written = server.know("amts/write", {"path": path, "lang": "zh"})
    assert written.status in (403, 404, 422)


@pytest.mark.parametrize("path", ["..", "../secret.md", "/etc", "\0", "book/../..", ".hidden"])
def test_a_key_for_another_place_is_refused(server: Jupyter, path: str) -> None:
    key = base64.urlsafe_b64encode(path.encode()).decode()
    assert server.know(f"amts/book/{key}/api/session").status in (403, 404)
    assert server.know(f"amts/book/{key[:-3]}/api/session").status in (403, 404)


@pytest.mark.parametrize("path", ["../secret.md", "config.ini", "../lone.ipynb", "nothing.ipynb"])
def test_a_place_has_its_own_documents_only(server: Jupyter, path: str) -> None:
    url = place(server)
    answer = server.know(f"{url}api/page?path={path}&lang=zh")
    assert answer.status == 404
    assert server.know(f"{url}file/{path}").status in (400, 404)


def test_a_book_above_jupyters_folder_is_not_looked_at(server: Jupyter) -> None:
    found = server.know("amts/open", {"path": "lone.ipynb"}).json
    session = server.know(found["url"] + "api/session").json
    assert session["documents"] == ["lone.ipynb"]
    assert not found["stated"] and found["source_lang"] == "en" and "pt" in found["langs"]


def test_a_file_that_is_no_document_is_refused_with_what_is_allowed(server: Jupyter) -> None:
    answer = server.know("amts/open", {"path": "data.csv"})
    assert answer.status == 422 and ".ipynb" in answer.json["message"]


def test_a_wrong_configuration_is_told_in_one_line(server: Jupyter) -> None:
    answer = server.know("amts/open", {"path": "wrong/mean.ipynb"})
    assert answer.status == 422 and "config.ini:2" in answer.json["message"]


@pytest.mark.parametrize("body", [{}, {"path": 1}, {"path": "a", "more": 1}, [], "x", None])
def test_a_body_that_is_no_request_is_refused(server: Jupyter, body: object) -> None:
    if body is not None:
        assert server.know("amts/open", body).status in (400, 422)
        assert server.know("amts/write", body).status in (400, 422)


# --- the same API ---------------------------------------------------------------------------------


def test_the_api_is_that_of_the_preview(server: Jupyter) -> None:
    url = place(server)
    session = server.know(url + "api/session").json
    assert session["langs"] == ["zh", "pt"] and "mean.ipynb" in session["documents"]
    page = server.know(f"{url}api/page?path=mean.ipynb&lang=zh").json
    assert [row["source"] for row in page["rows"]] == ["The mean", "It is small."]
    assert server.know(url + "static/main.js").headers["Content-Type"].startswith("text/javascript")
    assert server.know(url + "api/nothing").status == 404


def test_unsaved_text_is_told_to_the_page_as_an_event(server: Jupyter) -> None:
    url = place(server)
    request = urllib.request.Request(f"{server.url}{url}api/events?path=mean.ipynb&lang=pt")
    request.add_header("Authorization", f"token {server.token}")
    server.know(f"{url}api/page?path=mean.ipynb&lang=pt")
    with urllib.request.urlopen(request, timeout=DEADLINE) as stream:
        assert stream.readline().startswith(b"retry")
        notebook = json.loads((server.root / "book/mean.ipynb").read_text())
        notebook["cells"][0]["source"] = ["It is not saved."]
        sent = server.know(url + "api/text", {"path": "mean.ipynb", "text": json.dumps(notebook)})
        assert sent.status == 200
        until(lambda: b"It is not saved." in stream.readline())
    server.know(url + "api/text", {"path": "mean.ipynb", "text": None})


def test_a_changed_configuration_counts_at_once(server: Jupyter) -> None:
    book = server.root / "changing"
    write_notebook(book / "mean.ipynb", cell("The mean."))
    (book / "config.ini").write_text(CONFIG)
    assert server.know("amts/open", {"path": "changing/mean.ipynb"}).json["langs"] == ["zh", "pt"]
    (book / "config.ini").write_text(CONFIG.replace("zh, pt", "es, zh, pt"))
    found = server.know("amts/open", {"path": "changing/mean.ipynb"}).json
    assert found["langs"] == ["es", "zh", "pt"]


# --- the translation as a file --------------------------------------------------------------------


def written(server: Jupyter, path: str, lang: str, **more: object) -> Answer:
    return server.know("amts/write", {"path": path, "lang": lang, **more})


def test_in_a_book_with_human_translations_the_file_goes_there_as_one_that_nobody_read(
    server: Jupyter,
) -> None:
    url = place(server)
    page = f"{url}api/page?path=mean.ipynb&lang=zh"
    until(lambda: all(r["status"] == "machine" for r in server.know(page).json["rows"]))
    answer = written(server, "book/mean.ipynb", "zh")
    assert answer.json["path"] == "book/translations/zh/mean.ipynb"
    folder = server.root / "book/translations/zh"
    assert "IT IS SMALL." in (folder / "mean.ipynb").read_text()
    assert (folder / "mean_origin.ipynb").read_bytes() == (
        server.root / "book/mean.ipynb"
    ).read_bytes()
    items = json.loads((folder / "amts-items.json").read_text())
    assert items["files"]["mean.ipynb"]["items"][0]["kind"] == "new"
    rows = server.know(page).json["rows"]
    assert {row["status"] for row in rows} == {"machine"}
    assert written(server, "book/mean.ipynb", "zh").status == 200


def test_a_humans_file_is_never_overwritten(server: Jupyter) -> None:
    file = server.root / "book/translations/zh/old.ipynb"
    before = file.read_bytes()
    for replace in (False, True):
        answer = written(server, "book/old.ipynb", "zh", replace=replace)
        assert answer.status == 409 and not answer.json["may_replace"]
    assert file.read_bytes() == before


def test_a_file_that_somebody_changed_is_replaced_only_if_a_person_says_so(
    server: Jupyter,
) -> None:
    answer = written(server, "book/old.ipynb", "pt")
    assert answer.json["path"] == "book/old.pt.ipynb"
    file = server.root / answer.json["path"]
    file.write_text(file.read_text() + "\n")
    refused = written(server, "book/old.ipynb", "pt")
    assert refused.status == 409 and refused.json["may_replace"]
    assert file.read_text().endswith("\n\n")
    assert written(server, "book/old.ipynb", "pt", replace=True).status == 200
    assert not file.read_text().endswith("\n\n")


# --- installed in part ----------------------------------------------------------------------------


def test_without_the_extra_jupyter_starts_and_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "without/starlette").mkdir(parents=True)
    broken = "raise ModuleNotFoundError(\"No module named 'starlette'\", name='starlette')\n"
    (tmp_path / "without/starlette/__init__.py").write_text(broken)
    (tmp_path / "root").mkdir()
    away = [tmp_path / "without"]
    with running(tmp_path / "root", tmp_path / "jupyter", path=away) as server:
        assert server.know("amts/open", {"path": "a.md"}).status == 404
        log = server.log.read_text()
    [line] = [line for line in log.splitlines() if "translation preview" in line]
    assert "starlette is missing; pip install 'amts-ext[jupyterlab]'" in line
    assert "Traceback" not in log


def test_jupyter_ends_with_open_pages(tmp_path: Path) -> None:
    write_notebook(tmp_path / "root/mean.ipynb", cell("The mean."))
    (tmp_path / "root/config.ini").write_text(CONFIG)
    with running(tmp_path / "root", tmp_path / "jupyter") as server:
        url = server.know("amts/open", {"path": "mean.ipynb"}).json["url"]
        request = urllib.request.Request(f"{server.url}{url}api/events?path=mean.ipynb&lang=pt")
        request.add_header("Authorization", f"token {server.token}")
        with urllib.request.urlopen(request, timeout=DEADLINE) as stream:
            assert stream.readline().startswith(b"retry")
            server.process.terminate()
            until(lambda: b"Shutting down" in server.log.read_bytes())
            assert stream.read().endswith(b"\n")
