"""The merge of three texts: what of a source changed is changed in its human translation.

The three are the base, which the human translated; the source, which is the base some time later;
and the target, the human's translation. A merge goes these steps:

1. :mod:`.texts` reads the three, and ties the base's pieces to those of the target.
2. :mod:`.compare` finds what became of each piece of the base in the source.
3. :mod:`.merge` goes through the ties: what did not change stays; :mod:`.sentences` follows changed
   prose, :mod:`.entries` all else; :mod:`.departures` and :mod:`.arrivals` take out and put in.
4. :mod:`.compose` makes the new text of the changes, with translations put in.

Nothing here knows a file, a memory or a translator.
"""
