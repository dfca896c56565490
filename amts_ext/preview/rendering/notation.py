r"""Markdown of a dialect as the plain parser can show it: signs stand for what it does not know.

>>> from amts_ext.formats.d2l import D2l
>>> signed = sign("Let $x$ be :numref:`fig_x`.", D2l(), [RowSpan(0, 27, "s1", "machine")])
>>> signed.text.translate({ord(OPEN): "<", ord(SHUT): ">", ord(END): "/", ord(INSET): "%"})
'<0>Let %0% be %1%./'
>>> [inset.text for inset in signed.insets]
['$x$', ':numref:`fig_x`']

The format that reads a document knows what is no plain Markdown in it: its overlays and marks. Each
becomes an *inset*: a sign in the text, which the parser carries along like a comma, and
:mod:`amts_ext.preview.rendering.assembly` puts its HTML there. So there is no second reader of any
dialect. The signs are punctuation of the Batak script: beside them, ``**`` and ``_`` are read as
before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from amts_ext.formats.markdown import Markdown
from amts_ext.formats.overlays import Overlay
from amts_ext.model import Half

OPEN, SHUT, END, INSET = "\u1bfc\u1bfd\u1bfe\u1bff"
"""Signs: a sentence begins, with its number between the first two; it ends; an inset, with its
number between two of them."""
SIGNS = re.compile(f"{OPEN}(?P<seg>\\d+){SHUT}|(?P<end>{END})|{INSET}(?P<inset>\\d+){INSET}")
_ANY = re.compile(f"[{OPEN}{SHUT}{END}{INSET}]")

_PARSED = {
    "strong", "emphasis", "strikethrough", "link", "image", "html", "code", "url", "escape",
    "break", "soft", "footnote",
}  # fmt: skip
"""Kinds of marks that the parser shows by itself."""
_SILENT = frozenset({"label", "eqlabel", "width", "height"})
"""Lines of d2lbook's that nobody sees."""


class RowSpan(NamedTuple):
    """A sentence in a text: its place, the id of its row, and its status; "" for the source's.

    The source's side does not depend on who translated, so that it is not sent again for that.
    """

    start: int
    end: int
    row: str
    status: str


class Inset(NamedTuple):
    """Something in a text that plain Markdown does not know."""

    kind: str
    """The kind of the overlay or mark: ``math``, ``role``, …; of directives and lines ""."""
    text: str
    half: Half = Half.SINGLE
    anchor: str = ""
    """``markup:```{note}`` opens a box, ``end:note`` ends it; :attr:`Overlay.anchor`."""


class Signed(NamedTuple):
    """A text with signs, and what they stand for."""

    text: str
    stretches: Sequence[RowSpan]
    insets: Sequence[Inset]


def sign(text: str, dialect: Markdown, stretches: Sequence[RowSpan]) -> Signed:
    """Put signs into a text for its sentences, and for what only its dialect knows.

    ``stretches`` are in order and do not overlap. A text that holds such signs itself loses them.
    """
    text = _ANY.sub("\ufffd", text)
    insets: list[Inset] = []
    found = list(_covered(text, dialect))
    edits: list[tuple[int, int, int, str]] = []
    for overlay in found:
        shown, inset = _shown(text, overlay, len(insets))
        insets += [inset] if inset else []
        edits.append((overlay.start, 1, overlay.end, shown))
    for number, stretch in enumerate(stretches):
        edits.append((stretch.start, 0, stretch.start, f"{OPEN}{number}{SHUT}"))
        edits.append((stretch.end, -1, stretch.end, END))
    made: list[str] = []
    at = 0
    for start, _, end, shown in sorted(edits):
        if start >= at:
            made += (text[at:start], shown)
            at = end
        elif start == end:  # the sentence begins or ends inside an inset: right behind it
            made.append(shown)
    return Signed("".join([*made, text[at:]]), stretches, insets)


def _covered(text: str, dialect: Markdown) -> Iterator[Overlay]:
    """Yield the overlays of a text, and the marks that the parser would not show."""
    overlays = dialect.concealed(text)
    taken = {o.start for o in overlays}
    marks = (mark for block in dialect.read(text).blocks for mark in block.marks)
    more = [
        Overlay(m.start, m.end, m.kind, m.half)
        for m in marks
        if m.kind not in _PARSED and m.start not in taken
    ]
    at = 0
    for overlay in sorted([*overlays, *more], key=lambda o: (o.start, -o.end)):
        if overlay.start >= at and overlay.end > overlay.start:
            yield overlay
            at = overlay.end


def _shown(text: str, overlay: Overlay, number: int) -> tuple[str, Inset | None]:
    """Return what the parser is shown of an overlay, and the inset that it becomes."""
    own = text[overlay.start : overlay.end]
    if overlay.kind in _SILENT:
        return "", None
    if overlay.kind == "code":
        return own, None
    inset = Inset(overlay.kind, own, overlay.half, overlay.anchor)
    mark = f"{INSET}{number}{INSET}"
    if overlay.paint == ",":
        return mark, inset
    if overlay.paint == "_":
        line = text[text.rfind("\n", 0, overlay.start) + 1 : overlay.start]
        before = re.sub(r"[^>\s]", " ", line)
        return f"{mark}\n{before}", inset
    if overlay.paint == " ":
        return (f"\n\n{mark}\n\n" if overlay.kind or overlay.anchor else ""), inset
    if overlay.anchor:
        is_alone = overlay.paint.endswith("\n")
        return (f"\n\n# {mark}\n\n" if is_alone else f"{overlay.paint}{mark}"), inset
    size = len(own)
    return overlay.paint.ljust(size, overlay.paint[-1])[:size], None


def matched(insets: Iterable[Inset]) -> set[int]:
    """Return the numbers of the insets that open a box which a later inset ends.

    >>> opened, ended = "markup:```{note}", "end:note"
    >>> matched([Inset("", "", anchor=opened), Inset("", "", anchor=ended)])
    {0}
    """
    opened: list[tuple[int, str]] = []
    found: set[int] = set()
    for number, inset in enumerate(insets):
        if inset.anchor.startswith("markup:"):
            opened.append((number, inset.anchor))
        elif inset.anchor.startswith("end:"):
            name = inset.anchor[4:]
            fits = [at for at, (_, anchor) in enumerate(opened) if _names(anchor, name)]
            if fits:
                found.add(opened[fits[-1]][0])
                del opened[fits[-1] :]
    return found


def _names(anchor: str, name: str) -> bool:
    """Return whether the anchor of an opening fence names a directive."""
    return f"{{{name}}}" in anchor or (not name and "{" not in anchor.split("\n")[0])
