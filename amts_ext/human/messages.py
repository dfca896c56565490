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

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace

from amts_ext import alignment, formats
from amts_ext.alignment import Bead
from amts_ext.human import units as human_units
from amts_ext.human.aligned import Aligned, TextSide
from amts_ext.memory import Store
from amts_ext.model import Block, Document, Unit

VERSION = "1"
"""Version of how messages are read here: change it with that."""
_BETWEEN = "\n\n"


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


def units_of(messages: Iterable[Translated], pair: tuple[str, str], document: str) -> list[Unit]:
    """Return the units of messages. Which text translates which is known, so all blocks pair.

    All messages are aligned as one document, because sentences are compared faster together.
    """
    sides: tuple[list[Document], list[Document]] = [], []
    for message in messages:
        reader = formats.get(message.format)
        read = [reader.read(text, document) for text in (message.id, message.text)]
        if all(len(each.blocks) == 1 for each in read):
            for side, each in zip(sides, read, strict=True):
                side.append(each)
    ours, theirs = (_joined(side, document) for side in sides)
    aligned = _aligned(TextSide(ours, pair[0]), TextSide(theirs, pair[1]))
    return human_units.make_units(ours, theirs, pair, document, True, aligned=aligned)[0]


def _joined(documents: Iterable[Document], name: str) -> Document:
    """Join documents of one block each to one, with a block for each."""
    texts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for each in documents:
        [block] = each.blocks
        marks = tuple(mark.moved(at) for mark in block.marks)
        blocks.append(replace(block, start=block.start + at, end=block.end + at, marks=marks))
        texts.append(each.text)
        at += len(each.text) + len(_BETWEEN)
    return Document(name, _BETWEEN.join(texts), tuple(blocks))


def _aligned(ours: TextSide, theirs: TextSide) -> Aligned:
    both = sorted(ours.blocks.keys() & theirs.blocks.keys())  # a text without words is no segment
    blocks = [Bead((n,), (n,), 1.0, (n,), (n,)) for n in both]
    sides = ours.document, ours.segments, theirs.document, theirs.segments
    sentences = alignment.align(*sides, blocks, (ours.language, theirs.language))
    alone = _alone(ours) & _alone(theirs)
    sure = (replace(b, score=1.0) if alone.issuperset(b.source_blocks) else b for b in sentences)
    return Aligned(blocks, list(sure), [])


def _alone(side: TextSide) -> set[int]:
    """Return the blocks that are one sentence."""
    counts = Counter(segment.block for segment in side.segments)
    return {block for block, count in counts.items() if count == 1}


def _digest(messages: Iterable[Translated]) -> str:
    """Return a digest of all that the units of a catalog depend on."""
    state = sha256(f"{VERSION} {alignment.version()} {human_units.VERSION}".encode())
    for message in messages:
        for text in message:
            state.update(sha256(text.encode("utf-8", "surrogatepass")).digest())
    return state.hexdigest()
