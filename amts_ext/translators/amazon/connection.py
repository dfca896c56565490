"""boto3 clients, retries and errors: what every call to Amazon Translate and S3 shares."""

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
"""Errors that pass by themselves, and that boto3's own retries do not cover."""

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
"""Likely causes by error code, in words for a person."""


OF_ONE_TEXT = frozenset(
    {
        "DetectedLanguageLowConfidenceException",
        "InternalServerException",
        "InvalidRequestException",
        "TextSizeLimitExceededException",
        "ValidationException",
    }
)
"""Errors that the text in the request may have caused: the next text may be translated."""


class TextError(TranslatorError):
    """The service answered, and would not translate this text."""


_LOOPBACK = re.compile(r"https?://(127\.|localhost\b|\[::1\])")


class Gate:
    """Lets calls through at no more than a rate, whoever makes them in this process."""

    def __init__(self, per_second: float) -> None:
        self._pause = 1 / per_second
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when it is the caller's turn."""
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self._pause
        time.sleep(max(0.0, turn - time.monotonic()))


START_RATE = 4.0
"""Jobs to start a second; the service takes 5."""
LOOK_RATE = 8.0
"""Looks at jobs a second, over all jobs and languages; the service takes 10."""
FAR, NEAR = (5.0, 30.0), (0.02, 0.5)
"""Pauses for an account of AWS, where each look is a request of a limited number, and for a service
on this machine."""


@dataclass(frozen=True, slots=True)
class Clients:
    """The two clients, with the gates and pauses that all their users share."""

    s3: S3Client
    translate: TranslateClient
    pauses: tuple[float, float] = FAR
    """Seconds between two looks at what the service does: at first, at most."""
    start_gate: Gate = field(default_factory=lambda: Gate(START_RATE))
    look_gate: Gate = field(default_factory=lambda: Gate(LOOK_RATE))

    @property
    def where(self) -> str:
        """Region, or the address that stands in for AWS."""
        meta = self.translate.meta
        url = str(meta.endpoint_url)
        return str(meta.region_name) if ".amazonaws.com" in url else url


class Connection(Protocol):
    """Where the clients come from; reached at the first translation only."""

    def clients(self) -> Clients:
        """Connect, or give the same clients again; raises TranslatorError."""

    def close(self) -> None:
        """Release what :meth:`clients` made."""


class Aws:
    """Clients by boto3's own chain of credentials and region; ``endpoint`` replaces AWS's."""

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
        """Close the connections."""
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
    """Create the clients; ``dummy`` credentials are for the embedded service.

    Retries are named here because botocore's default has changed between versions.
    """
    import boto3
    import botocore
    from botocore.config import Config

    near = bool(endpoint and _LOOPBACK.match(endpoint))
    config = Config(
        # What the embedded service refuses once, it refuses again.
        retries={"mode": "standard", "total_max_attempts": 2 if dummy else 8},
        read_timeout=timeout,
        max_pool_connections=20,
        # What botocore tells of itself by default, it puts together anew for each request.
        user_agent=f"amts/{__version__} Botocore/{botocore.__version__}",
        # The signature covers what is sent, and sizes are compared with what a listing tells.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # A proxy of the environment cannot reach what is on this machine's loopback.
        proxies={} if near else _proxies(proxy),
    )
    session = boto3.Session(
        region_name=region or None,
        aws_access_key_id="embedded" if dummy else None,
        aws_secret_access_key="embedded" if dummy else None,
    )
    s3 = session.client("s3", endpoint_url=endpoint, config=config)
    s3.meta.events.register("before-sign.s3.PutObject", _unasked)
    translate = session.client("translate", endpoint_url=endpoint, config=config)
    return Clients(s3, translate, NEAR if near else FAR)


def _unasked(request: AWSRequest, **_: object) -> None:
    """Documents are small: to ask S3 first whether one may come takes longer than to send it."""
    del request.headers["Expect"]


def _proxies(proxy: str) -> dict[str, str] | None:
    return {"http": proxy, "https": proxy} if proxy else None  # None: what the environment says


@contextmanager
def errors_told(doing: str) -> Iterator[None]:
    """Tell botocore's errors in one line for a person: ``with errors_told("TranslateText"):``.

    Raises :class:`amts_ext.errors.UnsupportedPairError` or
    :class:`amts_ext.errors.TranslatorError`.
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
    """Call again, with growing pauses, while somebody else changes the same thing.

    ``busy``: further codes of errors that pass. Raises what ``call`` raises.
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
    """The service's code of the error; empty if the service did not answer."""
    from botocore.exceptions import ClientError

    cause = error.__cause__
    return str(cause.response["Error"].get("Code", "")) if isinstance(cause, ClientError) else ""


def one_line(text: str) -> str:
    """The text without line ends."""
    return " ".join(text.split())
