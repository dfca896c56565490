"""Editions: the same book in several languages, and the ways from one to another.

Every page says in its head which other languages it is there in (``hreflang``, which search engines
read), and shows a *language switcher*. A page of a site in front of all editions leads a reader to
the one in the reader's own language.

>>> editions = laid_out("html", "en", ["zh", "es"], current="zh")
>>> print(head(editions, "mean.html"))
<link rel="alternate" hreflang="en" href="../../html/mean.html">
<link rel="alternate" hreflang="zh" href="mean.html">
<link rel="alternate" hreflang="es" href="../../es/html/mean.html">
<link rel="alternate" hreflang="x-default" href="../../html/mean.html">
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from os.path import normpath
from pathlib import Path

SWITCHER = "amts-languages"
"""The class of the language switcher."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The book in one language."""

    language: str
    """Its code (BCP 47)."""
    address: str
    """The address of its pages as seen from the top folder of the edition that is built, with a
    slash at its end: ``../../es/html/`` or ``https://es.book.org/``; empty: it is this edition."""
    is_source: bool = False
    """True for the language that the authors write."""

    @property
    def name(self) -> str:
        """The language's name in the language itself.

        >>> Edition("pt", "").name, Edition("zh", "").name
        ('português', '中文')
        """
        from babel.core import Locale, UnknownLocaleError

        try:
            locale = Locale.parse(self.language, sep="-")
        except (UnknownLocaleError, ValueError):
            return self.language
        return locale.get_language_name(self.language) or locale.display_name or self.language

    def of_page(self, page: str) -> str:
        """Return the address of a page as seen from that page in this edition.

        >>> Edition("es", "../../es/html/").of_page("chapter/mean.html")
        '../../../es/html/chapter/mean.html'
        """
        if not self.address:
            return page.rpartition("/")[2] or "./"
        up = "" if "//" in self.address else "../" * page.count("/")
        return f"{up}{self.address}{page}"


def laid_out(name: str, source: str, langs: Sequence[str], current: str) -> list[Edition]:
    """Return the editions of a book as ``amts build`` lays them out, the source first.

    ``name`` is the folder of the pages: a language's are in ``_build/<language>/<name>``, the
    source's in ``_build/<name>``. ``current`` is the language that is built.
    """
    up = "../" if current == source else "../../"
    places = {source: f"{up}{name}/", **{lang: f"{up}{lang}/{name}/" for lang in langs}}
    return given({**places, current: ""}, source)


def built(editions: Sequence[Edition], folder: Path) -> list[Edition]:
    """Return the editions that pages may link to: all but a source that was not built.

    ``folder`` is that of the pages of the edition that is built now.
    """
    return [
        edition
        for edition in editions
        if not edition.is_source
        or "//" in edition.address
        or Path(normpath(folder / edition.address / "index.html")).is_file()
        or not edition.address
    ]


def given(addresses: Mapping[str, str], source: str) -> list[Edition]:
    """Return the editions at these addresses, by language."""
    return [
        Edition(lang, place and f"{place.rstrip('/')}/", lang == source)
        for lang, place in addresses.items()
    ]


def head(editions: Sequence[Edition], page: str) -> str:
    """Return the links for the head of a page, to the same page in all languages."""
    links = [(e.language, e.of_page(page)) for e in editions]
    links += [("x-default", e.of_page(page)) for e in editions if e.is_source]
    return "\n".join(
        f'<link rel="alternate" hreflang="{escape(language)}" href="{escape(address)}">'
        for language, address in links
    )


def switcher(editions: Sequence[Edition], page: str) -> str:
    """Return the language switcher of a page: one link for each language, in its own name.

    >>> print(switcher(laid_out("html", "en", ["es"], current="es"), "mean.html"))
    <nav class="amts-languages" aria-label="English, español"><a lang="en" hreflang="en" \
href="../../html/mean.html">English</a> · <b lang="es" aria-current="true">español</b></nav>
    """
    items = []
    for edition in editions:
        code, name = escape(edition.language), escape(edition.name)
        if edition.address:
            address = escape(edition.of_page(page))
            items.append(f'<a lang="{code}" hreflang="{code}" href="{address}">{name}</a>')
        else:
            items.append(f'<b lang="{code}" aria-current="true">{name}</b>')
    names = escape(", ".join(edition.name for edition in editions))
    return f'<nav class="{SWITCHER}" aria-label="{names}">{" · ".join(items)}</nav>'


def original(editions: Sequence[Edition], page: str) -> str:
    """Return a link to a page's original; empty if it is this page, or not known."""
    found = [e for e in editions if e.is_source and e.address]
    return "".join(
        f'<a class="amts-original" rel="alternate" hreflang="{e.language}" lang="{e.language}" '
        f'href="{escape(e.of_page(page))}">{escape(e.name)}</a>'
        for e in found
    )


def direction(language: str) -> str:
    """Return the direction of a language's script.

    >>> direction("zh"), direction("ar")
    ('ltr', 'rtl')
    """
    from babel.core import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(language.replace("-", "_")).text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


_SITE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{links}
<script>
const places = {places};
const wanted = (navigator.languages || [navigator.language]).map((code) => code.toLowerCase());
const found = wanted.flatMap((code) => [code, code.split("-")[0]]).find((code) => places[code]);
if (found) location.replace(places[found] + location.hash);
</script>
</head>
<body>
<h1>{title}</h1>
<ul>
{items}
</ul>
</body>
</html>
"""


def site_index(title: str, editions: Sequence[Edition], page: str = "index.html") -> str:
    """Return the page in front of all editions: it leads to the reader's language.

    A browser goes on to the first of its languages that the book has. Without a script, and for a
    reader with another language, the page lists them all.
    """
    source = next((e.language for e in editions if e.is_source), "en")
    places = {e.language.lower(): e.of_page(page) for e in editions}
    items = [
        f'<li><a lang="{escape(e.language)}" hreflang="{escape(e.language)}" '
        f'href="{escape(e.of_page(page))}">{escape(e.name)}</a></li>'
        for e in editions
    ]
    return _SITE.format(
        language=escape(source),
        title=escape(title),
        links=head(editions, page),
        places=json.dumps(places).replace("<", "\\u003c"),
        items="\n".join(items),
    )
