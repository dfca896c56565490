"""The embedded service on a bad day: faults by rules, the ledger, and ``kill -9``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError
from botocore.httpsession import ReadTimeoutError

from amts_ext.errors import InputError
from amts_ext.service.damage import damage
from amts_ext.service.faults import KINDS, Faults, Rule
from amts_ext.service.ledger import Charge, Ledger
from amts_ext.service.limits import AWS_RATES, Limits
from amts_ext.service.server import Service
from amts_ext.service.wire import service_model

ROLE = "arn:aws:iam::123456789012:role/translate"
PAIR = {"SourceLanguageCode": "en", "TargetLanguageCode": "pt"}
DROPPED = (ConnectionClosedError, EndpointConnectionError)


class Clients:
    """boto3 without any retries, so that every fault is seen."""

    def __init__(self, url: str, timeout: float = 10) -> None:
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
        for _ in range(500):
            properties = self.job(job)
            if "EndTime" in properties:
                return properties
            time.sleep(0.02)
        raise AssertionError("the job does not end")

    def create(self, name: str, content: str, **more: Any) -> None:
        config = {"S3Uri": self.put(f"pd/{name}", content), "Format": "CSV"}
        self.translate.create_parallel_data(Name=name, ParallelDataConfig=config, **more)

    def parallel(self, name: str) -> dict[str, Any]:
        return dict(self.translate.get_parallel_data(Name=name)["ParallelDataProperties"])

    def settled(self, name: str) -> dict[str, Any]:
        for _ in range(500):
            found = self.parallel(name)
            if not {found["Status"], found.get("LatestUpdateAttemptStatus")} & {
                "CREATING",
                "UPDATING",
            }:
                return found
            time.sleep(0.02)
        raise AssertionError("the parallel data does not settle")


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


# Errors ------------------------------------------------------------------------------------------

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


def test_throttling_and_server_errors_of_a_proxy(service: Service, clients: Clients) -> None:
    service.faults.add(
        [
            {
                "fault": "error",
                "operation": "Translate*",
                "first": 1,
                "code": "ThrottlingException",
            },
            {"fault": "status", "operation": "TranslateText", "skip": 1, "first": 1, "status": 502},
        ]
    )
    with pytest.raises(ClientError) as throttled:
        clients.text("one")
    assert throttled.value.response["Error"]["Code"] == "ThrottlingException"
    with pytest.raises(ClientError) as failed:
        clients.text("one")
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 502
    assert clients.text("one") == "ONE"


def test_slow_and_dropped_connections(service: Service, clients: Clients) -> None:
    impatient = Clients(service.url, timeout=0.3)
    service.faults.add(
        [{"fault": "slow", "operation": "TranslateText", "seconds": 0.6, "first": 1}]
    )
    with pytest.raises(ReadTimeoutError):
        impatient.text("one")
    service.faults.add([{"fault": "drop", "operation": "TranslateText", "first": 1}])
    before = service.ledger.characters()
    with pytest.raises(DROPPED):
        clients.text("two")
    assert service.ledger.characters() - before in (0, 3), "only the slow one is billed"


def test_an_answer_that_is_lost_after_the_job_began(service: Service, clients: Clients) -> None:
    clients.put("lost/a.html", "<p>lost</p>")
    rule = {"fault": "drop", "operation": "StartTextTranslationJob", "when": "after", "first": 1}
    service.faults.add([{**rule, "name": "lost-*"}])
    again = {"JobName": "lost-1", "ClientToken": "lost-1"}
    with pytest.raises(DROPPED):
        clients.start("lost", **again)
    job = clients.start("lost", **again)
    found = clients.translate.list_text_translation_jobs(Filter={"JobName": "lost-1"})
    assert [j["JobId"] for j in found["TextTranslationJobPropertiesList"]] == [job]
    clients.finished(job)
    assert service.ledger.texts["en", "pt", "lost"] == 1


def test_faults_of_s3(service: Service, clients: Clients) -> None:
    service.faults.add(
        [
            {"fault": "error", "operation": "S3:PUT", "code": "SlowDown", "first": 1},
            {"fault": "drop", "operation": "S3:GET", "name": "*/faulty", "first": 1},
            {"fault": "status", "operation": "S3:DELETE", "status": 500, "first": 1},
        ]
    )
    with pytest.raises(ClientError) as slow:
        clients.put("faulty", "x")
    assert slow.value.response["Error"]["Code"] == "SlowDown"
    uri = clients.put("faulty", "x")
    with pytest.raises(DROPPED):
        clients.get(uri)
    assert clients.get(uri) == "x"
    with pytest.raises(ClientError):
        clients.s3.delete_object(Bucket="books", Key="faulty")


# Jobs and parallel data --------------------------------------------------------------------------


def test_states_linger_and_a_lingering_job_can_be_stopped(
    service: Service, clients: Clients
) -> None:
    clients.put("linger/a.html", "<p>linger</p>")
    service.faults.add(
        [
            {"fault": "linger", "operation": "Job", "name": "s", "state": s, "seconds": 0.3}
            for s in ("SUBMITTED", "IN_PROGRESS")
        ]
        + [{"fault": "linger", "operation": "Job", "name": "long", "seconds": 60}]
    )
    job, seen = clients.start("linger", JobName="s"), []
    while not seen or seen[-1] not in ("COMPLETED", "FAILED"):
        seen.append(clients.job(job)["JobStatus"])
        time.sleep(0.02)
    assert list(dict.fromkeys(seen)) == ["SUBMITTED", "IN_PROGRESS", "COMPLETED"]
    assert min(seen.count("SUBMITTED"), seen.count("IN_PROGRESS")) > 3
    job = clients.start("linger", JobName="long")
    clients.translate.stop_text_translation_job(JobId=job)
    assert clients.finished(job)["JobStatus"] == "STOPPED"


def test_jobs_fail_before_and_after_their_work(service: Service, clients: Clients) -> None:
    clients.put("fail/a.html", "<p>fail</p>")
    service.faults.add(
        [
            {"fault": "fail", "operation": "Job", "name": w, "when": w, "message": f"role ({w})"}
            for w in ("before", "after")
        ]
    )
    for when, characters in (("before", 0), ("after", 4)):
        job = clients.start("fail", JobName=when)
        ended = clients.finished(job)
        assert (ended["JobStatus"], ended["Message"]) == ("FAILED", f"role ({when})")
        assert service.ledger.characters(job=job) == characters


def test_errors_missing_files_and_counts_that_lie(service: Service, clients: Clients) -> None:
    for name in "abc":
        clients.put(f"partial/{name}.html", f"<p>partial {name}</p>")
    service.faults.add(
        [
            {"fault": "document_error", "operation": "Document", "name": "a.*", "message": "why",
             "target": "pt", "code": "InternalServerException"},
            {"fault": "missing", "operation": "Document", "name": "b.*"},
            {"fault": "counts", "operation": "Job", "name": "lies",
             "counts": {"TranslatedDocumentsCount": 0, "DocumentsWithErrorsCount": 0}},
        ]
    )  # fmt: skip
    ended = clients.finished(clients.start("partial"))
    assert ended["JobStatus"] == "COMPLETED_WITH_ERROR"
    assert ended["JobDetails"]["DocumentsWithErrorsCount"] == 1
    folder = ended["OutputDataConfig"]["S3Uri"]
    details = json.loads(clients.get(folder + "details/pt.auxiliary-translation-details.json"))
    assert details["details"][0]["auxiliaryData"]["error"]["errorMessage"] == "why"
    assert details["charactersTranslated"] == str(2 * len("partial b"))
    listed = clients.s3.list_objects_v2(Bucket="books", Prefix=folder.split("/", 3)[3])
    names = [o["Key"].rpartition("/")[2] for o in listed["Contents"]]
    assert sorted(names) == ["pt.auxiliary-translation-details.json", "pt.c.html"]
    lies = clients.finished(clients.start("partial", JobName="lies"))["JobDetails"]
    assert (lies["TranslatedDocumentsCount"], lies["DocumentsWithErrorsCount"]) == (0, 0)


def test_parallel_data_lingers_and_fails(service: Service, clients: Clients) -> None:
    service.faults.add(
        [
            {"fault": "linger", "operation": "ParallelData", "name": "l", "seconds": 0.4},
            {"fault": "fail", "operation": "ParallelData", "name": "l", "skip": 1, "message": "no"},
        ]
    )
    clients.create("l", "en,pt\na,b\n")
    assert clients.parallel("l")["Status"] == "CREATING"
    with pytest.raises(clients.translate.exceptions.ConcurrentModificationException):
        clients.create("m", "en,pt\na,b\n")
    with pytest.raises(clients.translate.exceptions.ConcurrentModificationException):
        clients.translate.delete_parallel_data(Name="l")
    assert clients.settled("l")["Status"] == "ACTIVE"
    config = {"S3Uri": "s3://books/pd/l", "Format": "CSV"}
    clients.translate.update_parallel_data(Name="l", ParallelDataConfig=config)
    found = clients.parallel("l")
    assert (found["Status"], found["LatestUpdateAttemptStatus"]) == ("ACTIVE", "UPDATING")
    clients.put("pdin/a.html", "<p>a</p>")
    job = clients.start("pdin", ParallelDataNames=["l"])
    folder = clients.finished(job)["OutputDataConfig"]["S3Uri"]
    assert clients.get(folder + "pt.a.html") == "<p>b</p>", "the old set stays in use"
    found = clients.settled("l")
    assert (found["Status"], found["LatestUpdateAttemptStatus"]) == ("ACTIVE", "FAILED")
    assert found["Message"] == "no"


# Damaged texts -----------------------------------------------------------------------------------

SLOTS = 'we <b>see</b> <span translate="no" id="1">x</span> and <i translate=no>y</i>.'


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"fault": "lose_slot", "slots": 9}, "we <b>see</b>  and ."),
        ({"fault": "dnt", "slots": 9}, "we <b>see</b> ‹DNT_0› and ‹DNT_0›."),
        (
            {"fault": "double_slot", "slots": 9},
            'we <b>see</b> <span translate="no" id="1">x</span>'
            '<span translate="no" id="1">x</span> and <i translate=no>y</i><i translate=no>y</i>.',
        ),
        ({"fault": "truncate", "fraction": 0.1}, SLOTS[: len(SLOTS) // 10]),
        (
            {"fault": "spaces"},
            'we  <b> see </b>   <span translate="no" id="1"> x </span>  and '
            " <i translate=no> y </i> .",
        ),
    ],
)
def test_damage(rule: dict[str, Any], expected: str) -> None:
    assert damage(SLOTS, [Rule(**rule)]) == expected


def test_one_slot_is_chosen_by_the_seed() -> None:
    found = [damage(SLOTS, [Rule("lose_slot", seed=seed)]) for seed in [*range(20), *range(20)]]
    assert len(set(found)) == 2 and found[:20] == found[20:]


def test_damage_reaches_texts_and_documents(service: Service, clients: Clients) -> None:
    clients.put("damaged/a.html", f"<p>{SLOTS}</p>")
    service.faults.add(
        [
            {"fault": "lose_slot", "operation": "TranslateText", "first": 1, "slots": 2},
            {"fault": "truncate", "operation": "Document", "name": "a.html", "target": "pt"},
            {"fault": "dnt", "operation": "TranslateDocument"},
        ]
    )
    assert clients.text(SLOTS) == "WE <b>SEE</b>  AND ."
    assert "translate" in clients.text(SLOTS)
    folder = clients.finished(clients.start("damaged"))["OutputDataConfig"]["S3Uri"]
    assert len(clients.get(folder + "pt.a.html")) == len(f"<p>{SLOTS}</p>") // 2
    document = {"Content": SLOTS.encode(), "ContentType": "text/html"}
    answer = clients.translate.translate_document(Document=document, **PAIR)
    assert "‹DNT_0›" in answer["TranslatedDocument"]["Content"].decode()


# Rules -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("often", "expected"),
    [
        ({}, "xxxxxx"),
        ({"first": 2}, "xx...."),
        ({"skip": 3}, "...xxx"),
        ({"skip": 1, "first": 2}, ".xx..."),
        ({"every": 3}, "..x..x"),
        ({"every": 2, "skip": 1}, "..x.x."),
        ({"probability": 0.0}, "......"),
        ({"probability": 1.0, "first": 1}, "x....."),
    ],
)
def test_how_often_rules_fire(often: dict[str, Any], expected: str) -> None:
    faults = Faults([{"fault": "slow", **often}])
    kinds = frozenset({"slow"})
    found = "".join("x" if faults.fire(kinds, "TranslateText") else "." for _ in range(6))
    assert found == expected


def test_probability_follows_the_seed() -> None:
    def fired(seed: int) -> list[bool]:
        rule = Rule("slow", probability=0.5, seed=seed)
        return [rule.fires() for _ in range(200)]

    assert fired(1) == fired(1) != fired(2) and 60 < sum(fired(1)) < 140


def test_where_rules_apply() -> None:
    everywhere, s3 = Rule("error"), Rule("error", operation="S3*")
    assert everywhere.meets("TranslateText", "", "") and not everywhere.meets("S3:GET", "", "")
    assert not everywhere.meets("Job", "", "")
    assert s3.meets("S3:GET", "/x", "") and not s3.meets("TranslateText", "", "")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, "names no fault"),
        ([], "a rule is a JSON object"),
        ({"fault": "fire"}, "allowed: counts"),
        ({"fault": "slow", "operation": "Translat"}, "matches nothing"),
        ({"fault": "slow", "when": "never"}, "allowed: before, after"),
        ({"fault": "slow", "every": 0}, "1 or more"),
        ({"fault": "slow", "first": "2"}, "no int"),
        ({"fault": "slow", "seconds": True}, "no float"),
        ({"fault": "slow", "fired": 3}, "unknown member 'fired'"),
    ],
)
def test_rules_that_are_not_allowed(rule: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Faults([rule])


def control(service: Service, method: str, path: str, body: Any = None, **headers: str) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(service.url + path, data, headers, method=method)
    return json.loads(urllib.request.urlopen(request).read())


def test_rules_and_books_over_http(service: Service, clients: Clients) -> None:
    rules = control(service, "POST", "/_amts/faults", {"fault": "error", "first": 1})
    assert [r["fault"] for r in rules] == ["error"]
    with pytest.raises(clients.translate.exceptions.TooManyRequestsException):
        clients.text("over http")
    [rule] = control(service, "GET", "/_amts/faults")
    assert (rule["matched"], rule["fired"]) == (1, 1)
    assert control(service, "DELETE", "/_amts/faults") == []
    assert clients.text("over http") == "OVER HTTP"
    ledger = control(service, "GET", "/_amts/ledger")
    assert {"source": "en", "target": "pt", "text": "over http", "count": 1} in ledger["texts"]
    assert ledger["characters"]["total"] == service.ledger.characters()
    assert len(ledger["times"]["TranslateText"]) >= 2 and ledger["peak_rates"]["TranslateText"]
    assert control(service, "POST", "/_amts/ledger", {"texts": True}) == {"texts": True}
    for status, method, path, body, headers in (
        (400, "POST", "/_amts/faults", [{"fault": "fire"}], {}),
        (400, "POST", "/_amts/faults", 3, {}),
        (400, "POST", "/_amts/ledger", {"texts": 1}, {}),
        (404, "GET", "/_amts/nothing", None, {}),
        (403, "DELETE", "/_amts/faults", None, {"Origin": "http://example.org"}),
    ):
        with pytest.raises(urllib.error.HTTPError) as caught:
            control(service, method, path, body, **headers)
        assert caught.value.code == status and json.loads(caught.value.read())["error"]


def test_every_kind_of_fault_is_documented() -> None:
    page = (Path(__file__).parents[1] / "docs" / "service.md").read_text()
    assert [kind for kind in sorted(KINDS) if f"`{kind}`" not in page] == []


# The ledger --------------------------------------------------------------------------------------


def test_the_ledger_knows_what_was_billed_twice(service: Service, clients: Clients) -> None:
    clients.put("twice/a.html", "<p>twice told</p><p>once told</p>")
    first, second = clients.start("twice"), clients.start("twice", TargetLanguageCodes=["es"])
    clients.finished(first), clients.finished(second)
    assert ("en", "pt", "twice told") not in service.ledger.billed_twice()
    clients.text("twice told")
    assert service.ledger.billed_twice()["en", "pt", "twice told"] == 2
    assert service.ledger.characters(job=first) == len("twice toldonce told")
    charge = Charge("StartTextTranslationJob", "en", "es", 2, 19, second, "a.html")
    assert charge in service.ledger.charges


def test_peaks_of_requests() -> None:
    ledger = Ledger()
    for when in (0.0, 0.5, 0.9, 1.0, 1.4, 5.0):
        ledger.request("X", when)
    assert (ledger.peak_rate("X"), ledger.peak_rate("X", 2.0), ledger.peak_rate("Y")) == (4, 5, 0)
    with ledger.running(), ledger.running():
        pass
    with ledger.running():
        assert ledger.peak_running == 2


def test_ten_jobs_run_at_once_and_the_others_wait() -> None:
    rule = {"fault": "linger", "operation": "Job", "state": "IN_PROGRESS", "seconds": 0.3}
    with Service(engine="upper", workers=1, faults=[rule]) as service:
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        clients.put("many/a.html", "<p>x</p>")
        jobs = [clients.start("many") for _ in range(14)]
        assert {clients.finished(job)["JobStatus"] for job in jobs} == {"COMPLETED"}
        assert service.ledger.peak_running == 10


def test_rates_are_held_where_they_are_set() -> None:
    with Service(engine="upper", workers=1, limits=Limits(rates=AWS_RATES)) as service:
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        clients.put("fast/a.html", "<p>x</p>")
        began = time.monotonic()
        jobs = [clients.start("fast") for _ in range(5)]
        with pytest.raises(clients.translate.exceptions.TooManyRequestsException):
            clients.start("fast")
        assert time.monotonic() - began < 1, "else the sixth would have been allowed"
        assert service.ledger.peak_rate("StartTextTranslationJob") == 6
        time.sleep(1)
        for job in jobs * 2:
            clients.job(job)
        with pytest.raises(clients.translate.exceptions.TooManyRequestsException):
            clients.job(jobs[0])


# kill -9 -----------------------------------------------------------------------------------------


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
    command = [sys.executable, "-c", script, str(folder)]
    pipe = subprocess.PIPE
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root) as process:
        try:
            assert process.stdout is not None
            yield process, Clients(process.stdout.readline().strip())
        finally:
            os.kill(process.pid, signal.SIGKILL)


def done(clients: Clients, job: str) -> int:
    return int(clients.job(job)["JobDetails"]["TranslatedDocumentsCount"])


def books(clients: Clients) -> Any:
    return json.loads(urllib.request.urlopen(clients.url + "/_amts/ledger").read())


def post(clients: Clients, rule: dict[str, Any]) -> None:
    data = json.dumps(rule).encode()
    urllib.request.urlopen(clients.url + "/_amts/faults", data).read()


def test_everything_survives_a_kill(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, clients):
        clients.s3.create_bucket(Bucket="books")
        clients.s3.create_bucket(Bucket="second")
        clients.s3.delete_bucket(Bucket="second")
        clients.s3.put_object(
            Bucket="books", Key="a/öö b", Body=b"content", Metadata={"hash": "1"},
            ContentType="text/html",
        )  # fmt: skip
        clients.s3.copy_object(Bucket="books", Key="copy", CopySource="books/a/öö b")
        for key in ("gone", "gone too"):
            clients.put(key, "x")
        clients.s3.delete_objects(
            Bucket="books", Delete={"Objects": [{"Key": "gone"}, {"Key": "gone too"}]}
        )
        upload = clients.s3.create_multipart_upload(Bucket="books", Key="parts")["UploadId"]
        at = {"Bucket": "books", "Key": "parts", "UploadId": upload}
        tag = clients.s3.upload_part(PartNumber=1, Body=b"in parts", **at)["ETag"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
        clients.s3.complete_multipart_upload(MultipartUpload=parts, **at)
        clients.create("pd", "en,pt\none,um\n", ClientToken="pd", Tags=[{"Key": "k", "Value": "v"}])
        arn = clients.settled("pd")["Arn"]
        data = {"File": b"en,pt\nmean,media\n", "Format": "CSV"}
        for name in ("words", "unused"):
            clients.translate.import_terminology(
                Name=name, MergeStrategy="OVERWRITE", TerminologyData=data
            )
        clients.translate.delete_terminology(Name="unused")
        clients.put("in/a.html", "<p>one</p><p>two</p>")
        job = clients.start("in", ParallelDataNames=["pd"], ClientToken="job")
        before = clients.finished(job)
        clients.text("three")
    with serving(tmp_path) as (_, clients):
        assert [b["Name"] for b in clients.s3.list_buckets()["Buckets"]] == ["books"]
        found = clients.s3.get_object(Bucket="books", Key="a/öö b")
        assert (found["Body"].read(), found["Metadata"]) == (b"content", {"hash": "1"})
        assert found["ContentType"] == "text/html"
        assert clients.get("s3://books/copy") == "content"
        assert clients.get("s3://books/parts") == "in parts"
        assert "Contents" not in clients.s3.list_objects_v2(Bucket="books", Prefix="gone")
        assert clients.job(job) == {
            **before,
            "SubmittedTime": clients.job(job)["SubmittedTime"],
        } | {"EndTime": clients.job(job)["EndTime"]}
        assert clients.start("in", ParallelDataNames=["pd"], ClientToken="job") == job
        tags = clients.translate.list_tags_for_resource(ResourceArn=arn)["Tags"]
        assert tags == [{"Key": "k", "Value": "v"}]
        listed = clients.translate.list_terminologies()["TerminologyPropertiesList"]
        assert [t["Name"] for t in listed] == ["words"]
        folder = before["OutputDataConfig"]["S3Uri"]
        assert clients.get(folder + "pt.a.html") == "<p>um</p><p>TWO</p>"
        characters = books(clients)["characters"]
        assert characters == {"total": 11, "StartTextTranslationJob": 6, "TranslateText": 5}


@pytest.mark.parametrize("state", ["SUBMITTED", "IN_PROGRESS", "half done", "STOP_REQUESTED"])
def test_jobs_go_on_after_a_kill(tmp_path: Path, state: str) -> None:
    names = [f"{i:02}.html" for i in range(6)]
    with serving(tmp_path) as (_, clients):
        clients.s3.create_bucket(Bucket="books")
        for name in names:
            clients.put(f"in/{name}", f"<p>the text of {name}</p>")
        linger = {"fault": "linger", "operation": "Job", "seconds": 60}
        if state == "half done":
            post(clients, {"fault": "slow", "operation": "Document", "every": 2, "seconds": 60})
        else:
            post(clients, {**linger, "state": "IN_PROGRESS" if state != "SUBMITTED" else state})
        job = clients.start("in", ClientToken="job")
        while (
            state == "half done" and not clients.job(job)["JobDetails"]["TranslatedDocumentsCount"]
        ):
            pass
        if state == "STOP_REQUESTED":
            post(clients, {**linger, "state": "STOP_REQUESTED"})
            clients.translate.stop_text_translation_job(JobId=job)
    with serving(tmp_path) as (_, clients):
        ended = clients.finished(job)
        assert clients.start("in", ClientToken="job") == job
        if state == "STOP_REQUESTED":
            assert ended["JobStatus"] == "STOPPED"
            return
        assert ended["JobStatus"] == "COMPLETED"
        assert ended["JobDetails"]["TranslatedDocumentsCount"] == len(names)
        folder = ended["OutputDataConfig"]["S3Uri"]
        for name in names:
            expected = f"<p>THE TEXT OF {name.upper()}</p>"
            assert clients.get(f"{folder}pt.{name}") == expected
        ledger = books(clients)
        assert ledger["billed_twice"] == [] and len(ledger["texts"]) == len(names)
        details = json.loads(clients.get(folder + "details/pt.auxiliary-translation-details.json"))
        assert [d["sourceFile"] for d in details["details"]] == names


def test_kills_at_any_moment(tmp_path: Path) -> None:
    """Each start goes on where the last one was killed; nothing is lost or billed twice."""
    names = [f"{i:02}.html" for i in range(30)]
    again = {"ClientToken": "job", "TargetLanguageCodes": ["pt", "es"]}
    random = Random(7)
    with serving(tmp_path) as (_, clients):
        clients.s3.create_bucket(Bucket="books")
        for name in names:
            clients.put(f"in/{name}", f"<p>the text of {name}</p>")
        job = clients.start("in", **again)
        time.sleep(random.uniform(0, 0.1))
    for _ in range(2):
        with serving(tmp_path):
            time.sleep(random.uniform(0, 0.1))
    with serving(tmp_path) as (_, clients):
        assert clients.start("in", **again) == job
        ended = clients.finished(job)
        assert ended["JobStatus"] == "COMPLETED"
        assert ended["JobDetails"]["TranslatedDocumentsCount"] == 60
        for name in names:
            result = clients.get(f"{ended['OutputDataConfig']['S3Uri']}es.{name}")
            assert result == f"<p>THE TEXT OF {name.upper()}</p>"
        ledger = books(clients)
        assert ledger["billed_twice"] == [] and len(ledger["charges"]) == 60


def test_an_import_goes_on_after_a_kill(tmp_path: Path) -> None:
    rule = {"fault": "linger", "operation": "ParallelData", "seconds": 60}
    with serving(tmp_path) as (_, clients):
        clients.s3.create_bucket(Bucket="books")
        clients.create("pd", "en,pt\none,um\n")
        clients.settled("pd")
        post(clients, rule)
        config = {"S3Uri": clients.put("pd/new", "en,pt\none,1\ntwo,2\n"), "Format": "CSV"}
        clients.translate.update_parallel_data(Name="pd", ParallelDataConfig=config)
        assert clients.parallel("pd")["LatestUpdateAttemptStatus"] == "UPDATING"
    with serving(tmp_path) as (_, clients):
        found = clients.settled("pd")
        assert (found["Status"], found["ImportedRecordCount"]) == ("ACTIVE", 2)


def test_a_job_goes_on_after_a_proper_end(tmp_path: Path) -> None:
    linger = {"fault": "linger", "operation": "Job", "seconds": 60}
    with Service(engine="upper", workers=1, directory=tmp_path, faults=[linger]) as service:
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        clients.put("in/a.html", "<p>x</p>")
        job = clients.start("in")
    with Service(engine="upper", workers=1, directory=tmp_path) as service:
        assert Clients(service.url).finished(job)["JobStatus"] == "COMPLETED"


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "service.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(InputError, match="cannot be read"):
        Service(engine="upper", directory=damaged).start()
    taken = tmp_path / "taken"
    with Service(engine="upper", directory=taken), pytest.raises(InputError, match="locked"):
        Service(engine="upper", directory=taken).start()
    for content in ("[", '{"fault": "fire"}', "3"):
        (taken / "faults.json").write_text(content)
        with pytest.raises(InputError, match=r"faults.json: .*correct or remove it"):
            Service(engine="upper", directory=taken).start()
    (taken / "faults.json").write_text('[{"fault": "error", "operation": "TranslateText"}]')
    with Service(engine="upper", workers=1, directory=taken) as service:
        clients = Clients(service.url)
        with pytest.raises(clients.translate.exceptions.TooManyRequestsException):
            clients.text("x")
