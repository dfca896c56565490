"""A real build says who wrote what: on its pages, in its report, and when it ends; one count."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.book import CONFIG, FIRST, Run, d2lbook, make_book
from support.browser import show

pytest.importorskip("d2lbook", reason="d2lbook is not installed: pip install 'amts-ext[d2l]'")
pytestmark = [pytest.mark.slow, pytest.mark.book]

MORE = """
The mean is small. The median is smaller. Yes. See the [article](https://example.org/c/)
by the author. It has 3 layers.

We cut the bread and we eat it. The tea is hot today.

The last paragraph has the formula $z$ in it.
"""
HUMAN = """# Primeira seção
:lable:`sec_first`

A média é pequena. A mediana é menor. Sim. Veja o [artigo](https://example.org/c/）
do autor (e outro). Tem 4 camadas.

Cortamos o pão, comemos, e o chá $q$ hoje está quente.

O último parágrafo tem a fórmula $z$ nele, veja :numref:`fig_gone`.
"""
ORIGIN = f"# First Section\n:label:`sec_first`\n{MORE}"


@dataclass(frozen=True)
class Built:
    book: Path
    run: Run

    @property
    def report(self) -> dict[str, Any]:
        return dict(json.loads((self.book / "_build/pt/report.json").read_text("utf-8")))

    def page(self, name: str = "chapter/first") -> str:
        return (self.book / f"_build/pt/html/{name}.html").read_text("utf-8")

    def rows(self, **wanted: object) -> list[dict[str, Any]]:
        rows = self.report["sentences"]
        return [r for r in rows if all(r.get(key) == value for key, value in wanted.items())]


def build(book: Path) -> Built:
    return Built(book, d2lbook(book, "build", "html", "--tab", "beta", "--lang", "pt", "--json"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    book = make_book(tmp_path_factory.mktemp("who"), f"{CONFIG}human_pt = pt\n")
    (book / "chapter/first.md").write_text(FIRST + MORE, "utf-8")
    config = (book / "config.ini").read_text("utf-8")
    (book / "config.ini").write_text(config.replace("[build]\n", "[build]\nexclusions = pt/\n"))
    (book / "pt/chapter").mkdir(parents=True)
    (book / "pt/chapter/first.md").write_text(HUMAN, "utf-8")
    (book / "pt/chapter/first_origin.md").write_text(ORIGIN, "utf-8")
    done = build(book)
    assert done.run.code == 0, done.run.out
    return done


def event(run: Run) -> dict[str, Any]:
    (line,) = re.findall(r'^\{"event": "built".*$', run.out, re.M)
    return dict(json.loads(line))


def note(page: str) -> str:
    return "".join(re.findall(r'<p role="note" class="amts-note"[^>]*>(.*?)</p>', page))


def test_there_is_one_count(built: Built) -> None:
    counts = built.report["counts"]
    assert counts == event(built.run)["segments"] and counts["human"] and counts["machine"]
    said = ", ".join(f"{counts[s]} {s}" for s in ("human", "machine"))
    assert f"pt: {sum(counts.values())} segments: {said}\n" in built.run.out
    assert len(built.rows()) == sum(counts.values())
    by_file = [sum(file["authors"].values()) for file in built.report["files"]]
    assert sum(by_file) == sum(counts.values())
    assert f"who wrote what: {(built.book / '_build/pt/report.html').as_uri()}" in built.run.out


def test_every_row_names_its_line_and_its_place_on_the_page(built: Built) -> None:
    ids: set[str] = set()
    for row in built.rows():
        if row["file"] == "config.ini":
            continue
        if row["file"] == "README.md":
            assert "link" not in row, "no page is made of it"
            continue
        lines = (built.book / row["file"]).read_text("utf-8").splitlines()
        words = row["source"].split("$")[0].split("[")[0].split(":")[0].split("*")[0].split("|")[0]
        assert " ".join(words.split()[:3]) in " ".join(lines[row["line"] - 1 :][:2]), row
        name, _, place = row["link"].partition("#")
        assert place and f'id="{place}"' in (built.book / "_build/pt" / name).read_text("utf-8")
        ids.add(row["link"])
    assert len(ids) == len(built.rows()) - 3, "no two have one place"


def test_a_machines_sentence_among_a_humans_is_marked_around_its_words(built: Built) -> None:
    page = " ".join(built.page().split())
    machine = '<span class="amts-machine" id="amts-'
    assert re.search(machine + r'\d+">THE LAST PARAGRAPH HAS THE FORMULA .*? IN IT\.</span >', page)
    (row,) = built.rows(source="The last paragraph has the formula $z$ in it.")
    assert row["author"] == "machine" and row["status"] == "machine"


def test_a_page_says_how_many_sentences_are_a_machines(built: Built) -> None:
    for name in ("chapter/first", "chapter/second"):
        count = len(built.rows(file=f"{name}.md", author="machine"))
        assert count and note(built.page(name)).startswith(f"{count} frases desta página foram")


def test_a_humans_text_that_is_not_used_is_told_with_the_reason(built: Built) -> None:
    (row,) = [r for r in built.rows() if "unused" in r and "fig_gone" in r["unused"]["text"]]
    assert row["unused"]["file"] == "pt/chapter/first.md" and row["unused"]["line"] == 9
    told = re.findall(r"pt/chapter/first.md:9; not used because (.*)", built.run.out)
    assert len(told) == 1 and told[0].startswith(
        "refers to what the original does not have: O último"
    )


def test_a_humans_slips_are_told_and_the_link_is_the_sources(built: Built) -> None:
    assert "pt/chapter/first.md:2: no mark line" in built.run.out
    assert (
        "pt/chapter/first.md:4: the link to https://example.org/c/ ends with '）'" in built.run.out
    )
    assert {n["line"] for n in built.report["notices"]} == {2, 4}
    assert 'href="https://example.org/c/">artigo</a>' in built.page()


def test_a_number_that_the_source_lacks_is_told_once_with_the_place(built: Built) -> None:
    told = re.findall(
        r"pt/chapter/first.md:(\d+): the number 4 is not in the source", built.run.out
    )
    assert len(told) == 1 and told[0] in ("4", "5")
    assert "pt/chapter/first.md:7: in the source, '$q$' is missing" in built.run.out


def test_the_report_opens_in_a_browser(built: Built, tmp_path: Path) -> None:
    shown = show(built.book / "_build/pt/report.html", tmp_path / "profile", "#show=machine")
    assert not shown.console
    counts = dict(re.findall(r'data-show="(\w+)".*?<b>(\d+)</b>', shown.html))
    assert int(counts["all"]) == len(built.rows())
    assert int(counts["machine"]) == len(built.rows(author="machine"))
    assert shown.html.count('<li class="row machine"') == int(counts["machine"])


def test_a_second_build_leaves_the_pages_and_knows_all_again(built: Built) -> None:
    before = built.page()
    again = build(built.book)
    assert again.page() == before and again.run.code == 0
    told = [
        sorted(line for line in run.out.splitlines() if line.startswith("pt:   pt/"))
        for run in (built.run, again.run)
    ]
    assert told[0] == told[1], "what the memory keeps of the human's files is told again"
    assert {r["status"] for r in again.rows()} == {"human", "memory"}
    config = built.book / "config.ini"
    text = config.read_text("utf-8")
    config.write_text(f"{text}page_note = no\ncolours = yes\n", "utf-8")
    bare = build(built.book).page()
    config.write_text(text, "utf-8")
    assert not note(bare) and note(before) and "html .amts-machine {" in bare
