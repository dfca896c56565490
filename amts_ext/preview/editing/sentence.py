"""One sentence of a document as the preview shows it, and what a person may put in its place.

The text of a person has slots as tokens: ``Sea ⟦math1⟧ pequeño.`` Every slot of the source stands
in it once, and pairs nest, as in a translator's answer.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from msgspec.structs import replace

from amts_ext import formats
from amts_ext.errors import InputError
from amts_ext.formats import notation_of
from amts_ext.human.slots import drops
from amts_ext.model import TOKEN, Origin, Parts, Segment, Slot, Unit, from_tokens, to_tokens
from amts_ext.pipeline.pipeline import Pipeline
from amts_ext.preview.desk import Desk
from amts_ext.preview.editing.refusals import RefusedError
from amts_ext.preview.live import Row
from amts_ext.text.masking import check, contents_digest, mask
from amts_ext.text.outcome import Outcome, Status, TranslatedDocument
from amts_ext.text.spacing import settle
from amts_ext.text.writing import write

OWN = "own"
"""The kind of the slots for a human's own markup."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class OpenSentence:
    """A row of a document, with what it is made of."""

    desk: Desk
    path: str
    lang: str
    document: TranslatedDocument
    row: Row
    number: int
    """The row's place among the rows of the document."""

    @classmethod
    def find(cls, desk: Desk, path: str, lang: str, id: str) -> Self:
        """Look a row up as it is now.

        Raises :class:`InputError` if the document has no such sentence any more.
        """
        path = desk.source(path).name
        document, rows = desk.live(path, lang).look()
        for number, row in enumerate(rows):
            if row.id == id:
                return cls(desk, path, lang, document, row, number)
        message = "this sentence is not in the document any more; look at the page again"
        raise InputError(message, file=path)

    def again(self) -> Self:
        """Look the same sentence up again, after an edit."""
        document, rows = self.desk.live(self.path, self.lang).look()
        start = self.segment.start
        starts = [outcome.segment.start for outcome in document.segments]
        ids = [row.id for row in rows]
        number = ids.index(self.row.id) if self.row.id in ids else starts.index(start)
        return type(self)(self.desk, self.path, self.lang, document, rows[number], number)

    @property
    def outcome(self) -> Outcome:
        return self.document.segments[self.number]

    @property
    def segment(self) -> Segment:
        return self.outcome.segment

    @property
    def pipeline(self) -> Pipeline:
        return self.desk.book.pipeline(self.lang)

    @property
    def pair(self) -> tuple[str, str]:
        return self.pipeline.pair

    @property
    def is_human(self) -> bool:
        """True if a person wrote what is shown."""
        return self.outcome.status is Status.HUMAN

    @property
    def shown(self) -> str:
        """The translation that is shown, with slots as tokens; empty if there is none."""
        if not self.outcome.ok:
            return ""
        return to_tokens(self.outcome.parts or self.segment.parts)

    @property
    def readable(self) -> str:
        """The same with a human's own markup as it is."""
        return told(self.outcome.parts or self.segment.parts) if self.outcome.ok else ""

    @cached_property
    def own(self) -> list[Slot]:
        """The slots of a human's own markup in what is shown."""
        return [p for p in self.outcome.parts or () if isinstance(p, Slot) and p.kind == OWN]

    def faults(self, target: str) -> tuple[list[str], list[str]]:
        """Return the tokens that a text lacks, and those that it has too often.

        A slot that the human's text left out already may stay out.
        """
        slots = [slot.token for slot in self.segment.slots]
        wanted = Counter(slots)
        allowed = wanted + Counter(slot.token for slot in self.own)
        allowed += _tokens(p for p in self.segment.parts if isinstance(p, str))
        if self.is_human:
            wanted &= Counter(match.group() for match in TOKEN.finditer(self.shown))
        found = _tokens([target])
        return list((wanted - found).elements()), list((found - allowed).elements())

    def accept(self, target: str) -> Parts:
        """Return the parts of a person's text, which is to be the row's translation.

        Raises :class:`RefusedError` for a text that cannot stand there, with the reason.
        """
        target = " ".join(target.split()) if "\n" in target or "\r" in target else target.strip()
        if not target:
            raise self._refused("a translation without text; to take one back, undo it")
        if found := _CONTROL.search(target):
            raise self._refused(f"holds the character U+{ord(found.group()):04X}; take it out")
        missing, extra = self.faults(target)
        if missing or extra:
            told = [f"lacks {', '.join(missing)}"] if missing else []
            told += [f"has {', '.join(extra)} too often"] if extra else []
            message = f"{' and '.join(told)}; every slot of the source has to stand in it once"
            raise self._refused(message, missing, extra)
        parts = from_tokens(target, [*self.segment.slots, *self.own])
        present = {p.token for p in parts if isinstance(p, Slot)}
        slots = [slot for slot in (*self.segment.slots, *self.own) if slot.token in present]
        if wrong := check(slots, parts):
            raise self._refused(f"{wrong}; put what begins last to its end first")
        if reason := self._misread(parts):
            raise self._refused(reason)
        return parts

    def _refused(
        self, message: str, missing: Sequence[str] = (), extra: Sequence[str] = ()
    ) -> RefusedError:
        return RefusedError(message, self.path, self.row.line, missing, extra)

    def _misread(self, parts: Parts) -> str:
        """Return why the document would not read back with a text; empty if it would."""
        format = formats.get(self.desk.source(self.path).format)
        joint = notation_of(format).joint
        put = settle(parts, joint) if joint else parts
        new = Outcome(self.segment, Status.HUMAN, None if put == self.segment.parts else put)
        outcomes = list(self.document.segments)
        outcomes[self.number] = new
        done = write(self.document.source, outcomes, format, self.pipeline.profile)
        found = done.segments[self.number]
        if found.status is not Status.REJECTED:
            return ""
        return (
            f"{found.reason}: it has markup of its own, or a slot where its markup is not read; "
            "put a backslash before a character that is meant as text"
        )

    def unit(self, parts: Parts) -> Unit:
        """Return the unit in which the memory keeps a person's text."""
        segment = self.segment
        own = [part for part in parts if isinstance(part, Slot) and part.kind == OWN]
        renamed = {slot.token: replace(slot, id=n) for n, slot in enumerate(own, 1)}
        named = [p if isinstance(p, str) else renamed.get(p.token, p) for p in parts]
        tokens = dict(enumerate(p.token for p in named if isinstance(p, Slot)))
        history = self.desk.book.memory.history(segment.tokens, self.pair, machine=False)
        contents = contents_digest(segment)
        fit = [kept.unit for kept in history if kept.unit.contents in ("", contents)]
        bound = self._is_block or own or drops(segment.slots, tokens)
        bound = bound or any(unit.contents for unit in fit)  # else those would come first
        return Unit(
            segment.tokens,
            to_tokens(named),
            self.pair,
            Origin.HUMAN,
            contents=contents if bound else "",
            literals=tuple(slot.content for slot in own),
            document=self.path,
            position=segment.block,
            when=_later(fit),
        )

    @property
    def _is_block(self) -> bool:
        """True if the row is a block of several sentences, or several blocks."""
        segment = self.segment
        inside = mask(self.document.source, self.pair[0])
        return sum(segment.start <= s.start < segment.end for s in inside) > 1


def told(parts: Parts) -> str:
    """Return parts as a text by which two translations are compared: without blanks at line ends,
    and with a human's own markup as it is.

    >>> told(("A  mean of ", Slot(1, "own", "*all*"), "."))
    'A mean of *all*.'
    """
    written = (p if isinstance(p, str) else p.content if p.kind == OWN else p.token for p in parts)
    return " ".join("".join(written).split())


def _tokens(texts: Iterable[str]) -> Counter[str]:
    return Counter(match.group() for text in texts for match in TOKEN.finditer(text))


def _later(units: Iterable[Unit]) -> float:
    """Return the present, or a moment after all these units, if a clock was wrong."""
    return max([time.time(), *(unit.when + 0.001 for unit in units)])
