"""The choice of the engine for a pair of languages, as one table.

| the service's engine | parallel data | what translates |
| --- | --- | --- |
| has a model of the pair | none | that engine |
| has a model, and learns | yes | that engine, corrected (:mod:`.corrections`) |
| has a model, does not learn (``echo``, ``upper``) | yes | that engine |
| has none | none, or too few pairs | nothing: UnsupportedLanguagePairException |
| has none | yes | a statistical engine made of the pairs (:mod:`.training`): drafts |

A sentence that the parallel data holds is always answered from there, before any engine is asked.
"""

from __future__ import annotations

from enum import StrEnum

from amts_ext.errors import UnsupportedPairError
from amts_ext.service.engines.base import Engine


class Route(StrEnum):
    """The use of parallel data for a pair of languages."""

    PLAIN = "plain"
    """Only the sentences that it holds are used."""
    CORRECTED = "corrected"
    """Rules learned from it correct the engine's output."""
    STATISTICAL = "statistical"
    """A statistical engine is made of it."""


TABLE = {
    # (has a model, learns from pairs)
    (True, True): Route.CORRECTED,
    (True, False): Route.PLAIN,
    (False, True): Route.STATISTICAL,
    (False, False): Route.STATISTICAL,
}
"""The route by two facts about the service's engine."""


def route(engine: Engine, source: str, target: str) -> Route:
    """Return the route of a pair of languages.

    >>> from amts_ext.service.engines.echo import Echo
    >>> from amts_ext.service.engines.base import EngineOptions
    >>> route(Echo(EngineOptions()), "en", "pt")
    <Route.PLAIN: 'plain'>

    This may take seconds, because the engine may have to fetch its catalogue of models.
    """
    try:
        engine.check(source, target)
        has_model = True
    except UnsupportedPairError:
        has_model = False
    return TABLE[has_model, getattr(engine, "learns", False)]
