"""Units as rows of an SQLite file: what is stored, whether it is sound, which of several fits.

Texts are read as bytes: a damaged text may be no UTF-8 any more, and its checksum has to tell.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Sequence
from typing import Any
from zlib import crc32

from amts_ext.memory.base import Asked, Found, Kept
from amts_ext.memory.keys import identity, unit_key
from amts_ext.model import Origin, Unit

Row = tuple[Any, ...]

TEXTS = (
    "collection, origin, source_language, target_language, source, target, signature, contents,"
    " literals, document"
)
UNIT = f"key, id, {TEXTS}, position, made, checksum"
"""The columns of a row, in the order in which all functions here take them."""
INSERT = f"INSERT INTO unit ({UNIT}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
NEWER = " ON CONFLICT (key, id) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in UNIT.split(", ")[3:]
)
"""Every column, not only those that can differ: a damaged row is sound again after it."""
_NUMBERS = struct.Struct("<qd")
"""``position`` and ``made`` as bytes."""
EDITED_BY = "//"
"""Before an editor's name it is the collection of what this person wrote. No document's path begins
so."""
SURROGATE = re.compile("[\ud800-\udfff]")
ORIGINS = {origin.value.encode(): origin for origin in Origin}


def row_of(unit: Unit, collection: str, now: float) -> Row:
    """The values of :data:`INSERT`; ``now`` (Unix time) is the date of a unit without one."""
    key = unit_key(unit.source, unit.pair, unit.origin, unit.signature)
    literals = json.dumps(unit.literals) if unit.literals else ""
    same = [unit.contents]
    if unit.origin is Origin.HUMAN:
        same += [collection, unit.document, str(unit.position), unit.target, literals]
    number = identity(*same)
    texts = (
        collection, unit.origin.value, *unit.pair, unit.source, unit.target, unit.signature,
        unit.contents, literals, unit.document,
    )  # fmt: skip
    numbers = unit.position, unit.when or now
    storable, encoded = _storable(texts)
    return (key, number, *storable, *numbers, _checksum((key, number, encoded), numbers))


def edited(unit: Unit, editor: str, now: float) -> Row:
    """The row of what a person has written."""
    if unit.origin is not Origin.HUMAN or not editor:
        raise ValueError("an edit is a human's, who has a name")
    return row_of(unit, EDITED_BY + editor, now)


def _storable(texts: Sequence[str]) -> tuple[Sequence[str | bytes], bytes]:
    """The texts as SQLite takes them, and the bytes of all, with a zero between them."""
    joined = "\0".join(texts)
    try:
        return texts, joined.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair (a notebook may hold one) is kept as bytes: SQLite refuses it.
        return [_bytes(t) if SURROGATE.search(t) else t for t in texts], _bytes(joined)


def checksum(row: Sequence[Any]) -> int:
    """CRC-32 of all the columns before ``checksum``: one flipped bit anywhere gives another."""
    return _checksum(row[:12], row[12:14])


def _checksum(texts: Sequence[bytes], numbers: Sequence[float]) -> int:
    return crc32(b"\0".join(texts) + _NUMBERS.pack(*numbers))


def sound(row: Row) -> bool:
    """Return True if a row is as it was stored."""
    try:
        return bool(checksum(row) == row[14])
    except (TypeError, struct.error):  # a flipped bit can also make a number of a text
        return False


def unit_of(row: Row) -> Unit:
    """The unit of a sound row."""
    source_language, target_language, source, target, signature, contents = map(_text, row[4:10])
    return Unit(
        source,
        target,
        (source_language, target_language),
        ORIGINS[row[3]],
        signature,
        contents,
        _literals(row[10]),
        _text(row[11]),
        *row[12:14],
    )


def kept(row: Row) -> Kept:
    """The unit of a sound row, and where it came from."""
    collection = _text(row[2])
    if collection.startswith(EDITED_BY):
        return Kept(unit_of(row), editor=collection.removeprefix(EDITED_BY))
    return Kept(unit_of(row), collection)


def found(row: Row) -> Found:
    """The part of a sound row's unit that a translation is made of."""
    return Found(_text(row[7]), ORIGINS[row[3]], _literals(row[10]), _text(row[8]))


def signature_of(row: Row) -> bytes:
    """The signature of a row as the file has it."""
    return row[8] if isinstance(row[8], bytes) else _bytes(row[8])


def _literals(stored: bytes) -> tuple[str, ...]:
    return tuple(json.loads(stored)) if stored else ()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogatepass")


def choose(rows: list[Row], query: Asked) -> Row | None:
    """The best of the rows with the query's key, or None if none holds for its slots.

    Units for exactly these slot contents come first, then units from the same document by
    nearness, then newer ones.
    """
    if len(rows) == 1 and not rows[0][9]:
        return rows[0]
    fit = [row for row in rows if not row[9] or _text(row[9]) == query.contents]
    return min(fit, key=lambda row: _rank(row, query), default=None)


def _rank(row: Row, query: Asked) -> tuple[Any, ...]:
    contents, _, document, position, made = row[9:14]
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
