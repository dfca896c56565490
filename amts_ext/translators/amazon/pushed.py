"""What of this book lies at Amazon Translate: its parallel data and its terminology.

``amts parallel-data push`` and ``amts terminology push`` write it down beside the memory
(``resources.json``), so that a build knows their revisions, which enter the memory's key, without
asking the service.
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


class ResourceKind(StrEnum):
    """The two kinds of resources that adapt a translation."""

    PARALLEL_DATA = "parallel-data"
    TERMINOLOGY = "terminology"


@dataclass(frozen=True, slots=True)
class Resource:
    """One pushed resource."""

    kind: ResourceKind
    name: str
    source: str
    targets: tuple[str, ...]
    revision: str
    """The first 16 hexadecimal digits of the SHA-256 of what it holds."""
    ready: float = 0.0
    """Unix time from which the service uses this revision for certain."""

    def covers(self, source: str, target: str) -> bool:
        """Whether it adapts translations of this pair."""
        return source == self.source and target in self.targets


def load(file: Path) -> tuple[Resource, ...]:
    """The resources of ``file``; none if there is no such file.

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
    """The target languages that have parallel data."""
    own = [r for r in load(file) if r.kind is ResourceKind.PARALLEL_DATA and r.source == source]
    return {target for resource in own for target in resource.targets}


def save(file: Path, resources: Iterable[Resource]) -> None:
    """Write the resources, in the order of their names."""
    rows = sorted((asdict(r) for r in resources), key=lambda row: (row["kind"], row["name"]))
    file.parent.mkdir(parents=True, exist_ok=True)
    files.write_text(file, json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def note(file: Path, fresh: Iterable[Resource]) -> None:
    """Write down what was pushed, in the place of what had the same kind and name."""
    fresh = list(fresh)
    places = {(r.kind, r.name) for r in fresh}
    save(file, [*(r for r in load(file) if (r.kind, r.name) not in places), *fresh])


def known(file: Path) -> tuple[Resource, ...]:
    """The resources of ``file``; none if it cannot be read."""
    try:
        return load(file)
    except ConfigError:
        return ()


def replace(file: Path, kind: ResourceKind, fresh: Iterable[Resource]) -> None:
    """Write down all resources of one kind anew, whatever the file held."""
    save(file, [*(r for r in known(file) if r.kind is not kind), *fresh])


def forget(file: Path, kind: ResourceKind, name: str) -> None:
    """Strike out one that is no more."""
    save(file, [r for r in load(file) if (r.kind, r.name) != (kind, name)])
