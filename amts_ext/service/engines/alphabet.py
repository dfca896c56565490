"""The characters that a model can spell, read from its own vocabulary.

A model's vocabulary is a file of SentencePiece, which was made from the model's training texts. A
character without a piece of its own is unknown to the model, and comes back as another one or not
at all: "−5 °C" came back as ``5 °C``, "{1, 2, 3}" as ``1, 2, 3 euros``.

The file is a protocol buffer (https://protobuf.dev/programming-guides/encoding/) with the message
``ModelProto`` of SentencePiece (``sentencepiece_model.proto``): field 1 is one piece of the
vocabulary, whose field 1 is its text and field 3 its kind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from amts_ext.service.engines.repair import straight

_PIECE, _TEXT, _KIND = 1, 1, 3
"""Numbers of the fields that are read."""
_NORMAL, _BYTE = 1, 6
"""Kinds of pieces: a part of a word (the default), and one byte of a character without a piece."""
_READ = frozenset(".,;:!?'\"()- ")
"""Punctuation of sentences. A model may know it on one side only: Chinese has marks of its own."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = ("L", "M")


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters that a model, or a chain of models, can spell.

    >>> portuguese = Alphabet(frozenset("NaelMrnivu"), frozenset("5"))
    >>> portuguese.spells("Müller"), portuguese.spells("naïve"), portuguese.spells("−5")
    (False, True, False)
    """

    letters: frozenset[str]
    """Letters that the model can read."""
    signs: frozenset[str]
    """Digits and signs that the model can read and write."""
    every_letter: bool = False
    """True if a letter without a piece of its own is spelled in bytes."""

    def spells(self, text: str) -> bool:
        """Return whether the model can spell every character of a text, as it would be sent."""
        return all(map(self._has, self.respelled(text)))

    def respelled(self, text: str) -> str:
        """Return a text as the model gets it: what it cannot spell has another spelling if one is
        usual.

        >>> Alphabet(frozenset("naive"), frozenset()).respelled("“naïve”")
        '"naive"'

        Quotes and dashes become straight. A word in lower case loses marks that the model does not
        know, because it is no name. Letters and digits that differ in their shape only (full
        width, ligatures) become plain ones.
        """
        text = straight(unicodedata.normalize("NFC", text))
        if all(map(self._has, text)):
            return text
        text = "".join(c if self._has(c) else self._plain(c) for c in text)
        return _WORD.sub(lambda found: self._without_marks(found[0]), text)

    def _has(self, character: str) -> bool:
        if character in _READ or character.isspace():
            return True
        if unicodedata.category(character)[0] in _LETTERS:
            return character in self.letters or (self.every_letter and not _is_symbol(character))
        return character in self.signs

    def _plain(self, character: str) -> str:
        """Return the letters or the digit that a character is another shape of, else itself."""
        if _is_symbol(character):
            return character
        plain = unicodedata.normalize("NFKC", character)
        kinds = {unicodedata.category(c)[0] for c in (character, *plain)}
        is_digit = unicodedata.category(character) == "Nd"
        is_same = kinds <= set(_LETTERS) or (is_digit and kinds == {"N"})
        return plain if is_same and all(map(self._has, plain)) else character

    def _without_marks(self, word: str) -> str:
        if not word.islower() or all(map(self._has, word)):
            return word
        apart = unicodedata.normalize("NFD", word)
        bare = "".join(c for c in apart if not unicodedata.combining(c))
        return bare if all(map(self._has, bare)) else word


def _is_symbol(letter: str) -> bool:
    """Return whether a letter is another one in a font of mathematics: "ℝ" means the real numbers.

    >>> _is_symbol("ℝ"), _is_symbol("R"), _is_symbol("ﬁ")
    (True, False, False)
    """
    return unicodedata.decomposition(letter).startswith("<font>")


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    characters: frozenset[str]
    has_bytes: bool


def of_models(ways: Sequence[tuple[bytes, bytes]]) -> Alphabet:
    """Return the alphabet of models that translate one after the other.

    ``ways`` has the source and the target vocabulary of each. Letters have to be known where the
    text comes in, because they are translated. All else has to come out as it went in.
    """
    pairs = [(read(source), read(target)) for source, target in ways]
    first = pairs[0][0]
    every = [vocabulary.characters for pair in pairs for vocabulary in pair]
    return Alphabet(first.characters, frozenset.intersection(*every), first.has_bytes)


@cache
def of_folders(vocabularies: tuple[tuple[Path, Path], ...]) -> Alphabet:
    """Return the alphabet of models by the files of their vocabularies, as :func:`of_models`."""
    return of_models([(a.read_bytes(), b.read_bytes()) for a, b in vocabularies])


def read(data: bytes) -> _Vocabulary:
    """Read a vocabulary.

    Raises ValueError if ``data`` is none.
    """
    characters: set[str] = set()
    has_bytes = False
    for number, piece in _fields(data):
        if number != _PIECE or not isinstance(piece, bytes):
            continue
        content = dict(_fields(piece))
        text, kind = content.get(_TEXT), content.get(_KIND, _NORMAL)
        has_bytes |= kind == _BYTE
        if kind == _NORMAL and isinstance(text, bytes):
            characters.update(text.decode())
    return _Vocabulary(frozenset(characters), has_bytes)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the fields of a message: their numbers, with an integer or with bytes."""
    at = 0
    while at < len(data):
        key, at = _integer(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _integer(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = _integer(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"no vocabulary: a field of kind {kind} at byte {at}")
        if at + size > len(data):
            raise ValueError("no vocabulary: it is cut off")
        yield key >> 3, data[at : at + size]
        at += size


def _integer(data: bytes, at: int) -> tuple[int, int]:
    """Return the integer at a place, seven bits a byte, and the place behind it."""
    value = shift = 0
    while at < len(data):
        byte = data[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at
    raise ValueError("no vocabulary: it is cut off")
