"""Synchronization of a book where something is wrong: one bad file, two translations, no base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.moving_books import (
    HUMAN,
    NEW,
    OLD,
    OTHER_HUMAN,
    commit,
    git,
    mean,
    state_of,
    sync,
    with_lock,
    with_originals,
)
from support.places import ROOT
from support.program import write

from amts_ext.errors import InputError
from amts_ext.sync.accept import accept
from amts_ext.sync.project import Mode, SyncSettings

Make = Callable[[Path], SyncSettings]
BOTH = pytest.mark.parametrize("make", [with_originals, with_lock])


# --- the base, and what a second run does ---------------------------------------------------------


def test_one_bad_file_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    clash = "# A\n<<<<<<< HEAD\nUno.\n=======\nDos.\n>>>>>>> other\n"
    write(settings.source, {"a.md": "# A\n", "b.md": "# B\n", "c.md": "# C now\n", "d.md": OLD,
                            "e.ipynb": '{"nbformat": 4, "cells": []}'})  # fmt: skip
    write(settings.target, {"a.md": clash, "a_origin.md": "# Old\n", "b.md": b"\xff",
                            "c.md": "# C\n",
                            "d.md": OTHER_HUMAN, "d_origin.md": NEW,
                            "e.ipynb": "{", "e_origin.ipynb": "{}"})  # fmt: skip
    result = sync(settings)
    told = [str(problem).removeprefix(f"{settings.target}/") for problem in result.problems]
    assert len(told) == 5 and "astrónomos" not in mean(settings)
    for begin, message in zip(
        ["a.md:2: the marks of a merge", "b.md:1: not UTF-8", "c.md: no base", "d.md: only 3% of",
         "e.ipynb:1: not a notebook"],
        told, strict=True,
    ):  # fmt: skip
        assert message.startswith(begin), told
    assert "--base" in told[2] and "--base" in told[3]
    assert (settings.target / "a.md").read_text() == clash


def test_another_chapter_of_the_same_build_is_no_base(tmp_path: Path) -> None:
    """Both chapters have as many titles, cells and formulas, at the same places."""
    demo, name = ROOT / "demo", "chapter_describing/spread.md"
    other = (demo / "chapter_relating/lines.md").read_bytes()
    target = write(
        tmp_path / "pt",
        {
            name: (demo / "translations/pt" / name).read_bytes(),
            "chapter_describing/spread_origin.md": other,
        },
    )
    [problem] = sync(SyncSettings(demo, target, "pt"), Mode.CHECK).problems
    assert f"{name}: only 0% of its base" in str(problem) and "--base" in str(problem)


def test_keep_without_its_end_names_the_file_and_the_line(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    write(settings.target, {"mean.md": HUMAN.replace("\n\n", "\n\n<!-- amts: keep -->\n", 1)})
    [problem] = sync(settings, Mode.CHECK).problems
    assert str(problem).startswith(f"{settings.target}/mean.md:3: amts: keep without its end")


def test_two_translations_of_one_source(tmp_path: Path) -> None:
    settings = with_lock(tmp_path)
    git(settings.source, "mv", "part/median.md", "middle.md")
    commit(settings.source)
    write(settings.target, {"middle.md": OTHER_HUMAN})
    result = sync(settings)
    assert any("middle.md is its source now" in str(problem) for problem in result.problems)


def test_line_ends_and_byte_order_marks_stay(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    write(settings.target, {"mean.md": b"\xef\xbb\xbf" + HUMAN.replace("\n", "\r\n").encode()})
    assert not sync(settings).problems
    data = (settings.target / "mean.md").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# La media\r\n") and b"TODAY A PROGRAM" in data
    assert data.count(b"\n") == data.count(b"\r\n")
    assert not sync(settings).written


def test_a_source_that_no_revision_holds_is_refused(tmp_path: Path) -> None:
    settings = with_lock(tmp_path)
    write(settings.source, {"mean.md": NEW + "\nMore.\n"})
    before = state_of(settings.target)
    result = sync(settings)
    assert "that no revision holds" in str(result.problems[0])
    assert (settings.target / "mean.md").read_text("utf-8") == before[
        str(settings.target / "mean.md")
    ].decode()


@pytest.mark.parametrize("place", ["mean.md:4000", "no.md"])
def test_a_place_without_an_open_item_is_refused(place: str, tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    sync(settings)
    before = state_of(settings.target)
    with pytest.raises(InputError, match="no open item"):
        accept(settings.target, ["mean.md:3", place])
    assert state_of(settings.target) == before
