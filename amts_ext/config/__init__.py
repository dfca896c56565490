"""A book's configuration: one field for each key, from which reader, help and documentation come.

``config.ini`` comes in, a checked :class:`Config` goes out; an error names file, key and what is
allowed.
"""

from amts_ext.config.settings import ON_INTERRUPT, Config, load, table

__all__ = ["ON_INTERRUPT", "Config", "load", "table"]
