"""Languages: their profiles, their scripts, their sentence ends, and which one a text is in.

>>> from amts_ext.languages import scripts, sentences
>>> scripts.writing("uk")
'Cyrl'
>>> sentences.boundaries("See Eq. 3. It is done.", "en")
[11, 22]

Nothing here knows of documents or of books.
"""
