"""Open items are accepted by a person: they are closed, and the base follows the source there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.human import lock, open_items
from amts_ext.human.lags import with_new, with_old
from amts_ext.human.open_items import FileState, ItemKind, OpenItem, carried
from amts_ext.sync.base import Bases
from amts_ext.sync.inline import settled
from amts_ext.sync.readable import read_file
from amts_ext.sync.transaction import Transaction
from amts_ext.text import notes


def accept(target: Path, places: Sequence[str] = ()) -> int:
    """Accept the items at ``places``, each a ``FILE`` or ``FILE:LINE``; without any, all items.

    Returns their number, with those that the list has lost (:func:`amts_ext.human.lock.lost`). If
    the list itself is lost, all items can be accepted, and only together. A file is named by its
    path in the translation, or from the working folder. Raises :class:`InputError` for a place
    without an open item, and then accepts none.
    """
    if not target.is_dir():
        raise InputError("no such folder; check the path", file=str(target))
    with Transaction(target).alone() as transaction:
        is_lost = not places and bool(open_items.lost(target))
        known = {} if is_lost else open_items.read(target)
        bases = Bases(target, None, "", known)
        known |= {path: FileState() for path in bases.lost if path not in known}
        named = {place: _split(target, place) for place in places}
        chosen = _chosen(known, named, bases.lost) if places else _all(known)
        # What was lost from the list is accepted with its file, by who has read all of it.
        whole = {path for path, line in named.values() if line is None} if places else {*known}
        writes: dict[str, bytes | None] = {}
        locked = dict(bases.lock)
        for path, accepted in chosen.items():
            left = tuple(i for n, i in enumerate(known[path].items) if n not in accepted)
            gone = any(_is_gone(known[path].items[n]) for n in accepted)
            _follow(path, known[path], left, bases, writes)
            left = _without_notes(target, path, left, writes)
            if gone:
                writes |= {_origin(path, bases): None} if bases.origin(path).is_file() else {}
                locked.pop(path, None)
            elif path in locked:
                closed = len(known[path].lags) - len(FileState(left).lags)
                closed += bases.lost.get(path, 0) if path in whole else 0
                locked[path] = locked[path]._replace(kept=max(0, locked[path].kept - closed))
            known[path] = FileState(left)
        if is_lost or (target / open_items.NAME).exists():
            writes[open_items.NAME] = open_items.dump(known).encode()
        writes[lock.NAME] = lock.dump(locked).encode() if locked else None
        transaction.write(writes)
    return sum(map(len, chosen.values())) + sum(bases.lost.get(path, 0) for path in whole)


def _all(known: dict[str, FileState]) -> dict[str, Collection[int]]:
    return {path: range(len(found.items)) for path, found in known.items()}


def _chosen(
    known: dict[str, FileState],
    places: Mapping[str, tuple[str, int | None]],
    lost: Collection[str],
) -> Mapping[str, Collection[int]]:
    """Return the indices of the items at the places, by file.

    Of a file whose items were lost there may be none.
    """
    chosen: dict[str, set[int]] = {}
    for place, (name, line) in places.items():
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            message = (
                f"--accept {place}: no open item in this file; files with open items: {listed}"
            )
            raise InputError(message)
        items = known[name].items
        found = {n for n, item in enumerate(items) if line is None or _is_at(item, line)}
        if not found and (line is not None or name not in lost):
            lines = ", ".join(dict.fromkeys(str(item.line) for item in items))
            message = f"--accept {place}: no open item in this line; there are some in {lines}"
            raise InputError(message)
        chosen.setdefault(name, set()).update(found)
    return chosen


def _split(target: Path, place: str) -> tuple[str, int | None]:
    """Return a place's file, as the translation names it, and its line."""
    name, _, line = place.rpartition(":")
    if not (name and line.isdecimal()):
        name, line = place, ""
    path = Path(name)
    if not (target / path).is_file() and path.resolve().is_relative_to(target.resolve()):
        path = path.resolve().relative_to(target.resolve())
    return path.as_posix(), int(line) if line else None


def _is_at(item: OpenItem, line: int) -> bool:
    return item.line <= line <= item.line + item.now.strip("\n").count("\n")


def _is_gone(item: OpenItem) -> bool:
    return item.is_whole and item.kind is ItemKind.DELETED


def _origin(path: str, bases: Bases) -> str:
    return bases.origin(path).relative_to(bases.target).as_posix()


def _without_notes(
    target: Path, path: str, left: Sequence[OpenItem], writes: dict[str, bytes | None]
) -> tuple[OpenItem, ...]:
    """Take the notes of accepted items out of a file; return the items left with their lines."""
    if not (target / path).is_file() or notes.BEGIN not in files.read_text(target / path):
        return tuple(left)
    file = read_file(target / path)
    content, items = settled(file, file.text, carried(left, file.text), has_notes=True)
    writes[path] = content.encode("utf-8", "surrogatepass")
    return items


def _follow(
    path: str,
    known: FileState,
    left: Sequence[OpenItem],
    bases: Bases,
    writes: dict[str, bytes | None],
) -> None:
    """Let the original beside a file follow the source where its items were accepted."""
    origin = bases.origin(path)
    if not origin.is_file() or not known.lags:
        return
    file = read_file(origin)
    try:
        source = with_new(file.text, known.lags)
    except ValueError as error:
        message = "was edited since the last synchronization; run amts sync before you accept"
        raise InputError(message, file=str(origin)) from error
    kept = [lag for item in left for lag in item.behind]
    text = file.dressed(with_old(source, kept))
    writes[_origin(path, bases)] = text.encode("utf-8", "surrogatepass")
