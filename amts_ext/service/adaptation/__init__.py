"""What parallel data teaches the embedded service, beyond the sentences that it holds.

:mod:`.routes` says which engine serves which pair of languages; :mod:`.training` makes a
statistical engine for pairs without a neural one; :mod:`.corrections` learns what to put right in
the output of a neural one; :mod:`.learned` keeps both by the content that they were learned from.
"""
