"""The list of open items is lost: it is noticed, and nothing passes for read that nobody has read.

Where a revision is the base, it has the number of places that keep older text. Where the list was
committed, git knows that there was one.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.moving_books import (
    NEW,
    OTHER,
    OTHER_HUMAN,
    commit,
    git,
    state_of,
    sync,
    with_lock,
    with_originals,
)
from support.program import write

from amts_ext.errors import InputError
from amts_ext.human import learn, lock
from amts_ext.memory import Memory
from amts_ext.pipeline.book import translate_book
from amts_ext.sync.accept import accept
from amts_ext.sync.project import SyncSettings
from amts_ext.sync.status import project_status
from amts_ext.translators.function import Function

ITEMS = "amts-items.json"
LOST = "es/mean.md: translates an older text in 1 place that amts-items.json lists no longer"


@pytest.fixture
def kept(tmp_path: Path) -> SyncSettings:
    """A translation with one kept sentence, in step with its source otherwise."""
    settings = with_lock(tmp_path)
    sync(settings)
    assert " kept:1 mean.md\n" in (settings.target / lock.NAME).read_text("utf-8")
    assert " part/median.md\n" in (settings.target / lock.NAME).read_text("utf-8")
    return replace(settings, base="")


def told(settings: SyncSettings) -> list[str]:
    return [str(problem) for problem in sync(settings).problems]


@pytest.mark.parametrize("moves_on", [False, True])
def test_a_list_that_was_deleted_is_told_each_time(kept: SyncSettings, moves_on: bool) -> None:
    """Also when the source moves on; all other files are synchronized."""
    (kept.target / ITEMS).unlink()
    if moves_on:
        more = "\nOne more.\n"
        write(kept.source, {"mean.md": NEW + more, "part/median.md": OTHER + more})
        commit(kept.source)
    before = (kept.target / "mean.md").read_bytes()
    for _ in range(2):
        problems = told(kept)
        assert len(problems) == 1 and LOST in problems[0]
    assert (kept.target / "mean.md").read_bytes() == before
    median = (kept.target / "part/median.md").read_text("utf-8")
    assert median == OTHER_HUMAN + ("\nONE MORE.\n" if moves_on else "")


def test_the_loss_of_one_item_of_several_is_told(kept: SyncSettings) -> None:
    data = json.loads((kept.target / ITEMS).read_text("utf-8"))
    items = data["files"]["mean.md"]["items"]
    data["files"]["mean.md"]["items"] = [item for item in items if not item.get("kept")]
    assert len(items) - len(data["files"]["mean.md"]["items"]) == 1
    write(kept.target, {ITEMS: json.dumps(data)})
    assert [LOST in problem for problem in told(kept)] == [True]


def test_a_list_that_is_put_back_is_as_before(kept: SyncSettings) -> None:
    path, before = kept.target / ITEMS, state_of(kept.target)
    saved = path.read_bytes()
    path.unlink()
    assert told(kept)
    path.write_bytes(saved)
    assert not told(kept) and state_of(kept.target) == before


@pytest.mark.parametrize("places", [["mean.md"], []])
def test_who_has_read_the_file_accepts_it(kept: SyncSettings, places: list[str]) -> None:
    (kept.target / ITEMS).unlink()
    assert accept(kept.target, places) == 1
    assert "kept" not in (kept.target / lock.NAME).read_text("utf-8")
    result = sync(kept)
    assert not result.problems and not result.written


def test_a_line_does_not_accept_what_was_lost(kept: SyncSettings) -> None:
    """Nor does the last item of the file that is still listed."""
    data = json.loads((kept.target / ITEMS).read_text("utf-8"))
    items = data["files"]["mean.md"]["items"]
    left = [item for item in items if not item.get("kept")]
    data["files"]["mean.md"]["items"] = left
    write(kept.target, {ITEMS: json.dumps(data)})
    for line in {item["line"] for item in left}:
        accept(kept.target, [f"mean.md:{line}"])
    listed = json.loads((kept.target / ITEMS).read_text("utf-8"))["files"]
    assert not listed and [LOST in p for p in told(kept)] == [True]
    with pytest.raises(InputError, match="no open item in this line"):
        accept(kept.target, ["mean.md:3"])


def test_what_is_accepted_is_kept_no_longer(kept: SyncSettings) -> None:
    accept(kept.target, ["mean.md:3"])
    assert "kept" not in (kept.target / lock.NAME).read_text("utf-8")
    (kept.target / ITEMS).unlink()
    assert not told(kept)


def test_status_tells_the_loss(kept: SyncSettings) -> None:
    (kept.target / ITEMS).unlink()
    mean, _ = project_status(kept.target, kept.source, format="d2l")
    assert LOST in mean.problem and not mean.is_in_step


def test_a_build_tells_the_loss(kept: SyncSettings, tmp_path: Path) -> None:
    """It takes the kept sentence for the translation of the source as it is now."""
    pair = "en", "es"
    with Memory(tmp_path / "memory.sqlite") as memory:
        assert not learn(memory, kept.target, kept.source, pair, "d2l").problems
        (kept.target / ITEMS).unlink()
        problems = learn(memory, kept.target, kept.source, pair, "d2l").problems
        assert [LOST in str(problem) for problem in problems] == [True]


def test_a_book_of_which_a_list_is_lost_is_not_done_without_problems(kept: SyncSettings) -> None:
    """The exit code of a build comes from these problems."""
    config = write(kept.source, {"config.ini": f"[amts]\nhuman_es = {kept.target}\n"})
    capitals = Function(lambda sentences: [sentence.upper() for sentence in sentences])

    def built() -> list[str]:
        done = translate_book(config / "config.ini", ["es"], translator=capitals)["es"]
        return [str(problem) for problem in done.problems]

    assert not any(ITEMS in problem for problem in built())
    saved = (kept.target / ITEMS).read_bytes()
    (kept.target / ITEMS).unlink()
    for _ in range(2):
        (told,) = [problem for problem in built() if ITEMS in problem]
        assert LOST in told and "put that list back from git" in told
    (kept.target / ITEMS).write_bytes(saved)
    assert not any(ITEMS in problem for problem in built())


# --- git knows that there was a list --------------------------------------------------------------

GONE = "amts-items.json: is gone, and nobody knows what is still to be read; put it back with git"


@pytest.fixture(params=[False, True], ids=["deleted", "deleted and committed"])
def gone(request: pytest.FixtureRequest, tmp_path: Path) -> SyncSettings:
    """A committed translation with machine's text to read, whose list was deleted."""
    settings = with_originals(tmp_path)
    sync(settings)
    commit(settings.target)
    (settings.target / ITEMS).unlink()
    if request.param:
        commit(settings.target)
    return settings


def test_what_a_machine_wrote_does_not_pass_for_read(gone: SyncSettings, tmp_path: Path) -> None:
    before = state_of(gone.target)
    for call in (
        lambda: sync(gone),
        lambda: project_status(gone.target, gone.source, format="d2l"),
        lambda: accept(gone.target, ["mean.md"]),
    ):
        with pytest.raises(InputError, match=re.escape(GONE)):
            call()
    assert state_of(gone.target) == before
    with Memory(tmp_path / "memory.sqlite") as memory:
        problems = learn(memory, gone.target, gone.source, ("en", "es"), "d2l").problems
    assert [GONE in str(problem) for problem in problems] == [True]


def test_the_message_has_the_command_that_puts_it_back(gone: SyncSettings) -> None:
    with pytest.raises(InputError) as raised:
        sync(gone)
    command = re.search(r"git (checkout \w+ -- amts-items.json)", str(raised.value))
    assert command
    git(gone.target, *command[1].split())
    assert not sync(gone).written
    assert [item.kind for item in sync(gone).files[0].items] == [
        "changed",
        "changed",
        "patched",
        "new",
    ]


def test_who_has_read_all_of_it_accepts_all(gone: SyncSettings) -> None:
    accept(gone.target)
    assert json.loads((gone.target / ITEMS).read_text("utf-8"))["files"] == {}
    result = sync(gone)
    assert {str(i.kind) for f in result.files for i in f.items} <= {
        "changed"
    }  # kept against its base
    commit(gone.target)
    accept(gone.target)
    assert (gone.target / ITEMS).exists() and not sync(gone).problems
