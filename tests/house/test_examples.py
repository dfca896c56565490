"""Every ``>>>`` example in a docstring shows what the program really answers."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import amts_ext

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = sorted(m.name for m in pkgutil.walk_packages(amts_ext.__path__, "amts_ext."))


def with_examples() -> list[str]:
    root = Path(amts_ext.__path__[0])
    places = {name: root.joinpath(*name.split(".")[1:]) for name in MODULES}
    files = {
        n: p / "__init__.py" if p.is_dir() else p.with_suffix(".py") for n, p in places.items()
    }
    return [name for name, file in files.items() if ">>> " in file.read_text("utf-8")]


@pytest.mark.parametrize("name", with_examples())
def test_the_examples_of_a_module(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tried = doctest.testmod(import_module(name), optionflags=OPTIONS)
    assert tried.attempted and not tried.failed
