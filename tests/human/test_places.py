"""A sentence in a human's file is replaced; every byte outside of it stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_ext.formats import get
from amts_ext.human.glyphs import changed, glyphs_of
from amts_ext.human.human_file import HumanFile
from amts_ext.human.open_items import FileState
from amts_ext.human.places import Places
from amts_ext.human.units import Tried
from amts_ext.model import Slot, from_tokens
from amts_ext.text import notes
from amts_ext.text.masking import mask

SOURCE = """# Means

The mean of $n$ values is **small**. It is not the median of these values.

* A first item about the sum of all values.
* A second item about their number.
"""
TARGET = """# Medias

La media de $n$ valores
es **pequeña**. No es la mediana
de estos valores.

* Un primer punto sobre la suma de todos los valores.
* Un segundo punto sobre su número.
"""


REST = "No es la mediana de estos valores."


def human_file(target: str, source: str = SOURCE, format: str = "md") -> HumanFile:
    text = notes.without(target)
    name = Path("mean_origin.md"), Path("mean.md"), "mean.md"
    return HumanFile(*name, format, source, text, FileState(), raw=target)


def place(places: Places, words: str) -> Tried:
    found = [t for t in places.made.tried if words in t.partners.source.tokens]
    return max(found, key=lambda tried: tried.level == "block")


def edited(
    file: HumanFile, words: str, target: str, pair: tuple[str, str] = ("en", "es")
) -> str | None:
    places = Places.of(file, pair)
    found = place(places, words)
    done = places.edited(found, target, found.partners.source.slots)
    return done and done.file.raw


def test_lines_that_a_person_has_not_changed_stay_as_they_are() -> None:
    new = f"La media de ⟦math1⟧ valores es ⟦strong2⟧grande⟦/strong2⟧. {REST}"
    assert edited(human_file(TARGET), "The mean of", new) == TARGET.replace("pequeña", "grande")


def test_a_formula_may_move_and_a_pair_may_take_in_other_words() -> None:
    new = f"Es ⟦strong2⟧pequeña la media⟦/strong2⟧ de ⟦math1⟧ valores. {REST}"
    found = edited(human_file(TARGET), "The mean of", new)
    assert found is not None and "Es **pequeña la media** de $n$ valores. No es la" in found
    assert found.endswith(TARGET[TARGET.index("mediana") :])


def test_notes_of_a_synchronization_stay_in_the_file() -> None:
    note = notes.note("changed", "the source changed a little")
    target = TARGET.replace("La media", f"{note}\n\nLa media").replace(
        "todos los valores.", f"todos los valores. {note}"
    )
    new = "Un primer punto sobre la suma de los valores."
    assert edited(human_file(target), "A first item", new) == target.replace(
        "de todos los valores", "de los valores"
    )


def test_a_humans_own_markup_stays() -> None:
    target = TARGET.replace("segundo punto", "*segundo* punto").replace("$n$", "$m$")
    file = human_file(target)
    places = Places.of(file, ("en", "es"))
    unit = place(places, "A second item").made
    assert not isinstance(unit, str) and "⟦own1⟧" in unit.target
    found = edited(file, "A second item", unit.target.replace("número", "cantidad"))
    assert found == target.replace("su número", "su cantidad")


def test_chinese_lines_have_no_blank_between_them() -> None:
    source = "# Means\n\nThe mean of all values is small, and the median of all values is small.\n"
    target = "# 均值\n\n所有值的均值\n很小，所有值的\n中位数很小。\n"
    new = "所有值的均值很小，这些值的中位数很小。"
    assert edited(human_file(target, source), "The mean of", new, ("en", "zh")) == target.replace(
        "，所有", "，这些"
    )


def test_paragraphs_that_are_divided_otherwise_are_not_written() -> None:
    source = "# Means\n\nThe mean is small.\n\nIt is not the median of these values at all.\n"
    target = "# Medias\n\nLa media es pequeña. No es en absoluto la mediana de estos valores.\n"
    places = Places.of(human_file(target, source), ("en", "es"))
    for tried in places.made.tried:
        if "⟦gap" in tried.partners.source.tokens:
            assert places.edited(tried, "Otra cosa.", ()) is None


def test_what_a_build_would_not_take_from_there_is_not_written() -> None:
    """A text that says nothing of its source is no translation for an alignment."""
    assert (
        edited(human_file(TARGET), "The mean of", "⟦math1⟧ ⟦strong2⟧x⟦/strong2⟧ y.\n\n- z") is None
    )


def test_a_cell_of_a_notebook_is_edited_and_its_outputs_stay() -> None:
    def notebook(text: str) -> str:
        output = {"output_type": "stream", "name": "stdout", "text": ["1\n"]}
        code = {"cell_type": "code", "execution_count": 1, "outputs": [output], "source": ["1"]}
        cells = [{"cell_type": "markdown", "source": text.splitlines(True)}, code]
        whole = {"cells": [each | {"metadata": {}} for each in cells], "metadata": {}}
        return json.dumps(whole | {"nbformat": 4, "nbformat_minor": 5}, indent=1)

    new = "Un primer punto sobre la suma de los valores."
    found = edited(human_file(notebook(TARGET), notebook(SOURCE), "ipynb"), "A first item", new)
    assert found == notebook(TARGET).replace("de todos los valores", "de los valores")


def test_what_stood_there_is_put_back_only_where_the_new_text_stands() -> None:
    places = Places.of(human_file(TARGET), ("en", "es"))
    done = places.edited(place(places, "A second item"), "Un segundo punto sobre su total.", ())
    assert done is not None and done.line == 8
    after = Places.of(done.file, ("en", "es"))
    back = after.restored(place(after, "A second item"), done.now, done.before)
    assert back is not None and back.file.raw == TARGET
    assert after.restored(place(after, "A first item"), done.now, done.before) is None


def test_a_source_that_has_moved_on_is_found_by_its_words() -> None:
    places = Places.of(human_file(TARGET), ("en", "es"))
    now = get("md").read("# Means\n\nAn introduction.\n\n" + SOURCE.partition("\n\n")[2])
    segment = next(s for s in mask(now, "en", "paragraph") if "A second item" in s.tokens)
    found = places.find(now, segment)
    assert found is not None and places.text(found) == "Un segundo punto sobre su número."
    twice = get("md").read(SOURCE + "* A second item about their number.\n")
    assert places.find(twice, mask(twice, "en")[-1]) is not None
    assert places.find(now, mask(now, "en")[1]) is None, "the human has no introduction"


WORDS = st.lists(
    st.sampled_from(["uno", "dos", "⟦math1⟧", "⟦math2⟧", ",", "tres cuatro"]), max_size=8
)


@settings(max_examples=200)
@given(WORDS, WORDS, st.sampled_from([" ", "\n", "  ", "\n  "]))
def test_the_least_change_gives_the_text_of_the_person(
    old: list[str], new: list[str], gap: str
) -> None:
    slots = {"⟦math1⟧": "$a$", "⟦math2⟧": "$b$"}
    before = gap.join(["Aquí", *old, "fin."])
    text = before.replace("⟦math1⟧", "$a$").replace("⟦math2⟧", "$b$")
    document = get("md").read(text)
    segment = mask(document, "es", "paragraph")[0]
    contents = {content: token for token, content in slots.items()}
    names = {i: contents[slot.content] for i, slot in enumerate(segment.slots)}
    known = [Slot(n, "math", slots[f"⟦math{n}⟧"]) for n in (1, 2)]
    parts = from_tokens(" ".join(["Aquí", *new, "fin."]), known)
    start, end, put = changed(glyphs_of(document, segment, names), parts) or pytest.fail()
    assert 0 <= start <= end <= len(text)
    written = text[:start] + put + text[end:]
    wanted = "".join(p if isinstance(p, str) else p.content for p in parts)
    assert written.split() == wanted.split()
