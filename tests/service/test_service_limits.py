"""Every documented limit of the embedded service, at the limit and one over it."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.waiting import clocked, until

from amts_ext.service.limits import AWS_RATES, MB, Limits
from amts_ext.service.server import Service
from amts_ext.translators.amazon.connection import Clients, make_clients

ROLE = "arn:aws:iam::123456789012:role/translate"
PAIR = {"SourceLanguageCode": "en", "TargetLanguageCode": "pt"}
SMALL = Limits(
    text_bytes=20,
    request_bytes=30,
    job_documents=3,
    job_bytes=100,
    document_bytes=40,
    document_characters=30,
    translatable_bytes=20,
    targets=2,
    parallel_file_bytes=60,
    parallel_resources=2,
    segment_bytes=10,
    terminology_bytes=60,
    terminologies=2,
    term_bytes=10,
    tags=3,
)


@pytest.fixture(scope="module")
def small() -> Iterator[Clients]:
    with Service(engine="upper", workers=1, limits=SMALL) as service:
        clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
        clients.s3.create_bucket(Bucket="limits")
        yield clients


@pytest.fixture
def clients(small: Clients) -> Clients:
    """The service without the resources of another test."""
    for item in small.translate.list_parallel_data()["ParallelDataPropertiesList"]:
        settled(small, str(item["Name"]))
        small.translate.delete_parallel_data(Name=item["Name"])
    for term in small.translate.list_terminologies()["TerminologyPropertiesList"]:
        small.translate.delete_terminology(Name=term["Name"])
    for found in small.s3.list_objects_v2(Bucket="limits").get("Contents", []):
        small.s3.delete_object(Bucket="limits", Key=found["Key"])
    return small


def start(clients: Clients, folder: str = "in", **more: Any) -> str:
    request: dict[str, Any] = {
        "InputDataConfig": {"S3Uri": f"s3://limits/{folder}/", "ContentType": "text/plain"},
        "OutputDataConfig": {"S3Uri": "s3://limits/out/"},
        "DataAccessRoleArn": ROLE,
        "SourceLanguageCode": "en",
        "TargetLanguageCodes": ["pt"],
    }
    return str(clients.translate.start_text_translation_job(**request | more)["JobId"])


def finished(clients: Clients, job: str) -> dict[str, Any]:
    def properties() -> Any:
        found = clients.translate.describe_text_translation_job(JobId=job)
        properties = found["TextTranslationJobProperties"]
        return properties if "EndTime" in properties else None

    return dict(until(properties, "the job does not end"))


def settled(clients: Clients, name: str) -> dict[str, Any]:
    def properties() -> Any:
        found: Any = clients.translate.get_parallel_data(Name=name)["ParallelDataProperties"]
        states = {found["Status"], found.get("LatestUpdateAttemptStatus")}
        return found if not states & {"CREATING", "UPDATING"} else None

    return dict(until(properties, "the parallel data does not settle"))


def put(clients: Clients, key: str, text: str) -> str:
    clients.s3.put_object(Bucket="limits", Key=key, Body=text.encode())
    return f"s3://limits/{key}"


def test_the_defaults_are_the_documented_limits() -> None:
    limits = Limits()
    assert (limits.text_bytes, limits.request_bytes) == (10_000, 102_400)
    assert (limits.job_documents, limits.job_bytes) == (1_000_000, 5 * 1024 * MB)
    assert (limits.document_bytes, limits.document_characters) == (20 * MB, 1_000_000)
    assert (limits.translatable_bytes, limits.targets) == (MB, 10)
    assert (limits.running, limits.queued) == (10, 1000)
    assert (limits.parallel_file_bytes, limits.segment_bytes) == (5 * 1024 * MB, 1000)
    assert (limits.parallel_resources, limits.terminologies) == (1000, 100)
    assert (limits.terminology_bytes, limits.term_bytes, limits.terms) == (10 * MB, 200, 1)
    assert (limits.tags, limits.rates) == (50, {})
    assert AWS_RATES == {"StartTextTranslationJob": 5, "DescribeTextTranslationJob": 10}


# One request of a given size for each limit ------------------------------------------------------


def text(clients: Clients, size: int) -> None:
    clients.translate.translate_text(Text="é" * (size // 2) + "x" * (size % 2), **PAIR)


def document(clients: Clients, size: int) -> None:
    content: Any = {"Content": b"x" * size, "ContentType": "text/plain"}
    clients.translate.translate_document(Document=content, **PAIR)


def one_terminology(clients: Clients, count: int) -> None:
    for name in "ab":
        import_terms(clients, name, "en,pt\na,b\n")
    clients.translate.translate_text(Text="x", TerminologyNames=list("ab")[:count], **PAIR)


def job_terminologies(clients: Clients, count: int) -> None:
    for name in "ab":
        import_terms(clients, name, "en,pt\na,b\n")
    put(clients, "in/a.txt", "x")
    finished(clients, start(clients, TerminologyNames=list("ab")[:count]))


def job_documents(clients: Clients, count: int) -> None:
    for number in range(count):
        put(clients, f"in/{number}.txt", "x")
    finished(clients, start(clients))


def job_bytes(clients: Clients, size: int) -> None:
    put(clients, "in/a.txt", "1" * 20)
    put(clients, "in/b.txt", "1" * (size - 20))
    finished(clients, start(clients))


def targets(clients: Clients, count: int) -> None:
    put(clients, "in/a.txt", "x")
    finished(clients, start(clients, TargetLanguageCodes=["pt", "es", "de"][:count]))


def resources(clients: Clients, count: int) -> None:
    for number in range(count):
        create(clients, f"r{number}", "en,pt\na,b\n")


def create(clients: Clients, name: str, content: str) -> dict[str, Any]:
    config: Any = {"S3Uri": put(clients, f"pd/{name}", content), "Format": "CSV"}
    clients.translate.create_parallel_data(Name=name, ParallelDataConfig=config)
    return settled(clients, name)


def parallel_file(clients: Clients, size: int) -> None:
    rows = "en,pt\n" + "a,b\n"
    create(clients, "file", rows + "\n" * (size - len(rows)))


def updated_file(clients: Clients, size: int) -> None:
    create(clients, "file", "en,pt\na,b\n")
    rows = "en,pt\n" + "a,b\n"
    uri = put(clients, "pd/more", rows + "\n" * (size - len(rows)))
    config: Any = {"S3Uri": uri, "Format": "CSV"}
    clients.translate.update_parallel_data(Name="file", ParallelDataConfig=config)


def import_terms(clients: Clients, name: str, content: str, **more: Any) -> Any:
    data: Any = {"File": content.encode(), "Format": "CSV", **more}
    return clients.translate.import_terminology(
        Name=name, MergeStrategy="OVERWRITE", TerminologyData=data
    )["TerminologyProperties"]


def terminology_file(clients: Clients, size: int) -> None:
    rows = "en,pt\n" + "a,b\n"
    import_terms(clients, "file", rows + "\n" * (size - len(rows)))


def terminologies(clients: Clients, count: int) -> None:
    for number in range(count):
        import_terms(clients, f"t{number}", "en,pt\na,b\n")


def tags(clients: Clients, count: int) -> None:
    arn = create(clients, "tagged", "en,pt\na,b\n")["Arn"]
    many: Any = [{"Key": str(i), "Value": ""} for i in range(count)]
    clients.translate.tag_resource(ResourceArn=arn, Tags=many[:1])
    clients.translate.tag_resource(ResourceArn=arn, Tags=many[1:])


def created_tags(clients: Clients, count: int) -> None:
    config: Any = {"S3Uri": put(clients, "pd/t", "en,pt\na,b\n"), "Format": "CSV"}
    many: Any = [{"Key": str(i), "Value": ""} for i in range(count)]
    clients.translate.create_parallel_data(Name="t", ParallelDataConfig=config, Tags=many)


def name_length(clients: Clients, size: int) -> None:
    import_terms(clients, "n" * size, "en,pt\na,b\n")


def token_length(clients: Clients, size: int) -> None:
    put(clients, "in/a.txt", "x")
    finished(clients, start(clients, ClientToken="t" * size))


def page_size(clients: Clients, size: int) -> None:
    clients.translate.list_parallel_data(MaxResults=size)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ask", "limit", "error"),
    [
        (text, SMALL.text_bytes, "TextSizeLimitExceededException"),
        (document, SMALL.request_bytes, "LimitExceededException"),
        (one_terminology, 1, "InvalidRequestException"),
        (job_terminologies, 1, "InvalidParameterValueException"),
        (job_documents, SMALL.job_documents, "InvalidRequestException"),
        (job_bytes, SMALL.job_bytes, "InvalidRequestException"),
        (targets, SMALL.targets, "InvalidParameterValueException"),
        (resources, SMALL.parallel_resources, "LimitExceededException"),
        (parallel_file, SMALL.parallel_file_bytes, "LimitExceededException"),
        (updated_file, SMALL.parallel_file_bytes, "LimitExceededException"),
        (terminology_file, SMALL.terminology_bytes, "LimitExceededException"),
        (terminologies, SMALL.terminologies, "LimitExceededException"),
        (tags, SMALL.tags, "TooManyTagsException"),
        (created_tags, SMALL.tags, "TooManyTagsException"),
        (name_length, 256, "ValidationException"),
        (token_length, 64, "ValidationException"),
        (page_size, 500, "ValidationException"),
    ],
)
def test_limits_of_requests(clients: Clients, ask: Any, limit: int, error: str) -> None:
    ask(clients, limit)
    clients = make_clients(region="us-east-1", endpoint=clients.s3.meta.endpoint_url, dummy=True)
    for item in clients.translate.list_parallel_data()["ParallelDataPropertiesList"]:
        settled(clients, str(item["Name"]))
        clients.translate.delete_parallel_data(Name=item["Name"])
    with pytest.raises(ClientError) as caught:
        ask(clients, limit + 1)
    assert caught.value.response["Error"]["Code"] == error


@pytest.mark.parametrize(
    ("fits", "over", "message"),
    [
        ("1" * 30, "1" * 31, "over 30 characters"),
        ("é" * 10, "é" * 10 + "x", "21 bytes of text; 20"),
        ("𝟏" * 10, "𝟏" * 10 + "1", "41 bytes; 40"),
    ],
)
def test_limits_of_a_document_in_a_job(
    clients: Clients, fits: str, over: str, message: str
) -> None:
    put(clients, "in/fits.txt", fits)
    put(clients, "in/over.txt", over)
    ended = finished(clients, start(clients, OutputDataConfig={"S3Uri": "s3://limits/o/"}))
    assert ended["JobStatus"] == "COMPLETED_WITH_ERROR"
    key = ended["OutputDataConfig"]["S3Uri"].removeprefix("s3://limits/")
    key += "details/pt.auxiliary-translation-details.json"
    report = clients.s3.get_object(Bucket="limits", Key=key)["Body"].read().decode()
    assert message in report
    assert ended["JobDetails"] == {
        "InputDocumentsCount": 2,
        "TranslatedDocumentsCount": 1,
        "DocumentsWithErrorsCount": 1,
    }


def test_limits_of_segments_and_terms_skip_the_row(clients: Clients) -> None:
    rows = "en,pt\n{},b\nc,{}\n"
    found = create(clients, "segments", rows.format("x" * 10, "y" * 10))
    assert (found["ImportedRecordCount"], found["SkippedRecordCount"]) == (2, 0)
    clients.translate.delete_parallel_data(Name="segments")
    found = create(clients, "segments", rows.format("x" * 11, "y" * 11))
    assert found["Status"] == "FAILED" and "no usable record" in found["Message"]
    terms = import_terms(clients, "terms", rows.format("x" * 10, "y" * 11))
    assert (terms["TermCount"], terms["SkippedTermCount"]) == (1, 1)


def test_the_queue_is_limited_and_ten_run(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(running=2, queued=1)
    with Service(engine="upper", workers=1, limits=limits) as service:
        clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
        clients.s3.create_bucket(Bucket="limits")
        put(clients, "in/a.txt", "x")
        gate = service.state.lock
        with gate:  # no job can go on
            monkeypatch.setattr(service._jobs, "submit", lambda job: None)
        for _ in range(3):
            start(clients)
        with pytest.raises(clients.translate.exceptions.TooManyRequestsException, match="1 jobs"):
            start(clients)


@pytest.mark.slow
def test_an_overwritten_terminology_takes_effect_later(monkeypatch: pytest.MonkeyPatch) -> None:
    with Service(engine="upper", workers=1, limits=Limits(terminology_delay=600)) as service:
        clock = clocked(service, monkeypatch)
        clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
        import_terms(clients, "words", "en,pt\nmean,média\n")

        def translated() -> str:
            answer = clients.translate.translate_text(
                Text="the mean of it", TerminologyNames=["words"], **PAIR
            )
            return str(answer["TranslatedText"])

        assert translated() == "THE média OF IT"
        import_terms(clients, "words", "en,pt\nmean,MEIO\n")
        assert translated() == "THE média OF IT"
        clock.pass_by(599)
        assert translated() == "THE média OF IT"
        clock.pass_by(1)
        assert translated() == "THE MEIO OF IT"


def test_a_terminology_comes_back_in_another_format(clients: Clients) -> None:
    import_terms(clients, "words", 'en,pt\n"a, <b>",c\n')
    for form, expected in (("TSV", "en\tpt\na, <b>\tc\n"), ("CSV", 'en,pt\n"a, <b>",c\n')):
        found: Any = clients.translate.get_terminology(Name="words", TerminologyDataFormat=form)  # type: ignore[arg-type]
        url = found["TerminologyDataLocation"]["Location"]
        assert urllib.request.urlopen(url).read().decode() == expected
    found = clients.translate.get_terminology(Name="words", TerminologyDataFormat="TMX")
    url = found["TerminologyDataLocation"]["Location"]
    assert b'<tuv xml:lang="en"><seg>a, &lt;b&gt;</seg></tuv>' in urllib.request.urlopen(url).read()
    import_terms(clients, "both", "en,pt\na,b\n", Directionality="MULTI")
    with pytest.raises(clients.translate.exceptions.InvalidParameterValueException):
        clients.translate.get_terminology(Name="both", TerminologyDataFormat="TMX")


# Errors with a cause of their own ----------------------------------------------------------------


def test_errors_that_were_not_seen_elsewhere(clients: Clients) -> None:
    errors = clients.translate.exceptions
    with pytest.raises(errors.UnsupportedDisplayLanguageCodeException) as caught:
        clients.translate.list_languages(DisplayLanguageCode="tlh")  # type: ignore[arg-type]
    assert caught.value.response["DisplayLanguageCode"] == "tlh"
    with pytest.raises(errors.InvalidParameterValueException, match="no resource's ARN"):
        clients.translate.list_tags_for_resource(ResourceArn="arn:aws:s3:::x")
    with pytest.raises(errors.InvalidRequestException, match="NextToken"):
        clients.translate.list_text_translation_jobs(NextToken="x")
    with pytest.raises(errors.InvalidParameterValueException, match="must name S3Uri"):
        clients.translate.create_parallel_data(Name="x", ParallelDataConfig={"Format": "CSV"})
    put(clients, "in/a.txt", "x")
    with pytest.raises(errors.InvalidRequestException, match="'absent' does not exist"):
        start(clients, OutputDataConfig={"S3Uri": "s3://absent/out/"})


def test_a_token_is_known_after_its_input_is_gone(clients: Clients) -> None:
    put(clients, "in/a.txt", "x")
    job = start(clients, ClientToken="kept")
    finished(clients, job)
    clients.s3.delete_object(Bucket="limits", Key="in/a.txt")
    assert start(clients, ClientToken="kept") == job
    config: Any = {"S3Uri": put(clients, "pd/x", "en,pt\na,b\n"), "Format": "CSV"}
    for _ in range(2):
        clients.translate.create_parallel_data(
            Name="once", ParallelDataConfig=config, ClientToken="one"
        )
    settled(clients, "once")
    for _ in range(2):
        clients.translate.update_parallel_data(
            Name="once", ParallelDataConfig=config, ClientToken="two"
        )
    settled(clients, "once")
    with pytest.raises(clients.translate.exceptions.ConflictException, match="ClientToken"):
        clients.translate.update_parallel_data(
            Name="once", ParallelDataConfig=config, ClientToken="two", Description="other"
        )
