"""A plain function as a translator: it gets masked sentences with slots as tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from amts_ext.errors import TranslatorError
from amts_ext.model import from_tokens
from amts_ext.progress import Progress
from amts_ext.translators.base import Answer, Free, Request


class Function(Free):
    """A translator made of a function from a list of strings to a list of as many strings.

    >>> from amts_ext.progress import silent
    >>> shout = Function(lambda texts: [text.upper() for text in texts])
    >>> requests = [Request("a cat", ("a cat",), "pets.md", ("pt",))]
    >>> [[answer]] = shout.translate(requests, "en", silent)
    >>> answer.parts
    ('A CAT',)

    The function is not told the target language, so all targets of a request get one answer. Its
    answers are checked as every engine's are: one that loses a slot or a fact of its source is
    rejected. ``sure`` True: its facts are right, and only its slots are compared.
    """

    def __init__(
        self,
        translate: Callable[[list[str]], list[str]],
        signature: str = "",
        sure: bool = False,
    ) -> None:
        self._translate = translate
        self._sure = sure
        self._signature = signature or f"function:{getattr(translate, '__name__', 'translate')}"

    def signature(self, source: str, target: str) -> str:
        return self._signature

    def translate(
        self, requests: Sequence[Request], source: str, progress: Progress
    ) -> Iterator[list[Answer]]:
        texts = self._translate([r.key for r in requests])
        if not isinstance(texts, Sequence) or not all(isinstance(t, str) for t in texts):
            raise TranslatorError("the translate function must return a list of strings")
        if isinstance(texts, str) or len(texts) != len(requests):
            raise TranslatorError(
                f"the translate function returned {len(texts)} texts for {len(requests)}"
            )
        answers = []
        for request, text in zip(requests, texts, strict=True):
            parts = from_tokens(text, [p for p in request.parts if not isinstance(p, str)])
            answers += [Answer(request.key, t, parts, sure=self._sure) for t in request.targets]
        yield answers
