"""The one place that asks a translator: in a session, with every answer checked and remembered.

A caller takes three steps:

1. It enters :func:`session`. Answers that earlier runs have paid for come into the memory there.
2. It sends the requests that :func:`merged` makes of the missing segments.
3. It hands the answers to :func:`accepted`, which compares their slots and stores them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from msgspec.structs import replace

from amts_ext.errors import TranslatorError
from amts_ext.memory import Store
from amts_ext.model import TOKEN, Origin, Parts, Segment, Slot, Unit, from_tokens, to_tokens
from amts_ext.progress import Progress
from amts_ext.text.masking import check
from amts_ext.translators.base import Answer, Request, Translator

Missing = dict[str, tuple[str, Segment]]
"""Untranslated segments by key, as (name of the first document that needs it, segment)."""
_LINE_END = re.compile(r"\s*[\r\n]\s*")
_SURROGATE = re.compile("[\ud800-\udfff]")


def merged(missing: Mapping[str, Missing]) -> list[Request]:
    """Return requests for the segments that target languages lack, each text once.

    >>> lacking = {"Hello.": ("a.md", Segment(("Hello.",), 0, 6, 1, 0))}
    >>> [(request.key, request.targets) for request in merged({"pt": lacking, "zh": lacking})]
    [('Hello.', ('pt', 'zh'))]
    """
    places: Missing = {}
    targets: dict[str, tuple[str, ...]] = {}
    for target, own in missing.items():
        # Many segments have equal targets, so that a few tuples serve them all.
        further: dict[tuple[str, ...], tuple[str, ...]] = {}
        for key, place in own.items():
            places.setdefault(key, place)
            before = targets.get(key, ())
            targets[key] = further.setdefault(before, (*before, target))
    return [Request(k, s.parts, name, targets[k]) for k, (name, s) in places.items()]


@contextmanager
def session(
    translator: Translator, memory: Store | None, source: str, progress: Progress
) -> Iterator[None]:
    """Hold a translator's session, with the answers that earlier runs paid for in the memory.

    Segments that were looked up before have to be looked up again in the session, because another
    process may have translated them meanwhile. Without a memory, earlier answers stay in the
    translator's journal, where they are safe.
    """
    with translator.session(progress):
        if memory is not None:
            for answers in translator.recover(source, progress):
                memory.store(recovered(answer, source) for answer in answers)
        yield


def accepted(
    answers: Iterable[Answer],
    missing: Missing,
    pair: tuple[str, str],
    memory: Store | None,
    signature: str,
) -> dict[str, Answer]:
    """Check the answers for a pair of languages, remember them, and return them by key.

    An answer that is refused now but may be given later is not remembered.

    Raises :class:`~amts_ext.errors.TranslatorError` for an answer that was not asked for.
    """
    found = {}
    for answer in answers:
        if answer.key not in missing or answer.target != pair[1]:
            raise TranslatorError(f"the translator answered '{answer.key}', not asked for")
        found[answer.key] = checked(answer, missing[answer.key][1].parts, pair)
    if memory is not None:
        lasting = [a for a in found.values() if a.parts is not None or a.lasting]
        memory.store([as_unit(a, pair, signature) for a in lasting])
    return found


def recovered(answer: Answer, source: str) -> Unit:
    """Return the unit of an answer that an earlier run has asked for."""
    slots = [p for p in answer.parts or () if isinstance(p, Slot)]
    pair = source, answer.target
    sound = checked(answer, from_tokens(answer.key, slots), pair)
    return as_unit(sound, pair, answer.signature)


def as_unit(answer: Answer, pair: tuple[str, str], signature: str) -> Unit:
    """Return the unit in which the memory keeps an answer.

    A refusal is kept too, so that it is not paid for again: a unit without a target, with the
    reason as its literal. A draft that is not sure has what is doubted as its literal.
    """
    target = to_tokens(answer.parts or ())
    told = answer.doubt if target else answer.problem
    reason = (told,) if told or not target else ()
    return Unit(answer.key, target, pair, Origin.MACHINE, signature=signature, literals=reason)


def checked(answer: Answer, source: Parts, pair: tuple[str, str]) -> Answer:
    """Return the answer; without parts and with a problem if it lost slots or facts of its source.

    >>> source = ("Let ", Slot(1, "math", "$x$"), " be.")
    >>> checked(Answer("Let ⟦math1⟧ be.", "pt", ("Seja.",)), source, ("en", "pt")).problem
    'lost ⟦math1⟧'
    >>> checked(Answer("Wait 5 s.", "pt", ("Espere 50 s.",)), ("Wait 5 s.",), ("en", "pt")).problem
    '“Espere 50 s.” the number 5 is missing'
    """
    if answer.parts is None:
        return answer
    slots = [p for p in source if isinstance(p, Slot)]
    text = "".join([p for p in answer.parts if isinstance(p, str)])
    parts, problem = answer.parts, ""
    if "⟦" in text or "\n" in text or "\r" in text:
        # A sentence is one line; line ends come from the document only.
        parts = from_tokens(_LINE_END.sub(" ", to_tokens(parts)), slots)
        problem = _invented(source, parts)
    problem = check(slots, parts) or problem
    if broken := _SURROGATE.findall(text):
        own = {c for part in source if isinstance(part, str) for c in part}
        if not own.issuperset(broken):
            problem = problem or "the translation holds half of a character (a lone surrogate)"
    if not text.strip():
        problem = problem or "the translation is empty"
    if not (problem or answer.sure):
        from amts_ext.facts import changed  # late: a run that asks for nothing needs no rules

        fault = changed(source, parts, pair)
        problem = f"“{to_tokens(parts)}” {fault}" if fault else ""
    if parts is answer.parts and not problem:
        return answer
    return replace(answer, parts=None if problem else parts, problem=problem)


def _invented(source: Parts, target: Parts) -> str:
    """Return a problem if the translation's text has tokens that are not in the source's text."""
    texts = ["".join(p for p in parts if isinstance(p, str)) for parts in (source, target)]
    own, found = (Counter(m.group() for m in TOKEN.finditer(text)) for text in texts)
    return f"invented {', '.join(found - own)}" if found - own else ""
