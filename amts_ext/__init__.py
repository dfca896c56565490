"""AMTS: keeps a book of executable notebooks alive in many languages.

A call is loaded when it is first used, so that importing the package costs next to nothing.

>>> import amts_ext
>>> amts_ext.translate_text("An average.", target="es", translate=lambda sentences: ["Una media."])
'Una media.'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# The module that each public call is loaded from.
_CALLS = {
    "translate_text": "amts_ext.api",
    "translate_file": "amts_ext.api",
    "translate_book": "amts_ext.pipeline.book",
    "align": "amts_ext.human",
    "evaluate": "amts_ext.evaluation",
    "sync_text": "amts_ext.sync",
    "setup": "amts_ext.sphinx_ext.extension",
}
__all__ = ["__version__", *sorted(_CALLS)]


def __getattr__(name: str) -> Any:
    """Load a public call (PEP 562)."""
    if name in _CALLS:
        return getattr(import_module(_CALLS[name]), name)
    raise AttributeError(f"module 'amts_ext' has no attribute '{name}'")
