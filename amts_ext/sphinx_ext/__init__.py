"""The Sphinx extension: ``extensions = ["amts_ext"]``, and the book is built translated."""
