"""What is known of a language: its profile, its script, its sentences, and how to tell it.

A language code comes in; the profile of a target language, the ends of sentences, or the language
that a text is in go out. Nothing here knows of documents or of books.
"""
