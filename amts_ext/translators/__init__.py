"""Translators by name: the project's own and those of other distributions.

The entry-point group ``amts_ext.translators`` names factories that take a book's
:class:`~amts_ext.config.Config` and return a :class:`~amts_ext.translators.base.Translator`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from amts_ext.errors import ConfigError
from amts_ext.plugins import registered

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.translators.base import Translator

GROUP = "amts_ext.translators"
DEFAULT = "embedded"
"""The translator of a book that names none."""


def make(config: Config) -> Translator:
    """Make the translator that the book names, or the embedded service if it names none.

    So money is spent only where the book's configuration says so. Raises :class:`ConfigError` for
    an unknown name.
    """
    name = config.translator or DEFAULT
    known = registered(GROUP)
    if name not in known:
        raise ConfigError(
            f"[translation] translator: unknown '{name}'; allowed: {', '.join(sorted(known))}",
            file=str(config.file),
        )
    return cast("Translator", known[name].load()(config))
