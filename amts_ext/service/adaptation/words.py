"""Text to words and back, for the statistical engine.

Scripts with blanks between words are cut by a pattern. Chinese is cut by jieba
(https://github.com/fxsjy/jieba). Other scripts without blanks are cut into characters. Latin words
inside Chinese are cut by the pattern, so that both sides of a pair agree.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from amts_ext.languages.scripts import is_unspaced

GLUE = "@-@"
"""The word for a hyphen inside a word: ``mini-batch`` is the three words ``mini @-@ batch``."""

DENSE = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
"""Letters of scripts without blanks: Thai, Lao, Burmese, Khmer, kana, Han; for a set in an
expression."""
_STRETCH = re.compile(rf"[{DENSE}]+|[^{DENSE}]+")
# In order: a hyphen inside a word, a number, a word (also one with dots inside: ``np.array``), an
# English contraction, an ellipsis or a dash, any other sign.
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
"""Wide punctuation by language and ASCII punctuation."""


def split(text: str, language: str) -> list[str]:
    """Return the words of a text without slots; punctuation marks are words.

    >>> split("A mini-batch of 2,000.", "en")
    ['A', 'mini', '@-@', 'batch', 'of', '2,000', '.']
    """
    found: list[str] = []
    for stretch in _STRETCH.findall(text):
        if re.match(rf"[{DENSE}]", stretch):
            found += _cutter().lcut(stretch) if language.startswith("zh") else stretch
        else:
            found += [GLUE if w == "-" and len(w) < len(stretch) else w for w in _words(stretch)]
    return found


def _words(text: str) -> Iterable[str]:
    """Yield the words of a stretch of text with blanks; a hyphen outside a word becomes a dash."""
    for match in _WORD.finditer(text):
        inside = match.start() > 0 and text[match.start() - 1 : match.start()].isalnum()
        word = match.group()
        yield word if word != "-" or inside else "–"


def join(words: Sequence[str], language: str) -> str:
    """Return words as one text, with the blanks and the punctuation of a language.

    >>> join(["a", "mini", GLUE, "batch", "of", '"', "big", '"', "items", "."], "en")
    'a mini-batch of "big" items.'
    >>> join(["用", "GPU", "训练", "模型", "."], "zh")
    '用GPU训练模型。'

    A slot's token counts as a word of Latin letters.
    """
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
    """Return a word as wide punctuation if the language has it.

    Brackets and full stops stay narrow at the beginning and after an ASCII character.
    """
    after_ascii = not out or out[-1].isascii()
    return word if word in ".()" and after_ascii else _WIDE.get(language, {}).get(word, word)


def _blank(out: str, before: str, word: str, dense: bool) -> bool:
    """Return whether a blank stands before a word; ``out`` is the text up to there."""
    if dense:
        return _latin(out[-1]) and _latin(word[0])
    return word not in _NO_BLANK_BEFORE and before not in _NO_BLANK_AFTER


def _latin(char: str) -> bool:
    """Return whether a character is a letter or digit of a script with blanks."""
    return char.isalnum() and not re.match(f"[{DENSE}]", char)


@cache
def _cutter() -> Any:
    """Return jieba's tokenizer, loaded when it is first needed."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    cutter = jieba.Tokenizer()
    cutter.initialize()
    return cutter


def lower(words: Iterable[str]) -> list[str]:
    """Return words without capitals, which is how the engine knows the words of a source."""
    return [w.lower() for w in words]
