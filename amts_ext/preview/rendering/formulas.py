r"""Formulas as MathML, made on the server by math-core.

>>> mathml("$x$").startswith("<math")
True

What math-core does not know stays TeX, in an element that Temml finds in the browser:

>>> print(mathml(r"$\mbox{<b>}$"))
<code class="tex" data-display="0">\mbox{&lt;b&gt;}</code>
"""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache
from html import escape

from math_core import LatexError, LatexToMathML

_DELIMITED = re.compile(
    r"\s*(?:\$\$(?P<dollars>.*?)\$\$|\\\[(?P<square>.*?)\\\]|\\\((?P<round>.*?)\\\)"
    r"|\$`(?P<ticks>.*?)`\$|\$(?P<inline>.*?)\$|\{math\}`(?P<role>.*?)`)\s*(?P<label>\([^()]*\))?\s*",
    re.DOTALL,
)
DEEPEST = 1_500
"""The number of commands, groups, sub- and superscripts up to which a formula is converted. Each
may nest the next one, and thousands of nested ones end the process: math-core's stack overflows."""
_NESTING = re.compile(r"[\\{^_]")
_INLINE = ("round", "ticks", "inline", "role")


@lru_cache(maxsize=20_000)
def mathml(formula: str) -> str:
    """Return a formula, with its delimiters or as a LaTeX environment, as HTML.

    A label in round brackets after it, as MyST has it, is shown behind the formula.
    """
    tex, label, display = formula.strip(), "", True
    if found := _DELIMITED.fullmatch(formula):
        name = next(n for n, text in found.groupdict().items() if n != "label" and text is not None)
        tex, label, display = found[name].strip(), found["label"] or "", name not in _INLINE
    tag = f' <span class="label">{escape(label)}</span>' if label else ""
    return _converted(tex, display) + tag


def _converted(tex: str, display: bool) -> str:
    if len(_NESTING.findall(tex)) <= DEEPEST:
        with contextlib.suppress(LatexError):
            return _converter().convert_with_local_state(tex, displaystyle=display)
    return f'<code class="tex" data-display="{display:d}">{escape(tex)}</code>'


@lru_cache(maxsize=1)
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)
