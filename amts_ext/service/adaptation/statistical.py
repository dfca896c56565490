"""The statistical engine: a trained model behind the interface of the service's engines.

Its sentences are drafts: terms are those of the parallel data, the order of words is often the
source's.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amts_ext.languages.scripts import is_unspaced
from amts_ext.service.adaptation import slots, words
from amts_ext.service.adaptation.corpus import examples
from amts_ext.service.adaptation.decoder import Decoder, Hypothesis
from amts_ext.service.adaptation.files import LANGUAGE, LEARNED, SETTINGS, TRANSLATION
from amts_ext.service.adaptation.slots import SLOT
from amts_ext.service.engines.base import EngineOptions, Model, NoEngineError

OPEN = 2
"""Models that one worker holds at once: each takes some hundred megabytes."""


class Statistical:
    """All models below one folder, ``options.cache``; see :class:`~.engines.base.Engine`.

    The target names the model: ``zh@folder``.
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
        """The loaded model; the one that was not used for longest makes room for it.

        A model that lacks some online pairs only learns them and becomes the one asked for.
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
    """A model that may have to be loaded again."""

    engine: Statistical
    source: str
    target: str

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return self.engine.opened(self.source, self.target).translate(sentences)


@dataclass(frozen=True, slots=True)
class _Input:
    """A sentence for the decoder, and what to put back."""

    original: list[str]
    """Words, a slot's token among them; marks of pairs are left out."""
    pairs: list[tuple[int, str, int, str]]
    """From which word to which each pair reaches, with its tokens."""

    @property
    def words(self) -> list[str]:
        return [SLOT if slots.TOKEN.fullmatch(w) else w.lower() for w in self.original]


class LoadedModel:
    """A loaded model, with what it learned online."""

    def __init__(self, folder: Path, source: str, target: str) -> None:
        self._source, self._target = source, target
        self._base, pairs = _origin(folder)
        self._learned: list[tuple[str, str]] = []
        weights = json.loads((self._base / SETTINGS).read_text())["weights"]
        self._decoder = Decoder(self._base / TRANSLATION, self._base / LANGUAGE, weights)
        self.learn(pairs)

    def grow(self, folder: Path) -> bool:
        """Become the model of another folder, if that has more pairs and is else the same."""
        base, pairs = _origin(folder)
        known = len(self._learned)
        if base != self._base or len(pairs) <= known or pairs[:known] != self._learned:
            return False
        self.learn(pairs[known:])
        return True

    def learn(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Learn pairs online."""
        self._learned += pairs
        for example in examples(pairs, self._source, self._target):
            self._decoder.learn(example.source.words, example.target.words)

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """See the protocol."""
        return [self._one(s) for s in sentences]

    def close(self) -> None:
        """Give the memory back."""
        self._decoder.close()

    def _one(self, sentence: str) -> str:
        given = _read(sentence, self._source)
        if not given.original:
            return sentence
        found = self._decoder.best(given.words)
        text = words.join(_restored(given, found), self._target)
        begins = not is_unspaced(self._target) and not sentence[:1].islower()
        return text[:1].upper() + text[1:] if begins else text


def _origin(folder: Path) -> tuple[Path, list[tuple[str, str]]]:
    """The folder that holds the model's files, and the pairs to learn online."""
    if not (folder / LEARNED).exists():
        return folder, []
    later = json.loads((folder / LEARNED).read_text(encoding="utf-8"))
    return folder.parent / later["base"], [(s, t) for s, t in later["pairs"]]


def _read(sentence: str, language: str) -> _Input:
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
    """The words of a translation with slots, copied words and pairs in their places."""
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
    """Slots and copied words by the phrases they are in; slots that are left over, in order."""
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
    """The target words of a stretch of the source, by whole phrases.

    B. Joanis and others, "Transferring Markup Tags in Statistical Machine Translation: A Two-Stream
    Approach", MT Summit 2013, do it by words; phrases are what the decoder tells.
    """
    shares = [
        (min(last, b) - max(first, a), b - a, start, end) for a, b, start, end in found.phrases
    ]
    inside = [s for s in shares if 2 * s[0] >= s[1]] or [max(shares)]
    return min(s[2] for s in inside), max(s[3] for s in inside)
