"""The Sphinx extension in real builds of MyST, MyST-NB and nbsphinx; only the translator is a fake.

The translator changes letters and lengths, so no anchor, label or slug stays as it was by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("myst_nb", reason="myst-nb is not installed: pip install 'amts-ext[test]'")

import sphinx
from support import sphinx_books as books
from support.sphinx_books import Built, build, make_book, stretch

from amts_ext.memory import Memory
from amts_ext.model import Origin, Unit
from amts_ext.pages.marks import unmark

pytestmark = [pytest.mark.slow, pytest.mark.book]
KINDS = [
    pytest.param(kind, marks=pytest.mark.skipif(not find_spec(kind), reason=f"no {kind}"))
    for kind in ("myst_parser", "myst_nb", "nbsphinx")
]
NAMES = ["chapter/mean", "chapter/spread", "index"]


@pytest.fixture(scope="module", params=KINDS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Built, Built]]:
    """One book of each kind, in English and in Chinese."""
    book = make_book(tmp_path_factory.mktemp("built") / "book", request.param)
    with pytest.MonkeyPatch.context() as patch:
        english = build(book, "en", monkeypatch=patch)
        chinese = build(book, monkeypatch=patch)
    yield book, english, chinese


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A book of plain MyST that is not built yet."""
    return make_book(tmp_path / "plain", "myst_parser")


def links(built: Built, name: str) -> list[tuple[str, str]]:
    """The page and the fragment of every link inside the book."""
    found = re.findall(
        r'<a class="reference internal"[^>]*href="([^"#]*)(?:#([^"]*))?"', built.document(name)
    )
    here = Path(name).parent
    return [
        ((here / page).as_posix() if page else f"{name}.html", fragment) for page, fragment in found
    ]


def read_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that AMTS reads from now on."""
    from amts_ext.text.outcome import Source
    from amts_ext.text.reading import Masked, Reader

    names: list[str] = []
    read = Reader.read

    def noted(reader: Reader, source: Source) -> Masked:
        names.append(source.name)
        return read(reader, source)

    monkeypatch.setattr(Reader, "read", noted)
    return names


def test_the_book_is_translated_without_a_further_warning(
    built: tuple[Path, Built, Built],
) -> None:
    _, english, chinese = built
    assert english.warnings == chinese.warnings == []
    assert english.read == chinese.read == NAMES
    assert english.asked == []
    assert chinese.batches == 1
    assert len(chinese.asked) == len(set(chinese.asked)) > 15
    page = chinese.page("chapter/mean")
    assert 'lang="zh-CN"' in page
    assert "yitxu <strong>dtqfxu</strong>" in page
    assert "divided by its length" not in page
    assert "<title>" in page
    assert "The mean" not in page, "the project's title is translated too"


def test_all_links_resolve(built: tuple[Path, Built, Built]) -> None:
    _, english, chinese = built
    for name in NAMES:
        own, translated = links(english, name), links(chinese, name)
        assert [page for page, _ in own] == [page for page, _ in translated]
        for page, fragment in translated:
            goal = (chinese.out / page).resolve()
            assert goal.is_file()
            assert not fragment or f'id="{fragment}"' in goal.read_text("utf-8"), fragment
    assert [f for _, f in links(chinese, "index") if f], "some lead to a title"


def test_addresses_of_other_sites_keep_working(built: tuple[Path, Built, Built]) -> None:
    _, english, chinese = built
    for name in NAMES:
        ids = set(re.findall(r'\sid="([^"]+)"', english.document(name)))
        assert ids <= set(re.findall(r'\sid="([^"]+)"', chinese.document(name)))


def test_code_and_outputs_are_the_same(built: tuple[Path, Built, Built]) -> None:
    _, english, chinese = built
    pattern = re.compile(r"<pre>.*?</pre>", re.DOTALL)
    code = pattern.findall(english.page("chapter/spread"))
    assert code
    assert pattern.findall(chinese.page("chapter/spread")) == code


def test_two_readers_make_what_one_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sphinx reads in parallel from six documents on."""
    book = make_book(tmp_path / "book", "myst_nb")
    for number in range(6):
        text = f"# Page {number}\n\nThis is page {number}; see [one](mean.md#summary).\n"
        (book / f"chapter/more{number}.md").write_text(text, "utf-8")
    index = book / "index.md"
    more = "\n".join(f"chapter/more{n}" for n in range(6))
    index.write_text(
        index.read_text("utf-8").replace("chapter/spread\n", f"chapter/spread\n{more}\n")
    )
    pages = {}
    for jobs in (1, 2):
        out = book / f"_build/{jobs}/zh/html"
        options = {"out": out, "doctrees": book / f"_build/{jobs}/doctrees", "jobs": jobs}
        done = build(book, monkeypatch=monkeypatch, **options)
        assert done.warnings == []
        pages[jobs] = {p.relative_to(out): p.read_text("utf-8") for p in out.rglob("*.html")}
    assert len(pages[1]) > 8
    assert pages[1] == pages[2]


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_later_build_reads_exactly_what_has_changed(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = make_book(tmp_path / "book", kind)
    assert build(book, monkeypatch=monkeypatch).read == NAMES
    again = build(book, monkeypatch=monkeypatch)
    assert (again.read, again.asked, again.warnings) == ([], [], [])

    path = book / "chapter/mean.md"
    path.write_text(path.read_text("utf-8") + "\nOne sentence more.\n", "utf-8")
    done = build(book, monkeypatch=monkeypatch)
    assert (done.read, done.asked) == (["chapter/mean"], ["One sentence more."])
    assert build(book, monkeypatch=monkeypatch).read == [], "what it stored changed no other page"

    looked_at = read_by(monkeypatch)
    build(book, monkeypatch=monkeypatch)
    assert [name for name in looked_at if name.startswith("chapter")] == [], "nothing had changed"

    spread = Unit("A list has a width.", "一列数有宽度。", ("en", "zh"), Origin.HUMAN)
    elsewhere = Unit("Elsewhere.", "别处。", ("en", "zh"), Origin.HUMAN)
    for unit, read in ((spread, ["chapter/spread"]), (elsewhere, [])):
        with Memory(book / ".amts/memory.sqlite") as memory:
            memory.store([unit])
        done = build(book, monkeypatch=monkeypatch)
        assert (done.read, done.asked) == (read, [])
    marked = '<span class="amts-human" id="amts-2">一列数有宽度。</span >'
    assert marked in done.page("chapter/spread")
    assert build(book, monkeypatch=monkeypatch).read == []


def test_nothing_is_executed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MyST-NB's cache knows a notebook by its code, which a translation does not change."""
    book = make_book(tmp_path / "book", "myst_nb")
    assert "Executing notebook" in build(book, "en", monkeypatch=monkeypatch).said
    chinese = build(book, monkeypatch=monkeypatch)
    assert "Executing notebook" not in chinese.said
    assert "Using cached" in chinese.said


def test_a_slug_function_of_the_project_is_asked(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plain / "own_slugs.py").write_text("def slug(title):\n    return 'x' + str(len(title))\n")
    monkeypatch.syspath_prepend(str(plain))
    index = plain / "index.md"
    index.write_text(
        "# The mean and its kin\n\n[Up](#x20)\n\n```{toctree}\nchapter/mean\nchapter/spread\n```\n"
    )
    for page in ("mean", "spread"):
        (plain / f"chapter/{page}.md").write_text(f"# The {page}\n\n[Top](../index.md#x20)\n")
    value = {"myst_heading_slug_func": "own_slugs.slug"}
    for language in ("en", "zh"):
        done = build(plain, language, monkeypatch=monkeypatch, **value)
        assert done.warnings == []
        assert [f for _, f in links(done, "chapter/mean") if f]


def test_words_outside_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of contents of sphinx-external-toc, and substitutions."""
    pytest.importorskip("sphinx_external_toc")
    book = make_book(
        tmp_path / "book",
        "myst_parser",
        external_toc_path="_toc.yml",
        myst_enable_extensions=["substitution"],
        myst_substitutions={"name": "the arithmetic mean"},
    )
    conf = book / "conf.py"
    conf.write_text(
        conf.read_text("utf-8").replace("['myst_parser'", "['sphinx_external_toc', 'myst_parser'")
    )
    (book / "_toc.yml").write_text(
        "root: index\nsubtrees:\n- caption: The first part\n  entries:\n"
        "  - file: chapter/mean\n    title: A short title\n  - file: chapter/spread\n"
        "  - url: https://example.org\n    title: Another book\n"
    )
    (book / "index.md").write_text("# The mean\n\nThis is about {{ name }}.\n")
    english = build(book, "en", monkeypatch=monkeypatch)
    assert "The first part" in english.page("index")
    chinese = build(book, monkeypatch=monkeypatch)
    assert chinese.warnings == english.warnings
    assert chinese.batches == 1
    for words in ("The first part", "A short title", "Another book", "the arithmetic mean"):
        assert stretch([words])[0] in chinese.page("index"), words
    again = build(book, monkeypatch=monkeypatch)
    assert (again.read, again.asked) == ([], [])
    assert "targets for 0 source files" in again.said


def test_a_broken_file_is_told_once_and_the_build_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sphinx.version_info >= (9,):
        pytest.skip("Sphinx 9 itself stops at a file that is not UTF-8")
    book = make_book(tmp_path / "book", "myst_parser")
    (book / "chapter/mean.md").write_bytes(b"# The mean\n\nA \xff byte.\n")
    english, chinese = (build(book, lang, monkeypatch=monkeypatch) for lang in ("en", "zh"))
    assert english.warnings
    (more,) = [w for w in chinese.warnings if w not in english.warnings]
    assert "mean.md:3: WARNING:" in more
    assert "not UTF-8" in more
    assert stretch(["Where to go on"])[0] in chinese.page("index")


def test_what_is_not_translated_is_one_warning(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(texts: list[str]) -> list[str]:
        return ["" if "small" in text else stretch([text])[0] for text in texts]

    done = build(plain, translate=deaf, monkeypatch=monkeypatch)
    first, *places = done.warnings
    assert "chapter/mean.md:11: WARNING: rejected, the translation is empty (2):" in first
    assert [place.strip().removesuffix(" [amts.untranslated]") for place in places] == [
        "chapter/mean.md:11: It is small.",
        "chapter/mean.md:15: It is small again.",
    ]
    assert 'lang="en">It is small' in done.page("chapter/mean")


def test_a_frozen_build_asks_nobody(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sphinx.errors import ExtensionError

    with pytest.raises(ExtensionError, match=r"segments are not in the memory(.|\n)*index\.md:"):
        build(plain, monkeypatch=monkeypatch, amts_frozen=True)
    build(plain, monkeypatch=monkeypatch)
    assert build(plain, monkeypatch=monkeypatch, amts_frozen=True).asked == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"language": "xx"}, "unknown language 'xx'; profiles exist for"),
        ({"amts_drafts": "some"}, "drafts: 'some' is not allowed; allowed: all or sure or none"),
        ({"amts_human": {"zh": "nowhere"}}, "human_zh: 'nowhere' is not allowed"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(
    plain: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, object], said: str
) -> None:
    from sphinx.errors import ExtensionError

    with pytest.raises(ExtensionError, match=re.escape(said)):
        build(plain, monkeypatch=monkeypatch, **{"language": "zh", **values})


def test_a_humans_translation_comes_first(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    human = plain.parent / "plain-zh"
    (human / "chapter").mkdir(parents=True)
    source = """# 均值

一列数的**均值**是它们的和除以它们的个数。

## 两种均值

其中一种是 $\\bar x$；见[离散程度](spread.md#how-wide-it-is)和[首页](../index.md)。

## 小结

它很小。

## 小结

它又很小。
"""
    (human / "chapter/mean.md").write_text(source, "utf-8")
    values = {"amts_human": {"zh": str(human)}}
    done = build(plain, monkeypatch=monkeypatch, **values)
    assert done.warnings == []
    assert "其中一种是" in done.page("chapter/mean")
    (human / "chapter/mean.md").write_text(source.replace("首页", "封面"), "utf-8")
    done = build(plain, monkeypatch=monkeypatch, **values)
    assert done.read == ["chapter/mean"]
    assert "封面" in done.page("chapter/mean")
    left = "The **mean** of a list is its sum, divided by its length."
    text = source.replace("一列数的**均值**是它们的和除以它们的个数。", left)
    (human / "chapter/mean.md").write_text(text, "utf-8")
    done = build(plain, monkeypatch=monkeypatch, **values)
    (said,) = [line for line in done.warnings if "WARNING" in line]
    place = human / "chapter/mean.md"
    assert said.endswith(
        "mean.md:3: WARNING: chapter/mean.md:3: human text is not used: "
        f"a human left this in the source's language at {place}:3: {left}"
    )


def test_marks_are_all_that_pages_have_more(
    built: tuple[Path, Built, Built], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A translation that is the source's own text makes the source's own page, but for marks."""
    book = books.copy(built[0], tmp_path / "same")
    done = build(
        book, translate=list, monkeypatch=monkeypatch, amts_memory="other.sqlite", language="zh"
    )
    assert done.warnings == []
    for name in NAMES:
        text = re.sub(r'\n<p role="note".*', "", unmark(done.document(name)))
        text = re.sub(r'title="[^"]*"', "", text)
        assert text.count("<p>") == built[1].document(name).count("<p>")
