"""Text to words and back, for the statistical engine.

Scripts with blanks between words are cut by a pattern; Chinese by jieba
(https://github.com/fxsjy/jieba), other scripts without blanks into characters. Latin words inside
Chinese are cut as they are elsewhere, so that both sides of a pair agree.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from amts_ext.languages.scripts import is_unspaced

GLUE = "@-@"
"""A hyphen inside a word: ``mini-batch`` is three words that are written as one."""

DENSE = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
"""Letters of scripts without blanks: Thai, Lao, Burmese, Khmer, kana, Han."""
_STRETCH = re.compile(rf"[{DENSE}]+|[^{DENSE}]+")
_WORD = re.compile(
    r"(?<=\w)-(?=\w)"
    r"|\d+(?:[.,]\d+)*"
    r"|[^\W\d]\w*(?:\.(?=\w)\w+)*"
    r"|(?<=\w)['’](?:s|t|re|ve|ll|d|m)\b"
    r"|\.\.\.|--+|——|……|\S"
)
_NO_BLANK_BEFORE = frozenset(".,;:!?)]}%…'’” ") | {"'s", "’s", "'t", "...", "'re", "'ve", "'ll"}
_NO_BLANK_AFTER = frozenset("([{“$#@")
_WIDE = {
    "zh": dict(zip(",;:!?().", "，；：！？（）。", strict=True)),
    "ja": dict(zip(",;:!?().", "、；：！？（）。", strict=True)),
}
"""ASCII punctuation as the language writes it."""


def split(text: str, language: str) -> list[str]:
    """The words of a text without slots."""
    found: list[str] = []
    for stretch in _STRETCH.findall(text):
        if re.match(rf"[{DENSE}]", stretch):
            found += _cutter().lcut(stretch) if language.startswith("zh") else stretch
        else:
            found += [GLUE if w == "-" and len(w) < len(stretch) else w for w in _words(stretch)]
    return found


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text):
        inside = match.start() > 0 and text[match.start() - 1 : match.start()].isalnum()
        word = match.group()
        yield word if word != "-" or inside else "–"


def join(words: Sequence[str], language: str) -> str:
    """Words as the language writes them; slots stand apart from Latin letters and digits."""
    dense = is_unspaced(language)
    out, before = "", GLUE
    quoted = False
    for word in words:
        if word == GLUE:
            out, before = out + "-", GLUE
            continue
        word = _wide(out, word, language.split("-")[0])
        quoted ^= word == '"'
        tight = before == GLUE or (before == '"' and quoted) or (word == '"' and not quoted)
        out += " " * (not tight and _blank(out, before, word, dense)) + word
        before = word
    return out


def _wide(out: str, word: str, language: str) -> str:
    """Wide punctuation where the language has it, but for a bracket or a full stop after ASCII."""
    after_ascii = not out or out[-1].isascii()
    return word if word in ".()" and after_ascii else _WIDE.get(language, {}).get(word, word)


def _blank(out: str, before: str, word: str, dense: bool) -> bool:
    if dense:
        return _latin(out[-1]) and _latin(word[0])
    return word not in _NO_BLANK_BEFORE and before not in _NO_BLANK_AFTER


def _latin(char: str) -> bool:
    """A letter or digit of a script with blanks."""
    return char.isalnum() and not re.match(f"[{DENSE}]", char)


@cache
def _cutter() -> Any:
    import jieba

    jieba.setLogLevel(logging.ERROR)
    cutter = jieba.Tokenizer()
    cutter.initialize()
    return cutter


def lower(words: Iterable[str]) -> list[str]:
    """The words as the engine knows a source: without capitals."""
    return [w.lower() for w in words]
