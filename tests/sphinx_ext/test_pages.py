"""Pages of the Sphinx extension: languages, sources, themes, direction."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("myst_nb", reason="myst-nb is not installed: pip install 'amts-ext[test]'")

from support.sphinx_books import build, make_book

pytestmark = [pytest.mark.slow, pytest.mark.book]
NAMES = ["chapter/mean", "chapter/spread", "index"]


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A book of plain MyST that is not built yet."""
    return make_book(tmp_path / "plain", "myst_parser")


def test_pages_show_languages_and_sources(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"amts_langs": ["zh", "es"], "amts_page_source": True}
    done = build(plain, monkeypatch=monkeypatch, **options)
    page = done.page("chapter/mean")
    assert '<link rel="alternate" hreflang="es" href="../../../es/html/chapter/mean.html">' in page
    assert 'hreflang="en"' not in page, "the source is not built"
    build(plain, "en", monkeypatch=monkeypatch, **options)
    done = build(plain, monkeypatch=monkeypatch, **options)
    page = done.page("chapter/mean")
    assert done.read == []
    assert '<link rel="alternate" hreflang="en" href="../../../html/chapter/mean.html">' in page
    assert page.count('<nav class="amts-languages"') == 1
    assert 'title="It is small again."' in page
    english = build(plain, "en", monkeypatch=monkeypatch, **options)
    page = english.page("index")
    assert '<a lang="zh" hreflang="zh" href="../zh/html/index.html">中文</a>' in page
    assert "amts-machine" not in page
    for switcher, count in (("page", 1), ("none", 0)):
        done = build(plain, monkeypatch=monkeypatch, amts_switcher=switcher, **options)
        assert done.read == []
        assert done.page("index").count('<nav class="amts-languages"') == count
        assert done.document("index").count('<nav class="amts-languages"') == count


def test_a_site_with_addresses_of_its_own(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = {"en": "https://mean.example/", "zh": "https://zh.mean.example/"}
    done = build(plain, monkeypatch=monkeypatch, amts_addresses=places)
    page = done.page("chapter/mean")
    assert 'hreflang="en" href="https://mean.example/chapter/mean.html"' in page
    assert 'hreflang="x-default" href="https://mean.example/chapter/mean.html"' in page
    only = {"en": "https://mean.example/"}
    done = build(plain, monkeypatch=monkeypatch, amts_addresses=only, amts_langs=["zh", "es"])
    page = done.page("chapter/mean")
    assert 'hreflang="en" href="https://mean.example/chapter/mean.html"' in page
    assert 'hreflang="es" href="../../../es/html/chapter/mean.html"' in page
    assert page.count('<nav class="amts-languages"') == 1


THEMES = {
    "alabaster": "alabaster",
    "furo": "furo",
    "pydata_sphinx_theme": "pydata_sphinx_theme",
    "sphinx_book_theme": "sphinx_book_theme",
    "mxtheme": "mxtheme",
}


@pytest.mark.parametrize("theme", THEMES)
def test_each_theme_shows_the_switcher_once(
    theme: str, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(THEMES[theme], reason=f"the theme {theme} is not installed")
    options: dict[str, object] = {"html_theme": theme, "amts_langs": ["zh", "es"]}
    if theme == "mxtheme":
        options["html_theme_path"] = [str(Path(pytest.importorskip("mxtheme").__file__).parent)]
        options["extensions"] = ["myst_parser", "mxtheme", "amts_ext"]
    done = build(plain, monkeypatch=monkeypatch, **options)
    for name in NAMES:
        page = done.page(name)
        shown = re.findall(r'<nav class="amts-languages".*?</nav>', page)
        assert len(shown) == 1, name
        assert 'lang="es"' in shown[0]
        assert page.index("</head>") < page.index(shown[0])
        assert page.count('<link rel="alternate" hreflang="es"') == 1


def test_a_script_from_right_to_left(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No such language has a profile yet, so the direction is told as if Chinese had it."""
    from amts_ext.sphinx_ext import pages

    monkeypatch.setattr(pages.editions, "direction", lambda language: "rtl")
    done = build(plain, monkeypatch=monkeypatch)
    page = done.page("chapter/mean")
    assert '<html dir="rtl" lang="zh-CN"' in page
    assert '<div dir="rtl">' in page
