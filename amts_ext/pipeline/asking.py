"""The one place that asks a translator: in a session, checked, remembered.

Whoever asks enters :func:`session`, in which what earlier runs have paid for comes into the memory
first; puts what is missing together by :func:`merged`; and hands what comes to :func:`accepted`,
which compares the slots and stores it.
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
"""Untranslated segments by key, each with the first document that needs it."""
_LINE_END = re.compile(r"\s*[\r\n]\s*")


def merged(missing: Mapping[str, Missing]) -> list[Request]:
    """Requests for what several target languages lack, each text once."""
    places: Missing = {}
    targets: dict[str, tuple[str, ...]] = {}
    for target, own in missing.items():
        further: dict[tuple[str, ...], tuple[str, ...]] = {}  # few are different: one object each
        for key, place in own.items():
            places.setdefault(key, place)
            before = targets.get(key, ())
            targets[key] = further.setdefault(before, (*before, target))
    return [Request(k, s.parts, name, targets[k]) for k, (name, s) in places.items()]


@contextmanager
def session(
    translator: Translator, memory: Store | None, source: str, progress: Progress
) -> Iterator[None]:
    """Hold a translator's session; what earlier runs have paid for is in the memory then.

    Whoever has looked something up before looks it up again: another process may have been at it.
    Without a memory nothing is taken over, because it would be lost: it stays in the journal.
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
    """Check the answers for a pair of languages and remember them; by key.

    Raises :class:`~amts_ext.errors.TranslatorError` for an answer that was not asked for.
    """
    found = {}
    for answer in answers:
        if answer.key not in missing or answer.target != pair[1]:
            raise TranslatorError(f"the translator answered '{answer.key}', not asked for")
        found[answer.key] = checked(answer, missing[answer.key][1].parts)
    if memory is not None:
        lasting = [a for a in found.values() if a.parts is not None or a.lasting]
        memory.store([as_unit(a, pair, signature) for a in lasting])
    return found


def recovered(answer: Answer, source: str) -> Unit:
    """The unit of an answer that an earlier run had asked for."""
    slots = [p for p in answer.parts or () if isinstance(p, Slot)]
    sound = checked(answer, from_tokens(answer.key, slots))
    return as_unit(sound, (source, answer.target), answer.signature)


def as_unit(answer: Answer, pair: tuple[str, str], signature: str) -> Unit:
    """What is remembered of an answer; a refusal too, so that it is not paid for again.

    A refusal is a unit without a target; its literal is the reason.
    """
    target = to_tokens(answer.parts or ())
    reason = () if target else (answer.problem,)
    return Unit(answer.key, target, pair, Origin.MACHINE, signature=signature, literals=reason)


def checked(answer: Answer, source: Parts) -> Answer:
    """The answer, or its problem if it does not hold its source's slots."""
    if answer.parts is None:
        return answer
    slots = [p for p in source if isinstance(p, Slot)]
    text = "".join([p for p in answer.parts if isinstance(p, str)])
    parts, problem = answer.parts, ""
    if "⟦" in text or "\n" in text or "\r" in text:
        # A sentence is one line: what stands between its lines is the document's.
        parts = from_tokens(_LINE_END.sub(" ", to_tokens(parts)), slots)
        problem = _invented(source, parts)
    problem = check(slots, parts) or problem
    if not text.strip():
        problem = problem or "the translation is empty"
    if parts is answer.parts and not problem:
        return answer
    return replace(answer, parts=None if problem else parts, problem=problem)


def _invented(source: Parts, target: Parts) -> str:
    """Tokens in the translation's text that name no slot and are not the source's own text."""
    texts = ["".join(p for p in parts if isinstance(p, str)) for parts in (source, target)]
    own, found = (Counter(m.group() for m in TOKEN.finditer(text)) for text in texts)
    return f"invented {', '.join(found - own)}" if found - own else ""
