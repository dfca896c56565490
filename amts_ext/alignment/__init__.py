"""Alignment: beads of the segments of two texts that translate each other.

A *bead* joins one or more segments of a text with those of its translation that say the same. Most
beads are 1-1. A sentence that the translator split is in a bead of 1-2, and one that was left out
is in a bead of 1-0. Blocks are aligned first, and then the sentences inside them, by length (Gale
and Church, 1993) and by what a translation keeps.
"""

from amts_ext.alignment.documents import VERSION, Bead, align, align_blocks, pairs

__all__ = ["VERSION", "Bead", "align", "align_blocks", "pairs"]
