"""Checks of the typography: punctuation, width of marks, blanks, capitals."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from amts_ext.checks.base import SLOT, Context, Finding, Kind, Side, ends_open, last_mark, quoted
from amts_ext.facts.numbers import mixed_decimals
from amts_ext.facts.sides import HALF
from amts_ext.languages.scripts import WIDE, is_cased
from amts_ext.model import Half, Slot

_FULL_MARKS = "，。；：？！（）、"
_QUESTION = "?？¿"
_INVITES = regex.compile(
    r"\b(?:can|could|would|will) (?:you|we)\b|\byou can\b|¿puede|você pode", regex.I
)
"""The beginnings of polite questions, which a translation may turn into requests."""
_SENTENCES = regex.compile(r"[.!?]\s+\p{Lu}")
_ASKS = regex.compile(
    r"\b(?:what|why|how|who|whose|which|when|where|cuál|qué|qual|quem|por que|como)\b"
    r"|^(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|may|might)\b",
    regex.I,
)
"""The words of a question."""
_TWICE = regex.compile(
    r"([，。；：？！、,;])\s*\1|(?<!\.)\.\.(?!\.)|[，、；：,;:][。．.](?!\.)|[。．][，、,]"
)
_PAIRS = {
    "(": ")",
    "（": "）",
    "[": "]",
    "【": "】",
    "「": "」",
    "『": "』",
    "《": "》",
    "“": "”",
    "«": "»",
}
_SAME = str.maketrans("（）【】", "()[]")

_LATIN_MARK = regex.compile(
    rf"(?<=[{WIDE}]) ?(?:[,;?!](?=[ {WIDE}{SLOT}]|$)|:(?=[ {WIDE}{SLOT}]))|(?<=[{WIDE}]) ?\.$"
)
_LATIN_BRACKETS = regex.compile(rf"\((?=[^()]*[{WIDE}])[^()]*\)")
_FULL_MARK = regex.compile(f"[{_FULL_MARKS}]")
_BLANK_WIDE = regex.compile(rf"(?<=[{WIDE}])[ \u3000]+(?=[{WIDE}])")
_BLANK_BEFORE = regex.compile(r"(?<=[\p{L}\p{N}]) +[,.;:?!)\]](?=\s|$)")
_NO_BLANK_AFTER = regex.compile(r"\p{L}{2}[,;:?!](?=\p{L}{2})|\p{Ll}{2}\.(?=\p{Lu}\p{Ll})")
_MANY_BLANKS = regex.compile(r" {2,}|\t")
_SENTENCE = regex.compile(rf"^[\W_{SLOT}]*(\p{{L}}+)")


def punctuation(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find lost question and end marks, unpaired brackets, a mark twice, mixed decimal signs.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> [f.message for f in punctuation(Side(("Why?",)), Side(("Porque.",)), portuguese)]
    ['the source asks, the translation does not']
    """
    if problem := _end(source, target):
        yield Finding(Kind.PUNCTUATION, problem)
    if (mark := _unpaired(target.text)) and not _unpaired(source.text):
        yield Finding(Kind.PUNCTUATION, f"'{mark}' has no partner")
    twice = _TWICE.search(target.text)
    if twice and not _TWICE.search(source.text):
        yield Finding(Kind.PUNCTUATION, f"{quoted(twice.group())}: one mark too many")
    if mixed := mixed_decimals(source.text, target.text, context.languages):
        reason = f"'{mixed[1]}' has another decimal sign than '{mixed[0]}'"
        yield Finding(Kind.PUNCTUATION, reason)


def _end(source: Side, target: Side) -> str:
    """Return what is wrong with the last mark, or nothing.

    Only lost questions and lost ends are reported, because other changes may be intended.
    """
    asks = last_mark(source.text) and source.text.rstrip()[-1:] in _QUESTION
    asked = any(mark in target.text for mark in _QUESTION)
    if asks and not asked and _is_question(source.text):
        return "the source asks, the translation does not"
    if ends_open(source, target):
        return "no mark at the end"
    return ""


def _is_question(text: str) -> bool:
    """Return whether a text is one question, and neither a request nor a remark.

    >>> _is_question("Why is it late?"), _is_question("Try it?"), _is_question("It is late, right?")
    (True, False, False)
    """
    if _INVITES.search(text) or _SENTENCES.search(text) or not text[:1].isupper():
        return text[:1] == "¿"
    return not text.isascii() or bool(_ASKS.search(text))


def _unpaired(text: str) -> str:
    """Return a bracket or quote without its partner, or nothing; widths may be mixed."""
    opened: list[str] = []
    for mark in text.translate(_SAME):
        if mark in _PAIRS:
            opened.append(mark)
        elif mark in _PAIRS.values() and (not opened or _PAIRS[opened.pop()] != mark):
            return mark
    return opened[-1] if opened else '"' if text.count('"') % 2 else ""


def width(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find marks of the width that the target's profile does not use.

    >>> from amts_ext.languages.profiles import load
    >>> chinese = Context("en", load("zh"))
    >>> [f.message for f in width(Side(("Yes, it is.",)), Side(("是的,它是。",)), chinese)]
    ["'是的,它是。': full width is wanted"]
    """
    if not context.profile.full_width:
        found = _FULL_MARK.search(target.text)
        if found and found.group() not in source.text:
            yield Finding(Kind.WIDTH, f"'{found.group()}' is full width")
        return
    for pattern in (_LATIN_MARK, _LATIN_BRACKETS):
        if found := pattern.search(target.text):
            yield Finding(Kind.WIDTH, f"{_around(target.text, found)}: full width is wanted")
            return


def spacing(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find blanks too many or too few: around marks, between wide letters, beside slots.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> [f.message for f in spacing(Side(("Yes, it is.",)), Side(("Sim , é.",)), portuguese)]
    ["'Sim , é.': no blank belongs before the mark"]
    """
    patterns = [(_BLANK_WIDE, "no blank belongs here")]
    if not context.profile.full_width:
        patterns = [
            (_BLANK_BEFORE, "no blank belongs before the mark"),
            (_NO_BLANK_AFTER, "a blank is missing after the mark"),
        ]
    for pattern, reason in (*patterns, (_MANY_BLANKS, "more than one blank")):
        # Around emphasis and slide marks a person may set a blank.
        found = pattern.search(target.divided)
        if found and not pattern.search(source.divided):
            yield Finding(Kind.SPACING, f"{_around(target.divided, found)}: {reason}")
            return
    yield from _beside_slots(target, context)


def _beside_slots(target: Side, context: Context) -> Iterator[Finding]:
    """Find a word that runs into a formula or code; other blanks there are a matter of taste."""
    if not context.profile.slot_spacing:
        return
    before = ""
    for part in target.parts:
        if isinstance(part, Slot) and part.kind in ("math", "code") and part.half is Half.SINGLE:
            if before.isalpha():
                yield Finding(Kind.SPACING, f"{quoted(part.content)} stands close to a letter")
                return
            before = ""
        else:
            before = part[-1:] if isinstance(part, str) else ""


def capital(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find a small first letter where the source has a capital.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> [f.message for f in capital(Side(("Yes, it is.",)), Side(("sim, é.",)), portuguese)]
    ["'sim' begins small"]
    """
    if not (is_cased(context.source) and is_cased(context.target)):
        return
    ours, theirs = (_SENTENCE.match(side.text) for side in (source, target))
    if ours and theirs and SLOT not in ours.group() + theirs.group():
        word = theirs.group(1)
        if ours.group(1)[0].isupper() and word[0].islower() and word == word.lower():
            yield Finding(Kind.CAPITAL, f"{quoted(word)} begins small")


def _around(text: str, found: regex.Match[str]) -> str:
    return quoted(text[max(0, found.start() - 6) : found.end() + 6].replace(HALF, ""))
