"""Every modelled error of every operation, as boto3 raises it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from service_clients import PAIR, ROLE, Clients

from amts_ext.service.server import Service
from amts_ext.service.wire import service_model


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Service, Clients]]:
    with Service(engine="upper", workers=1, texts=True) as service:
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        yield service, clients


@pytest.fixture
def service(running: tuple[Service, Clients]) -> Service:
    running[0].faults.clear()
    return running[0]


@pytest.fixture
def clients(running: tuple[Service, Clients]) -> Clients:
    return running[1]


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


ERRORS = [
    pytest.param(name, shape, id=f"{name}-{shape.name}")
    for name in service_model().operation_names
    for shape in service_model().operation_model(name).error_shapes
]


@pytest.mark.parametrize(("operation", "shape"), ERRORS)
def test_every_modelled_error_reaches_boto3_as_its_own_type(
    service: Service, clients: Clients, operation: str, shape: Any
) -> None:
    members = {m: "pt" for m in shape.members if m.lower() != "message"}
    rule = {"operation": operation, "fault": "error", "code": shape.name, "members": members}
    service.faults.add([{**rule, "message": "as asked"}])
    method = {v: k for k, v in clients.translate.meta.method_to_api_mapping.items()}[operation]
    with pytest.raises(getattr(clients.translate.exceptions, shape.name)) as caught:
        getattr(clients.translate, method)(**EXAMPLES[operation])
    response = caught.value.response
    assert response["Error"]["Message"] == "as asked"
    assert (
        response["ResponseMetadata"]["HTTPStatusCode"] == shape.metadata["error"]["httpStatusCode"]
    )
    assert {m: response[m] for m in members} == members


def test_no_operation_is_without_an_example() -> None:
    assert set(EXAMPLES) == set(service_model().operation_names)
