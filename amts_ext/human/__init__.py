"""Human translations: their files are found, aligned, and offered to the memory as units.

:func:`learn` does it for a folder and reports what was learned, and what was left out and why;
:func:`align` aligns two texts.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from amts_ext.human.learning import Report, align, find_pairs, learn, text_files

__all__ = ["Report", "align", "find_pairs", "learn", "text_files"]


def __getattr__(name: str) -> Any:
    """Load a public call (PEP 562): it brings all of alignment, which few books need."""
    if name in __all__:
        return getattr(import_module("amts_ext.human.learning"), name)
    raise AttributeError(f"module 'amts_ext.human' has no attribute '{name}'")
