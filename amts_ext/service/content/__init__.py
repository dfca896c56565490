"""From a document to the sentences that an engine gets, and back with all its markup.

HTML and plain text are cut into runs of text and marks. An engine, pairs and terms translate the
runs, and the results are put in their places. Files of pairs and terms are read here too.
"""
