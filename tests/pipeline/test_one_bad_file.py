"""Whatever exception one file raises is that file's problem; the others go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.program import write
from support.pseudo import identity

from amts_ext import human
from amts_ext.api import make_pipeline
from amts_ext.checks import review
from amts_ext.errors import DocumentError, TranslatorError, of_document
from amts_ext.formats.markdown import Markdown
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.pages import finishing as html_pages
from amts_ext.parallel_data.gathering import Gathered, Texts, documents
from amts_ext.text.outcome import Result, Source, TranslatedDocument

BAD = "poison"
GOOD = "The house is big.\n"


def explode(*_: object) -> None:
    raise ZeroDivisionError("one\nand two")


def when_bad(monkeypatch: pytest.MonkeyPatch, name: str, text_of: Callable[..., str]) -> None:
    """Let the method of the format raise where the document holds :data:`BAD`."""
    own = getattr(Markdown, name)

    def method(self: Markdown, *arguments: object) -> object:
        if BAD in text_of(*arguments).lower():
            explode()
        return own(self, *arguments)

    monkeypatch.setattr(Markdown, name, method)


def translated(emit: Callable[[TranslatedDocument], object] | None = None) -> Result:
    pipeline = make_pipeline("en", "pt", lambda texts: [t.upper() for t in texts], None, "sentence")
    texts = {"a.md": GOOD, "b.md": f"A {BAD} here.\n", "c.md": GOOD}
    return pipeline.translate([Source(n, t, "md") for n, t in texts.items()], emit)


def the_problem(result: Result) -> str:
    (problem,) = result.problems
    assert problem.file == "b.md" and result.done == 2
    return problem.reason


WHAT = "cannot be handled (ZeroDivisionError: one and two); repair the file or leave it out, and"


def test_one_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    when_bad(monkeypatch, "read", lambda text, name="": text)
    result = translated()
    assert the_problem(result).startswith(WHAT)
    assert [d.text for d in result.documents] == ["THE HOUSE IS BIG.\n"] * 2


def test_one_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    when_bad(monkeypatch, "write", lambda document, edits: document.text)
    result = translated()
    assert the_problem(result).startswith(WHAT) and len(result.documents) == 2


def test_one_that_cannot_be_looked_up(monkeypatch: pytest.MonkeyPatch, memory: Memory) -> None:
    pipeline = make_pipeline("en", "pt", identity, memory, "sentence")
    own = pipeline._recall.from_memory

    def look(draft: object, *arguments: object, **options: object) -> object:
        return explode() if draft.name == "b.md" else own(draft, *arguments, **options)

    monkeypatch.setattr(pipeline._recall, "from_memory", look)
    result = pipeline.translate([Source(f"{n}.md", GOOD, "md") for n in "abc"])
    assert the_problem(result).startswith(WHAT)


def test_one_whose_place_does_not_take_it() -> None:
    kept = []

    def emit(done: TranslatedDocument) -> None:
        explode() if done.name == "b.md" else kept.append(done.name)

    result = translated(emit)
    assert the_problem(result).startswith(WHAT) and kept == ["a.md", "c.md"]
    assert sum(result.counts.values()) == 2


def test_a_translator_that_fails_is_no_files_problem() -> None:
    def fail(_: list[str]) -> list[str]:
        raise TranslatorError("no answer")

    pipeline = make_pipeline("en", "pt", fail, None, "sentence")
    with pytest.raises(TranslatorError, match="no answer"):
        pipeline.translate([Source("a.md", GOOD, "md")])
    with pytest.raises(KeyboardInterrupt), of_document("a.md"):
        raise KeyboardInterrupt


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Originals and translations, three of each; the second original cannot be read."""
    write(tmp_path, {f"en/{n}.md": GOOD for n in "ac"} | {"en/b.md": f"A {BAD} here.\n"})
    write(tmp_path, {f"pt/{n}.md": "A casa é grande.\n" for n in "abc"})
    when_bad(monkeypatch, "read", lambda text, name="": text)
    return tmp_path / "en", tmp_path / "pt"


def test_learning_goes_on(folders: tuple[Path, Path], memory: Memory) -> None:
    report = human.learn(memory, folders[1], folders[0], ("en", "pt"), "md")
    (problem,) = report.problems
    assert isinstance(problem, DocumentError) and str(problem.file).endswith("b.md")
    assert (report.files, report.units) == (2, 4)


def test_checking_goes_on(folders: tuple[Path, Path]) -> None:
    found = review.check_files(*folders, ("en", "pt"), {})
    (problem,) = found.problems
    assert problem.file.endswith("b.md") and problem.reason.startswith(WHAT)
    assert found.segments == 2


def test_preparing_goes_on(folders: tuple[Path, Path]) -> None:
    gathered = Gathered()
    texts = [
        Texts(f"{n}.md", folders[0] / f"{n}.md", folders[1] / f"{n}.md", (f"{n}.md", f"{n}.md"))
        for n in "abc"
    ]
    documents(gathered, texts, ("en", "pt"))
    (problem,) = gathered.problems
    assert problem.file == "b.md" and len(gathered.candidates) == 2


def test_finishing_pages_goes_on(tmp_path: Path) -> None:
    page = ">Table Of Contents</span>"
    write(tmp_path, {"a.html": page, "b.html": b"caf\xe9", "c.html": page})
    (problem,) = html_pages.finish(tmp_path, profiles.load("pt"), "en", {}).problems
    assert str(problem.file).endswith("b.html")
    texts = {(tmp_path / name).read_text("utf-8") for name in ("a.html", "c.html")}
    assert texts == {">Tabela de Conteúdo</span>"}
