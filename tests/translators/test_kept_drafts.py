"""``[amts] drafts``: what the engine doubts stays out of pages, and is never asked for twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.adapting import chinese, without

pytest.importorskip("thot.common", reason="sil-thot is not installed (extra: adapt)")

from amts_ext import translate_book
from amts_ext.config import load
from amts_ext.errors import ConfigError, FrozenError
from amts_ext.memory import Memory
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.paths import translate_paths
from amts_ext.pipeline.plan import plan_book
from amts_ext.progress import Progress
from amts_ext.text.outcome import Result, by_reason
from amts_ext.translators import embedded
from amts_ext.translators.base import Answers, Request
from amts_ext.translators.embedded import ENGINE, Embedded, Loopback
from amts_ext.translators.lessons import read_pairs

CONFIG = """[project]
name = small
title = small
lang = en

[build]
notebooks = *.md

[amts]
langs = zh
parallel_data = pairs.tsv
{drafts}
"""
SURE = "The variance of $x_7$ is stable."
LESS = "The loss is not small, we stop."
KEPT = "The heron and the **error** change."
TEXT = f"{SURE} {LESS} {KEPT}\n"


class Counting(Embedded):
    """The embedded translator without a network; it counts what it is asked."""

    def __init__(self, book: Path) -> None:
        loopback = Loopback(ENGINE, offline=True, workers=1)
        super().__init__(loopback, ENGINE, pairs=read_pairs(book / "pairs.tsv", "en"))
        self.asked = 0

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        self.asked += len(requests)
        return super().translate(requests, source, progress)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is learned, for all tests of this file."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def book(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.chdir(tmp_path)
    rows = [("en", "zh"), *without(chinese(), SURE).items()]
    Path("pairs.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in rows), "utf-8")
    Path("a.md").write_text(TEXT)
    return tmp_path


def built(book: Path, drafts: str, frozen: bool = False) -> tuple[Result, int, str]:
    """Build with one value of the key: the result, how much was asked, the page."""
    line = f"drafts = {drafts}" if drafts else ""
    Path("config.ini").write_text(CONFIG.format(drafts=line))
    translator = Counting(book)
    result = translate_book("config.ini", translator=translator, frozen=frozen)["zh"]
    return result, translator.asked, Path("_build/translated/zh/a.md").read_text("utf-8")


@pytest.mark.slow
def test_the_key_decides_and_nothing_is_asked_twice(book: Path) -> None:
    first, asked, page = built(book, "")
    assert asked == 3
    assert page == f"$x_7$的方差很稳定。{LESS} {KEPT}\n"
    assert first.counts == {"machine": 1, "draft not kept": 2}
    assert str(first.drafts) == (
        "drafts: 1 of 3 sure; the others stay untranslated ([amts] drafts = all keeps them)"
    )
    reasons = {problem.source: problem.reason for problem in first.problems}
    assert reasons[LESS].startswith("draft not kept, ")
    assert "loses a negation" in reasons[LESS]
    heron = "The heron and the ⟦strong1⟧error⟦/strong1⟧ change."
    assert "keeps words of the source" in reasons[heron]
    assert len(list(by_reason(first.problems))) == 2

    every, asked, page = built(book, "all")
    assert asked == 0
    assert every.counts == {"memory": 3}
    assert not every.problems
    assert str(every.drafts).startswith("drafts: 1 of 3 sure; the others are kept too")
    assert LESS not in page
    assert "heron" in page
    assert "**误差**" in page

    again, asked, page = built(book, "sure", frozen=True)
    assert asked == 0
    assert again.counts == {"memory": 1, "draft not kept": 2}
    assert page == f"$x_7$的方差很稳定。{LESS} {KEPT}\n"

    none, asked, page = built(book, "none", frozen=True)
    assert asked == 0
    assert page == TEXT
    assert none.counts == {"draft not kept": 3}
    assert str(none.drafts) == "drafts: none is made ([amts] drafts = none)"


def test_none_asks_for_nothing_and_trains_nothing(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    result, asked, page = built(book, "none")
    assert (asked, page) == (0, TEXT)
    assert {problem.reason for problem in result.problems} == {
        "draft not kept, no draft is asked for ([amts] drafts = none)"
    }
    assert not list((tmp_path / "empty").rglob("statistical-*"))


@pytest.mark.slow
def test_the_plan_counts_what_a_build_would_do(book: Path) -> None:
    def planned(drafts: str) -> tuple[int, int, int]:
        Path("config.ini").write_text(CONFIG.format(drafts=f"drafts = {drafts}"))
        with Book(load("config.ini"), translator=Counting(book)) as opened:
            plan = plan_book(opened, "zh")
        return plan["memory"], plan["not_kept"], plan["send"]

    title = 1
    assert planned("sure") == (0, 0, 3 + title)
    assert planned("none") == (0, 3 + title, 0)
    built(book, "sure")
    assert planned("sure") == (1, 2, title)
    assert planned("all") == (3, 0, title)
    with pytest.raises(FrozenError):  # the title was never asked for
        Path("a.md").write_text("The loss of the norm.")
        built(book, "sure", frozen=True)


@pytest.mark.slow
def test_files_outside_a_book_keep_sure_drafts_only(book: Path) -> None:
    def run(memory: str, drafts: str) -> tuple[Result, str]:
        result = translate_paths(
            [Path("a.md")],
            Path("out"),
            source="en",
            target="zh",
            memory=Path(memory),
            translator=Counting(book),
            drafts=drafts,
        )
        return result, Path("out/a.md").read_text("utf-8")

    result, page = run("one.sqlite", "sure")
    assert LESS in page
    assert result.counts["draft not kept"] == 2
    assert LESS not in run("one.sqlite", "all")[1]
    assert run("two.sqlite", "none")[1] == TEXT


@pytest.mark.slow
def test_the_memory_keeps_a_draft_with_its_doubts(book: Path) -> None:
    built(book, "sure")
    with Memory(".amts/memory.sqlite", read_only=True) as memory:
        doubts = {unit.source: unit.literals for unit in memory.units() if unit.target}
    assert doubts[SURE.replace("$x_7$", "⟦math1⟧")] == ()
    assert any("loses a negation: not" in text for text in doubts[LESS])


@pytest.mark.slow
@pytest.mark.book
def test_pages_and_reports_of_a_build(
    book: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("d2lbook")
    from amts_ext.d2lbook_ext.build import build

    monkeypatch.setattr(
        embedded, "Loopback", lambda engine, offline, workers: Loopback(engine, True, 1)
    )
    pages = {}
    for drafts in ("sure", "all", "none"):
        Path("config.ini").write_text(CONFIG.format(drafts=f"drafts = {drafts}"))
        Path("index.md").write_text(f"# Loss\n\n{TEXT}")
        Path("a.md").unlink(missing_ok=True)
        capfd.readouterr()
        code = build(["eval", "--lang", "zh", "--json"])
        out, err = capfd.readouterr()
        event = json.loads(out.splitlines()[-1])
        pages[drafts] = Path("_build/zh/eval/index.ipynb").read_text("utf-8")
        report = json.loads(Path("_build/zh/report.json").read_text("utf-8"))
        kept = [row for row in report["sentences"] if row["author"] == "draft"]
        assert (code == 0) == (drafts == "all"), err
        assert event["drafts"] == len(kept)
        if drafts == "none":
            assert not kept
            assert "drafts: none is made" in out
            continue
        assert event["unsure_drafts"] == 2
        assert event["sure_drafts"] == event["drafts"] - 2 * (drafts == "all")
        told = [row["reason"] for row in report["sentences"] if row["source"] == LESS]
        assert "loses a negation: not" in told[0]
        assert f"drafts: {event['sure_drafts']} of {event['sure_drafts'] + 2} sure" in out
        assert ("draft not kept, " in err) == (drafts == "sure")
    assert LESS in pages["sure"]
    assert LESS not in pages["all"]
    assert LESS in pages["none"]


def test_another_value_is_one_line(book: Path) -> None:
    Path("config.ini").write_text(CONFIG.format(drafts="drafts = some"))
    with pytest.raises(ConfigError, match=r"config\.ini:12: \[amts\] drafts: 'some' is not"):
        load("config.ini")
