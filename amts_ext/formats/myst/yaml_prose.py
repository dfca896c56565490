r"""Prose in YAML, with its places: in the head of a file and in the options of a directive.

>>> text = "title: The mean\nauthors: [A. Heron]\nparts:\n  abstract: |\n    Some words.\n"
>>> [text[s.start : s.end] for s in prose(text, 0, len(text), ("title", "parts.*"), "caption")]
['The mean', 'Some words.']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

import yaml

from amts_ext.formats.myst.slices import Slice

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PREFIX = re.compile(r"^[ \t>]*", re.MULTILINE)
_PARAGRAPH = re.compile(r"[^\s](?:[^\n]|\n(?![ \t]*(?:\r?\n|\Z)))*(?<=\S)")
_MARKUP = re.compile(r"[ \t]*(?:[-*+#>|:=~`]|\d+[.)]|\$\$|!\[)")
"""The beginning of a line that is more than words, so that lines must not be joined."""
_QUOTED = {"'": re.compile("''"), '"': re.compile(r"\\.", re.DOTALL)}
STRING = "tag:yaml.org,2002:str"


def prose(text: str, start: int, end: int, keys: Sequence[str], kind: str) -> list[Slice] | None:
    """Find the strings under the ``keys`` in the YAML of ``text[start:end]``, in order.

    A key is a path with dots and may hold ``*``. ``kind`` is that of the blocks; if it is empty,
    the key says whether a string is a title. None if it is no YAML.
    """
    source = _PREFIX.sub(lambda m: " " * len(m.group()), text[start:end]) if ">" in text else ""
    try:
        root = yaml.compose(source or text[start:end], Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    found: list[Slice] = []
    for path, node in _strings(root, ""):
        if any(fnmatchcase(path, key) for key in keys):
            first, last = start + node.start_mark.index, start + node.end_mark.index
            own = kind or ("title" if path.endswith("title") else "paragraph")
            found += _slices(text, first, last, node.style or "", own)
    return sorted(found)


def _strings(node: yaml.Node | None, path: str) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """Yield every string with the path of its keys."""
    if isinstance(node, yaml.ScalarNode) and node.tag == STRING:
        yield path, node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield from _strings(value, f"{path}.{key.value}" if path else key.value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _strings(value, f"{path}.*" if path else "*")


def _slices(text: str, start: int, end: int, style: str, kind: str) -> Iterator[Slice]:
    """Yield the paragraphs of one scalar; one that holds more than words stays as it is."""
    if style in ("|", ">"):
        start = text.find("\n", start, end) + 1 or end
    elif style:
        yield from quoted(text, start, end, kind)
        return
    for match in _PARAGRAPH.finditer(text, start, end):
        lines = match.group().split("\n")
        if len(lines) == 1 or not any(_MARKUP.match(line) for line in lines):
            yield Slice(*match.span(), kind)


def quoted(text: str, start: int, end: int, kind: str) -> Iterator[Slice]:
    """Yield the string between two quotes, unless it holds an escape that is no quote.

    >>> text = "'A heron''s mean'"
    >>> [(s.start, s.end, s.escapes) for s in quoted(text, 0, len(text), "caption")]
    [(1, 16, ((8, 10),))]
    """
    mark = text[start]
    escapes = tuple([m.span() for m in _QUOTED[mark].finditer(text, start + 1, end - 1)])
    inside = text[start + 1 : end - 1]
    is_one = inside.strip() == inside != "" and "\n\n" not in inside
    if is_one and all(text[a:b] in ("''", '\\"') for a, b in escapes):
        yield Slice(start + 1, end - 1, kind, escapes)
