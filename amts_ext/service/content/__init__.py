"""From a document to the sentences that an engine gets, and back with all its markup.

HTML and plain text come in and are cut into runs of text and marks; what an engine, pairs and terms
make of them is put in their place. Files of pairs and terms are read here too.
"""
