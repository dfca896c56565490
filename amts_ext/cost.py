"""What a translator is sent, in characters, and what that costs by the book's own price."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from amts_ext.config import Config
from amts_ext.errors import AmtsError
from amts_ext.model import Segment

MILLION = 1_000_000


def characters(segments: Iterable[Segment]) -> int:
    """Characters of the segments, with what their slots hold: all of it is sent."""
    return sum(
        len(part) if isinstance(part, str) else len(part.content)
        for segment in segments
        for part in segment.parts
    )


def estimate(count: int, config: Config) -> float | None:
    """USD for ``count`` characters; None without a price, or if the translator costs nothing."""
    paid = config.translator not in ("", "embedded")
    return count * config.price / MILLION if paid and config.price is not None else None


def guard(config: Config) -> Callable[[Sequence[Segment]], None]:
    """A check that is called with all segments before they are sent.

    It raises :class:`AmtsError` when what was sent since it was made, and what is about to be,
    would cost more than the book's ``max_cost``.
    """
    sent = 0

    def check(segments: Sequence[Segment]) -> None:
        nonlocal sent
        sent += characters(segments)
        cost = estimate(sent, config)
        if cost is not None and config.max_cost is not None and cost > config.max_cost:
            raise AmtsError(
                f"stopped before sending: {sent:,} characters would cost about {cost:.2f} USD, "
                f"max_cost allows {config.max_cost:g}; raise max_cost or build fewer languages",
                file=str(config.file),
            )

    return check
