"""What a translator is sent, in characters, and what that costs by the book's own prices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from amts_ext.config import Config
from amts_ext.errors import AmtsError
from amts_ext.model import Segment, characters

MILLION = 1_000_000


class Prices:
    """A book's prices. ``adapted``: the languages whose jobs use parallel data."""

    def __init__(self, config: Config, adapted: Collection[str] = ()) -> None:
        self._config = config
        self._adapted = adapted

    def estimate(self, counts: Mapping[str, int]) -> float | None:
        """USD for so many characters by language; None if no price is known for one of them."""
        prices = {lang: self._price(lang) for lang in counts}
        if None in prices.values():
            return None
        return sum(counts[lang] * (price or 0.0) / MILLION for lang, price in prices.items())

    def _price(self, lang: str) -> float | None:
        config = self._config
        if config.translator in ("", "embedded"):
            return None
        return config.price_act if lang in self._adapted and config.price_act else config.price


class Guard:
    """Knows what a build has sent, and stops it before it sends for more than ``max_cost``."""

    def __init__(self, config: Config, prices: Prices) -> None:
        self._config = config
        self._prices = prices
        self.sent: dict[str, int] = {}
        """Characters by language, those included that are about to be sent."""

    def check(self, segments: Mapping[str, Sequence[Segment]]) -> None:
        """Called with all segments, by language, before they are sent; may raise AmtsError."""
        for lang, own in segments.items():
            self.sent[lang] = self.sent.get(lang, 0) + sum(characters(s.parts) for s in own)
        cost, allowed = self._prices.estimate(self.sent), self._config.max_cost
        if cost is not None and allowed is not None and cost > allowed:
            raise AmtsError(
                f"stopped before sending: {sum(self.sent.values()):,} characters would cost about "
                f"{cost:.2f} USD, max_cost allows {allowed:g}; raise max_cost or build fewer "
                "languages",
                file=str(self._config.file),
            )


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a book lacks in one language, and what that costs."""

    lang: str
    segments: int
    """Every place counted."""
    human: int
    memory: int
    send: int
    """Each text once."""
    remembered: int
    """Characters of the segments that the memory has."""
    characters: int
    """Characters to send."""
    cost: float | None
    """USD, if a price is known."""

    def __str__(self) -> str:
        return (
            f"{self.lang}: {self.segments:,} segments: {self.human:,} human, {self.memory:,} "
            f"memory ({self.remembered:,} characters), {self.send:,} to send "
            f"({_amount(self.characters, self.cost)})"
        )


@dataclass(frozen=True, slots=True)
class Bill:
    """What was sent beside what the service says it has billed, in characters and USD."""

    sent: int
    estimate: float | None
    billed: int
    cost: float | None

    def __str__(self) -> str:
        sent, billed = _amount(self.sent, self.estimate), _amount(self.billed, self.cost)
        return f"sent {sent}; billed {billed}"


def make_bill(sent: Mapping[str, int], billed: Mapping[str, int], prices: Prices) -> Bill:
    """The bill for characters by target language."""
    return Bill(
        sum(sent.values()), prices.estimate(sent), sum(billed.values()), prices.estimate(billed)
    )


def _amount(count: int, cost: float | None) -> str:
    usd = "" if cost is None else f", about {cost:.2f} USD"
    return f"{count:,} characters{usd}"
