"""Answers on standard output: as JSON for a program, as lines and columns for a person."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence


def show(arguments: Namespace, answer: object, *lines: str) -> None:
    """Print the ``answer`` with ``--json``, else the ``lines``; ``none`` if there are none."""
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(*(lines or ["none"]), sep="\n")


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line for each row, its cells below those of the others; the last cell may be long.

    >>> columns([("en", "pt", "house"), ("en", "zh-TW", "cat")])
    ['en  pt     house', 'en  zh-TW  cat']
    """
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)][:-1]
    return [
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    ]
