"""What a translator sees of a text: cases that a person can read, in ``fixtures/``."""

from __future__ import annotations

import pytest
from support.places import FIXTURES

from amts_ext import formats
from amts_ext.model import Segment, from_tokens, to_tokens
from amts_ext.text.masking import check, mask, unmask

CASES = FIXTURES / "segments_d2l.md"


def cases() -> list[tuple[str, str, str]]:
    texts = CASES.read_text("utf-8").split("\n...\n")
    return [(t.strip().split("\n", 1)[0], *t.strip("\n").split("\n.\n")[1:]) for t in texts]  # type: ignore[misc]


@pytest.mark.parametrize(("title", "text", "expected"), cases(), ids=lambda v: v[:40])
def test_segments(title: str, text: str, expected: str) -> None:
    document = formats.get("d2l").read(text)
    found = [f"{document.blocks[s.block].kind} {s.line}: {s.tokens}" for s in mask(document, "en")]
    assert found == expected.rstrip("\n").split("\n")


@pytest.mark.parametrize(
    ("language", "text", "first"),
    [
        ("es", "Unos dicen que no. La media no cambia.", "Unos dicen que no."),
        ("it", "La media dice di no. $x$ la cambia.", "La media dice di no."),
        ("ca", "Diuen que no. La mitjana queda igual.", "Diuen que no."),
        ("es", "Se ve en el no. 5 de la lista. Nada cambia.", "Se ve en el no. 5 de la lista."),
    ],
)
def test_no_ends_a_sentence_and_number_does_not(language: str, text: str, first: str) -> None:
    found = mask(formats.get("d2l").read(text), language)
    assert (len(found), found[0].tokens) == (2, first)


@pytest.mark.parametrize(
    ("format", "text", "first"),
    [
        ("md", "It is late.[^1] We wait.\n\n[^1]: A note.\n", "It is late.⟦footnote1⟧"),
        ("d2l", "**It is late.** [@a] We wait.", "⟦strong1⟧It is late.⟦/strong1⟧"),
        ("d2l", "**It is late.**[@a] We wait.", "⟦strong1⟧It is late.⟦/strong1⟧⟦citation2⟧"),
        ("d2l", "It is late.:cite:`a` We wait.", "It is late.⟦role1⟧"),
        ("myst", "It is late.{cite:p}`a` We wait.", "It is late.⟦role1⟧"),
        ("md", "It is late.<sup>1</sup> We wait.", "It is late.⟦html1⟧1⟦html2⟧"),
        ("md", "It is late.$^1$ We wait.", "It is late.⟦math1⟧"),
        ("d2l", "It is late.`x` waits.", "It is late."),
    ],
)
def test_the_mark_of_a_note_belongs_to_the_sentence_before_it(
    format: str, text: str, first: str
) -> None:
    assert mask(formats.get(format).read(text), "en")[0].tokens == first


def segment(text: str) -> Segment:
    (found,) = mask(formats.get("d2l").read(text), "en")
    return found


def test_parts_and_tokens_are_the_same_thing() -> None:
    one = segment("Set *$x$* to `1`.")
    assert from_tokens(to_tokens(one.parts), one.slots) == one.parts
    assert unmask(one.parts) == "Set *$x$* to `1`."


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("⟦emphasis1⟧a⟦/emphasis1⟧ ⟦math2⟧", ""),
        ("⟦math2⟧ ⟦emphasis1⟧a⟦/emphasis1⟧", ""),
        ("⟦emphasis1⟧a⟦/emphasis1⟧", "lost ⟦math2⟧"),
        ("⟦emphasis1⟧a⟦/emphasis1⟧ ⟦math2⟧⟦math2⟧", "doubled ⟦math2⟧"),
        ("⟦/emphasis1⟧a⟦emphasis1⟧ ⟦math2⟧", "pair ⟦/emphasis1⟧ does not nest"),
    ],
)
def test_check_of_slots(target: str, reason: str) -> None:
    slots = segment("An *apple* is $x$.").slots
    assert check(slots, from_tokens(target, slots)) == reason


def test_key_does_not_depend_on_wrapping_or_contents() -> None:
    assert segment("Set $x$ to\n  one.").tokens == segment("Set $y^2$ to one.").tokens


def test_shortcut_link_survives_a_new_text() -> None:
    one = segment("Read [the guide] now.\n\n[the guide]: https://a.org\n")
    new = from_tokens("Lies ⟦link1⟧den Führer⟦/link1⟧ jetzt.", one.slots)
    assert unmask(new) == "Lies [den Führer][the guide] jetzt."


def test_collapsed_link_survives_a_new_text() -> None:
    one = segment("Read [the guide][] now.\n\n[the guide]: https://a.org\n")
    new = from_tokens("Lies ⟦link1⟧den Führer⟦/link1⟧ jetzt.", one.slots)
    assert unmask(new) == "Lies [den Führer][the guide] jetzt."


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    for text in ("\ufeff# Title\n", "\ufeff---\nlayout: foo\n---\n\nTitle\n"):
        (found,) = mask(formats.get("md").read(text), "en")
        assert found.tokens == "Title" and text[found.start : found.end] == "Title"
