"""AMTS: keeps a book of executable notebooks alive in many languages.

The calls are loaded when they are first used: importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_CALLS = {
    "translate_text": "amts_ext.api",
    "translate_file": "amts_ext.api",
    "translate_book": "amts_ext.pipeline.book",
    "align": "amts_ext.human",
    "evaluate": "amts_ext.evaluation",
}
__all__ = ["__version__", *sorted(_CALLS)]


def __getattr__(name: str) -> Any:
    if name in _CALLS:
        return getattr(import_module(_CALLS[name]), name)
    raise AttributeError(f"module 'amts_ext' has no attribute '{name}'")
