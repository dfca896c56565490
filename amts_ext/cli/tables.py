"""Answers of commands on standard output: JSON for a program, lines and columns for a person."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence


def show(arguments: Namespace, answer: object, *lines: str) -> None:
    """Print the ``answer`` with ``--json``, else the ``lines``, or ``none`` if there are no lines.

    >>> show(Namespace(json=True), {"units": 3}, "3 units")
    {"units": 3}
    >>> show(Namespace(json=False), {"units": 3}, "3 units")
    3 units
    """
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(*(lines or ["none"]), sep="\n")


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a line for each row, with its cells aligned in columns.

    >>> columns([("en", "pt", "house"), ("en", "zh-TW", "cat")])
    ['en  pt     house', 'en  zh-TW  cat']

    The last column has no width, so its cells may be long.
    """
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)][:-1]
    return [
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    ]
