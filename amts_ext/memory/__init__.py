"""The translation memory: every unit, human and machine, in one SQLite file.

Units come in and are kept under the key of their masked source; looked up, human units come first.
Many processes may read while one writes.
"""

from amts_ext.memory.checking import check
from amts_ext.memory.sqlite import Alignment, Found, Memory, Query, unit_key

__all__ = ["Alignment", "Found", "Memory", "Query", "check", "unit_key"]
