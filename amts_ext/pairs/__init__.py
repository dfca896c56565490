"""Files of pairs and of terms: CSV, TSV and TMX, by the rules of Amazon Translate.

``tables`` and ``tmx`` read the records of a file with their lines; a person's files and those of
the embedded service are read by the same code. ``exchange`` turns records into rows of languages,
and rows into files. ``terms`` reads pages of terms, and finds the terms of a project.
"""
