"""Waiting for what happens, not for seconds: on a busy machine everything takes longer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Event
from types import SimpleNamespace
from typing import TypeVar

import pytest

from amts_ext.service import server
from amts_ext.service.operations import jobs, terminologies
from amts_ext.service.server import Service
from amts_ext.service.state import state

T = TypeVar("T")

DEADLINE = 600.0
"""Seconds after which something hangs. It ends a test that fails; no test proves anything by it."""
PAUSE = 0.02
"""Seconds between two looks, here and in the service."""


def until(happened: Callable[[], T], what: str = "it did not happen") -> T:
    """Wait until something is so; what it was."""
    end = time.monotonic() + DEADLINE
    while not (found := happened()):
        assert time.monotonic() < end, what
        time.sleep(PAUSE / 2)
    return found


class Clock:
    """A clock that stands still until the test moves it.

    >>> clock = Clock()
    >>> clock.pass_by(60)
    >>> clock.monotonic()
    60.0
    """

    def __init__(self) -> None:
        self._began = time.time()
        self._now = 0.0

    def pass_by(self, seconds: float) -> None:
        """So many seconds later, whoever waits for them goes on."""
        self._now += seconds

    def let_go(self) -> None:
        """From now on nobody waits for anything."""
        self._now = math.inf

    def monotonic(self) -> float:
        return self._now

    def time(self) -> float:
        return self._began + self._now

    def sleep(self, seconds: float) -> None:
        end = self._now + seconds
        until(lambda: self._now >= end, "the clock was not moved")

    def waiter(self, event: Event) -> Callable[[float], bool]:
        """``event.wait`` by this clock; a short wait is a look again and again, and stays one."""
        real = event.wait

        def wait(seconds: float) -> bool:
            if seconds <= PAUSE:
                return real(seconds)
            end = self._now + seconds
            until(lambda: event.is_set() or self._now >= end, "the clock was not moved")
            return event.is_set()

        return wait


def clocked(service: Service, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock for all that rules and limits make a service wait for; the rates keep real time.

    It is to be let go before the service is closed.
    """
    clock = Clock()
    real = SimpleNamespace(time=time.time, monotonic=clock.monotonic, sleep=clock.sleep)
    for module in (jobs, server):
        monkeypatch.setattr(module, "time", real)
    for module in (state, terminologies):
        monkeypatch.setattr(module, "time", clock)
    for closed in (service._jobs._closed, service._resources._parallel._closed):
        monkeypatch.setattr(closed, "wait", clock.waiter(closed))
    return clock


def fired(service: Service, number: int = 0) -> Callable[[], int]:
    """How often a rule did something, to be asked again and again."""
    return lambda: int(service.faults.plain()[number]["fired"])
