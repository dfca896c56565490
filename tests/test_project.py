"""A book is what its build tool says: d2lbook's patterns and tabs, or a plain folder's files."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from support.book import make_book
from support.places import ROOT
from support.program import amts, notebook, write
from support.pseudo import upper

from amts_ext import formats, project, translate_book, translate_file
from amts_ext.config import load
from amts_ext.d2lbook_ext.project import D2lbook
from amts_ext.errors import ConfigError, InputError
from amts_ext.human import learn
from amts_ext.memory import Memory
from amts_ext.project import Folder, Project, around, book_config, is_book, open_project
from amts_ext.translators.function import Function


def plain(root: Path) -> Path:
    return write(
        root,
        {
            "config.ini": "[amts]\nlangs = pt\n",
            "a.md": "See $ x $ there.\n",
            "deep/b.ipynb": notebook(("markdown", "One sentence.")),
            ".hidden/c.md": "Never.\n",
            "_build/d.md": "Built.\n",
            "note.txt": "No document.\n",
        },
    )


@pytest.fixture(params=[make_book, plain])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make: Callable[[Path], Path] = request.param
    return make(tmp_path / "book")


def test_a_project_gives_documents_that_their_formats_read(book: Path) -> None:
    found: Project = open_project(load(book / "config.ini"))
    documents = found.documents()
    names = [Path(document.name) for document in documents]
    assert names and names == sorted(names) and len(names) == len(set(names))
    for document in (*documents, *found.built()):
        assert not Path(document.name).is_absolute()
        assert formats.get(document.format).read(document.load(), document.name).blocks
    assert found.markdown in formats.available()


def test_both_kinds_are_registered_and_found_by_where_they_lie(tmp_path: Path) -> None:
    d2lbook, folder = make_book(tmp_path / "one"), plain(tmp_path / "two")
    alone = write(tmp_path / "three", {"a.md": "Alone.\n"})
    assert isinstance(around(d2lbook / "chapter" / "first.md"), D2lbook)
    assert isinstance(around(d2lbook / "chapter"), D2lbook)
    assert isinstance(around(folder / "deep" / "b.ipynb"), Folder)
    assert [d.name for d in around(alone / "a.md").documents()] == ["a.md"]
    assert [d.name for d in around(folder / "deep").documents()] == ["a.md", "deep/b.ipynb"]


def test_a_configuration_that_cannot_be_read_is_no_books(tmp_path: Path) -> None:
    write(tmp_path, {"config.ini": b"[build]\n\xff\n", "a.md": "One.\n"})
    assert isinstance(around(tmp_path / "a.md"), Folder)


def test_a_kind_of_another_distribution_comes_before_the_plain_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wiki(Folder):
        markdown = "d2l"

    class Entry:
        def load(self) -> type[Wiki]:
            return Wiki

    kinds = {**project.registered(project.GROUP), "wiki": Entry()}
    monkeypatch.setattr(project, "registered", lambda group: kinds)
    write(tmp_path, {"config.ini": "[amts]\nlangs = pt\n", "a.md": "See $ x $ there.\n"})
    translate_file(tmp_path / "a.md", tmp_path / "out.md", target="pt", translate=upper)
    assert (tmp_path / "out.md").read_text() == "SEE $ X $ THERE.\n"


def test_a_plain_folder_is_translated_in_plain_markdown(tmp_path: Path) -> None:
    root = plain(tmp_path)
    translate_book(root / "config.ini", translator=Function(upper))
    out = root / "_build/translated/pt"
    assert (out / "a.md").read_text() == "SEE $ x $ THERE.\n", "no formula to pandoc"
    assert "ONE SENTENCE." in (out / "deep/b.ipynb").read_text()
    assert sorted(p.name for p in out.rglob("*") if p.is_file()) == ["a.md", "b.ipynb"]


def test_a_plain_folder_is_planned_without_a_title(tmp_path: Path) -> None:
    from amts_ext.pipeline.book import Book
    from amts_ext.pipeline.plan import plan_book

    with Book(load(plain(tmp_path) / "config.ini"), translator=Function(upper)) as book:
        plan = plan_book(book, "pt")
    assert (plan["documents"], plan["segments"]) == (2, 2)


CONF = """import os
project = "Herons"
extensions = ["myst_parser", "amts_ext"]
amts_langs = ["zh", "es"]
amts_human = {"zh": "zh"}
amts_directives = "my-note: body"
amts_memory = os.environ["X"]
"""


def test_a_book_of_sphinx_says_its_configuration_in_its_own_file(tmp_path: Path) -> None:
    write(tmp_path, {"conf.py": CONF, "a.md": ":::{my-note}\nWords.\n:::\n", "zh/a.md": "x\n"})
    config = book_config(tmp_path / "config.ini")
    assert (config.langs, config.human) == (("zh", "es"), {"zh": tmp_path / "zh"})
    assert config.memory == tmp_path / ".amts/memory.sqlite", "what is no literal is not known"
    assert around(tmp_path / "a.md").markdown == "myst?my-note: body"
    assert book_config(tmp_path / "config.ini", langs=["pt"]).langs == ("pt",)
    write(tmp_path, {"config.ini": "[amts]\nlangs = ja\ngranularity = paragraph\n"})
    config = book_config(tmp_path / "config.ini")
    assert (config.langs, config.granularity) == (("zh", "es"), "paragraph")
    (tmp_path / "config.ini").unlink()
    write(tmp_path, {"conf.py": CONF.replace('"es"', '"xx-yy-"')})
    with pytest.raises(ConfigError, match=r"langs: .*xx-yy-"):
        book_config(tmp_path / "config.ini")
    assert not is_book(tmp_path / "zh" / "config.ini")
    with pytest.raises(ConfigError, match="no such file"):
        book_config(tmp_path / "zh" / "config.ini")


def test_a_book_of_sphinx_is_planned_without_a_config_ini(tmp_path: Path) -> None:
    write(tmp_path, {"conf.py": 'project = "Herons"\namts_langs = ["zh"]\n', "a.md": "Words.\n"})
    done = amts(tmp_path, "plan", "--json")
    assert [(p["lang"], p["documents"], p["send"]) for p in done.json] == [("zh", 1, 2)]


def test_a_human_translation_is_read_in_the_notation_of_its_source(tmp_path: Path) -> None:
    source = make_book(tmp_path / "source")
    human = write(tmp_path / "pt", {"chapter/second.md": SECOND})
    with Memory(tmp_path / "memory.sqlite") as memory:
        assert learn(memory, human, source, ("en", "pt")).files == 1
        targets = {unit.target for unit in memory.units()}
    assert "Volte para a ⟦role1⟧." in targets, "the role is no text of its own"


SECOND = """# Segunda seção
:label:`sec_second`

Volte para a :numref:`sec_first`.

```{.python .input}
#@tab beta
print(2)
```
"""


def test_a_tab_that_the_book_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the book has no tab 'gamma'; allowed: alpha, beta, all"):
        D2lbook(make_book(tmp_path), tmp_path / "config.ini").built("gamma")


def test_the_core_knows_no_build_tool() -> None:
    """d2lbook's notation is named by its format and its project only."""
    package = ROOT / "amts_ext"
    own = {package / "formats/d2l.py", package / "formats/ipynb.py"}
    files = [p for p in package.rglob("*.py") if p not in own and p.parent.name != "d2lbook_ext"]
    for path in files:
        constants = (
            n.value for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant)
        )
        assert not {"d2l", "ipynb-d2l"} & {c for c in constants if isinstance(c, str)}, path
