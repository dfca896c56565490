"""The embedded service survives kill -9, at any moment."""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random

import pytest
from support.service_process import Clients, books, post, serving
from support.waiting import until

from amts_ext.errors import InputError
from amts_ext.service.server import Service

pytestmark = pytest.mark.slow


def done(clients: Clients, job: str) -> int:
    return int(clients.job(job)["JobDetails"]["TranslatedDocumentsCount"])


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
        until(lambda: state != "half done" or done(clients, job))
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
