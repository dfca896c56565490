"""HTML from a book, with all that could act taken out.

>>> clean('<p onclick="x()">Hi<script>alert(1)</script> <a href="javascript:x()">there</a></p>')
'<p>Hi <a rel="noopener noreferrer">there</a></p>'

A notebook may come from anybody. Its Markdown and its outputs pass here before anything of the
preview's own is put into them, so no class, id, style or address in a page is a notebook's own.
"""

from __future__ import annotations

import base64
import re
from html import escape
from itertools import accumulate

import nh3

_TAGS = nh3.ALLOWED_TAGS - {"map", "area"} | {"figure", "figcaption", "details", "summary", "input"}
_ATTRIBUTES = {
    "*": {"title", "lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "code": {"class"},
    "span": {"class"},
    "input": {"type", "checked", "disabled"},
}
_CLASSES = {"code": "language-", "span": "math math-"}
"""The beginning of the classes that the Markdown parser writes and the preview reads."""
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"})
"""Types of images. A browser runs no script in any of them if an ``img`` element shows it."""


DEEPEST = 3_000
"""The number of elements in one another up to which HTML is read. The time to build such a tree
grows with the square of its depth."""
_TAG = re.compile(r"<(/?)(?!br\b|hr\b|img\b|input\b|col\b|wbr\b)[A-Za-z]")


def clean(html: str, *, alone: bool = False) -> str:
    """Return HTML without scripts, styles, frames, forms, handlers, and addresses that act.

    ``alone``: of its images only those stay that it brings with it, as data. What is nested
    thousands of times is returned as text.
    """
    depths = accumulate(-1 if tag[1] else 1 for tag in _TAG.finditer(html))
    if max(depths, default=0) > DEEPEST:
        return f"<pre>{escape(html)}</pre>"
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "noscript", "template"},
        attributes=_ATTRIBUTES,
        attribute_filter=_filtered_alone if alone else _filtered,
        url_schemes={"http", "https", "mailto", "attachment", "data"},
        link_rel="noopener noreferrer",
    )


def _filtered(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute as it may stay; None to take it out."""
    if name == "class":
        return value if value.startswith(_CLASSES.get(tag, " ")) else None
    if tag == "input":
        return value if name != "type" or value == "checkbox" else None
    if value.lstrip().lower().startswith("data:"):
        is_image = value.lstrip()[5:].split(";")[0].split(",")[0].lower() in IMAGES
        return value if (tag, name) == ("img", "src") and is_image else None
    return value


def _filtered_alone(tag: str, name: str, value: str) -> str | None:
    """Do as :func:`_filtered`, and take out images that lie elsewhere."""
    kept = _filtered(tag, name, value)
    is_elsewhere = (tag, name) == ("img", "src") and not value.lstrip().lower().startswith("data:")
    return None if is_elsewhere else kept


def image_address(kind: str, data: str) -> str | None:
    """Return the address of an image of a notebook; None if ``kind`` is no type of images.

    >>> image_address("image/gif", "R0lG")
    'data:image/gif;base64,R0lG'

    ``data`` is base64, or the text of an SVG.
    """
    if kind not in IMAGES:
        return None
    if data.lstrip().startswith("<"):
        data = base64.b64encode(data.encode("utf-8", "replace")).decode()
    return f"data:{kind};base64,{''.join(data.split())}"
