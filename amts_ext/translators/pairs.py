"""A book's own file of pairs, which the embedded service of a build learns from."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from amts_ext import exchange, profiles
from amts_ext.errors import ConfigError
from amts_ext.exchange import Examples
from amts_ext.translators.parallel import revision_of
from amts_ext.translators.pushed import Kind, Resource

LOG = logging.getLogger("amts")

NAME, FORM = "pairs", "tmx"
"""Of the parallel data that the file becomes, one for each language."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of one language."""

    resource: Resource
    data: bytes
    """A file as the service takes it."""


def read_pairs(file: Path, source: str) -> list[Pairs]:
    """The pairs of a file (see :mod:`amts_ext.exchange`) by language, spelled as the profiles do.

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


def _in_one(found: Examples, code: str, source: str) -> Pairs:
    target = profiles.spelled(code)
    rows = [replace(r, targets={target: r.targets[code]}) for r in found.rows if code in r.targets]
    data = exchange.dump(Examples(source, [target], rows), FORM)
    name = f"{NAME}-{source}-{target}"
    return Pairs(Resource(Kind.PARALLEL_DATA, name, source, (target,), revision_of(data)), data)
