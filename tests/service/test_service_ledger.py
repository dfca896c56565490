"""The ledger of the embedded service: what was billed, and how fast requests came."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Thread

import pytest
from botocore.exceptions import BotoCoreError
from support.service_process import Clients, books, post, serving_command
from support.waiting import DEADLINE, Clock, clocked, fired, until

from amts_ext.service.limits import AWS_RATES, Limits, Rates
from amts_ext.service.server import Service
from amts_ext.service.state.ledger import Charge, Ledger
from amts_ext.translators.amazon.connection import START_RATE, Gate


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


def test_ten_jobs_run_at_once_and_the_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = {"fault": "linger", "operation": "Job", "state": "IN_PROGRESS", "seconds": 60}
    with Service(engine="upper", workers=1, faults=[rule]) as service:
        clock = clocked(service, monkeypatch)
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        clients.put("many/a.html", "<p>x</p>")
        jobs = [clients.start("many") for _ in range(14)]
        until(lambda: fired(service)() == 10)
        states = [clients.job(job)["JobStatus"] for job in jobs]
        assert states == ["IN_PROGRESS"] * 10 + ["SUBMITTED"] * 4
        clock.let_go()
        assert {clients.finished(job)["JobStatus"] for job in jobs} == {"COMPLETED"}
        assert service.ledger.peak_running == 10


def test_rates_are_held_where_they_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("amts_ext.service.limits.time", clock)
    with Service(engine="upper", workers=1, limits=Limits(rates=AWS_RATES)) as service:
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        clients.put("fast/a.html", "<p>x</p>")
        jobs = [clients.start("fast") for _ in range(5)]
        with pytest.raises(clients.translate.exceptions.TooManyRequestsException):
            clients.start("fast")
        assert service.ledger.peak_rate("StartTextTranslationJob", DEADLINE) == 6
        clock.pass_by(0.9)
        with pytest.raises(clients.translate.exceptions.TooManyRequestsException):
            clients.start("fast")
        clock.pass_by(0.1)
        clients.start("fast")
        for job in jobs * 2:
            clients.job(job)
        with pytest.raises(clients.translate.exceptions.TooManyRequestsException):
            clients.job(jobs[0])


# The ledger after a kill -9 of `amts service --dir` ----------------------------------------------


@pytest.mark.slow
def test_the_books_are_the_same_after_a_kill(tmp_path: Path) -> None:
    with serving_command(tmp_path) as (_, clients):
        post(clients, {"texts": True}, "ledger")
        clients.s3.create_bucket(Bucket="books")
        clients.put("in/a.html", "<p>The first page.</p>")
        job = clients.start("in")
        clients.finished(job)
        clients.text("The mean is a number.")
        with pytest.raises(clients.translate.exceptions.ResourceNotFoundException):
            clients.job("0" * 32)
        before = books(clients)
    assert len(before["charges"]) == 2 and before["peak_running"] == 1
    with serving_command(tmp_path) as (_, clients):
        assert books(clients) == before
        clients.text("The mean is a number.")
        [twice] = books(clients)["billed_twice"]
        assert (twice["text"], twice["count"]) == ("The mean is a number.", 2)


@pytest.mark.slow
def test_a_charge_is_kept_with_its_answer(tmp_path: Path) -> None:
    """Whatever was answered is booked, once; what was not answered may be."""
    answered: list[str] = []

    def run(clients: Clients, name: str) -> None:
        with suppress(BotoCoreError):
            for number in count():
                text = f"Sentence {number} of {name}."
                clients.text(text)
                answered.append(text)

    for life in range(3):
        with serving_command(tmp_path) as (process, clients):
            post(clients, {"texts": True}, "ledger")
            threads = [Thread(target=run, args=(clients, f"{life}-{i}")) for i in range(2)]
            for thread in threads:
                thread.start()
            target = len(answered) + 10
            until(lambda target=target: len(answered) >= target)
            os.kill(process.pid, signal.SIGKILL)
            for thread in threads:
                thread.join()
    with serving_command(tmp_path) as (_, clients):
        ledger = books(clients)
    booked = {t["text"]: t["count"] for t in ledger["texts"]}
    assert set(answered) <= set(booked) and set(booked.values()) == {1}
    assert len(booked) <= len(answered) + 2 * 3, "each client had one request on its way"
    assert len(ledger["times"]["TranslateText"]) >= len(booked)


@pytest.mark.slow
def test_a_client_that_keeps_a_rate_is_seen_to_keep_it_over_a_kill(tmp_path: Path) -> None:
    gate = Gate(START_RATE)
    for _ in range(2):
        with serving_command(tmp_path) as (_, clients):
            if "books" not in [b["Name"] for b in clients.s3.list_buckets()["Buckets"]]:
                clients.s3.create_bucket(Bucket="books")
            clients.put("in/a.html", "<p>The page.</p>")
            for _ in range(6):
                gate.wait()
                clients.start("in")
    with serving_command(tmp_path) as (_, clients):
        ledger = books(clients)
    assert len(ledger["times"]["StartTextTranslationJob"]) == 12
    assert ledger["peak_rates"]["StartTextTranslationJob"] <= 5
    assert ledger["peak_running"] <= 10


def test_the_last_requests_before_a_kill_count_for_the_rates(tmp_path: Path) -> None:
    rates = Rates({"X": 2, "Y": 2})
    rates.remember("X", [5.0, 0.1, 0.2])
    rates.remember("Z", [0.1])
    assert not rates.allow("X") and rates.allow("Y") and rates.allow("Z")
    limits = Limits(rates={"ListLanguages": 2})
    with Service(engine="upper", workers=1, directory=tmp_path, limits=limits) as service:
        service.ledger.request("ListLanguages", time.time() + 100)  # lasts until the next start
        service.ledger.request("ListLanguages", time.time() + 100)
    with Service(engine="upper", workers=1, directory=tmp_path, limits=limits) as service:
        clients = Clients(service.url)
        with pytest.raises(clients.translate.exceptions.TooManyRequestsException):
            clients.translate.list_languages()
