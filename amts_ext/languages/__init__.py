"""Languages: their profiles, their scripts, their sentence ends, and which one a text is in.

>>> from amts_ext.languages import scripts, sentences
>>> scripts.writing("uk")
'Cyrl'
>>> sentences.boundaries("See Fig. 3. It is done.", "en")
[12, 23]

Nothing here knows of documents or of books.
"""
