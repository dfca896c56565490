"""What a sentence seems to lack may stand beside it: people merge, split and move sentences."""

from __future__ import annotations

import pytest

from amts_ext import checks, formats
from amts_ext.alignment import Bead
from amts_ext.checks import Context, Kind
from amts_ext.checks.couples import Couple, Nearby, _run
from amts_ext.checks.review import _findings
from amts_ext.languages import profiles
from amts_ext.text.masking import mask

CONTEXT = Context("en", profiles.load("zh"), ratio=0.33)

LIST = """* A shelter keeps the people who wait for the bus dry, and it costs the town little money.

* There is a choice between few stops, where buses are fast, and many, to which the way is short.

* A line with express buses offers the best of both worlds: it is fast, and its stops are near.

* Tickets that are sold at the stop save the driver a lot of time at every one of them.
"""
MERGED = """* 候车亭使等公交车的人不被雨淋，而且城市为此只花很少的钱。

* 站点少则快，站点多则近，需要做出选择。有快车的线路两全其美：既快又近。

* 在站点售票使司机在每一站都节省大量时间。
"""
PLAN = """The plan has two parts: (i) a street with two lanes for buses; and (ii) a house; it is in
:numref:`fig_plan`. All of it was built in one year. It is good.
"""
SPLIT = "规划由两个部分组成：一条有公交车道的街道。一座房子。全部建成。规划见:numref:`fig_plan`。\n"
TABLE = """A timetable tells people when the bus comes. That is, it uses the formula

$$t = a + b n.$$
"""
ONE = """时间表告诉人们公交车何时到站，也就是说它使用公式

$$t = a + b n.$$
"""


def couple(english: str, chinese: str, beads: list[Bead], number: int, kind: str) -> Couple:
    """The pair or the gap at the bead ``number`` of an alignment, as files give it."""
    documents = [formats.get("d2l").read(text) for text in (english, chinese)]
    ours, theirs = mask(documents[0], "en"), mask(documents[1], "zh")
    is_sure = [bool(b.source and b.target) and b.score >= 0.5 for b in beads]
    nearby = Nearby(beads, (ours, theirs), *_run(is_sure, number), is_fewer=True)
    source = tuple(part for i in beads[number].source for part in ours[i].parts)
    target = tuple(part for j in beads[number].target for part in theirs[j].parts)
    return Couple(source, target, problem="" if target else "missing", block=kind, nearby=nearby)


@pytest.mark.parametrize(
    ("before", "is_missing"),
    [
        (Bead((1,), (1,), 0.9), True),
        (Bead((1,), (1, 2), 0.9), False),
        (Bead((1,), (1,), 0.3), False),
    ],
    ids=["it holds no more", "it holds two sentences", "it is not sure"],
)
def test_a_block_is_not_missing_if_a_neighbour_may_hold_it(before: Bead, is_missing: bool) -> None:
    beads = [Bead((0,), (0,), 0.9), before, Bead((2,), (), 0), Bead((3,), (3,), 0.9)]
    gap = couple(LIST, MERGED, beads, 2, "item")
    assert gap.nearby is not None and gap.nearby.is_empty(CONTEXT) == is_missing


def test_a_pair_that_is_not_sure_does_not_end_a_gap() -> None:
    """Both sides of the gap are compared as a whole, with what is left over behind such a pair."""
    beads = [Bead((0,), (), 0), Bead((1,), (), 0), Bead((2,), (3,), 0.3)]
    beads += [Bead((3,), (), 0), Bead((), (0,), 0), Bead((), (1,), 0), Bead((), (2,), 0)]
    gap = couple(LIST, MERGED, beads, 0, "item")
    assert gap.nearby is not None and (gap.nearby.first, gap.nearby.last) == (0, 6)
    assert not gap.nearby.is_empty(CONTEXT)


def kinds(pair: Couple) -> set[Kind]:
    return {finding.kind for finding in _findings(pair, CONTEXT, frozenset(checks.ALL))}


def test_a_reference_may_stand_in_another_sentence_of_its_paragraph() -> None:
    beads = [Bead((0,), (0,), 0.9), Bead((1,), (1, 2), 0.9), Bead((2,), (3,), 0.9)]
    assert Kind.SLOTS not in kinds(couple(PLAN, SPLIT, beads, 0, "paragraph"))
    lost = SPLIT.replace(":numref:`fig_plan`", "图")
    assert Kind.SLOTS in kinds(couple(PLAN, lost, beads, 0, "paragraph"))
    twice = PLAN.replace("It is good", "See :numref:`fig_plan`")
    assert Kind.SLOTS in kinds(couple(twice, SPLIT, beads, 0, "paragraph")), "it is there once"


def test_two_sentences_in_one_may_end_as_the_second_does() -> None:
    beads = [Bead((0,), (0,), 0.9), Bead((1,), (), 0)]
    assert Kind.PUNCTUATION not in kinds(couple(TABLE, ONE, beads, 0, "paragraph"))
    assert Kind.PUNCTUATION in kinds(couple(TABLE, ONE, beads[:1], 0, "paragraph"))


def test_a_sum_may_be_written_in_another_order_and_not_a_difference() -> None:
    def missing(source: str, target: str) -> bool:
        ours = mask(formats.get("d2l").read(f"The sum ${source}$ is known.\n"), "en")
        theirs = mask(formats.get("d2l").read(f"已知总和为${target}$。\n"), "zh")
        found = checks.check(ours[0].parts, theirs[0].parts, CONTEXT, {Kind.SLOTS})
        return bool(found)

    assert not missing(r"0\times 1 + 2\times 3 = 6", r"2\times 3 + 0\times 1 = 6")
    assert missing("a - b = c", "b - a = c")
    assert missing("a + b = c", "a + c = b")
