"""Files of pairs and of terms: CSV, TSV and TMX, by the rules of Amazon Translate.

``tables`` and ``tmx`` read records with their lines, for a person's files and for the embedded
service alike. ``exchange`` makes rows of languages of them, and files of rows. ``terms`` knows
where the terms of a project are, and pages of terms.
"""
