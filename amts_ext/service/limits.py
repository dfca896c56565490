"""The documented limits of Amazon Translate, as settings: tests lower them and need no 5 GB.

Sources: https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html,
https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data.html and
https://docs.aws.amazon.com/translate/latest/dg/creating-custom-terminology.html.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MB = 1024 * 1024
AWS_RATES: Mapping[str, float] = {"StartTextTranslationJob": 5, "DescribeTextTranslationJob": 10}
"""Requests a second that an account may send, by operation."""


class Rates:
    """Says when an operation is asked for too often; safe to use from many threads."""

    def __init__(self, rates: Mapping[str, float]) -> None:
        self._rates = rates
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {name: deque() for name in rates}

    def remember(self, operation: str, ages: Iterable[float]) -> None:
        """Count requests that came so many seconds ago, before a restart."""
        if operation in self._times:
            now = time.monotonic()
            self._times[operation].extend(now - age for age in sorted(ages, reverse=True))

    def allow(self, operation: str) -> bool:
        """Count a request, unless there were as many as allowed in the last second."""
        times = self._times.get(operation)
        if times is None:
            return True
        with self._lock:
            now = time.monotonic()
            while times and now - times[0] >= 1:
                times.popleft()
            if len(times) >= self._rates[operation]:
                return False
            times.append(now)
            return True


@dataclass(frozen=True, slots=True)
class Limits:
    """What one service accepts; the defaults are those of AWS, but for ``rates``."""

    text_bytes: int = 10_000
    """TranslateText."""
    request_bytes: int = 100 * 1024
    """TranslateDocument."""
    job_documents: int = 1_000_000
    job_bytes: int = 5 * 1024 * MB
    document_bytes: int = 20 * MB
    """One document of a job, markup and all."""
    document_characters: int = 1_000_000
    translatable_bytes: int = MB
    """Text to translate in one document of a job."""
    targets: int = 10
    """Target languages of a job."""
    running: int = 10
    queued: int = 1000
    parallel_file_bytes: int = 5 * 1024 * MB
    parallel_resources: int = 1000
    segment_bytes: int = 1000
    """One segment of parallel data."""
    terminology_bytes: int = 10 * MB
    terminologies: int = 100
    term_bytes: int = 200
    terms: int = 1
    """Terminologies of one request."""
    tags: int = 50
    rates: Mapping[str, float] = field(default_factory=dict)
    """Requests a second by operation; others are not limited. See :data:`AWS_RATES`."""
    terminology_delay: float = 0
    """Seconds until an overwritten terminology takes effect; on AWS, up to 600."""
