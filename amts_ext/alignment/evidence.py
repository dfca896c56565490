"""Features of segments that a translation keeps: formulas and code, numbers, Latin words."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from amts_ext.alignment.gale_church import NOTHING, Item
from amts_ext.model import Half, Segment, Slot

WORDLESS = frozenset({"soft", "break", "escape", "emphasis", "strong", "strikethrough", "slide"})
"""Slots that come and go in translation."""

_OPEN = Half.OPEN
_words = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*").findall
_numbers = re.compile(r"\d+(?:[.,]\d+)*").findall


def items(source: Sequence[Segment], target: Sequence[Segment]) -> tuple[list[Item], list[Item]]:
    """Return the items of both texts: each segment's length without slots, and its features.

    >>> from amts_ext.model import from_tokens
    >>> def segment(text):
    ...     return Segment(from_tokens(text, [Slot(1, "math", "$x$")]), 0, 0, 1, 0)
    >>> ours, theirs = items([segment("BERT has ⟦math1⟧.")], [segment("BERT tiene ⟦math1⟧.")])
    >>> ours[0].length, sorted(ours[0].features)
    (8, ['slot:$x$', 'word:bert'])

    A word that only one of the texts has was translated, so it is no evidence. Dropping such words
    here is faster than counting them in every block.
    """
    ours, theirs = [_text(segment) for segment in source], [_text(segment) for segment in target]
    met = _Names()
    found = [[name for word in _words(text) if (name := met[word])] for text in theirs]
    names = _Names({*met.values()})
    kept = ([name for word in _words(text) if (name := names[word])] for text in ours)
    made = _items(source, ours, kept)
    shared = {*names.values()}
    kept = ([name for name in held if name in shared] for held in found)
    return made, _items(target, theirs, kept)


class _Names(dict[str, str]):
    """A cache from words to their features; empty for a feature that is not in ``others``."""

    def __init__(self, others: Container[str] | None = None) -> None:
        super().__init__()
        self._others = others

    def __missing__(self, word: str) -> str:
        name = _name(word)
        known = self._others is None or name in self._others
        self[word] = found = name if known else ""
        return found


def _name(word: str) -> str:
    """Name the feature of a Latin word: ``word:bert``.

    Empty for a short common word, which two languages of one script may share by chance.
    """
    return f"word:{word.lower()}" if len(word) > 3 or not (word.islower() or word.istitle()) else ""


def _text(segment: Segment) -> str:
    """Return a segment's text without its slots."""
    parts = segment.parts
    if len(parts) == 1 and isinstance(only := parts[0], str):
        return only
    return " ".join([part for part in parts if isinstance(part, str)])


def _items(
    segments: Iterable[Segment], texts: Iterable[str], words: Iterable[list[str]]
) -> list[Item]:
    """Make the items of one side; ``words`` are the word features of every segment."""
    made = []
    for segment, text, features in zip(segments, texts, words, strict=True):
        if len(segment.parts) > 1 or not text:
            features += [
                f"slot:{s.content}"
                for s in segment.parts
                if type(s) is Slot and s.half is not _OPEN and s.kind not in WORDLESS
            ]
        if numbers := _numbers(text):
            features += [f"number:{number}" for number in numbers]
        length = len("".join(text.split())) or 1
        made.append(Item(length, frozenset(features) if features else NOTHING))
    return made


def tab_behind(anchor: str, tab: str) -> str:
    """Return the tab of a text behind an anchor, if it is ``tab`` before it; empty for none.

    >>> tab_behind(":begin_tab:`mxnet`", ""), tab_behind(":label:`sec_mean`", "`mxnet`")
    ('`mxnet`', '`mxnet`')
    """
    if anchor.startswith(":begin_tab:"):
        return anchor.removeprefix(":begin_tab:")
    return "" if anchor.startswith(":end_tab:") else tab
