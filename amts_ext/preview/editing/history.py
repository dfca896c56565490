"""The history of a sentence: every translation of it that the memory and the journal know."""

from __future__ import annotations

from dataclasses import dataclass

from amts_ext.model import Origin
from amts_ext.pipeline.suggestions import readable
from amts_ext.preview.desk import Desk
from amts_ext.preview.editing.human_text import journal
from amts_ext.preview.editing.journal import FileEdit
from amts_ext.preview.editing.sentence import OpenSentence


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One translation."""

    target: str
    """With slots as tokens; empty if a human left the text out, or a machine's was refused."""
    origin: str
    """``human`` or ``machine``."""
    who: str
    """The person, if it was written in the preview; else empty."""
    signature: str
    """The engine and what it was adapted with; or the human's file; else empty."""
    when: float
    """Unix time."""
    document: str
    """The document that it was written for; empty for a machine's."""
    shown: bool
    """True for what the row shows."""


def history(desk: Desk, path: str, lang: str, id: str) -> list[HistoryEntry]:
    """Return all translations of the row's source, newest first.

    Raises :class:`~amts_ext.errors.InputError` for a row that is gone.
    """
    with desk.lock:
        sentence = OpenSentence.find(desk, path, lang, id)
        source, pair = sentence.segment.tokens, sentence.pair
        edits = journal(desk).edits(pair[1], sentence.path, source)
        kept = desk.book.memory.history(source, pair)
    entries = []
    shown = " ".join(sentence.readable.split())
    for unit, collection, editor in kept:
        target, origin = readable(unit), str(unit.origin)
        edit = next((e for e in edits if collection and _same(e, target)), None)
        who = edit.who if edit else editor
        is_human = unit.origin is Origin.HUMAN
        signature = collection if is_human else unit.signature
        is_shown = is_human == sentence.is_human and " ".join(target.split()) == shown
        entries.append(
            HistoryEntry(target, origin, who, signature, unit.when, unit.document, is_shown)
        )
    known = {entry.target for entry in entries}
    entries += [
        HistoryEntry(edit.target, "human", edit.who, edit.file, edit.when, edit.file, False)
        for edit in edits
        if edit.target not in known
    ]
    return sorted(entries, key=lambda entry: -entry.when)


def _same(edit: FileEdit, target: str) -> bool:
    return "".join(edit.target.split()) == "".join(target.split())
