"""Counterparts: a human's text comes back between walls that the human changed, and in its tab."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.editions import built

from amts_ext.text.outcome import Status, TranslatedDocument

FIRST = (
    "# Buses\n\nThe green bus $g$ was late.\n\n",
    "# Ônibus\n\nO ônibus verde $g$ atrasou.\n\n",
)
LAST = ("The door $h$ is open.\n", "A porta $h$ está aberta.\n")
TABS = "mxnet", "pytorch"
EVERY = "".join(f":begin_tab:`{tab}`\nIt is $q$.\n:end_tab:\n\n" for tab in TABS)
"""A text in each of the source's tabs, which says that there are two."""
EVERY_PT = EVERY.replace("It is", "Ele é")


def edition(root: Path, english: str, human: str, others: str = "") -> TranslatedDocument:
    """A page with sure blocks at both ends; ``others`` is another original of the book."""
    source, target = f"{FIRST[0]}{english}{LAST[0]}", f"{FIRST[1]}{human}{LAST[1]}"
    more = {"b_origin.md": others, "b.md": others} if others else {}
    return built(root, source, source, target, format="d2l", others=more)


def english_left(done: TranslatedDocument) -> list[str]:
    return [o.segment.tokens for o in done.segments if not o.ok]


def code(*lines: str) -> str:
    return "".join(f"```{{.python .input}}\n{line}\n```\n\n" for line in lines)


def tab(names: str, text: str) -> str:
    return f":begin_tab:`{names}`\n{text}\n:end_tab:\n\n"


def test_cells_with_translated_comments_divide_a_page_as_their_originals_do(tmp_path: Path) -> None:
    texts = "A quick way is by columns.", "Let us look at all of it at once."
    own = "Há um modo de gastar menos.", "E agora o resto."
    english = f"{code('x  # rows')}{texts[0]}\n\n{code('y  # columns', 'z')}{texts[1]}\n\n"
    human = f"{code('x  # linhas')}{own[0]}\n\n{code('y  # colunas')}{own[1]}\n\n"
    english, human = (
        text + code("u  # all" if text is english else "u  # tudo") for text in (english, human)
    )
    done = edition(tmp_path, english, human)
    assert english_left(done) == []
    assert done.text.index(own[0]) < done.text.index("y  # columns") < done.text.index(own[1])


def test_other_numbers_of_walls_give_no_group(tmp_path: Path) -> None:
    english = f"{code('x')}A quick way is by columns.\n\n{code('y')}Now look at all of it.\n\n"
    human = f"{code('u')}Mais rápido é por colunas. Vejamos tudo isso de uma só vez.\n\n"
    done = edition(tmp_path, english, human)
    assert len(english_left(done)) == 2


@pytest.mark.parametrize(
    ("names", "is_human"), [("`mxnet, pytorch, paddle`", True), ("`mxnet`", False)]
)
def test_a_tab_takes_the_text_of_one_that_is_for_its_readers(
    tmp_path: Path, names: str, is_human: bool
) -> None:
    english = f"{EVERY}{tab('mxnet, pytorch', 'Now look at the rows.')}"
    human = f"{EVERY_PT}{tab(names.strip('`'), 'Agora vejamos as linhas.')}"
    done = edition(tmp_path, english, human)
    assert ("Agora vejamos" in done.text) is is_human


def test_a_tab_that_only_the_human_has_gives_nothing(tmp_path: Path) -> None:
    english = f"{EVERY}Now look at the rows.\n\n"
    human = f"{EVERY_PT}{tab('paddle', 'Instale o pacote paddle agora.')}"
    done = edition(tmp_path, english, human)
    assert "paddle" not in done.text and "Now look at the rows." in done.text


def test_beside_a_tab_that_only_the_human_has_texts_are_used(tmp_path: Path) -> None:
    english = f"{EVERY}{tab('pytorch', 'Now look at the rows.')}"
    human = f"{EVERY_PT}{tab('pytorch', 'Vejamos as linhas.')}{tab('paddle', 'Instale isso.')}"
    done = edition(tmp_path, english, human)
    assert english_left(done) == [] and "Instale" not in done.text


def test_of_a_text_written_anew_for_every_tab_the_faithful_one_stands(tmp_path: Path) -> None:
    english = f"{EVERY}Now we make the `Dense` layer with 7 rows.\n\n"
    human = EVERY_PT
    human += tab("pytorch", "Agora criamos a camada `Linear` com 7 linhas.")
    human += tab("mxnet", "Agora criamos a camada `Dense` com 7 linhas.")
    done = edition(tmp_path, english, human)
    assert "Agora criamos a camada `Dense`" in done.text and "Linear" not in done.text
    assert done.text.count(":begin_tab:") == len(TABS)


@pytest.mark.parametrize("added", ["", "Uma nota da tradutora.\n\n"])
def test_a_text_for_one_tab_is_not_shown_to_all(tmp_path: Path, added: str) -> None:
    english = f"{EVERY}Now look at the rows.\n\n"
    done = edition(tmp_path, english, f"{EVERY_PT}{added}{tab('mxnet', 'Vejamos as linhas.')}")
    assert "Vejamos" not in done.text and english_left(done) == ["Now look at the rows."]


def test_what_leads_to_a_list_stands_before_it(tmp_path: Path) -> None:
    english = f"{code('x')}It shows that $a$ grows. It shows that $b$ falls.\n\n{code('y')}"
    human = (
        f"{code('x')}Há razões.\n\n* Mostra que $a$ cresce.\n* Mostra que $b$ cai.\n\n{code('y')}"
    )
    done = edition(tmp_path, english, human)
    assert done.text == f"{FIRST[1]}{human}{LAST[1]}"


def test_a_title_that_was_added_does_not_stand_without_its_text(tmp_path: Path) -> None:
    english = code("x")
    human = f"## Custo\n\n:label:`sec_cost`\n\nIsto custa pouco.\n\n{code('x')}"
    done = edition(tmp_path, english, human)
    assert "Custo" not in done.text and english_left(done) == []


LATE = "As in :eqref:`eq_watson`, the bus of $a$ is late."


@pytest.mark.parametrize(
    ("human", "others", "expected"),
    [
        ("Como em :eqref:`eq_waston`, o ônibus de $a$ atrasa.", "", ":eqref:`eq_watson`"),
        (
            "Como em :eqref:`eq_watson` (:numref:`sec_b`), o ônibus de $a$ atrasa.",
            "sec_b",
            "`sec_b`",
        ),
        ("Como em :eqref:`eq_watson` (:numref:`sec_c`), o ônibus de $a$ atrasa.", "sec_b", LATE),
        ("Como em :eqref:`eq_a` e :eqref:`eq_b`, o ônibus de $a$ atrasa.", "", LATE),
    ],
)
def test_a_reference_names_what_the_book_has(
    tmp_path: Path, human: str, others: str, expected: str
) -> None:
    other = f"# Doors\n:label:`{others}`\n" if others else ""
    done = edition(tmp_path, f"{LATE}\n\n", f"{human}\n\n", other)
    assert expected in done.text
    assert ("Como em" in done.text) is (expected != LATE)


def test_a_cell_that_the_human_kept_is_the_humans_and_a_paragraph_is_not(tmp_path: Path) -> None:
    table = "| Random disk access (seek and rotation) | 10 ms |\n| - | - |\n| a | b |\n\n"
    kept = "Nobody has yet translated this.\n\n"
    done = edition(tmp_path, table + kept, table + kept)
    assert english_left(done) == [kept.strip()]


@pytest.mark.parametrize("own", ["&lt;bos&gt;", "2 \\* 3"])
def test_a_humans_own_escapes_are_no_change_of_the_structure(tmp_path: Path, own: str) -> None:
    done = edition(tmp_path, "The bus of $a$ is late.\n\n", f"O ônibus {own} de $a$ atrasa.\n\n")
    assert own in done.text and {o.status for o in done.segments} == {Status.HUMAN}
