"""Built pages keep the source's ids: in the right titles, once, and what is dead is told."""

from __future__ import annotations

from pathlib import Path

from support.program import write

from amts_ext import formats
from amts_ext.pages.ids import SourceIds, with_ids
from amts_ext.text.outcome import TranslatedDocument

PAGE = """<section id="id1">
<span id="sec-a"></span><h1>甲</h1>
<section id="id2">
<h2>乙</h2>
<p class="rubric" id="id3">丙</p>
<p><a class="reference external" href="{}">x</a></p>
</section>
</section>
"""


def noted(**texts: str) -> SourceIds:
    ids = SourceIds()
    for name, text in texts.items():
        source = formats.get("d2l").read(text)
        ids.add(TranslatedDocument(f"{name}.ipynb", text, source, text))
    return ids


def test_each_title_gets_its_id_and_a_second_time_changes_nothing() -> None:
    page = with_ids(PAGE, ["a", None, "c&d"])
    assert '<section id="id1"><span class="amts-id" id="a"></span>\n<span id="sec-a">' in page
    assert '<p class="rubric" id="id3"><span class="amts-id" id="c&amp;d"></span>丙' in page
    assert with_ids(page, ["a", None, "c&d"]) == page
    assert with_ids(page, [None, None, None]) == PAGE


def test_an_id_that_the_page_has_is_not_given_twice() -> None:
    page = with_ids(PAGE, ["sec-a", "b", "b"])
    assert page.count('id="sec-a"') == page.count('id="b"') == 1


def test_a_page_with_other_titles_stays_and_links_to_it_are_told(
    tmp_path: Path,
) -> None:
    ids = noted(a="# A\n\n## B\n\n## C\n", b="# A\n\n## B\n")
    write(
        tmp_path,
        {
            "a.html": PAGE.format("b.html#b"),
            "b.html": PAGE.format("a.html#b"),
            "c.html": PAGE.format("a.html#nowhere"),
        },
    )
    problems = ids.keep(tmp_path)
    assert [(p.file, p.message) for p in problems] == [
        (str(tmp_path / "a.html"), "the link b.html#b leads to no title; give the title a label")
    ]
    assert (tmp_path / "b.html").read_text("utf-8") == PAGE.format("a.html#b")
    assert (tmp_path / "a.html").read_text("utf-8").count("amts-id") == 3


def test_the_tab_with_as_many_titles_as_the_page_is_taken(tmp_path: Path) -> None:
    ids = noted(a="# One\n")
    for text in ("# Two\n\n# Three\n\n# Four\n", "# Five\n"):
        source = formats.get("d2l").read(text)
        ids.add(TranslatedDocument("a.ipynb", text, source, text))
    write(tmp_path, {"a.html": PAGE.format("#three")})
    assert ids.keep(tmp_path) == []
    assert 'id="three"' in (tmp_path / "a.html").read_text("utf-8")
