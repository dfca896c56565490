"""What this and other distributions have registered, by entry-point group and name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

_every = cache(entry_points)
"""All groups at once: each search reads a file of every installed distribution."""


@cache
def registered(group: str) -> Mapping[str, EntryPoint]:
    """The entry points of a group, by name."""
    return {entry.name: entry for entry in _every().select(group=group)}
