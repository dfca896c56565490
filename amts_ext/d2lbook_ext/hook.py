"""The hook that adds ``--lang`` to ``d2lbook build`` when d2lbook is imported.

d2lbook has no plug-ins, and a second console script called ``d2lbook`` would overwrite the first.
Therefore setup.py installs a file ``amts_ext_d2lbook.pth``. Python runs it at every start; it puts
a finder in front of ``sys.meta_path``, and the finder calls :func:`find` when ``d2lbook.build`` is
imported. So d2lbook's own script runs, and the two packages may be installed, updated and removed
in any order.

The finder also calls :func:`find` for ``amts_ext.book_config``. Its folder lies inside the package
in a wheel and beside the package in a checkout, where an editable install would not find it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_OWN_OPTIONS = ("--l", "--f", "--d", "--h", "-h")
"""Beginnings of the options that d2lbook lacks, and of those for help, which it knows in part."""


def find(name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    """Return the spec of ``d2lbook.build`` or ``amts_ext.book_config``; None to search further."""
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
    """A loader that runs d2lbook's own loader and then :func:`extend`."""

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
    """Replace ``module.build`` by a function that knows the options of this package.

    A command line with one of them goes to :func:`amts_ext.d2lbook_ext.build.build`, any other to
    d2lbook.
    """
    original = module.build

    def build() -> None:
        arguments = sys.argv[2:]
        if any(argument.startswith(_OWN_OPTIONS) for argument in arguments):
            # What d2lbook has imported (the tables of a parser generator) is needed to the end, so
            # the garbage collector need not search it again and again.
            gc.freeze()
            from amts_ext.d2lbook_ext.build import build as build_languages

            raise SystemExit(build_languages(arguments, prog="d2lbook build"))
        original()

    build.__doc__ = original.__doc__
    module.build = build  # type: ignore[attr-defined]
