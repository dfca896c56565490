"""Whole books in the pipeline: spans, batches, whatever a machine says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.program import Table, notebook
from support.pseudo import identity, outside_tokens, upper

import amts_ext
from amts_ext import formats
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.model import Origin, Unit
from amts_ext.pipeline import Pipeline, pipeline
from amts_ext.text.masking import mask
from amts_ext.text.outcome import Source, Status

# --- spans and batches ---------------------------------------------------------------------------

PAGE = """# A dog

The **dog** sees $x$. It barks! Does
it bark?

- one cat
  - two cats

| a dog | b |
|--|--|
| a cat | $y$ |
"""


def longer(texts: list[str]) -> list[str]:
    return [outside_tokens(lambda s: s.upper() + ("!!" if s.strip() else ""), t) for t in texts]


@pytest.mark.parametrize("translate", [upper, longer, identity])
def test_spans_point_at_the_right_text(translate, memory: Memory) -> None:  # type: ignore[no-untyped-def]
    from amts_ext.translators.function import Function

    memory.store([Unit("one cat", "um só gato", ("en", "pt"), Origin.HUMAN)])
    made = Pipeline("en", "pt", profiles.load("pt"), memory, Function(translate))
    cells = [("markdown", PAGE), ("code", "a dog"), ("markdown", "Another dog. A cat.\n")]
    result = made.translate(
        [Source("a.md", PAGE, "md"), Source("b.ipynb", notebook(*cells), "ipynb")]
    )
    page, book = result.documents
    assert page.body == page.text
    assert book.body == "\n\n".join(
        "".join(c["source"]) for c in json.loads(book.text)["cells"] if c["cell_type"] == "markdown"
    )
    count = 0
    for done in (page, book):
        wanted = mask(done.source, "en")
        assert [o.segment for o in done.segments] == wanted
        for outcome in done.segments:
            source = done.source.text[outcome.segment.start : outcome.segment.end]
            found = done.body[outcome.start : outcome.end]
            if outcome.status is Status.HUMAN:
                assert found == "um só gato"
            elif outcome.parts is None:
                assert found == source
            else:
                assert found == "".join(
                    p if isinstance(p, str) else p.content for p in outcome.parts
                )
                assert found.startswith(source[:2].upper())
            count += 1
    assert count == 20


def test_small_batches_give_the_same_book(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [
        Source(f"{i}.md", f"# Part {i}\n\nThe same.\n\nHalf {i // 2} here. Set $x_{i}$.\n", "md")
        for i in range(10)
    ]

    def book(store: Memory) -> tuple[list[str], list[str], int]:
        table = Table({"Half 2 here.": None})
        made = Pipeline("en", "pt", profiles.load("pt"), store, table)
        result = made.translate(sources)
        texts = [d.text for d in result.documents]
        return texts, [str(p) for p in result.problems], len(table.batches)

    whole = book(memory)
    monkeypatch.setattr(pipeline, "BATCH_CHARACTERS", 40)
    cut = book(Memory(tmp_path / "other.sqlite"))
    assert whole[2] == 1 and cut[2] == 10
    assert cut[:2] == whole[:2]
    assert len(whole[1]) == 2


def test_documents_are_emitted_in_order_and_progress_counts_them(memory: Memory) -> None:
    seen: list[tuple[str, int, int]] = []
    names: list[str] = []
    made = Pipeline(
        "en", "pt", profiles.load("pt"), memory, Table(), progress=lambda *p: seen.append(p)
    )
    sources = [Source(f"{i}.md", "A dog.\n", "md") for i in range(3)]
    result = made.translate(sources, lambda d: names.append(d.name))
    assert names == ["0.md", "1.md", "2.md"] and result.documents == [] and result.done == 3
    assert [p for p in seen if p[0] == "read"] == [("read", i, 3) for i in (1, 2, 3)]
    assert [p for p in seen if p[0] == "write"] == [("write", i, 3) for i in (1, 2, 3)]


MARKUP = st.text(alphabet="ab *_`$[]()<>|~\\#-+1.!:\n汉，。“", max_size=30)


@given(answers=st.lists(MARKUP, min_size=4, max_size=4))
def test_whatever_a_machine_says_the_structure_stays(answers: list[str]) -> None:
    text = "# One\n\nA **dog** and :numref:`x` now. Two `c`.\n\n| a | b |\n|--|--|\n| cat | d |\n"

    def machine(texts: list[str]) -> list[str]:
        found = []
        for number, source in enumerate(texts):
            new = answers[number % 4]
            found.append(outside_tokens(lambda s, new=new: new if s.strip() else s, source))
        return found

    for target in ("pt", "zh"):
        made = amts_ext.translate_text(text, "d2l", "en", target, machine)
        before, after = formats.get("d2l").read(text), formats.get("d2l").read(made)
        assert [b.kind for b in after.blocks] == [b.kind for b in before.blocks], made
        assert [a for _, a in after.anchors] == [a for _, a in before.anchors]
        free = ("escape", "soft", "break")
        for old, new in zip(before.blocks, after.blocks, strict=True):
            assert sorted(m.kind for m in new.marks if m.kind not in free) == sorted(
                m.kind for m in old.marks if m.kind not in free
            ), made
