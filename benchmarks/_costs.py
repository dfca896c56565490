"""What a text costs a person: what to type and to read, own text lost, changes nobody tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from _next_edition import Edition, Side
from rapidfuzz.distance import Levenshtein

from amts_ext.sync import ReviewItem


def costs(
    text: str, places: Iterable[tuple[int, int]], edition: Edition
) -> tuple[Counter[str], Counter[str]]:
    """The characters to type from a text to the reference, and those to read at some places of it.

    Both by what they belong to in the reference; read is also what it has ``gone``.
    """
    reference = "".join(chunk for chunk, _ in edition.reference)
    kinds = own_kinds(edition)
    reads = [False] * len(text)
    for start, end in places:
        reads[start:end] = [True] * (end - start)
    typed: Counter[str] = Counter()
    read: Counter[str] = Counter()
    for tag, i1, i2, j1, j2 in Levenshtein.opcodes(text, reference):
        if tag in ("insert", "replace"):
            typed.update(kinds[j1:j2])
        if tag == "delete":
            read["gone"] += sum(reads[i1:i2])
        elif tag != "insert":
            read.update(compress(kinds[j1:j2], reads[i1:i2]))
    return typed, read


def own_kinds(edition: Edition) -> list[str]:
    """What every character of the reference belongs to; the human's own text is ``own``."""
    kinds = [kind for chunk, kind in edition.reference for _ in chunk]
    own = [False] * (len(edition.human.text) + 1)
    for start, end in own_places(edition):
        own[start:end] = [True] * (end - start)
    at = place = 0
    for chunk, kind in edition.reference:
        if kind == "kept":
            place = edition.human.text.index(chunk, place)
            for k in range(len(chunk)):
                if own[place + k]:
                    kinds[at + k] = "own"
            place += len(chunk)
        at += len(chunk)
    return kinds


def own_prose(edition: Edition) -> list[tuple[int, int]]:
    """The human's blocks of which no sentence translates anything of the base."""
    segments = edition.human.segments
    blocks = edition.human.document.blocks
    paired = {segments[j].block for bead in edition.beads if bead.source for j in bead.target}
    paired |= {j for bead in edition.blocks if bead.source for j in bead.target}
    held = sorted({segment.block for segment in segments} - paired)
    return [(blocks[k].start, blocks[k].end) for k in held]


def own_code(edition: Edition) -> list[tuple[int, int]]:
    """The human's cells of which the base has none that is the same, and whose base still stands.

    A cell whose base has changed or is gone is to follow it.
    """
    theirs = {piece.key for piece in edition.base.pieces if piece.kind == "code"}
    base_of = {k: i for i, k in edition.there.items()}
    found = []
    for k, piece in enumerate(edition.human.pieces):
        i = base_of.get(k)
        if piece.kind == "code" and piece.key not in theirs:
            now = edition.now.get(i) if i is not None else None
            new = edition.source.pieces[now].key if now is not None else ""
            if i is None or new == edition.base.pieces[i].key:
                found.append((piece.start, piece.end))
    return found


def own_places(edition: Edition) -> list[tuple[int, int]]:
    return own_prose(edition) + own_code(edition)


def has_moved(edition: Edition, base: tuple[int, ...]) -> bool:
    return {*base} <= {*edition.moved.values()}


def unseen(edition: Edition, items: Sequence[ReviewItem]) -> Iterator[str]:
    """The changed, new and gone sentences of the source that no item tells."""
    told = " ".join("".join(f"{i.old_source} {i.new_source}".split()) for i in items)
    for side, indices in changed(edition):
        for k in indices:
            text = side.of(side.segments[k])
            if "".join(text.split()) not in told:
                yield f"not told: {text!r}"


def changed(edition: Edition) -> list[tuple[Side, list[int]]]:
    """The sentences of the source that changed or came, and those of the base that went."""
    old, new = edition.base, edition.source
    now = [
        j
        for j, text in enumerate(new.contents)
        if (j in edition.back and text != old.contents[edition.back[j]])
        or (j not in edition.back and j not in edition.moved)
    ]
    moved = {*edition.moved.values()}
    everywhere = {*new.contents}
    gone = [
        i
        for i, text in enumerate(old.contents)
        if i not in edition.partner and i not in moved and text not in everywhere
        and i in edition.unit_of
    ]  # fmt: skip
    return [(new, now), (old, gone)]
