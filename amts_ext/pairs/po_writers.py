r"""Who wrote a message of a catalog: a human, or this program, which marks what it fills in.

The mark is a translator's comment, ``# amts: machine 0123456789abcdef``. Its digits are digests of
the message and of its translation. So a text that somebody edited, or whose mark somebody took off,
is a human's; and a message that changed under its translation is known.

>>> from amts_ext.pairs.po import PoFile
>>> file = PoFile.read(b'msgid "A cat."\nmsgstr ""\n', "intro.po")
>>> filled = file.changed({0: filling(file.messages[0], "Um gato.", PoWord.MACHINE)})
>>> writer(PoFile.read(filled, "intro.po").messages[0])
<PoWriter.PROGRAM: 'program'>
>>> edited = filled.replace(b"Um gato.", b"Uma gata.")
>>> writer(PoFile.read(edited, "intro.po").messages[0])
<PoWriter.HUMAN: 'human'>
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256

from babel.messages.catalog import Message as BabelMessage
from babel.messages.catalog import TranslationError
from babel.messages.checkers import python_format

from amts_ext.pairs.po import FUZZY, Message, PoChange


class PoWord(StrEnum):
    """The word of a mark."""

    MACHINE = "machine"
    """A machine's translation."""
    FUZZY = "fuzzy"
    """The same, flagged as fuzzy. Who takes the flag off approves it: it is a human's then."""
    HUMAN = "human"
    """The words of a human, who wrote them elsewhere."""


class PoWriter(StrEnum):
    """The maker of a message's translation."""

    NOBODY = "nobody"
    """There is none."""
    HUMAN = "human"
    UNSURE = "unsure"
    """A human's or a tool's text that is flagged as fuzzy."""
    PROGRAM = "program"
    """This program's own."""
    OUTDATED = "outdated"
    """This program's own, for what the message was before."""
    OTHER = "other"
    """The header."""


_BRACES = re.compile(r"\{[^{}]*\}")
_MARK = re.compile(r"amts: (machine|fuzzy|human) ([0-9a-f]{8})([0-9a-f]{8})")


def writer(message: Message) -> PoWriter:
    """Return who wrote the translation of a message."""
    if not message.id:
        return PoWriter.OTHER
    if not any(message.texts):
        return PoWriter.NOBODY
    for mark in filter(None, map(_MARK.fullmatch, message.comments)):
        approved = mark[1] == PoWord.FUZZY and FUZZY not in message.flags
        if mark[3] == _digest(*message.texts) and not approved:
            return PoWriter.PROGRAM if mark[2] == _id(message) else PoWriter.OUTDATED
    return PoWriter.UNSURE if FUZZY in message.flags else PoWriter.HUMAN


def filling(message: Message, text: str | tuple[str, ...], word: PoWord) -> PoChange:
    """Return the change that fills a translation in, with its mark.

    ``text`` is one for each plural form, or just one.

    Tools flag every "50% of" and "{x}" as a format of Python. Where that cannot be meant, the flag
    is taken off and ``no-…`` says so, or ``msgfmt --check`` would refuse the catalog.
    """
    texts = (text,) if isinstance(text, str) else text
    wrong = _wrong_flags(message, texts)
    fuzzy = [FUZZY] if word is PoWord.FUZZY else []
    return PoChange(
        text,
        f"amts: {word} {_id(message)}{_digest(*texts)}",
        [comment for comment in message.comments if _MARK.fullmatch(comment)],
        [*fuzzy, *(f"no-{flag}" for flag in wrong)],
        [*wrong, *([] if fuzzy else [FUZZY])],
    )


def is_current(message: Message, text: str | tuple[str, ...]) -> bool:
    """Return whether a message of this program needs no change to have this translation.

    An update of the catalog sets the flags of formats again.
    """
    texts = (text,) if isinstance(text, str) else text
    return message.texts == texts and not _wrong_flags(message, texts)


def _wrong_flags(message: Message, texts: Sequence[str]) -> list[str]:
    kept = {"python-format": _keeps_percents, "python-brace-format": _keeps_braces}
    return [
        flag
        for flag, keeps in kept.items()
        if flag in message.flags and not all(map(keeps, message.sources, texts))
    ]


def _keeps_percents(id: str, text: str) -> bool:
    try:
        python_format(None, BabelMessage(id, text, flags=["python-format"]))
    except TranslationError:
        return False
    return True


def _keeps_braces(id: str, text: str) -> bool:
    return sorted(_BRACES.findall(id)) == sorted(_BRACES.findall(text))


def _id(message: Message) -> str:
    return _digest(message.id, *([] if message.plural is None else [message.plural]))


def _digest(*texts: str) -> str:
    return sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:8]
