"""The running server: what is written shows, whoever writes it; translations come unasked."""

from __future__ import annotations

from pathlib import Path

from support.preview import BOOK, Preview, rows, translated
from support.program import notebook, write
from support.waiting import until

from amts_ext.memory import Memory
from amts_ext.model import Origin, Unit


def test_missing_sentences_are_translated_unasked(server: Preview) -> None:
    """What costs nothing is done, of the documents that somebody looks at."""
    with server.events() as events:
        assert rows(server)["A heron waits."] == ("untranslated", "")
        change = events.wait("change")
        assert {row["status"] for row in change["rows"]} == {"machine"}
        until(lambda: events.of("progress")[-1:] and events.of("progress")[-1]["phase"] == "done")
    assert rows(server)["A heron waits."] == ("machine", "A HERON WAITS.")
    session = server.get("/api/session")
    assert session["documents"] == ["index.md", "part/three.ipynb", "part/two.md"]
    assert session["langs"] == ["pt", "es"] and session["book"] == "book"
    assert not session["billed"] and not session["read_only"]
    with Memory(server.root / ".amts/memory.sqlite") as memory:
        assert (
            memory.lookup("Two herons wait.", ("en", "pt"), "obedient-1") is None
        )  # not looked at


def test_a_saved_file_shows_and_only_what_changed_travels(server: Preview) -> None:
    translated(server)
    with server.events() as events:
        text = str(BOOK["index.md"]).replace("It eats a fish.", "A heron waits. Why?")
        (server.root / "index.md").write_text(text)
        change = events.wait("change")
        assert [row["source"] for row in change["rows"]] == ["A heron waits.", "Why?"]
        assert [row["status"] for row in change["rows"]] == ["machine", "untranslated"]
        assert len(change["chunks"]) == 2 and len(change["left"]) == 3
        events.wait("change", 2)
    assert rows(server)["Why?"] == ("machine", "WHY?")


def test_an_editors_unsaved_text_shows_until_the_file_is_saved(server: Preview) -> None:
    translated(server)
    with server.events() as events:
        server.post("/api/text", {"path": "index.md", "text": "# Herons\n\nUnsaved."})
        assert [row["source"] for row in events.wait("change")["rows"]] == ["Unsaved."]
        assert list(rows(server)) == ["Herons", "Unsaved."]
        (server.root / "index.md").write_text("# Herons\n\nSaved.\n")
        events.wait("change", 2)
        until(lambda: "Saved." in rows(server))
        server.post("/api/text", {"path": "index.md", "text": "# Herons\n\nAgain."})
        until(lambda: "Again." in rows(server))
        server.post("/api/text", {"path": "index.md", "text": None})
        assert list(rows(server)) == ["Herons", "Saved."]


def test_what_another_process_stores_shows(server: Preview) -> None:
    translated(server)
    with server.events() as events:
        unit = Unit("A heron waits.", "Uma garça espera.", ("en", "pt"), Origin.HUMAN)
        with Memory(server.root / ".amts/memory.sqlite") as memory:
            memory.store([unit])
        (row,) = events.wait("change")["rows"]
        assert row["status"] == "human" and row["target"] == "Uma garça espera."


def test_a_file_that_is_written_half_keeps_the_last_page(server: Preview) -> None:
    whole = str(BOOK["part/three.ipynb"])
    translated(server, "part/three.ipynb")
    with server.events("part/three.ipynb") as events:
        (server.root / "part/three.ipynb").write_text(whole[: len(whole) // 2])
        assert "part/three.ipynb" in events.wait("error")["message"]
        assert "Three herons fly." in rows(server, "part/three.ipynb")
        with server.events("part/three.ipynb") as later:  # a page that comes now is told as well
            assert later.wait("error")["message"]
        (server.root / "part/three.ipynb").write_text(whole)
        assert events.wait("error", 2) == {"message": ""}
        (server.root / "part/three.ipynb").write_text(whole.replace("fly", "swim"))
        assert events.wait("change")["rows"][0]["source"] == "Three herons swim."


def test_a_file_that_is_broken_from_the_start(server: Preview) -> None:
    (server.root / "part/three.ipynb").write_text("{")
    answer = server.ask("GET /api/page?path=part/three.ipynb&lang=pt")
    assert answer.status == 422 and "part/three.ipynb" in answer.json["message"]
    with server.events("part/three.ipynb") as events:
        events.wait("error")
        (server.root / "part/three.ipynb").write_text(str(BOOK["part/three.ipynb"]))
        assert events.wait("error", 2) == {"message": ""}
        events.wait("resync")
    assert "Three herons fly." in rows(server, "part/three.ipynb")


def test_deleted_renamed_and_new_files(server: Preview) -> None:
    translated(server, "part/two.md")
    with server.events("part/two.md") as events:
        (server.root / "part/two.md").rename(server.root / "part/second.md")
        assert events.wait("gone") == {"path": "part/two.md"}
        until(lambda: "part/second.md" in server.get("/api/session")["documents"])
        assert server.ask("GET /api/page?path=part/two.md&lang=pt").status == 404
        assert rows(server, "part/second.md")["Two herons wait."][0] == "machine"
        (server.root / "part/two.md").write_text("# Two\n\nIt is back.\n")
        events.wait("resync")
    assert "It is back." in rows(server, "part/two.md")
    write(server.root, {"more/four.md": "# Four\n"})
    until(lambda: "more/four.md" in server.get("/api/session")["documents"])
    with server.events("more/four.md") as events:  # its folder is new, and watched by now
        until(lambda: (write(server.root, {"more/four.md": "# More\n"}), events.of("change"))[1])


def test_a_page_that_comes_back_gets_what_it_missed(server: Preview) -> None:
    translated(server)
    with server.events() as events, server.events():
        (server.root / "index.md").write_text("# Herons\n\nOne.\n")
        until(lambda: any("ONE." in str(change) for change in events.of("change")))
        last, seen = events.last, len(events.of("change"))
        events.close()
        (server.root / "index.md").write_text("# Herons\n\nOne.\n\nA heron waits.\n")
        until(lambda: "A heron waits." in rows(server))
        with server.events(last=last) as again:
            change = again.wait("change")
            assert [row["source"] for row in change["rows"]] == ["A heron waits."]
            assert not again.of("resync") and seen
        with server.events(last="77-7") as stranger:  # of another run, or too long ago
            stranger.wait("resync")
            assert stranger.last.partition("-")[0] != "77"
        with server.events(last=again.last) as current:
            server.post("/api/editing", {"path": "index.md", "lang": "pt", "id": "s", "on": True})
            current.wait("editing")
            assert [name for name, _ in current.got] == ["editing"]


def test_another_editor_of_a_sentence_is_told(server: Preview) -> None:
    edit = {"path": "index.md", "lang": "pt", "id": "s1"}
    with server.events() as events:
        assert server.post("/api/editing", {**edit, "on": True, "who": "a"}) == {"others": []}
        assert events.wait("editing") == {"id": "s1", "who": "a", "on": True}
        assert server.post("/api/editing", {**edit, "on": True, "who": "b"}) == {"others": ["a"]}
        server.post("/api/editing", {**edit, "on": False, "who": "a"})
        assert server.post("/api/editing", {**edit, "on": True, "who": "c"}) == {"others": ["b"]}


def test_a_translation_can_be_stopped_and_tried_again(server: Preview) -> None:
    (server.root / "slow").touch()
    with server.events() as events:
        assert rows(server)["A heron waits."][0] == "untranslated"
        events.wait("progress")
        server.post("/api/cancel", {"lang": "pt"})
        until(lambda: any(p["phase"] == "cancelled" for p in events.of("progress")))
        assert events.wait("cost")["segments"] == 4
        (server.root / "slow").unlink()
        assert rows(server)["A heron waits."][0] == "untranslated"  # nothing goes on unasked
        server.post("/api/translate", {"lang": "pt", "path": "index.md"}, 202)
        translated(server)


def test_an_engine_that_dies_is_said_and_can_be_tried_again(server: Preview) -> None:
    (server.root / "dead").touch()
    with server.events() as events:
        rows(server)
        until(lambda: any(p["phase"] == "failed" for p in events.of("progress")))
        (failed,) = [p for p in events.of("progress") if p["phase"] == "failed"]
        assert failed["text"] == "the engine has died"
        (server.root / "dead").unlink()
        server.post("/api/translate", {"lang": "pt", "path": None}, 202)  # the whole book
        translated(server)
    translated(server, "part/three.ipynb")


def test_the_whole_book_on_request(server: Preview) -> None:
    with server.events("part/two.md", "es") as events:
        server.post("/api/translate", {"lang": "es"}, 202)
        until(lambda: any(p["phase"] == "done" for p in events.of("progress")))
    with Memory(server.root / ".amts/memory.sqlite") as memory:
        assert memory.lookup("Three herons fly.", ("en", "es"), "obedient-1") is not None
        assert memory.lookup("Three herons fly.", ("en", "pt"), "obedient-1") is None


def test_many_pages_and_what_they_leave(server: Preview) -> None:
    """Twenty tabs that come and go: the server keeps nothing of them."""
    translated(server)
    body = {"path": "index.md", "lang": "pt", "id": "s", "on": False}
    for _ in range(5):
        with (
            server.events(),
            server.events(lang="es"),
            server.events("part/two.md"),
            server.events() as events,
        ):
            server.post("/api/editing", body)
            events.wait("editing")
    descriptors = Path(f"/proc/{server.process.pid}/fd")
    until(lambda: not [f for f in descriptors.iterdir() if _is_connection(f, server.port)])


def _is_connection(file: Path, port: int) -> bool:
    try:
        name = str(file.readlink())
    except OSError:
        return False
    if not name.startswith("socket:"):
        return False
    inode = name[8:-1]
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(
        line[9] == inode and line[3] == "01" and line[1].endswith(f":{port:04X}") for line in lines
    )


def test_hot_notebook(server: Preview) -> None:
    """A notebook that an editor writes again and again is shown as it is in the end."""
    with server.events("part/three.ipynb") as events:
        for number in range(30):
            text = notebook(("markdown", f"# Three\n\nNumber {number}."))
            (server.root / "part/three.ipynb").write_text(text)
        until(lambda: any("Number 29." in str(change) for change in events.of("change")))
