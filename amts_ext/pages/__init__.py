"""Built HTML pages: what was left untranslated is marked, and drafts are told.

A folder of pages and what became of their segments come in; the same pages go out, finished.
"""
