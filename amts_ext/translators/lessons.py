"""Lessons for the embedded service of a build: the book's own pairs and the project's terms.

>>> [lesson.resource.name for lesson in project_terms()][:3]
['terms-en-es', 'terms-en-ja', 'terms-en-ko']
"""

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
"""Name and format of the parallel data that is made of a file of pairs, for each language."""


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


def project_terms(book: Path | None = None) -> list[Lesson]:
    """Make a lesson for each language pair of the project's terms and the book's own.

    ``book`` is the book's folder (:func:`.terms.of_project`).

    Raises :class:`~amts_ext.errors.InputError` for a file that cannot be used.
    """
    found = of_project(book)
    return [_terminology(*pair, found[pair]) for pair in sorted(found)]


def _terminology(source: str, target: str, terms: Mapping[str, str]) -> Lesson:
    data = tables.dump([(source, target), *terms.items()], "csv").encode()
    name = f"terms-{source}-{target}"
    resource = Resource(ResourceKind.TERMINOLOGY, name, source, (target,), revision_of(data))
    return Lesson(resource, data, terms=terms)
