"""Engines for the embedded service that have moods: they refuse, die, wait, or answer nonsense."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from amts_ext.service.engines.base import EngineOptions, Model, NoEngineError
from amts_ext.service.engines.echo import Echo, Upper
from support.waiting import PAUSE


class Moody(Upper):
    """Upper-cases, refuses one pair and fails at some texts."""

    def check(self, source: str, target: str) -> None:
        if target == "xx":
            raise NoEngineError("no engine for en to xx: nobody speaks it; learn it")

    def change(self, text: str) -> str:
        if text == "explode":
            raise RuntimeError("boom")
        if text == "die":
            os._exit(3)
        return super().change(text)


class Garbler(Echo):
    """An engine that treats every text as the small models treat some titles."""

    def load(self, source: str, target: str) -> Model:
        return _Garbler()


class _Garbler:
    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [f'Mer: "{s}' if "eep waters" in s else s.upper() for s in sentences]


def asked(log: Path) -> list[str]:
    return log.read_text("utf-8").splitlines() if log.exists() else []


class Noted(Upper):
    """Upper-cases, and writes down what it was asked for.

    After twelve texts it goes on when another run has come as far, or its own has ended.
    """

    def __init__(self, options: EngineOptions) -> None:
        super().__init__(options)
        self.parent = os.getppid()

    def change(self, text: str) -> str:
        own, other = (Path(os.environ[f"AMTS_TEST_{name}"]) for name in ("LOG", "OTHER"))
        with own.open("a", encoding="utf-8") as log:
            log.write(text + "\n")
        while len(asked(own)) > 12 >= len(asked(other)) and os.getppid() == self.parent:
            time.sleep(PAUSE)
        return super().change(text)


class Trouble(Echo):
    """A worker's bad days, asked for by the text itself."""

    def change(self, text: str) -> str:
        if text == "raise":
            raise RuntimeError("no good")
        if text == "pid":
            return str(os.getpid())
        if text == "print":
            print("noise on stdout")
        if match := re.fullmatch(r"die once (.*)", text):
            if not Path(match[1]).exists():
                Path(match[1]).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return "alive"
        if text == "die":
            os._exit(3)
        return text
