"""Letters that the source language does not write itself: Greek letters, other scripts, names.

A text in English has "α", "Пётр", "北京" and "Müller" from elsewhere, and a translation keeps them.
A word in lower case, such as "naïve", is a loan word and is translated.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

import regex

from amts_ext.facts.sides import Side
from amts_ext.languages import profiles
from amts_ext.languages.scripts import is_latin, letters

_OTHER = regex.compile(r"[[\p{L}--[\p{Latin}ªº]]][\p{L}\p{M}]*", regex.V1)
"""A word of letters that are not Latin."""
_NAME = regex.compile(r"\p{Lu}[\p{Latin}\p{M}'’]*\p{L}")
_GREEK = {"μ": ("mu", "micro", "μ"), "Ω": ("omega", "ohm"), "σ": ("sigma",)}
"""What a Greek letter that is also a unit may be called."""


def changed_letters(source: Side, target: Side, languages: tuple[str, str]) -> Iterator[str]:
    """Find letters and names from elsewhere that the target has lost.

    >>> def found(source, target):
    ...     return list(changed_letters(Side((source,)), Side((target,)), ("en", "pt")))
    >>> found("The angle α is small.", "O ângulo é pequeno.")
    ["'α' is missing"]
    >>> found("Dr. Müller waits.", "O Dr. M'ller espera.")
    ["the name 'Müller' is missing"]
    >>> found("We say naïve.", "Dizemos ingênuo.")
    []

    Names are compared between languages of Latin letters only; other languages spell them anew.
    """
    if source.text.isascii():
        return
    there = _folded(target.whole)
    yield from (f"'{word}' is missing" for word in _other(source, target, there, languages))
    if is_latin(languages[0]) and is_latin(languages[1]):
        for name in _names(source.text, languages[0]):
            if _folded(name) not in there and not _is_exonym(name, source, target):
                yield f"the name '{name}' is missing"


def _other(source: Side, target: Side, there: str, languages: tuple[str, str]) -> Iterator[str]:
    """Yield the words of scripts that neither language writes, and that the target lacks."""
    for word in dict.fromkeys(_OTHER.findall(source.text)):
        written = any(letters(lang).match(word) for lang in languages if not is_latin(lang))
        folded = _folded(word)
        # "ℝ" is folded to "r", which any text has.
        is_there = word in target.whole if folded.isascii() else folded in there
        if not (written or is_there or _is_called(word, target)):
            yield word


def _is_called(letter: str, target: Side) -> bool:
    """Return whether the target has a Greek letter by its name, as in ``\\alpha``."""
    if unicodedata.normalize("NFKC", letter).isascii():
        return "\\math" in target.held
    if len(letter) > 1 or "GREEK" not in unicodedata.name(letter, ""):
        return False
    name = unicodedata.name(unicodedata.normalize("NFKC", letter)).split()[-1].casefold()
    names = (name, name.replace("ph", "f"), *_GREEK.get(unicodedata.normalize("NFKC", letter), ()))
    return any(n in target.whole.casefold() for n in names)


def _names(text: str, language: str) -> Iterator[str]:
    """Yield the words with a capital and a letter that the language does not write itself."""
    own = _own(language)
    for name in dict.fromkeys(_NAME.findall(unicodedata.normalize("NFC", text))):
        if own is not None and any(c.isalpha() and c.casefold() not in own for c in name):
            yield name


@cache
def _own(language: str) -> frozenset[str] | None:
    """Return the letters that a language writes itself; None if its profile does not say."""
    code = profiles.spelled(language)
    letters = profiles.load(code).letters if code in profiles.available() else None
    return None if letters is None else frozenset("abcdefghijklmnopqrstuvwxyz" + letters)


def _is_exonym(name: str, source: Side, target: Side) -> bool:
    """Return whether the target may have the name in its own spelling: "Zurique" for "Zürich".

    That is another word with the same initial, which is more than the name with letters left out.
    """
    bare = _bare(name)
    damaged = regex.compile("".join(c if c.isascii() else "[^ ]{0,2}" for c in name), regex.I)
    known = set(_NAME.findall(source.text))
    # The first word of a sentence has its capital from there.
    others = [w for w in _NAME.findall(target.text.lstrip(), pos=1) if w not in known]
    return any(_bare(w)[0] == bare[0] and not damaged.match(w) for w in others)


def _bare(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)) or word


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
