"""What a model can spell is read from its own vocabulary."""

from __future__ import annotations

from pathlib import Path

import pytest

from amts_ext.service.engines import alphabet, models
from amts_ext.service.engines.alphabet import Alphabet


def field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return bytes([number << 3, content])
    return bytes([number << 3 | 2, len(content)]) + content


def piece(text: str, kind: int | None = None) -> bytes:
    score = bytes([2 << 3 | 5]) + b"\0\0\0\0"
    rest = b"" if kind is None else field(3, kind)
    return field(1, field(1, text.encode()) + score + rest)


def vocabulary(*texts: str, has_bytes: bool = False) -> bytes:
    control = piece("<unk>", 2) + piece("</s>", 3)
    extra = piece("<0x41>", 6) if has_bytes else b""
    trainer = field(2, field(1, b"corpus.txt"))
    return control + b"".join(map(piece, texts)) + extra + trainer


def test_characters_come_from_normal_pieces_only() -> None:
    found = alphabet.read(vocabulary("▁the", "é"))
    assert found.characters == set("▁theé")
    assert not found.has_bytes
    assert alphabet.read(vocabulary("a", has_bytes=True)).has_bytes


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_vocabulary_that_is_cut_off_is_no_vocabulary(cut: int) -> None:
    with pytest.raises(ValueError, match="no vocabulary"):
        alphabet.read(vocabulary("the")[:-cut])


def test_signs_have_to_come_through_every_model_and_letters_only_into_the_first() -> None:
    way = [(vocabulary("ab%5"), vocabulary("xy%5")), (vocabulary("xy%5"), vocabulary("5"))]
    found = alphabet.of_models(way)
    assert found.spells("ab 5.")
    assert not found.spells("%")
    assert not found.spells("x")


def test_a_model_with_bytes_spells_every_letter_but_no_sign() -> None:
    found = alphabet.of_models([(vocabulary("a", has_bytes=True),) * 2])
    assert found.spells("漢")
    assert not found.spells("≤")


def test_the_model_from_english_to_portuguese() -> None:
    folder = models.find_folder("en", "pt", Path())
    assert folder is not None
    found = alphabet.of_folders((models.vocabularies(folder),))
    assert found.spells("“The mean” — an input–output pair’s – is 5 °C…")
    assert found.spells("The naïve façade, e\u0301 and １２.")
    strange = "≤−½{‰€×⁻αŁ✓\\#@北ё🙂"
    assert [text for text in (*strange, "Mü", "Nuñez", "1–2") if found.spells(text)] == []


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Naïve", "Naïve"),
        ("naïve", "naive"),
        ("ﬁ", "fi"),
        ("１", "1"),
        ("²", "²"),
        ("½", "½"),
        ("1–2", "1–2"),
        ("a—b", "a - b"),
    ],
)
def test_another_spelling_is_used_only_where_nothing_is_lost(text: str, spelled: str) -> None:
    latin = Alphabet(frozenset("Nnaivefb"), frozenset("12"))
    assert latin.respelled(text) == spelled
