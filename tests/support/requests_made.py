"""Requests to a translator for tests: slots of all sorts, and answers by key."""

from __future__ import annotations

from amts_ext.model import Half, Slot, to_tokens
from amts_ext.translators.base import Answer, Answers, Request

OPEN, CLOSE = Slot(1, "strong", "**", Half.OPEN), Slot(1, "strong", "**", Half.CLOSE)
LINK, LINK_END = Slot(2, "link", "[", Half.OPEN), Slot(2, "link", "](u)", Half.CLOSE)
MATH = Slot(3, "math", "$a<b & c\\n$")
ROLE_SLOT = Slot(4, "role", ":numref:`x`")

RICH_PARTS = ("We ", OPEN, "see", CLOSE, " ", LINK, "the ", MATH, LINK_END, ".")


def request(document: str, *parts: str | Slot, to: tuple[str, ...] = ("pt",)) -> Request:
    return Request(to_tokens(parts), parts, document, to)


RICH = request("a.md", *RICH_PARTS)


def by_key(answers: Answers) -> dict[str, Answer]:
    found = [answer for some in answers for answer in some]
    assert len({(a.key, a.target) for a in found}) == len(found), "one answer a request and target"
    return {a.key: a for a in found}
