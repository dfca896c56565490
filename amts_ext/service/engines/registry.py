"""Engines by name: the project's own and those of other distributions (``amts_ext.engines``)."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from amts_ext.errors import ConfigError
from amts_ext.plugins import registered
from amts_ext.service.engines.base import Engine, EngineOptions

GROUP = "amts_ext.engines"


def find(name: str) -> str:
    """Return the ``module:attribute`` of an engine by its name.

    >>> find("echo")
    'amts_ext.service.engines.echo:Echo'

    A name that holds a colon is returned as it is: it names the attribute itself.

    Raises :class:`amts_ext.errors.ConfigError` if nothing is registered under the name.
    """
    if ":" in name:
        return name
    found = registered(GROUP)
    try:
        return found[name].value
    except KeyError:
        known = ", ".join(sorted(found))
        raise ConfigError(f"unknown engine {name!r}; known engines: {known}") from None


def make(name: str, options: EngineOptions) -> Engine:
    """Create an engine by its name.

    >>> make("echo", EngineOptions()).version("en", "pt")
    'echo-1/en-pt'

    Raises :class:`amts_ext.errors.ConfigError` if it is unknown or cannot be imported.
    """
    module, _, attribute = find(name).partition(":")
    try:
        factory = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"engine {name!r} cannot be loaded: {error}") from error
    return cast(Engine, factory(options))
