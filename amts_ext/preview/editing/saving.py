"""What an edit in the preview does: a person's sentence goes to its place and is never lost.

::

    with open_book(load("config.ini")) as book:
        desk = Desk(book, ["es"])
        row = desk.live("mean.md", "es").page().rows[0]
        saved = save(desk, "mean.md", "es", row.id, row.version, "La media")
        saved.row.status, saved.where  # ("human", "memory")

Where the book has a human's file of the document, and this file has the sentence, the file is
changed there and learned from again. Everything else becomes a human unit of the memory. Both are
what a build uses from then on. Any number of threads and processes may edit at once.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from amts_ext.errors import InputError
from amts_ext.model import Slot, Unit, from_tokens
from amts_ext.preview.desk import Desk
from amts_ext.preview.editing.human_text import Elsewhere, HumanText, human_text
from amts_ext.preview.editing.refusals import ConflictError, ReadOnlyError, RefusedError
from amts_ext.preview.editing.sentence import OWN, OpenSentence, told
from amts_ext.preview.live import Row
from amts_ext.text.masking import contents_digest

__all__ = [
    "MEMORY",
    "ConflictError",
    "ReadOnlyError",
    "RefusedError",
    "Saved",
    "Undone",
    "mark_as_read",
    "save",
    "undo",
]

MEMORY = "memory"
"""Where a sentence is kept that no human's file has."""
PATIENCE = 20.0
"""Seconds to wait for another process that edits the same book."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The result of an edit: JSON ``{row, where, note}``."""

    row: Row
    """The row as it is now."""
    where: str
    """``memory``, or the place in the human's file: ``pt/mean.md:12``."""
    note: str = ""
    """Why it went to the memory though the book has a human translation; else empty."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The result of an undo: JSON ``{row, withdrawn, where}``."""

    row: Row
    """The row as it is now."""
    withdrawn: str
    """The text that was taken back, with slots as tokens, so that it can be saved again."""
    where: str
    """As :attr:`Saved.where`."""


def save(
    desk: Desk, path: str, lang: str, id: str, version: str, target: str, who: str = ""
) -> Saved:
    """Keep ``target``, with slots as tokens, as a person's translation of the row ``id``.

    ``version`` is the row's when it was opened. ``who`` is the person (default: the system's user
    name); only this person can undo it. A machine's text that is saved as it is counts as read.

    Raises :class:`ConflictError` if the row has another version by now, :class:`RefusedError` for a
    text that cannot stand in the document, :class:`ReadOnlyError`, and
    :class:`~amts_ext.errors.InputError` for a row that is gone.
    """
    with _edit(desk, path, lang, id) as (sentence, human):
        if sentence.row.version != version and target != sentence.shown:
            raise ConflictError(path, sentence.row, target)
        return _saved(sentence, human, target, who)


def mark_as_read(desk: Desk, path: str, lang: str, id: str, who: str = "") -> Saved:
    """Keep the machine's words of the row ``id`` as a person's, who has read them.

    Raises what :func:`save` raises; :class:`RefusedError` for a row without a translation.
    """
    with _edit(desk, path, lang, id) as (sentence, human):
        if not sentence.shown:
            message = "there is no translation to mark as read; write one"
            raise RefusedError(message, path, sentence.row.line)
        return _saved(sentence, human, sentence.shown, who)


def undo(desk: Desk, path: str, lang: str, id: str, who: str = "") -> Undone:
    """Take back the last edit that ``who`` made of the row ``id``: what was before is there again.

    Raises :class:`RefusedError` if what is shown is no edit of this person.
    """
    who = who or user()
    with _edit(desk, path, lang, id) as (sentence, human):
        if unit := _last_of(sentence, who):
            desk.book.memory.withdraw(unit, who)
            return Undone(sentence.again().row, sentence.shown, MEMORY)
        if isinstance(human, HumanText):
            for edit in (e for e in human.edits(sentence) if e.who == who):
                try:
                    where = human.take_back(sentence, edit)
                except Elsewhere as error:
                    raise RefusedError(f"{error}; put it back there", path) from error
                return Undone(sentence.again().row, edit.target, where)
        message = f"what is shown here was not written by {who} in the preview; write it anew"
        raise RefusedError(message, path, sentence.row.line)


def user() -> str:
    """Return the name of the person who works on this computer."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name, as in some containers
        return "somebody"


@contextmanager
def _edit(
    desk: Desk, path: str, lang: str, id: str
) -> Iterator[tuple[OpenSentence, HumanText | str]]:
    """Hold the book, so that what is looked up stays until the edit is done."""
    if desk.read_only:
        message = "the translation memory cannot be written, so nothing can be saved here"
        raise ReadOnlyError(message, file=desk.book.memory.name)
    with ExitStack() as stack:
        stack.enter_context(desk.lock)
        stack.enter_context(_alone(desk))
        human = stack.enter_context(human_text(desk, path, lang))
        yield OpenSentence.find(desk, path, lang, id), human


@contextmanager
def _alone(desk: Desk) -> Iterator[None]:
    """Let one process at a time edit a book.

    The memory alone would lose nothing either, but the later one of two would not be told.
    """
    from filelock import FileLock, Timeout

    memory = desk.book.config.memory
    lock = FileLock(memory.with_name("edits.lock"), timeout=PATIENCE)
    try:
        lock.acquire()
    except Timeout as error:
        message = "another preview has been saving for long; end it, and save again"
        raise InputError(message, file=str(memory)) from error
    except OSError as error:
        message = f"cannot be written ({error.strerror}), so nothing can be saved here"
        raise ReadOnlyError(message, file=str(memory.parent)) from error
    try:
        yield
    finally:
        lock.release()


def _saved(sentence: OpenSentence, human: HumanText | str, target: str, who: str) -> Saved:
    parts = sentence.accept(target)
    who = who or user()
    shown = sentence.outcome.parts or sentence.segment.parts
    if sentence.is_human and not sentence.outcome.reason and told(shown) == told(parts):
        return Saved(sentence.row, MEMORY)
    note, where = human if isinstance(human, str) else "", MEMORY
    if isinstance(human, HumanText):
        try:
            where = human.put(sentence, parts, who)
        except Elsewhere as error:
            note = str(error)
    if where != MEMORY and not _shows(now := sentence.again(), parts):
        note = f"{where} was changed, but the page takes this sentence from elsewhere"
        sentence = now
    elif where != MEMORY:
        return Saved(now.row, where)
    sentence.desk.book.memory.edit(sentence.unit(parts), who)
    return Saved(sentence.again().row, where, note)


def _shows(sentence: OpenSentence, parts: object) -> bool:
    """Return True if a row shows what a person wrote."""
    found = sentence.outcome.parts or sentence.segment.parts
    return sentence.is_human and told(found) == told(parts)  # type: ignore[arg-type]


def _last_of(sentence: OpenSentence, who: str) -> Unit | None:
    """Return the unit of a person that a row shows; None if it shows another one."""
    segment = sentence.segment
    shown = told(sentence.outcome.parts or segment.parts)
    found = []
    for kept in sentence.desk.book.memory.history(segment.tokens, sentence.pair, False):
        unit = kept.unit
        own = [Slot(n, OWN, text) for n, text in enumerate(unit.literals, 1)]
        is_here = kept.editor == who and unit.document == sentence.path
        if is_here and unit.contents in ("", contents_digest(segment)):
            parts = from_tokens(unit.target, [*segment.slots, *own])
            found += [unit] if told(parts) == shown else []
    nearest = min(found, key=lambda unit: abs(unit.position - segment.block), default=None)
    return nearest if sentence.is_human else None
