"""Sentence boundaries: the splitter sentencex, corrected for technical prose.

sentencex (Wikimedia, https://pypi.org/project/sentencex) does not split at decimals, "e.g." and
most abbreviations. It does split after others, such as "Eq."; these sentences are joined again
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

SLOT = "\x1a"
"""Stands for one slot in the text that is split. It is ASCII's *substitute* character, because
texts that are all ASCII are split faster."""
NOTE = "\x19"
"""Stands for a slot that is the mark of a note or a citation. Behind a stop, without a blank, it
belongs to the sentence before it: "It is late.[^1] We wait." """

# A place inside a text where a sentence may end: after a stop that is not inside a word, or after
# any character of a script that may have stops of its own.
_INNER_END = re.compile(r"[.?!\u0300-\u200f\u2020-\U0010ffff](?<![.?!](?=\w))")
# Abbreviations after which a sentence goes on, by language.
_SHORT = {
    "en": "Eq Eqs Fig Figs Tab Tabs Sec Secs Sect Ch Chap Ref Refs Thm Def Prop Alg App Nos "
    "Vol p pp Approx approx cf Cf e.g i.e E.g I.e vs viz resp w.r.t Dr Mr Mrs Ms Prof St",
    "pt": "Fig fig Figs figs Tab tab Eq eq Eqs eqs Sec sec Cap cap Caps caps p pp pág págs Pág nº "
    "vol ed cf Cf ex aprox séc Dr Dra Sr Sra Prof Profa Av Eng",
    "es": "Fig fig Figs figs Tab tab Ec ec Ecs ecs Sec sec Cap cap Caps caps p pp pág págs Pág núm "
    "vol ed cf Cf ej aprox Dr Dra Sr Sra Prof Profa Av Avda",
    "tr": "Bkz bkz Bk bk Şek şek Tab tab Denk denk Böl böl Örn örn ss yy Dr Prof Doç M.Ö M.S",
    "vi": "TS PGS GS ThS BS KS TP Tp TX tp NXB tr Tr",
}
_CLOSING = "」』”）》】»"
"""Marks with which no sentence begins."""
# What follows a quotation inside one sentence: Japanese particles, "said" in Chinese and Korean.
_GOES_ON = {
    "ja": re.compile(r"[」』](?=[とがのはをにもでや、]|って|という)"),
    "zh": re.compile(r"[”』」](?=[^，。！？；]{0,6}[说问道答喊写叫想])"),
    "ko": re.compile(r"[”’\"'](?=라고|하고|라는|이라)"),
}
# Marks of notes and citations, and the blank after them: a slot, "[1]", "[2, 5–7]", "³", or a
# raised text between two tags.
_RAISED = f"{NOTE}[¹²³⁰⁴⁵⁶⁷⁸⁹"
_NUMBER = r"[1-9]\d{0,3}"
_NOTES = re.compile(
    rf"(?<=\S)(?:{NOTE}(?:\[?[\w*†‡]{{1,3}}\]?{SLOT})?|[¹²³⁰⁴-⁹]+"
    rf"|\[{_NUMBER}(?:[,;，、–-]\s?{_NUMBER})*\])+\s*"
)
# A stop before a digit, where sentencex does not split: in these scripts it is no decimal point.
_BEFORE_DIGIT = re.compile(r"(?<=[。！？])[”』」]?[ \u3000]*(?=\d)")
_WIDE_LANGUAGES = ("zh", "ja")
_QUOTES = ("“”", "「」", "『』", "（）", "《》")

# Half of a surrogate pair: JSON can hold one, but UTF-8, and so sentencex, cannot.
_HALF_PAIR = re.compile("[\ud800-\udfff]")

# Characters that sentencex gets at once.
_WINDOW = 10_000

# In these languages "no" at a sentence's end is the word that denies, but sentencex takes it for
# the abbreviation of "number", as in "no. 5". Before the split it is replaced by two letters that
# are no abbreviation.
_NO_LANGUAGES = ("es", "it", "ca")
_NO = re.compile(rf"\b[Nn]o(?=\.\s+[¿¡«“\"(]*[A-ZÀ-Þ{SLOT}])")

# Abbreviations for languages without a list of their own.
_ANY = "e.g i.e cf vs Dr Prof Fig Eq"
_UNFINISHED = {
    language: frozenset(f"{word}." for word in words.split()) for language, words in _SHORT.items()
}
_UNFINISHED_ANY = frozenset(f"{word}." for word in _ANY.split())


def boundaries(text: str, language: str) -> list[int]:
    """Find the ends of the sentences in ``text``, as character offsets.

    >>> boundaries("See Eq. 3. It is 2.5 m long.", "en")
    [11, 28]

    The blank between two sentences belongs to the first, and the last offset is the length of
    ``text``. ``text`` is one block, in which :data:`SLOT` or :data:`NOTE` stands for each slot;
    ``language`` is a BCP 47 code.
    """
    size = len(text)
    # Most texts with several sentences hold ". ", which is found faster than the pattern.
    if ". " not in text and not _INNER_END.search(text, 0, size - 1):
        return [size]
    base = language.split("-")[0]
    unfinished = _UNFINISHED.get(base, _UNFINISHED_ANY)
    goes_on = _GOES_ON.get(base)
    found: list[int] = []
    at = 0
    for piece in _split(base, text):
        at += len(piece)
        if at >= size:
            break
        piece = piece.rstrip()
        if piece[-1:] == "." and (text[at].islower() or _last_word(piece) in unfinished):
            continue
        if text[at] in _CLOSING or (goes_on is not None and goes_on.match(text, at - 1)):
            continue
        if text[at] in _RAISED and (notes := _NOTES.match(text, at)):
            if notes.end() < size:
                found.append(notes.end())
            continue
        found.append(at)
    found.append(size)
    return found


def _last_word(piece: str) -> str:
    return piece[piece.rfind(" ", -12) + 1 :].lstrip("([")


def _split(language: str, text: str) -> list[str]:
    """Split ``text`` by sentencex, a long text in windows.

    The time that sentencex takes grows faster than the text. A window's last piece may go on behind
    it, so it is split again in the next window.
    """
    if language in _NO_LANGUAGES:
        text = _NO.sub("zz", text)
    pieces: list[str] = []
    at, begun = 0, ""
    while at < len(text):
        found = _segment(language, text[at : at + _WINDOW])
        is_last = at + _WINDOW >= len(text)
        if not is_last and len(found) > 1:
            found.pop()
        at += sum(map(len, found))
        found[0], begun = begun + found[0], ""
        if not is_last and len(found) == 1:
            begun = found.pop()
        pieces += found
    if language in _WIDE_LANGUAGES:
        return [part for piece in pieces for part in _before_digits(piece)]
    return pieces


def _before_digits(piece: str) -> Iterator[str]:
    """Split a piece after every stop before a digit that is not inside quotation marks.

    >>> list(_before_digits("有三辆车。2 个司机。（见图。3 号）"))
    ['有三辆车。', '2 个司机。（见图。3 号）']
    """
    at = 0
    for stop in _BEFORE_DIGIT.finditer(piece):
        end = stop.end()
        if all(piece.count(q[0], at, end) <= piece.count(q[1], at, end) for q in _QUOTES):
            yield piece[at:end]
            at = end
    yield piece[at:]


def _segment(language: str, text: str) -> list[str]:
    try:
        pieces: list[str] = sentencex.segment(language, text)
    except UnicodeEncodeError:
        pieces = sentencex.segment(language, _HALF_PAIR.sub("\ufffd", text))
    return pieces
