"""Which engine serves which pair of languages: one table.

| the service's engine | parallel data | what serves |
| --- | --- | --- |
| has a model of the pair | none | that engine |
| has a model, and learns | yes | that engine, corrected (:mod:`.corrections`) |
| has a model, does not learn (``echo``, ``upper``) | yes | that engine |
| has none | none, or too few pairs | nobody: UnsupportedLanguagePairException |
| has none | yes | a statistical engine made of the pairs (:mod:`.training`): drafts |

Sentences that the parallel data holds are always answered from it, before any engine.
"""

from __future__ import annotations

from enum import StrEnum

from amts_ext.errors import UnsupportedPairError
from amts_ext.service.engines.base import Engine


class Route(StrEnum):
    """What parallel data does for a pair of languages."""

    PLAIN = "plain"
    """Nothing but its own sentences."""
    CORRECTED = "corrected"
    STATISTICAL = "statistical"


TABLE = {
    # (has a model, learns from pairs)
    (True, True): Route.CORRECTED,
    (True, False): Route.PLAIN,
    (False, True): Route.STATISTICAL,
    (False, False): Route.STATISTICAL,
}


def route(engine: Engine, source: str, target: str) -> Route:
    """The row of the table; may wait for a look at the engine's catalogue of models."""
    try:
        engine.check(source, target)
        has_model = True
    except UnsupportedPairError:
        has_model = False
    return TABLE[has_model, getattr(engine, "learns", False)]
