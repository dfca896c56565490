"""What a person does in the page arrives in the book: edits, undo, suggestions, lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.preview import Preview, make_book, preview
from support.waiting import until

from amts_ext.memory import Memory

HERE = {"path": "index.md", "lang": "pt"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Preview]:
    with preview(make_book(tmp_path / "book")) as running:
        until(lambda: all(row["target"] for row in rows(running).values()))
        yield running


def rows(server: Preview) -> dict[str, Any]:
    return {row["source"]: row for row in server.get("/api/page", **HERE)["rows"]}


def test_an_edit_is_kept_and_told_and_undone(server: Preview) -> None:
    row = rows(server)["A heron waits."]
    body = {**HERE, "id": row["id"], "version": row["version"], "target": "Uma garça espera."}
    with server.events() as events:
        saved = server.post("/api/save", body)
        assert saved["where"] == "memory" and saved["row"]["status"] == "human"
        assert events.wait("change")["rows"][0]["target"] == "Uma garça espera."
        refused = server.post("/api/save", {**body, "target": "Outra garça."}, 409)
        assert (
            refused["row"]["target"] == "Uma garça espera." and refused["yours"] == "Outra garça."
        )
        assert server.post("/api/undo", {**HERE, "id": row["id"]})["row"]["status"] == "machine"
        until(lambda: rows(server)["A heron waits."]["target"] == "A HERON WAITS.")
    assert server.post("/api/save", {**body, "id": "s0"}, 404)["message"]


def test_marked_as_read_is_alive_after_a_restart(server: Preview) -> None:
    row = rows(server)["A heron waits."]
    assert server.post("/api/read", {**HERE, "id": row["id"]})["row"]["read"]
    assert server.end() == 0
    with Memory(server.root / ".amts/memory.sqlite") as memory:
        unit = memory.lookup("A heron waits.", ("en", "pt"))
        assert unit is not None and unit.target == "A HERON WAITS."
    with preview(server.root) as again:
        assert rows(again)["A heron waits."]["status"] == "human"


def test_a_slot_that_is_lost_is_refused(server: Preview) -> None:
    place = {"path": "part/two.md", "lang": "pt"}

    def found() -> list[Any]:
        every = server.get("/api/page", **place)["rows"]
        return [row for row in every if row["slots"] and row["target"]]

    (row,) = until(found)
    checked = server.post("/api/check", {**place, "id": row["id"], "target": "Um."})
    assert checked["missing"] == ["⟦math1⟧"] and checked["extra"] == []
    body = {**place, "id": row["id"], "version": row["version"], "target": "Um."}
    assert server.post("/api/save", body, 422)["missing"] == ["⟦math1⟧"]


def test_what_the_rules_say_while_somebody_types(server: Preview) -> None:
    row = rows(server)["A heron waits."]
    found = server.post(
        "/api/check", {**HERE, "id": row["id"], "target": "Uma garça espera espera."}
    )
    assert "repeated" in {finding["rule"] for finding in found["findings"]}


def test_suggestions(server: Preview) -> None:
    row = rows(server)["A heron waits."]
    found = server.get("/api/suggest", **HERE, id=row["id"])
    assert set(found) == {"memory", "terms", "engine", "history"}
    assert found["engine"]["text"] == "A HERON WAITS."
    assert found["history"][0]["target"] == "A HERON WAITS."


def test_book_search_and_items(server: Preview) -> None:
    book = server.get("/api/book", lang="pt")
    assert [file["path"] for file in book["files"]] == server.get("/api/session")["documents"]
    assert book["files"][0]["counts"] == {"machine": 4}
    found = server.get("/api/search", q="herons WAIT", lang="pt")
    assert [(hit["path"], hit["source"]) for hit in found["hits"]] == [
        ("part/two.md", "Two herons wait.")
    ]
    row = rows(server)["A heron waits."]
    wrong = {
        **HERE,
        "id": row["id"],
        "version": row["version"],
        "target": "Uma garça espera espera.",
    }
    server.post("/api/save", wrong)
    items = server.get("/api/items", lang="pt")["items"]
    assert ("check: repeated", "index.md", row["id"]) in [
        (i["kind"], i["path"], i["id"]) for i in items
    ]


def test_a_page_that_is_gone_edits_nothing_any_more(server: Preview) -> None:
    place = {**HERE, "id": rows(server)["A heron waits."]["id"], "on": True}
    with server.events() as events:
        with server.events(who="one"):
            assert server.post("/api/editing", {**place, "who": "one"})["others"] == []
            assert server.post("/api/editing", {**place, "who": "two"})["others"] == ["one"]
        until(lambda: {"id": place["id"], "who": "one", "on": False} in events.of("editing"))
    assert server.post("/api/editing", {**place, "who": "three"})["others"] == ["two"]
