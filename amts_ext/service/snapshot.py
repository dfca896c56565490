"""The state of a service as files in a folder, for services that outlive their process.

``objects/<bucket>/<quoted key>`` holds S3's objects, ``state.json`` the jobs, parallel data and
terminologies. It is read at the start and written at the end; a job that was running then is
FAILED after the restart.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from amts_ext.errors import InputError
from amts_ext.service.corpora import PARALLEL_BYTES, TERM_BYTES, CorpusError, read_corpus
from amts_ext.service.state import BUSY, RUNNING, Job, LogEntry, Resource, State, now
from amts_ext.service.storage import Storage, split_uri
from amts_ext.service.wire import ServiceError

TIMES = ("CreatedAt", "LastUpdatedAt", "LatestUpdateAttemptAt", "SubmittedTime", "EndTime")


def save(folder: Path, state: State, storage: Storage) -> None:
    """Write everything; objects that are gone are removed, each file appears whole.

    Raises OSError.
    """
    objects = folder / "objects"
    wanted = {objects / bucket for bucket in storage.buckets()}
    for path in wanted:
        path.mkdir(parents=True, exist_ok=True)
    for path, data in storage.objects():
        _write(objects / path, data)
        wanted.add(objects / path)
    for old in sorted(objects.glob("*/*")):
        if old not in wanted:
            old.unlink()
    for old in objects.glob("*"):
        if old not in wanted:
            old.rmdir()
    record = {
        "jobs": {name: asdict(job) for name, job in state.jobs.items()},
        "parallel": {name: _plain(r) for name, r in state.parallel.items()},
        "terms": {name: _plain(r) for name, r in state.terms.items()},
    }
    text = json.dumps(record, default=_time, indent=1)
    _write(folder / "state.json", text.encode())


def load(folder: Path, state: State, storage: Storage) -> None:
    """Read what :func:`save` wrote; an empty or new folder is a new service.

    Raises :class:`amts_ext.errors.InputError` if the folder holds something else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for bucket in (folder / "objects").glob("*"):
            storage.create(bucket.name)
        for file in (folder / "objects").glob("*/*"):
            storage.restore(f"{file.parent.name}/{file.name}", file.read_bytes())
        if (folder / "state.json").exists():
            _load_state(json.loads((folder / "state.json").read_bytes()), state, storage)
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"the service's folder cannot be read: {error}; choose another with --dir"
        raise InputError(message, file=str(folder)) from error


def _load_state(record: dict[str, Any], state: State, storage: Storage) -> None:
    for name, job in record["jobs"].items():
        properties = _times(job["properties"])
        if properties["JobStatus"] in RUNNING:
            properties |= {"JobStatus": "FAILED", "Message": "the service stopped during the job"}
            properties |= {"EndTime": now()}
        state.jobs[name] = Job(properties, LogEntry(**job["entry"]), job["details"])
    for name, item in record["parallel"].items():
        state.parallel[name] = _parallel(item, storage)
    for name, item in record["terms"].items():
        data = bytes.fromhex(item["data"])
        properties = _times(item["properties"])
        corpus = read_corpus(data, properties["Format"], TERM_BYTES)
        state.terms[name] = Resource(properties, corpus, item["location"], data, item["tags"])


def _parallel(item: dict[str, Any], storage: Storage) -> Resource:
    """Parallel data reads its file again; if that is gone the resource is FAILED."""
    properties = _times(item["properties"])
    resource = Resource(properties, None, item["location"], b"", item["tags"])
    try:
        form = properties["ParallelDataConfig"]["Format"]
        data = storage.read(*split_uri(item["location"]))
        resource.corpus = read_corpus(data, form, PARALLEL_BYTES)
    except (ServiceError, CorpusError) as error:
        properties |= {"Status": "FAILED", "Message": str(error)}
    if properties.get("LatestUpdateAttemptStatus") in BUSY:
        properties["LatestUpdateAttemptStatus"] = "FAILED"
    return resource


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
    fresh = path.with_name(path.name[:100] + ".new~")
    fresh.write_bytes(data)
    os.replace(fresh, path)
