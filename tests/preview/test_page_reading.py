"""The page in a real browser: both sides, together, live, on any screen, in four languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.pages import Screen, screen
from support.places import ROOT
from support.preview import Preview, preview
from support.program import notebook, write
from support.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.slow
PAGE = ROOT / "amts_ext" / "preview" / "page"
FORMULAS = r"Set $x$ to $\frac{1}{2}$ and $$\sum_{i=1}^n x_i$$ or $\widetilde{abc}$ here."
LONG = "# Herons\n\n" + "\n\n".join(
    f"Paragraph {n} is about heron {n}. " + "It waits and it eats. " * (1 + n % 5)
    for n in range(80)
)
BOOK: dict[str, str | bytes] = {
    "config.ini": "[amts]\nlangs = pt, es\n",
    "index.md": LONG,
    "formulas.md": f"# Formulas\n\n{FORMULAS}\n\n"
    "| a | b |\n|---|---|\n| one heron | two $y$ herons |\n",
    "part/code.ipynb": notebook(("markdown", "# Code\n\nA heron counts."), ("code", "x = 1 + 1")),
    "live.md": "# Live\n\nThe heron waits. It eats a fish.\n\nThe last paragraph stays.\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    root = write(tmp_path_factory.mktemp("home") / "book", BOOK)
    with preview(root) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Preview) -> Iterator[Screen]:
    with screen(browser, server) as made:
        yield made
        assert not made.troubles and not made.strangers


def test_source_stands_left_and_translation_right(page: Screen) -> None:
    page.open("live.md")
    page.wait("() => document.querySelector('#right').innerText.includes('THE HERON WAITS.')")
    assert page.left(1).inner_text() == "The heron waits."
    assert "token" not in page.page.url
    assert page.page.locator("#right").get_attribute("lang") == "pt"


def test_every_formula_is_there(page: Screen) -> None:
    page.open("formulas.md")
    for side in ("left", "right"):
        page.wait("s => document.querySelectorAll(`#${s} math`).length === 5", side)
    assert page.page.locator("#left code.tex.typeset math").count() == 1
    assert page.page.locator("#left td .seg").count() == 2


def test_code_is_coloured(page: Screen) -> None:
    page.open("part/code.ipynb")
    number = page.page.locator("#left .highlight .mi").first
    around = page.page.locator("#left .highlight").first
    colour = "e => getComputedStyle(e).color"
    assert number.evaluate(colour) != around.evaluate(colour)
    assert page.page.locator("#left .outputs").inner_text().strip() == "out"


NEAR = """([side, other]) => {
    const top = e => e.getBoundingClientRect().top;
    const column = document.getElementById(side), partner = document.getElementById(other);
    const p = column.scrollTop / (column.scrollHeight - column.clientHeight);
    const eye = top(column) + p * column.clientHeight;
    const at = c => [...c.querySelectorAll(".seg")].findLastIndex(e => top(e) <= eye + 1);
    return Math.abs(at(column) - at(partner));
}"""


@pytest.mark.parametrize(("side", "other"), [("left", "right"), ("right", "left")])
def test_the_other_side_follows_within_one_sentence(page: Screen, side: str, other: str) -> None:
    page.open()
    page.wait("() => document.querySelectorAll('#right .seg').length > 80")
    box = page.page.locator(f"#{side}").bounding_box()
    assert box
    page.page.mouse.move(box["x"] + 200, box["y"] + 200)
    for _ in range(12):
        page.page.mouse.wheel(0, 700)
        page.run("() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))")
        assert page.run(NEAR, [side, other]) <= 1
    assert page.run("o => document.getElementById(o).scrollTop", other) > 1000
    page.run("s => { const c = document.getElementById(s); c.scrollTop = c.scrollHeight }", side)
    column = page.page.locator(f"#{other}").element_handle()
    page.wait("c => c.scrollHeight - c.clientHeight - c.scrollTop < 3", column)


def test_the_pair_under_the_pointer_is_lit(page: Screen) -> None:
    page.open("live.md")
    page.left(1).hover()
    lit = "() => [...document.querySelectorAll('.seg.lit')].map(e => e.closest('.column').id)"
    assert page.run(lit) == ["left", "right"]
    page.page.mouse.move(5, 5)
    assert page.run(lit) == []


def test_keys_walk_and_light(page: Screen) -> None:
    page.open("live.md").keys("j", "j")
    assert page.run("() => document.activeElement.dataset.seg") == page.left(1).get_attribute(
        "data-seg"
    )
    assert page.page.locator("#left .seg.current").inner_text() == "The heron waits."
    page.keys("k", "ArrowDown", "ArrowDown")
    assert page.page.locator("#left .seg.current").inner_text() == "It eats a fish."


def test_a_saved_file_changes_only_what_changed(page: Screen, server: Preview) -> None:
    page.open("live.md")
    page.wait("() => document.querySelector('#right').innerText.includes('PARAGRAPH STAYS')")
    page.run("() => { for (const c of document.querySelectorAll('.chunk')) c.old = true }")
    file = server.root / "live.md"
    file.write_text(str(BOOK["live.md"]).replace("eats a fish", "eats two frogs"), "utf-8")
    page.wait("() => document.querySelector('#left').innerText.includes('two frogs')")
    page.wait("() => document.querySelector('#right').innerText.includes('TWO FROGS')")
    new = "s => [...document.querySelectorAll(`#${s} .chunk`)].filter(c => !c.old).map(c => c.id)"
    assert len(page.run(new, "left")) == 1 and len(page.run(new, "right")) == 1
    file.write_text(str(BOOK["live.md"]), "utf-8")
    page.wait("() => document.querySelector('#left').innerText.includes('a fish')")


def test_a_tab_that_nobody_sees_does_not_listen_and_misses_nothing(
    page: Screen, server: Preview
) -> None:
    page.open("live.md")
    count = "class extends E { constructor(...a) { super(...a); window.opened += 1; } }"
    page.run(f"() => {{ window.opened = 0; const E = EventSource; window.EventSource = {count} }}")
    turn = "h => { Object.defineProperty(document, 'hidden', {value: h, configurable: true});"
    turn += " document.dispatchEvent(new Event('visibilitychange')); }"
    page.run(turn, True)
    file = server.root / "live.md"
    file.write_text(str(BOOK["live.md"]).replace("eats a fish", "eats a snail"), "utf-8")
    until(lambda: any("snail" in row["source"] for row in rows_of(server)))
    assert "snail" not in page.run("() => document.querySelector('#left').innerText")
    page.run(turn, False)
    page.wait("() => document.querySelector('#left').innerText.includes('a snail')")
    assert page.run("() => window.opened") == 1
    file.write_text(str(BOOK["live.md"]), "utf-8")
    page.wait("() => document.querySelector('#left').innerText.includes('a fish')")


def rows_of(server: Preview) -> list[dict[str, str]]:
    return server.get("/api/page", path="live.md", lang="pt")["rows"]  # type: ignore[no-any-return]


def test_what_is_read_stays_where_it_is(page: Screen, server: Preview) -> None:
    page.open()
    seen = page.page.locator("#left .seg", has_text="Paragraph 60").first
    page.run("() => document.getElementById('left').dispatchEvent(new WheelEvent('wheel'))")
    seen.evaluate("e => e.scrollIntoView({block: 'center'})")
    page.run("() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))")
    before = seen.bounding_box()
    text = LONG.replace("# Herons\n", "# Herons\n\n" + "More lines are here.\n\n" * 9)
    server.post("/api/text", {"path": "index.md", "text": text})
    page.wait("() => document.querySelector('#left').innerText.includes('More lines')")
    page.wait("() => document.querySelector('#right').innerText.includes('MORE LINES')")
    after = seen.bounding_box()
    server.post("/api/text", {"path": "index.md", "text": None})
    assert before and after and abs(before["y"] - after["y"]) < 3


def test_marks_counts_filter_and_next(page: Screen) -> None:
    page.open("live.md")
    page.wait("() => document.querySelectorAll('#right .seg[data-status=machine]').length === 4")
    shape = "e => getComputedStyle(e, '::before').backgroundImage"
    assert "gradient" in page.right(1).evaluate(shape)
    described = page.right(1).get_attribute("aria-describedby") or ""
    texts = [page.page.locator(f"#{name}").text_content() for name in described.split()]
    assert texts == ["Translated by a machine.", "Nobody has read it."]
    chip = page.page.locator(".status[data-filter=machine]")
    assert chip.inner_text().split() == ["Machine", "4"]
    page.page.locator(".status[data-filter=human]").click()
    assert page.page.locator("#right .seg.faded").count() == 4
    page.keys("0", "n", "n")
    assert page.page.locator("#right .seg.current").inner_text() == "THE HERON WAITS."
    assert page.page.locator("#about").inner_text().startswith("Machine")
    page.keys("p")
    assert page.page.locator("#right .seg.current").inner_text() == "LIVE"


def test_book_view_search_and_languages(page: Screen) -> None:
    page.open("live.md").keys("b")
    page.page.locator("#book a", has_text="code.ipynb").click()
    page.wait("() => document.querySelector('#left').innerText.includes('A heron counts')")
    page.keys("/")
    page.page.keyboard.type(["two frogs", "a fish"][1])
    page.page.locator("#book .hits a", has_text="live.md").first.click()
    page.wait("() => document.querySelector('#left .seg.current')?.innerText === 'It eats a fish.'")
    page.page.locator("#language").select_option("es")
    page.wait("() => document.querySelector('#right').lang === 'es'")
    page.page.locator("#menu summary").click()
    page.page.locator("#against").select_option("pt")
    page.wait("() => document.querySelector('#left').innerText.includes('IT EATS A FISH')")
    page.page.locator("#against").select_option("")
    page.wait("() => document.querySelector('#left').innerText.includes('It eats a fish')")


def test_an_address_leads_to_a_sentence(page: Screen, server: Preview) -> None:
    rows = server.get("/api/page", path="index.md", lang="pt")["rows"]
    row = next(r for r in rows if "heron 70" in r["source"])
    page.open("index.md", row=row["id"])
    page.wait("() => document.querySelector('#right .seg.current')?.innerText.includes('70')")
    box = page.page.locator("#left .seg.current").bounding_box()
    assert box and 0 < box["y"] < 800


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(browser: Browser, server: Preview, scheme: str) -> None:
    with screen(browser, server, color_scheme=scheme) as page:
        page.open("live.md")
        paper = (
            "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]"
        )
        assert (page.run(paper) < 60) == (scheme == "dark")
        other = "light" if scheme == "dark" else "dark"
        page.page.locator("#menu summary").click()
        page.page.locator("#theme").select_option(other)
        assert (page.run(paper) < 60) == (other == "dark")


def test_a_phone_shows_one_side_and_never_scrolls_sideways(
    browser: Browser, server: Preview
) -> None:
    with screen(browser, server, viewport={"width": 360, "height": 640}, has_touch=True) as page:
        page.open("formulas.md")
        wide = "() => document.documentElement.scrollWidth > innerWidth"
        assert not page.run(wide)
        assert not page.page.locator("#left").is_visible()
        page.page.locator("#show-left").tap()
        assert (
            page.page.locator("#left").is_visible() and not page.page.locator("#right").is_visible()
        )
        page.page.locator("#show-right").tap()
        page.right(1).tap(position={"x": 12, "y": 8})
        page.page.wait_for_selector(".field")
        assert not page.run(wide)
        page.page.locator("#open-book").click()
        assert not page.run(wide)
        assert not page.troubles


def test_right_to_left(page: Screen) -> None:
    """No language with a profile is written from right to left: the answer is turned round."""

    def turned(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"direction": "rtl"})

    page.page.route("**/api/page*", turned)
    page.open("live.md")
    direction = "e => getComputedStyle(e).direction"
    assert page.right(1).evaluate(direction) == "rtl"
    assert page.left(1).evaluate(direction) == "ltr"
    assert page.page.locator("header.bar").evaluate(direction) == "ltr"
    page.edit("EATS A FISH")
    assert page.page.locator(".field").evaluate(direction) == "rtl"


@pytest.mark.parametrize(
    ("locale", "word"),
    [
        ("en-GB", "Next unread"),
        ("zh-CN", "下一句未读"),
        ("es-MX", "Siguiente sin leer"),
        ("pt-BR", "Próxima não lida"),
        ("fi-FI", "Next unread"),
    ],
)
def test_the_interface_speaks_the_browsers_language(
    browser: Browser, server: Preview, locale: str, word: str
) -> None:
    with screen(browser, server, locale=locale) as page:
        page.open("live.md")
        assert word in page.page.locator("#next").inner_text()
        page.page.locator("#menu summary").click()
        page.page.locator("#interface").select_option("pt")
        page.wait("() => document.getElementById('next').innerText.includes('Próxima')")
        assert page.page.locator("html").get_attribute("lang") == "pt"
        page.page.reload()
        page.wait("() => document.getElementById('next').innerText.includes('Próxima')")


def test_a_file_that_goes_and_a_server_that_ends_are_told_of(
    browser: Browser, tmp_path: Path
) -> None:
    root = write(tmp_path / "home" / "book", BOOK)
    with preview(root) as server, screen(browser, server) as page:
        page.open("live.md")
        notices = "words => document.getElementById('notices').innerText.includes(words)"
        (root / "live.md").rename(root / "away")
        page.wait(notices, "live.md was deleted or renamed")
        assert page.left(1).inner_text() == "The heron waits."
        (root / "away").rename(root / "live.md")
        page.wait("() => document.getElementById('notices').innerText === ''")
        server.end()
        page.wait(notices, "No connection to the server")


def test_all_languages_have_all_words() -> None:
    words = {p.stem: json.loads(p.read_text("utf-8")) for p in (PAGE / "words").glob("*.json")}
    assert set(words) == {"en", "zh", "es", "pt"}
    for found in words.values():
        assert list(found) == list(words["en"]) and all(found.values())
        for key, text in found.items():
            named = re.compile(r"\{\w+\}")
            assert set(named.findall(text)) == set(named.findall(words["en"][key])), key


def test_nothing_is_loaded_from_elsewhere() -> None:
    for file in PAGE.rglob("*"):
        if file.suffix in (".js", ".css", ".html") and "vendor" not in file.parts:
            found = re.findall(r"https?://[^\s\"'`]+", file.read_text("utf-8"))
            assert not [
                u for u in found if not u.startswith(("http://book/", "http://www.w3.org"))
            ], file


def test_the_licence_of_what_is_not_ours_lies_beside_it() -> None:
    for folder in (PAGE / "vendor").iterdir():
        assert "MIT" in Path(folder, "LICENSE").read_text("utf-8")
