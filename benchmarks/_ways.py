"""The ways that sync.py compares: what each leaves to a person, and the machine that all ask."""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from _next_edition import Edition
from _next_words import is_chinese

from amts_ext import formats, translate_text
from amts_ext.sync import ReviewItem, SyncResult
from amts_ext.translators.function import Function

OPEN, CLOSE, FILL, FIRST = "\u3400", "\u3401", "\u3402", 0x3500
"""An answer of the machine is kept by its number between two marks, until its text is put in. All
are Chinese characters that no text has, so that they are treated as Chinese text is."""
_ANSWER = re.compile(f"{OPEN}(.)(.*?){CLOSE}", re.DOTALL)
_NO_SLOT = re.compile(r"[\u3400-\u4dbf\s]")


class Machine:
    """A translator whose answers are those of the reference, with some words spoilt."""

    def __init__(self, edition: Edition, spoilt: float, seed: int) -> None:
        self._edition, self._spoilt, self._seed = edition, spoilt, seed
        self._sentences: dict[str, list[int]] = {}
        for j, segment in enumerate(edition.source.segments):
            self._sentences.setdefault(segment.tokens, []).append(j)
        self._numbers: dict[str, int] = {}
        self.sent = 0
        """Characters that it was asked to translate."""

    @property
    def translator(self) -> Function:
        return Function(self._answers, sure=True)

    def _answers(self, sentences: list[str]) -> list[str]:
        self.sent += sum(map(len, sentences))
        return [self._marked(sentence) for sentence in sentences]

    def _marked(self, sentence: str) -> str:
        """The number of an answer, with all slots of its sentence."""
        number = self._numbers.setdefault(sentence, len(self._numbers))
        slots = re.findall("⟦[^⟧]*⟧", sentence)
        return OPEN + chr(FIRST + number) + "".join(FILL + s for s in slots) + FILL + CLOSE

    def spelled(self, text: str) -> str:
        """A text with the answers at the places of their numbers."""
        return _ANSWER.sub(self._spelled, text)

    def _spelled(self, match: re.Match[str]) -> str:
        sentence = [*self._numbers][ord(match[1]) - FIRST]
        found = self._sentences.get(sentence, [])
        there = _NO_SLOT.sub("", match[2])
        exact = [j for j in found if self._slots(j) == there]
        assert found, sentence
        return self.spoil(self._edition.answer((exact or found)[0]))

    def _slots(self, j: int) -> str:
        return _NO_SLOT.sub("", "".join(s.content for s in self._edition.source.segments[j].slots))

    def spoil(self, text: str) -> str:
        """Replace words of a text, always the same ones."""
        chance = random.Random(f"{self._seed}:{text}")
        letters = list(text)
        places = [k for k, letter in enumerate(letters) if is_chinese(letter)]
        for k in range(0, len(places), 2):
            if chance.random() < self._spoilt:
                for place in places[k : k + 2]:
                    letters[place] = chr(0x4E00 + (ord(letters[place]) - 0x4E00 + 9000) % 20000)
        return "".join(letters)


@dataclass
class Left:
    """What a way leaves to a person."""

    text: str
    places: list[tuple[int, int]] = field(default_factory=list)
    """Where its prose is to be read again."""
    elsewhere: int = 0
    """The characters to read beside them: code, and what is in no text."""
    glance: int = 0
    """Of ``reread``: in items for which a glance is enough."""
    sent: int = 0
    unseen: int = 0

    @property
    def reread(self) -> int:
        return self.elsewhere + sum(end - start for start, end in self.places)


def prose_to_read(text: str, item: ReviewItem, machine: Machine) -> list[tuple[int, int]]:
    """Where the prose of an item is, in the text with the machine's answers."""
    blocks = formats.get("d2l").read(text[item.start : item.end]).blocks
    ends = [(item.start + b.start, item.start + b.end) for b in blocks]
    return [tuple(len(machine.spelled(text[:at])) for at in place) for place in ends]


def code_to_read(text: str, item: ReviewItem) -> int:
    """The characters of an item without prose; ``text`` is what stands there now."""
    new, known = (item.new_source, item.old_source) if item.kept else (text, item.new_source)
    lines = {*known.splitlines(), *item.old_target.splitlines()}
    return sum(len(line.strip()) for line in new.splitlines() if line not in lines)


def by_sync(machine: Machine, result: SyncResult) -> Left:
    left = Left(machine.spelled(result.text), sent=machine.sent)
    for item in result.items:
        places = prose_to_read(result.text, item, machine)
        code = 0 if places else code_to_read(result.text[item.start : item.end], item)
        left.places += places
        left.elsewhere += code
        left.glance += (code + sum(b - a for a, b in places)) if item.at_a_glance else 0
    return left


def again(texts: list[str | None], old: list[str], machine: Machine) -> Left:
    """Translate some sections again; the others, None, are the human's ``old`` ones."""
    before = machine.sent
    left = Left("")
    for text, kept in zip(texts, old, strict=True):
        if text is None:
            left.text += kept
            continue
        new, at = translate_text(text, "d2l", "en", "zh", machine.translator), 0
        for match in _ANSWER.finditer(new):
            left.text += new[at : match.start()]
            answer = machine.spelled(match[0])
            left.places.append((len(left.text), len(left.text) + len(answer)))
            left.text, at = left.text + answer, match.end()
        left.text += new[at:]
    left.sent = machine.sent - before
    return left


def sections(edition: Edition) -> tuple[list[str | None], list[str]]:
    """The source's sections that changed, and the human's text of the others."""
    starts = section_starts(edition)
    human = {
        " ".join(text.split()): edition.human.text[a:b]
        for text, (a, b) in zip(edition.base.sections, starts, strict=True)
    }
    new: list[str | None] = []
    old = []
    for text in edition.source.sections:
        kept = human.get(" ".join(text.split()))
        new.append(text if kept is None else None)
        old.append(kept or "")
    return new, old


def section_starts(edition: Edition) -> list[tuple[int, int]]:
    """Where the sections of the base are in the human's text."""
    starts = [0]
    for start, end in edition.base.document.titles:
        held = (i for i, s in enumerate(edition.base.segments) if start <= s.start < end)
        unit = next((edition.unit_of[i] for i in held if i in edition.unit_of), None)
        if start:
            place = edition.human.text.rfind("\n", 0, unit.start) + 1 if unit else starts[-1]
            starts.append(max(place, starts[-1]))
    return list(zip(starts, [*starts[1:], len(edition.human.text)], strict=True))


def by_merge_file(edition: Edition) -> Left:
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, side in (("a", edition.human), ("b", edition.base), ("c", edition.source)):
            names.append(str(Path(folder) / name))
            Path(names[-1]).write_text(side.text, "utf-8")
        command = ["git", "merge-file", "-p", *names]
        text = subprocess.run(command, capture_output=True, encoding="utf-8").stdout
    marked = re.finditer(r"^<{7} .*?^>{7} [^\n]*\n?", text, re.DOTALL | re.MULTILINE)
    return Left(text, [match.span() for match in marked])
