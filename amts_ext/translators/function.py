"""A plain function as a translator: it gets masked sentences with slots as tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from amts_ext.errors import TranslatorError
from amts_ext.model import from_tokens, to_tokens
from amts_ext.translators.base import Answer, Progress, Request


class Function:
    """Wraps ``translate: list[str] -> list[str]``, which must return as many strings as it got."""

    def __init__(self, translate: Callable[[list[str]], list[str]], signature: str = "") -> None:
        self._translate = translate
        self._signature = signature or f"function:{getattr(translate, '__name__', 'translate')}"

    def signature(self, source: str, target: str) -> str:
        return self._signature

    def translate(
        self, requests: Sequence[Request], source: str, target: str, progress: Progress
    ) -> Iterator[Answer]:
        texts = self._translate([to_tokens(r.parts) for r in requests])
        if not isinstance(texts, Sequence) or not all(isinstance(t, str) for t in texts):
            raise TranslatorError("the translate function must return a list of strings")
        if isinstance(texts, str) or len(texts) != len(requests):
            raise TranslatorError(
                f"the translate function returned {len(texts)} texts for {len(requests)}"
            )
        for request, text in zip(requests, texts, strict=True):
            slots = [p for p in request.parts if not isinstance(p, str)]
            yield Answer(request.id, from_tokens(text, slots))

    def close(self) -> None:
        """Nothing is held."""
