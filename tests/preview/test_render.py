"""Documents as the preview shows them: every sentence is there, and nothing of theirs acts."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.myst import MystMaker
from support.shown import Shown, lost, notebook, rendered
from support.structure import Maker

from amts_ext import formats
from amts_ext.preview.rendering import notation
from amts_ext.preview.rendering.executed import outputs_of
from amts_ext.preview.rendering.formulas import mathml
from amts_ext.preview.rendering.outputs import LARGEST, LONG, outputs
from amts_ext.preview.rendering.render import render
from amts_ext.preview.rendering.safety import clean

FORMATS = ("md", "d2l", "ipynb", "myst")


def made(seed: int, format: str) -> str:
    text = (MystMaker(seed) if format == "myst" else Maker(seed, format)).document()
    return notebook(text.split("\n\n")) if format == "ipynb" else text


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), format=st.sampled_from(FORMATS))
def test_every_sentence_is_shown_with_its_own_id(seed: int, format: str) -> None:
    text = made(seed, format)
    assert not lost(text, format), text


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), format=st.sampled_from(FORMATS))
def test_chunks_are_whole_elements_without_signs(seed: int, format: str) -> None:
    _, chunks, _ = rendered(made(seed, format), format)
    signs = {notation.OPEN, notation.SHUT, notation.END, notation.INSET}
    for chunk in chunks:
        assert not Shown(chunk).misplaced, chunk
        assert not signs & set(chunk), chunk


@settings(max_examples=80, deadline=None)
@given(text=st.text(alphabet="ab *_`$[]()<>{}|#:~^!&\\\n\u1bfc\u1bfd0", max_size=120))
def test_any_text_is_shown(text: str) -> None:
    for format in ("md", "d2l", "myst"):
        _, chunks, _ = rendered(text, format)
        assert not any(Shown(chunk).misplaced for chunk in chunks), chunks


@pytest.mark.shared
def test_a_real_book_loses_nothing(shared: Path) -> None:
    files = sorted((shared / "d2l-mini").rglob("*.md"))
    assert len(files) > 15
    assert not {f.name: found for f in files if (found := lost(f.read_text("utf-8"), "d2l"))}


def test_every_formula_is_mathml_or_left_to_the_browser() -> None:
    text = "Let $x$ be.\n\n$$y = \\frac{1}{2}$$\n\n| $a|b$ | $c$ |\n|--|--|\n| $d$ | \\$5 |\n"
    _, chunks, _ = rendered(text, "d2l")
    assert Shown("".join(chunks)).tags["math"] == 5
    assert mathml(r"$\mbox{a}$") == '<code class="tex" data-display="0">\\mbox{a}</code>'


@pytest.mark.parametrize("piece", ["{", "\\sqrt", "\\frac{", "x^{", "\\left("])
def test_a_formula_that_nests_without_end_is_left_to_the_browser(piece: str) -> None:
    assert mathml(f"${piece * 20_000}x$").startswith('<code class="tex"')


def test_directives_and_tabs_are_boxes() -> None:
    text = "::::{card} A *title*\n:link: x\n\n```{note}\nInside.\n```\n\n::::\n\nAfter.\n"
    _, chunks, _ = rendered(text, "myst")
    assert len(chunks) == 2 and chunks[1].startswith("<p>")
    assert chunks[0].startswith('<div class="box box-card">') and "box-note" in chunks[0]
    _, chunks, _ = rendered(":begin_tab:`numpy`\nOne.\n:end_tab:\nTwo.\n", "d2l")
    assert len(chunks) == 2 and 'class="box box-tab"' in chunks[0] and "Two." in chunks[1]


def test_a_figure_has_its_words_below() -> None:
    _, chunks, _ = rendered("![A **long** beam, $x$](beam.png)\n", "d2l")
    assert re.fullmatch(
        r"<figure><img [^>]*alt=\"\"[^>]*><figcaption>.*<math>.*</figure>", chunks[0]
    )


def test_code_cells_have_their_outputs() -> None:
    png = base64.b64encode(b"\x89PNG").decode()
    cell = {
        "cell_type": "code",
        "source": ["x = 1\n", "x"],
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["<b>7</b>\n"]},
            {"output_type": "display_data", "data": {"image/png": png, "text/plain": "<Figure>"}},
            {"output_type": "execute_result", "data": {"text/html": "<table><tr><td>1</table>"}},
            {
                "output_type": "error",
                "ename": "E",
                "evalue": "v",
                "traceback": ["\x1b[31mE\x1b[0m"],
            },
        ],
    }
    _, chunks, _ = rendered(notebook(["# A", cell, "B."]), "ipynb")
    assert len(chunks) == 3
    assert "&lt;b&gt;7&lt;/b&gt;" in chunks[1] and f"data:image/png;base64,{png}" in chunks[1]
    assert "<td>1</td>" in chunks[1] and '<pre class="error">E</pre>' in chunks[1]
    assert "&lt;Figure&gt;" not in chunks[1] and '<span class="n">x</span>' in chunks[1]


def test_long_outputs_are_folded_and_huge_ones_only_named() -> None:
    def shown(size: int) -> str:
        return outputs([{"output_type": "stream", "text": "x" * size}])

    assert "<details" not in shown(LONG) and "<details" in shown(LONG + 1)
    assert len(shown(LARGEST + 1)) < 200 and f'data-size="{LARGEST + 1}"' in shown(LARGEST + 1)


@pytest.mark.parametrize("output", [None, "x", {}, {"data": 1}, {"data": {"image/png": [1, None]}}])
def test_an_output_that_is_none_does_no_harm(output: object) -> None:
    assert not Shown(outputs([output])).misplaced


HOSTILE = (Path(__file__).with_name("hostile.txt")).read_text("utf-8").strip().split("\n")


@pytest.mark.parametrize("html", HOSTILE)
@pytest.mark.parametrize("format", ["md", "d2l", "myst", "output"])
def test_nothing_of_a_hostile_notebook_acts(html: str, format: str) -> None:
    if format == "output":
        shown = outputs([{"output_type": "display_data", "data": {"text/html": html}}])
    else:
        shown = "".join(rendered(f"Before.\n\n{html}\n\nAnd {html} inside.\n", format)[1])
    assert not Shown(shown).active, shown


def test_no_class_or_id_of_the_page_can_be_feigned() -> None:
    html = '<span class="seg" data-seg="s1" id="amts">x</span><code class="tex">x</code>'
    assert clean(html) == "<span>x</span><code>x</code>"


def test_what_nests_thousands_of_times_is_text() -> None:
    assert clean("<div>" * 100_000).startswith("<pre>&lt;div&gt;")


def test_code_has_the_outputs_that_a_build_has_kept(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": "print(7)", "outputs": [{"output_type": "stream"}]}
    cell["outputs"][0]["text"] = "7\n"  # type: ignore[index]
    kept = tmp_path / "a.ipynb"
    kept.write_text(notebook([cell]))
    executed = outputs_of([tmp_path / "none.ipynb", kept])
    for text, format in (
        ("```{.python .input}\n#@tab numpy\nprint(7)\n```\n", "d2l"),
        ("```{code-cell} ipython3\n:tags: [a]\n\nprint(7)\n```\n", "myst"),
    ):
        document = formats.get(format).read(text)
        [shown] = render(document, formats.get(format), [], executed=executed)
        assert '<pre class="stream">7\n</pre>' in shown
        [other] = render(document, formats.get(format), [], executed={"print(8)": [{}]})
        assert "stream" not in other
    kept.write_text("{")
    assert outputs_of([kept]) == {}
