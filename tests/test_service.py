"""The embedded service from outside: real HTTP, by boto3."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from amts_ext.errors import ConfigError, InputError
from amts_ext.service import wire
from amts_ext.service.corpora import CorpusError, read_corpus
from amts_ext.service.engines.base import EngineOptions, NoEngineError
from amts_ext.service.engines.echo import Upper
from amts_ext.service.server import Service
from amts_ext.translators.aws import Clients, make_clients

ROLE = "arn:aws:iam::123456789012:role/translate"


class Slow(Upper):
    """Upper-cases slowly, and refuses one pair and one text."""

    def check(self, source: str, target: str) -> None:
        if target == "xx":
            raise NoEngineError("no engine for en to xx: nobody speaks it")

    def change(self, text: str) -> str:
        if text == "explode":
            raise RuntimeError("boom")
        if text.startswith("slow"):
            time.sleep(0.2)
        return super().change(text)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(engine="test_service:Slow", workers=1) as service:
        yield service


@pytest.fixture(scope="module")
def clients(service: Service) -> Clients:
    clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
    clients.s3.create_bucket(Bucket="books")
    return clients


@pytest.fixture
def translate(clients: Clients) -> Any:
    return clients.translate


def put(clients: Clients, key: str, text: str | bytes) -> str:
    body = text.encode() if isinstance(text, str) else text
    clients.s3.put_object(Bucket="books", Key=key, Body=body)
    return f"s3://books/{key}"


def get(clients: Clients, uri: str) -> str:
    key = uri.removeprefix("s3://books/")
    return clients.s3.get_object(Bucket="books", Key=key)["Body"].read().decode()


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def text(translate: Any, text: str, **more: Any) -> str:
    codes = {"SourceLanguageCode": "en", "TargetLanguageCode": "pt"}
    return str(translate.translate_text(Text=text, **codes | more)["TranslatedText"])


def start(clients: Clients, folder: str, **more: Any) -> str:
    kind = more.pop("ContentType", "text/html")
    request: dict[str, Any] = {
        "InputDataConfig": {"S3Uri": f"s3://books/{folder}/", "ContentType": kind},
        "OutputDataConfig": {"S3Uri": f"s3://books/{folder}-out/"},
        "DataAccessRoleArn": ROLE,
        "SourceLanguageCode": "en",
        "TargetLanguageCodes": ["pt"],
    }
    return clients.translate.start_text_translation_job(**request | more)["JobId"]


def finished(clients: Clients, job: str) -> dict[str, Any]:
    for _ in range(500):
        found = clients.translate.describe_text_translation_job(JobId=job)
        properties: Any = found["TextTranslationJobProperties"]
        if properties["JobStatus"] not in ("SUBMITTED", "IN_PROGRESS", "STOP_REQUESTED"):
            return properties
        time.sleep(0.02)
    raise AssertionError("the job does not end")


def parallel(clients: Clients, name: str, content: str, form: str = "CSV") -> dict[str, Any]:
    uri = put(clients, f"parallel/{name}", content)
    config: Any = {"S3Uri": uri, "Format": form}
    clients.translate.create_parallel_data(Name=name, ParallelDataConfig=config)
    return settled(clients, name)


def settled(clients: Clients, name: str) -> dict[str, Any]:
    for _ in range(500):
        found: Any = clients.translate.get_parallel_data(Name=name)["ParallelDataProperties"]
        if not {found["Status"], found.get("LatestUpdateAttemptStatus")} & {"CREATING", "UPDATING"}:
            return found
        time.sleep(0.02)
    raise AssertionError("the parallel data does not settle")


# The protocol ------------------------------------------------------------------------------------


def test_boto3_speaks_the_protocol_that_is_served(translate: Any) -> None:
    assert translate.meta.service_model.resolved_protocol == "json"


def test_every_operation_of_the_model_has_a_handler(service: Service) -> None:
    assert set(service._operations._handlers) == set(wire.service_model().operation_names)


def test_loopback_only(service: Service) -> None:
    assert service._server.server_address[0] == "127.0.0.1"


def test_start_is_quick_and_the_import_light() -> None:
    script = (
        "import sys, time; began = time.time()\n"
        "from amts_ext.service.server import Service\n"
        "assert not {'moto', 'boto3', 'flask', 'fxtranslate'} & set(sys.modules)\n"
        "with Service() as service: print(time.time() - began)\n"
    )
    root = Path(__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True
    )
    assert float(run.stdout) < 2


def test_two_clients_share_one_port_for_s3_and_translate(clients: Clients) -> None:
    assert clients.s3.meta.endpoint_url == clients.translate.meta.endpoint_url
    assert get(clients, put(clients, "any/öö name.txt", "content")) == "content"


def raw(service: Service, target: str, body: bytes) -> tuple[int, dict[str, Any], str]:
    request = urllib.request.Request(service.url, body, {"X-Amz-Target": target})
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, json.loads(answer.read()), answer.headers["x-amzn-ErrorType"]


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        ("TranslateText", b"{", "SerializationException"),
        ("TranslateText", b"[]", "SerializationException"),
        ("TranslateText", b"\xff", "SerializationException"),
        ("TranslateText", b'{"Text": 3}', "SerializationException"),
        ("TranslateText", b'{"Text": "x"}', "ValidationException"),
        ("ListParallelData", b'{"MaxResults": "1"}', "SerializationException"),
        ("ListParallelData", b'{"MaxResults": 501}', "ValidationException"),
        ("ListParallelData", b'{"NextToken": "x"}', "InvalidParameterValueException"),
        ("ListParallelData", b'{"NextToken": "99999"}', "InvalidParameterValueException"),
        ("DescribeTextTranslationJob", b'{"JobId": "a#b"}', "ValidationException"),
        ("DropAllTables", b"{}", "UnknownOperationException"),
    ],
)
def test_bad_requests_get_typed_errors(
    service: Service, operation: str, body: bytes, expected: str
) -> None:
    status, answer, header = raw(service, f"{wire.TARGET}.{operation}", body)
    assert (status, answer["__type"], header) == (400, expected, expected)
    assert answer["Message"]


def test_all_broken_constraints_are_named(service: Service) -> None:
    body = b'{"Text": "x", "SourceLanguageCode": "e", "Settings": {"Formality": "RUDE"}}'
    _, answer, _ = raw(service, f"{wire.TARGET}.TranslateText", body)
    assert answer["Message"] == (
        "3 validation errors detected: "
        "Value '1' at 'sourceLanguageCode' failed to satisfy constraint: "
        "Member must have length greater than or equal to 2; "
        "Value null at 'targetLanguageCode' failed to satisfy constraint: Member must not be null; "
        "Value 'RUDE' at 'settings.formality' failed to satisfy constraint: "
        "Member must satisfy enum value set: [FORMAL, INFORMAL]"
    )


# Texts and documents -----------------------------------------------------------------------------


def test_translate_text(translate: Any) -> None:
    assert text(translate, "hello, a < b &amp; c\n") == "HELLO, A < B &AMP; C\n"
    html = 'Set <span translate="no">$x &lt; 1$</span> to <b>one &amp; two</b>.'
    assert text(translate, html) == (
        'SET <span translate="no">$x &lt; 1$</span> TO <b>ONE &amp; TWO</b>.'
    )


def test_text_limit_counts_bytes(translate: Any) -> None:
    assert len(text(translate, "é" * 5000)) == 5000
    with pytest.raises(translate.exceptions.TextSizeLimitExceededException, match="10001 bytes"):
        text(translate, "é" * 5000 + "x")


def test_unsupported_pairs(translate: Any) -> None:
    unsupported = translate.exceptions.UnsupportedLanguagePairException
    with pytest.raises(unsupported, match="nobody speaks it") as error:
        text(translate, "x", TargetLanguageCode="xx")
    assert error.value.response["TargetLanguageCode"] == "xx"


def test_an_engine_that_fails_is_an_internal_error(service: Service) -> None:
    """500 is an error that boto3 repeats, so it is asked without boto3."""
    body = b'{"Text": "explode", "SourceLanguageCode": "en", "TargetLanguageCode": "pt"}'
    status, answer, _ = raw(service, f"{wire.TARGET}.TranslateText", body)
    assert (status, answer["__type"]) == (500, "InternalServerException")
    assert "boom" in answer["Message"]


def test_translate_document(translate: Any) -> None:
    page = "<html><body class=x><p>one <i>two</i>&nbsp;<p translate=no>three</body></html>"
    document = {"Content": page.encode(), "ContentType": "text/html"}
    codes = {"SourceLanguageCode": "en", "TargetLanguageCode": "pt"}
    answer = translate.translate_document(Document=document, **codes)
    expected = page.replace("one", "ONE").replace("two", "TWO")
    assert answer["TranslatedDocument"]["Content"].decode() in (
        expected,
        expected.replace("&nbsp;", "\xa0"),
    )
    with pytest.raises(translate.exceptions.InvalidRequestException, match="not application/pdf"):
        translate.translate_document(
            Document={"Content": b"x", "ContentType": "application/pdf"}, **codes
        )
    large = {"Content": b"x" * 102401, "ContentType": "text/plain"}
    with pytest.raises(ClientError):
        translate.translate_document(Document=large, **codes)
    full = {"Content": b"1" * 102400, "ContentType": "text/plain"}
    translate.translate_document(Document=full, **codes)


def test_list_languages(translate: Any) -> None:
    listed = translate.list_languages(DisplayLanguageCode="pt", MaxResults=500)["Languages"]
    names = {x["LanguageCode"]: x["LanguageName"] for x in listed}
    assert names["en"] == "inglês" and names["zh"] == "chinês" and "zh-TW" in names


# Jobs --------------------------------------------------------------------------------------------


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


def test_jobs_stop_and_are_listed(clients: Clients, translate: Any) -> None:
    for number in range(12):
        put(clients, f"stop/{number}.html", f"<p>slow {number}</p>")
    job = start(clients, "stop", JobName="to-stop")
    assert translate.stop_text_translation_job(JobId=job)["JobStatus"] == "STOP_REQUESTED"
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


# Parallel data and terminology -------------------------------------------------------------------


def test_parallel_data_is_imported_by_the_rules(clients: Clients) -> None:
    content = (
        "en,pt,es\n"
        'The model.,O modelo.,"El ""modelo"", sí."\n'
        "\n"
        "The model.,O último.,El último.\n"
        "+bad,ruim,malo\n"
        "no target,,\n"
        ",sem fonte,\n"
        f"{'x' * 1001},longo,largo\n"
        f"long target,{'x' * 1001},corto\n"
        '"over\ntwo lines",a,b\n'
        "too,many,fields,here\n"
    )
    found = parallel(clients, "rules", content)
    counts = [found[f"{k}RecordCount"] for k in ("Imported", "Skipped", "Failed")]
    assert (found["Status"], counts) == ("ACTIVE", [2, 5, 4])
    assert (found["SourceLanguageCode"], found["TargetLanguageCodes"]) == ("en", ["pt", "es"])
    put(clients, "adapted/a.html", "<p>The model.</p><p>long target</p><p>Old. The model. New</p>")
    job = start(clients, "adapted", ParallelDataNames=["rules"], TargetLanguageCodes=["pt", "es"])
    folder = finished(clients, job)["OutputDataConfig"]["S3Uri"]
    assert get(clients, folder + "pt.a.html") == (
        "<p>O último.</p><p>LONG TARGET</p><p>OLD. O último. NEW</p>"
    )
    assert get(clients, folder + "es.a.html").startswith("<p>El último.</p><p>corto</p>")


def test_parallel_data_from_tsv_and_tmx(clients: Clients) -> None:
    assert parallel(clients, "tsv", "en\tpt\na, b\tc\n", "TSV")["ImportedRecordCount"] == 1
    tmx = (
        '<tmx version="1.4"><header srclang="en"/><body><tu>'
        '<tuv xml:lang="pt"><seg>O <bpt i="1"/>modelo</seg></tuv>'
        '<tuv xml:lang="en"><seg>The model</seg></tuv></tu></body></tmx>'
    )
    found = parallel(clients, "tmx", tmx, "TMX")
    assert (found["ImportedRecordCount"], found["TargetLanguageCodes"]) == (1, ["pt"])


def test_parallel_data_is_updated_as_a_whole(clients: Clients, translate: Any) -> None:
    parallel(clients, "updated", "en,pt\none,um\ntwo,dois\n")
    uri = put(clients, "parallel/new", "en,pt\none,hum\n")
    answer = translate.update_parallel_data(
        Name="updated", ParallelDataConfig={"S3Uri": uri, "Format": "CSV"}, Description="new"
    )
    assert (answer["Status"], answer["LatestUpdateAttemptStatus"]) == ("ACTIVE", "UPDATING")
    found = settled(clients, "updated")
    assert (found["ImportedRecordCount"], found["Description"]) == (1, "new")
    broken = put(clients, "parallel/broken", "only one column\n")
    translate.update_parallel_data(
        Name="updated", ParallelDataConfig={"S3Uri": broken, "Format": "CSV"}
    )
    found = settled(clients, "updated")
    assert (found["Status"], found["LatestUpdateAttemptStatus"]) == ("ACTIVE", "FAILED")
    assert found["ImportedRecordCount"] == 1 and "language codes" in found["Message"]


def test_parallel_data_that_fails_conflicts_or_is_missing(clients: Clients, translate: Any) -> None:
    found = parallel(clients, "empty", "en,pt\n")
    assert found["Status"] == "FAILED" and "no usable record" in found["Message"]
    config = {"S3Uri": "s3://books/parallel/empty", "Format": "CSV"}
    with pytest.raises(translate.exceptions.ConflictException):
        translate.create_parallel_data(Name="empty", ParallelDataConfig=config)
    put(clients, "failed/a.html", "<p>x</p>")
    with pytest.raises(translate.exceptions.InvalidRequestException, match="is FAILED"):
        start(clients, "failed", ParallelDataNames=["empty"])
    with pytest.raises(translate.exceptions.ResourceNotFoundException):
        translate.get_parallel_data(Name="nosuch")
    assert translate.delete_parallel_data(Name="empty")["Status"] == "DELETING"
    with pytest.raises(translate.exceptions.ResourceNotFoundException):
        translate.delete_parallel_data(Name="empty")


def test_one_change_of_parallel_data_at_a_time(
    clients: Clients, translate: Any, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    config: Any = {"S3Uri": put(clients, "parallel/slow", "en,pt\na,b\n"), "Format": "CSV"}
    read = service._resources._read

    def slowly(config: Any) -> Any:
        time.sleep(0.3)
        return read(config)

    monkeypatch.setattr(service._resources, "_read", slowly)
    translate.create_parallel_data(Name="slow-one", ParallelDataConfig=config)
    with pytest.raises(translate.exceptions.ConcurrentModificationException, match="slow-one"):
        translate.create_parallel_data(Name="slow-two", ParallelDataConfig=config)
    assert settled(clients, "slow-one")["Status"] == "ACTIVE"
    names = [p["Name"] for p in translate.list_parallel_data()["ParallelDataPropertiesList"]]
    assert "slow-one" in names and "slow-two" not in names


def test_parallel_data_must_cover_the_languages(clients: Clients) -> None:
    parallel(clients, "narrow", "en,pt\na,b\n")
    put(clients, "narrow/a.html", "<p>x</p>")
    for change in ({"TargetLanguageCodes": ["pt", "es"]}, {"SourceLanguageCode": "de"}):
        with pytest.raises(ClientError, match="does not cover") as error:
            start(clients, "narrow", ParallelDataNames=["narrow"], **change)
        assert code(error) == "InvalidParameterValueException"


def test_terminology_is_applied_and_told(translate: Any) -> None:
    data: Any = {"File": b"en,pt\ndeep learning,aprendizado profundo\n", "Format": "CSV"}
    imported = translate.import_terminology(
        Name="words", MergeStrategy="OVERWRITE", TerminologyData=data
    )["TerminologyProperties"]
    assert (imported["TermCount"], imported["TargetLanguageCodes"]) == (1, ["pt"])
    answer = translate.translate_text(
        Text="we like deep learning",
        SourceLanguageCode="en",
        TargetLanguageCode="pt",
        TerminologyNames=["words"],
    )
    assert answer["TranslatedText"] == "WE LIKE aprendizado profundo"
    [applied] = answer["AppliedTerminologies"]
    assert applied["Terms"] == [
        {"SourceText": "deep learning", "TargetText": "aprendizado profundo"}
    ]
    location = translate.get_terminology(Name="words")["TerminologyDataLocation"]["Location"]
    assert urllib.request.urlopen(location).read() == data["File"]
    listed = translate.list_terminologies()["TerminologyPropertiesList"]
    assert [t["Name"] for t in listed] == ["words"]
    bad: Any = {"File": b"en\n", "Format": "CSV"}
    with pytest.raises(translate.exceptions.InvalidParameterValueException):
        translate.import_terminology(Name="bad", MergeStrategy="OVERWRITE", TerminologyData=bad)
    translate.delete_terminology(Name="words")
    with pytest.raises(translate.exceptions.ResourceNotFoundException):
        text(translate, "x", TerminologyNames=["words"])


def test_tags(clients: Clients, translate: Any) -> None:
    arn = parallel(clients, "tagged", "en,pt\na,b\n")["Arn"]
    translate.tag_resource(ResourceArn=arn, Tags=[{"Key": "hash", "Value": "1"}])
    translate.tag_resource(ResourceArn=arn, Tags=[{"Key": "book", "Value": "d2l"}])
    translate.untag_resource(ResourceArn=arn, TagKeys=["book"])
    tags = translate.list_tags_for_resource(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "hash", "Value": "1"}]
    many = [{"Key": str(i), "Value": ""} for i in range(51)]
    with pytest.raises(translate.exceptions.TooManyTagsException):
        translate.tag_resource(ResourceArn=arn, Tags=many)
    with pytest.raises(translate.exceptions.ResourceNotFoundException):
        translate.list_tags_for_resource(ResourceArn=arn + "x")


@pytest.mark.parametrize(
    ("data", "form"),
    [(b"\xff", "CSV"), (b"", "CSV"), (b"en\n", "TSV"), (b"<tmx", "TMX"), (b"<tmx/>", "TMX")],
)
def test_files_that_are_no_corpus(data: bytes, form: str) -> None:
    with pytest.raises(CorpusError):
        read_corpus(data, form, 1000)


# Life and death ----------------------------------------------------------------------------------


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Clients]]:
    """A service in a process of its own, by ``serve``."""
    script = (
        "import sys\n"
        "from amts_ext.service.server import serve\n"
        "ready = lambda url: print(url, flush=True)\n"
        "serve(0, *sys.argv[1:], engine='upper', ready=ready)\n"
        "print('ended', flush=True)\n"
    )
    command = [sys.executable, "-c", script, *arguments]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        yield process, make_clients(region="us-east-1", endpoint=url, dummy=True)
        process.terminate()


def test_state_survives_a_restart(tmp_path: Path) -> None:
    folder = "deep/" * 60
    with serving(str(tmp_path)) as (_, clients):
        clients.s3.create_bucket(Bucket="books")
        clients.s3.create_bucket(Bucket="empty-one")
        put(clients, f"in/{folder}a.html", "<p>one</p>")
        put(clients, "in/gone.html", "<p>x</p>")
        parallel(clients, "kept", "en,pt\none,um\n")
        clients.s3.delete_object(Bucket="books", Key="in/gone.html")
        clients.s3.delete_object(Bucket="books", Key="parallel/kept")
        job = start(clients, "in", ParallelDataNames=["kept"])
        submitted = finished(clients, job)["SubmittedTime"]
    with serving(str(tmp_path)) as (_, clients):
        assert [b["Name"] for b in clients.s3.list_buckets()["Buckets"]] == ["books", "empty-one"]
        assert get(clients, f"s3://books/in/{folder}a.html") == "<p>one</p>"
        assert abs(finished(clients, job)["SubmittedTime"] - submitted).total_seconds() < 0.01
        clients.s3.delete_object(Bucket="books", Key="parallel/kept")
        again = start(clients, "in", ParallelDataNames=["kept"])
        output = finished(clients, again)["OutputDataConfig"]["S3Uri"]
        result = get(clients, f"{output}{folder}pt.a.html")
        assert result == "<p>um</p>", "parallel data outlives its file"
    (tmp_path / "state.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be read"):
        Service(engine="upper", directory=tmp_path).start()


def test_a_taken_port_and_an_unknown_engine_are_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} is taken"):
            Service(port).start()
    with pytest.raises(ConfigError, match="unknown engine"):
        Service(engine="nosuch").start()


def test_offline_services_name_the_pair_and_the_way_out() -> None:
    options = EngineOptions(offline=True, cache="/nowhere")
    with Service(options=options, workers=1) as service:
        clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
        with pytest.raises(ClientError, match=r"en to zh: .*downloads are off") as error:
            text(clients.translate, "x", TargetLanguageCode="zh")
        assert code(error) == "UnsupportedLanguagePairException"
        assert not service._pool._started, "no worker for nothing"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_ends_on_a_signal(number: int) -> None:
    with serving() as (process, clients):
        assert text(clients.translate, "hello") == "HELLO"
        os.kill(process.pid, number)
        assert process.stdout is not None
        assert process.stdout.readline() == "ended\n"
        assert process.wait(10) == 0


def test_close_can_be_called_twice_and_frees_the_port() -> None:
    service = Service(engine="upper").start()
    service.close()
    service.close()
    # Some kernels end a listening socket a moment after its close.
    end = time.monotonic() + 5
    while _listens(service.port):
        assert time.monotonic() < end, "the port is still open"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
