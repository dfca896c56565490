"""Parallel data, terminologies and tags of the embedded service, by boto3."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.service_calls import code, finished, get, parallel, put, settled, start, text
from support.waiting import Clock

from amts_ext.service.content.corpora import CorpusError, read_corpus
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


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("CSV", 'en,pt,zh\n"a ""b""",é,漢字\nlost,,\nc,,d\n'),
        ("TSV", 'en\tpt\tzh\n"a ""b"""\té\t漢字\nlost\t\t\nc\t\td\n'),
        (
            "TMX",
            '<tmx version="1.4"><header srclang="en"/><body>'
            '<tu><tuv xml:lang="en"><seg>a "b"</seg></tuv><tuv xml:lang="pt"><seg>é</seg></tuv>'
            '<tuv xml:lang="zh"><seg>漢字</seg></tuv></tu>'
            '<tu><tuv xml:lang="en"><seg>c</seg></tuv><tuv xml:lang="zh"><seg>d</seg></tuv></tu>'
            "</body></tmx>",
        ),
    ],
)
def test_the_size_is_in_characters_of_what_was_imported(
    form: str, content: str, clients: Clients
) -> None:
    """Not bytes, and neither quotes and tags nor records that are left out."""
    found = parallel(clients, f"size-{form}", content, form)
    assert (found["ImportedRecordCount"], found["ImportedDataSize"]) == (2, 10)


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
    clients: Clients, translate: Any, service: Service, clock: Clock
) -> None:
    config: Any = {"S3Uri": put(clients, "parallel/slow", "en,pt\na,b\n"), "Format": "CSV"}
    rule = {"fault": "linger", "operation": "ParallelData", "name": "slow-one", "seconds": 60}
    service.faults.add([rule])
    translate.create_parallel_data(Name="slow-one", ParallelDataConfig=config)
    with pytest.raises(translate.exceptions.ConcurrentModificationException, match="slow-one"):
        translate.create_parallel_data(Name="slow-two", ParallelDataConfig=config)
    clock.pass_by(60)
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
    data: Any = {"File": b"en,pt\ndeep learning,aprendizado profundo\near,x\n", "Format": "CSV"}
    imported = translate.import_terminology(
        Name="words", MergeStrategy="OVERWRITE", TerminologyData=data
    )["TerminologyProperties"]
    assert (imported["TermCount"], imported["TargetLanguageCodes"]) == (2, ["pt"])
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
    ], "not the one that is a part of a word"
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


def paged(client: Any, operation: str, member: str) -> list[list[str]]:
    """The names that a list tells, page by page of two."""
    pages, more = [], {}
    while not pages or more:
        answer = getattr(client, operation)(MaxResults=2, **more)
        pages.append([x.get("Name") or x["LanguageCode"] for x in answer[member]])
        more = {"NextToken": answer["NextToken"]} if "NextToken" in answer else {}
    return pages


def test_lists_come_in_pages() -> None:
    with Service(engine="upper", workers=1) as service:
        clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
        clients.s3.create_bucket(Bucket="books")
        data: Any = {"File": b"en,pt\na,b\n", "Format": "CSV"}
        for name in "abcd":
            parallel(clients, name, "en,pt\na,b\n")
            clients.translate.import_terminology(
                Name=name, MergeStrategy="OVERWRITE", TerminologyData=data
            )
        client = clients.translate
        for operation, member in (
            ("list_parallel_data", "ParallelDataPropertiesList"),
            ("list_terminologies", "TerminologyPropertiesList"),
        ):
            assert paged(client, operation, member) == [["a", "b"], ["c", "d"]]
        languages = [code for page in paged(client, "list_languages", "Languages") for code in page]
        listed = client.list_languages(MaxResults=500)["Languages"]
        assert languages == [x["LanguageCode"] for x in listed]
        every = client.get_paginator("list_terminologies").paginate(
            PaginationConfig={"PageSize": 3}
        )
        assert [len(p["TerminologyPropertiesList"]) for p in every] == [3, 1]
