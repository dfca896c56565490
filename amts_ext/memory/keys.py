"""The memory's key: what finds a unit, in every store alike.

A human unit is found by its masked source and language pair, a machine unit by its translator's
signature too. Runs of white space count as one space: a re-wrapped sentence is the same sentence.

>>> unit_key("One long\\nsentence.", ("en", "zh")) == unit_key("One long sentence.", ("en", "zh"))
True
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from amts_ext.memory.base import LanguagePair
from amts_ext.model import Origin


def unit_key(
    source: str, pair: LanguagePair, origin: Origin = Origin.HUMAN, signature: str = ""
) -> bytes:
    """The key of one source, 16 bytes; a human unit's has no signature in it."""
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
def identity(*same: str) -> bytes:
    """Return 16 bytes that tell units with one key apart; most machine units share theirs."""
    return blake2b(_joined(*same), digest_size=16).digest()


@lru_cache(maxsize=64)
def _start(pair: LanguagePair, origin: Origin, signature: str) -> blake2b:
    """Begin the hash that the keys of all units of one translator share; it is copied for each."""
    return blake2b(_joined(origin, *pair, signature), digest_size=16)


def _joined(*texts: str) -> bytes:
    # Lengths in front: ("ab", "c") and ("a", "bc") must differ.
    return "".join(f"{len(t)}:{t}" for t in texts).encode("utf-8", "surrogatepass")
