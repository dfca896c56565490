"""Checks of the language: untranslated text, a foreign script, another language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from amts_ext.checks.base import WORD, Context, Finding, Kind, Side, quoted, scripts
from amts_ext.languages.identify import identifier
from amts_ext.languages.scripts import is_unspaced, writing

RUN = 4
"""The number of consecutive source words from which on a passage counts as copied."""
FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and which that this these those with from because when where while their "
        "its not were than they you into there been",
        "es": "el los las una que del con por para como pero cuando donde más este esta "
        "muy son sus",
        "pt": "os um uma que da do dos das com por para como mas quando onde mais este "
        "esta são não",
        "fr": "le les des une que qui du avec pour dans mais quand où plus cette est sont ne pas",
        "de": "der die das und nicht mit von ist sind eine wenn wird auf durch aber auch",
    }.items()
}
"""Words that have no sense outside sentences of their language. Two words in a row, of which one is
such a word, count as copied."""
OWN_SHARE = 0.2
"""The least share of letters that has to be in the target's script."""
LETTERS = {True: 12, False: 25}
"""Letters that the detector of languages needs; True: for languages that write no blanks between
words. Measured: see docs/checks.md."""
TIMES = 7.0
"""The factor by which another language has to be likelier than the target's to be reported."""

_BRACKETS = regex.compile(r"[(（\[【「『“\"‘《][^()（）\[\]]*[)）\]】」』”\"’》]")
_KNOWN_EVERYWHERE = ("Latin", "Greek", "Common", "Inherited")


def untranslated(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find a translation that is empty, repeats the source, or holds a passage of it.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> same = Side(("We train it.",))
    >>> [finding.message for finding in untranslated(same, same, portuguese)]
    ['the same words as in the source']
    """
    if not source.words:
        return
    if not target.words:
        yield Finding(Kind.UNTRANSLATED, "the translation has no words")
    elif _folded(source.words) == _folded(target.words):
        if not _is_name(source.words):
            yield Finding(Kind.UNTRANSLATED, "the same words as in the source")
    elif copied := _copied(source, target, context):
        yield Finding(Kind.UNTRANSLATED, f"{quoted(copied)} is left in {context.source}")


def _folded(words: list[str]) -> list[str]:
    return [word.casefold() for word in words]


def _is_name(words: list[str]) -> bool:
    """Return whether words may be names that stay as they are.

    A single word always may (``GloVe``; ``error`` is also Spanish). Several may if all begin with
    capitals and one has more of them (``Intel CPU``).
    """
    certain = [word for word in words if len(word) == 1 or word[1:] != word[1:].lower()]
    named = bool(certain) and all(word in certain or word[0].isupper() for word in words)
    return named or len(words) == 1


def _copied(source: Side, target: Side, context: Context) -> str:
    """Return the first run of source words in the target that is no name or term, or nothing.

    Such a run has :data:`RUN` words, not all with capitals, or two small words of which one is a
    function word: more may be a name (``Plan 9 from Outer Space``). Brackets and quotes may hold
    the original.
    """
    plain = _outside_brackets(target.text)
    ours, theirs = _runs(source.text, RUN), _runs(plain, RUN)
    for run in theirs:
        if run in ours and not all(word[0].isupper() for word in run):
            return " ".join(run)
    function = _functions(context)
    ours, theirs = _runs(source.text, 2), _runs(plain, 2)
    for run in theirs:
        if run in ours and not function.isdisjoint(run) and " ".join(run).islower():
            return " ".join(run)
    return ""


def _functions(context: Context) -> frozenset[str]:
    """Return the function words of the source language that the target language has not."""
    own = FUNCTION_WORDS.get(context.source.split("-")[0], frozenset())
    return own - FUNCTION_WORDS.get(context.target.split("-")[0], frozenset())


def _outside_brackets(text: str) -> str:
    """Return the text without brackets and quotes and their contents, nested to two levels."""
    return _BRACKETS.sub(" ; ", _BRACKETS.sub(" ; ", text))


def _runs(text: str, size: int) -> dict[tuple[str, ...], None]:
    """Return the runs of ``size`` Latin words with only blanks between them, in order."""
    found: dict[tuple[str, ...], None] = {}
    for stretch in regex.findall(r"\p{Latin}[\p{Latin}\p{M}'’ -]*", text):
        words = stretch.split()
        found |= {tuple(words[i : i + size]): None for i in range(len(words) - size + 1)}
    return found


def script(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find too few letters of the target's script, foreign letters, and the other Chinese script.

    >>> from amts_ext.languages.profiles import load
    >>> simplified = Context("en", load("zh"))
    >>> [f.message for f in script(Side(("data",)), Side(("數據",)), simplified)]
    ["'數據' is not Chinese (Simplified)"]
    """
    own = scripts(context.target)
    letters = "".join(target.words)
    plain = WORD.findall(_outside_brackets(target.text))
    common = [word for word in plain if word == word.lower() and len(word) > 1]
    ours = len(_letters(own).findall(letters))
    if own != ("Latn",) and len(common) > 1 and ours < OWN_SHARE * sum(map(len, common)):
        yield Finding(Kind.SCRIPT, f"hardly any letters of {context.profile.name}")
    known = _letters((*own, *_KNOWN_EVERYWHERE))
    strange = set(known.sub("", letters)) - set(source.text)
    if strange:
        shown = quoted("".join(sorted(strange)))
        yield Finding(Kind.SCRIPT, f"{shown} is not written in {context.profile.name}")
    if other := _other_han(letters, writing(context.target)):
        yield Finding(Kind.SCRIPT, f"{quoted(other)} is not {context.profile.name}")


@cache
def _letters(names: tuple[str, ...]) -> regex.Pattern[str]:
    return regex.compile("[" + "".join(rf"\p{{Script={name}}}" for name in names) + "]")


def _other_han(letters: str, code: str) -> str:
    """Return the letters that only the other Chinese script has.

    GB 2312 holds the simplified characters, Big5 the traditional ones.
    """
    encodings = {"Hans": ("gb2312", "big5"), "Hant": ("big5", "gb2312")}
    if code not in encodings:
        return ""
    own, other = encodings[code]
    found = dict.fromkeys(c for c in letters if not _fits(c, own) and _fits(c, other))
    return "".join(found)


@cache
def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def language(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find a text that the detector of languages takes for another language.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> spanish = Side(("Entrenamos el modelo con todos los datos que tenemos.",))
    >>> [f.message for f in language(Side(("…",)), spanish, portuguese)]
    ["reads like 'es', not 'pt'"]

    Texts with fewer than :data:`LETTERS` are not judged; names that the source has do not count.
    """
    text = _outside_brackets(target.text)
    own = _letters(scripts(context.target))
    names = {word for word in source.words if word[0].isupper()}
    words = (word for word in regex.findall(r"[\p{L}\p{M}'’]+", text) if word not in names)
    text = " ".join(word for word in words if own.search(word))
    if sum(map(str.isalpha, text)) < LETTERS[is_unspaced(context.target)]:
        return
    # Varieties of a language (Wu, Pidgin) have codes of three letters.
    likely = {code: p for code, p in identifier().rank(text) if len(code) == 2}
    best = max(likely, key=lambda code: likely[code])
    own_code = context.target.split("-")[0]
    if own_code in likely and likely[best] > TIMES * likely[own_code]:
        yield Finding(Kind.LANGUAGE, f"reads like '{best}', not '{own_code}'")
