"""Files of pairs and of terms: CSV, TSV and TMX, by the rules of Amazon Translate.

A file comes in, rows with their languages and places go out, and the other way round. The embedded
service reads by the same rules.
"""
