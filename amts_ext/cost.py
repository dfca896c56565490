"""What a translator is sent, in characters, and what that costs by the book's own prices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

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


def bill(guard: Guard, prices: Prices, billed: Mapping[str, int]) -> str:
    """What was sent beside what the service says it has billed, for a person."""
    return f"sent {_amount(guard.sent, prices)}; billed {_amount(billed, prices)}"


def _amount(counts: Mapping[str, int], prices: Prices) -> str:
    cost = prices.estimate(counts)
    usd = "" if cost is None else f", about {cost:.2f} USD"
    return f"{sum(counts.values()):,} characters{usd}"
