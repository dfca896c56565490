"""Every modelled error of every operation, as boto3 raises it: by its cause, and by a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.service_process import PAIR, ROLE, Clients

from amts_ext.service.limits import Limits
from amts_ext.service.server import Service
from amts_ext.service.wire import service_model

EXAMPLES: dict[str, dict[str, Any]] = {
    "CreateParallelData": {"Name": "x", "ParallelDataConfig": {}, "ClientToken": "t"},
    "DeleteParallelData": {"Name": "x"},
    "DeleteTerminology": {"Name": "x"},
    "DescribeTextTranslationJob": {"JobId": "x"},
    "GetParallelData": {"Name": "x"},
    "GetTerminology": {"Name": "x"},
    "ImportTerminology": {
        "Name": "x",
        "MergeStrategy": "OVERWRITE",
        "TerminologyData": {"File": b"x", "Format": "CSV"},
    },
    "ListLanguages": {},
    "ListParallelData": {},
    "ListTagsForResource": {"ResourceArn": "x"},
    "ListTerminologies": {},
    "ListTextTranslationJobs": {},
    "StartTextTranslationJob": {
        "InputDataConfig": {"S3Uri": "s3://books/x", "ContentType": "text/html"},
        "OutputDataConfig": {"S3Uri": "s3://books/x"},
        "DataAccessRoleArn": ROLE,
        "SourceLanguageCode": "en",
        "TargetLanguageCodes": ["pt"],
    },
    "StopTextTranslationJob": {"JobId": "x"},
    "TagResource": {"ResourceArn": "x", "Tags": []},
    "TranslateDocument": {"Document": {"Content": b"x", "ContentType": "text/plain"}, **PAIR},
    "TranslateText": {"Text": "x", **PAIR},
    "UntagResource": {"ResourceArn": "x", "TagKeys": []},
    "UpdateParallelData": {"Name": "x", "ParallelDataConfig": {}, "ClientToken": "t"},
}
MODELLED = [
    (name, shape.name)
    for name in service_model().operation_names
    for shape in service_model().operation_model(name).error_shapes
]
"""Every operation with every error that botocore's model declares for it."""
ERRORS = [
    pytest.param(name, shape, id=f"{name}-{shape.name}")
    for name in service_model().operation_names
    for shape in service_model().operation_model(name).error_shapes
]
LIMITS = Limits(
    text_bytes=20,
    request_bytes=30,
    parallel_file_bytes=60,
    terminology_bytes=60,
    tags=1,
    terminology_delay=600,
)
ARN = "arn:aws:translate:us-east-1:123456789012:parallel-data/{}"
TAGS = [{"Key": key, "Value": ""} for key in "ab"]
ABSENT = {"ResourceArn": ARN.format("absent")}
KEPT = {"ResourceArn": ARN.format("kept")}
SLOW = {"ResourceArn": ARN.format("slow")}
NO_ARN = {"ResourceArn": "arn:aws:s3:::x"}
NO_TOKEN = {"NextToken": "x"}
NO_TERMS = {"TerminologyNames": ["absent"]}


def config(key: str) -> dict[str, Any]:
    return {"ParallelDataConfig": {"S3Uri": f"s3://books/{key}", "Format": "CSV"}}


def terms(file: bytes) -> dict[str, Any]:
    return {"TerminologyData": {"File": file, "Format": "CSV"}}


def document(content: bytes, kind: str = "text/plain") -> dict[str, Any]:
    return {"Document": {"Content": content, "ContentType": kind}}


NATURAL: dict[str, dict[str, dict[str, Any]]] = {
    "CreateParallelData": {
        "InvalidParameterValueException": {},
        "InvalidRequestException": config("folder/"),
        "LimitExceededException": config("pd/large"),
        "TooManyTagsException": {**config("pd/kept"), "Tags": TAGS},
        "ConflictException": {**config("pd/kept"), "Name": "kept"},
        "ConcurrentModificationException": config("pd/slow"),
    },
    "DeleteParallelData": {
        "ConcurrentModificationException": {"Name": "slow"},
        "ResourceNotFoundException": {},
    },
    "DeleteTerminology": {"ResourceNotFoundException": {}},
    "DescribeTextTranslationJob": {"ResourceNotFoundException": {}},
    "GetParallelData": {"ResourceNotFoundException": {}},
    "GetTerminology": {
        "ResourceNotFoundException": {},
        "InvalidParameterValueException": {"Name": "both", "TerminologyDataFormat": "TMX"},
    },
    "ImportTerminology": {
        "InvalidParameterValueException": terms(b"one column\n"),
        "LimitExceededException": terms(b"x" * 61),
        "TooManyTagsException": {**terms(b"en,pt\na,b\n"), "Tags": TAGS},
        "ConcurrentModificationException": {**terms(b"en,pt\na,b\n"), "Name": "words"},
    },
    "ListLanguages": {
        "InvalidParameterValueException": NO_TOKEN,
        "UnsupportedDisplayLanguageCodeException": {"DisplayLanguageCode": "tlh"},
    },
    "ListParallelData": {"InvalidParameterValueException": NO_TOKEN},
    "ListTagsForResource": {
        "InvalidParameterValueException": NO_ARN,
        "ResourceNotFoundException": ABSENT,
    },
    "ListTerminologies": {"InvalidParameterValueException": NO_TOKEN},
    "ListTextTranslationJobs": {
        "InvalidRequestException": NO_TOKEN,
        "InvalidFilterException": {"Filter": {"JobName": "x", "JobStatus": "FAILED"}},
    },
    "StartTextTranslationJob": {
        "UnsupportedLanguagePairException": {"TargetLanguageCodes": ["xx"]},
        "InvalidRequestException": {"OutputDataConfig": {"S3Uri": "s3://absent/x"}},
        "ResourceNotFoundException": NO_TERMS,
        "InvalidParameterValueException": {"TargetLanguageCodes": ["pt", "pt"]},
    },
    "StopTextTranslationJob": {"ResourceNotFoundException": {}},
    "TagResource": {
        "InvalidParameterValueException": NO_ARN,
        "ConcurrentModificationException": SLOW,
        "ResourceNotFoundException": ABSENT,
        "TooManyTagsException": {**KEPT, "Tags": TAGS},
    },
    "TranslateDocument": {
        "InvalidRequestException": document(b"x", "application/pdf"),
        "LimitExceededException": document(b"x" * 31),
        "ResourceNotFoundException": NO_TERMS,
        "UnsupportedLanguagePairException": {"TargetLanguageCode": "xx"},
        "InternalServerException": document(b"explode"),
        "ServiceUnavailableException": document(b"die"),
    },
    "TranslateText": {
        "InvalidRequestException": {"TerminologyNames": ["words", "both"]},
        "TextSizeLimitExceededException": {"Text": "x" * 21},
        "UnsupportedLanguagePairException": {"TargetLanguageCode": "xx"},
        "DetectedLanguageLowConfidenceException": {"SourceLanguageCode": "auto"},
        "ResourceNotFoundException": NO_TERMS,
        "InternalServerException": {"Text": "explode"},
        "ServiceUnavailableException": {"Text": "die"},
    },
    "UntagResource": {
        "InvalidParameterValueException": NO_ARN,
        "ConcurrentModificationException": SLOW,
        "ResourceNotFoundException": ABSENT,
    },
    "UpdateParallelData": {
        "ConcurrentModificationException": {**config("pd/slow"), "Name": "slow"},
        "InvalidParameterValueException": {"Name": "kept"},
        "InvalidRequestException": {**config("folder/"), "Name": "kept"},
        "LimitExceededException": {**config("pd/large"), "Name": "kept"},
        "ConflictException": {**config("pd/kept"), "Name": "kept", "ClientToken": "used"},
        "ResourceNotFoundException": {},
    },
}
"""What is to be asked for, other than in EXAMPLES, to get the error."""
THROTTLED = {pair for pair in MODELLED if pair[1] == "TooManyRequestsException"}
CAUSED = {(name, code) for name, codes in NATURAL.items() for code in codes}
FORCED = {
    *((name, "InternalServerException") for name in EXAMPLES if not name.startswith("Translate")),
    ("DeleteTerminology", "InvalidParameterValueException"),
    ("GetParallelData", "InvalidParameterValueException"),
}
"""Errors without a cause here: a bug would be one; no name that the model allows is refused."""


def ask(clients: Clients, operation: str, request: dict[str, Any]) -> None:
    method = {v: k for k, v in clients.translate.meta.method_to_api_mapping.items()}[operation]
    getattr(clients.translate, method)(**request)


@pytest.fixture(scope="module")
def plain() -> Iterator[tuple[Service, Clients]]:
    """A service with a resource of each kind."""
    with Service(engine="support.engines:Moody", workers=1, limits=LIMITS) as service:
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        clients.put("pd/large", "en,pt\n" + "x" * 60)
        clients.create("kept", "en,pt\na,b\n")
        clients.settled("kept")
        clients.translate.update_parallel_data(
            Name="kept", ClientToken="used", Description="first", **config("pd/kept")
        )
        clients.settled("kept")
        for name in ("words", "words", "both"):
            data = {"File": b"en,pt\na,b\n", "Format": "CSV", "Directionality": "MULTI"}
            clients.translate.import_terminology(
                Name=name, MergeStrategy="OVERWRITE", TerminologyData=data
            )
        yield service, clients


@pytest.fixture(scope="module")
def busy() -> Iterator[Clients]:
    """A service that is creating parallel data."""
    rule = {"fault": "linger", "operation": "ParallelData", "seconds": 600}
    with Service(engine="upper", workers=1, faults=[rule]) as service:
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        clients.create("slow", "en,pt\na,b\n")
        yield clients


@pytest.fixture(scope="module")
def throttled() -> Iterator[Clients]:
    """A service that allows no request at all."""
    rates = dict.fromkeys(EXAMPLES, 0)
    with Service(engine="upper", workers=1, limits=Limits(rates=rates)) as service:
        yield Clients(service.url)


def test_no_modelled_error_is_without_a_case() -> None:
    assert set(EXAMPLES) == set(service_model().operation_names)
    assert set(MODELLED) == THROTTLED | CAUSED | FORCED
    assert not FORCED & (CAUSED | THROTTLED)


@pytest.mark.slow
@pytest.mark.parametrize(("operation", "code"), sorted(CAUSED | THROTTLED))
def test_every_error_with_a_cause_comes_of_it(
    request: pytest.FixtureRequest, operation: str, code: str
) -> None:
    asked = {**EXAMPLES[operation], **NATURAL[operation].get(code, {})}
    if (operation, code) in THROTTLED:
        clients = request.getfixturevalue("throttled")
    elif code == "ConcurrentModificationException" and operation != "ImportTerminology":
        clients = request.getfixturevalue("busy")
    else:
        service, clients = request.getfixturevalue("plain")
        service.faults.clear()
    error = getattr(clients.translate.exceptions, code)
    with pytest.raises(error) as caught:
        ask(clients, operation, asked)
    [shape] = [s for s in service_model().error_shapes if s.name == code]
    response = caught.value.response
    assert (
        response["ResponseMetadata"]["HTTPStatusCode"]
        == (shape.metadata["error"]["httpStatusCode"])
    )
    assert response["Error"]["Message"]


@pytest.mark.parametrize(("operation", "shape"), ERRORS)
def test_every_modelled_error_reaches_boto3_as_its_own_type(
    plain: tuple[Service, Clients], operation: str, shape: Any
) -> None:
    service, clients = plain
    service.faults.clear()
    members = {m: "pt" for m in shape.members if m.lower() != "message"}
    rule = {"operation": operation, "fault": "error", "code": shape.name, "members": members}
    service.faults.add([{**rule, "message": "as asked"}])
    with pytest.raises(getattr(clients.translate.exceptions, shape.name)) as caught:
        ask(clients, operation, EXAMPLES[operation])
    service.faults.clear()
    response = caught.value.response
    assert response["Error"]["Message"] == "as asked"
    assert (
        response["ResponseMetadata"]["HTTPStatusCode"] == shape.metadata["error"]["httpStatusCode"]
    )
    assert {m: response[m] for m in members} == members
