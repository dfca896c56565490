"""A book is read once in a build, and a build that has nothing to send loads nothing to send it."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from support.program import finish, start
from support.pseudo import identity, upper

from amts_ext import files, plugins
from amts_ext.config import load
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.model import Origin, Unit
from amts_ext.pipeline import Pipeline, pipeline
from amts_ext.pipeline.book import Book
from amts_ext.text import outcome, reading
from amts_ext.text.masking import mask
from amts_ext.text.outcome import Source
from amts_ext.text.reading import Reader
from amts_ext.translators.embedded import embedded
from amts_ext.translators.function import Function

CONFIG = "[project]\ntitle = A Book\n[build]\nnotebooks = *.md\n[amts]\nlangs = pt, es\n"
TEXTS = {f"{n}.md": f"# Part {n}\n\nA dog {n} barks. It **waits**.\n" for n in range(3)}


class Billed(Function):
    """A translator that takes all languages at once, as one that costs money does."""

    @property
    def billed(self) -> dict[str, int]:  # type: ignore[override]
        return {}


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    (tmp_path / "config.ini").write_text(CONFIG, "utf-8")
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, "utf-8")
    return [Source(name, tmp_path / name, "d2l") for name in TEXTS]


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file was read."""
    count: Counter[str] = Counter()

    def counted(path: Path) -> str:
        count[path.name] += 1
        return files.read_text(path)

    monkeypatch.setattr(outcome, "read_text", counted)
    return count


def build(root: Path, sources: list[Source], translator: Function) -> list[str]:
    """All documents in both languages."""
    with Book(load(root / "config.ini"), translator=translator) as book:
        book.fetch(sources, ["pt", "es"])
        results = [book.pipeline(lang).translate(sources) for lang in ("pt", "es")]
    return [document.text for result in results for document in result.documents]


@pytest.mark.parametrize("kind", [Billed, Function])
def test_a_book_is_read_once_for_all_languages(
    tmp_path: Path, sources: list[Source], loads: Counter[str], kind: type[Function]
) -> None:
    texts = build(tmp_path, sources, kind(upper))
    assert loads == dict.fromkeys(TEXTS, 1)
    assert texts[0] == texts[3] == "# PART 0\n\nA DOG 0 BARKS. IT **WAITS**.\n"


@pytest.mark.parametrize(("module", "limit"), [(reading, "KEPT"), (pipeline, "MANY")])
def test_a_book_too_large_to_keep_is_read_again_and_is_the_same(
    tmp_path: Path,
    sources: list[Source],
    loads: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    limit: str,
) -> None:
    whole = build(tmp_path, sources, Billed(upper, "whole"))
    monkeypatch.setattr(module, limit, 0)
    loads.clear()
    assert build(tmp_path, sources, Billed(upper, "cut")) == whole
    assert loads == dict.fromkeys(TEXTS, 4), "counted and written in two languages"


def test_what_was_estimated_is_what_is_written(tmp_path: Path, sources: list[Source]) -> None:
    with Book(load(tmp_path / "config.ini"), translator=Billed(upper)) as book:
        book.fetch(sources, ["pt"])
        (tmp_path / "0.md").write_text("Nobody has paid for this.\n", "utf-8")
        result = book.pipeline("pt").translate(sources)
    assert result.problems == []
    assert result.documents[0].text.startswith("# PART 0")


def test_a_file_that_changes_between_two_runs_is_read_again(
    tmp_path: Path, sources: list[Source]
) -> None:
    with Book(load(tmp_path / "config.ini"), translator=Billed(upper)) as book:
        book.fetch(sources, ["pt"])
        (tmp_path / "0.md").write_text("A cat.\n", "utf-8")
        book.fetch(sources, ["pt"])
        assert book.pipeline("pt").translate(sources).documents[0].text == "A CAT.\n"


def test_counting_what_is_missing_agrees_with_translating(memory: Memory) -> None:
    """Without human units the count makes no translations, with them it has to."""
    sources = [Source(name, text, "md") for name, text in TEXTS.items()]
    made = Pipeline("en", "pt", profiles.load("pt"), memory, Function(identity))
    made.translate(sources[:2])
    for human in (False, True):
        if human:
            memory.store([Unit("A dog 2 barks.", "O cão 2 late.", ("en", "pt"), Origin.HUMAN)])
        missing, result = made.missing(sources)
        assert list(missing) == ["Part 2"] + ["A dog 2 barks."] * (not human)
        assert result.counts["memory"] == 7 and result.counts["human"] == human


def test_a_reader_that_keeps_nothing_reads_every_time(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    source = Source("a.md", path, "md")
    path.write_text("A dog.\n", "utf-8")
    reader, keeper = Reader("en"), Reader("en", keep=True)
    first = [r.read(source).document.text for r in (reader, keeper)]
    path.write_text("A cat.\n", "utf-8")
    then = [r.read(source).document.text for r in (reader, keeper)]
    assert (first, then) == (["A dog.\n"] * 2, ["A cat.\n", "A dog.\n"])
    keeper.forget()
    assert keeper.read(source).document.text == "A cat.\n"


# --- what a remembered build loads ---------------------------------------------------------------

HEAVY = ("boto3", "botocore", "moto", "rapidfuzz", "tqdm", "filelock", "amts_ext.alignment")
BUILD = f"""
import sys
from amts_ext import translate_book
result = translate_book("config.ini", ["pt"])["pt"]
print(dict(result.counts), sorted(set({HEAVY!r}) & set(sys.modules)))
"""


def test_a_remembered_build_loads_nothing_to_send_with(
    tmp_path: Path, sources: list[Source]
) -> None:
    translator = embedded()
    signature = translator.signature("en", "pt")
    reader = Reader("en")
    segments = [s for source in sources for s in mask(reader.read(source).document, "en")]
    with Memory(load(tmp_path / "config.ini").memory) as memory:
        memory.store(
            Unit(s.tokens, s.tokens, ("en", "pt"), Origin.MACHINE, signature) for s in segments
        )
    done = finish(start(tmp_path, "-c", BUILD))
    assert done.out == "{'memory': 9} []\n", done.err


@pytest.mark.parametrize("kind", ["formats", "translators", "engines"])
def test_plugins_are_those_of_the_installed_distributions(kind: str) -> None:
    group = f"amts_ext.{kind}"
    assert plugins.registered(group) == {e.name: e for e in entry_points(group=group)}
    assert plugins.registered(group), "the project's own"
