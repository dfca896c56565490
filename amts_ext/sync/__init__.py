"""Synchronization: the source has moved on, and a human's translation follows it.

:func:`sync_text` does it for one text. :mod:`.merge` decides, and knows no file, memory or
translator; :mod:`.project` does it for the files of a translation.
"""

from amts_ext.human.open_items import ItemKind, ReviewItem
from amts_ext.merging.compose import SyncResult
from amts_ext.sync.text import sync_text

__all__ = ["ItemKind", "ReviewItem", "SyncResult", "sync_text"]
