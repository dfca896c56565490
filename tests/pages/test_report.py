"""The report of a build: one page that needs no other file, and the same data as JSON."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.browser import Shown, show

from amts_ext.pages.authors import Author
from amts_ext.pages.report import PageReport, ReportRow, as_page, write_report

UNUSED = {"file": "pt/b.md", "line": 9, "text": "A soma é 2.", "reason": "alignment unsure"}


def row(
    number: int, author: Author = Author.MACHINE, status: str = "memory", **more: object
) -> ReportRow:
    file = f"chapter/{number % 7}.md"
    source, target = f"Sentence {number} is here.", f"A frase {number} está aqui."
    return ReportRow(file, number, author, status, source, target, **more)  # type: ignore[arg-type]


def report(rows: list[ReportRow], title: str = "Means") -> PageReport:
    pages = {"chapter/0.md": "html/chapter/0.html"}
    return PageReport(title, "en", "pt", "Portuguese", rows, pages, "../../")


MIXED = [
    *(row(n) for n in range(120)),
    *(row(n, Author.HUMAN, "human") for n in range(120, 150)),
    row(150, status="machine", link="html/chapter/3.html#amts-9"),
    ReportRow(
        "chapter/4.md",
        151,
        Author.UNTRANSLATED,
        "rejected",
        "Sentence 151 is here.",
        "",
        "lost ⟦math1⟧",
        unused=UNUSED,
    ),
    ReportRow("b & c.md", None, Author.UNTRANSLATED, "untranslated", "</script><b>Média", "", "no"),
]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return write_report(report(MIXED, "</title><script>alert(1)</script>"), tmp_path)[0]


def items(shown: Shown) -> list[str]:
    """The words of each sentence in the list."""
    found = re.findall(r'<li class="(?:row|empty).*?</li>', shown.html, re.S)
    plain = (html.unescape(re.sub(r"<[^>]*>", " ", item)) for item in found)
    return [" ".join(text.replace(" ,", ",").split()) for text in plain]


def chips(shown: Shown) -> dict[str, int]:
    found = re.findall(r'data-show="(\w+)".*?<b>([\d,]+)</b>', shown.html)
    return {name: int(count.replace(",", "")) for name, count in found}


@given(st.text(), st.text(alphabet="</script>!-&\u2028"))
def test_no_text_leaves_its_place_in_the_page(source: str, title: str) -> None:
    one = ReportRow("a.md", 1, Author.MACHINE, "memory", source, source + title)
    data = report([one], title).data()
    page = as_page(data)
    (script,) = re.findall(r"const data = (.*);\n", page)
    assert page.count("<script") == page.count("</script>") == 1
    assert json.loads(script) == json.loads(json.dumps(data))


def test_the_page_holds_what_the_json_holds_and_nothing_else_is_loaded(written: Path) -> None:
    raw = json.loads(written.with_suffix(".json").read_text("utf-8"))
    (script,) = re.findall(r"const data = (.*);\n", written.read_text("utf-8"))
    assert json.loads(script) == raw
    assert raw["counts"] == {
        **{"memory": 120, "human": 30, "machine": 1},
        **{"rejected": 1, "untranslated": 1},
    }
    page = written.read_text("utf-8").replace(script, "")
    assert not re.search(r"https?://|src=|@import|url\(", page), "it works from a stick, too"
    assert [p.name for p in sorted(written.parent.iterdir())] == ["report.html", "report.json"]


def test_it_opens_with_all_and_says_how_many(written: Path, tmp_path: Path) -> None:
    shown = show(written, tmp_path / "profile")
    assert not shown.console
    assert len(items(shown)) == 50 and "1–50 of 153" in shown.html
    assert chips(shown) == {
        **{"all": 153, "human": 30, "machine": 121, "untranslated": 1, "rejected": 1},
        **{"new": 1, "unused": 1},
    }
    assert "<script>alert" not in shown.html and "&lt;/title&gt;&lt;script&gt;" in shown.html
    assert 'href="../../chapter/0.md"' in shown.html and 'href="html/chapter/0.html"' in shown.html


def test_what_is_older_than_its_source_is_a_kind_of_its_own(tmp_path: Path) -> None:
    old = row(1, Author.OLDER, "human", reason="line 3 translates an earlier version")
    data = report([old, row(2, Author.HUMAN, "human")], "Means").data()
    assert [f["authors"] for f in data["files"]] in (
        [{"older": 1, "human": 1}], [{"older": 1}, {"human": 1}]
    )  # fmt: skip
    assert data["sentences"][0]["author"] == "older" and data["counts"] == {"human": 2}
    page = tmp_path / "report.html"
    page.write_text(as_page(data), "utf-8")
    shown = show(page, tmp_path / "profile", "#show=older")
    assert chips(shown) == {"all": 2, "human": 1, "older": 1} and len(items(shown)) == 1
    assert "100% of them, 1 from an earlier source." in shown.html
    assert "line 3 translates an earlier version" in items(shown)[0]


@pytest.mark.parametrize(
    ("fragment", "count", "first"),
    [
        (
            "#show=rejected",
            1,
            "✕ Rejected chapter/4.md:151 Sentence 151 is here. lost ⟦math1⟧ ⚑ A human tr",
        ),
        ("#show=unused&q=SOMA", 1, "✕ Rejected chapter/4.md:151"),
        ("#q=media", 1, "○ Not translated b & c.md </script><b>Média no"),
        ("#q=Mèdia", 0, "No sentence fits"),
        ("#file=chapter/3.md&show=new", 1, "◆ Machine, new chapter/3.md:150 on the page"),
        ("#page=4", 3, "◆ Machine, new chapter/3.md:150"),
        ("#page=99", 3, "◆ Machine, new chapter/3.md:150"),
        ("#show=nonsense&page=x", 50, "◆ Machine chapter/0.md Sentence 0"),
    ],
)
def test_filter_search_and_pages(
    written: Path, tmp_path: Path, fragment: str, count: int, first: str
) -> None:
    shown = show(written, tmp_path / "profile", fragment)
    found = items(shown)
    assert not shown.console
    assert found[0].startswith(first)
    assert len(found) == max(count, 1)


def test_it_works_by_hand(written: Path, tmp_path: Path) -> None:
    """Buttons, the search field and keys, one after the other, as a person uses them."""
    acts = """
        const press = key => document.body.dispatchEvent(
          new KeyboardEvent("keydown", {key, bubbles: true}));
        press("n");
        console.log("page 2: " + $("count").textContent);
        document.querySelector("[data-show=human]").click();
        console.log("human: " + $("count").textContent);
        press("/");
        console.log("focus: " + document.activeElement.id);
        $("q").value = "frase 14"; $("q").dispatchEvent(new Event("input"));
        setTimeout(() => {
          console.log("search: " + $("count").textContent + " " + decodeURI(location.hash));
          $("file").value = "chapter/0.md"; $("file").dispatchEvent(new Event("change"));
          const marks = document.querySelectorAll("#list mark").length;
          console.log("file: " + $("count").textContent + ", " + marks);
          document.querySelector("[data-show=human]").click();
          console.log("all again: " + $("count").textContent);
        }, 500);
    """
    copy = tmp_path / "copy.html"
    copy.write_text(
        written.read_text("utf-8").replace("read();\n</", f"read();{acts}\n</"), "utf-8"
    )
    told = [re.findall(r'"(.*?)", source', line)[0] for line in show(copy, tmp_path / "p").console]
    assert told == [
        "page 2: 51–100 of 153",
        "human: 1–30 of 30",
        "focus: q",
        "search: 1–10 of 10 #show=human&q=frase+14",
        "file: 1–2 of 2, 2",
        "all again: 1–3 of 3",
    ]


def test_a_large_book_is_shown_by_pages(tmp_path: Path) -> None:
    page, _ = write_report(report([row(n) for n in range(22_000)]), tmp_path)
    shown = show(page, tmp_path / "profile", "#q=21999")
    assert not shown.console and len(items(shown)) == 1
    assert chips(shown)["machine"] == 1
