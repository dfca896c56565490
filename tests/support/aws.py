"""A book on Amazon Translate's client and the embedded service, for tests of money and crashes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amts_ext import translate_book, translate_text
from amts_ext.progress import Progress, silent
from amts_ext.service.server import Service
from amts_ext.text.outcome import Result
from amts_ext.translators.amazon import Amazon
from amts_ext.translators.amazon.connection import Clients, Gate, make_clients
from amts_ext.translators.amazon.interrupt import leave
from amts_ext.translators.amazon.job import Job, Setup
from amts_ext.translators.amazon.journal import FOLDER, Journal
from support.pseudo import upper
from support.waiting import DEADLINE

BUCKET = "amts-test-books"
ROLE = "arn:aws:iam::123456789012:role/translate"
CONFIG = """[project]
name = tiny
title = Tiny
lang = en

[build]
notebooks = *.md

[amts]
langs = {langs}
"""
TARGETS = ("pt", "es")

for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    os.environ.setdefault(name, "test")


class Crash(BaseException):
    """The process ends here."""


class Points:
    """Counts the places where a process can die, and lets it die at one of them, for good."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.passed = 0

    def __call__(self, *_: object, **__: object) -> None:
        self.passed += 1
        if 0 < self.at <= self.passed:
            raise Crash


class Connection:
    """Clients with a crash point before and after every request; made once, used by many runs."""

    def __init__(self, url: str) -> None:
        self.points = Points()
        plain = make_clients(region="us-east-1", endpoint=url, timeout=DEADLINE)
        self._made = Clients(  # ten times as fast
            plain.s3, plain.translate, (0.002, 0.02), Gate(40), Gate(80)
        )
        for client in (plain.s3, plain.translate):
            for event in ("before-call", "after-call"):
                client.meta.events.register(event, lambda **_: self.points())

    def clients(self) -> Clients:
        return self._made

    def close(self) -> None:
        """The next run goes on with them."""


class PointedJournal(Journal):
    """A journal with a crash point around each of its writes."""

    points = Points()

    def save(self, job: Job) -> None:
        self.points()
        super().save(job)
        self.points()

    def forget(self, job: Job) -> None:
        self.points()
        super().forget(job)
        self.points()


@dataclass
class TestBook:
    """A book of a few documents whose every sentence is its own."""

    __test__ = False
    root: Path
    texts: Mapping[str, str]
    langs: Sequence[str] = TARGETS
    setup: Mapping[str, Any] = field(default_factory=dict)

    def write(self) -> TestBook:
        self.root.mkdir(parents=True, exist_ok=True)
        config = CONFIG.format(langs=", ".join(self.langs))
        (self.root / "config.ini").write_text(config)
        for name, text in self.texts.items():
            (self.root / name).write_text(text)
        return self

    def build(
        self,
        connection: Connection,
        points: Points | None = None,
        progress: Progress = silent,
        **more: Any,
    ) -> dict[str, Result]:
        """Translate the book with the client, as one process would."""
        setup = Setup(**{"bucket": BUCKET, "role_arn": ROLE, **self.setup})
        journal = PointedJournal(self.root / ".amts" / FOLDER)
        journal.points = connection.points = points or Points()
        options = {"singly": 0, "interrupted": leave, **more}
        amazon = Amazon(setup, connection, journal, **options)
        return translate_book(self.root / "config.ini", translator=amazon, progress=progress)

    def result(self, lang: str) -> dict[str, str]:
        folder = self.root / "_build/translated" / lang
        return {name: (folder / name).read_text() for name in self.texts}

    def expected(self) -> dict[str, str]:
        """What the book is without any fault; the engine turns words into capitals."""
        return {
            name: translate_text(text, "d2l", "en", "pt", upper)
            for name, text in self.texts.items()
        }

    @property
    def open_jobs(self) -> list[Path]:
        return sorted((self.root / ".amts" / FOLDER).glob("*.json"))


def tiny(root: Path, mark: str, documents: int = 3, langs: Sequence[str] = TARGETS) -> TestBook:
    """A book whose sentences hold ``mark``, so that a ledger tells books apart."""
    texts = {
        f"d{n}.md": (
            f"# Part {n} of {mark}\n\nA sentence {n} of {mark} with $x_{n}$ in it. "
            f"The **second one** of {mark} {n} has a [link](u{n}).\n\n- An item {n} of {mark}.\n"
        )
        for n in range(documents)
    }
    return TestBook(root, texts, langs).write()


@contextmanager
def serving(**settings: Any) -> Iterator[Service]:
    """A service whose engine turns words into capitals, with the bucket."""
    with Service(**{"engine": "upper", "workers": 1, "texts": True, **settings}) as service:
        clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
        clients.s3.create_bucket(Bucket=BUCKET)
        yield service


def billed_twice(service: Service, mark: str) -> dict[tuple[str, str, str], int]:
    """Texts of one book that were paid for more than once."""
    return {text: n for text, n in service.ledger.billed_twice().items() if mark in text[2]}


def started(service: Service) -> list[dict[str, Any]]:
    jobs = service.state.jobs.values()
    return sorted((j.properties for j in jobs), key=lambda p: p["SubmittedTime"])


def by_jobs(connection: Connection) -> Amazon:
    """A translator that sends nothing singly."""
    return Amazon(Setup(BUCKET, ROLE), connection, singly=0)
