"""Alignment: beads of the segments of two texts that translate each other.

A *bead* joins one or more segments of a text with those of its translation that say the same. Most
beads are 1-1. A sentence that the translator split is in a bead of 1-2, and one that was left out
is in a bead of 1-0.

>>> from amts_ext.formats import get
>>> from amts_ext.text.masking import mask
>>> source = get("md").read("The mean is small and it is positive. It is real.")
>>> target = get("md").read("La media es pequeña. Es positiva. Es real.")
>>> for bead in align(source, mask(source, "en"), target, mask(target, "es")):
...     print(bead.source, bead.target)
(0,) (0, 1)
(1,) (2,)

Blocks are aligned first, and then the sentences inside them, by length (Gale and Church, 1993) and
by the features that a translation keeps.
"""

from amts_ext.alignment.blocks import Bead
from amts_ext.alignment.documents import align, align_blocks, pairs, version

__all__ = ["Bead", "align", "align_blocks", "pairs", "version"]
