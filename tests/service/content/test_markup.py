"""The markup that has to survive any engine."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.pseudo import upper

from amts_ext.model import Half
from amts_ext.service.content.documents import translate_html, translate_plain
from amts_ext.service.content.markup import translate_runs
from amts_ext.service.content.runs import Help, Markup, Piece

PAGE = """<!DOCTYPE html><html><head><title>Deep learning</title><style>a { b: c }</style></head>
<body class="x">
<p id='1'>The model is <span translate='no' id='x'>$a&lt;b$</span> trained.</p>
<p id="2">We <b>strongly</b> recommend the <a href="x&amp;y">official <i>guide</i></a>, see
 <span translate="no">:numref:`a`</span>. Then  set <span translate="no">$x$</span> to 1 &amp; stop.
<h1><b>INTRODUCTION</b></h1><p>123 <p>unclosed<br>line two <!-- a comment -->
<p translate=no>Keep <p>this<script>if (a < b) { "text" }</script>
<pre>x  y
</pre><p>stray </b> tag and <i>open &lt;tag&gt; caf&eacute;
</body></html>
"""


def html_by(change: Callable[[list[str]], list[str]], text: str = PAGE, **help: object) -> str:
    adapt = Help(**help)  # type: ignore[arg-type]
    return translate_html(text, lambda runs: translate_runs(runs, change, "en", adapt))


def test_an_engine_that_changes_nothing_leaves_every_byte() -> None:
    assert html_by(list) == PAGE
    text = "One.\nTwo  is\nwrapped. \n\n\n  Next XM0 paragraph.\n"
    assert translate_plain(text, lambda runs: translate_runs(runs, list, "en")) == text


def lose_tokens(texts: list[str]) -> list[str]:
    return [re.sub(r"\b(XM|QX|ZV)\d+\b", "", t).upper() for t in texts]


def double_tokens(texts: list[str]) -> list[str]:
    return [re.sub(r"\b(XM|QX|ZV)(\d+)\b", r"\1\2 \1\2", t).upper() for t in texts]


def turn_round(texts: list[str]) -> list[str]:
    return [" ".join(reversed(t.upper().split())) for t in texts]


@pytest.mark.parametrize("engine", [lose_tokens, double_tokens, turn_round, upper])
def test_tags_and_kept_elements_survive_any_engine(
    engine: Callable[[list[str]], list[str]],
) -> None:
    result = html_by(engine)
    assert sorted(re.findall(r"<[^>]*>", result)) == sorted(re.findall(r"<[^>]*>", PAGE))
    for kept in ("$a&lt;b$", ":numref:`a`", "$x$", "Keep ", "a { b: c }", 'if (a < b) { "text" }'):
        assert result.count(f">{kept}<") == 1, kept
    assert "MODEL" in result and "model" not in result
    assert "STRONGLY</b>" in result and "<i>GUIDE</i>" in result
    assert not re.search(r"(XM|QX|ZV)\d", result)


def test_only_sentences_that_lost_a_token_are_sent_again() -> None:
    calls: list[list[str]] = []

    def engine(texts: list[str]) -> list[str]:
        calls.append(texts)
        return [t.replace("XM0", "") if "bad" in t else t.upper() for t in texts]

    text = "<p>Good <br>x one.</p><p>A bad <br>y one.</p><p>Plain.</p>"
    result = html_by(engine, text)
    assert result == "<p>GOOD <br>X ONE.</p><p>A bad <br>y one.</p><p>PLAIN.</p>"
    assert calls == [
        ["Good XM0 x one.", "A bad XM0 y one.", "Plain."],
        ["A bad QX0 y one."],
    ]


def test_text_that_looks_like_a_token_takes_another_shape() -> None:
    seen: list[str] = []

    def engine(texts: list[str]) -> list[str]:
        seen.extend(texts)
        return upper(texts)

    assert html_by(engine, "<p>the XM1 <br>model</p>") == "<p>THE XM1 <br>MODEL</p>"
    assert seen == ["the XM1 QX0 model"]


def test_examples_win_and_kept_elements_find_their_place() -> None:
    kept = '<span translate="no">$x$</span>'
    examples = {"The model is trained.": "O modelo!", "Set $x$ to 1.": "Que $x$ seja 1."}
    text = f"<p>Hello. The  model\nis trained. Bye.</p><p>Set {kept} to 1.</p>"
    result = html_by(upper, text, examples=examples)
    assert result == f"<p>HELLO. O modelo! BYE.</p><p>Que {kept} seja 1.</p>"


def test_terms_are_whole_words_and_the_longest_wins() -> None:
    terms = {"learning": "wrong", "deep learning": "aprendizado & profundo"}
    result = html_by(upper, "<p>We like deep learning, learnings too.</p>", terms=terms)
    assert result == "<p>WE LIKE aprendizado &amp; profundo, LEARNINGS TOO.</p>"


def test_terms_of_a_script_without_spaces_need_no_word_ends() -> None:
    assert html_by(upper, "<p>用深度学习x</p>", terms={"深度学习": "deep"}) == "<p>用deepX</p>"


def test_what_looks_like_a_tag_is_kept_from_the_engine() -> None:
    seen: list[str] = []

    def engine(texts: list[str]) -> list[str]:
        seen.extend(texts)
        return upper(texts)

    text = "<p>the &lt;mask&gt; of 1 &lt; n</p>"
    assert html_by(engine, text) == "<p>THE &lt;mask&gt; OF 1 &lt; n</p>"
    assert seen == ["the XM0 of 1 XM1"]


ATOMS = [
    *["<", "</", ">", "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<br/>", "<span translate=no>"],
    *["</span>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "<![3", "]]>", "<?x", "<!D"],
    *["&amp;", "&#13;", "&x", "\n", "\r\n", " ", "a", "漢", "'", '"', "=", "<title>", "\0"],
]


@given(st.lists(st.sampled_from(ATOMS), max_size=14).map("".join))
@settings(max_examples=500, deadline=None)
def test_any_text_is_html_and_keeps_its_bytes(text: str) -> None:
    assert html_by(list, text) == text
    html_by(upper, text)


def test_spaces_beside_tokens_are_taken_back() -> None:
    text = "<p>(<b>x</b>) the <i translate=no>y</i>-axis, a<b>b</b>c <u translate=no>z</u>.</p>"

    def engine(texts: list[str]) -> list[str]:
        return [t.upper().replace("-", " -").replace(".", " .") for t in texts]

    assert html_by(engine, text) == (
        "<p>(<b>X</b>) THE <i translate=no>y</i> -AXIS, A<b>B</b>C <u translate=no>z</u>.</p>"
    )


WORDS = st.text(alphabet="ab Z.,!?é漢<&\n ", max_size=12)


@st.composite
def runs(draw: st.DrawFn) -> list[Piece]:
    """Text and marks, pairs nested."""
    pieces: list[Piece] = []
    open_pairs: list[int] = []
    for number in range(draw(st.integers(0, 6))):
        pieces.append(draw(WORDS))
        kind = draw(st.sampled_from(["single", "open", "close"]))
        if kind == "close" and open_pairs:
            pieces.append(Markup("</>", Half.CLOSE, open_pairs.pop()))
        elif kind == "open":
            open_pairs.append(number)
            pieces.append(Markup("<>", Half.OPEN, number))
        else:
            pieces.append(Markup(f"[{number}]"))
    pieces += [Markup("</>", Half.CLOSE, pair) for pair in reversed(open_pairs)]
    return [p for p in pieces if p]


@given(runs(), st.sampled_from([list, lose_tokens, double_tokens, turn_round, upper]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_marks_survive_in_any_run(
    run: list[Piece], engine: Callable[[list[str]], list[str]]
) -> None:
    [result] = translate_runs([run], engine, "en")
    marks = [p for p in run if isinstance(p, Markup)]
    got = [p for p in result if isinstance(p, Markup)]
    assert sorted(map(id, got)) == sorted(map(id, marks))
    waiting: list[int] = []
    for mark in got:
        if mark.half is Half.OPEN:
            waiting.append(mark.pair)
        elif mark.half is Half.CLOSE:
            assert waiting.pop() == mark.pair
    if engine is list:
        joined = ["".join(p for p in pieces if isinstance(p, str)) for pieces in (run, result)]
        assert joined[0] == joined[1]
