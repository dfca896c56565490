"""Pairs for a general domain: crawled pages of two languages, paired, aligned, kept by subject.

Two pages belong together if one names the other as its translation (``hreflang``,
https://html.spec.whatwg.org/#attr-hyperlink-hreflang), if their addresses differ in the code of the
language alone (P. Resnik, N. A. Smith, "The Web as a Parallel Corpus", Computational Linguistics
29(3), 2003), or if of all pages they mean the most alike (sentence embeddings, both ways).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from amts_ext import files
from amts_ext.errors import DocumentError, InputError, of_document
from amts_ext.languages import identify
from amts_ext.model import Document
from amts_ext.parallel_data import gathering, html_prose, prose, similarity
from amts_ext.parallel_data.candidates import Dropped, DropReason
from amts_ext.parallel_data.gathering import Gathered, ReadDocument
from amts_ext.parallel_data.html_prose import WebPage
from amts_ext.progress import Progress
from amts_ext.text.masking import mask

ALIKE = 0.6
"""Two pages whose meaning is nearer than this (cosine) translate one another; seen: 0.78 to 0.87
for translations, at most 0.46 for pages on one subject."""
NEAR = 0.2
"""A page is on the subject of a seed text from this nearness on."""
MENTIONS = 2
"""A page is on a subject if it says its words so often."""


@dataclass(frozen=True, slots=True)
class _Crawled:
    """One page, without what surrounds its text."""

    address: str
    """Path in the folder, as in the address on the web."""
    place: str
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

    ``about``: words, separated by commas, or the path of a seed text; pairs of pages that are on
    another subject are dropped. A page that cannot be read is a problem, one without a partner is
    listed. Raises :class:`InputError` if there are no pages of both languages, or without the
    extra ``web``.
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
    """The pairs of pages: by links, then by address, then the rest by meaning."""
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
    """The address that a page names as its translation into a language."""
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
    """Pages by their address without the language's code, where it is in there."""
    code = re.escape(_base(language))
    pattern = re.compile(rf"(?<![a-z]){code}(-[a-z]{{2}})?(?![a-z])", re.I)
    found: dict[str, list[_Crawled]] = {}
    for page in pages:
        key, count = pattern.subn("*", page.address)
        if count:
            found.setdefault(key, []).append(page)
    return {key: held[0] for key, held in found.items() if len(held) == 1}


def _by_meaning(source: Pages, target: Pages, languages: tuple[str, str]) -> Pairs:
    """Pages each of which is the nearest to the other."""
    if not (source and target):
        return
    ours, theirs = ([_vector(_texts(p.page)) for p in pages] for pages in (source, target))
    near = [[float(a @ b) for b in theirs] for a in ours]
    for i, row in enumerate(near):
        j = max(range(len(row)), key=row.__getitem__)
        if row[j] >= ALIKE and row[j] == max(other[j] for other in near):
            yield source[i], target[j]


def _vector(texts: Sequence[str]) -> similarity.Vectors:
    total = similarity.embed(texts).sum(axis=0)
    return total / max(1e-9, float((total @ total) ** 0.5))


def _subject(about: str) -> Callable[[WebPage], bool]:
    """Whether a page is about words or like a seed text."""
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
    """A page without menus, footers and advertising, by ``trafilatura``; lines are the file's.

    Raises :class:`InputError` without the extra ``web``.
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
    """What the page says, or what it looks like."""
    return _base(page.language) or identify.language(" ".join(_texts(page)))


def _side(crawled: _Crawled, language: str) -> ReadDocument:
    sentences = mask(crawled.page, language)
    return gathering.checked(ReadDocument(crawled.page, sentences, language, crawled.place))
