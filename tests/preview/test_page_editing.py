"""A person edits in a real browser: slots and drafts are kept, and two notice each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.pages import Screen, screen
from support.preview import Preview, preview
from support.program import write
from support.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.slow
BOOK = {
    "config.ini": "[amts]\nlangs = pt\n",
    "index.md": "# Herons\n\nSet $x$ to **any** number $y$ here. It eats a fish.\n\n"
    "A heron waits 8 hours.\n",
}
SLOTS = "SET ⟦math1⟧ TO ⟦strong2⟧ANY⟦/strong2⟧ NUMBER ⟦math3⟧ HERE."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "home" / "book", dict(BOOK))


@pytest.fixture
def server(root: Path) -> Iterator[Preview]:
    with preview(root) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Preview) -> Iterator[Screen]:
    with screen(browser, server) as made:
        made.open()
        made.wait(
            "() => document.querySelectorAll('#right .seg[data-status=machine]').length === 4"
        )
        yield made
        assert not [t for t in made.troubles if "error:" in t] and not made.strangers


def put(page: Screen, text: str) -> None:
    """Write a sentence without slots into the field."""
    page.keys("Control+a")
    page.page.keyboard.type(text)


def saved(page: Screen, text: str) -> None:
    """Wait until a sentence says what was saved, and has the focus again."""
    page.wait(
        "t => document.activeElement.matches('.seg') && document.activeElement.textContent === t",
        text,
    )


def row(server: Preview, words: str) -> dict[str, str]:
    rows = server.get("/api/page", path="index.md", lang="pt")["rows"]
    return next(r for r in rows if words in r["source"])


def test_a_saved_edit_is_shown_kept_and_a_humans(page: Screen, server: Preview, root: Path) -> None:
    page.edit("IT EATS A FISH")
    put(page, "Ela come um peixe.")
    page.keys("Control+Enter")
    page.wait("() => document.querySelector('#right').innerText.includes('Ela come um peixe.')")
    saved(page, "Ela come um peixe.")
    assert page.sentence("Ela come").get_attribute("data-status") == "human"
    assert page.page.locator(".editor").count() == 0
    server.end()
    with preview(root) as again:
        assert row(again, "It eats")["target"] == "Ela come um peixe."
        assert row(again, "It eats")["status"] == "human"


def test_slots_move_by_keys_and_keep_their_order(page: Screen) -> None:
    page.edit("NUMBER")
    assert page.field == SLOTS
    page.keys("Control+Home", *["ArrowRight"] * 5, "Alt+ArrowRight")
    assert page.field == SLOTS.replace("⟦math1⟧ TO", "TO ⟦math1⟧")
    page.keys("Alt+ArrowLeft", "Alt+ArrowLeft")
    assert page.field == SLOTS.replace("SET ⟦math1⟧", "⟦math1⟧ SET")
    page.keys("Control+z", "Control+z")
    page.keys("Control+End", "Control+Shift+z")
    assert page.field == SLOTS
    for _ in range(6):
        page.page.locator(".field .chip.open").click()
        page.keys("Alt+ArrowRight")
    assert page.field.index("⟦strong2⟧") < page.field.index("⟦/strong2⟧")


def test_slots_move_by_the_mouse(page: Screen) -> None:
    page.edit("NUMBER")
    # What comes below the field moves it: a drag needs it to stand still.
    page.wait("() => !document.querySelector('.suggestions').innerText.includes('Looking')")
    chip = page.page.locator('.field .chip[data-token="⟦math3⟧"]')
    box = page.page.locator(".field").bounding_box()
    assert box
    chip.drag_to(page.page.locator(".field"), target_position={"x": 14, "y": 20})
    assert page.field.index("⟦math3⟧") < page.field.index("TO")
    assert page.field.count("⟦math3⟧") == 1 and "NUMBER  HERE" in page.field


@pytest.mark.parametrize("way", ["Backspace", "everything", "cut"])
def test_a_slot_cannot_be_lost(page: Screen, server: Preview, way: str) -> None:
    page.edit("NUMBER")
    if way == "Backspace":
        page.keys("Control+Home", *["ArrowRight"] * 5, "Backspace")
    else:
        page.keys("Control+a", "Delete" if way == "everything" else "Control+x")
        page.page.keyboard.type("Número.")
    tray = page.page.locator(".tray button.in-tray")
    assert tray.count() == (1 if way == "Backspace" else 4)
    page.keys("Control+Enter")
    trouble = page.page.locator(".trouble")
    assert "$x$" in trouble.inner_text() and trouble.get_attribute("role") == "alert"
    assert row(server, "Set")["status"] == "machine"
    while tray.count():
        tray.first.press("Enter")
    assert sorted(page.field.split("⟦"))[1:] and page.field.count("⟦") == 4
    assert page.field.index("⟦strong2⟧") < page.field.index("⟦/strong2⟧")


def test_pasted_text_comes_bare(page: Screen) -> None:
    page.edit("IT EATS A FISH")
    page.run(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "um ⟦math9⟧ peixe\\n<b>grande</b>");
            data.setData("text/html", "<img src=x onerror=alert(1)>");
            const how = {clipboardData: data, cancelable: true, bubbles: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }"""
    )
    assert page.field == "IT EATS A FISH.um  peixe <b>grande</b>"
    assert page.page.locator(".field img, .field b").count() == 0


def test_leaving_asks_and_keeps_what_was_written(page: Screen) -> None:
    page.edit("IT EATS A FISH")
    put(page, "Meu rascunho")
    page.keys("Escape")
    assert page.run("() => document.activeElement.closest('.trouble') !== null")
    page.keys("Enter")
    assert page.page.locator(".editor").count() == 0
    page.page.reload()
    page.edit("IT EATS A FISH")
    assert page.field == "Meu rascunho"
    assert "did not save" in page.page.locator(".editor").inner_text()
    page.page.locator(".editor button", has_text="Back to the page").click()
    assert page.field == "IT EATS A FISH."
    page.keys("Escape")
    assert page.page.locator(".editor").count() == 0


def test_the_editor_stays_while_the_document_changes(page: Screen, server: Preview) -> None:
    page.edit("IT EATS A FISH")
    page.page.keyboard.type(" Mais")
    text = BOOK["index.md"].replace("any", "one").replace("# Herons", "# Herons\n\nNew words.")
    server.post("/api/text", {"path": "index.md", "text": text})
    page.wait("() => document.querySelector('#right').innerText.includes('NEW WORDS')")
    page.wait("() => document.querySelector('#right').innerText.includes('ONE')")
    page.page.keyboard.type("!")
    assert page.field == "IT EATS A FISH. Mais!"
    block = page.page.locator(".editor").evaluate("e => e.previousElementSibling.innerText")
    assert "IT EATS A FISH" in block


def test_a_machines_answer_is_in_nobodys_way(browser: Browser, root: Path) -> None:
    """The editor of an untranslated sentence is open while the answer comes."""
    (root / "slow").touch()
    with preview(root) as server, screen(browser, server) as page:
        page.open().edit("It eats a fish")
        page.page.keyboard.type("Ela come.")
        page.page.locator("#right .seg", has_text="A heron").first.evaluate("e => e.old = true")
        (root / "slow").unlink()
        page.wait("() => document.querySelector('#right').innerText.includes('A HERON')")
        page.keys("Control+Enter")
        saved(page, "Ela come.")
        assert row(server, "It eats")["status"] == "human"


def test_undo(page: Screen, server: Preview) -> None:
    page.edit("A HERON WAITS")
    put(page, "Uma garça.")
    page.keys("Control+Enter")
    saved(page, "Uma garça.")
    page.keys("Control+z")
    page.wait("() => document.querySelector('#right').innerText.includes('A HERON WAITS')")
    assert row(server, "A heron")["status"] == "machine"


def test_mark_as_read(page: Screen, server: Preview) -> None:
    page.keys("n", "n", "r")
    page.wait("() => document.querySelector('#right .seg.current').dataset.status === 'human'")
    read = row(server, "Set")
    assert read["status"] == "human" and read["read"] and read["target"] == SLOTS


def test_two_editors_of_a_sentence(page: Screen, browser: Browser, server: Preview) -> None:
    with screen(browser, server) as other:
        other.open().edit("IT EATS A FISH")
        page.edit("IT EATS A FISH")
        other.wait("() => document.querySelector('.others').innerText.includes('also open')")
        page.wait("() => document.querySelector('.others').innerText.includes('also open')")
        put(other, "Ela come.")
        other.keys("Control+Enter")
        page.wait("() => document.querySelector('#right').innerText.includes('Ela come.')")
        put(page, "Ela devora.")
        page.keys("Control+Enter")
        page.page.wait_for_selector(".both")
        shown = page.page.locator(".both dd").all_inner_texts()
        assert shown == ["Ela come.", "Ela devora."]
        page.page.locator(".both button.strong").press("Enter")
        other.wait("() => document.querySelector('#right').innerText.includes('Ela devora.')")
        assert row(server, "It eats")["target"] == "Ela devora."


def test_suggestions_and_what_the_rules_say(page: Screen) -> None:
    page.edit("A HERON WAITS")
    page.wait("() => !document.querySelector('.suggestions').innerText.includes('Looking')")
    assert page.page.locator(".suggestions h3", has_text="History").count() == 1
    put(page, "Uma garça espera 9 horas.")
    page.wait("() => document.querySelector('.findings').innerText.includes('8')")


def test_only_keys(page: Screen, server: Preview) -> None:
    """From the top of the page to a saved sentence, without a pointer."""
    page.page.locator("body").press("Tab")
    assert page.run("() => document.activeElement.className") == "skip"
    page.keys("n", "n", "n", "Enter")
    page.page.wait_for_selector(".field:focus")
    put(page, "Come.")
    page.keys("Tab")
    assert page.run("() => document.activeElement.closest('.editor') !== null")
    page.keys("Shift+Tab", "Control+Enter")
    saved(page, "Come.")
    page.keys("?")
    assert page.page.locator("#keys").is_visible()
    page.keys("Escape", "b")
    page.wait("() => document.querySelectorAll('#book a').length === 1")
    assert row(server, "It eats")["target"] == "Come."


def test_what_costs_money_is_sent_for_the_sum_that_was_seen(page: Screen) -> None:
    """The button of a translator that bills; its answers are the browser's own here."""
    asked: list[object] = []
    cost = {"segments": 12, "characters": 1834, "usd": 0.03, "billed": True}

    def answer(route: Route) -> None:
        asked.append(route.request.post_data_json["agreed"])
        route.fulfill(status=202 if asked[-1] else 402, json={"message": "agree first"} | cost)

    page.page.route("**/api/translate", answer)
    tell = "async c => (await import('/static/batch.js')).hearCost(c)"
    page.run(tell, cost | {"usd": None})
    bar = page.page.locator("#batch")
    assert "12 sentences" in bar.inner_text() and "Nothing has been sent." in bar.inner_text()
    bar.locator("button").click()
    page.wait("() => document.getElementById('batch').innerText.includes('$0.03')")
    assert "1,834 characters" in bar.inner_text() and asked == [None]
    bar.locator("button").click()
    until(lambda: page.page.wait_for_timeout(20) or len(asked) == 2)
    assert asked == [None, 0.03]
    progress = "async p => (await import('/static/batch.js')).hearProgress(p)"
    page.run(progress, {"phase": "translate", "done": 3, "total": 12, "text": ""})
    assert page.page.locator("progress").get_attribute("value") == "3"
    page.run(progress, {"phase": "done", "done": 12, "total": 12, "text": ""})
    assert page.page.locator("progress").count() == 0
