"""A human's translation: its folders are found, aligned, and offered to the memory as units.

Folders or pairs of texts come in; units go into the memory, and a report of what was learned and
what was left out, with its reason, goes out.
"""

from amts_ext.human.learning import Report, align, find_pairs, learn, text_files

__all__ = ["Report", "align", "find_pairs", "learn", "text_files"]
