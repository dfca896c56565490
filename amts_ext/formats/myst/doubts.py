r"""What is not known or broken in a MyST file, each of a kind only once.

>>> from amts_ext.formats.myst.dialect import Myst
>>> for doubt in Myst().doubts("```{gallery}\na.png\n```\nSee {shout}`me`.\n"):
...     print(doubt.line, doubt.source, doubt.reason.split(";")[0])
1 {gallery} unknown directive, which stays as it is
4 {shout} unknown role, which stays as it is
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from amts_ext.formats.constructs import inline
from amts_ext.formats.formulas import environment_overlays
from amts_ext.formats.halves import HALF_OPEN, LEFT, doubt
from amts_ext.formats.leftover import in_html
from amts_ext.formats.markdown import hidden
from amts_ext.formats.myst.fences import BROKEN, CROSSED, UNCLOSED, UNKNOWN, Fences
from amts_ext.formats.myst.spans import InlineSpans, spans
from amts_ext.formats.myst.table import DirectiveTable
from amts_ext.formats.overlays import Spans, disjoint
from amts_ext.model import Doubt

REASONS = {
    UNKNOWN: "unknown directive, which stays as it is; say what of it is prose: "
    "[amts] directives = {name}: argument body (or none)",
    UNCLOSED: "a directive without an end stays as it is; end it with a fence like its first one",
    CROSSED: "a directive stays as it is, because something in it goes on behind its end; "
    "close first what was opened last",
    BROKEN: "a directive stays as it is, because its options are no YAML; correct them",
}
UNKNOWN_ROLE = (
    "unknown role, which stays as it is; say what of it is prose: "
    "[amts] directives = {{{name}}}: text (or title, or none)"
)
BROKEN_HEAD = "the head of the file stays as it is, because it is no YAML; correct it"


def doubts(text: str, fences: Fences, table: DirectiveTable, is_broken: bool) -> list[Doubt]:
    """Return the doubts of a text; ``is_broken`` says that its head is no YAML."""
    found: list[Doubt] = []
    if is_broken:
        found.append(doubt(text, text.find("\n") + 1, text.split("\n")[1], BROKEN_HEAD))
    seen: set[tuple[str, str]] = set()
    for start, (reason, name) in sorted(fences.closed.items()):
        if (reason, name) not in seen:
            seen.add((reason, name))
            shown = f"{{{name}}}" if name else text[start:].split("\n", 1)[0]
            said = doubt(text, start, shown, REASONS[reason].replace("{name}", name))
            found.append(replace(said, of_book=reason == UNKNOWN))
    taken = Spans([*fences.code, *((o.start, o.end) for o in fences.overlays)])
    inner = spans(text, table, taken)
    found += _roles(text, table, inner)
    found += _left(text, taken, inner)
    return sorted([*found, *in_html(text, fences.html)], key=lambda d: d.line)


def _roles(text: str, table: DirectiveTable, inner: InlineSpans) -> Iterator[Doubt]:
    seen: set[str] = set()
    for start, name in inner.roles:
        if name not in seen and table.role(name) is None:
            seen.add(name)
            said = doubt(text, start, f"{{{name}}}", UNKNOWN_ROLE.format(name=name))
            yield replace(said, of_book=True)


def _left(text: str, taken: Spans, inner: InlineSpans) -> Iterator[Doubt]:
    """Yield the first piece of each kind that is half open: ``{{``, ``$$``, an environment."""
    covered = Spans([*taken, *inner.code])
    whole = [*inner.overlays, *environment_overlays(text, covered)]
    whole = disjoint([*whole, *hidden(text, inline("myst", True), covered)])
    spoken = Spans([*covered, *((o.start, o.end) for o in whole)])
    seen: set[str] = set()
    for match in LEFT["myst"].finditer(text):
        kind = match[1][:2]
        if kind not in seen and spoken.free(match.start(), match.start() + 1):
            seen.add(kind)
            yield doubt(text, match.start(), match[1], HALF_OPEN)
