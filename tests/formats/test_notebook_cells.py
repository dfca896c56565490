"""A changed cell of a notebook: the JSON of its other lines, odd line ends, broken characters."""

from __future__ import annotations

import json

import pytest

from amts_ext import translate_text
from amts_ext.translators.function import Function

CELL = (
    '{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": '
    '["Caf\\u00e9 \\/ \\t \\u2019\\n", "\\n", "# A title\\n", "\\n", "Le \\u003cb\\u003e."]}], '
    '"x": "é"}'
)


def answered(answer: str, text: str = CELL, format: str = "ipynb") -> str:
    def translate(texts: list[str]) -> list[str]:
        return [answer if t == "A title" else t for t in texts]

    return translate_text(text, format, target="pt", translate=Function(translate, sure=True))


def test_lines_that_stay_keep_their_json() -> None:
    assert answered("Um título") == CELL.replace("A title", "Um título")


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x0c", "\x0b", "\x85", "\x1c"])
def test_only_a_line_feed_ends_a_line_of_a_list(mark: str) -> None:
    before, after = json.loads(CELL), json.loads(answered(f"Um{mark}título"))
    old, new = (text["cells"][0]["source"] for text in (before, after))
    assert new == [line.replace("A title", f"Um{mark}título") for line in old]


@pytest.mark.parametrize("format", ["md", "d2l"])
def test_half_of_a_character_is_not_written(format: str) -> None:
    assert answered("Um \ud800 título", "# A title\n", format) == "# A title\n"
    assert answered("Um título \U0001f600", "# A title\n", format) == "# Um título \U0001f600\n"


@pytest.mark.parametrize("format", ["md", "d2l"])
@pytest.mark.parametrize("entity", ["&copy;", "&#169;", "&#xa9;"])
def test_an_entity_in_an_answer_is_text(format: str, entity: str) -> None:
    assert answered(f"Um {entity} x", "# A title\n", format) == f"# Um \\{entity} x\n"
