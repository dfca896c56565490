"""AMTS: keeps a book of executable notebooks alive in many languages."""

__version__ = "0.1.0"
