"""S3 by moto, in this process: the WSGI application, and direct access for the service's jobs.

Of moto only S3 is mounted. Its own server would choose among all of AWS by what a request says,
and serve an API that empties every backend or writes requests to a file.

moto keeps its buckets in a global of the process, so services in one process share them; the last
one that closes empties them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Any, cast

from amts_ext.service.state.store import StateStore
from amts_ext.service.wire import ServiceError

ACCOUNT = "123456789012"

_users = 0
_lock = threading.Lock()


class Storage:
    """The buckets."""

    def __init__(self, store: StateStore | None = None) -> None:
        global _users
        # Imported here: moto takes over half a second, which a command without a service saves.
        from moto.moto_api import recorder
        from moto.moto_server.werkzeug_app import create_backend_app
        from moto.s3.models import s3_backends

        self._backend: Any = s3_backends[ACCOUNT]["aws"]
        self._moto: Any = create_backend_app("s3")
        recorder.stop_recording()  # MOTO_ENABLE_RECORDING writes every request to a file
        self._store = store or StateStore()
        with _lock:
            _users += 1

    def close(self) -> None:
        """Give the objects' memory back, if nobody else in the process uses it."""
        global _users
        with _lock:
            _users -= 1
            if _users == 0:
                self._backend.reset()

    def buckets(self) -> list[str]:
        return list(self._backend.buckets)

    def create(self, bucket: str) -> None:
        """Create a bucket if it does not exist."""
        if bucket not in self._backend.buckets:
            self._backend.create_bucket(bucket, "us-east-1")
            self._store.run("INSERT OR IGNORE INTO buckets VALUES (?)", bucket)

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """The keys below a prefix, sorted.

        Raises :class:`ServiceError` (InvalidRequestException) if the bucket does not exist.
        """
        return sorted(k for k in self._bucket(bucket).keys if k.startswith(prefix))

    def sizes(self, bucket: str, prefix: str = "") -> dict[str, int]:
        """The sizes in bytes by key, as :meth:`keys`."""
        found = self._bucket(bucket).keys
        return {k: int(found[k].size) for k in self.keys(bucket, prefix)}

    def size(self, bucket: str, key: str) -> int:
        """An object's size in bytes; 0 if it does not exist."""
        found = self._bucket(bucket).keys.get(key)
        return int(found.size) if found else 0

    def check(self, bucket: str) -> None:
        """Raises :class:`ServiceError` (InvalidRequestException) if it does not exist."""
        self._bucket(bucket)

    def read(self, bucket: str, key: str) -> bytes:
        """An object's content.

        Raises :class:`ServiceError` (InvalidRequestException) if it does not exist.
        """
        self._bucket(bucket)
        found = self._backend.get_object(bucket, key)
        if found is None:
            raise ServiceError("InvalidRequestException", f"s3://{bucket}/{key} does not exist")
        return cast(bytes, found.value)

    def write(self, bucket: str, key: str, data: bytes) -> None:
        """Create or replace an object."""
        self._bucket(bucket)
        self._backend.put_object(bucket, key, data)
        self._keep_object(bucket, key)

    def remove(self, bucket: str, key: str) -> None:
        """Remove an object."""
        self._backend.delete_object(bucket, key)
        self._keep_object(bucket, key)

    def app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The WSGI application; what a request changes is kept before it is answered."""
        _name_bucket_in_path(environ)
        answer: Iterable[bytes] = self._moto(environ, start_response)
        if environ["REQUEST_METHOD"] in ("PUT", "POST", "DELETE"):
            path = str(environ.get("PATH_INFO", "")).encode("latin-1").decode(errors="replace")
            bucket, _, key = path.removeprefix("/").partition("/")
            self._keep(bucket, key)
        return answer

    def restore(self) -> None:
        """Read everything back from the store."""
        for (bucket,) in self._store.run("SELECT name FROM buckets ORDER BY rowid"):
            if bucket not in self._backend.buckets:
                self._backend.create_bucket(bucket, "us-east-1")
        for bucket, key, data, etag, headers in self._store.run("SELECT * FROM objects"):
            kept = self._backend.put_object(bucket, key, data, etag=etag)
            kept.set_metadata(json.loads(headers))

    def _keep(self, bucket: str, key: str) -> None:
        """Write through what a request changed: one object, or whatever differs."""
        if type(self._store) is StateStore:
            return
        with self._store.together():
            kept = self._store.run("SELECT name FROM buckets")
            if key and (bucket,) in kept and bucket in self._backend.buckets:
                self._keep_object(bucket, key)
                return
            for (old,) in kept:
                if old not in self._backend.buckets:
                    self._store.run("DELETE FROM objects WHERE bucket = ?", old)
                    self._store.run("DELETE FROM buckets WHERE name = ?", old)
            for name in self.buckets():
                self._store.run("INSERT OR IGNORE INTO buckets VALUES (?)", name)
                known = self._store.run("SELECT key FROM objects WHERE bucket = ?", name)
                for changed in {k for (k,) in known} ^ set(self.keys(name)):
                    self._keep_object(name, changed)

    def _keep_object(self, bucket: str, key: str) -> None:
        if type(self._store) is StateStore:
            return
        with self._store.together():  # read and write as one, so that the last change stays
            found = self._backend.get_object(bucket, key)
            if found is None:
                self._store.run("DELETE FROM objects WHERE bucket = ? AND key = ?", bucket, key)
                return
            headers = {str(k): str(v) for k, v in dict(found.metadata).items()}
            self._store.run(
                "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)",
                bucket, key, found.value, found.etag.strip('"'), json.dumps(headers),
            )  # fmt: skip

    def _bucket(self, name: str) -> Any:
        try:
            return self._backend.buckets[name]
        except KeyError:
            message = f"the bucket {name!r} does not exist; create it first"
            raise ServiceError("InvalidRequestException", message) from None


def bucket_of_host(environ: dict[str, Any]) -> str:
    """The bucket that ``Host`` names, as in ``bucket.localhost``; empty if the path has it."""
    host = str(environ.get("HTTP_HOST", "")).partition(":")[0].lower()
    return host.removesuffix(".localhost") if host.endswith(".localhost") else ""


def _name_bucket_in_path(environ: dict[str, Any]) -> None:
    """Make one form of both: moto cuts a host at its first dot, and what is kept goes by paths."""
    if bucket := bucket_of_host(environ):
        _, colon, port = environ["HTTP_HOST"].partition(":")
        environ["HTTP_HOST"] = f"localhost{colon}{port}"
        for name in ("PATH_INFO", "RAW_URI", "REQUEST_URI"):
            environ[name] = f"/{bucket}{environ[name]}"


def split_uri(uri: str) -> tuple[str, str]:
    """``s3://bucket/key`` as bucket and key."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
