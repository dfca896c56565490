"""What a build learns from a translation that has open items: only what a person wrote or read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.moving_books import sync, with_lock, with_originals

from amts_ext.human.learning import learn
from amts_ext.human.open_items import NAME
from amts_ext.memory import Memory
from amts_ext.sync.accept import accept
from amts_ext.sync.project import SyncSettings

MACHINE = "ONE LARGE HEIGHT MOVES THE MEAN, BUT IT DOES NOT MOVE THE MEDIAN."
NEW = "One large height moves the mean, but it does not move the median."
BOTH = pytest.mark.parametrize("make", [with_originals, with_lock])
Make = Callable[[Path], SyncSettings]


def learned(settings: SyncSettings, place: Path) -> dict[str, str]:
    """The human units of a translation: target by source."""
    with Memory(place) as memory:
        report = learn(memory, settings.target, settings.source, ("en", "es"), "d2l")
        assert not report.problems
        return {unit.source: unit.target for unit in memory.units()}


@BOTH
def test_what_a_machine_wrote_is_a_humans_once_it_is_accepted(make: Make, tmp_path: Path) -> None:
    settings = make(tmp_path)
    sync(settings)
    memory = tmp_path / "memory.sqlite"
    assert MACHINE in (settings.target / "mean.md").read_text("utf-8")
    before = learned(settings, memory)
    assert MACHINE not in before.values() and len(before) > 5
    accept(settings.target)
    assert learned(settings, memory)[NEW] == MACHINE


@BOTH
def test_what_a_person_edits_is_theirs_at_once(make: Make, tmp_path: Path) -> None:
    settings = make(tmp_path)
    sync(settings)
    path = settings.target / "mean.md"
    mine = "Una altura grande mueve la media, pero no mueve la mediana."
    path.write_text(path.read_text("utf-8").replace(MACHINE, mine), "utf-8")
    assert learned(settings, tmp_path / "memory.sqlite")[NEW] == mine


@BOTH
def test_a_kept_sentence_is_no_translation_of_the_new_source(make: Make, tmp_path: Path) -> None:
    """It was kept and told; a build must not take it for the new sentence in silence."""
    settings = make(tmp_path)
    sync(settings)
    memory = tmp_path / "memory.sqlite"
    kept, now = "La media es una clase de suma.", "The mean is a sort of sum."
    units = learned(settings, memory)
    assert kept in (settings.target / "mean.md").read_text("utf-8")
    assert now not in units and units["The mean is a kind of sum."] == kept
    accept(settings.target)
    assert learned(settings, memory)[now] == kept


def test_a_damaged_list_of_open_items_is_told(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    (settings.target / NAME).write_text("{", "utf-8")
    with Memory(tmp_path / "memory.sqlite") as memory:
        report = learn(memory, settings.target, settings.source, ("en", "es"), "d2l")
    assert [Path(p.file or "").name for p in report.problems] == [NAME] and report.units
