"""Messages in reStructuredText: what is markup, and that docutils finds it in translations too."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import rst
from support.pseudo import backwards, han, identity, upper

import amts_ext
from amts_ext import formats
from amts_ext.languages import profiles
from amts_ext.model import Half
from amts_ext.pipeline import Pipeline
from amts_ext.text.masking import mask
from amts_ext.text.outcome import Outcome, Source
from amts_ext.translators.function import Function


def tokens(text: str) -> list[str]:
    return [segment.tokens for segment in mask(formats.get("rst").read(text), "en")]


def close(texts: list[str]) -> list[str]:
    """Chinese without a blank anywhere, as a person writes it."""
    return [text.replace(" ", "") for text in han(texts)]


def outcomes(text: str, change: object, target: str) -> tuple[str, tuple[Outcome, ...]]:
    translator = Function(change, sure=True)  # type: ignore[arg-type]
    pipeline = Pipeline("en", target, profiles.load(target), None, translator)
    [done] = pipeline.translate([Source("a.po:1", text, "rst")]).documents
    return done.text, done.segments


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("See :ref:`x`.", "See ⟦role1⟧."),
        ("See :doc:`the start <intro>`.", "See ⟦link1⟧the start⟦/link1⟧."),
        ("An :term:`axis` is.", "An ⟦link1⟧axis⟦/link1⟧ is."),
        ("See :external+py:doc:`a b <c>`.", "See ⟦link1⟧a b⟦/link1⟧."),
        (":py:func:`len <len>` is ``x``.", "⟦role1⟧ is ⟦code2⟧."),
        ("Now :math:`a+b` and `default`.", "Now ⟦math1⟧ and ⟦role2⟧."),
        ("Read `docs <http://a.b/c>`_ now.", "Read ⟦link1⟧docs⟦/link1⟧ now."),
        ("Read `Named thing`_ now.", "Read ⟦link1⟧Named thing⟦/link1⟧ now."),
        ("Read `this`__ or simple_.", "Read ⟦link1⟧this⟦/link1⟧ or ⟦link2⟧."),
        ("Is |version| *new* or **old**?", "Is ⟦substitution1⟧ ⟦emphasis2⟧new⟦/emphasis2⟧ or"
         " ⟦strong3⟧old⟦/strong3⟧?"),
        ("A note [1]_ [#]_ [Knu84]_ here.", "A note ⟦footnote1⟧ ⟦footnote2⟧ ⟦footnote3⟧ here."),
        ("At http://a.b/c_d, x@y.org.", "At ⟦url1⟧, ⟦url2⟧."),
        (r"It is 2 \* 3, `x\ y <u>`__.", "It is 2 ⟦escape1⟧ 3, ⟦link2⟧x⟦escape3⟧y⟦/link2⟧."),
        (r"The ``item``\ s.", "The ⟦code1⟧s."),
        ("Set %(name)s to {value}.", "Set ⟦placeholder1⟧ to ⟦placeholder2⟧."),
        ("An _`inline target` here.", "An ⟦target1⟧ here."),
        ("A stray *star.", "A stray ⟦stray1⟧star."),
        ("1. Introduction", "Introduction"),
        ("An example::", "An example"),
    ],
)  # fmt: skip
def test_what_is_markup_becomes_slots(text: str, seen: str) -> None:
    assert tokens(text) == [seen]


@pytest.mark.parametrize(
    "text", ["``x``", ".. image:: a.png", ">>> print(1)", "x = 1\ny = 2", "::", ":key: value", ""]
)
def test_what_is_no_prose_gives_nothing(text: str) -> None:
    assert tokens(text) == []


def test_a_reference_by_its_text_keeps_its_name() -> None:
    done, _ = outcomes("Read `Named thing`_ or :term:`axis`.", upper, "pt")
    assert done == "READ `NAMED THING <Named thing_>`__ OR :term:`AXIS <axis>`."


def test_markup_between_chinese_characters_is_joined_with_escaped_blanks() -> None:
    done, _ = outcomes("Use ``a`` and *b*, or `c <u>`_.", close, "zh")
    assert done == "乵乳乥\\ ``a``\\ 乡乮乤\\ *乢*，乯乲\\ `乣 <u>`_。"


def test_a_joint_of_the_source_is_no_prose_and_no_second_one_comes() -> None:
    assert outcomes(r"The ``item``\ s and ``b``.", upper, "pt")[0] == r"THE ``item``\ S AND ``b``."


def test_a_machine_cannot_bring_in_markup_or_a_list() -> None:
    done, _ = outcomes("Words.", lambda _: ["1. a *b* c_ |d| `e`"], "pt")
    assert done == r"1\. a \*b\* c\_ \|d\| \`e\`"
    assert rst.held(done) == []


def test_a_translation_that_breaks_markup_is_rejected() -> None:
    text = "Use **this** now."
    broken = "Use ⟦strong1⟧⟦/strong1⟧ this now."
    done, [outcome] = outcomes(text, lambda _: [broken], "pt")
    assert done == text and not outcome.ok and "structure" in outcome.reason


PIECES = (
    "word", "a", "two words", "don't", "(aside)", "x,", "50% of", "end.", "“quoted”", "C++", "a*b",
    "snake_case", ":ref:`here`", ":doc:`a page <page>`", ":doc:`/abs`", ":term:`axis`", "``lit``",
    "``a*b``", "``c:\\``", "*emph*", "**strong words**", "`docs <https://a.b/c>`_",
    "`docs <https://a.b/c_d>`__", "`anon`__", "`Named ref`_", "`alias <Named ref_>`_", "simple_",
    "|sub|", "[1]_", "[#]_", "[CIT]_", "https://a.b/c?d=e", "x@y.org", r"\*", r"\\", ":kbd:`Ctrl`",
    ":math:`a_b`", "`default`", ":py:func:`~a.b`", "_`target`", "|link|_", "{name}", "%s",
)  # fmt: skip
GLUE = st.sampled_from([" ", " ", " ", ", ", "; ", r"\ ", "/", " - ", " (", ") "])


@st.composite
def messages(draw: st.DrawFn) -> str:
    """A message of random pieces that docutils reads without a complaint."""
    pieces = draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7))
    text = pieces[0] + "".join(draw(GLUE) + piece for piece in pieces[1:])
    return text + draw(st.sampled_from(["", ".", "::"]))


def is_sound(text: str) -> bool:
    try:
        rst.held(text)
    except AssertionError:
        return False
    return True


@given(
    messages(), st.sampled_from([close, han, upper, backwards]), st.sampled_from(["zh", "ja", "pt"])
)
def test_docutils_finds_the_same_nodes_in_a_translation(
    text: str, change: object, target: str
) -> None:
    if not is_sound(text):
        return
    done, found = outcomes(text, change, target)
    assert rst.held(done) == rst.held(text)
    if change in (close, han):  # and this is not so because all was taken back
        assert all(outcome.ok for outcome in found), (text, found)


@given(st.text(alphabet="ab *`_|\\[]:<>.-(){}%1\n界，", max_size=40))
def test_any_text_that_comes_back_keeps_its_bytes(text: str) -> None:
    assert amts_ext.translate_text(text, "rst", "en", "zh", Function(identity)) == text
    document = formats.get("rst").read(text)
    for block in document.blocks:
        at, opened = block.start, 0
        for mark in block.marks:
            assert at <= mark.start <= mark.end <= block.end
            at, opened = mark.end, opened + (mark.half is Half.OPEN) - (mark.half is Half.CLOSE)
        assert opened == 0


@example("|a|\\ ", "zh")
@given(st.text(alphabet="ab *`_|\\[]:<>.-", max_size=30), st.sampled_from(["zh", "pt"]))
def test_any_text_keeps_its_nodes(text: str, target: str) -> None:
    if is_sound(text):
        done, _ = outcomes(text, han, target)
        assert rst.held(done) == rst.held(text)


def test_blanks_inside_a_pair_move_out_of_it() -> None:
    done, [outcome] = outcomes("A **b** c.", lambda _: ["A⟦strong1⟧ b ⟦/strong1⟧c."], "pt")
    assert (done, outcome.ok) == ("A **b** c.", True)


def test_a_human_text_gets_its_joints_back() -> None:
    assert re.search(
        r"看\\ ``x``\\ 的", outcomes("See ``x``.", lambda _: ["看⟦code1⟧的。"], "zh")[0]
    )
