"""The documented limits of Amazon Translate, as settings that a test can lower.

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
    """A counter of requests that refuses an operation once its rate is used up.

    >>> rates = Rates({"StartTextTranslationJob": 1})
    >>> rates.allow("StartTextTranslationJob"), rates.allow("StartTextTranslationJob")
    (True, False)

    Rates are in requests a second. Operations without a rate are always allowed. Safe to use from
    many threads.
    """

    def __init__(self, rates: Mapping[str, float]) -> None:
        self._rates = rates
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {name: deque() for name in rates}

    def remember(self, operation: str, ages: Iterable[float]) -> None:
        """Count requests that came before a restart; ``ages`` are in seconds."""
        if operation in self._times:
            now = time.monotonic()
            self._times[operation].extend(now - age for age in sorted(ages, reverse=True))

    def allow(self, operation: str) -> bool:
        """Count a request and return True; return False if the last second was full already."""
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
    """The limits of one service. The defaults are those of AWS, except that no rate is limited.

    >>> Limits(text_bytes=100).text_bytes
    100
    """

    text_bytes: int = 10_000
    """The text of one TranslateText request."""
    request_bytes: int = 100 * 1024
    """The document of one TranslateDocument request."""
    job_documents: int = 1_000_000
    """Documents in the input folder of a job."""
    job_bytes: int = 5 * 1024 * MB
    """All documents of a job together."""
    document_bytes: int = 20 * MB
    """One document of a job, with its markup."""
    document_characters: int = 1_000_000
    """One document of a job, with its markup; also the text that is sent of it."""
    translatable_bytes: int = MB
    """The text to translate in one document of a job."""
    targets: int = 10
    """Target languages of a job."""
    running: int = 10
    """Jobs that run at once."""
    queued: int = 1000
    """Jobs that wait."""
    parallel_file_bytes: int = 5 * 1024 * MB
    """The file of one parallel-data resource."""
    parallel_resources: int = 1000
    """Parallel-data resources of the account."""
    segment_bytes: int = 1000
    """One segment of parallel data."""
    terminology_bytes: int = 10 * MB
    """The file of one terminology."""
    terminologies: int = 100
    """Terminologies of the account."""
    term_bytes: int = 200
    """One term or its translation."""
    terms: int = 1
    """Terminologies of one request."""
    tags: int = 50
    """Tags of one resource."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """Requests a second by operation; other operations are not limited. See :data:`AWS_RATES`."""
    terminology_delay: float = 0
    """Seconds until an overwritten terminology takes effect; on AWS, up to 600."""
