"""The requests of a batch that have no answer yet, and the problems that stood in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from amts_ext.translators.base import Answer, Request


class Unanswered:
    """Requests without an answer, by key and target language, each with its problem so far.

    >>> request = Request("A cat.", ("A cat.",), "pets.md", ("pt", "zh"))
    >>> rest = Unanswered([request])
    >>> rest.done("A cat.", "pt")
    >>> rest.add(request, "zh", "it came back empty")
    >>> [(answer.target, answer.problem) for answer in rest.answers()]
    [('zh', 'it came back empty')]
    """

    def __init__(self, requests: Iterable[Request] = ()) -> None:
        self._open: dict[tuple[str, str], tuple[Request, str, bool]] = {}
        for request in requests:
            for target in request.targets:
                self.add(request, target, "")

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, request: Request, target: str, problem: str, lasting: bool = True) -> None:
        """Note the problem of a request in one language.

        If a job had another problem with it before, both are told. ``lasting`` is that of
        :class:`~amts_ext.translators.base.Answer`.
        """
        before = self._open.get((request.key, target), (request, "", lasting))[1]
        told = f"{before}; alone: {problem}" if before and problem not in ("", before) else problem
        self._open[request.key, target] = (request, told, lasting)

    def requests(self) -> list[Request]:
        """Return each request once, for the languages that lack an answer."""
        targets: dict[str, list[str]] = {}
        for key, target in self._open:
            targets.setdefault(key, []).append(target)
        return [self._open[k, own[0]][0].to(*own) for k, own in targets.items()]

    def take(self, wanted: Callable[[Request, bool], bool]) -> Unanswered:
        """Take out the requests for which ``wanted(request, lasting)`` is true, and return them."""
        taken = Unanswered()
        for place, (request, _, lasting) in list(self._open.items()):
            if wanted(request, lasting):
                taken._open[place] = self._open.pop(place)
        return taken

    def each(self) -> list[tuple[Request, str]]:
        """Return (request, target language) for each missing answer."""
        return [(request, target) for (_, target), (request, _, _) in self._open.items()]

    def done(self, key: str, target: str) -> None:
        """Strike out a request in one language: its answer came."""
        self._open.pop((key, target), None)

    def answers(self) -> list[Answer]:
        """Return an answer with its problem for each request and language."""
        return [
            Answer(key, target, None, problem, lasting)
            for (key, target), (_, problem, lasting) in self._open.items()
        ]
