"""Translation in the background: what costs money waits for a person, who decides how much."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.program import Table, write
from support.waiting import DEADLINE, until

from amts_ext.config import Config, load
from amts_ext.pipeline.book import Book
from amts_ext.preview.server.batch import SETTLED, Batch, CostError, NoPriceError
from amts_ext.progress import Progress
from amts_ext.text.outcome import Source
from amts_ext.translators.base import Answer, Request

PRICED = "[translation]\ntranslator = aws\n[amts]\nlangs = pt\nbucket = b\nrole_arn = {arn}\n"
ARN = "arn:aws:iam::123456789012:role/translate"
TEXT = "# Herons\n\nA heron waits. It eats a fish.\n"
CHARACTERS = sum(map(len, ["Herons", "A heron waits.", "It eats a fish."]))


class Billing(Table):
    """A translator that bills each character."""

    def __init__(self) -> None:
        super().__init__()
        self.count = {"pt": 0}

    @property
    def billed(self) -> Any:
        return self.count

    def translate(
        self, requests: Sequence[Request], source: str, progress: Progress
    ) -> Iterator[list[Answer]]:
        self.count["pt"] += sum(len(request.key) for request in requests)
        yield from super().translate(requests, source, progress)


class Told:
    """What a batch has told, and the book that it works on."""

    def __init__(self, root: Path, translator: Table, price: str = "") -> None:
        write(root, {"config.ini": PRICED.format(arn=ARN) + price, "index.md": TEXT})
        self.config = load(root / "config.ini")
        self.translator = translator
        self.events: list[tuple[str, dict[str, object]]] = []
        self.stored = 0
        with self.opened(self.config) as book:
            self.batch = Batch(book, self.tell, self.store, self.opened)
        self.source = Source("index.md", root / "index.md", "md")

    def opened(self, config: Config) -> Book:
        return Book(config, translator=self.translator)

    def tell(self, lang: str, path: str, name: str, data: dict[str, object]) -> None:
        self.events.append((name, data))

    def store(self, lang: str) -> None:
        self.stored += 1

    def phases(self) -> list[object]:
        return [data["phase"] for name, data in self.events if name == "progress"]

    def costs(self) -> list[dict[str, object]]:
        return [data for name, data in self.events if name == "cost"]


def test_nothing_is_sent_before_a_person_agrees(tmp_path: Path) -> None:
    told = Told(tmp_path, Billing(), "price = 15000\n")
    usd = CHARACTERS * 15000 / 1e6
    told.batch.want("pt", told.source)
    (cost,) = until(told.costs)
    assert cost == {
        "segments": 3,
        "characters": CHARACTERS,
        "usd": pytest.approx(usd),
        "billed": True,
    }
    for agreed in (None, 0.0, usd - 0.01, -1.0, float("nan")):
        with pytest.raises(CostError) as caught:
            told.batch.start("pt", [told.source], agreed)
        assert caught.value.cost == cost
    assert told.translator.sent == [] and told.stored == 0
    told.batch.start("pt", [told.source], usd)
    until(lambda: "done" in told.phases())
    assert sorted(told.translator.sent) == ["A heron waits.", "Herons", "It eats a fish."]
    assert told.stored
    told.batch.start("pt", [told.source], 0.0)  # all is there, and costs nothing
    until(lambda: told.phases().count("done") == 2)
    assert len(told.translator.sent) == 3
    told.batch.close()


def test_what_was_agreed_to_holds_though_the_text_grows(tmp_path: Path) -> None:
    """Between the agreement and the sending somebody writes a chapter."""
    told = Told(tmp_path, Billing(), "price = 15000\n")
    usd = CHARACTERS * 15000 / 1e6
    source = told.source
    began = told.batch._run

    def run(task: Any) -> None:
        write(tmp_path, {"index.md": TEXT + "\nAnother sentence stands here now.\n"})
        began(task)

    told.batch._run = run  # type: ignore[method-assign]
    told.batch.start("pt", [source], usd)
    until(lambda: "failed" in told.phases())
    assert told.translator.sent == []
    assert until(told.costs)[-1]["segments"] == 4
    told.batch.close()


def test_max_cost_holds_besides(tmp_path: Path) -> None:
    told = Told(tmp_path, Billing(), "price = 15000\nmax_cost = 0.1\n")
    told.batch.start("pt", [told.source], 5.0)
    until(lambda: "failed" in told.phases())
    said = [data["text"] for _, data in told.events if data.get("phase") == "failed"]
    assert "max_cost allows 0.1" in str(said[0])
    assert told.translator.sent == []
    told.batch.close()


def test_without_a_price_nobody_can_agree(tmp_path: Path) -> None:
    told = Told(tmp_path, Billing())
    with pytest.raises(NoPriceError, match="set price in"):
        told.batch.start("pt", [told.source], 5.0)
    assert told.translator.sent == []


def test_the_document_looked_at_last_comes_first(tmp_path: Path) -> None:
    gate = threading.Event()

    class Held(Table):
        def answer(self, request: Request, target: str) -> Answer:
            gate.wait(DEADLINE)
            return super().answer(request, target)

    told = Told(tmp_path, Held())
    assert not told.batch.bills
    held = replace(told.source, name="held.md")
    texts = {name: Source(name, f"Words of {name}.", "md") for name in ("a", "b", "c")}
    told.batch.want("pt", held)
    for source in texts.values():
        told.batch.want("pt", source)  # typed just now: they wait until nothing more is typed
    time.sleep(SETTLED)
    gate.set()
    until(lambda: len(told.translator.batches) == 4)
    assert told.translator.batches[1:] == [[f"Words of {name}."] for name in ("c", "b", "a")]
    told.batch.close()
    told.batch.want("pt", replace(held, text="Too late."))
    assert len(told.translator.batches) == 4


def test_a_sentence_without_an_answer_is_not_asked_for_again_unasked(tmp_path: Path) -> None:
    class Refusing(Table):
        def answer(self, request: Request, target: str) -> Answer:
            return Answer(request.key, target, None, "no engine", lasting=False)

    told = Told(tmp_path, Refusing())
    for number in (1, 2, 3):
        told.batch.want("pt", told.source)
        told.batch.want("pt", Source("other.md", f"Words {number}.", "md"))
        until(lambda number=number: len(told.translator.batches) == number + 1)
    assert [len(batch) for batch in told.translator.batches] == [3, 1, 1, 1]
    told.batch.start("pt", [told.source], None)
    until(lambda: len(told.translator.batches) == 5)
    assert len(told.translator.batches[4]) == 3
    told.batch.close()
