"""A translation follows its source, and a person is told what to look at until it is accepted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.moving_books import (
    HUMAN,
    NEW,
    OTHER,
    OTHER_HUMAN,
    commit,
    git,
    kinds,
    mean,
    state_of,
    sync,
    with_lock,
    with_originals,
)
from support.places import ROOT
from support.program import Table, write

from amts_ext.errors import InputError
from amts_ext.human import open_items
from amts_ext.sync.accept import accept
from amts_ext.sync.project import Mode, SyncSettings, sync_project
from amts_ext.sync.status import project_status
from amts_ext.translators.function import Function

Make = Callable[[Path], SyncSettings]
BOTH = pytest.mark.parametrize("make", [with_originals, with_lock])


# --- the base, and what a second run does ---------------------------------------------------------


@BOTH
def test_what_changed_is_written_and_the_rest_keeps_its_bytes(make: Make, tmp_path: Path) -> None:
    settings = make(tmp_path)
    result = sync(settings)
    assert not result.problems
    text = mean(settings)
    assert "La media es una clase de suma. Suma todas" in text and "astrónomos" not in text
    assert "print(mean(heights, 2))  # en centímetros" in text
    assert "TODAY A PROGRAM" in text and "ONE LARGE HEIGHT" in text
    assert (settings.target / "part/median.md").read_text("utf-8") == OTHER_HUMAN
    assert kinds(result) == ["changed", "changed", "patched", "new"]


@BOTH
def test_a_second_run_changes_not_one_byte(make: Make, tmp_path: Path) -> None:
    settings = make(tmp_path)
    first = sync(settings)
    before = state_of(settings.target, settings.source)
    again = sync(settings)
    assert not again.written and state_of(settings.target, settings.source) == before
    assert kinds(again) == kinds(first)


@pytest.mark.parametrize("lang", ["es", "pt", "zh"])
def test_a_second_run_writes_no_file_of_a_whole_book(lang: str, tmp_path: Path) -> None:
    """Nor the list of open items: what is put in behind a sentence begins with a blank."""
    left_out = shutil.ignore_patterns("_build")
    source = shutil.copytree(ROOT / "demo", tmp_path / "demo", ignore=left_out)
    settings = SyncSettings(source, source / "translations" / lang, lang)
    assert sync(settings).written
    before = state_of(settings.target)
    assert sync(settings).written == [] and state_of(settings.target) == before


@BOTH
def test_the_base_follows_the_source_but_for_what_the_human_kept(
    make: Make, tmp_path: Path
) -> None:
    """After an edit elsewhere all is merged again, and the kept sentence is told again."""
    settings = make(tmp_path)
    sync(settings)
    text = mean(settings).replace("Cada altura cuenta igual.", "Todas las alturas cuentan igual.")
    write(settings.target, {"mean.md": text})
    again = sync(settings)
    assert mean(settings) == text
    assert kinds(again) == ["changed", "changed", "patched", "new"]
    kept = again.files[0].items[0]
    assert kept.kept and kept.old_source == "The mean is a kind of sum."
    assert kept.new_source == "The mean is a sort of sum."


def test_the_original_beside_a_file_keeps_the_old_sentence_until_it_is_accepted(
    tmp_path: Path,
) -> None:
    settings = with_originals(tmp_path)
    sync(settings)
    origin = settings.target / "mean_origin.md"
    assert origin.read_text() == NEW.replace("sort of sum", "kind of sum")
    assert accept(settings.target, ["mean.md:3"]) == 1
    assert origin.read_text() == NEW
    assert kinds(sync(settings)) == ["changed", "patched", "new"]
    accept(settings.target)
    assert not open_items.read(settings.target)
    result = sync(settings)
    assert not result.written and not kinds(result)


def test_a_lock_file_names_the_revision_and_is_enough_for_the_next_run(tmp_path: Path) -> None:
    settings = with_lock(tmp_path)
    sync(settings)
    accept(settings.target)
    lines = (settings.target / "amts.lock").read_text().splitlines()
    assert [line.split()[2] for line in lines[1:]] == ["mean.md", "part/median.md"]
    assert lines[1].split()[1] == git(settings.source, "rev-parse", "HEAD")
    write(settings.source, {"mean.md": NEW.replace("far the heights", "far 3 heights")})
    commit(settings.source)
    result = sync(replace(settings, base=""))
    assert not result.problems and kinds(result) == ["changed"]


def test_a_kept_sentence_survives_in_a_lock_file_too(tmp_path: Path) -> None:
    settings = replace(with_lock(tmp_path))
    sync(settings)
    write(settings.source, {"mean.md": NEW.replace("\n\nOne large", "\n\nEven one large")})
    commit(settings.source)
    result = sync(replace(settings, base=""))
    assert not result.problems
    assert result.files[0].items[0].old_source == "The mean is a kind of sum."


def test_one_batch_of_what_no_human_has_translated(tmp_path: Path) -> None:
    """A sentence that stands elsewhere too has its human translation there as well."""
    settings = with_originals(tmp_path)
    write(
        settings.source, {"mean.md": NEW + "\nEvery height counts alike. So does every weight.\n"}
    )
    table = Table()
    sync_project(settings, translator=table)
    assert mean(settings).endswith("\nCada altura cuenta igual. SO DOES EVERY WEIGHT.\n")
    assert len(table.batches) == 1 and table.sent == [
        "The mean is a sort of sum.",
        "Today a program computes it, in less time than it takes to read this sentence aloud.",
        "One large height moves the mean, but it does not move the median.",
        "So does every weight.",
    ]


# --- nothing is written ---------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("mode", [Mode.CHECK, Mode.TRIAL])
def test_a_check_and_a_trial_write_nothing(make: Make, mode: Mode, tmp_path: Path) -> None:
    settings = make(tmp_path)

    def everything() -> set[Path]:
        return {*tmp_path.rglob("*")}

    before = state_of(tmp_path), everything()
    result = sync(settings, mode)
    assert "mean.md" in result.written and (state_of(tmp_path), everything()) == before
    if mode is Mode.TRIAL:
        assert any(line.startswith("+TODAY A PROGRAM") for line in result.diff())
    sync(settings)
    assert not sync(settings, mode).written


def test_uncommitted_changes_of_the_translation_are_refused(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    commit(settings.target)
    write(settings.target, {"mean.md": HUMAN + "\nUna nota.\n"})
    before = state_of(settings.target)
    with pytest.raises(InputError, match=r"mean\.md: has uncommitted changes.*--force"):
        sync(settings)
    assert state_of(settings.target) == before
    sync(replace(settings, is_forced=True))
    assert mean(settings).endswith("\nUna nota.\n") or "\nUna nota.\n" in mean(settings)


# --- files that come, go and change their names ---------------------------------------------------


def test_a_renamed_file_is_found_by_git(tmp_path: Path) -> None:
    settings = with_lock(tmp_path)
    git(settings.source, "mv", "part/median.md", "middle.md")
    commit(settings.source)
    result = sync(settings)
    assert not result.problems and "moved" in kinds(result)
    assert (settings.target / "middle.md").read_text("utf-8") == OTHER_HUMAN
    assert not (settings.target / "part/median.md").exists()
    assert not sync(replace(settings, base="")).written


def test_a_renamed_file_is_found_by_its_lines(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    (settings.source / "part/median.md").rename(settings.source / "middle.md")
    sync(settings)
    assert (settings.target / "middle.md").read_text("utf-8") == OTHER_HUMAN
    assert (settings.target / "middle_origin.md").read_text() == OTHER
    assert not (settings.target / "part/median_origin.md").exists()


def test_a_file_that_the_source_has_no_longer_stays_until_it_is_accepted(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    commit(settings.source)
    (settings.source / "part/median.md").unlink()
    commit(settings.source)
    for _ in range(2):
        result = sync(settings)
        assert "deleted" in [i.kind for f in result.files if f.path != "mean.md" for i in f.items]
    assert (settings.target / "part/median.md").read_text("utf-8") == OTHER_HUMAN
    accept(settings.target, ["part/median.md"])
    assert [file.path for file in sync(settings).files] == ["mean.md"]
    assert (settings.target / "part/median.md").read_text("utf-8") == OTHER_HUMAN


def test_a_file_whose_source_may_never_have_been_there_is_left_alone(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    (settings.source / "part/median.md").unlink()
    result = sync(settings)
    assert result.sourceless == ["part/median.md"] and not result.problems
    assert [file.path for file in result.files] == ["mean.md"]


def test_a_new_file_is_translated_where_it_is_known_to_be_new(tmp_path: Path) -> None:
    settings = with_lock(tmp_path)
    write(settings.source, {"mode.md": "# The mode\n"})
    commit(settings.source)
    sync(settings)
    assert (settings.target / "mode.md").read_text() == "# THE MODE\n"
    beside = with_originals(tmp_path / "other")
    write(beside.source, {"mode.md": "# The mode\n"})
    assert sync(beside).untranslated == ["mode.md"] and not (beside.target / "mode.md").exists()


# --- bad input ------------------------------------------------------------------------------------


def test_a_file_without_an_answer_stays_and_is_asked_for_again(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    before = state_of(settings.target)
    mute = Function(lambda sentences: ["" for _ in sentences])
    mute.translate = lambda *arguments: iter(())  # type: ignore[method-assign]
    result = sync_project(settings, translator=mute)
    assert "mean.md:3: stays as it is: no translation of 3 sentences" in str(result.problems[0])
    assert state_of(settings.target) == before
    assert not sync(settings).problems and "TODAY A PROGRAM" in mean(settings)


# --- status ---------------------------------------------------------------------------------------


@BOTH
def test_status(make: Make, tmp_path: Path) -> None:
    settings = make(tmp_path)
    sync(settings)
    mean, median = project_status(settings.target, settings.source, format="d2l")
    assert (mean.behind, mean.must_look, mean.glance) == (0, 3, 1) and 0.3 < mean.human < 0.8
    assert median.is_in_step and median.human == 1.0
    write(settings.source, {"part/median.md": OTHER.replace("robust", "sturdy")})
    commit(settings.source)
    assert project_status(settings.target, settings.source, format="d2l")[1].behind == 1
    accept(settings.target)
    assert project_status(settings.target, settings.source, format="d2l")[0].is_in_step


# --- the source moves on again --------------------------------------------------------------------

KEPT = "The mean is a sort of sum."


@BOTH
@pytest.mark.parametrize(
    ("again", "old", "new"),
    [
        (("far the heights", "far 3 heights"), "The mean is a kind of sum.", KEPT),
        ((KEPT, "The mean is a sort of big sum."), "The mean is a kind of sum.",
         "The mean is a sort of big sum."),
        ((KEPT, "The mean is a kind of sum."), "", ""),
    ],
    ids=["elsewhere", "there", "back"],
)  # fmt: skip
def test_a_kept_sentence_whose_source_moves_on_again(
    make: Make, again: tuple[str, str], old: str, new: str, tmp_path: Path
) -> None:
    settings = make(tmp_path)
    sync(settings)
    write(settings.source, {"mean.md": NEW.replace(*again)})
    commit(settings.source)
    result = sync(settings)
    kept = [item for file in result.files for item in file.items if item.kept]
    assert [(item.old_source, item.new_source) for item in kept] == [(old, new)] * bool(old)
    assert "La media es una clase de suma." in mean(settings)
    if make is with_originals:
        origin = (settings.target / "mean_origin.md").read_text()
        assert origin == NEW.replace(*again).replace(new or KEPT, "The mean is a kind of sum.")
    assert not sync(settings).written


def test_the_base_tells_what_the_human_kept_if_the_list_of_items_is_lost(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    sync(settings)
    before = state_of(settings.target)
    (settings.target / "amts-items.json").unlink()
    (item,) = sync(settings).files[0].items
    assert item.kept and item.old_source == "The mean is a kind of sum."
    after = state_of(settings.target)
    assert {n: d for n, d in after.items() if n.endswith(".md")} == {
        n: d for n, d in before.items() if n.endswith(".md")
    }
