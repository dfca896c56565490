"""Mark lines of d2lbook with a slip of the keyboard: they become prose, which is told."""

from __future__ import annotations

import pytest

from amts_ext import formats


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (":label:`sec_x`", ""),
        (":begin_tab:`mxnet, pytorch`", ""),
        (":end_tab:", ""),
        (":numref:`x` shows it.", ""),
        (":Label of a table.", ""),
        (":cite:`Width.2020`", ""),
        ("：label：`sec_x`", "label"),
        (":label:`sec_x`。", "label"),
        (":label:sec_x", "label"),
        (":lable:`sec_x`", "label"),
        (":eqlable:`x`", "eqlabel"),
        (":begin tab:`x`", ""),
        (":begintab:`x`", "begin_tab"),
        (":end_tabs:", "end_tab"),
        (":widht:`300px`", "width"),
        ("```\n:lable:`x`\n```", ""),
        ("````\n```\n:lable:`x`\n````", ""),
    ],
)
def test_a_mark_line_with_a_slip_is_told(line: str, meant: str) -> None:
    doubts = formats.get("d2l").doubts(f"# T\n{line}\n")
    told = [d.reason for d in doubts if "mark line" in d.reason]
    assert told == (
        [f"no mark line, so it is read as prose (is ':{meant}:' meant?)"] if meant else []
    )
    # What is no slip is a mark line for the reader too, and no prose.
    assert meant or formats.get("d2l").read(line) is not None
