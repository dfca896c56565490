"""What helps a person with one sentence: the memory, the terms, the engine, the rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from amts_ext.errors import AmtsError
from amts_ext.memory import Query
from amts_ext.model import Parts, from_tokens, to_tokens
from amts_ext.pipeline.asking import accepted, merged, session
from amts_ext.pipeline.suggestions import Suggestions, readable
from amts_ext.preview.desk import Desk
from amts_ext.preview.editing.sentence import OpenSentence
from amts_ext.progress import silent
from amts_ext.service.content.terms import Glossary
from amts_ext.text.masking import contents_digest
from amts_ext.text.word_diff import word_diff
from amts_ext.translators.base import Answer, Translator
from amts_ext.translators.lessons import book_terms

Rules = Callable[[Parts, Parts, tuple[str, str], str], Iterable[tuple[str, str]]]
"""The rules of ``amts check``, handed over by the shell: source, target, languages and the kind of
block in; (rule, message) out."""

MOST = 5
"""The number of sentences of the memory that are shown."""
FRESH = 30.0
"""Seconds for which the list of the memory's sentences is used though the memory has changed."""
_SIGNS = {" ": "same", "-": "removed", "+": "added"}


@dataclass(frozen=True, slots=True)
class Match:
    """A human's translation of a sentence like this one."""

    source: str
    target: str
    likeness: float
    """0 to 1."""
    diff: Sequence[tuple[str, str]]
    """From ``source`` to this row's source: ``("same" | "added" | "removed", words)``."""
    origin: str
    """The document that it was written for."""
    when: float


@dataclass(frozen=True, slots=True)
class Suggested:
    """JSON of ``GET /api/suggest``, but for ``history`` (:mod:`.history`)."""

    memory: Sequence[Match]
    terms: Sequence[tuple[str, str]]
    """(source, target) of the book's terminology that the row's source has."""
    engine: tuple[str, str]
    """(text, reason): the engine's translation, or why there is none."""


def suggest(
    desk: Desk, path: str, lang: str, id: str, translator: Translator | None = None
) -> Suggested:
    """Return what helps with the row ``id``. May take a second: call it in a thread.

    ``translator`` is asked for the sentence if it costs nothing; None: the book's own. Raises
    :class:`~amts_ext.errors.InputError` for a row that is gone.
    """
    with desk.lock:
        sentence = OpenSentence.find(desk, path, lang, id)
        near = _like(sentence)
        terms = _terms(sentence)
    return Suggested(near, terms, _engine(sentence, translator or desk.book.translator))


@dataclass(frozen=True, slots=True)
class Checked:
    """JSON of ``POST /api/check``."""

    findings: Sequence[tuple[str, str]]
    """(rule, message)."""
    missing: Sequence[str]
    extra: Sequence[str]


def check(desk: Desk, path: str, lang: str, id: str, target: str, rules: Rules) -> Checked:
    """Return what is wrong with ``target`` as the translation of the row ``id``.

    Raises :class:`~amts_ext.errors.InputError` for a row that is gone.
    """
    with desk.lock:
        sentence = OpenSentence.find(desk, path, lang, id)
    missing, extra = sentence.faults(target)
    parts = from_tokens(target, [*sentence.segment.slots, *sentence.own])
    if not target.strip():
        return Checked([], missing, extra)
    found = rules(sentence.segment.parts, parts, sentence.pair, sentence.row.kind)
    return Checked(list(found), missing, extra)


def diff(before: str, now: str) -> list[tuple[str, str]]:
    """Return what two texts have in common, word by word, and what each has alone.

    >>> diff("It has 3 layers.", "It has 4 layers.")
    [('same', 'It has '), ('removed', '3'), ('added', '4'), ('same', ' layers.')]
    """
    return [(_SIGNS[piece.sign], piece.text) for piece in word_diff(before, now)]


class _Memories:
    """The sentences of the memory in each language, read again when it has changed."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], tuple[object, float, Suggestions]] = {}

    def of(self, desk: Desk, pair: tuple[str, str]) -> Suggestions:
        revision, now = desk.book.memory.revision, time.monotonic()
        known = self._read.get(pair)
        if known is None or (known[0] != revision and now - known[1] > FRESH):
            known = revision, now, Suggestions(desk.book.memory, pair)
            self._read[pair] = known
        return known[2]


_MEMORIES: WeakKeyDictionary[Desk, _Memories] = WeakKeyDictionary()
_TERMS: WeakKeyDictionary[Desk, Mapping[tuple[str, str], Mapping[str, str]]] = WeakKeyDictionary()


def _like(sentence: OpenSentence) -> list[Match]:
    source = sentence.segment.tokens
    memory = _MEMORIES.setdefault(sentence.desk, _Memories()).of(sentence.desk, sentence.pair)
    found = []
    for unit, likeness in memory.nearest(source, MOST + 1):
        target = readable(unit)
        if target and (likeness < 1 or target != sentence.readable):
            words = diff(unit.source, source)
            found.append(Match(unit.source, target, likeness, words, unit.document, unit.when))
    return found[:MOST]


def _terms(sentence: OpenSentence) -> list[tuple[str, str]]:
    """Return the terms of the project and the book that the source has, as read first."""
    desk, pair = sentence.desk, sentence.pair
    if desk not in _TERMS:
        config = desk.book.config
        lessons = book_terms(config.root, config.source, config.terms)
        own = {(each.resource.source, each.resource.targets[0]): each.terms for each in lessons}
        _TERMS[desk] = own
    texts = [part for part in sentence.segment.parts if isinstance(part, str)]
    return sorted(Glossary(_TERMS[desk].get(pair, {}), *pair).held(texts).items())


def _engine(sentence: OpenSentence, translator: Translator) -> tuple[str, str]:
    """Return what the engine says, from the memory or asked for now, or why it says nothing."""
    desk, pair, segment = sentence.desk, sentence.pair, sentence.segment
    memory = desk.book.memory
    try:
        signature = translator.signature(*pair)
        query = Query(segment.tokens, contents_digest(segment))
        if known := memory.find_many([query], pair, signature, human=False)[0]:
            return known.target, "; ".join(known.literals)
        if translator.billed is not None:
            return "", "this translator costs money; it is asked only when you translate the page"
        missing = {segment.tokens: (sentence.path, segment)}
        found: dict[str, Answer] = {}
        kept = None if memory.read_only else memory
        with session(translator, kept, pair[0], silent):
            for answers in translator.translate(merged({pair[1]: missing}), pair[0], silent):
                found |= accepted(answers, missing, pair, kept, signature)
    except AmtsError as error:
        return "", str(error)
    answer = found.get(segment.tokens)
    if answer is None:
        return "", "the translator gave no answer"
    return to_tokens(answer.parts or ()), answer.problem or answer.doubt
