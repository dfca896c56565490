"""Segments as HTML and back: every slot in its place, or what is wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.requests_made import (
    CLOSE,
    LINK,
    LINK_END,
    MATH,
    OPEN,
    RICH,
    request,
)

from amts_ext.model import Half, Slot
from amts_ext.translators.amazon.html import element, pages
from amts_ext.translators.amazon.html_reader import Returned, _as_sent, _moved, read_page, to_parts
from amts_ext.translators.base import Request

# HTML --------------------------------------------------------------------------------------------


def test_a_segment_as_html() -> None:
    assert element(RICH.parts, "s7") == (
        '<p id="s7">We <b id="s1">see</b> <a id="s2">the '
        '<span translate="no" id="s3">$a&lt;b &amp; c\\n$</span></a>.</p>'
    )


def back(request: Request, html: str) -> tuple[Any, str]:
    found = read_page(f"<html><body>\n{html}\n</body></html>", ["s7"])
    return to_parts(request.parts, found.get("s7"))


def test_slots_come_back_as_the_very_same_objects() -> None:
    parts, problem = back(RICH, element(RICH.parts, "s7"))
    assert parts == RICH.parts and not problem
    assert all(a is b for a, b in zip(parts, RICH.parts, strict=True) if isinstance(a, Slot))


def test_slots_may_move_and_spaces_beside_tags_are_taken_back() -> None:
    html = (
        '<p id="s7"> <a id="s2"><span translate="no" id="s3">changed</span> o </a>nós '
        '<b id="s1"> vemos </b> .</p>'
    )
    parts, problem = back(RICH, html)
    assert not problem
    assert parts == (LINK, MATH, " o", LINK_END, " nós ", OPEN, "vemos", CLOSE, ".")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ((r"<span.*?</span>", ""), "⟦math3⟧ did not come back exactly once"),
        ((r"(<span.*?</span>)", r"\1\1"), "⟦math3⟧ did not come back exactly once"),
        (("</b>", ""), "a stray </a> came back|tags do not match"),
        (('<b id="s1">', ""), r"a stray </b> came back"),
        (("<b id", "<u id"), "a stray </b> came back"),
        (('id="s1"', 'id="s9"'), "strong1⟧ did not come back exactly once"),
        (('id="s1"', ""), "a foreign <b> came back"),
        ((r"see", "<script>x</script>"), "a foreign <script> came back"),
        ((r"see", "<br>"), "a foreign <br> came back"),
        ((r"the ", "‹DNT_1"), "DNT_ debris"),
        ((r"</p>.*", ""), "cut off"),
        ((r"</a>.*", ""), "cut off"),
        ((r"(<p.*</p>)", r"\1\1"), "it came back twice"),
        ((r"</p>", '<p id="x">'), "its end is missing"),
    ],
)
def test_damage_is_seen(change: tuple[str, str], problem: str) -> None:
    html = re.sub(change[0], change[1], element(RICH.parts, "s7"), flags=re.S)
    assert html != element(RICH.parts, "s7")
    if "cut off" in problem:
        found = read_page(html, ["s7"])
        assert re.search(problem, found["s7"].problem)
        return
    parts, found_problem = back(RICH, html)
    assert parts is None and re.search(problem, found_problem), found_problem


def test_an_emptied_translation_is_damage() -> None:
    plain = request("a.md", "Hello.")
    assert back(plain, '<p id="s7"> </p>') == (None, "the translation is empty")


def test_pages_are_split_and_lose_nothing() -> None:
    requests = [request(f"d{i // 40}/x.md", *("é<" * 40,)) for i in range(100)]
    made = list(pages(requests, "en", 2000))
    assert [r for p in made for r in p.requests] == requests
    assert all(len(p.text.encode()) < 2000 + 200 for p in made)
    assert all(len({r.document for r in p.requests}) == 1 for p in made)
    assert len({p.name for p in made}) == len(made)
    [large] = pages([request("a.md", *("x" * 5000,))], "en", 2000)
    assert "x" * 5000 in large.text


TEXTS = st.text(alphabet="aé漢 \n\r\t<>&\"'#;x/=-", max_size=15)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    parts: list[str | Slot] = []
    waiting: list[Slot] = []
    for number in range(1, draw(st.integers(1, 6))):
        parts.append(draw(TEXTS))
        kind = draw(st.sampled_from(["single", "open", "close"]))
        if kind == "open":
            name = draw(st.sampled_from(["strong", "emphasis", "link", "slide"]))
            waiting.append(Slot(number, name, "((", Half.CLOSE))
            parts.append(Slot(number, name, "))", Half.OPEN))
        elif kind == "close" and waiting:
            parts.append(waiting.pop())
        else:
            parts.append(Slot(number, "math", draw(TEXTS)))
    parts.append("end")
    return request("a.md", *(p for p in (*parts, *reversed(waiting)) if p))


@given(requests())
@settings(max_examples=300, deadline=None)
def test_html_there_and_back_is_the_identity(request: Request) -> None:
    parts, problem = back(request, element(request.parts, "s7"))
    assert not problem
    merged: list[str | Slot] = []
    for part in request.parts:
        if merged and isinstance(part, str) and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    assert parts == tuple(merged)


@pytest.mark.slow
@given(requests(), st.data())
@settings(max_examples=500, deadline=None)
def test_what_stands_in_its_place_is_as_the_long_way_says(request: Request, data: Any) -> None:
    """The short cut for nearly every segment gives what looking at each slot and blank gives."""
    words = st.sampled_from(["", "", "é 漢", ".", "(", "‹DNT_1", "x (", ", y"])
    blanks = st.sampled_from(["", "", "", " ", "\n", "  "])
    items: list[str | tuple[int, Half]] = []
    for part in request.parts:
        if isinstance(part, Slot):
            items.append((part.id, part.half))
        elif data.draw(st.booleans()):
            items.append(part)
        else:
            head = part[: len(part) - len(part.lstrip())] or data.draw(blanks)
            tail = part[len(part.rstrip()) :] or data.draw(blanks)
            items += [x for x in (head + data.draw(words) + tail,) if x]
    if data.draw(st.integers(0, 4)) == 0:
        items = data.draw(st.permutations(items))
    for i in reversed(range(1, len(items))):
        if isinstance(items[i], str) and isinstance(items[i - 1], str):
            items[i - 1 : i + 1] = [f"{items[i - 1]}{items[i]}"]
    assert to_parts(request.parts, Returned(items)) == _moved(request.parts, Returned(items))


_LINK = (LINK, "a ", MATH, LINK_END)


def test_a_full_stop_that_took_a_words_place_stands_at_its_slot() -> None:
    short = request("a.md", "See ", MATH, " now", OPEN, "b", CLOSE)
    items = ["Vê ", (3, Half.SINGLE), " .", (1, Half.OPEN), "b", (1, Half.CLOSE)]
    assert to_parts(short.parts, Returned(items))[0] == ("Vê ", MATH, ".", OPEN, "b", CLOSE)


def test_only_what_moved_goes_the_long_way() -> None:
    sent = [p if isinstance(p, str) else (p.id, p.half) for p in RICH.parts]
    other = [{"We ": "Nós ", "see": "vemos", "the ": "a "}.get(i, i) for i in sent]  # type: ignore[call-overload]
    assert _as_sent(RICH.parts, sent) == RICH.parts
    assert _as_sent(RICH.parts, other) == ("Nós ", OPEN, "vemos", CLOSE, " ", *_LINK, ".")
    for wrong in ([*sent[:-1], " ."], [" ", *sent], sent[:-1], [*sent[:2], "see ", *sent[3:]]):
        assert _as_sent(RICH.parts, wrong) is None
