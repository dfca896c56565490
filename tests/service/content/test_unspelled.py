"""What an engine cannot spell travels as a slot, and comes back as it went."""

from __future__ import annotations

import string
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_ext.service.content.documents import written
from amts_ext.service.content.markup import translate_runs
from amts_ext.service.content.runs import Help, Markup
from amts_ext.service.content.unspelled import cut
from amts_ext.service.engines.alphabet import Alphabet

ASCII = Alphabet(frozenset(string.ascii_letters), frozenset(string.digits + "%$&/+=_*[]|>;"))


def kept(text: str) -> list[str]:
    return [piece.raw for piece in cut(text, ASCII) if isinstance(piece, Markup)]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("The delay was ≤ 5 minutes.", ["≤"]),
        ("It fell to −5 °C (−0.5).", ["−5", "°C", "−0.5"]),
        ("The set {1, 2, 3} has three.", ["{1, 2, 3}"]),
        (
            "Put {{ count }} or {name} in {all the words}.",
            ["{{ count }}", "{name}", "{all", "words}"],
        ),
        ("It takes 3×4 steps and 10⁻³ seconds.", ["3×4", "10⁻³"]),
        ("Dr. Müller, Nuñez and Łukasz's team.", ["Müller", "Nuñez", "Łukasz"]),
        ("The file is C:\\data\\bus.", ["C:\\data\\bus"]),
        ("Is it “ready”✓?", ["✓"]),
        ("A bus→tram change, x≤5 and f(α), (β).", ["→", "x≤5", "f(α)", "β"]),
        ("In 北京today we say naïve things — so.", ["北京"]),
        ("Erdős–Rényi, 3–5 and input–output.", ["Erdős–Rényi", "3–5"]),
        ("A family 👨\u200d👩\u200d👧 of e\u0301.", ["👨\u200d👩\u200d👧"]),
        ("Take <mask> or 1 < 2.", ["<mask>", "<"]),
    ],
)
def test_what_travels_as_a_slot(text: str, slots: list[str]) -> None:
    assert kept(text) == slots


@given(st.text(st.sampled_from("ab A5.,(){}≤−½αüŁ北—–'\"\\ <>"), max_size=30))
def test_pieces_together_are_the_text_and_the_rest_can_be_spelled(text: str) -> None:
    pieces = cut(text, ASCII)
    assert "".join(p if isinstance(p, str) else p.raw for p in pieces) == text
    assert all(ASCII.spells(p) for p in pieces if isinstance(p, str))


def garbling(sentences: Sequence[str]) -> list[str]:
    """An engine that upper-cases what it can spell and drops the rest."""
    return ["".join(c for c in s.upper() if c.isascii() and c not in "{}\\<") for s in sentences]


WORDS = "the", "≤", "−5", "½", "{1}", "Müller", "is", "北京", "α", "(β),", "3×4.", "C:\\x"


@given(st.lists(st.sampled_from(WORDS)))
def test_nothing_is_lost_in_an_engine_that_drops_what_it_cannot_spell(words: list[str]) -> None:
    text = " ".join(["We", *words, "go."])
    [result] = translate_runs([[text]], garbling, "en", Help(alphabet=ASCII))
    known = dict.fromkeys(kept(text))
    expected = " ".join(w if any(k in w for k in known) else w.upper() for w in text.split())
    assert written(result) == expected.replace("We", "WE")


def test_numbers_that_came_back_wrong_are_asked_for_again_as_slots() -> None:
    def engine(sentences: list[str]) -> list[str]:
        return [s.replace("1,500.5", "1.500.5").replace("It cost", "Custou") for s in sentences]

    help = Help(target="pt", alphabet=ASCII)
    [result] = translate_runs([["It cost 1,500.5 in 2024."]], engine, "en", help)
    assert written(result) == "Custou 1.500,5 in 2024."


def test_a_kept_word_does_not_change_the_words_before_it() -> None:
    """Agreement is for terms: "o Nuñes" stays "o", though the name looks like a plural."""
    terms = Help(terms={"bin": "caixa"}, target="pt", alphabet=ASCII)

    def engine(sentences: list[str]) -> list[str]:
        return [s.replace("the", "o").replace("wants a bin", "quer uma lixeira") for s in sentences]

    [result] = translate_runs([["Now the Nuñes wants a bin."]], engine, "en", terms)
    assert "o Nuñes" in written(result)


def test_decimals_that_an_engine_leaves_as_they_were_get_the_sign_of_the_target() -> None:
    def engine(sentences: Sequence[str]) -> list[str]:
        return [sentence.replace("0.25", "0,25") for sentence in sentences]

    texts = [
        "≤2.5 and −0.5 and 0.25 < 0.1, f(0.5, α), version 0.9, 1.5.",
        "It is ±0.5 here.",
        "It is 1.5.",
    ]
    results = translate_runs([[t] for t in texts], engine, "en", Help(target="pt", alphabet=ASCII))
    assert [written(result) for result in results] == [
        "≤2,5 and −0,5 and 0,25 &lt; 0,1, f(0.5, α), version 0.9, 1,5.",
        "It is ±0.5 here.",
        "It is 1.5.",
    ]
