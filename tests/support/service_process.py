"""boto3 without retries, and a service in a process of its own that is ended by SIGKILL."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from support.places import ROOT
from support.waiting import DEADLINE, until

ROLE = "arn:aws:iam::123456789012:role/translate"


PAIR = {"SourceLanguageCode": "en", "TargetLanguageCode": "pt"}


DROPPED = (ConnectionClosedError, EndpointConnectionError)


class Clients:
    """boto3 without any retries, so that every fault is seen."""

    def __init__(self, url: str, timeout: float = DEADLINE) -> None:
        config = Config(retries={"total_max_attempts": 1}, read_timeout=timeout)
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        self.url = url
        self.s3: Any = boto3.client("s3", endpoint_url=url, config=config, **keys)
        self.translate: Any = boto3.client("translate", endpoint_url=url, config=config, **keys)

    def put(self, key: str, text: str) -> str:
        self.s3.put_object(Bucket="books", Key=key, Body=text.encode())
        return f"s3://books/{key}"

    def get(self, uri: str) -> str:
        key = uri.removeprefix("s3://books/")
        return str(self.s3.get_object(Bucket="books", Key=key)["Body"].read().decode())

    def text(self, text: str) -> str:
        return str(self.translate.translate_text(Text=text, **PAIR)["TranslatedText"])

    def start(self, folder: str, **more: Any) -> str:
        request: dict[str, Any] = {
            "InputDataConfig": {"S3Uri": f"s3://books/{folder}/", "ContentType": "text/html"},
            "OutputDataConfig": {"S3Uri": "s3://books/out/"},
            "DataAccessRoleArn": ROLE,
            "SourceLanguageCode": "en",
            "TargetLanguageCodes": ["pt"],
        }
        return str(self.translate.start_text_translation_job(**request | more)["JobId"])

    def job(self, job: str) -> dict[str, Any]:
        found = self.translate.describe_text_translation_job(JobId=job)
        return dict(found["TextTranslationJobProperties"])

    def finished(self, job: str) -> dict[str, Any]:
        def properties() -> dict[str, Any]:
            found = self.job(job)
            return found if "EndTime" in found else {}

        return until(properties, "the job does not end")

    def create(self, name: str, content: str, **more: Any) -> None:
        config = {"S3Uri": self.put(f"pd/{name}", content), "Format": "CSV"}
        self.translate.create_parallel_data(Name=name, ParallelDataConfig=config, **more)

    def parallel(self, name: str) -> dict[str, Any]:
        return dict(self.translate.get_parallel_data(Name=name)["ParallelDataProperties"])

    def settled(self, name: str) -> dict[str, Any]:
        def properties() -> dict[str, Any]:
            found = self.parallel(name)
            states = {found["Status"], found.get("LatestUpdateAttemptStatus")}
            return {} if states & {"CREATING", "UPDATING"} else found

        return until(properties, "the parallel data does not settle")


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Clients]]:
    """A service in a process of its own, ended by SIGKILL."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from amts_ext.service.server import Service\n"
        "service = Service(engine='upper', workers=1, directory=Path(sys.argv[1]), texts=True)\n"
        "print(service.start().url, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with killed([sys.executable, "-c", script, str(folder)]) as found:
        yield found


@contextmanager
def serving_command(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Clients]]:
    """``amts service --dir``, ended by SIGKILL."""
    options = ["service", "--port", "0", "--dir", str(folder)]
    with killed([sys.executable, "-m", "amts_ext", *options]) as found:
        yield found


@contextmanager
def killed(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], Clients]]:
    """A program that prints the address at which it serves; at the end it is killed."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            url = re.search(r"http://\S+", process.stdout.readline())
            assert url is not None
            yield process, Clients(url.group())
        finally:
            os.kill(process.pid, signal.SIGKILL)


def books(clients: Clients) -> Any:
    return json.loads(urllib.request.urlopen(clients.url + "/_amts/ledger").read())


def post(clients: Clients, rule: dict[str, Any], door: str = "faults") -> None:
    data = json.dumps(rule).encode()
    urllib.request.urlopen(f"{clients.url}/_amts/{door}", data).read()
