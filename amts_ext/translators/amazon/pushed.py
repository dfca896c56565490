"""The record of a book's resources at Amazon Translate: its parallel data and its terminology.

``amts parallel-data push`` and ``amts terminology push`` write the record beside the memory
(``resources.json``). A build reads from it the revisions of the resources, which are a part of the
memory's key, and need not ask the service.

>>> name, revision = "amts-Demo-en-pt", "0123456789abcdef"
>>> data = Resource(ResourceKind.PARALLEL_DATA, name, "en", ("pt",), revision)
>>> note(Path("resources.json"), [data])
>>> adapted(Path("resources.json"), "en")
{'pt'}
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from amts_ext import files
from amts_ext.errors import ConfigError

FILE = "resources.json"
"""The name of the record, beside the memory."""


class ResourceKind(StrEnum):
    """A kind of resource that adapts translations."""

    PARALLEL_DATA = "parallel-data"
    TERMINOLOGY = "terminology"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource that was pushed for the book."""

    kind: ResourceKind
    name: str
    source: str
    targets: tuple[str, ...]
    revision: str
    """The first 16 hexadecimal digits of the SHA-256 of its file."""
    ready: float = 0.0
    """The Unix time from which the service surely uses this revision, in seconds."""

    def covers(self, source: str, target: str) -> bool:
        """Return whether the resource adapts translations of this language pair."""
        return source == self.source and target in self.targets


def load(file: Path) -> tuple[Resource, ...]:
    """Read the resources in ``file``; none if there is no such file.

    Raises :class:`ConfigError` if the file does not hold what :func:`save` writes.
    """
    if not file.exists():
        return ()
    try:
        rows = json.loads(files.read_text(file))
        return tuple(
            Resource(**{**row, "kind": ResourceKind(row["kind"]), "targets": tuple(row["targets"])})
            for row in rows
        )
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            "is not what `amts parallel-data push` and `amts terminology push` write; "
            "`amts parallel-data status` and `amts terminology list` write it anew",
            file=str(file),
        ) from error


def adapted(file: Path, source: str) -> set[str]:
    """Return the target languages that have parallel data from ``source``.

    Raises :class:`ConfigError`, as :func:`load` does.
    """
    own = [r for r in load(file) if r.kind is ResourceKind.PARALLEL_DATA and r.source == source]
    return {target for resource in own for target in resource.targets}


def save(file: Path, resources: Iterable[Resource]) -> None:
    """Write the resources, sorted by kind and name."""
    rows = sorted((asdict(r) for r in resources), key=lambda row: (row["kind"], row["name"]))
    file.parent.mkdir(parents=True, exist_ok=True)
    files.write_text(file, json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def note(file: Path, fresh: Iterable[Resource]) -> None:
    """Add resources to the record, in place of those with their kind and name.

    Raises :class:`ConfigError`, as :func:`load` does.
    """
    fresh = list(fresh)
    places = {(r.kind, r.name) for r in fresh}
    save(file, [*(r for r in load(file) if (r.kind, r.name) not in places), *fresh])


def known(file: Path) -> tuple[Resource, ...]:
    """Read the resources in ``file``; none if the file is missing or damaged."""
    try:
        return load(file)
    except ConfigError:
        return ()


def replace(file: Path, kind: ResourceKind, fresh: Iterable[Resource]) -> None:
    """Replace all resources of one kind in the record; a damaged record is written anew."""
    save(file, [*(r for r in known(file) if r.kind is not kind), *fresh])


def forget(file: Path, kind: ResourceKind, name: str) -> None:
    """Take a deleted resource out of the record.

    Raises :class:`ConfigError`, as :func:`load` does.
    """
    save(file, [r for r in load(file) if (r.kind, r.name) != (kind, name)])
