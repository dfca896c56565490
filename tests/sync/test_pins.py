"""What a translator has pinned: it keeps its bytes, and what the source changed there is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.moving_books import HUMAN, state_of, sync, with_originals

from amts_ext.errors import DocumentError
from amts_ext.sync import SyncResult, sync_text

BASE = """\
# The mean

The mean is a number that many people use every day.

![Ten heights.](img/heights.svg)

```python
plt.rcParams['font.family'] = 'Times'
plot(x)  # draw
```

Rain falls on the roof.
"""
HUMAN_TEXT = """\
# La media

La media es un número que mucha gente usa cada día.

![Diez alturas.](img/heights-es.svg)

```python
plt.rcParams['font.family'] = 'Tinos'
plot(x)  # dibujar
```

La lluvia cae sobre el tejado.
"""
MEAN = "La media es un número que mucha gente usa cada día."


def synced(old: str, new: str, human: str = HUMAN_TEXT, *localized: str) -> SyncResult:
    assert old in BASE

    def machine(sentences: list[str]) -> list[str]:
        return [f"M {sentence}" for sentence in sentences]

    source = BASE.replace(old, new)
    return sync_text(BASE, source, human, "md", "en", "es", machine, localized)


def kept(text: str, start: str = "<!-- amts: keep -->", end: str = "<!-- amts: end -->") -> str:
    return HUMAN_TEXT.replace(text, f"{start}\n{text}\n{end}")


def test_a_kept_paragraph_stays_and_its_change_is_told_with_a_suggestion() -> None:
    human = kept(MEAN, "<!-- amts: keep -->\n", "\n<!-- amts: end -->")
    change = "The mean is a number that many people use every day.", "Nobody calls it by name."
    result = synced(*change, human)
    assert result.text == human
    [item] = result.items
    assert (str(item.kind), item.kept, item.old_target) == ("conflict", True, MEAN)
    assert item.new_target == "M Nobody calls it by name."
    assert synced(*change).text != HUMAN_TEXT, "without the comments it is translated"


def test_what_the_source_lost_stays_where_it_is_kept() -> None:
    human = kept(MEAN, "<!-- amts: keep -->\n", "\n<!-- amts: end -->")
    result = synced("The mean is a number that many people use every day.\n\n", "", human)
    assert MEAN in result.text and [str(i.kind) for i in result.items] == ["conflict"]


def test_kept_lines_of_code_stay_and_the_others_follow() -> None:
    line = "plt.rcParams['font.family'] = 'Tinos'"
    human = kept(line, "# amts: keep", "# amts: end")
    result = synced("plot(x)", "plot(x, y)", human)
    assert result.text == human.replace("plot(x)", "plot(x, y)")
    result = synced("= 'Times'", "= 'Arial'", human)
    assert result.text == human and [str(item.kind) for item in result.items] == ["conflict"]


def test_a_localized_path_stays_and_the_words_around_it_follow() -> None:
    result = synced("img/heights.svg", "img/tall.svg", HUMAN_TEXT, "img/*-es.svg")
    assert result.text == HUMAN_TEXT and [str(i.kind) for i in result.items] == ["conflict"]
    result = synced("Ten heights.", "Where is the rain?", HUMAN_TEXT, "img/*-es.svg")
    assert "![M Where is the rain?](img/heights-es.svg)" in result.text


def test_a_localized_name_in_code_stays() -> None:
    result = synced("plot(x)", "plot(x, y)", HUMAN_TEXT, "Tinos")
    assert "'Tinos'" in result.text and "plot(x, y)" in result.text
    line = "plt.rcParams['font.family'] = 'Times'\n"
    result = synced(line, "", HUMAN_TEXT, "Tinos")
    assert "'Tinos'" in result.text


def test_keep_without_its_end_is_refused_with_its_line() -> None:
    with pytest.raises(DocumentError, match="amts: keep without its end") as caught:
        synced("Rain", "Snow", HUMAN_TEXT.replace(MEAN, f"<!-- amts: keep -->\n{MEAN}"))
    assert caught.value.line == 3


def test_a_localized_file_is_left_alone(tmp_path: Path) -> None:
    settings = replace(with_originals(tmp_path), localized=("mean.md",))
    before = state_of(settings.target)
    assert not sync(settings).files
    assert state_of(settings.target) == before
    assert HUMAN.encode() in before.values()
