r"""The format ``rst``: one message of a gettext catalog, in the inline markup of reStructuredText.

>>> document = Rst().read("See :doc:`the start <intro>` and ``x``.")
>>> [(m.kind, m.half.value, m.content or document.text[m.start : m.end]) for m in document.marks]
[('link', 'open', ':doc:`'), ('link', 'close', ' <intro>`'), ('code', '', '``x``')]

The text is one block, as Sphinx makes a message of a paragraph or a title. docutils says where
inline markup is (:mod:`amts_ext.formats.rst_inline`). A ``\ `` beside markup is no prose and shows
as nothing: it belongs to the mark, and is written again where the markup needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docutils.parsers.rst import Parser
from msgspec.structs import replace

from amts_ext.formats.base import Edit, Notation, splice
from amts_ext.formats.rst_inline import Construct, constructs, embedded, new_document, uris
from amts_ext.model import Block, Document, Half, Mark

_MARKER = r"(?:[-+*\u2022\u2023\u2043]|\(?(?:\d+|[a-zA-Z]|[ivxlcdm]+|[IVXLCDM]+|\#)[.)])(?=\s|$)"
RST = Notation(
    suspects=re.compile(r"[*`|\\_]"),
    special=re.compile(r"[*`|\\]|(?<=[\w\]])_(?!\w)|(?<!\w)_(?=`)"),
    opener=re.compile(
        rf"\s*(?:{_MARKER}|\.\.(?=\s|$)|__(?=\s|$)|:(?=\w[^:\n]*:(?:\s|$))|>>>(?=\s|$)"
        r"|\|(?=\s|$)|([!-/:-@\[-`{-~])\1{3,}(?=\s*$))"
    ),
    joint="\\ ",
)
"""What reStructuredText reads as markup."""

TITLED = frozenset({"any", "doc", "download", "numref", "ref", "term"})
"""Sphinx's roles whose text is prose if it names its target too: ``:doc:`text <target>```."""
WORDED = frozenset({"dfn", "emphasis", "strong", "title", "title-reference"})
"""Roles whose text is prose."""
KINDS = {"math": "math", "code": "code"}
"""Kinds of marks by role; of all others it is ``role``."""
PROSE = frozenset({"paragraph", "bullet_list", "enumerated_list"})
"""Blocks whose text is prose. A title ``1. Introduction`` reads as a list here."""

_SUSPECT = re.compile(r"\s*(?:[!-/:-@\[-`{-~\u2022\u2023\u2043]|\w{1,9}[.)])")
"""The beginning of a text that may be no paragraph."""
_EXPLICIT = re.compile(r"(?:\.\.|__)(?:\s|$)")
_LIST = re.compile(rf"{_MARKER}\s+")
_TITLE = re.compile(r"(?P<text>[^<!](?:.*?\S)?)(?P<target>\s*(?<!\\)<[^<]*>)\Z", re.DOTALL)
_SPECIAL = re.compile(
    r"(?P<escape>\\(?:\s|.))"
    r"|(?P<placeholder>%(?:\(\w+\))?[-#0+]?[\d.]*[diouxXeEfFgGcrs](?![A-Za-z0-9_])|\{[A-Za-z_]\w*\})",
    re.DOTALL,
)
_NOQA = re.compile(r"\s*(?<!\\)#\s*noqa\s*\Z")
_REFERENCE = re.compile(r"_(?!\w)")
_JOINT = re.compile(r"\\\s")
_SINGLE, _OPEN, _CLOSE = Half.SINGLE, Half.OPEN, Half.CLOSE


class RstText(Document):
    """One text in reStructuredText, and its marks."""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of its block."""
        return self.blocks[0].marks if self.blocks else ()


class Rst:
    """The format ``rst``."""

    notation = RST

    def read(self, text: str, name: str = "") -> RstText:
        """Find the prose and the markup of one message."""
        kind = _kind(text)
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        if kind not in PROSE or "\n" in text[start:end]:
            return RstText(name, text, ())
        if kind != "paragraph" and (marker := _LIST.match(text, start)):
            start = marker.end()
        if text.endswith("::", start, end):  # a block of code follows; the colon belongs to it
            end = len(text[start : end - 2].rstrip()) + start
        # A joint at the end of the text is a backslash and a blank, which is no part of the block.
        inside = [m for m in _marks(text) if start <= m.start < end]
        marks = tuple(m if m.end <= end else replace(m, end=end) for m in inside)
        blocks = (Block(kind, start, end, 1, marks),) if start < end else ()
        return RstText(name, text, blocks)

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        """Return the text with the edits made."""
        return splice(document.text, edits)


def with_noqa(text: str, source: str) -> str:
    """Return a translation, with Sphinx's ``#noqa`` where Sphinx would warn of it for nothing.

    >>> with_noqa("`Uma coisa <A thing_>`__.", "`A thing`_.")
    '`Uma coisa <A thing_>`__. #noqa'

    Sphinx compares how references and footnotes are written, in order, and not where they lead.
    https://www.sphinx-doc.org/en/master/usage/configuration.html#confval-suppress_warnings
    """
    differ = _REFERENCE.search(source) and _references(source) != _references(text)
    return f"{text} #noqa" if differ else text


def without_noqa(text: str) -> str:
    """Return a translation without the ``#noqa`` at its end, which Sphinx does not show."""
    return _NOQA.sub("", text) if "noqa" in text else text


def _references(text: str) -> list[list[str]]:
    """Return the named references of a text, its footnotes and its citations, as written."""
    found: dict[str, list[str]] = {"reference": [], "footnote_reference": []}
    found["citation_reference"] = []
    for start, end, node in constructs(text):
        if node.tagname in found and ("refname" in node or node.tagname != "reference"):
            found[node.tagname].append(text[start:end])
    return list(found.values())


def _kind(text: str) -> str:
    """Return docutils' name of the block that a text is; "" if it is several or a directive."""
    if not _SUSPECT.match(text):
        return "paragraph"
    if _EXPLICIT.match(text):
        return ""
    document = new_document()
    Parser().parse(text.removesuffix("::"), document)
    found = [node.tagname for node in document.children if node.tagname != "system_message"]
    return found[0] if len(found) == 1 else ""


def _marks(text: str) -> list[Mark]:
    """Return the marks of a text, in order."""
    marks: list[Mark] = []
    at = 0
    for found in constructs(text):
        marks += _between(text, at, found.start, has_uris=True)
        marks += _of(text, found)
        at = found.end
    marks += _between(text, at, len(text), has_uris=True)
    return _with_joints(text, marks)


def _of(text: str, found: Construct) -> Iterator[Mark]:
    """Yield the marks of one construct: one, or two halves with what is between them."""
    start, end, node = found
    kind, inner, content = _shape(text[start:end], node)
    if inner is None:
        yield Mark(start, end, kind)
        return
    first, last = start + inner[0], start + inner[1]
    yield Mark(start, first, kind, _OPEN)
    yield from _between(text, first, last)
    yield Mark(last, end, kind, _CLOSE, content)


def _shape(raw: str, node: object) -> tuple[str, tuple[int, int] | None, str]:
    """Return a construct's kind, where its prose stands, and what its closing half is written as.

    Without prose it is one mark.
    """
    name = getattr(node, "tagname", "")
    if name in ("emphasis", "strong"):
        size = 1 if name == "emphasis" else 2
        return name, (size, len(raw) - size), ""
    if name == "inline":
        return _role(raw, node.get("role", ""))  # type: ignore[attr-defined]
    if name == "reference" and raw.startswith("`"):
        return _reference(raw)
    single = {"literal": "code", "problematic": "stray", "target": "target", "reference": "link"}
    is_note = name.endswith("note_reference") or name == "citation_reference"
    return "footnote" if is_note else single.get(name, "substitution"), None, ""


def _role(raw: str, role: str) -> tuple[str, tuple[int, int] | None, str]:
    """Return the shape of a role; only one in front of its text can have prose."""
    name, head = role.split(":")[-1].lower(), raw.find("`") + 1
    kind, inner = KINDS.get(name, "role"), raw[head:-1]
    if head == 1 or not raw.endswith("`"):
        return kind, None, ""
    if name in WORDED:
        return "emphasis", (head, len(raw) - 1), ""
    titled = _TITLE.fullmatch(inner) if name in TITLED else None
    if titled:
        return "link", (head, head + titled.end("text")), ""
    if name == "term" and not inner.startswith("!") and "<" not in inner:
        return "link", (head, len(raw) - 1), f" <{inner}>`"
    return kind, None, ""


def _reference(raw: str) -> tuple[str, tuple[int, int] | None, str]:
    """Return the shape of a reference in backquotes.

    Without an address in it, its text is the name of its target, so a translation has to name it.
    """
    tail = 3 if raw.endswith("__") else 2
    inner = raw[1:-tail]
    target = embedded(inner)
    if target is not None:
        return "link", (1, 1 + target) if target else None, ""
    return "link", (1, 1 + len(inner)), "" if tail == 3 else f" <{inner}_>`__"


def _between(text: str, start: int, end: int, has_uris: bool = False) -> list[Mark]:
    """Return the escapes, placeholders and bare addresses in a stretch without other markup."""
    stretch = text[start:end]
    found = [Mark(start + a, start + b, "url") for a, b in (uris(stretch) if has_uris else ())]
    for match in _SPECIAL.finditer(stretch) if "\\" in stretch or _holds(stretch) else ():
        a, b = start + match.start(), start + match.end()
        if all(b <= url.start or url.end <= a for url in found):
            found.append(Mark(a, b, str(match.lastgroup)))
    return sorted(found, key=lambda mark: mark.start)


def _holds(stretch: str) -> bool:
    return "%" in stretch or "{" in stretch


def _with_joints(text: str, marks: list[Mark]) -> list[Mark]:
    r"""Let every ``\ `` beside markup be part of its mark, which keeps its own content."""
    joined: list[Mark] = []
    for at, mark in enumerate(marks):
        before = joined[-1] if joined else None
        if not _is_joint(text, mark):
            joined.append(mark)
        elif before and before.end == mark.start and _is_markup(before, _OPEN):
            joined[-1] = _stretched(text, before, before.start, mark.end)
        elif at + 1 < len(marks) and marks[at + 1].start == mark.end:
            after = marks[at + 1]
            if _is_markup(after, _CLOSE):
                marks[at + 1] = _stretched(text, after, mark.start, after.end)
            else:
                joined.append(mark)
        else:
            joined.append(mark)
    return joined


def _is_joint(text: str, mark: Mark) -> bool:
    return mark.kind == "escape" and bool(_JOINT.fullmatch(text, mark.start, mark.end))


def _is_markup(mark: Mark, inner: Half) -> bool:
    r"""Return whether a ``\ `` outside of a mark may be part of it; ``inner`` has prose there."""
    return mark.kind not in ("escape", "placeholder", "stray") and mark.half is not inner


def _stretched(text: str, mark: Mark, start: int, end: int) -> Mark:
    content = mark.content or text[mark.start : mark.end]
    return Mark(start, end, mark.kind, mark.half, content)
