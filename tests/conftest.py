"""The fixtures of several test files, and how examples are drawn and interrupts taken in all."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.aws import Connection, serving
from support.places import SHARED
from support.waiting import Clock, clocked

from amts_ext import progress
from amts_ext.memory import Memory
from amts_ext.service.server import Service

# A busy machine draws examples slowly: that is no fault of theirs.
settings.register_profile(
    "default",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("default")

# A process that was started with SIGINT ignored (`nohup … &`, and some CI runners) hands that down
# to its children, which Ctrl-C would not end; what has a handler starts with the default in them.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Where a test reads all of standard error, a slow run must say no more than a quick one.
progress.SECONDS_BETWEEN_LINES = math.inf


@pytest.fixture(scope="session")
def shared() -> Path:
    """The large books; a test that needs them is skipped where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("the large books of ../shared/data are not on this machine")
    return SHARED


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "memory.sqlite")


@pytest.fixture
def service() -> Iterator[Service]:
    """An embedded service whose engine turns words into capitals; the bucket is there."""
    with serving() as running:
        yield running


@pytest.fixture
def clock(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock of the test's service; it stands still."""
    clock = clocked(service, monkeypatch)
    yield clock
    clock.let_go()


@pytest.fixture
def connection(service: Service) -> Connection:
    """The client's way to it, in a hurry."""
    return Connection(service.url)
