"""The terms of a terminology: found in a sentence, and put into its translation.

A sentence is first translated as it is. If the translation lacks a term, the sentence is translated
again with a token in the place of that term. Tokens for all terms at once would cost quality: a
neural engine that does not see the words loses verbs and genders. A sentence that is only a term
needs no engine.

Amazon Translate, too, applies terms by context
(https://docs.aws.amazon.com/translate/latest/dg/how-custom-terminology.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from amts_ext.model import Half
from amts_ext.service.content.agreement import agreed, with_article
from amts_ext.service.content.inflection import stands_in
from amts_ext.service.content.runs import Markup, Piece, spaced

_WORD_START = re.compile(r"(?<!\w)[^\W\d_]")
_JOINT = re.compile(r"[\s‐‑–−-]")
_JOINTS = r"(?:\s+|[‐‑–−-])"
"""An expression for what may stand between two words of a term: blanks, a hyphen or a dash."""
_APOSTROPHES = "['’]"
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
_ENGLISH_OBJECT = re.compile(
    r"\s+(?:the|a|an|every|each|this|these|those|its|their|it|them|all)(?!\w)", re.IGNORECASE
)
"""The beginning of an object: the word before it is a verb rather than a noun."""
_LAST_WORD = re.compile(r"[\w'-]+\s+\Z")
_NEAR = 32
"""Characters before a word that are looked at; the word before it stands there."""
_ENGLISH_NOUN = re.compile(
    r"(?<![\w'])(?:\d+|the|a|an|this|these|those|each|every|any|one|two|three|four|five"
    r"|six|seven|eight|nine|ten|twelve|its|their|our|your|my|his"
    r"|her|about|of|in|on|with|without|from|per|between|many|several|few|more|fewer|all)\s+\Z",
    re.IGNORECASE,
)
"""Words after which ``mean``, ``sample`` or ``bin`` is a noun of its own. After others it may be a
verb ("we sample") or a part of another noun ("recycle bin")."""
_ENGLISH_NO = re.compile(r"(?<![\w'])(?:no|not)\s+\Z", re.IGNORECASE)
"""Negations: after one, a term is left to the engine, whose sentence has the right negation."""
_ENGLISH_END = re.compile(
    r"\s*(?:[^\w\s]|\Z)|\s+(?:of|is|are|was|were|be|has|have|had|does|do|can|may|will|would|must"
    r"|should|and|or|but|in|on|at|for|to|from|with|without|by|as|than|against"
    r"|between|over|under|into|when|where|if|while|because|so|not|the|a|an|every|each|this|these|those|its"
    r"|their|it|them|all)(?!\w)",
    re.IGNORECASE,
)
"""Text that may follow an English noun. In "the bin width", "bin" is only a part of a noun, because
"width" is none of these."""

_ENGLISH_SINGULAR = re.compile(r"(?<![\w'])(?:a|an|this|that|each|every|one)\s+\Z", re.IGNORECASE)
_ENGLISH_VERB = re.compile(r"\s+[a-z]+(?<![sui])s(?![\w'])")
"""A verb in the third person, which follows a noun after "this": "this mean grows"."""
_ENGLISH_COUNT = re.compile(
    r"(?<![\w'])(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|these|those|many|several"
    r"|few|the|all|both|our|your|their|its)\s+\Z",
    re.IGNORECASE,
)
"""Words before a plural, whatever follows it: "2000 samples show it"."""
_ENGLISH_RELATIVE = re.compile(r"\s+(?:that|which|who|whose)(?!\w)", re.IGNORECASE)
_ENGLISH_AUXILIARY = re.compile(
    r"\s+(?:are|were|have|do|can|may|will|would|must|should)(?!\w)", re.IGNORECASE
)
"""Words that make the plural before them a subject: "outliers do not move it"."""


_ENGLISH_NO_VERB = re.compile(r"(?:.*(?:ing|[st]ions?|ness|ity|ance|ence))\Z")
"""Words that are nouns wherever no object follows them."""


class Glossary:
    """The terms of one language pair, with their translations.

    >>> glossary = Glossary({"bin": "intervalo"}, "en", "pt")
    >>> glossary.lacking(["Take a bin."], ["Pegue uma lixeira."])
    {'bin'}
    >>> glossary.lacking(["Bind the binary."], ["Ligue o binário."])
    set()

    A term is found as whole words. A small letter at the start of its words also finds a capital,
    as at the beginning of a sentence or in a title.
    """

    def __init__(self, terms: Mapping[str, str], source: str = "", target: str = "") -> None:
        self._terms = {term: translation for term, translation in terms.items() if term}
        self._found, self._pattern = _index(tuple(self._terms))
        self.source = source.split("-")[0]
        self.target = target

    def held(self, texts: Iterable[str]) -> dict[str, str]:
        """Return the terms that stand in the texts, with their translations.

        >>> Glossary({"bin": "intervalo", "mean": "média"}).held(["One bin."])
        {'bin': 'intervalo'}
        """
        found = {self._term(m[0]) for text in texts for m in self._find(text)}
        return {term: said for term, said in self._terms.items() if term in found}

    def whole(self, text: str) -> str:
        """Return the translation of a text that is one term, such as a title; empty for others.

        >>> glossary = Glossary({"sample mean": "média amostral"}, "en", "pt")
        >>> glossary.whole("Sample mean"), glossary.whole("the sample mean")
        ('Média amostral', 'a média amostral')
        """
        article = _ARTICLE.match(text) if self.source == "en" else None
        title = text[article.end() :] if article else text
        found = self._pattern.fullmatch(title) if self._pattern else None
        if found is None:
            return ""
        said = self._terms[self._term(found[0])]
        said = with_article(said, self.target) if article else said
        written = self._term(found[0])
        is_title = text[0].isupper() or any(
            ours.isupper() and ours != theirs for ours, theirs in zip(title, written, strict=False)
        )
        return said[:1].upper() + said[1:] if is_title else said

    def lacking(self, pieces: Sequence[Piece], result: Iterable[Piece]) -> set[str]:
        """Return the terms of a sentence whose translations are not in ``result``.

        Another form of a translation counts: "robusta" is enough for "robusto".
        """
        said = " ".join(p if isinstance(p, str) else p.inner for p in result).casefold()
        there = {
            self._term(match[0])
            for piece in pieces
            if isinstance(piece, str)
            for match in self._find(piece)
            if self._is_noun(piece, match)
        }
        says = self._terms
        return {t for t in there if not stands_in(says[t].casefold(), said, self.target)}

    def marked(self, pieces: Sequence[Piece], terms: set[str]) -> list[Piece]:
        """Return a sentence with a mark, which holds the translation, in the place of each term.

        >>> glossary = Glossary({"bin": "intervalo"}, "en", "pt")
        >>> [getattr(piece, "raw", piece) for piece in glossary.marked(["Take a bin."], {"bin"})]
        ['Take a ', 'intervalo', '.']
        """
        marked: list[Piece] = []
        for piece in pieces:
            marked += self._cut(piece, terms) if isinstance(piece, str) else [piece]
        return marked

    def shouted(self, pieces: Sequence[Piece], term: str) -> tuple[str, list[Piece]]:
        """Return a term as a sentence writes it, and the sentence with the term in capitals.

        >>> Glossary({"bin": "intervalo"}, "en", "pt").shouted(["Take a bin."], "bin")
        ('bin', ['Take a BIN.'])

        Both are empty if the term stands there twice.
        """
        found = [m for p in pieces if isinstance(p, str) for m in self._find(p)]
        wanted = [match for match in found if self._term(match[0]) == term]
        if len(wanted) != 1:
            return "", []
        (match,) = wanted
        text = match.string
        loud = text[: match.start()] + match[0].upper() + text[match.end() :]
        return match[0], [loud if piece is text else piece for piece in pieces]

    def said(self, term: str, capital: bool) -> str:
        """Return the translation of a term, with a capital if the text that it replaces has one."""
        said = self._terms[term]
        return said[:1].upper() + said[1:] if capital else said

    def agreed(self, result: Sequence[Piece]) -> list[Piece]:
        """Return a translation in which the words before its terms agree with them.

        >>> term = Markup("média", term=True)
        >>> Glossary({}, "en", "pt").agreed(["O ", term])[0]
        'A '

        The beginning of a pair may stand between.
        """
        pieces: list[Piece] = []
        for piece in result:
            if isinstance(piece, Markup) and piece.term and not piece.inner:
                at = len(pieces) - 1
                while at >= 0 and isinstance(p := pieces[at], Markup) and p.half is Half.OPEN:
                    at -= 1
                before = pieces[at] if at >= 0 else None
                if isinstance(before, str):
                    pieces[at] = agreed(before, piece.raw, self.target)
            pieces.append(piece)
        return pieces

    def _find(self, text: str) -> Iterator[re.Match[str]]:
        return self._pattern.finditer(text) if self._pattern else iter(())

    def _term(self, found: str) -> str:
        """Return the term that was found, as the terminology writes it."""
        return found if found in self._terms else self._found[normal(found)]

    def _said(self, found: str, sentence: str) -> str:
        """Return the translation of a term, with a capital if the term begins its sentence."""
        said = self._terms[self._term(found)]
        begins = sentence.startswith(found) and found not in self._terms
        return said[:1].upper() + said[1:] if begins else said

    def _cut(self, text: str, terms: set[str]) -> Iterator[Piece]:
        """Yield the pieces of a text, with marks for the terms."""
        at = 0
        for match in self._find(text):
            if self._term(match[0]) in terms and self._is_noun(text, match):
                yield from (text[at : match.start()], Markup(self._said(match[0], text), term=True))
                at = match.end()
        yield text[at:]

    def _is_noun(self, text: str, match: re.Match[str]) -> bool:
        """Guess from its neighbours whether an English word is a noun of its own.

        "bin" is one in "a bin is", but not in "a bin width" or "recycle bin".
        """
        if self.source != "en" or not match[0].isascii():
            return True
        before = text[max(match.start() - _NEAR, 0) : match.start()]
        if _ENGLISH_NO.search(before):
            return False
        if _is_subject(before, match):
            return True
        if not before and _ENGLISH_OBJECT.match(text, match.end()):
            return False  # "Sample the values" begins with a verb
        is_bare = not before.strip() or bool(_ENGLISH_NOUN.search(before))
        if _ENGLISH_RELATIVE.match(text, match.end()):
            return is_bare
        if not _ENGLISH_END.match(text, match.end()):
            return False
        if _ENGLISH_NO_VERB.match(match[0]):
            return not _ENGLISH_OBJECT.match(text, match.end())
        if is_bare or not match[0].isalpha() or match[0][1:].isupper():
            return True
        # One adjective may stand between ("a new mean"); not in "the results mean the same".
        with_adjective = _ENGLISH_NOUN.search(_LAST_WORD.sub("", before))
        return bool(with_adjective) and not _ENGLISH_OBJECT.match(text, match.end())


def _is_subject(before: str, match: re.Match[str]) -> bool:
    """Return whether the verb after a term, or the number before it, makes it a noun.

    >>> _is_subject("this ", re.search("mean", "mean grows"))
    True
    """
    after = match.end()
    is_one = _ENGLISH_SINGULAR.search(before) and _ENGLISH_VERB.match(match.string, after)
    is_many = match[0].endswith("s") and (
        _ENGLISH_COUNT.search(before) or _ENGLISH_AUXILIARY.match(match.string, after)
    )
    return bool(is_one or is_many)


def normal(term: str) -> str:
    r"""Return the form of a term that is the same for all its spellings in a text.

    >>> normal("Kullback–Leibler\nDivergence")
    'kullback leibler divergence'
    """
    small = _WORD_START.sub(lambda m: m[0].lower(), term.replace("’", "'"))
    return re.sub(f"{_JOINTS}+", " ", small)


@lru_cache(maxsize=32)
def _index(terms: tuple[str, ...]) -> tuple[dict[str, str], re.Pattern[str] | None]:
    """Return the terms by their normal form, and the expression that finds them.

    Every document of a job needs them, and they take some time to make.
    """
    pattern = re.compile(_any_of(terms)) if terms else None
    return {normal(term): term for term in terms}, pattern


def _any_of(terms: Iterable[str]) -> str:
    """Return an expression that finds the longest of the terms that stand at a place.

    Terms are grouped by their first letter, which saves most comparisons.
    """
    groups: dict[str, list[str]] = {}
    for term in sorted(terms, key=len, reverse=True):
        groups.setdefault(term[0].lower(), []).append(_whole_words(term))
    return "|".join(f"(?={_either(c)})(?:{'|'.join(group)})" for c, group in groups.items())


def _whole_words(term: str) -> str:
    r"""Return an expression that finds a term as whole words, with a small initial as a capital.

    >>> bool(re.fullmatch(_whole_words("bin width"), "Bin-Width"))
    True

    Blanks, hyphens and dashes stand for each other, and so do the two apostrophes.
    """
    before = r"(?<!\w)" if spaced(term[0]) else ""
    after = r"(?!\w)" if spaced(term[-1]) else ""
    starts = {match.start() for match in _WORD_START.finditer(term)}
    letters = [
        _JOINTS if _JOINT.match(letter)
        else _APOSTROPHES if re.match(_APOSTROPHES, letter)
        else _either(letter) if at in starts and letter.islower()
        else re.escape(letter)
        for at, letter in enumerate(term)
    ]  # fmt: skip
    return f"{before}{''.join(letters)}{after}"


def _either(letter: str) -> str:
    """Return an expression for a letter, small or as a capital."""
    both = {letter.lower(), letter.upper()}
    return (
        f"[{''.join(sorted(both))}]"
        if all(len(c) == 1 and c.isalpha() for c in both)
        else (re.escape(letter))
    )
