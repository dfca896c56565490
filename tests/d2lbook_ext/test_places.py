"""Lines of a section for segments of its notebooks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.places import DEMO

from amts_ext import formats
from amts_ext.d2lbook_ext.places import Sections
from amts_ext.text.masking import mask

TEXT = """# Mean

The *mean* of $x$ is
a mean. It is a means.

mean

The *mean* of $y$ is
a mean.
"""


def test_each_segment_has_its_own_line_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TEXT, "utf-8")
    segments = mask(formats.get("d2l").read(TEXT), "en")
    sections = Sections(tmp_path)
    found = [sections.place("a.ipynb", 99, s.tokens) for s in segments]
    assert found == [("a.md", line) for line in (1, 3, 4, 6, 8)]


def test_what_is_in_no_section_keeps_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TEXT, "utf-8")
    (tmp_path / "b.md").write_bytes(b"\xff\n")
    sections = Sections(tmp_path)
    assert sections.place("a.ipynb", 3, "Nothing like it.") == ("a.md", None)
    assert sections.place("a.ipynb", 3, "⟦math1⟧") == ("a.md", None)
    assert sections.place("a.md", 3, "mean") == ("a.md", 3)
    assert sections.place("b.ipynb", 3, "mean") == ("b.ipynb", 3)
    assert sections.place("c.ipynb", 3, "mean") == ("c.ipynb", 3)


@given(st.lists(st.sampled_from(["It is.", "A mean.", "A mean of it.", "Is it?"]), min_size=1))
def test_repeated_sentences_have_rising_lines(lines: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.md").write_text("\n\n".join(lines), "utf-8")
        sections = Sections(Path(folder))
        found = [sections.place("a.ipynb", None, line)[1] for line in lines]
    assert found == [2 * i + 1 for i in range(len(lines))]


@pytest.mark.parametrize("path", sorted(DEMO.glob("chapter_*/*.md")), ids=lambda p: p.stem)
def test_the_demos_segments_are_found_on_their_lines(path: Path) -> None:
    segments = mask(formats.get("d2l").read(path.read_text("utf-8")), "en")
    sections = Sections(path.parent)
    for segment in segments:
        line = sections.place(f"{path.stem}.ipynb", None, segment.tokens)[1]
        assert line is not None and 0 <= line - segment.line <= 3, segment.tokens
