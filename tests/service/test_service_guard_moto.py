"""Of moto the embedded service serves nothing but S3: no other backend, and not moto's own API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.guarded import (
    QUERY,
    SIGNED,
    TARGET,
    ask,
    check_refused,
    direct,
    of_a_build,
    state,
)

from amts_ext.service import guard
from amts_ext.service.server import Service

URLENCODED = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(scope="module", params=[direct, of_a_build])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with request.param() as service:
        yield service


@pytest.mark.parametrize(
    "path",
    [
        *("/moto-api/reset", "/moto-api", "/moto-api/", "//moto-api/reset", "///moto-api//reset"),
        *("/MOTO-API/reset", "/%6Doto-api/reset", "/%6d%6F%74o-api%2Freset", "/moto%2dapi/reset"),
        *("/./moto-api/reset", "/../moto-api/reset", "/moto-api/seed?a=1", "/moto-api/data.json"),
        *("/moto-api/recorder/start-recording", "/moto-api/recorder/upload-recording"),
        *("/latest/meta-data/iam/", "/latest/api/token", "/v20180820/accesspoint"),
        *("/sts_us-east-1/", "/iam_us-east-1/?Action=ListUsers&Version=2010-05-08"),
        *("/?Action=GetCallerIdentity&Version=2011-06-15", "/?action=ListUsers", "//?Action=x"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_motos_own_api_and_other_backends_by_path(service: Service, path: str, method: str) -> None:
    check_refused(service, f"{method} {path}")
    check_refused(service, f"{method} {path}", "Authorization")


@pytest.mark.parametrize(
    ("line", "header"),
    [
        ("GET /", SIGNED + "iam/aws4_request, SignedHeaders=host, Signature=1"),
        ("GET /books/chapter.txt", SIGNED + "sts/aws4_request"),
        ("GET /books/chapter.txt", SIGNED + "S3CONTROL/aws4_request"),
        ("GET /books", "Authorization: AWS4-HMAC-SHA256 Signature=1, Credential=a/b/c/sqs/d"),
        ("GET /books", SIGNED + "s3/aws4_request, Credential=a/b/c/sqs/aws4_request"),
        ("GET /books", "Authorization: AWS4-ECDSA-P256-SHA256 Credential=a/20261127/iam/d"),
        ("GET /books", "Authorization: AWS4-HMAC-SHA256"),
        ("GET /books", "Authorization: AWS4-HMAC-SHA256 Credential=s3"),
        ("GET /books", "Authorization: \xff\xfe"),
        ("GET /books", "Authorization: Bearer s3"),
        (f"GET /books{QUERY}iam%2Faws4_request", "A: b"),
        (f"GET /books{QUERY}s3%2Faws4_request&x-amz-credential=a/b/c/iam/d", "A: b"),
        ("POST /", "X-Amz-Target: DynamoDB_20120810.ListTables"),
        ("POST /books", "X-Amz-Target: AWSCognitoIdentityProviderService.ListUsers"),
        ("POST /", f"{TARGET}evil.ListLanguages"),
        ("POST /", "X-Amz-Target:"),
        ("GET /books", "X-Moto-Account-Id: 111111111111"),
        ("PUT /", "A: b"),
        ("PATCH /books/chapter.txt", "A: b"),
        ("TRACE /books", "A: b"),
        ("get /books", "A: b"),
        ("OPTIONS *", "A: b"),
    ],
)
def test_other_backends_by_scope_target_and_method(
    service: Service, line: str, header: str
) -> None:
    check_refused(service, line, header)


def test_behind_the_guard_there_is_s3_alone(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "objection", lambda *_: "")
    before = state(service)["objects"]
    for line, header in (
        ("POST /moto-api/reset?uploads", "A: b"),
        ("GET /moto-api/data.json", "A: b"),
        ("GET /latest/meta-data/", "A: b"),
        ("GET /books/nothing?Action=GetCallerIdentity", SIGNED + "sts/aws4_request"),
        ("GET /sts_us-east-1/?Action=GetCallerIdentity", "Authorization"),
    ):
        answer = ask(service, line, header)
        assert answer.status == 404 and "<Code>NoSuch" in answer.body
    assert state(service)["objects"] == before


@pytest.mark.parametrize("form", [b"Action=ListUsers", b"Action=AssumeRoleWithSAML&Version=1"])
def test_forms_at_the_root(service: Service, form: bytes) -> None:
    check_refused(service, "POST /", URLENCODED, body=form)
    check_refused(service, "POST //", URLENCODED, "Authorization", body=form)


@pytest.mark.parametrize(
    ("name", "operation", "request_"),
    [
        ("sts", "get_caller_identity", {}),
        ("iam", "create_user", {"UserName": "evil"}),
        ("sqs", "create_queue", {"QueueName": "evil"}),
        ("dynamodb", "list_tables", {}),
        ("cloudwatch", "list_metrics", {}),
        ("lambda", "list_functions", {}),
    ],
)
def test_boto3_is_told_what_is_served(
    service: Service, name: Any, operation: str, request_: dict[str, str]
) -> None:
    before = state(service)
    with pytest.raises(ClientError, match="only S3 and Amazon Translate are served") as error:
        getattr(client(service, name), operation)(**request_)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert state(service) == before


def test_boto3s_own_two_are_told_too(service: Service) -> None:
    for name, call, expected in (
        ("s3", lambda c: c.list_buckets(), "AccessDenied"),
        ("translate", lambda c: c.list_languages(), "AccessDeniedException"),
    ):
        asking: Any = client(service, name)
        asking.meta.events.register("before-send", from_a_page)
        with pytest.raises(ClientError, match="ask with a program") as error:
            call(asking)
        assert error.value.response["Error"]["Code"] == expected


def from_a_page(request: Any, **_: object) -> None:
    request.headers["Origin"] = "http://evil.example"


def client(service: Service, name: Any) -> Any:
    return boto3.client(
        name,
        endpoint_url=service.url,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=300),
    )
