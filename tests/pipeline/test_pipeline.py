"""The whole way of a text: who comes first, what the profile wants, what is taken back."""

from __future__ import annotations

import pytest
from support.program import Table

import amts_ext
from amts_ext import formats
from amts_ext.errors import FrozenError, TranslatorError
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.model import Origin, Slot, Unit
from amts_ext.pipeline import Pipeline
from amts_ext.text.outcome import Result, Source, Status, by_reason
from amts_ext.translators.function import Function

ZH, PT = ("en", "zh"), ("en", "pt")


def human(source: str, target: str, pair: tuple[str, str] = PT, **more: object) -> Unit:
    return Unit(source, target, pair, Origin.HUMAN, **more)  # type: ignore[arg-type]


def run(
    text: str,
    translator: Table | None,
    *,
    memory: Memory | None = None,
    target: str = "pt",
    format: str = "md",
) -> Result:
    made = Pipeline("en", target, profiles.load(target), memory, translator)
    return made.translate([Source("a.md", text, format)])


def known(table: dict[str, str]) -> Function:
    """A function that knows some masked sentences; they need not have the source's facts."""
    return Function(lambda texts: [table.get(t, t) for t in texts], sure=True)


def chinese(text: str, table: dict[str, str], format: str = "d2l") -> str:
    """``text`` in Chinese by a function that knows the masked sentences of ``table``."""
    return amts_ext.translate_text(text, format, "en", "zh", known(table))


def english(text: str, table: dict[str, str], format: str = "md") -> str:
    """The same for a language with spaces."""
    return amts_ext.translate_text(text, format, "en", "pt", known(table))


# --- who comes first -----------------------------------------------------------------------------


def test_a_human_comes_before_a_machine_and_is_not_sent(memory: Memory) -> None:
    text = "One dog. Two cats.\n"
    first = Table()
    assert run(text, first, memory=memory).documents[0].text == "ONE DOG. TWO CATS.\n"
    memory.store([human("One dog.", "Um cão.")])
    second = Table()
    result = run(text, second, memory=memory)
    assert result.documents[0].text == "Um cão. TWO CATS.\n"
    assert second.sent == [] and result.counts == {"human": 1, "memory": 1}


def test_a_block_that_a_human_translated_as_a_whole_is_used_as_a_whole(memory: Memory) -> None:
    memory.store(
        [human("One dog.", "ERRADO."), human("One dog. Two cats.", "Um cão e dois gatos.")]
    )
    table = Table()
    result = run("One dog. Two\ncats.\n\n- One dog.\n- Two cats.\n", table, memory=memory)
    done = result.documents[0]
    assert done.text == "Um cão e dois gatos.\n\n- ERRADO.\n- TWO CATS.\n"
    assert table.sent == ["Two cats."]
    assert [o.status for o in done.segments] == [Status.HUMAN, Status.HUMAN, Status.MACHINE]


def test_a_human_unit_that_would_break_the_text_gives_way_to_the_machine(memory: Memory) -> None:
    memory.store([human("One dog.", "<div>um cão"), human("Two cats.", "Dois gatos.")])
    result = run("One dog.\n\nTwo cats.\n", Table(), memory=memory)
    assert result.documents[0].text == "ONE DOG.\n\nDois gatos.\n"
    assert result.problems == []


def test_each_text_is_sent_once_for_the_whole_book(memory: Memory) -> None:
    table = Table()
    sources = [Source(f"{i}.md", f"The same.\n\nOnly {i} here.\n", "md") for i in range(5)]
    made = Pipeline("en", "pt", profiles.load("pt"), memory, table)
    result = made.translate(sources)
    assert len(table.batches) == 1 and len(table.sent) == 6
    assert all(d.text == f"THE SAME.\n\nONLY {d.name[0]} HERE.\n" for d in result.documents)


def test_what_is_only_like_a_human_sentence_is_suggested_and_never_used(memory: Memory) -> None:
    memory.store([human("The cat ⟦math1⟧ is not black at night.", "NÃO")])
    text = "The cat $x$ is black at night.\n\nThe moon is made of cheese.\n"
    result = run(text, None, memory=memory)
    assert result.documents[0].text == text
    like, unlike = result.problems
    assert unlike.suggestion is None and like.suggestion is not None
    assert like.suggestion.target == "NÃO" and 0.9 < like.suggestion.likeness < 1
    told = list(by_reason(result.problems))
    assert told[2].strip().startswith("94% like: The cat ⟦math1⟧ is not black")


def test_equal_texts_with_other_slots_are_one_unit(memory: Memory) -> None:
    table = Table()
    result = run("Set $x$ to 1.\n\nSet $y$ to 1.\n", table, memory=memory)
    assert result.documents[0].text == "SET $x$ TO 1.\n\nSET $y$ TO 1.\n"
    assert table.sent == ["Set ⟦math1⟧ to 1."]


# --- the profile ---------------------------------------------------------------------------------


def test_no_space_between_chinese_sentences_but_after_an_english_one() -> None:
    table = {"It rains.": "下雨了。", "It snows.": "下雪了。"}
    assert chinese("It rains. It snows. Hello there. It rains.\n", table) == (
        "下雨了。下雪了。Hello there. 下雨了。\n"
    )


def test_punctuation_next_to_han_becomes_full_width() -> None:
    table = {"If it rains, stay (at home).": "如果下雨, 就待在 (家里)."}
    assert chinese("If it rains, stay (at home).\n", table) == "如果下雨，就待在（家里）。\n"
    assert chinese("Is 1.5, x?\n", {}) == "Is 1.5, x?\n"


def test_a_role_gets_a_blank_after_a_han_letter_and_not_after_punctuation() -> None:
    table = {
        "See ⟦role1⟧.": "见⟦role1⟧。",
        "Here, ⟦role1⟧ shows it.": "这里，⟦role1⟧说明了。",
    }
    text = "See :numref:`fig`.\n\nHere, :numref:`fig` shows it.\n"
    assert chinese(text, table) == "见 :numref:`fig`。\n\n这里，:numref:`fig`说明了。\n"


@pytest.mark.parametrize(
    "words",
    [
        "⟦strong1⟧注意：⟦/strong1⟧下雨",
        "下雨⟦strong1⟧“好”⟦/strong1⟧了",
        "（⟦strong1⟧好⟦/strong1⟧）下雨",
        "下⟦strong1⟧雨⟦/strong1⟧了",
        "⟦strong1⟧（好）⟦/strong1⟧",
        "下雨。⟦strong1⟧好。⟦/strong1⟧下",
    ],
)
@pytest.mark.parametrize("kind", ["strong", "emphasis"])
def test_emphasis_beside_full_width_punctuation_stays_emphasis(words: str, kind: str) -> None:
    star = "**" if kind == "strong" else "*"
    words = words.replace("strong", kind)
    source = f"{star}Note{star} that it rains"
    made = chinese(source + "\n", {f"⟦{kind}1⟧Note⟦/{kind}1⟧ that it rains": words})
    assert made != source + "\n", "the translation was not taken back"
    marks = formats.get("d2l").read(made).blocks[0].marks
    assert [m.kind for m in marks] == [kind, kind]


# --- what would be markup ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "machine",
    ["a *big* dog", "a _big_ dog", "a `big` dog", "costs $5 and $6", "a <b>dog</b>", "[a](b) dog",
     "~~dog~~", "a \\ dog", "![a](b)", "<http://a.b>", "a | b", "dog &amp; cat"],
)  # fmt: skip
@pytest.mark.parametrize("place", ["{}\n", "| a | {} |\n|--|--|\n| {} | 1 |\n", "- {}\n", "# {}\n"])
@pytest.mark.parametrize("format", ["md", "d2l"])
def test_markdown_characters_of_a_machine_are_text(machine: str, place: str, format: str) -> None:
    text = place.replace("{}", "one dog")
    made = english(text, {"one dog": machine}, format)
    blocks, again = formats.get(format).read(text).blocks, formats.get(format).read(made)
    assert [b.kind for b in again.blocks] == [b.kind for b in blocks]
    assert all(m.kind in ("escape", "url") for b in again.blocks for m in b.marks), made
    if "|" in machine or "&" in machine or "://" in machine:
        return
    assert made != text


@pytest.mark.parametrize(
    "machine",
    ["1. dog", "- dog", "# dog", "> dog", "dog\n\ncat", "    dog", "--- ", "```", "+ dog"],
)
def test_what_would_change_the_structure_is_taken_back_or_made_text(machine: str) -> None:
    text = "Hello.\n\nOne dog.\n\nBye.\n"
    made = english(text, {"One dog.": machine})
    blocks = formats.get("md").read(made).blocks
    assert [b.kind for b in blocks] == ["paragraph"] * 3, made


def test_line_ends_of_a_machine_are_blanks() -> None:
    assert english("One dog.\n\nBye.\n", {"One dog.": "um\n\ncão"}) == "um cão\n\nBye.\n"


def test_no_blank_between_han_and_a_formula() -> None:
    assert chinese("Set $x$ now.\n", {"Set ⟦math1⟧ now.": "设 ⟦math1⟧ 为"}) == "设$x$为\n"


def test_a_rejected_translation_says_where_and_is_not_paid_for_twice(memory: Memory) -> None:
    table = Table({"One dog.": ("1",)})
    text = "Hello.\n\nOne dog.\n\nBye.\n"
    for sent in (["Hello.", "One dog.", "Bye."], []):
        table.batches.clear()
        result = run(text, table, memory=memory)
        assert result.documents[0].text == "HELLO.\n\nOne dog.\n\nBYE.\n"
        [problem] = result.problems
        assert (problem.file, problem.line, problem.source) == ("a.md", 3, "One dog.")
        assert str(problem).startswith("a.md:3: rejected, the translation would change the struct")
        assert table.sent == sent


# --- what translators do wrong -------------------------------------------------------------------

X = Slot(1, "math", "$x$")


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (("um ",), "lost ⟦math1⟧"),
        (("um ", X, X), "doubled ⟦math1⟧"),
        (("um ⟦math1⟧ ", X), "doubled ⟦math1⟧"),
        (("um ⟦math7⟧ ", X), "invented ⟦math7⟧"),
        ((X,), "the translation is empty"),
        ((" ", X, " "), "the translation is empty"),
    ],
)
def test_slots_that_do_not_come_back_once_keep_the_source(
    parts: tuple[str | Slot, ...], reason: str, memory: Memory
) -> None:
    table = Table({"Set ⟦math1⟧ now.": parts})
    for sent in (2, 2):  # the second run sends neither: a refusal is remembered too
        result = run("Set $x$ now. A dog.\n", table, memory=memory)
        assert result.documents[0].text == "Set $x$ now. A DOG.\n"
        assert [str(p) for p in result.problems] == [
            f"a.md:1: rejected, {reason}: Set ⟦math1⟧ now."
        ]
        assert len(table.sent) == sent


def test_halves_that_do_not_nest_keep_the_source() -> None:
    made = english(
        "A **b *c* d** e.\n",
        {"A ⟦strong1⟧b ⟦emphasis2⟧c⟦/emphasis2⟧ d⟦/strong1⟧ e.": (
            "A ⟦strong1⟧b ⟦emphasis2⟧c⟦/strong1⟧ d⟦/emphasis2⟧ e."
        )},
    )  # fmt: skip
    assert made == "A **b *c* d** e.\n"


def test_a_segment_without_an_answer_keeps_its_source() -> None:
    class Lazy(Table):
        def translate(self, requests, *more):  # type: ignore[no-untyped-def]
            yield from (some[1:] for some in super().translate(requests, *more))

    result = run("One dog.\n\nTwo cats.\n", Lazy())
    assert result.documents[0].text == "One dog.\n\nTWO CATS.\n"
    assert result.problems[0].reason == "untranslated, the translator gave no answer"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda texts: texts[1:], "returned 1 texts for 2"),
        (lambda texts: [*texts, "more"], "returned 3 texts for 2"),
        (lambda texts: None, "must return a list of strings"),
        (lambda texts: [None] * len(texts), "must return a list of strings"),
        (lambda texts: "ab", "returned 2 texts for 2"),
    ],
)
def test_a_function_that_answers_wrongly_is_one_error(answer, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TranslatorError, match=message):
        amts_ext.translate_text("One dog.\n\nTwo cats.\n", target="pt", translate=answer)


def test_what_came_before_an_error_is_remembered(memory: Memory) -> None:
    class Failing(Table):
        error: Exception | None = TranslatorError("the bucket does not exist")

        def translate(self, requests, *more):  # type: ignore[no-untyped-def]
            for request in requests:
                yield from super().translate([request], *more)

        def answer(self, request, target):  # type: ignore[no-untyped-def]
            if request.key == "Three." and self.error:
                raise self.error
            return super().answer(request, target)

    failing, text = Failing(), "One.\n\nTwo.\n\nThree.\n"
    with pytest.raises(TranslatorError, match="the bucket does not exist"):
        run(text, failing, memory=memory)
    assert {u.source for u in memory.units()} == {"One.", "Two."}
    failing.error = RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        run(text, failing, memory=memory)
    failing.error = None
    failing.batches.clear()
    assert run(text, failing, memory=memory).documents[0].text == text.upper()
    assert failing.sent == ["Three."]


def test_frozen_reaches_no_translator_and_emits_nothing(memory: Memory) -> None:
    table, written = Table(), []
    made = Pipeline("en", "pt", profiles.load("pt"), memory, table, frozen=True)
    memory.store([human("One.", "Um.")])
    with pytest.raises(
        FrozenError, match=r"1 segments are not in the memory.*\na.md:3: Two"
    ) as error:
        made.translate([Source("a.md", "One.\n\nTwo.\n", "md")], written.append)
    assert error.value.exit_code == 3 and written == [] and table.sent == []
    made.translate([Source("a.md", "One.\n", "md")], written.append)
    assert [d.text for d in written] == ["Um.\n"]
