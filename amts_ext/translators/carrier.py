"""Translation of titles, and of short texts that came back damaged, inside a carrier sentence.

A sentence model translates "This section is about pooling." better than the title "Pooling" alone.
So the title is asked for within that sentence, and taken out of the answer. Its place there is
found by asking for the carrier with a slot in place of the title, the *probe*::

    This section is about ⟦code1⟧.     Esta seção é sobre ⟦code1⟧.
    This section is about pooling.     Esta seção é sobre o pooling.
                                                          ^^^^^^^^^ the answer: "Pooling"

If the answer does not hold the translated carrier, or is a draft that is not sure, the plain answer
stands, unless it looks damaged. The carrier sentence of a source language stands in its profile.

A title whose words may be names is asked for in the carrier twice, in small letters and as it is
written, if the target puts blanks between words. The plain answer stands, unless the two agree on a
word against it: the engine makes "condes", which are noblemen, of the title "From Counts to
Chances", and "contagens" in both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from amts_ext.facts import changed
from amts_ext.facts.short import WORDS, word_count
from amts_ext.languages import profiles
from amts_ext.languages.scripts import is_unspaced
from amts_ext.model import Parts, Slot, from_tokens, to_tokens
from amts_ext.translators import titles
from amts_ext.translators.base import Answer, Answers, Request

Ask = Callable[[Sequence[Request]], Answers]
"""The function that translates requests."""

# The slot that stands in the carrier in place of a text.
_PROBE: Parts = (Slot(1, "code", "X"),)


@dataclass(frozen=True, slots=True)
class _Retry:
    """A short text with its plain answer in one language, to be asked for again in a carrier."""

    request: Request
    answer: Answer
    problem: str
    """The damage of the plain answer, with its text; empty if that answer may stand."""
    inside: Parts
    """The text as it stands within a sentence."""
    is_compared: bool = False
    """True if the plain answer may stand, and is compared with those in the carrier."""

    def settled(self, found: Parts | None, written: Parts | None, source: str) -> Answer:
        """Return the translation found in the carrier, else the plain answer, else the problem.

        ``written`` is the translation of a title in the carrier with its capitals.
        """
        answer = self.answer
        languages = source, answer.target
        if self.is_compared and found is not None:
            if written is None or not titles.is_odd(answer.parts or (), found, written):
                return answer
            found = titles.named(found, answer.parts or ())
        if found is not None and not changed(self.request.parts, found, languages):
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
    """Yield the answers to requests; titles and damaged answers are asked for again in a carrier.

    >>> portuguese = {
    ...     "Pooling": "Piscina (",
    ...     "This section is about ⟦code1⟧.": "Esta seção é sobre ⟦code1⟧.",
    ...     "This section is about pooling.": "Esta seção é sobre o pooling.",
    ... }
    >>> def ask(requests):
    ...     for r in requests:
    ...         slots = [part for part in r.parts if isinstance(part, Slot)]
    ...         yield [Answer(r.key, "pt", from_tokens(portuguese[r.key], slots))]
    >>> requests = [Request("Pooling", ("Pooling",), "pooling.md", ("pt",))]
    >>> [answer.parts for answers in settled(requests, "en", ask) for answer in answers]
    [('Pooling',)]

    An answer that is damaged both times has no parts, and a problem that quotes the plain answer.

    ``known`` holds sources with translations that a person gave, in lower case. They are never
    doubted. ``context`` holds all requests of the book, if ``requests`` is only a part of it: a
    title whose plain answer looks sound gets the one in the carrier only if sentences of the book
    have its words in lower case, or if the plain one has an odd word. Names are left alone so.
    """
    asked = {request.key: request for request in requests}
    texts = [request.parts for request in context or requests]
    names, small = titles.names(texts), titles.small_words(texts)
    retries: list[_Retry] = []
    for answers in ask(requests):
        sure = []
        for answer in answers:
            request, said = asked[answer.key], to_tokens(answer.parts or ())
            if answer.parts is None:
                sure.append(answer)
                continue
            if (answer.key.casefold(), said.casefold()) in known:
                sure.append(replace(answer, sure=True))
                continue
            why = changed(request.parts, answer.parts, (source, answer.target))
            is_short = word_count(request.parts) <= WORDS
            is_title = is_short and titles.is_title(request.parts)
            if why and not is_short:
                sure.append(replace(answer, parts=None, problem=f"“{said}” {why}"))
                continue
            is_common = is_title and titles.is_common(request.parts, small)
            is_compared = is_title and not is_common and titles.can_stand_inside(request.parts)
            if why or is_common or (is_compared and not is_unspaced(answer.target)):
                inside = titles.inside(request.parts, names)
                problem = why and f"“{said}” {why}"
                retries.append(_Retry(request, answer, problem, inside, is_compared and not why))
            else:
                sure.append(answer)
        yield sure
    if retries:
        yield _asked_again(retries, source, ask)


def _asked_again(retries: Sequence[_Retry], source: str, ask: Ask) -> list[Answer]:
    carrier = _carrier(source)
    if carrier is None:
        return [retry.settled(None, None, source) for retry in retries]
    came = {
        (a.key, a.target): a.parts
        for some in ask(_requests(retries, carrier))
        for a in some
        if not a.doubt
    }

    def found(retry: _Retry, text: Parts) -> Parts | None:
        target = retry.answer.target
        probe = came.get((to_tokens(carrier.around(_PROBE)), target))
        whole = came.get((to_tokens(carrier.around(text)), target))
        parts = _taken_out(whole, probe) if whole and probe else None
        return titles.outside(parts, retry.request.parts, source, target) if parts else None

    return [
        retry.settled(found(retry, retry.inside), found(retry, _written(retry)), source)
        for retry in retries
    ]


def _written(retry: _Retry) -> Parts:
    """Return the title with its capitals, as it is compared."""
    return titles.without_tail(retry.request.parts)


@dataclass(frozen=True, slots=True)
class _Carrier:
    """A carrier sentence: the text before and after the place of a noun."""

    before: str
    after: str

    def around(self, parts: Parts) -> Parts:
        return tuple(p for p in (self.before, *parts, self.after) if p)


def _carrier(language: str) -> _Carrier | None:
    """Return the carrier of a source language; None if its profile has none."""
    code = profiles.spelled(language)
    sentence = profiles.load(code).carrier if code in profiles.available() else ""
    before, place, after = sentence.partition("{}")
    return _Carrier(before, after) if place else None


def _requests(retries: Sequence[_Retry], carrier: _Carrier) -> list[Request]:
    """Return the requests for the probe and for each text in the carrier.

    Each sentence is requested once, in all languages that need it.
    """
    targets: dict[Parts, dict[str, None]] = {}
    for retry in retries:
        for parts in (_PROBE, retry.inside, *([_written(retry)] if retry.is_compared else [])):
            targets.setdefault(carrier.around(parts), {})[retry.answer.target] = None
    document = retries[0].request.document
    return [Request(to_tokens(p), p, document, tuple(t)) for p, t in targets.items()]


def _taken_out(sentence: Parts, probe: Parts) -> Parts | None:
    """Cut the text out of a translated sentence that stands where the probe has its slot.

    None if the words around it are not those of the translated probe.
    """
    at = next(i for i, part in enumerate(probe) if isinstance(part, Slot))
    before, after = (to_tokens(side).strip() for side in (probe[:at], probe[at + 1 :]))
    text, slots = to_tokens(sentence), [p for p in sentence if isinstance(p, Slot)]
    low = text.casefold()
    is_it = low.startswith(before.casefold()) and low.endswith(after.casefold())
    if not is_it or len(before) + len(after) >= len(text):
        return None
    return from_tokens(text[len(before) : len(text) - len(after)].strip(), slots)
