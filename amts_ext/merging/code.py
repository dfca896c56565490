"""Code cells: the source's new code with the human's own comments and texts.

>>> base, source = "plot(x)  # draw", "plot(x, y)  # draw"
>>> merge_code(base, source, "plot(x)  # 画图")
('plot(x, y)  # 画图', False)

Cells are merged by lines, after the human's comments and strings were put into base and source:
without them the lines would conflict in most cells that both sides changed. How a statement is
wrapped into lines is no change of it (:mod:`amts_ext.merging.statements`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from amts_ext.merging.differences import merge3, opcodes, pairing
from amts_ext.merging.statements import merge_statements
from amts_ext.merging.tokens import FENCE, PIECE, CodeToken, tokens

_FIELD = re.compile(r"\{[^{}]*\}|%[-\d.]*[a-z]\b")
"""What is put into a string."""
_TAB = re.compile(r"(?:#@|%%)tab\b")
_TAIL = re.compile(r"(.*\S)(\s*(?:#|//|--)[^\n]*\n?)$")
_CODE = re.compile(r"\w+|[^\w\s]")
_WORDS = re.compile(r"#.*|//.*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
ALIKE = 0.5
"""The least likeness of two texts in code that are the same one, changed."""


def merge_code(base: str, source: str, target: str) -> tuple[str | None, bool]:
    """Bring the human's cell ``target`` in step with a cell that changed from base to source.

    Returns the new cell, None if both sides changed the same code; and whether a person has to
    look, since a text that the human wrote is kept though the source's own has changed, or a
    comment is new in a cell whose comments the human translated.
    """
    if target == base:
        return source, False
    if source in (base, target):
        return target, False
    ours, theirs, human = (tokens(text) for text in (base, source, target))
    own = _own_words(ours, human)
    old, _ = _with_words(ours, ours, own)
    new, stale = _with_words(ours, theirs, own)
    merged = _merged(old, new, target)
    if merged is None:
        return None, False
    return merged, stale or _has_new_comment(ours, theirs, own)


def _merged(old: str, new: str, target: str) -> str | None:
    """Merge lines, or else statements; where that fails, with the human's comments on all sides."""
    base, source, human = (text.splitlines(keepends=True) for text in (old, new, target))
    merged = _merged_lines(base, source, human)
    if merged is None:
        put = _with_added(base, source, human)
        merged = put and _merged_lines(*put, human)
    return merged


def _merged_lines(old: Sequence[str], new: Sequence[str], target: Sequence[str]) -> str | None:
    """Merge lines; where both sides changed one, but one of them only its layout, statements."""
    merged = merge3(old, new, target)
    if merged is None:
        return merge_statements(*map("".join, (old, new, target)))
    return "".join(merged)


def _with_added(
    old: Sequence[str], new: Sequence[str], target: Sequence[str]
) -> tuple[list[str], list[str]] | None:
    """Put the comments that the human added behind lines of code into the base and the source.

    None if the source no longer has a line that has such a comment.
    """
    added = _added(old, target)
    ours, theirs = [*old], [*new]
    for i, j in pairing(old, new, _line_like):
        if i in added and j is None:
            return None
        if i in added and i is not None and j is not None:
            ours[i] = ours[i].rstrip("\n") + added[i]
            theirs[j] = theirs[j].rstrip("\n") + added[i]
    known = {line.rstrip() for line in old}
    for j, comment in _added(new, target).items():
        if new[j].rstrip() not in known:  # both sides made the same change
            theirs[j] = theirs[j].rstrip("\n") + comment
    return ours, theirs


def _added(old: Sequence[str], target: Sequence[str]) -> dict[int, str]:
    """Return the comments that the human added behind lines of code, by the lines' numbers."""
    places: dict[str, list[int]] = {}
    for i, line in enumerate(old):
        places.setdefault(line.rstrip(), []).append(i)
    found = {}
    for line in target:
        match = _TAIL.match(line)
        known = places.get(match[1]) if match else None
        if match and known:
            found[known.pop(0)] = match[2]
    return found


def _line_like(old: str, new: str) -> float:
    ratio = fuzz.ratio(old, new) / 100
    return ratio if ratio >= ALIKE else 0.0


def _has_new_comment(
    base: Sequence[CodeToken], source: Sequence[CodeToken], own: dict[int, str]
) -> bool:
    """Return True if the source has a new comment in a cell whose comments are translated."""
    known = {_bare_words(token) for token in base}
    return any(base[i].is_comment for i in own) and any(
        token.is_comment
        and _bare_words(token) not in known
        and re.search(r"[^\W\d_]{2}", token.text)
        for token in source
    )


def comments(base: str, target: str) -> dict[str, str]:
    """Return the human's comments by those of the base that they translate.

    >>> comments("plot(x)  # draw", "plot(x)  # 画图")
    {'# draw': '# 画图'}
    """
    ours, theirs = tokens(base), tokens(target)
    own = _own_words(ours, theirs)
    return {ours[i].text: text for i, text in own.items() if ours[i].is_comment}


def with_known(text: str, known: Mapping[str, str]) -> str:
    """Put comments that the human translated elsewhere into a new cell."""
    if not known:
        return text
    return "".join(known.get(t.text, t.text) if t.is_comment else t.text for t in tokens(text))


def _own_words(base: Sequence[CodeToken], target: Sequence[CodeToken]) -> dict[int, str]:
    """Return the human's texts by the places of those that they stand for in the base."""
    ours, theirs = ([t.shape for t in side] for side in (base, target))
    return {
        i: target[j].text
        for tag, i1, i2, j1, j2 in opcodes(ours, theirs)
        if tag == "equal"
        for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
        if base[i].is_words and base[i].text != target[j].text
    }


def _with_words(
    base: Sequence[CodeToken], source: Sequence[CodeToken], own: dict[int, str]
) -> tuple[str, bool]:
    """Put the human's texts into the source's code; return it, and whether one is out of date."""
    old = [i for i, t in enumerate(base) if t.is_words]
    places = [j for j, t in enumerate(source) if t.is_words]
    new = [t.text for t in source]
    stale = False
    known = {base[i].text: i for i in own}
    for a, b in pairing([base[i].text for i in old], [new[j] for j in places], _like):
        if b is None:
            continue
        j = places[b]
        i = known.get(new[j]) if a is None else old[a]  # it may stand elsewhere now
        if i is None or i not in own:
            continue
        words, is_stale = _translated(base[i], source[j], own[i])
        stale = stale or is_stale
        before = source[j - 1].text if j else ""
        if before.isspace() and source[j].is_comment:
            words = re.sub(r"\n[^\S\n]*", "\n" + before.strip("\n"), words)
        new[j] = words
    return "".join(new), stale


def _translated(base: CodeToken, source: CodeToken, own: str) -> tuple[str, bool]:
    """Return the human's text for one that became another, and whether it is out of date.

    What is put into a string follows the source: without it the code would not run.
    """
    if _bare_words(base) == _bare_words(source):
        return own, False
    before, after = _FIELD.findall(base.text), _FIELD.findall(source.text)
    if before == after or source.is_comment:
        return own, True
    if len(before) != len(after) or sorted(before) != sorted(_FIELD.findall(own)):
        return source.text, True
    fields = dict(zip(before, after, strict=True))
    bare = [_FIELD.sub("", token.text) for token in (base, source)]
    stale = bare[0] != bare[1] or len(fields) != len(before)
    return _FIELD.sub(lambda field: fields[field.group()], own), stale


def _bare_words(token: CodeToken) -> str:
    """Return a text without the way its lines are wrapped; of a comment, its words alone."""
    if token.is_comment:
        return re.sub(r"[\W_]+", "", token.text).casefold()
    return " ".join(token.text.split())


def _like(old: str, new: str) -> float:
    ratio = fuzz.ratio(old, new) / 100
    return ratio if ratio >= ALIKE else 0.0


def likeness(old: str, new: str) -> float:
    """Return how alike two cells are, from 0 to 1, by their code without its texts."""
    return 1.0 if old == new else fuzz.ratio(_bare(old), _bare(new)) / 100


def body(text: str) -> str:
    """Return a cell without its fences and the line that names its tab.

    >>> body("```python\\n#@tab all\\nmean(x)\\n```")
    'mean(x)'
    """
    if not FENCE.match(text):
        return text
    lines = text.split("\n")[1:]
    lines = [line for line in lines if not FENCE.match(line) and not _TAB.match(line)]
    return "\n".join(lines)


@lru_cache(4096)
def _bare(text: str) -> list[str]:
    """Return a cell's words and signs, but for comments and strings.

    This is near enough for a comparison of any two cells of a book, for which a lexer is too slow.
    """
    return _CODE.findall(_WORDS.sub(" ", text))


def pieces(text: str) -> list[str]:
    """Divide a text that is no prose into words, blanks and signs."""
    return PIECE.findall(text)
