"""What a person does with a sentence: it is edited, read, undone, and helped with.

An edit goes into the human's file where the book has one (:mod:`.human_text`), else into the
memory.
"""
