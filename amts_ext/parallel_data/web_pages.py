"""Pairs from crawled web pages in two languages: pages are paired, aligned and kept by subject.

Two pages belong together, in this order, if

- one names the other as its translation (``hreflang``,
  https://html.spec.whatwg.org/#attr-hyperlink-hreflang);
- their addresses differ only in the code of the language: ``/en/about`` and ``/es/about`` (P.
  Resnik, N. A. Smith, "The Web as a Parallel Corpus", Computational Linguistics 29(3), 2003);
- each is nearest in meaning to the other, by sentence embeddings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from amts_ext import files
from amts_ext.alignment import meaning
from amts_ext.errors import DocumentError, InputError, of_document
from amts_ext.languages import identify
from amts_ext.model import Document
from amts_ext.parallel_data import gathering, html_prose, prose
from amts_ext.parallel_data.candidates import Dropped, DropReason
from amts_ext.parallel_data.gathering import Gathered, ReadDocument
from amts_ext.parallel_data.html_prose import WebPage
from amts_ext.progress import Progress
from amts_ext.text.masking import mask

ALIKE = 0.6
"""The cosine of two pages from which on they may be translations. Seen: 0.78 to 0.87 for
translations, at most 0.46 for other pages on one subject."""
NEAR = 0.2
"""The cosine of a page and a seed text from which on the page is on the text's subject."""
MENTIONS = 2
"""The number of words about a subject that a page needs to be on it."""


@dataclass(frozen=True, slots=True)
class _Crawled:
    """One crawled page without menus, footers and advertising."""

    address: str
    """Path in the folder of the crawl, which is the path of the page's address on the web."""
    place: str
    """The file as a person is shown it."""
    page: WebPage


def gather(
    gathered: Gathered,
    folder: Path,
    languages: tuple[str, str],
    about: str = "",
    progress: Progress | None = None,
    *,
    granularity: str = "sentence",
) -> None:
    """Add the pairs of the pages in ``folder`` that translate one another.

    ``about`` is a subject: words separated by commas, or the path of a seed text. Pairs of pages on
    other subjects are dropped. A page that cannot be read is noted as a problem; one without a
    partner is listed.

    Raises :class:`InputError` if a language has no page, and without the extra ``web``.
    """
    gathered.languages.append(languages)
    pages = _crawl(gathered, folder, languages)
    sides = [[p for p in pages if _language(p.page) == _base(code)] for code in languages]
    if not all(sides):
        counts = ", ".join(f"{len(s)} in {c}" for s, c in zip(sides, languages, strict=True))
        raise InputError(f"needs pages in both languages; has {counts}", file=str(folder))
    pairs = list(pair_up(sides[0], sides[1], languages))
    paired = {page.place for pair in pairs for page in pair}
    gathered.alone += [page.place for page in pages if page.place not in paired]
    is_about = _subject(about)
    for number, (source, target) in enumerate(pairs, 1):
        try:
            with of_document(source.place):
                ours, theirs = _side(source, languages[0]), _side(target, languages[1])
                found = list(gathering.align(gathered, target.address, ours, theirs, granularity))
        except DocumentError as error:
            gathered.problems.append(error)
            continue
        if is_about(source.page):
            gathered.candidates += found
        else:
            gathered.dropped += [Dropped(pair, DropReason.SUBJECT, about[:40]) for pair in found]
        if progress is not None:
            progress("align", number, len(pairs))


def pair_up(
    source: Sequence[_Crawled], target: Sequence[_Crawled], languages: tuple[str, str]
) -> Iterator[tuple[_Crawled, _Crawled]]:
    """Pair pages by their links, then by their addresses, then the rest by their meaning.

    >>> english = _Crawled("en/about.html", "crawl/en/about.html", html_prose.read("About us"))
    >>> spanish = _Crawled("es/about.html", "crawl/es/about.html", html_prose.read("Nosotros"))
    >>> pairs = pair_up([english], [spanish], ("en", "es"))
    >>> [(ours.address, theirs.address) for ours, theirs in pairs]
    [('en/about.html', 'es/about.html')]
    """
    left: tuple[list[_Crawled], list[_Crawled]] = (list(source), list(target))
    for way in (_by_link, _by_address, _by_meaning):
        for ours, theirs in way(*left, languages):
            if ours in left[0] and theirs in left[1]:
                left[0].remove(ours)
                left[1].remove(theirs)
                yield ours, theirs


Pages = Sequence[_Crawled]
Pairs = Iterator[tuple[_Crawled, _Crawled]]


def _by_link(source: Pages, target: Pages, languages: tuple[str, str]) -> Pairs:
    for one, others, code, ahead in (
        (source, target, languages[1], True),
        (target, source, languages[0], False),
    ):
        by_address = {page.address: page for page in others}
        for page in list(one):
            found = by_address.get(_linked(page, code))
            if found is not None:
                yield (page, found) if ahead else (found, page)


def _linked(page: _Crawled, code: str) -> str:
    """Return the address that a page names as its translation into a language, or nothing."""
    links = page.page.alternates
    base = _base(code)
    named = (link for name, link in links.items() if name == code.lower() or name[:2] == base)
    link = next(named, "")
    return unquote(urlsplit(urljoin(f"/{page.address}", link)).path).lstrip("/") if link else ""


def _by_address(source: Pages, target: Pages, languages: tuple[str, str]) -> Pairs:
    ours, theirs = (
        _once(pages, code) for pages, code in zip((source, target), languages, strict=True)
    )
    for key, page in ours.items():
        if key in theirs:
            yield page, theirs[key]


def _once(pages: Pages, language: str) -> dict[str, _Crawled]:
    """Return pages by their address with ``*`` for the language's code.

    Addresses without the code are left out, and those that two pages share.
    """
    code = re.escape(_base(language))
    pattern = re.compile(rf"(?<![a-z]){code}(-[a-z]{{2}})?(?![a-z])", re.I)
    found: dict[str, list[_Crawled]] = {}
    for page in pages:
        key, count = pattern.subn("*", page.address)
        if count:
            found.setdefault(key, []).append(page)
    return {key: held[0] for key, held in found.items() if len(held) == 1}


def _by_meaning(source: Pages, target: Pages, languages: tuple[str, str]) -> Pairs:
    """Yield the pages that are nearest to each other."""
    if not (source and target):
        return
    ours, theirs = ([_vector(_texts(p.page)) for p in pages] for pages in (source, target))
    near = [[float(a @ b) for b in theirs] for a in ours]
    for i, row in enumerate(near):
        j = max(range(len(row)), key=row.__getitem__)
        if row[j] >= ALIKE and row[j] == max(other[j] for other in near):
            yield source[i], target[j]


def _vector(texts: Sequence[str]) -> meaning.Vectors:
    total = meaning.embed(texts).sum(axis=0)
    return total / max(1e-9, float((total @ total) ** 0.5))


def _subject(about: str) -> Callable[[WebPage], bool]:
    """Return a test whether a page is on a subject, given by words or by a seed text."""
    if not about:
        return lambda page: True
    if Path(about).is_file():
        text = prose.decode(files.read_bytes(Path(about)), about)
        seed = _vector(_texts(prose.read(text, about)))
        return lambda page: float(_vector(_texts(page)) @ seed) >= NEAR
    said = [re.compile(rf"\b{re.escape(w.strip())}\b", re.I) for w in about.split(",") if w.strip()]
    return lambda page: sum(len(word.findall(page.text)) for word in said) >= MENTIONS


def _texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks] or [""]


def _crawl(gathered: Gathered, folder: Path, languages: tuple[str, str]) -> list[_Crawled]:
    if not folder.is_dir():
        raise InputError("no such folder; check the path", file=str(folder))
    pages = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in prose.HTML:
            continue
        try:
            with of_document(str(path)):
                page = main_text(prose.decode(files.read_bytes(path), str(path)), str(path))
        except DocumentError as error:
            gathered.problems.append(error)
            continue
        address = PurePosixPath(path.relative_to(folder)).as_posix()
        pages.append(_Crawled(address, str(path), page))
    return pages


def main_text(html: str, name: str) -> WebPage:
    """Read a page without menus, footers and advertising, which ``trafilatura`` recognizes.

    Lines are those of the file. Raises :class:`InputError` without the extra ``web``.
    """
    try:
        from trafilatura import extract
    except ImportError as error:
        raise InputError("needs trafilatura: pip install 'amts-ext[web]'") from error
    page = html_prose.read(html, name)
    kept = "".join((extract(html, include_comments=False, favor_recall=True) or "").split())
    blocks = [b for b in page.blocks if "".join(page.text[b.start : b.end].split()) in kept]
    return replace(page, blocks=tuple(blocks))


def _base(code: str) -> str:
    return code.lower().split("-")[0]


def _language(page: WebPage) -> str:
    """Return the language that the page declares, or the one that its text looks like."""
    return _base(page.language) or identify.language(" ".join(_texts(page)))


def _side(crawled: _Crawled, language: str) -> ReadDocument:
    sentences = mask(crawled.page, language)
    return gathering.checked(ReadDocument(crawled.page, sentences, language, crawled.place))
