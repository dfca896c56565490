"""Human translations of a gettext catalog: messages become human units, one by one.

>>> pair = ("en", "pt")
>>> messages = [Translated("Use ``x``. A sum.", "Use a ``x``. Uma soma.", "rst")]
>>> for unit in units_of(messages, pair, "intro.po"):
...     print(unit.source, "|", unit.target)
Use ⟦code1⟧. | Use a ⟦code1⟧.
A sum. | Uma soma.
Use ⟦code1⟧. A sum. | Use a ⟦code1⟧. Uma soma.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace

from amts_ext import alignment, formats
from amts_ext.alignment import Bead
from amts_ext.human import units as human_units
from amts_ext.human.aligned import Aligned, TextSide
from amts_ext.memory import Store
from amts_ext.model import Unit

VERSION = "1"
"""Version of how messages are read here: change it with that."""


class Translated(NamedTuple):
    """One message that a human has translated."""

    id: str
    text: str
    format: str


def learn_messages(
    memory: Store, messages: Sequence[Translated], pair: tuple[str, str], name: str
) -> None:
    """Put the units of one catalog into the memory; ``name`` is the catalog's.

    A catalog whose human translations are those of the last time is not read again.
    """
    digest = _digest(messages)
    known = memory.alignments(pair).get(name)
    if known is None and not messages:
        return
    if known is None or known.digest != digest:
        memory.replace_human(pair, name, units_of(messages, pair, name), digest)


def units_of(
    messages: Iterable[Translated], pair: tuple[str, str], document: str
) -> Iterator[Unit]:
    """Yield the units of messages. Which text translates which is known, so all blocks pair."""
    for position, message in enumerate(messages):
        reader = formats.get(message.format)
        ours, theirs = reader.read(message.id, document), reader.read(message.text, document)
        if len(ours.blocks) == len(theirs.blocks) == 1:
            aligned = _aligned(TextSide(ours, pair[0]), TextSide(theirs, pair[1]))
            made, _ = human_units.make_units(
                ours, theirs, pair, document, unchanged=True, aligned=aligned
            )
            yield from (replace(unit, position=position) for unit in made)


def _aligned(ours: TextSide, theirs: TextSide) -> Aligned:
    block = Bead((0,), (0,), 1.0, (0,), (0,))
    first, second = ours.segments, theirs.segments
    if len(first) == len(second) == 1:
        return Aligned([block], [block], [])
    both = ours.document, first, theirs.document, second
    languages = ours.language, theirs.language
    return Aligned([block], alignment.align(*both, [block], languages), [])


def _digest(messages: Iterable[Translated]) -> str:
    """Return a digest of all that the units of a catalog depend on."""
    state = sha256(f"{VERSION} {alignment.version()} {human_units.VERSION}".encode())
    for message in messages:
        for text in message:
            state.update(sha256(text.encode("utf-8", "surrogatepass")).digest())
    return state.hexdigest()
