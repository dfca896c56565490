"""Records of jobs: what is written is what is read, also from earlier versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.requests_made import CLOSE, MATH, OPEN, RICH, request

from amts_ext.model import Slot, to_tokens
from amts_ext.translators.amazon.html import Page, pages
from amts_ext.translators.amazon.job import Job, Setup, from_record, make
from amts_ext.translators.amazon.journal import Journal
from amts_ext.translators.base import Request

LOOKS_LIKE_SLOTS = request("b.md", "Write ⟦math7⟧ for ", MATH, " or ⟦this⟧.")
PLAIN = request("b.md", "No slots, one \ud800 half.")


def job(*requests: Request) -> Job:
    setup = Setup("books", "arn:aws:iam::123456789012:role/translate")
    return make(list(pages(requests, "en", 900_000)), "en", ["pt"], setup, "here")


def plain(page: Page) -> tuple[str, list[tuple[str, list[str], str]]]:
    """What a record keeps of a page: where its slots are, not what they hold."""
    return page.name, [
        (r.key, [p.token if isinstance(p, Slot) else p for p in r.parts], to_tokens(r.parts))
        for r in page.requests
    ]


def test_what_is_written_is_what_is_read() -> None:
    made = job(RICH, PLAIN, LOOKS_LIKE_SLOTS)
    made.id = "abc"
    read = from_record(made.record())
    assert (read.id, read.name, read.source, read.where) == ("abc", made.name, "en", "here")
    assert read.request == made.request and read.recorded
    assert [plain(p) for p in read.pages] == [plain(p) for p in made.pages]


@given(st.lists(st.sampled_from(["⟦", "⟧", "⟦math3⟧", "⟦/strong1⟧", "x", MATH, OPEN, CLOSE])))
def test_text_that_looks_like_slots_stays_text(parts: list[str | Slot]) -> None:
    slots = [p for p in parts if isinstance(p, Slot)]
    text = "".join(p for p in parts if isinstance(p, str))
    if len({s.token for s in slots}) < len(slots) or any(s.token in text for s in slots):
        return  # no segment has a slot twice, or text that is the token of one of its slots
    sent = request("a.md", *parts)
    read = from_record(job(sent).record()).pages[0].requests[0]
    assert read.key == sent.key
    assert [p.token for p in read.parts if isinstance(p, Slot)] == [s.token for s in slots]


def test_a_record_of_the_first_version_is_read() -> None:
    made = job(RICH, LOOKS_LIKE_SLOTS)
    row = json.loads(made.record())
    rows: Any = [
        [p.name, [[r.key, [s.token for s in r.parts if isinstance(s, Slot)]] for r in p.requests]]
        for p in made.pages
    ]
    old = from_record(json.dumps(row | {"version": 1, "pages": rows}))
    assert [plain(p) for p in old.pages] == [plain(p) for p in made.pages]


@pytest.mark.parametrize("damage", [str, lambda text: text[:-9], lambda text: "", json.loads])
def test_a_job_that_has_its_id_keeps_its_pages(damage: Any, tmp_path: Path) -> None:
    """The second record of a job is the first with its id, or written anew if that is damaged."""
    made, journal = job(RICH, PLAIN), Journal(tmp_path)
    journal.save(made)
    [file] = tmp_path.iterdir()
    damaged = damage(file.read_text())
    file.write_text(damaged if isinstance(damaged, str) else json.dumps(damaged, indent=2))
    made.id = "abc"
    journal.save(made)
    assert file.read_text() == made.record()
    [read] = journal.open_jobs()
    assert read.id == "abc" and [plain(p) for p in read.pages] == [plain(p) for p in made.pages]
