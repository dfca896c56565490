"""A book's configuration: one field for each key, from which reader, help and documentation come.

:func:`load` reads ``config.ini`` and returns a checked :class:`Config`. An error names file, line
and key, and says what is allowed.
"""

from amts_ext.config.settings import ON_INTERRUPT, Config, load, names, table, without_file

__all__ = ["ON_INTERRUPT", "Config", "load", "names", "table", "without_file"]
