"""The state of a service as files in a folder, for services that outlive their process.

``objects/`` holds the contents of S3's objects, ``state.json`` their names, the jobs, the parallel
data and the terminologies. It is read at the start and written at the end; a job that was running
then is FAILED after the restart.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from amts_ext.errors import InputError
from amts_ext.service.corpora import read_corpus
from amts_ext.service.state import BUSY, RUNNING, Job, LogEntry, Resource, State, now
from amts_ext.service.storage import Storage

TIMES = ("CreatedAt", "LastUpdatedAt", "LatestUpdateAttemptAt", "SubmittedTime", "EndTime")


def save(folder: Path, state: State, storage: Storage) -> None:
    """Write everything; each file appears whole, and objects that are gone are removed last.

    Raises OSError.
    """
    index: dict[str, list[str]] = {}
    for bucket, key, data in storage.objects():
        # Keys can be longer than any file system's names.
        name = sha256(f"{bucket}/{key}".encode()).hexdigest()
        _write(folder / "objects" / name, data)
        index[name] = [bucket, key]
    record = {
        "buckets": storage.buckets(),
        "objects": index,
        "jobs": {name: asdict(job) for name, job in state.jobs.items()},
        "parallel": {name: _plain(r) for name, r in state.parallel.items()},
        "terms": {name: _plain(r) for name, r in state.terms.items()},
    }
    _write(folder / "state.json", json.dumps(record, default=_time, indent=1).encode())
    for old in (folder / "objects").glob("*"):
        if old.name not in index:
            old.unlink()


def load(folder: Path, state: State, storage: Storage) -> None:
    """Read what :func:`save` wrote; an empty or new folder is a new service.

    Raises :class:`amts_ext.errors.InputError` if the folder holds something else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "state.json").exists():
            return
        record = json.loads((folder / "state.json").read_bytes())
        for bucket in record["buckets"]:
            storage.create(bucket)
        for name, (bucket, key) in record["objects"].items():
            storage.write(bucket, key, (folder / "objects" / name).read_bytes())
        _load_state(record, state)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"the service's folder cannot be read: {error}; choose another with --dir"
        raise InputError(message, file=str(folder)) from error


def _load_state(record: dict[str, Any], state: State) -> None:
    for name, job in record["jobs"].items():
        properties = _times(job["properties"])
        if properties["JobStatus"] in RUNNING:
            properties |= {"JobStatus": "FAILED", "Message": "the service stopped during the job"}
            properties |= {"EndTime": now()}
        state.jobs[name] = Job(properties, LogEntry(**job["entry"]), job["details"])
    for name, item in record["parallel"].items():
        state.parallel[name] = _resource(item, state.limits.segment_bytes)
    for name, item in record["terms"].items():
        state.terms[name] = _resource(item, state.limits.term_bytes)


def _resource(item: dict[str, Any], limit: int) -> Resource:
    """A resource with its file read again; an import that was cut off is FAILED."""
    properties, data = _times(item["properties"]), bytes.fromhex(item["data"])
    for status in ("Status", "LatestUpdateAttemptStatus"):
        if properties.get(status) in BUSY:
            properties[status] = "FAILED"
    form = properties.get("Format") or properties["ParallelDataConfig"]["Format"]
    corpus = read_corpus(data, form, limit) if data else None
    return Resource(properties, corpus, item["location"], data, item["tags"])


def _plain(resource: Resource) -> dict[str, Any]:
    return {
        "properties": resource.properties,
        "location": resource.location,
        "data": resource.data.hex(),
        "tags": resource.tags,
    }


def _times(properties: dict[str, Any]) -> dict[str, Any]:
    found = {k: datetime.fromisoformat(properties[k]) for k in TIMES if k in properties}
    return {**properties, **found}


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot save {type(value).__name__}")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new~")
    fresh.write_bytes(data)
    fresh.replace(path)
