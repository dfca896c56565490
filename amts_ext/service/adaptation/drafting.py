"""An engine that drafts, as a document asks it: sentences in, sentences out, doubts on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from amts_ext.service.engines.base import Draft


class Drafting:
    """An engine's drafts, and what it doubts about them.

    >>> def ask(sentences):
    ...     return [Draft("heron.", ["keeps words of the source: heron"]) for _ in sentences]
    >>> engine = Drafting(ask)
    >>> engine.translate(["A heron."]), engine.doubts("A heron.")
    (['heron.'], ['keeps words of the source: heron'])

    Many threads may use it at once, because an engine answers a sentence in one way only.
    """

    def __init__(self, ask: Callable[[Sequence[str]], list[Draft]]) -> None:
        self._ask = ask
        self._doubts: dict[str, Sequence[str]] = {}

    def translate(self, sentences: list[str]) -> list[str]:
        """Translate sentences; return one string for each, in their order."""
        drafts = self._ask(sentences)
        told = zip(sentences, drafts, strict=True)
        self._doubts |= {sentence: draft.doubts for sentence, draft in told if draft.doubts}
        return [draft.text for draft in drafts]

    def doubts(self, sentence: str) -> Sequence[str]:
        """Return what the engine doubts about its translation of a sentence; often nothing."""
        return self._doubts.get(sentence, ())
