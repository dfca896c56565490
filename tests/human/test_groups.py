"""Groups: what a human translated in other blocks than the original has comes back whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.editions import built

from amts_ext.human import learn
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.pipeline import Pipeline
from amts_ext.text.outcome import Source, Status

ENGLISH = """# Buses

The first buses of our town ran in the spring.

People were curious and stood at the corner.

A driver had to know every house along the way. Letters travelled with the passengers.

Children paid nothing on Sundays, and the old ladies of the hill paid half of the price.

```
code()
```

The teacher wrote down the delay $d$ of each day in a notebook with a blue cover.
"""
PORTUGUESE = """# Ônibus

Os primeiros ônibus da nossa cidade circularam na primavera. As pessoas ficavam curiosas e paravam na esquina.

O motorista precisava conhecer cada casa do caminho:

* as cartas
* e os passageiros viajavam juntos.

As crianças não pagavam nada aos domingos, e as senhoras idosas do morro pagavam a metade do preço.

```
code()
```

A professora anotava o atraso $d$ de cada dia em um caderno de capa azul.
"""  # noqa: E501


def test_a_human_edition_comes_back_complete(tmp_path: Path) -> None:
    done = built(tmp_path, ENGLISH, ENGLISH, PORTUGUESE)
    assert done.text == PORTUGUESE
    assert {outcome.status for outcome in done.segments} == {Status.HUMAN}


def test_where_the_source_has_changed_only_that_group_is_not_used(tmp_path: Path) -> None:
    changed = ENGLISH.replace("People were curious", "People were very curious")
    done = built(tmp_path, changed, ENGLISH, PORTUGUESE)
    assert "People were very curious" in done.text and "Os primeiros ônibus" not in done.text
    assert "* e os passageiros viajavam juntos." in done.text
    assert "de capa azul" in done.text


def test_the_group_is_found_in_a_notebook_cell_but_never_across_cells(tmp_path: Path) -> None:
    import nbformat

    first, second = "One cat sleeps here.\n\nOne dog runs there.", "A bird sings at night."
    human = "Um gato dorme aqui e um cachorro corre ali.\n\nUm pássaro canta à noite.\n"
    folder = tmp_path / "pt"
    folder.mkdir()
    (folder / "a_origin.md").write_text(f"{first}\n\n{second}\n", "utf-8")
    (folder / "a.md").write_text(human, "utf-8")
    with Memory(tmp_path / "memory.sqlite") as memory:
        learn(memory, folder, folder, ("en", "pt"), "md")
        pipeline = Pipeline("en", "pt", profiles.load("pt"), memory, None)

        def cells(*sources: str) -> list[str]:
            notebook = nbformat.v4.new_notebook(
                cells=[nbformat.v4.new_markdown_cell(source) for source in sources]
            )
            source = Source("a.ipynb", nbformat.writes(notebook), "ipynb")
            text = pipeline.translate([source]).documents[0].text
            return [cell["source"] for cell in nbformat.reads(text, 4)["cells"]]

        together = cells(first, second)
        apart = cells(*first.split("\n\n"), second)
    assert together[0] == "Um gato dorme aqui e um cachorro corre ali."
    assert len(apart) == 3 and "cachorro" not in "".join(apart)


def test_what_the_human_left_out_is_asked_of_no_machine(tmp_path: Path) -> None:
    english = (
        "# Buses\n\nThe green bus was late.\n\nOnly birds like rain.\n\nWe met $x$ of 3 friends.\n"
    )
    human = "# Ônibus\n\nO ônibus verde estava atrasado.\n\nEncontramos $x$ de 3 amigos.\n"
    done = built(tmp_path, english, english, human)
    (left,) = [o for o in done.segments if not o.ok]
    assert left.status is Status.LEFT_OUT and left.segment.tokens == "Only birds like rain."
    assert done.text == human.replace("\n\nEnc", "\n\nOnly birds like rain.\n\nEnc")


def test_of_an_original_that_has_grown_nothing_is_left_out(tmp_path: Path) -> None:
    human = PORTUGUESE.partition("As crianças")[0]
    done = built(tmp_path, ENGLISH, ENGLISH, human, beside=False)
    assert not any(o.status is Status.LEFT_OUT for o in done.segments)


@pytest.mark.parametrize("added", ["", "\n\nNota da tradutora: os preços são de 1950."])
def test_what_the_human_added_stands_behind_its_paragraph(tmp_path: Path, added: str) -> None:
    human = PORTUGUESE.replace("na esquina.", f"na esquina.{added}")
    done = built(tmp_path, ENGLISH, ENGLISH, human)
    assert done.text == human


def test_a_title_that_the_human_moved_stands_once(tmp_path: Path) -> None:
    code = "```\ncode()\n```\n\n"
    rule = "Activation decides who of the passengers is let in, and who has to wait outside."
    english = f"# Buses\n\nThe green bus $g$ was late.\n\n{code}## Activation\n\n{rule}\n\n"
    human = f"# Ônibus\n\nO ônibus verde $g$ atrasou.\n\n## Ativação\n\n{code}"
    human += "Chove muito hoje à noite na serra.\n\n"
    last = "### Doors\n\nIt has $h$ of 12 doors.\n", "### Portas\n\nTem $h$ de 12 portas.\n"
    done = built(tmp_path, english + last[0], english + last[0], human + last[1])
    assert done.text.count("\n## ") == 1


def test_what_a_page_says_twice_may_begin_one_group_and_end_another(tmp_path: Path) -> None:
    first, second = "The bus of $a$ is late.\n\n", "It is green today.\n\n"
    code = "```\ncode()\n```\n\n"
    english = f"{first}{second}It has $b$ doors.\n\n{code}{first}{second}{code}Then $c$ came.\n"
    human = "O ônibus de $a$ atrasou.\n\nEstá verde hoje e tem $b$ portas.\n\n"
    human += f"{code}O ônibus de $a$ atrasou e está verde hoje.\n\n{code}Então $c$ veio.\n"
    done = built(tmp_path, english, english, human)
    assert done.text == human
