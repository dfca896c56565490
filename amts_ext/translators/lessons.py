"""What the embedded service of a build is taught: the book's own pairs, and the project's terms."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from amts_ext.errors import ConfigError
from amts_ext.languages import profiles
from amts_ext.pairs import exchange, tables
from amts_ext.pairs.exchange import Examples
from amts_ext.pairs.terms import of_project
from amts_ext.translators.amazon.parallel import revision_of
from amts_ext.translators.amazon.pushed import Resource, ResourceKind

LOG = logging.getLogger("amts")

NAME, FORM = "pairs", "tmx"
"""Of the parallel data that a file of pairs becomes, one for each language."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One resource of the service, and the file that it is made of."""

    resource: Resource
    data: bytes
    """As the service takes it."""
    rows: frozenset[tuple[str, str]] = frozenset()
    """Of pairs, sources and targets in small letters."""
    terms: Mapping[str, str] = field(default_factory=dict)
    """Of a terminology, its terms and their translations."""


def read_pairs(file: Path, source: str) -> list[Lesson]:
    """The pairs of a file (:mod:`amts_ext.pairs.exchange`) by language, as the profiles spell it.

    Each language by itself: what changes in one teaches no other anew. Raises
    :class:`~amts_ext.errors.InputError` if the file cannot be read, and :class:`ConfigError` if it
    holds no pairs that translate ``source``.
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


def project_terms(book: Path | None = None) -> list[Lesson]:
    """The project's terms and the book's own (:func:`.terms.of_project`), for each pair.

    Raises :class:`~amts_ext.errors.InputError` for a file that cannot be used.
    """
    found = of_project(book)
    return [_terminology(*pair, found[pair]) for pair in sorted(found)]


def _terminology(source: str, target: str, terms: Mapping[str, str]) -> Lesson:
    data = tables.dump([(source, target), *terms.items()], "csv").encode()
    name = f"terms-{source}-{target}"
    resource = Resource(ResourceKind.TERMINOLOGY, name, source, (target,), revision_of(data))
    return Lesson(resource, data, terms=terms)
