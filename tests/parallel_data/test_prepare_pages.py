"""Crawled pages of the demo, documents without structure, round trips, the report."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from support.places import ROOT

from amts_ext.alignment import Bead
from amts_ext.cli import main
from amts_ext.pairs import exchange
from amts_ext.pairs.exchange import Example, Examples
from amts_ext.parallel_data import html_prose, similarity
from amts_ext.parallel_data.gathering import Gathered
from amts_ext.parallel_data.web_pages import gather
from amts_ext.service.content.corpora import read_corpus

PAGES = ROOT / "demo" / "pages"
PARTNERS = {
    "mean": "media",  # by a link
    "overfitting": "sobreajuste",
    "gradient-descent": "gradient-descent",  # by address
    "train-test": "train-test",
    "tomatoes": "tomatoes",
    "nearest-neighbors": "vecinos",  # by meaning
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main(["parallel-data", "prepare", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def stem(place: str) -> str:
    return Path(place.rpartition(":")[0]).stem


@pytest.mark.slow
def test_every_page_finds_its_translation() -> None:
    gathered = Gathered()
    gather(gathered, PAGES, ("en", "es"))
    found = {stem(p.source_place): stem(p.target_place) for p in gathered.candidates}
    assert found == PARTNERS
    assert [Path(place).stem for place in gathered.alone] == ["confusion-matrix"]
    assert not any("demo of AMTS" in p.source for p in gathered.candidates), "footers are left out"
    for pair in gathered.candidates:  # the line is that of the page
        line = int(pair.source_place.rpartition(":")[2])
        page = Path(pair.source_place.rpartition(":")[0]).read_text("utf-8").splitlines()
        assert pair.source.split()[0] in " ".join(page[line - 1 : line + 2])


@pytest.mark.slow
@pytest.mark.parametrize("about", ["model, training, data", str(PAGES / "en/overfitting.html")])
def test_what_is_on_another_subject_is_dropped(
    about: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = answer(capsys, "--pages", str(PAGES), "--lang", "es", "--about", about)
    assert code == 0 and told["pairs"] == {"kept": 66, "not on the subject": 7}
    rows = exchange.read(Path("pairs.tmx")).rows
    assert not any("omato" in row.source for row in rows)
    assert ("Ask your neighbors", {"es": "Pregunte a sus vecinos"}) in [
        (row.source, dict(row.targets)) for row in rows
    ]


@pytest.mark.slow
def test_paragraphs_of_pages(capsys: pytest.CaptureFixture[str]) -> None:
    sides = ("--pages", str(PAGES), "--lang", "es", "--granularity", "paragraph")
    code, told = answer(capsys, *sides)
    assert code == 0 and told["pairs"]["kept"] < 60
    rows = {row.source: row.targets["es"] for row in exchange.read(Path("pairs.tmx")).rows}
    [whole] = [source for source in rows if source.endswith("A model can do the same.")]
    assert whole.count(".") == 2 and rows[whole].endswith("A un modelo le puede pasar lo mismo.")


def test_pages_of_one_language_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parallel-data", "prepare", "--pages", str(PAGES), "--lang", "zh"]) == 2
    assert "needs pages in both languages; has 7 in en, 0 in zh" in capsys.readouterr().err


def test_a_machines_page_is_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("en/mean.html", "es/media.html"):
        text = (PAGES / name).read_text("utf-8")
        (tmp_path / Path(name).name).write_text(
            text.replace('<html lang="es">', '<html lang="es" class="translated-ltr">'), "utf-8"
        )
    sides = ["--source", "mean.html", "--target", "media.html", "--lang", "es"]
    assert main(["parallel-data", "prepare", *sides]) == 2
    assert "0 pairs\n      15 made by a machine" in capsys.readouterr().out


def test_documents_without_common_structure_are_aligned_by_meaning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One side has a paragraph for every sentence, and an introduction that the other lacks."""
    english = html_prose.read((PAGES / "en/overfitting.html").read_text("utf-8"))
    spanish = html_prose.read((PAGES / "es/sobreajuste.html").read_text("utf-8"))
    intro = (
        "This page was read aloud on the radio on a rainy evening. Nobody who was in the studio "
        "on that day has forgotten how the lamps went out. The speaker went on in the dark. "
        "Here is what she said, word for word, as far as we could still find out. "
    ) * 2
    body = english.text[: english.blocks[-1].start].replace(". ", ".\n\n").replace("\n", "\n\n")
    (tmp_path / "en.txt").write_text(f"{intro}\n\n{body}", "utf-8")
    flat = spanish.text[: spanish.blocks[-1].start].replace("\n", " ")
    (tmp_path / "es.txt").write_text(f"{flat}\n\nFin de la emisión.\n", "utf-8")
    sides = ("--source", "en.txt", "--target", "es.txt", "--lang", "es")
    answer(capsys, *sides)
    rows = {r.source: r.targets["es"] for r in exchange.read(Path("pairs.tmx")).rows}
    assert rows["A model can do the same."] == "A un modelo le puede pasar lo mismo."
    assert not any("radio" in source for source in rows)


def test_alignment_by_meaning_leaves_strangers_alone() -> None:
    source = ["The cat sleeps on the roof.", "Bread is baked at night.", "I forgot my umbrella."]
    target = ["El gato duerme en el tejado.", "He olvidado el paraguas."]
    beads = [(b.source, b.target) for b in similarity.align(source, target)]
    assert beads == [((0,), (0,)), ((1,), ()), ((2,), (1,))]
    assert similarity.align([], ["a"]) == [Bead((), (0,), 0.0)]


@pytest.mark.slow
def test_what_is_written_loads_elsewhere(tmp_path: Path) -> None:
    """In translate-toolkit, a program of its own, and in the service."""
    gathered = Gathered()
    gather(gathered, PAGES, ("en", "es"))
    rows = [Example(p.source, {"es": p.target}) for p in gathered.candidates[:20]]
    rows.append(Example('He said "yes" & <no>, 1 < 2', {"es": 'Dijo "sí" y <no>, 1 < 2'}))
    tools = Path(sys.executable).parent
    for form in exchange.FORMATS:
        path = tmp_path / f"pairs.{form}"
        data = exchange.dump(Examples("en", ["es"], rows), form)
        path.write_bytes(data)
        corpus = read_corpus(data, form.upper(), 1000)
        assert corpus.imported == len(rows) and not (corpus.skipped or corpus.failed)
    counted = subprocess.run(
        [tools / "pocount", "--csv", "pairs.tmx"], capture_output=True, text=True, check=True
    )
    assert counted.stdout.splitlines()[-1].split(",")[1] == str(len(rows))
    for form in ("csv", "tsv"):
        shutil.copy(f"pairs.{form}", f"{form}.csv")  # it knows no other suffix, but finds the tabs
        command = [tools / "csv2po", "--columnorder=source,target", f"{form}.csv", f"{form}.po"]
        subprocess.run(command, check=True)
        po = Path(f"{form}.po").read_text("utf-8").replace('"\n"', "")  # lines are wrapped there
        for row in rows:
            for text in (row.source, row.targets["es"]):
                assert text.replace('"', '\\"') in po


class Tags(HTMLParser):
    """Checks that tags nest, and counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "rect", "line"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line"):
            assert self.open.pop() == tag


@pytest.mark.slow
def test_the_report_shows_all_and_needs_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--pages", str(PAGES), "--lang", "es", "--about", "model, training, data")
    answer(capsys, *arguments, "--report", "a.html")
    answer(capsys, *arguments, "--report", "b.html")
    text = Path("a.html").read_text("utf-8")
    assert text == Path("b.html").read_text("utf-8")
    tags = Tags()
    tags.feed(text)
    assert not tags.open and not any("src" in a or "href" in a for _, a in tags.seen)
    figures = [tag for tag, _ in tags.seen if tag == "figure"]
    bars = [tag for tag, _ in tags.seen if tag == "rect"]
    assert len(figures) == len(PARTNERS) and len(bars) == 20
    assert "not on the subject: 7" in text and "confusion-matrix.html" in text
    assert 'lang="es"' in text and "mean.html:" in text
