"""Text notebooks of jupytext: the prose of their Markdown cells, in the file's own lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.program import amts, write
from support.pseudo import upper

from amts_ext import formats, translate_text
from amts_ext.errors import InputError
from amts_ext.formats import doubts_of

jupytext = pytest.importorskip("jupytext")

PERCENT = '''# ---
# jupyter:
#   kernelspec:
#     display_name: keep
#     name: python3
# ---

# %% [markdown]
# # A title
#
# Some *words*
# go on.

# %%
# Some *words*
# go on.
x = 1  # keep

# %% [markdown] tags=["keep"]
"""
Quoted words.

More.
"""

# %%
keep = """
Quoted words.
"""
'''
LIGHT = """# # A title
#
# Some words.

x = 1

# More words
# here.

# +
# keep
y = 2
# -

# Last.
"""
SPUN = "#' Some\n#' words.\n\nx <- 1\n"


@pytest.mark.parametrize(
    ("format", "text", "prose"),
    [
        ("py:percent", PERCENT, ["A title", "Some *words*\n# go on.", "Quoted words.\n\nMore."]),
        ("py:light", LIGHT, ["A title", "Some words.", "More words\n# here.", "Last."]),
        ("R:spin", SPUN, ["Some\n#' words."]),
    ],
)
def test_only_markdown_cells_change(format: str, text: str, prose: list[str]) -> None:
    made = translate_text(text, format, target="pt", translate=upper)
    expected = text
    for words in prose:
        expected = expected.replace(words, re.sub("\n#'? ", " ", words.upper()), 1)
    assert made == expected
    assert translate_text(text, format, target="pt", translate=list) == text
    crlf = text.replace("\n", "\r\n")
    assert translate_text(crlf, format, target="pt", translate=upper) == made.replace("\n", "\r\n")
    before, after = (jupytext.reads(t, fmt=format).cells for t in (text, made))
    code = [[c.source for c in cells if c.cell_type == "code"] for cells in (before, after)]
    assert code[0] == code[1] and len(before) == len(after)


def test_lines_are_those_of_the_file() -> None:
    blocks = formats.get("py:percent").read(PERCENT).blocks
    assert [block.line for block in blocks] == [9, 11, 21, 23]


def test_a_translation_that_ends_a_cell_is_refused() -> None:
    for words in ("%% words", '"""', "a\n\nb"):

        def always(texts: list[str], words: str = words) -> list[str]:
            return [words for _ in texts]

        made = translate_text(PERCENT, "py:percent", target="pt", translate=always)
        before, after = (jupytext.reads(t, fmt="py:percent").cells for t in (PERCENT, made))
        assert [c.cell_type for c in after] == [c.cell_type for c in before]


def test_a_cell_that_is_not_found_is_said_and_stays() -> None:
    text = "# %% [markdown]\n#One here.\n# Two here.\n"
    found = doubts_of(formats.get("py:percent"), text)
    assert [d.source for d in found] == ["One here."]
    assert translate_text(text, "py:percent", target="pt", translate=upper) == text


def test_commands_take_the_names_of_jupytext(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": PERCENT})
    done = amts(tmp_path, "segments", "a.py", "--format", "py:percent")
    assert '"A title"' in done.out
    with pytest.raises(InputError, match="unknown format 'py:nothing'"):
        formats.get("py:nothing").read("x = 1\n")
