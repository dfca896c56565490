"""What the statistical engine doubts about a draft, by the phrases that it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("thot.common", reason="sil-thot is not installed (extra: adapt)")

from amts_ext.service.adaptation.corpus import examples
from amts_ext.service.adaptation.decoder import Hypothesis
from amts_ext.service.adaptation.judging import doubts
from amts_ext.service.adaptation.support import LEAST, PARTICLE, Support


def word_by_word(target: str, unknown: Sequence[int] = ()) -> Hypothesis:
    """Each source word translated by one target word."""
    words = tuple(target.split())
    phrases = tuple((i, i + 1, i, i + 1) for i in range(len(words)))
    return Hypothesis(words, (), phrases, frozenset(unknown))


def judged(source: str, target: str, unknown: Sequence[int] = (), strange: str = "") -> list[str]:
    def without_support(sources: Sequence[str], targets: Sequence[str]) -> list[str]:
        return [word for word in targets if word in strange.split()]

    languages = "en", "zh"
    made = word_by_word(target, unknown)
    return list(doubts(source.split(), made, without_support, languages))


@pytest.mark.parametrize(
    ("source", "copied", "kept"),
    [
        ("The heron sleeps", (1,), "heron"),
        ("Herons sleep here", (0,), "Herons"),
        ("The well-known PyTorch model", (2,), ""),
        ("The GPU sleeps", (1,), ""),
        ("A Rosenblatt machine", (1,), ""),
        ("The 3rd model", (1,), ""),
        ("XM0 x model", (1,), ""),
        ("The heron waits for herons", (1, 2, 4), "heron, waits, herons"),
    ],
)
def test_copied_words_are_doubted_unless_they_are_names(
    source: str, copied: tuple[int, ...], kept: str
) -> None:
    target = " ".join(w if i in copied else "字" for i, w in enumerate(source.split()))
    expected = [f"keeps words of the source: {kept}"] if kept else []
    assert judged(source, target, copied) == expected


def test_every_reason_is_told_once_with_its_words() -> None:
    found = judged("The heron is not nonnegative .", "战争 heron 是 很 负 。", (1,), "战争 。")
    assert found == [
        "keeps words of the source: heron",
        "has words out of nowhere: 战争",
        "loses a negation: not, nonnegative",
    ]


def table(folder: Path, *rows: str) -> Path:
    path = folder / "translation.ttable"
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    return path


def test_support_comes_from_phrases_and_from_the_lexicon(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "更长 ||| longer ||| 60 57",
        "战争 与 和平 ||| longer ||| 1 1",
        "<UNUSED_WORD> ||| longer ||| 0 900",
        "就 而言 ||| in terms of ||| 5 2",
        "直方图 ||| histogram ||| 1 1",
    )
    known = {("的", None): PARTICLE, ("大", "large"): LEAST, ("与", "and"): LEAST / 2}
    support = Support(path, lambda target, source: known.get((target, source), 0.0))
    assert support.strange(["longer"], ["战争", "与", "和平"]) == ["战争", "与", "和平"]
    assert support.strange(["longer"], ["更长", "的"]) == []
    assert support.strange(["in", "terms", "of"], ["就", "而言"]) == []
    assert support.strange(["histogram"], ["直方图"]) == []
    assert support.strange(["and", "large"], ["与", "大"]) == ["与"]
    assert support.strange(["unheard"], ["大"]) == ["大"]


def test_a_pair_that_is_learned_online_is_support(tmp_path: Path) -> None:
    support = Support(table(tmp_path), lambda target, source: 0.0)
    assert support.strange(["heron"], ["苍鹭"]) == ["苍鹭"]
    [pair] = examples([("The heron waits.", "苍鹭等候。")], "en", "zh")
    support.learn(pair)
    assert support.strange(["heron"], ["苍鹭"]) == []
    assert support.strange(["heron", "flies"], ["苍鹭"]) == ["苍鹭"]
