"""``d2lbook build --lang`` with ``translator = aws``: real builds, real HTTP, plan and bill."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.aws import BUCKET, ROLE
from support.book import CONFIG, d2lbook, make_book
from support.program import amts

from amts_ext.service.server import Service

pytest.importorskip("d2lbook", reason="d2lbook is not installed: pip install 'amts-ext[d2l]'")
pytestmark = pytest.mark.book

MONEY = f"""
bucket = {BUCKET}
role_arn = {ROLE}
region = us-east-1
price = 10
price_act = 40

[translation]
translator = aws
"""


@pytest.fixture
def book(service: Service, tmp_path: Path) -> Path:
    return make_book(tmp_path / "book", f"{CONFIG}endpoint = {service.url}{MONEY}")


def events(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines() if line.startswith('{"event"')]


@pytest.mark.slow
def test_a_book_by_way_of_jobs(service: Service, book: Path) -> None:
    plain = {row["lang"]: row for row in amts(book, "plan", "--lang", "pt,es", "--json").json}
    assert plain["pt"]["cost"] == plain["es"]["cost"] == plain["pt"]["characters"] * 10 / 1e6
    (book / "pairs.csv").write_text("en,pt\nWelcome to the book.,Boas-vindas ao livro.\n")
    pushed = amts(book, "parallel-data", "push", "pairs.csv")
    assert pushed.code == 0, pushed.err
    planned = {row["lang"]: row for row in amts(book, "plan", "--lang", "pt,es", "--json").json}
    assert planned["pt"]["cost"] == pytest.approx(4 * plain["pt"]["cost"])
    assert planned["es"]["cost"] == plain["es"]["cost"]

    run = d2lbook(book, "build", "html", "--lang", "pt,es", "--json", fake=False)
    assert run.code == 0, run.out
    jobs = {tuple(j.properties["TargetLanguageCodes"]): j for j in service.state.jobs.values()}
    assert set(jobs) == {("pt",), ("es",)}
    assert len(jobs["pt",].properties["ParallelDataNames"]) == 1
    assert "ParallelDataNames" not in jobs["es",].properties
    assert "Boas-vindas ao livro" in (book / "_build/pt/html/index.html").read_text("utf-8")
    assert "WELCOME TO THE BOOK" in (book / "_build/es/html/index.html").read_text("utf-8")
    told = events(run.out)
    estimates = {e["lang"]: e for e in told if e["event"] == "estimate"}
    assert {e["event"] for e in told} >= {"translate", "bill", "built"}
    for lang, row in planned.items():  # a plan is for all tabs, the build for the first one
        assert 0 < estimates[lang]["characters"] <= row["characters"]
        assert f"amts: {lang}: {estimates[lang]['segments']} segments: 0 human, 0 memory" in run.out
    [bill] = [e for e in told if e["event"] == "bill"]
    assert bill["sent"] == sum(e["characters"] for e in estimates.values())
    assert bill["estimate"] == pytest.approx(sum(e["cost"] for e in estimates.values()))
    assert bill["billed"] == service.ledger.characters() == bill["sent"]
    assert service.ledger.billed_twice() == {}

    before = len(service.log)
    again = d2lbook(book, "build", "html", "--lang", "pt,es", fake=False)
    assert again.code == 0 and len(service.log) == before, "all is remembered"
