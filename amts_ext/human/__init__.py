"""Human translations: their files are found, aligned, and offered to the memory as units.

:func:`learn` does it for a folder and reports what was learned, and what was left out and why;
:func:`align` aligns two texts.
"""

from amts_ext.human.learning import Report, align, find_pairs, learn, text_files

__all__ = ["Report", "align", "find_pairs", "learn", "text_files"]
