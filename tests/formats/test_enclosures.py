"""Pairs around prose, blocks without prose, pieces beside a paragraph, and what is told."""

from __future__ import annotations

import pytest
from support.pseudo import upper

from amts_ext import formats, translate_text
from amts_ext.formats.constructs import MARKERS, Line
from amts_ext.formats.enclosures import PAIRS, Enclosure
from amts_ext.formats.halves import MYST
from amts_ext.formats.leftover import DRAWN, WORDS_IN_HTML

FORMATS = {"md": "md", "pandoc": "d2l", "myst": "myst"}


def capitals(text: str, dialect: str = "md") -> str:
    return translate_text(text, dialect, target="pt", translate=upper)


@pytest.mark.parametrize("text", ["Some {} here.\n", "## A title {}\n", "> Some\n> {} here.\n"])
@pytest.mark.parametrize("row", PAIRS, ids=lambda row: row.example)
def test_a_pair_stays_around_its_words(row: Enclosure, text: str) -> None:
    words = next(w for w in ("words", "A note") if w in row.example)
    for dialect in row.dialects:
        source = text.format(row.example)
        wanted = text.upper().format(row.example.replace(words, words.upper()))
        assert capitals(source, FORMATS[dialect]).replace("\n> ", " ").replace("\n", "") == (
            wanted.replace("\n> ", " ").replace("\n", "")
        )

        def turned(texts: list[str]) -> list[str]:
            return [t.replace("words", "词").replace("A note", "词") for t in texts]

        chinese = translate_text(source, FORMATS[dialect], target="zh", translate=turned)
        assert row.example.replace(words, "词") in chinese


@pytest.mark.parametrize("row", MARKERS, ids=lambda row: row.example)
def test_a_marker_is_no_part_of_its_paragraph(row: Line) -> None:
    text = f"One.\n\n{row.example}\n\nTwo.\n"
    made = capitals(text)
    assert made == f"ONE.\n\n{row.example.replace('Words', 'WORDS')}\n\nTWO.\n"
    blocks = formats.get("md").read(text).blocks
    assert [text[b.start : b.end].strip(" .") for b in blocks] == ["One", "Words", "Two"]


@pytest.mark.parametrize(
    "block",
    [
        "{% highlight python %}\nsome words\n\n    more\n{% endhighlight %}",
        "{%- comment -%}\nSome words.\n{%- endcomment -%}",
        "{{< highlight go >}}\nfunc words() {}\n{{< /highlight >}}",
        "{{% mermaid %}}\nA --> some words\n{{% /mermaid %}}",
        "%%\nSome words\n\nover paragraphs\n%%",
        "export const a = {\n  title: 'A title',\n\n  b: [1],\n}",
        "export default function A() {\n  return <div>Words</div>\n}",
        "import {\n  A,\n  B,\n} from 'words';",
    ],
)
def test_a_block_without_prose_stays(block: str) -> None:
    text = f"One.\n\n{block}\n\nTwo.\n"
    assert capitals(text) == f"ONE.\n\n{block}\n\nTWO.\n"
    assert capitals(f"```\n{block}\n```\n\nTwo.\n") == f"```\n{block}\n```\n\nTWO.\n"


def test_a_head_in_json_is_no_prose() -> None:
    assert (
        capitals('{\n  "title": "A cat"\n}\n\nA cat.\n') == '{\n  "title": "A cat"\n}\n\nA CAT.\n'
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("See Figure~\\ref{fig:a}, \\ref{a}-\\ref{b}.\n",
         "SEE FIGURE~\\ref{fig:a}, \\ref{a}-\\ref{b}.\n"),
        ("A CO~2~-based word, \\LaTeX-based.\n", "A CO~2~-BASED WORD, \\LaTeX-BASED.\n"),
        ("Press ++ctrl+c++/++cmd+c++ or :a-b:{ .big }.\n",
         "PRESS ++ctrl+c++/++cmd+c++ OR :a-b:{ .big }.\n"),
        ("Run ${name} and ${n}$ and $x$, ${a} or ${b}.\n",
         "RUN ${name} AND ${n}$ AND $x$, ${a} OR ${b}.\n"),
        ("Use `x`{=html} and {props.name} now.\n", "USE `x`{=html} AND {props.name} NOW.\n"),
        ("The \\(a_b\\) and \\(see it\\) and \\[n = 1\\] word.\n",
         "THE \\(a_b\\) AND \\(SEE IT\\) AND \\[n = 1\\] WORD.\n"),
        ("One:\n\\[\na_b\n\\]\ntwo.\n", "ONE:\n\\[\na_b\n\\]\nTWO.\n"),
        ("> [!div class=\"x\"]\n> Words\n", "> [!div class=\"x\"]\n> WORDS\n"),
        ("[toc]\n\nWords.\n", "[toc]\n\nWORDS.\n"),
        ("Say %s of %(n)s, 5 % so.\n", "SAY %s OF %(n)s, 5 % SO.\n"),
        ("%s words here.\n", "%s WORDS HERE.\n"),
    ],
)  # fmt: skip
def test_what_touches_a_slot_goes_on_touching_it(text: str, wanted: str) -> None:
    assert capitals(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "If a == b and c == d then ok.",
        "A word [in brackets] {and braces} and a^[1 is open.",
        "The call f(x):note[3] and a:b[c] are text.",
        "See %50 of it and 100%% of that.",
        "What is 5 ^ 3 and a ^b c.",
    ],
)
def test_prose_is_no_enclosure(text: str) -> None:
    blocks = formats.get("md").read(f"{text}\n").blocks
    assert not {m.kind for b in blocks for m in b.marks} - {"escape"}


GRID = "+-------+\n| words |\n+=======+\n| cell  |\n+-------+\n"
SIMPLE = "  Right  Left\n-------  ------\n     12  twelve\n"


@pytest.mark.parametrize("dialect", ["md", "d2l"])
@pytest.mark.parametrize(
    ("text", "line", "source", "reason"),
    [
        (f"One.\n\n{GRID}\nTwo.\n\n{GRID}", 3, "+-------+", DRAWN),
        (f"One.\n\n{SIMPLE}\nTwo.\n", 3, "Right Left", DRAWN),
        ("<details>\n<summary>More of it</summary>\n\nOne.\n\n</details>\n\n<p>Again</p>\n",
         2, "More of it", WORDS_IN_HTML),
        ("One.\n\n<table><tr><td>Words</td></tr></table>\n", 3, "Words", WORDS_IN_HTML),
    ],
)  # fmt: skip
def test_words_that_stay_are_told_once(
    dialect: str, text: str, line: int, source: str, reason: str
) -> None:
    (found,) = formats.doubts_of(formats.get(dialect), text)
    assert (found.line, found.source, found.reason) == (line, source, reason)
    assert capitals(text, dialect) == text.replace("One", "ONE").replace("Two", "TWO")


@pytest.mark.parametrize(
    "text",
    [
        "<!-- a comment -->\n\n<br>\n\n<img alt='bus.png'>\n",
        "<script>\nvar words\n\nmore\n</script>\n\n<pre>\nSome words\n</pre>\n",
        "<div>\n\nSome words.\n\n</div>\n",
        "Words\n\n--- ---\n\nWords.\n",
        "<Card title='A' icon={<Icon />}>\n\nWords.\n\n</Card>\n",
        ":::row:::\n:::column span=\"2\":::\nWords.\n:::column-end:::\n:::row-end:::\n",
        ":::zone pivot=\"x\"\nWords.\n:::zone-end\n",
    ],
)  # fmt: skip
def test_what_holds_no_words_is_not_told(text: str) -> None:
    assert formats.doubts_of(formats.get("md"), text) == []


def test_a_directive_on_the_first_line_is_myst() -> None:
    (found,) = formats.doubts_of(formats.get("md"), "```{figure} a.png\nx\n```\n")
    assert found.reason == MYST
