"""The statistical engine: trained models behind the protocol of the service's engines.

Its sentences are drafts. Their terms are those of the parallel data, but the order of words is
often the source's.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amts_ext.languages.scripts import is_unspaced
from amts_ext.service.adaptation import judging, slots, words
from amts_ext.service.adaptation.corpus import examples
from amts_ext.service.adaptation.decoder import Decoder, Hypothesis
from amts_ext.service.adaptation.files import LANGUAGE, LEARNED, SETTINGS, TRANSLATION
from amts_ext.service.adaptation.slots import SLOT
from amts_ext.service.adaptation.support import Support
from amts_ext.service.engines.base import Draft, EngineOptions, Model, NoEngineError

OPEN = 2
"""The most models that a worker holds at once, because each takes some hundred megabytes."""


class Statistical:
    """An engine of all models below the folder ``options.cache``.

    The target of a pair names language and model: ``zh@statistical-en-zh-0123456789abcdef``. The
    protocol is :class:`amts_ext.service.engines.base.Engine`.
    """

    def __init__(self, options: EngineOptions) -> None:
        self._root = Path(options.cache)
        self._open: OrderedDict[str, LoadedModel] = OrderedDict()

    def version(self, source: str, target: str) -> str:
        return target.partition("@")[2]

    def check(self, source: str, target: str) -> None:
        folder = self._root / target.partition("@")[2]
        if not folder.is_dir():
            raise NoEngineError(f"{folder}: the trained model is gone; push the data again")

    def prepare(self, source: str, target: str) -> None:
        self.check(source, target)

    def load(self, source: str, target: str) -> Model:
        self.opened(source, target)
        return _Reopened(self, source, target)

    def opened(self, source: str, target: str) -> LoadedModel:
        """Return the loaded model of a pair; the least recently used one makes room for it.

        If an open model lacks only some online pairs of this one, it learns them and takes its
        place.
        """
        if target not in self._open:
            self.check(source, target)
            language, _, name = target.partition("@")
            folder = self._root / name
            if less := next((t for t, d in self._open.items() if d.grow(folder)), None):
                self._open[target] = self._open.pop(less)
            else:
                while len(self._open) >= OPEN:
                    self._open.popitem(last=False)[1].close()
                self._open[target] = LoadedModel(folder, source, language)
        self._open.move_to_end(target)
        return self._open[target]


@dataclass(frozen=True, slots=True)
class _Reopened:
    """A model that is loaded again if it has made room for another since its last use."""

    engine: Statistical
    source: str
    target: str

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return self.engine.opened(self.source, self.target).translate(sentences)

    def drafts(self, sentences: Sequence[str]) -> list[Draft]:
        return self.engine.opened(self.source, self.target).drafts(sentences)


@dataclass(frozen=True, slots=True)
class _Input:
    """A sentence for the decoder, with the tokens to put back into its translation."""

    original: list[str]
    """The words as they came. The token of a slot is a word; the tokens of pairs are left out."""
    pairs: list[tuple[int, str, int, str]]
    """Formatting pairs: first word, opening token, end (exclusive), closing token."""

    @property
    def words(self) -> list[str]:
        """The words as the decoder knows them: without capitals, and with :data:`SLOT`."""
        return [SLOT if slots.TOKEN.fullmatch(w) else w.lower() for w in self.original]


class LoadedModel:
    """A loaded model, with the pairs that it learned online."""

    def __init__(self, folder: Path, source: str, target: str) -> None:
        self._source, self._target = source, target
        self._base, pairs = _origin(folder)
        self._learned: list[tuple[str, str]] = []
        weights = json.loads((self._base / SETTINGS).read_text())["weights"]
        self._decoder = Decoder(self._base / TRANSLATION, self._base / LANGUAGE, weights)
        table = self._base / f"{TRANSLATION}.ttable"
        self._support = Support(table, self._decoder.probability)
        self.learn(pairs)

    def grow(self, folder: Path) -> bool:
        """Become the model of another folder if that only has more online pairs.

        Returns whether it did.
        """
        base, pairs = _origin(folder)
        known = len(self._learned)
        if base != self._base or len(pairs) <= known or pairs[:known] != self._learned:
            return False
        self.learn(pairs[known:])
        return True

    def learn(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Learn more pairs online."""
        self._learned += pairs
        for example in examples(pairs, self._source, self._target):
            self._decoder.learn(example.source.words, example.target.words)
            self._support.learn(example)

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate sentences with tokens; return one string for each, in their order."""
        return [draft.text for draft in self.drafts(sentences)]

    def drafts(self, sentences: Sequence[str]) -> list[Draft]:
        """Translate sentences with tokens, and tell what is doubted (:mod:`.judging`)."""
        return [self._one(s) for s in sentences]

    def close(self) -> None:
        """Free the model's memory."""
        self._decoder.close()

    def _one(self, sentence: str) -> Draft:
        given = _read(sentence, self._source)
        if not given.original:
            return Draft(sentence)
        found = self._decoder.best(given.words)
        text = words.join(_restored(given, found), self._target)
        begins = not is_unspaced(self._target) and not sentence[:1].islower()
        languages = self._source, self._target
        doubts = judging.doubts(given.original, found, self._support.strange, languages)
        return Draft(text[:1].upper() + text[1:] if begins else text, tuple(doubts))


def _origin(folder: Path) -> tuple[Path, list[tuple[str, str]]]:
    """Return the folder that holds the files of a model, and its pairs to learn online."""
    if not (folder / LEARNED).exists():
        return folder, []
    later = json.loads((folder / LEARNED).read_text(encoding="utf-8"))
    return folder.parent / later["base"], [(s, t) for s, t in later["pairs"]]


def _read(sentence: str, language: str) -> _Input:
    """Read a sentence with tokens.

    >>> _read("Let XM0 be XM1A big XM1Z.", "en")
    _Input(original=['Let', 'XM0', 'be', 'big', '.'], pairs=[(3, 'XM1A', 4, 'XM1Z')])
    """
    original: list[str] = []
    pairs: list[tuple[int, str, int, str]] = []
    waiting: list[tuple[int, str]] = []
    for kind, content in slots.tokens(sentence):
        if kind == "open":
            waiting.append((len(original), content))
        elif kind == "close" and waiting:
            pairs.append((*waiting.pop(), len(original), content))
        else:
            original += words.split(content, language) if kind == "text" else [content]
    return _Input(original, pairs)


def _restored(given: _Input, found: Hypothesis) -> list[str]:
    """Return the words of a translation with all tokens in their places."""
    out = _filled(given, found)
    before: dict[int, list[str]] = {}
    after: dict[int, list[str]] = {}
    for first, opening, last, closing in sorted(given.pairs, key=lambda p: (p[0], -p[2])):
        start, end = _reach(first, last, found)
        before.setdefault(start, []).append(opening)
        after.setdefault(end, []).insert(0, closing)
    places = range(len(out) + 1)
    every = [w for i in places for w in (*after.get(i, []), *before.get(i, []), *out[i : i + 1])]
    return [w for w in every if w != SLOT]


def _filled(given: _Input, found: Hypothesis) -> list[str]:
    """Return the words of a translation with slots and copied words from the source.

    Both are taken from the source phrase of their phrase. Slots that are left over go, in order, to
    places of slots that are still empty.
    """
    out = list(found.words)
    left: list[str] = []
    for first, last, start, end in found.phrases:
        held = [w for w in given.original[first:last] if slots.TOKEN.fullmatch(w)]
        for place in range(start, end):
            if out[place] == SLOT and held:
                out[place] = held.pop(0)
            elif place in found.unknown and last == first + 1:
                out[place] = given.original[first]
        left += held
    return [left.pop(0) if w == SLOT and left else w for w in out]


def _reach(first: int, last: int, found: Hypothesis) -> tuple[int, int]:
    """Return start and end of the target words for a stretch of the source, by whole phrases.

    Phrases count that lie at least half in the stretch; without any, the one that overlaps most. B.
    Joanis and others, "Transferring Markup Tags in Statistical Machine Translation: A Two-Stream
    Approach", MT Summit 2013, do this by words, but the decoder tells phrases only.
    """
    shares = [
        (min(last, b) - max(first, a), b - a, start, end) for a, b, start, end in found.phrases
    ]
    inside = [s for s in shares if 2 * s[0] >= s[1]] or [max(shares)]
    return min(s[2] for s in inside), max(s[3] for s in inside)
