"""The HTTP server of the embedded service: S3 and Amazon Translate on one loopback port.

A request with an ``X-Amz-Target`` header of Amazon Translate goes to the operations, a request
below ``/_amts/`` to :mod:`amts_ext.service.control`, and everything else to moto's S3. The server
listens on 127.0.0.1 only, and :mod:`amts_ext.service.guard` refuses web pages.
"""

from __future__ import annotations

import signal
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from botocore.model import OperationModel
from platformdirs import user_cache_path

from amts_ext.errors import InputError
from amts_ext.service import guard, wire
from amts_ext.service.adaptation.adapter import Adapter
from amts_ext.service.content.translation import Translation
from amts_ext.service.control import PREFIX, answer, control_file
from amts_ext.service.engines.base import EngineOptions
from amts_ext.service.engines.pool import Pool
from amts_ext.service.engines.registry import make
from amts_ext.service.faults.rules import REQUEST_FAULTS, Faults
from amts_ext.service.guard import Environ, StartResponse
from amts_ext.service.limits import Limits, Rates
from amts_ext.service.operations.dispatch import Operations
from amts_ext.service.operations.jobs import JobRunner
from amts_ext.service.operations.resources import Resources
from amts_ext.service.state.ledger import Ledger
from amts_ext.service.state.restore import restore
from amts_ext.service.state.state import LogEntry, State
from amts_ext.service.state.storage import Storage
from amts_ext.service.state.store import FolderStore
from amts_ext.service.wire import ServiceError

if TYPE_CHECKING:
    from amts_ext.service.serving import Server

HOST = "127.0.0.1"
DEFAULT_ENGINE = "firefox"


class Service:
    """One embedded service; a context manager.

    ::

        with Service() as service:
            client = boto3.client("translate", endpoint_url=service.url, region_name="us-east-1")

    Any credentials will do.

    ``port``
        The port; 0 takes a free one, and :attr:`port` tells it after :meth:`start`.
    ``engine``
        A name of the entry-point group ``amts_ext.engines``, or ``module:attribute``.
    ``workers``
        The number of processes that translate.
    ``directory``
        A folder for the service's state. Every change is written there, and the next start goes on
        from there. Rules in its file ``faults.json`` are added to ``faults``.
    ``faults``
        Rules of :mod:`amts_ext.service.faults.rules`: what is to go wrong.
    ``texts``
        Whether the :attr:`ledger` keeps every text that is translated.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        engine: str = DEFAULT_ENGINE,
        options: EngineOptions | None = None,
        workers: int | None = None,
        directory: Path | None = None,
        limits: Limits | None = None,
        faults: Iterable[Mapping[str, Any]] = (),
        texts: bool = False,
    ) -> None:
        self.port = port
        self.state = State(limits, faults=Faults(faults), ledger=Ledger(texts))
        self._engine = engine
        self._options = options or EngineOptions()
        self._workers = workers
        self._directory = directory
        self._server: Server | None = None
        self._rates = Rates(self.state.limits.rates)

    @property
    def url(self) -> str:
        """The address of the service, boto3's ``endpoint_url``."""
        return f"http://{HOST}:{self.port}"

    @property
    def ledger(self) -> Ledger:
        """The record of what was billed and how fast requests came."""
        return self.state.ledger

    @property
    def faults(self) -> Faults:
        """The rules for faults; a test adds its own."""
        return self.state.faults

    @property
    def log(self) -> list[LogEntry]:
        """Every request to Amazon Translate so far, in order."""
        return self.state.log

    @property
    def segments(self) -> int:
        """The number of segments sent for translation so far."""
        return sum(entry.segments for entry in self.state.log)

    def start(self) -> Service:
        """Listen, and answer in background threads; return the service itself.

        Raises :class:`amts_ext.errors.ConfigError` if there is no such engine, and
        :class:`amts_ext.errors.InputError` if the port is taken or the directory cannot be used.
        """
        from amts_ext.service.serving import Server

        engine = make(self._engine, self._options)
        if self._directory:
            self.faults.add(control_file(self._directory / "faults.json"))
            self.state.store = FolderStore(self._directory)
        self._storage = Storage(self.state.store)
        self._pool = Pool(self._engine, self._options, self._workers)
        translation = Translation(engine, self._pool)
        self._adapter = Adapter(engine, self._pool, self._learned(), own=bool(self._directory))
        self._jobs = JobRunner(self.state, self._storage, translation, self._adapter)
        self._resources = Resources(self.state, self._storage, self._adapter, lambda: self.url)
        self._operations = Operations(
            self.state, translation, self._jobs, self._resources, self._adapter
        )
        try:
            if self._directory:
                restore(self.state, self._storage, str(self._directory))
                self._remember_rates()
        except InputError:
            self._release()
            raise
        try:
            self._server = Server(HOST, self.port, self._application)
        except (OSError, SystemExit) as error:
            self._release()
            raise InputError(f"port {self.port} is taken; choose another with --port") from error
        self.port = self._server.server_port
        self._server.start()
        self._jobs.resume()
        self._resources.resume()
        return self

    def close(self) -> None:
        """Stop listening, end the workers and give the memory back. Safe to call twice."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        self._jobs.stop()
        self._resources.stop()
        self._pool.close()
        self._adapter.close()
        self._jobs.close()
        self._resources.close()
        self._release()

    def _learned(self) -> Path:
        """Return the folder of trained engines: beside the state, or in the cache for models."""
        cache = Path(self._options.cache) if self._options.cache else user_cache_path("amts")
        return (self._directory or cache) / "adaptation"

    def _release(self) -> None:
        self._storage.close()
        self.state.store.close()

    def __enter__(self) -> Service:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _application(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Refuse a request, or pass it on by what it asks for (WSGI, PEP 3333)."""
        start_response = guard.shielded(start_response)
        if why := guard.objection(environ, self.port):
            return _respond(start_response, *guard.denial(environ, why))
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target.startswith(wire.TARGET + "."):
            return self._translate(target.partition(".")[2], environ, start_response)
        if path.startswith(PREFIX):
            status, body = answer(method, path, _body(environ), self.faults, self.state.ledger)
            return _respond(start_response, status, body, "", "application/json")
        if "/service/AWSShineFrontendService" in path:
            return _respond(start_response, *_wrong_protocol())
        return self._store(f"S3:{method}", path, environ, start_response)

    def _translate(
        self, operation: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request to Amazon Translate, with the faults that the rules ask for."""
        body = _body(environ)
        name = _name(body) if self.faults else ""
        mishap = self._mishap(operation, name, environ)
        if mishap.status:
            return _respond(start_response, mishap.status, b"a fault that was asked for", "")
        reply = self._answer(operation, body, mishap.error)
        if mishap.drop_after:
            _drop(environ)
        return _respond(start_response, *reply)

    def _store(
        self, operation: str, path: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request to S3, with the faults that the rules ask for."""
        self.ledger.request(operation, time.time())
        mishap = self._mishap(operation, path, environ)
        if mishap.error or mishap.status:
            _body(environ)
            error = mishap.error or ServiceError("ServiceUnavailable", "Please reduce your rate.")
            status = mishap.status or (503 if error.code == "SlowDown" else 400)
            text = f"<Error><Code>{error.code}</Code><Message>{error.message}</Message></Error>"
            return _respond(start_response, status, text.encode(), "", "application/xml")
        reply = self._storage.app(environ, start_response)
        if mishap.drop_after:
            _drop(environ)
        return reply

    def _mishap(self, operation: str, name: str, environ: Environ) -> _Mishap:
        """Return the faults of the answer by the rules; wait or drop the connection at once."""
        mishap = _Mishap()
        for rule in self.faults.fire(REQUEST_FAULTS, operation, name):
            if rule.fault == "slow":
                time.sleep(rule.seconds)
            elif rule.fault == "error":
                mishap.error = ServiceError(rule.code, rule.message, **rule.members)
            elif rule.fault == "status":
                mishap.status = rule.status
            elif rule.when == "after":
                mishap.drop_after = True
            else:
                _drop(environ)
        return mishap

    def _answer(self, name: str, body: bytes, fault: ServiceError | None) -> tuple[int, bytes, str]:
        """Answer one request to Amazon Translate and log it; return status, body and error code."""
        entry = LogEntry(name)
        self.state.log.append(entry)
        self.ledger.request(name, entry.when)
        try:
            operation = wire.operation(name)
            if fault:
                raise fault
            self._check_rate(operation)
            raw = wire.decode(body)
            entry.source, entry.targets = _languages(raw)
            self._operations.check_size(operation.name, raw)
            params = wire.check(operation, raw)
            return 200, wire.serialise(self._operations.handle(operation.name, params, entry)), ""
        except ServiceError as error:
            return self._refuse(entry, error)
        except Exception as error:  # a bug in the service must reach the client as an answer
            message = f"{type(error).__name__}: {error}"
            return self._refuse(entry, ServiceError("InternalServerException", message))

    def _refuse(self, entry: LogEntry, error: ServiceError) -> tuple[int, bytes, str]:
        entry.error = error.code
        self.ledger.refuse(error.code)
        return (*wire.serialise_error(error), error.code)

    def _remember_rates(self) -> None:
        """Count the last requests before a restart, which would else allow twice the rate."""
        now = time.time()
        for operation, times in self.ledger.times.items():
            self._rates.remember(operation, [now - when for when in times if now - when < 1])

    def _check_rate(self, operation: OperationModel) -> None:
        if not self._rates.allow(operation.name):
            code = "TooManyRequestsException"
            if code not in [shape.name for shape in operation.error_shapes]:
                code = "ThrottlingException"
            raise ServiceError(code, "Rate exceeded")


@dataclass(slots=True)
class _Mishap:
    """The faults of one answer, by the rules."""

    error: ServiceError | None = None
    status: int = 0
    drop_after: bool = False


def _drop(environ: Environ) -> None:
    """Close the connection without an answer. Always raises ConnectionAbortedError."""
    with suppress(OSError):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("dropped by a rule")


def _body(environ: Environ) -> bytes:
    body: bytes = environ["wsgi.input"].read()
    return body


def _name(body: bytes) -> str:
    """Return the name that rules compare: that of the request's job or resource, or a job's id."""
    with suppress(ServiceError):
        raw = wire.decode(body)
        return str(raw.get("JobName") or raw.get("Name") or raw.get("JobId") or "")
    return ""


def serve(
    port: int,
    directory: Path | str | None = None,
    *,
    engine: str = DEFAULT_ENGINE,
    options: EngineOptions | None = None,
    limits: Limits | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Run a service until SIGINT or SIGTERM; ``ready`` is called with its address.

    Raises what :meth:`Service.start` raises.
    """
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    folder = Path(directory) if directory else None
    with Service(port, engine=engine, options=options, directory=folder, limits=limits) as service:
        before = {s: signal.signal(s, ask) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            if ready:
                ready(service.url)
            while not stop.wait(1.0 if sys.platform == "win32" else None):
                pass
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _respond(
    start_response: StartResponse,
    status: int,
    body: bytes,
    error: str,
    kind: str = "application/x-amz-json-1.1",
) -> Iterable[bytes]:
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("x-amzn-RequestId", str(uuid.uuid4())),
    ]
    if error:
        headers.append(("x-amzn-ErrorType", error))
    start_response(f"{status} {'OK' if status == 200 else 'Error'}", headers)
    return [body]


def _wrong_protocol() -> tuple[int, bytes, str]:
    error = ServiceError(
        "UnknownOperationException",
        "the embedded service speaks AWS JSON 1.1, not Smithy RPC v2 CBOR; use boto3 1.40 to 1.44",
    )
    return (*wire.serialise_error(error), error.code)


def _languages(raw: wire.Json) -> tuple[str, tuple[str, ...]]:
    """Return the source and target languages of a request, for the log.

    >>> _languages({"SourceLanguageCode": "en", "TargetLanguageCodes": ["pt", "es"]})
    ('en', ('pt', 'es'))

    The request is not checked yet, so any value may have any type.
    """
    one = raw.get("TargetLanguageCode")
    many = raw.get("TargetLanguageCodes")
    targets = [one] if isinstance(one, str) else many if isinstance(many, list) else []
    return str(raw.get("SourceLanguageCode") or ""), tuple(map(str, targets))
