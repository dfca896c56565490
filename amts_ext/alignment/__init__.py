"""Two texts to beads: which sentences of a translation belong to which of its original.

Two documents with their segments come in, beads of their indices with a score go out: blocks are
aligned by what both sides keep, sentences inside them by length (Gale and Church, 1993).
"""

from amts_ext.alignment.documents import VERSION, Bead, align, align_blocks, pairs

__all__ = ["VERSION", "Bead", "align", "align_blocks", "pairs"]
