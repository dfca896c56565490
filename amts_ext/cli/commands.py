"""The table of commands, by what a person wants to do; ``amts --help`` shows it and loads none.

A command is a module beside this one: ``parallel-data`` is ``parallel_data.py``. It has

- ``HELP``: its line, the same as in the table;
- ``add(parser)``: adds its options, and sets ``run`` to the function that is called with them.

``build`` has ``run(words)`` in place of ``add``: d2lbook's build reads its own command line.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from amts_ext.errors import InputError

GROUPS = {
    "build": {
        "build": "Build the book in other languages.",
        "translate": "Translate files or folders outside any book.",
    },
    "look": {
        "plan": "What a build of this book would send to the translator.",
        "segments": "What a translator would see, as JSON lines.",
        "check": "Check a translation without a reference.",
        "memory": "What the translation memory holds, and whether it is whole.",
    },
    "teach": {
        "parallel-data": "The book's parallel data at Amazon Translate.",
        "terminology": "Custom terminologies at Amazon Translate.",
    },
    "measure": {
        "evaluate": "Score translations against a human's.",
    },
    "serve": {
        "service": "Run the embedded Amazon Translate and S3.",
    },
}


def names() -> list[str]:
    """Every command, in the table's order."""
    return [name for lines in GROUPS.values() for name in lines]


def overview() -> str:
    """The table for a terminal: under each group its commands, a line each."""
    width = max(map(len, names()))
    groups = []
    for group, lines in GROUPS.items():
        shown = [f"  {name:{width}}  {line}" for name, line in lines.items()]
        groups.append("\n".join([f"{group}:", *shown]))
    return "\n\n".join(groups)


def load(name: str) -> ModuleType:
    """The command's module.

    Raises :class:`InputError` for a name that is not in the table::

        'pln' is no command; did you mean 'plan'? `amts --help` lists all
    """
    if name not in names():
        raise InputError(f"'{name}' is no command;{_nearest(name)} `amts --help` lists all")
    return import_module(f"amts_ext.cli.{name.replace('-', '_')}")


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, names(), n=1)
    return f" did you mean '{near[0]}'?" if near else ""
