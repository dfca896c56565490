"""Corrections: what a human exchanged is found, and what a human localized is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from support.moving_books import commit, git
from support.program import write

from amts_ext import formats
from amts_ext.human import open_items
from amts_ext.human.aligned import align_sides
from amts_ext.human.open_items import FileState, ItemKind, OpenItem
from amts_ext.merging.texts import Text, Ties, tied
from amts_ext.sync.backward.corrections import corrections
from amts_ext.sync.backward.project import Backward, project_corrections
from amts_ext.sync.project import SyncSettings

BASE = """# The mean
:label:`sec_maen`

The mean of $n$ heights is $\\frac{1}{n} \\sum_i x_j$, as :cite:`Mayer.1750` and
[the history](https://en.example.org/wiki/Mean) say. About 4,352 of 2 million heights were 19 cm.

$$m = \\sum_i w_i x_i, \\text{ if all } w_i > 0.$$

```{.python .input}
#@tab pytorch
heights = load("heights.csv")  # in centimetres
print(mean(heights, 1))
```

![Heights.](../img/heights.svg)

Press `Connect`. See `numpy.mean` and one example at https://example.org/heights/1.
"""
HUMAN = """# La media
:label:`sec_maen`

La media de $n$ alturas es $\\frac{1}{n} \\sum_i x_j$, según :cite:`Mayer.1750` y
[la historia](https://es.example.org/wiki/Media). Unas $4.352$ de 2 millones de alturas eran 19 cm.

$$ m = \\sum_i w_i x_i, \\text{ si todos los } w_i > 0. $$

```{.python .input}
#@tab pytorch
heights = load("alturas.csv")  # en centímetros
print(mean(heights, 1))
```

![Alturas.](../img/heights-es.svg)

Pulse `Conectar`. Véase `numpy.mean` y un ejemplo en https://example.org/heights/1.
"""
CORRECTED = {
    "reference": (":label:`sec_maen`", ":label:`sec_mean`"),
    "formula": ("\\sum_i x_j", "\\sum_i x_i"),
    "number": ("19 cm", "91 cm"),
    "code": ("mean(heights, 1)", "mean(heights, 0)"),
    "link": ("https://example.org/heights/1", "https://example.org/heights/2"),
}
"""By kind: what stands in both texts, and what a human makes of it."""


def found(base: str, source: str, target: str, language: str = "es") -> list[tuple[str, str, str]]:
    """The corrections as kind, what the source has, and what the human has."""
    read = formats.get("d2l").read
    ours, now, theirs = (
        Text(read(base), "en"),
        Text(read(source), "en"),
        Text(read(target), language),
    )
    ties = tied(ours, theirs, align_sides(ours, theirs, unchanged=True)).ties
    # Short texts are seldom sure to be each other's translation.
    sure = Ties([replace(tie, is_sure=True) for tie in ties])
    return [(one.kind, one.source, one.target) for one in corrections(ours, now, theirs, sure)]


def test_a_translation_has_no_corrections() -> None:
    assert found(BASE, BASE, HUMAN) == []


@pytest.mark.parametrize("kind", CORRECTED)
def test_a_correction_is_found_until_the_source_has_it(kind: str) -> None:
    wrong, right = CORRECTED[kind]
    target = HUMAN.replace(wrong, right)
    assert target != HUMAN and wrong in BASE
    ((told, source, human),) = found(BASE, BASE, target)
    assert told == kind and source != human
    assert source in BASE and human in target
    assert found(BASE, BASE.replace(wrong, right), target) == []  # corrected there too
    assert found(BASE, BASE.replace(wrong, "nothing"), target) == []  # the place is gone
    other = BASE.replace("The mean", "A mean").replace("![Heights.]", "It is a sum.\n\n![Heights.]")
    assert [told for told, _, _ in found(BASE, other, target)] == [kind]


@pytest.mark.parametrize(
    ("base", "human"),
    [
        ("There are 4,352 heights.", "共有$4352$个高度。"),
        ("There are 2 million heights.", "共有200万个高度。"),
        ("There is one height.", "共有1个高度。"),
        ("The $i^\\mathrm{th}$ of $x_1, x_2$.", "$x_1$和$x_2$的第$i$个。"),
        ("It is $x_1 + x_2 + x_3 \\cdot y$.", "它是$x_1 + x_2 + x_3 × y$。"),
        ("Both $w_1 a + w_2 b$ and $\\|w\\|$.", "$w_2b+w_1a$与$\\Vert w\\Vert$。"),
        ("A set $\\{cat, dog\\}$ of animals.", "动物集合$\\{猫, 狗\\}$。"),
        ("Press `Connect` for heights.", "按`连接`查看高度。"),
        ("See https://example.org/heights for heights.", "高度请见https://example.org/heights获得更多。"),
        ("See [heights](https://example.org/en/heights).", "见[高度](https://example.org/zh/gaodu)。"),
        ("![Heights.](../img/heights.svg)", "![高度。](../img/heights_zh.svg)"),
        ("```bash\nrun a  # all\n```", "```bash\nrun   a;  # 全部\n```"),
        ("```toc\na\nb\n```", "```toc\na\nc\n```"),
        ("```python\n#@tab all\nf(1)\n```", "```python\n#@tab paddle\nf(2)\n```"),
        ("```{.python .input n=1}\nf(1)\n```", "```{.python .input}\nf(1)\n```"),
        ("```python\nprint(f'loss {a} of {b}')\n```", "```python\nprint(f'{b}的损失{a}')\n```"),
    ],
)  # fmt: skip
def test_what_is_localized_is_no_correction(base: str, human: str) -> None:
    frame = "# Heights\n\n{}\n\nThe end of it.\n", "# 高度\n\n{}\n\n到此结束。\n"
    texts = frame[0].format(base), frame[1].format(human)
    assert found(texts[0], texts[0], texts[1], "zh") == []


def test_of_what_is_not_surely_its_translation_nothing_is_said() -> None:
    read = formats.get("d2l").read
    base, target = BASE, HUMAN.replace(*CORRECTED["number"]).replace(*CORRECTED["code"])
    ours, theirs = Text(read(base), "en"), Text(read(target), "es")
    ties = tied(ours, theirs, align_sides(ours, theirs, unchanged=True)).ties
    assert len(list(corrections(ours, ours, theirs, Ties(ties)))) == 2
    unsure = Ties([replace(tie, is_sure=False) for tie in ties])
    assert not list(corrections(ours, ours, theirs, unsure))


def settings(tmp_path: Path, **texts: str) -> SyncSettings:
    """A source, and a translation with the originals ``BASE`` beside its files."""
    source = write(tmp_path / "en", dict.fromkeys((f"{name}.md" for name in texts), BASE))
    for name, text in texts.items():
        write(tmp_path / "es", {f"{name}.md": text, f"{name}_origin.md": BASE})
    return SyncSettings(source, tmp_path / "es", "es", format="d2l")


def told(done: Backward) -> list[tuple[str, int, int, int]]:
    assert not done.problems
    return [
        (f.path, f.correction.line, f.correction.source_line, len(f.others)) for f in done.findings
    ]


def test_one_correction_in_many_files_is_told_once(tmp_path: Path) -> None:
    """An item that waits for a person is no human's, and a pin says that it is no correction."""
    code, number = ("heights, 1", "heights, 0"), ("19 cm", "91 cm")
    both = HUMAN.replace(*code).replace(*number)
    found = settings(tmp_path, a=both, b=both, c=HUMAN)
    assert told(project_corrections(found)) == [
        ("a.md", 5, 5, 0), ("a.md", 12, 12, 1), ("b.md", 5, 5, 0)
    ]  # fmt: skip
    pin = "<!-- amts: keep -->\n\n{}\n\n<!-- amts: end -->\n\n"
    cell = both[both.index("```{") : both.index("![Alturas")]
    pinned = both.replace(cell, pin.format(cell.strip()))
    write(found.target, {"a.md": pinned, "b.md": HUMAN})
    assert told(project_corrections(found)) == [("a.md", 5, 5, 0)]


def test_what_a_machine_wrote_and_nobody_read_is_no_correction(tmp_path: Path) -> None:
    target = HUMAN.replace("heights, 1", "heights, 0").replace("19 cm", "91 cm")
    found = settings(tmp_path, a=target)
    cell = target[target.index("```{") : target.index("\n\n![")]
    item = OpenItem(ItemKind.CHANGED, 10, target.index(cell), new_target=cell)
    write(found.target, {open_items.NAME: open_items.dump({"a.md": FileState((item,))})})
    assert told(project_corrections(found)) == [("a.md", 5, 5, 0)]
    kept = FileState((structs.replace(item, old_target=cell, kept=True),))
    write(found.target, {open_items.NAME: open_items.dump({"a.md": kept})})
    assert len(told(project_corrections(found))) == 2


def test_pages_of_the_edition_are_no_corrections(tmp_path: Path) -> None:
    texts = {n: HUMAN.replace("heights/1", f"heights/{n}") for n in ("7", "8", "9")}
    found = settings(tmp_path, **{f"p{n}": text for n, text in texts.items()})
    for n in texts:
        page = BASE.replace("heights/1", f"heights/{n}0")
        write(found.source, {f"p{n}.md": page})
        write(found.target, {f"p{n}_origin.md": page})
    assert told(project_corrections(found)) == []
    (found.target / "p9.md").unlink()
    assert len(told(project_corrections(found))) == 2


def test_a_base_in_git_and_a_notebook(tmp_path: Path) -> None:
    import json

    def notebook(text: str) -> str:
        before, code, after = text.replace("```{.python .input}\n#@tab pytorch\n", "```\n").split(
            "```\n"
        )
        kinds = zip(("markdown", "code", "markdown"), (before, code, after), strict=True)
        cells = [
            {"cell_type": kind, "metadata": {}, "source": held.strip("\n").splitlines(True)}
            | ({"outputs": [], "execution_count": None} if kind == "code" else {})
            for kind, held in kinds
        ]
        whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        return json.dumps(whole, indent=1, ensure_ascii=False)

    source = write(tmp_path / "en", {"mean.ipynb": notebook(BASE)})
    old = commit(source)
    write(source, {"mean.ipynb": notebook(BASE + "\nOne more sentence, which is new here.\n")})
    commit(source)
    human = notebook(HUMAN.replace("heights, 1", "heights, 0"))
    target = write(tmp_path / "es", {"mean.ipynb": human})
    done = project_corrections(SyncSettings(source, target, "es", base=old))
    (finding,) = done.findings
    line = human.splitlines().index('    "print(mean(heights, 0))"') + 1
    assert finding.correction.line == line and finding.correction.kind == "code"
    assert not done.problems and git(source, "status", "--porcelain") == ""


def test_what_has_no_base_or_another_one_is_a_problem(tmp_path: Path) -> None:
    found = settings(tmp_path, a=HUMAN.replace("19 cm", "91 cm"), b=HUMAN, c=HUMAN)
    (found.target / "b_origin.md").unlink()
    write(found.target, {"c_origin.md": "# Another\n\nThis says what no one there says.\n\n" * 9})
    done = project_corrections(found)
    messages = "\n".join(map(str, done.problems))
    assert "b.md: no base" in messages and "found again in it" in messages
    assert [finding.path for finding in done.findings] == ["a.md"] and done.compared == 1
