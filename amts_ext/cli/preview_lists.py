"""What waits for a person, as the preview lists it: items of ``amts sync``, findings of ``check``.

The preview lies on the floor of both and may not know them, so the shell hands them over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from amts_ext.errors import AmtsError, attempt

if TYPE_CHECKING:
    from amts_ext.checks import Context
    from amts_ext.config import Config
    from amts_ext.model import Parts
    from amts_ext.preview.book.work_list import WorkItem
    from amts_ext.preview.desk import Desk

Terms = Mapping[str, tuple[str, ...]]


def sync_items(desk: Desk, lang: str) -> Iterator[WorkItem]:
    """Yield the open items that the last ``amts sync`` left in the human translation."""
    from amts_ext.human import open_items
    from amts_ext.preview.book.work_list import WorkItem

    folder = desk.book.config.human.get(lang)
    if folder is None:
        return
    for path, state in open_items.read(folder).items():
        for item in state.items:
            shown = item.new_source or item.old_source
            kept = ", the human's text was kept" if item.kept else ""
            yield WorkItem(path, 0, None, f"sync: {item.kind}", f"line {item.line}{kept}", shown)


def check_findings(desk: Desk, lang: str) -> Iterator[WorkItem]:
    """Yield what ``amts check`` finds in the book; sentences without a translation are left out."""
    from amts_ext.checks import ALL, Kind
    from amts_ext.checks.review import check_book
    from amts_ext.pipeline.book import open_book
    from amts_ext.preview.book.work_list import WorkItem

    config = desk.book.config
    with open_book(config, frozen=True, read_only=desk.read_only) as book:
        review = check_book(book, lang, terms_of(config, lang), ALL - {Kind.UNTRANSLATED})
    for fault in review.faults:
        place = fault.source or fault.place
        kind = f"check: {fault.finding.kind}"
        shown = fault.source.text if fault.source else ""
        yield WorkItem(place.file, place.line, None, kind, fault.finding.message, shown)


def rules() -> Callable[[Parts, Parts, tuple[str, str], str], Iterable[tuple[str, str]]]:
    """Return the rules of ``amts check`` for one sentence: (rule, message) of each finding."""
    from amts_ext import checks

    def found(
        source: Parts, target: Parts, languages: tuple[str, str], block: str
    ) -> Iterator[tuple[str, str]]:
        for finding in checks.check(source, target, _context(*languages), block=block):
            yield str(finding.kind), finding.message

    return found


@cache
def _context(source: str, target: str) -> Context:
    from amts_ext.checks import Context
    from amts_ext.languages import profiles

    return Context(source, profiles.for_pair(source, target))


def terms_of(config: Config, target: str) -> Terms:
    """Return the book's own terms for a language; none if their files cannot be read."""
    from amts_ext.checks.review import load_terms
    from amts_ext.pairs.terms import files_of_book, of_book

    def load() -> Terms:
        own = files_of_book(config.root, config.source, config.terms)
        fit = [path for path in own if target in of_book(path, config.source).targets]
        return load_terms(fit, config.source, target)

    found = attempt(load)
    return {} if isinstance(found, AmtsError) else found
