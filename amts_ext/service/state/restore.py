"""The start of a service with a folder: its state is read back."""

from __future__ import annotations

import json
import sqlite3

from amts_ext.errors import InputError
from amts_ext.service.content.corpora import read_corpus
from amts_ext.service.limits import Limits
from amts_ext.service.state.state import JobRecord, LogEntry, ResourceRecord, State
from amts_ext.service.state.storage import Storage
from amts_ext.service.state.store import times
from amts_ext.service.wire import Json


def restore(state: State, storage: Storage, folder: str) -> None:
    """Fill the state of a new service from its store; ``folder`` names the store in an error.

    Raises :class:`amts_ext.errors.InputError` if the store is damaged.
    """
    try:
        storage.restore()
        for name, content, _ in state.store.records("jobs"):
            state.jobs[name] = JobRecord(times(content["properties"]), LogEntry(**content["entry"]))
        for job, target, record in state.store.run("SELECT job, target, record FROM documents"):
            state.jobs[job].details.setdefault(target, []).append(json.loads(record))
        for name, content, data in state.store.records("parallel"):
            state.parallel[name] = _resource(content, data, state.limits)
        for name, content, data in state.store.records("terms"):
            state.terms[name] = _resource(content, data, state.limits)
        for operation, token, *what in state.store.run("SELECT * FROM tokens"):
            state.tokens[operation, token] = (what[0], times(json.loads(what[1])))
        state.ledger.restore()
    except (sqlite3.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"the service's folder cannot be read: {error}; choose another with --dir"
        raise InputError(message, file=folder) from error


def _resource(content: Json, data: bytes, limits: Limits) -> ResourceRecord:
    """Return a resource; its content is read again from the imported file, which the store has."""
    properties = times(content["properties"])
    is_term = "TermCount" in properties
    form = properties.get("Format") or properties["ParallelDataConfig"]["Format"]
    limit = limits.term_bytes if is_term else limits.segment_bytes
    corpus = read_corpus(data, form, limit) if data else None
    return ResourceRecord(
        properties,
        corpus,
        content["location"],
        data,
        content["tags"],
        pending=content["pending"],
        auxiliary=content.get("auxiliary", {}),  # older folders have none
    )
