"""The parser's HTML to chunks of the page: sentences are wrapped, insets are put in.

>>> from amts_ext.preview.rendering.notation import OPEN, SHUT, END, RowSpan
>>> html = f"<p>{OPEN}0{SHUT}Herons <em>wait.</em>{END}</p>"
>>> print(*assemble(html, Signed("", [RowSpan(0, 0, "s1", "human")], [])))
<p><span class="seg" data-seg="s1" data-status="human">Herons <em>wait.</em></span></p>

The HTML has passed :func:`amts_ext.preview.rendering.safety.clean` before, so its elements are
closed and nest. A sentence that crosses an element's end is wrapped in several parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

from amts_ext.preview.rendering import boxes
from amts_ext.preview.rendering.executed import Outputs, code_of
from amts_ext.preview.rendering.formulas import mathml
from amts_ext.preview.rendering.notation import SIGNS, Inset, RowSpan, Signed, matched
from amts_ext.preview.rendering.outputs import code, outputs

_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "img",
    "input", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup",
    "u", "var", "wbr",
}  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "input", "wbr", "col"})
_LONE_IMAGE = re.compile(r"<p>\s*(<img [^>]*>)\s*</p>")
_EMPTY = re.compile(r"<(p|h[1-6])>\s*</\1>")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOX = "/box"
"""The name of a box in the stack of open elements."""

Address = Callable[[str, str], str | None]
"""``address("img", "a.png")``: where the page finds it; None if it is not shown or linked to."""


def as_written(tag: str, address: str) -> str | None:
    """Return an address as it is."""
    return address


def assemble(
    html: str, signed: Signed, address: Address = as_written, executed: Outputs | None = None
) -> list[str]:
    """Return the top-level elements of a text as the page shows them.

    ``signed`` has what the signs in ``html`` stand for. ``address`` says where images and links
    lead. ``executed`` has the outputs of code blocks.
    """
    assembler = _Assembler(signed, address, executed or {})
    assembler.feed(_LONE_IMAGE.sub(r"<figure>\1</figure>", html))
    assembler.close()
    return assembler.finished()


def wrapping(span: RowSpan) -> str:
    """Return the start of the element around a sentence.

    >>> wrapping(RowSpan(0, 9, "s1", "human"))
    '<span class="seg" data-seg="s1" data-status="human">'
    """
    status = f' data-status="{escape(span.status)}"' if span.status else ""
    return f'<span class="seg" data-seg="{escape(span.row)}"{status}>'


class _Assembler(HTMLParser):
    def __init__(self, signed: Signed, address: Address, executed: Outputs) -> None:
        super().__init__(convert_charrefs=True)
        self._stretches, self._insets = signed.stretches, signed.insets
        self._boxes = matched(signed.insets)
        self._address = address
        self._executed = executed
        self._stack: list[tuple[str, str]] = []
        """The elements that are open: the name in the parser's HTML, and how they end here."""
        self._out: list[str] = []
        self._chunks: list[str] = []
        self._row: RowSpan | None = None
        """The sentence that goes on here."""
        self._wrapped = -1
        """The number of elements that were open when its wrapping began; -1 if it has none."""
        self._verbatim: list[str] | None = None
        """The text of a code block or of a formula, while it is read."""
        self._language = ""

    def finished(self) -> list[str]:
        """Return the chunks, with all closed that is still open."""
        while self._stack:
            self._pop()
        self._flush()
        return self._chunks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "code" and self._inside("pre"):
            self._verbatim, self._language = [], found.get("class", "")
        if tag == "span" and found.get("class", "").startswith("math math-"):
            self._verbatim = []
            self._language = "display" if found["class"] == "math math-display" else "inline"
        if self._verbatim is None:
            if tag not in _INLINE:
                self._unwrap()
            elif self._row:
                self._wrap()
            if tag == "img":
                self._image(found)
                return
            if tag != "pre":
                self._out.append(self._start(tag, found))
        if tag not in _VOID:
            self._stack.append((tag, "" if tag == "pre" else f"</{tag}>"))

    def _inside(self, tag: str) -> bool:
        """Return whether the innermost open element is of that name."""
        return bool(self._stack) and self._stack[-1][0] == tag

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or all(tag != open_tag for open_tag, _ in reversed(self._stack)):
            return
        if self._verbatim is not None:
            if self._inside(tag):
                self._stack.pop()
                self._out.append(self._verbatim_html("".join(self._verbatim)))
                self._verbatim = None
            return
        while not self._inside(tag):
            self._pop()
        self._pop()
        self._flush()

    def handle_data(self, data: str) -> None:
        if self._verbatim is not None:
            self._verbatim.append(data)
            return
        at = 0
        for sign in SIGNS.finditer(data):
            self._text(data[at : sign.start()])
            at = sign.end()
            if sign["seg"]:
                self._row = self._stretches[int(sign["seg"])]
            elif sign["end"]:
                self._unwrap()
                self._row = None
            else:
                self._inset(int(sign["inset"]))
        self._text(data[at:])

    def _text(self, text: str) -> None:
        if text and self._row and not text.isspace():
            self._wrap()
        if text and (self._stack or not text.isspace()):
            self._out.append(escape(text, quote=False))

    def _wrap(self) -> None:
        """Begin the wrapping of the sentence that goes on here, unless it has begun."""
        if self._wrapped < 0 and self._row:
            self._wrapped = len(self._stack)
            self._out.append(wrapping(self._row))

    def _unwrap(self) -> None:
        if self._wrapped >= 0:
            self._out.append("</span>")
            self._wrapped = -1

    def _pop(self) -> None:
        """Close the innermost element; the wrapping of a sentence inside it ends before."""
        if self._wrapped >= len(self._stack):
            self._unwrap()
        self._out.append(self._stack.pop()[1])

    def _flush(self) -> None:
        """Finish a chunk where no element is open."""
        if self._stack:
            return
        self._unwrap()
        html = _EMPTY.sub("", "".join(self._out)).strip()
        self._out.clear()
        if html:
            self._chunks.append(html)

    def _start(self, tag: str, found: dict[str, str]) -> str:
        if tag == "a" and "href" in found:
            place = self._address("a", found.pop("href"))
            if place is not None:
                found["href"] = place
        if tag == "input":
            found["disabled"] = ""
        found.pop("class", None)
        shown = "".join(f' {name}="{escape(value)}"' for name, value in found.items())
        return f"<{tag}{shown}>"

    def _image(self, found: dict[str, str]) -> None:
        """Put an image; one that stands alone has its words below it, as a caption."""
        alt = found.pop("alt", "")
        is_figure = self._inside("figure")
        place = self._address("img", found.pop("src", ""))
        size = "".join(f' {n}="{escape(found[n])}"' for n in ("width", "height") if n in found)
        words = "" if is_figure else escape(SIGNS.sub("", alt))
        if place is None:
            self._out.append(f'<span class="no-image">{words}</span>')
        else:
            self._out.append(f'<img src="{escape(place)}" alt="{words}"{size} loading="lazy">')
        if is_figure and alt.strip():
            self._push("figcaption", "<figcaption>", "</figcaption>")
            self.handle_data(unescape(alt))
            self._pop()

    def _inset(self, number: int) -> None:
        inset = self._insets[number]
        if inset.kind in (boxes.BEGIN_TAB, boxes.END_TAB) or inset.anchor.startswith("end:"):
            self._border(inset)
        elif inset.anchor.startswith("markup:"):
            self._open_box(number, inset)
        elif html := boxes.inline(inset):
            if self._row:
                self._wrap()
            self._out.append(html)

    def _border(self, inset: Inset) -> None:
        """Begin a tab of d2lbook's, or end the innermost box."""
        carrier = self._leave_carrier()
        if inset.kind == boxes.BEGIN_TAB:
            name = inset.text.partition(":`")[2].rstrip("` ")
            self._push(_BOX, boxes.opening("tab", name), "</div>")
        elif any(tag == _BOX for tag, _ in reversed(self._stack)):
            while self._stack[-1][0] != _BOX:
                self._pop()
            self._pop()
        self._carry(carrier, "<p>")

    def _open_box(self, number: int, inset: Inset) -> None:
        """Begin the box of a directive; one without an end holds only what is on this line."""
        carrier = self._leave_carrier()
        name, rest = boxes.directive(inset.anchor)
        start = boxes.opening(name, rest, front=inset.anchor.startswith("markup:---"))
        is_whole = number in self._boxes or not carrier
        if is_whole:
            self._push(_BOX, start, "</div>")
        else:
            self._out.append(start)
        if name in boxes.PICTURES and rest:
            self._image({"src": rest.split()[0]})
        opened = '<p class="box-title">' if carrier in _HEADINGS else "<p>"
        self._carry(carrier, opened, "</p>" if is_whole else "</p></div>")

    def _leave_carrier(self) -> str:
        """Close the paragraph or title around a sign that is a border; return its name."""
        self._unwrap()
        tag = self._stack[-1][0] if self._stack else ""
        if tag != "p" and tag not in _HEADINGS:
            return ""
        self._pop()
        return tag

    def _carry(self, tag: str, start: str, end: str = "</p>") -> None:
        """Go on in a paragraph, which the end of the element ``tag`` closes."""
        if tag:
            self._push(tag, start, end)

    def _push(self, tag: str, start: str, end: str) -> None:
        self._out.append(start)
        self._stack.append((tag, end))

    def _verbatim_html(self, text: str) -> str:
        """Return a code block, a formula, or a directive that the format has left closed."""
        if self._language in ("display", "inline"):
            if self._row:
                self._wrap()
            mark = "$$" if self._language == "display" else "$"
            return mathml(f"{mark}{text}{mark}")
        language = self._language.removeprefix("language-")
        if not language.startswith("{") or language.startswith("{."):
            name = language.strip("{}.")
            return code(text, name.split()[0] if name else "") + self._outputs(text)
        return self._closed(language.strip("{}"), text)

    def _outputs(self, text: str) -> str:
        """Return the outputs that a build has kept of a code block."""
        found = self._executed.get(code_of(text), ()) if self._executed else ()
        return outputs(found) if found else ""

    def _closed(self, name: str, text: str) -> str:
        if name in ("code-cell", "code", "code-block", "sourcecode"):
            return code(text, "python" if name == "code-cell" else "") + self._outputs(text)
        if name == "math":
            return f"<p>{mathml(f'$${text}$$')}</p>"
        return f"{boxes.opening(name)}<pre>{escape(text)}</pre></div>"
