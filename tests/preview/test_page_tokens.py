"""What the page does to a sentence with slots loses none of them, whatever a person moves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages import Screen, screen
from support.preview import preview
from support.program import write

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.browser]
TOKEN = re.compile(r"⟦/?[a-z_]+\d+⟧")
SLOTS = ("⟦math1⟧", "⟦code2⟧", "⟦strong3⟧", "⟦/strong3⟧", "⟦emphasis4⟧", "⟦/emphasis4⟧")
WORDS = st.lists(
    st.sampled_from(["herons", " ", "wait", ", ", "等于", "和", ".", "na ", "são"]), max_size=6
)


@st.composite
def sentences(draw: Any) -> str:
    """Words with slots among them; an opening half stands before its closing half."""
    slots = draw(st.permutations(SLOTS))
    halves = {token: max if "/" in token else min for token in SLOTS[2:]}
    places = {token: slots.index(token) for token in SLOTS}
    for token, first in halves.items():
        other = token.replace("⟦/", "⟦") if "/" in token else token.replace("⟦", "⟦/")
        places[token] = first(slots.index(token), slots.index(other))
    order = sorted(SLOTS, key=places.__getitem__)
    return "".join(draw(WORDS)) + "".join(token + "".join(draw(WORDS)) for token in order)


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    files: dict[str, str | bytes] = {"config.ini": "[amts]\nlangs = pt\n", "index.md": "# A\n"}
    root = write(tmp_path_factory.mktemp("home") / "book", files)
    with preview(root) as server, screen(browser, server) as made:
        made.open()
        made.run(
            "async () => [window.t, window.p] = "
            "await Promise.all(['tokens', 'places'].map(name => import(`/static/${name}.js`)))"
        )
        yield made


def opened(text: str) -> bool:
    return all(
        text.index(f"⟦{kind}⟧") < text.index(f"⟦/{kind}⟧") for kind in ("strong3", "emphasis4")
    )


@settings(max_examples=60)
@given(
    sentences(), st.lists(st.tuples(st.sampled_from(SLOTS), st.booleans()), min_size=1, max_size=8)
)
def test_moves_lose_nothing(page: Screen, text: str, moves: list[tuple[str, bool]]) -> None:
    script = "([s, moves]) => moves.reduce((x, [token, on]) => t.moved(x, token, on, 'en'), s)"
    moved = page.run(script, [text, [list(move) for move in moves]])
    assert sorted(TOKEN.findall(moved)) == sorted(TOKEN.findall(text))
    assert sorted(TOKEN.sub("", moved)) == sorted(TOKEN.sub("", text))
    assert opened(moved)


@settings(max_examples=30)
@given(st.permutations(SLOTS))
def test_pairs_come_in_order(page: Screen, slots: list[str]) -> None:
    text = page.run("s => t.inOrder(s)", " a ".join(slots))
    assert opened(text) and sorted(TOKEN.findall(text)) == sorted(SLOTS)


def test_moves_of_one_word(page: Screen) -> None:
    def moved(text: str, token: str, forwards: bool) -> str:
        return str(page.run("([s, x, on]) => t.moved(s, x, on, 'en')", [text, token, forwards]))

    assert moved("the line ⟦math1⟧ that", "⟦math1⟧", True) == "the line that ⟦math1⟧"
    assert moved("the line ⟦math1⟧ that", "⟦math1⟧", False) == "the ⟦math1⟧ line that"
    assert moved("⟦math1⟧ that", "⟦math1⟧", False) == "⟦math1⟧ that"
    strong = "an ⟦strong1⟧old⟦/strong1⟧ heron"
    assert moved(strong, "⟦/strong1⟧", True) == "an ⟦strong1⟧old heron⟦/strong1⟧"
    assert moved(strong, "⟦strong1⟧", False) == "⟦strong1⟧an old⟦/strong1⟧ heron"
    wide = "an ⟦strong1⟧old grey⟦/strong1⟧ heron"
    assert moved(wide, "⟦strong1⟧", True) == "an old ⟦strong1⟧grey⟦/strong1⟧ heron"
    assert moved(wide, "⟦/strong1⟧", False) == "an ⟦strong1⟧old⟦/strong1⟧ grey heron"
    assert moved(strong, "⟦/strong1⟧", True).count("⟦") == 2


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), min_size=1, max_size=20))
def test_heights_of_both_sides_grow_together(page: Screen, steps: list[tuple[int, int]]) -> None:
    table = [[0, 0]]
    for left, right in steps:
        table.append([table[-1][0] + left, table[-1][1] + right])
    end = table[-1][0]
    found = page.run(
        "([table, ys]) => ys.map(y => p.counterpart(y, 0, table))",
        [table, [*range(0, end, 7), end]],
    )
    assert found == sorted(found) and found[0] == 0 and abs(found[-1] - table[-1][1]) < 1e-6
    for left, right in table:
        assert (
            abs(page.run("([table, y]) => p.counterpart(y, 0, table)", [table, left]) - right)
            < 1e-6
        )
