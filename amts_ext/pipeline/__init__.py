"""The whole way of a book: read, look up, ask for what is missing, remember, write.

A book or files come in, with a memory and a translator. Translated documents go out, with a result
that counts every segment and lists the problems for a person.
"""

from amts_ext.pipeline.pipeline import Pipeline
from amts_ext.progress import silent

__all__ = ["Pipeline", "silent"]
