"""What stands in the way of batch jobs: one clear line, nothing lost, nothing billed in vain."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.aws import BUCKET, ROLE, Connection, TestBook, billed_twice, tiny
from support.program import amts, finish, start

from amts_ext import translate_book
from amts_ext.config import load
from amts_ext.errors import AmtsError, TranslatorError
from amts_ext.service.server import Service
from amts_ext.translators.amazon.job import from_record

# Bad input ----------------------------------------------------------------------------------------


def journaled(book: TestBook, service: Service, connection: Connection) -> Path:
    """A book whose first build was interrupted while its job ran; the journal's file."""
    from support.aws import Crash, Points

    for at in range(1, 60):
        with pytest.raises((Crash, AmtsError)):
            book.build(connection, Points(at))
        if book.open_jobs and json.loads(book.open_jobs[0].read_text())["id"]:
            return book.open_jobs[0]
    raise AssertionError("no job was started")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: text.replace('"digest": "', '"digest": "f'),
        lambda text: text.replace('"version": 3', '"version": 9'),
        lambda text: text.replace('"id": "', '"id": "0'),
        lambda text: text.replace("A sentence", "Another"),
        lambda text: json.dumps({**json.loads(text), "pages": json.loads(text)["pages"][1:]}),
        lambda text: json.dumps({**json.loads(text), "signatures": {}}),
        lambda text: "[]",
    ],
)
def test_a_damaged_journal_stops_before_anything_is_sent(
    damage: Any, service: Service, connection: Connection, tmp_path: Path
) -> None:
    book = tiny(tmp_path, "journal", langs=("pt",))
    record = journaled(book, service, connection)
    whole = record.read_text()
    record.write_text(damage(whole))
    jobs = len(service.state.jobs)
    with pytest.raises(TranslatorError, match="was edited or cut off; put it back") as error:
        book.build(connection)
    assert "\n" not in str(error.value) and record.name in str(error.value)
    assert len(service.state.jobs) == jobs
    record.write_text(whole)
    assert not book.build(connection)["pt"].problems
    assert billed_twice(service, "journal") == {}


def test_a_job_of_another_region_waits_for_a_build_there(
    service: Service, connection: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book = tiny(tmp_path, "region", langs=("pt",))
    record = journaled(book, service, connection)
    job = from_record(record.read_text())
    job.where, job.digest = "eu-west-1", "f" * 64
    job.request["JobName"] = "amts-" + "f" * 16
    elsewhere = record.with_name("f" * 16 + ".json")
    elsewhere.write_text(job.record())
    record.unlink()
    assert not book.build(connection)["pt"].problems
    assert "waits at eu-west-1 for a build with that region" in caplog.text
    assert book.open_jobs == [elsewhere]


def test_a_lost_journal_does_not_pay_twice(
    service: Service, connection: Connection, tmp_path: Path
) -> None:
    """The job is found by its name, which is made of its content."""
    book = tiny(tmp_path, "lost", langs=("pt",))
    journaled(book, service, connection).unlink()
    assert not book.build(connection)["pt"].problems
    assert len(service.state.jobs) == 1 and billed_twice(service, "lost") == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([{"fault": "error", "operation": "S3:*", "code": "AccessDenied"}],
         "uploading to s3://.*AccessDenied.*the credentials may not use the bucket"),
        ([{"fault": "error", "operation": "S3:*", "code": "PermanentRedirect"}],
         "the bucket is in another region; set .amts. region"),
        ([{"fault": "error", "operation": "StartTextTranslationJob", "code":
           "InvalidRequestException", "message": "The role cannot be assumed"}],
         "starting a translation job: The role cannot be assumed"),
        ([{"fault": "error", "operation": "ListTextTranslationJobs", "code":
           "InternalServerException"}], "looking for translation jobs"),
    ],
)  # fmt: skip
def test_what_stands_in_every_jobs_way_is_one_line(
    rules: list[dict[str, Any]], message: str, service: Service, connection: Connection,
    tmp_path: Path,
) -> None:  # fmt: skip
    book = tiny(tmp_path, "refused", langs=("pt",))
    service.faults.add(rules)
    with pytest.raises(TranslatorError, match=message) as error:
        book.build(connection)
    assert "\n" not in str(error.value)
    assert service.ledger.characters() == 0 and book.open_jobs == []
    service.faults.clear()
    assert not book.build(connection)["pt"].problems


def test_a_missing_bucket_is_one_line(connection: Connection, tmp_path: Path) -> None:
    book = tiny(tmp_path, "bucket", langs=("pt",))
    book = TestBook(tmp_path, book.texts, ("pt",), {"bucket": "no-such-bucket-here"})
    with pytest.raises(TranslatorError, match=r"create it in this region, or set \[amts\] bucket"):
        book.build(connection)


def test_a_segment_too_long_for_a_text_goes_by_a_job_only(
    service: Service, connection: Connection, tmp_path: Path
) -> None:
    text = "word " * 2400 + "$x$ end.\n"
    book = TestBook(tmp_path, {"a.md": text}, ("pt",)).write()
    assert not book.build(connection, singly=10)["pt"].problems
    assert [e.operation for e in service.log if e.operation.startswith("Tr")] == []
    service.faults.add([{"fault": "lose_slot", "operation": "Document"}])
    other = TestBook(tmp_path / "b", {"a.md": text.upper()}, ("pt",)).write()
    [problem] = other.build(connection)["pt"].problems
    assert "⟦math1⟧ did not come back exactly once" in problem.reason


@pytest.mark.parametrize("interrupted", [False, True])
def test_what_was_asked_for_singly_is_kept_when_something_stops_it(
    interrupted: bool, service: Service, connection: Connection, tmp_path: Path
) -> None:
    """Several texts are under way at a time: those that came after it are paid for, too."""
    book = tiny(tmp_path, "singly", langs=("pt",))
    if not interrupted:
        rule = {"fault": "error", "operation": "TranslateText", "code": "AccessDeniedException"}
        service.faults.add([{**rule, "skip": 2, "first": 1}])

    def press(stage: str, done: int, total: int, **facts: object) -> None:
        if interrupted and (stage, done) == ("translate", 3):
            raise KeyboardInterrupt

    with pytest.raises((TranslatorError, KeyboardInterrupt)):
        book.build(connection, singly=100, progress=press)
    assert service.segments > 0
    service.faults.clear()
    assert not book.build(connection, singly=100)["pt"].problems
    assert billed_twice(service, "singly") == {}


def test_a_full_disk_is_met_before_anything_is_paid_for(
    service: Service, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import amts_ext.files

    book = tiny(tmp_path, "full", langs=("pt",))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(amts_ext.files, "os", SimpleNamespace(**vars(os) | {"fsync": full}))
        with pytest.raises(AmtsError, match="cannot be written: No space left on device") as error:
            book.build(connection)
    assert error.value.file is not None and "jobs" in error.value.file
    assert service.state.jobs == {} and book.open_jobs == []
    assert [p.name for p in (tmp_path / ".amts/jobs").iterdir()] == ["lock"]


SECRETS = {
    "AWS_ACCESS_KEY_ID": "AKIA0NOT0A0REAL0KEY0",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI-not-a-real-key",
    "AWS_SESSION_TOKEN": "FwoGZXIvYXdzE-not-a-real-token",
}
BUILD = """
import logging
from amts_ext import translate_book
logging.basicConfig()
logging.getLogger("amts").setLevel("DEBUG")
translate_book("config.ini")
"""


@pytest.mark.slow
def test_nothing_secret_is_written_down(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in files, logs and errors, whatever goes wrong: with tracebacks, and while a job runs."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    book = tiny(tmp_path / "book", "secret", langs=("pt",))
    config = book.root / "config.ini"
    config.write_text(
        config.read_text() + f"bucket = {BUCKET}\nrole_arn = {ROLE}\nregion = us-east-1\n"
        f"endpoint = {service.url}\n[translation]\ntranslator = aws\n"
    )
    denied = {"fault": "error", "code": "AccessDeniedException"}
    told = []
    for operation in ("S3:GET", "S3:PUT", "List*", "Start*", "Describe*"):
        service.faults.add([{**denied, "operation": operation}])
        failed = finish(start(book.root, "-c", BUILD))
        assert "AccessDenied" in failed.err and "Traceback" in failed.err
        told.append(failed.out + failed.err)
        service.faults.clear()
    assert book.open_jobs, "the last one got its id"
    for command in (["parallel-data", "pull", "absent"], ["terminology", "list"]):
        done = amts(book.root, *command, "--debug")
        told.append(done.out + done.err)
    told += [p.read_bytes().decode("latin-1") for p in book.root.rglob("*") if p.is_file()]
    for word in (*SECRETS.values(), "Authorization", "X-Amz-"):
        assert not [text for text in told if word in text]


def test_too_dear_a_book_is_stopped_before_anything_is_sent(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tiny(tmp_path, "dear")
    config = load(
        tmp_path / "config.ini", translator="aws", bucket=BUCKET, role_arn=ROLE,
        region="us-east-1", endpoint=service.url, price=15, max_cost=0.001,
    )  # fmt: skip
    with pytest.raises(AmtsError, match=r"stopped before sending: .* would cost about 0\.0"):
        translate_book(config)
    assert service.log == [] and book.open_jobs == []
