"""Titles as they stand in a sentence, and back: capitals, articles and the mark at the end.

>>> inside(("The Rule of Bayes?",), names={"Bayes"})
('the rule of Bayes',)
>>> outside(("a regra de Bayes",), ("The Rule of Bayes?",), "en", "pt")
('A regra de Bayes', '?')
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from amts_ext.languages import profiles
from amts_ext.model import Parts, Slot

_TAIL = re.compile(r"\s*[?!:;.,…]+\s*\Z")
_WORD = re.compile(r"[^\W\d_]\w*(?:['’]\w+)?")
# Question words that follow an article which belongs to them: Portuguese "o que" is "what".
_ASKED = ("que", "quê", "qual", "quais")
# Letters of the shortest word that has a capital in every title; "of" and "the" need none.
_LONG = 4
# Letters of the longest ending by which two forms of a word differ: "previsão", "previsões".
_ENDING = 3
# English prepositions of that length that many titles write small all the same.
_LINKING = ("from", "into", "onto", "over", "than", "upon", "with", "between", "through", "versus")
_POSSESSIVE = re.compile(r"['’]s?\Z")
# Words that deny or ask: a title with one of them changes its meaning inside a carrier sentence.
_DENYING = re.compile(
    r"no|not|non|without|never|sem|não|sin|nunca"
    r"|do|does|did|is|are|was|were|can|should|will|has|have"
)
# The marks that a title may end with.
_ASKING = ("", "?")
# Spanish marks the beginning of a question and of an exclamation as well.
_OPENING = {"?": "¿", "!": "¡"}


def is_title(parts: Parts) -> bool:
    """Return whether a text is written as a title or a table cell.

    >>> is_title(("Softmax Regression",))
    True
    >>> is_title(("We look at softmax regression.",))
    False

    In a title, all words of four letters and more have capitals, but for prepositions ("Dive into
    Deep Learning"), and no full stop ends it.
    """
    longer = [word for word in _words(parts) if len(word) >= _LONG and word not in _LINKING]
    return all(w[0].isupper() for w in longer) and bool(longer) and _tail(parts).strip() in _ASKING


def is_common(parts: Parts, small: Collection[str]) -> bool:
    """Return whether a title can stand within a sentence.

    >>> is_common(("Average Pooling",), small={"average", "pooling"})
    True
    >>> is_common(("Bayes Rule",), small={"rule"})
    False
    >>> is_common(("No Pooling",), small={"no", "pooling"})
    False

    ``small`` holds the words that the text has in lower case: a word that it never writes so may
    be a name.
    """
    longer = [w for w in _words(parts) if len(w) >= _LONG or not w[1:]]
    return can_stand_inside(parts) and all(w.casefold() in small or w == "A" for w in longer)


def can_stand_inside(parts: Parts) -> bool:
    """Return whether a title says within a sentence what it says alone.

    >>> can_stand_inside(("Bayes Rule",)), can_stand_inside(("No Pooling",))
    (True, False)

    One that denies, or asks by a verb, does not.
    """
    return not any(_DENYING.fullmatch(w.casefold()) for w in _words(parts))


def is_odd(answer: Parts, inside: Parts, written: Parts) -> bool:
    """Return whether two other translations agree on a word against an answer.

    >>> is_odd(("De condes a chance",), ("De contagens a chances",), ("De Contagens a Chance",))
    True
    >>> is_odd(("Fine-Tuning BERT",), ("Ajuste fino de BERT",), ("Fine-Tuning BERT",))
    False

    The answer has to have a word that neither of them has, in any form, and they one that it has
    not. Words of less than four letters are not compared.
    """
    ours, theirs, others = (
        [w.casefold() for w in _words(parts) if len(w) >= _LONG]
        for parts in (answer, inside, written)
    )
    alone = [w for w in ours if not _has_form(theirs, w) and not _has_form(others, w)]
    instead = [w for w in theirs if _has_form(others, w) and not _has_form(ours, w)]
    return bool(alone and instead)


def _has_form(words: Collection[str], wanted: str) -> bool:
    """Return whether one of the words may be another form of the wanted one."""
    stems = {w[: max(_LONG, len(w) - _ENDING)] for w in words}
    stem = wanted[: max(_LONG, len(wanted) - _ENDING)]
    return any(w.startswith(stem) for w in words) or any(wanted.startswith(s) for s in stems)


def named(parts: Parts, answer: Parts) -> Parts:
    """Return a translation with the capitals that its words have in another one: of names.

    >>> named(("o teorema de bayes",), ("Lei de Bayes",))
    ('o teorema de Bayes',)
    """
    spelled = {word.casefold(): word for word in _words(answer)[1:]}

    def own(match: re.Match[str]) -> str:
        return spelled.get(match[0], match[0])

    return tuple([_WORD.sub(own, part) if isinstance(part, str) else part for part in parts])


def small_words(texts: Iterable[Parts]) -> set[str]:
    """Collect the words that sentences have in lower case; none of them is a name.

    >>> sorted(small_words([("Average Pooling",), ("We follow Bayes.",)]))
    ['follow']
    """
    return {w for parts in texts if not is_title(parts) for w in _words(parts) if w.islower()}


def names(texts: Iterable[Parts]) -> set[str]:
    """Collect the words that have a capital in the middle of a sentence: names, which keep it.

    >>> names([("Average Pooling",), ("We follow Bayes.",)])
    {'Bayes'}
    """
    found = set()
    for parts in texts:
        if not is_title(parts):
            found |= {word for word in _words(parts)[1:] if word[0].isupper()}
    return found


def inside(parts: Parts, names: Collection[str]) -> Parts:
    """Return a title as it stands within a sentence.

    >>> inside(("Using GPUs for the Rule of Bayes",), names={"Bayes"})
    ('using GPUs for the rule of Bayes',)

    Its words are in lower case but for names and abbreviations, and the mark at its end is left
    out. Of a text that is no title, only the first word changes.
    """
    title = is_title(parts)
    small: list[str | Slot] = []
    for at, part in enumerate(without_tail(parts)):
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
    """Return words from within a sentence as the translation of ``title``.

    >>> outside(("o pooling",), ("Pooling",), "en", "pt")
    ('Pooling',)
    >>> outside(("qué es pooling",), ("What Is Pooling?",), "en", "es")
    ('¿', 'Qué es pooling', '?')

    An article goes if the title has none. The first letter becomes a capital if the title's is
    one, and the title's last mark is put back. ``source`` and ``target`` are the languages.
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
    """Make the first letter of the text a capital."""
    for at, part in enumerate(parts):
        found = _WORD.search(part) if isinstance(part, str) else None
        if found and isinstance(part, str):
            start = found.start()
            capital = part[:start] + part[start].upper() + part[start + 1 :]
            return (*parts[:at], capital, *parts[at + 1 :])
    return parts


def _is_plain(word: str, names: Collection[str]) -> bool:
    """Return whether a word has its capital from the title: it is no name and no abbreviation."""
    if word in names or _POSSESSIVE.search(word):
        return False
    return word[1:].islower() or word == "A"


def _words(parts: Parts) -> list[str]:
    return [word for part in parts if isinstance(part, str) for word in _WORD.findall(part)]


def _tail(parts: Parts) -> str:
    last = parts[-1] if parts else ""
    found = _TAIL.search(last) if isinstance(last, str) else None
    return found[0] if found else ""


def without_tail(parts: Parts) -> Parts:
    """Return a title without the mark at its end."""
    tail = _tail(parts)
    return (*parts[:-1], str(parts[-1])[: -len(tail)]) if tail else parts


def _begins_with(parts: Parts, articles: str) -> bool:
    first = parts[0] if parts else ""
    return isinstance(first, str) and first.partition(" ")[0].casefold() in articles.split()


def _without_article(parts: Parts, articles: str) -> Parts:
    rest = str(parts[0]).partition(" ")[2].lstrip() if _begins_with(parts, articles) else ""
    asks = rest.partition(" ")[0] in _ASKED
    return (rest, *parts[1:]) if rest and not asks else parts
