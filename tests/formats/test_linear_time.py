"""No text makes the reader hang: what is eight times as long takes about eight times as long."""

from __future__ import annotations

import time

import pytest

from amts_ext import formats
from amts_ext.languages.sentences import boundaries
from amts_ext.text.masking import mask

SIZE = 30_000
TOKENS = [
    "$$", "$", r"\$", "![", "[](u)", "[", "](", "`", "*", "_", "~~", "--- ---\n", "| ", "|`", "|\n",
    "+---+\n", "> ", "- ", "1. ", "\\begin{a}", "\\begin{a}\n\n", "\\begin{a}x\n", "\\end{a}",
    "\\a[", "\\a[b]", "\\begin{a}\n\n\\end{a}",
    "> [!NOTE\n", ".. a::\n", ".. note:: b\n", ".. a::\n\n", "@[",
    ":label:`", ":begin_tab:`x`\n", "){.a", "\\", "&a", "http://(", "[**", "**]", "\n: ", ":a:`b`",
    "<a", "<!--", "A. ", "。", "。\\end{a}", "<a。<!--", "a:`b`[~~<!--", "“1. ", "\r\n", "\t", "\n",
    "[a]: b\n", "[^a]", "---\n", "```\n", "$a", "a|b\n-|-\n", "{", "é", "a",
    "{{", "{{ ", "{%", "{% %}", "{# ", "{/*", "{#if ", "<%", "<A a={", "<A a={{", "<A a=\"",
    "<A ", "[[", "[[a", "[@", "[@a ", "@a1 ", "@", "\\ref{", "\\ref[", "\\a{b}", ":a:", ":a",
    "a^b", "^", "~a~", "a~", "++a", "++a-", "> [!a]\n", "> [!a] b", ":::\n", ":::{a}\n", ":::a b",
    ":::a [", ":::{note}\n:a: b\n", "!!! a\n", "!!! a ", "!!! a \"\n", "!!! a \"b\"\n    ",
    "=== \"a\"\n", "/// a | ", "*[a]: b\n", "% a\n", "(a)=\n", "+++ {", "[TOC]\n",
    "import a from 'b'\n", "import a from ", "export const a =", "{: .a}", "{: .a}\n", "{.a} ",
    "</A>\n", "```{note}\n", "```{note}\n```\n", "a. b\n", "(i) b\n\n", "#. b\n", "(@) b\n",
    "| b\n", "\n\n| b\n", "\n: b\n\n", "\\\\(", "\\\\(a\\\\)", "\\\\[a", "$ a", "$ a $", "$a\n\n",
    "$$\n", "---\na\n--- --\n\n", "---\na\n--- --\n\n---\n\n", "+++\na = 1\n",
    "\n\nTable:", "$$\na\n\n", "=\"a$\"", "=\"", "](a$", "https://$", "{a}`", ":a:`",
    "“https://a.b”",
    "a: b\n  ", "> ", ">\n", "    ",
    "==a", "==", "==a== ", "^^a", "{++", "{--a", "{==a", "^[a", "^[", "[a]{", "[a", ":a[", ":a[b] ",
    "\\textbf{", "\\textbf{a}", "\\emph{a ", "{% highlight a %}\n", "{{< code >}}\n", "%%\n",
    "%%a", "%%a%% ",
    "export const a = {\n", "export const a = {", "import {\n", "import {", "${a", "${a} ",
    "{a.b", "{a.b} ",
    "%(a", "www.", "www.a.b ", "@[a](", "@[a](b)", "::a[", "::a[b]\n", "!> a\n\n",
    "(ref:a) b\n\n", "a ^b\n\n",
    "\\(", "\\(a", "\\(a\\)", "\\[a", "\\[a_\\]", "{~~", "{>>a", "a://", ":::a b=c", "+=+\n",
]  # fmt: skip
MYST = [
    "```{note}\n", ":::{note}\n", ":::{note}\n:::\n", ":::{note}\n<script>\n:::\n",
    ":::{note}\n```\n:::\n", ":::{note}\n~~~\n:::\n", "{ref}`", "{ref}`a <", "{abbr}`((", "`",
    "$", "$$", "$$\n", "a $b\n", "{{", "<a ", "](", "\\begin{align}\n", "Term\n: d\n",
    "> :::{tip}\n> a\n> :::\n", "- :::{tip}\n  a\n  :::\n", ":::{csv-table}\n\"a,\n:::\n",
    ":::{x}\n", "% a\n", "(a)=\n", "+++\n", "```{glossary}\na\n  b\n```\n",
    "```{card}\n---\na: b\n---\n```\n",
]  # fmt: skip


def seconds(format: str, text: str) -> float:
    """Of CPU, for reading and masking."""
    start = time.process_time()
    mask(formats.get(format).read(text), "en")
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("format", ["d2l", "md"])
@pytest.mark.parametrize("token", TOKENS)
def test_time_grows_as_the_text_does(token: str, format: str) -> None:
    grows(token, format, SIZE)


@pytest.mark.slow
@pytest.mark.parametrize("token", MYST)
def test_time_grows_as_a_text_in_myst_does(token: str) -> None:
    grows(token, "myst", SIZE // 4)


def grows(token: str, format: str, size: int) -> None:
    """Quadratic time would be 64 times as much; below some hundredths nothing can be told."""
    small = max(min(seconds(format, token * (size // len(token))) for _ in range(3)), 0.02)
    large = min(seconds(format, token * (8 * size // len(token))) for _ in range(2))
    assert large < 24 * small


@pytest.mark.parametrize("closed", [False, True])
def test_a_formula_of_escaped_dollars(closed: bool) -> None:
    """Doubled with every dollar once: with 24 of them it took minutes."""
    text = "$$" + r"\$" * 50_000 + ("$$" if closed else "")
    assert not formats.get("d2l").read(text).blocks


@pytest.mark.parametrize(
    "text",
    [r"$$a\$$", r"$$\$\$ b$$", "$$a$b$$", "$$\na\n$$", r"$$a\$b \$ c$$", "$$ x $$ and $$ y $$"],
)
def test_what_is_a_formula_stays_one(text: str) -> None:
    found = formats.get("d2l").read(f"Words {text} here.").blocks
    assert [m.kind for m in found[0].marks] == ["math"] * (text.count("$$ and $$") + 1)


def test_a_long_text_is_cut_as_a_short_one() -> None:
    """The splitter gets it in windows; no sentence is cut at the end of one."""
    sentences = [f"Sentence {n} says, e.g., that Fig. {n} is there. " for n in range(2_000)]
    text = "".join(sentences)
    ends = [0]
    for sentence in sentences:
        ends.append(ends[-1] + len(sentence))
    assert boundaries(text, "en") == ends[1:]
    assert boundaries("word " * 10_000, "en") == [50_000]
