"""A book's own settings at work: what it may cost, what it learns, which translator it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.pseudo import upper

from amts_ext import translate_book, translators
from amts_ext.config import load
from amts_ext.errors import AmtsError, ConfigError, FrozenError
from amts_ext.model import characters
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.plan import plan_book
from amts_ext.text.masking import mask
from amts_ext.translators.function import Function

CONFIG = """[project]
title = A Book
[build]
notebooks = *.md
[translation]
translator = {translator}
[amts]
langs = pt
{more}
"""
AWS = "bucket = b\nrole_arn = arn:aws:iam::123456789012:role/r\n"
SENT: list[str] = []


def noted(texts: list[str]) -> list[str]:
    """Capitals; what was asked for is written down."""
    SENT.extend(texts)
    return upper(texts)


def book(root: Path, translator: str = "", more: str = "") -> Path:
    (root / "config.ini").write_text(CONFIG.format(translator=translator, more=more), "utf-8")
    (root / "index.md").write_text("# Title\n\nOne sentence with $x$. Another one.\n", "utf-8")
    SENT.clear()
    return root / "config.ini"


@pytest.mark.parametrize(("allowed", "stops"), [("0.038", True), ("0.039", False)])
def test_max_cost_stops_before_anything_is_sent(tmp_path: Path, allowed: str, stops: bool) -> None:
    # 5 + 22 + 12 characters, formula included, at 1000 USD a million.
    path = book(tmp_path, "aws", f"{AWS}price = 1000\nmax_cost = {allowed}\n")
    config = load(path)
    if stops:
        with pytest.raises(AmtsError, match=r"config\.ini: stopped before sending: 39 characters"):
            translate_book(config, translator=Function(noted))
        assert not SENT and not (tmp_path / "_build").exists()
    else:
        translate_book(config, translator=Function(noted))
        assert len(SENT) == 3


def test_the_embedded_service_costs_nothing(tmp_path: Path) -> None:
    config = load(book(tmp_path, "", "price = 1000\nmax_cost = 0\n"))
    translate_book(config, translator=Function(noted))
    assert len(SENT) == 3


def test_the_plan_counts_what_the_guard_counts(tmp_path: Path) -> None:
    config = load(book(tmp_path, "aws", f"{AWS}price = 1000\n"))
    with Book(config, translator=Function(noted)) as opened:
        plan = plan_book(opened, "pt")
        text = (tmp_path / "index.md").read_text("utf-8")
        from amts_ext import formats

        segments = mask(formats.get("d2l").read(text), "en")
    assert plan["characters"] == sum(characters(s.parts) for s in segments) + len("A Book")
    assert plan["cost"] == pytest.approx(plan["characters"] / 1000) and not SENT


def test_another_address_is_another_engine(tmp_path: Path) -> None:
    amazon = translators.make(load(book(tmp_path, "aws", AWS)))
    other = translators.make(load(book(tmp_path, "aws", AWS + "endpoint = http://127.0.0.1:1\n")))
    assert amazon.signature("en", "pt") == "amazon-translate"
    assert other.signature("en", "pt") == "amazon-translate@http://127.0.0.1:1"


def test_an_unknown_translator_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="translator"):
        load(book(tmp_path, "nobody"))


def test_frozen_learns_the_human_translation_of_a_fresh_checkout(tmp_path: Path) -> None:
    human = tmp_path / "human"
    human.mkdir()
    path = book(tmp_path, more="human_pt = human\n")
    (human / "index_origin.md").write_text((tmp_path / "index.md").read_text("utf-8"), "utf-8")
    (human / "index.md").write_text("# Título\n\nUma frase com $x$. Outra frase.\n", "utf-8")
    done = translate_book(path, translator=Function(noted), frozen=True)
    assert done["pt"].counts == {"human": 2} and not SENT
    assert "Uma frase com $x$." in (tmp_path / "_build/translated/pt/index.md").read_text("utf-8")
    (tmp_path / "index.md").write_text("# Title\n\nQuite another sentence.\n", "utf-8")
    with pytest.raises(FrozenError, match=r"index\.md:3: Quite another sentence"):
        translate_book(path, translator=Function(noted), frozen=True)
