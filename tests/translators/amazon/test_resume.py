"""No crash and no fault of the service makes a book pay twice or lose a segment."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.aws import Connection, Crash, Points, TestBook, billed_twice, serving, tiny

from amts_ext.errors import AmtsError
from amts_ext.service.server import Service
from amts_ext.text.outcome import Result

pytestmark = pytest.mark.slow

RUNS = itertools.count()


@dataclass
class Aws:
    """One service for all runs, and the client's way to it."""

    service: Service
    connection: Connection


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with serving() as running:
        yield Aws(running, Connection(running.url))


@pytest.fixture(scope="module", autouse=True)
def quick_retries() -> Iterator[None]:
    """botocore's pauses between retries, a hundredth as long."""
    import botocore.endpoint

    real = botocore.endpoint.time  # type: ignore[attr-defined]
    botocore.endpoint.time = SimpleNamespace(  # type: ignore[attr-defined]
        sleep=lambda seconds: time.sleep(seconds / 100)
    )
    yield
    botocore.endpoint.time = real  # type: ignore[attr-defined]


def finish(book: TestBook, aws: Aws, crashes: list[int]) -> dict[str, Result]:
    """Build, die at each of the crash points in turn, and build to the end.

    A fault may stop the last build with one line; then the next one, without faults, goes on.
    """
    for at in [*crashes, 0]:
        try:
            results = book.build(aws.connection, Points(at))
        except Crash:
            continue
        except AmtsError as error:
            assert "\n" not in str(error)
        else:
            if at == 0:
                return results
    aws.service.faults.clear()
    return book.build(aws.connection)


TRANSPORT = st.fixed_dictionaries(
    {
        "fault": st.sampled_from(["error", "status", "drop", "slow"]),
        "operation": st.sampled_from(["*Job*", "S3:*", "Start*", "List*", "Describe*"]),
        "when": st.sampled_from(["before", "after"]),
        "first": st.integers(1, 2),
        "skip": st.integers(0, 6),
    },
).map(lambda rule: rule | {"seconds": 0.02})
WAITS = st.fixed_dictionaries(
    {
        "fault": st.just("linger"),
        "operation": st.just("Job"),
        "state": st.sampled_from(["SUBMITTED", "IN_PROGRESS"]),
        "seconds": st.floats(0, 0.1),
        "first": st.just(1),
    }
)
COUNTS = st.just({"fault": "counts", "operation": "Job", "counts": {"TranslatedDocumentsCount": 0}})
FAILS = st.just({"fault": "fail", "operation": "Job", "first": 1, "message": "no reason"})
HARMLESS = st.lists(st.one_of(TRANSPORT, WAITS, COUNTS, FAILS), max_size=3)
CRASHES = st.lists(st.integers(1, 40), max_size=3)
PROPERTY = settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(rules=HARMLESS, crashes=CRASHES)
@PROPERTY
def test_nothing_is_paid_for_twice(
    rules: list[dict[str, Any]], crashes: list[int], aws: Aws, tmp_path: Path
) -> None:
    """Whatever the transport does and wherever it crashes, each text is billed once."""
    mark = f"run{next(RUNS)}x"
    book = tiny(tmp_path / mark, mark)
    aws.service.faults.clear()
    aws.service.faults.add(rules)
    finish(book, aws, crashes)
    for lang in book.langs:
        assert book.result(lang) == book.expected()
    assert billed_twice(aws.service, mark) == {}
    assert book.open_jobs == []


DAMAGE = st.fixed_dictionaries(
    {
        "fault": st.sampled_from(
            ["document_error", "missing", "lose_slot", "double_slot", "dnt", "truncate", "spaces"]
        ),
        "operation": st.sampled_from(["Document", "TranslateText"]),
        "name": st.sampled_from(["*d0*", "*d1*", "*"]),
        "target": st.sampled_from(["pt", "*"]),
        "first": st.integers(1, 9),
        "fraction": st.floats(0, 1),
        "code": st.just("InternalServerException"),
    }
).map(lambda rule: rule | ({"operation": "Document"} if rule["fault"] == "truncate" else {}))
"""Plain text that is cut off in a whole answer cannot be told from a short translation."""


@given(rules=st.lists(DAMAGE, min_size=1, max_size=3), more=HARMLESS, crashes=CRASHES)
@PROPERTY
def test_what_is_damaged_is_sent_again_and_nothing_else(
    rules: list[dict[str, Any]],
    more: list[dict[str, Any]],
    crashes: list[int],
    aws: Aws,
    tmp_path: Path,
) -> None:
    """Damaged documents: the fault-free book, or the remaining segments are listed."""
    mark = f"run{next(RUNS)}x"
    book = tiny(tmp_path / mark, mark)
    aws.service.faults.clear()
    aws.service.faults.add(rules + more)
    results = finish(book, aws, crashes)
    for lang, result in results.items():
        listed = {problem.source for problem in result.problems}
        assert len(listed) == result.counts["untranslated"] + result.counts["rejected"]
        if not listed:
            assert book.result(lang) == book.expected()
    hit = {r["target"] for r in rules}
    spared = {"es"} - hit if "*" not in hit else set[str]()
    again = billed_twice(aws.service, mark)
    assert not [text for text in again if text[1] in spared], "only what was damaged"
    tries = (2 + 1) * (len(crashes) + 2)
    assert all(count <= tries for count in again.values())
    assert book.open_jobs == []


def test_the_rates_and_the_jobs_of_all_runs(aws: Aws) -> None:
    """After all those runs (the gates were ten times as fast as on AWS)."""
    ledger = aws.service.ledger
    assert ledger.peak_running <= 10
    assert 0 < ledger.peak_rate("StartTextTranslationJob") <= 50
    assert 0 < ledger.peak_rate("DescribeTextTranslationJob") <= 100
