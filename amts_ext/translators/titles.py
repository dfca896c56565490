"""The capitals, articles and marks of a title, as against those of the same words in a sentence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from amts_ext.languages import profiles
from amts_ext.model import Parts, Slot

_TAIL = re.compile(r"\s*[?!:;.,…]+\s*\Z")
_WORD = re.compile(r"[^\W\d_]\w*(?:['’]\w+)?")
_ASKED = ("que", "quê", "qual", "quais")
_LONG = 4
"""Letters of a word that has a capital in every title; "of" and "the" need not."""
_POSSESSIVE = re.compile(r"['’]s?\Z")
_DENYING = re.compile(
    r"no|not|non|without|never|sem|não|sin|nunca"
    r"|do|does|did|is|are|was|were|can|should|will|has|have"
)
"""What a title loses within a sentence: that it denies, or asks by a verb."""
_ASKING = ("", "?")
"""How a title may end."""
_OPENING = {"?": "¿", "!": "¡"}


def is_title(parts: Parts) -> bool:
    """Whether a text is written as a title or a cell: all longer words with capitals, no stop."""
    longer = [word for word in _words(parts) if len(word) >= _LONG]
    return all(w[0].isupper() for w in longer) and bool(longer) and _tail(parts).strip() in _ASKING


def is_common(parts: Parts, small: Collection[str]) -> bool:
    """Whether a title can stand within a sentence: its words are ``small`` in the text, no names.

    One that denies or asks by a verb loses that in a sentence.
    """
    found = _words(parts)
    longer = [w for w in found if len(w) >= _LONG or not w[1:]]
    denies = any(_DENYING.fullmatch(w.casefold()) for w in found)
    return not denies and all(w.casefold() in small or w == "A" for w in longer)


def small_words(texts: Iterable[Parts]) -> set[str]:
    """The words that are written small in sentences: these are no names."""
    return {w for parts in texts if not is_title(parts) for w in _words(parts) if w.islower()}


def names(texts: Iterable[Parts]) -> set[str]:
    """Words that have a capital in the middle of sentences: names, which keep it."""
    found = set()
    for parts in texts:
        if not is_title(parts):
            found |= {word for word in _words(parts)[1:] if word[0].isupper()}
    return found


def inside(parts: Parts, names: Collection[str]) -> Parts:
    """A title as it stands within a sentence: small but for names, without the mark at its end."""
    title = is_title(parts)
    small: list[str | Slot] = []
    for at, part in enumerate(_without_tail(parts)):
        if not isinstance(part, str):
            small.append(part)
            continue
        found = list(_WORD.finditer(part))
        for number, match in reversed(list(enumerate(found))):
            if (title or (at == number == 0)) and _is_plain(match[0], names):
                part = part[: match.start()] + match[0].lower() + part[match.end() :]
        small.append(part)
    return tuple(small)


def outside(parts: Parts, title: Parts, source: str, target: str) -> Parts:
    """What stands within a sentence, as the translation of ``title``.

    Without an article that the title has not, with its capital and the mark at its end; ``source``
    and ``target`` are the languages.
    """
    tail, mark = _tail(title), _tail(title).strip()[-1:]
    articles = profiles.load(profiles.spelled(target)).articles
    own = profiles.load(profiles.spelled(source)).articles
    if not _begins_with(title, own):
        parts = _without_article(parts, articles)
    if _words(title) and _words(title)[0][0].isupper():
        parts = _with_capital(parts)
    opening = _OPENING.get(mark, "") if target.split("-")[0] == "es" else ""
    return tuple(part for part in (opening, *parts, tail) if part)


def _with_capital(parts: Parts) -> Parts:
    """With the first letter of all a capital."""
    for at, part in enumerate(parts):
        found = _WORD.search(part) if isinstance(part, str) else None
        if found and isinstance(part, str):
            start = found.start()
            capital = part[:start] + part[start].upper() + part[start + 1 :]
            return (*parts[:at], capital, *parts[at + 1 :])
    return parts


def _is_plain(word: str, names: Collection[str]) -> bool:
    """Whether a word's capital is the title's: not a name's, and none of an abbreviation."""
    if word in names or _POSSESSIVE.search(word):
        return False
    return word[1:].islower() or word == "A"


def _words(parts: Parts) -> list[str]:
    return [word for part in parts if isinstance(part, str) for word in _WORD.findall(part)]


def _tail(parts: Parts) -> str:
    last = parts[-1] if parts else ""
    found = _TAIL.search(last) if isinstance(last, str) else None
    return found[0] if found else ""


def _without_tail(parts: Parts) -> Parts:
    tail = _tail(parts)
    return (*parts[:-1], str(parts[-1])[: -len(tail)]) if tail else parts


def _begins_with(parts: Parts, articles: str) -> bool:
    first = parts[0] if parts else ""
    return isinstance(first, str) and first.partition(" ")[0].casefold() in articles.split()


def _without_article(parts: Parts, articles: str) -> Parts:
    rest = str(parts[0]).partition(" ")[2].lstrip() if _begins_with(parts, articles) else ""
    asks = rest.partition(" ")[0] in _ASKED  # "o que" is one word of two
    return (rest, *parts[1:]) if rest and not asks else parts
