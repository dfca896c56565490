"""Engines of the embedded service: what really turns a sentence into another language."""
