"""Sentences that a human put in another place than the original has them.

An alignment follows the order of both texts. Where the human reordered a list or two sections, what
was moved has no partner on either side, though both are there. By their meaning they are found
again, so that a build can show the human's text. It is not used: that is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amts_ext.alignment import Bead
from amts_ext.alignment.blocks import FEW, UNSURE
from amts_ext.alignment.meaning import PARTNERS, compare, prose
from amts_ext.model import Segment


def find(
    beads: Sequence[Bead],
    ours: Sequence[Segment],
    theirs: Sequence[Segment],
    languages: Sequence[str],
) -> dict[int, int]:
    """Return sentences of the translation by those of the source whose words they seem to be.

    Neither has a sure partner in the alignment. Without the encoder, or in a language that it does
    not know, nothing is found. A word or two have to be as near as partners usually are.
    """
    loose = [bead for bead in beads if bead.score <= UNSURE]
    left = [i for bead in loose for i in bead.source]
    others = [j for bead in loose for j in bead.target]
    if not (left and others):
        return {}
    aligned = {(i, j) for bead in loose for i in bead.source for j in bead.target}
    texts = [prose([ours[i]]) for i in left], [prose([theirs[j]]) for j in others]
    return {
        left[a]: others[b]
        for a, b, cosine in compare([texts], languages)[0].partners()
        if (left[a], others[b]) not in aligned
        and (cosine >= PARTNERS or max(len(texts[0][a]), len(texts[1][b])) > FEW)
    }


def hosts(
    moved: Mapping[int, int],
    blocks: Sequence[Bead],
    ours: Sequence[Segment],
    theirs: Sequence[Segment],
) -> set[int]:
    """Return blocks of the translation that hold words of a block of the source without a partner.

    The human merged the two. So such a block says more than its own partner.
    """
    paired = {i for bead in blocks if bead.score > UNSURE for i in bead.source}
    return {theirs[j].block for i, j in moved.items() if ours[i].block not in paired}


def apart(beads: Sequence[Bead], moved: Mapping[int, int]) -> list[Bead]:
    """Return the beads, with both sides of those pairs alone whose source was moved."""
    found = []
    for bead in beads:
        if bead.target and len(bead.source) == 1 and bead.source[0] in moved:
            found.append(Bead(bead.source, (), 0.0, bead.source_blocks))
            found.append(Bead((), bead.target, 0.0, (), bead.target_blocks))
        else:
            found.append(bead)
    return found
