"""A source of which only some stretches are wanted: nothing is done for the others."""

from __future__ import annotations

from support.program import Table

from amts_ext.languages.profiles import load
from amts_ext.memory import ShortMemory
from amts_ext.model import Origin, Unit
from amts_ext.pipeline.pipeline import Pipeline
from amts_ext.text.outcome import Source, Status

TEXT = "One cat sleeps. Two cats eat.\n\nThree dogs bark.\n\nFour cows wait. Five cows run.\n"
PAIR = "en", "es"
LABEL = ":lable:`sec_cats`\n"  # mistyped: a doubt


def test_only_blocks_with_a_wanted_stretch_are_looked_up_and_asked_for() -> None:
    """A human's translation elsewhere is not put in, and no problem of it is listed."""
    at = TEXT.index("Five")
    units = [
        Unit("Three dogs bark.", "Tres perros ladran.", PAIR, Origin.HUMAN),
        Unit("Four cows wait.", "Cuatro vacas esperan.", PAIR, Origin.HUMAN),
    ]
    table = Table()
    with ShortMemory() as memory:
        memory.store(units)
        pipeline = Pipeline(*PAIR, load("es"), memory, table)
        wanted = Source("a.md", TEXT + LABEL, "d2l", ((at, at + 4),))
        result = pipeline.translate([wanted])
        assert table.sent == ["Five cows run."] and not result.problems
        [done] = result.documents
        assert (
            done.text
            == TEXT.replace(
                "Four cows wait. Five cows run.", "Cuatro vacas esperan. FIVE COWS RUN."
            )
            + LABEL
        )
        whole = pipeline.translate([Source("a.md", TEXT + LABEL, "d2l")])
    assert "Tres perros ladran." in whole.documents[0].text and whole.problems
    assert Status.HUMAN in {o.status for o in done.segments}


def test_an_answer_that_is_missing_is_listed_without_a_suggestion() -> None:
    table = Table({"Five cows run.": None})
    with ShortMemory() as memory:
        memory.store([Unit("Five cows ran.", "Cinco vacas corrieron.", PAIR, Origin.HUMAN)])
        pipeline = Pipeline(*PAIR, load("es"), memory, table)
        at = TEXT.index("Five")
        found = [
            pipeline.translate([Source("a.md", TEXT, "d2l", wanted)]).problems
            for wanted in (((at, at + 4),), None)
        ]
    assert [[(p.source, p.suggestion is None) for p in problems] for problems in found] == [
        [("Five cows run.", True)], [("Five cows run.", False)]
    ]  # fmt: skip
