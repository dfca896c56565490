"""``AuxiliaryDataLocation``: what the service says of the files that it read, by boto3 and HTTP."""

from __future__ import annotations

import json
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.service_process import Clients, post, serving
from support.waiting import Clock, until

from amts_ext.service.content.corpora import read_corpus
from amts_ext.service.content.remarks import LISTED
from amts_ext.service.limits import Limits
from amts_ext.service.server import Service
from amts_ext.service.state.store import NAME

CREATED = "AuxiliaryDataLocation"
UPDATED = "LatestUpdateAttemptAuxiliaryDataLocation"
LONG = "x" * 1001
SHOWN = "x" * 40 + "…"

TABLE = (
    "en,pt,es\n"
    "one,um,uno\n"  # 2
    "\n"
    "one,hum,\n"  # 4
    "+bad,ruim,malo\n"
    "no target,,\n"  # 6
    ",sem fonte,\n"
    f"{LONG},longo,largo\n"  # 8
    f"long target,{LONG},corto\n"
    f"long targets,{LONG},{LONG}\n"  # 10
    "a,b,c,d\n"
    '"open,b,c\n'  # 12
    'say "so",b,c\n'
    "two\u2028lines,duas\x0clinhas,dos\n"  # 14: one line for an editor
    "two,fields\n"
    "-,a\n"  # 16
    "alone\n"
)
SAID = f"""\
line 2: skipped: line 4 has the same source and replaces it: one
line 3: skipped: the line is empty
line 5: failed: field 1 begins with '+', which a CSV or TSV field must not: +bad,ruim,malo
line 6: skipped: no translation: no target
line 7: skipped: the source is empty
line 8: skipped: the source has 1001 bytes; 1000 are allowed: {SHOWN}
line 9: warning: pt has 1001 bytes; 1000 are allowed, and is left out: long target
line 10: skipped: pt has 1001 bytes; 1000 are allowed, es has 1001 bytes; 1000 are allowed: \
long targets
line 11: failed: 4 fields for 3 languages: a,b,c,d
line 12: failed: a quote is not closed; a field must stand on one line: "open,b,c
line 13: failed: stray quotes; a field with quotes is quoted, and those inside are doubled: \
say "so",b,c
line 16: failed: field 1 begins with '-', which a CSV or TSV field must not: -,a
line 17: skipped: no translation: alone
"""
TMX = (
    '<tmx version="1.4"><header srclang="en"/><body>'
    '<tu><tuv xml:lang="en"><seg>one</seg></tuv><tuv xml:lang="pt"><seg>um</seg></tuv></tu>'
    '<tu><tuv xml:lang="pt"><seg>só</seg></tuv></tu>\n'
    '<tu><tuv xml:lang="en"><seg> </seg></tuv><tuv xml:lang="pt"><seg>x</seg></tuv></tu>'
    '<tu><tuv xml:lang="en"><seg>one</seg></tuv><tuv xml:lang="pt"><seg>hum</seg></tuv></tu>'
    "</body></tmx>"
)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(engine="upper", workers=1, limits=Limits(term_bytes=20)) as service:
        yield service


@pytest.fixture(scope="module")
def clients(service: Service) -> Clients:
    clients = Clients(service.url)
    clients.s3.create_bucket(Bucket="books")
    return clients


def fetched(url: str) -> str:
    return str(urllib.request.urlopen(url).read().decode())


def said(clients: Clients, name: str) -> dict[str, str]:
    """The texts of the auxiliary files of parallel data, by the member that tells where."""
    answer = clients.translate.get_parallel_data(Name=name)
    places = {m: answer[m] for m in (CREATED, UPDATED) if m in answer}
    assert all(place["RepositoryType"] == "S3" for place in places.values())
    return {member: fetched(place["Location"]) for member, place in places.items()}


def update(clients: Clients, name: str, content: str) -> dict[str, Any]:
    config = {"S3Uri": clients.put(f"pd/{name}", content), "Format": "CSV"}
    clients.translate.update_parallel_data(Name=name, ParallelDataConfig=config)
    return clients.settled(name)


def imported(clients: Clients, name: str, content: str) -> dict[str, Any]:
    data: Any = {"File": content.encode(), "Format": "CSV"}
    return dict(
        clients.translate.import_terminology(
            Name=name, MergeStrategy="OVERWRITE", TerminologyData=data
        )
    )


def test_each_record_that_is_not_taken_is_told_with_its_line_and_why(clients: Clients) -> None:
    clients.create("table", TABLE)
    found = clients.settled("table")
    counts = [found[f"{kind}RecordCount"] for kind in ("Imported", "Skipped", "Failed")]
    assert said(clients, "table") == {CREATED: SAID}
    told = [SAID.count(f": {word}: ") for word in ("skipped", "failed")]
    assert counts == [4, *told], "every record is told"
    tsv = read_corpus(TABLE.replace(",", "\t").encode(), "TSV", 1000).remarks.text()
    lines = [line.rpartition(": ")[0] for line in tsv.splitlines()]
    assert lines == [line.rpartition(": ")[0] for line in SAID.splitlines()], "the same rules"


def test_units_of_tmx_are_numbered(clients: Clients) -> None:
    config = {"S3Uri": clients.put("pd/units", TMX), "Format": "TMX"}
    clients.translate.create_parallel_data(Name="units", ParallelDataConfig=config)
    clients.settled("units")
    assert said(clients, "units")[CREATED] == (
        "unit 1: skipped: unit 4 has the same source and replaces it: one\n"
        "unit 2: failed: no en segment: só\n"
        "unit 3: skipped: the source is empty\n"
    )


def test_nothing_is_told_of_a_clean_file(clients: Clients) -> None:
    clients.create("clean", "en,pt\na,b\n")
    clients.settled("clean")
    assert said(clients, "clean") == {}
    assert CREATED not in imported(clients, "clean", "en,pt\na,b\n")
    assert CREATED not in clients.translate.get_terminology(Name="clean")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("en,pt\n,b\n", "error: the file holds no usable record\nline 2: skipped: the source is"),
        ("only one\n", "error: the first row must hold at least two language codes\n"),
        ('en,"pt\n', "error: the first row cannot be read: a quote is not closed"),
        ("+en,pt\n", "error: the first row cannot be read: field 1 begins with '+'"),
    ],
)
def test_why_an_import_failed_is_told(content: str, expected: str, clients: Clients) -> None:
    clients.create("failed", content)
    found = clients.settled("failed")
    assert (found["Status"], found["ImportedRecordCount"]) == ("FAILED", 0)
    assert found["SkippedRecordCount"] == expected.count("skipped")
    assert said(clients, "failed")[CREATED].startswith(expected)
    clients.translate.delete_parallel_data(Name="failed")


def test_a_file_that_is_not_there_is_told(clients: Clients) -> None:
    config = {"S3Uri": "s3://books/pd/nosuch", "Format": "CSV"}
    clients.translate.create_parallel_data(Name="nosuch", ParallelDataConfig=config)
    clients.settled("nosuch")
    assert said(clients, "nosuch") == {CREATED: "error: s3://books/pd/nosuch does not exist\n"}


def test_the_creation_and_the_latest_update_are_told_apart(
    clients: Clients, service: Service, clock: Clock
) -> None:
    first = {CREATED: "line 3: skipped: no translation: first\n"}
    clients.create("both", "en,pt\na,b\nfirst,\n")
    clients.settled("both")
    assert said(clients, "both") == first
    update(clients, "both", "en,pt\na,b\nsecond,\n")
    second = {UPDATED: "line 3: skipped: no translation: second\n"}
    assert said(clients, "both") == first | second
    assert update(clients, "both", "en\n")["LatestUpdateAttemptStatus"] == "FAILED"
    assert said(clients, "both")[UPDATED].startswith("error: the first row must hold")
    service.faults.add([{"fault": "linger", "operation": "ParallelData", "seconds": 60}])
    config = {"S3Uri": clients.put("pd/both", "en,pt\na,c\n"), "Format": "CSV"}
    clients.translate.update_parallel_data(Name="both", ParallelDataConfig=config)
    assert said(clients, "both") == first, "the latest attempt has said nothing yet"
    clock.pass_by(60)
    service.faults.clear()
    clients.settled("both")
    assert said(clients, "both") == first, "and had nothing to say"


def test_terminology_has_its_file(clients: Clients) -> None:
    answer = imported(clients, "words", f"en,pt\na,b\n{'y' * 21},c\n=d,e\n")
    assert answer["TerminologyProperties"]["SkippedTermCount"] == 2
    expected = (
        f"line 3: skipped: the source has 21 bytes; 20 are allowed: {'y' * 21}\n"
        "line 4: failed: field 1 begins with '=', which a CSV or TSV field must not: =d,e\n"
    )
    assert fetched(answer[CREATED]["Location"]) == expected
    again = clients.translate.get_terminology(Name="words")
    assert fetched(again[CREATED]["Location"]) == expected
    assert CREATED not in imported(clients, "words", "en,pt\na,b\n"), "another file, without fault"
    assert CREATED not in clients.translate.get_terminology(Name="words")


def test_remarks_are_bounded_and_the_others_counted() -> None:
    rows = "".join(f"source {i},\n" for i in range(LISTED + 234))
    corpus = read_corpus(f"en,pt\n{rows}".encode(), "CSV", 1000)
    lines = corpus.remarks.text().splitlines()
    assert (corpus.skipped, len(lines)) == (LISTED + 234, LISTED + 1)
    assert lines[-1] == "234 more, not listed here"


def gone(url: str) -> bool:
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(url)
    return error.value.code == 404


def locations(clients: Clients) -> list[str]:
    found = [
        clients.translate.get_parallel_data(Name="kept"),
        clients.translate.get_terminology(Name="kept"),
    ]
    return [answer[m]["Location"] for answer in found for m in (CREATED, UPDATED) if m in answer]


@pytest.mark.slow
def test_files_survive_a_kill_and_go_with_their_resource(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, clients):
        clients.s3.create_bucket(Bucket="books")
        clients.create("kept", "en,pt\na,b\nfirst,\n")
        clients.settled("kept")
        update(clients, "kept", "en,pt\na,b\nsecond,\n")
        imported(clients, "kept", "en,pt\na,b\nthird,\n")
        before = [fetched(url) for url in locations(clients)]
    with serving(tmp_path) as (_, clients):
        urls = locations(clients)
        assert [fetched(url) for url in urls] == before
        assert [text.split()[-1] for text in before] == ["first", "second", "third"]
        clients.translate.delete_parallel_data(Name="kept")
        assert [gone(url) for url in urls[:2]] == [True, True]
        assert fetched(urls[2]) == before[2]
        clients.translate.delete_terminology(Name="kept")
        assert gone(urls[2])
    with serving(tmp_path) as (_, clients):
        left = clients.s3.list_objects_v2(Bucket="amts-resources")
        assert left["KeyCount"] == 0
        clients.create("kept", "en,pt\na,b\n")
        clients.settled("kept")
        assert said(clients, "kept") == {}, "the name says nothing of what had it before"


def test_folders_from_before_the_remarks_are_read(tmp_path: Path) -> None:
    with Service(engine="upper", workers=1, directory=tmp_path) as service:
        imported(Clients(service.url), "old", "en,pt\na,b\n,c\n")
    with closing(sqlite3.connect(tmp_path / NAME)) as file, file:
        [(content,)] = file.execute("SELECT content FROM records").fetchall()
        old = {k: v for k, v in json.loads(content).items() if k != "auxiliary"}
        file.execute("UPDATE records SET content = ?", [json.dumps(old)])
    with Service(engine="upper", workers=1, directory=tmp_path) as service:
        found = Clients(service.url).translate.get_terminology(Name="old")
        assert found["TerminologyProperties"]["SkippedTermCount"] == 1 and CREATED not in found


@pytest.mark.slow
def test_deletion_lingers_where_a_rule_says_so(tmp_path: Path) -> None:
    rule = {"fault": "linger", "operation": "ParallelData", "state": "DELETING", "seconds": 60}
    with serving(tmp_path) as (_, clients):
        clients.s3.create_bucket(Bucket="books")
        post(clients, rule)
        clients.create("long", "en,pt\na,b\n,c\n")
        assert clients.settled("long")["Status"] == "ACTIVE", "to be made takes no longer"
        [url] = [a[CREATED]["Location"] for a in [clients.translate.get_parallel_data(Name="long")]]
        assert clients.translate.delete_parallel_data(Name="long")["Status"] == "DELETING"
        assert clients.parallel("long")["Status"] == "DELETING"
        errors = clients.translate.exceptions
        with pytest.raises(errors.ConcurrentModificationException):
            clients.translate.delete_parallel_data(Name="long")
        with pytest.raises(errors.ConflictException):
            clients.create("long", "en,pt\na,b\n")
        clients.put("in/a.html", "<p>a</p>")
        with pytest.raises(errors.InvalidRequestException, match="is DELETING"):
            clients.start("in", ParallelDataNames=["long"])
        clients.create("other", "en,pt\na,b\n")
        assert clients.settled("other")["Status"] == "ACTIVE", "another may be made meanwhile"
        assert "skipped" in fetched(url)
    with serving(tmp_path) as (_, clients):  # killed meanwhile
        with pytest.raises(clients.translate.exceptions.ResourceNotFoundException):
            clients.parallel("long")
        assert clients.s3.list_objects_v2(Bucket="amts-resources")["KeyCount"] == 0
        post(clients, rule | {"seconds": 0.2})
        clients.translate.delete_parallel_data(Name="other")
        listed = clients.translate.list_parallel_data
        until(lambda: not listed()["ParallelDataPropertiesList"], "it is not deleted")
