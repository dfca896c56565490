"""S3 by moto, in this process: the WSGI application, and direct access for the service's jobs.

Only moto's S3 is mounted. moto's own server would let a request choose among all services of AWS,
and would serve an API that empties every backend or writes requests to a file.

moto keeps its buckets in a global variable, so all services of a process share them. The last
service that closes empties them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Any, cast

from amts_ext.service.state.store import StateStore
from amts_ext.service.wire import ServiceError

ACCOUNT = "123456789012"
"""The AWS account that owns everything; moto's default."""

_users = 0
"""The number of open :class:`Storage` objects in this process."""
_lock = threading.Lock()


class Storage:
    """The buckets and their objects; every change is written to the store as well."""

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
        """Empty the buckets if nobody else in the process uses them."""
        global _users
        with _lock:
            _users -= 1
            if _users == 0:
                self._backend.reset()

    def buckets(self) -> list[str]:
        """Return the names of all buckets."""
        return list(self._backend.buckets)

    def create(self, bucket: str) -> None:
        """Create a bucket if it does not exist."""
        if bucket not in self._backend.buckets:
            self._backend.create_bucket(bucket, "us-east-1")
            self._store.run("INSERT OR IGNORE INTO buckets VALUES (?)", bucket)

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """Return the keys that begin with a prefix, sorted.

        Raises :class:`ServiceError` (InvalidRequestException) if the bucket does not exist.
        """
        return sorted(k for k in self._bucket(bucket).keys if k.startswith(prefix))

    def sizes(self, bucket: str, prefix: str = "") -> dict[str, int]:
        """Return the sizes in bytes by key, for the keys that begin with a prefix, sorted.

        Raises :class:`ServiceError` (InvalidRequestException) if the bucket does not exist.
        """
        found = self._bucket(bucket).keys
        return {k: int(found[k].size) for k in self.keys(bucket, prefix)}

    def size(self, bucket: str, key: str) -> int:
        """Return an object's size in bytes; 0 if the object does not exist.

        Raises :class:`ServiceError` (InvalidRequestException) if the bucket does not exist.
        """
        found = self._bucket(bucket).keys.get(key)
        return int(found.size) if found else 0

    def check(self, bucket: str) -> None:
        """Check that a bucket exists.

        Raises :class:`ServiceError` (InvalidRequestException) if it does not.
        """
        self._bucket(bucket)

    def read(self, bucket: str, key: str) -> bytes:
        """Return an object's content.

        Raises :class:`ServiceError` (InvalidRequestException) if the bucket or the object does not
        exist.
        """
        self._bucket(bucket)
        found = self._backend.get_object(bucket, key)
        if found is None:
            raise ServiceError("InvalidRequestException", f"s3://{bucket}/{key} does not exist")
        return cast(bytes, found.value)

    def write(self, bucket: str, key: str, data: bytes) -> None:
        """Create or replace an object.

        Raises :class:`ServiceError` (InvalidRequestException) if the bucket does not exist.
        """
        self._bucket(bucket)
        self._backend.put_object(bucket, key, data)
        self._keep_object(bucket, key)

    def remove(self, bucket: str, key: str) -> None:
        """Remove an object."""
        self._backend.delete_object(bucket, key)
        self._keep_object(bucket, key)

    def app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer an S3 request (WSGI); what it changes is in the store before the answer goes."""
        _name_bucket_in_path(environ)
        answer: Iterable[bytes] = self._moto(environ, start_response)
        if environ["REQUEST_METHOD"] in ("PUT", "POST", "DELETE"):
            path = str(environ.get("PATH_INFO", "")).encode("latin-1").decode(errors="replace")
            bucket, _, key = path.removeprefix("/").partition("/")
            self._keep(bucket, key)
        return answer

    def restore(self) -> None:
        """Read buckets and objects back from the store."""
        for (bucket,) in self._store.run("SELECT name FROM buckets ORDER BY rowid"):
            if bucket not in self._backend.buckets:
                self._backend.create_bucket(bucket, "us-east-1")
        for bucket, key, data, etag, headers in self._store.run("SELECT * FROM objects"):
            kept = self._backend.put_object(bucket, key, data, etag=etag)
            kept.set_metadata(json.loads(headers))

    def _keep(self, bucket: str, key: str) -> None:
        """Write the changes of a request to the store.

        A request for a key changed that object. Any other (a bucket created or deleted, several
        objects deleted) is found by comparing names and keys.
        """
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
        """Write an object to the store as it is now; remove it there if it is gone."""
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
    """Return the bucket that a WSGI request names in ``Host``; empty if the path names it.

    >>> bucket_of_host({"HTTP_HOST": "book.localhost:8080"})
    'book'
    """
    host = str(environ.get("HTTP_HOST", "")).partition(":")[0].lower()
    return host.removesuffix(".localhost") if host.endswith(".localhost") else ""


def _name_bucket_in_path(environ: dict[str, Any]) -> None:
    """Move a bucket's name from ``Host`` into the path.

    moto would cut the host at its first dot, but a bucket's name may hold dots. The path also tells
    :meth:`Storage.app` which object a request changed.
    """
    if bucket := bucket_of_host(environ):
        _, colon, port = environ["HTTP_HOST"].partition(":")
        environ["HTTP_HOST"] = f"localhost{colon}{port}"
        for name in ("PATH_INFO", "RAW_URI", "REQUEST_URI"):
            environ[name] = f"/{bucket}{environ[name]}"


def split_uri(uri: str) -> tuple[str, str]:
    """Split an S3 URI into bucket and key.

    >>> split_uri("s3://book/in/index.html")
    ('book', 'in/index.html')
    """
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
