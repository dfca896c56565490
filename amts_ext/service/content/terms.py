"""Terms of a terminology in a sentence: where they stand, and how they come into its translation.

A neural engine that is shown a token in the place of each term writes worse than one that sees the
words: verbs and genders are lost. So a sentence is translated as it is, and only terms that its
translation lacks are put in its place, by a second translation. A sentence that *is* a term needs
no engine at all. Amazon Translate, too, decides by context
(https://docs.aws.amazon.com/translate/latest/dg/how-custom-terminology.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from amts_ext.service.content.agreement import agreed, with_article
from amts_ext.service.content.runs import Markup, Piece, spaced

_WORD_START = re.compile(r"(?<!\w)[^\W\d_]")
_WORDS = re.compile(r"\w+")
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
_ENGLISH_OBJECT = re.compile(
    r"\s+(?:the|a|an|every|each|this|these|those|its|their|it|them|all)(?!\w)", re.IGNORECASE
)
"""What follows a verb rather than a noun."""
_LAST_WORD = re.compile(r"[\w'-]+\s+\Z")
_NEAR = 32
"""Characters before a word in which the one before it stands."""
_ENGLISH_NOUN = re.compile(
    r"(?<![\w'])(?:\d+|the|a|an|this|these|those|each|every|any|one|two|its|their|our|your|my|his"
    r"|her|of|in|on|with|without|from|per|between|many|several|few|more|fewer|all)\s+\Z",
    re.IGNORECASE,
)
"""English words after which ``mean``, ``sample`` or ``bin`` is a noun of its own: after others it
may be a verb, or a part of "recycle bin"."""
_ENGLISH_NO = re.compile(r"(?<![\w'])(?:no|not)\s+\Z", re.IGNORECASE)
_ENGLISH_END = re.compile(
    r"\s*(?:[^\w\s]|\Z)|\s+(?:of|is|are|was|were|be|has|have|had|does|do|can|may|will|would|must"
    r"|should|and|or|but|in|on|at|for|to|from|with|without|by|as|than|against|between|over|under"
    r"|into|when|where|if|while|because|so|not|the|a|an|every|each|this|these|those|its"
    r"|their|it|them|all)(?!\w)",
    re.IGNORECASE,
)
"""What may follow an English noun: in "the bin width" the term is only a part of one."""


class Glossary:
    """The terms for one pair of languages, source to target.

    A term is found as whole words. Where it is written in small letters, a capital at the start of
    its words is the beginning of a sentence or a title.
    """

    def __init__(self, terms: Mapping[str, str], source: str = "", target: str = "") -> None:
        self._terms = {term: translation for term, translation in terms.items() if term}
        self._small = {_small(term): term for term in self._terms}
        self._source = source.split("-")[0]
        self._target = target
        ordered = sorted(self._terms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_whole_words, ordered))) if ordered else None

    def held(self, texts: Iterable[str]) -> dict[str, str]:
        """Those terms that stand in the texts, with their translations."""
        found = {self._term(m[0]) for text in texts for m in self._find(text)}
        return {term: said for term, said in self._terms.items() if term in found}

    def whole(self, text: str) -> str:
        """The translation of a text that is one term, as a title is; empty if it is not.

        So is one after "the"; its translation then has the article that it needs, if any.
        """
        article = _ARTICLE.match(text) if self._source == "en" else None
        title = text[article.end() :] if article else text
        found = self._pattern.fullmatch(title) if self._pattern else None
        if found is None:
            return ""
        said = self._terms[self._term(found[0])]
        said = with_article(said, self._target) if article else said
        is_title = text[0].isupper() and text not in self._terms
        return said[:1].upper() + said[1:] if is_title else said

    def lacking(self, pieces: Sequence[Piece], result: Iterable[Piece]) -> set[str]:
        """The terms in a sentence that its translation lacks.

        A term in another form is not lacking: "robusta" is there for "robusto".
        """
        said = " ".join(p if isinstance(p, str) else p.inner for p in result).casefold()
        there = {
            self._term(match[0])
            for piece in pieces
            if isinstance(piece, str)
            for match in self._find(piece)
            if self._is_noun(piece, match)
        }
        return {term for term in there if not _stands_in(self._terms[term].casefold(), said)}

    def marked(self, pieces: Sequence[Piece], terms: set[str]) -> list[Piece]:
        """A sentence with marks in the place of these terms, which hold their translations."""
        marked: list[Piece] = []
        for piece in pieces:
            marked += self._cut(piece, terms) if isinstance(piece, str) else [piece]
        return marked

    def agreed(self, result: Sequence[Piece]) -> list[Piece]:
        """A translation in which the words before the terms agree with them."""
        pieces: list[Piece] = []
        for piece in result:
            before = pieces[-1] if pieces else None
            if isinstance(piece, Markup) and piece.term and isinstance(before, str):
                pieces[-1] = agreed(before, piece.raw, self._target)
            pieces.append(piece)
        return pieces

    def _find(self, text: str) -> Iterator[re.Match[str]]:
        return self._pattern.finditer(text) if self._pattern else iter(())

    def _term(self, found: str) -> str:
        return found if found in self._terms else self._small[_small(found)]

    def _said(self, found: str, sentence: str) -> str:
        """The translation of a term; with a capital where the sentence begins with one."""
        said = self._terms[self._term(found)]
        begins = sentence.startswith(found) and found not in self._terms
        return said[:1].upper() + said[1:] if begins else said

    def _cut(self, text: str, terms: set[str]) -> Iterator[Piece]:
        at = 0
        for match in self._find(text):
            if self._term(match[0]) in terms and self._is_noun(text, match):
                yield from (text[at : match.start()], Markup(self._said(match[0], text), term=True))
                at = match.end()
        yield text[at:]

    def _is_noun(self, text: str, match: re.Match[str]) -> bool:
        """Whether English uses what was found as a noun of its own; a guess by its neighbours."""
        if self._source != "en" or not match[0].isascii():
            return True
        before = text[max(match.start() - _NEAR, 0) : match.start()]
        if not _ENGLISH_END.match(text, match.end()) or _ENGLISH_NO.search(before):
            return False
        is_word = match[0].isalpha() and not match[0][1:].isupper()
        if not is_word or not before.strip() or _ENGLISH_NOUN.search(before):
            return True
        # "a new page": one word may stand between, unless what follows makes a verb likelier
        with_adjective = _ENGLISH_NOUN.search(_LAST_WORD.sub("", before))
        return bool(with_adjective) and not _ENGLISH_OBJECT.match(text, match.end())


def _small(term: str) -> str:
    """A term with the first letter of every word small."""
    return _WORD_START.sub(lambda m: m[0].lower(), term)


def _whole_words(term: str) -> str:
    """Finds a term between other words; what is small in it may be a capital."""
    before = r"(?<!\w)" if spaced(term[0]) else ""
    after = r"(?!\w)" if spaced(term[-1]) else ""
    words = ""
    at = 0
    for match in _WORD_START.finditer(term):
        letter = match[0]
        either = f"[{letter}{letter.upper()}]" if len(letter.upper()) == 1 else letter
        words += re.escape(term[at : match.start()])
        words += either if letter.islower() else re.escape(letter)
        at = match.end()
    return f"{before}{words}{re.escape(term[at:])}{after}"


def _stands_in(said: str, text: str) -> bool:
    """Whether every longer word of a term stands in a text, be it with another ending."""
    if said in text:
        return True
    if not spaced(said[:1] or " "):
        return False
    words = _WORDS.findall(text)
    wanted = [word for word in _WORDS.findall(said) if len(word) > 3]
    stems = [word[: max(4, len(word) - 2)] for word in wanted]
    return bool(stems) and all(any(w.startswith(stem) for w in words) for stem in stems)
