"""``sync_text``: what of a human's translation stays, what follows the source, what is told."""

from __future__ import annotations

import re

import pytest

from amts_ext.sync.text import SyncResult, sync_text

BASE = """\
# The mean
:label:`sec_mean`

The mean of $x$ is 3. It is a number that many people use every day.

See :numref:`fig_mean` for 10 days of rain.

* First, add the values.
* Then divide by $n$.

```{.python .input}
plot(x)  # draw
```

![The mean of ten days.](img/mean.svg)
:label:`fig_mean`

## Summary

The mean is useful.
"""
HUMAN = """\
# A média
:label:`sec_mean`

A média de $x$ é 3. É um número que muita gente usa todos os dias.

Ver :numref:`fig_mean` para 10 dias de chuva.

* Primeiro, some os valores.
* Depois divida por $n$.

```{.python .input}
plot(x)  # desenhar
```

![A média de dez dias.](img/mean.svg)
:label:`fig_mean`

## Resumo

A média é útil.
"""


def sync(old: str = "", new: str = "", human: str = HUMAN, base: str = BASE) -> SyncResult:
    """Bring ``human`` in step with the base in which ``old`` has become ``new``."""
    assert not old or old in base
    source = base.replace(old, new) if old else base
    return sync_text(base, source, human, "d2l", "en", "pt", machine)


def machine(sentences: list[str]) -> list[str]:
    return [f"M {sentence}" for sentence in sentences]


def kinds(result: SyncResult) -> list[str]:
    return [str(item.kind) for item in result.items]


def test_without_a_change_nothing_changes() -> None:
    result = sync()
    assert result.text == HUMAN and not result.items


def test_a_changed_sentence_is_translated_and_all_others_stay() -> None:
    result = sync("It is a number that many people use every day.", "Nobody calls it by name.")
    assert result.text == HUMAN.replace(
        "É um número que muita gente usa todos os dias.", "M Nobody calls it by name."
    )
    [item] = result.items
    assert (str(item.kind), item.line, item.kept) == ("changed", 4, False)
    assert item.old_target == "É um número que muita gente usa todos os dias."


def test_a_sentence_that_changed_a_little_stays_and_is_told() -> None:
    result = sync("many people use every day", "many people use each day")
    assert result.text == HUMAN
    [item] = result.items
    assert item.kept and item.new_target == "M It is a number that many people use each day."


@pytest.mark.parametrize(
    "old, new",
    [("It is a number", "It is not a number"), ("is a number that", "is 1 number that")],
)
def test_a_not_or_a_number_is_never_a_little(old: str, new: str) -> None:
    [item] = sync(old, new).items
    assert not item.kept and item.new_target.startswith("M It is")


@pytest.mark.parametrize(
    "old, new, there, now",
    [
        ("`fig_mean` for", "`fig_rain` for", "`fig_mean` para", "`fig_rain` para"),
        ("10 days", "12 days", "10 dias", "12 dias"),
        ("of $x$ is 3", "of $y$ is 4", "de $x$ é 3", "de $y$ é 4"),
        ("mean of $x$ is 3.", "mean of $x$ is 3.", "x", "x"),
        ("# The mean\n", "# [**The mean**]\n", "# A média\n", "# [**A média**]\n"),
        ("img/mean.svg", "img/rain.svg", "img/mean.svg", "img/rain.svg"),
        (":label:`sec_mean`", ":label:`sec_rain`", ":label:`sec_mean`", ":label:`sec_rain`"),
    ],
)
def test_slots_numbers_and_marks_are_patched_in_the_humans_text(
    old: str, new: str, there: str, now: str
) -> None:
    result = sync(old, new)
    assert result.text == HUMAN.replace(there, now)
    assert {*kinds(result)} <= {"patched"}


def test_what_is_new_stands_where_the_source_has_it() -> None:
    result = sync("* Then divide", "* Wait a moment.\n* Then divide")
    assert result.text == HUMAN.replace("* Depois", "* M Wait a moment.\n* Depois")
    assert kinds(result) == ["new"]
    result = sync("## Summary\n", "## Summary\n\nWe saw rain.\n")
    assert "## Resumo\n\nM We saw rain.\n\nA média é útil.\n" in result.text


def test_a_new_sentence_stands_behind_the_one_before_it() -> None:
    result = sync("is 3. It", "is 3. Rain falls. It")
    assert result.text == HUMAN.replace("é 3. É", "é 3. M Rain falls. É")


def test_what_the_source_deleted_goes() -> None:
    result = sync("* First, add the values.\n", "")
    assert result.text == HUMAN.replace("* Primeiro, some os valores.\n", "")
    assert kinds(result) == ["deleted"]
    result = sync(" It is a number that many people use every day.", "")
    assert result.text == HUMAN.replace(" É um número que muita gente usa todos os dias.", "")


def test_code_follows_where_the_human_left_it_as_it_was() -> None:
    human = HUMAN.replace("# desenhar", "# draw")
    result = sync("plot(x)", "plot(x, y)", human)
    assert result.text == human.replace("plot(x)", "plot(x, y)")
    assert not result.items


def test_the_humans_comment_stays_on_the_line_whose_code_moved_on() -> None:
    result = sync("plot(x)", "plot(x, y)")
    assert result.text == HUMAN.replace("plot(x)", "plot(x, y)")
    assert kinds(result) == ["patched"]


def test_code_that_both_changed_keeps_the_humans_and_is_a_conflict() -> None:
    human = HUMAN.replace("plot(x)", "plot(z)")
    result = sync("plot(x)", "plot(x, y)", human)
    assert result.text == human
    [item] = result.items
    assert str(item.kind) == "conflict" and "plot(x, y)" in item.new_source


def test_a_comment_that_both_changed_stays_and_is_told() -> None:
    result = sync("plot(x)  # draw", "plot(x, y)  # draw it")
    assert "plot(x, y)  # desenhar" in result.text
    assert kinds(result) == ["conflict"]


OWN = "Nota do tradutor: em Portugal diz-se chuva miudinha.\n\n"


def test_what_is_the_humans_own_survives_beside_what_changed() -> None:
    human = HUMAN.replace("Ver :numref:", OWN + "Ver :numref:")
    result = sync("See :numref:`fig_mean` for 10 days of rain.\n\n", "", human)
    assert OWN in result.text and "10 dias" not in result.text


def test_a_sentence_of_their_own_keeps_a_paragraph_that_the_source_lost() -> None:
    own = "10 dias de chuva. Em Lisboa chove pouco no verão."
    human = HUMAN.replace("10 dias de chuva.", own)
    result = sync("See :numref:`fig_mean` for 10 days of rain.\n\n", "", human)
    assert result.text == human
    assert [(str(item.kind), item.kept) for item in result.items] == [("own", True)]


def test_what_moved_moves_with_the_humans_words() -> None:
    moved = "See :numref:`fig_mean` for 10 days of rain.\n\n"
    source = BASE.replace(moved, "").replace("## Summary\n\n", "## Summary\n\n" + moved)
    result = sync_text(BASE, source, HUMAN, "d2l", "en", "pt", machine)
    own = "Ver :numref:`fig_mean` para 10 dias de chuva.\n\n"
    expected = HUMAN.replace(own, "").replace("## Resumo\n\n", "## Resumo\n\n" + own)
    assert result.text == expected
    assert kinds(result) == ["moved"]


def test_what_moved_and_changed_is_read_though_the_human_split_it() -> None:
    old = "The mean of $x$ is 3. It is a number that many people use every day.\n\n"
    new = old.replace("many people use", "not many people use")
    source = BASE.replace(old, "").replace("## Summary\n\n", "## Summary\n\n" + new)
    human = HUMAN.replace("é 3. É um", "é 3.\n\nÉ um")
    result = sync_text(BASE, source, human, "d2l", "en", "pt", machine)
    assert [item.kind for item in result.items if not item.at_a_glance]
    assert "A média de $x$ é 3." in result.text.partition("## Resumo")[2]
    assert result.text.count("A média de $x$ é 3.") == 1


def test_a_split_paragraph_keeps_the_humans_sentences() -> None:
    result = sync("is 3. It is a number", "is 3.\n\nIt is a number")
    assert result.text == HUMAN.replace("é 3. É um", "é 3.\n\nÉ um")
    assert {*kinds(result)} == {"moved"}


def test_a_sentence_that_changed_a_little_in_a_split_paragraph_stays_too() -> None:
    old = "is 3. It is a number that many people use every day"
    result = sync(old, "is 3.\n\nIt is a number that many people use each day")
    assert result.text == HUMAN.replace("é 3. É um", "é 3.\n\nÉ um")
    assert sorted(kinds(result)) == ["changed", "moved"]
    # and where two paragraphs became one
    first = BASE.replace(old, old.replace("3. It", "3.\n\nIt"))
    human = HUMAN.replace("é 3. É um", "é 3.\n\nÉ um")
    now = BASE.replace("every day", "each day")
    result = sync_text(first, now, human, "d2l", "en", "pt", machine)
    assert result.text == HUMAN
    assert sorted(kinds(result)) == ["changed", "moved"]


def test_a_note_of_the_humans_stays_where_its_neighbours_go() -> None:
    gone = "See :numref:`fig_mean` for 10 days of rain.\n\n"
    human = HUMAN.replace("Ver :numref:", OWN + "Ver :numref:").replace(
        "de chuva.\n\n", "de chuva.\n\nUma nota.\n\n"
    )
    result = sync(gone, "", human)
    assert OWN in result.text and "Uma nota.\n\n" in result.text


def test_what_no_translation_shows_needs_no_more_than_a_glance() -> None:
    result = sync("It is a number that", "It is the number that")
    assert result.text == HUMAN and kinds(result) == ["patched"]


def test_only_what_changed_is_sent() -> None:
    sent: list[str] = []

    def translate(sentences: list[str]) -> list[str]:
        sent.extend(sentences)
        return sentences

    source = BASE.replace("The mean is useful.", "Rain is wet.")
    sync_text(BASE, source, HUMAN, "d2l", "en", "pt", translate)
    assert sent == ["Rain is wet."]


def test_without_a_translator_the_sources_words_are_put_in_and_told() -> None:
    source = BASE.replace("The mean is useful.", "Rain is wet.")
    result = sync_text(BASE, source, HUMAN, "d2l", "en", "pt")
    assert "Rain is wet." in result.text
    assert not result.items[0].translated


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_stay(end: str, mark: str) -> None:
    base, human = (mark + text.replace("\n", end) for text in (BASE, HUMAN))
    source = base.replace("10 days", "12 days")
    result = sync_text(base, source, human, "d2l", "en", "pt", machine)
    assert result.text == human.replace("10 dias", "12 dias")


def test_an_item_has_its_place_in_the_new_text() -> None:
    source = BASE.replace("The mean of", "Rain.\n\nThe mean of").replace(
        "is useful", "of rain ends"
    )
    result = sync_text(BASE, source, HUMAN, "d2l", "en", "pt", machine)
    for item in result.items:
        placed = result.text[item.start : item.end]
        assert placed == item.new_target.strip()
        assert result.text.count("\n", 0, item.start) + 1 == item.line


# --- what both sides put in ----------------------------------------------------------------------


def test_a_label_that_the_human_had_put_in_is_not_put_in_again() -> None:
    label = "\n:label:`sec_summary`"
    human = HUMAN.replace("## Resumo", f"## Resumo{label}")
    result = sync("## Summary", f"## Summary{label}", human)
    assert (result.text, result.items) == (human, [])


def test_a_label_that_the_human_had_elsewhere_stands_once() -> None:
    label = "\n:label:`sec_summary`"
    human = HUMAN.replace("# A média\n", f"# A média{label}\n")
    result = sync("## Summary", f"## Summary{label}", human)
    assert result.text == HUMAN.replace("## Resumo", f"## Resumo{label}")
    assert {str(item.kind) for item in result.items} == {"moved", "new"}


def test_a_mark_that_both_sides_corrected_stays() -> None:
    base = BASE.replace(":label:`fig_mean`", ":eqlabel:`fig_mean`")
    result = sync(":eqlabel:`fig_mean`", ":label:`fig_mean`", HUMAN, base)
    assert (result.text, result.items) == (HUMAN, [])


TAB = "\n:begin_tab:`{}`\n[Talk](https://a.org/{})\n:end_tab:\n"


def test_a_tab_that_the_human_has_already_is_a_conflict_and_others_come() -> None:
    human = HUMAN + TAB.format("mxnet", 7) + TAB.format("paddle", 8)
    source = BASE + TAB.format("mxnet", 1) + TAB.format("jax", 2)
    result = sync_text(BASE, source, human, "d2l", "en", "pt", machine)
    conflict = next(item for item in result.items if str(item.kind) == "conflict")
    assert conflict.old_target == TAB.format("mxnet", 7).strip("\n")
    assert "https://a.org/1" in conflict.new_target
    assert [str(item.kind) for item in result.items] == ["conflict", "new"]
    assert TAB.format("mxnet", 7) in result.text and TAB.format("paddle", 8) in result.text
    assert re.findall(r":(?:begin|end)_tab:(?:`\w+`)?", result.text) == [
        ":begin_tab:`mxnet`", ":end_tab:", ":begin_tab:`jax`", ":end_tab:",
        ":begin_tab:`paddle`", ":end_tab:",
    ]  # fmt: skip


def test_a_tab_that_both_sides_have_alike_is_told_nobody() -> None:
    human, source = (text + TAB.format("mxnet", 1) for text in (HUMAN, BASE))
    result = sync_text(BASE, source, human, "d2l", "en", "pt", machine)
    assert (result.text, result.items) == (human, [])


def tabs(*named: tuple[str, str]) -> str:
    return "\n\n".join(f":begin_tab:`{name}`\n{text}\n:end_tab:" for name, text in named)


def marks(text: str) -> list[str]:
    return re.findall(r":(?:begin|end)_tab:(?:`\w+`)?", text)


OURS = "See :numref:`fig_mean` for 10 days of rain."
THEIRS = "Ver :numref:`fig_mean` para 10 dias de chuva."


def test_tabs_around_old_text_that_the_human_has_too_are_not_doubled() -> None:
    human = HUMAN.replace(THEIRS, tabs(("mxnet", THEIRS), ("jax", "Ver o livro.")))
    result = sync(OURS, tabs(("mxnet", OURS), ("jax", "See the book.")), human)
    assert result.text == human
    assert [item.new_source for item in result.items] == [tabs(("jax", "See the book."))]


def test_tabs_in_another_tab_of_the_human_are_told() -> None:
    human = HUMAN.replace(THEIRS, tabs(("all", THEIRS)))
    result = sync(OURS, tabs(("mxnet", OURS), ("jax", "See the old book.")), human)
    assert marks(result.text)[:2] == [":begin_tab:`all`", ":end_tab:"]
    assert marks(result.text).count(":end_tab:") * 2 == len(marks(result.text))
    assert "conflict" in {str(item.kind) for item in result.items}
