"""Alignment: every segment once and in order, partners found where translators rearranged."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import amts_ext
from amts_ext import formats
from amts_ext.alignment import Bead, align, align_blocks, pairs
from amts_ext.alignment.gale_church import BAND, PRIORS, Item, Measure, best_path, deviation
from amts_ext.errors import InputError
from amts_ext.model import Block, Document, Segment, Slot
from amts_ext.text.masking import mask

ENGLISH = """# Growing Tomatoes
:label:`sec_tomatoes`

Tomatoes like warmth. They need at least six hours of sun, and water every morning.
The yield $y$ grows with the hours of sun $h$.

```{.python .input}
print('plant')
```

## Soil

Mix three parts of earth with one part of compost. Let it rest for 14 days.

* Water the roots.
* Cut the side shoots of `Roma` plants.

[Discussions](https://example.org/1)
"""
CHINESE = """# 种植番茄
:label:`sec_tomatoes`

番茄喜欢温暖。它们每天至少需要六个小时的阳光，并且每天早上都要浇水。

产量$y$随着日照时数$h$增长。

```{.python .input}
print('plant')
```

```{.python .input}
#@tab paddle
print('另一个')
```

## 土壤

把三份土和一份堆肥混合，放置14天。

* 给根部浇水。
* 剪掉`Roma`植株的侧枝。
"""


def read(text: str, language: str) -> tuple[Document, list[Segment]]:
    document = formats.get("d2l").read(text)
    return document, mask(document, language)


def test_a_rearranged_translation_finds_its_partners() -> None:
    found = amts_ext.align(ENGLISH, CHINESE, format="d2l", source="en", target="zh")
    by_source = {p.source: p.target for p in found}
    assert by_source["Growing Tomatoes"] == "种植番茄"
    assert by_source["Tomatoes like warmth."] == "番茄喜欢温暖。"
    grows = "The yield $y$ grows with the hours of sun $h$."
    assert by_source[grows] == "产量$y$随着日照时数$h$增长。"
    assert by_source["Soil"] == "土壤"
    assert by_source["Water the roots."] == "给根部浇水。"
    merged = "Mix three parts of earth with one part of compost. Let it rest for 14 days."
    assert by_source[merged] == "把三份土和一份堆肥混合，放置14天。"
    assert not any("Discussions" in source for source in by_source)


def test_pairs_say_where_both_sides_stand() -> None:
    found = amts_ext.align(ENGLISH, CHINESE, format="d2l", source="en", target="zh")
    again = amts_ext.align(ENGLISH, CHINESE, format="d2l", source="en", target="zh")
    assert found == again
    for pair in found:
        for text, span, whole in (
            (pair.source, pair.source_span, ENGLISH),
            (pair.target, pair.target_span, CHINESE),
        ):
            assert " ".join(whole[span.start : span.end].split()).replace(" ", "") == text.replace(
                " ", ""
            )
            assert span.line == whole.count("\n", 0, span.start) + 1
        assert 0 < pair.score <= 1


def test_a_translation_without_any_text_gives_no_pair() -> None:
    assert amts_ext.align(ENGLISH, "", format="d2l") == []
    assert amts_ext.align("", CHINESE, format="d2l") == []
    assert amts_ext.align("", "", format="md") == []


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(InputError, match="unknown format 'docx'"):
        amts_ext.align("a", "b", format="docx")


def test_a_formula_draws_sentences_together_against_their_lengths() -> None:
    source = [Item(40), Item(40, frozenset({"slot:$x$"}))]
    target = [Item(44, frozenset({"slot:$x$"}))]
    measure = Measure(source, target, 1.0)
    assert measure.cost(2, 1, (1, 1)) < measure.cost(1, 1, (1, 1)) - 1


# --- the paper's model ---------------------------------------------------------------------------


def by_lengths(source: list[int], target: list[int]) -> list[tuple[int, int]]:
    measure = Measure([Item(n) for n in source], [Item(n) for n in target], 1.0)
    return best_path(
        len(source),
        len(target),
        tuple(PRIORS),
        measure.cost,
    )


def test_sentences_of_the_same_lengths_go_one_to_one() -> None:
    assert by_lengths([30, 80, 55], [33, 76, 60]) == [(1, 1)] * 3


def test_a_split_sentence_is_one_bead() -> None:
    assert by_lengths([30, 150, 55], [33, 70, 85, 60]) == [(1, 1), (1, 2), (1, 1)]
    assert by_lengths([33, 70, 85, 60], [30, 150, 55]) == [(1, 1), (2, 1), (1, 1)]


def test_a_left_out_sentence_stays_alone() -> None:
    assert by_lengths([100, 200, 180], [104, 175]) == [(1, 1), (1, 0), (1, 1)]


def test_the_likelihood_is_the_papers() -> None:
    """delta = (l2 - l1 c) / sqrt(l s²), and the cost is -log 2(1 - Phi(|delta|)) plus the prior."""
    measure = Measure([Item(100)], [Item(120)], 1.0)
    delta = 20 / math.sqrt(6.8 * 110)
    assert deviation(100, 120) == pytest.approx(delta)
    tail = 2 * (1 - 0.5 * (1 + math.erf(delta / math.sqrt(2))))
    assert measure.cost(1, 1, (1, 1)) == pytest.approx(PRIORS[1, 1] - math.log(tail))
    assert sum(math.exp(-cost) for cost in PRIORS.values()) == pytest.approx(1, abs=0.01)


# --- properties ----------------------------------------------------------------------------------

SLOTS = st.sampled_from(["$x$", "`code`", ":numref:`a`"])
SENTENCE = st.tuples(st.integers(1, 200), st.lists(SLOTS, max_size=3))
BLOCK = st.tuples(
    st.sampled_from(["title", "paragraph", "item", "cell"]),
    st.lists(SENTENCE, min_size=1, max_size=6),
    st.sampled_from(["", "code:a", "code:b", "label:c"]),
)
DOCUMENT = st.lists(BLOCK, max_size=12)
Description = list[tuple[str, list[tuple[int, list[str]]], str]]


def build(description: Description) -> tuple[Document, list[Segment]]:
    """A document of model types from lengths, slots and anchors."""
    text = ""
    blocks: list[Block] = []
    anchors: list[tuple[int, str]] = []
    segments: list[Segment] = []
    for kind, sentences, anchor in description:
        begin = len(text)
        for length, held in sentences:
            slots = [Slot(i, "math", what) for i, what in enumerate(held, 1)]
            start = len(text)
            text += "w" * length + "".join(held)
            parts = ("w" * length, *slots)
            segments.append(Segment(parts, start, len(text), len(blocks) + 1, len(blocks)))
        blocks.append(Block(kind, begin, len(text), len(blocks) + 1))
        text += "\n"
        if anchor:
            anchors.append((len(text), anchor))
            text += f"{anchor}\n"
    return Document("built", text, tuple(blocks), tuple(anchors)), segments


def covered(beads: list[Bead]) -> tuple[list[int], list[int]]:
    return [i for b in beads for i in b.source], [j for b in beads for j in b.target]


@given(source=DOCUMENT, target=DOCUMENT)
def test_every_segment_is_covered_once_and_in_order(
    source: Description, target: Description
) -> None:
    ours, theirs = build(source), build(target)
    beads = align(*ours, *theirs)
    assert covered(beads) == (list(range(len(ours[1]))), list(range(len(theirs[1]))))
    blocks = align_blocks(*ours, *theirs)
    assert covered(blocks) == (list(range(len(source))), list(range(len(target))))
    for bead in [*beads, *blocks]:
        assert bead.source or bead.target
        assert 0 <= bead.score <= 1
        assert bool(bead.score) <= bool(bead.source and bead.target)
    for bead in beads:
        assert bead.source_blocks == tuple(dict.fromkeys(ours[1][i].block for i in bead.source))
        assert bead.target_blocks == tuple(dict.fromkeys(theirs[1][j].block for j in bead.target))


@given(source=DOCUMENT)
def test_a_document_aligns_one_to_one_with_itself(source: Description) -> None:
    ours, theirs = build(source), build(source)
    beads = align(*ours, *theirs)
    assert [(b.source, b.target) for b in beads] == [((i,), (i,)) for i in range(len(ours[1]))]
    assert all(bead.score > 0.99 for bead in beads)


@given(n=st.integers(0, 300), m=st.integers(0, 300))
def test_a_path_exists_for_every_shape_and_adds_up(n: int, m: int) -> None:
    path = best_path(n, m, ((1, 0), (0, 1), (1, 1)), lambda i, j, move: 1.0)
    assert [sum(side) for side in zip((0, 0), *path, strict=True)] == [n, m]
    assert len(path) == max(n, m), "the shortest path is diagonal as far as it goes"


def test_time_and_memory_grow_linearly() -> None:
    """Far from the diagonal nothing is looked at."""
    seen: set[tuple[int, int]] = set()
    n = 1000

    def cost(i: int, j: int, move: tuple[int, int]) -> float:
        if all(move):  # What stands alone costs the same everywhere, and is asked once.
            seen.add((i, j))
        return 1.0

    best_path(n, n, ((1, 0), (0, 1), (1, 1)), cost)
    assert max(abs(i - j) for i, j in seen) <= BAND + 1
    assert len(seen) <= (n + 1) * (2 * BAND + 3)


def test_time_grows_with_the_length_not_with_its_square() -> None:
    def seconds(sentences: int) -> float:
        lengths = [20 + i * 37 % 150 for i in range(sentences)]
        description: Description = [
            ("paragraph", [(n, []) for n in lengths[i : i + 20]], "")
            for i in range(0, sentences, 20)
        ]
        document = build(description)
        start = time.process_time()
        beads = align(*document, *document)
        taken = time.process_time() - start
        assert sum(b.source == b.target for b in beads) > 0.99 * sentences
        return taken

    seconds(500)  # the encoder is loaded
    assert seconds(4000) < 30 * seconds(500), "the square would be 64 times"


@pytest.mark.shared
def test_a_real_edition(shared: Path) -> None:
    """Nearly all sentences of a real book find a partner."""
    sections = sorted(shared.glob("d2l-zh/chapter_linear-networks/*_origin.md"))
    total = partnered = 0
    for section in sections:
        human = section.with_name(section.name.replace("_origin", ""))
        ours = read(section.read_text("utf-8"), "en")
        theirs = read(human.read_text("utf-8"), "zh")
        found = pairs(*ours, *theirs)
        assert found == sorted(found, key=lambda p: p.source_span.start)
        total += len(ours[1])
        partnered += sum(len(b.source) for b in align(*ours, *theirs) if b.target)
    assert partnered / total > 0.95, f"{partnered} of {total} sentences"
