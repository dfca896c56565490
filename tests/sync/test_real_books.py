"""Real books and their human translations: what a synchronization must not touch.

The next edition of three chapters is a real one. Five of its sections are synchronized: those in
which stretches of changes overlap most, and some that were revised here and there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pytest
from support.places import DEMO, SHARED

from amts_ext import formats
from amts_ext.alignment import align
from amts_ext.model import Document, Segment
from amts_ext.sync import SyncResult, sync_text
from amts_ext.text.masking import mask

pytestmark = pytest.mark.slow
SECTIONS = [
    "chapter_preliminaries/ndarray",
    "chapter_preliminaries/autograd",
    "chapter_preliminaries/calculus",
    "chapter_natural-language-processing-pretraining/glove",
    "chapter_natural-language-processing-applications/natural-language-inference-bert",
]
_TAB = re.compile(r"^(?:#@|%%)tab (.+)", re.MULTILINE)


def pairs(folder: Path) -> Iterator[tuple[Path, Path]]:
    """The originals in a folder, with their translations."""
    for original in sorted(folder.rglob("*_origin.md")):
        translation = original.with_name(original.name.replace("_origin", ""))
        if translation.is_file():
            yield original, translation


def machine(sentences: list[str]) -> list[str]:
    return [f"M {sentence}" for sentence in sentences]


def sync(base: str, source: str, target: str, language: str = "zh") -> SyncResult:
    return sync_text(base, source, target, "d2l", "en", language, machine)


def is_silent(result: SyncResult, target: str) -> bool:
    return result.text == target and not result.items


def texts(section: str) -> tuple[str, str, str]:
    """Base, source and target."""
    names = "d2l-mini", "d2l-mini-next", "d2l-zh"
    base, source, target = ((SHARED / n / f"{section}.md").read_text("utf-8") for n in names)
    return base, source, target


@cache
def synced(section: str) -> SyncResult:
    return sync(*texts(section))


# --- nothing changed ------------------------------------------------------------------------------


@pytest.mark.shared
def test_a_book_whose_source_has_not_changed_stays(shared: Path) -> None:
    found = [(o.read_text("utf-8"), t.read_text("utf-8")) for o, t in pairs(shared / "d2l-zh")]
    assert len(found) == 122
    assert all(is_silent(sync(base, base, target), target) for base, target in found)


@pytest.mark.parametrize("language", ["es", "pt", "zh"])
def test_the_demo_book_stays(language: str) -> None:
    """Also where base and source are merged: a blank line at the end is no change."""
    found = list(pairs(DEMO / "translations" / language))
    assert found
    for original, translation in found:
        base, target = original.read_text("utf-8"), translation.read_text("utf-8")
        assert is_silent(sync(base, base, target, language), target), translation
        assert is_silent(sync(base, base + "\n", target, language), target), translation


@pytest.mark.shared
@pytest.mark.parametrize("section", SECTIONS)
def test_a_merge_without_a_change_is_silent(section: str, shared: Path) -> None:
    base, _, target = texts(section)
    assert is_silent(sync(base, base + "\n", target), target)


# --- the next edition -----------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize("section", SECTIONS)
def test_every_human_sentence_whose_source_stays_is_kept(section: str, shared: Path) -> None:
    """Byte for byte; where the source joined two paragraphs, without the line breaks in it."""
    now = synced(section).text
    flat = "".join(now.split())
    wanted = Counter(unchanged(*texts(section)))
    assert wanted
    lost = [t for t, count in wanted.items() if now.count(t) < count]
    lost = [t for t in lost if "\n" not in t or "".join(t.split()) not in flat]
    assert not lost


def unchanged(base: str, source: str, target: str) -> Iterator[str]:
    """The human's sentences of which the source has not changed."""
    documents = [formats.get("d2l").read(text) for text in (base, source, target)]
    old, new, own = (
        mask(document, language)
        for document, language in zip(documents, ("en", "en", "zh"), strict=True)
    )
    contents = [
        [_content(s, d) for s in side] for side, d in ((old, documents[0]), (new, documents[1]))
    ]
    blocks = SequenceMatcher(None, *contents, autojunk=False).get_matching_blocks()
    stays = {i for a, _, size in blocks for i in range(a, a + size)}
    for bead in align(documents[0], old, documents[2], own):
        if bead.target and bead.source and stays.issuperset(bead.source):
            yield target[own[bead.target[0]].start : own[bead.target[-1]].end]


def _content(segment: Segment, document: Document) -> str:
    return " ".join(document.text[segment.start : segment.end].split())


@pytest.mark.shared
@pytest.mark.parametrize("section", SECTIONS)
def test_code_that_only_the_human_has_is_kept(section: str, shared: Path) -> None:
    """Cells of a tab that the source never had."""
    base, source, target = texts(section)
    theirs = _tabs(base) | _tabs(source)
    cells = re.findall(r"^```\{.*?^```$", target, re.DOTALL | re.MULTILINE)
    own = [cell for cell in cells if _tabs(cell) and _tabs(cell).isdisjoint(theirs)]
    now = synced(section).text
    assert [cell for cell in own if cell not in now] == []


def _tabs(text: str) -> set[str]:
    return {name.strip() for line in _TAB.findall(text) for name in line.split(",")}


@pytest.mark.shared
@pytest.mark.parametrize("section", SECTIONS)
def test_a_second_synchronization_changes_nothing(section: str, shared: Path) -> None:
    _, source, _ = texts(section)
    now = synced(section).text
    assert is_silent(sync(source, source, now), now)
    assert is_silent(sync(source, source + "\n", now), now)
