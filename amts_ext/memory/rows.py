"""Units as rows of the translation memory: keys, what is stored, which of several fits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

from amts_ext.model import Origin, Unit

LanguagePair = tuple[str, str]
Row = tuple[Any, ...]

FIT = "key, contents, document, position, made"
"""What :func:`choose` reads: the first columns of every row that a look-up gives."""
TRANSLATION = "target, literals"
"""What :func:`found` reads after them."""
UNIT = (
    "origin, source_language, target_language, source, target, signature, contents, literals,"
    " document, position, made"
)
"""What :func:`unit_of` reads."""
INSERT = f"INSERT INTO unit (key, id, collection, {UNIT}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
NEWER = (
    " ON CONFLICT (key, id) DO UPDATE SET target = excluded.target, literals = excluded.literals,"
    " document = excluded.document, position = excluded.position, made = excluded.made"
)
ORIGINS = {str(origin): origin for origin in Origin}


class Asked(Protocol):
    """One look-up. What it asks beside the source is read only where several units could fit."""

    @property
    def source(self) -> str:
        """``Segment.tokens``."""

    @property
    def contents(self) -> str:
        """Digest of what the segment's slots hold."""

    @property
    def document(self) -> str:
        """Name of the document that the segment stands in."""

    @property
    def position(self) -> int:
        """Index of the segment's block in ``document``."""


class Found(NamedTuple):
    """The part of a unit that a translation is made of; see :class:`~amts_ext.model.Unit`."""

    target: str
    origin: Origin
    literals: tuple[str, ...] = ()


def unit_key(
    source: str, pair: LanguagePair, origin: Origin = Origin.HUMAN, signature: str = ""
) -> bytes:
    """The memory's key: masked source and language pair, for machine units the signature too.

    Runs of white space count as one space: a re-wrapped sentence is the same sentence.
    """
    return unit_keys((source,), pair, origin, signature)[0]


def unit_keys(
    sources: Iterable[str], pair: LanguagePair, origin: Origin, signature: str
) -> list[bytes]:
    """:func:`unit_key` of many sources at once."""
    start = _start(pair, origin, signature if origin is Origin.MACHINE else "")
    keys = []
    for source in sources:
        state = start.copy()
        state.update(" ".join(source.split()).encode("utf-8", "surrogatepass"))
        keys.append(state.digest())
    return keys


@lru_cache(maxsize=64)
def _start(pair: LanguagePair, origin: Origin, signature: str) -> blake2b:
    """What the keys of all units of one translator begin with; to be copied."""
    return blake2b(_joined(origin, *pair, signature), digest_size=16)


@lru_cache(maxsize=64)
def _identity(*same: str) -> bytes:
    """Machine units, nearly all, are the same in everything but their key."""
    return blake2b(_joined(*same), digest_size=16).digest()


def _joined(*texts: str) -> bytes:
    # Lengths in front: ("ab", "c") and ("a", "bc") must differ.
    return "".join(f"{len(t)}:{t}" for t in texts).encode("utf-8", "surrogatepass")


def row_of(unit: Unit, collection: str, now: float) -> Row:
    """The values of :data:`INSERT`; ``now`` (Unix time) is the date of a unit without one."""
    key = unit_key(unit.source, unit.pair, unit.origin, unit.signature)
    literals = json.dumps(unit.literals) if unit.literals else ""
    same = [unit.contents]
    if unit.origin is Origin.HUMAN:
        same += [collection, unit.document, str(unit.position), unit.target, literals]
    texts = (unit.source, unit.target, unit.signature, unit.contents, literals, unit.document)
    storable = [text if text.isascii() else _storable(text) for text in texts]
    first = (key, _identity(*same), collection, unit.origin.value, *unit.pair)
    return (*first, *storable, unit.position, unit.when or now)


def _storable(text: str) -> str | bytes:
    """Half a surrogate pair (a notebook may hold one) is kept as bytes: SQLite refuses it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def unit_of(row: Row) -> Unit:
    """The unit of a row with the columns of :data:`UNIT`."""
    origin, source_language, target_language, source, target, signature, contents = row[:7]
    literals, document, position, made = row[7:11]
    return Unit(
        _text(source),
        _text(target),
        (source_language, target_language),
        ORIGINS[origin],
        signature,
        contents,
        _literals(literals),
        _text(document),
        position,
        made,
    )


def found(row: Row, origin: Origin) -> Found:
    """What is found in a row with the columns of :data:`TRANSLATION` after those to choose by."""
    target, literals = row[5:7]
    return Found(_text(target), origin, _literals(literals))


def _literals(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored)) if stored else ()


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "surrogatepass")


def choose(rows: list[Row], query: Asked) -> Row | None:
    """The best of the rows with the query's key, or None if none holds for its slots.

    Units for exactly these slot contents come first, then units from the same document by
    nearness, then newer ones.
    """
    if len(rows) == 1 and not rows[0][1]:
        return rows[0]
    fit = [row for row in rows if not row[1] or row[1] == query.contents]
    return min(fit, key=lambda row: _rank(row, query), default=None)


def _rank(row: Row, query: Asked) -> tuple[Any, ...]:
    _, contents, document, position, made = row[:5]
    near = _same_document(_text(document), query.document)
    distance = abs(position - query.position) if near else 0
    return (not contents, not near, distance, -made)


def _same_document(one: str, other: str) -> bool:
    """A section, the notebook made of it, and the same file by a longer path are one document."""
    ours, theirs = _stem(one), _stem(other)
    return ours == theirs or ours.endswith(f"/{theirs}") or theirs.endswith(f"/{ours}")


def _stem(document: str) -> str:
    name, _, suffix = document.rpartition(".")
    return name if name and "/" not in suffix else document
