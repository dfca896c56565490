"""Suggestions: every segment that a person will look at gets the human sentence most like it."""

from __future__ import annotations

import random

from rapidfuzz import fuzz, process

from amts_ext.memory import Memory
from amts_ext.model import Origin, Unit
from amts_ext.pipeline.suggestions import FEW, Suggestions
from amts_ext.text.outcome import Problem, Suggestion, by_reason

PAIR = ("en", "pt")
COLOURS, FIGURES = ("red", "blue", "green"), ("one", "two", "six", "nine", "ten")
NUMBERS = [f"{colour}-{figure}" for colour in COLOURS for figure in FIGURES]


def human(source: str, target: str, **more: object) -> Unit:
    return Unit(source, target, PAIR, Origin.HUMAN, **more)  # type: ignore[arg-type]


def test_all_segments_get_one_and_it_is_the_most_like(memory: Memory) -> None:
    places = [f"{a} {b}" for a in NUMBERS for b in NUMBERS]
    sources = [f"The {place} bus of line {place} is late on most mornings." for place in places]
    memory.store([human(source, source.upper()) for source in sources])
    suggestions = Suggestions(memory, PAIR)
    for source in sources:
        asked = source.replace("on most", "on some")
        (best, likeness, _) = process.extractOne(asked, sources, scorer=fuzz.ratio)
        assert suggestions.best(asked) == Suggestion(best, best.upper(), likeness / 100)
    assert len(sources) > 200


def test_among_many_sentences_the_older_one_is_found(memory: Memory) -> None:
    """A large book: it is looked for by its words."""
    words = [f"w{i}x" for i in range(300)]
    draw = random.Random(1)
    sources = [" ".join(draw.choices(words, k=12)) + " is late." for _ in range(2 * FEW)]
    memory.store([human(source, source.upper()) for source in sources])
    suggestions = Suggestions(memory, PAIR)
    for source in sources[:200]:
        first, _, rest = source.partition(" ")
        found = suggestions.best(f"New {first} changed {rest}")
        assert found is not None and found.source == source


def test_a_suggestion_shows_the_humans_own_markup(memory: Memory) -> None:
    memory.store([human("It is ⟦math1⟧ small.", "⟦own1⟧ é ⟦math1⟧ bem.", literals=("*Ela*",))])
    found = Suggestions(memory, PAIR).best("It is ⟦math1⟧ tall.")
    assert found is not None and found.target == "*Ela* é ⟦math1⟧ bem."


def test_nothing_is_suggested_for_what_no_sentence_is_like(memory: Memory) -> None:
    assert Suggestions(None, PAIR).best("It is small.") is None
    memory.store([human("The moon is made of cheese.", "A lua é feita de queijo.")])
    assert Suggestions(memory, PAIR).best("The bus of the town is late.") is None
    assert Suggestions(memory, PAIR).best("…") is None


def test_a_short_list_begins_with_what_has_changed_and_says_where_the_rest_is() -> None:
    problems = [Problem("a.md", line, "no engine", f"Line {line}.") for line in range(1, 6)]
    changed = Problem("a.md", 6, "no engine", "New.", Suggestion("Old.", "Velho.", 0.9))
    told = list(by_reason([*problems, changed], 3, " in report.html"))
    assert told == [
        "no engine (6):",
        "  a.md:6: New.",
        "    90% like: Old. = Velho.",
        "  a.md:1: Line 1.",
        "  a.md:2: Line 2.",
        "  … and 3 more in report.html",
    ]
    assert len(list(by_reason(problems, 5))) == 6 and "…" not in "".join(by_reason(problems, 5))
