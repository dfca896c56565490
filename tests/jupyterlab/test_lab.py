"""Beside a notebook in a real JupyterLab stands its translation: live, followed, and editable."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from support.jupyter import Jupyter, cell, running, write_notebook
from support.pages import browsing
from support.panels import BUTTON, Bench, opened
from support.waiting import until

from amts_ext.memory import Memory
from amts_ext.model import to_tokens

pytestmark = pytest.mark.slow

CONFIG = "[amts]\nlangs = zh, pt\n[translation]\ntranslator = capitals\n"
PARTS = 30


def make_book(book: Path) -> None:
    """A notebook with a formula and many cells, and a Markdown file."""
    parts = [
        made
        for number in range(PARTS)
        for made in (
            cell(f"## Part {number}\n\nThis is text {number} of the book. It has two sentences."),
            cell(f"x = {number}\nprint(x)\nprint(x + 1)", "code"),
        )
    ]
    first = cell("# The mean\n\nThe mean of $n$ values is small. It moves when a value moves.")
    write_notebook(book / "mean.ipynb", first, *parts)
    lines = "".join(f"This is line {n} of the text.\n\n" for n in range(80))
    (book / "median.md").write_text(f"# The median\n\nSort the values.\n\n{lines}")
    (book / "config.ini").write_text(CONFIG)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "root").mkdir()
    with running(folder / "root", folder / "jupyter", "--expose-app-in-browser") as server:
        yield server


@pytest.fixture
def book(lab: Jupyter, request: pytest.FixtureRequest) -> Path:
    folder = lab.root / request.node.name
    make_book(folder)
    return folder


@pytest.fixture
def bench(lab: Jupyter, browser: Browser, book: Path) -> Iterator[Bench]:
    with opened(browser, lab, f"lab/tree/{book.name}/mean.ipynb") as found:
        found.click_button()
        found.sees("THE MEAN OF")
        yield found


def test_the_button_opens_the_translation_beside_the_notebook(bench: Bench) -> None:
    bench.sees("IT MOVES WHEN A VALUE MOVES.")
    assert bench.panel.locator("#right math").count() == 1
    notebook = bench.page.locator(".jp-NotebookPanel").bounding_box()
    panel = bench.page.locator(".amts-preview").bounding_box()
    assert notebook and panel and panel["x"] >= notebook["x"] + notebook["width"]
    expect(bench.panel.locator("#language option")).to_have_count(2)


def test_what_is_typed_and_not_saved_shows(bench: Bench, book: Path) -> None:
    before = (book / "mean.ipynb").read_text()
    bench.write_in_cell(1, "A sentence that nobody saved.")
    bench.sees("A SENTENCE THAT NOBODY SAVED.")
    assert (book / "mean.ipynb").read_text() == before
    expect(bench.panel.locator("#right .seg", has_text="THIS IS TEXT 0 OF")).to_have_count(0)


@pytest.mark.browser
def test_typing_goes_on_in_the_cell(bench: Bench) -> None:
    bench.write_in_cell(1, "One sentence here.")
    bench.sees("ONE SENTENCE HERE.")
    bench.page.keyboard.type(" And another there.")
    bench.sees("AND ANOTHER THERE.")


def test_a_sentence_edited_in_the_panel_is_in_the_memory_and_alive_after_a_restart(
    bench: Bench, book: Path, browser: Browser, tmp_path: Path
) -> None:
    bench.sentence("IT MOVES WHEN").click()
    field = bench.panel.locator(".editor [contenteditable]").first
    field.wait_for()
    bench.page.keyboard.press("Control+a")
    bench.page.keyboard.type("它会移动。")
    bench.page.keyboard.press("Control+Enter")
    bench.sees("它会移动。")
    expect(bench.sentence("它会移动。")).to_have_attribute("data-status", "human")
    with Memory(book / ".amts/memory.sqlite", read_only=True) as memory:
        humans = [unit for unit in memory.units() if unit.origin == "human"]
    assert [to_tokens(unit.target) for unit in humans] == ["它会移动。"]
    with (
        running(book, tmp_path / "jupyter", "--expose-app-in-browser") as again,
        opened(browser, again, "lab/tree/mean.ipynb") as other,
    ):
        other.click_button()
        other.sees("它会移动。")


@pytest.mark.browser
def test_the_panel_follows_the_scroll(bench: Bench) -> None:
    bench.sees("THIS IS TEXT 20 OF")
    target = bench.sentence("THIS IS TEXT 20 OF")
    expect(target).not_to_be_in_viewport()
    scroller = bench.page.locator(".jp-WindowedPanel-outer").first
    scroller.hover()
    until(lambda: _wheel_to(bench, 41), "cell 41 was not scrolled to")
    expect(target).to_be_in_viewport()


def _wheel_to(bench: Bench, number: int) -> bool:
    """Turn the wheel until a cell is in the upper half of the window."""
    box = bench.cell(number).bounding_box() if bench.cell(number).count() else None
    if box and 100 < box["y"] < 400:
        return True
    bench.page.mouse.wheel(0, 150)
    bench.page.wait_for_timeout(60)
    return False


@pytest.mark.browser
def test_the_active_cell_is_chosen_in_the_panel_and_the_other_way_round(bench: Bench) -> None:
    bench.cell(3).click()
    chosen = bench.panel.locator("#right .seg.current")
    expect(chosen).to_contain_text("PART 1")
    bench.sentence("PART 2").click()
    expect(bench.cell(5)).to_have_class(_with("jp-mod-active"))


def _with(words: str) -> re.Pattern[str]:
    return re.compile(words)


@pytest.mark.browser
def test_the_language_is_chosen_in_the_panel(bench: Bench) -> None:
    bench.panel.locator("#language").select_option("pt")
    expect(bench.panel.locator("#right")).to_have_attribute("lang", "pt")
    bench.sees("THE MEAN OF")


@pytest.mark.browser
def test_a_markdown_file_in_the_editor(lab: Jupyter, browser: Browser, book: Path) -> None:
    with opened(browser, lab, f"lab/tree/{book.name}/median.md") as bench:
        bench.click_button()
        bench.sees("SORT THE VALUES.")
        bench.page.locator(".jp-FileEditor .cm-content").click()
        bench.page.keyboard.press("Control+Home")
        bench.page.keyboard.type("Not saved yet.\n\n")
        bench.sees("NOT SAVED YET.")
        assert "Not saved" not in (book / "median.md").read_text()
        bench.page.keyboard.press("Control+End")
        expect(bench.sentence("THIS IS LINE 79 OF")).to_be_in_viewport()


@pytest.mark.browser
def test_the_translation_is_written_as_a_file_and_nothing_is_overwritten_unasked(
    bench: Bench, book: Path
) -> None:
    bench.sees(f"PART {PARTS - 1}")
    target = book / "mean.zh.ipynb"
    write = bench.page.get_by_text("Write translated file").first
    write.click()
    until(target.exists)
    bench.page.get_by_text(f"Wrote {book.name}/mean.zh.ipynb").first.wait_for()
    made = json.loads(target.read_text())
    assert "THE MEAN OF $n$ VALUES IS SMALL." in "".join(made["cells"][0]["source"])
    assert made["cells"][2]["source"] == ["x = 0\n", "print(x)\n", "print(x + 1)"]
    target.write_text(target.read_text().replace("PART 1", "A person wrote this"))
    by_hand = target.read_text()
    write.click()
    bench.page.get_by_text("was not written by the preview, or was changed since").wait_for()
    bench.page.get_by_role("button", name="Cancel").click()
    assert target.read_text() == by_hand
    write.click()
    bench.page.get_by_role("button", name="Replace").click()
    until(lambda: "A person wrote this" not in target.read_text())


@pytest.mark.browser
def test_a_renamed_notebook_stays_shown(bench: Bench, book: Path) -> None:
    bench.contents("rename", f"{book.name}/mean.ipynb", f"{book.name}/average.ipynb")
    expect(bench.page.locator("iframe.amts-preview-frame")).to_have_attribute(
        "src", _with(r"path=average\.ipynb")
    )
    bench.sees("THE MEAN OF")
    bench.write_in_cell(1, "After it was renamed.")
    bench.sees("AFTER IT WAS RENAMED.")


@pytest.mark.browser
def test_a_deleted_notebook_is_told(bench: Bench, book: Path) -> None:
    (book / "mean.ipynb").unlink()
    bench.panel.locator("#notices", has_text="mean.ipynb").wait_for()
    bench.sees("THE MEAN OF")


@pytest.mark.browser
def test_a_closed_notebook_takes_its_panel_along_and_its_unsaved_text(
    bench: Bench, book: Path, lab: Jupyter
) -> None:
    bench.write_in_cell(1, "It goes with the notebook.")
    bench.sees("IT GOES WITH THE NOTEBOOK.")
    bench.run("application:close")
    bench.page.get_by_role("button", name="Discard").click()
    expect(bench.page.locator(".amts-preview")).to_have_count(0)
    found = lab.know("amts/open", {"path": f"{book.name}/mean.ipynb"}).json
    address = f"{found['url']}api/page?path=mean.ipynb&lang=zh"
    until(lambda: b"It goes with" not in lab.know(address).body)


@pytest.mark.browser
def test_a_person_names_the_language_where_nothing_else_does(
    lab: Jupyter, browser: Browser
) -> None:
    folder = lab.root / "undecided"
    write_notebook(folder / "mean.ipynb", cell("The mean is a number."))
    (folder / "config.ini").write_text("[translation]\ntranslator = capitals\n")
    with opened(browser, lab, "lab/tree/undecided/mean.ipynb") as bench:
        bench.page.locator(BUTTON).first.click()
        bench.page.get_by_text("Translate into").wait_for()
        bench.page.locator(".jp-Dialog select").select_option(label="português (Portuguese)")
        bench.page.get_by_role("button", name="Ok", exact=True).click()
        bench.sees("THE MEAN IS A NUMBER.")
        expect(bench.panel.locator("#right")).to_have_attribute("lang", "pt")


@pytest.mark.browser
def test_a_panel_is_there_again_after_the_page_was_loaded_again(bench: Bench) -> None:
    bench.page.wait_for_timeout(1500)  # JupyterLab keeps the layout a second after it has changed
    bench.page.goto(bench.page.url)
    bench.sees("THE MEAN OF")


@pytest.mark.browser
def test_notebook_7_shows_the_panel_at_the_right(browser: Browser, tmp_path: Path) -> None:
    make_book(tmp_path / "root")
    with (
        running(tmp_path / "root", tmp_path / "jupyter", app="notebook") as server,
        opened(browser, server, "notebooks/mean.ipynb") as bench,
    ):
        bench.click_button()
        bench.sees("THE MEAN OF")
        bench.write_in_cell(1, "A sentence that nobody saved.")
        bench.sees("A SENTENCE THAT NOBODY SAVED.")
        bench.sentence("IT MOVES WHEN").click()
        bench.panel.locator(".editor [contenteditable]").first.wait_for()
        bench.page.keyboard.press("Control+a")
        bench.page.keyboard.type("它会移动。")
        bench.page.keyboard.press("Control+Enter")
        expect(bench.sentence("它会移动。")).to_have_attribute("data-status", "human")


@pytest.mark.browser
def test_a_memory_that_cannot_be_written_is_only_looked_at(
    browser: Browser, tmp_path: Path
) -> None:
    make_book(tmp_path / "root")
    (tmp_path / "root/.amts").write_text("A file is where the memory's folder would be.")
    with (
        running(tmp_path / "root", tmp_path / "jupyter") as server,
        opened(browser, server, "lab/tree/mean.ipynb") as bench,
    ):
        bench.click_button()
        bench.sees("The mean of")
        bench.sentence("The mean of").click()
        expect(bench.panel.locator("#toast")).to_be_visible()
        expect(bench.panel.locator(".editor")).to_have_count(0)
