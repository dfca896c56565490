"""The book in other languages, made by d2lbook itself: its ``build`` command with ``--lang``."""
