"""Sentences and cells that follow their source, word by word and line by line.

The smallest steps of the reference of sync.py: see `_next_edition.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from amts_ext.model import Segment, Slot

RATIO = 0.36
"""Chinese characters per English letter in the table; sync.py prints the human edition's beside."""
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]")
_ATOM = re.compile(
    r"\$[^$]*\$|:\w+:`[^`]*`|`[^`]*`|\[\*\*|\*\*\]|\*\*|https?://[\w./-]+|[A-Za-z]+"
    r"|\d+(?:[.,]\d+)*|.",
    re.DOTALL,
)
_WIDE = {",": "，", ".": "。", ":": "：", ";": "；", "?": "？", "!": "！", "(": "（", ")": "）"}
_LINES = frozenset({"soft", "break"})


def is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def table(word: str) -> str:
    """The perfect translation of a word, a number or a sign, taken by itself."""
    if word in _WIDE:
        return _WIDE[word]
    if not word[0].isalpha():
        return word
    if word.casefold() in ("a", "an", "the"):
        return ""
    digest = hashlib.sha256(word.casefold().encode()).digest()
    size = max(1, round(len(word) * RATIO))
    return "".join(chr(0x4E00 + (digest[2 * k] * 256 + digest[2 * k + 1]) % 3000)
                   for k in range(min(size, 15)))  # fmt: skip


class Word(NamedTuple):
    """A word of a sentence, or a slot with all that it holds."""

    text: str
    is_slot: bool

    @property
    def translation(self) -> str:
        return self.text if self.is_slot else table(self.text)


def words(segments: Sequence[Segment]) -> list[Word]:
    found: list[Word] = []
    for part in (p for s in segments for p in s.parts):
        if not isinstance(part, Slot):
            found += [Word(text, False) for text in TOKEN.findall(part)]
        elif part.kind not in _LINES:
            found.append(Word(part.content, True))
    return found


def _keys(some: Sequence[Word]) -> list[str]:
    return [w.text if w.is_slot else w.text.casefold() for w in some]


def revised(human: str, old: Sequence[Word], new: Sequence[Word]) -> str:
    """The human's sentence with what changed between two states of its source."""
    atoms = _ATOM.findall(human)
    whole = len(human.rstrip(" .。!！?？:：")) / max(len(human), 1) * len(atoms)
    gone: set[int] = set()
    put_in: dict[int, str] = {}
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, _keys(old), _keys(new), False).get_opcodes():
        if tag == "equal":
            continue
        place = min(round(i1 / max(len(old), 1) * len(atoms)), round(whole))
        taken = list(_taken(atoms, old[i1:i2], place, gone))
        gone |= {*taken}
        at = min(taken, default=place)
        put_in[at] = put_in.get(at, "") + "".join(w.translation for w in new[j1:j2])
    return "".join(
        put_in.get(k, "") + ("" if k in gone else atom) for k, atom in enumerate([*atoms, ""])
    )


def _taken(atoms: Sequence[str], old: Sequence[Word], place: int, gone: set[int]) -> Iterator[int]:
    """The atoms of a human's sentence that stood for some words of its source."""
    free = [k for k in range(len(atoms)) if k not in gone]
    letters = 0
    for word in old:
        same = [k for k in free if atoms[k] == word.text]
        if same:
            best = min(same, key=lambda k: abs(k - place))
            free.remove(best)
            yield best
        elif not word.is_slot and word.text[0].isalpha():
            letters += len(table(word.text))
    yield from [k for k in free if k >= place and is_chinese(atoms[k])][:letters]


def followed(base: str, source: str, human: str) -> str:
    """The source's new cell with the human's lines and comments, where theirs are still there."""
    if human == base:
        return source
    ours, theirs, own = (text.splitlines(keepends=True) for text in (base, source, human))
    lines: dict[int, list[str]] = {k: [line] for k, line in enumerate(ours)}
    comments: dict[str, str] = {}
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, ours, own, False).get_opcodes():
        if tag == "replace" and i2 - i1 == j2 - j1:
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                lines[i] = [own[j]]
                comments[ours[i].partition("#")[2]] = own[j].partition("#")[2]
        elif tag == "insert" and i1:
            lines[i1 - 1] = [*lines[i1 - 1], *own[j1:j2]]
        elif tag == "replace":
            lines[i1] = own[j1:j2]
            lines |= {i: [] for i in range(i1 + 1, i2)}
        elif tag == "delete":
            lines |= {i: [] for i in range(i1, i2)}
    found: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, ours, theirs, False).get_opcodes():
        if tag == "equal":
            found += [line for i in range(i1, i2) for line in lines[i]]
            continue
        for line in theirs[j1:j2]:
            code, sign, comment = line.partition("#")
            found.append(code + sign + comments.get(comment, "") if comments.get(comment) else line)
    return "".join(found)
