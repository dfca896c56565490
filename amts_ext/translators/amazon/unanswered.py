"""What of a batch is still to come, and why it has not."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from amts_ext.translators.base import Answer, Request


class Unanswered:
    """Requests without an answer, by key and target language, each with what stood in its way."""

    def __init__(self, requests: Iterable[Request] = ()) -> None:
        self._open: dict[tuple[str, str], tuple[Request, str, bool]] = {}
        for request in requests:
            for target in request.targets:
                self.add(request, target, "")

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, request: Request, target: str, problem: str, lasting: bool = True) -> None:
        """Note a problem, after the one in a job, if there was one; ``lasting``: see Answer."""
        before = self._open.get((request.key, target), (request, "", lasting))[1]
        told = f"{before}; alone: {problem}" if before and problem not in ("", before) else problem
        self._open[request.key, target] = (request, told, lasting)

    def requests(self) -> list[Request]:
        """The requests, each once, for the languages that lack it."""
        targets: dict[str, list[str]] = {}
        for key, target in self._open:
            targets.setdefault(key, []).append(target)
        return [self._open[k, own[0]][0].to(*own) for k, own in targets.items()]

    def take(self, wanted: Callable[[Request, bool], bool]) -> Unanswered:
        """Take out those whose request and lasting problem are ``wanted``."""
        taken = Unanswered()
        for place, (request, _, lasting) in list(self._open.items()):
            if wanted(request, lasting):
                taken._open[place] = self._open.pop(place)
        return taken

    def each(self) -> list[tuple[Request, str]]:
        """Every request with each of its target languages."""
        return [(request, target) for (_, target), (request, _, _) in self._open.items()]

    def done(self, key: str, target: str) -> None:
        """An answer came."""
        self._open.pop((key, target), None)

    def answers(self) -> list[Answer]:
        """The problems, as answers."""
        return [
            Answer(key, target, None, problem, lasting)
            for (key, target), (_, problem, lasting) in self._open.items()
        ]
