"""The table of commands, grouped by purpose; ``amts --help`` shows it and loads no command.

>>> load("parallel-data").HELP
"The book's parallel data at Amazon Translate."

A command is a module beside this one: ``parallel-data`` is ``parallel_data.py``. It has

- ``HELP``: its line in the table;
- ``add(parser)``: a function that adds its options, and sets ``run`` to the function that is called
  with the arguments and returns the exit code.

``build`` has a function ``run(words)`` instead of ``add``, because d2lbook's build reads its own
command line.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from amts_ext.errors import InputError

GROUPS = {
    "build": {
        "build": "Build the book in other languages.",
        "translate": "Translate files or folders outside any book.",
        "po": "Sphinx's gettext catalogs, from the memory and the translator.",
    },
    "keep": {
        "sync": "Bring a human translation in step with its source.",
        "status": "Which files of a human translation are in step.",
        "backward": "What humans corrected in a translation, for the original.",
    },
    "look": {
        "preview": "The translated page beside its source, in the browser, live.",
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
    """Return the names of all commands, in the table's order."""
    return [name for lines in GROUPS.values() for name in lines]


def overview() -> str:
    """Return the table as text: each group's name, and below it a line for each command."""
    width = max(map(len, names()))
    groups = []
    for group, lines in GROUPS.items():
        shown = [f"  {name:{width}}  {line}" for name, line in lines.items()]
        groups.append("\n".join([f"{group}:", *shown]))
    return "\n\n".join(groups)


def load(name: str) -> ModuleType:
    """Import the module of a command.

    >>> load("memory").__name__
    'amts_ext.cli.memory'

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
