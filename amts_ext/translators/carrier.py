"""Titles, and short texts that came back damaged, are translated inside a carrier sentence.

"Pooling" alone is no sentence; "This section is about pooling." is one, and a sentence model does
it well. What becomes of the carrier itself is found by asking for it with a slot in the place of
the text::

    This section is about ⟦code1⟧.     Esta seção é sobre ⟦code1⟧.
    This section is about pooling.     Esta seção é sobre o pooling.
                                                          ^^^^^^^^^ the answer: "Pooling"

Where the carrier does not come back, the plain answer stands, unless it looks damaged. Every source
language has its carrier in its profile.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from amts_ext.languages import profiles
from amts_ext.model import Parts, Slot, from_tokens, to_tokens
from amts_ext.translators import titles
from amts_ext.translators.base import Answer, Answers, Request
from amts_ext.translators.doubt import WORDS, doubt, word_count

Ask = Callable[[Sequence[Request]], Answers]

_PROBE: Parts = (Slot(1, "code", "X"),)


@dataclass(frozen=True, slots=True)
class _Second:
    """A short text and its plain answer in one language, to be asked for a second time."""

    request: Request
    answer: Answer
    problem: str
    """What came back, and what is wrong with it; empty if it may stand."""
    inside: Parts
    """The text as it stands within a sentence."""

    def settled(self, found: Parts | None) -> Answer:
        """The answer: what was found in the carrier, else the plain one, else none."""
        answer = self.answer
        if found is not None and not doubt(self.request.parts, found):
            return Answer(answer.key, answer.target, found, signature=answer.signature)
        if not self.problem:
            return answer
        return Answer(answer.key, answer.target, None, self.problem)


def settled(
    requests: Sequence[Request],
    source: str,
    ask: Ask,
    known: Collection[tuple[str, str]] = (),
    context: Sequence[Request] = (),
) -> Iterator[Sequence[Answer]]:
    """The answers of ``ask`` to the requests; those of titles and damaged ones by the second way.

    An answer that is damaged there too has no parts, and a problem that shows what came. ``known``
    are sources and translations that a person gave, in small letters: those are never doubted.
    ``context`` are all requests of a book, of which these may be a part: a title goes in a carrier
    by itself only where its words stand small in sentences, so that no name does.
    """
    asked = {request.key: request for request in requests}
    texts = [request.parts for request in context or requests]
    names, small = titles.names(texts), titles.small_words(texts)
    seconds: list[_Second] = []
    for answers in ask(requests):
        sure = []
        for answer in answers:
            request, said = asked[answer.key], to_tokens(answer.parts or ())
            if answer.parts is None or (answer.key.casefold(), said.casefold()) in known:
                sure.append(answer)
                continue
            why = doubt(request.parts, answer.parts)
            is_short = titles.is_title(request.parts) and word_count(request.parts) <= WORDS
            if why or (is_short and titles.is_common(request.parts, small)):
                inside = titles.inside(request.parts, names)
                seconds.append(_Second(request, answer, why and f"“{said}” {why}", inside))
            else:
                sure.append(answer)
        yield sure
    if seconds:
        yield _asked_again(seconds, source, ask)


def _asked_again(seconds: Sequence[_Second], source: str, ask: Ask) -> list[Answer]:
    carrier = _carrier(source)
    if carrier is None:
        return [second.settled(None) for second in seconds]
    came = {(a.key, a.target): a.parts for some in ask(_requests(seconds, carrier)) for a in some}

    def found(second: _Second) -> Parts | None:
        target = second.answer.target
        probe = came.get((to_tokens(carrier.around(_PROBE)), target))
        whole = came.get((to_tokens(carrier.around(second.inside)), target))
        parts = _taken_out(whole, probe) if whole and probe else None
        return titles.outside(parts, second.request.parts, source, target) if parts else None

    return [second.settled(found(second)) for second in seconds]


@dataclass(frozen=True, slots=True)
class _Carrier:
    """A sentence with a place in it."""

    before: str
    after: str

    def around(self, parts: Parts) -> Parts:
        return tuple(p for p in (self.before, *parts, self.after) if p)


def _carrier(language: str) -> _Carrier | None:
    """The carrier of a source language; None for one that has none."""
    code = profiles.spelled(language)
    sentence = profiles.load(code).carrier if code in profiles.available() else ""
    before, place, after = sentence.partition("{}")
    return _Carrier(before, after) if place else None


def _requests(seconds: Sequence[_Second], carrier: _Carrier) -> list[Request]:
    """The carrier alone, and around each text: each once, in all languages that need it."""
    targets: dict[Parts, dict[str, None]] = {}
    for second in seconds:
        for parts in (_PROBE, second.inside):
            targets.setdefault(carrier.around(parts), {})[second.answer.target] = None
    document = seconds[0].request.document
    return [Request(to_tokens(p), p, document, tuple(t)) for p, t in targets.items()]


def _taken_out(sentence: Parts, probe: Parts) -> Parts | None:
    """What stands in a translated carrier where ``probe`` has its slot; None if it is another."""
    at = next(i for i, part in enumerate(probe) if isinstance(part, Slot))
    before, after = (to_tokens(side).strip() for side in (probe[:at], probe[at + 1 :]))
    text, slots = to_tokens(sentence), [p for p in sentence if isinstance(p, Slot)]
    low = text.casefold()
    is_it = low.startswith(before.casefold()) and low.endswith(after.casefold())
    if not is_it or len(before) + len(after) >= len(text):
        return None
    return from_tokens(text[len(before) : len(text) - len(after)].strip(), slots)
