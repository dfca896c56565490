"""The embedded service on a bad day: faults by rules."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.httpsession import ReadTimeoutError
from support.places import DOCS
from support.service_process import DROPPED, PAIR, Clients
from support.waiting import Clock, fired, until

from amts_ext.service.faults.damage import damage
from amts_ext.service.faults.rules import KINDS, Faults, Rule
from amts_ext.service.server import Service


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


# Requests ----------------------------------------------------------------------------------------


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


def test_slow_and_dropped_connections(service: Service, clients: Clients, clock: Clock) -> None:
    impatient = Clients(service.url, timeout=0.3)
    before = service.ledger.characters()
    service.faults.add([{"fault": "slow", "operation": "TranslateText", "seconds": 60, "first": 1}])
    with pytest.raises(ReadTimeoutError):
        impatient.text("one")
    until(fired(service))
    assert service.ledger.characters() == before
    clock.let_go()
    until(lambda: service.ledger.characters() == before + 3, "the slow one is billed")
    service.faults.add([{"fault": "drop", "operation": "TranslateText", "first": 1}])
    with pytest.raises(DROPPED):
        clients.text("two")
    assert service.ledger.characters() == before + 3, "only the slow one is billed"


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
    service: Service, clients: Clients, clock: Clock
) -> None:
    clients.put("linger/a.html", "<p>linger</p>")
    states = ("SUBMITTED", "IN_PROGRESS")
    service.faults.add(
        [
            {"fault": "linger", "operation": "Job", "name": "s", "state": s, "seconds": 60}
            for s in states
        ]
        + [{"fault": "linger", "operation": "Job", "name": "long", "seconds": 60}]
    )
    job = clients.start("linger", JobName="s")
    for number, state in enumerate(states):
        until(fired(service, number))
        for _ in range(5):
            assert clients.job(job)["JobStatus"] == state
        clock.pass_by(60)
    assert clients.finished(job)["JobStatus"] == "COMPLETED"
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


def test_parallel_data_lingers_and_fails(service: Service, clients: Clients, clock: Clock) -> None:
    service.faults.add(
        [
            {"fault": "linger", "operation": "ParallelData", "name": "l", "seconds": 60},
            {"fault": "fail", "operation": "ParallelData", "name": "l", "skip": 1, "message": "no"},
        ]
    )
    clients.create("l", "en,pt\na,b\n")
    assert clients.parallel("l")["Status"] == "CREATING"
    with pytest.raises(clients.translate.exceptions.ConcurrentModificationException):
        clients.create("m", "en,pt\na,b\n")
    with pytest.raises(clients.translate.exceptions.ConcurrentModificationException):
        clients.translate.delete_parallel_data(Name="l")
    clock.pass_by(60)
    assert clients.settled("l")["Status"] == "ACTIVE"
    config = {"S3Uri": "s3://books/pd/l", "Format": "CSV"}
    clients.translate.update_parallel_data(Name="l", ParallelDataConfig=config)
    found = clients.parallel("l")
    assert (found["Status"], found["LatestUpdateAttemptStatus"]) == ("ACTIVE", "UPDATING")
    clients.put("pdin/a.html", "<p>a</p>")
    job = clients.start("pdin", ParallelDataNames=["l"])
    folder = clients.finished(job)["OutputDataConfig"]["S3Uri"]
    assert clients.get(folder + "pt.a.html") == "<p>b</p>", "the old set stays in use"
    clock.pass_by(60)
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
    page = (DOCS / "service.md").read_text()
    assert [kind for kind in sorted(KINDS) if f"`{kind}`" not in page] == []
