"""The embedded service from outside: protocol, texts, documents, life and death."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.places import ROOT
from support.service_calls import code, finished, get, parallel, put, raw, start, text
from support.waiting import DEADLINE, until

from amts_ext.errors import ConfigError, InputError
from amts_ext.service import wire
from amts_ext.service.engines.base import EngineOptions
from amts_ext.service.server import Service
from amts_ext.translators.amazon.connection import Clients, make_clients


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(engine="support.engines:Moody", workers=1) as service:
        yield service


@pytest.fixture(scope="module")
def clients(service: Service) -> Clients:
    clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
    clients.s3.create_bucket(Bucket="books")
    return clients


@pytest.fixture
def translate(clients: Clients) -> Any:
    return clients.translate


# The protocol ------------------------------------------------------------------------------------


def test_boto3_speaks_the_protocol_that_is_served(translate: Any) -> None:
    assert translate.meta.service_model.resolved_protocol == "json"


def test_every_operation_of_the_model_has_a_handler(service: Service) -> None:
    assert set(service._operations._handlers) == set(wire.service_model().operation_names)


def test_loopback_only(service: Service) -> None:
    assert service._server.server_address[0] == "127.0.0.1"


def test_a_start_imports_what_it_needs_and_no_more() -> None:
    """How long it takes is measured by ``benchmarks/service.py``, on a quiet machine."""
    script = (
        "import sys\n"
        "from amts_ext.service.server import Service\n"
        "late = {'numpy', 'py3langid'}\n"
        "print({'moto', 'boto3', 'flask', 'fxtranslate', *late} & set(sys.modules))\n"
        "with Service(): print(late & set(sys.modules))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert run.stdout == "set()\nset()\n"


def test_two_clients_share_one_port_for_s3_and_translate(clients: Clients) -> None:
    assert clients.s3.meta.endpoint_url == clients.translate.meta.endpoint_url
    assert get(clients, put(clients, "any/öö name.txt", "content")) == "content"


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        ("TranslateText", b"{", "SerializationException"),
        ("TranslateText", b"[]", "SerializationException"),
        ("TranslateText", b"\xff", "SerializationException"),
        ("TranslateText", b'{"Text": 3}', "SerializationException"),
        ("TranslateText", b'{"Text": "x"}', "ValidationException"),
        ("ListParallelData", b'{"MaxResults": "1"}', "SerializationException"),
        ("ListParallelData", b'{"MaxResults": 501}', "ValidationException"),
        ("ListParallelData", b'{"NextToken": "x"}', "InvalidParameterValueException"),
        ("ListParallelData", b'{"NextToken": "99999"}', "InvalidParameterValueException"),
        ("DescribeTextTranslationJob", b'{"JobId": "a#b"}', "ValidationException"),
        ("DropAllTables", b"{}", "UnknownOperationException"),
    ],
)
def test_bad_requests_get_typed_errors(
    service: Service, operation: str, body: bytes, expected: str
) -> None:
    status, answer, header = raw(service, f"{wire.TARGET}.{operation}", body)
    assert (status, answer["__type"], header) == (400, expected, expected)
    assert answer["Message"]


def test_all_broken_constraints_are_named(service: Service) -> None:
    body = b'{"Text": "x", "SourceLanguageCode": "e", "Settings": {"Formality": "RUDE"}}'
    _, answer, _ = raw(service, f"{wire.TARGET}.TranslateText", body)
    assert answer["Message"] == (
        "3 validation errors detected: "
        "Value '1' at 'sourceLanguageCode' failed to satisfy constraint: "
        "Member must have length greater than or equal to 2; "
        "Value null at 'targetLanguageCode' failed to satisfy constraint: Member must not be null; "
        "Value 'RUDE' at 'settings.formality' failed to satisfy constraint: "
        "Member must satisfy enum value set: [FORMAL, INFORMAL]"
    )


# Texts and documents -----------------------------------------------------------------------------


def test_translate_text(translate: Any) -> None:
    assert text(translate, "hello, a < b &amp; c\n") == "HELLO, a < b &AMP; C\n"
    html = 'Set <span translate="no">$x &lt; 1$</span> to <b>one &amp; two</b>.'
    assert text(translate, html) == (
        'SET <span translate="no">$x &lt; 1$</span> TO <b>ONE &amp; TWO</b>.'
    )


def test_text_limit_counts_bytes(translate: Any) -> None:
    assert len(text(translate, "é" * 5000)) == 5000
    with pytest.raises(translate.exceptions.TextSizeLimitExceededException, match="10001 bytes"):
        text(translate, "é" * 5000 + "x")


def test_unsupported_pairs(translate: Any) -> None:
    unsupported = translate.exceptions.UnsupportedLanguagePairException
    with pytest.raises(unsupported, match="nobody speaks it") as error:
        text(translate, "x", TargetLanguageCode="xx")
    assert error.value.response["TargetLanguageCode"] == "xx"


def test_an_engine_that_fails_is_an_internal_error(service: Service) -> None:
    """500 is an error that boto3 repeats, so it is asked without boto3."""
    body = b'{"Text": "explode", "SourceLanguageCode": "en", "TargetLanguageCode": "pt"}'
    status, answer, _ = raw(service, f"{wire.TARGET}.TranslateText", body)
    assert (status, answer["__type"]) == (500, "InternalServerException")
    assert "boom" in answer["Message"]


def test_translate_document(translate: Any) -> None:
    page = "<html><body class=x><p>one <i>two</i>&nbsp;<p translate=no>three</body></html>"
    document = {"Content": page.encode(), "ContentType": "text/html"}
    codes = {"SourceLanguageCode": "en", "TargetLanguageCode": "pt"}
    answer = translate.translate_document(Document=document, **codes)
    expected = page.replace("one", "ONE").replace("two", "TWO")
    assert answer["TranslatedDocument"]["Content"].decode() in (
        expected,
        expected.replace("&nbsp;", "\xa0"),
    )
    with pytest.raises(translate.exceptions.InvalidRequestException, match="not application/pdf"):
        translate.translate_document(
            Document={"Content": b"x", "ContentType": "application/pdf"}, **codes
        )
    large = {"Content": b"x" * 102401, "ContentType": "text/plain"}
    with pytest.raises(ClientError):
        translate.translate_document(Document=large, **codes)
    full = {"Content": b"1" * 102400, "ContentType": "text/plain"}
    translate.translate_document(Document=full, **codes)


def test_list_languages(translate: Any) -> None:
    listed = translate.list_languages(DisplayLanguageCode="pt", MaxResults=500)["Languages"]
    names = {x["LanguageCode"]: x["LanguageName"] for x in listed}
    assert names["en"] == "inglês" and names["zh"] == "chinês" and "zh-TW" in names


# Life and death ----------------------------------------------------------------------------------


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Clients]]:
    """A service in a process of its own, by ``serve``."""
    script = (
        "import sys\n"
        "from amts_ext.service.server import serve\n"
        "ready = lambda url: print(url, flush=True)\n"
        "serve(0, *sys.argv[1:], engine='upper', ready=ready)\n"
        "print('ended', flush=True)\n"
    )
    command = [sys.executable, "-c", script, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            yield process, make_clients(region="us-east-1", endpoint=url, dummy=True)
        finally:
            process.terminate()


@pytest.mark.slow
def test_state_survives_a_restart(tmp_path: Path) -> None:
    folder = "deep/" * 60
    with serving(str(tmp_path)) as (_, clients):
        clients.s3.create_bucket(Bucket="books")
        clients.s3.create_bucket(Bucket="empty-one")
        put(clients, f"in/{folder}a.html", "<p>one</p>")
        put(clients, "in/gone.html", "<p>x</p>")
        parallel(clients, "kept", "en,pt\none,um\n")
        clients.s3.delete_object(Bucket="books", Key="in/gone.html")
        clients.s3.delete_object(Bucket="books", Key="parallel/kept")
        job = start(clients, "in", ParallelDataNames=["kept"])
        submitted = finished(clients, job)["SubmittedTime"]
    with serving(str(tmp_path)) as (_, clients):
        assert [b["Name"] for b in clients.s3.list_buckets()["Buckets"]] == ["books", "empty-one"]
        assert get(clients, f"s3://books/in/{folder}a.html") == "<p>one</p>"
        assert abs(finished(clients, job)["SubmittedTime"] - submitted).total_seconds() < 0.01
        clients.s3.delete_object(Bucket="books", Key="parallel/kept")
        again = start(clients, "in", ParallelDataNames=["kept"])
        output = finished(clients, again)["OutputDataConfig"]["S3Uri"]
        result = get(clients, f"{output}{folder}pt.a.html")
        assert result == "<p>um</p>", "parallel data outlives its file"
    (tmp_path / "state.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be read"):
        Service(engine="upper", directory=tmp_path).start()


def test_a_taken_port_and_an_unknown_engine_are_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} is taken"):
            Service(port).start()
    with pytest.raises(ConfigError, match="unknown engine"):
        Service(engine="nosuch").start()


def test_offline_services_name_the_pair_and_the_way_out() -> None:
    options = EngineOptions(offline=True, cache="/nowhere")
    with Service(options=options, workers=1) as service:
        clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
        with pytest.raises(ClientError, match=r"en to zh: .*downloads are off") as error:
            text(clients.translate, "x", TargetLanguageCode="zh")
        assert code(error) == "UnsupportedLanguagePairException"
        assert not service._pool._started, "no worker for nothing"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_ends_on_a_signal(number: int) -> None:
    with serving() as (process, clients):
        assert text(clients.translate, "hello") == "HELLO"
        os.kill(process.pid, number)
        assert process.stdout is not None
        assert process.stdout.readline() == "ended\n"
        assert process.wait(DEADLINE) == 0


def test_close_can_be_called_twice_and_frees_the_port() -> None:
    service = Service(engine="upper").start()
    service.close()
    service.close()
    # Some kernels end a listening socket a moment after its close.
    until(lambda: not _listens(service.port), "the port is still open")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), DEADLINE).close()
    except OSError:
        return False
    return True
