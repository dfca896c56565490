"""What the tests of the embedded service share: short ways to ask it, and an engine."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from amts_ext.service.server import Service
from amts_ext.translators.amazon.connection import Clients
from support.waiting import until

ROLE = "arn:aws:iam::123456789012:role/translate"


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
    def properties() -> Any:
        found = clients.translate.describe_text_translation_job(JobId=job)
        properties = found["TextTranslationJobProperties"]
        running = properties["JobStatus"] in ("SUBMITTED", "IN_PROGRESS", "STOP_REQUESTED")
        return None if running else properties

    return dict(until(properties, "the job does not end"))


def parallel(clients: Clients, name: str, content: str, form: str = "CSV") -> dict[str, Any]:
    uri = put(clients, f"parallel/{name}", content)
    config: Any = {"S3Uri": uri, "Format": form}
    clients.translate.create_parallel_data(Name=name, ParallelDataConfig=config)
    return settled(clients, name)


def settled(clients: Clients, name: str) -> dict[str, Any]:
    def properties() -> Any:
        found: Any = clients.translate.get_parallel_data(Name=name)["ParallelDataProperties"]
        states = {found["Status"], found.get("LatestUpdateAttemptStatus")}
        return found if not states & {"CREATING", "UPDATING"} else None

    return dict(until(properties, "the parallel data does not settle"))


def raw(service: Service, target: str, body: bytes) -> tuple[int, dict[str, Any], str]:
    request = urllib.request.Request(service.url, body, {"X-Amz-Target": target})
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, json.loads(answer.read()), answer.headers["x-amzn-ErrorType"]
