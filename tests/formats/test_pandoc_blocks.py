"""Answers that begin as pandoc's lists and title blocks do: pandoc reads the same blocks as before.

d2lbook gives every cell to pandoc, whose Markdown has more than CommonMark: ``%15 kelime`` at the
start of a cell is a title block, and the whole paragraph is gone from the page.
"""

from __future__ import annotations

import json
import random
import subprocess
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from amts_ext.api import make_pipeline, translate_text
from amts_ext.text.outcome import Source
from amts_ext.translators.function import Function

pypandoc = pytest.importorskip("pypandoc")
slides = pytest.importorskip("d2lbook.slides")

LUA = """
local function tags(blocks)
  local found = {}
  pandoc.Blocks(blocks):walk{
    traverse = "topdown", Block = function(b) table.insert(found, b.t) end
  }
  return found
end
for line in io.lines() do
  local doc = pandoc.read(pandoc.json.decode(line, false), "markdown-smart")
  local math = 0
  doc:walk{ Math = function() math = math + 1 end }
  local words = pandoc.utils.stringify(pandoc.Div(doc.blocks))
  print(pandoc.json.encode{ tags(doc.blocks), math, words, next(doc.meta) ~= nil })
end
"""
OPENERS = [
    "%", "%15 ", " %15 ", " a. ", "% 15 ", "(1) ", "(12) ", "(@) ", "(@x) ", "@. ",
    "@x) ", "a. ", "a) ", "(a) ",
    "A) ", "(B) ", "B.  ", "i. ", "ii. ", "iv) ", "(xii) ", "II. ", "XL) ", "#. ", "#) ", "(#) ",
    "1. ", "2) ", "p. ej., ", "s. ", "v. ", "c. ", "- ", "+ ", "* ", "| ", "# ", "#", ": ", "~ ",
    "> ", "Table: ", "::: ", "^a^ ", "@ad ", "[@ad] ", "[a]: ", "[^1]: ", "&copy; ", "--- ", "```",
    "<div>", "\\begin{a}", "M. ", "Dr. ", "www.x.y ", "=== ", "1.5 ", "15% ", "(p. 3) ",
]  # fmt: skip
WORDS = {
    "tr": ["otobüs", "durağa", "geç", "geldi", "ve", "öğretmen", "bekledi"],
    "es": ["el", "autobús", "llegó", "tarde", "y", "la", "maestra", "esperó"],
    "zh": ["公共汽车", "来得", "很晚，", "老师", "一直", "在等"],
}
CONTEXTS = [
    "{}",
    "- One line  \n  {}",
    "{}",
    "- {}",
    "> {}",
    "Some words first.\n{}",
    "# {}",
    "[**{}**]",
    "1. One.\n2. {}",
]


@dataclass(frozen=True)
class Cell:
    """What pandoc makes of one cell."""

    tags: list[str]
    formulas: int
    words: str
    has_meta: bool


def by_pandoc(cells: list[str], folder: Path) -> list[Cell]:
    """Each cell by itself, as d2lbook gives it to pandoc: without slide marks. One process."""
    script = folder / "blocks.lua"
    script.write_text(LUA, "utf-8")
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(cell) for cell in cells])
    bare = [cell.source for cell in slides.remove_slide_marks(notebook).cells]
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "lua", script],
        input="".join(json.dumps(cell) + "\n" for cell in bare),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return [Cell(*json.loads(line)) for line in done.stdout.splitlines()]


def answers(target: str, count: int) -> tuple[list[str], dict[str, str]]:
    """Cells, and the answer to the sentence with each number."""
    chance = random.Random(target)
    joiner = "" if target == "zh" else " "
    cells, said = [], {}
    for number in range(count):
        opener = OPENERS[number % len(OPENERS)] if number < 5 * len(OPENERS) else "".join(
            chance.choices(OPENERS, k=2)
        )  # fmt: skip
        words = chance.sample(WORDS[target], 5)
        words.insert(chance.randrange(1, 5), " ⟦math1⟧ ")
        said[str(number)] = opener + joiner.join(words)
        sentence = f"Sentence {number} has $x$ inside"
        cells.append(chance.choice(CONTEXTS).format(sentence))
    return cells, said


@pytest.mark.slow
@pytest.mark.parametrize("target", sorted(WORDS))
def test_pandoc_reads_the_same_blocks(target: str, tmp_path: Path) -> None:
    cells, said = answers(target, 1_000)

    def translate(texts: list[str]) -> list[str]:
        return [said[t.split()[1]] if t.startswith("Sentence") else t for t in texts]

    pipeline = make_pipeline("en", target, Function(translate, sure=True), None, "sentence")
    result = pipeline.translate([Source(str(n), cell, "d2l") for n, cell in enumerate(cells)])
    texts = [document.text for document in result.documents]
    before, after = by_pandoc(cells, tmp_path), by_pandoc(texts, tmp_path)
    wrong: list[Any] = [
        (text, ours, theirs)
        for text, ours, theirs in zip(texts, before, after, strict=True)
        if (ours.tags, ours.formulas, ours.has_meta)
        != (theirs.tags, theirs.formulas, theirs.has_meta)
    ]
    assert not wrong, f"{len(wrong)}: {wrong[:5]}"
    assert result.counts["machine"] > 1_000, "the translations are there, not taken back"
    for number in range(5 * len(OPENERS)):
        if cells[number].startswith("Sentence"):
            begin = OPENERS[number % len(OPENERS)].strip()
            shown = unicodedata.normalize("NFKC", after[number].words)
            assert shown.startswith(begin), (texts[number], after[number])


TABLES = [
    "Words.\n\nTable: A caption\n\n| a | b |\n|---|---|\n| c | d |\n",
    "table: A caption\n\n| a | b |\n|---|---|\n| c | d |\n",
    "Words.\n\n  a     b\n----  ----\n  c     d\n",
    "-------\n a   b\n--- ---\n c   d\n     e\n\n f   g\n-------\n\nWords.\n",
    "Words.\n\n-------\n a   b\n--- ---\n c   d\n\n f   g\n-------\n\nWords.\n",
]


@pytest.mark.parametrize("text", TABLES)
def test_a_table_keeps_its_cells_and_its_caption(text: str) -> None:
    """The words may change, also into "Tabela: …"; pandoc finds the same table with a caption."""
    longer = Function(lambda texts: [f"Tabela {t}" for t in texts], sure=True)
    made = translate_text(text, "d2l", target="pt", translate=longer)
    assert made != text or "|" not in text
    before, after = (json.loads(pypandoc.convert_text(t, "json", "markdown")) for t in (text, made))
    (ours,), (theirs,) = (
        [b["c"] for b in d["blocks"] if b["t"] == "Table"] for d in (before, after)
    )
    assert [b["t"] for b in before["blocks"]] == [b["t"] for b in after["blocks"]]
    assert bool(ours[1][1]) == bool(theirs[1][1]), "the caption"
    assert len(ours[4][0][3]) == len(theirs[4][0][3]), "the rows"
