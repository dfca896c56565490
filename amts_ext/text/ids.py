"""Ids made of texts: they stay while a text stays, wherever it moves in its document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b


def digest(*texts: str) -> str:
    """Return 16 hexadecimal digits that tell texts apart.

    >>> digest("A heron.")
    'c4589df5a9ac8370'
    """
    joined = "\0".join(texts).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=8).hexdigest()


def ids_of(texts: Iterable[str], prefix: str = "s") -> list[str]:
    """Return an id for each text; of texts that are alike, each has its own.

    >>> ids_of(["A heron.", "A heron."])
    ['sc4589df5a9ac8370', 'sc4589df5a9ac8370-2']
    """
    seen: Counter[str] = Counter()
    found = []
    for text in texts:
        made = digest(text)
        seen[made] += 1
        found.append(f"{prefix}{made}" + (f"-{seen[made]}" if seen[made] > 1 else ""))
    return found
