"""Jobs of the embedded service, by boto3."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.service_calls import code, finished, get, put, start, text
from support.waiting import Clock, fired, until

from amts_ext.service.server import Service
from amts_ext.translators.amazon.connection import Clients, make_clients


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(engine="support.engines:Moody", workers=1) as service:
        yield service


@pytest.fixture(scope="module")
def clients(service: Service) -> Clients:
    clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
    clients.s3.create_bucket(Bucket="books")
    return clients


@pytest.fixture
def translate(clients: Clients) -> Any:
    return clients.translate


def test_a_job_writes_the_documented_layout(clients: Clients) -> None:
    put(clients, "book/a.html", "<p id=1>one <b>two</b></p>")
    put(clients, "book/deep/er/b.html", "<p>three</p>")
    put(clients, "book-other/c.html", "<p>not in the folder</p>")
    job = start(clients, "book", TargetLanguageCodes=["pt", "es"], JobName="layout")
    done = finished(clients, job)
    assert done["JobStatus"] == "COMPLETED" and done["JobName"] == "layout"
    assert done["JobDetails"]["InputDocumentsCount"] == 2
    assert done["JobDetails"]["TranslatedDocumentsCount"] == 4
    folder = done["OutputDataConfig"]["S3Uri"]
    assert folder == f"s3://books/book-out/123456789012-TranslateText-{job}/"
    listed = clients.s3.list_objects_v2(Bucket="books", Prefix="book-out/")["Contents"]
    prefix = folder.removeprefix("s3://books/")
    assert sorted(o["Key"].removeprefix(prefix) for o in listed) == [
        "deep/er/es.b.html",
        "deep/er/pt.b.html",
        "details/es.auxiliary-translation-details.json",
        "details/pt.auxiliary-translation-details.json",
        "es.a.html",
        "pt.a.html",
    ]
    assert get(clients, folder + "pt.a.html") == "<p id=1>ONE <b>TWO</b></p>"
    details = json.loads(get(clients, folder + "details/pt.auxiliary-translation-details.json"))
    assert [d["sourceFile"] for d in details["details"]] == ["a.html", "deep/er/b.html"]


def test_plain_jobs_and_documents_that_cannot_be_read(clients: Clients) -> None:
    put(clients, "plain/good.txt", "one\n\n  two\n")
    put(clients, "plain/bad.txt", b"\xff\xfe")
    put(clients, "plain/long.txt", "x" * 1_000_001)
    done = finished(clients, start(clients, "plain", ContentType="text/plain"))
    assert done["JobStatus"] == "COMPLETED_WITH_ERROR"
    assert done["JobDetails"]["DocumentsWithErrorsCount"] == 2
    folder = done["OutputDataConfig"]["S3Uri"]
    assert get(clients, folder + "pt.good.txt") == "ONE\n\n  TWO\n"
    details = json.loads(get(clients, folder + "details/pt.auxiliary-translation-details.json"))
    errors = {d["sourceFile"]: d.get("auxiliaryData") for d in details["details"]}
    assert errors["good.txt"] is None
    assert "not UTF-8" in errors["bad.txt"]["error"]["errorMessage"]
    assert "1,000,000" in errors["long.txt"]["error"]["errorMessage"]


@pytest.mark.parametrize(
    ("change", "expected", "message"),
    [
        ({"folder": "nothing"}, "InvalidRequestException", "is empty"),
        ({"InputDataConfig": {"S3Uri": "s3://books/", "ContentType": "text/html"}},
         "InvalidRequestException", "in a folder"),
        ({"InputDataConfig": {"S3Uri": "s3://absent/x/", "ContentType": "text/html"}},
         "InvalidRequestException", "'absent' does not exist"),
        ({"folder": "with"}, "InvalidRequestException", "named 'details'"),
        ({"ContentType": "application/pdf"}, "InvalidRequestException", "not application/pdf"),
        ({"DataAccessRoleArn": "arn:aws:iam::1:role/short-account"}, "ValidationException", "role"),
        ({"TargetLanguageCodes": ["xx"]}, "UnsupportedLanguagePairException", "nobody"),
        ({"TargetLanguageCodes": [f"a{c}" for c in "abcdefghijk"]},
         "InvalidParameterValueException", "up to 10"),
        ({"TargetLanguageCodes": ["pt", "pt"]}, "InvalidParameterValueException", "different"),
        ({"ParallelDataNames": ["absent"]}, "ResourceNotFoundException", "absent"),
        ({"TerminologyNames": ["absent"]}, "ResourceNotFoundException", "absent"),
        ({"ParallelDataNames": ["a", "b"]}, "InvalidParameterValueException", "one name"),
    ],
)  # fmt: skip
def test_jobs_that_cannot_start(
    clients: Clients, change: dict[str, Any], expected: str, message: str
) -> None:
    put(clients, "startable/a.html", "<p>x</p>")
    put(clients, "with/details/a.html", "<p>x</p>")
    folder = change.pop("folder", "startable")
    with pytest.raises(ClientError, match=message) as error:
        start(clients, folder, **change)
    assert code(error) == expected


def test_a_token_starts_one_job(clients: Clients) -> None:
    put(clients, "token/a.html", "<p>x</p>")
    job = start(clients, "token", ClientToken="one-token")
    assert start(clients, "token", ClientToken="one-token") == job
    with pytest.raises(ClientError) as error:
        start(clients, "token", ClientToken="one-token", TargetLanguageCodes=["es"])
    assert code(error) == "InvalidRequestException"
    assert start(clients, "token", ClientToken="other-token") != job
    finished(clients, job)


def test_jobs_stop_and_are_listed(
    clients: Clients, translate: Any, service: Service, clock: Clock
) -> None:
    for number in range(12):
        put(clients, f"stop/{number}.html", f"<p>text {number}</p>")
    service.faults.add([{"fault": "slow", "operation": "Document", "skip": 2, "seconds": 60}])
    job = start(clients, "stop", JobName="to-stop")
    until(fired(service))
    assert translate.stop_text_translation_job(JobId=job)["JobStatus"] == "STOP_REQUESTED"
    clock.let_go()
    service.faults.clear()
    done = finished(clients, job)
    assert done["JobStatus"] == "STOPPED"
    assert done["JobDetails"]["TranslatedDocumentsCount"] < 12

    def listed(**wanted: Any) -> list[str]:
        found = translate.list_text_translation_jobs(Filter=wanted)
        return [j["JobId"] for j in found["TextTranslationJobPropertiesList"]]

    assert listed(JobName="to-stop") == [job] and job in listed(JobStatus="STOPPED")
    assert job in listed(SubmittedBeforeTime=time.time() + 5)
    assert job not in listed(SubmittedAfterTime=time.time() + 5)
    with pytest.raises(translate.exceptions.InvalidFilterException):
        listed(JobName="to-stop", JobStatus="STOPPED")
    first = translate.list_text_translation_jobs(MaxResults=1)
    second = translate.list_text_translation_jobs(MaxResults=1, NextToken=first["NextToken"])
    jobs = [p["TextTranslationJobPropertiesList"][0]["JobId"] for p in (first, second)]
    assert jobs[0] == job and jobs[1] != job


def test_unknown_jobs(translate: Any) -> None:
    for operation in ("describe_text_translation_job", "stop_text_translation_job"):
        with pytest.raises(translate.exceptions.ResourceNotFoundException):
            getattr(translate, operation)(JobId="0" * 32)


def test_the_log_counts_segments_and_characters(clients: Clients, service: Service) -> None:
    put(clients, "log/a.html", "<title>ab</title><p>cd <b>ef</b></p><p>12</p><script>x</script>")
    before = len(service.log), service.segments
    finished(clients, start(clients, "log"))
    text(clients.translate, "one. two.")
    entries = [e for e in service.log[before[0] :] if "Describe" not in e.operation]
    assert [(e.operation, e.segments, e.characters) for e in entries] == [
        ("StartTextTranslationJob", 2, 7),
        ("TranslateText", 1, 9),
    ]
    assert service.segments == before[1] + 3
