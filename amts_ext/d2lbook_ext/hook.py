"""Adds ``--lang`` to ``d2lbook build`` at the moment d2lbook is imported, and not before.

d2lbook has no plug-ins, and a second console script called ``d2lbook`` would fight with the
first one over the same file. So the file ``amts_ext_d2lbook.pth`` (written by setup.py), which the
interpreter runs at every start, puts a finder in front of ``sys.meta_path``; that finder comes here
when ``d2lbook.build`` is imported. The original script runs, and either package may be installed,
updated or removed first.

``amts_ext.book_config`` comes here too: its folder lies inside the package in a wheel and beside
it in a checkout, where an editable install finds it this way.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_OWN_OPTIONS = ("--l", "--f", "--d", "--h", "-h")
"""How the arguments begin that d2lbook alone does not know (or, the help, knows in part)."""


def find(name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    """The spec of one of the two names, or None if no other finder knows it either."""
    if name == "d2lbook.build":
        return _find_d2lbook(name, path, target)
    return None if PathFinder.find_spec(name, path) else _find_beside(name, path or ())


def _find_d2lbook(
    name: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    for finder in sys.meta_path:
        ours = type(finder).__name__ == "AmtsFinder"
        if not ours and hasattr(finder, "find_spec"):
            spec = finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _ExtendingLoader(spec.loader)
                return spec
    return None


def _find_beside(name: str, path: Sequence[str]) -> ModuleSpec | None:
    package, _, folder = name.rpartition(".")
    parents = [entry[: -len(package)] for entry in path if entry.endswith(package)]
    return PathFinder.find_spec(f"{package}.{folder}", parents)


class _ExtendingLoader(Loader):
    """d2lbook's own loader, with a step after it."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        extend(module)


def extend(module: ModuleType) -> None:
    """Let ``module.build`` hand a command line with an option of ours to :mod:`d2lbook_ext`."""
    original = module.build

    def build() -> None:
        arguments = sys.argv[2:]
        if any(argument.startswith(_OWN_OPTIONS) for argument in arguments):
            # What d2lbook has imported (a parser generator's tables) stays to the end: the search
            # for garbage need not go through it again and again.
            gc.freeze()
            from amts_ext.d2lbook_ext.build import build as build_languages

            raise SystemExit(build_languages(arguments, prog="d2lbook build"))
        original()

    build.__doc__ = original.__doc__
    module.build = build  # type: ignore[attr-defined]
