"""``amts parallel-data`` and ``amts terminology`` on the embedded service, good days and bad."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.aws import BUCKET, ROLE, serving
from support.waiting import Clock

from amts_ext import translate_book
from amts_ext.cli import main
from amts_ext.config import load
from amts_ext.errors import TranslatorError
from amts_ext.service.limits import Limits
from amts_ext.service.server import Service
from amts_ext.translators import amazon
from amts_ext.translators.amazon import pushed

CONFIG = """[project]
name = tiny
lang = en

[build]
notebooks = *.md

[translation]
translator = aws

[amts]
langs = pt
human_pt = human
bucket = {bucket}
role_arn = {role}
region = us-east-1
endpoint = {url}
price = 15
price_act = 60
"""
NAME = "amts-tiny-en-pt"


@pytest.fixture
def service() -> Iterator[Service]:
    with serving(limits=Limits(terminology_delay=1)) as running:
        yield running


@pytest.fixture
def book(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book with two documents, one of them translated by a human; the current folder."""
    config = CONFIG.format(bucket=BUCKET, role=ROLE, url=service.url)
    (tmp_path / "config.ini").write_text(config)
    (tmp_path / "human").mkdir()
    (tmp_path / "a.md").write_text("# One\n\nThe mean is $x$. It is the centre.\n")
    (tmp_path / "human/a.md").write_text("# Um\n\nA média é $x$. Ela é o centro.\n")
    (tmp_path / "b.md").write_text("A new page.\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    return main([*arguments])


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()  # what was printed before
    code = main([*arguments, "--json"])
    [line] = capsys.readouterr().out.splitlines()
    return code, json.loads(line)


def operations(service: Service) -> list[str]:
    names = [entry.operation for entry in service.log]
    return [n for n in names if n.startswith(("Create", "Update", "Import", "Delete"))]


@pytest.mark.slow
def test_push_creates_reuses_and_updates(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        code, state = answer(capsys, "parallel-data", "push")
        assert (code, state["name"], state["status"]) == (0, NAME, "ACTIVE")
        assert state["sent"] == state["counts"]["imported"] == 3
    assert operations(service) == ["CreateParallelData"]
    first = state["revision"]
    (book / "human/a.md").write_text("# Um\n\nA média é $x$. É o centro dela.\n")
    service.faults.add([{"fault": "linger", "operation": "ParallelData", "seconds": 0.5}])
    code, state = answer(capsys, "parallel-data", "push")
    assert code == 0 and state["update"] == "ACTIVE" and state["revision"] != first
    assert operations(service) == ["CreateParallelData", "UpdateParallelData"]
    [resource] = pushed.load(book / ".amts/resources.json")
    assert (resource.name, resource.revision) == (NAME, state["revision"])


def test_status_brings_the_revision_to_a_fresh_checkout(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("parallel-data", "push") == 0
    record = book / ".amts/resources.json"
    before = record.read_text()
    for lost in (lambda: record.unlink(), lambda: record.write_text("{ cut off")):
        lost()
        assert run("parallel-data", "status") == 0
        assert record.read_text() == before
    assert "ACTIVE, en to pt, revision" in capsys.readouterr().out


def test_status_knows_what_was_pushed_by_another_name_and_what_is_another_books(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("parallel-data", "status") == 0
    assert capsys.readouterr().out == "none\n"
    assert run("parallel-data", "push", "--name", "mine") == 0
    (book / ".amts/other.csv").write_text("en,pt\nA page.,Uma página.\n")
    here = book / "config.ini"
    here.write_text(here.read_text().replace("name = tiny", "name = tiny-two"))
    record = book / ".amts/resources.json"
    mine = record.read_text()
    assert run("parallel-data", "push", ".amts/other.csv") == 0
    here.write_text(here.read_text().replace("name = tiny-two", "name = tiny"))
    record.write_text(mine)
    code, states = answer(capsys, "parallel-data", "status")
    assert (code, [state["name"] for state in states]) == (0, ["mine"])
    assert record.read_text() == mine


def test_a_damaged_record_is_one_line(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (book / ".amts").mkdir()
    (book / ".amts/resources.json").write_text('[{"kind": "other"}]')
    assert run("plan") == 2
    assert "resources.json: is not what `amts parallel-data push`" in capsys.readouterr().err


@pytest.mark.slow
def test_pull_gives_back_what_was_pushed(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("parallel-data", "push", "--format", "csv") == 0
    assert run("parallel-data", "pull", NAME, "-o", "back.csv") == 0
    assert (book / "back.csv").read_text("utf-8").splitlines() == [
        "en,pt", "One,Um", "The mean is $x$.,A média é $x$.", "It is the centre.,Ela é o centro.",
    ]  # fmt: skip
    assert run("parallel-data", "push", "back.csv", "--format", "csv") == 0, "the same revision"
    assert run("parallel-data", "list") == 0 and run("parallel-data", "delete", NAME) == 0
    assert run("parallel-data", "pull", NAME) == 1
    assert "does not exist (ResourceNotFoundException)" in capsys.readouterr().err
    assert pushed.load(book / ".amts/resources.json") == ()


@pytest.mark.slow
def test_what_was_deleted_is_made_anew_from_the_same_pairs(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    """The request is the same as the first one, whose answer the service remembers."""
    for _ in range(3):
        code, state = answer(capsys, "parallel-data", "push")
        assert (code, state["status"]) == (0, "ACTIVE")
        assert run("parallel-data", "delete", NAME) == 0
    assert not service.state.parallel


def test_files_of_several_languages_are_one_resource(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "p.csv").write_text(f"en,pt,es\na,b,c\nlong,{'x' * 1001},d\n=x,y,z\n,e,f\n")
    code, state = answer(capsys, "parallel-data", "push", "p.csv")
    assert (code, state["name"], state["targets"]) == (0, "amts-tiny-en-pt-es", ["pt", "es"])
    assert run("parallel-data", "push", "p.csv", "--lang", "es", "--format", "csv") == 0
    err = capsys.readouterr().err
    assert "skipped: p.csv:4: the source begins with '='" in err
    assert "skipped: p.csv:5: the source is empty" in err
    assert run("parallel-data", "push", "p.csv", "--lang", "zh") == 2
    assert "the files hold no zh; they hold: pt, es" in capsys.readouterr().err


def test_counts_that_differ_are_a_problem(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the service has skipped that we did not is shown, and the exit code says so."""
    (book / "p.csv").write_text("en,pt\na,b\nlong,d\n")
    object.__setattr__(service.state.limits, "segment_bytes", 2)
    code = run("parallel-data", "push", "p.csv")
    told = capsys.readouterr()
    assert code == 1 and "1 imported, 1 skipped, 0 failed of 2 sent" in told.out + told.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rules", "code", "told"),
    [
        ([{"fault": "fail", "operation": "ParallelData", "message": "no access to the file"}],
         1, "is FAILED: no access to the file; check the file"),
        ([{"fault": "error", "operation": "CreateParallelData", "first": 2,
           "code": "ConcurrentModificationException"}], 0, ""),
        ([{"fault": "error", "operation": "CreateParallelData", "first": 1,
           "code": "LimitExceededException"}], 0, ""),
        ([{"fault": "error", "operation": "CreateParallelData", "code": "InvalidRequestException",
           "message": "no such format"}], 1, "no such format (InvalidRequestException)"),
        ([{"fault": "error", "operation": "S3:PUT", "code": "AccessDenied"}], 1, "may not use the"),
    ],
)  # fmt: skip
def test_bad_days(
    rules: list[dict[str, Any]], code: int, told: str, book: Path, service: Service,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    service.faults.add(rules)
    assert run("parallel-data", "push") == code
    err = capsys.readouterr().err
    assert told in err and len(err.splitlines()) <= 1
    service.faults.clear()
    assert run("parallel-data", "push") == 0, "a failed resource is made anew"


def test_without_aws_nothing_is_pushed(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = book / "config.ini"
    config.write_text(config.read_text().replace("translator = aws", "translator ="))
    for command in (["parallel-data", "push"], ["terminology", "list"]):
        assert run(*command) == 2
        assert "translator is not aws" in capsys.readouterr().err
    config.write_text(config.read_text().replace("translator =", "translator = aws"))
    config.write_text(config.read_text().replace("human_pt = human\n", ""))
    assert run("parallel-data", "push") == 2
    assert "set human_pt, or name files of pairs" in capsys.readouterr().err


@pytest.mark.slow
def test_a_terminology_is_imported_once_and_waits_after_an_overwrite(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "t.csv").write_text(f"en,pt\npage,folha\nlong,{'x' * 201}\n")
    for _ in range(2):
        code, terms = answer(capsys, "terminology", "push", "t.csv")
        assert (code, terms["name"], terms["terms"]) == (0, "amts-tiny-en", 1)
    pushed_at = time.time()
    assert operations(service) == ["ImportTerminology"]
    [resource] = pushed.load(book / ".amts/resources.json")
    assert resource.ready <= pushed_at, "a new one is in effect at once"
    (book / "T.md").write_text("folha nova，page\n")
    assert run("terminology", "push", "T.md") == 0
    [resource] = pushed.load(book / ".amts/resources.json")
    assert pushed_at < resource.ready - 600 <= time.time()
    assert run("terminology", "list") == 0
    assert "amts-tiny-en: en to pt, 1 terms, revision" in capsys.readouterr().out
    assert run("terminology", "delete", "amts-tiny-en") == 0
    assert pushed.load(book / ".amts/resources.json") == ()


def build(book: Path) -> Any:
    config = load(book / "config.ini")
    translator = amazon.from_config(config)
    return translate_book(config, translator=translator)["pt"]


@pytest.mark.slow
def test_a_resource_that_is_gone_or_failed_stops_the_build_before_anything_is_paid_for(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "p.csv").write_text("en,pt\nA new page.,Uma página nova.\n")
    assert run("parallel-data", "push", "p.csv") == 0
    [resource] = service.state.parallel.values()
    resource.properties["Status"] = "FAILED"
    with pytest.raises(TranslatorError, match=r"the parallel data 'amts-\S+' is FAILED"):
        build(book)
    service.state.parallel.clear()
    with pytest.raises(TranslatorError, match=r"`amts parallel-data status` and .* anew"):
        build(book)
    assert service.ledger.characters() == 0
    assert run("parallel-data", "status") == 0
    assert build(book).counts == {"human": 2, "machine": 1}


@pytest.mark.slow
def test_what_was_pushed_adapts_the_next_build_and_enters_the_key(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(book).counts == {"human": 2, "machine": 1}
    assert build(book).counts == {"human": 2, "memory": 1}
    (book / "p.csv").write_text("en,pt\nA new page.,Uma página nova.\n")
    assert run("parallel-data", "push", "p.csv") == 0
    capsys.readouterr()
    [plan] = answer(capsys, "plan")[1]
    assert (plan["send"], plan["characters"], plan["cost"]) == (1, 11, pytest.approx(11 * 60 / 1e6))
    assert build(book).counts == {"human": 2, "machine": 1}, "another revision, another key"
    assert (book / "_build/translated/pt/b.md").read_text("utf-8") == "Uma página nova.\n"
    assert service.log[-1].operation.endswith("Job"), "only jobs use parallel data"
    assert build(book).counts == {"human": 2, "memory": 1}
    assert run("parallel-data", "delete", NAME) == 0
    assert build(book).counts == {"human": 2, "memory": 1}, "the unadapted one is remembered too"


@pytest.mark.slow
def test_the_build_waits_until_a_terminology_is_in_effect(
    book: Path, service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service uses an overwritten one after a delay of ten minutes."""
    monkeypatch.setattr("amts_ext.translators.amazon.translator.time", clock)
    monkeypatch.setattr(clock, "sleep", clock.pass_by)
    object.__setattr__(service.state.limits, "terminology_delay", 600)
    for word in ("folha", "pagina"):
        (book / "t.csv").write_text(f"en,pt\npage,{word}\n")
        assert run("terminology", "push", "t.csv") == 0
    assert build(book).counts["machine"] == 1
    assert "pagina" in (book / "_build/translated/pt/b.md").read_text("utf-8")


def test_a_translation_that_cannot_be_read_is_told_and_the_others_are_pushed(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "human/b.md").write_bytes("Uma página nova.\n".encode("latin-1"))
    assert run("parallel-data", "push") == 1
    told = capsys.readouterr()
    assert "amts: human/b.md:1: not UTF-8 (byte 0xe1)" in told.err
    assert "3 imported, 0 skipped, 0 failed of 3 sent" in told.out


def test_a_row_that_cannot_be_read_is_told_and_the_others_are_pushed(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "p.csv").write_text('en,pt\nOne day.,Um dia.\na,"b" c\n')
    assert run("parallel-data", "push", "p.csv") == 1
    told = capsys.readouterr()
    assert "skipped: p.csv:3: not CSV" in told.err
    assert "1 imported, 0 skipped, 0 failed of 1 sent" in told.out


@pytest.mark.parametrize("command", ["parallel-data", "terminology"])
def test_a_file_with_a_header_only(
    command: str, book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "head.csv").write_text("en,pt\n")
    assert run(command, "push", "head.csv") == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("amts: no ") and line.endswith(" at all")
    assert not service.log


@pytest.mark.slow
def test_an_endpoint_where_nobody_answers(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = book / "config.ini"
    here.write_text(re.sub("endpoint = .*", "endpoint = http://127.0.0.1:9", here.read_text()))
    assert run("parallel-data", "list") == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "127.0.0.1:9" in line and "check the network, region and endpoint in [amts]" in line
