"""Code cells as HTML: highlighted code, and outputs as Jupyter shows them, made harmless.

>>> print(outputs([{"output_type": "stream", "name": "stdout", "text": ["7\\n"]}]))
<div class="outputs"><pre class="stream">7
</pre></div>
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

from amts_ext.preview.rendering.formulas import mathml
from amts_ext.preview.rendering.safety import IMAGES, clean, image_address

LARGEST = 2_000_000
"""Characters of an output from which on it is named and not shown."""
LONG = 20_000
"""Characters of an output from which on it is folded."""
_TYPES = (*sorted(IMAGES), "text/html", "text/latex", "text/markdown", "text/plain")
"""The types of an output's data that are shown; the first that is there."""
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_TAB = re.compile(r"#\s*@tab\s+([^\n]*)\n?")


@lru_cache(maxsize=4_000)
def code(source: str, language: str = "") -> str:
    """Return highlighted code; a first line ``#@tab name``, as d2lbook has it, becomes a label."""
    tab = _TAB.match(source)
    label = f'<span class="tab-name">{escape(tab[1].strip())}</span>' if tab else ""
    try:
        lexer = get_lexer_by_name(language) if language else TextLexer()
    except ClassNotFound:
        lexer = TextLexer()
    body = highlight(source[tab.end() if tab else 0 :], lexer, HtmlFormatter(nowrap=True))
    return f'<div class="code">{label}<pre class="highlight"><code>{body}</code></pre></div>'


def outputs(found: Sequence[Any]) -> str:
    """Return the outputs of a code cell (nbformat 4) as HTML, "" if there are none.

    Those that are long are folded, and those of megabytes named. What is no output is left out.
    """
    shown = "".join(_folded(o) for o in found if isinstance(o, Mapping))
    return f'<div class="outputs">{shown}</div>' if shown else ""


def _folded(output: Mapping[str, Any]) -> str:
    """Return one output, folded if it is long; one that is very long is only named."""
    kind, text = _chosen(output)
    if not text:
        return ""
    if len(text) > LARGEST:
        return f'<p class="too-long" data-size="{len(text)}">{escape(kind)}</p>'
    html = "".join(_shown(kind, text))
    if len(text) > LONG and kind not in IMAGES:
        return f'<details class="folded"><summary>{escape(kind)}</summary>{html}</details>'
    return html


def _chosen(output: Mapping[str, Any]) -> tuple[str, str]:
    """Return type and text of what an output shows best."""
    if output.get("output_type") == "stream":
        return "stream", _text(output.get("text"))
    if output.get("output_type") == "error":
        lines = output.get("traceback")
        whole = "\n".join(map(str, lines)) if isinstance(lines, list) else ""
        return "error", whole or f"{output.get('ename')}: {output.get('evalue')}"
    data = output.get("data")
    if not isinstance(data, Mapping):
        return "", ""
    return next(((kind, text) for kind in _TYPES if (text := _text(data.get(kind)))), ("", ""))


def _shown(kind: str, text: str) -> Iterator[str]:
    if kind in IMAGES:
        yield f'<img src="{escape(image_address(kind, text) or "")}" alt="">'
    elif kind == "text/html":
        yield f'<div class="html">{clean(text, alone=True)}</div>'
    elif kind == "text/latex":
        yield f"<p>{mathml(text)}</p>"
    else:
        css = kind if kind in ("stream", "error") else "result"
        yield f'<pre class="{css}">{escape(_ESCAPES.sub("", text))}</pre>'


def _text(value: Any) -> str:
    """Return a multi-line string of a notebook, which may be a list of lines."""
    if isinstance(value, list):
        return "".join(map(str, value))
    return value if isinstance(value, str) else ""
