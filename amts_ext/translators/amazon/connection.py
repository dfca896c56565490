"""boto3 clients, retries and error messages, shared by all calls to Amazon Translate and S3."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from amts_ext import __version__
from amts_ext.errors import TranslatorError, UnsupportedPairError

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_translate import TranslateClient

T = TypeVar("T")

BUSY = frozenset({"ConcurrentModificationException", "ConflictException"})
"""Codes of errors that pass by themselves and that boto3 does not retry."""

LIKELY = {
    "AccessDenied": "the credentials may not use the bucket or Amazon Translate",
    "AccessDeniedException": "the credentials may not use Amazon Translate, or not pass the role",
    "ExpiredToken": "the credentials have expired; sign in again",
    "ExpiredTokenException": "the credentials have expired; sign in again",
    "InvalidClientTokenId": "the access key is not valid",
    "NoSuchBucket": "the bucket does not exist; create it in this region, or set [amts] bucket",
    "PermanentRedirect": "the bucket is in another region; set [amts] region to that one",
    "ResourceNotFoundException": "`amts parallel-data status` and `amts terminology list` write "
    "down anew what is there",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key",
    "UnrecognizedClientException": "the access key is not valid in this region",
}
"""The likely cause of each error code, in words for a person."""


OF_ONE_TEXT = frozenset(
    {
        "DetectedLanguageLowConfidenceException",
        "InternalServerException",
        "InvalidRequestException",
        "TextSizeLimitExceededException",
        "ValidationException",
    }
)
"""Codes of errors that the text in the request may have caused, so that other texts may succeed."""


class TextError(TranslatorError):
    """A refusal of one text: the service answered, and did not translate it."""


_LOOPBACK = re.compile(r"https?://(127\.|localhost\b|\[::1\])")


class Gate:
    """A limit on the rate of calls, for all threads of this process together.

    ::

        gate = Gate(per_second=4.0)
        for job in jobs:
            gate.wait()
            start(job)
    """

    def __init__(self, per_second: float) -> None:
        self._pause = 1 / per_second
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Sleep until it is the caller's turn."""
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self._pause
        time.sleep(max(0.0, turn - time.monotonic()))


START_RATE = 4.0
"""Jobs started in a second, at most; the service allows 5."""
LOOK_RATE = 8.0
"""Requests for the state of jobs in a second, at most; the service allows 10."""
FAR, NEAR = (5.0, 30.0), (0.02, 0.5)
"""The first and the longest pause between two looks at a job, in seconds: at AWS, which limits the
number of requests, and at a service on this machine."""


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients of S3 and Amazon Translate, with the gates and pauses that all users share."""

    s3: S3Client
    translate: TranslateClient
    pauses: tuple[float, float] = FAR
    """The first and the longest pause between two looks at a job, in seconds."""
    start_gate: Gate = field(default_factory=lambda: Gate(START_RATE))
    look_gate: Gate = field(default_factory=lambda: Gate(LOOK_RATE))

    @property
    def where(self) -> str:
        """The region at AWS, such as ``us-east-1``; else the address of the service."""
        meta = self.translate.meta
        url = str(meta.endpoint_url)
        return str(meta.region_name) if ".amazonaws.com" in url else url


class Connection(Protocol):
    """A source of clients, which connects only when the first text is translated."""

    def clients(self) -> Clients:
        """Return the clients; the first call makes them.

        Raises :class:`~amts_ext.errors.TranslatorError` if that fails.
        """

    def close(self) -> None:
        """Close the clients."""


class Aws:
    """A connection to AWS, with the credentials and the region that boto3 finds.

    ``region`` comes before boto3's. ``endpoint`` is an address to use in place of AWS's.
    """

    def __init__(self, region: str = "", endpoint: str = "", proxy: str = "") -> None:
        self._settings: dict[str, Any] = {
            "region": region,
            "endpoint": endpoint or None,
            "proxy": proxy,
        }
        self._clients: Clients | None = None

    def clients(self) -> Clients:
        if self._clients is None:
            with errors_told("connecting"):
                self._clients = make_clients(**self._settings)
        return self._clients

    def close(self) -> None:
        """Close the clients; the next use makes new ones."""
        if self._clients is not None:
            self._clients.s3.close()
            self._clients.translate.close()
        self._clients = None


def make_clients(
    *,
    region: str = "",
    endpoint: str | None = None,
    proxy: str = "",
    dummy: bool = False,
    timeout: float = 60,
) -> Clients:
    """Make the clients.

    ``dummy`` gives them credentials that only the embedded service takes. ``timeout`` is the
    longest wait for an answer, in seconds.
    """
    import boto3
    import botocore
    from botocore.config import Config

    near = bool(endpoint and _LOOPBACK.match(endpoint))
    config = Config(
        # Named, because botocore's default has changed between versions. The embedded service is
        # asked twice at most: it would refuse a request again.
        retries={"mode": "standard", "total_max_attempts": 2 if dummy else 8},
        read_timeout=timeout,
        max_pool_connections=20,
        # botocore's default is composed anew for each request, which takes time.
        user_agent=f"amts/{__version__} Botocore/{botocore.__version__}",
        # No further checksums are needed: the signature covers what is sent, and the size of what
        # comes is compared with the listing.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # A proxy from the environment cannot reach this machine's loopback.
        proxies={} if near else _proxies(proxy),
    )
    session = boto3.Session(
        region_name=region or None,
        aws_access_key_id="embedded" if dummy else None,
        aws_secret_access_key="embedded" if dummy else None,
    )
    s3 = session.client("s3", endpoint_url=endpoint, config=config)
    s3.meta.events.register("before-sign.s3.PutObject", _drop_expect)
    translate = session.client("translate", endpoint_url=endpoint, config=config)
    return Clients(s3, translate, NEAR if near else FAR)


def _drop_expect(request: AWSRequest, **_: object) -> None:
    """Send a document without asking S3 first: documents are small, and asking takes longer."""
    del request.headers["Expect"]


def _proxies(proxy: str) -> dict[str, str] | None:
    return {"http": proxy, "https": proxy} if proxy else None  # None: the environment's proxies


@contextmanager
def errors_told(doing: str) -> Iterator[None]:
    """Turn the errors of boto3 and botocore into one line for a person.

    ::

        with errors_told("TranslateText"):
            clients.translate.translate_text(**request)

    Raises :class:`amts_ext.errors.UnsupportedPairError` for a pair that the service does not know,
    :class:`TextError` for a refusal of one text, else :class:`amts_ext.errors.TranslatorError`.
    """
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _told(error.response, doing) from error
    except (BotoCoreError, Boto3Error) as error:
        raise TranslatorError(f"{doing}: {one_line(str(error))}{_hint(error)}") from error


def patiently(
    call: Callable[[], T], attempts: int = 8, first: float = 0.5, busy: Collection[str] = ()
) -> T:
    """Call a function, and again after growing pauses while it fails with a passing error.

    Passing errors have a code in :data:`BUSY` or ``busy``: somebody else is changing the resource.
    ``first`` is the first pause in seconds; a pause is 60 seconds at most. Raises the error of the
    last attempt, and any other error at once.
    """
    from botocore.exceptions import ClientError

    for attempt in range(attempts):
        try:
            return call()
        except ClientError as error:
            passing = error.response["Error"].get("Code") in (*BUSY, *busy)
            if attempt + 1 == attempts or not passing:
                raise
        time.sleep(min(60.0, first * 2**attempt) * random.uniform(0.5, 1))
    raise AssertionError("not reached")


def _told(response: object, doing: str) -> TranslatorError:
    details = response.get("Error", {}) if isinstance(response, dict) else {}
    code, message = details.get("Code", ""), one_line(details.get("Message", ""))
    if code == "UnsupportedLanguagePairException":
        return UnsupportedPairError(message)
    likely = LIKELY.get(code)
    kind = TextError if code in OF_ONE_TEXT else TranslatorError
    return kind(f"{doing}: {message} ({code}){f'; {likely}' if likely else ''}")


def _hint(error: Exception) -> str:
    hints = {
        "NoCredentialsError": "; sign in (`aws configure` or `aws sso login`) or set AWS_PROFILE",
        "NoRegionError": "; set [amts] region",
        "EndpointConnectionError": "; check the network, region and endpoint in [amts]",
        "ProfileNotFound": "; check AWS_PROFILE",
        "ProxyConnectionError": "; check proxy in [amts], or HTTPS_PROXY",
    }
    return hints.get(type(error).__name__, "")


def code_of(error: TranslatorError) -> str:
    """Return the service's code of an error; empty if the service did not answer."""
    from botocore.exceptions import ClientError

    cause = error.__cause__
    return str(cause.response["Error"].get("Code", "")) if isinstance(cause, ClientError) else ""


def one_line(text: str) -> str:
    """Return the text on one line, with one blank between two words.

    >>> one_line("An error\\n  occurred")
    'An error occurred'
    """
    return " ".join(text.split())
