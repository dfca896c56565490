"""Plug-ins: the entry points of this and other distributions, by group and name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

# All groups are read at once, because each search reads a file of every installed distribution.
_every = cache(entry_points)


@cache
def registered(group: str) -> Mapping[str, EntryPoint]:
    """Return the entry points of a group by name.

    >>> sorted(registered("amts_ext.formats"))
    ['cells', ...]
    """
    return {entry.name: entry for entry in _every().select(group=group)}
