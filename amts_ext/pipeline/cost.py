"""The cost of translations: characters sent, by the prices of the book's configuration."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from amts_ext.config import Config
from amts_ext.errors import AmtsError
from amts_ext.model import Segment, characters

MILLION = 1_000_000
"""The number of characters that a price is for."""
FREE = ("", "embedded")
"""The translators that cost nothing."""


class Prices:
    """The prices of a book; jobs with parallel data may have another price.

    >>> from pathlib import Path
    >>> config = Config(Path(), translator="aws", price=15.0, price_act=60.0)
    >>> Prices(config, adapted={"zh"}).estimate({"zh": 100_000, "pt": 100_000})
    7.5

    ``adapted`` are the target languages whose jobs use parallel data.
    """

    def __init__(self, config: Config, adapted: Collection[str] = ()) -> None:
        self._config = config
        self._adapted = adapted

    def estimate(self, counts: Mapping[str, int]) -> float | None:
        """Return the cost in USD of characters by language; None if a price is not known."""
        prices = {lang: self._price(lang) for lang in counts}
        if None in prices.values():
            return None
        return sum(counts[lang] * (price or 0.0) / MILLION for lang, price in prices.items())

    def _price(self, lang: str) -> float | None:
        config = self._config
        if config.translator in FREE:
            return None
        return config.price_act if lang in self._adapted and config.price_act else config.price


def prices(config: Config) -> Prices:
    """Return a book's prices, by the parallel data that its jobs use.

    Raises :class:`~amts_ext.errors.ConfigError` if the record of that data is damaged.
    """
    if config.translator in FREE:
        return Prices(config)
    from amts_ext.translators.amazon import pushed  # late: most books need nothing of Amazon's

    return Prices(config, pushed.adapted(config.memory.with_name(pushed.FILE), config.source))


class Guard:
    """A count of what a build sends, which stops it before it costs more than ``max_cost``."""

    def __init__(self, config: Config, prices: Prices) -> None:
        self._config = config
        self._prices = prices
        self.sent: dict[str, int] = {}
        """Characters by language, including those about to be sent."""

    def check(self, segments: Mapping[str, Sequence[Segment]]) -> None:
        """Count segments, by language, that are about to be sent.

        Raises :class:`~amts_ext.errors.AmtsError` if all together cost more than ``max_cost``.
        """
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
    """The segments that a book lacks in one language, and their cost.

    >>> print(Estimate("pt", 120, 0, 100, 0, 20, 6000, 1200, 0.018))
    pt: 120 segments: 0 human, 100 memory (6,000 characters),
        20 to send (1,200 characters, about 0.02 USD)
    """

    lang: str
    segments: int
    """Segments of all documents, repeated ones included."""
    human: int
    """Segments with a human translation."""
    memory: int
    """Segments with a machine's translation in the memory."""
    not_kept: int
    """Segments with a draft that the book does not keep (``[amts] drafts``)."""
    send: int
    """Segments to send, each text once."""
    remembered: int
    """Characters of the segments that the memory has."""
    characters: int
    """Characters to send."""
    cost: float | None
    """USD, if a price is known."""

    def __str__(self) -> str:
        not_kept = f", {self.not_kept:,} drafts not kept" if self.not_kept else ""
        return (
            f"{self.lang}: {self.segments:,} segments: {self.human:,} human, {self.memory:,} "
            f"memory ({self.remembered:,} characters){not_kept}, {self.send:,} to send "
            f"({_amount(self.characters, self.cost)})"
        )


@dataclass(frozen=True, slots=True)
class Bill:
    """The characters that were sent, and those that the service says it has billed.

    >>> print(Bill(1200, 0.018, 1200, 0.018))
    sent 1,200 characters, about 0.02 USD; billed 1,200 characters, about 0.02 USD
    """

    sent: int
    estimate: float | None
    """Cost in USD of the characters sent, if a price is known."""
    billed: int
    cost: float | None
    """Cost in USD of the characters billed, if a price is known."""

    def __str__(self) -> str:
        sent, billed = _amount(self.sent, self.estimate), _amount(self.billed, self.cost)
        return f"sent {sent}; billed {billed}"


def make_bill(sent: Mapping[str, int], billed: Mapping[str, int], prices: Prices) -> Bill:
    """Return the bill for characters sent and billed, by target language."""
    return Bill(
        sum(sent.values()), prices.estimate(sent), sum(billed.values()), prices.estimate(billed)
    )


def _amount(count: int, cost: float | None) -> str:
    usd = "" if cost is None else f", about {cost:.2f} USD"
    return f"{count:,} characters{usd}"
