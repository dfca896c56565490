"""Translations into several languages follow one source: one batch, one bill, one fault each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from support.moving_books import HUMAN, NEW, OLD, state_of
from support.program import Table, write

from amts_ext.cli import main
from amts_ext.config import load
from amts_ext.errors import AmtsError, ConfigError, InputError
from amts_ext.progress import Progress
from amts_ext.sync.project import Mode, ProjectSync, SyncSettings, sync_projects
from amts_ext.translators.base import Answer, Request

CONFIG = """[project]
title = A book
[build]
notebooks = *.md
[translation]
translator = aws
[amts]
langs = es, pt
bucket = b
role_arn = arn:aws:iam::123456789012:role/r
region = us-east-1
price = 1000
"""
LANGS = ("es", "pt")


class Billed(Table):
    """A translator that bills; it keeps its requests, and counts its sessions."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[list[Request]] = []
        self.sessions = 0
        self.bill = {"": 0}

    @property
    def billed(self) -> dict[str, int]:  # type: ignore[override]
        return self.bill

    @contextmanager
    def session(self, progress: Progress) -> Iterator[None]:
        self.sessions += 1
        yield

    def translate(
        self, requests: Sequence[Request], source: str, progress: Progress
    ) -> Iterator[list[Answer]]:
        self.requests.append(list(requests))
        return super().translate(requests, source, progress)


def books(root: Path, more: str = "") -> list[SyncSettings]:
    """Two translations; the Portuguese one has a paragraph of the source's text less to follow."""
    source = write(root / "en", {"config.ini": CONFIG + more, "mean.md": NEW})
    config = load(source / "config.ini")
    for lang in LANGS:
        base = OLD if lang == "es" else OLD.replace("kind of sum", "sort of sum")
        write(root / lang, {"mean.md": HUMAN, "mean_origin.md": base})
    return [SyncSettings(source, root / lang, lang, config=config) for lang in LANGS]


def done(results: Sequence[ProjectSync | AmtsError]) -> list[ProjectSync]:
    assert all(isinstance(result, ProjectSync) for result in results), results
    return [result for result in results if isinstance(result, ProjectSync)]


def test_all_languages_are_one_batch(tmp_path: Path) -> None:
    """Each language gets what it lacks: the text that only one of them wants is asked for once."""
    settings, table = books(tmp_path), Billed()
    results = done(sync_projects(settings, translator=table))
    assert table.sessions == 1
    [requests] = table.requests
    assert {r.key[:11]: r.targets for r in requests} == {
        "The mean is": ("es",), "Today a pro": ("es", "pt"), "One large h": ("es", "pt"),
    }  # fmt: skip
    for lang, result in zip(LANGS, results, strict=True):
        assert not result.problems and "mean.md" in result.written
        text = (tmp_path / lang / "mean.md").read_text("utf-8")
        assert "TODAY A PROGRAM" in text and "ONE LARGE HEIGHT" in text
        assert "La media es una clase de suma." in text
    assert [result.asked.segments for result in results] == [3, 2]
    again = done(sync_projects(settings, translator=table))
    assert not any(result.written for result in again) and len(table.requests) == 1


def test_what_is_written_is_what_each_language_writes_alone(tmp_path: Path) -> None:
    together, alone = tmp_path / "together", tmp_path / "alone"
    done(sync_projects(books(together), translator=Billed()))
    for settings in books(alone):
        done(sync_projects([settings], translator=Billed()))
    for lang in LANGS:
        found = [state_of(root / lang).values() for root in (together, alone)]
        assert list(found[0]) == list(found[1])


def test_max_cost_holds_for_all_languages_together(tmp_path: Path) -> None:
    """Each alone would be allowed; nothing is sent and nothing is written."""
    settings = books(tmp_path, "max_cost = 0.3\n")
    before = state_of(tmp_path)
    costs = [r.asked.cost or 0 for r in done(sync_projects(settings, Mode.CHECK))]
    assert max(costs) < 0.3 < sum(costs)
    table = Billed()
    with pytest.raises(AmtsError, match=r"stopped before sending: .* max_cost allows 0\.3"):
        sync_projects(settings, translator=table)
    assert not table.requests and state_of(tmp_path) == before
    done(sync_projects(settings[:1], translator=table))
    assert len(table.requests) == 1


@pytest.mark.parametrize("mode", [Mode.CHECK, Mode.TRIAL])
def test_a_check_and_a_trial_ask_nobody_who_bills(mode: Mode, tmp_path: Path) -> None:
    settings, table = books(tmp_path), Billed()
    before = state_of(tmp_path), {*tmp_path.rglob("*")}
    results = done(sync_projects(settings, mode, table))
    assert not table.requests and (state_of(tmp_path), {*tmp_path.rglob("*")}) == before
    assert [r.asked.segments for r in results] == [3, 2]
    assert all("mean.md" in r.written for r in results) or mode is Mode.TRIAL


def test_a_language_that_fails_stops_no_other(tmp_path: Path) -> None:
    settings = books(tmp_path)
    missing = replace(settings[0], target=tmp_path / "nowhere")
    table = Billed()
    error, result = sync_projects([missing, settings[1]], translator=table)
    assert isinstance(error, InputError) and "no such folder" in str(error)
    assert isinstance(result, ProjectSync) and result.written
    assert "TODAY A PROGRAM" in (tmp_path / "pt/mean.md").read_text("utf-8")
    assert {r.targets for r in table.requests[0]} == {("pt",)}


def test_a_bad_file_of_one_language_stops_no_other(tmp_path: Path) -> None:
    settings = books(tmp_path)
    write(tmp_path / "es", {"mean.md": "<<<<<<< a\n=======\n>>>>>>> b\n"})
    spanish, portuguese = done(sync_projects(settings, translator=Billed()))
    assert "the marks of a merge conflict" in str(spanish.problems[0]) and not spanish.written
    assert portuguese.written and not portuguese.problems


def test_one_language_twice_is_refused(tmp_path: Path) -> None:
    settings = books(tmp_path)
    with pytest.raises(ConfigError, match="one translation for each language"):
        sync_projects([settings[0], settings[0]])


def test_the_command_goes_on_after_a_missing_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books(tmp_path)
    (tmp_path / "es").rename(tmp_path / "elsewhere")
    words = ["--source", str(tmp_path / "en"), "--target", str(tmp_path / "{lang}")]
    assert main(["sync", *words, "--lang", "es,pt", "--check"]) == 2
    said = capsys.readouterr()
    assert "es: no such folder" in said.err and "pt: 3 files to write" in said.out
    assert not (tmp_path / "es").exists()
