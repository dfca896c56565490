"""Blocks that the human seems to have left out, but merged with a neighbour or moved."""

from __future__ import annotations

import pytest

from amts_ext.alignment.meaning import is_installed
from amts_ext.formats import get
from amts_ext.human.counterparts import Group
from amts_ext.human.elsewhere import corrected
from amts_ext.text.masking import mask

pytestmark = pytest.mark.skipif(not is_installed(), reason="needs the extra meaning")
FIRST = "The first buses of our town ran in the spring, when the snow had gone."
SECOND = "Children paid nothing on Sundays, and letters travelled with the passengers."
THIRD = "The teacher wrote down the delay of each day in a notebook with a blue cover."
PRIMEIRO = "Os primeiros ônibus da nossa cidade circularam na primavera, sem neve."
SEGUNDO = "Crianças não pagavam nada aos domingos, e as cartas viajavam com os passageiros."
TERCEIRO = "A professora anotava o atraso de cada dia num caderno de capa azul."


def found(source: list[str], target: list[str], left_out: int, *pairs: Group) -> list[Group]:
    ours, theirs = (get("md").read("\n\n".join(blocks)) for blocks in (source, target))
    groups = [Group((left_out,), ())]
    return corrected(groups, pairs, mask(ours, "en"), mask(theirs, "pt"))[0]


def test_a_merged_paragraph_is_joined_with_its_neighbour() -> None:
    source, target = [FIRST, SECOND, THIRD], [PRIMEIRO + " " + SEGUNDO, TERCEIRO]
    pairs = Group((0,), (0,)), Group((2,), (1,))
    assert found(source, target, 1, *pairs) == [Group((0, 1), (0,))]


def test_a_paragraph_that_stands_elsewhere_is_not_left_out() -> None:
    source, target = [FIRST, SECOND, THIRD], [PRIMEIRO, TERCEIRO + " " + SEGUNDO]
    pairs = Group((0,), (0,)), Group((1,), (1,))
    moved = [SECOND, FIRST, THIRD], [PRIMEIRO, TERCEIRO + " " + SEGUNDO]
    assert found(*moved, 0, Group((1,), (0,)), Group((2,), (1,))) == []
    assert found(source, target, 2, *pairs) == [Group((1, 2), (1,))]


def test_a_paragraph_that_the_human_moved_is_the_translation_of_its_own() -> None:
    source, target = [FIRST, SECOND, THIRD], [PRIMEIRO, TERCEIRO, SEGUNDO]
    pairs = Group((0,), (0,)), Group((2,), (1, 2))
    assert found(source, target, 1, *pairs) == [Group((2,), (1,)), Group((1,), (2,))]


def test_what_the_human_did_leave_out_stays_so() -> None:
    source, target = [FIRST, SECOND, THIRD], [PRIMEIRO, TERCEIRO]
    pairs = Group((0,), (0,)), Group((2,), (1,))
    assert found(source, target, 1, *pairs) == [Group((1,), ())]
