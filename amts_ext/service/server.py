"""The HTTP end of the embedded service: S3 and Amazon Translate on one loopback port.

A request with an ``X-Amz-Target`` header of Amazon Translate goes to the operations, everything
else to moto's S3. The server listens on 127.0.0.1 and nowhere else.
"""

from __future__ import annotations

import signal
import sys
import threading
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from amts_ext.errors import InputError
from amts_ext.service import snapshot, wire
from amts_ext.service.engines.base import EngineOptions
from amts_ext.service.engines.pool import Pool
from amts_ext.service.engines.registry import make
from amts_ext.service.jobs import Jobs
from amts_ext.service.limits import Limits
from amts_ext.service.operations import Operations
from amts_ext.service.resources import Resources
from amts_ext.service.state import LogEntry, State
from amts_ext.service.storage import Storage
from amts_ext.service.translation import Translation
from amts_ext.service.wire import ServiceError

HOST = "127.0.0.1"
DEFAULT_ENGINE = "firefox"

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Service:
    """One embedded service; a context manager.

    ``port`` 0 takes a free one (see :attr:`port` after :meth:`start`). ``engine`` is a name of the
    entry-point group ``amts_ext.engines`` or ``module:attribute``. With a ``directory``, the state
    is read from it at the start and written to it at :meth:`close`.
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
    ) -> None:
        self.port = port
        self.state = State(limits)
        self._engine = engine
        self._options = options or EngineOptions()
        self._workers = workers
        self._directory = directory
        self._server: Any = None

    @property
    def url(self) -> str:
        """The endpoint for boto3."""
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> list[LogEntry]:
        """Every request to Amazon Translate so far, in order."""
        return self.state.log

    @property
    def segments(self) -> int:
        """Segments that were sent for translation so far."""
        return sum(entry.segments for entry in self.state.log)

    def start(self) -> Service:
        """Listen, and answer in background threads.

        Raises :class:`amts_ext.errors.ConfigError` (engine) or
        :class:`amts_ext.errors.InputError` (port taken).
        """
        from werkzeug.serving import make_server

        engine = make(self._engine, self._options)
        self._storage = Storage()
        self._pool = Pool(self._engine, self._options, self._workers)
        translation = Translation(engine, self._pool)
        self._jobs = Jobs(self.state, self._storage, translation)
        self._resources = Resources(self.state, self._storage, lambda: self.url)
        self._operations = Operations(self.state, translation, self._jobs, self._resources)
        if self._directory:
            snapshot.load(self._directory, self.state, self._storage)
        try:
            self._server = make_server(
                HOST, self.port, self._application, threaded=True, request_handler=_handler()
            )
        except (OSError, SystemExit) as error:
            self._storage.close()
            raise InputError(f"port {self.port} is taken; choose another with --port") from error
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def close(self) -> None:
        """Stop listening, end the workers, forget everything. Safe to call twice."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._server = None
        self._pool.close()
        self._jobs.close()
        self._resources.close()
        if self._directory:
            snapshot.save(self._directory, self.state, self._storage)
        self._storage.close()

    def __enter__(self) -> Service:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _application(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if not target.startswith(wire.TARGET + "."):
            if "/service/AWSShineFrontendService" in environ.get("PATH_INFO", ""):
                return _respond(start_response, *_wrong_protocol())
            answer: Iterable[bytes] = self._storage.app(environ, start_response)
            return answer
        length = int(environ.get("CONTENT_LENGTH") or 0)
        status, body, kind = self._answer(target, environ["wsgi.input"].read(length))
        return _respond(start_response, status, body, kind)

    def _answer(self, target: str, body: bytes) -> tuple[int, bytes, str]:
        """Status, body and error code of one Translate request; records it in the log."""
        entry = LogEntry(target.partition(".")[2])
        self.state.log.append(entry)
        try:
            operation = wire.operation(target)
            raw = wire.decode(body)
            entry.source, entry.targets = _languages(raw)
            self._operations.check_size(operation.name, raw)
            params = wire.check(operation, raw)
            return 200, wire.serialise(self._operations.handle(operation.name, params, entry)), ""
        except ServiceError as error:
            entry.error = error.code
            return (*wire.serialise_error(error), error.code)
        except Exception as error:  # a bug of ours must reach the client as an answer
            entry.error = "InternalServerException"
            hidden = ServiceError(entry.error, f"{type(error).__name__}: {error}")
            return (*wire.serialise_error(hidden), entry.error)


def serve(
    port: int,
    directory: Path | str | None = None,
    *,
    engine: str = DEFAULT_ENGINE,
    options: EngineOptions | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Run a service until SIGINT or SIGTERM; ``ready`` is called with its URL.

    Raises as :meth:`Service.start`.
    """
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    folder = Path(directory) if directory else None
    with Service(port, engine=engine, options=options, directory=folder) as service:
        before = {s: signal.signal(s, ask) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            if ready:
                ready(service.url)
            while not stop.wait(1.0 if sys.platform == "win32" else None):
                pass
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _handler() -> Any:
    """The HTTP handler: quiet, and without the 40 ms that small writes cost under Nagle."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler

    class Handler(MotoRequestHandler):
        disable_nagle_algorithm = True

        def log_request(self, *_: object) -> None:
            """Requests are in the service's own log."""

    return Handler


def _respond(
    start_response: StartResponse, status: int, body: bytes, error: str
) -> Iterable[bytes]:
    headers = [
        ("Content-Type", "application/x-amz-json-1.1"),
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
    """Languages of a request that is not checked yet, for the log."""
    one = raw.get("TargetLanguageCode")
    many = raw.get("TargetLanguageCodes")
    targets = [one] if isinstance(one, str) else many if isinstance(many, list) else []
    return str(raw.get("SourceLanguageCode") or ""), tuple(map(str, targets))
