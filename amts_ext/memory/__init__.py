"""The translation memory: every unit, human and machine, in one SQLite file.

Units come in and are kept under the key of their masked source; looked up, human units come first.
Many processes may read while one writes. :class:`Store` is what any memory offers.
"""

from amts_ext.memory.base import Alignment, Found, Kept, Query, Store
from amts_ext.memory.integrity import Findings
from amts_ext.memory.keys import unit_key
from amts_ext.memory.sqlite import Memory, ShortMemory, check

__all__ = [
    "Alignment",
    "Findings",
    "Found",
    "Kept",
    "Memory",
    "Query",
    "ShortMemory",
    "Store",
    "check",
    "unit_key",
]
