"""Batch jobs of Amazon Translate: several languages, partial failures, interrupts, bad input."""

from __future__ import annotations

import itertools
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.aws import BUCKET, ROLE, Connection, TestBook, billed_twice, by_jobs, started, tiny
from support.program import environment
from support.waiting import DEADLINE, Clock, fired, until

from amts_ext.config import load
from amts_ext.errors import TranslatorError
from amts_ext.pipeline.book import Book
from amts_ext.progress import reporter
from amts_ext.service.server import Service
from amts_ext.text.outcome import Source
from amts_ext.translators.amazon import translator as amazon
from amts_ext.translators.amazon.connection import make_clients
from amts_ext.translators.amazon.job import Setup, make
from amts_ext.translators.amazon.jobs import Jobs

# One job for several languages --------------------------------------------------------------------


def test_what_several_languages_lack_goes_in_one_job(
    service: Service, connection: Connection, tmp_path: Path
) -> None:
    book = tiny(tmp_path, "onejob", langs=("es", "pt", "ja"))
    assert all(not r.problems for r in book.build(connection).values())
    [job] = started(service)
    assert job["TargetLanguageCodes"] == ["es", "ja", "pt"]
    assert book.result("ja") == book.expected()


def test_a_language_gets_only_what_it_lacks(
    service: Service, connection: Connection, tmp_path: Path
) -> None:
    book = tiny(tmp_path, "lacks", langs=("pt",))
    book.build(connection)
    both = TestBook(tmp_path, {**book.texts, "new.md": "A new one.\n"}, ("pt", "es")).write()
    assert all(not r.problems for r in both.build(connection).values())
    jobs = started(service)
    assert sorted(tuple(j["TargetLanguageCodes"]) for j in jobs) == [
        ("es",), ("es", "pt"), ("pt",),
    ]  # fmt: skip
    assert billed_twice(service, "lacks") == {}


def test_more_than_ten_languages_are_several_jobs(
    service: Service, connection: Connection, tmp_path: Path
) -> None:
    langs = ("pt", "es", "ja", "ko", "tr", "vi", "zh")
    book = tiny(tmp_path, "many", documents=1, langs=langs)
    amazon_targets = amazon.TARGETS
    try:
        amazon.TARGETS = 3
        assert all(not r.problems for r in book.build(connection).values())
    finally:
        amazon.TARGETS = amazon_targets
    assert sorted(len(j["TargetLanguageCodes"]) for j in started(service)) == [1, 3, 3]


def test_a_language_without_an_engine_does_not_stop_the_others(
    service: Service, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amts_ext.service.engines.base import NoEngineError
    from amts_ext.service.engines.echo import Upper

    def check(self: Upper, source: str, target: str) -> None:
        if target == "vi":
            raise NoEngineError("no engine for en to vi")

    monkeypatch.setattr(Upper, "check", check)
    book = tiny(tmp_path, "noengine", langs=("pt", "vi"))
    results = book.build(connection)
    assert results["pt"].problems == [] and book.result("pt") == book.expected()
    assert {p.reason for p in results["vi"].problems} == {"untranslated, no engine for en to vi"}
    assert book.open_jobs == []


# Partial failure ----------------------------------------------------------------------------------


def test_a_failed_job_is_asked_for_once_more_and_then_listed(
    service: Service, connection: Connection, tmp_path: Path
) -> None:
    book = tiny(tmp_path, "failed", langs=("pt",))
    service.faults.add([{"fault": "fail", "operation": "Job", "first": 2, "message": "no\nrights"}])
    result = book.build(connection)["pt"]
    assert [j["JobStatus"] for j in started(service)] == ["FAILED", "FAILED"]
    assert len({j["JobName"] for j in started(service)}) == 2, "the same work, another token"
    [reason] = {p.reason for p in result.problems}
    assert "is FAILED: no rights; likely the role may not read and write the bucket" in reason
    assert book.result("pt") == dict(book.texts), "the source stays"
    assert not book.build(connection)["pt"].problems, "nothing of it is remembered"


def test_what_is_good_is_kept_and_only_the_rest_is_sent_again(
    service: Service, connection: Connection, tmp_path: Path
) -> None:
    book = tiny(tmp_path, "partly", langs=("pt",))
    service.faults.add([
        {"fault": "missing", "operation": "Document", "name": "*d0*", "first": 1},
        {"fault": "document_error", "operation": "Document", "name": "*d1*", "first": 2,
         "code": "InternalServerException", "message": "once more"},
    ])  # fmt: skip
    assert book.build(connection)["pt"].problems == []
    assert book.result("pt") == book.expected()
    first, second = started(service)
    assert first["JobDetails"]["InputDocumentsCount"] == 3
    assert second["JobDetails"]["InputDocumentsCount"] == 2, "one job more, for the rest"
    singles = [e for e in service.log if e.operation == "TranslateText"]
    assert len(singles) == 4, "d1, which failed again, sentence by sentence"
    assert not {text for _, _, text in billed_twice(service, "partly") if " 2 of" in text}


def test_a_job_that_somebody_stops_is_not_started_again_by_itself(
    service: Service, connection: Connection, clock: Clock, tmp_path: Path
) -> None:
    book = tiny(tmp_path, "halted", documents=12, langs=("pt",))
    # Two documents get done; the others are held until the job is stopped.
    service.faults.add([{"fault": "slow", "operation": "Document", "skip": 2, "seconds": 3}])

    def stop() -> None:
        until(lambda: len(service.ledger.charges) == 2)
        until(fired(service))
        _stop_all(service)
        clock.let_go()

    halt = threading.Thread(target=stop)
    halt.start()
    with pytest.raises(TranslatorError, match=r"job \w+ was stopped; what it had done is kept"):
        book.build(connection)
    halt.join()
    assert [job["JobStatus"] for job in started(service)] == ["STOPPED"]
    assert 2 <= len(service.ledger.charges) < 12
    service.faults.clear()
    assert all(not r.problems for r in book.build(connection).values())
    assert book.result("pt") == book.expected()
    assert billed_twice(service, "halted") == {}


def _stop_all(service: Service) -> None:
    client = make_clients(region="us-east-1", endpoint=service.url, dummy=True).translate
    for job in started(service):
        client.stop_text_translation_job(JobId=job["JobId"])


def test_the_bill_stands_beside_the_estimate(
    service: Service, connection: Connection, tmp_path: Path
) -> None:
    book = tiny(tmp_path, "billed", langs=("pt",))
    config = load(tmp_path / "config.ini", translator="aws", bucket=BUCKET, role_arn=ROLE, price=15)
    with Book(config, translator=by_jobs(connection)) as opened:
        sources = [Source(n, tmp_path / n, "d2l") for n in book.texts]
        told: list[Any] = []
        told.append(opened.fetch(sources, ["pt"], announce=told.append))
        assert opened.fetch(sources, ["pt"]) is None, "nothing was sent"
    billed = service.ledger.characters()
    money = f"{billed:,} characters, about {billed * 15e-6:.2f} USD"
    assert list(map(str, told)) == [
        f"pt: 12 segments: 0 human, 0 memory (0 characters), 12 to send ({money})",
        f"sent {money}; billed {money}",
    ]


# Interrupts ---------------------------------------------------------------------------------------

BUILD = """
import sys
from amts_ext import translate_book
try:
    translate_book("config.ini")
except KeyboardInterrupt:
    sys.exit(130)
"""


def interrupted_build(
    book: TestBook,
    service: Service,
    clock: Clock,
    choice: str,
    when: Callable[[], object],
    typed: str = "",
) -> str:
    """Build with the real program until ``when``, press Ctrl-C; what it says on standard error.

    What the service lets last a second goes on then, and all else when the program has ended.
    """
    config = book.root / "config.ini"
    config.write_text(
        config.read_text() + f"bucket = {BUCKET}\nrole_arn = {ROLE}\nregion = us-east-1\n"
        f"endpoint = {service.url}\non_interrupt = {choice}\n[translation]\ntranslator = aws\n"
    )
    terminal, stdin = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD], cwd=book.root, env=environment(book.root),
        stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until(lambda: when() or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    clock.pass_by(1)
    os.write(terminal, typed.encode())
    err = process.communicate(timeout=DEADLINE)[1]
    os.close(terminal), os.close(stdin)
    assert process.returncode == 130, err
    clock.let_go()
    return err


def build_again(book: TestBook) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUILD], cwd=book.root, env=environment(book.root), check=False
    )
    assert done.returncode == 0
    assert all(book.result(lang) == book.expected() for lang in book.langs)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("choice", "typed", "stopped"),
    [("stop", "", True), ("leave", "", False), ("ask", "s\n", True), ("ask", "\n", False)],
)
def test_an_interrupt_stops_the_job_or_leaves_it(
    choice: str, typed: str, stopped: bool, service: Service, clock: Clock, tmp_path: Path
) -> None:
    mark = "interruptedx"
    book = tiny(tmp_path / "book", mark, langs=("pt",))
    service.faults.add([{"fault": "linger", "operation": "Job", "seconds": 60, "first": 1}])

    def is_looked_at() -> bool:
        return "DescribeTextTranslationJob" in operations(service)

    err = interrupted_build(book, service, clock, choice, is_looked_at, typed)
    assert ("being stopped" in err) is stopped and len(book.open_jobs) == 1
    assert operations(service).count("StopTextTranslationJob") == stopped
    build_again(book)
    assert len(service.state.jobs) == 1 + stopped
    assert billed_twice(service, mark) == {}


@pytest.mark.slow
def test_an_interrupt_while_one_job_is_read_stops_the_others(
    service: Service, clock: Clock, tmp_path: Path
) -> None:
    book = tiny(tmp_path / "book", "readingx", langs=("pt", "es"))
    shared = {"kind": "terminology", "source": "en", "revision": "1", "name": "words"}
    # Two jobs: the terms are those of one language.
    (book.root / ".amts").mkdir()
    (book.root / ".amts/resources.json").write_text(json.dumps([{**shared, "targets": ["pt"]}]))
    make_clients(region="us-east-1", endpoint=service.url, dummy=True).translate.import_terminology(
        Name="words", MergeStrategy="OVERWRITE",
        TerminologyData={"File": b"en,pt\nzebra,zebra\n", "Format": "CSV"},
    )  # fmt: skip
    service.faults.add([
        {"fault": "linger", "operation": "Job", "seconds": 60, "skip": 1, "first": 1},
        {"fault": "slow", "operation": "S3:GET", "name": "*/out/*", "seconds": 1},
    ])  # fmt: skip
    err = interrupted_build(book, service, clock, "stop", fired(service, 1))
    [left] = [job for job in started(service) if job["JobStatus"] != "COMPLETED"]
    assert f"being stopped: {left['JobName']}\n" in err
    assert operations(service).count("StopTextTranslationJob") == 1
    service.faults.clear()
    build_again(book)
    assert billed_twice(service, "readingx") == {}


@pytest.mark.slow
def test_an_interrupt_of_the_call_that_starts_a_job_stops_it(
    service: Service, clock: Clock, tmp_path: Path
) -> None:
    book = tiny(tmp_path / "book", "startingx", langs=("pt",))
    service.faults.add([
        {"fault": "linger", "operation": "Job", "seconds": 60, "first": 1},
        # The answer to the first call is lost; the second, a retry, is slow.
        {"fault": "drop", "operation": "Start*", "when": "after", "first": 1},
        {"fault": "slow", "operation": "Start*", "skip": 1, "seconds": 60},
    ])  # fmt: skip
    err = interrupted_build(book, service, clock, "stop", fired(service, 2))
    assert "being stopped" in err and len(book.open_jobs) == 1
    [job] = started(service)
    assert job["JobStatus"] in ("STOP_REQUESTED", "STOPPED")
    service.faults.clear()
    build_again(book)
    assert billed_twice(service, "startingx") == {}


@pytest.mark.slow
def test_a_job_that_cannot_be_stopped_does_not_keep_the_others_running(
    service: Service, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    setup = Setup(BUCKET, ROLE)
    jobs = [make([], "en", [target], setup, "here") for target in ("pt", "es", "ja")]
    for job in jobs:
        job.id = job.targets[0]
    service.faults.add([
        {"fault": "error", "operation": "Stop*", "name": "pt", "code": "InternalServerException"},
    ])  # fmt: skip
    Jobs(connection.clients(), setup, None, {}).stop(jobs)
    asked = [r for r in operations(service) if r == "StopTextTranslationJob"]
    assert len(asked) > len(jobs), "the first one again and again, the others once"
    [line] = caplog.messages
    assert line.startswith(jobs[0].name) and "may run on for the next build" in line


def operations(service: Service) -> list[str]:
    return [entry.operation for entry in service.log]


@pytest.mark.slow
def test_events_for_machines(
    service: Service, connection: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # A second passes between two looks at a clock.
    seconds = SimpleNamespace(monotonic=itertools.count().__next__, sleep=time.sleep)
    monkeypatch.setattr("amts_ext.translators.amazon.jobs.time", seconds)
    tiny(tmp_path, "events", langs=("pt",))
    with Book(load(tmp_path / "config.ini"), translator=by_jobs(connection)) as book:
        book.fetch([Source("d0.md", tmp_path / "d0.md", "d2l")], ["pt"], reporter(as_json=True))
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    last = next(e for e in reversed(events) if e["event"] == "translate")
    assert (last["done"], last["total"], last["state"]) == (1, 1, "COMPLETED")
    assert last["targets"] == ["pt"] and last["documents"] == 1 and last["characters"] > 50
    assert last["seconds"] > 0 and last["job"] in service.state.jobs
