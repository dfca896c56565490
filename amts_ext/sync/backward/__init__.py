"""Backward: what humans corrected in a translation, and the original may want.

:mod:`.corrections` compares three texts, and :mod:`.project` all files of a translation.
"""
