"""A book of MyST follows its source: directives, their options, a glossary, and notebooks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.moving_books import state_of, sync
from support.program import write

from amts_ext import sync_text
from amts_ext.checks.review import check_files
from amts_ext.sync import SyncResult
from amts_ext.sync.project import SyncSettings

BASE = """(sec-birds)=
# The birds

:::{admonition} What you need
:class: tip

A pair of eyes is needed.
Patience helps a lot.
:::

```{figure} heron.png
:name: fig-heron
:width: 50%
:alt: a grey bird

A **heron** stands still.
```

See {ref}`the lakes <sec-lakes>` and {numref}`fig-heron`.

```{glossary}
wader
  A bird with long legs.
```

The last sentence stays.
"""
HUMAN = """(sec-birds)=
# Las aves

:::{admonition} Lo que hace falta
:class: tip

Hacen falta dos ojos.
La paciencia ayuda mucho.
:::

```{figure} heron.png
:name: fig-heron
:width: 50%
:alt: un ave gris

Una **garza** está quieta.
```

Véanse {ref}`los lagos <sec-lakes>` y {numref}`fig-heron`.

```{glossary}
wader
  Un ave de patas largas.
```

La última frase queda.
"""


def machine(sentences: list[str]) -> list[str]:
    return [f"M {sentence}" for sentence in sentences]


def moved(old: str, new: str) -> SyncResult:
    assert BASE.count(old) == 1
    return sync_text(BASE, BASE.replace(old, new), HUMAN, "myst", "en", "es", machine)


@pytest.mark.parametrize(
    ("old", "new", "was", "now"),
    [
        (  # a sentence in a directive's body
            "Patience helps a lot.",
            "Binoculars of a friend show far more.",
            "La paciencia ayuda mucho.",
            "M Binoculars of a friend show far more.",
        ),
        (":width: 50%", ":width: 80%", ":width: 50%", ":width: 80%"),
        (":class: tip", ":class: warning", ":class: tip", ":class: warning"),
        (  # an option that is new
            ":width: 50%\n",
            ":width: 50%\n:align: left\n",
            ":width: 50%\n",
            ":width: 50%\n:align: left\n",
        ),
        (  # the prose of an option
            "a grey bird",
            "two ducks that swim",
            "un ave gris",
            "M two ducks that swim",
        ),
        ("{figure} heron.png", "{figure} img/heron.svg", "heron.png", "img/heron.svg"),
        ("<sec-lakes>", "<sec-ponds>", "<sec-lakes>", "<sec-ponds>"),
        ("{admonition} What you need", "{card} What you need", "{admonition}", "{card}"),
        ("(sec-birds)=", "(sec-fowl)=", "(sec-birds)=", "(sec-fowl)="),
    ],
)
def test_one_change_of_the_source_is_one_change_of_the_translation(
    old: str, new: str, was: str, now: str
) -> None:
    assert moved(old, new).text == HUMAN.replace(was, now)


def test_a_new_directive_stands_at_its_place() -> None:
    added = "```{warning}\nHerons bite, so keep away.\n```\n\n"
    done = moved("```{glossary}", f"{added}```{{glossary}}")
    now = added.replace("Herons", "M Herons")
    assert done.text == HUMAN.replace("```{glossary}", f"{now}```{{glossary}}")
    assert len(done.items) == 1


def test_a_directive_that_goes_takes_its_translation_with_it() -> None:
    start, end = BASE.index("```{figure}"), BASE.index("See {ref}")
    done = moved(BASE[start:end], "")
    own = HUMAN[HUMAN.index("```{figure}") : HUMAN.index("Véanse")]
    assert done.text == HUMAN.replace(own, "")


def test_a_term_is_added_to_the_glossary() -> None:
    entry = "  A bird with long legs.\n"
    done = moved(entry, f"{entry}\ndabbler\n  A duck that feeds at the surface.\n")
    own = "  Un ave de patas largas.\n"
    more = f"{own}\ndabbler\n  M A duck that feeds at the surface.\n"
    assert done.text == HUMAN.replace(own, more)


def cells(*found: tuple[str, str]) -> str:
    made = []
    for number, (kind, text) in enumerate(found):
        cell = {"cell_type": kind, "id": f"c{number}", "metadata": {}}
        cell |= {"execution_count": None, "outputs": []} if kind == "code" else {}
        made.append(cell | {"source": text.splitlines(keepends=True)})
    data = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


NOTE = "```{note}\nCount *all* the birds.\n```"
CODE = "birds = read()\nn = 1\nfor bird in birds:\n    n = n + 1\nprint(n)  # the number\n"
NOTA = "```{note}\nCuenta *todas* las aves.\n```"
CODIGO = CODE.replace("# the number", "# el número")


def test_a_code_cell_that_both_sides_have_edited() -> None:
    source = cells(("markdown", NOTE), ("code", CODE.replace("n = 1\n", "n = 12\n")))
    base, human = (
        cells(("markdown", NOTE), ("code", CODE)),
        cells(("markdown", NOTA), ("code", CODIGO)),
    )
    done = sync_text(base, source, human, "ipynb-myst", "en", "es", machine)
    assert done.text == cells(("markdown", NOTA), ("code", CODIGO.replace("n = 1\n", "n = 12\n")))


def test_a_notebook_written_as_text() -> None:
    """A code cell is a directive there; its options are YAML between two lines."""
    base = (
        "# Numbers\n\n```{code-cell}\n:tags: [a]\n\nn = 1  # the number\n```\n\nThe end is near.\n"
    )
    human = "# Números\n\n```{code-cell}\n:tags: [a]\n\nn = 1  # el número\n```\n\nYa acaba.\n"
    source = base.replace("n = 1", "n = 12").replace("[a]", "[a, b]")
    done = sync_text(base, source, human, "myst", "en", "es", machine)
    assert done.text == human.replace("n = 1", "n = 12").replace("[a]", "[a, b]")


@pytest.fixture
def book(tmp_path: Path) -> SyncSettings:
    """A project of Sphinx with a human translation whose originals stand beside it."""
    conf = 'extensions = ["myst_nb", "amts_ext"]\n'
    now = BASE.replace("A pair of eyes is needed.", "A telescope of glass is needed at night.")
    numbers = cells(("markdown", NOTE), ("code", CODE))
    later = cells(("markdown", f"{NOTE}\n\nThen add them up."), ("code", CODE))
    own = cells(("markdown", NOTA), ("code", CODIGO))
    source = write(tmp_path / "en", {"conf.py": conf, "birds.md": now, "numbers.ipynb": later})
    target = {"birds.md": HUMAN, "birds_origin.md": BASE}
    target |= {"numbers.ipynb": own, "numbers_origin.ipynb": numbers}
    return SyncSettings(source, write(tmp_path / "es", target), "es")


def test_a_project_of_sphinx_is_read_as_myst(book: SyncSettings) -> None:
    done = sync(book)
    assert not done.problems
    text = (book.target / "birds.md").read_text("utf-8")
    new = "A TELESCOPE OF GLASS IS NEEDED AT NIGHT."
    assert text == HUMAN.replace("Hacen falta dos ojos.", new)
    cell = json.loads((book.target / "numbers.ipynb").read_text("utf-8"))["cells"][0]
    assert "".join(cell["source"]) == f"{NOTA}\n\nTHEN ADD THEM UP."
    sync(book)
    before = state_of(book.target)
    assert not sync(book).written
    assert state_of(book.target) == before


def test_a_check_finds_what_a_directive_of_a_translation_lost(tmp_path: Path) -> None:
    wrong = HUMAN.replace("{numref}`fig-heron`", "la figura").replace(
        "Una **garza** está quieta.\n", ""
    )
    source = write(tmp_path / "en", {"conf.py": 'extensions = ["myst_nb"]\n', "birds.md": BASE})
    target = write(tmp_path / "es", {"birds.md": HUMAN})
    assert check_files(source, target, ("en", "es"), {}).faults == []
    write(target, {"birds.md": wrong})
    found = [fault.finding for fault in check_files(source, target, ("en", "es"), {}).faults]
    assert sorted(str(finding.kind) for finding in found) == ["slots", "untranslated"]
