"""``kill -9`` of a real build, in every state of the journal and at random moments."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import IO

import pytest
from support.aws import BUCKET, ROLE, TestBook, billed_twice, serving, tiny
from support.program import Done, environment, finish
from support.waiting import Clock, fired, until

from amts_ext.service.limits import AWS_RATES, Limits
from amts_ext.service.server import Service

BUILD = """
import sys
from amts_ext import translate_book
from amts_ext.progress import reporter
translate_book("config.ini", progress=reporter(True))
"""
AWS = """
[translation]
translator = aws
"""
ACCOUNT = "bucket = {}\nrole_arn = {}\nregion = us-east-1\nendpoint = {}\n"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with serving(limits=Limits(rates=AWS_RATES)) as running:
        yield running


def book(folder: Path, mark: str, service: Service) -> TestBook:
    made = tiny(folder, mark)
    config = folder / "config.ini"
    config.write_text(config.read_text() + ACCOUNT.format(BUCKET, ROLE, service.url) + AWS)
    return made


def start(made: TestBook, out: IO[str] | int = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD],
        cwd=made.root,
        env=environment(made.root),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def state(made: TestBook) -> str:
    """What the journal says."""
    for path in made.open_jobs:
        try:
            return "started" if json.loads(path.read_text())["id"] else "starting"
        except (OSError, ValueError):
            continue
    return "none"


def remembered(made: TestBook) -> int:
    """Units in the memory."""
    try:
        with closing(
            sqlite3.connect(f"file:{made.root}/.amts/memory.sqlite?mode=ro", uri=True)
        ) as db:
            return int(db.execute("SELECT count(*) FROM unit").fetchone()[0])
    except sqlite3.Error:
        return 0


def complete(made: TestBook, service: Service, mark: str) -> None:
    """The next build brings the book, and nothing was paid for twice."""
    done: Done = finish(start(made))
    assert done.code == 0, done.err
    for lang in made.langs:
        assert made.result(lang) == made.expected()
    assert billed_twice(service, mark) == {}
    assert made.open_jobs == []


SLOW = [
    {"fault": "slow", "operation": "Start*", "seconds": 0.2},
    {"fault": "linger", "operation": "Job", "seconds": 0.3},
    {"fault": "slow", "operation": "S3:*", "seconds": 0.02},
]


HELD = {
    "uploading": {"fault": "slow", "operation": "S3:PUT", "name": "*/in/*"},
    "starting": {"fault": "slow", "operation": "Start*"},
    "started": {"fault": "linger", "operation": "Job"},
    "running": {"fault": "slow", "operation": "Document", "skip": 3},
    "keeping": {"fault": "slow", "operation": "S3:GET", "name": "*/pt.*"},
}
"""What the service does not get done, by the moment at which it keeps the build."""


@pytest.mark.slow
@pytest.mark.parametrize("again", range(3))
@pytest.mark.parametrize("moment", HELD)
def test_a_kill_in_every_state(
    moment: str, again: int, service: Service, clock: Clock, tmp_path: Path
) -> None:
    mark = f"state{moment}{again}x"
    made = book(tmp_path / "book", mark, service)
    service.faults.clear()
    service.faults.add([{**HELD[moment], "seconds": 60}])
    begun = len(service.ledger.charges)
    process = start(made)
    there: dict[str, Callable[[], bool]] = {
        "started": lambda: state(made) == "started",
        "running": lambda: len(service.ledger.charges) > begun + 2 and state(made) == "started",
        "keeping": lambda: remembered(made) > 0,
    }
    until(fired(service))
    until(there.get(moment, lambda: True))
    assert process.poll() is None, "it was killed at its work"
    kill(process)
    assert state(made) == {"uploading": "none", "starting": "starting"}.get(moment, "started")
    clock.let_go()
    complete(made, service, mark)


@pytest.mark.slow
@pytest.mark.parametrize("run", range(15))
def test_kills_at_random_moments(run: int, service: Service, tmp_path: Path) -> None:
    random, mark = Random(run), f"random{run}x"
    made = book(tmp_path / "book", mark, service)
    service.faults.clear()
    service.faults.add(SLOW)
    for _ in range(random.randint(1, 2)):
        process = start(made)
        until((made.root / ".amts/jobs/lock").exists)
        time.sleep(random.uniform(0, 1.5))
        kill(process)
    complete(made, service, mark)


def test_two_builds_at_once_pay_once(service: Service, clock: Clock, tmp_path: Path) -> None:
    made = book(tmp_path / "book", "twicex", service)
    service.faults.clear()
    service.faults.add([{**HELD["started"], "seconds": 60}])
    first = start(made)
    until(fired(service))
    told = tmp_path / "told"
    with told.open("w") as out:
        second = start(made, out)
    waiting = "another build of this book is translating; waiting for it"
    until(lambda: f'"{waiting}"' in told.read_text(), "nothing for machines")
    clock.let_go()
    done = [finish(process) for process in (first, second)]
    assert [d.code for d in done] == [0, 0], done
    assert waiting in done[1].err, "for a person, on a terminal or in the log of a CI"
    for lang in made.langs:
        assert made.result(lang) == made.expected()
    assert billed_twice(service, "twicex") == {}


def test_no_limit_of_the_service_was_passed(service: Service) -> None:
    """Over all the builds above, which went at the rates of AWS."""
    ledger = service.ledger
    assert ledger.refused["TooManyRequestsException"] == 0, "no request came too early"
    for operation, rate in AWS_RATES.items():
        assert 0 < ledger.peak_rate(operation) <= rate
    assert ledger.peak_running <= 10
