"""What tests share: places on the disk, pseudo-translators, services, small books, and waiting.

A helper that two test files need lives here; ``conftest.py`` beside it has the fixtures.
"""
