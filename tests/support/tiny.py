"""A book of two documents with its translations into Chinese and Portuguese, and prepare on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from amts_ext.cli import main
from amts_ext.pairs import exchange

CONFIG = """[project]
name = tiny
lang = en

[build]
notebooks = *.md

[amts]
langs = zh, pt
human_zh = zh
human_pt = pt
"""
A = """# The Mean

The mean $m$ is the sum of all values divided by their number. It moves when one value moves.
The median stays where it is, even if a single value runs far away.

```{.python .input}
print(sum(values))
```

See :numref:`sec_median` for the other average.
"""
A_ZH = """# 均值

均值$m$等于所有值的总和除以值的个数。只要一个值变动，它就会变动。
中位数则停留在原处，即使有一个值跑得很远。

```{.python .input}
print(sum(values))
```

另一种平均数见 :numref:`sec_median`。
"""
A_PT = """# A média

A média $m$ é a soma de todos os valores dividida pelo número deles. Ela se move quando um valor
se move. A mediana fica onde está, mesmo que um único valor fuja para longe.

```{.python .input}
print(sum(values))
```

Veja :numref:`sec_median` para a outra média.
"""
B = "# The Median\n\nSort the values and take the middle one. A table is not a picture.\n"
B_ZH = "# 中位数\n\n把各个值排序，取中间的那一个。表格不是图形。\n"
B_PT = "# A mediana\n\nOrdene os valores e tome o do meio. Uma tabela não é uma figura.\n"


def make(root: Path) -> None:
    """Two documents and their translations into two languages."""
    for folder, first, second in (("", A, B), ("zh", A_ZH, B_ZH), ("pt", A_PT, B_PT)):
        (root / folder).mkdir(exist_ok=True)
        (root / folder / "a.md").write_text(first, "utf-8")
        (root / folder / "b.md").write_text(second, "utf-8")
    (root / "config.ini").write_text(CONFIG)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main(["parallel-data", "prepare", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def pairs(path: str) -> dict[str, str]:
    """Source and first target of a file's rows."""
    return {row.source: next(iter(row.targets.values())) for row in exchange.read(Path(path)).rows}
