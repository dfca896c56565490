"""Adaptation: the embedded service learns from parallel data, beyond the sentences that it holds.

:mod:`.routes` chooses the engine for a pair of languages. :mod:`.training` makes a statistical
engine for a pair without a neural one. :mod:`.corrections` learns rules that correct the output of
a neural engine. :mod:`.learned` keeps both, by the content that they were learned from.
"""
