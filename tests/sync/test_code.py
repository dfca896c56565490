"""Cells that both sides changed: the code follows the source, the human's words stay on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_ext.merging import code
from amts_ext.merging.code import merge_code
from amts_ext.merging.statements import merge_statements, statements

CODE = st.lists(st.sampled_from([*"ab=,()[]{}\\#'\"", "\n", "\n", "  ", "if "])).map("".join)

FOLLOWED = {
    "a comment behind code": (
        "plot(x)  # draw", "plot(x, y)  # draw", "plot(x)  # 画图", "plot(x, y)  # 画图",
    ),
    "a comment that only the human has": (
        "plot(x)", "plot(x, y)", "plot(x)  # 画图", "plot(x, y)  # 画图",
    ),
    "a comment on lines of its own, shorter in the translation": (
        "# one,\n# two\nx = 1", "# one,\n# two\nx = 2", "# 一二\nx = 1", "# 一二\nx = 2",
    ),
    "comments whose code changed places": (
        "# a first step\nx = 1\n# then the other\ny = 2",
        "# then the other\ny = 2\n# a first step\nx = 1",
        "# 第一步\nx = 1\n# 然后\ny = 2",
        "# 然后\ny = 2\n# 第一步\nx = 1",
    ),
    "a comment that is further in now": (
        "# draw it\nplot(x)", "if x:\n    # draw it\n    plot(x)",
        "# 画图\n# 两行\nplot(x)", "if x:\n    # 画图\n    # 两行\n    plot(x)",
    ),
    "a line of the human's own": (
        "import a\nx = 1\ny = 2", "import a\nx = 1\ny = 3",
        "import a\nfont('SimHei')\nx = 1\ny = 2", "import a\nfont('SimHei')\nx = 1\ny = 3",
    ),
    "a string with a field": (
        "print(f'loss {x:.3f}')", "print(f'loss {x:.4f}')",
        "print(f'{x:.3f} 的损失')", "print(f'{x:.4f} 的损失')",
    ),
    "a key that is no text": (
        "d['a'] = 1\nplot(d['a'], 'rain')", "d['b'] = 1\nplot(d['b'], 'rain')",
        "d['a'] = 1\nplot(d['a'], '雨')", "d['b'] = 1\nplot(d['b'], '雨')",
    ),
    "a path": (
        "x = load('old/days.csv')\nx.plot()  # draw", "x = load('new/days.csv')\nx.plot()  # draw",
        "x = load('old/days.csv')\nx.plot()  # 画图", "x = load('new/days.csv')\nx.plot()  # 画图",
    ),
    "a description of a function": (
        'def f():\n    """Return the mean."""\n    return 1',
        'def f(x):\n    """Return the mean."""\n    return x',
        'def f():\n    """返回均值。"""\n    return 1',
        'def f(x):\n    """返回均值。"""\n    return x',
    ),
    "attributes of a fence": (
        "```{.python .input n=2}\nplot(x)  # draw\n```",
        "```{.python .input n=3}\nplot(x, y)  # draw\n```",
        "```{.python .input n=2}\nplot(x)  # 画图\n```",
        "```{.python .input n=3}\nplot(x, y)  # 画图\n```",
    ),
    "a change that both made": (
        "x = 1\nplot(x)", "x = 2\nplot(x)", "x = 2  # 改\nplot(x)", "x = 2  # 改\nplot(x)",
    ),
    "a call that the human wrapped": (
        "plot(x, y, color='blue', label='rain')\nshow()",
        "plot(x, y, color='red', label='rain')\nshow()",
        "plot(x, y,\n     color='blue', label='雨')\nshow()",
        "plot(x, y, color='red', label='雨')\nshow()",
    ),
    "a call that the human wrapped, beside one that changed": (
        "plot(x, y)\nshow(1)", "plot(x, y)\nshow(2)",
        "plot(\n    x,\n    y,\n)\nshow(1)", "plot(\n    x,\n    y,\n)\nshow(2)",
    ),
    "a call that the source wrapped": (
        "plot(x, y)\nshow()", "plot(\n    x,\n    y,\n)\nshow()",
        "plot(x, y, color='red')\nshow()", "plot(x, y, color='red')\nshow()",
    ),
    "a call that the source wrapped and the human has a comment on": (
        "plot(x, y)\nshow()", "plot(x,\n     y, z)\nshow()",
        "plot(x, y)  # 画图\nshow()", "plot(x,  # 画图\n     y, z)\nshow()",
    ),
    "a cell with blank lines": (
        "import a\n\nplot(x, y)\n\n\nshow(1)", "import a\n\nplot(x, z)\n\n\nshow(2)",
        "import a\n\nplot(x,\n     y)\n\n\nshow(1)", "import a\n\nplot(x, z)\n\n\nshow(2)",
    ),
    "blanks within a line": ("a=b+1\nc=2", "a=b+2\nc=2", "a = b + 1\nc = 2", "a=b+2\nc = 2"),
    "a line that goes on behind a backslash": (
        "a = b + c\nd = 1", "a = b + c + e\nd = 1",
        "a = b \\\n    + c\nd = 1", "a = b + c + e\nd = 1",
    ),
    "R": (
        "```r\nx <- c(1)  # draw\n```", "```r\nx <- c(1, 2)  # draw\n```",
        "```r\nx <- c(1)  # 画图\n```", "```r\nx <- c(1, 2)  # 画图\n```",
    ),
    "Julia": (
        "```julia\nx = 1 # draw\n#= two\nlines =#\n```",
        "```julia\nx = 2 # draw\n#= two\nlines =#\n```",
        "```julia\nx = 1 # 画\n#= 两\n行 =#\n```", "```julia\nx = 2 # 画\n#= 两\n行 =#\n```",
    ),
    "a shell": (
        "```bash\n# install\npip install a\n```", "```bash\n# install\npip install a b\n```",
        "```bash\n# 安装\npip install a\n```", "```bash\n# 安装\npip install a b\n```",
    ),
    "C++": (
        "```c++\nint x = 1; // draw\n/* two\n lines */\n```",
        "```c++\nint x = 2; // draw\n/* two\n lines */\n```",
        "```c++\nint x = 1; // 画\n/* 两\n 行 */\n```",
        "```c++\nint x = 2; // 画\n/* 两\n 行 */\n```",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLLOWED)
def test_the_humans_words_stay_on_code_that_moves_on(name: str) -> None:
    *texts, expected = FOLLOWED[name]
    assert merge_code(*texts) == (expected, False)


TOLD = {
    "a comment that changed": (
        "plot(x)  # draw", "plot(x, y)  # draw it", "plot(x)  # 画图", "plot(x, y)  # 画图",
    ),
    "a new comment among translated ones": (
        "plot(x)  # draw\nend()", "plot(x)  # draw\nend()  # close the window",
        "plot(x)  # 画图\nend()", "plot(x)  # 画图\nend()  # close the window",
    ),
    "a string with another field": (
        "print(f'loss {x}')", "print(f'loss {x} of {y}')", "print(f'损失 {x}')",
        "print(f'loss {x} of {y}')",
    ),
    "a string that changed": (
        "title('Rain by day')", "title('Rain by night')", "title('每日雨量')", "title('每日雨量')",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_what_is_out_of_date_is_told(name: str) -> None:
    *texts, expected = TOLD[name]
    assert merge_code(*texts) == (expected, True)


@pytest.mark.parametrize(
    "base, source, human",
    [
        ("plot(x)", "plot(x, y)", "plot(z)"),
        ("plot(x, y)", "plot(x, y, z)", "plot(x,\n     w)"),
        ("x = (1)", "x = (2)", "x = (1,)"),  # no layout: another value
        ("x[1]", "x[2]", "x[1,]"),
        ("if x:\n    y()\nz()", "if x:\n    y()\nz(1)", "if x:\n    y()\n    z()"),
        ("a = 1\nb = 2", "b = 2", "a = 1  # 我的注\nb = 2"),
    ],
)
def test_what_both_changed_is_a_conflict(base: str, source: str, human: str) -> None:
    assert merge_code(base, source, human) == (None, False)


def test_a_new_cell_gets_the_comments_that_the_human_has_translated() -> None:
    known = code.comments("x = 1  # one\ny = 2  # two", "x = 1  # 一\ny = 2  # 二")
    assert code.with_known("y = 3  # two", known) == "y = 3  # 二"


def test_cells_are_compared_without_their_fences_and_tabs() -> None:
    first = "```{.python .input}\n#@tab mxnet\na + b\n```"
    assert code.body(first) == "a + b"


@given(CODE, CODE)
def test_statements_are_the_whole_of_any_text(base: str, other: str) -> None:
    """And what one side alone changed is taken, however broken the code is."""
    assert "".join(s.text for s in statements(other)) == other
    for merged in (merge_statements(base, other, base), merge_statements(base, base, other)):
        assert merged is not None and statements(merged) == statements(other)
