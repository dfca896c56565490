"""Amazon Translate's client: HTML there and back, jobs, retries, errors, the embedded service."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.places import ROOT
from support.requests_made import (
    CLOSE,
    LINK,
    LINK_END,
    MATH,
    OPEN,
    RICH,
    ROLE_SLOT,
    by_key,
    request,
)
from support.waiting import DEADLINE

from amts_ext.errors import ConfigError, TranslatorError
from amts_ext.progress import silent
from amts_ext.service.operations.jobs import JobRunner
from amts_ext.service.server import Service
from amts_ext.translators.amazon import Amazon, from_config
from amts_ext.translators.amazon.connection import Aws, Clients, make_clients, patiently
from amts_ext.translators.amazon.job import Setup
from amts_ext.translators.amazon.pushed import Resource, ResourceKind
from amts_ext.translators.embedded import BUCKET, ROLE, Embedded, embedded

# Against the embedded service --------------------------------------------------------------------


@pytest.fixture
def translator() -> Iterator[Embedded]:
    translator = embedded(engine="support.engines:Moody", workers=1)
    yield translator
    translator.close()


@pytest.fixture
def batch() -> Iterator[Embedded]:
    translator = embedded(engine="support.engines:Moody", workers=1, singly=0)
    yield translator
    translator.close()


def operations(translator: Embedded) -> list[str]:
    """What was asked of the service to translate: neither its terms, nor how far it is."""
    assert translator.service is not None
    asked = (entry.operation for entry in translator.service.log)
    return [name for name in asked if name.startswith(("Start", "Translate"))]


PLAIN = request("a.md", "a & b < c")
WITH_ROLE = request("b/b.md", "one\r\ntwo ", ROLE_SLOT, " three")
REQUESTS = [RICH, PLAIN, WITH_ROLE]
EXPECTED = {
    RICH.key: ("WE ", OPEN, "SEE", CLOSE, " ", LINK, "THE ", MATH, LINK_END, "."),
    PLAIN.key: ("A & b < c",),
    WITH_ROLE.key: ("ONE TWO ", ROLE_SLOT, " THREE"),
}


def test_few_segments_go_singly(translator: Embedded) -> None:
    answers = by_key(translator.translate(REQUESTS, "en", silent))
    assert {k: a.parts for k, a in answers.items()} == EXPECTED
    assert operations(translator) == ["TranslateText"] * 3
    assert translator.service is not None and translator.service.segments == 3


def test_books_go_in_one_job(batch: Embedded) -> None:
    seen: list[tuple[str, int, int]] = []
    answers = by_key(batch.translate(REQUESTS, "en", lambda *a, **facts: seen.append(a)))
    assert {k: a.parts for k, a in answers.items()} == EXPECTED
    assert operations(batch) == ["StartTextTranslationJob"]
    assert batch.service is not None and batch.service.segments == 3
    assert seen[-1] == ("translate", 3, 3), "three segments"


def test_nothing_to_translate_reaches_nothing(translator: Embedded) -> None:
    assert list(translator.translate([], "en", silent)) == []
    terms = r"\+terms=terms-en-pt@[0-9a-f]{16}"
    assert re.fullmatch(rf"upper-1/en-pt/service-4{terms}", translator.signature("en", "pt"))
    assert translator.signature("en", "de") == "upper-1/en-de/service-4", "no terms are shipped"
    assert translator.service is None
    translator.close()


def test_a_closed_translator_can_be_used_again(translator: Embedded) -> None:
    for _ in range(2):
        assert by_key(translator.translate(REQUESTS[1:2], "en", silent))[PLAIN.key].parts
        translator.close()
        assert translator.service is None


@pytest.mark.parametrize("singly", [0, 10])
def test_a_pair_without_an_engine(singly: int) -> None:
    translator = embedded(engine="support.engines:Moody", workers=1, singly=singly)
    try:
        asked = [r.to("xx", "pt") for r in REQUESTS]
        answers = [a for some in translator.translate(asked, "en", silent) for a in some]
        assert {a.key: a.parts for a in answers if a.target == "pt"} == EXPECTED
        refused = [a for a in answers if a.target == "xx"]
        assert len(refused) == 3 and not any(a.parts or a.lasting for a in refused)
        assert all(a.problem.endswith("nobody speaks it; learn it") for a in refused)
    finally:
        translator.close()


def damaged(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Change what jobs write, as a service with a bad day would."""
    write = JobRunner._write

    def spoiled(self: JobRunner, job: Any, name: str, data: bytes) -> None:
        text = change(name, data.decode())
        if text is not None:
            write(self, job, name, text.encode())

    monkeypatch.setattr(JobRunner, "_write", spoiled)


@pytest.mark.slow
def test_damaged_segments_are_asked_for_singly(
    batch: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged(monkeypatch, lambda name, text: text.replace('<b id="s1">', "<b>"))
    answers = by_key(batch.translate(REQUESTS, "en", silent))
    assert {k: a.parts for k, a in answers.items()} == EXPECTED
    assert operations(batch) == ["StartTextTranslationJob", "TranslateText"]


@pytest.mark.slow
def test_lost_documents_are_asked_for_singly(
    batch: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged(monkeypatch, lambda name, text: None if "a-md" in name else text)
    answers = by_key(batch.translate(REQUESTS, "en", silent))
    assert {k: a.parts for k, a in answers.items()} == EXPECTED
    assert operations(batch) == ["StartTextTranslationJob", "TranslateText", "TranslateText"]


@pytest.mark.slow
def test_truncated_documents_lose_only_their_end(
    batch: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged(
        monkeypatch, lambda name, text: text[: text.find("A &amp;")] if "a-md" in name else text
    )
    answers = by_key(batch.translate(REQUESTS, "en", silent))
    assert {k: a.parts for k, a in answers.items()} == EXPECTED
    assert operations(batch) == ["StartTextTranslationJob", "TranslateText"]


@pytest.mark.slow
def test_what_fails_twice_is_answered_with_both_problems(
    batch: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = r'<span[^>]*id="s4".*?</span>|<b id.*?</b>'
    damaged(monkeypatch, lambda name, text: re.sub(kept, "", text))
    clients = batch._connection.clients()
    monkeypatch.setattr(clients.translate, "translate_text", lambda **_: {"TranslatedText": "no"})
    long = request("a.md", "<" * 9000, OPEN, "x" * 3000, CLOSE)
    answers = by_key(batch.translate([*REQUESTS, long], "en", silent))
    assert answers[PLAIN.key].parts == EXPECTED[PLAIN.key]
    for name in (RICH.key, WITH_ROLE.key):
        assert answers[name].parts is None
        assert answers[name].problem.endswith("exactly once; alone: it did not come back")
    assert answers[long.key].parts is None
    assert answers[long.key].problem.endswith("exactly once")


def test_the_same_book_again_is_the_same_job(batch: Embedded) -> None:
    for _ in range(2):
        by_key(batch.translate(REQUESTS, "en", silent))
    assert batch.service is not None
    assert len(batch.service.state.jobs) == 1
    assert batch.service.segments == 3, "nothing is translated twice"


def test_many_pages_and_several_documents(batch: Embedded) -> None:
    batch._largest = 3000
    many = [request(f"d{i % 7}.md", *(f"text {i} ", ROLE_SLOT)) for i in range(400)]
    answers = by_key(batch.translate(many, "en", silent))
    assert [answers[r.key].parts for r in many] == [(f"TEXT {i} ", ROLE_SLOT) for i in range(400)]


def test_a_failed_job_tells_why(batch: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(JobRunner, "_translate", fail)
    answers = by_key(batch.translate(REQUESTS, "en", silent)).values()
    assert len(answers) == 3 and not any(a.parts or a.lasting for a in answers)
    for answer in answers:
        assert re.match(
            r"translation job \w+ is FAILED: RuntimeError: disk full; likely the role",
            answer.problem,
        )


def test_firefox_end_to_end() -> None:
    translator = embedded(offline=True, workers=2, singly=0)
    try:
        answers = by_key(translator.translate(REQUESTS, "en", silent))
        assert all(a.parts for a in answers.values())
        parts = answers[WITH_ROLE.key].parts or ()
        assert ROLE_SLOT in parts and "três" in str(parts)
        answers = by_key(translator.translate([r.to("zh") for r in REQUESTS], "en", silent))
        assert all(a.problem.startswith("no engine for en to zh") for a in answers.values())
    finally:
        translator.close()


# AWS ---------------------------------------------------------------------------------------------


def on(service: Service, **setup: Any) -> tuple[Amazon, Clients]:
    class Connection(Aws):
        def clients(self) -> Clients:
            return clients

    clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
    settings = {"bucket": BUCKET, "role_arn": ROLE, **setup}
    return Amazon(Setup(**settings), Connection()), clients


def test_parallel_data_makes_every_batch_a_job() -> None:
    with Service(engine="upper", workers=1) as service:
        amazon, clients = on(
            service, resources=(Resource(ResourceKind.PARALLEL_DATA, "pd", "en", ("pt",), "r1"),)
        )
        clients.s3.create_bucket(Bucket=BUCKET)
        clients.s3.put_object(Bucket=BUCKET, Key="pd.csv", Body=b"en,pt\na & b < c,melhor\n")
        config: Any = {"S3Uri": f"s3://{BUCKET}/pd.csv", "Format": "CSV"}
        clients.translate.create_parallel_data(Name="pd", ParallelDataConfig=config)
        while (
            clients.translate.get_parallel_data(Name="pd")["ParallelDataProperties"]["Status"]
            != "ACTIVE"
        ):
            pass
        answers = by_key(amazon.translate(REQUESTS[1:2], "en", silent))
        assert answers[PLAIN.key].parts == ("melhor",)
        assert amazon.signature("en", "pt") == "amazon-translate+parallel=pd@r1"


def test_errors_are_one_line_with_the_likely_cause() -> None:
    with Service(engine="upper", workers=1) as service:
        amazon, _ = on(service, bucket="no-such-bucket-here")
        amazon._singly = 0
        with pytest.raises(TranslatorError, match="create it in this region") as error:
            list(amazon.translate(REQUESTS, "en", silent))
        assert "\n" not in str(error.value)
        amazon, _ = on(service, terminology="absent")
        message = r"TranslateText: the terminology 'absent' does not exist \(ResourceNotFound"
        with pytest.raises(TranslatorError, match=message):
            list(amazon.translate(REQUESTS, "en", silent))
    with pytest.raises(TranslatorError, match="Could not connect"):
        amazon, clients = on(service)
        clients.translate.meta.events.register("needs-retry.*", lambda **_: None)
        list(amazon.translate(REQUESTS[:1], "en", silent))


@pytest.mark.slow
def test_without_credentials_or_region_a_hint_tells_what_to_do(tmp_path: Path) -> None:
    script = (
        "from amts_ext.translators.amazon import Amazon\n"
        "from amts_ext.translators.amazon.connection import Aws\n"
        "from amts_ext.translators.base import Request\n"
        "from amts_ext.translators.amazon.job import Setup\n"
        "import sys\n"
        "amazon = Amazon(Setup('b', 'r'), Aws(sys.argv[1]), singly=1)\n"
        "try: list(amazon.translate([Request('x', ('x',), 'a', ('pt',))], 'en', print))\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | {
        "HOME": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
    }

    def run(region: str) -> str:
        command = [sys.executable, "-c", script, region]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=DEADLINE
        ).stdout

    assert "set [amts] region" in run("") and "TranslatorError" in run("")
    assert "sign in" in run("us-east-1")


def test_busy_resources_are_waited_for() -> None:
    calls: list[int] = []

    def call() -> str:
        calls.append(1)
        if len(calls) < 3:
            raise ClientError({"Error": {"Code": "ConflictException", "Message": ""}}, "X")
        return "done"

    assert patiently(call, first=0.001) == "done" and len(calls) == 3
    with pytest.raises(ClientError):
        patiently(lambda: patiently(_refused), first=0.001)


def _refused() -> None:
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "X")


def test_a_config_without_bucket_or_role_is_refused() -> None:
    class Config:
        file = "config.ini"
        bucket = "b"
        role_arn = terminology = region = endpoint = kms_key = proxy = ""
        on_interrupt = "ask"
        memory = Path("nowhere/memory.sqlite")

    with pytest.raises(ConfigError, match="role_arn is empty") as error:
        from_config(Config())  # type: ignore[arg-type]
    assert str(error.value).startswith("config.ini: ")
    Config.role_arn = ROLE
    Config.terminology = "words"
    signature = from_config(Config()).signature("en", "zh")  # type: ignore[arg-type]
    assert signature == "amazon-translate+terms=words@"
