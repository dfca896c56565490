"""Filters of pairs: one good pair, and what each single fault does to it; leaks by brute force."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_ext.errors import InputError
from amts_ext.parallel_data.candidates import Candidate, DropReason, counts
from amts_ext.parallel_data.filters import bare, sift
from amts_ext.parallel_data.held_out import ALIKE, WORDS, Leaks, Passage, matching

GOOD = Candidate(
    "The mean of the 12 values is $x$, and it moves when one of them moves.",
    "这12个值的均值是$x$，只要其中一个变动，它就会变动。",
    ("en", "zh"), 0.8, "sentence", "a.md:1", "zh/a.md:1", document="a.md",
)  # fmt: skip
PORTUGUESE = replace(
    GOOD, target="A média dos 12 valores é $x$ e se move quando um deles se move.",
    languages=("en", "pt"),
)  # fmt: skip


def reasons(*pairs: Candidate) -> list[str]:
    """Why pairs were dropped, beside the good one."""
    kept, dropped = sift([GOOD, *pairs])
    assert GOOD in kept and len(kept) + len(dropped) == 1 + len(pairs)
    return [drop.reason for drop in dropped]


@pytest.mark.parametrize("after", [",", ".", ", 3 of", ")"])
def test_a_formula_is_no_prose_whatever_follows_it(after: str) -> None:
    assert "x" not in bare(f"Set $x${after} there.")
    assert bare("$3$ and 3, $4.5$") == "3 and 3, 4.5"


def test_good_pairs_stay() -> None:
    kept, dropped = sift([GOOD, PORTUGUESE])
    assert kept == [GOOD, PORTUGUESE] and not dropped


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"by_machine": True}, DropReason.MACHINE),
        ({"target": " "}, DropReason.EMPTY),
        ({"score": 0.49}, DropReason.UNSURE),
        ({"target": GOOD.target + "值" * 400}, DropReason.LONG),
        ({"source": "Word " * 250}, DropReason.LONG),
        ({"target": GOOD.source}, DropReason.COPY),
        ({"target": "The mean of all 12 values would be $x$ and moves."}, DropReason.SCRIPT),
        ({"source": "这12个值的均值是$x$，只要一个变动。"}, DropReason.SCRIPT),
        ({"target": GOOD.target * 5}, DropReason.LENGTH),
        ({"target": GOOD.target.replace("$x$", "$y$")}, DropReason.SLOTS),
        ({"target": GOOD.target.replace("$x$", "它")}, DropReason.SLOTS),
        ({"target": GOOD.target.replace("12", "13")}, DropReason.NUMBERS),
        ({"source": GOOD.source + " :cite:`A.1`"}, DropReason.SLOTS),
        ({}, DropReason.DUPLICATE),
        ({"target": "十二个值的均值$x$，会随着其中任何一个变动。"}, DropReason.CONTRADICTION),
    ],
)
def test_one_fault(fault: dict[str, object], reason: DropReason) -> None:
    changed = replace(GOOD, source_place="a.md:9", **fault)  # type: ignore[arg-type]
    others = [replace(GOOD, source=f"{GOOD.source} {w}", source_place=w) for w in "abcde"]
    assert reasons(*others, changed) == [reason]


def test_a_sentence_in_the_other_language_of_one_script() -> None:
    """Copies with a change, where letters do not tell the languages apart."""
    copy = PORTUGUESE.source.replace("mean", "average") + " The rest of it is English too."
    assert reasons(replace(PORTUGUESE, target=copy)) == [DropReason.LANGUAGE]
    assert reasons(replace(PORTUGUESE, source=PORTUGUESE.target + " Mais nada a dizer.")) == [
        DropReason.LANGUAGE
    ]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("In the three cases it holds.", "在3种情况下它成立。"),
        ("It has 1,000.5 parts.", "它有1000.5份。"),
        ("Use `f(x)` of :numref:`a`, see $3$ cases.", "见 :numref:`a`中3种情况，用`f(x)`。"),
        ("The GRU is short.", "GRU很短。"),
        ("See [the page](https://example.org/a).", "见[该页](https://example.org/zh)。"),
    ],
)
def test_what_translators_may_do(source: str, target: str) -> None:
    assert reasons(replace(GOOD, source=source, target=target)) == []


def test_of_contradictions_the_surest_stays_and_is_named() -> None:
    surer = replace(GOOD, target="均值$x$属于12个值，其中一个变动，它便变动。", score=0.9,
                    source_place="b.md:3")  # fmt: skip
    kept, [drop] = sift([GOOD, surer])
    assert kept == [surer] and (drop.reason, drop.detail) == (DropReason.CONTRADICTION, "b.md:3")
    assert str(drop).startswith("a.md:1: the same source, translated otherwise (b.md:3): The mean")
    assert counts([drop, drop]) == {"the same source, translated otherwise": 2}


# --- held-out documents --------------------------------------------------------------------------

NAMES = ["one/a.md", "one/b.md", "two/a.md", "index.md"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("one/a.md", {"one/a.md"}),
        ("one/a", {"one/a.md"}),
        ("a.md", {"one/a.md", "two/a.md"}),
        ("one/*", {"one/a.md", "one/b.md"}),
        ("b", {"one/b.md"}),
    ],
)
def test_names_and_patterns(pattern: str, found: set[str]) -> None:
    assert matching(NAMES, [pattern]) == found


def test_a_name_that_no_document_has() -> None:
    with pytest.raises(InputError, match=r"no document is named 'x\.md'; there are: index\.md, "):
        matching(NAMES, ["a.md", "x.md"])


def dice(first: list[str], second: list[str]) -> float:
    shared = (Counter(first) & Counter(second)).total()
    return 2 * shared / (len(first) + len(second))


@given(seed=st.integers(0, 10_000), edits=st.integers(0, 8))
def test_leaks_are_those_that_a_comparison_with_all_would_find(seed: int, edits: int) -> None:
    """The index skips nothing: it finds a passage if and only if one is alike enough."""
    chance = random.Random(seed)
    vocabulary = [f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(60)]
    held = [chance.choices(vocabulary, k=chance.randint(WORDS, 40)) for _ in range(12)]
    words = list(chance.choice(held))
    for _ in range(edits):
        at = chance.randrange(len(words) + 1)
        words[at:at] = [chance.choice(vocabulary)]
        if chance.random() < 0.5:
            del words[chance.randrange(len(words))]
    found = Leaks(Passage(" ".join(other), str(n)) for n, other in enumerate(held)).find(
        " ".join(words)
    )
    best = max(dice(words, other) for other in held)
    assert (found is not None) == (best >= ALIKE)
    assert found is None or found[1] == pytest.approx(best)


def test_short_texts_are_compared_whole() -> None:
    leaks = Leaks([Passage("Summary", "a.md:1"), Passage("设$x$为值。", "a.md:2")])
    assert leaks.find(" summary ") == (Passage("Summary", "a.md:1"), 1.0)
    assert leaks.find("Summary of it") is None
    assert leaks.find("设$x$为值。") is not None
