"""The ledger of the embedded service: what was billed, and how fast requests came."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from service_clients import Clients

from amts_ext.service.ledger import Charge, Ledger
from amts_ext.service.limits import AWS_RATES, Limits
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
