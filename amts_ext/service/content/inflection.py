"""Inflected forms: "redes" is a form of "rede", and "robusta" one of "robusto".

>>> is_form("redes", "rede", "pt"), is_form("robustas", "robusto", "pt")
(True, True)
>>> is_form("médio", "média", "pt"), is_form("médico", "média", "pt")
(False, False)

A term of a terminology stands in its dictionary form, or as a plural. Adjectives are masculine
there, so "robusta" is a form of "robusto"; a feminine noun such as "média" has no masculine form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from amts_ext.service.content.runs import spaced

_NUMBER = {
    "pt": "-s -es l-is l-s il-eis m-ns ao-oes",
    "es": "-s -es z-ces",
}
"""Endings of a singular and its plural, without accents: l-is turns "nível" to "níveis"."""
_GENDER = {
    "pt": "o-a o-as os-as os-a or-ora or-oras dois-duas",
    "es": "o-a o-as os-as os-a or-ora or-oras",
}
"""Endings of a masculine and its feminine, in the singular or the plural."""
_WORDS = re.compile(r"\w+")
_SHORT = 3
"""Words of so many letters at most do not count beside longer ones: "de", "dos", "em"."""


def is_form(word: str, term: str, language: str) -> bool:
    """Return whether a word is a form of a word of a term; letter case does not count.

    For languages other than Portuguese and Spanish, a word with the same beginning is a form:
    Turkish ``ağlarının`` is one of ``ağları``.
    """
    word, term = word.casefold(), term.casefold()
    if word == term:
        return True
    pairs = _pairs(language.split("-")[0])
    if not pairs:
        return len(term) > _SHORT and word.startswith(term[: max(4, len(term) - 2)])
    return _rests(_plain(term), _plain(word)) in pairs


def stands_in(said: str, text: str, language: str) -> bool:
    """Return whether a term stands in a text, also in another form.

    >>> stands_in("média robusta", "as médias robustas", "pt")
    True
    >>> stands_in("quantil", "quanto", "pt")
    False

    Both are casefolded. Short words such as "de" count only if the term has no others.
    """
    if said in text:
        return True
    if not spaced(said[:1] or " "):
        return False
    words, own = _WORDS.findall(text), _WORDS.findall(said)
    wanted = [word for word in own if len(word) > _SHORT] or own
    return bool(wanted) and all(any(is_form(w, term, language) for w in words) for term in wanted)


@cache
def _pairs(language: str) -> frozenset[tuple[str, str]]:
    """Return the endings that change a word's form, as (of the term, of the other word)."""
    number = [tuple(pair.split("-")) for pair in _NUMBER.get(language, "").split()]
    gender = [tuple(pair.split("-")) for pair in _GENDER.get(language, "").split()]
    found = [*number, *((plural, one) for one, plural in number), *gender]
    return frozenset((_rests(a, b)) for a, b in found) | (frozenset([("", "")]) if found else set())


def _rests(first: str, second: str) -> tuple[str, str]:
    """Return what is left of two words without their common beginning.

    >>> _rests("nivel", "niveis")
    ('l', 'is')
    """
    same = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
    return first[same:], second[same:]


def _plain(word: str) -> str:
    """Return a word without accents: they come and go with the ending ("viés", "vieses").

    >>> _plain("dispersão")
    'dispersao'
    """
    letters = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
