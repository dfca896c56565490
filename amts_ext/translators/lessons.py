"""Lessons for the embedded service of a build: the book's own pairs and the project's terms.

>>> [lesson.resource.name for lesson in project_terms()][:3]
['terms-en-es', 'terms-en-ja', 'terms-en-ko']
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from amts_ext.errors import ConfigError
from amts_ext.languages import profiles
from amts_ext.pairs import exchange, tables
from amts_ext.pairs.exchange import Examples
from amts_ext.pairs.terms import files_of_book, of_book, of_project
from amts_ext.service.content.terms import Glossary, normal
from amts_ext.translators.amazon.parallel import revision_of
from amts_ext.translators.amazon.pushed import Resource, ResourceKind

LOG = logging.getLogger("amts")

NAME, FORM = "pairs", "tmx"
"""Name and format of the parallel data that is made of a file of pairs, for each language."""
FEW = 2
"""The fewest pairs without a term's translation from which the book is taken to use another."""
MOST = 20
"""Rows of a file of terms that are told one by one, at most."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One resource of the service with the file that it is made of."""

    resource: Resource
    data: bytes
    """The file, in a format that the service takes: TMX for pairs, CSV for terms."""
    rows: frozenset[tuple[str, str]] = frozenset()
    """The pairs as (source, target) in lower case; empty for a terminology."""
    terms: Mapping[str, str] = field(default_factory=dict)
    """The translation of each term; empty for parallel data."""


def read_pairs(file: Path, source: str) -> list[Lesson]:
    """Read a file of pairs (:mod:`amts_ext.pairs.exchange`); one lesson for each target language.

    >>> _ = Path("pairs.csv").write_text("en,pt\\nA cat.,Um gato.\\n", "utf-8")
    >>> [lesson.resource.name for lesson in read_pairs(Path("pairs.csv"), "en")]
    ['pairs-en-pt']

    Languages are separate lessons, so that a change in one does not train the others anew. They
    are spelled as in their profiles.

    Raises :class:`~amts_ext.errors.InputError` if the file cannot be read, and
    :class:`ConfigError` if it holds no pairs that translate ``source``.
    """
    found = exchange.usable(exchange.read(file, source), FORM)
    if profiles.spelled(found.source, [source]) != source or not found.rows:
        message = f"holds no pairs from {source} that can be used; name a file of such pairs"
        raise ConfigError(f"[amts] parallel_data: {message}", file=str(file))
    if found.skipped:
        hint = "`amts parallel-data prepare FILE --report PAGE` lists them"
        LOG.warning("%s: %d rows or fields are not used; %s", file, len(found.skipped), hint)
    return [_in_one(found, code, source) for code in found.targets]


def _in_one(found: Examples, code: str, source: str) -> Lesson:
    target = profiles.spelled(code)
    rows = [replace(r, targets={target: r.targets[code]}) for r in found.rows if code in r.targets]
    data = exchange.dump(Examples(source, [target], rows), FORM)
    name = f"{NAME}-{source}-{target}"
    resource = Resource(ResourceKind.PARALLEL_DATA, name, source, (target,), revision_of(data))
    small = frozenset((r.source.casefold(), r.targets[target].casefold()) for r in rows)
    return Lesson(resource, data, rows=small)


def project_terms(pairs: Sequence[Lesson] = ()) -> list[Lesson]:
    """Make a lesson for each language pair of the project's terms.

    Terms that the book's own ``pairs`` translate otherwise are left out.
    """
    found = of_project()
    return [_terminology(*each, _fitting(found[each], *each, pairs)) for each in sorted(found)]


def book_terms(
    book: Path, source: str, named: Path | None = None, pairs: Sequence[Lesson] = ()
) -> list[Lesson]:
    """Make a lesson for each language pair of the project's terms and the book's own.

    ``book`` is the book's folder, and ``named`` the file of terms that its configuration names.
    Of several translations of a term, that of ``named`` counts, then that of the book's
    ``terminology/SOURCE-TARGET.csv``, then the project's. A row that cannot be used is told with
    its line.

    Raises :class:`~amts_ext.errors.InputError` for a file that cannot be used.
    """
    lessons = project_terms(pairs)
    found = {(each.resource.source, each.resource.targets[0]): {**each.terms} for each in lessons}
    for path in files_of_book(book, source, named):
        own = of_book(path, source)
        _tell(own)
        for row in own.rows:
            for target, said in row.targets.items():
                _add(found.setdefault((source, target), {}), row.source, said)
    return [_terminology(*pair, found[pair]) for pair in sorted(found)]


def _add(terms: dict[str, str], term: str, said: str) -> None:
    """Add a term in the place of the same term in another spelling.

    >>> terms = {"cross-validation": "validação cruzada"}
    >>> _add(terms, "cross validation", "validação em cruz")
    >>> terms
    {'cross validation': 'validação em cruz'}
    """
    if term.islower():
        for other in [t for t in terms if t.islower() and normal(t) == normal(term)]:
            del terms[other]
    terms[term] = said


def _tell(own: Examples) -> None:
    """Name the rows of a book's terms that are not used."""
    for skipped in own.skipped[:MOST]:
        LOG.warning("%s (the term is not used)", skipped)
    if (left := len(own.skipped) - MOST) > 0:
        LOG.warning("%d more terms are not used", left)


def _fitting(
    terms: Mapping[str, str], source: str, target: str, pairs: Sequence[Lesson]
) -> Mapping[str, str]:
    """Return the terms but for those that the book's pairs translate otherwise, as a rule."""
    rows = [row for p in pairs if p.resource.covers(source, target) for row in p.rows]
    if not rows:  # a glossary takes some time to make
        return terms
    held, lacking = Counter[str](), Counter[str]()
    glossary = Glossary(terms, source, target)
    for text, said in rows:
        held.update(glossary.held([text]).keys())
        lacking.update(glossary.lacking([text], [said]))
    others = {term for term, count in lacking.items() if count >= FEW and 2 * count > held[term]}
    return {term: said for term, said in terms.items() if term not in others}


def _terminology(source: str, target: str, terms: Mapping[str, str]) -> Lesson:
    data = tables.dump([(source, target), *terms.items()], "csv").encode()
    name = f"terms-{source}-{target}"
    resource = Resource(ResourceKind.TERMINOLOGY, name, source, (target,), revision_of(data))
    return Lesson(resource, data, terms=terms)
