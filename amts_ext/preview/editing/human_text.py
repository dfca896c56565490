"""The human's file of a document: an edit of the preview goes to its place there.

A sentence that the file has, and that a build takes from it, is changed in the file. Any other one
belongs into the memory, and :class:`Elsewhere` says why.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from amts_ext import files
from amts_ext.errors import AmtsError, InputError
from amts_ext.human.aligned import Aligned
from amts_ext.human.holding import RECORD, held
from amts_ext.human.human_file import HumanFile
from amts_ext.human.learning import learn_file
from amts_ext.human.places import Edited, Places
from amts_ext.human.units import Tried
from amts_ext.human.unused import shown
from amts_ext.merging.following import Following
from amts_ext.model import Parts, Slot, Unit, from_tokens, to_tokens
from amts_ext.preview.desk import Desk
from amts_ext.preview.editing.journal import NAME, EditJournal, FileEdit
from amts_ext.preview.editing.sentence import OpenSentence, told
from amts_ext.text.masking import unmask

KEPT = 8
"""The number of alignments that are kept: an edit needs the one that the edit before it made."""
_ALIGNED: OrderedDict[tuple[str, tuple[str, str]], Aligned] = OrderedDict()


class Elsewhere(Exception):
    """The reason why a sentence goes to the memory, and not to the human's file."""


@dataclass(frozen=True)
class HumanText:
    """The human's file of one document; its folder is held as long as it is used."""

    desk: Desk
    file: HumanFile
    pair: tuple[str, str]

    @property
    def name(self) -> str:
        """The file as it is shown to a person."""
        return shown(str(self.file.human), self.desk.book.config.root)

    def learn(self, aligned: Aligned | None = None) -> bool:
        """Have the memory know the file as it is."""
        config = self.desk.book.config
        follow = Following(self.pair, config.localized).follow
        return learn_file(self.desk.book.memory, self.file, self.pair, follow, aligned)

    def put(self, sentence: OpenSentence, parts: Parts, who: str) -> str:
        """Write a person's text into the file; return its place there.

        Raises :class:`Elsewhere` if the file does not surely have the sentence, if a build would
        not read the text back from there, or if the file cannot be written.
        """
        places, place = self._place(sentence)
        where = f"{self.name}:{places.line(place)}"
        if not self._may_be_replaced(sentence, places, place):
            text = " ".join(places.text(place).split())
            raise Elsewhere(f"{where} has another text, which is not shown here: {text}")
        target = to_tokens(parts)
        slots = [*sentence.segment.slots, *sentence.own]
        edited = places.edited(place, target, slots)
        if edited is None:
            raise Elsewhere(f"a build would not take this text from {where}")
        if edited.file.raw == self.file.raw:
            raise Elsewhere(f"{where} has this text already")
        self._write(edited)
        edit = self._entry(sentence, edited, target, who)
        self._journal.add(edit)
        return f"{self.name}:{edited.line}"

    def take_back(self, sentence: OpenSentence, edit: FileEdit) -> str:
        """Put into the file what stood there before an edit; return its place.

        Raises :class:`Elsewhere` if it is not there any more.
        """
        places, place = self._place(sentence)
        restored = places.restored(place, edit.now, edit.before)
        if restored is None:
            raise Elsewhere(f"{self.name}:{places.line(place)} was changed since")
        self._write(restored)
        self._journal.remove(edit)
        return f"{self.name}:{restored.line}"

    def edits(self, sentence: OpenSentence) -> list[FileEdit]:
        """Return what was edited of a sentence in this file, the newest first."""
        return self._journal.edits(self.pair[1], self.file.name, sentence.segment.tokens)

    @property
    def _journal(self) -> EditJournal:
        return journal(self.desk)

    def _entry(self, sentence: OpenSentence, edited: Edited, target: str, who: str) -> FileEdit:
        source = sentence.segment.tokens
        now, lang, name = time.time(), self.pair[1], self.file.name
        return FileEdit(who, now, lang, name, source, edited.before, edited.now, target)

    def _place(self, sentence: OpenSentence) -> tuple[Places, Tried]:
        key = self.file.digest, self.pair
        places = Places.of(self.file, self.pair, _ALIGNED.get(key))
        _keep(key, places.aligned)
        place = places.find(sentence.document.source, sentence.segment)
        if place is None:
            raise Elsewhere(f"{self.name} has no sentence that is surely this one")
        return places, place

    def _may_be_replaced(self, sentence: OpenSentence, places: Places, place: Tried) -> bool:
        """Return True if no human's text is lost that the person has not seen."""
        source = place.partners.source
        if sentence.is_human and isinstance(place.made, Unit):
            own = [Slot(n, "own", text) for n, text in enumerate(place.made.literals, 1)]
            found = from_tokens(place.made.target, [*source.slots, *own])
            parts = sentence.outcome.parts or sentence.segment.parts
            return told(found) == told(parts)
        untouched = places.text(place).split() == unmask(source.parts).split()
        return untouched or places.is_unread(place)

    def _write(self, edited: Edited) -> None:
        """Write the file, if nobody else has written it since it was read, and learn from it."""
        path = edited.file.human
        try:
            if files.read_text(path) != self.file.raw:
                raise Elsewhere(f"{self.name} was written by another program just now")
            files.write_text(path, edited.file.raw, durable=True)
        except InputError as error:
            raise Elsewhere(f"{self.name} {error.message}") from error
        _keep((edited.file.digest, self.pair), edited.aligned)
        HumanText(self.desk, edited.file, self.pair).learn(edited.aligned)


def journal(desk: Desk) -> EditJournal:
    """Return the journal of a book's edits in humans' files."""
    return EditJournal(desk.book.config.memory.with_name(NAME))


def _keep(key: tuple[str, tuple[str, str]], aligned: Aligned) -> None:
    _ALIGNED[key] = aligned
    _ALIGNED.move_to_end(key)
    while len(_ALIGNED) > KEPT:
        _ALIGNED.popitem(last=False)


@contextmanager
def human_text(desk: Desk, path: str, lang: str) -> Iterator[HumanText | str]:
    """Hold the human's file of a document, and have the memory know it as it is.

    Yields the reason instead if there is none, or if it cannot be used; empty if the book has no
    human translation into this language.
    """
    folder = desk.book.config.human.get(desk.book.pipeline(lang).pair[1])
    if folder is None:
        yield ""
        return
    holding = held(folder)
    try:
        state = holding.__enter__()
    except InputError as error:
        yield str(error)
        return
    try:
        yield _opened(desk, folder, path, lang, state)
    finally:
        holding.__exit__(None, None, None)


def _opened(desk: Desk, folder: Path, path: str, lang: str, state: Path) -> HumanText | str:
    """Read the human's file, or return why it cannot be used."""
    if (state / RECORD).exists():
        return f"{folder}: a synchronization was killed here; run amts sync to finish it"
    config, pair = desk.book.config, desk.book.pipeline(lang).pair
    try:
        markdown = desk.book.project.markdown
        file = HumanFile.find(folder, config.root, path, markdown, follows=True)
        if file is None:
            return f"{shown(str(folder / path), config.root)}: there is no such file"
        text = HumanText(desk, file, pair)
        text.learn()
        return text
    except AmtsError as error:
        return str(error)
