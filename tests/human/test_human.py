"""Human translations: what is offered to the memory, what is not and why."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.places import DEMO

from amts_ext import formats
from amts_ext.errors import AlignmentError, DocumentError
from amts_ext.human import Report, find_pairs, learn
from amts_ext.human.units import Reason, make_units
from amts_ext.memory import Memory, Query
from amts_ext.model import Origin, Slot, Unit, from_tokens
from amts_ext.text.masking import contents_digest, mask, unmask

PAIR = ("en", "zh")
PAIRED = re.compile("⟦(link|slide|emphasis|strong)")
"""Tokens that stand for the source's own spelling of a link or of emphasis."""


def offered(english: str, chinese: str) -> tuple[list[Unit], list[tuple[Reason, str]]]:
    d2l = formats.get("d2l")
    units, skips = make_units(d2l.read(english, "en.md"), d2l.read(chinese, "zh.md"), PAIR, "s.md")
    return units, [(skip.reason, skip.level) for skip in skips]


def only(units: list[Unit], level: str) -> Unit:
    """The one unit of that level, in a text with slots: sentence units have no digest."""
    found = {u for u in units if bool(u.contents) == (level == "block")}
    assert len(found) == 1, units
    return found.pop()


# --- one document --------------------------------------------------------------------------------


def test_one_sentence_gives_a_sentence_and_a_block_unit() -> None:
    units, skips = offered("Water the *roots* of `Roma`.\n", "给`Roma`的*根部*浇水。\n")
    for level in ("sentence", "block"):
        unit = only(units, level)
        assert unit.source == "Water the ⟦emphasis1⟧roots⟦/emphasis1⟧ of ⟦code2⟧."
        assert unit.target == "给⟦code2⟧的⟦emphasis1⟧根部⟦/emphasis1⟧浇水。"
        assert (unit.origin, unit.document, unit.position) == (Origin.HUMAN, "s.md", 0)
    assert skips == []


def test_a_merged_sentence_is_used_as_a_whole_block_only() -> None:
    english = "Let the soil rest. Then plant the `Roma` seeds.\n"
    units, skips = offered(english, "让土壤静置，然后播`Roma`的种子。\n")
    segment = mask(formats.get("d2l").read(english), "en", "paragraph")[0]
    assert only(units, "block").contents == contents_digest(segment)
    assert len(units) == 1
    assert skips == [(Reason.MERGED, "sentence")] * 2


def test_beside_a_sentence_without_a_partner_none_is_offered_alone() -> None:
    """The demo's translator merged two sentences; by lengths, the third fits the second's place."""
    folder = DEMO / "translations/zh/chapter_relating"
    english, chinese = (
        (folder / name).read_text("utf-8") for name in ("lines_origin.md", "lines.md")
    )
    units, skips = offered(english, chinese)
    sources = [u.source for u in units]
    assert "The intercept is about one minute." not in sources
    assert "The slope has a unit: minutes per kilometer." in sources
    assert any(s.endswith("one minute. Let us look at the line.") for s in sources), "the block"
    assert (Reason.UNSURE, "sentence") in skips


def test_line_breaks_leave_no_blank_between_han_characters() -> None:
    units, _ = offered(
        "Tomatoes like the warmth of the sun and `x`.\n", "番茄喜欢\n太阳的温暖，\n和\n`x`。\n"
    )
    assert only(units, "sentence").target == "番茄喜欢太阳的温暖，和 ⟦code1⟧。"


def test_human_markup_that_the_source_lacks_is_kept_for_that_very_place() -> None:
    units, _ = offered("The yield grows with the sun $h$.\n", "**产量**随着日照$h$增长。\n")
    assert [u.target for u in units] == ["⟦own1⟧产量⟦own2⟧随着日照⟦math1⟧增长。"] * 2
    assert all(u.literals == ("**", "**") and u.contents for u in units)


def test_a_translator_may_drop_emphasis_everywhere_but_code_only_there() -> None:
    units, _ = offered("Water the *roots* every single day.\n", "每天给根部浇水。\n")
    assert only(units, "sentence").target == "每天给根部浇水。"
    units, _ = offered("Water the plant `Roma` every day.\n", "每天给Roma植株浇水。\n")
    assert all(u.contents for u in units)


def test_other_formulas_make_a_sentence_a_whole_block_only() -> None:
    units, skips = offered(
        "The yield $y$ grows with the sun $h$.\n", "产量$y$随日照$h$增长（$h>0$）。\n"
    )
    unit = only(units, "block")
    assert unit.target == "产量⟦math1⟧随日照⟦math2⟧增长（⟦own1⟧）。"
    assert unit.literals == ("$h>0$",)
    assert skips == [(Reason.SLOTS, "sentence")]


def test_equal_slots_are_told_apart_by_content_not_by_order() -> None:
    units, _ = offered("Give $a$ litres to $b$ plants.\n", "给$b$株植物浇$a$升水。\n")
    assert {u.target for u in units} == {"给⟦math2⟧株植物浇⟦math1⟧升水。"}


def test_a_link_of_the_human_goes_where_the_sources_link_goes() -> None:
    units, _ = offered("See [the shop](http://a.org/en).\n", "参见[商店](http://a.org/zh)。\n")
    assert {u.target for u in units} == {"参见⟦link1⟧商店⟦/link1⟧。"}


@pytest.mark.parametrize("extra", [":numref:`fig_sun`", ":cite:`Sun.2020`", "![日](sun.png)"])
def test_a_reference_that_the_original_lacks_is_never_offered(extra: str) -> None:
    english = "The yield grows with the hours of the sun.\n"
    units, skips = offered(english, f"如 {extra} 所示，产量随日照时数增长。\n")
    assert [u for u in units if "own" in u.target] == []
    assert (Reason.DANGLING, "block") in skips or not skips


def test_a_reference_from_elsewhere_in_the_original_may_be_used_in_its_block() -> None:
    english = (
        "Many kinds of *tomatoes* like the warmth.\n\nSee :numref:`fig_sun` for the details.\n"
    )
    chinese = (
        "许多种类的*番茄*都喜欢温暖（ :numref:`fig_sun`）。\n\n详情请参见 :numref:`fig_sun`。\n"
    )
    units, _ = offered(english, chinese)
    assert any(u.literals == (":numref:`fig_sun`",) and u.contents for u in units)


def test_a_formula_that_stands_outside_the_sources_block_is_not_doubled() -> None:
    english = "The yield is given by this rule:\n\n$$y = h^2$$\n\nIt holds for every plant.\n"
    chinese = "产量由以下规则给出：\n$$y = h^2$$\n\n它适用于每一株植物。\n"
    units, _ = offered(english, chinese)
    assert units and not any("$$" in "".join(u.literals) for u in units)
    assert "产量由以下规则给出：" in {u.target for u in units}


def test_a_display_formula_is_never_lost_or_moved() -> None:
    english = "First we add $$a + b$$ and then we take $$c - d$$ from the sum of both.\n"
    for chinese in (
        "先加$$a + b$$再从两者之和中减去别的东西。\n",
        "先算$$c - d$$然后再把$$a + b$$加到两者之和上去。\n",
    ):
        units, skips = offered(english, chinese)
        assert units == [] and (Reason.SLOTS, "block") in skips


GOOD = "番茄喜欢太阳的温暖。\n\n"


@pytest.mark.parametrize(
    ("chinese", "reason"),
    [
        ("Water the roots every day.\n", Reason.UNTRANSLATED),
        ("Water all the roots each morning.\n", Reason.SCRIPT),
        ("日照" * 80 + "。\n", Reason.UNSURE),
    ],
)
def test_what_is_no_translation_is_not_offered(chinese: str, reason: Reason) -> None:
    good = "Tomatoes like the warmth of the sun.\n\n"
    units, skips = offered(good * 9 + "Water the roots every day.\n", f"{GOOD * 9}{chinese}")
    assert {u.target for u in units} == {GOOD.strip()}
    assert {r for r, _ in skips} & {reason, Reason.NO_PARTNER}


def test_a_name_is_its_own_translation() -> None:
    units, skips = offered("# BERT\n\nIt is a model.\n", "# BERT\n\n它是一个模型。\n")
    assert ("BERT", "BERT") in {(u.source, u.target) for u in units}
    assert skips == []


@pytest.mark.shared
def test_units_put_nothing_but_the_humans_text_in_place(shared: Path) -> None:
    """Filled with their slots, the units of a real section are the human's words."""
    d2l = formats.get("d2l")
    folder = shared / "d2l-zh" / "chapter_preliminaries"
    original = d2l.read((folder / "ndarray_origin.md").read_text("utf-8"), "en")
    human_text = (folder / "ndarray.md").read_text("utf-8")
    units, _ = make_units(original, d2l.read(human_text, "zh"), PAIR, "ndarray.md")
    squeezed = "".join(human_text.split())
    blocks = {s.block: s for s in mask(original, "en", "paragraph")}
    checked = 0
    for unit in units:
        segment = blocks[unit.position]
        if unit.source == segment.tokens and not PAIRED.search(unit.target):
            own = [Slot(n, "own", text) for n, text in enumerate(unit.literals, 1)]
            filled = unmask(from_tokens(unit.target, [*segment.slots, *own]))
            assert "".join(filled.split()) in squeezed
            checked += 1
    assert checked > 20


# --- folders -------------------------------------------------------------------------------------

ENGLISH = "# Soil\n\nMix the earth with the compost. Let it rest.\n\n* Water the roots.\n"
CHINESE = "# 土壤\n\n把土和堆肥混合。让它静置。\n\n* 给根部浇水。\n"


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    """A human tree and a source tree with one section in a chapter."""
    human, source = tmp_path / "zh", tmp_path / "en"
    for root, text in ((human, CHINESE), (source, ENGLISH)):
        (root / "chapter").mkdir(parents=True)
        (root / "chapter" / "soil.md").write_text(text, "utf-8")
    return human, source


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory(tmp_path / "memory.sqlite") as opened:
        yield opened


def test_same_names_in_two_trees(trees: tuple[Path, Path]) -> None:
    human, source = trees
    (human / "only-here.md").write_text("只在这里。", "utf-8")
    (source / "not-yet.md").write_text("Not yet.", "utf-8")
    (human / "_build").mkdir()
    (human / "_build" / "soil.md").write_text("不。", "utf-8")
    name = Path("chapter/soil.md")
    assert find_pairs(human, source) == [(source / name, human / name)]


def test_an_original_beside_comes_first(trees: tuple[Path, Path]) -> None:
    human, source = trees
    beside = human / "chapter" / "soil_origin.md"
    beside.write_text(ENGLISH, "utf-8")
    assert find_pairs(human, source) == [(beside, human / "chapter" / "soil.md")]


def test_learning_puts_units_in_the_memory(trees: tuple[Path, Path], memory: Memory) -> None:
    report = learn(memory, *trees, PAIR)
    assert (report.files, report.known, report.problems, report.skips) == (1, 0, [], [])
    found = memory.lookup("Water the roots.", PAIR)
    assert found is not None and found.target == "给根部浇水。"
    assert found.document == "chapter/soil.md"
    whole = mask(formats.get("d2l").read(ENGLISH), "en", "paragraph")[1]
    queries = [Query(whole.tokens, contents_digest(whole))]
    block = memory.lookup_many(queries, PAIR)[0]
    assert block is not None and block.target == "把土和堆肥混合。让它静置。"


def test_unchanged_files_are_not_aligned_again(
    trees: tuple[Path, Path], memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    human, source = trees
    (human / "chapter" / "soil.md").write_text(CHINESE.replace("。让", "，让"), "utf-8")
    first = learn(memory, human, source, PAIR)
    assert first.skips
    units = memory.units()
    with monkeypatch.context() as patch:
        patch.setattr("amts_ext.human.learning.make_units", None)
        second = learn(memory, human, source, PAIR)
    assert (second.known, second.units, second.skips) == (1, first.units, first.skips)
    assert memory.units() == units
    (human / "chapter" / "soil.md").write_text(CHINESE.replace("土壤", "泥土"), "utf-8")
    assert learn(memory, human, source, PAIR).known == 0
    titles = {u.target for u in memory.units() if u.source == "Soil"}
    assert titles == {"泥土"}, "what the human changed is replaced"


def test_a_new_aligner_aligns_again(
    trees: tuple[Path, Path], memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(memory, *trees, PAIR)
    monkeypatch.setattr("amts_ext.alignment.documents.VERSION", "next")
    assert learn(memory, *trees, PAIR).known == 0


def test_humans_units_from_elsewhere_survive_learning(
    trees: tuple[Path, Path], memory: Memory
) -> None:
    memory.store([Unit("Soil", "泥", PAIR, Origin.HUMAN, document="chapter/soil.md")])
    learn(memory, *trees, PAIR)
    (trees[0] / "chapter" / "soil.md").write_text("# 新\n", "utf-8")
    learn(memory, *trees, PAIR)
    assert "泥" in {u.target for u in memory.units()}


def test_a_broken_file_is_named_and_the_others_go_on(
    trees: tuple[Path, Path], memory: Memory
) -> None:
    human, source = trees
    (source / "bad.md").write_text("Fine.\n", "utf-8")
    (human / "bad.md").write_bytes("第一行。\n".encode() + b"\xff\xfe\n")
    (human / "alone_origin.md").write_text("No translation.\n", "utf-8")
    (source / "cells.ipynb").write_text("{}", "utf-8")
    (human / "cells.ipynb").write_text("{", "utf-8")
    report = learn(memory, human, source, PAIR)
    assert report.files == 1 and report.units > 0
    lines = [str(problem) for problem in report.problems]
    assert len(lines) == 3 and all("\n" not in line for line in lines)
    assert any(f"{human / 'bad.md'}:2: not UTF-8" in line for line in lines)
    assert any("alone_origin.md" in line and "alone.md is missing" in line for line in lines)
    assert any("cells.ipynb" in line for line in lines)
    assert any(isinstance(problem, DocumentError) for problem in report.problems)


def test_trees_that_do_not_match_are_refused(trees: tuple[Path, Path], memory: Memory) -> None:
    human, source = trees
    (source / "chapter" / "soil.md").rename(source / "soil.md")
    with pytest.raises(AlignmentError, match="no file here has an original") as caught:
        learn(memory, human, source, PAIR)
    assert str(human) in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(AlignmentError, match="no such folder"):
        learn(memory, human / "missing", source, PAIR)


def test_a_report_counts_by_reason(trees: tuple[Path, Path], memory: Memory) -> None:
    human, source = trees
    (human / "chapter" / "soil.md").write_text("# Soil\n\n把土和堆肥混合，静置。\n", "utf-8")
    report: Report = learn(memory, human, source, PAIR)
    assert report.counts["sentence: not translated"] == 1
    assert report.counts["sentence: merged or split by the human"] == 2
    assert report.counts["sentence: no human partner"] == 1
    lost = next(s for s in report.skips if s.reason is Reason.NO_PARTNER)
    assert (lost.file, lost.line) == (str(source / "chapter" / "soil.md"), 5)


def test_progress_is_told(trees: tuple[Path, Path], memory: Memory) -> None:
    told: list[tuple[str, int, int]] = []
    learn(memory, *trees, PAIR, progress=lambda *step: told.append(step))
    assert told == [("align", 1, 1)]


@pytest.mark.slow
@pytest.mark.shared
def test_most_of_a_real_book_is_found_in_its_human_edition(shared: Path, memory: Memory) -> None:
    """Whole blocks first, then sentences, as a build asks for them."""
    source = shared / "d2l-mini"
    report = learn(memory, shared / "d2l-zh", source, PAIR)
    assert report.files == 122 and report.problems == []
    start = time.process_time()
    assert learn(memory, shared / "d2l-zh", source, PAIR).known == 122
    assert time.process_time() - start < 5
    d2l = formats.get("d2l")
    total = found = 0
    for path in sorted(source.rglob("*.md")):
        document = d2l.read(path.read_text("utf-8"), path.relative_to(source).as_posix())
        sides = [mask(document, "en", g) for g in ("paragraph", "sentence")]
        blocks, sentences = (
            memory.lookup_many(
                [Query(s.tokens, contents_digest(s), document.name, s.block) for s in side], PAIR
            )
            for side in sides
        )
        whole = {s.block for s, unit in zip(sides[0], blocks, strict=True) if unit}
        total += len(sides[1])
        found += sum(
            s.block in whole or unit is not None
            for s, unit in zip(sides[1], sentences, strict=True)
        )
    assert total > 1500 and found / total > 0.9, f"{found} of {total} segments"


def test_no_blank_after_wide_punctuation() -> None:
    """A line break between two Chinese sentences is no blank in the book."""
    original = formats.get("d2l").read("It began here. 2000 years later *it* ended.\n", "a.md")
    human = formats.get("d2l").read("它起源于此。\n2000年后，\n*它*结束了。\n", "a.md")
    units, _ = make_units(original, human, ("en", "zh"), "a.md")
    targets = {unit.target for unit in units}
    assert "它起源于此。2000年后，⟦emphasis1⟧它⟦/emphasis1⟧结束了。" in targets


def test_the_blank_of_a_role_after_a_bracket_stays() -> None:
    """docutils reads no role right after a closing bracket, wide or not."""
    original = formats.get("d2l").read("The bag model (CBOW) :cite:`A.B` is old.\n", "a.md")
    human = formats.get("d2l").read("词袋模型（CBOW） :cite:`A.B`很老。\n", "a.md")
    units, _ = make_units(original, human, ("en", "zh"), "a.md")
    assert {unit.target for unit in units} == {"词袋模型（CBOW） ⟦role1⟧很老。"}
