"""A finding names the line on which the human's sentence stands, however often its words stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from amts_ext.checks.places import HumanFiles
from amts_ext.checks.review import check_files

TEXT = """# 均值

均值是各个值的中心。它很有用。

> 均值是各个值的
> 重心。

均值

| 均值是各个值的中心 | 是 |

均值是各个值的中心。最后一句。
"""


@pytest.mark.parametrize(
    ("text", "share", "line"),
    [
        ("均值是各个值的中心。", 0.1, 3),
        ("均值是各个值的中心。", 0.9, 12),
        ("均值是各个值的 重心。", 0.1, 5),
        ("它很有用。", 0.9, 3),
        ("均值", 0.0, 1),
        ("最后一句。", 0.5, 12),
        ("均值是各个值的中心。最后一句，写法不同的结尾。", 0.5, 12),
    ],
)
def test_the_line_of_a_sentence(text: str, share: float, line: int, tmp_path: Path) -> None:
    (tmp_path / "mean.md").write_text(TEXT, "utf-8")
    place = HumanFiles(tmp_path, tmp_path).place("mean.md", text, share)
    assert place is not None and str(place) == f"mean.md:{line}"


def test_what_is_not_there_has_no_place(tmp_path: Path) -> None:
    (tmp_path / "mean.md").write_text(TEXT, "utf-8")
    human = HumanFiles(tmp_path, tmp_path)
    assert human.place("mean.md", "这句话不在文件里，谁也没写过它。", 0.5) is None
    assert human.place("other.md", "均值", 0.5) is None
    assert HumanFiles(tmp_path, None).place("mean.md", "均值", 0.5) is None


def test_what_alignment_is_not_sure_of_is_listed(tmp_path: Path) -> None:
    """The two paragraphs stand in another order: which is whose is told to be unsure."""
    english = [
        "The cat sleeps on the old roof of the house.",
        "Nobody knows the way to the harbour.",
    ]
    human = ["Ninguém conhece o caminho do porto.", "O gato dorme no velho telhado da casa."]
    for name, title, texts in (("a.md", "# Rain", english), ("b.md", "# Chuva", human)):
        (tmp_path / name).write_text("\n\n".join([title, *texts, ""]), "utf-8")
    review = check_files(tmp_path / "a.md", tmp_path / "b.md", ("en", "pt"), {})
    assert review.unsure and {place.text for place in review.unsure} <= {*english}
